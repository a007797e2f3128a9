package contacts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Cadence is how often somebody is to be spoken to: Every so many days, and Within so many at the latest. 0 is not said;
// where only the latest day is, it is also the day to aim for.
type Cadence struct{ Every, Within int64 }

// NextContact is when somebody is to be spoken to next, as seen from some day.
type NextContact struct {
	On      dates.Date // 0: never, for want of a cadence
	Overdue int64      // days since then; 0 when it is still to come, or today
	Late    bool       // the latest day has gone by, too
}

// Next counts from the last contact up to asOf, or for who was never spoken to (0) from the day she was created on.
func (c Cadence) Next(last, created, asOf dates.Date) NextContact {
	from := last
	if from.IsZero() {
		from = created
	}
	every := cmp.Or(c.Every, c.Within)
	if every == 0 {
		return NextContact{}
	}
	next := NextContact{On: after(from, every)}
	if !next.On.IsZero() {
		next.Overdue = max(0, int64(asOf-next.On))
	}
	if latest := after(from, c.Within); c.Within > 0 && !latest.IsZero() {
		next.Late = asOf > latest
	}
	return next
}

// after is the day n days after another; 0 beyond the calendar.
func after(day dates.Date, n int64) dates.Date {
	const beyond = 1 << 23 // more days than the calendar has
	return day.AddDays(int(min(n, beyond)))
}

// DueContact is a customer with a cadence of her own and when she is to be spoken to.
type DueContact struct {
	CustomerID       int64
	Ref              string
	Name             string
	PreferredChannel string
	LastContact      dates.Date // that reached her; 0 for none
	NextContact
}

// DueContacts are the active customers with a cadence of their own who are to be spoken to up to a day, as seen from
// another one: the longest overdue first.
func DueContacts(v *book.View, asOf, until dates.Date) ([]DueContact, error) {
	all, err := nextContacts(v, asOf, `(c.archived_on IS NULL OR c.archived_on > ?)`, asOf.String())
	due := slices.DeleteFunc(all, func(d DueContact) bool {
		return d.On.IsZero() || d.On > until
	})
	slices.SortFunc(due, func(a, b DueContact) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return due, err
}

// NextContactOf is when one customer is to be spoken to; ok is false when she has no cadence of her own.
func NextContactOf(v *book.View, customer int64, asOf dates.Date) (due DueContact, ok bool, err error) {
	found, err := nextContacts(v, asOf, `c.id = ?`, customer)
	if len(found) == 0 {
		return due, false, err
	}
	return found[0], true, err
}

// nextContacts works out the next contact of the customers with a cadence whom a condition chooses. One who was created
// after the day, and not spoken to before, is not known yet.
func nextContacts(v *book.View, asOf dates.Date, where string, args ...any) ([]DueContact, error) {
	var list []DueContact
	day := asOf.String()
	err := v.Each(func(row book.Row) error {
		created, _ := dates.ParseISO(row.Text(5)) // perla check proves the days of the book
		last, _ := dates.ParseISO(row.Text(6))
		if last.IsZero() && created > asOf {
			return nil
		}
		d := DueContact{CustomerID: row.Int(0), Ref: strings.Clone(row.Text(1)), Name: strings.Clone(row.Text(2)),
			PreferredChannel: strings.Clone(row.Text(7)), LastContact: last}
		d.NextContact = Cadence{Every: row.Int(3), Within: row.Int(4)}.Next(last, created, asOf)
		list = append(list, d)
		return nil
	}, `c.id, c.ref, c.name, c.contact_every, c.contact_within, c.created_on,
		(SELECT i.happened_on FROM interactions i WHERE i.customer_id = c.id AND i.reached = 1 AND i.happened_on <= ? ORDER BY i.happened_on DESC LIMIT 1),
		c.preferred_channel`,
		`customers c WHERE (c.contact_every IS NOT NULL OR c.contact_within IS NOT NULL) AND `+where, append([]any{day}, args...)...)
	return list, err
}
