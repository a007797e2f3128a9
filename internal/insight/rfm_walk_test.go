package insight

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// requireWalk proves that the walk tells what SQL tells.
func requireWalk(t require.TestingT, v *book.View, o RFMOptions) {
	o.Frequency = RFMByDays // so that SQL counts the days too
	o, err := o.settled(v.Today())
	require.NoError(t, err)
	want, err := queryBuyers(v, o)
	require.NoError(t, err)
	got, err := walkBuyers(v, o)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

// days are few, so that orders meet on them and at both ends of the time asked.
func drawDay(t *rapid.T, label string) string {
	return day("2026-01-28").AddDays(rapid.IntRange(0, 9).Draw(t, label)).String()
}

func drawOrder(t *rapid.T) order {
	o := order{customer: rapid.Int64Range(1, 6).Draw(t, "customer"), on: drawDay(t, "on"), live: rapid.Bool().Draw(t, "live")}
	o.total = rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64Range(-1<<55, 1<<55)).Draw(t, "total")
	if rapid.Bool().Draw(t, "with tax") {
		o.tax, o.ship = rapid.Int64Range(0, 5).Draw(t, "tax"), rapid.Int64Range(0, 5).Draw(t, "shipping")
	}
	for _, d := range []*string{&o.confirmed, &o.cancelled, &o.returned} {
		if rapid.IntRange(0, 2).Draw(t, "happened") == 0 {
			*d = drawDay(t, "day")
		}
	}
	return o
}

func TestWalkIsTheQuery(t *testing.T) {
	refused := errors.New("taken back")
	b := newBook(t, 6, nil, nil)
	rapid.Check(t, func(rt *rapid.T) {
		orders := rapid.SliceOfN(rapid.Custom(drawOrder), 0, 30).Draw(rt, "orders")
		o := RFMOptions{AsOf: day(drawDay(rt, "as of"))}
		if rapid.Bool().Draw(rt, "since") {
			o.Since = o.AsOf.AddDays(-rapid.IntRange(0, 9).Draw(rt, "days before"))
		}
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			require.NoError(rt, insertOrders(tx, orders))
			requireWalk(rt, tx.View, o) // which sees what is not committed yet
			return refused
		})
		require.ErrorIs(rt, err, refused)
	})
}

func TestWalkOfLargeBooks(t *testing.T) {
	b := newBook(t, 900, nil, nil)
	for _, orders := range []int{1_000, 200_000} {
		require.NoError(t, b.UpdateBulk(context.Background(), "test", func(tx *book.Tx) error {
			return tx.WithoutIndexes(book.Rebuild{Tables: []string{"orders"}}, func() error {
				_, err := tx.Exec(`WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)
					INSERT INTO orders (customer_id, ordered_on, total, tax, is_history, confirmed_on, cancelled_on, returned_on)
					SELECT 1 + i * 7919 % 800, printf('2025-%02d-%02d', 1 + i * 7 % 12, 1 + i * 5 % 28), i * 15485863 % 100000 - 5000, i % 3, i % 5 > 0,
						iif(i % 2 = 0, printf('2025-%02d-01', 1 + i % 11), NULL), iif(i % 11 = 0, printf('2025-%02d-15', 1 + i % 12), NULL),
						iif(i % 13 = 0, printf('2025-%02d-28', 1 + i % 12), NULL) FROM n`, orders)
				return err
			})
		}))
		require.NoError(t, b.View(context.Background(), func(v *book.View) error {
			for _, o := range []RFMOptions{{}, {AsOf: day("2025-08-01")}, {AsOf: day("2025-08-01"), Since: day("2025-03-01")}, {AsOf: day("2020-01-01")}} {
				requireWalk(t, v, o)
			}
			return nil
		}))
	}
}

// TestWhatTheWalkRefuses holds that odd entries are left to SQL, and that the report is then SQL's.
func TestWhatTheWalkRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		statement string
		orders    []order
		broken    string // what SQL says, "" when it answers
	}{
		"a sum too large":        {"", []order{{customer: 1, on: "2026-01-01", total: math.MaxInt64}, {customer: 1, on: "2026-01-02", total: 1}}, "integer overflow"},
		"a day of other length":  {"", []order{{customer: 1, on: "2026-01-01", total: 1, cancelled: "2027"}}, ""},
		"a last day of no month": {"", []order{{customer: 1, on: "2026-02-31", total: 1}}, "2026-02-31"},
		"no such index":          {"DROP INDEX orders_sales", []order{{customer: 1, on: "2026-01-01", total: 1}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t, 1, nil, c.orders)
			require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
				if c.statement != "" {
					_, err := tx.Exec(c.statement)
					require.NoError(t, err)
				}
				_, err := walkBuyers(tx.View, RFMOptions{AsOf: day("2026-10-31")})
				require.ErrorIs(t, err, book.ErrUnwalkable)
				r, err := ReportRFM(tx.View, RFMOptions{AsOf: day("2026-10-31")})
				if c.broken != "" {
					require.ErrorContains(t, err, c.broken)
					return nil
				}
				require.NoError(t, err)
				require.Equal(t, 1, r.Rows[0].Frequency)
				return nil
			}))
		})
	}
}

func TestOrdersOfNobodyAreRefused(t *testing.T) {
	b := newBook(t, 2, nil, []order{{customer: 1, on: "2026-01-01", total: 1}, {customer: 2, on: "2026-01-01", total: 1}})
	err := b.UpdateBulk(context.Background(), "test", func(tx *book.Tx) error {
		_, err := tx.Exec(`DELETE FROM customers WHERE id = 1`)
		require.NoError(t, err)
		_, err = ReportRFM(tx.View, RFMOptions{})
		return err
	})
	require.ErrorContains(t, err, "customer 1")
}

func TestDayTextOrdersAsText(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ten := rapid.StringMatching(`[0-9]{4}-[01][0-9]-[0-3][0-9]`)
		a, b := ten.Draw(rt, "a"), ten.Draw(rt, "b")
		x, ok := dayOf([]byte(a))
		require.True(rt, ok)
		y, _ := dayOf([]byte(b))
		require.Equal(rt, a > b, x.after(y))
		if want, err := dates.ParseISO(a); err == nil {
			got, err := x.date()
			require.NoError(rt, err)
			require.Equal(rt, want, got)
		}
	})
	_, ok := dayOf([]byte("2026-1-1"))
	require.False(t, ok)
}
