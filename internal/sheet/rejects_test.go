package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// rejected writes the bad records of a file, or all of them.
func rejected(t require.TestingT, in *Input, all bool) string {
	d, err := NewDecoder(in, saleColumns)
	require.NoError(t, err)
	var out bytes.Buffer
	w := d.Rejects(&out)
	for r := range d.Rows() {
		if all || len(r.Faults) > 0 {
			require.NoError(t, w.Write(r.Raw, r.Faults))
		}
	}
	require.NoError(t, w.Flush())
	return out.String()
}

func TestRejects(t *testing.T) {
	const content = "ref;Client;date;total\n" +
		"1;Ana;2024-01-02;12,50\n" +
		"2;\"Bo; \"\"B\"\"\";soon;much\n" +
		"3;Cy\n" +
		"4;Di;2024-01-02;1;more\n" +
		"5;E\"y;2024-01-02;1\n"
	got := rejected(t, input(t, content, InputOptions{}), false)
	lines := strings.Split(got, "\n")
	require.Equal(t, "ref;Client;date;total;perla_reason", lines[0])
	require.Regexp(t, `^2;"Bo; ""B""";soon;much;"date: .+; total: not a number"$`, lines[1])
	require.Equal(t, []string{
		"3;Cy;;;2 fields found, 4 needed",
		"4;Di;2024-01-02;1;5 fields found, 4 needed;more",
		`5;"E""y";2024-01-02;1;` + bareQuote,
		"",
	}, lines[2:])

	// Mended by hand, it imports; what is refused again keeps one reason.
	mended := strings.NewReplacer(";soon;much;", ";2024-01-03;1,10;", "3;Cy;;;", "3;Cy;2024-01-02;x;", ";more", "").Replace(got)
	again := input(t, mended, InputOptions{})
	require.Equal(t, []string{`Bo; "B" 2024-01-03 1.10`, `in.csv:3:17  total  "x"  not a number`, "Di 2024-01-02 1.00", `E"y 2024-01-02 1.00`}, readSales(t, again))
	require.Equal(t, "ref;Client;date;total;perla_reason\n3;Cy;2024-01-02;x;total: not a number\n", rejected(t, again, false))
}

func TestRejectsPositional(t *testing.T) {
	o := InputOptions{Delimiter: "space", NoHeader: true, Columns: []string{"customer", "date", "total"}}
	got := rejected(t, input(t, "1 19970101 2\n 2 soon 2.5\n3 \"\n", o), false)
	require.True(t, strings.HasPrefix(got, "customer,date,total,perla_reason\n2,soon,2.5,"), got)
	require.Contains(t, got, "3,\"\"\"\",,"+neverClosed)
}

// Whatever the cells hold, the rejects file gives them back.
func TestRejectsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-z,;"\r\n é]{0,6}`)
		delim := rapid.SampledFrom(candidates).Draw(t, "delimiter")
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 3, 3), 1, 10).Draw(t, "rows")
		w := RejectWriter{delim: delim, width: 3, reason: -1}
		w.record([]string{"customer", "date", "ref"}, reasonColumn)
		for _, r := range rows {
			require.NoError(t, w.Write(r, []CellFault{{Field: "date", Reason: "no"}}))
		}
		in, err := OpenInput("-", bytes.NewReader(w.buf), InputOptions{Setting: euros})
		require.NoError(t, err)
		defer in.Close()
		d, err := NewDecoder(in, []Column[struct{}]{})
		require.NoError(t, err)
		i := 0
		for r := range d.Rows() {
			require.Empty(t, r.Faults)
			require.Equal(t, append(rows[i][:3:3], "date: no"), r.Raw)
			i++
		}
		require.Equal(t, len(rows), i)
	})
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestRejectsDiskFull(t *testing.T) {
	d, err := NewDecoder(input(t, "customer,date\n", InputOptions{}), saleColumns)
	require.NoError(t, err)
	w := d.Rejects(full{})
	require.NoError(t, w.Write([]string{"a", "b"}, nil))
	require.ErrorContains(t, w.Flush(), "no space left")
	w = d.Rejects(full{})
	require.ErrorContains(t, w.Write([]string{strings.Repeat("x", bufferSize), "b"}, nil), "no space left")
}
