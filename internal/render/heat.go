package render

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Heat is a grid of counts to be drawn as a map, such as customers by R (rows, 5 on top) and F (columns).
type Heat struct {
	Title   string
	RowAxis string     // what the rows mean, in a few words; may be ""
	ColAxis string     // what the columns mean
	Rows    []string   // labels, top first
	Cols    []string   // labels, left first
	Counts  [][]int    // by row and column; what is missing counts 0
	Names   [][]string // by row and column, what a cell is called, such as its segment; nil: cells have no names
}

// levels is the number of shades above nothing.
const levels = 4

var shades = [levels + 1]string{"·", "░", "▒", "▓", "█"}

const (
	narrowCell = 6  // room for 123456 and 100%
	roomyCell  = 12 // from here on a cell has room for a name
	widestCell = 18
)

// Draw writes the map. Each cell shows its count, its share of the whole, its name where there is room, and a shade in four steps up
// to the largest count: a background in colour, else a line of shading characters. Names without room in the cells are
// summed up under the map. Where the width has no room for the grid at all, it becomes bars, one a cell.
func (h Heat) Draw(w io.Writer, s Style) error {
	var out bytes.Buffer
	if h.Title != "" {
		out.WriteString(s.title(s.oneLine(h.Title)) + "\n\n")
	}
	label := 0
	for _, r := range h.Rows {
		label = max(label, widthOf(Clean(r)))
	}
	cell := min(widestCell, (s.Width-label)/max(1, len(h.Cols))-1)
	if !s.Terminal {
		cell = h.wholeCell()
	}
	if cell < narrowCell {
		if err := Bars(&out, s, h.bars()); err != nil {
			return err
		}
	} else {
		h.drawGrid(&out, s, label, cell)
		h.drawScale(&out, s, label)
		if h.Names != nil && cell < roomyCell {
			if err := h.drawNames(&out, s); err != nil {
				return err
			}
		}
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

// wholeCell is a cell with room for everything.
func (h Heat) wholeCell() int {
	cell := roomyCell
	for i := range h.Rows {
		for j, c := range h.Cols {
			cell = max(cell, widthOf(Clean(h.name(i, j))), widthOf(Clean(c)))
		}
	}
	return cell
}

func (h Heat) drawGrid(out *bytes.Buffer, s Style, label, cell int) {
	if h.RowAxis != "" {
		out.WriteString(s.faint(s.oneLine(h.RowAxis)) + "\n")
	}
	for i, name := range h.Rows {
		lines := h.cellLines(s, i, 0, cell)
		for k := range lines {
			if k == 0 {
				out.WriteString(s.head(padRight(Clean(name), label)))
			} else {
				out.WriteString(spaces(label))
			}
			for j := range h.Cols {
				out.WriteString(" " + h.cellLines(s, i, j, cell)[k])
			}
			out.WriteByte('\n')
		}
	}
	out.WriteString(spaces(label))
	for _, c := range h.Cols {
		out.WriteString(" " + s.head(center(cut(Clean(c), cell), cell)))
	}
	out.WriteByte('\n')
	if h.ColAxis != "" {
		axis := s.oneLine(h.ColAxis)
		out.WriteString(spaces(label+len(h.Cols)*(cell+1)-widthOf(axis)) + s.faint(axis) + "\n")
	}
}

// cellLines is one cell, all of its lines filled to its width: its name, its figures, and without backgrounds its shade above.
func (h Heat) cellLines(s Style, i, j, cell int) []string {
	n, level := h.count(i, j), h.level(i, j)
	count, share := "·", ""
	if n > 0 {
		count, share = strconv.Itoa(n), h.share(n)
	}
	var text []string
	if cell >= roomyCell {
		text = append(text, strings.TrimSpace(count+"  "+share))
		if h.Names != nil {
			text = append(text, cut(Clean(h.name(i, j)), cell))
		}
	} else {
		text = append(text, count, share)
	}
	var lines []string
	if !s.painted() {
		strip := spaces(cell)
		if level > 0 {
			strip = s.accent(strings.Repeat(shades[level], cell))
		}
		lines = append(lines, strip)
	}
	for k, t := range text {
		filled := center(t, cell)
		switch {
		case s.painted() && level > 0:
			filled = s.paint.heat[level-1].Render(filled)
		case k > 0 || level == 0:
			filled = s.faint(filled)
		}
		lines = append(lines, filled)
	}
	return lines
}

// drawScale says which counts each shade stands for.
func (h Heat) drawScale(out *bytes.Buffer, s Style, label int) {
	most := h.most()
	var parts []string
	for k := 1; k <= levels; k++ {
		from, to := most*(k-1)/levels+1, most*k/levels
		if from > to {
			continue
		}
		swatch := s.accent(strings.Repeat(shades[k], 2))
		if s.painted() {
			swatch = s.paint.heat[k-1].Render("  ")
		}
		counts := strconv.Itoa(from)
		if to > from {
			counts = fmt.Sprintf("%d–%d", from, to)
		}
		parts = append(parts, swatch+" "+s.faint(counts))
	}
	if len(parts) == 0 {
		return
	}
	line := spaces(label + 1)
	out.WriteByte('\n')
	for k, p := range parts {
		if k > 0 && s.Terminal && widthOf(line)+3+widthOf(p) > s.Width {
			out.WriteString(line + "\n")
			line = spaces(label + 1)
		} else if k > 0 {
			line += "   "
		}
		line += p
	}
	out.WriteString(line + "\n")
}

// drawNames sums the cells of each name, in the order the names appear.
func (h Heat) drawNames(out *bytes.Buffer, s Style) error {
	var order []string
	sums := map[string]int{}
	for i := range h.Rows {
		for j := range h.Cols {
			name := h.name(i, j)
			if _, known := sums[name]; !known && name != "" {
				order = append(order, name)
			}
			sums[name] += h.count(i, j)
		}
	}
	rows := make([][]string, len(order))
	for i, name := range order {
		rows[i] = []string{name, strconv.Itoa(sums[name]), h.share(sums[name])}
	}
	out.WriteByte('\n')
	_, err := Table(out, s, []string{"name", "count", "share"}, rows, []bool{false, true, true}, nil)
	return err
}

func (h Heat) bars() []Bar {
	var bars []Bar
	for i, r := range h.Rows {
		for j, c := range h.Cols {
			n := h.count(i, j)
			bars = append(bars, Bar{Label: r + " " + c, Value: strconv.Itoa(n), Amount: float64(n)})
		}
	}
	return bars
}

func (h Heat) count(i, j int) int {
	if i < len(h.Counts) && j < len(h.Counts[i]) {
		return max(0, h.Counts[i][j])
	}
	return 0
}

func (h Heat) name(i, j int) string {
	if i < len(h.Names) && j < len(h.Names[i]) {
		return h.Names[i][j]
	}
	return ""
}

func (h Heat) most() int {
	n := 0
	for i := range h.Rows {
		for j := range h.Cols {
			n = max(n, h.count(i, j))
		}
	}
	return n
}

// level is the shade of a cell: 0 for nothing, else its quarter of the largest count.
func (h Heat) level(i, j int) int {
	n, most := h.count(i, j), h.most()
	if n == 0 {
		return 0
	}
	return (n*levels + most - 1) / most
}

// share is a count's part of the whole in whole per cent, which reads the same in every locale.
func (h Heat) share(n int) string {
	sum := 0
	for i := range h.Rows {
		for j := range h.Cols {
			sum += h.count(i, j)
		}
	}
	switch {
	case n == 0 || sum == 0:
		return "0%"
	case n*100 < sum:
		return "<1%"
	}
	return strconv.Itoa((n*200+sum)/(2*sum)) + "%"
}
