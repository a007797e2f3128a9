package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// clvRequest is what the flags of report clv say.
type clvRequest struct {
	unit, holdout, params, sort string
	horizon, limit              int
	discount, margin            float64
	fit, summary                bool
	plot                        plot
	where                       whereFlag
	given                       func(flag string) bool
}

func reportCLV(a *app) *cobra.Command {
	o := clvRequest{unit: string(insight.CLVUnits[0]), horizon: 12, discount: 0.01, sort: "customer_id"}
	cmd := rowsOf(&cobra.Command{
		Use:   "clv",
		Short: "Foretell what each customer will still bring",
		Long: `Who bought by the as-of day, how likely she still buys (BG/NBD), how often she
will within the horizon, what a purchase of hers will be worth (Gamma-Gamma),
and what that comes to, discounted. All orders of a day are one purchase.

  x                   purchases after the first
  t_x, T              from her first purchase to her last, and to the as-of day,
                      in days or weeks
  p_alive             how likely she still buys; 1 for who bought only once,
                      because in this model nobody leaves before
  expected_purchases  within the horizon, in months of 30 days
  expected_value      of a purchase
  clv                 month by month, purchases x value / (1 + discount)^month,
                      x margin where one is given

The fit is to all who bought. With fewer than 50 who came back there is none:
then each buys on at the mean gap between her own purchases until she has been
silent for three of them, p_alive is empty, and standard error says so.
--fit prints the parameters; --holdout fits to what was known on a day and sets
what was bought since beside it; see perla help clv.`,
		Example: `perla report clv --sort -clv --limit 10         # who will bring the most
perla report clv --summary --plot               # where the value lies
perla report clv --horizon 24 --margin 0.4 -o csv
perla report clv --fit --unit week              # the parameters
perla report clv --holdout -3m --plot           # how good were they?
perla report clv --params "r=.2426,alpha=4.4136,a=.7929,b=2.4259" --unit week`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.given = cmd.Flags().Changed
			if err := o.check(); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.CLV)
	alsoRowsOf(cmd, sheet.CLVSummary)
	alsoRowsOf(cmd, sheet.CLVFit)
	alsoRowsOf(cmd, sheet.CLVCalibration)
	o.register(cmd)
	return cmd
}

func (o *clvRequest) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.unit, texts(insight.CLVUnits)...), "unit", "tell times in the `UNIT`: day, week")
	f.IntVar(&o.horizon, "horizon", o.horizon, "look `MONTHS` of 30 days ahead")
	f.Float64Var(&o.discount, "discount", o.discount, "discount by the `RATE` a month; 0.01 is one per cent")
	f.Float64Var(&o.margin, "margin", 0, "count only the `SHARE` of revenue that is earned, as 0.4")
	f.StringVar(&o.holdout, "holdout", "", "fit up to `DATE` and compare with what was bought since")
	f.StringVar(&o.params, "params", "", "predict with the `PARAMETERS` \"r=...,alpha=...,a=...,b=...,p=...,q=...,v=...\"")
	f.BoolVar(&o.fit, "fit", false, "print the parameters of the models")
	f.BoolVar(&o.summary, "summary", false, "print one row for each span of p_alive")
	o.where.register(cmd)
	o.plot.register(cmd, "where the value lies, or how good the fit was,")
	f.Var(sortBy(&o.sort, namesOf(sheet.CLV)), "sort", "sort by `COLUMN`, with - before it downwards: any of the first ten")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	cmd.MarkFlagsMutuallyExclusive("fit", "summary", "holdout", "sort")
	cmd.MarkFlagsMutuallyExclusive("fit", "summary", "holdout", "limit")
	cmd.MarkFlagsMutuallyExclusive("fit", "plot")
	cmd.MarkFlagsMutuallyExclusive("fit", "holdout", "where") // the fit is always to all
}

// check refuses zeros, which the report takes for the defaults.
func (o *clvRequest) check() error {
	switch {
	case o.horizon == 0:
		return &fault.Error{Kind: fault.Usage, Field: "--horizon", Reason: "0 is outside 1 to 120 months"}
	case o.margin == 0 && o.given("margin"):
		return &fault.Error{Kind: fault.Usage, Field: "--margin", Reason: "0 is outside above 0 to 1", Hint: "0.4 is forty per cent of what is sold"}
	}
	return checkLimit(o.limit)
}

