package insight

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// RFMSegmentSummary is one segment of the report. A nil figure is undefined: the revenue share when revenue in all is not above zero,
// the means when nobody in the segment bought.
type RFMSegmentSummary struct {
	Segment         string
	Customers       int
	Share           float64       // of all customers of the report, 0..1
	Orders          int           // counted orders
	Revenue         money.Amount  // net
	RevenueShare    *float64      // of all revenue of the report, 0..1 unless a segment's is negative
	MeanRecencyDays *float64      // mean over customers
	MeanOrder       *money.Amount // revenue per order, rounded half to even to the minor unit
}

// Summary adds up the report by segment, in the order of the map, others and prospect last. A segment without customers
// is left out.
func (r *RFMReport) Summary() []RFMSegmentSummary {
	type sums struct {
		customers, scored, orders int
		days                      int64
		revenue                   money.Amount
	}
	by := make([]sums, len(r.segments.names))
	var revenue money.Amount
	for i := range r.Rows {
		c := &r.Rows[i]
		s := &by[r.segments.place(c.Segment)]
		s.customers++
		s.orders += c.Orders
		s.days += int64(c.RecencyDays)
		s.revenue += c.Revenue
		revenue += c.Revenue
		if c.Scored() {
			s.scored++
		}
	}
	var list []RFMSegmentSummary
	for i, s := range by {
		if s.customers == 0 {
			continue
		}
		line := RFMSegmentSummary{Segment: r.segments.names[i], Customers: s.customers, Orders: s.orders, Revenue: s.revenue,
			Share: float64(s.customers) / float64(len(r.Rows))}
		if revenue > 0 {
			line.RevenueShare = new(float64(s.revenue) / float64(revenue))
		}
		if s.scored > 0 {
			line.MeanRecencyDays = new(float64(s.days) / float64(s.scored))
			line.MeanOrder = new(money.Amount(money.QuoRound(int64(s.revenue), int64(s.orders))))
		}
		list = append(list, line)
	}
	return list
}

// Grid counts the scored customers of each cell of recency and frequency: Grid()[r-1][f-1].
func (r *RFMReport) Grid() [][]int {
	grid := make([][]int, r.segments.bins)
	for i := range grid {
		grid[i] = make([]int, r.segments.bins)
	}
	for i := range r.Rows {
		if c := &r.Rows[i]; c.Scored() {
			grid[c.R-1][c.F-1]++
		}
	}
	return grid
}

// RFMMove is the customers who were in one segment on the earlier day and are in another, or the same, on the as-of day.
type RFMMove struct {
	From, To  string
	Customers int
	Revenue   money.Amount // net, up to the as-of day
}

// moves counts the customers of the report by where they were, which earlier tells of those who had bought by then; the
// others were prospects. Both sides stand in the order of the map.
func (r *RFMReport) moves(earlier map[int64]string) []RFMMove {
	type pair struct{ from, to int }
	by := map[pair]*RFMMove{}
	for i := range r.Rows {
		c := &r.Rows[i]
		from, bought := earlier[c.CustomerID]
		if !bought {
			from = SegmentProspect
		}
		key := pair{r.segments.place(from), r.segments.place(c.Segment)}
		if by[key] == nil {
			by[key] = &RFMMove{From: from, To: c.Segment}
		}
		by[key].Customers++
		by[key].Revenue += c.Revenue
	}
	pairs := make([]pair, 0, len(by))
	for key := range by {
		pairs = append(pairs, key)
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	list := make([]RFMMove, len(pairs))
	for i, key := range pairs {
		list[i] = *by[key]
	}
	return list
}

// checkEarlier refuses an earlier day that is not before the report's, or whose time asked is empty.
func checkEarlier(o RFMOptions, earlier dates.Date) error {
	switch {
	case earlier > o.AsOf:
		return usage("--compare-to", earlier.String()+" is after the as-of day "+o.AsOf.String(), "")
	case o.Since > earlier:
		return usage("--compare-to", earlier.String()+" is before --since "+o.Since.String()+", no order counts then", "")
	}
	return nil
}
