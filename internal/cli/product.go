package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func productCommand(a *app) *cobra.Command {
	cmd := noun("product", "What is sold: prices, costs, tags",
		`perla product add AB-100 "Serum" --price 24.90 --cost 9.10
perla product show serum`,
		productAdd(a), productList(a), productShow(a), productPrices(a), productEdit(a), productRemove(a), productRestore(a),
		productImport(a), productExport(a))
	cmd.Long = `A product is named by its sku (whatever its case), by id:42, by its name, or by
the beginnings of the words of either. What there is of it is the business of
perla stock.`
	return cmd
}

func productAdd(a *app) *cobra.Command {
	var o productFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add SKU [NAME]",
		Short: "Add a product",
		Long: `Add a product. Price and cost are before tax and hold from the day the product
is known since, or --from another. A product is not tracked in stock until the
first piece of it comes in. Where standard output is no terminal it gets the new
id alone.`,
		Example: `perla product add AB-100 "Serum" --price 24.90 --cost 9.10 --tax 21
perla product add CR-30 "Crema de día" --brand Luz --tag vegan --reorder-at 5
perla product add GOLD-1 Oro --price 120 --limited 200 --tier gold`,
		RunE: func(cmd *cobra.Command, args []string) error {
			for i, f := range []catalog.Fields{catalog.FieldSKU, catalog.FieldName} {
				if i < len(args) {
					if err := o.change.Set(f, args[i]); err != nil {
						return fault.New(fault.Usage, fmt.Sprintf("%s %q: %v", f.Name(), args[i], err), "")
					}
				}
			}
			var page productPage
			err := a.update(cmd.Context(), "product add", func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				p, err := catalog.Create(tx, &o.change)
				if err != nil {
					return err
				}
				page, err = productPageOf(tx.View, p.ID, tx.Today())
				return err
			})
			if err != nil {
				return err
			}
			o.saySince(a, page.Product)
			if !a.askedForRows() && isTerminal(a.env.Out) {
				return page.show(a)
			}
			return emitAdded(a, sheet.ProductsNamed, page.Goods, page.ID)
		},
	}, sheet.ProductsNamed))
	o.register(a, cmd, catalog.FieldSKU|catalog.FieldName)
	return cmd
}

func productEdit(a *app) *cobra.Command {
	var o productFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit PRODUCT...",
		Short: "Change a product, or many in one go",
		Long: `Change the fields that flags name; an empty value clears one. Tags and
attributes come and go one by one. A price or a cost holds from today, or --from
another day, and moves nothing that was sold before.

Several products, or - for skus from standard input, a line each, are changed in
one operation: all or none, and one undo takes it back.`,
		Example: `perla product edit AB-100 --price 26 --from 2026-12-01
perla product edit serum --tag new --untag old --attr skin=dry --unattr cause
perla product edit AB-100 --discontinue --notes 'the last batch'
perla product list --brand luz -o ids | perla product edit - --tag x`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --price 26")
			}
			ids, err := a.productIDs(cmd.Context(), args)
			if err != nil {
				return err
			}
			return editProducts(cmd.Context(), a, &o, ids, len(args) > 1 || args[0] == "-")
		},
	}, sheet.ProductsNamed))
	mark(cmd, markAttributes, "true")
	o.register(a, cmd, 0)
	o.registerEdits(cmd)
	return cmd
}

