// Package money holds amounts as whole minor units of one currency, exact decimals as people write them, and the few
// operations that round: always half to even, always once, never through a float.
//
// An Amount says nothing about its currency: a book has one, and its Currency knows how many decimals to print.
package money

// Amount is a sum of money in minor units of the book's currency: cents for EUR, yen for JPY, millimes for TND.
type Amount int64

// Append adds a to b as plain text: "1234.56", "-0.05", and "12" for a currency without decimals. The mark is a dot and
// there is no thousands mark, so ParseDecimal with '.' reads it back.
func (c Currency) Append(b []byte, a Amount) []byte {
	return appendScaled(b, int64(a), c.Decimals)
}

// Format gives the text that Append would add.
func (c Currency) Format(a Amount) string {
	var buf [32]byte
	return string(c.Append(buf[:0], a))
}

// appendScaled adds digits / 10^scale in full: every decimal is written, none is rounded. A scale outside 0..18 counts
// as the nearest bound.
func appendScaled(b []byte, digits int64, scale int) []byte {
	scale = max(0, min(scale, maxScale))
	var text [len("-9.223372036854775808")]byte
	u := magnitude(digits)
	at := len(text)
	for n := 0; u > 0 || n <= scale; n++ {
		if n == scale && n > 0 {
			at--
			text[at] = '.'
		}
		at--
		text[at] = byte('0' + u%10)
		u /= 10
	}
	if digits < 0 {
		at--
		text[at] = '-'
	}
	return append(b, text[at:]...)
}

// magnitude is |v|, right for the smallest int64 too.
func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}
