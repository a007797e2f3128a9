package render

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const ellipsis = "…"

// widthOf is how many terminal columns text takes: wide letters and emoji two, combining marks none, colours none.
func widthOf(s string) int {
	for i := range len(s) {
		if s[i] < 0x20 || s[i] >= 0x7F {
			return ansi.StringWidth(s)
		}
	}
	return len(s)
}

// cut shortens text to a width, ending in an ellipsis where something was left out.
func cut(s string, width int) string {
	if widthOf(s) <= width {
		return s
	}
	return ansi.Truncate(s, width, ellipsis)
}

// oneLine is text for a line of its own, cut on a terminal.
func (s Style) oneLine(text string) string {
	if text = Clean(text); s.Terminal {
		return cut(text, s.Width)
	}
	return text
}

// padRight and padLeft fill text with spaces up to a width.
func padRight(s string, width int) string { return s + spaces(width-widthOf(s)) }
func padLeft(s string, width int) string  { return spaces(width-widthOf(s)) + s }

func center(s string, width int) string {
	left := (width - widthOf(s)) / 2
	return padRight(spaces(left)+s, width)
}

func spaces(n int) string { return strings.Repeat(" ", max(0, n)) }

// hyphen stands for "-" while a text is wrapped, which would part days, codes and flags at theirs: a character of the private use
// area, one column wide, that no text has a reason to hold.
const hyphen = "\uE02D"

// whole keeps the words of a line whole that fit a width: longer ones may break at their hyphens.
func whole(line string, width int) string {
	words := strings.Split(line, " ")
	for i, word := range words {
		if strings.Contains(word, "-") && widthOf(word) <= width {
			words[i] = strings.ReplaceAll(word, "-", hyphen)
		}
	}
	return strings.Join(words, " ")
}

// wrap breaks text into lines of at most width columns, at spaces where it can, keeping its own line ends. Every line is clean.
func wrap(s string, width int) []string {
	var lines []string
	s = strings.ReplaceAll(s, "\r\n", "\n")
	for _, l := range strings.Split(s, "\n") {
		l = Clean(l)
		if width > 0 {
			l = ansi.Hardwrap(ansi.Wrap(whole(l, width), width, ""), width, true) // Wrap lets a line that begins with a space be too long
			l = strings.ReplaceAll(l, hyphen, "-")
		}
		lines = append(lines, strings.Split(l, "\n")...)
	}
	return lines
}

// trimLines removes the spaces that end lines.
func trimLines(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for line := range bytes.Lines(text) {
		out = append(out, bytes.TrimRight(line, " \n")...)
		out = append(out, '\n')
	}
	return out
}
