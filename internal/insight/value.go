package insight

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// ValueOptions is what a report of the value of customers is asked. The zero value is about today.
type ValueOptions struct {
	AsOf  dates.Date  // the last day that counts; none: today
	Where book.Filter // only these customers are told of; levels and percentiles are those of all
}

// Value is one customer of the report.
type Value struct {
	CustomerID   int64
	Ref, Name    string
	Bought       bool          // she has a purchase
	Ever, Year   Yield         // up to the day, and in its last twelve months
	Actual       *money.Amount // what was left of all she brought; nil where a cost is not known
	YearMargin   *money.Amount // the same of the last twelve months
	Potential    *money.Amount // entered by hand, else what the best tenth of her level bring in a year; nil where nobody can say
	Entered      bool          // the potential is
	Share        *float64      // YearMargin / Potential; nil where that is not above 0
	Growth       *money.Amount // Potential - Actual
	Risk         *float64      // that she buys no more; nil for who never bought
	Level        string        // of service: A, B or C
	Complaints   int           // given by her
	Suggestions  int
	Referrals    int          // customers who came through her
	ReferralsBuy money.Amount // the revenue of these
}

// Strategic is how many signals she gives beside what she buys: complaints, suggestions and referrals.
func (c *Value) Strategic() int { return c.Complaints + c.Suggestions + c.Referrals }

// ValueReport is the answer of ReportValues.
type ValueReport struct {
	AsOf      dates.Date
	Rows      []Value // by customer id
	ByRevenue bool    // levels go by revenue, since a cost is not known
	Unknown   int     // customers of whom a cost is not known
	Risks     *Risks
}

// ReportValues tells what customers are worth after Peppers and Rogers: who bought, or is not archived.
func ReportValues(v *book.View, o ValueOptions) (*ValueReport, error) {
	if o.AsOf.IsZero() {
		o.AsOf = v.Today()
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	r := &ValueReport{AsOf: o.AsOf}
	if err := r.read(v); err != nil {
		return nil, err
	}
	r.rank()
	if r.Risks, err = ReadRisks(v, o.AsOf); err != nil {
		return nil, err
	}
	for i := range r.Rows {
		if risk, ok := r.Risks.Of(r.Rows[i].CustomerID); ok {
			r.Rows[i].Risk = &risk
		}
	}
	if err := r.readSignals(v); err != nil {
		return nil, err
	}
	r.Rows = slices.DeleteFunc(r.Rows, func(c Value) bool { return !who.has(c.CustomerID) })
	return r, nil
}

// lastYear is the twelve months that end with a day.
func lastYear(day dates.Date) dates.Range {
	from := day.AddMonths(-12)
	if from.IsZero() {
		return dates.Range{From: 1, To: day}
	}
	return dates.Range{From: from + 1, To: day}
}

// read reads what everybody brought.
func (r *ValueReport) read(v *book.View) error {
	ever, err := readYields(v, r.AsOf, dates.Range{})
	if err != nil {
		return err
	}
	year, err := readYields(v, r.AsOf, lastYear(r.AsOf))
	if err != nil {
		return err
	}
	none := Yield{Cost: new(money.Amount)}
	return v.Each(func(row book.Row) error {
		c := Value{CustomerID: row.Int(0), Ever: none, Year: none}
		if y := ever[c.CustomerID]; y != nil {
			c.Ever = *y
		} else if archived := !row.Null(3); archived {
			return nil
		}
		if y := year[c.CustomerID]; y != nil {
			c.Year = *y
		}
		c.Ref, c.Name = strings.Clone(row.Text(1)), strings.Clone(row.Text(2))
		c.Bought = c.Ever.Orders > 0
		c.Actual, c.YearMargin = c.Ever.Actual(), c.Year.Actual()
		if c.Actual == nil {
			r.Unknown++
		}
		if c.Entered = !row.Null(4); c.Entered {
			c.Potential = new(money.Amount(row.Int(4)))
		}
		r.Rows = append(r.Rows, c)
		return nil
	}, "id, ref, name, archived_on, potential_value", "customers NOT INDEXED")
}

// rank gives everybody her level of service, and what follows from it.
func (r *ValueReport) rank() {
	r.ByRevenue = r.Unknown > 0
	worths := make([]money.Amount, len(r.Rows))
	for i := range r.Rows {
		if worths[i] = r.Rows[i].Ever.Revenue; !r.ByRevenue {
			worths[i] = *r.Rows[i].Actual
		}
	}
	margins := map[string][]money.Amount{}
	for i, level := range ServiceLevels(worths) {
		c := &r.Rows[i]
		if c.Level = level; c.Bought && c.YearMargin != nil {
			margins[level] = append(margins[level], *c.YearMargin)
		}
	}
	best := map[string]*money.Amount{}
	for level, list := range margins {
		best[level] = new(max(0, ninetieth(list))) // nobody could bring less than nothing
	}
	for i := range r.Rows {
		c := &r.Rows[i]
		if !c.Entered {
			c.Potential = best[c.Level]
		}
		if c.Potential == nil {
			continue
		}
		if c.Actual != nil {
			c.Growth = new(*c.Potential - *c.Actual)
		}
		if c.YearMargin != nil && *c.Potential > 0 {
			c.Share = new(float64(*c.YearMargin) / float64(*c.Potential))
		}
	}
}

// ServiceLevels gives each of some values a level: from the highest value to the lowest, equal ones in the order given, it
// is A while those before bring less than 80 % of all that is above 0, B while they bring less than 95 %, else C. Who
// brings nothing is of level C.
func ServiceLevels(values []money.Amount) []string {
	levels, order := make([]string, len(values)), make([]int, len(values))
	total := 0.0
	for i, value := range values {
		order[i] = i
		total += float64(max(value, 0))
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Or(cmp.Compare(values[j], values[i]), cmp.Compare(i, j)) })
	before := 0.0
	for _, i := range order {
		if levels[i] = "C"; values[i] > 0 {
			levels[i] = paretoClass(before / total)
			before += float64(values[i])
		}
	}
	return levels
}

