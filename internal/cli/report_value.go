package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// valueRequest is what the flags of report value say.
type valueRequest struct {
	sort    string
	limit   int
	summary bool
	plot    plot
	where   whereFlag
}

func reportValue(a *app) *cobra.Command {
	o := valueRequest{sort: "customer_id"}
	cmd := rowsOf(&cobra.Command{
		Use:   "value",
		Short: "What each customer is worth, could be, and how she is served",
		Long: `Customers after Peppers and Rogers, at the as-of day:

  actual         what was left of all she brought: revenue less the cost of the
                 goods, the points she spent, and the time spent with her
  potential      as entered (perla customer edit), else what the best tenth of
                 her service level bring in twelve months
  share          her margin of the last twelve months as a part of potential
  strategic      complaints and suggestions she gave, and customers she referred
  growth         potential less actual
  risk           that she buys no more, from 0 to 1
  service_level  A, B or C by actual: how often she is spoken to, never whether

Where the cost of an order is not known, actual is empty, not 0, and the levels
of all go by revenue; standard error says so. --where picks customers after the
levels were given among all. Of the signals --columns shows each: complaints,
suggestions, referrals, referral_sales; and year_margin. See: perla help value.`,
		Example: `perla report value --sort -actual --limit 10      # who matters most
perla report value --sort -growth                 # who could bring more
perla report value --summary --plot               # level by level
perla report value --columns name,complaints,referrals,referral_sales -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.ValuesTold)
	alsoRowsOf(cmd, sheet.ValueLevels)
	f := cmd.Flags()
	f.BoolVar(&o.summary, "summary", false, "print one row a service level")
	f.Var(sortBy(&o.sort, namesOf(sheet.ValuesTold)), "sort", "sort by `COLUMN`, with - before it downwards: any but those of --summary")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	o.where.register(cmd)
	o.plot.register(cmd, "what each level is worth")
	cmd.MarkFlagsMutuallyExclusive("summary", "sort")
	cmd.MarkFlagsMutuallyExclusive("summary", "limit")
	return cmd
}

func (o *valueRequest) answer(a *app, v *book.View) (err error) {
	var asked insight.ValueOptions
	if asked.AsOf, _, asked.Where, err = a.scope(v, nil, &o.where); err != nil {
		return err
	}
	report, err := insight.ReportValues(v, asked)
	if err != nil {
		return err
	}
	if report.ByRevenue {
		a.warn("the cost of goods is not known of %s: actual is empty there, and levels go by revenue", counted(int64(report.Unknown), "customer"))
	}
	levels, err := report.Summary()
	if err != nil {
		return err
	}
	bars := valueBars(levels, a.setting())
	if o.summary {
		columns := sheet.ValueLevels
		if a.forPeople() {
			columns = shares(columns, map[string]func(*insight.ValueLevel) *float64{"share": func(l *insight.ValueLevel) *float64 { return &l.Share },
				"actual_share": func(l *insight.ValueLevel) *float64 { return l.ActualShare }, "mean_risk": func(l *insight.ValueLevel) *float64 { return l.MeanRisk }})
		}
		return emitBars(a, o.plot, columns, levels, "Actual value by service level", bars)
	}
	columns := sheet.Values
	if a.columnsGiven {
		columns = sheet.ValuesTold
	}
	rows := slices.Clone(report.Rows)
	if o.sort != "customer_id" {
		if err := sheet.Sort(sheet.ValuesTold, o.sort, rows); err != nil {
			return err
		}
	}
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	if a.forPeople() {
		columns = shares(columns, map[string]func(*insight.Value) *float64{"share": func(c *insight.Value) *float64 { return c.Share },
			"risk": func(c *insight.Value) *float64 { return c.Risk }})
	}
	return emitBars(a, o.plot, columns, rows, "Actual value by service level", bars)
}

// valueBars draw what each level is worth, where that is known.
func valueBars(levels []insight.ValueLevel, setting sheet.Setting) []render.Bar {
	var bars []render.Bar
	for _, l := range levels {
		if l.Actual != nil {
			bars = append(bars, render.Bar{Label: l.Level, Value: sheet.Plain(sheet.Money(*l.Actual), setting), Amount: float64(*l.Actual)})
		}
	}
	return bars
}
