package insight

import (
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// FunnelStages are the stages of report funnel, in their order. A customer reaches
//
//   - interest on the day she is known from, or of her first interaction about a product she may want;
//   - lead when her stage first is lead;
//   - decision when her stage first is prospect, or with her first quote or order;
//   - sale with her first order that counts, or when her stage first is customer.
//
// Who reaches a stage has reached those before it, by that day at the latest.
var FunnelStages = []string{"interest", "lead", "decision", "sale"}

// FunnelOptions are what report funnel is asked.
type FunnelOptions struct {
	AsOf  dates.Date  // what was reached by this day; none: today
	Days  dates.Range // only customers whose interest began in these days; either end 0 is open
	Where book.Filter // only these customers
}

// Funnel is one row of report funnel.
type Funnel struct {
	Stage      string
	Customers  int64    // who reached it
	Rate       *float64 // their share of those who reached the stage before; nil for the first, and where nobody did
	MedianDays *float64 // from the stage before to this one; nil where nobody reached it
}

// reached are the days a customer reached each of FunnelStages; 0 is not yet.
type reached [4]dates.Date

func (r *reached) by(stage int, day, asOf dates.Date) {
	if day != 0 && day <= asOf && (r[stage] == 0 || day < r[stage]) {
		r[stage] = day
	}
}

// ReportFunnel counts the customers who reached each stage, and how long they took.
func ReportFunnel(v *book.View, o FunnelOptions) ([]Funnel, error) {
	if o.AsOf == 0 {
		o.AsOf = v.Today()
	}
	people, err := readReached(v, o)
	if err != nil {
		return nil, err
	}
	rows := make([]Funnel, len(FunnelStages))
	took := make([][]int64, len(FunnelStages))
	for _, r := range people {
		for i := len(r) - 2; i >= 0; i-- {
			r.by(i, r[i+1], o.AsOf)
		}
		if r[0] == 0 || r[0] < o.Days.From || o.Days.To != 0 && r[0] > o.Days.To {
			continue
		}
		for i, day := range r {
			if day == 0 {
				break
			}
			rows[i].Customers++
			if i > 0 {
				took[i] = append(took[i], int64(day-r[i-1]))
			}
		}
	}
	for i := range rows {
		rows[i].Stage = FunnelStages[i]
		if i > 0 && rows[i-1].Customers > 0 {
			rate := float64(rows[i].Customers) / float64(rows[i-1].Customers)
			rows[i].Rate = &rate
		}
		rows[i].MedianDays = medianOf(took[i])
	}
	return rows, nil
}

// medianOf is the middle of some numbers, or the mean of the two in the middle; nil of none.
func medianOf(list []int64) *float64 {
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	n := len(list)
	m := float64(list[(n-1)/2]+list[n/2]) / 2
	return &m
}

// readReached reads what each customer reached by what is written down of her.
func readReached(v *book.View, o FunnelOptions) (map[int64]*reached, error) {
	wanted, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	people := map[int64]*reached{}
	asOf := o.AsOf.String()
	take := func(stage func(r book.Row) int) func(book.Row) error {
		return func(r book.Row) error {
			id := r.Int(0)
			if !wanted.has(id) {
				return nil
			}
			day, err := dates.ParseISO(r.Text(1))
			if err != nil {
				return damaged("something of a customer is dated \"" + r.Text(1) + "\", which is no day")
			}
			if people[id] == nil {
				people[id] = &reached{}
			}
			people[id].by(stage(r), day, o.AsOf)
			return nil
		}
	}
	at := func(stage int) func(book.Row) int { return func(book.Row) int { return stage } }
	stages := map[string]int{"lead": 1, "prospect": 2, "customer": 3}
	for _, source := range []struct {
		stage         func(book.Row) int
		columns, rest string
		args          []any
	}{
		{at(0), "id, created_on", "customers WHERE created_on <= ?", []any{asOf}},
		{at(0), "customer_id, happened_on", "interactions WHERE kind = 'interest' AND happened_on <= ?", []any{asOf}},
		{func(r book.Row) int { return stages[r.Text(2)] }, "customer_id, since_on, stage", "customer_stages WHERE stage IN ('lead', 'prospect', 'customer') AND since_on <= ?", []any{asOf}},
		{at(2), "customer_id, day", "(SELECT customer_id, min(ordered_on) AS day FROM orders WHERE net >= 0 AND ordered_on <= ? GROUP BY 1 LIMIT -1)", []any{asOf}},
		{at(3), "customer_id, day", "(SELECT customer_id, min(ordered_on) AS day FROM " + countedOrders + " AND net >= 0 GROUP BY 1 LIMIT -1)", []any{asOf, asOf, asOf, asOf}},
	} {
		if err := v.Each(take(source.stage), source.columns, source.rest, source.args...); err != nil {
			return nil, err
		}
	}
	return people, nil
}
