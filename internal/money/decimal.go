package money

import (
	"errors"
	"math"
	"math/bits"
	"unicode/utf8"
)

// Decimal is an exact decimal number, Digits / 10^Scale, with Scale 0..18: a unit price, a rate, a cell before it becomes
// an Amount. 12.5 and 12.50 are equal numbers but not equal structs.
type Decimal struct {
	Digits int64
	Scale  int
}

var (
	errNumber = errors.New("not a number")
	errMark   = errors.New("the decimal mark is neither dot nor comma")
)

// Append adds d to b with a dot and all its decimals: "12.50" for {1250 2}. ParseDecimal with '.' gives d back.
func (d Decimal) Append(b []byte) []byte {
	return appendScaled(b, d.Digits, d.Scale)
}

// String gives the text that Append would add.
func (d Decimal) String() string {
	var buf [32]byte
	return string(d.Append(buf[:0]))
}

// ParseDecimal reads a number whose decimal mark is '.' or ','. Beside plain digits it takes what spreadsheets and shops
// write: thousands marks (spaces of any width, apostrophes, the other mark) in groups of exactly three, a sign before, a minus after,
// (12.50) for a negative, and one currency symbol or ISO 4217 code before or after. All else is refused: two signs, exponents,
// uneven groups, a mark without digits after it, a number that an int64 does not hold exactly. The scale is the one written,
// as far as zeros at the end fit.
func ParseDecimal(s string, mark byte) (Decimal, error) {
	if d, ok := parsePlain(s, mark); ok {
		return d, nil
	}
	if mark != '.' && mark != ',' {
		return Decimal{}, errMark
	}
	core, negative, ok := strip(s)
	if !ok {
		return Decimal{}, errNumber
	}
	d, err := parseCore(core, mark)
	if negative {
		d.Digits = -d.Digits
	}
	return d, err
}

// parsePlain is the fast path of nearly every cell: an optional minus, digits, and at most one mark between digits, short enough
// that no sum can overflow.
func parsePlain(s string, mark byte) (Decimal, bool) {
	if len(s) > maxScale {
		return Decimal{}, false
	}
	first := 0
	if len(s) > 0 && s[0] == '-' {
		first = 1
	}
	if first == len(s) {
		return Decimal{}, false
	}
	var v int64
	scale := 0
	for i := first; i < len(s); i++ {
		if c := s[i] - '0'; c <= 9 {
			v = v*10 + int64(c)
			continue
		}
		if s[i] != mark || scale != 0 || i == first || i == len(s)-1 {
			return Decimal{}, false
		}
		scale = len(s) - 1 - i
	}
	if first == 1 {
		v = -v
	}
	return Decimal{Digits: v, Scale: scale}, true
}

// parseCore reads digits with thousands and decimal marks, without sign or currency.
func parseCore(s string, mark byte) (Decimal, error) {
	end := len(s)
	for i := range len(s) {
		if s[i] == mark {
			end = i
			break
		}
	}
	digits, err := parseWhole(s[:end], mark)
	if err != nil {
		return Decimal{}, err
	}
	if end == len(s) {
		if end == 0 {
			return Decimal{}, errNumber
		}
		return Decimal{Digits: digits}, nil
	}
	return parseFraction(digits, s[end+1:])
}

// parseWhole reads the part before the decimal mark. Groups are all or nothing, of three, with one and the same mark; a first group
// that begins with 0 is no group, so 0.125 is never read as 125.
func parseWhole(s string, mark byte) (int64, error) {
	var v int64
	var sep rune
	run := 0
	for i := 0; i < len(s); {
		if c := s[i] - '0'; c <= 9 {
			if v > (math.MaxInt64-int64(c))/10 {
				return 0, tooLarge(s[i:], mark)
			}
			v = v*10 + int64(c)
			run++
			i++
			continue
		}
		r, width := utf8.DecodeRuneInString(s[i:])
		first := sep == 0
		switch {
		case !groups(r, mark), first && (run == 0 || run > 3 || s[0] == '0'), !first && (r != sep || run != 3):
			return 0, errNumber
		}
		sep, run = r, 0
		i += width
	}
	if sep != 0 && run != 3 {
		return 0, errNumber
	}
	return v, nil
}

// tooLarge tells a number that is too large from something that is no number at all, by the rest of its text.
func tooLarge(rest string, mark byte) error {
	for _, r := range rest {
		if (r < '0' || r > '9') && !groups(r, mark) {
			return errNumber
		}
	}
	return errLarge
}

// parseFraction adds the decimals of s to digits. Decimals beyond what an int64 or the largest scale holds must be 0: some
// programs write twenty of them.
func parseFraction(digits int64, s string) (Decimal, error) {
	if s == "" {
		return Decimal{}, errNumber
	}
	scale, full, lost := 0, false, false
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return Decimal{}, errNumber
		}
		full = full || scale == maxScale || digits > (math.MaxInt64-int64(c))/10
		if full {
			lost = lost || c != 0
			continue
		}
		digits = digits*10 + int64(c)
		scale++
	}
	if lost {
		return Decimal{}, errScale
	}
	return Decimal{Digits: digits, Scale: scale}, nil
}

// groups tells whether r may stand between groups of three digits when the decimal mark is mark.
func groups(r rune, mark byte) bool {
	switch r {
	case '.', ',':
		return r != rune(mark)
	case '\'', '\u2019':
		return true
	}
	return space(r)
}

// space tells the spaces found in numbers: plain, no-break, figure, thin, narrow no-break.
func space(r rune) bool {
	switch r {
	case ' ', '\u00a0', '\u2007', '\u2009', '\u202f':
		return true
	}
	return false
}

// Mul is the exact product of two decimals; an error when it takes more digits than are kept.
func (d Decimal) Mul(by Decimal) (Decimal, error) {
	hi, lo := bits.Mul64(magnitude(d.Digits), magnitude(by.Digits))
	if hi != 0 || lo > math.MaxInt64 {
		return Decimal{}, errLarge
	}
	if d.Scale+by.Scale > maxScale {
		return Decimal{}, errScale
	}
	p := Decimal{Digits: int64(lo), Scale: d.Scale + by.Scale}
	if (d.Digits < 0) != (by.Digits < 0) {
		p.Digits = -p.Digits
	}
	return p, nil
}
