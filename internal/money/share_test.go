package money

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShare(t *testing.T) {
	for _, c := range []struct {
		total   Amount
		weights []Amount
		want    []Amount
	}{
		{100, []Amount{1, 1, 1}, []Amount{33, 34, 33}},
		{-100, []Amount{1, 1, 1}, []Amount{-33, -34, -33}},
		{1000, []Amount{0, 3000, 1000}, []Amount{0, 750, 250}},
		{5, []Amount{0, 0}, []Amount{2, 3}},
		{math.MaxInt64, []Amount{math.MaxInt64 / 2, math.MaxInt64 / 2}, []Amount{math.MaxInt64/2 + 1, math.MaxInt64 / 2}},
		{7, nil, []Amount{}},
	} {
		require.Equal(t, c.want, Share(c.total, c.weights))
	}
}

// TestShareSumsToTheTotal cuts random totals, and compares the rounding with exact arithmetic.
func TestShareSumsToTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Amount(rapid.Int64Range(-1e12, 1e12).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Amount { return Amount(rapid.Int64Range(0, 1e12).Draw(t, "weight")) }), 1, 9).Draw(t, "weights")
		var sum Amount
		for _, s := range Share(total, weights) {
			sum += s
		}
		if sum != total {
			t.Fatalf("shares of %d by %v sum to %d", total, weights, sum)
		}
		a, b, c := rapid.Int64().Draw(t, "a"), rapid.Int64Range(0, 1e9).Draw(t, "b"), rapid.Int64Range(1e9, math.MaxInt64).Draw(t, "c")
		if a == math.MinInt64 {
			a++
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(a), big.NewInt(b)), big.NewInt(c))
		off := new(big.Rat).Sub(exact, new(big.Rat).SetInt64(MulQuo(a, b, c)))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Fatalf("%d x %d / %d is not %d", a, b, c, MulQuo(a, b, c))
		}
	})
}
