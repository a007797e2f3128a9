package cli

import (
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/sheet"
)

func productImport(a *app) *cobra.Command {
	var o importFlags
	var from, as string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import products from a CSV file, or from - for standard input",
		Long: `Import products from a CSV file. Delimiter, encoding and the order of dates are
found out; columns are known by their names in English, Spanish, Portuguese and
French, or by --map. Exports of products of Shopify and WooCommerce are
recognised.

Columns:
` + indent(wrap(columnNames(sheet.ProductRows), helpWidth-2)) + `
and attr.KEY for what else is known of it, with values parted by semicolons.

A row is the product with its sku; the same file twice changes nothing. A price
or a cost other than today's holds from today on, or --from another day: say
--from 2020-01-01 in a new book, so that what was sold since has a cost. What a
file says of the stock is passed over; see perla stock import. A bad row stops
the whole import, unless --skip-bad leaves it out.

Of a shop's export every variant is a product: with its sku, or one made of its
product and its options. What stands for groups or variants alone and has no
price is passed over; what the shop keeps as a draft, hidden or archived is
archived, and active again once the shop shows it, unless --never archived_on.
The price is the one asked today.`,
		Example: `perla product import products.csv
perla product import products.csv --from 2020-01-01 --dry-run
perla product import products.csv --map name=Articulo --never cost
cat products.csv | perla product import - --skip-bad --rejects bad.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := openInput(cmd.Context(), a, &o, args[0], catalog.FieldSKU.Name(), false)
			if err != nil {
				return err
			}
			defer func() { _ = in.Close() }()
			var shop *sheet.ProductVendor
			if as != generic {
				if shop, err = in.RecogniseProducts(as); err != nil {
					return err
				}
			}
			n, err := productsIn(&o, in, from)
			switch {
			case err != nil:
				return err
			case shop != nil:
				return importOpen(a, cmd, &o, in, shopProducts(n, in, shop, args[0]))
			}
			return importOpen(a, cmd, &o, in, n)
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a sku is the same whoever writes the file
	cmd.Flags().Var(enumOf(&as, append(sheet.ProductVendorNames(), generic)...), "as",
		"read the file as the export of `PROGRAM`: "+strings.Join(sheet.ProductVendorNames(), ", ")+"; "+generic+" is nobody's")
	cmd.Flags().StringVar(&from, "from", "", "prices and costs hold from `DATE` on (default today)")
	return cmd
}

// productsIn is how products are imported from an open file.
func productsIn(o *importFlags, in *sheet.Input, from string) (n importer[catalog.Row], err error) {
	columns := sheet.ProductInput(in.Names())
	options := catalog.ImportOptions{Mode: catalog.Mode(slices.Index(importModes, o.mode))}
	never, err := neverColumns(o, columns)
	if err != nil {
		return n, err
	}
	for _, name := range never {
		if f := catalog.FieldNamed(name); f != 0 {
			options.Never |= f
		} else if len(name) > len("attr.") {
			options.NeverKeys = append(options.NeverKeys, name[len("attr."):])
		}
	}
	return importer[catalog.Row]{
		what: "product import", columns: columns, key: catalog.FieldSKU.Name(),
		keyOf: func(r *catalog.Row) string { return r.SKU },
		stamp: func(r *catalog.Row, line int, present uint64, bad bool) { r.Place(line, catalog.Fields(present), bad) },
		place: func(tx *book.Tx, batches iter.Seq[[]catalog.Row], size importSize, report func(rejection)) (sheet.Imported, error) {
			options.Rows = size.rows
			if from != "" {
				if options.Since, err = dates.Parse(from, tx.Today()); err != nil {
					return sheet.Imported{}, inFlag("--from", err)
				}
			}
			t, err := catalog.Import(tx, batches, options, func(p catalog.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
		},
	}, nil
}
