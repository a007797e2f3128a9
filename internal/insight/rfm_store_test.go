package insight

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// order is a row of orders in a test; money in cents. Without more said it is history.
type order struct {
	customer         int64
	on               string
	total, tax, ship int64
	live             bool
	confirmed        string
	cancelled        string
	returned         string
}

// newBook makes a book of customers c1, c2, ... with orders; archived are ids.
func newBook(t testing.TB, customers int, archived []int64, orders []order) *book.Book {
	t.Helper()
	settings, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	b, err := book.Create(context.Background(), filepath.Join(t.TempDir(), "book.db"), settings, now)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for i := 1; i <= customers; i++ {
			name := fmt.Sprintf("c%d", i)
			if _, err := tx.Insert(`INSERT INTO customers (ref, ref_source, name, created_on, name_key, search)
				VALUES (?, 'csv', ?, '2026-11-22', ?, ?)`, "r"+name, name, name, name); err != nil {
				return err
			}
		}
		for _, id := range archived {
			if _, err := tx.Exec(`UPDATE customers SET archived_on = '2026-01-01' WHERE id = ?`, id); err != nil {
				return err
			}
		}
		return insertOrders(tx, orders)
	}))
	return b
}

func insertOrders(tx *book.Tx, orders []order) error {
	text := func(s string) any {
		if s == "" {
			return nil
		}
		return s
	}
	for _, o := range orders {
		if _, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, tax, shipping, is_history, confirmed_on, cancelled_on, returned_on)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`, o.customer, o.on, o.total, o.tax, o.ship, !o.live,
			text(o.confirmed), text(o.cancelled), text(o.returned)); err != nil {
			return err
		}
	}
	return nil
}

// report is the report of a book that is not refused.
func report(t testing.TB, b *book.Book, o RFMOptions) (r *RFMReport) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		r, err = ReportRFM(v, o)
		return err
	}))
	return r
}

func TestReportCountsSales(t *testing.T) {
	b := newBook(t, 7, []int64{5, 6}, []order{
		{customer: 1, on: "2026-01-10", total: 12100, tax: 2100, ship: 500},
		{customer: 1, on: "2026-03-01", total: 2000},
		{customer: 1, on: "2026-03-05", total: -1000},                                      // lowers money, sets no recency
		{customer: 1, on: "2026-12-01", total: 7777},                                       // after the as-of day
		{customer: 2, on: "2026-02-01", total: 0},                                          // a gift is a purchase
		{customer: 3, on: "2026-02-01", total: -500},                                       // gave back only: a prospect
		{customer: 4, on: "2026-01-02", total: 900, live: true, confirmed: "2026-01-03"},   // counts
		{customer: 4, on: "2026-02-02", total: 900, live: true},                            // a quote
		{customer: 4, on: "2026-02-03", total: 900, live: true, confirmed: "2026-11-01"},   // not confirmed by then
		{customer: 4, on: "2026-02-04", total: 900, cancelled: "2026-02-05"},               // cancelled
		{customer: 4, on: "2026-02-05", total: 800, returned: "2026-10-31"},                // returned by then
		{customer: 4, on: "2026-02-06", total: 700, returned: "2026-11-01", cancelled: ""}, // returned later
		{customer: 5, on: "2026-05-01", total: 4000},                                       // archived since
	})
	r := report(t, b, RFMOptions{AsOf: day("2026-10-31")})
	require.Equal(t, []RFM{
		{1, "rc1", "c1", day("2026-03-01"), 244, 2, 10500, 4, 3, 4, 434, "potential_loyalist", 2, 10500},
		{2, "rc2", "c2", day("2026-02-01"), 272, 1, 0, 2, 1, 1, 211, "hibernating", 1, 0},
		{CustomerID: 3, Ref: "rc3", Name: "c3", Segment: "prospect", Revenue: -500},
		{4, "rc4", "c4", day("2026-02-06"), 267, 2, 1600, 3, 3, 2, 332, "need_attention", 2, 1600},
		{5, "rc5", "c5", day("2026-05-01"), 183, 1, 4000, 5, 1, 3, 513, "new", 1, 4000},
		{CustomerID: 7, Ref: "rc7", Name: "c7", Segment: "prospect"},
	}, r.Rows)
	require.Equal(t, day("2026-10-31"), r.AsOf)
	require.Empty(t, r.Warnings)
}

func TestReportOfATimeWindow(t *testing.T) {
	b := newBook(t, 2, nil, []order{
		{customer: 1, on: "2026-01-10", total: 100}, {customer: 1, on: "2026-03-01", total: 250},
		{customer: 2, on: "2026-01-10", total: 300},
	})
	r := report(t, b, RFMOptions{AsOf: day("2026-03-31"), Since: day("2026-01-11")})
	require.Equal(t, 1, r.Rows[0].Frequency)
	require.Equal(t, money.Amount(250), r.Rows[0].Revenue)
	require.Equal(t, RFM{CustomerID: 2, Ref: "rc2", Name: "c2", Segment: "prospect"}, r.Rows[1])
}

// A return that names its original lowers the money of that, whenever it came; once all is back neither counts.
func TestReportOfReturns(t *testing.T) {
	b := newBook(t, 3, nil, []order{
		{customer: 1, on: "2026-01-10", total: 100}, {customer: 1, on: "2026-03-01", total: 250}, // 1, 2
		{customer: 1, on: "2026-03-05", total: -40, live: true, confirmed: "2026-03-05"},                          // 3: of 1
		{customer: 1, on: "2026-03-06", total: -50, live: true, confirmed: "2026-03-06"},                          // 4: of 2
		{customer: 2, on: "2026-02-01", total: 300, returned: "2026-03-20"},                                       // 5
		{customer: 2, on: "2026-02-10", total: -100, live: true, confirmed: "2026-02-10", returned: "2026-03-20"}, // 6: of 5
		{customer: 2, on: "2026-03-20", total: -200, live: true, confirmed: "2026-03-20", returned: "2026-03-20"}, // 7: of 5
		{customer: 3, on: "2026-01-10", total: 100},                                                               // 8
		{customer: 3, on: "2026-02-10", total: -30, live: true, confirmed: "2026-02-10"},                          // 9: of 8
	})
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for back, original := range map[int]int{3: 1, 4: 2, 6: 5, 7: 5, 9: 8} {
			if _, err := tx.Exec(`UPDATE orders SET original_id = ? WHERE id = ?`, original, back); err != nil {
				return err
			}
		}
		return nil
	}))
	revenue := func(o RFMOptions) (list [3]money.Amount, orders [3]int) {
		for i, row := range report(t, b, o).Rows {
			list[i], orders[i] = row.Revenue, row.Orders
		}
		return list, orders
	}
	for _, c := range []struct {
		asOf, since string
		revenue     [3]money.Amount
		orders      [3]int
	}{
		{"2026-03-31", "", [3]money.Amount{260, 0, 70}, [3]int{2, 0, 1}},
		{"2026-03-19", "", [3]money.Amount{260, 200, 70}, [3]int{2, 1, 1}},
		{"2026-02-09", "", [3]money.Amount{100, 300, 100}, [3]int{1, 1, 1}},
		{"2026-03-19", "2026-02-01", [3]money.Amount{200, 200, 0}, [3]int{1, 1, 0}},
		{"2026-03-31", "2026-02-05", [3]money.Amount{200, 0, 0}, [3]int{1, 0, 0}},
	} {
		o := RFMOptions{AsOf: day(c.asOf)}
		if c.since != "" {
			o.Since = day(c.since)
		}
		list, orders := revenue(o)
		require.Equal(t, c.revenue, list, c)
		require.Equal(t, c.orders, orders, c)
	}
}

func TestReportByDays(t *testing.T) {
	b := newBook(t, 3, nil, []order{
		{customer: 1, on: "2026-01-10", total: 100}, {customer: 1, on: "2026-01-10", total: 200}, {customer: 1, on: "2026-01-11", total: -50},
		{customer: 2, on: "2026-01-12", total: -50},
		{customer: 3, on: "2026-01-10", total: 100}, {customer: 3, on: "2026-01-11", total: 100}, {customer: 3, on: "2026-01-11", total: -1},
	})
	rows := report(t, b, RFMOptions{Frequency: RFMByDays, Monetary: RFMMean}).Rows
	require.Equal(t, []int{1, 0, 2}, []int{rows[0].Frequency, rows[1].Frequency, rows[2].Frequency})
	require.Equal(t, []int{2, 0, 2}, []int{rows[0].Orders, rows[1].Orders, rows[2].Orders})
	require.Equal(t, []money.Amount{125, 0, 100}, []money.Amount{rows[0].Monetary, rows[1].Monetary, rows[2].Monetary}, "199/2 is 100, half to even")
}

func TestReportOfSmallBooks(t *testing.T) {
	empty := newBook(t, 0, nil, nil)
	one := newBook(t, 1, nil, []order{{customer: 1, on: "2026-01-10", total: 100}})
	for _, method := range []RFMMethod{RFMPercent, RFMQuantile, RFMNtile} {
		r := report(t, empty, RFMOptions{Method: method})
		require.Empty(t, r.Rows)
		require.Len(t, r.Bins, 5)
		require.Equal(t, RFMBin{Bin: 3}, r.Bins[2])

		early := report(t, one, RFMOptions{Method: method, AsOf: day("2026-01-09")})
		require.Equal(t, []RFM{{CustomerID: 1, Ref: "rc1", Name: "c1", Segment: "prospect"}}, early.Rows)

		got := report(t, one, RFMOptions{Method: method, AsOf: day("2026-01-10")}).Rows
		require.Len(t, got, 1)
		require.Zero(t, got[0].RecencyDays)
		require.Equal(t, 100*got[0].R+10*got[0].F+got[0].M, got[0].Score)
	}
}

func TestMigration(t *testing.T) {
	b := newBook(t, 3, nil, []order{
		{customer: 1, on: "2026-01-10", total: 100}, {customer: 1, on: "2026-08-01", total: 250},
		{customer: 2, on: "2026-01-10", total: 300},
		{customer: 3, on: "2026-09-01", total: 500},
	})
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		r, moves, err := MigrateRFM(v, RFMOptions{AsOf: day("2026-10-31")}, day("2026-06-30"))
		require.NoError(t, err)
		require.Len(t, r.Rows, 3)
		require.Equal(t, []RFMMove{
			{"new", "loyal", 1, 350},       // both were R5 F1 of two; of three she is R = 5 - floor(5/3) = 4, F = 1 + floor(10/3) = 4
			{"new", "hibernating", 1, 300}, // R = 5 - floor(10/3) = 2, F = 1
			{"prospect", "new", 1, 500},
		}, moves)
		_, _, err = MigrateRFM(v, RFMOptions{}, day("2026-11-23"))
		require.Error(t, err)
		return nil
	}))
}

// randomBook has ties in every figure and customers without orders.
func randomBook(t testing.TB) *book.Book {
	random := rand.New(rand.NewPCG(7, 7))
	var orders []order
	for range 400 {
		orders = append(orders, order{customer: 1 + random.Int64N(80), on: day("2026-01-01").AddDays(random.IntN(20)).String(),
			total: 100 * (random.Int64N(9) - 1)})
	}
	return newBook(t, 90, nil, orders)
}

func TestNtileIsSQLitesOwn(t *testing.T) {
	b := randomBook(t)
	got := map[int64][3]int{}
	for _, c := range report(t, b, RFMOptions{Method: RFMNtile}).Rows {
		if c.Scored() {
			got[c.CustomerID] = [3]int{c.R, c.F, c.M}
		}
	}
	type row struct {
		id     int64
		scores [3]int
	}
	want := map[int64][3]int{}
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for r, err := range book.Query(v, func(s book.Scanner) (r row, err error) {
			err = s.Scan(&r.id, &r.scores[0], &r.scores[1], &r.scores[2])
			return r, err
		}, `SELECT id, ntile(5) OVER (ORDER BY last_on, id), ntile(5) OVER (ORDER BY n, id), ntile(5) OVER (ORDER BY m, id)
			FROM (SELECT customer_id AS id, max(ordered_on) FILTER (WHERE net >= 0) AS last_on, count(*) FILTER (WHERE net >= 0) AS n, sum(net) AS m
				FROM orders GROUP BY customer_id) WHERE n > 0`) {
			require.NoError(t, err)
			want[r.id] = r.scores
		}
		return nil
	}))
	require.NotEmpty(t, want)
	require.Equal(t, want, got)
}

func TestSalesAreReadInTheOrderOfTheIndex(t *testing.T) {
	b := newBook(t, 1, nil, nil)
	detail := func(s book.Scanner) (text string, err error) {
		var id, parent, unused int
		return text, s.Scan(&id, &parent, &unused, &text)
	}
	day := dates.Date(1).String()
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		for _, rest := range []string{
			"max(last_on || purchases || money) FROM " + buyersFrom(" AND ordered_on >= ?"),
			"max(days) FROM " + daysFrom(" AND ordered_on >= ?"),
		} {
			plan, err := book.All(v, detail, "EXPLAIN QUERY PLAN SELECT "+rest, day, day, day, day, day)
			require.NoError(t, err)
			require.Contains(t, strings.Join(plan, "\n"), "INDEX orders_sales")
			require.NotContains(t, strings.Join(plan, "\n"), "TEMP B-TREE")
		}
		return nil
	}))
}

// BenchmarkReport is the whole report over ten orders a customer.
func BenchmarkReport(b *testing.B) {
	for _, customers := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(customers), func(b *testing.B) {
			random := rand.New(rand.NewPCG(1, 2))
			orders := make([]order, 10*customers)
			for i := range orders {
				orders[i] = order{customer: 1 + random.Int64N(int64(customers)), on: day("2024-01-01").AddDays(random.IntN(1000)).String(),
					total: 100 + random.Int64N(50_000)}
			}
			shelf := newBook(b, customers, nil, orders)
			b.ReportAllocs()
			for b.Loop() {
				report(b, shelf, RFMOptions{})
			}
		})
	}
}
