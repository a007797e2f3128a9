package sheet

import (
	"math"
	"strconv"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// appendFigure writes any cell but text the way every machine format does: no locale, no exponent, no minus zero.
// The empty cell appends nothing.
func (v Value) appendFigure(b []byte, cur money.Currency) []byte {
	if !v.set {
		return b
	}
	switch v.kind {
	case IntKind:
		return strconv.AppendInt(b, v.num, 10)
	case MoneyKind:
		return cur.Append(b, money.Amount(v.num))
	case NumberKind:
		return appendNumber(b, math.Float64frombits(uint64(v.num)))
	case DateKind:
		return dates.Date(v.num).Append(b)
	case BoolKind:
		return strconv.AppendBool(b, v.num != 0)
	case DecimalKind:
		return appendDecimal(b, v.num, int(v.scale))
	}
	return b
}

// significant is the number of digits of a floating figure that are printed.
const significant = 6

// appendNumber writes x with 6 significant digits, plainly: 0.333333, 1234570, 0.00001. Trailing zeros of the fraction go.
func appendNumber(b []byte, x float64) []byte {
	if x == math.Trunc(x) && math.Abs(x) < 1e6 {
		return strconv.AppendInt(b, int64(x), 10)
	}
	var scratch [32]byte
	s := strconv.AppendFloat(scratch[:0], x, 'e', significant-1, 64) // -d.ddddde+XX
	if s[0] == '-' {
		b = append(b, '-')
		s = s[1:]
	}
	exponent, _ := strconv.Atoi(string(s[significant+2:]))
	s[1] = s[0] // over the point, so that the digits stand together
	digits := s[1 : significant+1]
	last := len(digits)
	for last > 1 && digits[last-1] == '0' {
		last--
	}
	digits = digits[:last]
	if exponent < 0 {
		b = append(b, '0', '.')
		for i := -1; i > exponent; i-- {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	for i := 0; i <= exponent || i < len(digits); i++ {
		if i == exponent+1 {
			b = append(b, '.')
		}
		if i < len(digits) {
			b = append(b, digits[i])
		} else {
			b = append(b, '0')
		}
	}
	return b
}

// appendDecimal writes digits / 10^scale with exactly scale decimals.
func appendDecimal(b []byte, digits int64, scale int) []byte {
	u := uint64(digits)
	if digits < 0 {
		b = append(b, '-')
		u = -u
	}
	if scale == 0 {
		return strconv.AppendUint(b, u, 10)
	}
	var scratch [20]byte
	s := strconv.AppendUint(scratch[:0], u, 10)
	if len(s) <= scale {
		b = append(b, '0', '.')
		for i := len(s); i < scale; i++ {
			b = append(b, '0')
		}
		return append(b, s...)
	}
	b = append(b, s[:len(s)-scale]...)
	b = append(b, '.')
	return append(b, s[len(s)-scale:]...)
}
