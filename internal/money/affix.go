package money

import (
	"unicode"
	"unicode/utf8"
)

// affixes are the things around the digits of a number, each allowed once.
type affixes struct {
	signed, negative, open, closed, currency bool
}

// strip takes sign, parentheses, currency and outer spaces off s. ok is false when one of them is unknown, stands twice or
// contradicts another.
func strip(s string) (core string, negative, ok bool) {
	var a affixes
	if s, ok = a.front(s); !ok {
		return "", false, false
	}
	if s, ok = a.back(s); !ok {
		return "", false, false
	}
	if a.open != a.closed || a.open && a.signed {
		return "", false, false
	}
	return s, a.negative || a.open, true
}

func (a *affixes) front(s string) (string, bool) {
	for s != "" {
		r, width := utf8.DecodeRuneInString(s)
		switch {
		case digitOrMark(r):
			return s, true
		case space(r):
		case r == '+':
			if !a.sign(false) {
				return "", false
			}
		case r == '-', r == '\u2212':
			if !a.sign(true) {
				return "", false
			}
		case r == '(':
			if a.open {
				return "", false
			}
			a.open = true
		default:
			width = 0
			for i, r := range s {
				if edge(r) {
					break
				}
				width = i + utf8.RuneLen(r)
			}
			if !a.symbol(s[:width]) || dotted(s, width) {
				return "", false
			}
		}
		s = s[width:]
	}
	return "", false
}

func (a *affixes) back(s string) (string, bool) {
	for s != "" {
		r, width := utf8.DecodeLastRuneInString(s)
		switch {
		case digitOrMark(r):
			return s, true
		case space(r):
		case r == '-', r == '\u2212':
			if !a.sign(true) {
				return "", false
			}
		case r == ')':
			if a.closed {
				return "", false
			}
			a.closed = true
		default:
			width = 0
			for width < len(s) {
				r, w := utf8.DecodeLastRuneInString(s[:len(s)-width])
				if edge(r) {
					break
				}
				width += w
			}
			if !a.symbol(s[len(s)-width:]) {
				return "", false
			}
		}
		s = s[:len(s)-width]
	}
	return "", false
}

func (a *affixes) sign(negative bool) bool {
	if a.signed {
		return false
	}
	a.signed, a.negative = true, negative
	return true
}

func (a *affixes) symbol(s string) bool {
	if a.currency || !isCurrency(s) {
		return false
	}
	a.currency = true
	return true
}

func digitOrMark(r rune) bool {
	return r >= '0' && r <= '9' || r == '.' || r == ','
}

// edge tells where a currency symbol ends. An invalid byte is an edge too, so that it never joins a symbol.
func edge(r rune) bool {
	return digitOrMark(r) || space(r) || r == '+' || r == '-' || r == '\u2212' || r == '(' || r == ')' || r == utf8.RuneError
}

// dotted tells a symbol of letters with a mark right after it. "S/.50" may be fifty or a half, so it is refused; "$.50" is a half.
func dotted(s string, width int) bool {
	if width == len(s) || s[width] != '.' && s[width] != ',' {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(s[:width])
	return !unicode.Is(unicode.Sc, r)
}

// isCurrency knows the signs of Unicode's category Sc, alone or after up to three letters (US$, R$), the ISO 4217 codes in any case, and
// the everyday letters of currencies that have no sign.
func isCurrency(s string) bool {
	switch s {
	case "":
		return false
	case "kr", "zł", "Kč", "Ft", "Fr", "S/", "Bs", "lei", "лв":
		return true
	}
	last, width := utf8.DecodeLastRuneInString(s)
	if !unicode.Is(unicode.Sc, last) {
		_, known := find(s)
		return known
	}
	letters := s[:len(s)-width]
	for i := range len(letters) {
		if letters[i] < 'A' || letters[i] > 'Z' {
			return false
		}
	}
	return len(letters) <= 3
}
