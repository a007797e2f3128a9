package insight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

func sample() *RFMReport {
	return &RFMReport{segments: DefaultRFMSegments(), Rows: []RFM{
		{CustomerID: 1, RecencyDays: 10, Orders: 3, Revenue: 6000, R: 5, F: 5, M: 5, Score: 555, Segment: "champions"},
		{CustomerID: 2, RecencyDays: 300, Orders: 1, Revenue: 1000, R: 1, F: 1, M: 1, Score: 111, Segment: "hibernating"},
		{CustomerID: 3, RecencyDays: 15, Orders: 4, Revenue: 2001, R: 5, F: 5, M: 4, Score: 554, Segment: "champions"},
		{CustomerID: 4, Segment: "prospect", Revenue: -1000},
	}}
}

func TestSummary(t *testing.T) {
	require.Equal(t, []RFMSegmentSummary{
		{"champions", 2, .5, 7, 8001, new(8001.0 / 8001), new(12.5), new(money.Amount(1143))},
		{"hibernating", 1, .25, 1, 1000, new(1000.0 / 8001), new(300.0), new(money.Amount(1000))},
		{"prospect", 1, .25, 0, -1000, new(-1000.0 / 8001), nil, nil},
	}, sample().Summary())
}

func TestTotal(t *testing.T) {
	require.Equal(t, RFMSegmentSummary{"total", 4, 1, 8, 8001, new(1.0), new(325.0 / 3), new(money.Amount(1000))}, sample().Total())
	require.Equal(t, RFMSegmentSummary{Segment: "total"}, (&RFMReport{segments: DefaultRFMSegments()}).Total())
}

func TestGridSegments(t *testing.T) {
	names := sample().GridSegments()
	require.Equal(t, []string{"hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"}, names[0])
	require.Equal(t, []string{"new", "potential_loyalist", "potential_loyalist", "champions", "champions"}, names[4])
	byMoney := newSegments([]cellRange{{"rich", scoreRange{1, 2}, scoreRange{1, 2}, scoreRange{2, 2}}}, 2)
	require.Nil(t, (&RFMReport{segments: byMoney}).GridSegments())
}

func TestSummaryWithoutRevenue(t *testing.T) {
	r := &RFMReport{segments: DefaultRFMSegments(), Rows: []RFM{{CustomerID: 1, Segment: "prospect"}}}
	require.Equal(t, []RFMSegmentSummary{{Segment: "prospect", Customers: 1, Share: 1}}, r.Summary())
	r.Rows = nil
	require.Empty(t, r.Summary())
}

func TestGridCountsWhoBought(t *testing.T) {
	require.Equal(t, [][]int{{1, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 2}}, sample().Grid())
}

func TestMoves(t *testing.T) {
	earlier := map[int64]string{1: "new", 2: "loyal", 9: "loyal"} // 9 is no longer in the report
	require.Equal(t, []RFMMove{
		{"loyal", "hibernating", 1, 1000},
		{"new", "champions", 1, 6000},
		{"prospect", "champions", 1, 2001},
		{"prospect", "prospect", 1, -1000},
	}, sample().moves(earlier))
}

func TestCompareToMustBeEarlier(t *testing.T) {
	o := RFMOptions{AsOf: day("2026-11-22"), Since: day("2026-01-01")}
	require.NoError(t, checkEarlier(o, day("2026-06-30")))
	require.EqualError(t, checkEarlier(o, day("2026-11-23")), "--compare-to: 2026-11-23 is after the as-of day 2026-11-22")
	require.EqualError(t, checkEarlier(o, day("2025-12-31")), "--compare-to: 2025-12-31 is before --since 2026-01-01, no order counts then")
}
