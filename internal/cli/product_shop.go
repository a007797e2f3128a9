package cli

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/sheet"
)

// shopProducts is how the products of a shop's export are imported: as products imports ours, once all rows are read, for
// any of them may say what another leaves out.
func shopProducts(products importer[catalog.Row], in *sheet.Input, shop *sheet.ProductVendor, file string) importer[sheet.ShopProduct] {
	var made sheet.ShopProducts
	return importer[sheet.ShopProduct]{
		what: products.what, columns: shop.Columns(in),
		stamp: func(p *sheet.ShopProduct, line int, _ uint64, bad bool) { p.Line, p.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]sheet.ShopProduct], size importSize, report func(rejection)) (sheet.Imported, error) {
			rows := make([]sheet.ShopProduct, 0, size.rows)
			for batch := range batches {
				rows = append(rows, batch...)
			}
			skus, err := catalog.SKUsByName(tx.View)
			if err != nil {
				return sheet.Imported{}, err
			}
			made = shop.Settle(rows, skus, tx.Today())
			for _, p := range made.Problems {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			}
			return products.place(tx, func(yield func([]catalog.Row) bool) { yield(made.Rows) }, size, report)
		},
		after: func(a *app) {
			if made.Passed > 0 {
				a.note("%s passed over: no product for sale, but a group, a picture, or what variants share", counted(int64(made.Passed), "row"))
			}
			if made.Count != "" {
				a.hint("what the shop has in stock: perla stock count %s --map %s", shellWord(file), shellWord(made.Count))
			}
		},
	}
}
