package money

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// halfEven is num / den to the nearest integer, halves to even, by unlimited arithmetic.
func halfEven(num, den *big.Int) *big.Int {
	twice := new(big.Int).Lsh(num, 1)
	twice.Add(twice, den)
	width := new(big.Int).Lsh(den, 1)
	q, r := new(big.Int).DivMod(twice, width, new(big.Int)) // floor(num/den + 1/2)
	if r.Sign() == 0 && q.Bit(0) == 1 {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

func tenTo(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

func TestQuoRound(t *testing.T) {
	for _, c := range [][3]int64{
		{5, 2, 2}, {7, 2, 4}, {-5, 2, -2}, {-7, 2, -4}, {5, -2, -2}, {-5, -2, 2}, {1, 2, 0}, {3, 2, 2}, {0, 7, 0}, {1, 3, 0}, {2, 3, 1},
		{10, 4, 2}, {14, 4, 4}, {15, 10, 2}, {25, 10, 2}, {26, 10, 3}, {math.MaxInt64, 1, math.MaxInt64}, {math.MinInt64, 1, math.MinInt64},
		{math.MaxInt64, 2, 1 << 62}, {math.MinInt64, 2, -1 << 62}, {math.MaxInt64, math.MaxInt64, 1}, {math.MaxInt64, math.MinInt64, -1},
		{1 << 62, math.MinInt64, 0}, {math.MinInt64, math.MinInt64, 1},
	} {
		require.Equal(t, c[2], QuoRound(c[0], c[1]), "%d / %d", c[0], c[1])
	}
	require.Panics(t, func() { QuoRound(1, 0) })
}

func TestQuoRoundIsHalfEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		num := rapid.Int64().Draw(t, "num")
		den := rapid.OneOf(rapid.Int64Range(1, 1000), rapid.Int64Min(1)).Draw(t, "den")
		if want := halfEven(big.NewInt(num), big.NewInt(den)); QuoRound(num, den) != want.Int64() {
			t.Fatalf("%d / %d is %d, want %v", num, den, QuoRound(num, den), want)
		}
	})
}

func TestMinor(t *testing.T) {
	for _, c := range []struct {
		d        Decimal
		decimals int
		want     Amount
	}{
		{Decimal{12345, 3}, 2, 1234}, {Decimal{12355, 3}, 2, 1236}, {Decimal{-12345, 3}, 2, -1234}, {Decimal{123451, 4}, 2, 1235},
		{Decimal{5, 1}, 0, 0}, {Decimal{15, 1}, 0, 2}, {Decimal{25, 1}, 0, 2}, {Decimal{1250, 2}, 2, 1250}, {Decimal{12, 0}, 2, 1200},
		{Decimal{-12, 0}, 3, -12000}, {Decimal{1, 18}, 2, 0}, {Decimal{5, 18}, 17, 0}, {Decimal{15, 18}, 17, 2},
		{Decimal{math.MaxInt64, 18}, 2, 922}, {Decimal{math.MaxInt64, 0}, 0, math.MaxInt64}, {Decimal{0, 0}, 18, 0}, {Decimal{9, 0}, 18, 9e18},
	} {
		got, err := c.d.Minor(c.decimals)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%v to %d decimals", c.d, c.decimals)
	}
	for _, c := range []struct {
		d        Decimal
		decimals int
	}{{Decimal{math.MaxInt64, 0}, 1}, {Decimal{10, 0}, 18}, {Decimal{-math.MaxInt64, 1}, 3}, {Decimal{1, 20}, 2}, {Decimal{1, -1}, 2}, {Decimal{1, 2}, -1}, {Decimal{1, 2}, 19}} {
		_, err := c.d.Minor(c.decimals)
		require.Error(t, err, "%v to %d decimals", c.d, c.decimals)
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		d    Decimal
		q    int64
		want Amount
	}{
		{Decimal{335, 3}, 1, 34}, {Decimal{335, 3}, 3, 100}, {Decimal{125, 3}, 1, 12}, {Decimal{125, 3}, 3, 38}, {Decimal{125, 3}, -3, -38},
		{Decimal{-125, 3}, -1, 12}, {Decimal{1250, 2}, 0, 0}, {Decimal{1, 18}, math.MaxInt64, 922},
	} {
		got, err := c.d.Times(c.q, 2)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%d x %v", c.q, c.d)
	}
	for _, q := range []int64{1e18, -1e18, math.MinInt64} {
		_, err := Decimal{math.MaxInt64, 18}.Times(q, 2)
		require.ErrorIs(t, err, errLarge)
	}
}

func TestTimesRoundsOnceHalfEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Decimal{rapid.Int64().Draw(t, "digits"), rapid.IntRange(0, 18).Draw(t, "scale")}
		q := rapid.OneOf(rapid.Int64Range(-1000, 1000), rapid.Int64()).Draw(t, "q")
		decimals := rapid.IntRange(0, 4).Draw(t, "decimals")
		num := new(big.Int).Mul(big.NewInt(d.Digits), big.NewInt(q))
		want := halfEven(num.Mul(num, tenTo(decimals)), tenTo(d.Scale))
		got, err := d.Times(q, decimals)
		compare(t, want, got, err)
	})
}

func TestPercentRoundsHalfEven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.Int64().Draw(t, "amount")
		pct := Decimal{rapid.OneOf(rapid.Int64Range(-10000, 10000), rapid.Int64()).Draw(t, "digits"), rapid.IntRange(0, 17).Draw(t, "scale")}
		want := halfEven(new(big.Int).Mul(big.NewInt(a), big.NewInt(pct.Digits)), tenTo(pct.Scale+2))
		got, err := Percent(Amount(a), pct)
		compare(t, want, got, err)
	})
}

// compare wants the exact result, or an error just when it is beyond an int64 (or is its smallest value, which has no opposite).
func compare(t *rapid.T, want *big.Int, got Amount, err error) {
	fits := want.IsInt64() && want.Int64() != math.MinInt64
	if fits != (err == nil) || fits && int64(got) != want.Int64() {
		t.Fatalf("got %d, %v, want %v", got, err, want)
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		a    Amount
		pct  Decimal
		want Amount
	}{
		{100, Decimal{125, 1}, 12}, {300, Decimal{125, 1}, 38}, {10000, Decimal{21, 0}, 2100}, {-10000, Decimal{21, 0}, -2100}, {1, Decimal{50, 0}, 0},
		{3, Decimal{50, 0}, 2}, {math.MaxInt64, Decimal{100, 0}, math.MaxInt64}, {1000, Decimal{}, 0},
	} {
		got, err := Percent(c.a, c.pct)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%v %% of %d", c.pct, c.a)
	}
	_, err := Percent(math.MaxInt64, Decimal{101, 0})
	require.ErrorIs(t, err, errLarge)
	_, err = Percent(1, Decimal{1, 18})
	require.ErrorIs(t, err, errScale)
}

func TestSplit(t *testing.T) {
	require.Equal(t, []Amount{333, 333, 334}, Split(1000, 3))
	require.Equal(t, []Amount{-333, -333, -334}, Split(-1000, 3))
	require.Equal(t, []Amount{1, 1, 3}, Split(5, 3))
	require.Equal(t, []Amount{0, 0, 2}, Split(2, 3))
	require.Equal(t, []Amount{7}, Split(7, 1))
	require.Equal(t, []Amount{0, 0}, Split(0, 2))
	require.Nil(t, Split(7, 0))
	require.Nil(t, Split(7, -1))
}

func TestSplitSumsToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Amount(rapid.Int64().Draw(t, "total"))
		n := rapid.IntRange(1, 400).Draw(t, "n")
		parts := Split(total, n)
		sum := Amount(0)
		for i, p := range parts {
			sum += p
			if i < n-1 && p != parts[0] {
				t.Fatalf("part %d is %d, the first %d", i, p, parts[0])
			}
		}
		odd := parts[n-1] - parts[0]
		if len(parts) != n || sum != total || odd >= Amount(n) || odd <= -Amount(n) {
			t.Fatalf("%d in %d parts: %v", total, n, parts)
		}
	})
}