// ninetieth is the 90th percentile of some amounts, of type 7 (Hyndman and Fan 1996: linear between the order statistics
// around (n-1) x 0.9), rounded half to even.
func ninetieth(list []money.Amount) money.Amount {
	slices.Sort(list)
	at, rest := (len(list)-1)*9/10, (len(list)-1)*9%10
	low := list[at]
	if rest == 0 {
		return low
	}
	return low + money.Part(list[at+1]-low, 0, int64(rest), 10)
}

// readSignals counts what customers did for the house beside buying.
func (r *ValueReport) readSignals(v *book.View) error {
	day := r.AsOf.String()
	count := func(field func(*Value) *int, query string, args ...any) error {
		return v.Each(func(row book.Row) error {
			if c := r.of(row.Int(0)); c != nil {
				*field(c) = int(row.Int(1))
			}
			return nil
		}, "customer_id, n", query, args...)
	}
	y := yields{v: v}
	err := firstOf(
		// a complaint that was made a case is one complaint
		count(func(c *Value) *int { return &c.Complaints }, `(SELECT customer_id, count(*) AS n FROM (
			SELECT customer_id FROM interactions WHERE kind = 'complaint' AND happened_on <= ?2 AND case_id IS NULL
			UNION ALL SELECT customer_id FROM cases WHERE kind = 'complaint' AND opened_at < ?3 AND customer_id IS NOT NULL) GROUP BY customer_id)`,
			day, y.startOf(r.AsOf+1)),
		count(func(c *Value) *int { return &c.Suggestions }, `(SELECT customer_id, count(*) AS n FROM interactions
			WHERE kind = 'suggestion' AND happened_on <= ? GROUP BY customer_id)`, day))
	if err != nil {
		return err
	}
	var over bool
	err = v.Each(func(row book.Row) error {
		if by := r.of(row.Int(1)); by != nil {
			by.Referrals++
			if c := r.of(row.Int(0)); c != nil {
				over = over || sumsOver(by.ReferralsBuy, c.Ever.Revenue)
				by.ReferralsBuy += c.Ever.Revenue
			}
		}
		return nil
	}, "id, referred_by_id", "customers WHERE referred_by_id IS NOT NULL AND created_on <= ?", day)
	if err == nil && over {
		err = errTooLargeSums
	}
	return err
}

// of is the row of a customer, or nil.
func (r *ValueReport) of(customer int64) *Value {
	at, ok := slices.BinarySearchFunc(r.Rows, customer, func(c Value, id int64) int { return cmp.Compare(c.CustomerID, id) })
	if !ok {
		return nil
	}
	return &r.Rows[at]
}

// ValueLevel is what the customers of one level come to.
type ValueLevel struct {
	Level       string
	Customers   int
	Share       float64       // of the customers
	Actual      *money.Amount // of those of whom it is known
	ActualShare *float64      // of that of all; nil where that is not above 0
	Growth      *money.Amount
	MeanRisk    *float64
	Strategic   int
}

// Summary sums the report up by level, A first.
func (r *ValueReport) Summary() ([]ValueLevel, error) {
	levels := []ValueLevel{{Level: "A"}, {Level: "B"}, {Level: "C"}}
	var whole money.Amount
	over := false
	add := func(sum **money.Amount, amount *money.Amount) {
		if amount == nil {
			return
		}
		if *sum == nil {
			*sum = new(money.Amount)
		}
		over = over || sumsOver(**sum, *amount)
		**sum += *amount
	}
	risky := map[string]int{}
	for i := range r.Rows {
		c := &r.Rows[i]
		l := &levels[c.Level[0]-'A']
		l.Customers++
		l.Strategic += c.Strategic()
		add(&l.Actual, c.Actual)
		add(&l.Growth, c.Growth)
		if c.Actual != nil {
			over = over || sumsOver(whole, *c.Actual)
			whole += *c.Actual
		}
		if c.Risk != nil {
			if l.MeanRisk == nil {
				l.MeanRisk = new(float64)
			}
			*l.MeanRisk += *c.Risk
			risky[c.Level]++
		}
	}
	if over {
		return nil, errTooLargeSums
	}
	levels = slices.DeleteFunc(levels, func(l ValueLevel) bool { return l.Customers == 0 })
	for i := range levels {
		l := &levels[i]
		l.Share = float64(l.Customers) / float64(len(r.Rows))
		if l.Actual != nil && whole > 0 {
			l.ActualShare = new(float64(*l.Actual) / float64(whole))
		}
		if l.MeanRisk != nil {
			*l.MeanRisk /= float64(risky[l.Level])
		}
	}
	return levels, nil
}
