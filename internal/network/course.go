package network

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Course is what is taught at sessions, which are events of the kind training.
type Course struct {
	ID       int64
	Code     string
	Name     string
	Notes    string
	Sessions int64    // that were not cancelled, whenever they are
	Attended int64    // consultants who have been at one
	Levels   []string // codes of the levels that ask for it
}

// Courses are all courses by code, with who has been and which levels ask for them on a day.
func Courses(v *book.View, day dates.Date) ([]Course, error) { return readCourses(v, day, `true`) }

// GetCourse is the course with an id, as of a day.
func GetCourse(v *book.View, id int64, day dates.Date) (Course, error) {
	list, err := readCourses(v, day, `c.id = ?`, id)
	if err != nil || len(list) == 0 {
		return Course{}, err
	}
	return list[0], nil
}

// FindCourse is the one course a selector names: by code, id:42, name, or beginnings of the words of these.
func FindCourse(v *book.View, selector string, day dates.Date) (Course, error) {
	id, err := findCoded(v, "course", "training", selector)
	if err != nil {
		return Course{}, err
	}
	return GetCourse(v, id, day)
}

func readCourses(v *book.View, day dates.Date, where string, args ...any) ([]Course, error) {
	on := "'" + day.String() + "'"
	return book.All(v, func(row book.Scanner) (c Course, err error) {
		var levels string
		err = row.Scan(&c.ID, &c.Code, &c.Name, &c.Notes, &c.Sessions, &c.Attended, &levels)
		if levels != "" {
			c.Levels = strings.Split(levels, "\n")
		}
		return c, err
	}, `SELECT c.id, c.code, c.name, ifnull(c.notes, ''),
		(SELECT count(*) FROM events e WHERE e.course_id = c.id AND (e.cancelled_on IS NULL OR e.cancelled_on > `+on+`)),
		(SELECT count(DISTINCT g.consultant_id) FROM events e JOIN event_guests g ON g.event_id = e.id WHERE e.course_id = c.id AND g.attended_on <= `+on+`),
		ifnull((SELECT group_concat(l.code, char(10) ORDER BY l.rank, l.id) FROM levels l WHERE l.course_id = c.id
			AND (l.from_on IS NULL OR l.from_on <= `+on+`) AND (l.until_on IS NULL OR l.until_on >= `+on+`)), '')
		FROM courses c WHERE `+where+` ORDER BY c.code`, args...)
}

// CourseChange is what a command makes of a course; nil leaves a field as it is.
type CourseChange struct{ Code, Name, Notes *string }

// take makes the change of a course, by the rules of its fields.
func (ch *CourseChange) take(c *Course) error {
	for _, f := range []struct {
		name  string
		given *string
		rule  func(string) (string, error)
		to    *string
	}{{"code", ch.Code, parseRef, &c.Code}, {"name", ch.Name, parseName, &c.Name}, {"notes", ch.Notes, cleanText, &c.Notes}} {
		if f.given == nil {
			continue
		}
		var err error
		if *f.to, err = f.rule(*f.given); err != nil {
			return &fault.Error{Kind: fault.Usage, Noun: "course", Key: *f.given, Field: f.name, Err: err}
		}
	}
	return nil
}

// AddCourse writes a new course, which without a name is called by its code. A code that another has is a fault.Conflict.
func AddCourse(tx *book.Tx, ch CourseChange) (c Course, err error) {
	if err = ch.take(&c); err != nil {
		return c, err
	}
	if c.Name == "" {
		c.Name = c.Code
	}
	if err = freeCode(tx.View, "course", "training", c.Code, 0); err != nil {
		return c, err
	}
	c.ID, err = tx.Insert(`INSERT INTO courses (code, name, notes) VALUES (?, ?, ?)`, c.Code, c.Name, orNull(c.Notes))
	return c, err
}

