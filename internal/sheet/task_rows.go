package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// TaskRows are the columns of a file of tasks, in and out: links by their keys. Their places are the bits of
// contacts.TaskFields.
var TaskRows = lift([]Column[contacts.Task]{
	taskText("customer", func(t *contacts.Task) *string { return &t.Customer.Key }, "customer_id", "client", "cliente", "clienta"),
	taskText("consultant", func(t *contacts.Task) *string { return &t.Consultant.Key }, "consultora"),
	taskText("what", func(t *contacts.Task) *string { return &t.What }, "task", "subject", "todo", "tarea", "asunto", "tarefa", "tâche"),
	taskDay("due_on", func(t *contacts.Task) *dates.Date { return &t.DueOn }, "due", "due_date", "deadline", "vence", "vencimiento", "vencimento", "échéance"),
	{Name: "every", Get: func(t *contacts.Task) Value { return Text(t.Every.String()) }, Set: func(t *contacts.Task, c *Cell) (err error) {
		if t.Every = (contacts.Recurrence{}); c.Text != "" {
			t.Every, err = contacts.ParseRecurrence(c.Text)
		}
		return err
	}},
	taskDay("first_due_on", func(t *contacts.Task) *dates.Date { return &t.FirstDueOn }),
	taskDay("created_on", func(t *contacts.Task) *dates.Date { return &t.CreatedOn }, "created", "created_at"),
	taskDay("done_on", func(t *contacts.Task) *dates.Date { return &t.DoneOn }, "done", "completed_on", "completed_at"),
	taskText("outcome", func(t *contacts.Task) *string { return &t.Outcome }, "result", "resultado", "résultat"),
	taskText("handler", func(t *contacts.Task) *string { return &t.Handler.Key }, "assigned_to", "owner", "responsable", "responsável"),
}, func(r *contacts.TaskRow) *contacts.Task { return &r.Task })

// TaskInput is TaskRows for an import: a file must say what is to be done.
func TaskInput() []Column[contacts.TaskRow] {
	columns := slices.Clone(TaskRows)
	for i := range columns {
		columns[i].Required = columns[i].Name == "what"
	}
	return columns
}

func taskText(name string, at func(*contacts.Task) *string, also ...string) Column[contacts.Task] {
	return Column[contacts.Task]{Name: name, Also: also,
		Get: func(t *contacts.Task) Value { return Text(*at(t)) },
		Set: func(t *contacts.Task, c *Cell) error {
			*at(t) = c.Text
			return nil
		}}
}

func taskDay(name string, at func(*contacts.Task) *dates.Date, also ...string) Column[contacts.Task] {
	return Column[contacts.Task]{Name: name, Kind: DateKind, Also: also,
		Get: func(t *contacts.Task) Value { return Date(*at(t)) },
		Set: func(t *contacts.Task, c *Cell) (err error) {
			if *at(t) = 0; c.Text != "" {
				*at(t), err = c.Date()
			}
			return err
		}}
}
