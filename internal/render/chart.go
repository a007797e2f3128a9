package render

import (
	"bytes"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/guptarohit/asciigraph"
)

// Chart is figures over places in a row, such as months: lines, or columns with lines over them.
type Chart struct {
	Title   string
	XAxis   string               // what the places are, in a few words; may be ""
	YAxis   string               // what the figures are, with their unit
	X       []string             // the label of each place
	Series  []Series             // each with a figure for each place
	Columns bool                 // SVG draws the first series as columns
	Format  func(float64) string // how a figure on the axis is written; nil: 1500 is 1.5k
}

// Series is one line of a chart.
type Series struct {
	Name   string
	Values []float64 // NaN where there is none
	Faint  bool      // it is only there to be compared with
}

const (
	chartHeight = 12 // rows of letters
	leastChart  = 16 // columns; a narrower terminal gets bars
)

// Draw draws the lines with letters. Where there is only one place, or no width for lines, the first series becomes bars.
func (c Chart) Draw(w io.Writer, s Style) error {
	var out bytes.Buffer
	if c.Title != "" {
		out.WriteString(s.title(s.oneLine(c.Title)) + "\n\n")
	}
	low, high, any := c.bounds()
	ticks := niceTicks(low, high, 5)
	axis := 0
	for _, t := range ticks {
		axis = max(axis, widthOf(c.format(t)))
	}
	room := min(s.Width, 120) - axis - 3
	switch {
	case !any:
	case len(c.X) < 2 || room < leastChart:
		if err := Bars(&out, s, c.bars()); err != nil {
			return err
		}
	default:
		c.drawLines(&out, s, ticks, axis, room)
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

func (c Chart) drawLines(out *bytes.Buffer, s Style, ticks []float64, axis, room int) {
	steps := len(ticks) - 1
	height := steps * max(1, chartHeight/steps)
	options := []asciigraph.Option{asciigraph.Width(room), asciigraph.Height(height), asciigraph.LowerBound(ticks[0]), asciigraph.UpperBound(ticks[steps]),
		asciigraph.Offset(2), asciigraph.YAxisValueFormatter(func(x float64) string { return c.rowLabel(x, ticks, height, axis) })}
	var lines [][]float64
	var colors []asciigraph.AnsiColor
	for _, series := range c.Series {
		lines = append(lines, series.Values)
		colors = append(colors, s.lineColor(series.Faint))
	}
	if s.paint != nil {
		options = append(options, asciigraph.SeriesColors(colors...))
	}
	if c.YAxis != "" {
		out.WriteString(s.faint(s.oneLine(c.YAxis)) + "\n")
	}
	out.WriteString(asciigraph.PlotMany(lines, options...) + "\n")
	out.WriteString(spaces(axis+2) + s.faint(labelLine(c.X, room)) + "\n")
	if c.XAxis != "" {
		text := s.oneLine(c.XAxis)
		out.WriteString(spaces(axis+2+room-widthOf(text)) + s.faint(text) + "\n")
	}
}

// lineColor is the ink of a line as asciigraph names it.
func (s Style) lineColor(faint bool) asciigraph.AnsiColor {
	switch {
	case faint && s.painted():
		return 244
	case faint:
		return asciigraph.Gray
	case s.painted():
		return 30
	}
	return asciigraph.Teal
}

// rowLabel is what stands beside a row of letters: the figure of the tick that is in it.
func (c Chart) rowLabel(x float64, ticks []float64, height, width int) string {
	half := (ticks[len(ticks)-1] - ticks[0]) / float64(height) / 2
	for _, t := range ticks {
		if math.Abs(t-x) < half {
			return padLeft(c.format(t), width)
		}
	}
	return spaces(width)
}

// labelLine writes as many labels as there is room for, each below its place.
func labelLine(labels []string, room int) string {
	widest := 1
	for _, l := range labels {
		widest = max(widest, widthOf(Clean(l)))
	}
	at := func(i int) int { return i * (room - 1) / max(1, len(labels)-1) }
	step := 1
	for step < len(labels) && at(step) < widest+2 {
		step++
	}
	line := ""
	for i := 0; i < len(labels); i += step {
		text := Clean(labels[i])
		start := min(at(i), room-widthOf(text))
		if i > 0 && start <= widthOf(line) {
			break
		}
		line = padRight(line, start) + text
	}
	return line
}

// bars are the figures of the first series.
func (c Chart) bars() []Bar {
	var bars []Bar
	for i, x := range c.Series[0].Values {
		if i < len(c.X) && !math.IsNaN(x) {
			bars = append(bars, Bar{Label: c.X[i], Value: c.format(x), Amount: x})
		}
	}
	return bars
}

// bounds are the least and the largest figure, with 0 between them; any says whether there is one.
func (c Chart) bounds() (low, high float64, any bool) {
	for _, s := range c.Series {
		for _, x := range s.Values {
			if math.IsNaN(x) || math.IsInf(x, 0) {
				continue
			}
			low, high, any = min(low, x), max(high, x), true
		}
	}
	return low, high, any
}

func (c Chart) format(x float64) string {
	if c.Format != nil {
		return Clean(c.Format(x))
	}
	return Compact(x)
}

// niceTicks are round figures, about so many, from at most low to at least high: steps of 1, 2 or 5 times a power of ten.
func niceTicks(low, high float64, about int) []float64 {
	if !(high > low) {
		high = low + 1
	}
	raw := (high - low) / float64(about)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	step := 10 * power
	for _, m := range []float64{1, 2, 5} {
		if m*power >= raw {
			step = m * power
			break
		}
	}
	var ticks []float64
	for i := math.Floor(low/step + 1e-9); ; i++ {
		ticks = append(ticks, i*step)
		if i*step >= high-step*1e-9 {
			return ticks
		}
	}
}

// Compact writes a figure in few letters: 1500 is 1.5k.
func Compact(x float64) string {
	unit := ""
	for _, u := range []string{"k", "M", "G", "T"} {
		if math.Abs(x) < 1000 {
			break
		}
		x, unit = x/1000, u
	}
	text := strconv.FormatFloat(x, 'f', 2, 64)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if text == "-0" {
		text = "0"
	}
	return text + unit
}

// BarChart is bars under a title.
type BarChart struct {
	Title string
	Bars  []Bar
}

// Draw draws the bars with letters.
func (c BarChart) Draw(w io.Writer, s Style) error {
	if c.Title != "" {
		if _, err := io.WriteString(w, s.title(s.oneLine(c.Title))+"\n\n"); err != nil {
			return err
		}
	}
	return Bars(w, s, c.Bars)
}
