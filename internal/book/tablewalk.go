package book

import (
	"encoding/binary"
	"math"
	"slices"
)

// WalkTable calls fn with each row of a table, in the order of their ids. It reads the pages of the table as WalkIndex
// reads those of an index: through SQLite, in this view's own transaction, and so with the same snapshot. SQLite's own
// work on a row and the passing of each value to Go are saved.
//
// columns name what fn asks of a row, by their place in this list. The table must be STRICT and have rowids; the columns
// must be integers or texts that it stores, but not its INTEGER PRIMARY KEY, which is the id of the row. Where they stand
// in a row is read from the schema. Anything else, and anything damaged, is ErrUnwalkable. All rows given until then are
// right, and those that follow have larger ids: SQL can take over there. fn must not run SQL.
func (v *View) WalkTable(table string, columns []string, fn func(*TableRow) error) error {
	root, layout, err := v.tableLayout(table, columns)
	if err != nil {
		return err
	}
	w := &tableWalk{pageReader: pageReader{view: v}, fn: fn, layout: layout, last: math.MinInt64}
	w.row.cells = make([]rowCell, len(columns))
	defer w.narrow()()
	if err := w.measure(); err != nil {
		return err
	}
	v.streaming = true
	defer func() { v.streaming = false }()
	leaves, err := w.leaves(root)
	if err != nil {
		return err
	}
	return w.emit(leaves)
}

// tableLayout is the root page of a table and the columns its rows store, with the places of those asked for.
func (v *View) tableLayout(table string, columns []string) (root int64, layout []storedColumn, err error) {
	const query = `SELECT s.rootpage, l.wr OR NOT l.strict OR EXISTS (SELECT 1 FROM pragma_index_list(s.name) WHERE origin = 'pk'),
			x.name, x.type, x.pk, x.hidden, coalesce(x.dflt_value, 'NULL')
		FROM sqlite_schema s, pragma_table_list(s.name) l, pragma_table_xinfo(s.name) x
		WHERE s.type = 'table' AND s.name = ? AND l.schema = 'main' ORDER BY x.cid`
	type part struct {
		odd, key           bool
		hidden             int
		name, kind, preset string
	}
	parts, err := All(v, func(row Scanner) (p part, err error) {
		err = row.Scan(&root, &p.odd, &p.name, &p.kind, &p.key, &p.hidden, &p.preset)
		return p, err
	}, query, table)
	if err != nil {
		return 0, nil, err
	}
	const computed = 2 // and not stored
	found := 0
	for _, p := range parts {
		if p.odd {
			return 0, nil, ErrUnwalkable
		}
		if p.hidden == computed {
			continue
		}
		c := storedColumn{place: slices.Index(columns, p.name), text: p.kind == "TEXT", absent: absentKind(p.preset)}
		if c.place >= 0 {
			found++
			if p.key || !c.text && p.kind != "INTEGER" {
				return 0, nil, ErrUnwalkable
			}
		}
		layout = append(layout, c)
	}
	if found != len(columns) {
		return 0, nil, ErrUnwalkable
	}
	return root, layout, nil
}

// absentKind is the serial type that stands for a default: a row written before its column was added does not hold it.
func absentKind(preset string) uint8 {
	switch preset {
	case "NULL":
		return 0
	case "0":
		return 8
	case "1":
		return 9
	}
	return unreadable
}

// tableWalk is one walk. Inner pages are a four-hundredth of a table: their numbers are read level by level, from the
// root down, and then the leaves, some at a time.
type tableWalk struct {
	pageReader
	fn      func(*TableRow) error
	layout  []storedColumn
	row     TableRow
	last    int64  // the id of the row before
	spilled []byte // the record of a row that does not fit on its page
}

