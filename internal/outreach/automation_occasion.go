package outreach

import (
	"iter"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// OccasionQuery chooses occasions. The zero value of a field chooses all.
type OccasionQuery struct {
	Automation int64
	Customer   int64
	Since      dates.Date // noted on this day or later
	Silent     bool       // only those at which nothing was said
}

// Occasions yields what automations have noted, in that order.
func Occasions(v *book.View, q OccasionQuery) iter.Seq2[Occasion, error] {
	where, args := []string{"1"}, []any{}
	add := func(wanted bool, condition string, value any) {
		if wanted {
			where, args = append(where, condition), append(args, value)
		}
	}
	add(q.Automation != 0, `o.automation_id = ?`, q.Automation)
	add(q.Customer != 0, `o.customer_id = ?`, q.Customer)
	add(!q.Since.IsZero(), `o.noted_on >= ?`, q.Since.String())
	if q.Silent {
		where = append(where, `o.message_id IS NULL`)
	}
	return book.Query(v, scanOccasion, `SELECT o.id, a.id, a.code, c.id, c.name, o.occasion, o.due_on, o.noted_on, ifnull(o.message_id, 0), ifnull(o.reason, ''), a.channel,
		ifnull(m.address, ''), ifnull(m.send_after_at, ''), ifnull(m.subject, '') FROM automation_occasions o JOIN automations a ON a.id = o.automation_id
		JOIN customers c ON c.id = o.customer_id LEFT JOIN messages m ON m.id = o.message_id WHERE `+strings.Join(where, " AND ")+` ORDER BY o.id`, args...)
}

func scanOccasion(row book.Scanner) (o Occasion, err error) {
	var due, noted, after string
	err = row.Scan(&o.ID, &o.AutomationID, &o.Automation, &o.CustomerID, &o.Customer, &o.Key, &due, &noted, &o.MessageID, &o.Reason, &o.Channel, &o.Address, &after, &o.Subject)
	o.DueOn, _ = dates.ParseISO(due) // perla check proves the days of the book
	o.NotedOn, _ = dates.ParseISO(noted)
	o.SendAfter = instant(after)
	return o, err
}

// quietEnd is the instant at which the quiet hours, from HH:MM until HH:MM by the clock of now, are over; zero when now is
// not within them. The first minute is quiet, the last is not.
func quietEnd(from, until string, now time.Time) time.Time {
	clock := now.Format("15:04")
	if from == "" || from < until && (clock < from || clock >= until) || from > until && clock < from && clock >= until {
		return time.Time{}
	}
	end, err := time.Parse("15:04", until)
	if err != nil {
		return time.Time{}
	}
	y, m, d := now.Date()
	if clock >= until {
		d++
	}
	return time.Date(y, m, d, end.Hour(), end.Minute(), 0, 0, now.Location())
}

// quiet says whether an automation's messages have to wait just now: it is asked again at the moment they leave, for they
// may have been queued long before.
func quiet(v *book.View, automation int64) bool {
	if automation == 0 {
		return false
	}
	type hours struct{ from, until string }
	h, _, err := book.One(v, func(row book.Scanner) (h hours, err error) {
		err = row.Scan(&h.from, &h.until)
		return h, err
	}, `SELECT ifnull(quiet_from, ''), ifnull(quiet_until, '') FROM automations WHERE id = ?`, automation)
	return err != nil || !quietEnd(h.from, h.until, v.Now().In(v.Settings().Zone)).IsZero()
}

// AutomationChecks are the proofs about automations, for perla check.
func AutomationChecks() []book.Check {
	return []book.Check{
		{Name: "occasions have the messages of their automation", Query: `SELECT printf('occasion %d of automation %d has message %d, which is not its own', o.id, o.automation_id, m.id)
			FROM automation_occasions o JOIN messages m ON m.id = o.message_id WHERE m.automation_id IS NOT o.automation_id OR m.customer_id <> o.customer_id LIMIT 1`},
		{Name: "occasions say something or why not", Query: `SELECT printf('occasion %d says nothing and not why', o.id) FROM automation_occasions o
			WHERE (o.message_id IS NULL) = (o.reason IS NULL) LIMIT 1`},
	}
}
