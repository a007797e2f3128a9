package money

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// maxScale is the largest number of decimals kept: 10^18 is the largest power of ten in an int64.
const maxScale = 18

var pow10 = [20]uint64{
	1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
	10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
	1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
	10_000_000_000_000_000_000,
}

var (
	errLarge = errors.New("number too large")
	errScale = errors.New("more decimals than can be kept")
)

// QuoRound is num / den rounded half to even: 5/2 is 2, 7/2 is 4, -5/2 is -2. Like the / operator it panics when den is 0
// and wraps for math.MinInt64 / -1.
func QuoRound(num, den int64) int64 {
	d := magnitude(den)
	n := magnitude(num)
	q := n / d
	q = roundUp(q, n-q*d, d)
	if (num < 0) != (den < 0) {
		return -int64(q)
	}
	return int64(q)
}

// roundUp adds one to q when the remainder r of a division by den is more than half of it, or half and q odd.
func roundUp(q, r, den uint64) uint64 {
	if r > den-r || r == den-r && q&1 == 1 {
		return q + 1
	}
	return q
}

// Minor is d in minor units of a currency with that many decimals, rounded half to even: 12.345 with 2 is 1234.
func (d Decimal) Minor(decimals int) (Amount, error) {
	return d.Times(1, decimals)
}

// Exact is d in minor units of a currency. One that has more decimals than the currency, zeros at the end aside, is an
// error that says so: nobody is asked another price than the one that was written.
func (d Decimal) Exact(c Currency) (Amount, error) {
	for ; d.Scale > c.Decimals; d.Scale-- {
		if d.Digits%10 != 0 {
			return 0, fmt.Errorf("has more decimals than %s", c.Code)
		}
		d.Digits /= 10
	}
	return d.Minor(c.Decimals)
}

// Times is q x d in minor units of a currency with that many decimals, rounded half to even once, after the product: the
// gross of a line of q units at the exact price d.
func (d Decimal) Times(q int64, decimals int) (Amount, error) {
	return shifted(d.Digits, q, d.Scale, decimals)
}

// Percent is pct per cent of a, rounded half to even: 12.5 per cent of 100 is 12.
func Percent(a Amount, pct Decimal) (Amount, error) {
	if pct.Scale >= maxScale {
		return 0, errScale // 10^20 is beyond the 64 bits of a divisor
	}
	return shifted(int64(a), pct.Digits, pct.Scale+2, 0)
}

// shifted is x * y * 10^(to-from), rounded half to even once. The product takes 128 bits.
func shifted(x, y int64, from, to int) (Amount, error) {
	if from < 0 || from > maxScale+1 || to < 0 || to > maxScale {
		return 0, errScale
	}
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	var q uint64
	if from > to {
		den := pow10[from-to]
		if hi >= den {
			return 0, errLarge
		}
		var r uint64
		q, r = bits.Div64(hi, lo, den)
		q = roundUp(q, r, den)
	} else {
		over, low := bits.Mul64(lo, pow10[to-from])
		if hi|over != 0 {
			return 0, errLarge
		}
		q = low
	}
	if q > math.MaxInt64 {
		return 0, errLarge
	}
	if (x < 0) != (y < 0) {
		return -Amount(q), nil
	}
	return Amount(q), nil
}

// Split divides total into n parts that sum to it: equal parts, cut towards zero, and the odd minor units on the last.
// Without parts (n below 1) it is nil.
func Split(total Amount, n int) []Amount {
	if n < 1 {
		return nil
	}
	parts := make([]Amount, n)
	each := total / Amount(n)
	for i := range parts {
		parts[i] = each
	}
	parts[n-1] = total - each*Amount(n-1)
	return parts
}
