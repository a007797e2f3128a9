package contacts

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Filter chooses customers; those stay who are all that it says. In texts accents and case do not count.
type Filter struct {
	Kind         string
	Tags         []string // each of them
	City         string
	Country      string
	Sector       string
	Language     string
	Stage        string
	Consultant   string   // the ref of hers
	NoConsultant bool     // those who have none
	Company      int64    // the id of hers
	Attributes   []string // each of them: skin=dry, or skin for any value
	Birthdays    *int     // within so many days from the day of the list, that day being 0
	Created      dates.Range
	Where        book.Filter // and who meets this
}

// sql are the conditions on customers c.
func (f *Filter) sql(v *book.View, day dates.Date) (where []string, args []any, err error) {
	add := func(given bool, condition string, more ...any) {
		if given {
			where, args = append(where, condition), append(args, more...)
		}
	}
	add(f.Kind != "", `c.kind = ?`, f.Kind)
	for _, tag := range f.Tags {
		add(true, `c.id IN (SELECT customer_id FROM customer_tags WHERE tag = ?)`, strings.ToLower(tag))
	}
	for _, text := range []struct{ column, value string }{{"city", f.City}, {"country", f.Country}, {"sector", f.Sector}, {"language", f.Language}} {
		if text.value == "" {
			continue
		}
		written, err := writings(v, text.value, `SELECT DISTINCT `+text.column+` FROM customers WHERE `+text.column+` IS NOT NULL`)
		if err != nil {
			return nil, nil, err
		}
		add(true, `c.`+text.column+` IN (`+marks(len(written))+`)`, written...)
	}
	add(f.Stage != "", `c.stage = ?`, f.Stage)
	add(f.Consultant != "", `c.consultant_id = (SELECT id FROM consultants WHERE ref = ?)`, f.Consultant)
	add(f.NoConsultant, `c.consultant_id IS NULL`)
	add(f.Company != 0, `c.company_id = ?`, f.Company)
	for _, text := range f.Attributes {
		condition, more, err := attributeIs(v, text)
		if err != nil {
			return nil, nil, err
		}
		add(true, condition, more...)
	}
	if f.Birthdays != nil {
		add(true, `substr(c.birthday, -5) IN (`+birthdays(day, *f.Birthdays)+`)`)
	}
	add(f.Where.SQL != "", f.Where.SQL, f.Where.Args...)
	add(!f.Created.From.IsZero(), `c.created_on >= ?`, f.Created.From.String())
	add(!f.Created.To.IsZero(), `c.created_on <= ?`, f.Created.To.String())
	return where, args, nil
}

// writings lists the ways in which the book writes a text, out of those that a query gives.
func writings(v *book.View, text, query string, args ...any) ([]any, error) {
	folded := book.Fold(strings.TrimSpace(text))
	var found []any
	for written, err := range book.Query(v, book.Scalar[string], query, args...) {
		if err != nil {
			return nil, err
		}
		if book.Fold(written) == folded {
			found = append(found, written)
		}
	}
	return found, nil
}

// attributeIs is the condition that customers c have an attribute: key=value, or key with any value.
func attributeIs(v *book.View, text string) (condition string, args []any, err error) {
	key, value, valued := strings.Cut(text, "=")
	if key, err = ParseAttributeKey(key); err != nil {
		return "", nil, &fault.Error{Kind: fault.Usage, Field: "--attr", Reason: err.Error()}
	}
	if !valued {
		return `c.id IN (SELECT customer_id FROM customer_attributes WHERE key = ?)`, []any{key}, nil
	}
	values, err := writings(v, value, `SELECT DISTINCT value FROM customer_attributes WHERE key = ?`, key)
	return `c.id IN (SELECT customer_id FROM customer_attributes WHERE key = ? AND value IN (` + marks(len(values)) + `))`, append([]any{key}, values...), err
}

// birthdays are the days of the year within so many days of a day, for SQL. Who was born on 29 February has her birthday
// on the 28th where a year has no 29th.
func birthdays(day dates.Date, within int) string {
	var list []string
	for n := 0; n <= min(within, 366); n++ {
		d := day.AddDays(n).String()[5:]
		list = append(list, "'"+d+"'")
		if d == "02-28" && day.AddDays(n + 1).String()[5:] != "02-29" {
			list = append(list, "'02-29'")
		}
	}
	return strings.Join(list, ", ")
}

// birthdaysFirst orders customers c by how soon their birthday comes, where the filter asks for birthdays.
func (f *Filter) birthdaysFirst(day dates.Date) string {
	if f.Birthdays == nil {
		return ""
	}
	today := day.String()[5:]
	return ` ORDER BY substr(c.birthday, -5) < '` + today + `', substr(c.birthday, -5), c.id`
}
