package insight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func churnOf(t testing.TB, b *book.Book, o ChurnOptions) (r *ChurnReport) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		r, err = ReportChurn(v, o)
		return err
	})
	return r
}

// TestChurnOfTheExample is the example of perla help churn, Ana, and who bought once, who bought on one day, who gave back
// and who left long ago.
func TestChurnOfTheExample(t *testing.T) {
	b := newBook(t, 5, []int64{5}, []order{
		{customer: 1, on: "2026-01-01", total: 1000}, {customer: 1, on: "2026-01-11", total: 1000}, {customer: 1, on: "2026-01-31", total: 1000},
		{customer: 2, on: "2026-02-20", total: 5000},
		{customer: 3, on: "2026-02-01", total: 500}, {customer: 3, on: "2026-02-01", total: 700}, {customer: 3, on: "2026-02-01", total: 800}, {customer: 3, on: "2026-02-25", total: -300},
		{customer: 4, on: "2026-02-01", total: -500},
		{customer: 5, on: "2025-01-01", total: 9900},
	})
	r := churnOf(t, b, ChurnOptions{AsOf: day("2026-03-05")})
	part := func(x float64) *float64 { return &x }
	require.Equal(t, part(15), r.CommonGap)
	require.Equal(t, []Churn{
		{CustomerID: 1, Ref: "rc1", Name: "c1", LastOrder: day("2026-01-31"), RecencyDays: 33, Purchases: 3, OwnGap: part(15), Gap: part(15), Fixed: Active, Rhythm: AtRisk,
			Risk: .5, Year: 3000, MoneyAtRisk: 1500, Gaps: []int64{10, 20}, atStart: false, inWindow: true},
		{CustomerID: 2, Ref: "rc2", Name: "c2", LastOrder: day("2026-02-20"), RecencyDays: 13, Purchases: 1, Gap: part(15), Fixed: Active, Rhythm: Active, Year: 5000, inWindow: true},
		{CustomerID: 3, Ref: "rc3", Name: "c3", LastOrder: day("2026-02-01"), RecencyDays: 32, Purchases: 1, Gap: part(15), Fixed: Active, Rhythm: AtRisk,
			Risk: .25, Year: 1700, MoneyAtRisk: 425, inWindow: true},
		{CustomerID: 5, Ref: "rc5", Name: "c5", LastOrder: day("2025-01-01"), RecencyDays: 428, Purchases: 1, Gap: part(15), Fixed: Inactive, Rhythm: Inactive, Risk: .75},
	}, r.Rows)

	// of the five days before February only Ana had bought, and she bought no more; 45 days are three gaps, and not more
	r = churnOf(t, b, ChurnOptions{AsOf: day("2026-03-17"), Days: 5, Window: dates.Range{From: day("2026-02-01")}})
	require.Equal(t, AtRisk, r.Rows[0].Rhythm)
	summary, err := r.Summary()
	require.NoError(t, err)
	count, amount := func(n int) *int { return &n }, func(n money.Amount) *money.Amount { return &n }
	require.Equal(t, []ChurnSummary{
		{"fixed", 0, 0, 4, 0, nil, 4, part(1), amount(1925)},
		{"rhythm", 0, 0, 4, 1, count(2), 1, part(.25), amount(1925)},
		{"model", 0, 0, 0, 0, nil, 0, nil, nil},
		{"period", day("2026-02-01"), day("2026-03-17"), 1, 0, nil, 1, part(1), nil},
	}, summary)
	require.Equal(t, Inactive, churnOf(t, b, ChurnOptions{AsOf: day("2026-03-18")}).Rows[0].Rhythm)

	one := churnOf(t, b, ChurnOptions{AsOf: day("2026-03-05"), Where: book.Filter{SQL: "c.id = ?", Args: []any{2}}})
	require.Len(t, one.Rows, 1)
	require.Equal(t, part(15), one.Rows[0].Gap, "the gap of all")
}

func TestChurnAtTheEdges(t *testing.T) {
	for name, b := range map[string]*book.Book{
		"nobody":             newBook(t, 0, nil, nil),
		"before the first":   newBook(t, 1, nil, []order{{customer: 1, on: "2026-11-23", total: 100}}),
		"all on one day":     newBook(t, 2, nil, []order{{customer: 1, on: "2026-11-22", total: 100}, {customer: 1, on: "2026-11-22", total: 100}, {customer: 2, on: "2026-11-22", total: 0}}),
		"the money was back": newBook(t, 1, nil, []order{{customer: 1, on: "2026-01-01", total: 100}, {customer: 1, on: "2026-02-01", total: -500}}),
	} {
		t.Run(name, func(t *testing.T) {
			r := churnOf(t, b, ChurnOptions{AsOf: day("2026-11-22")})
			for _, c := range r.Rows {
				require.Nil(t, c.Gap)
				require.Empty(t, c.Rhythm)
				require.Zero(t, c.MoneyAtRisk)
			}
			summary, err := r.Summary()
			require.NoError(t, err)
			require.Len(t, summary, 4)
		})
	}
	for reason, o := range map[string]ChurnOptions{
		"--days: -1 is outside 1 to 36600 days":                                     {Days: -1},
		"the time asked about begins on 2026-11-23, after the as-of day 2026-11-22": {AsOf: day("2026-11-22"), Window: dates.Range{From: day("2026-11-23")}},
	} {
		_, err := o.settled(day("2026-11-22"))
		require.EqualError(t, err, reason)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
}

// TestChurnByModel: with a fit the risk is 1 - P(alive), which is that of the report of lifetime value.
func TestChurnByModel(t *testing.T) {
	b := loyalBook(t, 400)
	r := churnOf(t, b, ChurnOptions{AsOf: day("2026-11-22")})
	require.NoError(t, r.Survival.NoFit)
	alive := clvOf(t, b, CLVOptions{AsOf: day("2026-11-22")})
	require.Len(t, r.Rows, len(alive.Rows))
	for i, c := range r.Rows {
		require.Equal(t, *alive.Rows[i].PAlive, *c.PAlive)
		require.Equal(t, 1-*c.PAlive, c.Risk)
		require.Equal(t, *c.PAlive < .5, c.Model == Inactive)
	}
}
