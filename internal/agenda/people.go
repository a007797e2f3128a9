package agenda

import (
	"slices"

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

	lost     bool   // given up
	birthday string // 1984-02-29 or --02-29, or "" for unknown
	cadence  contacts.Cadence
	created  dates.Date
}

// people are who may be spoken to, by id, and what they asked about of late.
type people struct {
	roster[Person]
	asked []question
}

// question is a product that somebody asked about, and when.
type question struct {
	customer, product int64
	on                dates.Date
}

const (
	personColumns = "ref,name,language,phone_e164,phone,email,birthday,stage,contact_every,contact_within,created_on,archived_on,erased_on"
	spokenColumns = "customer_id,happened_on,reached,kind,product_id"
)

const (
	personRef = iota
	personName
	personLanguage
	personE164
	personPhone
	personEmail
	personBirthday
	personStage
	personEvery
	personWithin
	personCreated
	personArchived
	personErased
)

// everybody reads who may be spoken to: customers not archived on the day, whom the query chooses.
func (a *Agenda) everybody() (*people, error) {
	if a.people != nil {
		return a.people, nil
	}
	chosen, all, err := a.chosen()
	if err != nil {
		return nil, err
	}
	room, err := rowsOf(a.view, "customers")
	if err != nil {
		return nil, err
	}
	var p *people
	var texts textPool
	const fields = 6 // texts of a person
	day := a.query.AsOf.String()
	err = walk(a.view, "customers", personColumns, "id", func(id int64, r cells) error {
		gone := !r.Null(personErased) || !r.Null(personArchived) && string(r.Text(personArchived)) <= day
		if _, is := slices.BinarySearch(chosen, id); gone || !all && !is {
			return nil
		}
		p.add(id, Person{ID: id, lost: string(r.Text(personStage)) == "lost", created: dayIn(r, personCreated),
			cadence: contacts.Cadence{Every: r.Int(personEvery), Within: r.Int(personWithin)}})
		phone := personE164
		if r.Null(phone) {
			phone = personPhone
		}
		for _, column := range [fields]int{personRef, personName, personLanguage, phone, personEmail, personBirthday} {
			texts.add(r.Text(column))
		}
		return nil
	}, func() {
		p = &people{roster: *newRoster[Person](room)}
		texts = textPool{make([]byte, 0, 64*room), make([]int32, 0, fields*room)}
	})
	if err != nil {
		return nil, err
	}
	text := texts.taker()
	for i := range p.list {
		for _, field := range [fields]*string{&p.list[i].Ref, &p.list[i].Name, &p.list[i].Language, &p.list[i].Phone, &p.list[i].Email, &p.list[i].birthday} {
			*field = text()
		}
	}
	a.people = p
	return p, a.readSpoken(p)
}

// chosen are the customers the query asks about, by id; all is true when it asks about everybody.
func (a *Agenda) chosen() (ids []int64, all bool, err error) {
	if !a.partial() {
		return nil, true, nil
	}
	where, args := `1`, []any{}
	switch {
	case a.query.Consultant != 0 && a.query.AsOf >= a.view.Today():
		where, args = `c.consultant_id = ?`, append(args, a.query.Consultant)
	case a.query.Consultant != 0:
		where = `(SELECT h.consultant_id FROM customer_consultants h WHERE h.customer_id = c.id AND h.since_on <= ? ORDER BY h.since_on DESC LIMIT 1) = ?`
		args = append(args, a.query.AsOf.String(), a.query.Consultant)
	}
	if a.query.Filter.SQL != "" {
		where, args = where+` AND (`+a.query.Filter.SQL+`)`, append(args, a.query.Filter.Args...)
	}
	ids, err = book.All(a.view, book.Scalar[int64], `SELECT c.id FROM customers c WHERE `+where+` ORDER BY c.id`, args...)
	return ids, false, err
}

// readSpoken reads when they were last reached, and what they asked about while it is remembered.
func (a *Agenda) readSpoken(p *people) error {
	from := a.query.AsOf.AddDays(-a.rules.InterestOpen)
	return walk(a.view, "interactions", spokenColumns, "id", func(_ int64, r cells) error {
		who := p.of(r.Int(0))
		if who == nil {
			return nil
		}
		on := dayIn(r, 1)
		if on > a.query.AsOf {
			return nil
		}
		if r.Int(2) == 1 {
			who.LastContact = max(who.LastContact, on)
		}
		if on >= from && !r.Null(4) && string(r.Text(3)) == "interest" {
			p.asked = append(p.asked, question{r.Int(0), r.Int(4), on})
		}
		return nil
	}, func() { p.asked = nil })
}

// textPool keeps many short texts as one.
type textPool struct {
	all  []byte
	ends []int32
}

func (t *textPool) add(text []byte) {
	t.all = append(t.all, text...)
	t.ends = append(t.ends, int32(len(t.all)))
}

// taker gives the texts back in their order.
func (t *textPool) taker() func() string {
	all, start, next := string(t.all), int32(0), 0
	return func() string {
		text := all[start:t.ends[next]]
		start = t.ends[next]
		next++
		return text
	}
}

// spokenTo says whether she was reached so lately that an offer can wait.
func (a *Agenda) spokenTo(p *Person) bool {
	return !p.LastContact.IsZero() && a.query.AsOf < p.LastContact.AddDays(a.rules.SpokenTo)
}
