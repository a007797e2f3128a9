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
		if hers || people.of(t.Customer.ID) != nil || t.Customer.ID == 0 && !a.partial() {
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
		return !hers && people.of(c.CustomerID) == nil
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
	latest := map[[2]int64]dates.Date{}
	for _, q := range people.asked {
		pair := [2]int64{q.customer, q.product}
		latest[pair] = max(latest[pair], q.on)
	}
	if len(latest) == 0 {
		return nil, nil
	}
	takings, err := a.takings()
	if err != nil {
		return nil, err
	}
	var list []Interest
	for pair, asked := range latest {
		p, g := people.of(pair[0]), products.of(pair[1])
		if g == nil || !g.had || !g.atHand() || a.trade.took(takings, p.ID, g.id, asked) {
			continue
		}
		i := Interest{Person: p, ProductID: g.id, SKU: g.sku, Product: g.name, AskedOn: asked, Tracked: g.Tracked, Available: g.Available}
		if g.launched > i.AskedOn {
			i.Launched = g.launched
		}
		if g.received > i.AskedOn {
			i.Received = g.received
		}
		list = append(list, i)
	}
	slices.SortFunc(list, func(x, y Interest) int {
		return cmp.Or(cmp.Compare(y.News(), x.News()), cmp.Compare(y.AskedOn, x.AskedOn), cmp.Compare(x.ID, y.ID), strings.Compare(x.SKU, y.SKU))
	})
	return list, nil
}

// took says whether a customer took a product on a day or later.
func (t *trade) took(takings []taking, customer, product int64, from dates.Date) bool {
	b := t.buyers.of(customer)
	if b == nil {
		return false
	}
	for at := b.head; at != chainEnd; at = takings[at].before {
		if k := &takings[at]; k.product == product && k.pieces > 0 && k.on >= from {
			return true
		}
	}
	return false
}
