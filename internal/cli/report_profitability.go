package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// profitRequest is what the flags of report profitability say.
type profitRequest struct {
	limit   int
	summary bool
	plot    plot
	days    *span
	where   whereFlag
}

func reportProfitability(a *app) *cobra.Command {
	var o profitRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "profitability",
		Short: "What each customer leaves, the most first: the whale curve",
		Long: `What is left of what each customer bought in the time asked about, after what it
took to have her; the most first, equal ones by id.

  revenue     total less tax, shipping and returns, and so less discounts
  cost        of the goods, frozen at sale
  discounts   given on these orders: shown, not taken off once more
  points      that she spent, at what a point pays
  campaigns   her part of what the campaigns cost that wrote to her
  service     minutes spent with her x the rate of perla config: service_rate
  profit      revenue less cost, points, campaigns and service
  margin      profit / revenue; empty where revenue is 0
  cumulative  profit of her and all before her: it rises, then falls by those
              who cost more than they bring

Where a cost is not known, profit is empty, not 0, and she comes last. --summary
prints who brings a profit, who takes one; --plot draws the curve. See: perla
help value.`,
		Example: `perla report profitability --limit 20
perla report profitability --summary --plot      # how few bring how much
perla report profitability --period 2026 --plot=whale.svg -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.Profits)
	alsoRowsOf(cmd, sheet.ProfitGroups)
	o.days = spanFlags(cmd)
	cmd.Flags().IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	cmd.Flags().BoolVar(&o.summary, "summary", false, "print one row for those who bring a profit, take one, or neither")
	o.where.register(cmd)
	o.plot.register(cmd, "the whale curve")
	cmd.MarkFlagsMutuallyExclusive("summary", "limit")
	return cmd
}

func (o *profitRequest) answer(a *app, v *book.View) (err error) {
	var asked insight.ProfitOptions
	if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, o.days, &o.where); err != nil {
		return err
	}
	rows, err := insight.ReportProfits(v, asked)
	if err != nil {
		return err
	}
	groups, err := insight.SummarizeProfits(rows)
	if err != nil {
		return err
	}
	if n := len(groups); n > 0 && groups[n-1].Group == insight.ProfitUnknown {
		a.warn("the cost of goods is not known of %s: profit is empty there", counted(int64(groups[n-1].Customers), "customer"))
	}
	curve := whaleCurve(rows, a.setting())
	if o.summary {
		columns := sheet.ProfitGroups
		if a.forPeople() {
			columns = shares(columns, map[string]func(*insight.ProfitGroup) *float64{"share": func(g *insight.ProfitGroup) *float64 { return &g.Share },
				"profit_share": func(g *insight.ProfitGroup) *float64 { return g.ProfitShare }})
		}
		return emitPlotted(a, o.plot, columns, groups, curve.Draw, curve)
	}
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	columns := sheet.Profits
	if a.forPeople() {
		columns = shares(columns, map[string]func(*insight.Profit) *float64{"margin": func(p *insight.Profit) *float64 { return p.Margin }})
	}
	return emitPlotted(a, o.plot, columns, rows, curve.Draw, curve)
}

// whaleCurve is the profit that the best so many per cent of customers leave together, of those of whom it is known.
func whaleCurve(rows []insight.Profit, setting sheet.Setting) render.Chart {
	c := render.Chart{Title: "Profit of the best customers together", XAxis: "share of customers", YAxis: setting.Currency.Code, Series: make([]render.Series, 1)}
	known := 0
	for known < len(rows) && rows[known].Cumulative != nil {
		known++
	}
	if known == 0 {
		return c
	}
	const most = 100
	places := min(known, most)
	for i := range places + 1 {
		n, sum := i*known/places, 0.0
		if n > 0 {
			sum = major(*rows[n-1].Cumulative, setting)
		}
		c.X = append(c.X, strconv.Itoa((200*n+known)/(2*known))+"%")
		c.Series[0].Values = append(c.Series[0].Values, sum)
	}
	return c
}
