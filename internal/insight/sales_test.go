package insight

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func TestSalesBefore(t *testing.T) {
	span := func(s string) dates.Range {
		if s == "" {
			return dates.Range{}
		}
		return dates.Range{From: day(s[:10]), To: day(s[12:])}
	}
	for _, c := range []struct {
		asOf, asked, before, yearBefore string
	}{
		{"2026-11-22", "2026-10-01..2026-10-31", "2026-09-01..2026-09-30", "2025-10-01..2025-10-31"},
		{"2026-11-22", "2026-01-01..2026-12-31", "2025-02-09..2025-12-31", "2025-01-01..2025-11-22"}, // to the as-of day: 326 days
		{"2026-12-31", "2026-01-01..2026-12-31", "2025-01-01..2025-12-31", "2025-01-01..2025-12-31"},
		{"2026-12-31", "2026-04-01..2026-06-30", "2026-01-01..2026-03-31", "2025-04-01..2025-06-30"},
		{"2026-12-31", "2026-03-01..2026-03-31", "2026-02-01..2026-02-28", "2025-03-01..2025-03-31"},
		{"2026-12-31", "2025-02-01..2025-02-28", "2025-01-01..2025-01-31", "2024-02-01..2024-02-29"},
		{"2026-12-31", "2026-06-15..2026-06-21", "2026-06-08..2026-06-14", "2025-06-15..2025-06-21"},
		{"2026-12-31", "0001-01-01..0001-01-31", "", ""},
	} {
		o := SalesOptions{AsOf: day(c.asOf), Days: span(c.asked), By: SalesByChannel}
		require.Equal(t, span(c.before), o.before(), c.asked)
		o.Previous = SalesYearBefore
		require.Equal(t, span(c.yearBefore), o.before(), c.asked)
	}
	open := SalesOptions{AsOf: day("2026-11-22"), Days: dates.Range{To: day("2026-10-31")}}
	require.Empty(t, open.before())
}

func TestSalesBuckets(t *testing.T) {
	for d := day("2014-12-20"); d < day("2027-01-15"); d++ {
		y, m, dayOfMonth := d.Civil()
		isoYear, week := time.Date(y, m, dayOfMonth, 0, 0, 0, 0, time.UTC).ISOWeek()
		months, weeks := SalesOptions{By: SalesByMonth}, SalesOptions{By: SalesByWeek}
		require.Equal(t, d.String()[:7], months.bucketKey(months.bucket(d)))
		require.Equal(t, fmt.Sprintf("%04d-W%02d", isoYear, week), weeks.bucketKey(weeks.bucket(d)))
	}
}

