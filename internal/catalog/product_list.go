package catalog

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Goods is a product with what there is of it.
type Goods struct {
	Product
	Level
}

// State says which products a list holds.
type State uint8

// The states: those not archived, the archived ones, all.
const (
	Active State = iota
	Archived
	Everything
)

// ListOptions choose the products of a list and their order. The zero value is all active ones by sku.
type ListOptions struct {
	AsOf       dates.Date // the day whose prices, stock and removals count; 0 is today
	State      State
	Brand      string // accents and case ignored, as of Category
	Category   string
	Tags       []string // each of them
	Attributes []string // each of them: cause=vegan, or cause for any value
	Tracked    bool     // only those of which pieces have come or gone, or are to come
	Low        bool     // only those of which no more are available than reorder_at, or fewer than none
	Sort       string   // one of SortNames, behind "-" from the highest down; "" is by sku
	Limit      int      // at most so many; 0 is no limit
}

// sorts are what a list can be sorted by. Rows without a value come last in either direction.
var sorts = []struct{ name, sql string }{
	{"sku", "p.sku"}, {"name", "p.name COLLATE NOCASE"}, {"category", "p.category COLLATE NOCASE"}, {"brand", "p.brand COLLATE NOCASE"},
	{"created_on", "p.created_on"}, {"launched_on", "p.launched_on"}, {"discontinued_on", "p.discontinued_on"}, {"id", "p.id"},
}

// SortNames are the columns a list can be sorted by.
var SortNames = func() (names []string) {
	for _, s := range sorts {
		names = append(names, s.name)
	}
	return names
}()

// List yields products with what there is of them. An unknown sort name, a limit below 0 or an attribute that is none is
// a fault.Usage.
func List(v *book.View, o ListOptions) iter.Seq2[Goods, error] {
	return func(yield func(Goods, error) bool) {
		ids, args, err := o.query(v)
		if err != nil {
			yield(Goods{}, err)
			return
		}
		levels, err := Levels(v, o.AsOf)
		if err != nil {
			yield(Goods{}, err)
			return
		}
		n := 0
		for p, err := range readAt(v, o.AsOf, ids, args...) {
			if err == nil && !o.admits(&p, levels) {
				continue
			}
			if o.Limit > 0 && n == o.Limit {
				return
			}
			n++
			if !yield(goodsOn(o.AsOf, p, levels), err) || err != nil {
				return
			}
		}
	}
}

// goodsOn is a product with what there is of it, as it was known on a day; 0 is today.
func goodsOn(day dates.Date, p Product, levels map[int64]Level) Goods {
	if !day.IsZero() && p.ArchivedOn > day {
		p.ArchivedOn = 0
	}
	return Goods{p, levels[p.ID]}
}

// admits says whether the stock of a product lets it into the list.
func (o *ListOptions) admits(p *Product, levels map[int64]Level) bool {
	if !o.Tracked && !o.Low {
		return true
	}
	l, known := levels[p.ID]
	return known && (l.Tracked || l.Incoming > 0) && (!o.Low || l.Tracked && (p.HasReorderAt && l.Available <= p.ReorderAt || l.Available < 0))
}

// query is a SELECT of the ids of the list, but for what the stock decides.
func (o *ListOptions) query(v *book.View) (query string, args []any, err error) {
	order, err := orderBy(o.Sort)
	switch {
	case err != nil:
		return "", nil, err
	case o.Limit < 0:
		return "", nil, fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", o.Limit), "")
	}
	where := []string{"1"}
	add := func(condition string, more ...any) { where, args = append(where, condition), append(args, more...) }
	switch archived := o.archived(v); o.State {
	case Active:
		add(archived + ` IS NULL`)
	case Archived:
		add(archived + ` IS NOT NULL`)
	}
	for _, text := range []struct{ column, value string }{{"brand", o.Brand}, {"category", o.Category}} {
		if text.value == "" {
			continue
		}
		written, err := writings(v, text.value, `SELECT DISTINCT `+text.column+` FROM products WHERE `+text.column+` IS NOT NULL`)
		if err != nil {
			return "", nil, err
		}
		add(`p.`+text.column+` IN (SELECT value FROM json_each(?))`, written)
	}
	for _, tag := range o.Tags {
		add(`p.id IN (SELECT product_id FROM product_tags WHERE tag = ?)`, strings.ToLower(strings.Join(strings.Fields(tag), " ")))
	}
	for _, text := range o.Attributes {
		key, value, valued := strings.Cut(text, "=")
		if key, err = ParseAttributeKey(key); err != nil {
			return "", nil, &fault.Error{Kind: fault.Usage, Field: "--attr", Reason: err.Error()}
		}
		if !valued {
			add(`p.id IN (SELECT product_id FROM product_attributes WHERE key = ?)`, key)
			continue
		}
		written, err := writings(v, value, `SELECT DISTINCT value FROM product_attributes WHERE key = ?`, key)
		if err != nil {
			return "", nil, err
		}
		add(`p.id IN (SELECT product_id FROM product_attributes WHERE key = ? AND value IN (SELECT value FROM json_each(?)))`, key, written)
	}
	return `SELECT p.id FROM products p WHERE ` + strings.Join(where, " AND ") + order + ` LIMIT -1`, args, nil
}

// archived is SQL for the day a product p was removed, as far as it is known on the day of the list.
func (o *ListOptions) archived(v *book.View) string {
	if o.AsOf.IsZero() || o.AsOf >= v.Today() {
		return `p.archived_on`
	}
	return `(CASE WHEN p.archived_on <= '` + o.AsOf.String() + `' THEN p.archived_on END)`
}

// writings lists the ways in which the book writes a text, out of those that a query gives, as JSON.
func writings(v *book.View, text, query string, args ...any) (string, error) {
	folded := book.Fold(text)
	var found []string
	for written, err := range book.Query(v, book.Scalar[string], query, args...) {
		if err != nil {
			return "", err
		}
		if book.Fold(written) == folded {
			found = append(found, written)
		}
	}
	return jsonTexts(found)
}

func orderBy(sort string) (string, error) {
	name, descending := strings.CutPrefix(sort, "-")
	if name == "" {
		name = "sku"
	}
	i := slices.IndexFunc(sorts, func(s struct{ name, sql string }) bool { return s.name == name })
	if i < 0 {
		return "", &fault.Error{Kind: fault.Usage, Field: "--sort", Reason: fmt.Sprintf("%q is not one of %s", name, strings.Join(SortNames, ", "))}
	}
	direction := ""
	if descending {
		direction = " DESC"
	}
	return fmt.Sprintf(` ORDER BY %[1]s IS NULL, %[1]s%[2]s, p.id`, sorts[i].sql, direction), nil
}

// GoodsOf is the products with some ids with what there is of them on a day; 0 is today.
func GoodsOf(v *book.View, day dates.Date, ids ...int64) ([]Goods, error) {
	found, err := Get(v, day, ids...)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	levels, err := Levels(v, day, ids...)
	goods := make([]Goods, len(found))
	for i, p := range found {
		goods[i] = goodsOn(day, p, levels)
	}
	return goods, err
}

// AttributeKeys lists the keys of all attributes there are.
func AttributeKeys(v *book.View) ([]string, error) {
	return book.All(v, book.Scalar[string], `SELECT DISTINCT key FROM product_attributes ORDER BY key`)
}
