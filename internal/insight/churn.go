package insight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// ChurnOptions is what a report of inactivity is asked. The zero value is about today, with 90 days.
type ChurnOptions struct {
	AsOf   dates.Date  // the last day that counts; none: today
	Days   int         // without a purchase, after which a customer is inactive by the fixed definition; 0: 90
	Window dates.Range // of period churn; without a beginning the last Days, without an end up to the as-of day
	Where  book.Filter // only these customers are told of; the fit and the common gap are those of all
}

const (
	churnDays     = 90
	mostChurnDays = 36600
	atRiskGaps    = 2   // of her gaps without a purchase, and she is at risk
	inactiveGaps  = 3   // and she is inactive
	ownGapDays    = 3   // days with a purchase, from which on a gap is hers
	modelAlive    = 0.5 // below it the model takes her for gone
)

// Activity is what a definition says of a customer.
type Activity string

// What the definitions say. Only the rhythm knows at risk.
const (
	Active   Activity = "active"
	AtRisk   Activity = "at_risk"
	Inactive Activity = "inactive"
)

// Churn is one customer of the report: one who bought.
type Churn struct {
	CustomerID  int64
	Ref, Name   string
	LastOrder   dates.Date
	RecencyDays int
	Purchases   int      // days with a purchase
	OwnGap      *float64 // the median of the days between them, from three on
	Gap         *float64 // her own, else the common one; nil where nobody has any
	Fixed       Activity // recency above the days asked for
	Rhythm      Activity // recency above two or three gaps; "" without a gap
	PAlive      *float64 // nil without a fit
	Model       Activity // P(alive) below a half; "" without a fit
	Risk        float64  // 1 - P(alive), without a fit the part of all who bought more lately
	Year        money.Amount
	MoneyAtRisk money.Amount // risk x revenue of the last twelve months
	Gaps        []int64      // the days between purchases, in their order

	atStart, inWindow bool
}

// ChurnReport is the answer of ReportChurn.
type ChurnReport struct {
	AsOf      dates.Date
	Days      int
	Window    dates.Range // of period churn, settled
	CommonGap *float64    // the median of all own gaps
	Survival  *Survival
	Rows      []Churn // by customer id
}

// The definitions of the summary.
const (
	ChurnFixed  = "fixed"
	ChurnRhythm = "rhythm"
	ChurnModel  = "model"
	ChurnPeriod = "period"
)

// ChurnSummary is what one definition says of all customers.
type ChurnSummary struct {
	Definition  string
	From, To    dates.Date // of period churn
	Customers   int        // of whom it says something; of period churn those active at its start
	Active      int
	AtRisk      *int // only the rhythm knows it
	Inactive    int
	Churn       *float64      // Inactive / Customers
	MoneyAtRisk *money.Amount // of those at risk or inactive
}

// settled fills in the defaults and refuses what does not go together, with a fault.Usage.
func (o ChurnOptions) settled(today dates.Date) (ChurnOptions, error) {
	if o.AsOf.IsZero() {
		o.AsOf = today
	}
	if o.Days == 0 {
		o.Days = churnDays
	}
	if o.Days < 1 || o.Days > mostChurnDays {
		return o, usage("--days", fmt.Sprintf("%d is outside 1 to %d days", o.Days, mostChurnDays), "")
	}
	if o.Window.To.IsZero() || o.Window.To > o.AsOf {
		o.Window.To = o.AsOf
	}
	if o.Window.From.IsZero() {
		o.Window.From = max(1, o.Window.To-dates.Date(o.Days)+1)
	}
	if o.Window.From > o.Window.To {
		return o, fault.New(fault.Usage, fmt.Sprintf("the time asked about begins on %s, after the as-of day %s", o.Window.From, o.AsOf), "")
	}
	return o, nil
}

// ReportChurn says of each customer with a purchase whether she is still one, by three definitions side by side.
func ReportChurn(v *book.View, o ChurnOptions) (*ChurnReport, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, err
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	r := &ChurnReport{AsOf: o.AsOf, Days: o.Days, Window: o.Window}
	if err := r.readRhythms(v); err != nil {
		return nil, err
	}
	if err := r.readRisks(v); err != nil {
		return nil, err
	}
	r.judge()
	if err := r.name(v); err != nil {
		return nil, err
	}
	r.Rows = slices.DeleteFunc(r.Rows, func(c Churn) bool { return !who.has(c.CustomerID) })
	return r, nil
}

