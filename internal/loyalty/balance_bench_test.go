package loyalty

import (
	"context"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// members makes a book of n clients with ten lots each, of which two are spent and one is past its day.
func members(b *testing.B, n int) *book.Book {
	b.Helper()
	crowd := bookAt(b, func() time.Time { return time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC) })
	require.NoError(b, crowd.UpdateBulk(context.Background(), "members", func(tx *book.Tx) error {
		for _, statement := range []string{
			`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) INSERT INTO customers (name, name_key, search, created_on) SELECT 'a' || i, 'a' || i, 'a' || i, '2024-01-01' FROM n`,
			`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 10 * ?1 - 1) INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on, expires_on)
				SELECT i % ?1 + 1, 'earn', 50 + i % 7, date('2025-01-01', '+' || (i * 50 / ?1) || ' days'), date('2025-01-01', '+' || (i * 50 / ?1) || ' days'), date('2026-01-01', '+' || (i * 50 / ?1) || ' days') FROM n`,
			`INSERT INTO point_entries (customer_id, kind, points, effective_on) SELECT customer_id, 'redeem', -points, '2025-12-31' FROM point_entries WHERE id > ?1 AND id <= 3 * ?1`,
			`INSERT INTO point_allocations (entry_id, lot_id, points, allocated_on) SELECT id, id - 9 * ?1, -points, '2025-12-31' FROM point_entries WHERE kind = 'redeem'`,
			`INSERT INTO tiers (programme, code, name, threshold) VALUES ('clients', 'BRONZE', 'Bronze', 0), ('clients', 'SILVER', 'Silver', 300)`,
		} {
			if _, err := tx.Exec(statement, n); err != nil {
				return err
			}
		}
		return nil
	}))
	return crowd
}

// BenchmarkMembers is of 20,000 members with 10 lots each, or of PERLA_MEMBERS.
func BenchmarkMembers(b *testing.B) {
	size := 20_000
	if n, err := strconv.Atoi(os.Getenv("PERLA_MEMBERS")); err == nil {
		size = n
	}
	crowd := members(b, size)
	day := isoDay(b, "2026-06-01")
	run := func(name string, fn func(*book.View) (int, error)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				require.NoError(b, crowd.View(context.Background(), func(v *book.View) error {
					n, err := fn(v)
					require.Equal(b, size, n)
					return err
				}))
			}
		})
	}
	run("Balances", func(v *book.View) (n int, err error) {
		for _, err := range Balances(v, Clients, day) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	})
	run("Rungs", func(v *book.View) (int, error) {
		rungs, err := Rungs(v, Clients, day)
		return len(rungs), err
	})
	b.Run("Expire", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, crowd.Rehearse(context.Background(), true, func(tx *book.Tx) error {
				done, err := Expire(tx, 0)
				require.Positive(b, done.Entries)
				return err
			}))
		}
	})
	b.Run("Checks", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, crowd.View(context.Background(), func(v *book.View) error { proveLedger(b, v); return nil }))
		}
	})
}
