package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// clockLayout is how a time of day is written.
const clockLayout = "15:04"

// Set gives a text field of an event the value that a person or a file writes, by the rule of that field; "" empties it.
func (e *Event) Set(f EventFields, text string) (err error) {
	switch f {
	case EventCode:
		e.Code, err = parseRef(text)
	case EventName:
		e.Name, err = parseName(text)
	case EventKind:
		if e.Kind = strings.ToLower(strings.TrimSpace(text)); e.Kind != "" {
			e.Kind, err = oneOf(e.Kind, EventKinds...)
		}
	case EventCourse:
		e.Course = 0
		e.CourseCode, err = cleanText(text)
	case EventHeldAt:
		e.HeldAt, err = parseClock(text)
	case EventPlace:
		e.Place, err = cleanText(text)
	case EventChannel:
		e.Channel, err = cleanText(text)
	case EventNotes:
		e.Notes, err = cleanText(text)
	}
	return err
}

// parseClock reads a time of day, which stays as it is until the day is known, or an instant.
func parseClock(text string) (string, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC().Format(time.RFC3339), nil
	}
	at, err := time.Parse(clockLayout, text)
	if err != nil {
		return "", errors.New("not a time; needed is one such as 18:30")
	}
	return at.Format(clockLayout), nil
}

// settle completes an event that is to be written in place of an old one, and says what does not go together.
func (e *Event) settle(v *book.View, old *Event) (EventFields, string) {
	zone := v.Settings().Zone
	if e.Course != 0 && e.Kind == "" {
		e.Kind = kindOfCourse
	}
	if e.Kind == "" {
		e.Kind = otherKind
	}
	if e.Name == "" {
		e.Name = e.Code
	}
	at, err := time.Parse(time.RFC3339, e.HeldAt)
	if err == nil && e.HeldOn == 0 {
		e.HeldOn = dates.Of(at, zone)
	}
	if e.HeldOn != old.HeldOn && e.HeldAt == old.HeldAt {
		e.HeldAt = old.Clock(zone) // moved to another day it begins at the same time
	}
	if clock, err := time.Parse(clockLayout, e.HeldAt); err == nil {
		y, m, d := e.HeldOn.Civil()
		e.HeldAt = time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, zone).UTC().Format(time.RFC3339)
	}
	at, err = time.Parse(time.RFC3339, e.HeldAt)
	switch {
	case e.Code == "":
		return EventCode, "a code is needed"
	case e.HeldOn == 0:
		return EventHeldOn, "the day it is held is needed"
	case err == nil && dates.Of(at, zone) != e.HeldOn:
		return EventHeldAt, fmt.Sprintf("%s is not on %s by the clock of the book", e.HeldAt, e.HeldOn)
	case e.Kind == kindOfCourse && e.Course == 0:
		return EventCourse, "a training is a session of a course: name it"
	case e.Kind != kindOfCourse && e.Course != 0:
		return EventKind, "only a training is a session of a course, this is a " + e.Kind
	case e.Places < 0:
		return EventPlaces, "needed is a number of places above 0, or nothing for any number"
	case e.Cost < 0:
		return EventCost, "a cost cannot be below 0"
	case e.CancelledOn > v.Today():
		return EventCancelledOn, e.CancelledOn.String() + " is in the future"
	}
	return 0, ""
}

// EventChange is what a command makes of an event. The zero value changes nothing.
type EventChange struct {
	From  Event // the values of Given
	Given EventFields
}

// Set gives a text field a value by its rule; "" empties it.
func (ch *EventChange) Set(f EventFields, text string) error {
	ch.Given |= f
	return ch.From.Set(f, text)
}

// AddEvent writes a new event and gives it as the book has it. A code that another has is a fault.Conflict.
func AddEvent(tx *book.Tx, ch *EventChange) (Event, error) {
	var e Event
	e.take(&ch.From, ch.Given)
	if f, reason := e.settle(tx.View, &Event{}); f != 0 {
		return e, &fault.Error{Kind: fault.Usage, Noun: "event", Key: e.Code, Field: f.name(), Reason: reason}
	}
	if err := freeCode(tx.View, "event", "event", e.Code, 0); err != nil {
		return e, err
	}
	if err := insertEvent(tx, &e); err != nil {
		return e, err
	}
	return GetEvent(tx.View, e.ID, tx.Today())
}

