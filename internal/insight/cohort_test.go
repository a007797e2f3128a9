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
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func cohortsOf(t testing.TB, b *book.Book, o CohortOptions) (r *CohortReport) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		r, err = ReportCohorts(v, o)
		return err
	}))
	return r
}

// lives are three customers who begin in two months: c1 and c2 in May, c3 in July.
var lives = []order{
	{customer: 1, on: "2026-05-04", total: 1000}, {customer: 1, on: "2026-05-30", total: 500, tax: 100}, {customer: 1, on: "2026-07-01", total: 2000},
	{customer: 2, on: "2026-05-31", total: 300}, {customer: 2, on: "2026-06-01", total: -100}, // money back is no purchase
	{customer: 3, on: "2026-06-30", total: -50}, {customer: 3, on: "2026-07-15", total: 700}, // nor does it begin anything
	{customer: 3, on: "2026-08-15", total: 900, live: true}, // a quote
}

func TestCohorts(t *testing.T) {
	b := newBook(t, 4, nil, lives)
	for _, c := range []struct {
		name string
		o    CohortOptions
		want []Cohort
	}{
		{"months that are over", CohortOptions{AsOf: day("2026-08-30")}, []Cohort{
			{"2026-05", 2, []CohortCell{{2, 3, 1700}, {0, 0, -100}, {1, 1, 2000}}},
			{"2026-07", 1, []CohortCell{{1, 1, 650}}}}},
		{"the last day of a month", CohortOptions{AsOf: day("2026-08-31")}, []Cohort{
			{"2026-05", 2, []CohortCell{{2, 3, 1700}, {0, 0, -100}, {1, 1, 2000}, {}}},
			{"2026-07", 1, []CohortCell{{1, 1, 650}, {}}}}},
		{"what is known then", CohortOptions{AsOf: day("2026-05-30")}, []Cohort{{"2026-05", 1, []CohortCell{}}}},
		{"before the first order", CohortOptions{AsOf: day("2026-05-03")}, []Cohort{}},
		{"cohorts of a time", CohortOptions{AsOf: day("2026-07-31"), Days: dates.Range{From: day("2026-05-20"), To: day("2026-06-30")}}, []Cohort{
			{"2026-05", 2, []CohortCell{{2, 3, 1700}, {0, 0, -100}, {1, 1, 2000}}}}},
		{"some customers", CohortOptions{AsOf: day("2026-07-31"), Where: book.Filter{SQL: "c.name = ? OR c.id = 4", Args: []any{"c3"}}}, []Cohort{
			{"2026-07", 1, []CohortCell{{1, 1, 650}}}}},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, cohortsOf(t, b, c.o).Rows) })
	}
	require.Empty(t, cohortsOf(t, newBook(t, 0, nil, nil), CohortOptions{}).Summary())
	_, err := ReportCohorts(nil, CohortOptions{AsOf: day("2026-01-01"), Days: dates.Range{From: day("2026-01-02")}})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

func TestCohortSummary(t *testing.T) {
	r := cohortsOf(t, newBook(t, 4, nil, lives), CohortOptions{AsOf: day("2026-08-31")})
	require.Equal(t, []CohortMonth{{0, 2, 3, 3, 1, 4, 2350}, {1, 2, 3, 0, 0, 0, -100}, {2, 1, 2, 1, .5, 1, 2000}, {3, 1, 2, 0, 0, 0, 0}}, r.Summary())
	r.Keep(2)
	require.Len(t, r.Summary(), 2)
	require.Len(t, r.Rows[1].Cells, 2)
}

func TestCohortReturnsLowerTheMonthTheyWereSoldIn(t *testing.T) {
	r := cohortsOf(t, fewSales(t), CohortOptions{AsOf: day("2026-09-30")})
	require.Equal(t, []Cohort{
		{"2026-06", 1, []CohortCell{{1, 1, 3500}, {}, {1, 1, 2000}, {}}}, // 3000 sold in August less 1000 back in September
		{"2026-08", 1, []CohortCell{{1, 1, 1000}, {}}}}, r.Rows)
}

