package network

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// GuestMove is what becomes of guests.
type GuestMove string

// The moves.
const (
	Invite   GuestMove = "invite"
	Register GuestMove = "register"
	Decline  GuestMove = "decline"
	Attend   GuestMove = "attend"
	Miss     GuestMove = "miss"
)

// Moved is what Move did.
type Moved struct {
	Guests []Guest // who changed, in the order they were named
	Same   int64   // of how many it was known already
	Over   int64   // how many more came than there are places
}

// Move writes what becomes of people at an event, each given once, all or none. The day is 0 for today, of who came or
// did not for the day of the event. With strangers, who was no guest may have come. A full event, one that is cancelled,
// and what contradicts what is known of a guest are a fault.Conflict.
func Move(tx *book.Tx, event int64, move GuestMove, people []Person, day dates.Date, strangers bool) (m Moved, err error) {
	e, err := GetEvent(tx.View, event, endOfDays)
	if err != nil {
		return m, err
	}
	if day, err = move.day(&e, day, tx.Today()); err != nil {
		return m, err
	}
	if err := refuseErasedGuests(tx.View, people); err != nil {
		return m, err
	}
	known, taken, err := guestsOf(tx.View, e.ID)
	if err != nil {
		return m, err
	}
	var changed []*Guest
	free := e.Places - taken // where places are limited
	wanted := int64(0)
	for _, p := range people {
		old, is := known[p]
		if !is && (move == Decline || move == Miss || move == Attend && !strangers) {
			return m, e.stranger(tx.View, p, move)
		}
		g := old
		g.Event, g.Person = e.ID, p
		if reason := g.move(move, day); reason != "" {
			return m, &fault.Error{Kind: fault.Conflict, Noun: "event", Key: e.Code, Reason: old.Name + " " + reason}
		}
		if g == old && is {
			m.Same++
			continue
		}
		if !takesPlace(&old) && takesPlace(&g) {
			wanted++
		}
		changed = append(changed, &g)
	}
	if e.Places > 0 && wanted > free {
		if move == Register {
			return m, e.full(free, wanted)
		}
		m.Over = wanted - max(free, 0)
	}
	if err := writeGuests(tx, changed); err != nil {
		return m, err
	}
	m.Guests, err = guestsNow(tx.View, e.ID, changed)
	return m, err
}

// day is the day of a move: the one that is given, where that can be.
func (move GuestMove) day(e *Event, day, today dates.Date) (dates.Date, error) {
	refuse := func(kind fault.Kind, reason string) (dates.Date, error) {
		return 0, &fault.Error{Kind: kind, Noun: "event", Key: e.Code, Reason: reason}
	}
	after := move == Attend || move == Miss
	switch {
	case e.CancelledOn != 0:
		return refuse(fault.Conflict, "was cancelled on "+e.CancelledOn.String())
	case after && e.HeldOn > today:
		return refuse(fault.Conflict, fmt.Sprintf("is held on %s; who comes is known from then on", e.HeldOn))
	case day == 0 && after:
		return e.HeldOn, nil
	case day > today:
		return refuse(fault.Usage, day.String()+" is in the future")
	case after && day < e.HeldOn:
		return refuse(fault.Usage, fmt.Sprintf("%s is before it is held, on %s", day, e.HeldOn))
	case after:
		return day, nil
	case day == 0 && today <= e.HeldOn:
		return today, nil
	case day == 0:
		return refuse(fault.Conflict, fmt.Sprintf("was held on %s; name a day until then with --on, or say who came: perla event attend %s", e.HeldOn, shellWord(e.Code)))
	case day > e.HeldOn:
		return refuse(fault.Usage, fmt.Sprintf("%s is after it is held, on %s", day, e.HeldOn))
	}
	return day, nil
}

// move changes a guest, or says why that cannot be. What is known already stays as it is.
func (g *Guest) move(move GuestMove, day dates.Date) (reason string) {
	status := g.Status(endOfDays)
	came := status == "attended" || status == "missed"
	switch move {
	case Invite:
		if g.InvitedOn == 0 {
			g.InvitedOn = day
		}
	case Register:
		switch {
		case came || status == "registered":
		case day < g.DeclinedOn:
			return fmt.Sprintf("said no on %s; a yes of %s would be the earlier word", g.DeclinedOn, day)
		default:
			if g.RegisteredOn = day; g.DeclinedOn == day {
				g.DeclinedOn = 0
			}
		}
	case Decline:
		switch {
		case came:
			return "cannot have said no and " + map[string]string{"attended": "come", "missed": "been missed"}[status]
		case status == "declined":
		case day < g.RegisteredOn:
			return fmt.Sprintf("said yes on %s; a no of %s would be the earlier word", g.RegisteredOn, day)
		default:
			g.DeclinedOn = day
		}
	case Attend:
		if g.AttendedOn == 0 {
			g.AttendedOn, g.MissedOn = day, 0
		}
	case Miss:
		switch {
		case status == "declined":
			return fmt.Sprintf("said no on %s, so that nobody missed her", g.DeclinedOn)
		case g.MissedOn == 0:
			g.MissedOn, g.AttendedOn = day, 0
		}
	}
	return ""
}

// takesPlace says whether a guest takes one of the places, as far as is known.
func takesPlace(g *Guest) bool {
	status := g.Status(endOfDays)
	return status == "registered" || status == "attended"
}

// guestsOf are the guests of an event, and how many places they take.
func guestsOf(v *book.View, event int64) (known map[Person]Guest, taken int64, err error) {
	known = map[Person]Guest{}
	for g, err := range readGuests(v, `g.event_id = ?`, event) {
		if err != nil {
			return nil, 0, err
		}
		if known[g.Person] = g; takesPlace(&g) {
			taken++
		}
	}
	return known, taken, nil
}

