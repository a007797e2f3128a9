package book

import "encoding/binary"

// Pages of b-trees and the entries of an index, as https://www.sqlite.org/fileformat2.html describes them in "B-tree
// Pages" and "Record Format". A page comes from a file that may be damaged: every offset is held against the page before
// it is used.

// treePage is a page of a b-tree.
type treePage struct {
	data   []byte // what SQLite uses of it
	leaf   bool
	cells  int
	header int   // where the offsets of the cells begin
	right  int64 // the page after the last cell, of an inner page
}

// parsePage reads the header of a page of a table or of an index, whose first usable bytes count.
func parsePage(data []byte, usable int, table bool) (p treePage, ok bool) {
	if usable > len(data) || usable < 480 {
		return p, false
	}
	leaf, inner := byte(indexLeaf), byte(indexInner)
	if table {
		leaf, inner = tableLeaf, tableInner
	}
	p = treePage{data: data[:usable:usable], cells: int(binary.BigEndian.Uint16(data[3:]))}
	switch data[0] {
	case leaf:
		p.leaf, p.header = true, 8
	case inner:
		p.right, p.header = int64(binary.BigEndian.Uint32(data[8:])), 12
	default:
		return p, false
	}
	return p, p.header+2*p.cells <= usable
}

// cell is what stands at the offset of cell i, up to the end of the page.
func (p *treePage) cell(i int) ([]byte, bool) {
	at := int(binary.BigEndian.Uint16(p.data[p.header+2*i:]))
	if at < p.header+2*p.cells || at >= len(p.data) {
		return nil, false
	}
	return p.data[at:], true
}

// child is the page before cell i of an inner page.
func (p *treePage) child(i int) (int64, bool) {
	cell, ok := p.cell(i)
	if !ok || len(cell) < 4 {
		return 0, false
	}
	return int64(binary.BigEndian.Uint32(cell)), true
}

// entry reads the entry of cell i of an index into e. One that spills over to other pages is not read.
func (p *treePage) entry(i int, e *IndexEntry) bool {
	cell, ok := p.cell(i)
	if !ok {
		return false
	}
	if !p.leaf {
		if len(cell) < 4 {
			return false
		}
		cell = cell[4:]
	}
	size, n := varint(cell)
	largest := (len(p.data)-12)*64/255 - 23 // of an entry that lies on its page whole
	if n == 0 || size > uint64(largest) || size > uint64(len(cell)-n) {
		return false
	}
	return e.parse(cell[n : n+int(size)])
}

// widestIndex is how many columns an index may have to be walked, with the rowid at the end.
const widestIndex = 16

// IndexEntry is one entry of an index, handed over by WalkIndex. It and its texts are valid only during the call.
type IndexEntry struct {
	columns int
	misread bool // a column was not of the type asked for
	record  []byte
	kinds   [widestIndex]uint8  // the serial type, or textKind
	starts  [widestIndex]uint16 // where the value begins in record
	ends    [widestIndex]uint16
}

const textKind = 13 // what every serial type of a text becomes, its length being known

// sizes is the length of the values of each serial type up to 9; unreadable ones are floats and those never written.
var sizes = [10]uint8{0, 1, 2, 3, 4, 6, 8, unreadable, 0, 0}

const unreadable = 0xff

// parse reads the record of an entry: its header must describe as many columns as the index has and the rowid, and fill
// the record to its last byte.
func (e *IndexEntry) parse(record []byte) bool {
	if len(record) == 0 || e.columns >= widestIndex {
		return false
	}
	head := int(record[0]) // a header of 128 bytes or more would hold more columns than we read
	if head > len(record) || head >= 0x80 {
		return false
	}
	e.record, e.misread = record, false
	at, end, column := 1, head, 0
	for ; at < head; column++ {
		if column > e.columns {
			return false
		}
		kind, n := uint64(record[at]), 1
		if kind >= 0x80 {
			if kind, n = varint(record[at:head]); n == 0 {
				return false
			}
		}
		at += n
		size := 0
		switch {
		case kind < uint64(len(sizes)) && sizes[kind] != unreadable:
			size = int(sizes[kind])
		case kind >= textKind && kind&1 == 1 && kind <= uint64(textKind+2*len(record)):
			size, kind = int(kind-textKind)/2, textKind
		default:
			return false
		}
		if size > len(record)-end {
			return false
		}
		e.kinds[column], e.starts[column] = uint8(kind), uint16(end)
		end += size
		e.ends[column] = uint16(end)
	}
	return column == e.columns+1 && end == len(record)
}

// Null says whether column i is NULL.
func (e *IndexEntry) Null(i int) bool { return e.kinds[i] == 0 }

// Int is column i as a whole number. Another type is 0 and makes the walk end as ErrUnwalkable.
func (e *IndexEntry) Int(i int) int64 {
	n, ok := integer(e.kinds[i], e.record[e.starts[i]:e.ends[i]])
	e.misread = e.misread || !ok
	return n
}

// integer is the value of a serial type of whole numbers; v has the length of that type.
func integer(kind uint8, v []byte) (n int64, ok bool) {
	switch kind {
	case 1:
		return int64(int8(v[0])), true
	case 2:
		return int64(int16(binary.BigEndian.Uint16(v))), true
	case 3:
		return int64(int8(v[0]))<<16 | int64(binary.BigEndian.Uint16(v[1:])), true
	case 4:
		return int64(int32(binary.BigEndian.Uint32(v))), true
	case 5:
		return int64(int16(binary.BigEndian.Uint16(v)))<<32 | int64(binary.BigEndian.Uint32(v[2:])), true
	case 6:
		return int64(binary.BigEndian.Uint64(v)), true
	case 8:
		return 0, true
	case 9:
		return 1, true
	}
	return 0, false
}

// Text is column i as the bytes of a text, valid only during the call. Another type is empty and makes the walk end as
// ErrUnwalkable; ask Null first where there may be one.
func (e *IndexEntry) Text(i int) []byte {
	if e.kinds[i] != textKind {
		e.misread = true
		return nil
	}
	return e.record[e.starts[i]:e.ends[i]]
}

// varint reads a number of up to nine bytes; n is how many there were, 0 when b ends within it.
func varint(b []byte) (x uint64, n int) {
	for i, c := range b {
		if i == 8 {
			return x<<8 | uint64(c), 9
		}
		x = x<<7 | uint64(c&0x7f)
		if c < 0x80 {
			return x, i + 1
		}
	}
	return 0, 0
}