// leaves are the numbers of the leaves, in the order of ids.
func (w *tableWalk) leaves(root int64) ([]int64, error) {
	level := []int64{root}
	for range deepest {
		leaf, err := w.leaf(level[0], true)
		if err != nil || leaf {
			return level, err
		}
		if level, err = w.below(level); err != nil {
			return nil, err
		}
	}
	return nil, ErrUnwalkable
}

// below is the level below.
func (w *tableWalk) below(above []int64) (pages []int64, err error) {
	err = w.read(above, func(_ int, data []byte) error {
		page, ok := parsePage(data, w.usable, true)
		if !ok || page.leaf {
			return ErrUnwalkable
		}
		for cell := range page.cells {
			child, ok := page.child(cell)
			if !ok {
				return ErrUnwalkable
			}
			pages = append(pages, child)
		}
		pages = append(pages, page.right)
		return walkable(int64(len(pages)) < w.count)
	})
	return pages, err
}

// leavesAtOnce is how many leaves of 4 KiB are read at once.
const leavesAtOnce = 32

// leafPages are the bytes of some leaves, one behind the other.
type leafPages struct {
	data []byte
	err  error
}

// emit gives the rows of the leaves, some leaves at a time, while the next are read. The pages are copied, for what SQLite
// hands over is valid only while it does.
func (w *tableWalk) emit(leaves []int64) error {
	free, full := make(chan []byte, 2), make(chan leafPages)
	free <- nil
	free <- nil
	go w.readAhead(leaves, free, full)
	defer func() { // the view is the caller's again when nothing is being read any more
		close(free)
		for range full {
		}
	}()
	for pages := range full {
		if pages.err != nil {
			return pages.err
		}
		if err := w.emitPages(pages.data); err != nil {
			return err
		}
		free <- pages.data
	}
	return nil
}

// readAhead reads the leaves into memory that is free, until there is no more of either.
func (w *tableWalk) readAhead(leaves []int64, free <-chan []byte, full chan<- leafPages) {
	defer close(full)
	for some := range slices.Chunk(leaves, max(1, leavesAtOnce*4096/w.size)) {
		data, open := <-free
		if !open {
			return
		}
		data = slices.Grow(data[:0], len(some)*w.size)
		err := w.read(some, func(_ int, page []byte) error { data = append(data, page...); return nil })
		full <- leafPages{data, err}
		if err != nil {
			return
		}
	}
}

func (w *tableWalk) emitPages(data []byte) error {
	for bytes := range slices.Chunk(data, w.size) {
		page, ok := parsePage(bytes, w.usable, true)
		if !ok || !page.leaf {
			return ErrUnwalkable
		}
		for cell := range page.cells {
			if err := w.give(&page, cell); err != nil {
				return err
			}
		}
	}
	return nil
}

// give hands over the row of a cell.
func (w *tableWalk) give(page *treePage, cell int) error {
	id, record, size, ok := page.row(cell)
	if !ok || id <= w.last {
		return ErrUnwalkable
	}
	if len(record) < size {
		var err error
		if record, err = w.gather(record, size); err != nil {
			return err
		}
	}
	w.row.ID, w.last = id, id
	if !w.row.parse(record, w.layout) {
		return ErrUnwalkable
	}
	return w.fn(&w.row)
}

// gather is a record of which only the first part stands on its page: behind it comes the number of the page with more,
// where the number of the next one comes first.
func (w *tableWalk) gather(part []byte, size int) ([]byte, error) {
	if int64(size) > w.count*int64(w.usable) {
		return nil, ErrUnwalkable
	}
	local := len(part) - 4
	next := int64(binary.BigEndian.Uint32(part[local:]))
	w.spilled = append(w.spilled[:0], part[:local]...)
	for len(w.spilled) < size {
		err := w.read([]int64{next}, func(_ int, data []byte) error {
			next = int64(binary.BigEndian.Uint32(data))
			w.spilled = append(w.spilled, data[4:min(w.usable, 4+size-len(w.spilled))]...)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return w.spilled, walkable(next == 0)
}
