package book

import (
	"encoding/binary"
	"errors"
	"strconv"
)

// ErrUnwalkable says that an index is not in the plain form that WalkIndex reads. Nothing is known to be wrong: ask in
// SQL, which either answers or says what is damaged, and forget what the walk has given so far.
var ErrUnwalkable = errors.New("the index cannot be walked")

// WalkIndex calls fn with each entry of an index, in the order of its keys. It reads the pages of the index through
// SQLite, in this view's own transaction, so it sees what a query would see: commits that still lie in the write-ahead
// log, and the changes of this very transaction. Reading a page and its hundred entries at once costs a tenth of what
// SQLite asks for a row, which is why reports over all orders take this road.
//
// columns are those of the index, all of them and in order. The index must be over a rowid table, of stored or computed
// columns, ascending and not partial; its values must be integers, texts and NULLs that fit on their page. Anything else,
// and anything damaged, is ErrUnwalkable, found before or during the walk. fn returns it too when an entry is not what
// it expects. fn must not run SQL.
func (v *View) WalkIndex(index string, columns []string, fn func(*IndexEntry) error) error {
	root, err := v.indexRoot(index, columns, false)
	if err != nil {
		return err
	}
	w := &indexWalk{pageReader: pageReader{view: v}, fn: fn}
	w.entry.columns = len(columns)
	defer w.narrow()()
	if err := w.measure(); err != nil {
		return err
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	return w.walk(root)
}

// indexRoot is the root page of an index of exactly these columns, which may be partial.
func (v *View) indexRoot(index string, columns []string, partial bool) (int64, error) {
	const query = `SELECT s.rootpage, x.key, x.cid, coalesce(x.name, ''), x.desc OR x.coll <> 'BINARY' OR l.partial AND NOT ?
		FROM sqlite_schema s, pragma_index_list(s.tbl_name) l, pragma_index_xinfo(s.name) x
		WHERE s.type = 'index' AND s.name = ? AND l.name = s.name ORDER BY x.seqno`
	type part struct {
		root, cid int64
		key, odd  bool
		name      string
	}
	parts, err := All(v, func(row Scanner) (p part, err error) {
		err = row.Scan(&p.root, &p.key, &p.cid, &p.name, &p.odd)
		return p, err
	}, query, partial, index)
	if err != nil {
		return 0, err
	}
	const rowid = -1 // what an index of a rowid table ends in
	if len(parts) != len(columns)+1 || parts[len(columns)].cid != rowid {
		return 0, ErrUnwalkable
	}
	for i, name := range columns {
		if p := parts[i]; p.odd || !p.key || p.cid < 0 || p.name != name {
			return 0, ErrUnwalkable
		}
	}
	return parts[0].root, nil
}

// indexWalk is one walk. A level is the pages of equal depth, in key order, with the entries of pages above that stand
// between them. Levels are expanded from the root down; those above the leaves are a hundredth of the index and are kept.
type indexWalk struct {
	pageReader
	fn    func(*IndexEntry) error
	entry IndexEntry
}

type indexLevel struct {
	pages   []int64
	between []pageCell // one fewer than pages
}

// pageCell is the entry of a cell.
type pageCell struct {
	page treePage
	cell int
}

func (w *indexWalk) walk(root int64) error {
	level := indexLevel{pages: []int64{root}}
	for range deepest {
		leaves, err := w.leaf(level.pages[0], false)
		if err != nil {
			return err
		}
		if leaves {
			return w.emit(level)
		}
		if level, err = w.expand(level); err != nil {
			return err
		}
	}
	return ErrUnwalkable
}

// expand is the level below.
func (w *indexWalk) expand(above indexLevel) (indexLevel, error) {
	var below indexLevel
	err := w.read(above.pages, func(i int, data []byte) error {
		page, ok := parsePage(append([]byte(nil), data...), w.usable, false)
		if !ok || page.leaf {
			return ErrUnwalkable
		}
		for cell := range page.cells {
			child, ok := page.child(cell)
			if !ok {
				return ErrUnwalkable
			}
			below.pages = append(below.pages, child)
			below.between = append(below.between, pageCell{page, cell})
		}
		below.pages = append(below.pages, page.right)
		if i < len(above.between) {
			below.between = append(below.between, above.between[i])
		}
		return walkable(int64(len(below.pages)) < w.count)
	})
	return below, err
}

// emit gives the entries of the leaves, and those between them.
func (w *indexWalk) emit(level indexLevel) error {
	return w.read(level.pages, func(i int, data []byte) error {
		page, ok := parsePage(data, w.usable, false)
		if !ok || !page.leaf {
			return ErrUnwalkable
		}
		for cell := range page.cells {
			if err := w.give(page, cell); err != nil {
				return err
			}
		}
		if i < len(level.between) {
			return w.give(level.between[i].page, level.between[i].cell)
		}
		return nil
	})
}

func (w *indexWalk) give(page treePage, cell int) error {
	if !page.entry(cell, &w.entry) {
		return ErrUnwalkable
	}
	if err := w.fn(&w.entry); err != nil {
		return err
	}
	return walkable(!w.entry.misread)
}

func walkable(ok bool) error {
	if !ok {
		return ErrUnwalkable
	}
	return nil
}

// deepest is how many levels of pages SQLite allows.
const deepest = 20

// pageReader reads pages of the file through SQLite.
type pageReader struct {
	view   *View
	size   int   // bytes of a page
	usable int   // bytes of it that SQLite uses
	count  int64 // pages of the file
}

// narrow makes the page cache of a reader small, until widen is called. A writer's also holds what is not yet written. It
// is only faster so: that it could not be done is no reason to fail.
func (r *pageReader) narrow() (widen func()) {
	set := func(size string) {
		if r.view.reader {
			_, _ = r.view.tx.ExecContext(r.view.ctx, "PRAGMA cache_size = "+size)
		}
	}
	set(walkCache)
	return func() { set(readCache) }
}

// measure reads the header of the file. See https://www.sqlite.org/fileformat2.html#the_database_header
func (r *pageReader) measure() error {
	var err error
	if r.count, _, err = One(r.view, Scalar[int64], `SELECT page_count FROM pragma_page_count`); err != nil {
		return err
	}
	return r.read([]int64{1}, func(_ int, page []byte) error {
		const utf8 = 1
		r.size = len(page)
		if r.size < 512 || r.size > 65536 || r.size&(r.size-1) != 0 || binary.BigEndian.Uint32(page[56:]) != utf8 {
			return ErrUnwalkable
		}
		r.usable = r.size - int(page[20])
		if r.usable < 480 {
			return ErrUnwalkable
		}
		return nil
	})
}

// leaf says whether a page is a leaf. Those of its level are held to it as they are read.
func (r *pageReader) leaf(number int64, table bool) (leaf bool, err error) {
	err = r.read([]int64{number}, func(_ int, data []byte) error {
		page, ok := parsePage(data, r.usable, table)
		leaf = page.leaf
		return walkable(ok)
	})
	return leaf, err
}

// read calls fn with the bytes of pages, in the order given, valid only during the call. The numbers go to SQLite as one
// list, for one statement over all leaves costs far less than a statement a leaf.
func (r *pageReader) read(pages []int64, fn func(i int, data []byte) error) error {
	list := make([]byte, 0, 8*len(pages))
	for i, number := range pages {
		if number < 1 || number > r.count {
			return ErrUnwalkable
		}
		list = strconv.AppendInt(append(list, "[,"[min(i, 1)]), number, 10)
	}
	next := 0
	err := r.view.each(func(row Row) error {
		data, ok := row[2].([]byte)
		if !ok || next >= len(pages) || row.Int(0) != pages[next] || r.size > 0 && len(data) != r.size {
			return ErrUnwalkable
		}
		next++
		return fn(next-1, data)
	}, "p.pgno, p.data", "json_each(?) l CROSS JOIN sqlite_dbpage p WHERE p.pgno = l.value", string(append(list, ']')))
	if err == nil && next < len(pages) {
		err = ErrUnwalkable
	}
	return err
}
