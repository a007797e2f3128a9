package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func paymentImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read payments from a CSV file, or from standard input (-)",
		Long: `Read payments from a CSV file: date, amount, and whose it is. Columns, by these
names or by theirs in Spanish, Portuguese and French, or by --map:
` + indent(wrap(columnNames(sheet.PaymentRows), helpWidth-2)) + `

The customer is named as in an order file and is there before; where the order
is named, by its ref, as id:12 or by the number of its invoice (2026-0001), it
may be left out. Amounts below 0 went back.

The file may be read again: a payment is known by its ref within --source, one
without a ref by what it says, so that a second time changes nothing. A payment
is never changed: another amount, day, customer or order under its ref is
refused.`,
		Example: `perla payment import payments.csv --dry-run
perla payment import payments.csv --source bank`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if sales.Reserved(o.source) {
				return inFlag("--source", fault.New(fault.Usage, o.source+" is what perla calls payments without a ref", "choose another name"))
			}
			return runImport(a, cmd, &o, args[0], paymentImporter(o.source))
		},
	}, sheet.Imports))
	scratch := &cobra.Command{}
	o.register(scratch)
	for _, name := range append([]string{"columns", "source"}, importOnly...) {
		cmd.Flags().AddFlag(scratch.Flags().Lookup(name))
	}
	return cmd
}

// paymentImporter is how payments are imported.
func paymentImporter(source string) importer[sales.PaymentRow] {
	return importer[sales.PaymentRow]{
		what: "payment import", columns: sheet.PaymentRows,
		stamp: func(r *sales.PaymentRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]sales.PaymentRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			tally, err := sales.ImportPayments(tx, batches, source, func(p sales.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			return sheet.Imported{Created: tally.Created, Unchanged: tally.Unchanged}, err
		},
	}
}

func paymentExport(a *app) *cobra.Command {
	var o paymentQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "export [CUSTOMER]",
		Short: "Write payments as a file that payment import reads",
		Long: `Write payments as a file that payment import reads. Those that came without a
ref have one made of their values and the ref_source content, so that importing
the file again changes nothing.`,
		Example:           `perla payment export --out payments-copy.csv`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.query(a, v, args)
				if err != nil {
					return err
				}
				return emit(a, sheet.PaymentRows, sales.ExportPayments(v, q))
			})
		},
	}, sheet.PaymentRows)
	o.register(cmd)
	return cmd
}