func TestSalesRefused(t *testing.T) {
	for reason, o := range map[string]SalesOptions{
		`--by: "chanel" is not one of month, week, channel, consultant, product, category, customer`: {By: "chanel"},
		`--previous: "yaer" is not one of span, year`:                                                {Previous: "yaer"},
		"the time asked about begins on 2026-11-23, after the as-of day 2026-11-22":                  {Days: dates.Range{From: day("2026-11-23")}},
	} {
		_, err := o.settled(day("2026-11-22"))
		require.EqualError(t, err, reason)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
}

// sold is an order of a test with what report sales asks of it beside what order has.
type sold struct {
	order
	channel    string
	consultant int64
	original   int64
	cost       int64 // 0: not known, as that of one of its lines
	lines      []soldPiece
}

type soldPiece struct{ product, quantity, amount, discount, cost int64 }

// sell writes orders, and their lines in the order that shuffled gives them.
func sell(t testing.TB, b *book.Book, orders []sold, shuffled func(n int, swap func(i, j int))) {
	t.Helper()
	known := func(n int64) any {
		if n == 0 {
			return nil
		}
		return n
	}
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for i, p := range []string{"care", "care", "", "scent"} {
			if _, err := tx.Insert(`INSERT INTO products (sku, name, category, created_on) VALUES (?, ?, nullif(?, ''), '2020-01-01')`, fmt.Sprintf("P%d", i+1), "Product", p); err != nil {
				return err
			}
		}
		for _, ref := range []string{"k1", "k2"} {
			if _, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES (?, ?)`, ref, "Name of "+ref); err != nil {
				return err
			}
		}
		type row struct {
			order int64
			soldPiece
		}
		var rows []row
		for _, o := range orders {
			if err := insertOrders(tx, []order{o.order}); err != nil {
				return err
			}
			id, _, err := book.One(tx.View, book.Scalar[int64], `SELECT max(id) FROM orders`)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE orders SET channel = nullif(?, ''), consultant_id = ?, original_id = ?, cost = ? WHERE id = ?`, o.channel, known(o.consultant),
				known(o.original), known(o.cost), id); err != nil {
				return err
			}
			for _, l := range o.lines {
				rows = append(rows, row{id, l})
			}
		}
		if shuffled != nil {
			shuffled(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		}
		for _, r := range rows {
			if _, err := tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, cost) VALUES (?, ?, ?, 0, ?, ?, ?)`,
				r.order, r.product, r.quantity, r.amount, r.discount, known(r.cost)); err != nil {
				return err
			}
		}
		return nil
	}))
}

// salesOf is the report of a book that is not refused.
func salesOf(t testing.TB, b *book.Book, o SalesOptions) (rows []Sales) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		rows, err = ReportSales(v, o)
		return err
	}))
	return rows
}

// plain is a row as text, empty figures as a dash.
func plain(rows []Sales) (lines []string) {
	for _, r := range rows {
		units, margin, previous, change := "-", "-", "-", "-"
		if r.Units != nil {
			units = fmt.Sprint(*r.Units)
		}
		if r.Margin != nil {
			margin = fmt.Sprint(*r.Margin)
		}
		if r.Previous != nil {
			previous = fmt.Sprint(*r.Previous)
		}
		if r.ChangePct != nil {
			change = fmt.Sprint(*r.ChangePct)
		}
		lines = append(lines, fmt.Sprintf("%s|%d|%s|%d|%s|%s|%s", r.Key, r.Orders, units, r.Revenue, margin, previous, change))
	}
	return lines
}

// fewSales are a sale of two products, one without lines, and one of which a part came back a month later.
func fewSales(t testing.TB) *book.Book {
	b := newBook(t, 3, nil, nil)
	sell(t, b, []sold{
		{order: order{customer: 1, on: "2026-06-10", total: 4210, tax: 210, ship: 500}, channel: "online", consultant: 1, cost: 1500,
			lines: []soldPiece{{1, 2, 2000, 0, 800}, {1, 1, 1000, 500, 400}, {4, 1, 1000, 0, 300}}},
		{order: order{customer: 2, on: "2026-08-05", total: 1000}, consultant: 2},
		{order: order{customer: 1, on: "2026-08-31", total: 3000}, channel: "direct", consultant: 1, cost: 1200, lines: []soldPiece{{2, 3, 3000, 0, 1200}}},
		{order: order{customer: 1, on: "2026-09-02", total: -1000, live: true, confirmed: "2026-09-02"}, channel: "phone", cost: -400, original: 3,
			lines: []soldPiece{{2, -1, -1000, 0, -400}}},
		{order: order{customer: 3, on: "2026-09-03", total: 9000, live: true}, channel: "online"}, // a quote
		{order: order{customer: 3, on: "2026-09-04", total: 9000, cancelled: "2026-09-05"}, channel: "online"},
	}, nil)
	return b
}

func TestSalesByTime(t *testing.T) {
	b := fewSales(t)
	require.Equal(t, []string{
		"2026-06|1|4|3500|2000|0|-",
		"2026-07|0|0|0|0|3500|-100",
		"2026-08|2|2|3000|-|0|-", // the return lowers the month of its original
	}, plain(salesOf(t, b, SalesOptions{})))
	require.Equal(t, []string{
		"2026-08|2|3|4000|-|0|-", // nothing is back yet
	}, plain(salesOf(t, b, SalesOptions{AsOf: day("2026-09-01"), Days: dates.Range{From: day("2026-08-01")}})))
	require.Equal(t, []string{
		"2026-08|1|2|2000|1200|0|-", // the days asked about only
		"2026-09|0|0|0|0|3000|-100", // beside the whole month
	}, plain(salesOf(t, b, SalesOptions{Days: dates.Range{From: day("2026-08-06"), To: day("2026-09-30")}})))
	week := SalesOptions{By: SalesByWeek, Days: dates.Range{From: day("2026-08-31"), To: day("2026-09-06")}}
	require.Equal(t, []string{"2026-W36|1|2|2000|1200|0|-"}, plain(salesOf(t, b, week)))
	week.Previous, week.Days = SalesYearBefore, dates.Range{From: day("2027-06-07"), To: day("2027-06-13")} // 52 weeks after the first order
	week.AsOf = day("2027-06-13")
	require.Equal(t, []string{"2027-W23|0|0|0|0|3500|-100"}, plain(salesOf(t, b, week)))
}

func TestSalesByOthers(t *testing.T) {
	b := fewSales(t)
	for by, want := range map[SalesBy][]string{
		SalesByChannel:    {"online|1|4|3500|2000|-|-", "direct|1|2|2000|1200|-|-", "|1|-|1000|-|-|-"},
		SalesByConsultant: {"k1|2|6|5500|3200|-|-", "k2|1|-|1000|-|-|-"},
		SalesByCustomer:   {"1|2|6|5500|3200|-|-", "2|1|-|1000|-|-|-"},
		SalesByProduct:    {"P1|1|3|2500|1300|-|-", "P2|1|2|2000|1200|-|-", "|1|-|1000|-|-|-", "P4|1|1|1000|700|-|-"},
		SalesByCategory:   {"care|2|5|4500|2500|-|-", "|1|-|1000|-|-|-", "scent|1|1|1000|700|-|-"},
	} {
		require.Equal(t, want, plain(salesOf(t, b, SalesOptions{By: by})), by)
	}
	require.Equal(t, "Name of k1", salesOf(t, b, SalesOptions{By: SalesByConsultant})[0].Name)
	// August beside July, and beside 62 days: what was sold before only is a row too.
	august := dates.Range{From: day("2026-08-01"), To: day("2026-08-31")}
	require.Equal(t, []string{"direct|1|2|2000|1200|0|-", "|1|-|1000|-|0|-"}, plain(salesOf(t, b, SalesOptions{By: SalesByChannel, Days: august})))
	august.From = day("2026-07-15") // 48 days
	require.Equal(t, []string{"P2|1|2|2000|1200|0|-", "|1|-|1000|-|0|-", "P1|0|0|0|0|2500|-100", "P4|0|0|0|0|1000|-100"},
		plain(salesOf(t, b, SalesOptions{By: SalesByProduct, Days: august})))
}

// TestSalesAddUp: in books of any orders, read in either way, the rows are those that SQL makes of them.
func TestSalesAddUp(t *testing.T) {
	for seed := range uint64(8) {
		random := rand.New(rand.NewPCG(seed, 1))
		b := newBook(t, 5, nil, nil)
		orders := randomSales(random, 60)
		var shuffled func(int, func(i, j int))
		if seed%2 == 1 {
			shuffled = random.Shuffle
		}
		sell(t, b, orders, shuffled)
		from := day("2026-01-01").AddDays(random.IntN(200))
		for _, by := range SalesBys {
			for _, days := range []dates.Range{{}, {From: from}, {From: from, To: from.AddDays(40)}} {
				o := SalesOptions{By: by, AsOf: day("2026-10-15"), Days: days, Previous: SalesPreviouses[seed%2]}
				got := salesOf(t, b, o)
				require.Equal(t, plain(got), plain(queried(t, b, o)), "%v by SQL", o)
				then := map[string]money.Amount{}
				if before := o.before(); !before.From.IsZero() && !by.ofTime() {
					o := o
					o.Days = before
					for _, r := range salesOf(t, b, o) {
						then[r.Key] = r.Revenue
					}
				}
				for _, r := range got {
					if r.Previous != nil && !by.ofTime() {
						require.Equal(t, then[r.Key], *r.Previous, "%v %s", o, r.Key)
					}
					revenue, orders := oracle(t, b, o, r.Key)
					require.Equal(t, revenue, r.Revenue, "%v %s", o, r.Key)
					require.Equal(t, orders, r.Orders, "%v %s", o, r.Key)
				}
			}
		}
	}
}

func randomSales(random *rand.Rand, n int) []sold {
	orders := make([]sold, n)
	some := func(s string) string {
		if random.IntN(8) == 0 {
			return s
		}
		return ""
	}
	for i := range orders {
		o := &orders[i]
		o.order = order{customer: 1 + random.Int64N(5), on: day("2026-01-01").AddDays(random.IntN(300)).String(), live: random.IntN(3) == 0,
			cancelled: some("2026-09-01"), returned: some("2026-10-16")}
		if o.live && random.IntN(3) > 0 {
			o.confirmed = o.on
		}
		o.channel, o.consultant, o.cost = []string{"", "online", "shop"}[random.IntN(3)], random.Int64N(3), 1+random.Int64N(500)
		if i > 0 && random.IntN(5) == 0 {
			if back := random.IntN(i); orders[back].original == 0 && orders[back].cancelled == "" && (!orders[back].live || orders[back].confirmed != "") {
				o.original, o.on, o.confirmed = int64(back+1), max(o.on, orders[back].on), o.on
			}
		}
		for range random.IntN(4) {
			l := soldPiece{1 + random.Int64N(4), 1 + random.Int64N(5), 100 + random.Int64N(5000), random.Int64N(100), random.Int64N(300)}
			if o.original > 0 {
				l.quantity, l.amount, l.discount = -l.quantity, -l.amount, -l.discount
			}
			o.total += l.amount - l.discount
			o.lines = append(o.lines, l)
		}
		if len(o.lines) == 0 {
			o.total = random.Int64N(8000) - 1000
		}
	}
	return orders
}

// queried is the report as it is made where no table can be walked.
func queried(t *testing.T, b *book.Book, o SalesOptions) (rows []Sales) {
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		s := newSalesSum(o)
		require.NoError(t, s.queryOrders(v))
		s.settleReturns()
		require.NoError(t, s.readCategories(v))
		require.NoError(t, s.queryLines(v))
		s.closeLines()
		rows, err = s.sorted(v)
		return err
	}))
	return rows
}

// oracle is what SQL makes of the revenue and orders of one key.
func oracle(t *testing.T, b *book.Book, o SalesOptions, key string) (revenue money.Amount, orders int64) {
	asked := o.asked()
	expression := map[SalesBy]string{SalesByMonth: "substr(o.ordered_on, 1, 7)", SalesByWeek: "strftime('%G-W%V', o.ordered_on)", SalesByChannel: "o.channel",
		SalesByConsultant: "(SELECT ref FROM consultants WHERE id = o.consultant_id)", SalesByCustomer: "cast(o.customer_id AS text)",
		SalesByProduct: "p.sku", SalesByCategory: "p.category"}[o.By]
	sum, lines := "sum(r.net)", ""
	if o.By == SalesByProduct || o.By == SalesByCategory {
		sum, lines = "sum(ifnull(l.amount - l.discount, r.net))", "LEFT JOIN order_lines l ON l.order_id = r.id LEFT JOIN products p ON p.id = l.product_id"
	}
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		_, _, err := book.One(v, func(row book.Scanner) (none struct{}, err error) { return none, row.Scan(&revenue, &orders) },
			`SELECT ifnull(`+sum+`, 0), count(DISTINCT CASE WHEN r.original_id IS NULL AND r.net >= 0 THEN r.id END)
			FROM (SELECT * FROM `+countedOrders+`) r JOIN orders o ON o.id = ifnull(r.original_id, r.id) `+lines+`
			WHERE ifnull(`+expression+`, '') = ? AND o.ordered_on BETWEEN ? AND ?`,
			o.AsOf.String(), o.AsOf.String(), o.AsOf.String(), o.AsOf.String(), key, asked.From.String(), asked.To.String())
		return err
	}))
	return revenue, orders
}

// BenchmarkReportSales is the whole report over orders of two lines.
func BenchmarkReportSales(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	orders := make([]sold, 20_000)
	for i := range orders {
		orders[i] = sold{order: order{customer: 1 + random.Int64N(2000), on: day("2024-01-01").AddDays(random.IntN(1000)).String(), total: 2000}, channel: "online",
			lines: []soldPiece{{1 + random.Int64N(4), 1, 1500, 0, 700}, {1 + random.Int64N(4), 1, 500, 0, 200}}}
	}
	shelf := newBook(b, 2000, nil, nil)
	sell(b, shelf, orders, nil)
	for _, by := range []SalesBy{SalesByMonth, SalesByProduct, SalesByCustomer} {
		b.Run(string(by), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				salesOf(b, shelf, SalesOptions{By: by})
			}
		})
	}
}
