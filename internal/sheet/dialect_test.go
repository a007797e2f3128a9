package sheet

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/fault"
)

func TestSniff(t *testing.T) {
	for name, c := range map[string]struct {
		in    string
		width int
		want  byte
	}{
		"comma":                           {"a,b\n1,2\n", 0, ','},
		"semicolon with decimal commas":   {"ref;total;tax\nA;12,50;1,20\nB;3,10;0,40\n", 0, ';'},
		"semicolon, commas in the header": {"ref;total, EUR\nA;12,50\nB;3,10\n", 0, ';'},
		"comma, semicolons in the header": {"ref,name;first,total\nA,x,1\nB,y,2\nC,z;u,3\n", 0, ','},
		"tab":                             {"a\tb\n1, 5\t2, 6\n", 0, '\t'},
		"pipe":                            {"a|b\n1|2\n", 0, '|'},
		"one column":                      {"name\nSmith, John\nDoe\n", 0, ','},
		"delimiters within quotes":        {"\"a;b;c;d\",e\n\"1;2;3;4\",5\n", 0, ','},
		"quoted newlines":                 {"a;b\n\"x,\n,y\";1\nz;2\n", 0, ';'},
		"ragged rows do not change it":    {"a,b,c;d\n1,2,3\n4,5,6\n7,8,9\n1,2\n", 0, ','},
		"columns named, header as it may": {"1;2;3\n4;5;6\n", 3, ';'},
		"columns named, first row ragged": {"1;2\n4;5;6\n7;8;9\n1;1;1\n1;1;1\n1;1;1", 3, ';'},
		"empty":                           {"", 0, ','},
		"quotes that break under a comma": {"a|b,c\n1|\"x\"\n2|\"y\"\n", 0, '|'},
		"wider of two that fit":           {"a,b;c,d\n1,2;3,4\n5,6;7,8\n", 0, ','},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, string(c.want), string(sniff([]byte(c.in), true, c.width).delim))
		})
	}
}

// A file written with a delimiter and quoted where needed is recognised, whatever its cells hold.
func TestSniffProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		delim := rapid.SampledFrom(candidates).Draw(t, "delimiter")
		width, rows := rapid.IntRange(2, 6).Draw(t, "columns"), rapid.IntRange(1, 30).Draw(t, "rows")
		w := RejectWriter{delim: delim, width: width - 1, reason: -1}
		names := make([]string, width)
		for i := range names {
			names[i] = fmt.Sprintf("column %d", i)
		}
		w.record(names[:width-1], names[width-1])
		cell := rapid.StringMatching(`[a-z0-9,;|\t"\n ]{0,8}`)
		for range rows {
			cells := rapid.SliceOfN(cell, width, width).Draw(t, "cells")
			w.record(cells[:width-1], cells[width-1])
		}
		require.Equal(t, string(delim), string(sniff(w.buf, true, 0).delim), "%q", w.buf)
	})
}

func TestSniffCutSample(t *testing.T) {
	content := manySales(10_000)
	require.Equal(t, dialect{delim: ','}, sniff(content[:sampleSize], false, 0))
}

func TestParseDelimiter(t *testing.T) {
	for in, want := range map[string]dialect{",": {delim: ','}, "semicolon": {delim: ';'}, "TAB": {delim: '\t'}, `\t`: {delim: '\t'}, "\t": {delim: '\t'},
		"pipe": {delim: '|'}, "comma": {delim: ','}, "space": {blanks: true}, " ": {blanks: true}, "^": {delim: '^'}} {
		got, err := parseDelimiter(in)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, in := range []string{"x", "5", `"`, ",,", "\n", ".", "-", "semicolons and more"} {
		_, err := parseDelimiter(in)
		require.Equal(t, fault.Usage, fault.KindOf(err), in)
	}
	_, err := parseDelimiter("semicolom")
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Contains(t, f.Hint, "did you mean semicolon?")
}

func TestDelimiterNamesParse(t *testing.T) {
	for _, name := range delimiterNames {
		d, err := parseDelimiter(name)
		require.NoError(t, err)
		if name != "space" {
			require.Equal(t, name, d.String())
		}
	}
}

func TestSepLine(t *testing.T) {
	for in, want := range map[string]struct {
		delim byte
		n     int
	}{"sep=;\na;b\n": {';', 6}, "SEP=|\r\na": {'|', 7}, "\"sep=\t\"\ra": {'\t', 8}, "sep=x\n": {}, "sep=;": {}, "sep=;;\n": {}, "separator;x\n": {}} {
		d, n := sepLine([]byte(in))
		require.Equal(t, want.n, n, in)
		require.Equal(t, want.delim, d.delim, in)
	}
	in := input(t, "sep=,\nname,total;x\n\nAna,1\n", InputOptions{})
	require.Equal(t, []string{"name", "total;x"}, in.Header())
	require.Equal(t, []string{`4: Ana|1`}, rawRows(t, in))
}

// input opens content as a file.
func input(t *testing.T, content string, o InputOptions) *Input {
	t.Helper()
	if o.Setting.Zone == nil {
		o.Setting = euros
	}
	in, err := OpenInput("-", strings.NewReader(content), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, in.Close()) })
	return in
}

// rawRows gives the records of a file as "line: cell|cell", with " !" and the first fault where there is one.
func rawRows(t *testing.T, in *Input) []string {
	t.Helper()
	d, err := NewDecoder(in, []Column[struct{}]{})
	require.NoError(t, err)
	var rows []string
	for r := range d.Rows() {
		s := fmt.Sprintf("%d: %s", r.Line, strings.Join(r.Raw, "|"))
		if len(r.Faults) > 0 {
			s += " !" + r.Faults[0].Reason
		}
		rows = append(rows, s)
	}
	require.NoError(t, d.Err())
	require.Len(t, rows, d.Records())
	return rows
}
