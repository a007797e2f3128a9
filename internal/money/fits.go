package money

import "errors"

// Fits tells with which decimal marks s can be read, dot or comma: both for "1234" and for "1.234" (one and a bit, or a
// thousand and more), only the comma for "12,50" and "1.234.567", only the dot for "0.125", neither for "abc".
// A column has the mark that fits all its cells.
func Fits(s string) (dot, comma bool) {
	if dot, comma, ok := fitsPlain(s); ok {
		return dot, comma
	}
	_, err := ParseDecimal(s, '.')
	dot = err == nil
	_, err = ParseDecimal(s, ',')
	return dot, err == nil
}

// Ambiguous tells whether both marks read s and give different values: "1.234" and "1,234", but not "1234" or "12,50".
func Ambiguous(s string) bool {
	if dot, comma := Fits(s); !dot || !comma {
		return false
	}
	for i := range len(s) {
		if s[i] == '.' || s[i] == ',' {
			// Read both ways, the mark is once followed by decimals and once by a thousands group that begins above 0: the values differ.
			return true
		}
	}
	return false
}

// ErrAmbiguous is a figure that may be read in two ways.
var ErrAmbiguous = errors.New("could be read in two ways")

// ParseTyped reads a figure as people type it, its decimals behind a point or a comma; one that fits both readings is ErrAmbiguous.
func ParseTyped(s string) (Decimal, error) {
	if Ambiguous(s) {
		return Decimal{}, ErrAmbiguous
	}
	if dot, comma := Fits(s); comma && !dot {
		return ParseDecimal(s, ',')
	}
	return ParseDecimal(s, '.')
}

// fitsPlain answers for an optional minus, digits and at most one mark between digits, in one look; ok is false for the rest.
func fitsPlain(s string) (dot, comma, ok bool) {
	if len(s) > maxScale {
		return false, false, false
	}
	first := 0
	if len(s) > 0 && s[0] == '-' {
		first = 1
	}
	at := -1
	for i := first; i < len(s); i++ {
		if s[i]-'0' <= 9 {
			continue
		}
		if at >= 0 || s[i] != '.' && s[i] != ',' {
			return false, false, false
		}
		at = i
	}
	if first == len(s) || at == first || at == len(s)-1 {
		return false, false, false
	}
	if at < 0 {
		return true, true, true
	}
	group := len(s)-1-at == 3 && at-first <= 3 && s[first] != '0'
	if s[at] == '.' {
		return true, group, true
	}
	return group, true, true
}
