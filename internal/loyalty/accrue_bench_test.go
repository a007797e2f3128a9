package loyalty_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// BenchmarkAccrueHistory imports orders (100,000, or PERLA_ORDERS) in a programme with no rule, and in one with a rate.
func BenchmarkAccrueHistory(b *testing.B) {
	rows := manyRows()
	for name, rules := range map[string][]loyalty.RuleRow{
		"none":       nil,
		"rate":       {{Code: "BASE", Kind: "rate", Points: "1", Per: "1.00"}},
		"multiplier": {{Code: "BASE", Kind: "rate", Points: "1", Per: "1.00"}, {Code: "MON", Kind: "multiplier", Factor: "2", Scope: "weekday=mon"}},
		"capped":     {{Code: "BASE", Kind: "rate", Points: "1", Per: "1.00", Cap: "500", CapPer: "month"}},
	} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				b.StopTimer()
				bk := emptyBook(b, rules)
				b.StartTimer()
				importOrders(b, bk, rows)
				b.StopTimer()
				require.NoError(b, bk.Close())
				b.StartTimer()
			}
		})
	}
}

// BenchmarkSimulate replays those orders under a cap and tiers that the book does not have.
func BenchmarkSimulate(b *testing.B) {
	bk := emptyBook(b, []loyalty.RuleRow{{Code: "BASE", Kind: "rate", Points: "1", Per: "1.00"}})
	importOrders(b, bk, manyRows())
	require.NoError(b, bk.Update(context.Background(), "tiers", func(tx *book.Tx) error {
		for code, threshold := range map[string]int64{"SILVER": 20_000, "GOLD": 50_000} {
			if _, err := loyalty.AddTier(tx, loyalty.Tier{Programme: loyalty.Clients, Code: code, Threshold: threshold, Factor: 150}); err != nil {
				return err
			}
		}
		return nil
	}))
	for b.Loop() {
		require.NoError(b, bk.View(context.Background(), func(v *book.View) error {
			rules, problems, err := loyalty.ReadRules(v, []loyalty.RuleRow{{Code: "NEW", Kind: "rate", Points: "2", Per: "1.00", Cap: "500", CapPer: "month"}})
			require.NoError(b, err)
			require.Empty(b, problems)
			about, err := sales.PointsAbout(v, rules)
			require.NoError(b, err)
			s, err := loyalty.Simulate(v, loyalty.Clients, rules, 1, about)
			require.Positive(b, s.Now)
			return err
		}))
	}
}

// manyRows are orders of twenty to a customer.
func manyRows() []sales.Row {
	n := 100_000
	if text := os.Getenv("PERLA_ORDERS"); text != "" {
		n, _ = strconv.Atoi(text)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	rows := make([]sales.Row, n)
	for i := range rows {
		rows[i] = sales.Row{Line: i + 2, Has: sales.FieldRef | sales.FieldCustomer | sales.FieldDate | sales.FieldTotal, Ref: fmt.Sprintf("o%08d", i),
			Customer: fmt.Sprint("c", rng.IntN(n/20+1)), Date: dates.Date(739000 + rng.IntN(900)), Total: money.Amount(1000 + rng.IntN(1e5))}
	}
	return rows
}

// emptyBook is a book with rules.
func emptyBook(b *testing.B, rules []loyalty.RuleRow) *book.Book {
	b.Helper()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(b, err)
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	ctx := context.Background()
	bk, err := book.Create(ctx, filepath.Join(b.TempDir(), "book.db"), s, now)
	require.NoError(b, err)
	require.NoError(b, bk.Update(ctx, "points rules", func(tx *book.Tx) error {
		list, problems, err := loyalty.ReadRules(tx.View, rules)
		require.Empty(b, problems)
		for _, r := range list {
			if _, err := loyalty.AddRule(tx, r); err != nil {
				return err
			}
		}
		return err
	}))
	return bk
}

func importOrders(b *testing.B, bk *book.Book, rows []sales.Row) {
	b.Helper()
	require.NoError(b, bk.UpdateBulk(context.Background(), "order import", func(tx *book.Tx) error {
		_, err := sales.PlaceAll(tx, slices.Chunk(rows, 10_000), sales.Options{Source: "csv", Rows: len(rows), Sorted: true}, func(p sales.Problem) { b.Error(p) })
		return err
	}))
}
