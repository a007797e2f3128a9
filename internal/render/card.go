package render

import (
	"bytes"
	"io"
	"strings"
)

// Pair is one labelled value of a card.
type Pair struct{ Label, Value string }

// Section is a group of pairs under a heading; the first section of a card usually has none.
type Section struct {
	Title string
	Pairs []Pair
}

// labelRoom is the widest a label column grows, and valueRoom the narrowest a value column gets before values move under labels.
const (
	labelRoom = 24
	valueRoom = 20
)

// Card draws one thing: a title, then labels and values in sections, aligned over the whole card. Pairs without a value, and
// sections without a pair, are left out. On a terminal long values wrap at the width and stay in their column; where the width is
// too small for two columns, the value stands under its label.
func Card(w io.Writer, s Style, title string, sections []Section) error {
	var out bytes.Buffer
	width := 0
	if s.Terminal {
		width = s.Width
	}
	if title != "" {
		for _, l := range wrap(title, width) {
			out.WriteString(s.title(l) + "\n")
		}
	}
	label := labelWidth(sections)
	for _, section := range sections {
		pairs := filled(section.Pairs)
		if len(pairs) == 0 {
			continue
		}
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		if section.Title != "" {
			heading := s.oneLine(section.Title)
			out.WriteString(s.head(heading) + "\n" + s.faint(strings.Repeat("─", widthOf(heading))) + "\n")
		}
		for _, p := range pairs {
			drawPair(&out, s, p, label, width)
		}
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

func drawPair(out *bytes.Buffer, s Style, p Pair, label, width int) {
	name := s.oneLine(p.Label)
	indent := label + len(gap)
	below := width > 0 && width-indent < valueRoom || widthOf(name) > label
	if below {
		indent = 2 * len(gap)
	}
	room := 0
	if width > 0 {
		room = max(1, width-indent)
	}
	if below {
		out.WriteString(s.faint(name) + "\n")
	}
	for i, l := range wrap(p.Value, room) {
		if i == 0 && !below {
			out.WriteString(s.faint(padRight(name, label)) + gap + l + "\n")
			continue
		}
		out.WriteString(spaces(indent) + l + "\n")
	}
}

func filled(pairs []Pair) []Pair {
	var kept []Pair
	for _, p := range pairs {
		if p.Value != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

func labelWidth(sections []Section) int {
	n := 0
	for _, section := range sections {
		for _, p := range filled(section.Pairs) {
			if w := widthOf(Clean(p.Label)); w <= labelRoom {
				n = max(n, w)
			}
		}
	}
	return n
}
