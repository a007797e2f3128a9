package cli

import (
	"fmt"
	"strings"

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
back with perla order return, which gives it a credit note. To print one:
perla invoice show 2026-0001 --out invoice.html`,
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
		`perla invoice list --period 2026
perla invoice show 2026-0001 --out invoice.html`,
		invoiceList(a), invoiceShow(a))
}

func invoiceShow(a *app) *cobra.Command {
	var document documentFlags
	cmd := rowsOf(&cobra.Command{
		Use:   "show NUMBER",
		Short: "Show or print one invoice or credit note",
		Long: `Show one invoice or credit note, by its number. With -o html, or a FILE.html for
--out, it is the page that is printed or sent, in the customer's language; who
sells is a setting of the book: perla config set seller_name NAME.`,
		Example: `perla invoice show 2026-0001
perla invoice show 2026-0001 --out invoice.html`,
		ValidArgsFunction: a.completeFrom(invoiceNumbers),
		RunE: func(cmd *cobra.Command, args []string) error {
			if document.output == html || document.output == "" && outNamesHTML(a) {
				document.kind, document.output = "invoice", html
			}
			if err := document.take(a); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				invoice, err := sales.FindInvoice(v, args[0], day)
				if err != nil {
					return err
				}
				if document.kind == "" {
					return emitOne(a, sheet.Invoices, invoice)
				}
				order, err := sales.Find(v, fmt.Sprintf("id:%d", invoice.OrderID), day)
				if err != nil {
					return err
				}
				return a.showDocument(v, order, &document, day)
			})
		},
	}, sheet.Invoices)
	document.registerOutput(cmd)
	return cmd
}

// invoiceNumbers proposes the numbers of invoices and credit notes.
func invoiceNumbers(v *book.View, typed string) (list []cobra.Completion, err error) {
	for i, err := range sales.Invoices(v, sales.InvoiceQuery{AsOf: v.Today()}) {
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(i.Number(), strings.ToUpper(typed)) {
			list = append(list, cobra.CompletionWithDesc(i.Number(), i.Customer))
		}
	}
	return list, nil
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
	f.Var(enumOf(&o.kind, string(sales.InvoiceIssued), string(sales.CreditNoted)), "kind", "only this `KIND`: invoice, credit_note")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	return cmd
}
