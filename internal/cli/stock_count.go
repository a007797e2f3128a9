package cli

import (
	"fmt"
	"iter"
	"os"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// countFileFlags say how a counted list is to be read. Its columns have names: --columns chooses what is printed.
var countFileFlags = []string{"map", "delimiter", "decimal", "strict", "skip-bad", "rejects"}

func stockCount(a *app) *cobra.Command {
	var o stockFlags
	var file importFlags
	cmd := a.writing(rowsOf(rowsOf(&cobra.Command{
		Use:   "count PRODUCT|FILE [PIECES]",
		Short: "Book what was counted: a product, or a list of them from a CSV file",
		Long: `Book the difference between what was counted and what there should be, and print
what there is then. A product in several lots is counted lot by lot, with --lot.

With a file, or - for standard input, in place of a product and its pieces, a
whole list is counted, all or nothing. Its columns are product, quantity and
lot; what perla stock list -o csv or perla stock export writes is such a file,
with on_hand or quantity to be put right. Rows without a quantity, and products
that are not in it, were not counted and stay as they are.`,
		Example: `perla stock receive AB-100 24
perla stock count AB-100 17 --reason "yearly count"
perla stock export | perla stock count - --reason "yearly count" --dry-run`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.clean(); err != nil {
				return err
			}
			if len(args) == 1 {
				if o.lot != "" {
					return usage(cmd, "--lot is for one product; a file has a column of that name")
				}
				if err := a.notProduct(cmd, args[0]); err != nil {
					return err
				}
				return runImport(a, cmd, &file, args[0], countImporter(&o))
			}
			if name := firstChanged(cmd, countFileFlags...); name != "" {
				return usage(cmd, fmt.Sprintf("--%s is for a file, and a product is named", name))
			}
			n, err := pieces(args[1])
			if err != nil {
				return err
			}
			return a.moveStock(cmd.Context(), "stock count", args[0], func(tx *book.Tx, p catalog.Product) error {
				return countOne(a, tx, &o, catalog.Count{Given: true, Product: p.ID, Lot: o.lot, Counted: n})
			})
		},
	}, sheet.Stocks), sheet.Imports))
	o.register(cmd, "reason", "lot", "on")
	file.registerSome(cmd, countFileFlags...)
	return cmd
}

// notProduct refuses the name of a file that is not there and is that of a product, whose pieces were left out.
func (a *app) notProduct(cmd *cobra.Command, name string) error {
	if _, err := os.Stat(name); name == "-" || err == nil {
		return nil
	}
	var product catalog.Product
	_ = a.view(cmd.Context(), func(v *book.View) (err error) {
		product, err = catalog.FindProduct(v, name)
		return err
	})
	if product.ID == 0 {
		return nil
	}
	return usage(cmd, fmt.Sprintf("%s is a product, and no file of that name is there: how many were counted?", product.SKU))
}

// countOne books the count of one product; why it is refused is an error.
func countOne(a *app, tx *book.Tx, o *stockFlags, count catalog.Count) error {
	day, err := dayIn("--on", o.on, tx.Today())
	if err != nil {
		return err
	}
	var refused error
	done, err := catalog.CountStock(tx, []catalog.Count{count}, catalog.CountOptions{On: day, Reason: o.reason}, func(p catalog.Problem) {
		refused = &fault.Error{Kind: fault.Conflict, Reason: p.Reason}
	})
	if err == nil && refused == nil && done.Changed == 0 {
		a.note("there are just as many: nothing has changed")
	}
	if err == nil {
		err = refused
	}
	return err
}

// countImporter is how a counted list is booked.
func countImporter(o *stockFlags) importer[catalog.Count] {
	var short []catalog.Shortage
	return importer[catalog.Count]{
		what: "stock count", columns: sheet.Counts,
		stamp: func(n *catalog.Count, line int, _ uint64, bad bool) { n.Line, n.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]catalog.Count], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			day, err := dayIn("--on", o.on, tx.Today())
			if err != nil {
				return done, err
			}
			var all []catalog.Count // a product may stand in several rows, and each is decided with the others
			for batch := range batches {
				all = append(all, batch...)
			}
			found, err := catalog.CountStock(tx, all, catalog.CountOptions{On: day, Reason: o.reason, File: true}, func(p catalog.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			if err == nil && len(found.Products) > 0 {
				short, err = catalog.Shortages(tx.View, found.Products...)
			}
			return sheet.Imported{Updated: found.Changed, Unchanged: found.Same}, err
		},
		after: func(a *app) { a.warnShort(short) },
	}
}
