package book

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// twoColumns stores an integer, something not asked for, and a text.
var twoColumns = []storedColumn{{place: 0}, {place: -1}, {place: 1, text: true}}

func TestTableRecord(t *testing.T) {
	for name, c := range map[string]struct {
		record []byte
		ok     bool
	}{
		"empty":                     {nil, false},
		"42, NULL, text":            {[]byte{4, 1, 0, 17, 42, 'a', 'b'}, true},
		"a float not asked for":     {[]byte{4, 9, 7, 13, 0, 0, 0, 0, 0, 0, 0, 0}, true},
		"a blob not asked for":      {[]byte{4, 9, 16, 13, 1, 2}, true},
		"a column left out":         {[]byte{3, 9, 0}, true},
		"a header of nothing":       {[]byte{1}, true},
		"a column too many":         {[]byte{5, 9, 0, 13, 9}, false},
		"a header beyond the end":   {[]byte{9, 9, 0, 13}, false},
		"a header of no length":     {[]byte{0, 9, 0, 13}, false},
		"a text beyond the end":     {[]byte{4, 9, 0, 19, 'a', 'b'}, false},
		"bytes left over":           {[]byte{4, 9, 0, 15, 'a', 'b'}, false},
		"a float for an integer":    {[]byte{4, 7, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0}, false},
		"a text for an integer":     {[]byte{4, 15, 0, 13, 'a'}, false},
		"an integer for a text":     {[]byte{4, 9, 0, 9}, false},
		"a blob for an integer":     {[]byte{4, 12, 0, 13}, false},
		"a blob for a text":         {[]byte{4, 9, 0, 14, 1}, false},
		"a type never written":      {[]byte{4, 9, 10, 13}, false},
		"a type cut off":            {[]byte{4, 9, 0, 0x81}, false},
		"a type of nine bytes":      {[]byte{12, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, false},
		"a header of a long length": {append([]byte{0x80, 5, 9, 0, 13}, 0), false},
		"a length of two bytes":     {[]byte{0x80, 5, 9, 0, 13}, true},
	} {
		r := TableRow{cells: make([]rowCell, 2)}
		require.Equal(t, c.ok, r.parse(c.record, twoColumns), name)
	}
	r := TableRow{cells: make([]rowCell, 2)}
	require.True(t, r.parse([]byte{4, 1, 0, 17, 0xd6, 'a', 'b'}, twoColumns))
	require.EqualValues(t, -42, r.Int(0))
	require.Equal(t, "ab", string(r.Text(1)))
	require.True(t, r.parse([]byte{1}, twoColumns))
	require.True(t, r.Null(0) && r.Null(1))
	require.Zero(t, r.Int(0))
	require.Empty(t, r.Text(1))
	require.False(t, r.parse([]byte{1}, []storedColumn{{absent: unreadable}}))
}

// tableLeafPage is a leaf of 512 bytes with two whole rows and one that spills over.
func tableLeafPage() []byte {
	long := append([]byte{0x87, 0x00, 3, 5, 1, 0, 0x8e, 0x01}, make([]byte, 387)...) // 388 of 896 bytes, and a page number
	page := leafPage([]byte{6, 1, 4, 1, 0, 15, 42, 'a'}, []byte{4, 2, 4, 9, 0, 13}, long)
	page[0] = tableLeaf
	return page
}

// readTablePage reads everything a page of a table offers.
func readTablePage(t *testing.T, data []byte, usable int) {
	page, ok := parsePage(data, usable, true)
	if !ok {
		return
	}
	r := TableRow{cells: make([]rowCell, 2)}
	for cell := range page.cells {
		if !page.leaf {
			page.child(cell)
			continue
		}
		_, record, size, ok := page.row(cell)
		if !ok || len(record) > max(size, usable) || size > len(record) && len(record) < 4 || !r.parse(record, twoColumns) {
			continue
		}
		r.Int(0)
		if len(r.Text(1)) > len(record) {
			t.Fatalf("%d bytes of text in a record of %d", len(r.Text(1)), len(record))
		}
	}
}

// FuzzTablePage reads pages of any bytes: nothing may be read beyond them, whatever they say.
func FuzzTablePage(f *testing.F) {
	f.Add(tableLeafPage(), uint16(512))
	f.Add(tableLeafPage(), uint16(500))
	inner := tableLeafPage()
	inner[0] = tableInner
	f.Add(inner, uint16(512))
	f.Fuzz(func(t *testing.T, data []byte, usable uint16) { readTablePage(t, data, int(usable)) })
}

// TestTablePagesOfAnyBytes does the same a hundred thousand times: the fuzzer is slow beside so large a library.
func TestTablePagesOfAnyBytes(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	good := tableLeafPage()
	whole, _ := parsePage(good, 512, true)
	_, part, size, ok := whole.row(2)
	require.True(t, ok)
	require.Equal(t, 896, size)
	require.Less(t, len(part), size)
	for range 100_000 {
		page := slices.Clone(good)
		for range 1 + random.IntN(6) {
			at := random.IntN(24) // the header
			if random.IntN(2) > 0 {
				at = len(page) - 1 - random.IntN(420) // the cells
			}
			page[at] = byte(random.IntN(256))
		}
		if random.IntN(8) == 0 {
			page[0] = tableInner
		}
		readTablePage(t, page, 480+random.IntN(33))
	}
}
