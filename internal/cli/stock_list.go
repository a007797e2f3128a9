package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

// stockQuery are the flags that choose products of which there is stock.
type stockQuery struct{ options catalog.ListOptions }

func (o *stockQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.options.Low, "low", false, "only those at their reorder level or below it, and those with fewer than orders have reserved")
	f.StringVar(&o.options.Category, "category", "", "only those of `CATEGORY`, accents and case ignored")
	f.StringVar(&o.options.Brand, "brand", "", "only those of `BRAND`")
	f.StringSliceVar(&o.options.Tags, "tag", nil, "only those with the tag `WORD`; with several, those that have all")
	f.Var(sortBy(&o.options.Sort, catalog.StockSortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(catalog.StockSortNames, ", "))
	f.IntVar(&o.options.Limit, "limit", 0, "at most `N` products (0 is all)")
	completeFlag(cmd, "category", a.completeFrom(productWords("category")))
	completeFlag(cmd, "brand", a.completeFrom(productWords("brand")))
}

// choose is what the flags choose, as of the day asked about.
func (o *stockQuery) choose(a *app, v *book.View) (list []catalog.Stock, err error) {
	options := o.options
	if options.AsOf, err = a.asOf(v); err != nil {
		return nil, err
	}
	return catalog.StockList(v, options)
}

func stockList(a *app) *cobra.Command {
	var o stockQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List what there is",
		Long: `List what there is of each product that is tracked or still to come: on hand,
reserved by orders, available, incoming, and what it is worth at its weighted
average cost, empty where the cost of a piece is not known. Days of cover is how
long what is available lasts when it sells as in the last 90 days. --as-of
answers for the end of that day.`,
		Example: `perla stock list --sort -value --limit 10
perla stock list --low --columns sku,available,reorder_at,incoming
perla stock list --as-of 2026-06-30 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			columns := sheet.Stocks
			if a.columnsGiven {
				columns = sheet.StocksNamed
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emitSlice(a, columns, list)
			})
		},
	}, sheet.StocksNamed)
	o.register(a, cmd)
	return cmd
}

func stockMoves(a *app) *cobra.Command {
	var o catalog.MoveOptions
	var days *span
	cmd := rowsOf(&cobra.Command{
		Use:   "moves [PRODUCT]",
		Short: "List what came and went",
		Long: `List what came and went, oldest first: what was received, shipped, returned,
adjusted and counted, with the value by which it changed the stock, empty where
no cost was known.`,
		Example: `perla stock moves AB-100 --since 2026-01
perla stock moves --kind adjust --period "last month"
perla stock moves --document DN-7 -o json`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) (err error) {
				options := o
				if options.Days, err = days.days(v.Today()); err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if a.flags.asOf != "" && (options.Days.To == 0 || options.Days.To > day) {
					options.Days.To = day
				}
				if len(args) > 0 {
					p, err := catalog.FindProduct(v, args[0])
					if err != nil {
						return err
					}
					options.Product = p.ID
				}
				if options.Limit < 0 {
					return fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", options.Limit), "")
				}
				return emit(a, sheet.StockMoves, catalog.Moves(v, options))
			})
		},
	}, sheet.StockMoves)
	days = spanFlags(cmd)
	f := cmd.Flags()
	f.Var(enumOf(&o.Kind, catalog.MoveKinds...), "kind", "only these: "+strings.Join(catalog.MoveKinds, ", "))
	f.StringVar(&o.Document, "document", "", "only those under the document `NUMBER`")
	f.StringVar(&o.Lot, "lot", "", "only those of the lot `NAME`")
	f.IntVar(&o.Limit, "limit", 0, "only the last `N` moves (0 is all)")
	return cmd
}

func stockExpiring(a *app) *cobra.Command {
	within := "60d"
	cmd := rowsOf(&cobra.Command{
		Use:   "expiring",
		Short: "List the lots that are past their day, or will be soon",
		Example: `perla stock expiring
perla stock expiring --within 6m -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				until, err := dates.ParseEnd("+"+strings.TrimPrefix(within, "+"), day)
				if err != nil {
					return inFlag("--within", fault.New(fault.Usage, fmt.Sprintf("%q is not a span such as 60d, 8w, 6m or 1y", within), ""))
				}
				lots, err := catalog.Expiring(v, day, until)
				if err != nil {
					return err
				}
				past := 0
				for i := range lots {
					if lots[i].Expired(day) {
						past++
					}
				}
				if past > 0 && a.forPeople() {
					a.note("%s past its day already; book what is thrown away with: perla stock adjust SKU -N --lot LOT --reason expired", counted(int64(past), "lot"))
				}
				return emitSlice(a, sheet.ExpiringLots, lots)
			})
		},
	}, sheet.ExpiringLots)
	cmd.Flags().StringVar(&within, "within", within, "good for no longer than another `SPAN`: 60d, 8w, 6m")
	return cmd
}

func stockExport(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write what there is, lot by lot, as a file that stock import reads",
		Long: `Write what there is of every product, lot by lot, with its weighted average
cost, as a file that perla stock import reads in another book (with --document,
for what there is has none) and perla stock count in this one.`,
		Example: `perla stock export --out stock-copy.csv
perla stock export --as-of 2025-12-31`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				rows, err := catalog.ExportStock(v, day)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.StockRows, rows)
			})
		},
	}, sheet.StockRows)
}
