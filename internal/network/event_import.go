package network

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
)

// EventRow is one row of an event file: an event, and which fields the file says something of.
type EventRow struct {
	Event
	Line int         // of the file, for messages
	Has  EventFields // which fields the file gives; one given and empty is to be erased
	Bad  bool        // a cell of it could not be read
}

// Place tells a row where it stands in its file and what the file gives. What an event always has is never erased by an
// empty cell.
func (r *EventRow) Place(line int, has EventFields, bad bool) {
	r.Line, r.Has, r.Bad = line, has, bad
	if r.Name == "" {
		r.Has &^= EventName
	}
	if r.Kind == "" {
		r.Has &^= EventKind
	}
	if r.HeldOn == 0 {
		r.Has &^= EventHeldOn
	}
}

// ExportEvents yields the events that some options choose as rows of a file.
func ExportEvents(v *book.View, o EventOptions) iter.Seq2[EventRow, error] {
	return func(yield func(EventRow, error) bool) {
		for e, err := range Events(v, o) {
			if !yield(EventRow{Event: e}, err) {
				return
			}
		}
	}
}

// EventImport are the options of ImportEvents and ImportGuests.
type EventImport struct {
	Mode        Mode        // what may be done
	Never       EventFields // fields of an event in the book that are never overwritten
	NeverGuests GuestFields // the same of a guest
	// Customers finds the customers that cells name, 0 for an empty one and where problem says why there is none.
	Customers func(cells []string) (ids []int64, problem func(cell string) string, err error)
}

// ImportEvents writes the events of a file and is idempotent: a row is the event with its code, and a later row of the same
// code changes the earlier one. Rows it refuses are reported and left out.
func ImportEvents(tx *book.Tx, batches iter.Seq[[]EventRow], o EventImport, report func(Problem)) (tally Tally, err error) {
	state := map[string]*Event{}
	for e, err := range Events(tx.View, EventOptions{AsOf: endOfDays, All: true}) {
		if err != nil {
			return tally, err
		}
		state[e.Code] = &e
	}
	courses := map[string]int64{}
	list, err := Courses(tx.View, tx.Today())
	if err != nil {
		return tally, err
	}
	for _, c := range list {
		courses[c.Code] = c.ID
	}
	for rows := range batches {
		for i := range rows {
			r := &rows[i]
			if r.Bad {
				continue
			}
			old := state[r.Code]
			e, f, reason := r.over(tx.View, old, courses, &o)
			if reason != "" {
				report(Problem{Line: r.Line, Field: f.name(), Reason: reason})
				continue
			}
			if err := writeEvent(tx, old, e, &tally); err != nil {
				return tally, err
			}
			state[e.Code] = e
		}
		if err := tx.Context().Err(); err != nil {
			return tally, err
		}
	}
	return tally, nil
}

// over is the event that a row makes of one in the book, nil for none, or why it makes none.
func (r *EventRow) over(v *book.View, old *Event, courses map[string]int64, o *EventImport) (e *Event, f EventFields, reason string) {
	has := r.Has
	switch {
	case old != nil && o.Mode == CreateOnly:
		return nil, EventCode, "the book has this event already (--mode create)"
	case old == nil && o.Mode == UpdateOnly:
		return nil, EventCode, "the book has no such event (--mode update)"
	case old == nil:
		old = &Event{}
	default:
		has &^= o.Never
	}
	if has&EventCourse != 0 && r.CourseCode != "" {
		if r.Course = courses[r.CourseCode]; r.Course == 0 {
			return nil, EventCourse, "there is no such course; it is made by: perla training add " + shellWord(r.CourseCode)
		}
	}
	e = &Event{}
	*e = *old
	e.take(&r.Event, has)
	if f, reason = e.settle(v, old); reason == "" && old.ID != 0 {
		f, reason = e.contradicted(v, old)
	}
	return e, f, reason
}

// writeEvent writes an event in place of an old one, nil for none, and counts what that was.
func writeEvent(tx *book.Tx, old, e *Event, tally *Tally) error {
	if old == nil {
		tally.Created++
		return insertEvent(tx, e)
	}
	changed, err := updateEvent(tx, old, e)
	if changed {
		tally.Updated++
	} else {
		tally.Unchanged++
	}
	return err
}
