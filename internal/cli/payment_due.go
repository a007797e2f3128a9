package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func paymentDue(a *app) *cobra.Command {
	var until string
	cmd := rowsOf(&cobra.Command{
		Use:   "due [CUSTOMER]",
		Short: "List what is not paid, by the day it is due",
		Long: `List what is not paid, by the day it is due, the oldest first: a row for each
order, or for each instalment of one. amount is what is still open of it.
--until leaves out what is due later; overdue alone is --until yesterday.`,
		Example: `perla payment due --until +7d
perla payment due ana -o json`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				var last dates.Date
				if until != "" {
					if last, err = dayFrom("--until", until, v.Today()); err != nil {
						return err
					}
				}
				var c contacts.Customer
				if len(args) > 0 {
					if c, err = contacts.Find(v, args[0]); err != nil {
						return err
					}
				}
				dues, err := sales.OpenDues(v, day, last, c.ID)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.OpenDues, dues)
			})
		},
	}, sheet.OpenDues)
	cmd.Flags().StringVar(&until, "until", "", "only what is due by `DATE`")
	return cmd
}
