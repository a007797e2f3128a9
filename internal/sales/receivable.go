package sales

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Receivable is what a customer owes on a day, by how long it is overdue. Amounts are in minor units.
type Receivable struct {
	CustomerID int64
	Ref        string
	Name       string
	Aged       [len(ageLimits) + 1]money.Amount // due today or later; 1 to 30 days ago; 31 to 60; 61 to 90; longer
	Credit     money.Amount                     // what she paid beyond all she owes
}

// ageLimits are the last days of each age but the longest.
var ageLimits = [...]int{0, 30, 60, 90}

// Overdue is what was to be paid before the day.
func (r *Receivable) Overdue() money.Amount { return r.Due() - r.Aged[0] }

// Due is all she owes, whenever it is due.
func (r *Receivable) Due() money.Amount {
	var sum money.Amount
	for _, a := range r.Aged {
		sum += a
	}
	return sum
}

// Total is what she owes, less her credit: of the two she has one at most.
func (r *Receivable) Total() money.Amount { return r.Due() - r.Credit }

// Receivables are the customers who owe something on a day or, with credits, have something to their credit, by id. More
// paid back than there was is owed, since that day. With a customer it is hers alone, be it nothing.
func Receivables(v *book.View, day dates.Date, customer int64, credits bool) ([]Receivable, error) {
	s, err := settle(v, day, hers(customer))
	if err != nil {
		return nil, err
	}
	byID := map[int64]*Receivable{}
	of := func(id int64) *Receivable {
		if byID[id] == nil {
			byID[id] = &Receivable{CustomerID: id}
		}
		return byID[id]
	}
	if customer != 0 {
		of(customer)
	}
	for _, d := range s.dues {
		if d.left > 0 {
			of(d.customer).Aged[age(d.On, day)] += d.left
		}
	}
	for id, credit := range s.credit {
		switch {
		case credit < 0:
			of(id).Aged[0] -= credit
		case credits || customer != 0:
			of(id).Credit = credit
		}
	}
	return named(v, byID)
}

// age is which age a due has on a day.
func age(on, day dates.Date) int {
	for i, limit := range ageLimits {
		if day <= on.AddDays(limit) {
			return i
		}
	}
	return len(ageLimits)
}

// named fills in who the customers are.
func named(v *book.View, byID map[int64]*Receivable) ([]Receivable, error) {
	ids := slices.Sorted(maps.Keys(byID))
	list := make([]Receivable, len(ids))
	for i, id := range ids {
		list[i] = *byID[id]
	}
	return list, eachNamed(v, ids, func(i int, ref, name string) { list[i].Ref, list[i].Name = ref, name })
}

// eachNamed gives the ref and the name of customers, whose ids ascend, each with its place among them.
func eachNamed(v *book.View, ids []int64, give func(i int, ref, name string)) error {
	if len(ids) == 0 {
		return nil
	}
	return v.Each(func(r book.Row) error {
		if i, found := slices.BinarySearch(ids, r.Int(0)); found {
			give(i, strings.Clone(r.Text(1)), strings.Clone(r.Text(2)))
		}
		return nil
	}, `id, ref, name`, `customers WHERE id BETWEEN ? AND ?`, ids[0], ids[len(ids)-1])
}

// OpenDue is a due that is not paid, as of some day.
type OpenDue struct {
	Due         // Amount is what is still open of it, in minor units
	OrderRef    string
	CustomerID  int64
	Ref, Name   string // of the customer
	DaysOverdue int    // 0 until its day is over
}

// OpenDues are the dues not paid on a day, of one customer or, with 0, of everybody: those overdue or due until a day,
// and with an until of 0 all of them. The oldest comes first.
func OpenDues(v *book.View, day, until dates.Date, customer int64) (list []OpenDue, err error) {
	s, err := settle(v, day, hers(customer))
	if err != nil {
		return nil, err
	}
	for _, d := range s.dues {
		if d.left > 0 && (until == 0 || d.On <= until) {
			d.Amount = d.left
			list = append(list, OpenDue{Due: d.Due, CustomerID: d.customer, DaysOverdue: max(0, int(day-d.On))})
		}
	}
	slices.SortStableFunc(list, func(a, b OpenDue) int { return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Order, b.Order)) })
	return list, nameDues(v, list)
}

// nameDues fills in whose the dues are, and the refs of their orders.
func nameDues(v *book.View, list []OpenDue) error {
	people, orders := map[int64]OpenDue{}, map[int64]string{}
	for _, d := range list {
		people[d.CustomerID], orders[d.Order] = d, ""
	}
	ids := slices.Sorted(maps.Keys(people))
	if err := eachNamed(v, ids, func(i int, ref, name string) { people[ids[i]] = OpenDue{Ref: ref, Name: name} }); err != nil || len(list) == 0 {
		return err
	}
	numbers := slices.Sorted(maps.Keys(orders))
	err := v.Each(func(r book.Row) error {
		if _, wanted := orders[r.Int(0)]; wanted {
			orders[r.Int(0)] = strings.Clone(r.Text(1))
		}
		return nil
	}, `id, ref`, `orders WHERE id BETWEEN ? AND ? AND is_history = 0 AND ref_source <> ?`, numbers[0], numbers[len(numbers)-1], contentSource)
	for i := range list {
		d := &list[i]
		d.OrderRef, d.Ref, d.Name = orders[d.Order], people[d.CustomerID].Ref, people[d.CustomerID].Name
	}
	return err
}
