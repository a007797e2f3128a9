package money

import "math/bits"

// MulQuo is a x b / c rounded half to even, without overflow on the way. c is above 0, and the result must fit: |a| x |b| / c
// is within int64 wherever b is a part of c.
func MulQuo(a, b, c int64) int64 {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	q, r := bits.Div64(hi, lo, uint64(c))
	q = roundUp(q, r, uint64(c))
	if (a < 0) != (b < 0) {
		return -int64(q)
	}
	return int64(q)
}

// Part is what falls on the pieces from..to of a total that n pieces make, so that parts which follow each other sum to
// the total to the minor unit, however the pieces are cut.
func Part(total Amount, from, to, n int64) Amount {
	return Amount(MulQuo(int64(total), to, n) - MulQuo(int64(total), from, n))
}

// Share divides total in proportion to weights, none of them negative. The shares sum to the total; where all weights
// are 0 they are those of equal weights.
func Share(total Amount, weights []Amount) []Amount {
	var sum int64
	for _, w := range weights {
		sum += int64(w)
	}
	shares := make([]Amount, len(weights))
	var at int64
	for i, w := range weights {
		if sum == 0 {
			shares[i] = Part(total, int64(i), int64(i+1), int64(len(weights)))
			continue
		}
		shares[i] = Part(total, at, at+int64(w), sum)
		at += int64(w)
	}
	return shares
}
