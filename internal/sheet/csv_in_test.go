package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// cut is one record as a test sees it.
type cut struct {
	line  int
	cells []string
	bad   string
	badAt int
}

// cutAll reads src to its end.
func cutAll(src io.Reader, d dialect, nul bool) ([]cut, error) {
	t := newTokenizer(src, "in.csv", d, 1)
	t.nul = nul
	var all []cut
	for t.next() {
		c := cut{line: t.rec.line, bad: t.rec.bad}
		if c.bad != "" {
			c.badAt = t.rec.badAt
		} else {
			for i := range t.rec.fields {
				c.cells = append(c.cells, string(t.rec.value(i)))
			}
		}
		all = append(all, c)
	}
	return all, t.err
}

func TestTokenizer(t *testing.T) {
	comma, blanks := dialect{delim: ','}, dialect{blanks: true}
	row := func(line int, cells ...string) cut { return cut{line: line, cells: cells} }
	for name, c := range map[string]struct {
		in   string
		d    dialect
		want []cut
	}{
		"lf":                      {"a,b\n1,2\n", comma, []cut{row(1, "a", "b"), row(2, "1", "2")}},
		"crlf":                    {"a,b\r\n1,2\r\n", comma, []cut{row(1, "a", "b"), row(2, "1", "2")}},
		"cr":                      {"a,b\r1,2\r", comma, []cut{row(1, "a", "b"), row(2, "1", "2")}},
		"no last line end":        {"a,b\n1,2", comma, []cut{row(1, "a", "b"), row(2, "1", "2")}},
		"empty last field":        {"a,\n,", comma, []cut{row(1, "a", ""), row(2, "", "")}},
		"semicolon":               {"a;b,c\n", dialect{delim: ';'}, []cut{row(1, "a", "b,c")}},
		"blank lines":             {"\n\r\na\n  \n\n\tb \n\n", comma, []cut{row(3, "a"), row(6, "\tb ")}},
		"quoted":                  {`"a, b",""` + "\n", comma, []cut{row(1, "a, b", "")}},
		"quoted blank is no line": {`""` + "\n" + `" "`, comma, []cut{row(1, ""), row(2, " ")}},
		"doubled quotes":          {`"""a"" b",x,"""",y` + "\n", comma, []cut{row(1, `"a" b`, "x", `"`, "y")}},
		"quoted newlines":         {"\"a\nb\r\nc\rd\",1\ne,2\n", comma, []cut{row(1, "a\nb\r\nc\rd", "1"), row(5, "e", "2")}},
		"bare quote":              {"a,b\n1,x\"y\n3,4\n", comma, []cut{row(1, "a", "b"), {line: 2, bad: bareQuote, badAt: 3}, row(3, "3", "4")}},
		"quote after space":       {"a, \"b\"\n", comma, []cut{{line: 1, bad: bareQuote, badAt: 3}}},
		"text after quote":        {"\"a\"b,c\nd,e\n", comma, []cut{{line: 1, bad: afterQuote, badAt: 3}, row(2, "d", "e")}},
		"space after quote":       {"\"a\" ,c\n", comma, []cut{{line: 1, bad: afterQuote, badAt: 3}}},
		"text after quote, below": {"\"a\nb\"c,\nd,e\n", comma, []cut{{line: 1, bad: afterQuote, badAt: 5}, row(3, "d", "e")}},
		"never closed":            {"a,b\n1,\"x\n2,y\n", comma, []cut{row(1, "a", "b"), {line: 2, bad: neverClosed, badAt: 2}}},
		"doubled at the end":      {`a,"b""`, comma, []cut{{line: 1, bad: neverClosed, badAt: 2}}},
		"nul":                     {"a,b\n1,\x002\n3,4", comma, []cut{row(1, "a", "b"), {line: 2, bad: "a NUL character", badAt: 2}, row(3, "3", "4")}},
		"blanks":                  {" 1  2\t3 \n\n \t\n4 \"5 6\" 7", blanks, []cut{row(1, "1", "2", "3"), row(4, "4", "5 6", "7")}},
		"blanks, text after":      {"1 \"2\"3\n4\n", blanks, []cut{{line: 1, bad: afterQuote, badAt: 5}, row(2, "4")}},
		"blanks, bare quote":      {"1 2\"3\n4\n", blanks, []cut{{line: 1, bad: bareQuote, badAt: 3}, row(2, "4")}},
		"blanks, never closed":    {"1 \"2\n4\n", blanks, []cut{{line: 1, bad: neverClosed, badAt: 2}}},
		"nothing":                 {"", comma, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := cutAll(strings.NewReader(c.in), c.d, true)
			require.NoError(t, err)
			require.Equal(t, c.want, got)
			got, err = cutAll(iotest.OneByteReader(strings.NewReader(c.in)), c.d, true)
			require.NoError(t, err)
			require.Equal(t, c.want, got, "one byte at a time")
		})
	}
}

