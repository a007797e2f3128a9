package book

import "math"

// row reads cell i of a leaf of a table: the id of a row and its record of size bytes. Where the record does not fit, it
// is the part that stands on the page, with the four bytes behind it that say where it goes on.
func (p *treePage) row(i int) (id int64, record []byte, size int, ok bool) {
	cell, ok := p.cell(i)
	if !ok {
		return 0, nil, 0, false
	}
	length, n := varint(cell)
	if n == 0 || length > math.MaxInt32 {
		return 0, nil, 0, false
	}
	number, m := varint(cell[n:])
	if m == 0 {
		return 0, nil, 0, false
	}
	cell, size = cell[n+m:], int(length)
	here := size
	if largest := len(p.data) - 35; size > largest {
		smallest := (len(p.data)-12)*32/255 - 23
		if here = smallest + (size-smallest)%(len(p.data)-4); here > largest {
			here = smallest
		}
		here += 4
	}
	if here > len(cell) {
		return 0, nil, 0, false
	}
	return int64(number), cell[:here], size, true
}

// TableRow is one row of a table, handed over by WalkTable. It and its texts are valid only during the call. Columns are
// named by their place in the list given to WalkTable.
type TableRow struct {
	ID     int64
	record []byte
	cells  []rowCell // of the columns asked for
}

// rowCell is where the value of a column stands in the record.
type rowCell struct {
	kind       uint8 // the serial type, or textKind
	start, end int32
}

// storedColumn is a column that the rows of a table store.
type storedColumn struct {
	place  int   // among the columns asked for; -1 when it is not
	text   bool  // else a whole number
	absent uint8 // the serial type that stands for it in a row which ends before it
}

// parse reads a record: its header must describe no more columns than the table stores, those asked for in the type they
// were declared with, and fill the record to its last byte.
func (r *TableRow) parse(record []byte, layout []storedColumn) bool {
	length, at := varint(record)
	if at == 0 || length < uint64(at) || length > uint64(len(record)) {
		return false
	}
	r.record = record
	head, end, column := int(length), int(length), 0
	for ; at < head; column++ {
		if column == len(layout) {
			return false
		}
		kind, n := uint64(record[at]), 1
		if kind >= 0x80 {
			if kind, n = varint(record[at:head]); n == 0 {
				return false
			}
		}
		at += n
		size := valueSize(kind)
		if size > uint64(len(record)-end) {
			return false
		}
		start := end
		end += int(size)
		if c := &layout[column]; c.place >= 0 {
			if kind >= textKind && kind&1 == 1 {
				kind = textKind
			}
			fits := kind == 0 || c.text && kind == textKind || !c.text && kind < uint64(len(sizes)) && kind != float
			if !fits {
				return false
			}
			r.cells[c.place] = rowCell{uint8(kind), int32(start), int32(end)}
		}
	}
	for _, c := range layout[column:] {
		if c.place >= 0 && c.absent == unreadable {
			return false
		}
		if c.place >= 0 {
			r.cells[c.place] = rowCell{kind: c.absent}
		}
	}
	return end == len(record)
}

const float = 7 // the serial type

// valueSize is the length of a value of a serial type, more than any record has when there is no such type.
func valueSize(kind uint64) uint64 {
	switch {
	case kind >= 12:
		return (kind - 12) / 2
	case kind == float:
		return 8
	case kind < uint64(len(sizes)):
		return uint64(sizes[kind])
	}
	return math.MaxUint64
}

// Null says whether column i is NULL.
func (r *TableRow) Null(i int) bool { return r.cells[i].kind == 0 }

// Int is column i, a whole number; 0 when it is NULL.
func (r *TableRow) Int(i int) int64 {
	c := r.cells[i]
	n, _ := integer(c.kind, r.record[c.start:c.end])
	return n
}

// Text is column i as the bytes of a text, valid only during the call; none when it is NULL.
func (r *TableRow) Text(i int) []byte {
	c := r.cells[i]
	return r.record[c.start:c.end]
}
