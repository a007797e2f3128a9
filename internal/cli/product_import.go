package cli

import (
	"errors"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/sheet"
)

func productImport(a *app) *cobra.Command {
	var o importFlags
	var from string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import products from a CSV file, or from - for standard input",
		Long: `Import products from a CSV file. Delimiter, encoding and the order of dates are
found out; columns are known by their names in English, Spanish, Portuguese and
French, or by --map.

Columns:
` + indent(wrap(columnNames(sheet.ProductRows), helpWidth-2)) + `
and attr.KEY for what else is known of it, with values parted by semicolons.

A row is the product with its sku; the same file twice changes nothing. A price
or a cost other than today's holds from today on, or --from another day: say
--from 2020-01-01 in a new book, so that what was sold since has a cost. What a
file says of the stock is passed over; see perla stock import. A bad row stops
the whole import, unless --skip-bad leaves it out.`,
		Example: `perla product import products.csv
perla product import products.csv --from 2020-01-01 --dry-run
perla product import products.csv --map name=Articulo --never cost
cat products.csv | perla product import - --skip-bad --rejects bad.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := openInput(cmd.Context(), a, &o, args[0], catalog.FieldSKU.Name(), false)
			if err != nil {
				return err
			}
			n, err := productsIn(&o, in, from)
			if err != nil {
				return errors.Join(err, in.Close())
			}
			j, err := newImport(a, &o, in, n)
			if err != nil {
				return err
			}
			return j.finish(cmd)
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a sku is the same whoever writes the file
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
