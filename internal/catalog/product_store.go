package catalog

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// productColumns is what a product is read from, in the order of scanProduct; %s is the day, as SQL. Tags and attributes
// are asked row by row only where there are any at all, which SQLite finds out once a query.
const productColumns = `p.id, p.sku, p.name, p.brand, p.category,
	(SELECT amount FROM product_prices h WHERE h.product_id = p.id AND h.kind = 'price' AND h.since_on <= %[1]s ORDER BY h.since_on DESC LIMIT 1),
	(SELECT amount FROM product_prices h WHERE h.product_id = p.id AND h.kind = 'cost' AND h.since_on <= %[1]s ORDER BY h.since_on DESC LIMIT 1),
	p.tax_rate, p.replenish_days, p.reorder_at, p.limited_to, p.packaging, p.notes,
	CASE WHEN (SELECT 1 FROM product_tags) THEN (SELECT group_concat(tag, ', ') FROM (SELECT tag FROM product_tags t WHERE t.product_id = p.id ORDER BY tag)) END,
	CASE WHEN (SELECT 1 FROM product_attributes) THEN (SELECT group_concat(text, '; ') FROM (SELECT key || '=' || value AS text
		FROM product_attributes a WHERE a.product_id = p.id ORDER BY a.key, a.value)) END,
	p.created_on, p.launched_on, p.discontinued_on, p.archived_on`

func scanProduct(row book.Row) Product {
	next := 0
	text := func() string {
		next++
		return strings.Clone(row.Text(next - 1))
	}
	number := func() (n int64, known bool) {
		next++
		return row.Int(next - 1), !row.Null(next - 1)
	}
	day := func() dates.Date {
		next++
		d, _ := dates.ParseISO(row.Text(next - 1)) // perla check proves the days of the book
		return d
	}
	var p Product
	var price, cost int64
	p.ID, _ = number()
	p.SKU, p.Name, p.Brand, p.Category = text(), text(), text(), text()
	price, p.HasPrice = number()
	cost, p.HasCost = number()
	p.Price, p.Cost = money.Amount(price), money.Amount(cost)
	p.TaxRate, p.HasTaxRate = number()
	p.ReplenishDays, _ = number()
	p.ReorderAt, p.HasReorderAt = number()
	p.LimitedTo, _ = number()
	p.Packaging, p.Notes, p.Tags, p.Attributes = text(), text(), text(), text()
	p.CreatedOn, p.LaunchedOn, p.DiscontinuedOn, p.ArchivedOn = day(), day(), day(), day()
	return p
}

// readAt yields the products whose ids a query gives, in the order it gives them, with the prices and costs of a day; 0
// is today.
func readAt(v *book.View, day dates.Date, ids string, args ...any) iter.Seq2[Product, error] {
	if day.IsZero() {
		day = v.Today()
	}
	columns := fmt.Sprintf(productColumns, "'"+day.String()+"'")
	return book.Stream(v, scanProduct, columns, `(`+ids+`) AS picked CROSS JOIN products p ON p.id = picked.id`, args...)
}

// Get is the products with some ids, in that order, with the prices and costs of a day; 0 is today. One that is not
// there is a fault.NotFound.
func Get(v *book.View, day dates.Date, ids ...int64) ([]Product, error) {
	found := make([]Product, 0, len(ids))
	for p, err := range readAt(v, day, `SELECT value AS id FROM json_each(?)`, jsonIDs(ids)) {
		if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	if len(found) == len(ids) {
		return found, nil
	}
	for i, id := range ids {
		if i == len(found) || found[i].ID != id {
			return nil, noProduct("id:" + strconv.FormatInt(id, 10))
		}
	}
	return found, nil
}

func noProduct(key string) *fault.Error {
	return &fault.Error{Kind: fault.NotFound, Noun: "product", Key: key, Reason: "there is no such product"}
}

// jsonIDs writes ids for json_each, so that one statement can be about any number of them.
func jsonIDs(ids []int64) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}

// jsonTexts is jsonIDs for texts.
func jsonTexts(texts []string) (string, error) {
	b, err := json.Marshal(texts)
	return string(b), err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// knownOr is a number, or NULL where it is not known.
func knownOr(n int64, known bool) any {
	if !known {
		return nil
	}
	return n
}

func dayOrNull(d dates.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
