package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/network"
)

// Courses are the columns of a list of courses.
var Courses = []Column[network.Course]{
	{Name: "id", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.ID) }},
	{Name: "code", Get: func(c *network.Course) Value { return Text(c.Code) }},
	{Name: "name", Get: func(c *network.Course) Value { return Text(c.Name) }},
	{Name: "levels", Get: func(c *network.Course) Value { return Text(strings.Join(c.Levels, ", ")) }},
	{Name: "sessions", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.Sessions) }},
	{Name: "attended", Kind: IntKind, Get: func(c *network.Course) Value { return Int(c.Attended) }},
	{Name: "notes", Wide: true, Get: func(c *network.Course) Value { return Text(c.Notes) }},
}

// Trained are the columns of who was at the course that a level asks for.
var Trained = []Column[network.Trained]{
	{Name: "id", Kind: IntKind, Get: func(t *network.Trained) Value { return Int(t.Consultant) }},
	{Name: "ref", Get: func(t *network.Trained) Value { return Text(t.Ref) }},
	{Name: "name", Get: func(t *network.Trained) Value { return Text(t.Name) }},
	{Name: "course", Get: func(t *network.Trained) Value { return Text(t.Course) }},
	{Name: "attended_on", Kind: DateKind, Get: func(t *network.Trained) Value { return Date(t.AttendedOn) }},
}
