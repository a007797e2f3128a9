package sheet

import (
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// Tasks are the columns of a list of tasks as of a day; of open ones, tables need not show when they were done.
func Tasks(asOf dates.Date, state contacts.TaskState) []Column[contacts.Task] {
	return keeping([]Column[contacts.Task]{
		{Name: "id", Kind: IntKind, Get: func(t *contacts.Task) Value { return Int(t.ID) }},
		{Name: "due_on", Kind: DateKind, Get: func(t *contacts.Task) Value { return Date(t.DueOn) }},
		{Name: "overdue_days", Kind: IntKind, Get: func(t *contacts.Task) Value {
			days, open := t.Overdue(asOf)
			if !open {
				return Value{}
			}
			return Int(days)
		}},
		{Name: "person", Get: func(t *contacts.Task) Value { return Text(t.Person()) }},
		{Name: "what", Get: func(t *contacts.Task) Value { return Text(t.What) }},
		{Name: "handler", Get: func(t *contacts.Task) Value { return Text(t.Handler.Name) }},
		{Name: "every", Get: func(t *contacts.Task) Value { return Text(t.Every.String()) }},
		{Name: "done_on", Kind: DateKind, Wide: state == contacts.OpenTask, Get: func(t *contacts.Task) Value { return Date(t.DoneOn) }},
		{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(t *contacts.Task) Value { return idOrNothing(t.Customer.ID) }},
		{Name: "consultant", Wide: true, Get: func(t *contacts.Task) Value { return Text(t.Consultant.Key) }},
		{Name: "created_on", Kind: DateKind, Wide: true, Get: func(t *contacts.Task) Value { return Date(t.CreatedOn) }},
		{Name: "outcome", Wide: true, Get: func(t *contacts.Task) Value { return Text(t.Outcome) }},
		{Name: "interaction_id", Kind: IntKind, Wide: true, Get: func(t *contacts.Task) Value { return idOrNothing(t.Interaction) }},
		{Name: "case_id", Kind: IntKind, Wide: true, Get: func(t *contacts.Task) Value { return idOrNothing(t.Case) }},
	}, "id", "what", "due_on", "person", "overdue_days", "handler", "every")
}
