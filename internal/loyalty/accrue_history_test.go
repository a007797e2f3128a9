package loyalty

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// fill writes n orders of all kinds, and lines for most.
func (s *shop) fill(n int) {
	rng := rand.New(rand.NewPCG(3, 4))
	require.NoError(s.t, s.UpdateBulk(context.Background(), "test", func(tx *book.Tx) error {
		for id := 1; id <= n; id++ {
			day := theDay("2025-11-01").AddDays(rng.IntN(300)).String()
			var amounts [2]int64
			amounts[0], amounts[1] = int64(rng.IntN(9000)), int64(rng.IntN(9000)-200)
			net := amounts[0] + amounts[1] - int64(rng.IntN(3)*10)
			history, confirmed, invoiced, cancelled := int64(1), any(nil), any(nil), any(nil)
			if rng.IntN(4) == 0 {
				history, confirmed = 0, day
			}
			if rng.IntN(4) == 0 {
				invoiced = day
			}
			if rng.IntN(10) == 0 {
				cancelled = day
			}
			s.exec(tx, `INSERT INTO orders (customer_id, ordered_on, total, shipping, tax, channel, is_history, confirmed_on, invoiced_on, cancelled_on, consultant_id) VALUES (?, ?, ?, 495, 21, ?, ?, ?, ?, ?, ?)`,
				1+rng.IntN(3), day, net+516, []any{nil, "web", "shop"}[rng.IntN(3)], history, confirmed, invoiced, cancelled, []any{nil, 1, 2}[rng.IntN(3)])
			if rng.IntN(5) == 0 {
				continue
			}
			for _, amount := range amounts {
				s.exec(tx, `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (?, ?, 1, ?, ?)`, id, 1+rng.IntN(5), amount, amount)
			}
		}
		return nil
	}))
}

// dump is the ledger but for ids, which depend on the way it was written.
func (s *shop) dump() (rows []string) {
	require.NoError(s.t, s.View(context.Background(), func(v *book.View) (err error) {
		proveLedger(s.t, v)
		rows, err = book.All(v, book.Scalar[string], `SELECT json_array(order_id, customer_id, consultant_id, kind, points, effective_on, active_from_on, expires_on, rule_id) FROM point_entries
			ORDER BY order_id, customer_id, rule_id`)
		return err
	}))
	return rows
}

// Whichever way history takes, it comes to what Accrue says order by order, and asked again it adds nothing.
func TestAccrueHistory(t *testing.T) {
	ctx := context.Background()
	for name, rules := range map[string][]string{
		"plain":      {one},
		"consultant": {one, "K rate | points=1 | per=9.00 | programme=consultants"},
		"channel":    {one, "WEB multiplier | factor=2 | scope=channel=web"},
		"people":     {one, "HELLO bonus | points=9 | scope=first_order=yes", "BD multiplier | factor=3 | scope=birthday_month=yes"},
		"lines":      {one, "V rate | points=1 | per=3.00 | scope=cause=vegan", "N multiplier | factor=1.5 | scope=tag=new", "G bonus | points=5 | scope=brand=Sol"},
		"capped":     {"R rate | points=1 | per=1.00 | cap=300 | cap_per=month", "B bonus | points=9 | cap=20 | cap_per=week"},
		"dated":      {one + " | until=2026-02-28", "MORE rate | points=3 | per=7.00 | from=2026-03-01 | expiry=1m quarter | pending=3"},
		"segment":    {one, "S bonus | points=4 | scope=segment=web"},
	} {
		t.Run(name, func(t *testing.T) {
			const n = 120
			a, b := newShop(t, rules...), newShop(t, rules...)
			segments := func(_ *book.View, _ dates.Date, customers []int64) (map[int64][]string, error) {
				return map[int64][]string{2: {"web"}}, nil
			}
			for _, s := range []*shop{a, b} {
				s.set("earn_at", "invoiced", "2026-01-01")
				s.set("expiry", "12m", "2025-12-01")
				s.fill(n)
			}
			write(t, a.Book, func(tx *book.Tx) error { return AccrueHistory(tx, 1, n, segments) })
			write(t, b.Book, func(tx *book.Tx) error {
				days, err := book.All(tx.View, func(row book.Scanner) (r Reached, err error) {
					var day string
					var customer int64
					err = row.Scan(&r.Order, &day, &customer)
					if r.On = dayOf(day); customer == 2 {
						r.Segments = []string{"web"}
					}
					return r, err
				}, `SELECT id, ordered_on, customer_id FROM orders`)
				require.NoError(t, err)
				return Accrue(tx, days)
			})
			require.NotEmpty(t, a.dump())
			require.Equal(t, b.dump(), a.dump())
			write(t, a.Book, func(tx *book.Tx) error {
				err := AccrueHistory(tx, 1, n, segments)
				require.False(t, tx.Changed())
				return err
			})
			require.NoError(t, a.Book.Update(ctx, "test", func(tx *book.Tx) error { return AccrueHistory(tx, 1, 0, nil) }))
		})
	}
}

// A large import into an empty ledger writes its pages; it is what post writes, and one undo takes it back.
func TestAccrueHistoryLoads(t *testing.T) {
	ctx := context.Background()
	for name, rules := range map[string][]string{"plain": {one}, "lines": {one, "V rate | points=1 | per=3.00 | scope=cause=vegan", "B bonus | points=2 | scope=channel=web"}} {
		t.Run(name, func(t *testing.T) {
			n := int64(book.BulkRows + 100)
			s := newShop(t, rules...)
			s.set("expiry", "12m", "2025-12-01")
			s.fill(int(n))
			var dumps [][]string
			for _, update := range []func(context.Context, string, func(*book.Tx) error) error{s.UpdateBulk, s.Update} {
				require.NoError(t, update(ctx, "test", func(tx *book.Tx) error { return AccrueHistory(tx, 1, n, nil) }))
				dumps = append(dumps, s.dump())
				findings, err := s.Verify(ctx, nil)
				require.NoError(t, err)
				for _, f := range findings {
					require.Empty(t, f.Problem, f.Check)
				}
				_, err = s.Undo(ctx, 0)
				require.NoError(t, err)
				require.Empty(t, s.dump())
			}
			require.NotEmpty(t, dumps[0])
			require.Equal(t, fmt.Sprint(dumps[1]), fmt.Sprint(dumps[0]))
		})
	}
}
