package insight

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// ParetoOptions is what a report of who brings the revenue is asked. The zero value is about all that was sold by today.
type ParetoOptions struct {
	AsOf  dates.Date  // the day whose knowledge counts; none: today
	Days  dates.Range // the days of the orders asked about, open where an end is 0
	Where book.Filter // only these customers; shares are of what they bring
}

// Where the classes end: a customer is of the first class whose limit the share before her is below, else of class C.
const (
	paretoA = 0.80
	paretoB = 0.95
)

// Pareto is one customer of the report.
type Pareto struct {
	Rank       int
	CustomerID int64
	Ref, Name  string
	Revenue    money.Amount // as report sales has it by customer
	Share      *float64     // of the revenue of all rows; nil where that is not above 0
	Cumulative *float64     // share of her and all before her; above 1 where those who come last cost money
	Class      string       // A, B, C; "" where there are no shares
}

// ParetoClass is what the customers of one class come to.
type ParetoClass struct {
	Class        string
	Customers    int
	Share        float64 // of the customers
	Revenue      money.Amount
	RevenueShare *float64
	MeanRevenue  money.Amount // a customer, rounded half to even
}

// ReportPareto ranks the customers who bought, or gave back, in the time asked about: by revenue, the most first, equal
// ones by id. What does not go together in o is a fault.Usage.
func ReportPareto(v *book.View, o ParetoOptions) ([]Pareto, error) {
	if o.AsOf.IsZero() {
		o.AsOf = v.Today()
	}
	if err := beginsBy(o.AsOf, o.Days.From); err != nil {
		return nil, err
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	rows, err := readRevenues(v, o, who)
	if err != nil {
		return nil, err
	}
	return rows, rankPareto(rows)
}

// readRevenues are the customers with what they bring, by id: from the index of sums where all their orders are asked
// about, else from the orders.
func readRevenues(v *book.View, o ParetoOptions, who chosen) ([]Pareto, error) {
	revenues := map[int64]money.Amount{}
	if o.Days.To.IsZero() || o.Days.To >= o.AsOf {
		buyers, err := readBuyers(v, RFMOptions{AsOf: o.AsOf, Since: o.Days.From})
		if err != nil {
			return nil, err
		}
		for _, b := range buyers {
			if b.orders > 0 || b.money != 0 { // else she gave back only what was bought before
				revenues[b.id] = b.money
			}
		}
	} else {
		s := newSalesSum(SalesOptions{By: SalesByCustomer, AsOf: o.AsOf, Days: o.Days})
		if err := s.readOrders(v); err != nil {
			return nil, err
		}
		s.settleReturns()
		if err := s.whole(); err != nil {
			return nil, err
		}
		for id, at := range s.index {
			if s.groups[at].counted > 0 {
				revenues[id] = s.groups[at].revenue
			}
		}
	}
	rows := make([]Pareto, 0, len(revenues))
	err := v.Each(func(r book.Row) error {
		id := r.Int(0)
		if revenue, bought := revenues[id]; bought && who.has(id) {
			rows = append(rows, Pareto{CustomerID: id, Ref: strings.Clone(r.Text(1)), Name: strings.Clone(r.Text(2)), Revenue: revenue})
		}
		return nil
	}, "id, ref, name", "customers NOT INDEXED")
	return rows, err
}

// rankPareto sorts the customers and gives them shares and classes.
func rankPareto(rows []Pareto) error {
	slices.SortFunc(rows, func(a, b Pareto) int {
		return cmp.Or(cmp.Compare(b.Revenue, a.Revenue), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	var total money.Amount
	for i := range rows {
		before := total
		total += rows[i].Revenue
		if (total > before) != (rows[i].Revenue > 0) && rows[i].Revenue != 0 {
			return errTooLargeSums
		}
	}
	var sum money.Amount
	for i := range rows {
		r := &rows[i]
		r.Rank = i + 1
		if total <= 0 {
			continue
		}
		r.Class = paretoClass(float64(sum) / float64(total))
		sum += r.Revenue
		share, cumulative := float64(r.Revenue)/float64(total), float64(sum)/float64(total)
		r.Share, r.Cumulative = &share, &cumulative
	}
	return nil
}

// paretoClass is the class of a customer by the share of those before her.
func paretoClass(before float64) string {
	switch {
	case before < paretoA:
		return "A"
	case before < paretoB:
		return "B"
	}
	return "C"
}

// SummarizePareto sums the report by class, A first.
func SummarizePareto(rows []Pareto) []ParetoClass {
	var classes []ParetoClass
	var total money.Amount
	for i := range rows {
		r := &rows[i]
		if len(classes) == 0 || classes[len(classes)-1].Class != r.Class {
			classes = append(classes, ParetoClass{Class: r.Class})
		}
		c := &classes[len(classes)-1]
		c.Customers++
		c.Revenue += r.Revenue
		total += r.Revenue
	}
	for i := range classes {
		c := &classes[i]
		c.Share = float64(c.Customers) / float64(len(rows))
		c.MeanRevenue = money.Amount(money.QuoRound(int64(c.Revenue), int64(c.Customers)))
		if total > 0 {
			share := float64(c.Revenue) / float64(total)
			c.RevenueShare = &share
		}
	}
	return classes
}
