package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func orderInvoice(a *app) *cobra.Command {
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "invoice ORDER...",
		Short: "Give orders their invoices, of the next numbers of the year",
		Long: `Give orders their invoices, of the next numbers of the day's year. Numbers have
no gaps and go with the days, so that an invoice cannot be dated before the last
one of its year. An invoice is never undone: an order that was invoiced is taken
back with
perla order return, which gives it a credit note. To print one:
perla order show ORDER --document invoice --out invoice.html`,
		Example: `perla order add ana AB-100x3 --ref S-11
perla order invoice S-11 --dry-run
perla order invoice S-11`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.orderIDs(cmd.Context(), args)
			if err != nil {
				return err
			}
			var issued []sales.Invoice
			err = a.update(cmd.Context(), operationOnIDs("order invoice", ids), func(tx *book.Tx) error {
				day, err := dayIn("--on", on, tx.Today())
				if err != nil {
					return err
				}
				for _, id := range ids {
					made, err := sales.IssueInvoice(tx, id, day)
					if err != nil {
						return err
					}
					invoice, err := sales.InvoiceOf(tx.View, made)
					if err != nil {
						return err
					}
					issued = append(issued, invoice)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Invoices, issued)
		},
	}, sheet.Invoices))
	cmd.Flags().StringVar(&on, "on", "", "the `DATE` of the invoices (default today)")
	return cmd
}

func invoiceCommand(a *app) *cobra.Command {
	return noun("invoice", "Invoices, and the credit notes that correct them",
		`perla invoice list --period 2026`,
		invoiceList(a))
}

func invoiceList(a *app) *cobra.Command {
	var o struct {
		customer, kind string
		days           *span
	}
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List invoices and credit notes, by day and number",
		Example: `perla invoice list --period 2026
perla invoice list --kind credit_note -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) (err error) {
				q := sales.InvoiceQuery{Kind: sales.InvoiceKind(o.kind)}
				if q.AsOf, err = a.asOf(v); err != nil {
					return err
				}
				if q.Days, err = o.days.days(v.Today()); err != nil {
					return err
				}
				if o.customer != "" {
					c, err := contacts.Find(v, o.customer)
					if err != nil {
						return err
					}
					q.Customer = c.ID
				}
				return emit(a, sheet.Invoices, sales.Invoices(v, q))
			})
		},
	}, sheet.Invoices)
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.customer, "customer", "", "only those of `CUSTOMER` (see: perla help selectors)")
	f.Var(enumOf(&o.kind, string(sales.InvoiceIssued), string(sales.CreditNoted)), "kind", "only this `KIND`")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	return cmd
}
