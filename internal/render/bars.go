package render

import (
	"bytes"
	"io"
	"math"
	"strings"
)

// Bar is one line of a bar chart.
type Bar struct {
	Label  string
	Value  string  // the figure as it is to be read
	Amount float64 // what the length shows; a negative one is drawn in light shade
}

// Bars draws a bar chart lying on its side: label, figure, bar. The longest bar fills the width that is left, at most 40 columns;
// where none is left there is no bar. Long labels are cut on a terminal, figures never.
func Bars(w io.Writer, s Style, bars []Bar) error {
	label, value, most := 0, 0, 0.0
	for _, b := range bars {
		label = max(label, widthOf(Clean(b.Label)))
		value = max(value, widthOf(Clean(b.Value)))
		if a := math.Abs(b.Amount); a > most && !math.IsInf(a, 0) {
			most = a
		}
	}
	if s.Terminal {
		label = min(label, max(narrowest, s.Width/3))
		label = min(label, max(1, s.Width-value-len(gap)))
	}
	room := min(40, s.Width-label-value-2*len(gap))
	if !s.Terminal {
		room = 40
	}
	var out bytes.Buffer
	for _, b := range bars {
		name, figure := cut(Clean(b.Label), label), Clean(b.Value)
		out.WriteString(padRight(name, label) + gap + padLeft(figure, value) + gap)
		switch {
		case most == 0 || room < 1:
		case b.Amount < 0:
			out.WriteString(s.minus(bar(-b.Amount/most, room, '░')))
		default:
			out.WriteString(s.accent(bar(b.Amount/most, room, '█')))
		}
		out.WriteByte('\n')
	}
	_, err := w.Write(trimLines(out.Bytes()))
	return err
}

// eighths are the ends of a full bar, by eighths of a column.
var eighths = []rune(" ▏▎▍▌▋▊▉")

// bar is a share of room; anything above nothing shows at least a sliver.
func bar(share float64, room int, fill rune) string {
	if !(share > 0) {
		return ""
	}
	n := max(1, int(math.Round(min(share, 1)*float64(room)*8)))
	if fill != '█' {
		return strings.Repeat(string(fill), max(1, (n+4)/8))
	}
	text := strings.Repeat(string(fill), n/8)
	if n%8 > 0 {
		text += string(eighths[n%8])
	}
	return text
}
