package book

import "encoding/binary"

// pageTree builds a b-tree of SQLite from entries that come in order: leaves first, each filled to the brim, and then
// one level of inner pages over the other. See https://www.sqlite.org/fileformat2.html#b_tree_pages
//
// A table's entries are rows by id, all of them on leaves; an index's entries stand on inner pages too, one between
// each page and the next. Entries that would not fit on a page are refused: SQLite itself handles those.
type pageTree struct {
	table   bool
	size    int // bytes of a page, all of them used
	open    openPage
	lastID  int64
	waiting []byte   // an index entry that did not fit on the open page: it parts it from the next, if there is one
	full    [][]byte // leaves that are not yet written
	leaves  []int64  // the numbers of those that are
	parting [][]byte // what parts each leaf from the next
	cell    []byte
}

// The kinds of b-tree pages.
const (
	indexInner = 0x02
	tableInner = 0x05
	indexLeaf  = 0x0a
	tableLeaf  = 0x0d
)

func newPageTree(table bool, size int) *pageTree {
	t := &pageTree{table: table, size: size}
	t.open = newOpenPage(t.kind(true), size)
	return t
}

func (t *pageTree) kind(leaf bool) byte {
	switch {
	case t.table && leaf:
		return tableLeaf
	case t.table:
		return tableInner
	case leaf:
		return indexLeaf
	}
	return indexInner
}

// fits says whether a record of n bytes stands on its page as a whole.
func (t *pageTree) fits(n int) bool {
	if t.table {
		return n <= t.size-35
	}
	return n <= (t.size-12)*64/255-23
}

// addRow adds a row of a table; ids ascend.
func (t *pageTree) addRow(id int64, record []byte) {
	t.cell = appendVarint(appendVarint(t.cell[:0], uint64(len(record))), uint64(id))
	t.cell = append(t.cell, record...)
	if !t.open.add(t.cell) {
		t.turn(appendVarint(nil, uint64(t.lastID)))
		t.open.add(t.cell)
	}
	t.lastID = id
}

// addKey adds an entry of an index; they ascend.
func (t *pageTree) addKey(record []byte) {
	if t.waiting != nil {
		t.turn(t.waiting)
		t.waiting = nil
	}
	t.cell = append(appendVarint(t.cell[:0], uint64(len(record))), record...)
	if !t.open.add(t.cell) {
		t.waiting = append([]byte(nil), t.cell...)
	}
}

// turn closes the open leaf, which key parts from the next.
func (t *pageTree) turn(key []byte) {
	t.full, t.parting = append(t.full, t.open.close(0)), append(t.parting, key)
	t.open = newOpenPage(t.kind(true), t.size)
}

// write hands the full leaves to put, which gives the numbers they got.
func (t *pageTree) write(put func([][]byte) ([]int64, error)) error {
	if len(t.full) == 0 {
		return nil
	}
	numbers, err := put(t.full)
	t.leaves, t.full = append(t.leaves, numbers...), nil
	return err
}

// finish writes what is left and gives the number of the root.
func (t *pageTree) finish(put func([][]byte) ([]int64, error)) (root int64, err error) {
	if t.waiting != nil { // no page may be empty: the last entry before goes up instead
		t.turn(t.open.takeBack())
		t.open.add(t.waiting)
	}
	t.full = append(t.full, t.open.close(0))
	if err := t.write(put); err != nil {
		return 0, err
	}
	numbers, parting := t.leaves, t.parting
	for len(numbers) > 1 {
		var pages [][]byte
		pages, parting = t.raise(numbers, parting)
		if numbers, err = put(pages); err != nil {
			return 0, err
		}
	}
	return numbers[0], nil
}

