package cli

import "github.com/spf13/cobra"

func reportCommand(a *app) *cobra.Command {
	return noun("report", "What the book tells about customers and sales",
		`perla report rfm --summary
perla report rfm --as-of 2025-12-31 -o csv`,
		reportDashboard(a), reportRFM(a), reportCLV(a), reportValue(a), reportProfitability(a), reportChurn(a), reportSales(a), reportCampaigns(a), reportNPS(a), reportSatisfaction(a), reportFunnel(a), reportEngagement(a), reportFootfall(a), reportConversion(a), reportCohort(a), reportPareto(a), reportBasket(a), reportReceivables(a), reportStock(a), reportNetwork(a), reportCommissions(a))
}
