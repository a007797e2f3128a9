package cli

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// basketRequest is what the flags of report basket say.
type basketRequest struct {
	minSupport, minConfidence float64
	by, product, sort         string
	limit                     int
	summary                   bool
	plot                      plot
	where                     whereFlag
	days                      *span
}

func reportBasket(a *app) *cobra.Command {
	o := basketRequest{by: string(insight.BasketBys[0]), minSupport: .01, minConfidence: .1}
	cmd := rowsOf(&cobra.Command{
		Use:   "basket",
		Short: "What is bought together: pairs of products",
		Long: `Of those who buy a, how many buy b too? A basket is what was bought with one
order or, with --by customer, by one customer in all the time asked about. What
came back is not in it, and orders without lines are none.

  count       baskets with both          support     count / all baskets
  confidence  count / baskets with a     lift        confidence / support of b
  leverage    support - support of a x support of b
  conviction  (1 - support of b) / (1 - confidence); empty at confidence 1

A lift above 1 says that they are bought together more often than by chance. The
rows come with the highest lift first. See: perla help basket.`,
		Example: `perla report basket --by customer --limit 20
perla report basket --for AB-100 --min-support 0
perla report basket --sort -count --columns a_name,b_name,count,lift
perla report basket --summary --period 2026`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkLimit(o.limit); err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error { return o.answer(a, v) })
		},
	}, sheet.BasketNamed)
	alsoRowsOf(cmd, sheet.BasketSummary)
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.Float64Var(&o.minSupport, "min-support", o.minSupport, "only pairs in this `SHARE` of the baskets or more")
	f.Float64Var(&o.minConfidence, "min-confidence", o.minConfidence, "only pairs where this `SHARE` of those with a, or more, have b")
	f.Var(enumOf(&o.by, texts(insight.BasketBys)...), "by", "a basket is that of a `WHAT`: order, customer")
	f.StringVar(&o.product, "for", "", "only what goes with this `PRODUCT`")
	f.Var(sortBy(&o.sort, namesOf(sheet.BasketNamed)), "sort", "sort by `COLUMN`, with - before it downwards")
	f.IntVar(&o.limit, "limit", 0, "at most `N` rows (0 is all)")
	f.BoolVar(&o.summary, "summary", false, "print what the pairs were found among")
	o.where.register(cmd)
	o.plot.register(cmd, "the lift of the first rows as bars")
	for _, flag := range []string{"sort", "limit", "plot"} {
		cmd.MarkFlagsMutuallyExclusive("summary", flag)
	}
	completeFlag(cmd, "for", a.completeFrom(productNames))
	return cmd
}

func (o *basketRequest) answer(a *app, v *book.View) (err error) {
	asked := insight.BasketOptions{By: insight.BasketBy(o.by), MinSupport: o.minSupport, MinConfidence: o.minConfidence}
	if asked.AsOf, err = a.asOf(v); err != nil {
		return err
	}
	if asked.Days, err = o.days.days(v.Today()); err != nil {
		return err
	}
	if o.product != "" {
		p, err := catalog.FindProduct(v, o.product)
		if err != nil {
			return err
		}
		asked.Product = p.ID
	}
	if asked.Where, err = o.where.filter(a, v); err != nil {
		return err
	}
	report, err := insight.ReportBaskets(v, asked)
	if err != nil {
		return err
	}
	if o.summary {
		return emitOne(a, sheet.BasketSummary, report.Summary)
	}
	o.hintAt(a, report.Summary)
	if o.sort != "" {
		if err := sheet.Sort(sheet.BasketNamed, o.sort, report.Pairs); err != nil {
			return err
		}
	}
	pairs := report.Pairs
	if o.limit > 0 {
		pairs = pairs[:min(o.limit, len(pairs))]
	}
	bars := render.BarChart{Title: "Lift of what is bought together", Bars: basketBars(pairs, a.setting())}
	return emitPlotted(a, o.plot, basketColumns(a, pairs), pairs, func(w io.Writer, style render.Style) error { return bars.Draw(w, style) }, bars)
}

// hintAt says what may be asked instead where no pair was found among some baskets.
func (o *basketRequest) hintAt(a *app, s insight.BasketSummary) {
	if s.Pairs > 0 || s.Baskets == 0 {
		return
	}
	a.note("no pair is in %v of the %d baskets with a confidence of %v", o.minSupport, s.Baskets, o.minConfidence)
	if o.minSupport > 0 || o.minConfidence > 0 {
		a.hint("ask for rarer ones: --min-support %v --min-confidence 0", math.Round(1e6*o.minSupport/10)/1e6)
	}
}

// basketColumns are those of the report. People get the names that say more than the skus, shares in per cent, and other
// figures with two decimals.
func basketColumns(a *app, pairs []insight.Pair) []sheet.Column[insight.Pair] {
	columns := sheet.Basket
	if a.columnsGiven {
		columns = sheet.BasketNamed
	}
	if !a.forPeople() {
		return columns
	}
	columns = shares(columns, map[string]func(*insight.Pair) *float64{
		"support":    func(p *insight.Pair) *float64 { return &p.Support },
		"confidence": func(p *insight.Pair) *float64 { return &p.Confidence }})
	for i := range columns {
		switch get, name := columns[i].Get, columns[i].Name; name {
		case "lift":
			columns[i].Get = func(p *insight.Pair) sheet.Value { return hundredths(&p.Lift) }
		case "conviction":
			columns[i].Get = func(p *insight.Pair) sheet.Value { return hundredths(p.Conviction) }
		case "a", "b":
			if !a.columnsGiven {
				columns[i].Get = func(p *insight.Pair) sheet.Value {
					item := p.A
					if name == "b" {
						item = p.B
					}
					if item.Name == "" || item.Name == item.SKU {
						return get(p)
					}
					return sheet.Text(item.SKU + " " + item.Name)
				}
			}
		}
	}
	return columns
}

// hundredths is a figure with two decimals at most.
func hundredths(x *float64) sheet.Value {
	if x == nil {
		return sheet.Value{}
	}
	return sheet.Number(math.Round(100**x) / 100)
}

func basketBars(pairs []insight.Pair, setting sheet.Setting) []render.Bar {
	bars := make([]render.Bar, min(len(pairs), mostPlotted))
	for i := range bars {
		p := &pairs[i]
		bars[i] = render.Bar{Label: fmt.Sprintf("%s → %s", p.A.SKU, p.B.SKU), Value: sheet.Plain(hundredths(&p.Lift), setting) + " (" + strconv.Itoa(p.Count) + ")", Amount: p.Lift}
	}
	return bars
}
