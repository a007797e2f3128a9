package render

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the pictures under testdata anew")

var (
	reportHeads = []string{"customer_id", "ref", "name", "last_order", "recency_days", "frequency", "monetary", "score", "segment"}
	reportRight = []bool{true, false, false, false, true, true, true, true, false}
	reportRows  = [][]string{
		{"1", "C-0001", "Ana María Pérez García", "2026-11-02", "20", "12", "1.234,56", "554", "champions"},
		{"2", "C-0002", "山田太郎 Yamada", "2026-09-12", "71", "2", "88,00", "422", "potential_loyalist"},
		{"3", "C-0003", "José e\u0301lan \x1b[31mred\x07", "2025-01-30", "661", "1", "-12,00", "111", "hibernating"},
		{"4", "C-0004", "👩\u200d👩\u200d👧 ❤️ 🇪🇸\nOrtiz", "2026-11-20", "2", "1", "45,10", "512", "new"},
		{"5", "C-0005", "שלום \u202eעולם", "2026-08-20", "94", "7", "12.345,10", "355", "loyal"},
		{"6", "", "", "", "", "0", "0,00"},
	}
	person = []Section{
		{Pairs: []Pair{
			{"id", "42"}, {"ref", "C-0001"}, {"email", "ana.maria.perez@un-dominio-largo.example"}, {"company", ""},
			{"preferred_channel", "whatsapp"},
			{"notes", "Asks for gift wrapping; do not call before ten in the morning.\nHer sister is María.\x1b]0;owned\x07"},
		}},
		{"orders", []Pair{{"count", "12"}, {"total", "1.234,56"}, {"a_label_longer_than_labels_are", "5"}}},
		{"empty", []Pair{{"nothing", ""}}},
	}
	grid = Heat{
		Title:   "Customers by recency and frequency on 2026-11-22",
		RowAxis: "R: 5 bought last", ColAxis: "F: 5 buys most often",
		Rows:   []string{"R5", "R4", "R3", "R2", "R1"},
		Cols:   []string{"F1", "F2", "F3", "F4", "F5"},
		Counts: [][]int{{4, 7, 6, 12, 26}, {6, 9, 8, 10, 7}, {9, 7, 8, 16, 4}, {12, 8, 6, 1, 0}, {22, 9, 5, 2, 3}},
		Names: [][]string{
			{"new", "potential_loyalist", "potential_loyalist", "champions", "champions"},
			{"promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"},
			{"about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"},
			{"hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"},
			{"hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"},
		},
	}
	segments = []Bar{
		{"champions", "12.345,00", 12345}, {"potential_loyalist", "3.100,50", 3100.5}, {"at_risk", "12,00", 12},
		{"returns", "-2.000,00", -2000}, {"others", "0", 0},
	}
)

// TestPictures compares everything drawn, at two widths, without colour, with the 16 colours and with the 256.
func TestPictures(t *testing.T) {
	bare := grid
	bare.Names = nil
	pictures := map[string]func(*bytes.Buffer, Style) error{
		"table": func(b *bytes.Buffer, s Style) error {
			note, err := Table(b, s, reportHeads, reportRows, reportRight, nil)
			b.WriteString(note)
			return err
		},
		"card":      func(b *bytes.Buffer, s Style) error { return Card(b, s, "Ana María Pérez García", person) },
		"heat":      func(b *bytes.Buffer, s Style) error { return grid.Draw(b, s) },
		"heat-bare": func(b *bytes.Buffer, s Style) error { return bare.Draw(b, s) },
		"bars":      func(b *bytes.Buffer, s Style) error { return Bars(b, s, segments) },
	}
	styles := map[string]Style{
		"80":       {Width: 80, Terminal: true},
		"40":       {Width: 40, Terminal: true},
		"20":       {Width: 20, Terminal: true},
		"80-16":    {Width: 80, Terminal: true, Color: true, paint: newPalette(false)},
		"80-256":   {Width: 80, Terminal: true, Color: true, paint: newPalette(true)},
		"40-256":   {Width: 40, Terminal: true, Color: true, paint: newPalette(true)},
		"no-tty":   {Width: 40},
		"pipe-256": {Width: 40, Color: true, paint: newPalette(true)},
	}
	for name, draw := range pictures {
		for style, s := range styles {
			t.Run(name+"-"+style, func(t *testing.T) {
				var got bytes.Buffer
				require.NoError(t, draw(&got, s))
				file := filepath.Join("testdata", name+"-"+style+".txt")
				if *update {
					require.NoError(t, os.MkdirAll("testdata", 0o755))
					require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err)
				require.Equal(t, string(want), got.String())
				checkPicture(t, got.String(), s)
			})
		}
	}
}

