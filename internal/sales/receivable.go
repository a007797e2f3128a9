package sales

import (
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
	if len(byID) == 0 {
		return nil, nil
	}
	ids := make([]int64, 0, len(byID))
	for id := range byID {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	list := make([]Receivable, len(ids))
	for i, id := range ids {
		list[i] = *byID[id]
	}
	err := v.Each(func(r book.Row) error {
		if i, found := slices.BinarySearch(ids, r.Int(0)); found {
			list[i].Ref, list[i].Name = strings.Clone(r.Text(1)), strings.Clone(r.Text(2))
		}
		return nil
	}, `id, ref, name`, `customers WHERE id BETWEEN ? AND ?`, ids[0], ids[len(ids)-1])
	return list, err
}

// Reminder is a due that is not paid, to be spoken of.
type Reminder struct {
	Due         // Amount is what is still open of it
	CustomerID  int64
	DaysOverdue int // below 0 before its day
}

// Reminders are the dues that are not paid on a day and are overdue by then or due until another, the oldest first.
func Reminders(v *book.View, day, until dates.Date) ([]Reminder, error) {
	s, err := settle(v, day, whose{})
	var list []Reminder
	for _, d := range s.dues {
		if d.left > 0 && d.On <= until {
			d.Amount = d.left
			list = append(list, Reminder{Due: d.Due, CustomerID: d.customer, DaysOverdue: int(day - d.On)})
		}
	}
	slices.SortStableFunc(list, func(a, b Reminder) int { return int(a.On - b.On) })
	return list, err
}
