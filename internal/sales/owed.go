package sales

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Due is money an order wants on a day: all of it, or an instalment.
type Due struct {
	Order  int64
	On     dates.Date
	Amount money.Amount // above 0
}

// Receipt is money that came in, or went back (negative). Order is the one it was meant for, or 0.
type Receipt struct {
	Order  int64
	Amount money.Amount
}

// Allocate spreads what one customer paid over what she owes. What names an order pays that order's dues, the oldest
// first; what is left of it, and what names none, pays the dues of all orders, the oldest first, those of one day in the
// order of their ids. It gives what is open of each due, as they were given, and what is left over: her credit, negative
// where more went back to her than came in.
func Allocate(dues []Due, paid []Receipt) (open []money.Amount, credit money.Amount) {
	open = make([]money.Amount, len(dues))
	order := make([]int, len(dues))
	named := map[int64]money.Amount{}
	for i, d := range dues {
		open[i], order[i], named[d.Order] = d.Amount, i, 0
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(dues[a].On, dues[b].On), cmp.Compare(dues[a].Order, dues[b].Order))
	})
	for _, p := range paid {
		if _, owes := named[p.Order]; owes {
			named[p.Order] += p.Amount
		} else {
			credit += p.Amount
		}
	}
	for _, i := range order {
		take := min(max(named[dues[i].Order], 0), open[i])
		open[i] -= take
		named[dues[i].Order] -= take
	}
	for _, rest := range named {
		credit += rest
	}
	for _, i := range order {
		take := min(max(credit, 0), open[i])
		open[i] -= take
		credit -= take
	}
	return open, credit
}

// Plan says when the money of an order is to be due: in Count parts, each Months or Days after the one before. Their days
// are counted from From, so that the end of a month stays the end; the first is due on From or, with Later, one interval
// after it.
type Plan struct {
	Count        int
	From         dates.Date
	Later        bool
	Months, Days int
}

// day is when the part of a number from 0 on is due.
func (p Plan) day(part int) dates.Date {
	if p.Later {
		part++
	}
	return p.From.AddMonths(part * p.Months).AddDays(part * p.Days)
}

// Dues splits a sum by the plan: into parts equal to the minor unit, with the odd units on the last.
func (p Plan) Dues(order int64, total money.Amount) []Due {
	dues := make([]Due, p.Count)
	for i, part := range money.Split(total, p.Count) {
		dues[i] = Due{Order: order, On: p.day(i), Amount: part}
	}
	return dues
}

// Shorten takes an amount, such as that of a return, off dues: from the last one backwards, since what is due first stays
// due. Dues that are taken off whole are left out.
func Shorten(dues []Due, by money.Amount) []Due {
	for by > 0 && len(dues) > 0 {
		last := &dues[len(dues)-1]
		if last.Amount > by {
			last.Amount -= by
			break
		}
		by -= last.Amount
		dues = dues[:len(dues)-1]
	}
	return dues
}