// checkPicture holds what is true of every picture: no control but line ends and our own colours, no space at a line's end.
func checkPicture(t require.TestingT, picture string, s Style) {
	require.True(t, utf8.ValidString(picture))
	if !s.Color {
		require.NotContains(t, picture, "\x1b")
	}
	for line := range strings.Lines(picture) {
		line = strings.TrimSuffix(line, "\n")
		bare := ansi.Strip(line)
		require.Equal(t, Clean(bare), bare)
		require.Equal(t, strings.TrimRight(line, " "), line)
	}
}

func text() *rapid.Generator[string] {
	parts := []string{"ana", "María José", "日本語", "👩\u200d👩\u200d👧", "🇪🇸", "e\u0301", "שלום", "\x1b[2J", "\u009b31m", "\n", "\r\n", "\t", "\x00", "\x7f",
		"\u202e", "\u2066", "\xff", "\u2028", " ", "a_long_word_without_an_end_", "2026-11-22", "❤️"}
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 6), func(s []string) string { return strings.Join(s, "") })
}

func TestTableFitsWhateverItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		heads := rapid.SliceOfN(rapid.StringMatching(`[a-z]{1,9}(_[a-z]{1,9}){0,2}`), 1, 9).Draw(t, "heads")
		rows := rapid.SliceOfN(rapid.SliceOfN(text(), 0, len(heads)), 0, 5).Draw(t, "rows")
		s := Style{Width: rapid.IntRange(1, 120).Draw(t, "width"), Terminal: true}
		var out bytes.Buffer
		ranks := rapid.SliceOfN(rapid.IntRange(0, 3), 0, len(heads)).Draw(t, "ranks")
		note, err := Table(&out, s, heads, rows, nil, ranks)
		require.NoError(t, err)
		checkPicture(t, out.String(), s)
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		for _, l := range lines {
			require.LessOrEqual(t, widthOf(l), s.Width, l)
		}
		rule := 0
		for !strings.HasPrefix(lines[rule], "─") {
			rule++
		}
		require.Len(t, lines[rule+1:], len(rows))
		shown := strings.Count(lines[rule], gap) + 1
		left := 0
		if note != "" {
			left = len(strings.Split(note, ", "))
		}
		empty := 0
		for i := range heads {
			if !slices.ContainsFunc(rows, func(r []string) bool { return i < len(r) && widthOf(Clean(r[i])) > 0 }) {
				empty++
			}
		}
		require.LessOrEqual(t, shown+left, len(heads))
		require.GreaterOrEqual(t, shown+left, len(heads)-empty)
	})
}

// TestTableLeavesOutByRank has a table of five columns of ten letters: what is left is what has the lowest ranks, in the
// order of the columns.
func TestTableLeavesOutByRank(t *testing.T) {
	heads := []string{"a", "b", "c", "d", "e"}
	row := slices.Repeat([]string{"abcdefghij"}, len(heads))
	for _, c := range []struct {
		width      int
		ranks      []int
		left, note string
	}{
		{58, []int{2, 0, 1}, "a b c d e", ""},
		{57, nil, "a b c d", "not shown at this width: e"},
		{57, []int{1, 1, 1, 1, 1}, "a b c d", "not shown at this width: e"},
		{57, []int{0, 2}, "a c d e", "not shown at this width: b"},
		{40, []int{3, 0, 2, 2, 1}, "b c e", "not shown at this width: a, d"},
		{10, []int{3, 2, 0, 1, 1}, "c", "not shown at this width: a, b, d, e"},
		{4, []int{3, 2, 0, 1, 1}, "c", "not shown at this width: a, b, d, e"},
	} {
		var out bytes.Buffer
		note, err := Table(&out, Style{Width: c.width, Terminal: true}, heads, [][]string{row}, nil, c.ranks)
		require.NoError(t, err)
		require.Equal(t, c.note, note)
		require.Equal(t, c.left, strings.Join(strings.Fields(strings.Split(out.String(), "\n")[0]), " "))
	}
}

