package cli

import (
	"math"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// stockRequest is what the flags of report stock say.
type stockRequest struct {
	stockQuery
	summary bool
	plot    plot
}

func reportStock(a *app) *cobra.Command {
	var o stockRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "stock",
		Short: "What there is, how long it lasts and what it is worth",
		Long: `What there is of each product that is tracked, how many days what is available
lasts when it sells as in the last 90 days, and what it is worth at its weighted
average cost; empty where nothing sold, or the cost of a piece is not known.
--summary prints a row a category, the highest value first. --plot draws how
long each product lasts, and with --summary what a category is worth.`,
		Example: `perla report stock --sort -value
perla report stock --low --plot                  # what runs out, and when
perla report stock --summary --as-of 2025-12-31 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := o.choose(a, v)
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(s catalog.Stock) bool { return !s.Tracked })
				if o.summary {
					return o.total(a, catalog.SumStock(list))
				}
				return emitBars(a, o.plot, sheet.ReportStock, list, "Days of cover", coverBars(list, a.setting()))
			})
		},
	}, sheet.ReportStock)
	alsoRowsOf(cmd, sheet.StockSums)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.summary, "summary", false, "print one row a category")
	o.plot.register(cmd, "how long each lasts, or what it is worth,")
	cmd.MarkFlagsMutuallyExclusive("summary", "sort")
	cmd.MarkFlagsMutuallyExclusive("summary", "limit")
	return cmd
}

// total prints a row a category, and to people a last one for all of them.
func (o *stockRequest) total(a *app, sums []catalog.StockSum) error {
	bars := make([]render.Bar, len(sums))
	for i, s := range sums {
		bars[i].Label = groupName(s.Category)
		if s.ValueKnown {
			bars[i].Amount, bars[i].Value = float64(s.Value), sheet.Plain(sheet.Money(s.Value), a.setting())
		}
	}
	columns := sheet.StockSums
	if a.forPeople() {
		columns = slices.Clone(columns)
		columns[0].Get = func(s *catalog.StockSum) sheet.Value { return sheet.Text(groupName(s.Category)) }
		if len(sums) > 1 && !a.columnsGiven {
			all := catalog.TotalStock(sums)
			all.Category = "total"
			sums = append(sums, all)
		}
	}
	return emitBars(a, o.plot, columns, sums, "Value of the stock, "+a.setting().Currency.Code, bars)
}

// coverBars draw how many days each product lasts; those of which none sold, for good, have no bar.
func coverBars(list []catalog.Stock, setting sheet.Setting) []render.Bar {
	bars := make([]render.Bar, len(list))
	for i := range list {
		bars[i].Label = list[i].Name
		if days, known := list[i].DaysOfCover(); known {
			days = math.Round(days*10) / 10 // as the column has it
			bars[i].Amount, bars[i].Value = days, sheet.Plain(sheet.Number(days), setting)
		}
	}
	return bars
}
