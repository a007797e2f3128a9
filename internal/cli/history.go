package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
)

func historyCommand(a *app) *cobra.Command {
	var o struct {
		customer string
		limit    int
	}
	columns := operationColumns(a)
	cmd := rowsOf(&cobra.Command{
		Use:   "history",
		Short: "List what was done to the book, the last first",
		Long: `Each line is one command that changed something: its number, when it was done,
the command with the ids it touched, whether it is undone at present, and how
many rows it changed. perla undo takes one back by its number, unless it is
sealed: sealed_on is the day on which somebody was erased whose rows it had
changed. Values are never in this list.`,
		Example: `perla history
perla history --limit 5 -o json
perla history --customer 1`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.limit < 0 {
				return usage(cmd, "--limit is a number of operations, 0 for all")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				var customer int64
				if cmd.Flags().Changed("customer") {
					c, err := contacts.Find(v, o.customer)
					if err != nil {
						return err
					}
					customer = c.ID
				}
				more := false
				if err := emit(a, columns, firstOf(book.History(v, customer), o.limit, &more)); err != nil {
					return err
				}
				if more {
					a.note("these are the last %s; --limit 0 lists all", counted(int64(o.limit), "operation"))
				}
				return nil
			})
		},
	}, columns)
	cmd.Flags().StringVar(&o.customer, "customer", "", "only what touched `CUSTOMER` or rows that name her")
	cmd.Flags().IntVar(&o.limit, "limit", 50, "list the last `N`, 0 for all")
	return cmd
}

// firstOf is the first of some rows, all of them when limit is 0, and sets more when there are others.
func firstOf[T any](rows iter.Seq2[T, error], limit int, more *bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		n := 0
		for row, err := range rows {
			if err == nil && limit > 0 && n == limit {
				*more = true
				return
			}
			if n++; !yield(row, err) {
				return
			}
		}
	}
}
