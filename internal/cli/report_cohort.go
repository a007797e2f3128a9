package cli

import (
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// cohortRequest is what the flags of report cohort say.
type cohortRequest struct {
	value   string
	months  int
	summary bool
	plot    plot
	where   whereFlag
	days    *span
}

// cohortsShown is how many months of life help and completion name; the report has as many as there are.
const cohortsShown = 13

func reportCohort(a *app) *cobra.Command {
	o := cohortRequest{value: sheet.CohortFigures[0]}
	cmd := rowsOf(&cobra.Command{
		Use:   "cohort",
		Short: "Who comes back: customers by the month of their first purchase",
		Long: `Each customer is in the cohort of the month of her first purchase that counts at
the as-of day. m0 is that month, m1 the next calendar month, and so on; a month
that is not over is empty. --value says what a cell holds:

  customers  of the cohort who purchased in that month
  retention  their share of the cohort
  revenue    less tax, shipping and returns; a return lowers the month in which
             its original was sold
  orders     purchases; one that only takes money back is none

--summary takes all cohorts together, month of life by month of life, each with
the cohorts that have reached the end of it. --since, --until and --period
choose cohorts. See: perla help cohort.`,
		Example: `perla report cohort --value retention            # who comes back, as a share
perla report cohort --summary --plot             # the curve of all cohorts
perla report cohort --value revenue --months 6   # what each brought at first
perla report cohort --period 2026 --plot=cohorts.svg -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.months < 0 {
				return &fault.Error{Kind: fault.Usage, Field: "--months", Reason: "needed is a number from 0, which is all"}
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.Cohorts(o.value, cohortsShown))
	alsoRowsOf(cmd, sheet.CohortMonths)
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.Var(enumOf(&o.value, sheet.CohortFigures...), "value", "show `WHAT` in each month: customers, retention, revenue, orders")
	f.IntVar(&o.months, "months", 0, "at most `N` months after the first (0 is all)")
	f.BoolVar(&o.summary, "summary", false, "print one row a month of life, of all cohorts")
	o.where.register(cmd)
	o.plot.register(cmd, "the curve of all cohorts")
	return cmd
}

func (o *cohortRequest) answer(a *app, v *book.View) (err error) {
	var asked insight.CohortOptions
	if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, o.days, &o.where); err != nil {
		return err
	}
	report, err := insight.ReportCohorts(v, asked)
	if err != nil {
		return err
	}
	if o.months > 0 {
		report.Keep(o.months + 1)
	}
	months := report.Summary()
	curve := o.curve(a, months)
	if o.summary {
		columns := sheet.CohortMonths
		if a.forPeople() {
			columns = shares(columns, map[string]func(*insight.CohortMonth) *float64{"retention": func(m *insight.CohortMonth) *float64 { return &m.Retention }})
		}
		return emitPlotted(a, o.plot, columns, months, curve.Draw, curve)
	}
	columns := sheet.Cohorts(o.value, report.Months)
	if o.value == "retention" && a.forPeople() {
		for k := range report.Months {
			columns[len(sheet.CohortHead)+k].Get = func(c *insight.Cohort) sheet.Value {
				if share, over := c.Retention(k); over {
					return sheet.Text(percent(&share))
				}
				return sheet.Value{}
			}
		}
	}
	return emitPlotted(a, o.plot, columns, report.Rows, func(w io.Writer, style render.Style) error { return curve.Draw(w, style) }, o.matrix(a, report))
}

// curve is the life of a customer, month by month: the share that purchased, or what one brought. The month of the first
// purchase, in which everyone did, would only flatten the others.
func (o *cohortRequest) curve(a *app, months []insight.CohortMonth) render.Chart {
	c := render.Chart{XAxis: "months since the first purchase", Series: make([]render.Series, 1)}
	from := 0
	switch o.value {
	case "revenue":
		c.Title, c.YAxis = "Revenue of a customer", a.setting().Currency.Code
	case "orders":
		c.Title, c.YAxis = "Purchases of a customer", "a month"
	default:
		c.Title, c.YAxis, c.Format, from = "Customers who come back", "share of those who reached the month", percents, 1
	}
	for _, m := range months[min(from, len(months)):] {
		value := m.Retention
		switch o.value {
		case "revenue":
			value = major(m.Revenue, a.setting()) / float64(m.Customers)
		case "orders":
			value = float64(m.Orders) / float64(m.Customers)
		}
		c.X = append(c.X, strconv.Itoa(m.Month))
		c.Series[0].Values = append(c.Series[0].Values, value)
	}
	return c
}

// matrix is the report as a map, each month of a cohort as dark as its customers came back, or brought or ordered a head.
func (o *cohortRequest) matrix(a *app, report *insight.CohortReport) render.Matrix {
	m := render.Matrix{Title: "Cohorts by " + o.value, RowAxis: "first purchase, customers", ColAxis: "months since"}
	if o.value == "revenue" {
		m.Title += ", " + a.setting().Currency.Code
	}
	most := 0.0
	for k := range report.Months {
		m.Cols = append(m.Cols, strconv.Itoa(k))
	}
	for _, c := range report.Rows {
		m.Rows, m.Beside = append(m.Rows, c.Month), append(m.Beside, strconv.Itoa(c.Size))
		row := make([]render.MatrixCell, len(c.Cells))
		for k := range c.Cells {
			row[k] = o.cell(a, &c, k)
			if k > 0 || o.value == "revenue" || o.value == "orders" {
				most = max(most, row[k].Shade)
			}
		}
		m.Cells = append(m.Cells, row)
	}
	for _, row := range m.Cells {
		for k := range row {
			if most > 0 {
				row[k].Shade = max(0, min(1, row[k].Shade/most))
			}
		}
	}
	return m
}

// cell is one month of a cohort; its shade is a figure a head.
func (o *cohortRequest) cell(a *app, c *insight.Cohort, k int) render.MatrixCell {
	share, _ := c.Retention(k)
	says := c.Month + " +" + strconv.Itoa(k) + ": "
	switch o.value {
	case "revenue":
		revenue := major(c.Cells[k].Revenue, a.setting())
		return render.MatrixCell{Text: render.Compact(revenue), Shade: revenue / float64(c.Size), Says: says + sheet.Plain(sheet.Money(c.Cells[k].Revenue), a.setting())}
	case "orders":
		return render.MatrixCell{Text: strconv.Itoa(c.Cells[k].Orders), Shade: float64(c.Cells[k].Orders) / float64(c.Size), Says: says + strconv.Itoa(c.Cells[k].Orders)}
	case "retention":
		return render.MatrixCell{Text: percent(&share), Shade: share, Says: says + strconv.Itoa(c.Cells[k].Customers) + " of " + strconv.Itoa(c.Size)}
	}
	return render.MatrixCell{Text: strconv.Itoa(c.Cells[k].Customers), Shade: share, Says: says + percent(&share)}
}

// shares are columns of which those named print parts of one as people read them, in whole per cent.
func shares[T any](columns []sheet.Column[T], parts map[string]func(*T) *float64) []sheet.Column[T] {
	columns = append([]sheet.Column[T]{}, columns...)
	for i := range columns {
		if part, ok := parts[columns[i].Name]; ok {
			columns[i].Get = func(row *T) sheet.Value { return sheet.Text(percent(part(row))) }
		}
	}
	return columns
}
