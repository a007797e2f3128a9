package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func reportReceivables(a *app) *cobra.Command {
	var credits bool
	var where whereFlag
	cmd := rowsOf(&cobra.Command{
		Use:   "receivables",
		Short: "Who owes what, by how long it is overdue",
		Long: `What each customer owes, by how long it is overdue: d0 is due that day or later,
d1_30 was due 1 to 30 days before, and so on; d90 is longer than 90 days. What
is due when, is agreed with perla order terms; else an order is due on its day.
Payments pay what is due longest first, unless they name an order. Customers who
have something to their credit owe nothing and are left out, unless --credits
shows them with a total below 0.`,
		Example: `perla report receivables
perla report receivables --as-of 2026-06-30 --credits -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := sales.Receivables(v, day, 0, credits)
				if err != nil {
					return err
				}
				wanted, err := where.chooser(a, v)
				if err != nil {
					return err
				}
				return a.emitReceivables(slices.DeleteFunc(list, func(r sales.Receivable) bool { return !wanted(r.CustomerID) }))
			})
		},
	}, sheet.Receivables)
	where.register(cmd)
	cmd.Flags().BoolVar(&credits, "credits", false, "with those who have credit, below 0")
	return cmd
}

// emitReceivables prints what is owed, to people with a last line of what it comes to.
func (a *app) emitReceivables(list []sales.Receivable) error {
	if !a.forPeople() || a.columnsGiven || len(list) < 2 {
		return emitSlice(a, sheet.Receivables, list)
	}
	sum := sales.Receivable{Name: "total"}
	for _, r := range list {
		for i, amount := range r.Aged {
			sum.Aged[i] += amount
		}
		sum.Credit += r.Credit
	}
	columns := slices.Clone(sheet.Receivables)
	for i := range columns {
		if get := columns[i].Get; columns[i].Name == "customer_id" {
			columns[i].Get = func(r *sales.Receivable) sheet.Value {
				if r.CustomerID == 0 {
					return sheet.Value{}
				}
				return get(r)
			}
		}
	}
	return emitSlice(a, columns, append(list, sum))
}
