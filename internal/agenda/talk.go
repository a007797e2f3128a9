package agenda

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// Tasks are the tasks open on the day and due by then, or in the days the query asks for; of a consultant those for her
// clients, for herself, and that she is to do.
func (a *Agenda) Tasks() ([]contacts.Task, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	var list []contacts.Task
	for t, err := range contacts.Tasks(a.view, contacts.TaskQuery{AsOf: a.query.AsOf, Until: a.horizon(0)}) {
		if err != nil {
			return nil, err
		}
		hers := a.query.Consultant != 0 && (t.Handler.ID == a.query.Consultant || t.Consultant.ID == a.query.Consultant)
		if hers || people[t.Customer.ID] != nil || t.Customer.ID == 0 && !a.partial() {
			list = append(list, t)
		}
	}
	return list, nil
}

// Cases are the requests and complaints open on the day, the urgent first; of a consultant those of her clients, her own,
// and that she handles.
func (a *Agenda) Cases() ([]contacts.Case, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	list, err := contacts.Cases(a.view, contacts.CaseQuery{AsOf: a.query.AsOf, Open: true})
	if err != nil || !a.partial() {
		return list, err
	}
	ref := ""
	if a.query.Consultant != 0 {
		if ref, _, err = book.One(a.view, book.Scalar[string], `SELECT ref FROM consultants WHERE id = ?`, a.query.Consultant); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(list, func(c contacts.Case) bool {
		hers := a.query.Consultant != 0 && (c.ConsultantID == a.query.Consultant || c.HandlerRef == ref)
		return !hers && people[c.CustomerID] == nil
	}), nil
}

// Interest is a product that a customer asked about, has not bought since, and can have now.
type Interest struct {
	*Person
	ProductID    int64
	SKU, Product string
	AskedOn      dates.Date // the last time
	Launched     dates.Date // since then; 0 when it was not
	Received     dates.Date // the last day on which some came since then; 0 for none
	Tracked      bool
	Available    int64
}

// News is the day since which there is something new to tell her; 0 for none.
func (i *Interest) News() dates.Date { return max(i.Launched, i.Received) }

// Interests are what customers asked about and can have, what came or was launched since first, then the latest asked.
func (a *Agenda) Interests() ([]Interest, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	products, err := a.products()
	if err != nil {
		return nil, err
	}
	var list []Interest
	day := a.query.AsOf
	err = a.view.Each(func(r book.Row) error {
		p, g := people[r.Int(0)], products[r.Int(1)]
		if p == nil || !g.sells(day) || !g.atHand() {
			return nil
		}
		i := Interest{Person: p, ProductID: g.id, SKU: g.sku, Product: g.name, Tracked: g.Tracked, Available: g.Available}
		i.AskedOn, _ = dates.ParseISO(r.Text(2)) // perla check proves the days of the book
		if g.launched > i.AskedOn {
			i.Launched = g.launched
		}
		if g.received > i.AskedOn {
			i.Received = g.received
		}
		list = append(list, i)
		return nil
	}, `customer_id, product_id, asked_on`, `(SELECT customer_id, product_id, max(happened_on) AS asked_on FROM interactions i
		WHERE kind = 'interest' AND product_id IS NOT NULL AND happened_on BETWEEN ?2 AND ?3 AND NOT EXISTS (
			SELECT 1 FROM orders o INDEXED BY orders_sales JOIN order_lines l ON l.order_id = o.id
			WHERE o.customer_id = i.customer_id AND o.ordered_on BETWEEN i.happened_on AND ?3 AND l.product_id = i.product_id AND l.quantity > 0
			AND (o.is_history = 1 OR o.confirmed_on <= ?3) AND (o.cancelled_on IS NULL OR o.cancelled_on > ?3) AND (o.returned_on IS NULL OR o.returned_on > ?3))
		GROUP BY customer_id, product_id)`, day.AddDays(-a.rules.InterestOpen).String(), day.String())
	slices.SortFunc(list, func(x, y Interest) int {
		return cmp.Or(cmp.Compare(y.News(), x.News()), cmp.Compare(y.AskedOn, x.AskedOn), cmp.Compare(x.ID, y.ID), strings.Compare(x.SKU, y.SKU))
	})
	return list, err
}
