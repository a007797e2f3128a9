package book

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestVarint(t *testing.T) {
	for _, c := range []struct {
		bytes []byte
		want  uint64
		n     int
	}{
		{nil, 0, 0},
		{[]byte{0}, 0, 1},
		{[]byte{0x7f, 9}, 127, 1},
		{[]byte{0x81, 0x00}, 128, 2},
		{[]byte{0x80}, 0, 0},
		{[]byte{0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, 0, 0},
		{[]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 1<<64 - 1, 9},
		{[]byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 1, 9},
	} {
		got, n := varint(c.bytes)
		require.Equal(t, c.n, n, "% x", c.bytes)
		if n > 0 {
			require.Equal(t, c.want, got, "% x", c.bytes)
		}
	}
}

func TestRecord(t *testing.T) {
	const columns = 2 // and the rowid
	for name, c := range map[string]struct {
		record []byte
		ok     bool
	}{
		"empty":                     {nil, false},
		"NULL, text, 1":             {[]byte{4, 0, 17, 9, 'a', 'b'}, true},
		"a column too few":          {[]byte{3, 0, 9}, false},
		"a column too many":         {[]byte{5, 0, 9, 9, 9}, false},
		"a header beyond the end":   {[]byte{9, 0, 9, 9}, false},
		"a header of no length":     {[]byte{0, 0, 9, 9}, false},
		"a text beyond the end":     {[]byte{4, 0, 19, 9, 'a', 'b'}, false},
		"bytes left over":           {[]byte{4, 0, 15, 9, 'a', 'b'}, false},
		"a float":                   {[]byte{4, 0, 7, 9, 0, 0, 0, 0, 0, 0, 0, 0}, false},
		"a type never written":      {[]byte{4, 0, 10, 9}, false},
		"a blob":                    {[]byte{4, 0, 14, 9, 1}, false},
		"an empty blob":             {[]byte{4, 0, 12, 9}, false},
		"an empty text":             {[]byte{4, 0, 13, 9}, true},
		"a type cut off":            {[]byte{4, 0, 9, 0x81}, false},
		"a type of two bytes":       {append([]byte{5, 0, 0x81, 0x0d, 9}, make([]byte, 64)...), true},
		"a type of nine bytes":      {[]byte{12, 0, 9, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, false},
		"a header of a long length": {append([]byte{0x81, 0x00, 0, 9, 9}, make([]byte, 200)...), false},
	} {
		e := IndexEntry{columns: columns}
		require.Equal(t, c.ok, e.parse(c.record), name)
	}
}

func TestIntegersOfEveryLength(t *testing.T) {
	e := IndexEntry{columns: 0}
	for _, c := range []struct {
		record []byte
		want   int64
	}{
		{[]byte{2, 8}, 0},
		{[]byte{2, 9}, 1},
		{[]byte{2, 1, 0xfe}, -2},
		{[]byte{2, 2, 0x80, 0x00}, -1 << 15},
		{[]byte{2, 3, 0xff, 0xff, 0xfe}, -2},
		{[]byte{2, 3, 0x7f, 0xff, 0xff}, 1<<23 - 1},
		{[]byte{2, 4, 0x80, 0, 0, 0}, -1 << 31},
		{[]byte{2, 5, 0x80, 0, 0, 0, 0, 0}, -1 << 47},
		{[]byte{2, 5, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff}, 1<<47 - 1},
		{[]byte{2, 6, 0x80, 0, 0, 0, 0, 0, 0, 0}, -1 << 63},
	} {
		require.True(t, e.parse(c.record))
		require.Equal(t, c.want, e.Int(0), "% x", c.record)
		require.False(t, e.misread)
	}
	require.True(t, e.parse([]byte{2, 15, 'a'}))
	require.Zero(t, e.Int(0))
	require.True(t, e.misread, "a text is no number")
	require.True(t, e.parse([]byte{2, 0}))
	require.Empty(t, e.Text(0))
	require.True(t, e.misread, "NULL is no text")
}

// leafPage is a page of 512 bytes with the given cells.
func leafPage(cells ...[]byte) []byte {
	page := make([]byte, 512)
	page[0] = indexLeaf
	binary.BigEndian.PutUint16(page[3:], uint16(len(cells)))
	end := len(page)
	for i, c := range cells {
		end -= len(c)
		copy(page[end:], c)
		binary.BigEndian.PutUint16(page[8+2*i:], uint16(end))
	}
	return page
}

func TestCells(t *testing.T) {
	e := IndexEntry{columns: 1}
	good := []byte{4, 3, 1, 9, 42}
	page, ok := parsePage(leafPage(good, good), 512, false)
	require.True(t, ok)
	require.True(t, page.leaf)
	require.True(t, page.entry(1, &e))
	require.EqualValues(t, 42, e.Int(0))

	spilled := append([]byte{103, 3, 77, 9}, make([]byte, 32)...) // 102 bytes are the most a page of 512 keeps of an entry
	page, _ = parsePage(leafPage(append(spilled, make([]byte, 120)...)), 512, false)
	require.False(t, page.entry(0, &e), "the rest lies on another page")

	for name, damage := range map[string]func(page []byte){
		"a cell in the header":       func(p []byte) { binary.BigEndian.PutUint16(p[8:], 9) },
		"a cell beyond the page":     func(p []byte) { binary.BigEndian.PutUint16(p[8:], 512) },
		"a cell cut off":             func(p []byte) { binary.BigEndian.PutUint16(p[8:], 511); p[511] = 4 },
		"a length cut off":           func(p []byte) { binary.BigEndian.PutUint16(p[8:], 511); p[511] = 0x84 },
		"no room for the child page": func(p []byte) { p[0] = indexInner; binary.BigEndian.PutUint16(p[12:], 510) },
	} {
		data := leafPage(good)
		damage(data)
		page, ok := parsePage(data, 512, false)
		require.True(t, ok, name)
		require.False(t, page.entry(0, &e), name)
	}
	for name, damage := range map[string]func(page []byte){
		"a page of a table": func(p []byte) { p[0] = 13 },
		"an empty page":     func(p []byte) { clear(p) },
		"too many cells":    func(p []byte) { binary.BigEndian.PutUint16(p[3:], 253) },
	} {
		data := leafPage(good)
		damage(data)
		_, ok := parsePage(data, 512, false)
		require.False(t, ok, name)
	}
	_, ok = parsePage(leafPage(good), 479, false)
	require.False(t, ok, "a page too small")
	_, ok = parsePage(leafPage(good), 1024, false)
	require.False(t, ok, "a page cut off")
}

// FuzzIndexPage reads pages of any bytes: nothing may be read beyond them, whatever they say.
func FuzzIndexPage(f *testing.F) {
	good := []byte{4, 3, 1, 9, 42}
	f.Add(leafPage(good, good), uint16(512), uint8(1))
	f.Add(leafPage([]byte{6, 4, 0, 17, 9, 'a', 'b'}), uint16(500), uint8(2))
	inner := leafPage(append([]byte{0, 0, 0, 7}, good...))
	copy(inner[12:], inner[8:10])
	inner[0] = indexInner
	f.Add(inner, uint16(512), uint8(1))
	f.Fuzz(func(t *testing.T, data []byte, usable uint16, columns uint8) {
		readPage(t, data, int(usable), int(columns))
	})
}

// readPage reads everything a page offers.
func readPage(t *testing.T, data []byte, usable, columns int) {
	page, ok := parsePage(data, usable, false)
	if !ok {
		return
	}
	e := IndexEntry{columns: columns}
	for cell := range page.cells {
		if !page.leaf {
			page.child(cell)
		}
		if !page.entry(cell, &e) {
			continue
		}
		length := 0
		for column := range e.columns + 1 {
			e.Int(column)
			length += len(e.Text(column))
			e.Null(column)
		}
		if length > len(e.record) {
			t.Fatalf("%d bytes of text in a record of %d", length, len(e.record))
		}
	}
}

// TestPagesOfAnyBytes does the same a hundred thousand times: the fuzzer is slow beside so large a library.
func TestPagesOfAnyBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	good := leafPage([]byte{4, 3, 1, 9, 42}, []byte{6, 4, 0, 17, 9, 'a', 'b'}, []byte{9, 3, 6, 9, 1, 2, 3, 4, 5, 6, 7, 8}, []byte{4, 3, 0, 9})
	for range 100_000 {
		page := slices.Clone(good)
		for range 1 + random.IntN(6) {
			at := random.IntN(24) // the header
			if random.IntN(2) > 0 {
				at = len(page) - 1 - random.IntN(32) // the cells
			}
			page[at] = byte(random.IntN(256))
		}
		if random.IntN(4) == 0 {
			page[0] = indexInner
		}
		readPage(t, page, 480+random.IntN(33), random.IntN(4))
	}
}
