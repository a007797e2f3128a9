package render

import (
	"io"
	"strings"
)

// Line writes one line of text, further in where it belongs under the one before; where a width is given it wraps there, and
// what goes on stands further in still.
func Line(w io.Writer, text string, under bool, width int) error {
	indent := ""
	if under {
		indent = "  "
	}
	room := 0
	if width > 0 {
		room = max(10, width-len(indent)-2)
	}
	lines := wrap(text, room)
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, indent+strings.Join(lines, "\n"+indent+"  ")+"\n")
	return err
}
