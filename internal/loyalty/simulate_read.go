package loyalty

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// brief is what Simulate keeps of every order at once: a million of them are read in one go, and put in order here.
type brief struct {
	id, customer, consultant int64
	net                      money.Amount // as it was made
	day                      dates.Date
	channel                  int32 // its place in archive.channels
	facts                    facts
	first                    bool
}

// archive is the orders of some time, day by day, and what happened to them that is read apart, as few have it.
type archive struct {
	briefs    []brief
	channels  []string
	returned  map[int64]money.Amount // by order; below 0
	byPoints  map[int64]money.Amount
	birthdays map[int64]time.Month // by customer; nil where no rule asks
}

// readArchive reads the orders of a day and later.
func (a *accrual) readArchive(from dates.Date) (*archive, error) {
	x := &archive{returned: map[int64]money.Amount{}, byPoints: map[int64]money.Amount{}}
	first, asks := `0`, a.plan.asks()
	if asks[ScopeFirstOrder] { // it is dear
		first = firstSQL
	}
	places := map[string]int32{}
	if err := a.view.Each(func(r book.Row) error {
		place, known := places[r.Text(4)]
		if !known {
			place = int32(len(x.channels))
			x.channels = append(x.channels, strings.Clone(r.Text(4)))
			places[x.channels[place]] = place
		}
		x.briefs = append(x.briefs, brief{id: r.Int(0), customer: r.Int(1), consultant: r.Int(2), day: dayOf(r.Text(3)), channel: place,
			facts: facts(r.Int(5)), net: money.Amount(r.Int(6)), first: r.Int(7) != 0})
		return nil
	}, `o.id, o.customer_id, o.consultant_id, o.ordered_on, o.channel, `+factsSQL+`, o.net, `+first, `orders o NOT INDEXED WHERE o.original_id IS NULL AND o.ordered_on >= ?`, from.String()); err != nil {
		return nil, err
	}
	slices.SortFunc(x.briefs, func(a, b brief) int {
		if a.day != b.day {
			return cmp.Compare(a.day, b.day)
		}
		return cmp.Compare(a.id, b.id)
	})
	into := func(sums map[int64]money.Amount) func(book.Row) error {
		return func(r book.Row) error { sums[r.Int(0)] += money.Amount(r.Int(1)); return nil }
	}
	if err := a.view.Each(into(x.returned), `original_id, net`, `orders INDEXED BY orders_original WHERE original_id IS NOT NULL AND cancelled_on IS NULL`); err != nil {
		return nil, err
	}
	if err := a.view.Each(into(x.byPoints), `order_id, amount`, `payments NOT INDEXED WHERE method = 'points' AND order_id IS NOT NULL`); err != nil {
		return nil, err
	}
	if !asks[ScopeBirthdayMonth] {
		return x, nil
	}
	x.birthdays = map[int64]time.Month{}
	return x, a.view.Each(func(r book.Row) error {
		x.birthdays[r.Int(0)] = birthMonth(r.Text(1))
		return nil
	}, `id, birthday`, `customers NOT INDEXED WHERE birthday IS NOT NULL`)
}

// order is a brief with all that rules ask about but for its lines.
func (x *archive) order(b *brief) order {
	return order{id: b.id, customer: b.customer, consultant: b.consultant, day: b.day, channel: x.channels[b.channel], facts: b.facts,
		net: b.net + x.returned[b.id], byPoints: x.byPoints[b.id], birthday: x.birthdays[b.customer], first: b.first}
}

// readSome makes orders of briefs, with their lines where a rule asks about those.
func (a *accrual) readSome(x *archive, briefs []brief, into []order) ([]order, error) {
	into = into[:0]
	for i := range briefs {
		into = append(into, x.order(&briefs[i]))
	}
	if !a.plan.lined() {
		return into, nil
	}
	ids, byID := make([]int64, len(into)), make(map[int64]*order, len(into))
	for i := range into {
		ids[i], byID[into[i].id] = into[i].id, &into[i]
	}
	return into, a.readLines(listOf(ids), byID)
}
