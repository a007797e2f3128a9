package cli

import (
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// churnRequest is what the flags of report churn say.
type churnRequest struct {
	sort        string
	days, limit int
	summary     bool
	plot        plot
	window      *span
	where       whereFlag
	given       func(flag string) bool
}

func reportChurn(a *app) *cobra.Command {
	o := churnRequest{sort: "customer_id", days: 90}
	cmd := rowsOf(&cobra.Command{
		Use:   "churn",
		Short: "Who is leaving, by three definitions side by side",
		Long: `Each customer who bought by the as-of day, and whether she still is one:

  recency_days   days since her last purchase
  own_gap        the median of the days between her purchases, from three on
  fixed          inactive when recency is above --days
  rhythm         at_risk when recency is above twice her gap, inactive above
                 three times; before her third purchase it is the median gap of
                 those who have one
  p_alive        of the model BG/NBD; below 0.5 it takes her for gone
  money_at_risk  risk x her revenue of the last twelve months; risk is
                 1 - p_alive, and without a fit the part of all buyers who
                 bought more lately

All orders of a day are one purchase. --summary puts the definitions side by
side, with period churn below them: of those who bought in the --days before
--since, the part that bought nothing from then to --until (default: the last
--days). See: perla help churn.`,
		Example: `perla report churn --sort -money_at_risk --limit 10   # whom to call first
perla report churn --summary --plot                   # the definitions
perla report churn --summary --period "last quarter"  # who left in it?
perla report churn --days 120 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.given = cmd.Flags().Changed
			if err := o.check(); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.Churns)
	alsoRowsOf(cmd, sheet.ChurnSummary)
	o.window = spanFlags(cmd)
	f := cmd.Flags()
	f.IntVar(&o.days, "days", o.days, "inactive after `N` days without a purchase")
	f.BoolVar(&o.summary, "summary", false, "print one row a definition")
	f.Var(sortBy(&o.sort, namesOf(sheet.Churns)), "sort", "sort by `COLUMN`, with - before it downwards: any of the first nine")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	o.where.register(cmd)
	o.plot.register(cmd, "the share that each definition takes for gone")
	cmd.MarkFlagsMutuallyExclusive("summary", "sort")
	cmd.MarkFlagsMutuallyExclusive("summary", "limit")
	return cmd
}

// check refuses what would be taken for the default, or do nothing.
func (o *churnRequest) check() error {
	if o.days == 0 {
		return &fault.Error{Kind: fault.Usage, Field: "--days", Reason: "needed is a number of days from 1"}
	}
	for _, flag := range []string{"since", "until", "period"} {
		if o.given(flag) && !o.summary {
			return &fault.Error{Kind: fault.Usage, Field: "--" + flag, Reason: "is the time of period churn, which --summary prints", Hint: "add --summary, or answer for an earlier day with --as-of"}
		}
	}
	return checkLimit(o.limit)
}

func (o *churnRequest) answer(a *app, v *book.View) (err error) {
	asked := insight.ChurnOptions{Days: o.days}
	if asked.AsOf, asked.Window, asked.Where, err = a.scope(v, o.window, &o.where); err != nil {
		return err
	}
	report, err := insight.ReportChurn(v, asked)
	if err != nil {
		return err
	}
	if noFit := report.Survival.NoFit; noFit != nil {
		a.warn("no fit of BG/NBD: %s; p_alive is empty, and risk is by recency", insight.Reason(noFit))
	}
	summary, err := report.Summary()
	if err != nil {
		return err
	}
	bars := churnBars(summary)
	const title = "Customers gone, by definition"
	if o.summary {
		columns := sheet.ChurnSummary
		if a.forPeople() {
			columns = shares(columns, map[string]func(*insight.ChurnSummary) *float64{"churn": func(s *insight.ChurnSummary) *float64 { return s.Churn }})
		}
		return emitBars(a, o.plot, columns, summary, title, bars)
	}
	rows := report.Rows
	if o.sort != "customer_id" {
		if err := sheet.Sort(sheet.Churns, o.sort, rows); err != nil {
			return err
		}
	}
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	columns := sheet.Churns
	if a.forPeople() {
		columns = shares(columns, map[string]func(*insight.Churn) *float64{"p_alive": func(c *insight.Churn) *float64 { return c.PAlive }})
	}
	return emitBars(a, o.plot, columns, rows, title, bars)
}

// churnBars draw the part that each definition takes for gone, of those of whom it says something.
func churnBars(summary []insight.ChurnSummary) []render.Bar {
	var bars []render.Bar
	for _, s := range summary {
		if s.Churn != nil {
			bars = append(bars, render.Bar{Label: s.Definition, Value: percent(s.Churn) + ", " + strconv.Itoa(s.Inactive) + " of " + strconv.Itoa(s.Customers), Amount: *s.Churn})
		}
	}
	return bars
}
