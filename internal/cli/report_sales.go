package cli

import (
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// salesRequest is what the flags of report sales say.
type salesRequest struct {
	by, previous, sort string
	limit              int
	plot               plot
	days               *span
	summary            bool
	where              whereFlag
}

func reportSales(a *app) *cobra.Command {
	o := salesRequest{by: string(insight.SalesBys[0]), previous: string(insight.SalesPreviouses[0])}
	cmd := rowsOf(&cobra.Command{
		Use:   "sales",
		Short: "What was sold, by time, channel, product or person",
		Long: `Orders that count at the as-of day, by the day they were ordered. A return
lowers what its original comes to: its month, its channel, its consultant.

  key         the month 2026-11, the week 2026-W47, the channel; the ref of the
              consultant the order names; the sku; the category; the id of the
              customer. Empty where an order or product has none
  name        of the consultant, product or customer: in tables and --columns
  orders      purchases: what only takes money back is none
  units       pieces, less those that came back; empty where no order has lines
  revenue     total less tax, shipping and returns; a product has that of its
              lines, less their discounts, and orders without lines have no
              product
  margin      revenue less cost; empty where one cost of the row is not known
  previous    revenue of the same key in the time before
  change_pct  from there to revenue; empty where previous is not above 0

The time before is, for a month or week, the whole month or week just before it,
and for all else as many days just before --since or --period, or as many months
for whole months; without a beginning there is none, and previous is empty. With
--previous year it is the same days, or month, a year before, and for a week the
one 52 weeks before. A month that --since or --until cuts has only the days
asked for, and the time goes no further than the as-of day.
Months and weeks without sales are rows too, between the first and the last
order or the days asked for. The rest comes with the highest revenue first.
--summary prints one row for all of it; --where counts only what the customers
bought who meet a filter.`,
		Example: `perla report sales                                  # month by month
perla report sales --by week --since -8w --plot     # the last weeks, drawn
perla report sales --by channel --period 2026-10    # beside September
perla report sales --by product --period 2026 --previous year --limit 10
perla report sales --summary --period "this year" --previous year
perla report sales --by customer --columns key,name,revenue -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.SalesNamed)
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.Var(enumOf(&o.by, texts(insight.SalesBys)...), "by", "one row a `WHAT`: month, week, channel, consultant, product, category, customer")
	f.Var(enumOf(&o.previous, texts(insight.SalesPreviouses)...), "previous", "compare with the `TIME` before: span, or the same a year before")
	f.Var(sortBy(&o.sort, namesOf(sheet.SalesNamed)), "sort", "sort by `COLUMN`, with - before it downwards")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	f.BoolVar(&o.summary, "summary", false, "print one row for all that was sold")
	o.where.register(cmd)
	o.plot.register(cmd, "the revenue")
	for _, other := range []string{"by", "sort", "limit", "plot"} {
		cmd.MarkFlagsMutuallyExclusive("summary", other)
	}
	return cmd
}

// answer reports what was asked for.
func (o *salesRequest) answer(a *app, v *book.View) (err error) {
	asked := insight.SalesOptions{By: insight.SalesBy(o.by), Previous: insight.SalesPrevious(o.previous)}
	if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, o.days, &o.where); err != nil {
		return err
	}
	if o.summary {
		return o.total(a, v, asked)
	}
	rows, err := insight.ReportSales(v, asked)
	if err != nil {
		return err
	}
	if o.sort != "" {
		if err := sheet.Sort(sheet.SalesNamed, o.sort, rows); err != nil {
			return err
		}
	}
	if o.limit > 0 {
		rows = rows[:min(o.limit, len(rows))]
	}
	columns := salesColumns(a, rows)
	bars := salesBars(rows, a.setting())
	return emitPlotted(a, o.plot, columns, rows, func(w io.Writer, style render.Style) error { return render.Bars(w, style, bars) },
		o.drawing(a, rows, bars))
}

// total prints all that was sold as one row.
func (o *salesRequest) total(a *app, v *book.View, asked insight.SalesOptions) error {
	row, err := insight.TotalSales(v, asked)
	if err != nil {
		return err
	}
	row.Key = "total"
	return emitSlice(a, salesColumns(a, []insight.Sales{row}), []insight.Sales{row})
}

// salesColumns are those of the report. People get the names that say more than the keys, a word for what has no key, and
// changes in whole per cent.
func salesColumns(a *app, rows []insight.Sales) []sheet.Column[insight.Sales] {
	columns := sheet.Sales
	named := func(s insight.Sales) bool { return s.Name != "" && s.Name != s.Key }
	if a.columnsGiven || a.forPeople() && slices.ContainsFunc(rows, named) {
		columns = sheet.SalesNamed
	}
	if !a.forPeople() {
		return columns
	}
	columns = slices.Clone(columns)
	for i := range columns {
		switch columns[i].Name {
		case "key":
			columns[i].Get = func(s *insight.Sales) sheet.Value { return sheet.Text(keyForPeople(s)) }
		case "change_pct":
			columns[i].Get = func(s *insight.Sales) sheet.Value { return sheet.Text(changeForPeople(s.ChangePct)) }
		}
	}
	return columns
}

func keyForPeople(s *insight.Sales) string {
	if s.Key == "" {
		return "(none)"
	}
	return s.Key
}

// changeForPeople is a change in whole per cent with its sign, which reads the same in every locale.
func changeForPeople(pct *float64) string {
	if pct == nil {
		return ""
	}
	whole := math.RoundToEven(*pct)
	if whole > 0 {
		return "+" + strconv.FormatFloat(whole, 'f', 0, 64) + "%"
	}
	return strconv.FormatFloat(whole+0, 'f', 0, 64) + "%"
}

// salesBars draw the revenue of each row, by its name where it has one.
func salesBars(rows []insight.Sales, setting sheet.Setting) []render.Bar {
	bars := make([]render.Bar, len(rows))
	for i := range rows {
		label := rows[i].Name
		if label == "" {
			label = keyForPeople(&rows[i])
		}
		bars[i] = render.Bar{Label: label, Value: sheet.Plain(sheet.Money(rows[i].Revenue), setting), Amount: float64(rows[i].Revenue)}
	}
	return bars
}

// drawing is the report for a file: columns in the order of time, with the year before where it was asked for; or bars,
// those that come first.
func (o *salesRequest) drawing(a *app, rows []insight.Sales, bars []render.Bar) render.Drawing {
	title := "Revenue by " + o.by
	if o.by != string(insight.SalesByMonth) && o.by != string(insight.SalesByWeek) {
		return render.BarChart{Title: title + ", " + a.setting().Currency.Code, Bars: bars[:min(len(bars), mostPlotted)]}
	}
	c := render.Chart{Title: title, YAxis: a.setting().Currency.Code, Columns: true, Series: []render.Series{{Name: "revenue"}}}
	before := render.Series{Name: "a year before", Faint: true}
	for _, r := range rows {
		c.X = append(c.X, r.Key)
		c.Series[0].Values = append(c.Series[0].Values, major(r.Revenue, a.setting()))
		previous := math.NaN()
		if r.Previous != nil {
			previous = major(*r.Previous, a.setting())
		}
		before.Values = append(before.Values, previous)
	}
	if o.previous == string(insight.SalesYearBefore) {
		c.Series = append(c.Series, before)
	}
	return c
}

// major is an amount in whole units of the currency, for a drawing.
func major(amount money.Amount, setting sheet.Setting) float64 {
	return float64(amount) / math.Pow10(setting.Currency.Decimals)
}
