package cli

import (
	"cmp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func reportCampaigns(a *app) *cobra.Command {
	var byRevenue bool
	cmd := rowsOf(&cobra.Command{
		Use:   "campaigns",
		Short: "What came of each campaign",
		Long: `What came of each campaign that was launched or has credited orders, the latest
first, then those that were never launched, the highest revenue first: see perla
campaign results for what the figures mean.`,
		Example: `perla report campaigns
perla report campaigns --revenue -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				rows, err := campaignResultsAll(v, day)
				if err != nil {
					return err
				}
				if err := a.sayUncredited(v); err != nil {
					return err
				}
				return emitSlice(a, sheet.ReportCampaigns(byRevenue), rows)
			})
		},
	}, sheet.ReportCampaigns(false))
	cmd.Flags().BoolVar(&byRevenue, "revenue", false, "the return on investment by revenue instead of margin")
	return cmd
}

// campaignResultsAll are the results of all campaigns of which anything came by a day: the latest first, then
// by revenue those that were never launched.
func campaignResultsAll(v *book.View, day dates.Date) (rows []outreach.Result, err error) {
	list, err := outreach.Campaigns(v)
	for _, c := range list {
		if err != nil {
			return nil, err
		}
		var r outreach.Result
		if r, err = outreach.Results(v, c, day); err == nil && (!c.Launched.IsZero() && c.Launched <= day || r.Orders > 0) {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b outreach.Result) int {
		return cmp.Or(cmp.Compare(b.Campaign.Launched, a.Campaign.Launched), cmp.Compare(b.Revenue, a.Revenue))
	})
	return rows, err
}
