package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/sheet"
)

// importOnly are the flags of an import that say how a file is to be read, but for the places of its columns.
var importOnly = []string{"map", "no-header", "delimiter", "decimal", "date-format", "strict", "skip-bad", "rejects"}

// registerSome gives a command some of the flags of an import: those that make sense where rows are neither created nor
// changed but booked.
func (o *importFlags) registerSome(cmd *cobra.Command, names ...string) {
	every := &cobra.Command{}
	o.register(every)
	for _, name := range names {
		cmd.Flags().AddFlag(every.Flags().Lookup(name))
	}
}

// firstChanged is the first of some flags that was given.
func firstChanged(cmd *cobra.Command, names ...string) string {
	for _, name := range names {
		if cmd.Flags().Changed(name) {
			return name
		}
	}
	return ""
}

func stockImport(a *app) *cobra.Command {
	var o importFlags
	var plain stockFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Book a delivery from a CSV file, or from - for standard input",
		Long: `Book deliveries from a CSV file. Delimiter, encoding, decimal marks and the
order of dates are found out; columns are known by their names in English,
Spanish, Portuguese and French, or by --map.

Columns:
` + indent(wrap(columnNames(sheet.Deliveries), helpWidth-2)) + `

Products are named by their skus, and are there before. Every row has a
document, or --document names one for those that have none: what came of a
product and lot under it is booked once, so that the same file twice changes
nothing; another quantity or cost is refused. A bad row stops the whole import,
unless --skip-bad leaves it out.`,
		Example: `perla stock import shipment.csv --document DN-9
perla stock import shipment.csv --document DN-9 --dry-run -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := plain.clean(); err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], deliveryImporter(&plain))
		},
	}, sheet.Imports))
	o.registerSome(cmd, append([]string{"columns"}, importOnly...)...)
	plain.register(cmd, "document", "on")
	return cmd
}

// deliveryImporter is how deliveries are booked from a file.
func deliveryImporter(o *stockFlags) importer[catalog.Delivery] {
	var over []catalog.Overrun
	var r *catalog.Receiver
	return importer[catalog.Delivery]{
		what: "stock import", columns: sheet.Deliveries,
		stamp: func(d *catalog.Delivery, line int, _ uint64, bad bool) { d.Line, d.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]catalog.Delivery], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			day, err := dayIn("--on", o.on, tx.Today())
			if err != nil {
				return done, err
			}
			r = catalog.NewReceiver(tx)
			for batch := range batches {
				for i := range batch {
					d := &batch[i]
					if d.Document == "" {
						d.Document = o.document
					}
					if d.On.IsZero() {
						d.On = day
					}
					if d.Document == "" && !d.Bad {
						d.Bad = true
						report(rejection{line: d.Line, field: "document", reason: "a document is needed, so that the file is not booked twice: --document NUMBER"})
					}
				}
				err := r.Receive(batch, func(p catalog.Problem) { report(rejection{line: p.Line, field: p.Field, reason: p.Reason}) })
				if err != nil {
					return done, err
				}
			}
			over, err = r.Overruns()
			return sheet.Imported{Created: r.New, Unchanged: r.Same}, err
		},
		after: func(a *app) { a.warnReceived(r, over) },
	}
}
