package book

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A load into an empty table need not ask SQLite for each row: its rows come in order of their ids, so that the pages
// of the table can be written one after the other, and so can those of an index whose entries have been sorted. That
// costs a fifth. Pages go through SQLite, by sqlite_dbpage, into the load's own transaction: what fails or is killed
// leaves the book as it was, as always. What this cannot do (rows longer than a page) is left to SQL.

// pagesAtOnce is how many pages are gathered before they are written.
const pagesAtOnce = 256

// pageFile writes pages at the end of the file.
type pageFile struct {
	tx   *Tx
	size int // bytes of a page
	feed *Feed
}

// pageFile is the means of writing pages; nil where the file is not of the plain form that is known here.
func (t *Tx) pageFile() (*pageFile, error) {
	if t.pages != nil || !t.op.bulk {
		return t.pages, nil
	}
	head, err := t.firstPage()
	if err != nil {
		return nil, err
	}
	const format, utf8 = 4, 1
	size := len(head)
	autoVacuum := binary.BigEndian.Uint32(head[52:]) != 0
	if reserved := head[20]; reserved != 0 || autoVacuum || binary.BigEndian.Uint32(head[44:]) != format || binary.BigEndian.Uint32(head[56:]) != utf8 {
		return nil, nil
	}
	feed, err := t.NewFeed("pgno", "data")
	if err != nil {
		return nil, err
	}
	t.pages = &pageFile{tx: t, size: size, feed: feed}
	return t.pages, nil
}

func (t *Tx) firstPage() ([]byte, error) {
	page, _, err := One(t.View, Scalar[[]byte], `SELECT data FROM sqlite_dbpage WHERE pgno = 1`)
	if err == nil && len(page) < 512 {
		err = fmt.Errorf("the first page has %d bytes", len(page))
	}
	return page, err
}

// put appends pages and gives their numbers. SQLite takes the new length of the file from its first page, and looks at
// it whenever a savepoint ends.
func (f *pageFile) put(pages [][]byte) ([]int64, error) {
	last, _, err := One(f.tx.View, Scalar[int64], `SELECT page_count FROM pragma_page_count`)
	if err != nil {
		return nil, err
	}
	locking := int64(1<<30/f.size + 1) // the page that SQLite never uses: locks are held on it
	numbers := make([]int64, len(pages))
	for i := range numbers {
		if last++; last == locking {
			last++
		}
		numbers[i] = last
	}
	f.feed.Load(len(pages), func(row, col int) any {
		if col == 0 {
			return numbers[row]
		}
		return pages[row]
	})
	if _, err := f.tx.Exec(`INSERT INTO sqlite_dbpage (pgno, data) SELECT pgno, data FROM temp.` + f.feed.Name); err != nil {
		return nil, err
	}
	head, err := f.tx.firstPage()
	if err != nil {
		return nil, err
	}
	binary.BigEndian.PutUint32(head[28:], uint32(last))
	if _, err := f.tx.Exec(`UPDATE sqlite_dbpage SET data = ? WHERE pgno = 1`, head); err != nil {
		return nil, err
	}
	if err := f.tx.run([]string{`SAVEPOINT pages`, `RELEASE pages`}); err != nil {
		return nil, err
	}
	if now, _, err := One(f.tx.View, Scalar[int64], `SELECT page_count FROM pragma_page_count`); err != nil || now != last {
		return nil, errors.Join(err, fmt.Errorf("the file has %d pages instead of %d", now, last))
	}
	return numbers, nil
}

// Load writes the rows of an empty table.
type Load struct {
	table       string
	pages       *pageFile
	tree        *pageTree
	first, next int64 // ids
}

// NewLoad begins to fill a table that has no rows; columns are those a record will hold, in their order, all that the
// table stores but for its id. It is nil where only SQL can do it.
func (t *Tx) NewLoad(table string, columns []string) (*Load, error) {
	names := []string{"id"}
	for _, c := range t.log.tables[table].columns {
		if c.name != "id" {
			names = append(names, c.name)
		}
	}
	_, filled, err := One(t.View, Scalar[int64], `SELECT 1 FROM `+table+` LIMIT 1`)
	if err != nil || filled || !slices.Equal(names[1:], columns) || t.log.tables[table].columns[0].name != "id" {
		return nil, err
	}
	pages, err := t.pageFile()
	if err != nil || pages == nil {
		return nil, err
	}
	next, err := t.NextID(table)
	return &Load{table: table, pages: pages, tree: newPageTree(true, pages.size), first: next, next: next}, err
}

// Fits says whether a row whose texts have n bytes together may be added.
func (l *Load) Fits(n int) bool { return l.tree.fits(n + 512) }

// Begin makes r ready to take the columns of a row.
func (l *Load) Begin(r *Record) {
	r.Reset()
	r.Null() // the id stands beside the record
}

