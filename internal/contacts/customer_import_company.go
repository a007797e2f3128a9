package contacts

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// companyKey is the attribute that keeps the name of a company the book does not know.
const companyKey = "company"

// unknownCompany is a company that a row names and the book does not know, or knows several of.
type unknownCompany struct {
	id      int64 // of the customer
	name    string
	outcome *outcome
}

// companyValue is the name of a company as the value of an attribute, without what parts values.
func companyValue(name string) string { return strings.ReplaceAll(name, ";", ",") }

// knowsCompany says whether the book says of a customer to whom a row says she belongs.
func (c *Customer) knowsCompany(name string) bool {
	return c.Company.ID != 0 && book.Fold(c.Company.Name) == book.Fold(name) || c.Attribute(companyKey) == companyValue(name)
}

// keepCompanies makes the names of unknown companies attributes of those who belong to them, in place of such names the
// book has.
func (im *importer) keepCompanies() error {
	if len(im.unknown) == 0 || im.options.Never&FieldAttributes != 0 || slices.Contains(im.options.NeverKeys, "attr."+companyKey) {
		return nil
	}
	var list []unknownCompany
	at := map[int64]int{} // of each customer: a later row says more
	for _, u := range im.unknown {
		if i, again := at[u.id]; again {
			list[i] = u
			continue
		}
		at[u.id] = len(list)
		list = append(list, u)
	}
	f, err := im.save.feed("unknown companies", "i", "id", "name")
	if err != nil {
		return err
	}
	load := func(list []unknownCompany) {
		f.Load(len(list), func(row, column int) any {
			return [...]any{int64(row), list[row].id, companyValue(list[row].name)}[column]
		})
	}
	load(list)
	var news []unknownCompany
	err = im.tx.Each(func(row book.Row) error {
		news = append(news, list[row.Int(0)])
		return nil
	}, `i`, `temp.`+f.Name+` f WHERE (SELECT group_concat(value, x'00') FROM customer_attributes WHERE customer_id = f.id AND key = '`+companyKey+`') IS NOT f.name`)
	if err != nil || len(news) == 0 {
		return err
	}
	for _, u := range news {
		im.changed(u.outcome)
	}
	load(news)
	if _, err = im.tx.Exec(`DELETE FROM customer_attributes WHERE key = ? AND customer_id IN (SELECT id FROM temp.`+f.Name+`)`, companyKey); err == nil {
		_, err = im.tx.Exec(`INSERT INTO customer_attributes (customer_id, key, value) SELECT id, ?, name FROM temp.`+f.Name, companyKey)
	}
	return err
}
