package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// paretoRequest is what the flags of report pareto say.
type paretoRequest struct {
	limit   int
	summary bool
	plot    plot
	where   whereFlag
	days    *span
}

func reportPareto(a *app) *cobra.Command {
	var o paretoRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "pareto",
		Short: "Who brings the revenue: customers from the most to the least",
		Long: `The customers who bought in the time asked about, by revenue less tax, shipping
and returns; who brings the same stands by id. share is her part of the whole,
cumulative that of her and all before her. A customer is of

  class A    while those before her bring less than 80 % of the revenue
  class B    while they bring less than 95 %
  class C    after that

Who gave back more than she bought comes last and lowers the whole, so that
cumulative may be above 1 before her. Where all revenue is not above 0 there are
no shares and no classes. --summary prints a row a class.`,
		Example: `perla report pareto --limit 20
perla report pareto --summary --plot             # how few bring how much
perla report pareto --period 2026 --plot=pareto.svg -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.Pareto)
	alsoRowsOf(cmd, sheet.ParetoClasses)
	o.days = spanFlags(cmd)
	cmd.Flags().IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	cmd.Flags().BoolVar(&o.summary, "summary", false, "print one row a class")
	o.where.register(cmd)
	o.plot.register(cmd, "the share of the revenue over that of the customers")
	cmd.MarkFlagsMutuallyExclusive("summary", "limit")
	return cmd
}

func (o *paretoRequest) answer(a *app, v *book.View) (err error) {
	var asked insight.ParetoOptions
	if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, o.days, &o.where); err != nil {
		return err
	}
	rows, err := insight.ReportPareto(v, asked)
	if err != nil {
		return err
	}
	curve := paretoCurve(rows)
	if o.summary {
		columns := sheet.ParetoClasses
		if a.forPeople() {
			columns = shares(columns, map[string]func(*insight.ParetoClass) *float64{"share": func(c *insight.ParetoClass) *float64 { return &c.Share },
				"revenue_share": func(c *insight.ParetoClass) *float64 { return c.RevenueShare }})
		}
		return emitPlotted(a, o.plot, columns, insight.SummarizePareto(rows), curve.Draw, curve)
	}
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	columns := sheet.Pareto
	if a.forPeople() {
		columns = shares(columns, map[string]func(*insight.Pareto) *float64{"share": func(p *insight.Pareto) *float64 { return p.Share },
			"cumulative": func(p *insight.Pareto) *float64 { return p.Cumulative }})
	}
	return emitPlotted(a, o.plot, columns, rows, curve.Draw, curve)
}

// paretoCurve is the share of the revenue that the best so many per cent of customers bring; nothing without shares.
func paretoCurve(rows []insight.Pareto) render.Chart {
	c := render.Chart{Title: "Revenue by the best customers", XAxis: "share of customers", YAxis: "share of the revenue", Format: percents,
		Series: make([]render.Series, 1)}
	if len(rows) == 0 || rows[0].Cumulative == nil {
		return c
	}
	const most = 100
	places := min(len(rows), most)
	for i := range places + 1 {
		n, share := i*len(rows)/places, 0.0
		if n > 0 {
			share = *rows[n-1].Cumulative
		}
		c.X = append(c.X, strconv.Itoa((200*n+len(rows))/(2*len(rows)))+"%")
		c.Series[0].Values = append(c.Series[0].Values, share)
	}
	return c
}
