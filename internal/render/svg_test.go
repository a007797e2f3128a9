package render

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// drawings are one of each kind, with hostile text and odd figures in them.
func drawings() map[string]Drawing {
	const hostile = "<script>\"&\x1b[31m\u202e"
	return map[string]Drawing{
		"lines": Chart{Title: hostile, XAxis: hostile, YAxis: hostile, X: []string{hostile, "b", "c", "d"},
			Series: []Series{{Name: hostile, Values: []float64{1, math.NaN(), -2, 5}}, {Name: "before", Faint: true, Values: []float64{2, 2, 3}}}},
		"columns":   Chart{Title: "Sales", Columns: true, X: []string{"a", "b", "c"}, Series: []Series{{Values: []float64{1500, 0, -20}}}},
		"one place": Chart{X: []string{"a"}, Series: []Series{{Values: []float64{7}}}},
		"no figure": Chart{Title: "Nothing", X: []string{"a"}, Series: []Series{{Values: []float64{math.NaN()}}}},
		"bars":      BarChart{Title: hostile, Bars: []Bar{{hostile, hostile, 3}, {"less", "-1", -1}, {"none", "0", 0}, {"odd", "?", math.NaN()}, {"all", "∞", math.Inf(1)}}},
		"no bars":   BarChart{},
		"matrix":    Matrix{Title: hostile, RowAxis: hostile, ColAxis: hostile, Rows: []string{hostile, "b"}, Beside: []string{hostile}, Cols: []string{hostile}, Cells: [][]MatrixCell{{{Text: hostile, Small: hostile, Shade: 2, Says: hostile}}, {{Shade: -1}}}},
		"no rows":   Matrix{},
		"heat":      Heat{Title: "R and F", Rows: []string{"R2", "R1"}, Cols: []string{"F1", "F2"}, Counts: [][]int{{3, 0}, {1}}, Names: [][]string{{hostile}}},
	}
}

// TestSVG holds of every drawing that it is well-formed XML without a script or a reference, that each number in it is
// one, and that the same drawing gives the same bytes.
func TestSVG(t *testing.T) {
	for name, d := range drawings() {
		t.Run(name, func(t *testing.T) {
			var alone, inline, again bytes.Buffer
			require.NoError(t, WriteSVG(&alone, d))
			require.NoError(t, WriteInlineSVG(&inline, d))
			require.NoError(t, WriteSVG(&again, d))
			require.Equal(t, alone.String(), again.String())
			require.Contains(t, alone.String(), `xmlns="http://www.w3.org/2000/svg"`)
			require.Contains(t, alone.String(), SVGStyle)
			require.NotContains(t, inline.String(), "<style>")
			for _, svg := range []string{alone.String(), inline.String()} {
				require.NotRegexp(t, `NaN|Inf|<script|href|\x1b|\x{202e}`, svg)
				decoder, root := xml.NewDecoder(strings.NewReader(svg)), true
				for {
					token, err := decoder.Token()
					if errors.Is(err, io.EOF) {
						break
					}
					require.NoError(t, err)
					if e, ok := token.(xml.StartElement); ok && root {
						root = false
						require.Equal(t, "svg", e.Name.Local)
					}
				}
			}
		})
	}
}

func TestSVGOfColumns(t *testing.T) {
	var out strings.Builder
	require.NoError(t, WriteInlineSVG(&out, drawings()["columns"]))
	require.Equal(t, 1, strings.Count(out.String(), `class="bar"`), "nothing is no column")
	require.Equal(t, 1, strings.Count(out.String(), `class="less"`))
	require.Contains(t, out.String(), "<title>a: 1.5k</title>")
	require.Contains(t, out.String(), ">1.5k</text>")
}

func TestNiceTicks(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		about     int
		want      []float64
	}{
		{0, 100, 5, []float64{0, 20, 40, 60, 80, 100}},
		{0, 7, 4, []float64{0, 2, 4, 6, 8}},
		{-340, 2900, 4, []float64{-1000, 0, 1000, 2000, 3000}},
		{0, 0, 4, []float64{0, .5, 1}},
		{0, .3, 4, []float64{0, .1, .2, .30000000000000004}},
	} {
		require.Equal(t, c.want, niceTicks(c.low, c.high, c.about))
	}
}

func TestCompact(t *testing.T) {
	for x, want := range map[float64]string{0: "0", math.Copysign(0, -1): "0", -.001: "0", 12.5: "12.5", 999: "999", 1500: "1.5k", -2e6: "-2M", 1e9: "1G", 3e15: "3000T"} {
		require.Equal(t, want, Compact(x))
	}
}

func TestChartOnATerminal(t *testing.T) {
	c := Chart{Title: "Sales", XAxis: "month", YAxis: "EUR", X: []string{"2026-01", "2026-02", "2026-03", "2026-04"}, Series: []Series{{Values: []float64{0, 10, 5, 20}}}}
	for _, width := range []int{80, 40, 24} {
		var out strings.Builder
		require.NoError(t, c.Draw(&out, Style{Width: width, Terminal: true}))
		for _, line := range strings.Split(out.String(), "\n") {
			require.LessOrEqual(t, widthOf(line), width)
		}
		require.Contains(t, out.String(), "╭")
		require.Contains(t, out.String(), "2026-01")
	}
	var narrow, one, none strings.Builder
	require.NoError(t, c.Draw(&narrow, Style{Width: 18, Terminal: true}))
	require.Contains(t, narrow.String(), "█")
	c.X, c.Series[0].Values = c.X[:1], []float64{4}
	require.NoError(t, c.Draw(&one, Style{Width: 80}))
	require.Contains(t, one.String(), "█")
	c.X, c.Series[0].Values = nil, nil
	require.NoError(t, c.Draw(&none, Style{Width: 80}))
	require.Equal(t, "Sales\n\n", none.String())
}