// EditCourse changes the course with an id and gives it as it then is. What is the same already is not written.
func EditCourse(tx *book.Tx, id int64, ch CourseChange) (Course, error) {
	old, err := GetCourse(tx.View, id, tx.Today())
	if err != nil {
		return old, err
	}
	c := old
	if err := ch.take(&c); err != nil {
		return c, err
	}
	if err := freeCode(tx.View, "course", "training", c.Code, id); err != nil {
		return c, err
	}
	if c.Code != old.Code || c.Name != old.Name || c.Notes != old.Notes {
		_, err = tx.Exec(`UPDATE courses SET code = ?, name = ?, notes = ? WHERE id = ?`, c.Code, c.Name, orNull(c.Notes), id)
	}
	return c, err
}

// RemoveCourse removes a course. One that has sessions, or that a level asks for or ever did, is a fault.Conflict.
func RemoveCourse(tx *book.Tx, id int64) (Course, error) {
	c, err := GetCourse(tx.View, id, tx.Today())
	if err != nil {
		return c, err
	}
	refuse := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "course", Key: c.Code, Reason: reason, Hint: hint}
	}
	session, found, err := book.One(tx.View, book.Scalar[string], `SELECT code FROM events WHERE course_id = ? ORDER BY held_on, id LIMIT 1`, id)
	if err != nil {
		return c, err
	}
	if found {
		return c, refuse("it has a session, "+session, "sessions that were never held can be removed: perla event remove "+shellWord(session))
	}
	level, found, err := book.One(tx.View, book.Scalar[string], `SELECT code FROM levels WHERE course_id = ? ORDER BY rank, id LIMIT 1`, id)
	if err != nil {
		return c, err
	}
	if found {
		return c, refuse("the level "+level+" asks for it, or did", "")
	}
	_, err = tx.Exec(`DELETE FROM courses WHERE id = ?`, id)
	return c, err
}

// Trained is a consultant, and when she was first at a course; 0 for never.
type Trained struct {
	Consultant int64
	Ref, Name  string
	Course     string
	AttendedOn dates.Date
}

// TrainedFor lists the consultants, by ref, with when each was first at the course that a level asks for in the period of a day, as known on that day. Those
// who have left or are archived are left out. A level that asks for none is a fault.NotFound.
func TrainedFor(v *book.View, level string, day dates.Date) ([]Trained, error) {
	course, err := requiredCourse(v, level, day)
	if err != nil {
		return nil, err
	}
	on := "'" + day.String() + "'"
	return book.All(v, func(row book.Scanner) (t Trained, err error) {
		var first string
		err = row.Scan(&t.Consultant, &t.Ref, &t.Name, &t.Course, &first)
		t.AttendedOn, _ = dates.ParseISO(first) // perla check proves the days of the book
		return t, err
	}, `SELECT k.id, k.ref, k.name, c.code, ifnull((SELECT min(g.attended_on) FROM event_guests g JOIN events e ON e.id = g.event_id
			WHERE g.consultant_id = k.id AND e.course_id = c.id AND g.attended_on <= `+on+`), '')
		FROM `+asOfDay(day)+` k, courses c WHERE c.id = ? AND k.status <> 'left' AND k.archived_on IS NULL AND ifnull(k.joined_on, '') <= `+on+` ORDER BY k.ref`, course)
}

// requiredCourse is the course that a level, named by code or name, asks for in the period of a day.
func requiredCourse(v *book.View, level string, day dates.Date) (int64, error) {
	calendar, err := ReadCalendar(v)
	if err != nil {
		return 0, err
	}
	p := calendar.At(day)
	terms, err := ReadTerms(v, p)
	if err != nil {
		return 0, err
	}
	var codes []string
	wanted := book.Fold(level)
	for _, l := range terms.Levels {
		if codes = append(codes, l.Code); book.Fold(l.Code) != wanted && book.Fold(l.Name) != wanted {
			continue
		}
		if l.Course == 0 {
			return 0, &fault.Error{Kind: fault.NotFound, Noun: "level", Key: l.Code, Reason: "it asks for no course in " + p.Code,
				Hint: "let it ask for one: perla consultant set " + shellWord("level."+l.Code+".course=CODE")}
		}
		return l.Course, nil
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "level", Key: level, Reason: "there is no such level in " + p.Code, Hint: "list them with: perla consultant terms"}
	if near := fault.Nearest(wanted, codes); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return 0, e
}
