package insight

import "github.com/perla-crm/perla/internal/money"

// CLVSummary is what the customers of one outlook come to.
type CLVSummary struct {
	Outlook   string // a span of P(alive); once: bought on one day only; active, silent: by ModelOwnGap
	Customers int
	Share     float64       // of the customers
	Expected  *float64      // purchases to expect of all of them within the horizon; nil where that is known of none
	CLV       *money.Amount // of all of them; nil likewise
	CLVShare  *float64      // nil where all CLV is 0
}

// outlooks are the names of the rows of a summary, the best first.
var outlooks = []string{"0.8-1", "0.6-0.8", "0.4-0.6", "0.2-0.4", "0-0.2", "active", "silent", "once"}

func (c *CLV) outlook() int {
	switch {
	case c.X == 0:
		return 7
	case c.PAlive != nil:
		return min(int((1-*c.PAlive)*5), 4)
	case c.Expected != nil && *c.Expected > 0:
		return 5
	}
	return 6
}

// Summary sums the customers of a report by their outlook; one row each that has a customer.
func (r *CLVReport) Summary() []CLVSummary {
	by := make([]CLVSummary, len(outlooks))
	total := 0.0
	for i := range r.Rows {
		c := &r.Rows[i]
		s := &by[c.outlook()]
		s.Customers++
		if c.Expected == nil || c.CLV == nil {
			continue
		}
		if s.CLV == nil {
			s.Expected, s.CLV = new(float64), new(money.Amount)
		}
		if !sumsOver(*s.CLV, *c.CLV) {
			*s.CLV += *c.CLV
			*s.Expected += *c.Expected
			total += float64(*c.CLV)
		}
	}
	var rows []CLVSummary
	for i, s := range by {
		if s.Customers == 0 {
			continue
		}
		s.Outlook, s.Share = outlooks[i], float64(s.Customers)/float64(len(r.Rows))
		if s.CLV != nil && total > 0 {
			share := float64(*s.CLV) / total
			s.CLVShare = &share
		}
		rows = append(rows, s)
	}
	return rows
}
