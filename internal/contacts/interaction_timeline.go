package contacts

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Moment is something dated about a customer, a line of her timeline.
type Moment struct {
	On   dates.Date
	Kind string // "interaction", "task" on the day it was set, "task done"
	ID   int64  // of the interaction or task
	Text string // what it was, in a line
}

// Conversation yields what was said to a customer, and what was set and done for her, up to a day, the newest first.
func Conversation(v *book.View, customer int64, asOf dates.Date) iter.Seq2[Moment, error] {
	id, day := customer, asOf.String()
	return book.Stream(v, func(row book.Row) Moment {
		m := Moment{Kind: strings.Clone(row.Text(1)), ID: row.Int(2)}
		m.On, _ = dates.ParseISO(row.Text(0)) // perla check proves the days of the book
		line := row.Text(3)
		for _, more := range [][2]string{{": ", row.Text(4)}, {"; ", row.Text(5)}} {
			switch {
			case more[1] == "":
			case line == "":
				line = more[1]
			default:
				line += more[0] + more[1]
			}
		}
		m.Text = strings.Clone(line)
		return m
	}, `day, noun, id, head, said, outcome`, `(
		SELECT happened_on AS day, 'interaction' AS noun, id, channel || ' ' || direction || iif(kind = 'contact', '', ', ' || kind)
			|| iif(reached, '', ', no answer') AS head, summary AS said, outcome
		FROM interactions WHERE customer_id = ? AND happened_on <= ?
		UNION ALL SELECT created_on, 'task', id, '', what, 'due ' || due_on FROM tasks WHERE customer_id = ? AND created_on <= ?
		UNION ALL SELECT done_on, 'task done', id, '', what, outcome FROM tasks WHERE customer_id = ? AND done_on <= ?
		ORDER BY day DESC, noun DESC, id DESC LIMIT -1)`, id, day, id, day, id, day)
}
