package insight

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func paretoOf(t testing.TB, b *book.Book, o ParetoOptions) (rows []Pareto) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		rows, err = ReportPareto(v, o)
		return err
	}))
	return rows
}

// ranked is the ranking of customers 1, 2, ... with so much revenue each, as text.
func ranked(t *testing.T, revenues ...money.Amount) (lines []string) {
	rows := make([]Pareto, len(revenues))
	for i, r := range revenues {
		rows[i] = Pareto{CustomerID: int64(i + 1), Revenue: r}
	}
	require.NoError(t, rankPareto(rows))
	for _, r := range rows {
		share, cumulative := "-", "-"
		if r.Share != nil {
			share, cumulative = fmt.Sprintf("%.3g", *r.Share), fmt.Sprintf("%.3g", *r.Cumulative)
		}
		lines = append(lines, fmt.Sprintf("%d|%d|%s|%s|%s", r.Rank, r.CustomerID, share, cumulative, r.Class))
	}
	return lines
}

func TestPareto(t *testing.T) {
	for name, c := range map[string]struct {
		revenues []money.Amount
		want     []string
	}{
		"the limits belong to the next class": {[]money.Amount{5, 80, 15}, []string{"1|2|0.8|0.8|A", "2|3|0.15|0.95|B", "3|1|0.05|1|C"}},
		"who passes a limit is before it":     {[]money.Amount{79, 20, 1}, []string{"1|1|0.79|0.79|A", "2|2|0.2|0.99|A", "3|3|0.01|1|C"}},
		"equal ones by id":                    {[]money.Amount{50, 50}, []string{"1|1|0.5|0.5|A", "2|2|0.5|1|A"}},
		"one customer":                        {[]money.Amount{7}, []string{"1|1|1|1|A"}},
		"one who costs money":                 {[]money.Amount{-25, 125}, []string{"1|2|1.25|1.25|A", "2|1|-0.25|1|C"}},
		"nothing was free":                    {[]money.Amount{0, 0}, []string{"1|1|-|-|", "2|2|-|-|"}},
		"all went back":                       {[]money.Amount{-5, -1}, []string{"1|2|-|-|", "2|1|-|-|"}},
		"nobody":                              {nil, nil},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, ranked(t, c.revenues...)) })
	}
	require.Error(t, rankPareto([]Pareto{{Revenue: 1 << 62}, {Revenue: 1 << 62}}))
}

func TestParetoSummary(t *testing.T) {
	rows := []Pareto{{CustomerID: 1, Revenue: 600}, {CustomerID: 2, Revenue: 300}, {CustomerID: 3, Revenue: 75}, {CustomerID: 4, Revenue: 25}}
	require.NoError(t, rankPareto(rows))
	share := func(x float64) *float64 { return &x }
	require.Equal(t, []ParetoClass{{"A", 2, .5, 900, share(.9), 450}, {"B", 1, .25, 75, share(.075), 75}, {"C", 1, .25, 25, share(.025), 25}}, SummarizePareto(rows))
	require.Empty(t, SummarizePareto(nil))
	require.Nil(t, SummarizePareto([]Pareto{{}})[0].RevenueShare)
}

func TestParetoRefused(t *testing.T) {
	_, err := ReportPareto(nil, ParetoOptions{AsOf: day("2026-01-01"), Days: dates.Range{From: day("2026-01-02")}})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

// TestParetoIsSalesByCustomer holds for any days that both reports say the same of each customer.
func TestParetoIsSalesByCustomer(t *testing.T) {
	b := fewSales(t)
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(label string) dates.Date {
			return day("2026-06-01").AddDays(rapid.IntRange(0, 110).Draw(rt, label))
		}
		o := ParetoOptions{AsOf: draw("as of")}
		if rapid.Bool().Draw(rt, "since") {
			o.Days.From = min(draw("from"), o.AsOf)
		}
		if rapid.Bool().Draw(rt, "until") {
			o.Days.To = max(draw("to"), o.Days.From)
		}
		want := map[string]money.Amount{}
		for _, s := range salesOf(t, b, SalesOptions{By: SalesByCustomer, AsOf: o.AsOf, Days: o.Days}) {
			if s.Orders > 0 || s.Revenue != 0 {
				want[s.Key] = s.Revenue
			}
		}
		got := map[string]money.Amount{}
		for _, p := range paretoOf(t, b, o) {
			got[strconv.FormatInt(p.CustomerID, 10)] = p.Revenue
		}
		require.Equal(rt, want, got)
	})
	some := paretoOf(t, b, ParetoOptions{Where: book.Filter{SQL: "c.id = 2"}})
	require.Len(t, some, 1)
	require.Equal(t, "rc2", some[0].Ref)
	require.InDelta(t, 1, *some[0].Share, 0)
}
