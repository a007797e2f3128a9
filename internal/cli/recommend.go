package cli

import (
	"cmp"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/sheet"
)

func recommendCommand(a *app) *cobra.Command {
	limit := 10
	var days *span
	cmd := rowsOf(&cobra.Command{
		Use:   "recommend CUSTOMER",
		Short: "What to offer a customer: what her like bought and she has not",
		Long: `Customers who bought what she bought also bought other things; these are the
products that she has not bought, with the reason. For each product the one of
hers speaks whose buyers took it most surely: score is the share of them that
took it, as it is at least at 95 % (Wilson's interval), so that 9 of 10 say more
than 1 of 1. Counted are products that two customers or more took, more often
than customers in general do (lift above 1), and that are offered at the as-of
day. Where nothing she bought says anything, it is what most customers bought.

  because  the product of hers      of     customers who bought it
  count    those who bought both    lift   as against all customers: 2 is twice`,
		Example: `perla recommend ana
perla recommend ana --limit 3 --since -1y
perla recommend ana@example.com -o json`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkLimit(limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) (err error) {
				asked := insight.RecommendOptions{Limit: limit}
				if asked.AsOf, err = a.asOf(v); err != nil {
					return err
				}
				if asked.Days, err = days.days(v.Today()); err != nil {
					return err
				}
				c, err := contacts.Find(v, args[0])
				if err != nil {
					return err
				}
				asked.Customer = c.ID
				list, err := insight.Recommend(v, asked)
				if err != nil {
					return err
				}
				if len(list) == 0 || a.askedForRows() || !a.forPeople() {
					return emitSlice(a, sheet.Recommendations, list)
				}
				return a.eachLine(func(line func(text string, under bool) error) error {
					for i := range list {
						if err := cmp.Or(line(list[i].Item.SKU+"  "+list[i].Item.Name, false), line(list[i].Reason(), true)); err != nil {
							return err
						}
					}
					return nil
				})
			})
		},
	}, sheet.Recommendations)
	days = spanFlags(cmd)
	cmd.Flags().IntVar(&limit, "limit", limit, "at most `N` rows (0 is all)")
	return cmd
}