func TestTokenizerLargeField(t *testing.T) {
	long := strings.Repeat("0123456789", 100_000)
	got, err := cutAll(strings.NewReader("a,b\n\""+long+"\n\",2\n3,4\n"), dialect{delim: ','}, false)
	require.NoError(t, err)
	require.Equal(t, []cut{{line: 1, cells: []string{"a", "b"}}, {line: 2, cells: []string{long + "\n", "2"}}, {line: 4, cells: []string{"3", "4"}}}, got)
}

// endless is a text without an end.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

func TestTokenizerBoundsARecord(t *testing.T) {
	for head, want := range map[string]string{
		"a,b\nc,d \u00e9\n\"e\nf\",\"g": "line 4, column 4: the quote opened here is not closed within 16 MB",
		"a,b\nc":                        "line 2: a record of more than 16 MB",
	} {
		src := &endless{}
		_, err := cutAll(io.MultiReader(strings.NewReader(head), src), dialect{delim: ','}, false)
		require.ErrorContains(t, err, want)
		require.Equal(t, fault.Rejected, fault.KindOf(err))
		require.Less(t, src.read, 3*maxRecord)
	}
}

func TestTokenizerBoundsFields(t *testing.T) {
	got, err := cutAll(strings.NewReader(strings.Repeat(",", maxFields)+"\na\n"), dialect{delim: ','}, false)
	require.NoError(t, err)
	require.Equal(t, "more than 16384 fields", got[0].bad)
	require.Equal(t, cut{line: 2, cells: []string{"a"}}, got[1])
}

func TestTokenizerReadError(t *testing.T) {
	broken := errors.New("broken disk")
	got, err := cutAll(io.MultiReader(strings.NewReader("a,b\nc,"), iotest.ErrReader(broken)), dialect{delim: ','}, false)
	require.ErrorIs(t, err, broken)
	require.Equal(t, []cut{{line: 1, cells: []string{"a", "b"}}}, got)
}

func TestPosition(t *testing.T) {
	for head, want := range map[string][2]int{"": {0, 1}, "aé": {0, 3}, "a\nbc": {1, 3}, "a\r\nb": {1, 2}, "a\rb\n": {2, 1}} {
		lines, column := position([]byte(head))
		require.Equal(t, want, [2]int{lines, column}, "%q", head)
	}
}

// FuzzTokenizer holds the tokenizer against the standard library: what one accepts the other accepts, with the same cells. Lone CR (a line
// end here) and lines of blanks (skipped here) are where the two differ by intent.
func FuzzTokenizer(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\"\"b\",\r\n\"c\nd\"\r\n", "a;b\n;\n", "a,\"b", "a\"b\n\n x\n", "\"a\" ,b", "1\t2\n\t\n", "\"\"\"\n\"\""} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(1))
	}
	f.Fuzz(func(t *testing.T, s string, which uint8) {
		delim := []byte{',', ';', '\t', '|'}[which%4]
		d := dialect{delim: delim}
		got, err := cutAll(strings.NewReader(s), d, false)
		require.NoError(t, err)
		bytewise, err := cutAll(iotest.OneByteReader(strings.NewReader(s)), d, false)
		require.NoError(t, err)
		require.Equal(t, got, bytewise)
		if _, err := cutAll(strings.NewReader(s), dialect{blanks: true}, true); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(strings.ReplaceAll(s, "\r\n", "\n"), "\r") {
			return
		}
		r := csv.NewReader(strings.NewReader(s))
		r.Comma, r.FieldsPerRecord = rune(delim), -1
		want, err := r.ReadAll()
		bad := false
		var mine [][]string
		for _, c := range got {
			bad = bad || c.bad != ""
			for i := range c.cells {
				c.cells[i] = strings.ReplaceAll(c.cells[i], "\r\n", "\n")
			}
			if !isBlankRecord(c.cells) {
				mine = append(mine, c.cells)
			}
		}
		require.Equal(t, err != nil, bad, "encoding/csv: %v", err)
		if bad {
			return
		}
		var theirs [][]string
		for _, record := range want {
			if !isBlankRecord(record) {
				theirs = append(theirs, record)
			}
		}
		require.Equal(t, theirs, mine)
	})
}

func isBlankRecord(cells []string) bool {
	return len(cells) == 1 && strings.Trim(cells[0], " \t") == ""
}

func TestLooseCells(t *testing.T) {
	for raw, want := range map[string][]string{
		`1,This "is" odd,3`:        {"1", `This "is" odd`, "3"},
		`1,"Hey, I missed " it",3`: {"1", `Hey, I missed " it`, "3"},
		`1,"two ""x"" ` + `" y",3`: {"1", `two "x" " y`, "3"},
		`1,"open,3`:                {"1", `"open`, "3"},
		`,`:                        {"", ""},
		``:                         {""},
		`"a"`:                      {"a"},
	} {
		require.Equal(t, want, looseCells([]byte(raw), dialect{delim: ','}), raw)
	}
	require.Equal(t, []string{"1", `a"b`}, looseCells([]byte(` 1  a"b `), dialect{blanks: true}))
}
