package agenda

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// Debt is what a customer was to pay by the day.
type Debt struct {
	*Person
	Amount      money.Amount
	DueOn       dates.Date // the oldest of it
	DaysOverdue int        // since then
	Dues        int        // orders or instalments it is made of
	OrderID     int64      // the oldest
}

// Debts are the customers who owe what is due by the day, or in the days the query asks for: the most overdue first.
func (a *Agenda) Debts() ([]Debt, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	open, err := sales.OpenDues(a.view, a.query.AsOf, a.horizon(0), 0)
	if err != nil {
		return nil, err
	}
	var list []Debt
	at := map[int64]int{}
	for _, d := range open { // the oldest first
		p := people.of(d.CustomerID)
		if p == nil {
			continue
		}
		i, known := at[d.CustomerID]
		if !known {
			i = len(list)
			at[d.CustomerID] = i
			list = append(list, Debt{Person: p, DueOn: d.On, DaysOverdue: d.DaysOverdue, OrderID: d.Order})
		}
		list[i].Amount += d.Amount
		list[i].Dues++
	}
	return list, nil
}

// Quote is an offer of which nobody has spoken for some days, or that is about to end.
type Quote struct {
	*Person
	OrderID    int64
	OrderRef   string
	QuotedOn   dates.Date
	ValidUntil dates.Date // 0 for no end
	Total      money.Amount
	DueOn      dates.Date // when to ask: the days after which it is cold, or its last day where that comes first
}

// Quotes are the quotes that have gone cold by the day, or will in the days the query asks for: the largest first.
func (a *Agenda) Quotes() ([]Quote, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	day := a.query.AsOf
	var list []Quote
	err = a.view.Each(func(r book.Row) error {
		p := people.of(r.Int(1))
		if p == nil {
			return nil
		}
		q := Quote{Person: p, OrderID: r.Int(0), Total: money.Amount(r.Int(4)), OrderRef: strings.Clone(r.Text(5))}
		q.QuotedOn, _ = dates.ParseISO(r.Text(2)) // perla check proves the days of the book
		q.ValidUntil, _ = dates.ParseISO(r.Text(3))
		q.DueOn = later(max(q.QuotedOn, p.LastContact), a.rules.QuoteCold)
		if !q.ValidUntil.IsZero() {
			q.DueOn = min(q.DueOn, q.ValidUntil)
		}
		if q.DueOn <= a.horizon(0) && day <= later(q.QuotedOn, a.rules.QuoteOpen) {
			list = append(list, q)
		}
		return nil
	}, `o.id, o.customer_id, o.ordered_on, o.valid_until_on, o.total, iif(o.ref_source <> 'content', o.ref, NULL)`,
		`orders o WHERE o.is_history = 0 AND (o.confirmed_on IS NULL OR o.confirmed_on > ?2) AND o.ordered_on <= ?2 AND o.original_id IS NULL
			AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2)`, day.String())
	slices.SortFunc(list, func(x, y Quote) int { return cmp.Or(cmp.Compare(y.Total, x.Total), cmp.Compare(x.OrderID, y.OrderID)) })
	return list, err
}
