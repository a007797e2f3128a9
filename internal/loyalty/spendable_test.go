package loyalty

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// TestSpendablesAreTheBalances proves that the walk tells what the balances tell, on days around everything that happens.
func TestSpendablesAreTheBalances(t *testing.T) {
	b := bookAt(t, func() time.Time { return time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC) })
	require.NoError(t, b.Update(context.Background(), "points", func(tx *book.Tx) error {
		for _, statement := range []string{
			`INSERT INTO customers (id, name, name_key, search, created_on) VALUES (1, 'a', 'a', 'a', '2024-01-01'), (2, 'b', 'b', 'b', '2024-01-01')`,
			`INSERT INTO point_entries (id, customer_id, kind, points, effective_on, active_from_on, expires_on, reverses_id, reason) VALUES
				(1, 1, 'earn', 100, '2025-01-10', '2025-01-24', '2026-01-24', NULL, NULL), (2, 1, 'bonus', 30, '2025-03-01', '2025-03-01', NULL, NULL, NULL),
				(3, 1, 'redeem', -60, '2025-04-01', NULL, NULL, NULL, NULL), (4, 1, 'reverse_redeem', 20, '2025-05-01', NULL, NULL, 3, NULL),
				(5, 1, 'reverse_earn', -50, '2026-02-01', NULL, NULL, 1, NULL), (6, 2, 'earn', 10, '2026-05-01', '2026-05-15', '2026-05-31', NULL, NULL),
				(7, 2, 'adjust', 5, '2026-05-02', '2026-05-02', '2026-05-31', NULL, 'gift'), (8, 2, 'earn', 7, '2026-06-20', '2026-06-20', NULL, NULL, NULL)`,
			`INSERT INTO point_allocations (entry_id, lot_id, points, allocated_on) VALUES (3, 1, 60, '2025-04-01'), (4, 1, -20, '2025-05-01'), (5, 1, 50, '2026-02-01')`,
		} {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}))
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, on := range []string{"2024-01-01", "2025-01-10", "2025-01-24", "2025-04-01", "2025-05-01", "2026-01-09", "2026-01-24", "2026-01-25", "2026-02-01", "2026-05-15", "2026-05-31", "2026-06-01", "2027-01-01"} {
			walked, err := walkSpendables(v, Clients, isoDay(t, on))
			require.NoError(t, err)
			want, err := querySpendables(v, Clients, isoDay(t, on))
			require.NoError(t, err)
			require.Equal(t, want, walked, on)
		}
		return nil
	}))
}
