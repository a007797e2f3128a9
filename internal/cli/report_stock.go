package cli

import (
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/sheet"
)

func reportStock(a *app) *cobra.Command {
	var o stockQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "stock",
		Short: "What there is, how long it lasts and what it is worth",
		Long: `What there is of each product that is tracked, how many days what is available
lasts when it sells as in the last 90 days, and what it is worth at its weighted
average cost; empty where nothing sold, or the cost of a piece is not known.`,
		Example: `perla report stock --sort -value
perla report stock --low
perla report stock --as-of 2025-12-31 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := o.choose(a, v)
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(s catalog.Stock) bool { return !s.Tracked })
				return emitSlice(a, sheet.ReportStock, list)
			})
		},
	}, sheet.ReportStock)
	o.register(a, cmd)
	return cmd
}
