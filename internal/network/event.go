package network

import (
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Event is what people are asked to: a session of a course, a workshop, a launch.
type Event struct {
	ID          int64
	Code        string
	Name        string
	Kind        string // one of EventKinds
	Course      int64  // of a training; 0 for the others
	CourseCode  string
	HeldOn      dates.Date
	HeldAt      string // RFC 3339 in UTC, "" when it is not known; of one to be written also 18:30, by the book's clock
	Place       string
	Channel     string
	Places      int64 // how many may come; 0 for any number
	Cost        money.Amount
	HasCost     bool // else it is not known
	Notes       string
	CancelledOn dates.Date
	Guests      GuestCounts
}

// GuestCounts are how many guests an event had as of a day.
type GuestCounts struct {
	Invited    int64 // were asked
	Registered int64 // said yes and did not take it back, whether they came or not
	Declined   int64 // said no
	Attended   int64 // came
	Missed     int64 // did not come
}

// EventKinds are what an event may be. A training is a session of a course.
var EventKinds = []string{"training", "workshop", "webinar", "launch", "vip", "other"}

// kindOfCourse is the kind of a session of a course, otherKind that of an event of which nothing is said.
const kindOfCourse, otherKind = "training", "other"

// EventFields is a set of the fields of an event that a file or a command line can set, one bit each.
type EventFields uint16

// The fields, in the order of the columns of an event file.
const (
	EventCode EventFields = 1 << iota
	EventName
	EventKind
	EventCourse
	EventHeldOn
	EventHeldAt
	EventPlace
	EventChannel
	EventPlaces
	EventCost
	EventNotes
	EventCancelledOn
)

// eventFields are all of them, by bit: the column of a file, the column of the book, and what an event has in that.
var eventFields = []struct {
	name, column string
	value        func(*Event) any
	take         func(to, from *Event)
}{
	{"code", "code", func(e *Event) any { return e.Code }, func(to, from *Event) { to.Code = from.Code }},
	{"name", "name", func(e *Event) any { return e.Name }, func(to, from *Event) { to.Name = from.Name }},
	{"kind", "kind", func(e *Event) any { return e.Kind }, func(to, from *Event) { to.Kind = from.Kind }},
	{"course", "course_id", func(e *Event) any { return idOrNull(e.Course) }, func(to, from *Event) { to.Course, to.CourseCode = from.Course, from.CourseCode }},
	{"held_on", "held_on", func(e *Event) any { return dayOrNull(e.HeldOn) }, func(to, from *Event) { to.HeldOn = from.HeldOn }},
	{"held_at", "held_at", func(e *Event) any { return orNull(e.HeldAt) }, func(to, from *Event) { to.HeldAt = from.HeldAt }},
	{"place", "place", func(e *Event) any { return orNull(e.Place) }, func(to, from *Event) { to.Place = from.Place }},
	{"channel", "channel", func(e *Event) any { return orNull(e.Channel) }, func(to, from *Event) { to.Channel = from.Channel }},
	{"places", "places", func(e *Event) any { return idOrNull(e.Places) }, func(to, from *Event) { to.Places = from.Places }},
	{"cost", "cost", func(e *Event) any {
		if !e.HasCost {
			return nil
		}
		return int64(e.Cost)
	}, func(to, from *Event) { to.Cost, to.HasCost = from.Cost, from.HasCost }},
	{"notes", "notes", func(e *Event) any { return orNull(e.Notes) }, func(to, from *Event) { to.Notes = from.Notes }},
	{"cancelled_on", "cancelled_on", func(e *Event) any { return dayOrNull(e.CancelledOn) }, func(to, from *Event) { to.CancelledOn = from.CancelledOn }},
}

// EventFieldNamed is the field of a column name; 0 when there is none.
func EventFieldNamed(name string) EventFields {
	for i := range eventFields {
		if eventFields[i].name == name {
			return 1 << i
		}
	}
	return 0
}

// name is the column name of a single field; "" for no field.
func (f EventFields) name() string {
	for i := range eventFields {
		if f == 1<<i {
			return eventFields[i].name
		}
	}
	return ""
}

// take copies some fields from another event.
func (e *Event) take(from *Event, given EventFields) {
	for i := range eventFields {
		if given&(1<<i) != 0 {
			eventFields[i].take(e, from)
		}
	}
}

// eventColumns is what an event e is read from, in the order of scanEvent.
const eventColumns = `e.id, e.code, e.name, e.kind, e.course_id, c.code, e.held_on, e.held_at, e.place, e.channel, e.places, e.cost, e.notes, e.cancelled_on,
	g.invited, g.registered, g.declined, g.attended, g.missed`

func scanEvent(r book.Row) (e Event) {
	text := func(i int) string { return strings.Clone(r.Text(i)) }
	e = Event{ID: r.Int(0), Code: text(1), Name: text(2), Kind: text(3), Course: r.Int(4), CourseCode: text(5), HeldAt: text(7), Place: text(8), Channel: text(9),
		Places: r.Int(10), Cost: money.Amount(r.Int(11)), HasCost: !r.Null(11), Notes: text(12),
		Guests: GuestCounts{Invited: r.Int(14), Registered: r.Int(15), Declined: r.Int(16), Attended: r.Int(17), Missed: r.Int(18)}}
	e.HeldOn, _ = dates.ParseISO(r.Text(6)) // perla check proves the days of the book
	e.CancelledOn, _ = dates.ParseISO(r.Text(13))
	return e
}

// readEvents yields the events e that a condition lets pass, with their guests as of a day.
func readEvents(v *book.View, day dates.Date, where, order string, args ...any) iter.Seq2[Event, error] {
	on := "'" + day.String() + "'"
	status := guestStatus(day)
	return book.Stream(v, scanEvent, eventColumns, `(SELECT e.id, e.code, e.name, e.kind, e.course_id, e.held_on, e.held_at, e.place, e.channel, e.places, e.cost, e.notes,
			CASE WHEN e.cancelled_on <= `+on+` THEN e.cancelled_on END AS cancelled_on FROM events e WHERE `+where+` ORDER BY `+order+` LIMIT -1) e
		LEFT JOIN courses c ON c.id = e.course_id
		LEFT JOIN (SELECT event_id, sum(invited_on <= `+on+`) AS invited, sum(registered_on <= `+on+` AND `+status+` <> 'declined') AS registered, sum(`+status+` = 'declined') AS declined,
			sum(`+status+` = 'attended') AS attended, sum(`+status+` = 'missed') AS missed
			FROM event_guests g WHERE event_id IN (SELECT e.id FROM events e WHERE `+where+`) GROUP BY event_id) g ON g.event_id = e.id`, append(args, args...)...)
}

// EventOptions choose events.
type EventOptions struct {
	AsOf      dates.Date // guests, and what is cancelled, as of that day
	Kind      string     // "" for any
	Course    int64      // 0 for any
	Days      dates.Range
	Cancelled bool // the cancelled ones
	All       bool // cancelled or not
}

// Events yields the events that some options choose, by day.
func Events(v *book.View, o EventOptions) iter.Seq2[Event, error] {
	where, args := []string{`true`}, []any(nil)
	add := func(on bool, condition string, more ...any) {
		if on {
			where, args = append(where, condition), append(args, more...)
		}
	}
	cancelled := `ifnull(e.cancelled_on <= '` + o.AsOf.String() + `', false)`
	add(!o.All && o.Cancelled, cancelled)
	add(!o.All && !o.Cancelled, `NOT `+cancelled)
	add(o.Kind != "", `e.kind = ?`, o.Kind)
	add(o.Course != 0, `e.course_id = ?`, o.Course)
	add(o.Days.From != 0, `e.held_on >= ?`, o.Days.From.String())
	add(o.Days.To != 0, `e.held_on <= ?`, o.Days.To.String())
	return readEvents(v, o.AsOf, strings.Join(where, " AND "), "e.held_on, e.held_at, e.id", args...)
}

// GetEvent is the event with an id, with its guests as of a day.
func GetEvent(v *book.View, id int64, day dates.Date) (Event, error) {
	for e, err := range readEvents(v, day, `e.id = ?`, `e.id`, id) {
		return e, err
	}
	return Event{}, &fault.Error{Kind: fault.NotFound, Noun: "event", Key: "id:" + strconv.FormatInt(id, 10), Reason: "there is no such event"}
}

// FindEvent is the one event a selector names: by code, id:42, name, or beginnings of the words of these.
func FindEvent(v *book.View, selector string, day dates.Date) (Event, error) {
	id, err := findCoded(v, "event", "event", selector)
	if err != nil {
		return Event{}, err
	}
	return GetEvent(v, id, day)
}

// Clock is the time of day of an event by the clock of a zone, 18:30; "" when it is not known.
func (e *Event) Clock(zone *time.Location) string {
	at, err := time.Parse(time.RFC3339, e.HeldAt)
	if err != nil {
		return ""
	}
	return at.In(zone).Format(clockLayout)
}
