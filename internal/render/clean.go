package render

import (
	"strings"
	"unicode/utf8"
)

// lineMark stands for a line end inside a table cell.
const lineMark = '↵'

// Clean makes any text safe to print on a terminal, on one line: no byte of it can move the cursor, change colours or titles, or
// reorder what is around it. Control characters become their visible pictures (ESC is ␛), line ends become ↵, a tab a space,
// C1 controls and bytes that are no UTF-8 become U+FFFD, marks and overrides of writing direction disappear.
// Letters of any script, combining marks and joined emoji stay.
func Clean(s string) string {
	if !needsCleaning(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 8)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r == '\r' && strings.HasPrefix(s[i:], "\n"):
		case r == '\n', r == 0x2028, r == 0x2029:
			b.WriteRune(lineMark)
		case r == '\t':
			b.WriteByte(' ')
		case r < 0x20:
			b.WriteRune('\u2400' + r)
		case r == 0x7F:
			b.WriteRune('\u2421')
		case r >= 0x80 && r < 0xA0:
			b.WriteRune(utf8.RuneError)
		case reorders(r):
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func needsCleaning(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7F {
			return c < 0x20 || c == 0x7F || !harmless(s[i:])
		}
	}
	return false
}

// harmless looks at text beyond ASCII rune by rune.
func harmless(s string) bool {
	for i, r := range s {
		if r < 0x20 || r >= 0x7F && r < 0xA0 || r == 0x2028 || r == 0x2029 || reorders(r) {
			return false
		}
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return false
			}
		}
	}
	return true
}

// reorders names the marks, embeddings, overrides and isolates of writing direction.
func reorders(r rune) bool {
	return r == 0x061C || r == 0x200E || r == 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
}