// TestCohortWalkIsTheQuery holds for any orders that the walk tells what SQL tells, and that no money is lost.
func TestCohortWalkIsTheQuery(t *testing.T) {
	refused := errors.New("taken back")
	b := newBook(t, 6, nil, nil)
	rapid.Check(t, func(rt *rapid.T) {
		orders := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) order {
			o := drawOrder(t)
			o.total = rapid.Int64Range(-300, 900).Draw(t, "small total")
			o.on = day("2026-01-28").AddDays(rapid.IntRange(0, 90).Draw(t, "later")).String()
			return o
		}), 0, 30).Draw(rt, "orders")
		asOf := day("2026-01-28").AddDays(rapid.IntRange(0, 100).Draw(rt, "as of"))
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			require.NoError(rt, insertOrders(tx, orders))
			walked, err := walkCohorts(tx.View, asOf, nil, nil)
			require.NoError(rt, err)
			asked, err := queryCohorts(tx.View, asOf, nil, nil)
			require.NoError(rt, err)
			walked.close()
			asked.close()
			require.Equal(rt, asked.cohorts, walked.cohorts)
			buyers, err := queryBuyers(tx.View, RFMOptions{AsOf: asOf})
			require.NoError(rt, err)
			var want, got money.Amount
			for _, buyer := range bought(buyers) {
				want += buyer.money
			}
			for _, row := range walked.cohorts {
				for _, cell := range row.cells {
					got += cell.Revenue
				}
			}
			require.Equal(rt, want, got)
			return refused
		})
		require.ErrorIs(rt, err, refused)
	})
}

func TestCohortsTooLargeToSum(t *testing.T) {
	b := newBook(t, 2, nil, []order{{customer: 1, on: "2026-01-01", total: math.MaxInt64}, {customer: 2, on: "2026-01-01", total: 1}})
	err := b.View(context.Background(), func(v *book.View) error {
		_, err := ReportCohorts(v, CohortOptions{})
		return err
	})
	require.Equal(t, fault.Rejected, fault.KindOf(err))
}

func TestMonths(t *testing.T) {
	for d := day("2023-12-25"); d < day("2025-01-10"); d++ {
		text, _ := dayOf(d.Append(nil))
		month, ok := text.month()
		require.True(t, ok)
		require.Equal(t, monthOf(d), month)
		require.Equal(t, d.String()[:7], monthText(month))
	}
	for _, bad := range []string{"2026-13-01", "2026-00-01", "0000-01-01", "2026/01-01", "20x6-01-01", "2026-:1-01"} {
		text, _ := dayOf([]byte(bad))
		_, ok := text.month()
		require.False(t, ok, bad)
	}
	require.Equal(t, monthOf(day("9999-12-31")), lastWhole(day("9999-12-31")))
}

// manyOrders fills a book with orders of many customers over three years, and a line of a product for every order and
// more, all by SQL.
func manyOrders(b *testing.B, customers, orders, lines, products int) *book.Book {
	b.Helper()
	shelf := newBook(b, 0, nil, nil)
	require.NoError(b, shelf.UpdateBulk(context.Background(), "bench", func(tx *book.Tx) error {
		const count = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?) `
		return tx.WithoutIndexes(book.Rebuild{Tables: []string{"orders", "order_lines", "customers"}}, func() error {
			for _, s := range []struct {
				sql  string
				args []any
			}{
				{count + `INSERT INTO customers (name, created_on, name_key, search) SELECT 'c' || i, '2020-01-01', 'c', 'c' FROM n`, []any{customers}},
				{count + `INSERT INTO products (sku, name, created_on) SELECT printf('P%04d', i), 'Product', '2020-01-01' FROM n`, []any{products}},
				{count + `INSERT INTO orders (customer_id, ordered_on, total) SELECT 1 + i * 7919 % ?, date('2023-11-01', (i * 15485863 % 1096) || ' days'), 100 + i % 5000 FROM n`,
					[]any{orders, customers}},
				{count + `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) SELECT 1 + (i - 1) * ? / ?, 1 + abs(random() % ?) % (1 + abs(random() % ?)), 1, 100, 100 FROM n`,
					[]any{lines, orders, lines, products, products}},
			} {
				if _, err := tx.Exec(s.sql, s.args...); err != nil {
					return err
				}
			}
			return nil
		})
	}))
	return shelf
}

func BenchmarkReportCohorts(b *testing.B) {
	shelf := manyOrders(b, 100_000, 1_000_000, 1, 10)
	b.ReportAllocs()
	for b.Loop() {
		cohortsOf(b, shelf, CohortOptions{})
	}
}
