package contacts

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// RefSource is the source of a ref when nothing else is said.
const RefSource = "csv"

// What a customer is read from, in the order of scanCustomer.
const (
	customerColumns = `c.id, c.ref, c.ref_source, c.name, c.kind, c.email, c.phone, c.phone_e164, c.birthday, c.city, c.country,
		c.sector, c.stage, c.source, c.language, c.preferred_channel,
		c.consultant_id, k.name, k.ref,
		c.company_id, f.name, coalesce(f.ref, f.email, f.name),
		c.referred_by_id, r.name, coalesce(r.ref, r.email, r.name),
		(SELECT group_concat(tag, ', ') FROM (SELECT tag FROM customer_tags t WHERE t.customer_id = c.id ORDER BY tag)),
		c.notes, c.created_on, c.archived_on`
	customerJoins = ` LEFT JOIN consultants k ON k.id = c.consultant_id
		LEFT JOIN customers f ON f.id = c.company_id LEFT JOIN customers r ON r.id = c.referred_by_id`
)

// scanCustomer reads the columns from place at on.
func scanCustomer(row book.Row, at int) Customer {
	next := at
	text := func() string {
		next++
		return strings.Clone(row.Text(next - 1))
	}
	link := func() Link {
		next += 3
		return Link{ID: row.Int(next - 3), Name: strings.Clone(row.Text(next - 2)), Key: strings.Clone(row.Text(next - 1))}
	}
	day := func() dates.Date {
		next++
		d, _ := dates.ParseISO(row.Text(next - 1)) // perla check proves the days of the book
		return d
	}
	c := Customer{ID: row.Int(at)}
	next++
	c.Ref, c.RefSource, c.Name, c.Kind, c.Email, c.Phone, c.E164 = text(), text(), text(), text(), text(), text(), text()
	c.Birthday, c.City, c.Country, c.Sector, c.Stage, c.Source = text(), text(), text(), text(), text(), text()
	c.Language, c.PreferredChannel = text(), text()
	c.Consultant, c.Company, c.ReferredBy = link(), link(), link()
	c.Tags, c.Notes, c.CreatedOn, c.ArchivedOn = text(), text(), day(), day()
	return c
}

// read yields the customers whose ids a query gives, in the order it gives them.
func read(v *book.View, ids string, args ...any) iter.Seq2[Customer, error] {
	return book.Stream(v, func(row book.Row) Customer { return scanCustomer(row, 0) },
		customerColumns, `(`+ids+`) AS picked CROSS JOIN customers c ON c.id = picked.id`+customerJoins, args...)
}

// readAll is read, collected.
func readAll(v *book.View, ids string, args ...any) ([]Customer, error) {
	var found []Customer
	for c, err := range read(v, ids, args...) {
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// Get is the customer with an id; a fault.NotFound when there is none.
func Get(v *book.View, id int64) (Customer, error) {
	found, err := readAll(v, `SELECT ? AS id`, id)
	if err == nil && len(found) == 0 {
		return Customer{}, &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: fmt.Sprint(id), Reason: "there is no such customer"}
	}
	if err != nil {
		return Customer{}, err
	}
	return found[0], nil
}

// stored are the columns of customers that are written, with what each takes from a customer.
var stored = []struct {
	name  string
	value func(*Customer) any
}{
	{"ref", func(c *Customer) any { return orNull(c.Ref) }},
	{"ref_source", func(c *Customer) any { return orNull(c.RefSource) }},
	{"name", func(c *Customer) any { return c.Name }},
	{"kind", func(c *Customer) any { return c.Kind }},
	{"email", func(c *Customer) any { return orNull(c.Email) }},
	{"phone", func(c *Customer) any { return orNull(c.Phone) }},
	{"phone_e164", func(c *Customer) any { return orNull(c.E164) }},
	{"birthday", func(c *Customer) any { return orNull(c.Birthday) }},
	{"city", func(c *Customer) any { return orNull(c.City) }},
	{"country", func(c *Customer) any { return orNull(c.Country) }},
	{"sector", func(c *Customer) any { return orNull(c.Sector) }},
	{"stage", func(c *Customer) any { return orNull(c.Stage) }},
	{"source", func(c *Customer) any { return orNull(c.Source) }},
	{"language", func(c *Customer) any { return orNull(c.Language) }},
	{"preferred_channel", func(c *Customer) any { return orNull(c.PreferredChannel) }},
	{"consultant_id", func(c *Customer) any { return idOrNull(c.Consultant.ID) }},
	{"company_id", func(c *Customer) any { return idOrNull(c.Company.ID) }},
	{"referred_by_id", func(c *Customer) any { return idOrNull(c.ReferredBy.ID) }},
	{"notes", func(c *Customer) any { return orNull(c.Notes) }},
	{"created_on", func(c *Customer) any { return c.CreatedOn.String() }},
	{"archived_on", func(c *Customer) any { return orNull(dayText(c.ArchivedOn)) }},
	// The folded texts come last: a change that leaves them as they are need not touch the full-text index.
	{"name_key", func(c *Customer) any { key, _ := c.fold(); return key }},
	{"search", func(c *Customer) any { _, search := c.fold(); return search }},
}

// unfolded is how many of the stored columns come before the folded ones.
var unfolded = len(stored) - 2

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func dayText(d dates.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

// storedNames are the names of some stored columns.
func storedNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = stored[i].name
	}
	return names
}

