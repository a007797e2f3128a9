package agenda

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"

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

// due is a replenishment as it is worked out: see Replenishment.
type due struct {
	person     *Person
	goods      *goods
	basis      Basis
	quantity   int64
	lasts      int32
	lastOn, on dates.Date
}

// Replenishments are what customers are about to use up, or should have by now, the nearest to its day first. What nobody bought
// again for as long as it lasts after it was used up is told no more.
func (a *Agenda) Replenishments() ([]Replenishment, error) {
	near, err := a.nearDues()
	list := make([]Replenishment, len(near))
	for i := range near {
		list[i] = near[i].told()
	}
	return list, err
}

func (d *due) told() Replenishment {
	g := d.goods
	return Replenishment{Person: d.person, ProductID: g.id, SKU: g.sku, Product: g.name, LastOn: d.lastOn, Quantity: d.quantity, Lasts: int(d.lasts), Basis: d.basis, DueOn: d.on,
		Worth: g.price * money.Amount(d.quantity), HasWorth: g.price > 0, Tracked: g.Tracked, Available: g.Available}
}

// nearDues are what Replenishments tells.
func (a *Agenda) nearDues() ([]due, error) {
	all, err := a.dues()
	last := a.horizon(0)
	end, _ := slices.BinarySearchFunc(all, last+1, func(d due, on dates.Date) int { return cmp.Compare(d.on, on) })
	away := func(d *due) int { return max(int(d.on-a.query.AsOf), int(a.query.AsOf-d.on)) }
	return sortByDays(all[:end], away), err
}

// dues are those due up to the day, or as far ahead as the stock is to last or the query asks, by day, customer and product.
func (a *Agenda) dues() ([]due, error) {
	if a.dueRead {
		return a.due, nil
	}
	takings, err := a.takings()
	if err != nil {
		return nil, err
	}
	until := later(a.query.AsOf, max(a.query.Within, a.rules.StockAhead))
	parts := make([][]due, runtime.GOMAXPROCS(0))
	var all sync.WaitGroup
	for i := range parts {
		some := a.people.list[i*len(a.people.list)/len(parts) : (i+1)*len(a.people.list)/len(parts)]
		all.Go(func() { parts[i] = a.duesOf(some, takings, until) })
	}
	all.Wait()
	a.due, a.dueRead = sortByDays(slices.Concat(parts...), func(d *due) int { return int(d.on) }), true
	return a.due, nil
}

// duesOf are the dues of some people, by product for each.
func (a *Agenda) duesOf(some []Person, takings []taking, until dates.Date) []due {
	var list []due
	var hers []taking
	for i := range some {
		p := &some[i]
		b := a.trade.buyers.of(p.ID)
		if b == nil {
			continue
		}
		hers = hers[:0]
		for at := b.head; at != chainEnd; at = takings[at].before {
			hers = append(hers, takings[at])
		}
		slices.SortFunc(hers, func(x, y taking) int {
			if x.product != y.product {
				return cmp.Compare(x.product, y.product)
			}
			return cmp.Compare(x.on, y.on)
		})
		for rest := hers; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].product == rest[0].product {
				n++
			}
			if d, ok := a.dueAgain(a.goods.of(rest[0].product), rest[:n]); ok && d.on <= until {
				d.person = p
				list = append(list, d)
			}
			rest = rest[n:]
		}
	}
	return list
}

// purchasesOf are the days on which a product was taken and kept, the oldest first.
func purchasesOf(takings []taking, list []Purchase) []Purchase {
	for i := range takings {
		k := &takings[i]
		if n := len(list); n > 0 && list[n-1].On == k.on {
			list[n-1].Pieces += k.pieces
			continue
		}
		list = append(list, Purchase{k.on, k.pieces})
	}
	return slices.DeleteFunc(list, func(p Purchase) bool { return p.Pieces <= 0 })
}

// dueAgain is when a product taken on some days is due again; false when nothing says how long it lasts, or it is long past.
func (a *Agenda) dueAgain(g *goods, takings []taking) (d due, ok bool) {
	var few [8]Purchase
	purchases := purchasesOf(takings, few[:0])
	if len(purchases) == 0 {
		return d, false
	}
	last := purchases[len(purchases)-1]
	pace, own := OwnPace(purchases)
	switch {
	case own:
		d.basis = BasisOwn
	case g.lasts > 0:
		pace, d.basis = float64(g.lasts), BasisProduct
	case g.ofCategory > 0:
		pace, d.basis = float64(g.ofCategory), BasisCategory
	default:
		return d, false
	}
	lasts := math.Round(pace * float64(last.Pieces))
	if lasts < 1 || lasts > mostDays || a.query.AsOf > later(last.On, 2*int(lasts)) {
		return d, false
	}
	d.goods, d.quantity, d.lasts, d.lastOn = g, last.Pieces, int32(lasts), last.On
	d.on = later(last.On, int(lasts)).AddDays(-a.rules.ReplenishLead)
	return d, true
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
	due, err := a.dues()
	if err != nil {
		return nil, err
	}
	until := later(a.query.AsOf, a.rules.StockAhead)
	at := map[int64]int{}
	var list []Shortage
	for i := range due {
		d := &due[i]
		g := d.goods
		if d.on > until || !g.Tracked {
			continue
		}
		i, known := at[g.id]
		if !known {
			i = len(list)
			at[g.id] = i
			list = append(list, Shortage{ProductID: g.id, SKU: g.sku, Product: g.name, By: until, Available: g.Available, Incoming: g.Incoming})
		}
		s := &list[i]
		s.Wanted += d.quantity
		s.Customers++
		if s.Wanted > s.Available && s.ShortOn.IsZero() {
			s.ShortOn = max(d.on, a.query.AsOf)
		}
	}
	list = slices.DeleteFunc(list, func(s Shortage) bool { return s.ShortOn.IsZero() })
	slices.SortFunc(list, func(x, y Shortage) int { return cmp.Or(cmp.Compare(x.ShortOn, y.ShortOn), cmp.Compare(x.SKU, y.SKU)) })
	return list, nil
}
