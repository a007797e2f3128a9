package network

import (
	"fmt"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// GuestFields is a set of the columns of a guest file, one bit each.
type GuestFields uint16

// The columns, in their order.
const (
	GuestEvent GuestFields = 1 << iota
	GuestCustomer
	GuestConsultant
	GuestInvitedOn
	GuestRegisteredOn
	GuestDeclinedOn
	GuestAttendedOn
	GuestMissedOn
)

// GuestColumns are the names of the columns of a guest file, by bit.
var GuestColumns = append([]string{"event", "customer", "consultant"}, guestDays[:]...)

// GuestRow is one row of a guest file.
type GuestRow struct {
	Guest
	Customer   string // as files name her
	Consultant string // by ref
	Line       int
	Has        GuestFields // which columns the file gives; a day given and empty is to be erased
	Bad        bool        // a cell of it could not be read
}

// Day is where a guest keeps the day of one of the columns of days.
func (g *Guest) Day(f GuestFields) *dates.Date {
	for i, d := range g.days() {
		if f == GuestInvitedOn<<i {
			return d
		}
	}
	return nil
}

// ExportGuests yields the guests that some options choose as rows of a file.
func ExportGuests(v *book.View, o GuestOptions) iter.Seq2[GuestRow, error] {
	return func(yield func(GuestRow, error) bool) {
		list, err := Guests(v, o)
		if err != nil {
			yield(GuestRow{}, err)
			return
		}
		for i := range list {
			r := GuestRow{Guest: list[i], Customer: list[i].Key}
			if r.Person.Consultant {
				r.Customer, r.Consultant = "", r.Key
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

// ImportGuests writes the guests of a file and is idempotent: a row is the guest of its event who is its customer or its
// consultant. Rows it refuses are reported and left out, such as a registration for a full event.
func ImportGuests(tx *book.Tx, batches iter.Seq[[]GuestRow], o EventImport, report func(Problem)) (Tally, error) {
	im, err := newGuestImporter(tx, o, report)
	if err != nil {
		return im.tally, err
	}
	for rows := range batches {
		if err := im.batch(rows); err != nil {
			return im.tally, err
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	return im.tally, nil
}

// guestImporter is the state of one ImportGuests, or ImportAttendance.
type guestImporter struct {
	tx          *book.Tx
	options     EventImport
	report      func(Problem)
	tally       Tally
	events      map[string]*guestList // by code
	consultants map[string]int64      // by ref
	changed     []*Guest              // that are not written yet
}

func newGuestImporter(tx *book.Tx, o EventImport, report func(Problem)) (*guestImporter, error) {
	im := &guestImporter{tx: tx, options: o, report: report, events: map[string]*guestList{}, consultants: map[string]int64{}}
	for k, err := range List(tx.View, ListOptions{All: true}) {
		if err != nil {
			return im, err
		}
		im.consultants[k.Ref] = k.ID
	}
	return im, nil
}

// guestList is an event and its guests as the book has them, or will have once they are written.
type guestList struct {
	Event
	known map[Person]*Guest
	taken int64
}

func (im *guestImporter) batch(rows []GuestRow) error {
	cells := make([]string, len(rows))
	for i := range rows {
		if !rows[i].Bad {
			cells[i] = rows[i].Customer
		}
	}
	ids, problem, err := im.options.Customers(cells)
	if err != nil {
		return err
	}
	for i := range rows {
		r := &rows[i]
		if r.Bad {
			continue
		}
		list, err := im.list(r.EventCode)
		if err != nil {
			return err
		}
		f, reason := GuestEvent, "there is no such event"
		if list != nil {
			f, reason = im.person(r, ids[i], problem)
		}
		if reason == "" {
			f, reason = im.row(r, list)
		}
		if reason != "" {
			im.report(Problem{Line: r.Line, Field: f.Name(), Reason: reason})
		}
	}
	return im.flush()
}

// Name is the name of a single column.
func (f GuestFields) Name() string {
	for i, name := range GuestColumns {
		if f == 1<<i {
			return name
		}
	}
	return ""
}

// list is the event with a code and its guests; nil for none.
func (im *guestImporter) list(code string) (*guestList, error) {
	if list, seen := im.events[code]; seen {
		return list, nil
	}
	id, found, err := book.One(im.tx.View, book.Scalar[int64], `SELECT id FROM events WHERE code = ?`, code)
	if err != nil || !found {
		return nil, err
	}
	e, err := GetEvent(im.tx.View, id, endOfDays)
	if err != nil {
		return nil, err
	}
	known, taken, err := guestsOf(im.tx.View, id)
	list := &guestList{Event: e, known: map[Person]*Guest{}, taken: taken}
	for p, g := range known {
		list.known[p] = &g
	}
	im.events[code] = list
	return list, err
}

// person finds who a row is about.
func (im *guestImporter) person(r *GuestRow, customer int64, problem func(cell string) string) (GuestFields, string) {
	switch {
	case (r.Customer == "") == (r.Consultant == ""):
		return GuestCustomer, "needed is a customer or a consultant, one of the two"
	case r.Consultant != "":
		id, known := im.consultants[r.Consultant]
		if !known {
			return GuestConsultant, "there is no such consultant"
		}
		r.Person = Person{Consultant: true, ID: id}
	case customer == 0:
		return GuestCustomer, problem(r.Customer)
	default:
		r.Person = Person{ID: customer}
	}
	return 0, ""
}

// row does what a row says of a guest, or says why not.
func (im *guestImporter) row(r *GuestRow, list *guestList) (GuestFields, string) {
	old, known := list.known[r.Person]
	has := r.Has
	switch {
	case known && im.options.Mode == CreateOnly:
		return GuestEvent, "the book has this guest already (--mode create)"
	case !known && im.options.Mode == UpdateOnly:
		return GuestEvent, "the book has no such guest (--mode update)"
	case !known:
		old = &Guest{Event: list.ID, Person: r.Person}
	default:
		has &^= im.options.NeverGuests
	}
	g := *old
	for f := GuestInvitedOn; f <= GuestMissedOn; f <<= 1 {
		if has&f != 0 {
			*g.Day(f) = *r.Day(f)
		}
	}
	// That she came is a correction of that she did not, and the other way round.
	if r.AttendedOn != 0 && r.MissedOn == 0 && has&GuestAttendedOn != 0 && has&GuestMissedOn == 0 {
		g.MissedOn = 0
	} else if r.MissedOn != 0 && r.AttendedOn == 0 && has&GuestMissedOn != 0 && has&GuestAttendedOn == 0 {
		g.AttendedOn = 0
	}
	if f, reason := list.Event.impossible(&g, old, im.tx.Today()); reason != "" {
		return f, reason
	}
	if takesPlace(&g) && !takesPlace(old) {
		if list.taken++; list.Places > 0 && list.taken > list.Places && g.AttendedOn == 0 {
			list.taken--
			return GuestRegisteredOn, fmt.Sprintf("no place is left of %d", list.Places)
		}
	} else if !takesPlace(&g) && takesPlace(old) {
		list.taken--
	}
	switch {
	case !known:
		im.tally.Created++
	case g == *old:
		im.tally.Unchanged++
		return 0, ""
	default:
		im.tally.Updated++
	}
	im.keep(&g, known, list)
	return 0, ""
}

// keep remembers that a guest is to be written. One who is not written yet, but was in the file already, changes in place.
func (im *guestImporter) keep(g *Guest, known bool, list *guestList) {
	if known && list.known[g.Person].ID == 0 {
		*list.known[g.Person] = *g
		return
	}
	list.known[g.Person] = g
	im.changed = append(im.changed, g)
}

// impossible says which day of a guest cannot be, and why. What the book has already is not looked at again.
func (e *Event) impossible(g, old *Guest, today dates.Date) (GuestFields, string) {
	if g.AttendedOn != 0 && g.MissedOn != 0 {
		return GuestMissedOn, fmt.Sprintf("she cannot have come on %s and been missed", g.AttendedOn)
	}
	any := false
	for f := GuestInvitedOn; f <= GuestMissedOn; f <<= 1 {
		d := *g.Day(f)
		any = any || d != 0
		if d == 0 || d == *old.Day(f) {
			continue
		}
		after := f == GuestAttendedOn || f == GuestMissedOn
		switch {
		case d > today:
			return f, d.String() + " is in the future"
		case after && e.CancelledOn != 0:
			return f, "the event was cancelled on " + e.CancelledOn.String()
		case after && d < e.HeldOn:
			return f, fmt.Sprintf("%s is before the event is held, on %s", d, e.HeldOn)
		case !after && d > e.HeldOn:
			return f, fmt.Sprintf("%s is after the event is held, on %s", d, e.HeldOn)
		}
	}
	if !any {
		return GuestInvitedOn, "no day says whether she was invited, registered, declined, came or did not"
	}
	return 0, ""
}

// flush writes what has changed, and reads the ids of new guests, who may change again.
func (im *guestImporter) flush() error {
	if len(im.changed) == 0 {
		return nil
	}
	if err := writeGuests(im.tx, im.changed); err != nil {
		return err
	}
	im.changed = nil
	clear(im.events)
	return nil
}
