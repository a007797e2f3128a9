package network

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Person is who may be a guest: a customer, or a consultant.
type Person struct {
	Consultant bool
	ID         int64
}

// Guest is one of the people an event is about, with a day for each thing that is known of it; 0 for what is not.
type Guest struct {
	ID           int64
	Event        int64
	EventCode    string
	Person       Person
	Key          string // how a file names her: the ref of a consultant, of a customer as order files write her
	Name         string
	Email, Phone string
	InvitedOn    dates.Date
	RegisteredOn dates.Date
	DeclinedOn   dates.Date
	AttendedOn   dates.Date
	MissedOn     dates.Date
}

// GuestStatuses are what a guest may be.
var GuestStatuses = []string{"invited", "registered", "declined", "attended", "missed"}

// Status is the one of GuestStatuses that a guest had at the end of a day; "" where she was not asked yet. Of a yes and a
// no the later one counts, of those of one day the no.
func (g *Guest) Status(day dates.Date) string {
	by := func(d dates.Date) bool { return d != 0 && d <= day }
	switch {
	case by(g.AttendedOn):
		return "attended"
	case by(g.MissedOn):
		return "missed"
	case by(g.DeclinedOn) && (!by(g.RegisteredOn) || g.DeclinedOn >= g.RegisteredOn):
		return "declined"
	case by(g.RegisteredOn):
		return "registered"
	case by(g.InvitedOn):
		return "invited"
	}
	return ""
}

// guestStatus is Status of a guest g as SQL.
func guestStatus(day dates.Date) string {
	return strings.ReplaceAll(`CASE WHEN g.attended_on <= ? THEN 'attended' WHEN g.missed_on <= ? THEN 'missed'
		WHEN g.declined_on <= ? AND (g.registered_on IS NULL OR g.registered_on > ? OR g.declined_on >= g.registered_on) THEN 'declined'
		WHEN g.registered_on <= ? THEN 'registered' WHEN g.invited_on <= ? THEN 'invited' END`, "?", "'"+day.String()+"'")
}

// until leaves of a guest what was known at the end of a day.
func (g *Guest) until(day dates.Date) {
	for _, d := range g.days() {
		if *d > day {
			*d = 0
		}
	}
}

// days are the days of a guest, in the order of guestDays.
func (g *Guest) days() [5]*dates.Date {
	return [5]*dates.Date{&g.InvitedOn, &g.RegisteredOn, &g.DeclinedOn, &g.AttendedOn, &g.MissedOn}
}

// guestDays are the columns of the days of a guest.
var guestDays = [5]string{"invited_on", "registered_on", "declined_on", "attended_on", "missed_on"}

// GuestOptions choose guests.
type GuestOptions struct {
	AsOf        dates.Date // as known at the end of that day
	Events      []int64    // nil for all
	Status      string     // one of GuestStatuses, "" for any
	Customers   bool       // only customers
	Consultants bool       // only consultants
}

// Guests are the guests that some options choose, event by event in the order of the events, by name. Those of whom
// nothing was known on the day are left out.
func Guests(v *book.View, o GuestOptions) ([]Guest, error) {
	var list []Guest
	read := func(where string, args ...any) error {
		start := len(list)
		for g, err := range readGuests(v, where, args...) {
			if err != nil {
				return err
			}
			g.until(o.AsOf)
			status := g.Status(o.AsOf)
			if status == "" || o.Status != "" && status != o.Status || o.Customers && g.Person.Consultant || o.Consultants && !g.Person.Consultant {
				continue
			}
			list = append(list, g)
		}
		if o.Events != nil {
			slices.SortStableFunc(list[start:], func(a, b Guest) int { return strings.Compare(book.Fold(a.Name), book.Fold(b.Name)) })
		}
		return nil
	}
	if o.Events == nil {
		return list, read(`true`)
	}
	for _, id := range o.Events {
		if err := read(`g.event_id = ?`, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// readGuests yields the guests g that a condition lets pass, by event and in the order in which they were written down.
func readGuests(v *book.View, where string, args ...any) func(func(Guest, error) bool) {
	return book.Stream(v, scanGuest, `g.id, g.event_id, e.code, g.customer_id, g.consultant_id, k.ref,
		CASE WHEN x.ref_source = 'csv' THEN x.ref WHEN x.ref IS NOT NULL THEN x.ref_source || ':' || x.ref ELSE coalesce(x.email, x.phone_e164, x.name) END,
		coalesce(k.name, x.name), coalesce(k.email, x.email), coalesce(k.phone, x.phone), g.invited_on, g.registered_on, g.declined_on, g.attended_on, g.missed_on`,
		`(SELECT g.* FROM event_guests g JOIN events e ON e.id = g.event_id WHERE `+where+` ORDER BY e.code, g.id LIMIT -1) g JOIN events e ON e.id = g.event_id
		LEFT JOIN customers x ON x.id = g.customer_id LEFT JOIN consultants k ON k.id = g.consultant_id`, args...)
}

func scanGuest(r book.Row) Guest {
	text := func(i int) string { return strings.Clone(r.Text(i)) }
	g := Guest{ID: r.Int(0), Event: r.Int(1), EventCode: text(2), Person: Person{ID: r.Int(3)}, Name: text(7), Email: text(8), Phone: text(9)}
	if g.Key = text(6); r.Null(3) {
		g.Person, g.Key = Person{Consultant: true, ID: r.Int(4)}, text(5)
	}
	for i, d := range g.days() {
		*d, _ = dates.ParseISO(r.Text(10 + i)) // perla check proves the days of the book
	}
	return g
}

// guestChecks are the proofs of what is said of guests.
func guestChecks() []book.Check {
	return []book.Check{
		{Name: "nobody came before an event was held", Query: `SELECT printf('event %s is held on %s, guest %d came or not on %s', e.code, e.held_on, g.id, coalesce(g.attended_on, g.missed_on))
			FROM event_guests g JOIN events e ON e.id = g.event_id WHERE coalesce(g.attended_on, g.missed_on) < e.held_on LIMIT 1`},
		{Name: "nobody came to a cancelled event", Query: `SELECT printf('event %s was cancelled, guest %d came on %s', e.code, g.id, g.attended_on)
			FROM event_guests g JOIN events e ON e.id = g.event_id WHERE e.cancelled_on IS NOT NULL AND g.attended_on IS NOT NULL LIMIT 1`},
	}
}