// Add writes a new customer, made with Set, and gives her as the book has her. A ref that another customer of the same
// source has is a fault.Conflict. The consultant comes with its id; company and referrer may come with a selector as
// their key.
func Add(tx *book.Tx, c Customer) (Customer, error) {
	if c.Kind == "" {
		c.Kind = Kinds[0]
	}
	if c.CreatedOn.IsZero() {
		c.CreatedOn = tx.Today()
	}
	if err := settle(tx, &c); err != nil {
		return c, err
	}
	values := make([]any, len(stored))
	for i := range stored {
		values[i] = stored[i].value(&c)
	}
	id, err := tx.Insert(`INSERT INTO customers (`+strings.Join(storedNames(len(stored)), ", ")+`) VALUES (?`+strings.Repeat(", ?", len(stored)-1)+`)`, values...)
	if err != nil {
		return c, err
	}
	c.ID = id
	if err := retag(tx, id, nil, splitTags(c.Tags)); err != nil {
		return c, err
	}
	return Get(tx.View, id)
}

// Edit takes the given fields from a customer made with Set, adds and removes single tags, and gives the customer as
// the book then has her. What is the same already is not written.
func Edit(tx *book.Tx, id int64, from Customer, given Fields, tag, untag []string) (Customer, error) {
	old, err := Get(tx.View, id)
	if err != nil {
		return old, err
	}
	c := old
	c.take(&from, given)
	tags := append(splitTags(c.Tags), tag...)
	c.Tags = joinTags(slices.DeleteFunc(tags, func(t string) bool { return slices.Contains(untag, t) }))
	if err := settle(tx, &c); err != nil {
		return old, err
	}
	var sets []string
	var values []any
	for _, s := range stored {
		if value := s.value(&c); value != s.value(&old) {
			sets, values = append(sets, s.name+" = ?"), append(values, value)
		}
	}
	if len(sets) > 0 {
		if _, err := tx.Exec(`UPDATE customers SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(values, id)...); err != nil {
			return old, err
		}
	}
	if err := retag(tx, id, splitTags(old.Tags), splitTags(c.Tags)); err != nil {
		return old, err
	}
	return Get(tx.View, id)
}

// settle completes a customer before she is written: what follows from other fields, whom her links name, and whether
// her ref is free.
func settle(tx *book.Tx, c *Customer) error {
	c.E164, c.nameKey = E164(c.Phone, tx.Settings().Country), ""
	if c.Name == "" {
		return &fault.Error{Kind: fault.Usage, Noun: "customer", Field: "name", Reason: "a name is needed"}
	}
	if err := c.checkDays(tx.Today()); err != nil {
		return &fault.Error{Kind: fault.Usage, Noun: "customer", Field: FieldBirthday.Name(), Key: c.Birthday, Reason: err.Error()}
	}
	for _, f := range []Fields{FieldCompany, FieldReferredBy} {
		if err := c.settleLink(tx, f); err != nil {
			return err
		}
	}
	switch {
	case c.Ref == "":
		c.RefSource = ""
		return nil
	case c.RefSource == "":
		c.RefSource = RefSource
	}
	return c.checkRef(tx)
}

// settleLink finds whom a link names, when it came as a selector.
func (c *Customer) settleLink(tx *book.Tx, f Fields) error {
	link := &c.Company
	if f == FieldReferredBy {
		link = &c.ReferredBy
	}
	if link.ID == 0 && link.Key != "" {
		other, err := Find(tx.View, link.Key)
		if err != nil {
			var known *fault.Error
			if errors.As(err, &known) {
				known.Field = f.Name()
			}
			return err
		}
		link.ID = other.ID
	}
	if link.ID != 0 && link.ID == c.ID {
		return &fault.Error{Kind: fault.Usage, Noun: "customer", Key: fmt.Sprint(c.ID), Field: f.Name(), Reason: "she cannot be her own"}
	}
	return nil
}

func (c *Customer) checkRef(tx *book.Tx) error {
	others, err := readAll(tx.View, `SELECT id FROM customers WHERE ref = ? AND ref_source = ? AND id <> ?`, c.Ref, c.RefSource, c.ID)
	if err != nil || len(others) == 0 {
		return err
	}
	o := others[0]
	return &fault.Error{Kind: fault.Conflict, Noun: "customer", Field: "ref",
		Reason: fmt.Sprintf("%q of source %s is the ref of %s (id %d) already", c.Ref, c.RefSource, o.Name, o.ID),
		Hint:   fmt.Sprintf("change that customer with: perla customer edit %d, or name another source with --ref-source", o.ID)}
}

// retag writes the difference between the tags a customer had and those she is to have.
func retag(tx *book.Tx, id int64, had, want []string) error {
	for _, tag := range had {
		if !slices.Contains(want, tag) {
			if _, err := tx.Exec(`DELETE FROM customer_tags WHERE customer_id = ? AND tag = ?`, id, tag); err != nil {
				return err
			}
		}
	}
	for _, tag := range want {
		if !slices.Contains(had, tag) {
			if _, err := tx.Exec(`INSERT INTO customer_tags (customer_id, tag) VALUES (?, ?)`, id, tag); err != nil {
				return err
			}
		}
	}
	return nil
}

// Archive removes a customer from the lists as of today; her row, and all that refers to it, stays. One archived
// already is a fault.Conflict.
func Archive(tx *book.Tx, id int64) (Customer, error) {
	return setArchived(tx, id, tx.Today())
}

// Restore brings an archived customer back; one who is not archived is a fault.Conflict.
func Restore(tx *book.Tx, id int64) (Customer, error) { return setArchived(tx, id, 0) }

func setArchived(tx *book.Tx, id int64, day dates.Date) (Customer, error) {
	c, err := Get(tx.View, id)
	if err != nil {
		return c, err
	}
	if c.ArchivedOn.IsZero() == day.IsZero() {
		e := &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(id), Reason: c.Name + " is not archived"}
		if !day.IsZero() {
			e.Reason = fmt.Sprintf("%s is archived already, since %s", c.Name, c.ArchivedOn)
		}
		return c, e
	}
	if _, err := tx.Exec(`UPDATE customers SET archived_on = ? WHERE id = ?`, orNull(dayText(day)), id); err != nil {
		return c, err
	}
	c.ArchivedOn = day
	return c, nil
}

// SameReach lists the other active customers who have the e-mail or the phone of c: perhaps the same person.
func SameReach(v *book.View, c Customer) ([]Customer, error) {
	return readAll(v, `SELECT id FROM customers WHERE id <> ? AND archived_on IS NULL AND email = ?
		UNION SELECT id FROM customers WHERE id <> ? AND archived_on IS NULL AND phone_e164 = ? ORDER BY id`, c.ID, orNull(c.Email), c.ID, orNull(c.E164))
}
