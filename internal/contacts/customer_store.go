package contacts

import (
	"fmt"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// RefSource is the source of a ref when nothing else is said.
const RefSource = "csv"

// What a customer is read from, in the order of scanCustomer. The tables of further things are asked row by row only
// where they hold anything at all, which SQLite finds out once a query.
const (
	customerColumns = `c.id, c.ref, c.ref_source, c.name, c.kind, c.email, c.email_label, c.phone, c.phone_e164, c.phone_label, c.birthday,
		c.address, c.postcode, c.city, c.region, c.country, c.sector, c.stage, c.life_moment, c.source, c.language, c.preferred_channel,
		k.id, k.name, k.ref,
		c.company_id, f.name, coalesce(f.ref, f.email, f.name),
		c.referred_by_id, r.name, coalesce(r.ref, r.email, r.name),
		(SELECT group_concat(tag, ', ') FROM (SELECT tag FROM customer_tags t WHERE t.customer_id = c.id ORDER BY tag)),
		` + reachColumn + `, ` + attributeColumn + `,
		c.potential_value, c.contact_every, c.contact_within, c.notes, c.created_on, c.archived_on, c.erased_on`
	reachColumn = `CASE WHEN (SELECT 1 FROM customer_reaches) THEN (SELECT group_concat(text, '; ') FROM (SELECT substr(kind, 1, 1) || ifnull(label || ': ', '') || value AS text
			FROM customer_reaches h WHERE h.customer_id = c.id ORDER BY h.kind, h.key)) END`
	attributeColumn = `CASE WHEN (SELECT 1 FROM customer_attributes) THEN (SELECT group_concat(text, '; ') FROM (SELECT key || '=' || value AS text
			FROM customer_attributes a WHERE a.customer_id = c.id ORDER BY a.key, a.value)) END`
	customerJoins = ` LEFT JOIN consultants k ON k.id = c.consultant_id
		LEFT JOIN customers f ON f.id = c.company_id LEFT JOIN customers r ON r.id = c.referred_by_id`
)

// partReaches parts what reachColumn gives, where a letter of its kind stands before each, e-mails first.
func partReaches(text string) (emails, phones string) {
	if text == "" {
		return "", ""
	}
	parts := strings.Split(text, "; ")
	var list [2][]string
	for _, part := range parts {
		if email, ok := strings.CutPrefix(part, emailReach[:1]); ok {
			list[0] = append(list[0], email)
		} else if phone, ok := strings.CutPrefix(part, phoneReach[:1]); ok {
			list[1] = append(list[1], phone)
		}
	}
	return strings.Join(list[0], "; "), strings.Join(list[1], "; ")
}

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
	number := func() int64 {
		next++
		return row.Int(next - 1)
	}
	day := func() dates.Date {
		next++
		d, _ := dates.ParseISO(row.Text(next - 1)) // perla check proves the days of the book
		return d
	}
	c := Customer{ID: number()}
	c.Ref, c.RefSource, c.Name, c.Kind = text(), text(), text(), text()
	c.Email, c.EmailLabel, c.Phone, c.E164, c.PhoneLabel, c.Birthday = text(), text(), text(), text(), text(), text()
	c.Address, c.Postcode, c.City, c.Region, c.Country, c.Sector = text(), text(), text(), text(), text(), text()
	c.Stage, c.LifeMoment, c.Source, c.Language, c.PreferredChannel = text(), text(), text(), text(), text()
	c.Consultant, c.Company, c.ReferredBy = link(), link(), link()
	c.Tags = text()
	c.Emails, c.Phones = partReaches(text())
	c.Attributes = text()
	c.PotentialKnown = !row.Null(next)
	c.PotentialValue, c.ContactEvery, c.ContactWithin = money.Amount(number()), number(), number()
	c.Notes, c.CreatedOn, c.ArchivedOn, c.ErasedOn = text(), day(), day(), day()
	return c
}

// read yields the customers whose ids a query gives, in the order it gives them.
func read(v *book.View, ids string, args ...any) iter.Seq2[Customer, error] {
	return reading{}.read(v, ids, args...)
}

// reading is how customers are read.
type reading struct {
	asOf dates.Date // stage, consultant and removal are those of this day; 0 is today
	lean bool       // further e-mails and phones, and attributes, which are asked row by row, stay empty
}

var leanColumns = strings.NewReplacer(reachColumn, "NULL", attributeColumn, "NULL").Replace(customerColumns)