// options are the flags as the report takes them.
func (o *clvRequest) options(a *app, v *book.View) (asked insight.CLVOptions, err error) {
	asked = insight.CLVOptions{Unit: insight.CLVUnit(o.unit), Horizon: o.horizon, Discount: o.discount, Margin: o.margin}
	if asked.AsOf, _, asked.Where, err = a.scope(v, nil, &o.where); err != nil {
		return asked, err
	}
	if o.given("params") {
		asked.BGNBD, asked.GammaGamma, err = insight.ParseCLVParams(o.params)
	}
	return asked, err
}

// answer reports in the form that was asked for.
func (o *clvRequest) answer(a *app, v *book.View) error {
	asked, err := o.options(a, v)
	if err != nil {
		return err
	}
	if o.given("holdout") {
		return o.calibrate(a, v, asked)
	}
	report, err := insight.ReportCLV(v, asked)
	if err != nil {
		return err
	}
	o.warn(a, report.Fit)
	if o.fit {
		return emitSlice(a, sheet.CLVFit, report.Fit.Parameters())
	}
	summary := report.Summary()
	bars := clvBars(summary, a.setting())
	if o.summary {
		return emitBars(a, o.plot, sheet.CLVSummary, summary, "Where the value lies", bars)
	}
	if o.sort != "customer_id" {
		if err := sheet.Sort(sheet.CLV, o.sort, report.Rows); err != nil {
			return err
		}
	}
	rows := report.Rows
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	if err := emitBars(a, o.plot, sheet.CLV, rows, "Where the value lies", bars); err != nil {
		return err
	}
	once := func(c insight.CLV) bool { return c.X == 0 && c.PAlive != nil }
	if a.forPeople() && slices.ContainsFunc(rows, once) {
		a.note("p_alive is 1 where x is 0: in this model nobody leaves before a second purchase")
	}
	return nil
}

// calibrate prints what was predicted on an earlier day beside what was bought since.
func (o *clvRequest) calibrate(a *app, v *book.View, asked insight.CLVOptions) error {
	at, err := dates.ParseEnd(o.holdout, v.Today())
	if err != nil {
		return inFlag("--holdout", err)
	}
	fit, rows, err := insight.CalibrateCLV(v, asked, at)
	if err != nil {
		return err
	}
	o.warn(a, fit)
	return emitBars(a, o.plot, sheet.CLVCalibration, rows, "Purchases, actual and predicted", calibrationBars(rows, a.setting()))
}

// warn says what takes the place of a model that could not be fitted.
func (o *clvRequest) warn(a *app, fit insight.CLVFit) {
	if fit.NoPurchases != nil {
		a.warn("no fit of BG/NBD: %s; each buys on at her own mean gap, and p_alive is empty", insight.Reason(fit.NoPurchases))
	}
	if fit.NoSpending != nil {
		a.warn("no fit of Gamma-Gamma: %s; each spends on what her repeat purchases were worth", insight.Reason(fit.NoSpending))
	}
}

// clvBars draw the value of each outlook.
func clvBars(rows []insight.CLVSummary, setting sheet.Setting) []render.Bar {
	var bars []render.Bar
	for _, s := range rows {
		if s.CLV != nil {
			bars = append(bars, render.Bar{Label: s.Outlook, Value: sheet.Plain(sheet.Money(*s.CLV), setting), Amount: float64(*s.CLV)})
		}
	}
	return bars
}

// calibrationBars draw two bars for each number of repeat purchases: what came and what was predicted.
func calibrationBars(rows []insight.CLVCalibration, setting sheet.Setting) []render.Bar {
	var bars []render.Bar
	for _, c := range rows {
		bars = append(bars, render.Bar{Label: c.Repeats + " actual", Value: sheet.Plain(sheet.Number(c.Actual), setting), Amount: c.Actual})
		if c.Predicted != nil {
			bars = append(bars, render.Bar{Label: c.Repeats + " predicted", Value: sheet.Plain(sheet.Number(*c.Predicted), setting), Amount: *c.Predicted})
		}
	}
	return bars
}
