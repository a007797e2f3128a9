package agenda

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
)

// Step is a step of the care after an order.
type Step string

// The steps.
const (
	StepCheckIn   Step = "check_in"  // does she like it?
	StepConnect   Step = "connect"   // keep in touch
	StepReconnect Step = "reconnect" // she has not bought for long
)

// Care is a step of the care after an order that is open: its days have come, and she was not reached since the first of
// them.
type Care struct {
	*Person
	Step    Step
	OrderID int64
	Ordered dates.Date // the day of her last order, from which the days count
	DueOn   dates.Date
	LastDay dates.Date // on which it is open
	Year    money.Amount
}

// Cares are the steps open on the day, or that open in the days the query asks for, by their last day.
func (a *Agenda) Cares() ([]Care, error) {
	people, t, err := a.buying()
	if err != nil {
		return nil, err
	}
	var list []Care
	for i := range t.buyers.list {
		b := &t.buyers.list[i]
		p := people.of(b.CustomerID)
		if p == nil || b.last.IsZero() {
			continue
		}
		if step, due, last := a.rules.careOn(b.last, p.LastContact, a.query.AsOf, a.horizon(0)); step != "" {
			list = append(list, Care{Person: p, Step: step, OrderID: b.lastOrder, Ordered: b.last, DueOn: due, LastDay: last, Year: b.year})
		}
	}
	slices.SortFunc(list, func(x, y Care) int {
		return cmp.Or(cmp.Compare(x.LastDay, y.LastDay), cmp.Compare(y.Year, x.Year), cmp.Compare(x.ID, y.ID))
	})
	return list, nil
}

// careOn is the step open on a day after an order, else the first that opens up to another; "" for none. A contact on its
// first day or later closes a step.
func (r *Rules) careOn(ordered, contact, day, until dates.Date) (step Step, due, last dates.Date) {
	for _, s := range []struct {
		step        Step
		after, open int
	}{{StepCheckIn, r.CheckIn, r.CareOpen}, {StepConnect, r.Connect, r.CareOpen}, {StepReconnect, r.Reconnect, r.ReconnectOpen}} {
		if s.after == 0 || s.open == 0 {
			continue
		}
		due, last := later(ordered, s.after), later(ordered, s.after+s.open-1)
		if day <= last && due <= until && contact < due {
			return s.step, due, last
		}
	}
	return "", 0, 0
}

// Contact is a customer who should be spoken to by now.
type Contact struct {
	*Person
	contacts.NextContact
	Level       string       // of service, A to C, by what she is worth: that of report value
	Own         bool         // the cadence is her own, not that of her level
	LastOrder   dates.Date   // 0 for none
	Year        money.Amount // her revenue of the last twelve months
	Risk        float64      // from 0 to 1, that she buys no more: that of report value
	MoneyAtRisk money.Amount // risk x revenue of the last twelve months
}

// Contacts are the customers to be spoken to by the day, or in the days the query asks for: by the money at risk, the most
// first. Who was given up (stage lost) is told only for a cadence of her own.
func (a *Agenda) Contacts() ([]Contact, error) {
	people, t, err := a.buying()
	if err != nil {
		return nil, err
	}
	levels, err := a.levels(t)
	if err != nil {
		return nil, err
	}
	risks, err := a.risks(t)
	if err != nil {
		return nil, err
	}
	last := a.horizon(0)
	list := make([]Contact, 0, len(people.list))
	for i := range people.list {
		p := &people.list[i]
		if p.LastContact.IsZero() && p.created > a.query.AsOf {
			continue
		}
		c := Contact{Person: p, Level: "C", Own: p.cadence != contacts.Cadence{}}
		cadence := p.cadence
		at := t.buyers.place(p.ID)
		if at >= 0 {
			c.Level = levels[at]
		}
		if !c.Own {
			if p.lost || p.created.IsZero() {
				continue
			}
			cadence = a.rules.cadence(c.Level)
		}
		if c.NextContact = cadence.Next(p.LastContact, p.created, a.query.AsOf); c.On.IsZero() || c.On > last {
			continue
		}
		if at >= 0 {
			b := &t.buyers.list[at]
			c.LastOrder, c.Year, c.Risk = b.last, b.year, risks[at]
			c.MoneyAtRisk = money.Amount(math.RoundToEven(float64(max(b.year, 0)) * c.Risk))
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y Contact) int {
		return cmp.Or(cmp.Compare(y.MoneyAtRisk, x.MoneyAtRisk), cmp.Compare(x.On, y.On), cmp.Compare(x.ID, y.ID))
	})
	return list, nil
}

// cadence is that of a service level.
func (r *Rules) cadence(level string) contacts.Cadence {
	every := r.ContactC
	switch level {
	case "A":
		every = r.ContactA
	case "B":
		every = r.ContactB
	}
	return contacts.Cadence{Every: int64(every)}
}

// levels are the service levels of the buyers, by place: those of report value.
func (a *Agenda) levels(t *trade) ([]string, error) {
	sold := make([]insight.Sold, len(t.buyers.list))
	for i := range sold {
		sold[i] = t.buyers.list[i].Sold
	}
	purses, err := a.spendable()
	if err != nil {
		return nil, err
	}
	var spent []int64
	for _, p := range purses {
		spent = append(spent, p.Spent...)
	}
	return insight.Levels(a.view, a.query.AsOf, sold, spent)
}

// foresee begins to work out how likely everybody still buys. The fit runs beside what else is read.
func (a *Agenda) foresee() error {
	if a.survival != nil {
		return nil
	}
	fit, err := insight.ReadAlive(a.view, a.query.AsOf)
	if err != nil {
		return err
	}
	found := make(chan *insight.Survival, 1)
	go func() { found <- fit() }()
	a.survival = sync.OnceValue(func() *insight.Survival { return <-found })
	return nil
}

// risks are how likely the buyers, by place, buy no more: 1 - P(alive), or where there is no fit the percentile of recency,
// the part of all of them who bought more lately.
func (a *Agenda) risks(t *trade) ([]float64, error) {
	if err := a.foresee(); err != nil {
		return nil, err
	}
	survival, recency := a.survival(), t.recency()
	for i := range recency {
		if alive, ok := survival.Of(t.buyers.list[i].CustomerID); ok {
			recency[i] = 1 - alive
		}
	}
	return recency, nil
}

// recency are the percentiles of recency of the buyers, by place; 0 for who only gave back.
func (t *trade) recency() []float64 {
	var lasts []dates.Date
	for i := range t.buyers.list {
		if on := t.buyers.list[i].last; !on.IsZero() {
			lasts = append(lasts, -on)
		}
	}
	slices.Sort(lasts)
	parts := make([]float64, len(t.buyers.list))
	for i := range parts {
		if on := t.buyers.list[i].last; !on.IsZero() {
			later, _ := slices.BinarySearch(lasts, -on)
			parts[i] = float64(later) / float64(len(lasts))
		}
	}
	return parts
}
