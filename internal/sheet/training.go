package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/network"
)

// Courses are the columns of a list of courses.
var Courses = keeping([]Column[network.Course]{
	{Name: "id", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.ID) }},
	{Name: "code", Get: func(c *network.Course) Value { return Text(c.Code) }},
	{Name: "name", Get: func(c *network.Course) Value { return Text(c.Name) }},
	{Name: "levels", Get: func(c *network.Course) Value { return Text(strings.Join(c.Levels, ", ")) }},
	{Name: "sessions", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.Sessions) }},
	{Name: "attended", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.Attended) }},
	{Name: "notes", Wide: true, Get: func(c *network.Course) Value { return Text(c.Notes) }},
}, "code", "name", "attended", "levels", "sessions")

// Trained are the columns of who was at the course that a level asks for.
var Trained = keeping([]Column[network.Trained]{
	{Name: "id", Kind: IntKind, Get: func(t *network.Trained) Value { return Int(t.Consultant) }},
	{Name: "ref", Get: func(t *network.Trained) Value { return Text(t.Ref) }},
	{Name: "name", Get: func(t *network.Trained) Value { return Text(t.Name) }},
	{Name: "course", Get: func(t *network.Trained) Value { return Text(t.Course) }},
	{Name: "attended_on", Kind: DateKind, Get: func(t *network.Trained) Value { return Date(t.AttendedOn) }},
}, "name", "course", "attended_on")

// CourseRows are the columns of a file of courses, in and out.
var CourseRows = []Column[network.CourseRow]{
	{Name: "code", Required: true, Also: []string{"course", "course code", "course id", "código", "curso", "código del curso", "código do curso", "cours", "code du cours"},
		Get: func(r *network.CourseRow) Value { return Text(r.Code) }, Set: setText(func(r *network.CourseRow) *string { return &r.Code })},
	{Name: "name", Also: []string{"title", "course name", "nombre", "título", "nome", "nom", "titre", "intitulé"},
		Get: func(r *network.CourseRow) Value { return Text(r.Name) }, Set: setText(func(r *network.CourseRow) *string { return &r.Name })},
	{Name: "notes", Also: []string{"note", "description", "comments", "notas", "descripción", "observaciones", "descrição", "observações", "remarques"},
		Get: func(r *network.CourseRow) Value { return Text(r.Notes) }, Set: func(r *network.CourseRow, c *Cell) error {
			r.Notes, r.ErasesNotes = c.Text, c.Text == ""
			return nil
		}},
}

// CourseInput are the columns that an import of courses reads: CourseRows, and what a list has beside them, which is
// passed over.
var CourseInput = append(CourseRows[:len(CourseRows):len(CourseRows)], Column[network.CourseRow]{Name: "id"}, Column[network.CourseRow]{Name: "levels"},
	Column[network.CourseRow]{Name: "sessions"}, Column[network.CourseRow]{Name: "attended"})

// AttendanceRows are the columns of an attendance file, in and out.
var AttendanceRows = []Column[network.AttendanceRow]{
	{Name: "session", Also: []string{"event", "session code", "sesión", "sessão", "evento", "séance"},
		Get: func(r *network.AttendanceRow) Value { return Text(r.Session) }, Set: setText(func(r *network.AttendanceRow) *string { return &r.Session })},
	{Name: "course", Also: []string{"course code", "training", "curso", "formación", "formação", "cours", "formation"},
		Get: func(r *network.AttendanceRow) Value { return Text(r.Course) }, Set: setText(func(r *network.AttendanceRow) *string { return &r.Course })},
	{Name: "held_on", Kind: DateKind, Also: []string{"date", "day", "session date", "fecha", "día", "data", "dia", "jour"},
		Get: func(r *network.AttendanceRow) Value { return Date(r.HeldOn) }, Set: setDay(func(r *network.AttendanceRow) *dates.Date { return &r.HeldOn })},
	{Name: "consultant", Required: true, Also: []string{"consultant ref", "attendee", "consultora", "consultor", "asistente", "participante", "conseillère", "conseiller"},
		Get: func(r *network.AttendanceRow) Value { return Text(r.Consultant) }, Set: setText(func(r *network.AttendanceRow) *string { return &r.Consultant })},
	{Name: "attended_on", Kind: DateKind, Also: guestSynonyms["attended_on"],
		Get: func(r *network.AttendanceRow) Value { return Date(r.AttendedOn) }, Set: setDay(func(r *network.AttendanceRow) *dates.Date { return &r.AttendedOn })},
}

func setText[T any](of func(*T) *string) func(*T, *Cell) error {
	return func(r *T, c *Cell) error {
		*of(r) = c.Text
		return nil
	}
}

func setDay[T any](of func(*T) *dates.Date) func(*T, *Cell) error {
	return func(r *T, c *Cell) (err error) {
		*of(r), err = cellDay(c)
		return err
	}
}
