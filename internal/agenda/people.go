package agenda

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// Person is whom a line is about.
type Person struct {
	ID          int64 // of the customer; 0 for a consultant, and for nobody
	Ref         string
	Name        string
	Language    string // she is written to in; may be empty
	Phone       string // E.164, else as written; may be empty
	Email       string
	LastContact dates.Date // the last time she was reached up to the day; 0 for never

	stage    string
	birthday string // MM-DD, or "" for unknown
	year     int    // of her birth; 0 when nobody knows
	cadence  contacts.Cadence
	created  dates.Date
}

// everybody reads who may be spoken to: customers not archived on the day, whom the query chooses.
func (a *Agenda) everybody() (map[int64]*Person, error) {
	if a.people != nil {
		return a.people, nil
	}
	day := a.query.AsOf.String()
	where, args := `c.erased_on IS NULL AND (c.archived_on IS NULL OR c.archived_on > ?)`, []any{day}
	switch {
	case a.query.Consultant != 0 && a.query.AsOf >= a.view.Today():
		where, args = where+` AND c.consultant_id = ?`, append(args, a.query.Consultant)
	case a.query.Consultant != 0:
		where += ` AND (SELECT h.consultant_id FROM customer_consultants h WHERE h.customer_id = c.id AND h.since_on <= ? ORDER BY h.since_on DESC LIMIT 1) = ?`
		args = append(args, day, a.query.Consultant)
	}
	if a.query.Filter.SQL != "" {
		where, args = where+` AND (`+a.query.Filter.SQL+`)`, append(args, a.query.Filter.Args...)
	}
	people, words := map[int64]*Person{}, names{}
	err := a.view.Each(func(r book.Row) error {
		p := &Person{ID: r.Int(0), Ref: strings.Clone(r.Text(1)), Name: strings.Clone(r.Text(2)), Language: words.of(r.Text(3)), Phone: strings.Clone(r.Text(4)),
			Email: strings.Clone(r.Text(5)), stage: words.of(r.Text(10)), cadence: contacts.Cadence{Every: r.Int(7), Within: r.Int(8)}}
		p.created, _ = dates.ParseISO(r.Text(9)) // perla check proves the days of the book
		p.bornOn(r.Text(6))
		people[p.ID] = p
		return nil
	}, `c.id, c.ref, c.name, c.language, coalesce(c.phone_e164, c.phone), c.email, c.birthday, c.contact_every, c.contact_within, c.created_on, c.stage`,
		`customers c WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	err = a.view.Each(func(r book.Row) error {
		if p := people[r.Int(0)]; p != nil {
			p.LastContact, _ = dates.ParseISO(r.Text(1))
		}
		return nil
	}, `customer_id, last_on`, `(SELECT customer_id, max(happened_on) AS last_on FROM interactions WHERE reached = 1 AND happened_on <= ? GROUP BY customer_id)`, day)
	a.people = people
	return people, err
}

// names keeps one copy of texts that come again and again.
type names map[string]string

func (n names) of(text string) string {
	kept, known := n[text]
	if !known {
		kept = strings.Clone(text)
		n[kept] = kept
	}
	return kept
}

// spokenTo says whether she was reached so lately that an offer can wait.
func (a *Agenda) spokenTo(p *Person) bool {
	return !p.LastContact.IsZero() && a.query.AsOf < p.LastContact.AddDays(a.rules.SpokenTo)
}