// guestsNow are some guests of an event as the book has them.
func guestsNow(v *book.View, event int64, changed []*Guest) ([]Guest, error) {
	known, _, err := guestsOf(v, event)
	var list []Guest
	for _, g := range changed {
		list = append(list, known[g.Person])
	}
	return list, err
}

// full says that an event has no place for so many.
func (e *Event) full(free, wanted int64) error {
	left := "none is left"
	if free > 0 {
		left = fmt.Sprintf("%d left", free)
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "event", Key: e.Code, Reason: fmt.Sprintf("not enough places (%d in all, %s, need %d)", e.Places, left, wanted),
		Hint: "make room: perla event edit " + shellWord(e.Code) + " --places " + strconv.FormatInt(e.Places-free+wanted, 10)}
}

// stranger says that somebody is no guest of an event.
func (e *Event) stranger(v *book.View, p Person, move GuestMove) error {
	table, noun := "customers", "customer"
	if p.Consultant {
		table, noun = "consultants", "consultant"
	}
	name, _, err := book.One(v, book.Scalar[string], `SELECT name FROM `+table+` WHERE id = ?`, p.ID)
	if err != nil {
		return err
	}
	hint := "invite or register her first"
	if move == Attend {
		hint = "--walk-in writes down those too who were not asked"
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "event", Key: e.Code, Reason: fmt.Sprintf("%s (%s id %d) is not among its guests", name, noun, p.ID), Hint: hint}
}

// refuseErasedGuests is a fault.Conflict where one of some people was erased.
func refuseErasedGuests(v *book.View, people []Person) error {
	wanted := map[int64]bool{}
	for _, p := range people {
		if !p.Consultant {
			wanted[p.ID] = true
		}
	}
	for id, err := range book.Query(v, book.Scalar[int64], `SELECT id FROM customers WHERE erased_on IS NOT NULL ORDER BY id`) {
		if err != nil {
			return err
		}
		if wanted[id] {
			return &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: strconv.FormatInt(id, 10), Reason: "was erased: nothing new may be written of her"}
		}
	}
	return nil
}

// writeGuests writes new guests, and the days of those the book has.
func writeGuests(tx *book.Tx, changed []*Guest) error {
	var news []*Guest
	for _, g := range changed {
		if g.ID == 0 {
			news = append(news, g)
			continue
		}
		args := []any(nil)
		for _, d := range g.days() {
			args = append(args, dayOrNull(*d))
		}
		if _, err := tx.Exec(`UPDATE event_guests SET invited_on = ?, registered_on = ?, declined_on = ?, attended_on = ?, missed_on = ? WHERE id = ?`, append(args, g.ID)...); err != nil {
			return err
		}
	}
	if len(news) == 0 {
		return nil
	}
	f, err := tx.NewFeed(slices.Concat([]string{"event_id", "customer_id", "consultant_id"}, guestDays[:])...)
	if err != nil {
		return err
	}
	f.Load(len(news), func(row, column int) any {
		g := news[row]
		switch {
		case column == 0:
			return g.Event
		case column > 2:
			return dayOrNull(*g.days()[column-3])
		case g.Person.Consultant == (column == 2):
			return g.Person.ID
		}
		return nil
	})
	_, err = tx.Exec(`INSERT INTO event_guests (event_id, customer_id, consultant_id, invited_on, registered_on, declined_on, attended_on, missed_on)
		SELECT event_id, customer_id, consultant_id, invited_on, registered_on, declined_on, attended_on, missed_on FROM temp.` + f.Name)
	return err
}

// JoinGuests makes one guest of two at each event to which two customers were asked who are the same person: what is known
// of the second goes to the first, and she is no guest any more. Her first invitation, her last word, and that she came
// count. It comes before they are made one customer, since of two rows only one could stay then.
func JoinGuests(tx *book.Tx, customer, same int64) error {
	ours, err := guestRows(tx.View, customer)
	if err != nil {
		return err
	}
	theirs, err := guestRows(tx.View, same)
	if err != nil {
		return err
	}
	for _, g := range ours {
		at := slices.IndexFunc(theirs, func(o Guest) bool { return o.Event == g.Event })
		if at < 0 {
			continue
		}
		joined := g.join(&theirs[at])
		if _, err := tx.Exec(`DELETE FROM event_guests WHERE id = ?`, theirs[at].ID); err != nil {
			return err
		}
		if joined == g {
			continue
		}
		if err := writeGuests(tx, []*Guest{&joined}); err != nil {
			return err
		}
	}
	return nil
}

func guestRows(v *book.View, customer int64) (list []Guest, err error) {
	for g, err := range readGuests(v, `g.customer_id = ?`, customer) {
		if err != nil {
			return nil, err
		}
		list = append(list, g)
	}
	return list, nil
}

// join is what is known of a guest who was written down twice.
func (g Guest) join(o *Guest) Guest {
	first := func(a, b dates.Date) dates.Date {
		if a == 0 || b != 0 && b < a {
			return b
		}
		return a
	}
	g.InvitedOn = first(g.InvitedOn, o.InvitedOn)
	g.RegisteredOn, g.DeclinedOn = max(g.RegisteredOn, o.RegisteredOn), max(g.DeclinedOn, o.DeclinedOn)
	g.AttendedOn = first(g.AttendedOn, o.AttendedOn)
	if g.MissedOn = first(g.MissedOn, o.MissedOn); g.AttendedOn != 0 {
		g.MissedOn = 0
	}
	return g
}
