package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func drawn(t *testing.T, d Dashboard, s Style) []string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, d.Draw(&out, s))
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func TestDashboardStandsInTwoColumns(t *testing.T) {
	d := Dashboard{Title: "Perla", Heads: []Pair{{"Sales", "12"}, {"Nothing", ""}},
		Left:  []Panel{{Title: "Sales", Rows: [][]string{{"2026-10", "8"}, {"2026-11", "4"}}, Bars: []float64{8, 4}}, {Title: "NPS", Empty: "no answers"}},
		Right: []Panel{{Title: "RFM", Heads: []string{"", "F1"}, Rows: [][]string{{"R1", "10"}}}}}
	require.Equal(t, []string{
		"Perla",
		"Sales 12",
		"",
		"Sales ────────    RFM ──────────",
		"2026-10  8  ██        F1",
		"2026-11  4  █     R1  10",
		"NPS ──────────",
		"no answers",
	}, drawn(t, d, Style{Width: 32}))
}

// Text is cut, a figure never is: where half of the width is too little for it, there is one column.
func TestDashboardGivesFiguresRoom(t *testing.T) {
	d := Dashboard{Title: "Perla", Left: []Panel{{Title: "Clients", Rows: [][]string{{"Somebody with a long name", "1,234.50"}}}},
		Right: []Panel{{Title: "Stock", Empty: "none"}}}
	require.Equal(t, "Somebody w…  1,234.50    none", drawn(t, d, Style{Width: 46})[3])
	lines := drawn(t, d, Style{Width: 30})
	require.Equal(t, "Somebody with a lon…  1,234.50", lines[3])
	require.Equal(t, "none", lines[5])
}

// TestPageHoldsDrawings: a page has the style of drawings only where it has one, and texts in them stay texts.
func TestPageHoldsDrawings(t *testing.T) {
	chart := Chart{Title: "Sales</svg><script>", X: []string{"2026-11"}, Columns: true, Series: []Series{{Name: "revenue", Values: []float64{3}}}}
	p := Page{Language: "en", Title: "Perla", Sections: []PageSection{{Figure: chart}, {Title: "Stock", Heads: []string{"sku"}, Right: []bool{false}, Empty: "no product"}}}
	var out bytes.Buffer
	require.NoError(t, p.HTML(&out))
	page := out.String()
	require.NotContains(t, page, "<script")
	require.Contains(t, page, SVGStyle)
	require.Equal(t, 1, strings.Count(page, "</svg>"))
	require.Contains(t, page, "no product")
	require.NotContains(t, page, "<table")
	out.Reset()
	p.Sections = p.Sections[1:]
	require.NoError(t, p.HTML(&out))
	require.NotContains(t, out.String(), "perla-figure")
}