func TestTableCutsNoFigure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		figures := rapid.SliceOfN(rapid.StringMatching(`-?[1-9][0-9.]{0,12},[0-9]{2}`), 1, 6).Draw(t, "figures")
		width := rapid.IntRange(17, 60).Draw(t, "width")
		right := make([]bool, len(figures))
		for i := range right {
			right[i] = true
		}
		var out bytes.Buffer
		_, err := Table(&out, Style{Width: width, Terminal: true}, make([]string, len(figures)), [][]string{figures}, right, nil)
		require.NoError(t, err)
		for _, f := range strings.Fields(strings.Split(out.String(), "\n")[2]) {
			require.Contains(t, figures, f)
		}
	})
}

func TestTableOffATerminalShowsEverything(t *testing.T) {
	var out bytes.Buffer
	note, err := Table(&out, Style{Width: 20}, reportHeads, reportRows, reportRight, nil)
	require.NoError(t, err)
	require.Empty(t, note)
	require.Contains(t, out.String(), "Ana María Pérez García")
	require.Contains(t, out.String(), "potential_loyalist")
	note, err = Table(&out, Style{Width: 20}, nil, nil, nil, nil)
	require.NoError(t, err)
	require.Empty(t, note)
}

func TestCardFitsWhateverItHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Style{Width: rapid.IntRange(12, 100).Draw(t, "width"), Terminal: true}
		pairs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Pair {
			return Pair{rapid.StringMatching(`[a-z]{1,30}`).Draw(t, "label"), text().Draw(t, "value")}
		}), 0, 5).Draw(t, "pairs")
		var out bytes.Buffer
		require.NoError(t, Card(&out, s, text().Draw(t, "title"), []Section{{Pairs: pairs}}))
		checkPicture(t, out.String(), s)
		for l := range strings.Lines(out.String()) {
			require.LessOrEqual(t, widthOf(strings.TrimSuffix(l, "\n")), s.Width, l)
		}
	})
}

func TestBarsFit(t *testing.T) {
	for width := 13; width <= 120; width++ {
		var out bytes.Buffer
		require.NoError(t, Bars(&out, Style{Width: width, Terminal: true}, segments))
		for l := range strings.Lines(out.String()) {
			require.LessOrEqual(t, widthOf(strings.TrimSuffix(l, "\n")), width, l)
		}
	}
}

func TestHeatFits(t *testing.T) {
	for width := 20; width <= 200; width++ {
		for _, s := range []Style{{Width: width, Terminal: true}, {Width: width, Terminal: true, Color: true, paint: newPalette(true)}} {
			var out bytes.Buffer
			require.NoError(t, grid.Draw(&out, s))
			for l := range strings.Lines(out.String()) {
				require.LessOrEqual(t, widthOf(strings.TrimSuffix(l, "\n")), width, l)
			}
		}
	}
}

func TestHeatOfNothing(t *testing.T) {
	var out bytes.Buffer
	h := Heat{Rows: []string{"R2", "R1"}, Cols: []string{"F1"}}
	require.NoError(t, h.Draw(&out, Style{Width: 40, Terminal: true}))
	require.Equal(t, 2, strings.Count(out.String(), "·"))
	require.Equal(t, "0%", h.share(0))
}

func TestHeatScaleNamesTheCountsOfEachShade(t *testing.T) {
	h := Heat{Rows: []string{"a"}, Cols: make([]string, 40), Counts: [][]int{make([]int, 40)}}
	for most := 1; most <= 39; most++ {
		for n := range h.Counts[0] {
			h.Counts[0][n] = min(n, most)
		}
		var out bytes.Buffer
		h.drawScale(&out, Style{Width: 80}, 0)
		for n := 1; n <= most; n++ {
			k := h.level(0, n)
			require.True(t, n > most*(k-1)/levels && n <= most*k/levels, "%d of %d is not in shade %d", n, most, k)
			require.Contains(t, out.String(), shades[k])
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteErrorsSurface(t *testing.T) {
	s := Style{Width: 80}
	_, err := Table(full{}, s, reportHeads, reportRows, reportRight, nil)
	require.ErrorIs(t, err, os.ErrClosed)
	require.ErrorIs(t, Card(full{}, s, "x", person), os.ErrClosed)
	require.ErrorIs(t, grid.Draw(full{}, s), os.ErrClosed)
	require.ErrorIs(t, Bars(full{}, s, segments), os.ErrClosed)
}
