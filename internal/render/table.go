package render

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/olekukonko/ll"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/tw"
)

// gap stands between two columns.
const gap = "  "

// Table draws rows under a ruled header; right says which columns are figures and stand at the right edge. Rows may be shorter
// than heads.
//
// On a terminal it fits the width: first columns without a single cell go, then long heads break at their underscores, then text
// columns shrink, ending in an ellipsis, as long as they can be read, then columns are left out, those of the highest rank first
// and of equals the rightmost, those of rank 0 only where the others do not fit at their narrowest. Figures are never cut, nor are
// columns of a rank below 0, which are not left out either. Without ranks all are equal and none is left out for being empty. note
// names what was left out but the empty ones, and is "" when all is shown. Off a terminal everything is shown whole.
func Table(w io.Writer, s Style, heads []string, rows [][]string, right []bool, ranks []int) (note string, err error) {
	if len(heads) == 0 {
		return "", nil
	}
	t := newLayout(heads, rows, right)
	if s.Terminal {
		t.fit(s.Width, ranks)
	}
	var out bytes.Buffer
	if err := t.draw(&out, s); err != nil {
		return "", err
	}
	if _, err := w.Write(out.Bytes()); err != nil {
		return "", err
	}
	if len(t.dropped) == 0 {
		return "", nil
	}
	return fmt.Sprintf("not shown at this width: %s", strings.Join(t.dropped, ", ")), nil
}

// draw gives the cells to tablewriter, with a renderer of our own: the library measures text rune by rune, which joined emoji,
// flags and presentation marks would push out of line.
func (t *layout) draw(w io.Writer, s Style) error {
	cell := tw.CellConfig{Formatting: tw.CellFormatting{AutoFormat: tw.Off}}
	table := tablewriter.NewTable(w,
		tablewriter.WithConfig(tablewriter.Config{
			Header:   cell,
			Row:      cell,
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimLine: tw.Off, TrimTab: tw.Off},
		}),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithStreaming(tw.StreamConfig{Enable: true}), // a row is drawn when it comes, not kept
		tablewriter.WithRenderer(&calm{layout: t, style: s}),
	)
	heads := make([]string, len(t.widths))
	for i := range heads {
		heads[i] = t.headText(i)
	}
	if err := table.Start(); err != nil {
		return err
	}
	table.Header(heads)
	for _, r := range t.rows {
		line := make([]string, len(t.widths)) // the library keeps it
		for i := range line {
			if i < len(r) {
				line[i] = cut(r[i], t.widths[i])
			}
		}
		if err := table.Append(line); err != nil {
			return err
		}
	}
	return table.Close()
}

// calm draws a table without boxes: heads, a rule under each, rows.
type calm struct {
	layout *layout
	style  Style
	w      io.Writer
	line   strings.Builder
	heads  int // lines of heads drawn
	err    error
}

func (c *calm) Start(w io.Writer) error { c.w = w; return nil }

func (c *calm) Header(lines [][]string, _ tw.Formatting) {
	for _, l := range lines {
		c.cells(l, c.style.head)
		if c.heads++; c.heads == c.layout.deep {
			c.rule()
		}
	}
}

func (c *calm) Row(cells []string, _ tw.Formatting) {
	c.cells(cells, nil)
}

func (c *calm) cells(cells []string, ink func(string) string) {
	for i, width := range c.layout.widths {
		text := ""
		if i < len(cells) {
			text = cells[i]
		}
		fill := width - widthOf(text)
		if ink != nil {
			text = ink(text)
		}
		if i > 0 {
			c.line.WriteString(gap)
		}
		if c.layout.right[i] {
			c.line.WriteString(spaces(fill))
		}
		c.line.WriteString(text)
		if !c.layout.right[i] {
			c.line.WriteString(spaces(fill))
		}
	}
	c.end()
}

func (c *calm) rule() {
	for i, width := range c.layout.widths {
		if i > 0 {
			c.line.WriteString(gap)
		}
		c.line.WriteString(c.style.faint(strings.Repeat("─", width)))
	}
	c.end()
}

// end writes the line without the spaces that would fill its last column.
func (c *calm) end() {
	text := strings.TrimRight(c.line.String(), " ") + "\n"
	c.line.Reset()
	if c.err == nil {
		_, c.err = io.WriteString(c.w, text)
	}
}

// The rest of a renderer: a calm table has no footer, no lines of the library's and no log.

func (c *calm) Footer([][]string, tw.Formatting) {}
func (c *calm) Line(tw.Formatting)               {}
func (c *calm) Config() tw.Rendition             { return tw.Rendition{Streaming: true} }
func (c *calm) Close() error                     { return c.err }
func (c *calm) Logger(*ll.Logger)                {}
