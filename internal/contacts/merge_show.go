package contacts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// shownField is a field of a customer as a person reads it; "" when it is empty.
type shownField struct{ field, text string }

// MergeFields are the fields that Merge can take from the second customer: the columns of customers, an id as what it
// names. Those that belong to another one come with it: a label with its e-mail, a source with its ref.
func MergeFields(v *book.View) ([]string, error) {
	columns, err := customersColumns(v)
	var fields []string
	for _, c := range columns {
		if !leftAlone[c] && !follows(c) {
			fields = append(fields, fieldOf(c))
		}
	}
	return fields, err
}

func customersColumns(v *book.View) ([]string, error) {
	return book.All(v, book.Scalar[string], `SELECT name FROM pragma_table_info('customers') ORDER BY cid`)
}

// fieldOf is what a person calls a column.
func fieldOf(column string) string {
	if column == "id" {
		return column
	}
	return strings.TrimSuffix(column, "_id")
}

// show is everything there is of a customer, so that one can see what a merge makes of it: the columns of her row, what
// stands in tables of its own, and how many rows of other tables are hers. The fields are the same for every customer.
func (m *merger) show(id int64) ([]shownField, error) {
	row, err := readRow(m.tx.View, m.columns, id)
	if err != nil {
		return nil, err
	}
	var shown []shownField
	for _, c := range m.columns {
		if leftAlone[c] || c == "phone_e164" {
			continue
		}
		text, err := m.showColumn(c, row[c])
		if err != nil {
			return nil, err
		}
		shown = append(shown, shownField{fieldOf(c), text})
	}
	further, err := showFurther(m.tx.View, id, m.today)
	if err != nil {
		return nil, err
	}
	counts, err := showCounts(m.tx.View, id)
	return slices.Concat(shown, further, counts), err
}

func (m *merger) showColumn(column string, value any) (string, error) {
	switch parent := m.parents[column]; {
	case value == nil:
		return "", nil
	case parent != "":
		name, _, err := book.One(m.tx.View, book.Scalar[string], `SELECT name FROM `+parent+` WHERE id = ?`, value)
		return name, err
	case column == "potential_value":
		return m.tx.Settings().Currency.Format(money.Amount(value.(int64))), nil
	}
	return fmt.Sprint(value), nil
}

// showFurther is what a customer has several of.
func showFurther(v *book.View, id int64, today dates.Date) ([]shownField, error) {
	c, err := Get(v, id)
	if err != nil {
		return nil, err
	}
	refs, err := book.All(v, book.Scalar[string], `SELECT ref_source || ':' || ref FROM customer_refs WHERE customer_id = ? ORDER BY ref_source, ref`, id)
	if err != nil {
		return nil, err
	}
	relations, err := Relations(v, id)
	if err != nil {
		return nil, err
	}
	var links []string
	for _, r := range relations {
		links = append(links, r.Kind+"="+r.Other.Name)
	}
	shown := []shownField{{"refs", strings.Join(refs, "; ")}, {"emails", c.Emails}, {"phones", c.Phones}, {"tags", c.Tags},
		{"attributes", c.Attributes}, {"links", strings.Join(links, "; ")}}
	consents, err := Consents(v, id, today)
	for _, channel := range ConsentChannels {
		for _, purpose := range ConsentPurposes {
			shown = append(shown, shownField{consentField(channel, purpose), consentText(consents, channel, purpose)})
		}
	}
	return shown, err
}

// consentField is what a file calls a consent.
func consentField(channel, purpose string) string {
	if purpose == ConsentPurposes[0] {
		return "consent." + channel
	}
	return "consent." + channel + "." + purpose
}

func consentText(consents []Consent, channel, purpose string) string {
	i := slices.IndexFunc(consents, func(c Consent) bool { return c.Channel == channel && c.Purpose == purpose })
	switch {
	case i < 0:
		return ""
	case consents[i].Granted:
		return "yes since " + consents[i].On.String()
	}
	return "no since " + consents[i].On.String()
}

// shownOtherwise are the tables whose rows show has told of, or that say nothing a person asks for.
var shownOtherwise = wordSet("customer_refs customer_reaches customer_tags customer_attributes customer_links customer_stages customer_consultants consents duplicate_dismissals")

// showCounts is how many rows of other tables refer to a customer, by table.
func showCounts(v *book.View, id int64) ([]shownField, error) {
	referrers, err := book.Referrers(v, "customers", id)
	var shown []shownField
	for _, r := range referrers {
		field := r.Table
		switch {
		case shownOtherwise[r.Table]:
			continue
		case r.Table == "customers":
			field = map[string]string{"company_id": "contacts", "referred_by_id": "referrals"}[r.Column]
			if field == "" {
				field = r.Table + "." + r.Column
			}
		case r.Column != "customer_id":
			field += "." + r.Column
		}
		text := ""
		if r.Rows > 0 {
			text = fmt.Sprint(r.Rows)
		}
		shown = append(shown, shownField{field, text})
	}
	return shown, err
}
