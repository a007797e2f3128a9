package cli

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// demoEuro is a euro in the minor units of the demo's book.
const demoEuro = money.Amount(100)

// demoTeam says who works under whom in the demo, sponsors first, and how many months ago each joined. The first four
// are the consultants of the customers; the others have just begun, pause, or have left.
var demoTeam = []struct {
	name, sponsor, city, language, status string
	months                                int
}{
	{name: "Carmen Aldana", city: "Madrid", language: "es", months: 40},
	{name: "Lucía Robledo", sponsor: "Carmen Aldana", city: "Valencia", language: "es", months: 38},
	{name: "Inês Vilar", sponsor: "Carmen Aldana", city: "Porto", language: "pt", months: 37},
	{name: "Élodie Marchand", sponsor: "Lucía Robledo", city: "Lyon", language: "fr", months: 37},
	{name: "Marta Quiroga", sponsor: "Lucía Robledo", city: "Alicante", language: "es", months: 1},
	{name: "Rita Sampaio", sponsor: "Inês Vilar", city: "Braga", language: "pt", status: "paused", months: 20},
	{name: "Odile Perrin", sponsor: "Élodie Marchand", city: "Nantes", language: "fr", status: "left", months: 30},
}

// demoTerms are how the demo pays: sponsors get a share of what is sold below them.
var demoTerms = []string{"override.1=5%", "override.2=2%", "level.gold.course=skin"}

// demoEvents are a course with a session of it, which the first two consultants attended, and an evening for customers.
var demoEvents = []struct {
	code, name, kind, course, place string
	ago, cost                       int
	consultants, customers          []string
}{
	{code: "SKIN-1", name: "Skin types, first evening", kind: "training", course: "skin", place: "Madrid", ago: 95, cost: 120,
		consultants: []string{"Carmen Aldana", "Lucía Robledo"}},
	{code: "AUTUMN", name: "Autumn colours", kind: "workshop", place: "Valencia", ago: 33, cost: 85,
		customers: []string{"C003", "C007", "C014", "C021", "C028", "C035", "C042"}},
}

// buildTeam makes the network of the demo: who works under whom, the usual levels, a course, two events, a goal of the
// first consultant, and the commissions of the two months before this one, paid.
func buildTeam(tx *book.Tx, today dates.Date) error {
	if err := network.SetLevels(tx, network.DefaultLevels(demoEuro)); err != nil {
		return err
	}
	for _, m := range demoTeam {
		if err := joinDemo(tx, today, m.name, m.sponsor, m.city, m.language, m.status, m.months); err != nil {
			return err
		}
	}
	code, name := "skin", "Skin and its care"
	if _, err := network.AddCourse(tx, network.CourseChange{Code: &code, Name: &name}); err != nil {
		return err
	}
	if err := network.SetTerms(tx, demoTerms, 0); err != nil {
		return err
	}
	if err := holdDemoEvents(tx, today); err != nil {
		return err
	}
	first, err := network.Consultants(tx).ID(demoTeam[0].name)
	if err != nil {
		return err
	}
	_, _, day := today.Civil()
	month := today.AddDays(1 - day)
	if err := network.SetGoals(tx, first, month, []string{"sales=2000", "new_clients=4"}); err != nil {
		return err
	}
	return payDemo(tx, month)
}

// joinDemo writes one consultant, or what orders and customers did not know of her.
func joinDemo(tx *book.Tx, today dates.Date, name, sponsor, city, language, status string, months int) error {
	ch := network.Change{Phone: contacts.E164}
	ch.SetDay(network.FieldJoinedOn, today.AddMonths(-months))
	ch.Since = today.AddMonths(-months)
	for field, value := range map[network.Fields]string{network.FieldSponsor: sponsor, network.FieldCity: city, network.FieldLanguage: language} {
		if err := ch.Set(field, value); err != nil {
			return err
		}
	}
	consultant, known, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM consultants WHERE ref = ?`, name)
	if err != nil {
		return err
	}
	if known {
		_, err = network.Edit(tx, []int64{consultant}, &ch)
		return err
	}
	if err := ch.Set(network.FieldRef, name); err != nil {
		return err
	}
	k, err := network.Create(tx, &ch)
	if err != nil || status == "" {
		return err
	}
	rest := network.Change{Phone: contacts.E164, Since: today.AddMonths(-months / 2)}
	if err := rest.Set(network.FieldStatus, status); err != nil {
		return err
	}
	_, err = network.Edit(tx, []int64{k.ID}, &rest)
	return err
}

func holdDemoEvents(tx *book.Tx, today dates.Date) error {
	for _, d := range demoEvents {
		ch := network.EventChange{From: network.Event{Code: d.code, Name: d.name, Kind: d.kind, Place: d.place, HeldOn: today.AddDays(-d.ago),
			Cost: money.Amount(d.cost) * demoEuro, HasCost: true},
			Given: network.EventCode | network.EventName | network.EventKind | network.EventPlace | network.EventHeldOn | network.EventCost}
		if d.course != "" {
			course, err := network.FindCourse(tx.View, d.course, today)
			if err != nil {
				return err
			}
			ch.From.Course, ch.Given = course.ID, ch.Given|network.EventCourse
		}
		e, err := network.AddEvent(tx, &ch)
		if err != nil {
			return err
		}
		var people []network.Person
		for _, name := range d.consultants {
			id, err := network.Consultants(tx).ID(name)
			if err != nil {
				return err
			}
			people = append(people, network.Person{Consultant: true, ID: id})
		}
		for _, ref := range d.customers {
			c, err := contacts.Find(tx.View, "ref:"+ref)
			if err != nil {
				return err
			}
			people = append(people, network.Person{ID: c.ID})
		}
		if _, err := network.Move(tx, e.ID, network.Attend, people, 0, true); err != nil {
			return err
		}
	}
	return nil
}

// payDemo pays the two months before another.
func payDemo(tx *book.Tx, month dates.Date) error {
	calendar, err := network.ReadCalendar(tx.View)
	if err != nil {
		return err
	}
	for _, back := range []int{2, 1} {
		p := calendar.At(month.AddMonths(-back))
		m, err := network.ReadMonth(tx.View, calendar, p, tx.Today(), paidBy)
		if err != nil {
			return err
		}
		if _, err := network.Pay(tx, calendar, m, "transfer"); err != nil {
			return err
		}
	}
	return nil
}