// EditEvent changes the event with an id and gives it as it then is, and whether that is another than before. Who came on
// the old day came on the new one. What its guests contradict is a fault.Conflict.
func EditEvent(tx *book.Tx, id int64, ch *EventChange) (Event, bool, error) {
	old, err := GetEvent(tx.View, id, endOfDays)
	if err != nil {
		return old, false, err
	}
	e := old
	e.take(&ch.From, ch.Given)
	if f, reason := e.settle(tx.View, &old); f != 0 {
		return e, false, &fault.Error{Kind: fault.Usage, Noun: "event", Key: old.Code, Field: f.name(), Reason: reason}
	}
	if err := freeCode(tx.View, "event", "event", e.Code, id); err != nil {
		return e, false, err
	}
	if f, reason := e.contradicted(tx.View, &old); f != 0 {
		return e, false, &fault.Error{Kind: fault.Conflict, Noun: "event", Key: old.Code, Field: f.name(), Reason: reason}
	}
	changed, err := updateEvent(tx, &old, &e)
	if err != nil || !changed {
		return e, changed, err
	}
	e, err = GetEvent(tx.View, id, tx.Today())
	return e, true, err
}

// contradicted says which field of a changed event its guests do not allow, and why. The old one has the guests of all
// days.
func (e *Event) contradicted(v *book.View, old *Event) (EventFields, string) {
	known := old.Guests.Attended + old.Guests.Missed
	switch {
	case e.HeldOn != old.HeldOn && e.HeldOn > v.Today() && known > 0:
		return EventHeldOn, fmt.Sprintf("of %s it is known already whether they came, so that it cannot be held on %s", guests(known), e.HeldOn)
	case e.Places != old.Places && e.Places != 0 && known == 0 && old.Guests.Registered > e.Places:
		return EventPlaces, fmt.Sprintf("%s registered, more than %d", guests(old.Guests.Registered), e.Places)
	case e.CancelledOn != old.CancelledOn && e.CancelledOn != 0 && old.Guests.Attended > 0:
		return EventCancelledOn, guests(old.Guests.Attended) + " came, so that it cannot have been cancelled"
	}
	return 0, ""
}

// guests puts the word behind a number.
func guests(n int64) string {
	if n == 1 {
		return "1 guest"
	}
	return fmt.Sprintf("%d guests", n)
}

func insertEvent(tx *book.Tx, e *Event) (err error) {
	var names []string
	var args []any
	for i := range eventFields {
		names, args = append(names, eventFields[i].column), append(args, eventFields[i].value(e))
	}
	e.ID, err = tx.Insert(`INSERT INTO events (`+strings.Join(names, ", ")+`) VALUES (?`+strings.Repeat(", ?", len(names)-1)+`)`, args...)
	return err
}

// updateEvent writes what is another than before, and moves those who came along with the day.
func updateEvent(tx *book.Tx, old, e *Event) (bool, error) {
	var sets []string
	var args []any
	for i := range eventFields {
		if value := eventFields[i].value(e); value != eventFields[i].value(old) {
			sets, args = append(sets, eventFields[i].column+" = ?"), append(args, value)
		}
	}
	if len(sets) == 0 {
		return false, nil
	}
	if _, err := tx.Exec(`UPDATE events SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(args, e.ID)...); err != nil {
		return false, err
	}
	if e.HeldOn == old.HeldOn {
		return true, nil
	}
	for _, column := range []string{"attended_on", "missed_on"} {
		if _, err := tx.Exec(`UPDATE event_guests SET `+column+` = ?1 WHERE event_id = ?2 AND (`+column+` = ?3 OR `+column+` < ?1)`, e.HeldOn.String(), e.ID, old.HeldOn.String()); err != nil {
			return false, err
		}
	}
	return true, nil
}

// CancelEvent says that an event is not held, as of a day; 0 is today. One that is cancelled already, or to which somebody
// came, is a fault.Conflict.
func CancelEvent(tx *book.Tx, id int64, day dates.Date) (Event, error) {
	e, err := GetEvent(tx.View, id, endOfDays)
	if err != nil {
		return e, err
	}
	if e.CancelledOn != 0 {
		return e, &fault.Error{Kind: fault.Conflict, Noun: "event", Key: e.Code, Reason: "is cancelled already, since " + e.CancelledOn.String()}
	}
	if day == 0 {
		day = tx.Today()
	}
	e, _, err = EditEvent(tx, id, &EventChange{From: Event{CancelledOn: day}, Given: EventCancelledOn})
	return e, err
}

// RemoveEvents removes events that have no guests, and gives what they were. One with guests is a fault.Conflict.
func RemoveEvents(tx *book.Tx, ids []int64) ([]Event, error) {
	var list []Event
	for _, id := range ids {
		e, err := GetEvent(tx.View, id, tx.Today())
		if err != nil {
			return nil, err
		}
		n, _, err := book.One(tx.View, book.Scalar[int64], `SELECT count(*) FROM event_guests WHERE event_id = ?`, id)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			return nil, &fault.Error{Kind: fault.Conflict, Noun: "event", Key: e.Code, Reason: fmt.Sprintf("it has %s, who would be forgotten", guests(n)),
				Hint: "say that it is not held: perla event cancel " + shellWord(e.Code)}
		}
		if _, err := tx.Exec(`DELETE FROM events WHERE id = ?`, id); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return slices.Clip(list), nil
}