// raise makes the inner pages over a level, and what parts them from one another.
func (t *pageTree) raise(numbers []int64, parting [][]byte) (pages, between [][]byte) {
	open := newOpenPage(t.kind(false), t.size)
	for i, key := range parting {
		t.cell = append(binary.BigEndian.AppendUint32(t.cell[:0], uint32(numbers[i])), key...)
		if open.add(t.cell) {
			continue
		}
		last := i
		if i == len(parting)-1 { // else the next page would have one child and no key
			last--
			open.takeBack()
		}
		pages, between = append(pages, open.close(numbers[last])), append(between, parting[last])
		open = newOpenPage(t.kind(false), t.size)
		if last < i {
			open.add(t.cell)
		}
	}
	return append(pages, open.close(numbers[len(numbers)-1])), between
}

// openPage is a page being filled: its cells from the end, their places from the start.
type openPage struct {
	data  []byte
	head  int // bytes of the page's header
	cells int
	start int // of the cell added last
	end   int // of that cell
}

func newOpenPage(kind byte, size int) openPage {
	p := openPage{data: make([]byte, size), head: 8, start: size}
	p.data[0] = kind
	if kind == indexInner || kind == tableInner {
		p.head = 12
	}
	return p
}

// add puts a cell behind the others; false when there is no room.
func (p *openPage) add(cell []byte) bool {
	place := p.head + 2*p.cells
	if place+2 > p.start-len(cell) {
		return false
	}
	p.end, p.start = p.start, p.start-len(cell)
	copy(p.data[p.start:], cell)
	binary.BigEndian.PutUint16(p.data[place:], uint16(p.start))
	p.cells++
	return true
}

// takeBack takes the cell added last off the page.
func (p *openPage) takeBack() []byte {
	cell := append([]byte(nil), p.data[p.start:p.end]...)
	clear(p.data[p.start:p.end])
	p.cells--
	clear(p.data[p.head+2*p.cells:][:2])
	p.start = p.end
	return cell
}

// close writes the header; right is the last child of an inner page.
func (p *openPage) close(right int64) []byte {
	binary.BigEndian.PutUint16(p.data[3:], uint16(p.cells))
	binary.BigEndian.PutUint16(p.data[5:], uint16(p.start)) // 65536 is written 0
	if p.head == 12 {
		binary.BigEndian.PutUint32(p.data[8:], uint32(right))
	}
	return p.data
}

// appendVarint appends n, a length or an id below 2^56, as SQLite writes it: seven bits a byte, the highest first.
func appendVarint(b []byte, n uint64) []byte {
	if n < 1<<7 {
		return append(b, byte(n))
	}
	shift := 7
	for n>>(shift+7) != 0 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		b = append(b, byte(n>>shift)|0x80)
	}
	return append(b, byte(n&0x7f))
}

// Record is a row or an index entry in the form SQLite stores it.
type Record struct{ types, values, whole []byte }

// Reset empties the record.
func (r *Record) Reset() { r.types, r.values = r.types[:0], r.values[:0] }

// Null adds a NULL.
func (r *Record) Null() { r.types = append(r.types, 0) }

// Int adds a whole number.
func (r *Record) Int(n int64) {
	if n == 0 || n == 1 {
		r.types = append(r.types, 8+byte(n))
		return
	}
	size, kind := 8, byte(6)
	for i, width := range [...]int{1, 2, 3, 4, 6} {
		if top := int64(1) << (8*width - 1); n >= -top && n < top {
			size, kind = width, byte(i+1)
			break
		}
	}
	r.types = append(r.types, kind)
	for shift := 8 * (size - 1); shift >= 0; shift -= 8 {
		r.values = append(r.values, byte(n>>shift))
	}
}

// Text adds a text: UTF-8 without NUL.
func (r *Record) Text(s string) {
	r.types = appendVarint(r.types, uint64(13+2*len(s)))
	r.values = append(r.values, s...)
}

// bytes is the whole record, good until the next call. Its header begins with its own length, that byte included.
func (r *Record) bytes() []byte {
	n := len(r.types) + 1
	if n > 127 {
		n++
	}
	r.whole = append(appendVarint(r.whole[:0], uint64(n)), r.types...)
	r.whole = append(r.whole, r.values...)
	return r.whole
}
