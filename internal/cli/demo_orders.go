package cli

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// demoOrder is an order of the demo, and with undoes one that gives a part of another back.
type demoOrder struct {
	ref      string
	person   *demoPerson
	day      dates.Date
	channel  string
	campaign string
	status   sales.Status
	shipping money.Amount
	lines    []demoLine
	undoes   *demoOrder
}

// demoLine is a line of an order; discount, tax and cost are of the whole line.
type demoLine struct {
	goods                      *goods
	quantity                   int64
	price, discount, tax, cost money.Amount
}

// demoSales makes the orders of all customers, by day, and dates the customers by them.
func demoSales(people []*demoPerson, today dates.Date) []*demoOrder {
	shelves := newDemoShelves()
	demoAssign(people, shelves)
	var orders []*demoOrder
	for i, p := range people {
		b := &demoBuyer{Rand: demoRand(demoOrderPart, uint64(i)), demoPerson: p, shelves: shelves, today: today, had: map[*goods]dates.Date{}}
		orders = append(orders, b.buy()...)
	}
	sortDemo(orders)
	if latest := orders[len(orders)-1]; latest.undoes == nil {
		latest.day = today // the demo ends today
	}
	orders = demoProgress(orders, people, shelves, today)
	sortDemo(orders)
	for i, o := range orders {
		o.ref = fmt.Sprintf("P-%05d", i+1)
	}
	return orders
}

func sortDemo(orders []*demoOrder) {
	slices.SortStableFunc(orders, func(a, b *demoOrder) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.person.Ref, b.person.Ref))
	})
}

// demoBuyer is a customer while she buys.
type demoBuyer struct {
	*rand.Rand
	*demoPerson
	shelves *demoShelves
	today   dates.Date
	had     map[*goods]dates.Date // when she last bought what she uses up
}

// buy makes all her orders.
func (b *demoBuyer) buy() []*demoOrder {
	var orders []*demoOrder
	for _, day := range b.habit.days(b.Rand, b.today) {
		o := b.order(day)
		orders = append(orders, o)
		if back := day.AddDays(between(b.Rand, 4, 15)); chance(b.Rand, 2) && back <= b.today {
			orders = append(orders, b.giveBack(o, back))
		}
	}
	b.CreatedOn = b.today.AddDays(-between(b.Rand, 5, 120))
	if len(orders) > 0 {
		b.CreatedOn = orders[0].day.AddDays(-b.IntN(21))
	}
	return orders
}

// order is what she buys on a day.
func (b *demoBuyer) order(day dates.Date) *demoOrder {
	o := &demoOrder{person: b.demoPerson, day: day, channel: b.channel}
	if chance(b.Rand, 35) {
		o.channel = pick(b.Rand, []string{"direct", "whatsapp", "online", "online", "boutique", "phone"})
	}
	if day.Weekday() == 0 {
		o.channel = "online"
	}
	percent := int64(0)
	if _, campaign := seasonOf(day); campaign != "" && chance(b.Rand, 50) {
		o.campaign, percent = campaign, pick(b.Rand, []int64{10, 15, 20})
	} else if b.Kind == "company" {
		percent = 25
	}
	for _, g := range b.basket(day) {
		o.lines = append(o.lines, b.line(g, day, percent))
	}
	o.shipping = b.postage(o)
	return o
}

// basket is what has run out of her routine, a whim, and presents in their season.
func (b *demoBuyer) basket(day dates.Date) []*goods {
	now, _ := seasonOf(day)
	var basket []*goods
	add := func(g *goods) {
		if !slices.Contains(basket, g) {
			basket = append(basket, g)
			b.had[g] = day
		}
	}
	most := between(b.Rand, 1, 4)
	for _, g := range b.routine {
		had := b.had[g]
		ranOut := had.IsZero() || int(day-had) >= g.lasts*between(b.Rand, 80, 110)/100
		if ranOut && len(basket) < most && (g.season == anytime || g.season == now) && !b.habit.gifts {
			add(g)
		}
	}
	if (now == christmas || now == mothersDay) && chance(b.Rand, 35) || b.habit.gifts {
		add(choose(b.Rand, b.shelves.presents))
	}
	if chance(b.Rand, 22) {
		add(choose(b.Rand, b.shelves.whims))
	}
	if len(basket) == 0 {
		add(choose(b.Rand, b.shelves.daily))
	}
	return basket
}

func (b *demoBuyer) line(g *goods, day dates.Date, percent int64) demoLine {
	l := demoLine{goods: g, quantity: 1, price: g.priceAt(day, b.today)}
	switch {
	case b.Kind == "company":
		l.quantity = int64(between(b.Rand, 3, 9))
	case chance(b.Rand, 14):
		l.quantity = int64(between(b.Rand, 2, 3))
	}
	l.discount = part(l.price*money.Amount(l.quantity), percent)
	l.settle(b.culture.vat)
	return l
}

// settle works out tax and cost of a line.
func (l *demoLine) settle(vat int64) {
	amount := l.price * money.Amount(l.quantity)
	l.tax, l.cost = part(amount-l.discount, vat), part(amount, l.goods.cost)
}

// part is so many per cent of an amount.
func part(a money.Amount, percent int64) money.Amount {
	return money.Amount(money.QuoRound(int64(a)*percent, 100))
}

// postage is what a parcel costs her; none for what is handed over, or worth enough.
func (b *demoBuyer) postage(o *demoOrder) money.Amount {
	worth := money.Amount(0)
	for _, l := range o.lines {
		worth += l.price*money.Amount(l.quantity) - l.discount
	}
	abroad := b.Country != "ES"
	switch {
	case worth >= 6000, o.channel == "direct", o.channel == "boutique", o.channel != "online" && !abroad:
		return 0
	case abroad:
		return 790
	}
	return 490
}

// giveBack is the return of one piece of an order.
func (b *demoBuyer) giveBack(o *demoOrder, day dates.Date) *demoOrder {
	l := pick(b.Rand, o.lines)
	l.discount = -money.Amount(money.QuoRound(int64(l.discount), l.quantity))
	l.quantity = -1
	l.settle(b.culture.vat)
	return &demoOrder{person: b.demoPerson, day: day, channel: o.channel, lines: []demoLine{l}, undoes: o}
}

// demoProgress says how far the latest orders have come, cancels a few of all, and adds quotes nobody has answered yet.
func demoProgress(orders []*demoOrder, people []*demoPerson, shelves *demoShelves, today dates.Date) []*demoOrder {
	r := demoRand(demoStatusPart, 0)
	for _, o := range orders {
		age, luck := int(today-o.day), r.IntN(1000)
		switch {
		case o.undoes != nil:
		case age <= 3 && luck < 350:
			o.status = sales.Confirmed
		case age <= 10 && luck < 600:
			o.status = sales.Shipped
		case age <= 45 && luck < 150:
			o.status = sales.Invoiced
		case o.person.habit.most > 0: // their few orders are all there is of them
		case luck >= 992:
			o.status = sales.Cancelled
		case luck >= 986:
			o.status = sales.Returned
		}
	}
	quotes := 0
	for i, p := range people {
		if (p.habit.never && quotes < 5) || (p.Kind == "company" && i%2 == 0) {
			b := &demoBuyer{Rand: r, demoPerson: p, shelves: shelves, today: today, had: map[*goods]dates.Date{}}
			o := b.order(today.AddDays(-between(r, 1, 25)))
			o.status = sales.Quote
			orders = append(orders, o)
			quotes++
		}
	}
	return orders
}
