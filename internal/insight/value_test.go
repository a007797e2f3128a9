package insight

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

func valuesOf(t testing.TB, b *book.Book, o ValueOptions) (r *ValueReport) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		r, err = ReportValues(v, o)
		return err
	})
	return r
}

func profitsOf(t testing.TB, b *book.Book, o ProfitOptions) (rows []Profit) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		rows, err = ReportProfits(v, o)
		return err
	})
	return rows
}

// write changes a book as a test needs it.
func write(t testing.TB, b *book.Book, statements ...string) {
	t.Helper()
	require.NoError(t, b.Update(t.Context(), "test", func(tx *book.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// worked is the example of perla help value, and two customers beside it. Ana (1) bought for 100.00 which cost 40.00, spent
// 500 points at 0.01, and had 30 minutes at 20.00; Bea (2) bought for 30.00 which cost 35.00; Cleo (3) never bought.
func worked(t testing.TB) *book.Book {
	b := newBook(t, 3, nil, nil)
	sell(t, b, []sold{
		{order: order{customer: 1, on: "2026-03-01", total: 12100, tax: 2100}, cost: 4000},
		{order: order{customer: 2, on: "2026-03-02", total: 3000}, cost: 3500},
	}, nil)
	require.NoError(t, b.Update(t.Context(), "test", func(tx *book.Tx) error {
		if err := contacts.SetServiceRate(tx, "20"); err != nil {
			return err
		}
		return loyalty.Set(tx, loyalty.Clients, "point_value", "0.01", day("2026-01-01"))
	}))
	write(t, b,
		`UPDATE orders SET discount = 250 WHERE id = 1`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction, minutes) VALUES (1, '2026-03-05', 'call', 'out', 20), (1, '2026-03-06', 'call', 'out', 10)`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction, kind) VALUES (3, '2026-03-05', 'call', 'in', 'suggestion'), (3, '2026-03-06', 'call', 'in', 'complaint')`,
		`INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on) VALUES (1, 'bonus', 900, '2026-03-01', '2026-03-01')`,
		`INSERT INTO point_entries (customer_id, kind, points, effective_on, order_id) VALUES (1, 'redeem', -700, '2026-03-01', 1)`,
		`INSERT INTO point_entries (customer_id, kind, points, effective_on, reverses_id) VALUES (1, 'reverse_redeem', 200, '2026-04-01', 2)`,
		`INSERT INTO campaigns (ref, name) VALUES ('spring', 'Spring')`,
		`INSERT INTO campaign_costs (campaign_id, what, amount, spent_on) VALUES (1, 'print', 400, '2026-03-01'), (1, 'post', 200, '2026-03-02')`,
		`INSERT INTO messages (campaign_id, customer_id, channel, purpose, queued_at) VALUES (1, 1, 'email', 'marketing', '2026-03-03T10:00:00Z'), (1, 2, 'email', 'marketing', '2026-03-03T10:00:00Z'), (1, 3, 'email', 'marketing', '2026-03-03T10:00:00Z')`,
		`INSERT INTO message_steps (message_id, at, kind) SELECT id, '2026-03-03T23:30:00Z', 'sent' FROM messages`,
		`UPDATE customers SET referred_by_id = 3, created_on = '2026-02-01' WHERE id = 1`,
		`UPDATE customers SET potential_value = 50000, created_on = '2026-02-01' WHERE id = 2`,
	)
	return b
}

func TestValueOfTheExample(t *testing.T) {
	b := worked(t)
	amount := func(n money.Amount) *money.Amount { return &n }
	part := func(x float64) *float64 { return &x }
	r := valuesOf(t, b, ValueOptions{AsOf: day("2026-11-22")})
	require.Len(t, r.Rows, 3)
	require.False(t, r.ByRevenue)
	ana, bea, cleo := r.Rows[0], r.Rows[1], r.Rows[2]
	require.Equal(t, amount(4500), ana.Actual, "100.00 - 40.00 - 5.00 of points - 10.00 for half an hour")
	require.Equal(t, amount(4500), ana.Potential, "she is the best of level A")
	require.Equal(t, amount(0), ana.Growth)
	require.Equal(t, part(1), ana.Share)
	require.Equal(t, "A", ana.Level)
	require.Equal(t, part(.5), ana.Risk, "without a fit: one of two bought more lately")
	require.Equal(t, amount(-500), bea.Actual)
	require.Equal(t, amount(50000), bea.Potential, "as entered")
	require.Equal(t, amount(50500), bea.Growth)
	require.Equal(t, part(-.01), bea.Share)
	require.Equal(t, part(0), bea.Risk)
	require.Equal(t, "C", bea.Level)
	require.Equal(t, amount(0), cleo.Actual)
	require.Nil(t, cleo.Risk)
	require.Equal(t, []int{3, 1, 1, 1}, []int{cleo.Strategic(), cleo.Complaints, cleo.Suggestions, cleo.Referrals})
	require.EqualValues(t, 10000, cleo.ReferralsBuy)
	require.Equal(t, amount(0), cleo.Potential, "Bea, who is the only buyer of level C, brought less than nothing")

	levels, err := r.Summary()
	require.NoError(t, err)
	require.Equal(t, []ValueLevel{{"A", 1, 1. / 3, amount(4500), part(1.125), amount(0), part(.5), 0},
		{"C", 2, 2. / 3, amount(-500), part(-.125), amount(50500), part(0), 3}}, levels)

	early := valuesOf(t, b, ValueOptions{AsOf: day("2026-02-28")})
	for _, c := range early.Rows {
		require.Equal(t, amount(0), c.Actual)
		require.Equal(t, "C", c.Level)
		require.Nil(t, c.Risk)
		require.Equal(t, c.CustomerID == 2, c.Potential != nil)
	}
	later := valuesOf(t, b, ValueOptions{AsOf: day("2028-01-01"), Where: book.Filter{SQL: "c.id = ?", Args: []any{1}}})
	require.Len(t, later.Rows, 1)
	require.Equal(t, amount(0), later.Rows[0].YearMargin, "nothing in the last twelve months")
}

func TestValueWithoutCosts(t *testing.T) {
	b := fewSales(t)
	r := valuesOf(t, b, ValueOptions{AsOf: day("2026-11-22")})
	require.True(t, r.ByRevenue, "the cost of customer 2 is not known")
	require.Equal(t, 1, r.Unknown)
	require.Nil(t, r.Rows[1].Actual)
	require.Nil(t, r.Rows[1].Growth)
	require.Nil(t, r.Rows[1].Share)
	require.Equal(t, []string{"A", "B", "C"}, []string{r.Rows[0].Level, r.Rows[1].Level, r.Rows[2].Level})
}

func TestProfitOfTheExample(t *testing.T) {
	b := worked(t)
	amount := func(n money.Amount) *money.Amount { return &n }
	rows := profitsOf(t, b, ProfitOptions{AsOf: day("2026-11-22")})
	require.Len(t, rows, 3)
	ana, cleo, bea := rows[0], rows[1], rows[2]
	require.Equal(t, Yield{1, 10000, amount(4000), 250, 500, 200, 1000}, ana.Yield)
	require.Equal(t, amount(4300), ana.Profit)
	require.InDelta(t, .43, *ana.Margin, 1e-12)
	require.Equal(t, amount(-200), cleo.Profit, "a campaign wrote to her")
	require.Nil(t, cleo.Margin, "no revenue")
	require.Equal(t, amount(-700), bea.Profit)
	require.Equal(t, []*money.Amount{amount(4300), amount(4100), amount(3400)}, []*money.Amount{ana.Cumulative, cleo.Cumulative, bea.Cumulative})

	groups, err := SummarizeProfits(rows)
	require.NoError(t, err)
	require.Equal(t, []string{ProfitMade, ProfitLost}, []string{groups[0].Group, groups[1].Group})
	require.Equal(t, amount(-900), groups[1].Profit)
	require.InDelta(t, 43./34, *groups[0].ProfitShare, 1e-12)

	// 23:30 in UTC is the next day in Madrid
	day4 := profitsOf(t, b, ProfitOptions{AsOf: day("2026-11-22"), Days: dates.Range{From: day("2026-03-04"), To: day("2026-03-05")}})
	require.Len(t, day4, 3)
	require.Equal(t, Yield{Cost: amount(0), Campaigns: 200, Service: 667}, day4[2].Yield, "20 minutes at 20.00")
	require.Empty(t, profitsOf(t, b, ProfitOptions{AsOf: day("2026-02-28")}))
	require.Empty(t, profitsOf(t, newBook(t, 0, nil, nil), ProfitOptions{}))
	_, err = ReportProfits(nil, ProfitOptions{AsOf: day("2026-01-01"), Days: dates.Range{From: day("2026-01-02")}})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

// TestVouchersCostOnce: what a voucher took off an order is in the order; an experience costs what the reward says.
func TestVouchersCostOnce(t *testing.T) {
	b := worked(t)
	write(t, b,
		`INSERT INTO rewards (programme, code, name, kind, points, amount, cost) VALUES ('clients', 'OFF', 'Off', 'amount', 100, 100, NULL), ('clients', 'SPA', 'Spa', 'experience', 100, NULL, 1500)`,
		`INSERT INTO point_entries (customer_id, kind, points, effective_on) VALUES (2, 'redeem', -100, '2026-05-01'), (2, 'redeem', -100, '2026-05-01')`,
		`INSERT INTO vouchers (code, reward_id, entry_id, issued_on) SELECT 'V' || (id - 3), id - 3, id, '2026-05-01' FROM point_entries WHERE customer_id = 2`,
	)
	for _, p := range profitsOf(t, b, ProfitOptions{AsOf: day("2026-11-22")}) {
		if p.CustomerID == 2 {
			require.EqualValues(t, 1500, p.Points)
		}
	}
}

// TestProfitsSumToTheTotal holds for any orders and days: what customers bring sums to what report sales says is earned,
// and the last point of the whale curve is the sum of all profits.
func TestProfitsSumToTheTotal(t *testing.T) {
	b := fewSales(t)
	write(t, b, `UPDATE orders SET cost = 450 WHERE cost IS NULL`)
	rapid.Check(t, func(rt *rapid.T) {
		from := day("2026-05-01") + dates.Date(rapid.IntRange(0, 160).Draw(rt, "from"))
		days := dates.Range{From: from, To: from + dates.Date(rapid.IntRange(0, 160).Draw(rt, "days"))}
		asOf := max(from, day("2026-06-01")+dates.Date(rapid.IntRange(0, 170).Draw(rt, "asOf")))
		var total Sales
		view(t, b, func(v *book.View) (err error) {
			total, err = TotalSales(v, SalesOptions{AsOf: asOf, Days: days})
			return err
		})
		var revenue, profit money.Amount
		rows := profitsOf(t, b, ProfitOptions{AsOf: asOf, Days: days})
		for i, p := range rows {
			revenue, profit = revenue+p.Revenue, profit+*p.Profit
			require.Equal(rt, profit, *p.Cumulative)
			require.True(rt, i == 0 || *p.Profit <= *rows[i-1].Profit)
		}
		require.Equal(rt, total.Revenue, revenue)
		require.Equal(rt, *total.Margin, profit)
	})
}

func TestServiceLevels(t *testing.T) {
	for name, c := range map[string]struct {
		values []money.Amount
		want   string
	}{
		"the limits belong to the next level": {[]money.Amount{5, 80, 15}, "CAB"},
		"one customer":                        {[]money.Amount{7}, "A"},
		"losses do not count against others":  {[]money.Amount{-100, 50, 50}, "CAA"},
		"nobody brings anything":              {[]money.Amount{0, -1}, "CC"},
		"nobody":                              {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, level := range ServiceLevels(c.values) {
				got += level
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestNinetieth(t *testing.T) {
	require.EqualValues(t, 7, ninetieth([]money.Amount{7}))
	require.EqualValues(t, 91, ninetieth([]money.Amount{100, 10, 20, 30, 40, 50, 60, 70, 80, 90}), "9 x 0.9 = 8.1: 90 + 0.1 x 10")
	require.EqualValues(t, 19, ninetieth([]money.Amount{10, 20}))
}