// Add adds a row, which gets the next id.
func (l *Load) Add(r *Record) {
	l.tree.addRow(l.next, r.bytes())
	l.next++
}

// Write writes the pages that are full.
func (l *Load) Write() error { return l.tree.write(l.pages.put) }

// Finish makes the rows those of the table.
func (l *Load) Finish() error {
	if l.next == l.first {
		return nil
	}
	root, err := l.tree.finish(l.pages.put)
	if err != nil {
		return err
	}
	t := l.pages.tx
	old, _, err := One(t.View, Scalar[int64], `SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?`, l.table)
	if err != nil {
		return err
	}
	// The table's empty page goes to a table that is dropped, which frees it.
	err = t.changeSchema(func() error {
		if _, err := t.Exec(`UPDATE sqlite_schema SET rootpage = ? WHERE type = 'table' AND name = ?`, root, l.table); err != nil {
			return err
		}
		_, err := t.Exec(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('table', 'load_rest', 'load_rest', ?, 'CREATE TABLE load_rest (id)')`, old)
		return err
	})
	if err != nil {
		return err
	}
	if err := t.run([]string{`DROP TABLE load_rest`}); err != nil {
		return err
	}
	if err := t.mustCount(l.table+` NOT INDEXED`, l.next-l.first); err != nil {
		return err
	}
	t.log.changes = append(t.log.changes, change{table: l.table, kind: "insert", first: l.first, last: l.next - 1})
	if n, err := t.Exec(`UPDATE sqlite_sequence SET seq = ? WHERE name = ?`, l.next-1, l.table); err != nil || n > 0 {
		return err
	}
	_, err = t.Exec(`INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)`, l.table, l.next-1)
	return err
}

// IndexLoad writes the entries of an index that WithoutIndexes has dropped, instead of having SQLite sort them.
type IndexLoad struct {
	Spoiled bool         // the entries are not all there, or not in order: SQLite will make the index
	Sort    func() error // adds what is still to be added, in order, once the table has all its rows; may be nil
	pages   *pageFile
	tree    *pageTree
	sorting bool // the table has all its rows: pages may be written, as the index is sure to be made of them
	n       int64
}

// NewIndexLoad begins an index of just these columns; nil where only SQL can make it. A partial one takes the entries of
// the rows that meet its condition.
func (t *Tx) NewIndexLoad(index string, columns []string) (*IndexLoad, error) {
	if _, err := t.indexRoot(index, columns, true); errors.Is(err, ErrUnwalkable) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	pages, err := t.pageFile()
	if err != nil || pages == nil {
		return nil, err
	}
	return &IndexLoad{pages: pages, tree: newPageTree(false, pages.size)}, nil
}

// Spoil gives the index up: SQLite will make it from the table.
func (l *IndexLoad) Spoil() { l.Spoiled, l.tree = true, nil }

// Add adds an entry: the columns and then the id. Entries ascend.
func (l *IndexLoad) Add(r *Record) error {
	record := r.bytes()
	switch {
	case l.Spoiled:
		return nil
	case !l.tree.fits(len(record)) && l.sorting:
		return fmt.Errorf("an index entry of %d bytes comes too late", len(record))
	case !l.tree.fits(len(record)):
		l.Spoil()
		return nil
	}
	l.tree.addKey(record)
	l.n++
	if l.sorting && len(l.tree.full) >= pagesAtOnce {
		return l.tree.write(l.pages.put)
	}
	return nil
}

// finish makes the entries those of the index; false when it cannot.
func (l *IndexLoad) finish(name, table, sql string) (bool, error) {
	if !l.Spoiled && l.Sort != nil {
		l.sorting = true
		if err := l.Sort(); err != nil {
			return false, err
		}
	}
	if l.Spoiled {
		return false, nil
	}
	root, err := l.tree.finish(l.pages.put)
	if err != nil {
		return false, err
	}
	l.tree = nil
	t := l.pages.tx
	err = t.changeSchema(func() error {
		_, err := t.Exec(`INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', ?, ?, ?, ?)`, name, table, root, sql)
		return err
	})
	if err != nil {
		return false, err
	}
	_, where, _ := strings.Cut(sql, ")")
	return true, t.mustCount(table+` INDEXED BY `+name+where, l.n)
}

// mustCount has SQLite go through all pages of what was loaded and count.
func (t *Tx) mustCount(from string, n int64) error {
	found, _, err := One(t.View, Scalar[int64], `SELECT count(*) FROM `+from)
	if err == nil && found != n {
		err = fmt.Errorf("%s: %d entries were written and %d are there", from, n, found)
	}
	return err
}

// changeSchema runs fn with the schema open to be written, and has SQLite read it anew.
func (t *Tx) changeSchema(fn func() error) error {
	if err := t.run([]string{`PRAGMA writable_schema = ON`}); err != nil {
		return err
	}
	return errors.Join(fn(), t.run([]string{`PRAGMA writable_schema = RESET`}))
}
