package agenda

import (
	"cmp"
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Basis says how it is known how long something lasts.
type Basis string

// The bases, the best first: her own purchases, what the product says, what others of its category say.
const (
	BasisOwn      Basis = "own"
	BasisProduct  Basis = "product"
	BasisCategory Basis = "category"
)

// Replenishment is something a customer bought that is about to be used up.
type Replenishment struct {
	*Person
	ProductID int64
	SKU       string
	Product   string
	LastOn    dates.Date // when she bought it last
	Quantity  int64      // and how many, less those that came back
	Lasts     int        // days those last
	Basis     Basis
	DueOn     dates.Date // when to offer it again: the day they are used up, less the lead
	Worth     money.Amount
	HasWorth  bool  // the product has a price: Worth is that of so many
	Tracked   bool  // the stock is known
	Available int64 // pieces that can be sold at once, where it is
}

// ownPurchases is how many days with a purchase tell how fast somebody uses something up.
const ownPurchases = 3

// Purchase is pieces of one product bought on a day, less those of them that came back.
type Purchase struct {
	On     dates.Date
	Pieces int64
}

// OwnPace is how many days a piece lasts by purchases on different days, the oldest first: the median over all but the last
// of the days up to the next one, each for one piece. false for fewer than three purchases.
func OwnPace(purchases []Purchase) (days float64, ok bool) {
	if len(purchases) < ownPurchases {
		return 0, false
	}
	gaps := make([]float64, len(purchases)-1)
	for i := range gaps {
		gaps[i] = float64(purchases[i+1].On-purchases[i].On) / float64(purchases[i].Pieces)
	}
	return median(gaps), true
}

// Replenishments are what customers are about to use up, or should have by now, the nearest to its day first. What nobody bought
// again for as long as it lasts after it was used up is told no more.
func (a *Agenda) Replenishments() ([]Replenishment, error) {
	all, err := a.replenishments()
	if err != nil {
		return nil, err
	}
	last := a.horizon(0)
	var list []Replenishment
	for _, r := range all {
		if r.DueOn <= last {
			list = append(list, r)
		}
	}
	away := func(r *Replenishment) int { return max(int(r.DueOn-a.query.AsOf), int(a.query.AsOf-r.DueOn)) }
	slices.SortStableFunc(list, func(x, y Replenishment) int { return cmp.Compare(away(&x), away(&y)) })
	return list, nil
}

// replenishments are those due up to the day, or as far ahead as the stock is to last or the query asks, by day.
func (a *Agenda) replenishments() ([]Replenishment, error) {
	if a.dueRead {
		return a.due, nil
	}
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	t, err := a.sold()
	if err != nil {
		return nil, err
	}
	products, err := a.products()
	if err != nil {
		return nil, err
	}
	takings, err := a.readTakings(t, people)
	if err != nil {
		return nil, err
	}
	until := later(a.query.AsOf, max(a.query.Within, a.rules.StockAhead))
	var scratch []Purchase
	for id, b := range t.buyers {
		p := people[id]
		if p == nil {
			continue
		}
		for i := range b.bought {
			g := products[b.bought[i].product]
			if !g.sells(a.query.AsOf) {
				continue
			}
			scratch = purchasesOf(&b.bought[i], takings, scratch[:0])
			if r, ok := a.replenishment(g, scratch); ok && r.DueOn <= until {
				r.Person = p
				a.due = append(a.due, r)
			}
		}
	}
	slices.SortFunc(a.due, func(x, y Replenishment) int {
		return cmp.Or(cmp.Compare(x.DueOn, y.DueOn), cmp.Compare(x.ID, y.ID), cmp.Compare(x.ProductID, y.ProductID))
	})
	a.dueRead = true
	return a.due, nil
}

// purchasesOf are the days on which a product was bought and kept, the oldest first.
func purchasesOf(b *bought, takings []taking, list []Purchase) []Purchase {
	for at := b.head; at != chainEnd; at = takings[at].before {
		list = append(list, Purchase{takings[at].on, takings[at].pieces})
	}
	slices.SortFunc(list, func(x, y Purchase) int { return cmp.Compare(x.On, y.On) })
	kept := list[:0]
	for _, p := range list {
		if n := len(kept); n > 0 && kept[n-1].On == p.On {
			kept[n-1].Pieces += p.Pieces
			continue
		}
		kept = append(kept, p)
	}
	return slices.DeleteFunc(kept, func(p Purchase) bool { return p.Pieces <= 0 })
}

// replenishment is when a product bought on some days is due again; false when nothing says how long it lasts, or it is
// long past.
func (a *Agenda) replenishment(g *goods, purchases []Purchase) (r Replenishment, ok bool) {
	if len(purchases) == 0 {
		return r, false
	}
	last := purchases[len(purchases)-1]
	pace, own := OwnPace(purchases)
	switch {
	case own:
		r.Basis = BasisOwn
	case g.lasts > 0:
		pace, r.Basis = float64(g.lasts), BasisProduct
	case g.ofCategory > 0:
		pace, r.Basis = float64(g.ofCategory), BasisCategory
	default:
		return r, false
	}
	lasts := math.Round(pace * float64(last.Pieces))
	if lasts < 1 || lasts > mostDays {
		return r, false
	}
	r.Lasts = int(lasts)
	if a.query.AsOf > later(last.On, 2*r.Lasts) {
		return r, false
	}
	r.DueOn = later(last.On, r.Lasts).AddDays(-a.rules.ReplenishLead)
	r.ProductID, r.SKU, r.Product, r.LastOn, r.Quantity = g.id, g.sku, g.name, last.On, last.Pieces
	r.Worth, r.HasWorth, r.Tracked, r.Available = g.price*money.Amount(last.Pieces), g.price > 0, g.Tracked, g.Available
	return r, true
}

// Shortage is a product of which too little is there for the replenishments to come.
type Shortage struct {
	ProductID    int64
	SKU, Product string
	Wanted       int64 // pieces due to be bought again
	Customers    int   // by so many
	By           dates.Date
	Available    int64
	Incoming     int64      // ordered from the maker
	ShortOn      dates.Date // the day on which the first of them finds none
}

// Shortages are the products whose stock does not last for the replenishments of the next days, the first to run out
// first. They are nobody's: an agenda for some customers has none.
func (a *Agenda) Shortages() ([]Shortage, error) {
	if a.partial() {
		return nil, nil
	}
	due, err := a.replenishments()
	if err != nil {
		return nil, err
	}
	until := later(a.query.AsOf, a.rules.StockAhead)
	at := map[int64]int{}
	var list []Shortage
	for _, r := range due {
		if r.DueOn > until || !r.Tracked {
			continue
		}
		i, known := at[r.ProductID]
		if !known {
			i = len(list)
			at[r.ProductID] = i
			list = append(list, Shortage{ProductID: r.ProductID, SKU: r.SKU, Product: r.Product, By: until, Available: r.Available, Incoming: a.goods[r.ProductID].Incoming})
		}
		s := &list[i]
		s.Wanted += r.Quantity
		s.Customers++
		if s.Wanted > s.Available && s.ShortOn.IsZero() {
			s.ShortOn = max(r.DueOn, a.query.AsOf)
		}
	}
	list = slices.DeleteFunc(list, func(s Shortage) bool { return s.ShortOn.IsZero() })
	slices.SortFunc(list, func(x, y Shortage) int { return cmp.Or(cmp.Compare(x.ShortOn, y.ShortOn), cmp.Compare(x.SKU, y.SKU)) })
	return list, nil
}
