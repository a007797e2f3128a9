package sheet

import (
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/fault"
)

// units writes s as UTF-16, high byte first or last.
func units(s string, highFirst bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if highFirst {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func TestEncodings(t *testing.T) {
	const text = "name,city\nJosé €,Lodz 😀\n"
	for name, c := range map[string]struct {
		in   string
		want encoding
		cell string
	}{
		"utf-8":             {text, utf8Plain, "José €|Lodz 😀"},
		"utf-8 mark":        {"\ufeff" + text, utf8Marked, "José €|Lodz 😀"},
		"utf-16 le mark":    {"\xff\xfe" + units(text, false), utf16LE, "José €|Lodz 😀"},
		"utf-16 be mark":    {"\xfe\xff" + units(text, true), utf16BE, "José €|Lodz 😀"},
		"utf-16 le":         {units(text, false), utf16LE, "José €|Lodz 😀"},
		"utf-16 be":         {units(text, true), utf16BE, "José €|Lodz 😀"},
		"windows-1252":      {"name,city\nJos\xe9 \x80,Lodz \x96\n", windows1252, "José €|Lodz –"},
		"windows-1252, far": {"name,city\nJos\xe9 \x80," + strings.Repeat("x", 2*bufferSize) + "\n", windows1252, "José €|" + strings.Repeat("x", 2*bufferSize)},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, c.in, InputOptions{})
			require.Equal(t, c.want, in.script.encoding)
			require.Equal(t, []string{"name", "city"}, in.Header())
			require.Equal(t, []string{"2: " + c.cell}, rawRows(t, in))
			require.Contains(t, in.describe(), string(c.want))
		})
	}
}

func TestEncodingsRefused(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"damaged utf-8":          {"name\nJosé\nÁgata\nLodz\xe9\n", "line 4: a byte that is not UTF-8, though the rest of the file is"},
		"marked, not utf-8":      {"\ufeffname\nJos\xe9\n", "line 2: a byte that is not UTF-8"},
		"not windows-1252":       {"name\nAna\nx\x81\n", "line 3: the byte 0x81, which is neither UTF-8 nor Windows-1252"},
		"half a character":       {"\xff\xfe" + units("name\nx", false) + "x", "line 2: half a UTF-16 character"},
		"half a pair":            {"\xff\xfe" + units("name\n", false) + "\x3d\xd8x\x00", "line 2: half a UTF-16 character"},
		"half a pair, at end":    {"\xff\xfe" + units("name\n", false) + "\x3d\xd8", "line 2: half a UTF-16 character"},
		"second half on its own": {"\xff\xfe" + units("name\n", false) + "\x00\xdex\x00", "line 2: half a UTF-16 character"},
		"workbook":               {"PK\x03\x04...", "this is a workbook or a ZIP archive, not a CSV file"},
		"empty":                  {"", "the file is empty: a header was needed"},
		"mark only":              {"\ufeff", "the file is empty: a header was needed"},
		"blank lines only":       {"\n\r\n  \n", "the file is empty: a header was needed"},
		"quote in the header":    {"a,b\"c\n1,2\n", "line 1, column 4, in the header: a quote inside an unquoted field"},
		"nul in the header":      {"a,b\x00c\n1,2\n", "line 1, column 4, in the header: a NUL character"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := OpenInput("-", strings.NewReader(c.in), InputOptions{})
			require.ErrorContains(t, err, c.want)
			require.Equal(t, fault.Rejected, fault.KindOf(err))
		})
	}
}

func TestReadFault(t *testing.T) {
	err := readFault("in.csv", &fs.PathError{Op: "read", Path: "in.csv", Err: errors.New("input/output error")})
	require.EqualError(t, err, "in.csv: cannot be read: input/output error")
	require.Equal(t, fault.IO, fault.KindOf(err))
	require.Equal(t, err, readFault("in.csv", err))

	_, err = survey(broken{}, 100, "in.csv")
	require.EqualError(t, err, "in.csv: cannot be read: broken disk")
	_, err = io.ReadAll(newTranscoder(iotest.ErrReader(errors.New("broken disk")), utf16BE, "in.csv"))
	require.EqualError(t, err, "in.csv: cannot be read: broken disk")
}

// broken is a file on a broken disk.
type broken struct{}

func (broken) ReadAt([]byte, int64) (int, error) { return 0, errors.New("broken disk") }

// What UTF-16 holds comes out as it went in, and wherever a buffer ends.
func TestTranscodeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		s = strings.ToValidUTF8(s, "")
		for highFirst, e := range map[bool]encoding{true: utf16BE, false: utf16LE} {
			got, err := io.ReadAll(newTranscoder(strings.NewReader(units(s, highFirst)), e, "x"))
			require.NoError(t, err)
			require.Equal(t, s, string(got))
		}
	})
}

func TestValidUTF8AcrossBuffers(t *testing.T) {
	for shift := range 4 {
		s := strings.Repeat("x", bufferSize-shift) + "€😀é" + strings.Repeat("y", bufferSize)
		valid, nul, err := validUTF8(strings.NewReader(s))
		require.NoError(t, err)
		require.True(t, valid)
		require.False(t, nul)
	}
	valid, nul, err := validUTF8(strings.NewReader("a\x00b"))
	require.NoError(t, err)
	require.True(t, valid && nul)
	valid, nul, err = validUTF8(strings.NewReader("cut \xf0\x9f\x98"))
	require.NoError(t, err)
	require.False(t, valid || nul)
}
