package loyalty

import (
	"math/big"
	"math/bits"
	"strings"
)

// exact is a fraction, so that points are rounded once, at the end. It is two whole numbers as long as they fit, and a
// big.Rat from where they do not. The zero exact is 0.
type exact struct {
	num, less int64 // less is the denominator less 1, so that the zero value is 0 / 1
	big       *big.Rat
}

func ratio(num, den int64) exact { return exact{num: num, less: den - 1} }

func (x exact) rat() *big.Rat {
	if x.big != nil {
		return x.big
	}
	return big.NewRat(x.num, x.less+1)
}

// mul is a x b and whether that fits.
func mul(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(max(a, -a)), uint64(max(b, -b)))
	if hi != 0 || lo > 1<<62 {
		return 0, false
	}
	if (a < 0) != (b < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// short is x with the common factors taken out.
func (x exact) short() exact {
	a, b := max(x.num, -x.num), x.less+1
	for a != 0 {
		a, b = b%a, a
	}
	return ratio(x.num/b, (x.less+1)/b)
}

func (x exact) times(y exact) exact {
	if x.big == nil && y.big == nil {
		for range 2 {
			num, ok := mul(x.num, y.num)
			den, fits := mul(x.less+1, y.less+1)
			if ok && fits {
				return ratio(num, den)
			}
			a, b := ratio(x.num, y.less+1).short(), ratio(y.num, x.less+1).short()
			x, y = a, b
		}
	}
	return exact{big: new(big.Rat).Mul(x.rat(), y.rat())}
}

func (x exact) plus(y exact) exact {
	if x.big == nil && y.big == nil {
		const half = 1 << 62
		if x.less == y.less && max(x.num, -x.num) < half && max(y.num, -y.num) < half {
			return ratio(x.num+y.num, x.less+1)
		}
		for range 2 {
			a, ok := mul(x.num, y.less+1)
			b, fits := mul(y.num, x.less+1)
			den, small := mul(x.less+1, y.less+1)
			if ok && fits && small && max(a, -a) < 1<<61 && max(b, -b) < 1<<61 {
				return ratio(a+b, den)
			}
			x, y = x.short(), y.short()
		}
	}
	return exact{big: new(big.Rat).Add(x.rat(), y.rat())}
}

// over is x / y, for a y above 0.
func (x exact) over(y exact) exact {
	if y.big != nil {
		return exact{big: new(big.Rat).Quo(x.rat(), y.big)}
	}
	return x.times(ratio(y.less+1, y.num))
}

func (x exact) minus(y exact) exact { return x.plus(y.times(ratio(-1, 1))) }

// sign is below, above or 0 as x is.
func (x exact) sign() int {
	switch {
	case x.big != nil:
		return x.big.Sign()
	case x.num < 0:
		return -1
	case x.num > 0:
		return 1
	}
	return 0
}

// floor is the largest whole number not above x, and at most mostPoints either way.
func (x exact) floor() int64 {
	if x.big == nil {
		q, den := x.num/(x.less+1), x.less+1
		if x.num%den < 0 {
			q--
		}
		return min(max(q, -mostPoints), mostPoints)
	}
	q := new(big.Int).Div(x.big.Num(), x.big.Denom()) // Euclidean: towards below for a denominator above 0
	if !q.IsInt64() {
		return int64(x.big.Sign()) * mostPoints
	}
	return min(max(q.Int64(), -mostPoints), mostPoints)
}

// String is x with as many decimals as it has, or with four and an ellipsis.
func (x exact) String() string {
	r := x.rat()
	if n, whole := r.FloatPrec(); whole && n <= 4 {
		return r.FloatString(n)
	}
	cut := new(big.Int).Mul(r.Num(), big.NewInt(10000))
	cut.Quo(cut, r.Denom())
	s := new(big.Rat).SetFrac(cut, big.NewInt(10000)).FloatString(4)
	if cut.Sign() == 0 && r.Sign() < 0 {
		s = "-" + s
	}
	return strings.TrimSuffix(s, ".0000") + "…"
}
