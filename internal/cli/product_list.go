package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/sheet"
)

// productQuery are the flags that choose products.
type productQuery struct {
	options  catalog.ListOptions
	archived bool
	all      bool
}

// register gives a command the flags.
func (o *productQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.options.Category, "category", "", "only those of `CATEGORY`, accents and case ignored")
	f.StringVar(&o.options.Brand, "brand", "", "only those of `BRAND`")
	f.StringSliceVar(&o.options.Tags, "tag", nil, "only those with the tag `WORD`; with several, those that have all")
	f.StringArrayVar(&o.options.Attributes, "attr", nil, "only those with the attribute `KEY=VALUE`, or KEY for any value")
	f.BoolVar(&o.archived, "archived", false, "only the archived ones")
	f.Var(sortBy(&o.options.Sort, catalog.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(catalog.SortNames, ", "))
	f.IntVar(&o.options.Limit, "limit", 0, "at most `N` products (0 is all)")
	completeFlag(cmd, "category", a.completeFrom(productWords("category")))
	completeFlag(cmd, "brand", a.completeFrom(productWords("brand")))
}

// choose is what the flags choose, as of the day asked about.
func (o *productQuery) choose(a *app, v *book.View) (options catalog.ListOptions, err error) {
	options = o.options
	switch {
	case o.all:
		options.State = catalog.Everything
	case o.archived:
		options.State = catalog.Archived
	}
	options.AsOf, err = a.asOf(v)
	return options, err
}

// productColumns are the columns of a list of products: those of every list, or where some are named all that can be, the
// attributes there are as attr.KEY among them. Products are piped by their skus, which - takes, not by their ids.
func productColumns(v *book.View, a *app) ([]sheet.Column[catalog.Goods], error) {
	if !a.columnsGiven {
		return sheet.Products, nil
	}
	keys, err := catalog.AttributeKeys(v)
	columns := slices.Clone(sheet.ProductsNamed)
	for _, key := range keys {
		columns = append(columns, sheet.ProductAttribute(key))
	}
	return columns, err
}

func productList(a *app) *cobra.Command {
	var o productQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List products with what there is of them",
		Long: `List products, with today's price and cost and with what there is of them, empty
for those that are not tracked in stock. --as-of answers with the prices and the
stock of that day. With --columns more can be shown than the list does by
itself, any attribute as attr.KEY among it. -o ids prints skus.`,
		Example: `perla product list --category care --sort name
perla product list --tag vegan --attr cause -o ids
perla product list --columns sku,name,price,launched_on --as-of 2026-06`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				columns, err := productColumns(v, a)
				if err != nil {
					return err
				}
				return emit(a, columns, catalog.List(v, options))
			})
		},
	}, sheet.ProductsNamed)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.all, "all", false, "the archived ones too")
	cmd.MarkFlagsMutuallyExclusive("all", "archived")
	return cmd
}

func productExport(a *app) *cobra.Command {
	var o productQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write products as a file that product import reads",
		Long: `Write products, archived ones too, as a file that product import reads. Price
and cost are those of today, or of --as-of: a file has no history of them; see
perla product prices. Each attribute has a column attr.KEY. Importing the file
into a new book makes the same products.`,
		Example: `perla product export --out products-copy.csv
perla product export --tag vegan --columns sku,name,price`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.all = !o.archived
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				keys, err := catalog.AttributeKeys(v)
				if err != nil {
					return err
				}
				return emit(a, sheet.ProductExport(keys), catalog.Export(v, options))
			})
		},
	}, sheet.ProductRows)
	o.register(a, cmd)
	return cmd
}

func productPrices(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "prices PRODUCT",
		Short: "List what a product cost, costs and will cost",
		Example: `perla product prices AB-100
perla product prices serum -o json`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				p, err := catalog.FindProduct(v, args[0])
				if err != nil {
					return err
				}
				history, err := catalog.Prices(v, p.ID)
				if err != nil {
					return err
				}
				rows := make([]sheet.DatedPrice, 0, len(history))
				day, err := a.asOf(v)
				for _, h := range history {
					if a.flags.asOf == "" || h.SinceOn <= day {
						rows = append(rows, sheet.DatedPrice{SKU: p.SKU, DatedPrice: h})
					}
				}
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.ProductPrices, rows)
			})
		},
	}, sheet.ProductPrices)
}

// productNames completes a selector of a product: by its sku, with its name beside it.
func productNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	found, err := catalog.Begin(v, typed, completed)
	for _, p := range found {
		words = append(words, cobra.CompletionWithDesc(p.SKU, p.Name))
	}
	return words, err
}

// productWords completes a value that other products have in a field of text.
func productWords(column string) func(*book.View, string) ([]cobra.Completion, error) {
	return func(v *book.View, typed string) (words []cobra.Completion, err error) {
		have, err := catalog.Words(v, catalog.FieldNamed(column))
		for _, word := range have {
			if strings.HasPrefix(book.Fold(word), book.Fold(typed)) && len(words) < completed {
				words = append(words, word)
			}
		}
		return words, err
	}
}
