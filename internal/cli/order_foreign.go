package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// importOrders imports a file of orders: one of ours, or the export of a web shop, which is recognised unless as, the
// value of --as, says whose it is.
func importOrders(a *app, cmd *cobra.Command, o *importFlags, as, file string, options sales.Options) error {
	in, err := openInput(cmd.Context(), a, o, file, "ref", false)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	var vendor *sheet.OrderVendor
	if as != generic {
		if vendor, err = in.RecogniseOrders(as); err != nil {
			return err
		}
	}
	if vendor == nil {
		return importOpen(a, cmd, o, in, orderImporter(options))
	}
	if !cmd.Flags().Changed("source") {
		options.Source = vendor.Name
	}
	return importOpen(a, cmd, o, in, shopImporter(in, vendor, options))
}

// shopImporter is how the orders of a web shop are imported: first who bought and what, as far as the book does not know
// them, then the orders. A row that is refused is left out of all three.
func shopImporter(in *sheet.Input, vendor *sheet.OrderVendor, options sales.Options) importer[sheet.ShopOrder] {
	orders := orderImporter(options)
	country := "" // of the book, known before the first row is read
	return importer[sheet.ShopOrder]{
		what: orders.what, columns: vendor.Columns(in), key: orders.key, keyOf: func(r *sheet.ShopOrder) string { return r.Ref },
		stamp: func(r *sheet.ShopOrder, line int, _ uint64, bad bool) { r.Settle(line, bad, country) },
		place: func(tx *book.Tx, batches iter.Seq[[]sheet.ShopOrder], size importSize, report func(rejection)) (summary sheet.Imported, err error) {
			country = tx.Settings().Country
			skus, err := catalog.SKUsByName(tx.View)
			if err != nil {
				return summary, err
			}
			known := mapped(batches, func(batch []sheet.ShopOrder) []sheet.ShopOrder {
				for i := range batch {
					batch[i].Known(skus)
				}
				return batch
			})
			refused := map[int]bool{} // lines: an order and its refund stand on one
			late := func(r rejection) {
				r.late, r.along = true, r.along || refused[r.line]
				refused[r.line] = true
				report(r)
			}
			var made sheet.Imported
			if options.Mode != sales.UpdateOnly && !options.Known {
				if made.Customers, err = makeBuyers(tx, batches, options.Source, size, late); err != nil {
					return summary, err
				}
			}
			if options.Mode != sales.UpdateOnly && !options.Live {
				if made.Products, err = makeGoods(tx, known, size, late); err != nil {
					return summary, err
				}
			}
			rows := mapped(known, func(batch []sheet.ShopOrder) []sales.Row { return sheet.SalesRows(batch, tx.Settings().Currency) })
			summary, err = orders.place(tx, rows, size, late)
			summary.Customers, summary.Products = summary.Customers+made.Customers, summary.Products+made.Products
			return summary, err
		},
	}
}

// makeBuyers makes the customers that the book does not know, with all that the shop says of them, and gives how many.
// Those that it knows stay as they are.
func makeBuyers(tx *book.Tx, batches iter.Seq[[]sheet.ShopOrder], source string, size importSize, report func(rejection)) (int64, error) {
	people := mapped(batches, func(batch []sheet.ShopOrder) (rows []contacts.Row) {
		for i := range batch {
			if r := &batch[i]; !r.Bad && r.Reachable() {
				rows = append(rows, r.Buyer)
			}
		}
		return rows
	})
	tally, err := contacts.Import(tx, people, contacts.ImportOptions{Source: source, Never: ^contacts.Fields(0), Rows: size.rows},
		func(p contacts.Problem) { report(rejection{line: p.Line, field: p.Field, reason: p.Reason}) })
	return tally.Created, err
}

// makeGoods makes the products that the book does not know, with their names, and gives how many.
func makeGoods(tx *book.Tx, batches iter.Seq[[]sheet.ShopOrder], size importSize, report func(rejection)) (int64, error) {
	seen := map[string]bool{}
	goods := mapped(batches, func(batch []sheet.ShopOrder) (rows []catalog.Row) {
		for i := range batch {
			if r := &batch[i]; !r.Bad && r.Goods.SKU != "" && !seen[r.Goods.SKU] {
				seen[r.Goods.SKU] = true
				rows = append(rows, r.Goods)
			}
		}
		return rows
	})
	tally, err := catalog.Import(tx, goods, catalog.ImportOptions{Never: ^catalog.Fields(0), Rows: size.rows},
		func(p catalog.Problem) { report(rejection{line: p.Line, field: p.Field, reason: p.Reason}) })
	return tally.Created, err
}

// mapped hands each batch on as others; those that come to nothing are left out.
func mapped[T, U any](batches iter.Seq[[]T], of func([]T) []U) iter.Seq[[]U] {
	return func(yield func([]U) bool) {
		for batch := range batches {
			if rows := of(batch); len(rows) > 0 && !yield(rows) {
				return
			}
		}
	}
}
