package money

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOff(t *testing.T) {
	for _, c := range []struct {
		a    Amount
		pct  Decimal
		want Amount
	}{
		{30, Decimal{Digits: 15}, 4}, // leaves 25.5, which is 26
		{10, Decimal{Digits: 15}, 2}, // leaves 8.5, which is 8
		{1000, Decimal{Digits: 125, Scale: 1}, 125},
		{1000, Decimal{}, 0},
		{1000, Decimal{Digits: 100}, 1000},
		{-30, Decimal{Digits: 15}, -4}, // what comes back is what was sold
		{999, Decimal{Digits: 3333, Scale: 2}, 333},
	} {
		off, err := Off(c.a, c.pct)
		require.NoError(t, err)
		require.Equal(t, c.want, off, "%v off %d", c.pct, c.a)
	}
	_, err := Off(100, Decimal{Digits: 1, Scale: maxScale - 1})
	require.ErrorIs(t, err, errScale)
}
