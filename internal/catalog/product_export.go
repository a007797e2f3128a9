package catalog

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// Export yields products as the rows of a file from which an import into an empty book makes the same products again,
// with the prices and costs of the day of the options.
func Export(v *book.View, o ListOptions) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		ids, args, err := o.query(v)
		if err != nil {
			yield(Row{}, err)
			return
		}
		n := 0
		for p, err := range readAt(v, o.AsOf, ids, args...) {
			if o.Limit > 0 && n == o.Limit {
				return
			}
			n++
			if !yield(Row{Product: goodsOn(o.AsOf, p, nil).Product}, err) || err != nil {
				return
			}
		}
	}
}

// Begin are active products whose sku begins with a text, case and accents ignored; at most so many. They are for
// completion, and have no more than id, sku and name.
func Begin(v *book.View, text string, most int) (found []Product, err error) {
	text = book.Fold(text)
	f := finder{view: v}
	if err := f.read(); err != nil {
		return nil, err
	}
	for i := range f.known {
		k := &f.known[i]
		if k.active && strings.HasPrefix(k.foldSKU, text) {
			found = append(found, Product{ID: k.id, SKU: k.sku, Name: k.name})
			if len(found) == most {
				break
			}
		}
	}
	return found, nil
}

// Words are what products have in a field of text, each once, in order.
func Words(v *book.View, f Fields) ([]string, error) {
	return book.All(v, book.Scalar[string], `SELECT DISTINCT `+f.Name()+` FROM products WHERE `+f.Name()+` IS NOT NULL ORDER BY 1`)
}
