package loyalty

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

func TestBalanceSaysWhatComesAndGoes(t *testing.T) {
	s := newShelf(t, "2025-03-01")
	lot := s.earn(ana, 100, 1, "2024-02-29", "2024-02-29", "2025-03-31")
	s.earn(ana, 20, 2, "2024-03-01", "2024-03-01", "2025-03-31")
	s.earn(ana, 30, 3, "2025-01-01", "2025-03-10", "2026-01-01")
	s.earn(ana, 40, 4, "2025-01-01", "2025-03-05", "2026-01-01")
	require.NoError(t, s.redeem(ana, 15, 5, "2025-02-01"))
	s.giveBack(5, 5, "2025-02-02")
	require.NoError(t, s.reverse(ana, 10, 1, lot, "2025-02-03"))
	for _, c := range []struct {
		on               string
		earned, redeemed int64
	}{{"2025-02-28", 180, 10}, {"2025-03-01", 70, 10}} { // the year that ends on 28 February 2025 holds 29 February 2024
		require.NoError(t, s.book.View(context.Background(), func(v *book.View) error {
			b, err := Balance(v, ana, s.day(c.on))
			require.NoError(t, err)
			want := Standing{Account: ana, AsOf: s.day(c.on), Usable: 100, Pending: 70, NextOn: s.day("2025-03-05"), Next: 40, LapsesOn: s.day("2025-03-31"), Lapses: 100, Ledger: 170, Earned: c.earned, Redeemed: c.redeemed}
			require.Equal(t, want, b, c.on)
			return nil
		}))
	}
}