// readRhythms reads the days on which each customer bought. All orders of a day are one purchase, so that no gap is 0.
func (r *ChurnReport) readRhythms(v *book.View) error {
	day := r.AsOf.String()
	start := dates.Range{From: r.Window.From - dates.Date(r.Days), To: r.Window.From - 1}
	err := v.Each(func(row book.Row) error {
		id := row.Int(0)
		on, err := dates.ParseISO(row.Text(1))
		if err != nil {
			return damaged(fmt.Sprintf("an order of customer %d is dated %q, which is no day", id, row.Text(1)))
		}
		if n := len(r.Rows); n == 0 || r.Rows[n-1].CustomerID != id {
			r.Rows = append(r.Rows, Churn{CustomerID: id})
		}
		c := &r.Rows[len(r.Rows)-1]
		if c.Purchases > 0 {
			c.Gaps = append(c.Gaps, int64(on-c.LastOrder))
		}
		c.Purchases++
		c.LastOrder = on
		c.atStart = c.atStart || within(start, on)
		c.inWindow = c.inWindow || within(r.Window, on)
		return nil
	}, "customer_id, ordered_on", "(SELECT DISTINCT customer_id, ordered_on FROM "+countedOrders+" AND net >= 0 ORDER BY customer_id, ordered_on LIMIT -1)", day, day, day, day)
	if err != nil {
		return err
	}
	var own []float64
	for i := range r.Rows {
		if c := &r.Rows[i]; c.Purchases >= ownGapDays {
			c.OwnGap = medianOf(slices.Clone(c.Gaps))
			own = append(own, *c.OwnGap)
		}
	}
	if n := len(own); n > 0 {
		slices.Sort(own)
		r.CommonGap = new((own[(n-1)/2] + own[n/2]) / 2)
	}
	return nil
}

// readRisks reads how likely each customer is gone, and what she brought in the last twelve months.
func (r *ChurnReport) readRisks(v *book.View) error {
	risks, err := ReadRisks(v, r.AsOf)
	if err != nil {
		return err
	}
	year, err := readBuyers(v, RFMOptions{AsOf: r.AsOf, Since: lastYear(r.AsOf).From})
	if err != nil {
		return err
	}
	r.Survival = risks.Survival
	for i := range r.Rows {
		c := &r.Rows[i]
		for len(year) > 0 && year[0].id < c.CustomerID {
			year = year[1:]
		}
		if len(year) > 0 && year[0].id == c.CustomerID {
			c.Year = year[0].money
		}
		c.Risk, _ = risks.Of(c.CustomerID)
		if alive, ok := risks.Survival.Of(c.CustomerID); ok {
			c.PAlive = &alive
		}
	}
	return nil
}

// judge says what each definition takes a customer for.
func (r *ChurnReport) judge() {
	for i := range r.Rows {
		c := &r.Rows[i]
		c.RecencyDays = int(r.AsOf - c.LastOrder)
		if c.Fixed = Active; c.RecencyDays > r.Days {
			c.Fixed = Inactive
		}
		if c.Gap = c.OwnGap; c.Gap == nil {
			c.Gap = r.CommonGap
		}
		if c.Gap != nil {
			switch recency := float64(c.RecencyDays); {
			case recency > inactiveGaps**c.Gap:
				c.Rhythm = Inactive
			case recency > atRiskGaps**c.Gap:
				c.Rhythm = AtRisk
			default:
				c.Rhythm = Active
			}
		}
		if c.PAlive != nil {
			if c.Model = Active; *c.PAlive < modelAlive {
				c.Model = Inactive
			}
		}
		c.MoneyAtRisk = atRisk(c.Risk, c.Year)
	}
}

// name puts the refs and names of customers into rows that are in order of their ids.
func (r *ChurnReport) name(v *book.View) error {
	at := 0
	err := v.Each(func(row book.Row) error {
		if at < len(r.Rows) && r.Rows[at].CustomerID == row.Int(0) {
			r.Rows[at].Ref, r.Rows[at].Name = strings.Clone(row.Text(1)), strings.Clone(row.Text(2))
			at++
		}
		return nil
	}, "id, ref, name", "customers NOT INDEXED")
	if err == nil && at < len(r.Rows) {
		err = damaged(fmt.Sprintf("there are orders of customer %d, who is not in it", r.Rows[at].CustomerID))
	}
	return err
}

// Summary puts the definitions side by side, and period churn below them: of those who had bought in the days before the
// window, as many as make a customer inactive, the part that did not buy in it.
func (r *ChurnReport) Summary() ([]ChurnSummary, error) {
	list := []ChurnSummary{{Definition: ChurnFixed}, {Definition: ChurnRhythm, AtRisk: new(int)}, {Definition: ChurnModel},
		{Definition: ChurnPeriod, From: r.Window.From, To: r.Window.To}}
	over := false
	count := func(s *ChurnSummary, c *Churn, says Activity) {
		switch says {
		case "":
			return
		case Active:
			s.Active++
		case AtRisk:
			*s.AtRisk++
		case Inactive:
			s.Inactive++
		}
		s.Customers++
		if s.Definition == ChurnPeriod {
			return
		}
		if s.MoneyAtRisk == nil {
			s.MoneyAtRisk = new(money.Amount)
		}
		if says != Active {
			over = over || sumsOver(*s.MoneyAtRisk, c.MoneyAtRisk)
			*s.MoneyAtRisk += c.MoneyAtRisk
		}
	}
	for i := range r.Rows {
		c := &r.Rows[i]
		count(&list[0], c, c.Fixed)
		count(&list[1], c, c.Rhythm)
		count(&list[2], c, c.Model)
		switch {
		case c.atStart && c.inWindow:
			count(&list[3], c, Active)
		case c.atStart:
			count(&list[3], c, Inactive)
		}
	}
	if over {
		return nil, errTooLargeSums
	}
	for i := range list {
		if s := &list[i]; s.Customers > 0 {
			s.Churn = new(float64(s.Inactive) / float64(s.Customers))
		}
	}
	return list, nil
}
