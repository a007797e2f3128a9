package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// ExplainedRFM is why a customer's RFM score is what it is, by the default report of a day.
type ExplainedRFM struct {
	RFM
	AsOf     dates.Date
	Scored   int // customers who bought
	Later    int // of these, who bought more lately than she
	Seldomer int // who bought less often
	Less     int // whose money is less
	Bins     []RFMBin
	Cells    string // the scores of her segment: R 4-5, F 2-3
}

// ExplainRFM explains one customer's score.
func ExplainRFM(v *book.View, customer int64, asOf dates.Date) (*ExplainedRFM, error) {
	report, err := ReportRFM(v, RFMOptions{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	e := &ExplainedRFM{RFM: RFM{CustomerID: customer, Segment: SegmentProspect}, AsOf: report.AsOf, Bins: report.Bins}
	at, found := slices.BinarySearchFunc(report.Rows, customer, func(c RFM, id int64) int { return cmp.Compare(c.CustomerID, id) })
	if found {
		e.RFM = report.Rows[at]
	}
	for i := range report.Rows {
		c := &report.Rows[i]
		if !c.Scored() {
			continue
		}
		e.Scored++
		if c.RecencyDays < e.RecencyDays {
			e.Later++
		}
		if c.Frequency < e.Frequency {
			e.Seldomer++
		}
		if c.Monetary < e.Monetary {
			e.Less++
		}
	}
	for _, r := range defaultMap {
		if r.segment == e.Segment {
			e.Cells = "R " + r.r.String() + ", F " + r.f.String()
		}
	}
	return e, nil
}

func (s scoreRange) String() string {
	if s.low == s.high {
		return fmt.Sprint(s.low)
	}
	return fmt.Sprintf("%d-%d", s.low, s.high)
}

// ExplainedCLV is why a customer's lifetime value is what it is, by the default report of a day.
type ExplainedCLV struct {
	CLV
	Bought   bool
	AsOf     dates.Date
	Horizon  int
	Discount float64
	Fit      CLVFit
	Mean     *money.Amount // of her repeat purchases; nil without one
	Rank     int           // by clv, the most first; 0 where she has none
	Of       int           // customers with one
}

// ExplainCLV explains one customer's lifetime value, with the discount that report clv takes by default.
func ExplainCLV(v *book.View, customer int64, asOf dates.Date, discount float64) (*ExplainedCLV, error) {
	report, err := ReportCLV(v, CLVOptions{AsOf: asOf, Discount: discount})
	if err != nil {
		return nil, err
	}
	e := &ExplainedCLV{AsOf: report.AsOf, Horizon: report.Horizon, Discount: discount, Fit: report.Fit}
	at, found := slices.BinarySearchFunc(report.Rows, customer, func(c CLV, id int64) int { return cmp.Compare(c.CustomerID, id) })
	if !found {
		return e, nil
	}
	e.CLV, e.Bought = report.Rows[at], true
	for i := range report.Rows {
		if c := &report.Rows[i]; c.CLV != nil {
			e.Of++
			if e.CLV.CLV != nil && *c.CLV > *e.CLV.CLV {
				e.Rank++
			}
		}
	}
	if e.CLV.CLV != nil {
		e.Rank++
	}
	if e.X == 0 {
		return e, nil
	}
	all, err := readBuying(v, report.AsOf, 0)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].id == customer {
			e.Mean = new(money.Amount(money.QuoRound(int64(all[i].later), int64(all[i].days-1))))
		}
	}
	return e, nil
}

// ExplainedValue is why a customer's service level is what it is.
type ExplainedValue struct {
	Value
	Known     bool // she bought, or is not archived
	AsOf      dates.Date
	ByRevenue bool
	Rank      int     // by what levels go by, the most first
	Of        int     // customers
	Before    float64 // the part of all above 0 that those before her bring
}

// ExplainValue explains one customer's service level.
func ExplainValue(v *book.View, customer int64, asOf dates.Date) (*ExplainedValue, error) {
	report, err := ReportValues(v, ValueOptions{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	e := &ExplainedValue{AsOf: report.AsOf, ByRevenue: report.ByRevenue, Of: len(report.Rows)}
	c := report.of(customer)
	if c == nil {
		return e, nil
	}
	e.Value, e.Known = *c, true
	worth := func(c *Value) money.Amount {
		if report.ByRevenue {
			return c.Ever.Revenue
		}
		return *c.Actual
	}
	total, before := 0.0, 0.0
	for i := range report.Rows {
		other := &report.Rows[i]
		part := float64(max(worth(other), 0))
		total += part
		if w := worth(other); w > worth(c) || w == worth(c) && other.CustomerID < customer {
			before += part
			e.Rank++
		}
	}
	e.Rank++
	if total > 0 {
		e.Before = before / total
	}
	return e, nil
}