// editProducts changes products and prints the one, or of many those that the change concerned.
func editProducts(ctx context.Context, a *app, o *productFlags, ids []int64, many bool) error {
	if only := o.change.Fields() & catalog.OnlyOne; many && only != 0 {
		only &= -only
		return fault.New(fault.Usage, fmt.Sprintf("--%s is for one product, and %d are named", productFlag(only), len(ids)), "change it one by one")
	}
	var goods []catalog.Goods
	var page productPage
	err := a.update(ctx, operationOnIDs("product edit", ids), func(tx *book.Tx) error {
		if err := o.resolve(tx); err != nil {
			return err
		}
		changed, err := catalog.Edit(tx, ids, &o.change)
		if err != nil {
			return err
		}
		if !many {
			page, err = productPageOf(tx.View, ids[0], tx.Today())
			return err
		}
		goods, err = catalog.GoodsOf(tx.View, 0, productIDsOf(changed)...)
		return err
	})
	if err != nil {
		return err
	}
	if !many {
		o.saySince(a, page.Product)
		page.keys = a.attributesNamed()
		return page.show(a)
	}
	if left := len(ids) - len(goods); left > 0 && a.forPeople() {
		a.note("%s changed; %d had it already", counted(int64(len(goods)), "product"), left)
	}
	return emitGoods(a, goods)
}

func productIDsOf(list []catalog.Product) []int64 {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// emitGoods prints products at hand, with any column that a list of them can show.
func emitGoods(a *app, goods []catalog.Goods) error {
	columns := sheet.Products
	if a.columnsGiven {
		columns = slices.Clone(sheet.ProductsNamed)
		for _, key := range a.attributesNamed() {
			columns = append(columns, sheet.ProductAttribute(key))
		}
	}
	return emitSlice(a, columns, goods)
}

// productIDs gives the ids of the products that selectors name, each once; - stands for those on standard input, a line
// each. The header that a file of skus has is none of them.
func (a *app) productIDs(ctx context.Context, args []string) (ids []int64, err error) {
	list, err := a.selectors(args)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 && list[0].line == 1 {
		switch first := strings.ToLower(list[0].selector); {
		case strings.Trim(first, `"`) == "sku":
			list = list[1:]
		case strings.HasPrefix(first, "sku,") || strings.HasPrefix(first, "sku\t"):
			return nil, fault.New(fault.Usage, "standard input is a table; needed is a sku a line", "pipe skus alone: perla product list -o ids")
		}
	}
	return a.idsFound(ctx, list, catalog.FindProducts)
}

func productRemove(a *app) *cobra.Command {
	return productArchiving(a, catalog.Archive, &cobra.Command{
		Use:   "remove PRODUCT...",
		Short: "Archive products: they leave the lists, and nothing is lost",
		Long: `Archive products: they leave the lists, and nothing is lost. One that is given
up and still sold until none is left is better discontinued: perla product edit
PRODUCT --discontinue.`,
		Example: `perla product remove serum
perla product list --tag old -o ids | perla product remove -`,
	})
}

func productRestore(a *app) *cobra.Command {
	return productArchiving(a, catalog.Restore, &cobra.Command{
		Use:     "restore PRODUCT...",
		Short:   "Bring archived products back",
		Example: `perla product remove AB-100 && perla product restore AB-100`,
	})
}

// productArchiving completes a command that archives or restores several products, all or none, and prints them.
func productArchiving(a *app, change func(*book.Tx, ...int64) ([]catalog.Product, error), cmd *cobra.Command) *cobra.Command {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(productNames)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := a.productIDs(cmd.Context(), args)
		if err != nil {
			return err
		}
		var goods []catalog.Goods
		err = a.update(cmd.Context(), operationOnIDs("product "+verb, ids), func(tx *book.Tx) error {
			if _, err := change(tx, ids...); err != nil {
				return err
			}
			goods, err = catalog.GoodsOf(tx.View, 0, ids...)
			return err
		})
		if err != nil {
			return err
		}
		for _, g := range goods {
			if !g.ArchivedOn.IsZero() && (g.OnHand != 0 || g.Reserved != 0) {
				a.warn("%s is removed with %s on hand and %d reserved by orders", g.SKU, counted(g.OnHand, "piece"), g.Reserved)
			}
		}
		return emitGoods(a, goods)
	}
	mark(cmd, markAttributes, "true")
	return a.writing(rowsOf(cmd, sheet.ProductsNamed))
}
