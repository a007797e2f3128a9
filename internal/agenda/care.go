package agenda

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
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
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	t, err := a.sold()
	if err != nil {
		return nil, err
	}
	var list []Care
	for id, b := range t.buyers {
		p := people[id]
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
	Level       string       // of service, A to C, by her revenue of the last twelve months; "" who bought nothing in them
	Own         bool         // the cadence is her own, not that of her level
	LastOrder   dates.Date   // 0 for none
	Year        money.Amount // her revenue of the last twelve months
	Risk        float64      // from 0 to 1, that she is lost: the part of all buyers who bought more lately than she
	MoneyAtRisk money.Amount // risk x revenue of the last twelve months
}

// Contacts are the customers to be spoken to by the day, or in the days the query asks for: by the money at risk, the most
// first. Who was given up (stage lost) is told only for a cadence of her own.
func (a *Agenda) Contacts() ([]Contact, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	t, err := a.sold()
	if err != nil {
		return nil, err
	}
	levels, risks := t.levels(), t.risks(a.query.AsOf)
	last := a.horizon(0)
	var list []Contact
	for _, p := range people {
		if p.LastContact.IsZero() && p.created > a.query.AsOf {
			continue
		}
		c := Contact{Person: p, Level: levels[p.ID], Own: p.cadence != contacts.Cadence{}}
		cadence := p.cadence
		if !c.Own {
			if p.stage == "lost" || p.created.IsZero() {
				continue
			}
			cadence = a.rules.cadence(c.Level)
		}
		if c.NextContact = cadence.Next(p.LastContact, p.created, a.query.AsOf); c.On.IsZero() || c.On > last {
			continue
		}
		if b := t.buyers[p.ID]; b != nil {
			c.LastOrder, c.Year, c.Risk = b.last, b.year, risks[p.ID]
			c.MoneyAtRisk = max(0, money.Amount(float64(b.year)*c.Risk+0.5))
		}
		list = append(list, c)
	}
	slices.SortFunc(list, func(x, y Contact) int {
		return cmp.Or(cmp.Compare(y.MoneyAtRisk, x.MoneyAtRisk), cmp.Compare(x.On, y.On), cmp.Compare(x.ID, y.ID))
	})
	return list, nil
}

// cadence is that of a service level; who bought nothing in the last twelve months is in the lowest.
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

// levels are the service levels of who bought in the last twelve months, by revenue, the most first: A while the share of
// those before is under 80 %, B under 95 %, else C.
func (t *trade) levels() map[int64]string {
	var list []*buyer
	var total float64
	for _, b := range t.buyers {
		if b.year > 0 {
			list = append(list, b)
			total += float64(b.year)
		}
	}
	slices.SortFunc(list, func(x, y *buyer) int { return cmp.Or(cmp.Compare(y.year, x.year), cmp.Compare(x.id, y.id)) })
	levels := make(map[int64]string, len(list))
	var before money.Amount
	for _, b := range list {
		switch share := float64(before) / total; {
		case share < 0.80:
			levels[b.id] = "A"
		case share < 0.95:
			levels[b.id] = "B"
		default:
			levels[b.id] = "C"
		}
		before += b.year
	}
	return levels
}

// risks are the percentiles of recency: for each buyer the part of all of them who bought more lately than she.
func (t *trade) risks(day dates.Date) map[int64]float64 {
	var days []dates.Date
	for _, b := range t.buyers {
		if b.purchases > 0 {
			days = append(days, day-b.last)
		}
	}
	slices.Sort(days)
	risks := make(map[int64]float64, len(days))
	for id, b := range t.buyers {
		if b.purchases > 0 {
			before, _ := slices.BinarySearch(days, day-b.last)
			risks[id] = float64(before) / float64(len(days))
		}
	}
	return risks
}
