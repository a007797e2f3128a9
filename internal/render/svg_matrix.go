package render

import "strconv"

// Matrix is a map of cells, each as dark as it counts: months of cohorts, scores of customers.
type Matrix struct {
	Title   string
	RowAxis string // what the rows mean
	ColAxis string // what the columns mean
	Rows    []string
	Beside  []string // a figure for each row between its label and its cells; may be nil
	Cols    []string
	Cells   [][]MatrixCell // by row and column; a row may be short
}

// MatrixCell is one of them.
type MatrixCell struct {
	Text  string
	Small string  // a second line; where no cell has one, cells are flat
	Shade float64 // from 0, nothing, to 1, the most; below 0 there is no cell
	Says  string  // to whoever points at it
}

// darkest is the number of shades above nothing, and from light on, text is in the other ink.
const (
	darkest = 8
	lit     = 6
)

// svg draws the map, columns named above. Many columns make it wider, never its cells too narrow to read.
func (m Matrix) svg() *canvas {
	c, top := newCanvas(m.Title)
	if len(m.Rows) == 0 {
		return c.nothing(top)
	}
	label, beside, text, tall := wide(m.RowAxis), 0.0, 0.0, false
	for i, r := range m.Rows {
		label = max(label, wide(Clean(r)))
		if i < len(m.Beside) {
			beside = max(beside, wide(Clean(m.Beside[i]))+14)
		}
	}
	for _, name := range m.Cols {
		text = max(text, wide(Clean(name)))
	}
	for _, row := range m.Cells {
		for _, cell := range row {
			text, tall = max(text, wide(Clean(cell.Text))), tall || cell.Small != ""
		}
	}
	left := svgMargin + min(label, 200) + beside + 12
	width := min(128, max(text+8, (svgWidth-svgMargin-left)/float64(max(1, len(m.Cols)))))
	height := 25.0
	if tall {
		height = 46
	}
	c.width = max(svgWidth, left+width*float64(len(m.Cols))+svgMargin)
	c.text(svgMargin, top+4, "soft", "", m.RowAxis)
	c.text(left+width*float64(len(m.Cols)), top+4, "soft", "end", m.ColAxis)
	top += 14
	for j, name := range m.Cols {
		c.text(left+width*(float64(j)+.5), top+8, "soft", "middle", Clean(name))
	}
	top += 16
	for i, name := range m.Rows {
		y := top + height*float64(i)
		c.text(svgMargin, y+height/2+4, "", "", shortened(name, 200))
		if i < len(m.Beside) {
			c.text(left-12, y+height/2+4, "soft", "end", Clean(m.Beside[i]))
		}
		if i < len(m.Cells) {
			for j, cell := range m.Cells[i] {
				cell.draw(c, left+width*float64(j), y, width, height)
			}
		}
	}
	c.height = top + height*float64(len(m.Rows)) + svgMargin
	return c
}

func (cell *MatrixCell) draw(c *canvas, x, y, width, height float64) {
	if cell.Shade < 0 {
		return
	}
	shade := 0
	if cell.Shade > 0 {
		shade = 1 + int(min(cell.Shade, 1)*(darkest-1)+.5)
	}
	ink, small := "", "small"
	switch {
	case shade == 0:
		ink, small = "soft", "small soft"
	case shade >= lit:
		ink, small = "on", "small on"
	}
	c.box(x+1, y+1, width-2, height-2, 3, "s"+strconv.Itoa(shade), cell.Says)
	middle := y + height/2 + 4
	if cell.Small != "" {
		c.text(x+width/2, middle+9, small, "middle", shortened(cell.Small, (width-6)*1.15))
		middle -= 6
	}
	c.text(x+width/2, middle, ink, "middle", Clean(cell.Text))
}

// svg draws the counts as a matrix, each with its share and, where it has one, its name.
func (h Heat) svg() *canvas {
	m := Matrix{Title: h.Title, RowAxis: h.RowAxis, ColAxis: h.ColAxis, Rows: h.Rows, Cols: h.Cols, Cells: make([][]MatrixCell, len(h.Rows))}
	most := h.most()
	for i := range h.Rows {
		for j := range h.Cols {
			n := h.count(i, j)
			cell := MatrixCell{Text: "·", Small: h.name(i, j)}
			if n > 0 {
				cell.Text = strconv.Itoa(n)
				cell.Shade = float64(n) / float64(most)
				cell.Says = h.Rows[i] + " " + h.Cols[j] + ": " + cell.Text + ", " + h.share(n)
			}
			m.Cells[i] = append(m.Cells[i], cell)
		}
	}
	return m.svg()
}
