package cli

import (
	"cmp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func campaignCredit(a *app) *cobra.Command {
	var all bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "credit [CAMPAIGN] [ORDER]",
		Short: "Credit orders to the campaigns they came of, once and for good",
		Long: `Credit the orders that are not credited yet: to the campaign an order names,
else to the one whose code it used, else to the last message that reached its
customer within the window of the campaign. With a campaign and an order,
credit that one. What is credited stays so, whatever is imported later.

On a terminal more orders than fit one screen are summed by campaign, unless
you say --all.`,
		Example: exampleCampaign + `perla campaign credit
perla campaign credit spring 1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return usage(cmd, "a campaign goes with the order that is credited to it")
			}
			var made []outreach.Credit
			err := a.update(cmd.Context(), "campaign credit", func(tx *book.Tx) (err error) {
				if len(args) == 0 {
					if made, err = outreach.CreditOrders(tx); err != nil {
						return err
					}
					made, err = namedCredits(tx.View, made)
					return err
				}
				c, err := outreach.FindCampaign(tx.View, args[0])
				if err != nil {
					return err
				}
				order, err := sales.Find(tx.View, args[1], tx.Today())
				if err != nil {
					return err
				}
				one, err := outreach.CreditOrder(tx, c.ID, order.ID)
				made = []outreach.Credit{one}
				return err
			})
			if err != nil {
				return err
			}
			if all || len(made) <= creditsShown || a.columnsGiven || !a.forPeople() {
				return emitSlice(a, sheet.Credits, made)
			}
			if err := emitSlice(a, creditSumColumns, creditSums(made)); err != nil {
				return err
			}
			a.note("%s credited; those of one: perla campaign results %s --orders", counted(int64(len(made)), "order"), made[0].Campaign)
			return nil
		},
	}, sheet.Credits))
	cmd.Flags().BoolVar(&all, "all", false, "every order, however many screens")
	return cmd
}

// creditsShown are how many orders a person reads one by one.
const creditsShown = 20

// creditSum is what one campaign was credited with for one reason.
type creditSum struct {
	campaign, reason string
	orders           int64
	first, last      dates.Date
}

var creditSumColumns = []sheet.Column[creditSum]{
	{Name: "campaign", Get: func(s *creditSum) sheet.Value { return sheet.Text(s.campaign) }},
	{Name: "reason", Get: func(s *creditSum) sheet.Value { return sheet.Text(s.reason) }},
	{Name: "orders", Kind: sheet.IntKind, Get: func(s *creditSum) sheet.Value { return sheet.Int(s.orders) }},
	{Name: "first", Kind: sheet.DateKind, Get: func(s *creditSum) sheet.Value { return sheet.Date(s.first) }},
	{Name: "last", Kind: sheet.DateKind, Get: func(s *creditSum) sheet.Value { return sheet.Date(s.last) }},
}

// creditSums sums credits by campaign and reason, the earliest order first.
func creditSums(made []outreach.Credit) (sums []creditSum) {
	at := map[[2]string]int{}
	for _, c := range made {
		key := [2]string{c.Campaign, c.Reason}
		if _, ok := at[key]; !ok {
			at[key] = len(sums)
			sums = append(sums, creditSum{campaign: c.Campaign, reason: c.Reason, first: c.OrderedOn, last: c.OrderedOn})
		}
		s := &sums[at[key]]
		s.orders++
		s.first, s.last = min(s.first, c.OrderedOn), max(s.last, c.OrderedOn)
	}
	slices.SortStableFunc(sums, func(a, b creditSum) int { return cmp.Compare(a.first, b.first) })
	return sums
}

// namedCredits are credits with the names of what they are about.
func namedCredits(v *book.View, made []outreach.Credit) ([]outreach.Credit, error) {
	isNew := map[int64]bool{}
	for _, c := range made {
		isNew[c.OrderID] = true
	}
	all, err := outreach.Credits(v, 0)
	var named []outreach.Credit
	for _, c := range all {
		if isNew[c.OrderID] {
			named = append(named, c)
		}
	}
	return named, err
}
