package network

import (
	"errors"
	"fmt"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// CourseRow is one row of a file of courses. What it does not give is "", and left as it is.
type CourseRow struct {
	Code, Name, Notes string
	ErasesNotes       bool // notes are given, and empty
	Line              int  // of the file, for messages
	Bad               bool // a cell of it could not be read
}

// AttendanceRow is one row of an attendance file: a consultant who was at a session of a course.
type AttendanceRow struct {
	Session    string     // its code; "" for the one session of Course on HeldOn
	Course     string     // by code
	HeldOn     dates.Date // 0 for whenever the session is
	Consultant string     // by ref
	AttendedOn dates.Date // 0 for the day of the session
	Line       int
	Bad        bool
}

// TrainingImport are the options of ImportCourses and ImportAttendance.
type TrainingImport struct {
	Mode       Mode // what may be done
	NeverName  bool // the name of a course in the book is never overwritten
	NeverNotes bool
	NeverDay   bool // the day on which somebody in the book was there is never overwritten
}

// ImportCourses writes the courses of a file and is idempotent: a row is the course with its code. Rows it refuses are
// reported and left out.
func ImportCourses(tx *book.Tx, batches iter.Seq[[]CourseRow], o TrainingImport, report func(Problem)) (tally Tally, err error) {
	known := map[string]Course{}
	list, err := Courses(tx.View, tx.Today())
	if err != nil {
		return tally, err
	}
	for _, c := range list {
		known[c.Code] = c
	}
	for rows := range batches {
		for i := range rows {
			r := &rows[i]
			if r.Bad {
				continue
			}
			c, err := r.write(tx, known, &o, &tally)
			if problem, refused := asProblem(err, r.Line); refused {
				report(problem)
				continue
			} else if err != nil {
				return tally, err
			}
			known[r.Code] = c
		}
		if err := tx.Context().Err(); err != nil {
			return tally, err
		}
	}
	return tally, nil
}

// write makes or changes the course of a row.
func (r *CourseRow) write(tx *book.Tx, known map[string]Course, o *TrainingImport, tally *Tally) (Course, error) {
	old, there := known[r.Code]
	ch := CourseChange{Code: &r.Code}
	if r.Name != "" && !(there && o.NeverName) {
		ch.Name = &r.Name
	}
	if (r.Notes != "" || r.ErasesNotes) && !(there && o.NeverNotes) {
		ch.Notes = &r.Notes
	}
	refuse := func(reason string) (Course, error) {
		return old, &fault.Error{Kind: fault.Conflict, Field: "code", Reason: reason}
	}
	switch {
	case there && o.Mode == CreateOnly:
		return refuse("the book has this course already (--mode create)")
	case !there && o.Mode == UpdateOnly:
		return refuse("the book has no such course (--mode update)")
	case !there:
		c, err := AddCourse(tx, ch)
		if err == nil {
			tally.Created++
		}
		return c, err
	}
	c, err := EditCourse(tx, old.ID, ch)
	switch {
	case err != nil:
	case c.Name == old.Name && c.Notes == old.Notes:
		tally.Unchanged++
	default:
		tally.Updated++
	}
	return c, err
}

// asProblem makes what is wrong with a row of what a rule says of it; refused is false for what is no fault of the row.
func asProblem(err error, line int) (p Problem, refused bool) {
	var known *fault.Error
	if !errors.As(err, &known) || known.Kind != fault.Usage && known.Kind != fault.Conflict && known.Kind != fault.NotFound {
		return p, false
	}
	if p = (Problem{Line: line, Field: known.Field, Reason: known.Reason}); p.Reason == "" && known.Err != nil {
		p.Reason = known.Err.Error()
	}
	return p, true
}

// ImportAttendance writes who was at which session and is idempotent. A session that is not there is made where the file
// gives its course and its day. Rows it refuses are reported and left out.
func ImportAttendance(tx *book.Tx, batches iter.Seq[[]AttendanceRow], o TrainingImport, report func(Problem)) (Tally, error) {
	options := EventImport{Mode: o.Mode}
	if o.NeverDay {
		options.NeverGuests = GuestAttendedOn
	}
	im, err := newGuestImporter(tx, options, report)
	if err != nil {
		return im.tally, err
	}
	for rows := range batches {
		for i := range rows {
			r := &rows[i]
			if r.Bad {
				continue
			}
			err := im.attended(r)
			if problem, refused := asProblem(err, r.Line); refused {
				report(problem)
			} else if err != nil {
				return im.tally, err
			}
		}
		if err := im.flush(); err != nil {
			return im.tally, err
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	return im.tally, nil
}

// attended does what a row of an attendance file says.
func (im *guestImporter) attended(r *AttendanceRow) error {
	refuse := func(field, reason string) error {
		return &fault.Error{Kind: fault.Conflict, Field: field, Reason: reason}
	}
	consultant, known := im.consultants[r.Consultant]
	if !known {
		return refuse("consultant", "there is no such consultant")
	}
	if r.Session == "" {
		if err := im.nameSession(r); err != nil {
			return err
		}
	}
	list, err := im.list(r.Session)
	if err == nil && list == nil {
		if err = im.makeSession(r); err == nil {
			list, err = im.list(r.Session)
		}
	}
	switch {
	case err != nil:
		return err
	case list.Course == 0:
		return refuse("session", "is no session of a course but a "+list.Kind)
	case r.Course != "" && r.Course != list.CourseCode:
		return refuse("course", "session "+r.Session+" is one of course "+list.CourseCode)
	case r.HeldOn != 0 && r.HeldOn != list.HeldOn:
		return refuse("held_on", "session "+r.Session+" is held on "+list.HeldOn.String())
	}
	g := GuestRow{Guest: Guest{Person: Person{Consultant: true, ID: consultant}, AttendedOn: r.AttendedOn}, Has: GuestAttendedOn}
	if g.AttendedOn == 0 {
		g.AttendedOn = list.HeldOn
	}
	if f, reason := im.row(&g, list); reason != "" {
		field := f.Name()
		if f == GuestEvent {
			field = "consultant" // of --mode
		}
		return refuse(field, reason)
	}
	return nil
}

// nameSession finds the code of the session of a course on a day, or makes one for it.
func (im *guestImporter) nameSession(r *AttendanceRow) error {
	if r.Course == "" || r.HeldOn == 0 {
		return &fault.Error{Kind: fault.Usage, Field: "session", Reason: "needed is the code of a session, or its course and day"}
	}
	codes, err := book.All(im.tx.View, book.Scalar[string], `SELECT e.code FROM events e JOIN courses c ON c.id = e.course_id
		WHERE c.code = ? AND e.held_on = ? AND e.cancelled_on IS NULL ORDER BY e.code LIMIT 2`, r.Course, r.HeldOn.String())
	switch {
	case err != nil:
		return err
	case len(codes) > 1:
		return &fault.Error{Kind: fault.Conflict, Field: "session", Reason: "there are several that day, such as " + codes[0] + " and " + codes[1] + "; needed is the code of one"}
	case len(codes) == 1:
		r.Session = codes[0]
	default:
		r.Session = r.Course + "-" + r.HeldOn.String()
	}
	return nil
}

// makeSession writes the session that a row names and the book does not have.
func (im *guestImporter) makeSession(r *AttendanceRow) error {
	if r.Course == "" || r.HeldOn == 0 || im.options.Mode == UpdateOnly {
		return &fault.Error{Kind: fault.NotFound, Field: "session", Reason: "there is no such session; it is made where its course and day are given"}
	}
	switch {
	case r.HeldOn > im.tx.Today():
		return &fault.Error{Kind: fault.Usage, Field: "held_on", Reason: r.HeldOn.String() + " is in the future"}
	case r.AttendedOn != 0 && r.AttendedOn < r.HeldOn:
		return &fault.Error{Kind: fault.Usage, Field: "attended_on", Reason: fmt.Sprintf("%s is before the session is held, on %s", r.AttendedOn, r.HeldOn)}
	}
	course, found, err := book.One(im.tx.View, book.Scalar[int64], `SELECT id FROM courses WHERE code = ?`, r.Course)
	if err != nil {
		return err
	}
	if !found {
		return &fault.Error{Kind: fault.NotFound, Field: "course", Reason: "there is no such course; it is made by: perla training add " + shellWord(r.Course)}
	}
	_, err = AddEvent(im.tx, &EventChange{From: Event{Code: r.Session, Course: course, CourseCode: r.Course, HeldOn: r.HeldOn}, Given: EventCode | EventCourse | EventHeldOn})
	return err
}

// Attendance lists which consultants were at which sessions by a day, as rows of a file, session by session.
func Attendance(v *book.View, day dates.Date) ([]AttendanceRow, error) {
	return book.All(v, func(row book.Scanner) (r AttendanceRow, err error) {
		var held, attended string
		err = row.Scan(&r.Session, &r.Course, &held, &r.Consultant, &attended)
		r.HeldOn, _ = dates.ParseISO(held) // perla check proves the days of the book
		r.AttendedOn, _ = dates.ParseISO(attended)
		return r, err
	}, `SELECT e.code, c.code, e.held_on, k.ref, g.attended_on FROM event_guests g JOIN events e ON e.id = g.event_id JOIN courses c ON c.id = e.course_id
		JOIN consultants k ON k.id = g.consultant_id WHERE g.attended_on <= ? ORDER BY e.code, g.id`, day.String())
}
