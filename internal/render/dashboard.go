package render

import (
	"bytes"
	"io"
	"math"
	"slices"
	"strings"
)

// Dashboard is figures of many kinds on one screen: a title, a line of what counts most, and panels in two columns.
type Dashboard struct {
	Title string
	Heads []Pair
	Left  []Panel
	Right []Panel
}

// Panel is a small table under a heading: the first column is text, and cut where there is no room, the others are figures.
type Panel struct {
	Title string
	Heads []string // of the columns; nil: none are shown
	Rows  [][]string
	Bars  []float64 // what a bar behind each row shows; nil: no bars
	Empty string    // what is said where there are no rows
}

// panelGap stands between the two columns of panels.
const panelGap = 4

// Draw draws the panels in two columns, each line within half of the width; where some figure has no room there, or in
// the whole width, in one column of its own width.
func (d Dashboard) Draw(w io.Writer, s Style) error {
	var out bytes.Buffer
	out.WriteString(s.title(cut(Clean(d.Title), s.Width)) + "\n")
	line := 0
	for _, p := range filled(d.Heads) {
		label, value := Clean(p.Label), Clean(p.Value)
		n := widthOf(label) + 1 + widthOf(value)
		switch {
		case line > 0 && line+3+n > s.Width:
			out.WriteByte('\n')
			line = 0
		case line > 0:
			out.WriteString("   ")
			line += 3
		}
		out.WriteString(s.faint(label) + " " + s.head(value))
		line += n
	}
	if line > 0 {
		out.WriteByte('\n')
	}
	out.WriteByte('\n')
	half := (s.Width - panelGap) / 2
	left, wideLeft := drawPanels(s, d.Left, half)
	right, wideRight := drawPanels(s, d.Right, half)
	if wideLeft || wideRight {
		left, _ = drawPanels(s, slices.Concat(d.Left, d.Right), s.Width)
		right = nil
	}
	for i := range max(len(left), len(right)) {
		if i < len(left) {
			out.WriteString(left[i].text)
		}
		if i < len(right) {
			from := 0
			if i < len(left) {
				from = left[i].width
			}
			out.WriteString(spaces(half+panelGap-from) + right[i].text)
		}
		out.WriteByte('\n')
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

// drawnLine is a line with its width, which its colours do not count in.
type drawnLine struct {
	text  string
	width int
}

// drawPanels draws panels below one another; wide tells that some line is wider than there is room for.
func drawPanels(s Style, panels []Panel, room int) (lines []drawnLine, wide bool) {
	for _, p := range panels {
		title := cut(Clean(p.Title), room)
		rule := max(0, room-widthOf(title)-1)
		lines = append(lines, drawnLine{s.head(title) + " " + s.faint(strings.Repeat("─", rule)), widthOf(title) + 1 + rule})
		drawn := p.draw(s, room)
		wide = wide || slices.ContainsFunc(drawn, func(l drawnLine) bool { return l.width > room })
		lines = append(lines, drawn...)
	}
	return lines, wide
}

func (p *Panel) draw(s Style, room int) (lines []drawnLine) {
	if len(p.Rows) == 0 {
		text := cut(Clean(p.Empty), room)
		return []drawnLine{{s.faint(text), widthOf(text)}}
	}
	widths := p.widths()
	figures := 0
	for _, n := range widths[1:] {
		figures += len(gap) + n
	}
	widths[0] = min(widths[0], max(narrowest, room-figures))
	line := func(cells []string, ink func(string) string) drawnLine {
		text := padRight(cut(Clean(cells[0]), widths[0]), widths[0])
		for i, cell := range cells[1:] {
			text += gap + padLeft(Clean(cell), widths[i+1])
		}
		return drawnLine{ink(text), widthOf(text)}
	}
	if p.Heads != nil {
		lines = append(lines, line(p.Heads, s.faint))
	}
	most := 0.0
	for _, x := range p.Bars {
		most = max(most, math.Abs(x))
	}
	for i, row := range p.Rows {
		l := line(row, func(text string) string { return text })
		if left := room - l.width - len(gap); i < len(p.Bars) && most > 0 && left > 0 {
			mark := bar(p.Bars[i]/most, left, '█')
			l = drawnLine{l.text + gap + s.accent(mark), l.width + len(gap) + widthOf(mark)}
		}
		lines = append(lines, l)
	}
	return lines
}

// widths are those of the columns, with everything in them whole.
func (p *Panel) widths() []int {
	widths := make([]int, len(p.Rows[0]))
	for _, cells := range slices.Concat([][]string{p.Heads}, p.Rows) {
		for i, cell := range cells {
			widths[i] = max(widths[i], widthOf(Clean(cell)))
		}
	}
	return widths
}