func (how reading) read(v *book.View, ids string, args ...any) iter.Seq2[Customer, error] {
	columns := customerColumns
	if how.lean {
		columns = leanColumns
	}
	return book.Stream(v, func(row book.Row) Customer { return scanCustomer(row, 0) },
		asOf(v, how.asOf, columns), `(`+ids+`) AS picked CROSS JOIN customers c ON c.id = picked.id`+asOf(v, how.asOf, customerJoins), args...)
}

// asOf makes SQL about the stage, consultant and removal of customers c today into SQL about those of an earlier day. 0 and
// days to come are today.
func asOf(v *book.View, day dates.Date, sql string) string {
	if day.IsZero() || day >= v.Today() {
		return sql
	}
	last := func(table, column string) string {
		return `(SELECT h.` + column + ` FROM ` + table + ` h WHERE h.customer_id = c.id AND h.since_on <= '` + day.String() + `' ORDER BY h.since_on DESC LIMIT 1)`
	}
	then := strings.NewReplacer(`c.stage`, last("customer_stages", "stage"), `c.consultant_id`, last("customer_consultants", "consultant_id"),
		`c.archived_on`, `(CASE WHEN c.archived_on <= '`+day.String()+`' THEN c.archived_on END)`)
	return then.Replace(sql)
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

// GetAll are the customers with some ids, in their order; ids that nobody has are left out.
func GetAll(v *book.View, ids []int64) ([]Customer, error) {
	found := make([]Customer, 0, len(ids))
	for c, err := range read(v, `SELECT value AS id FROM json_each(?)`, jsonIDs(ids)) {
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// storedColumn is a column of customers that is written, with what it takes from a customer.
type storedColumn struct {
	name  string
	value func(*Customer) any
}

var stored = []storedColumn{
	{"ref", func(c *Customer) any { return orNull(c.Ref) }},
	{"ref_source", func(c *Customer) any { return orNull(c.RefSource) }},
	{"name", func(c *Customer) any { return c.Name }},
	{"kind", func(c *Customer) any { return c.Kind }},
	{"email", func(c *Customer) any { return orNull(c.Email) }},
	{"email_label", func(c *Customer) any { return orNull(c.EmailLabel) }},
	{"phone", func(c *Customer) any { return orNull(c.Phone) }},
	{"phone_e164", func(c *Customer) any { return orNull(c.E164) }},
	{"phone_label", func(c *Customer) any { return orNull(c.PhoneLabel) }},
	{"birthday", func(c *Customer) any { return orNull(c.Birthday) }},
	{"address", func(c *Customer) any { return orNull(c.Address) }},
	{"postcode", func(c *Customer) any { return orNull(c.Postcode) }},
	{"city", func(c *Customer) any { return orNull(c.City) }},
	{"region", func(c *Customer) any { return orNull(c.Region) }},
	{"country", func(c *Customer) any { return orNull(c.Country) }},
	{"sector", func(c *Customer) any { return orNull(c.Sector) }},
	{"stage", func(c *Customer) any { return orNull(c.Stage) }},
	{"life_moment", func(c *Customer) any { return orNull(c.LifeMoment) }},
	{"source", func(c *Customer) any { return orNull(c.Source) }},
	{"language", func(c *Customer) any { return orNull(c.Language) }},
	{"preferred_channel", func(c *Customer) any { return orNull(c.PreferredChannel) }},
	{"consultant_id", func(c *Customer) any { return idOrNull(c.Consultant.ID) }},
	{"company_id", func(c *Customer) any { return idOrNull(c.Company.ID) }},
	{"referred_by_id", func(c *Customer) any { return idOrNull(c.ReferredBy.ID) }},
	{"potential_value", func(c *Customer) any { return potentialOrNull(c) }},
	{"contact_every", func(c *Customer) any { return idOrNull(c.ContactEvery) }},
	{"contact_within", func(c *Customer) any { return idOrNull(c.ContactWithin) }},
	{"notes", func(c *Customer) any { return orNull(c.Notes) }},
	{"created_on", func(c *Customer) any { return c.CreatedOn.String() }},
	{"archived_on", func(c *Customer) any { return orNull(dayText(c.ArchivedOn)) }},
	// The folded texts come last: a change that leaves them as they are need not touch the full-text index.
	{"name_key", func(c *Customer) any { return c.foldedName() }},
	{"search", func(c *Customer) any { return c.search }},
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

func potentialOrNull(c *Customer) any {
	if !c.PotentialKnown {
		return nil
	}
	return int64(c.PotentialValue)
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
