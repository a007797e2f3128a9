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
	by, all := r.sums()
	var list []RFMSegmentSummary
	for i, s := range by {
		if s.customers > 0 {
			list = append(list, s.summary(r.segments.names[i], all))
		}
	}
	return list
}

// Total is the summary of all customers as if they were one segment, called total.
func (r *RFMReport) Total() RFMSegmentSummary {
	_, all := r.sums()
	return all.summary("total", all)
}

// rfmSums is what the customers of a segment come to.
type rfmSums struct {
	customers, scored, orders int
	days                      int64
	revenue                   money.Amount
}

func (s *rfmSums) add(t rfmSums) {
	s.customers += t.customers
	s.scored += t.scored
	s.orders += t.orders
	s.days += t.days
	s.revenue += t.revenue
}

// sums adds up each segment, in the order of the map, and all of them.
func (r *RFMReport) sums() (by []rfmSums, all rfmSums) {
	by = make([]rfmSums, len(r.segments.names))
	for i := range r.Rows {
		c := &r.Rows[i]
		one := rfmSums{customers: 1, orders: c.Orders, days: int64(c.RecencyDays), revenue: c.Revenue}
		if c.Scored() {
			one.scored = 1
		}
		by[r.segments.place(c.Segment)].add(one)
	}
	for _, s := range by {
		all.add(s)
	}
	return by, all
}

func (s rfmSums) summary(segment string, all rfmSums) RFMSegmentSummary {
	line := RFMSegmentSummary{Segment: segment, Customers: s.customers, Orders: s.orders, Revenue: s.revenue}
	if all.customers > 0 {
		line.Share = float64(s.customers) / float64(all.customers)
	}
	if all.revenue > 0 {
		line.RevenueShare = new(float64(s.revenue) / float64(all.revenue))
	}
	if s.scored > 0 {
		line.MeanRecencyDays = new(float64(s.days) / float64(s.scored))
		line.MeanOrder = new(money.Amount(money.QuoRound(int64(s.revenue), int64(s.orders))))
	}
	return line
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

// GridSegments names the segment of each cell of Grid, or is nil when money decides it in one of them.
func (r *RFMReport) GridSegments() [][]string {
	bins := r.segments.bins
	names := make([][]string, bins)
	for i := range names {
		names[i] = make([]string, bins)
		for j := range names[i] {
			names[i][j] = r.segments.of(i+1, j+1, 1)
			for m := 2; m <= bins; m++ {
				if r.segments.of(i+1, j+1, m) != names[i][j] {
					return nil
				}
			}
		}
	}
	return names
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
