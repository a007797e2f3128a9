package cli

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

func productShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show PRODUCT",
		Short: "Show one product: what it costs, how many there are",
		Long: `Show one product: what it costs, what there is of it, what is known of it.
--as-of answers with the prices and the stock of that day.`,
		Example: `perla product show AB-100
perla product show serum --as-of 2026-06-30 -o json`,
		ValidArgsFunction: a.completeFrom(productNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var page productPage
			err := a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				p, err := catalog.FindProduct(v, args[0])
				if err != nil {
					return err
				}
				page, err = productPageOf(v, p.ID, day)
				return err
			})
			if err != nil {
				return err
			}
			return page.show(a)
		},
	}, sheet.ProductsNamed)
}

// productPage is all that is shown of one product.
type productPage struct {
	catalog.Goods
	coming []catalog.DatedPrice // prices and costs from later days on
	lots   []catalog.Lot
	keys   []string // of all attributes in the book
}

// productPageOf gathers the page of a product as of a day.
func productPageOf(v *book.View, id int64, day dates.Date) (p productPage, err error) {
	goods, err := catalog.GoodsOf(v, day, id)
	if err != nil {
		return p, err
	}
	p.Goods = goods[0]
	history, err := catalog.Prices(v, id)
	if err != nil {
		return p, err
	}
	for _, h := range history {
		if h.SinceOn > day {
			p.coming = append(p.coming, h)
		}
	}
	if p.lots, err = catalog.Lots(v, day, id); err != nil {
		return p, err
	}
	p.keys, err = catalog.AttributeKeys(v)
	return p, err
}

// show prints the page: in sections to a person who did not choose the columns, else as one row.
func (p *productPage) show(a *app) error {
	format, err := a.format(sheet.Card)
	if err != nil {
		return err
	}
	if format == sheet.Card && a.forPeople() && !a.columnsGiven {
		return a.write(func(w io.Writer) error { return p.draw(a, w) })
	}
	columns := sheet.ProductsNamed
	if a.columnsGiven {
		columns = slices.Clone(columns)
		for _, key := range p.keys {
			columns = append(columns, sheet.ProductAttribute(key))
		}
	}
	return emitOne(a, columns, p.Goods)
}

func (p *productPage) draw(a *app, w io.Writer) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.ProductsNamed, oneRow(p.Goods), a.setting())
	if err != nil {
		return err
	}
	value := map[string]string{}
	for i, head := range heads {
		value[head] = cells[0][i]
	}
	pairs := func(columns ...string) (list []render.Pair) {
		for _, name := range columns {
			list = append(list, render.Pair{Label: name, Value: value[name]})
		}
		return list
	}
	for _, name := range []string{"price", "cost"} {
		if value[name] != "" {
			value[name] += " " + a.setting().Currency.Code
		}
	}
	if value["tax_rate"] != "" {
		value["tax_rate"] += " %"
	}
	if p.Incoming == 0 {
		value["incoming"] = ""
	}
	prices := pairs("price", "cost", "tax_rate")
	for _, c := range p.coming {
		prices = append(prices, render.Pair{Label: c.Kind + " to come", Value: a.moneyText(c.Amount) + " from " + c.SinceOn.String()})
	}
	stock := pairs("on_hand", "reserved", "available", "incoming")
	if p.Tracked && p.ValueKnown {
		stock = append(stock, render.Pair{Label: "value", Value: a.moneyText(p.Value)})
	}
	for _, l := range p.lots {
		if l.Name != "" {
			stock = append(stock, render.Pair{Label: "lot " + l.Name, Value: lotText(l)})
		}
	}
	about := pairs("category", "brand", "tags")
	for _, key := range p.keys {
		about = append(about, render.Pair{Label: key, Value: p.Attribute(key)})
	}
	about = append(about, pairs("packaging", "replenish_days", "limited_to", "launched_on", "discontinued_on", "created_on", "notes")...)
	return render.Card(w, style, p.Name, []render.Section{
		{Pairs: pairs("sku", "id", "archived_on")}, {Title: "Price", Pairs: prices},
		{Title: "Stock", Pairs: append(stock, pairs("reorder_at")...)}, {Title: "About", Pairs: about},
	})
}

// moneyText writes an amount as the cards and tables of this book do, with the currency behind it.
func (a *app) moneyText(amount money.Amount) string {
	cell := []sheet.Column[money.Amount]{{Name: "amount", Kind: sheet.MoneyKind, Get: func(m *money.Amount) sheet.Value { return sheet.Money(*m) }}}
	_, cells, _, err := sheet.Grid(cell, oneRow(amount), a.setting())
	if err != nil {
		return ""
	}
	return cells[0][0] + " " + a.setting().Currency.Code
}

// lotText says what there is of a lot, and until when it is good.
func lotText(l catalog.Lot) string {
	if l.ExpiresOn.IsZero() {
		return fmt.Sprint(l.Quantity)
	}
	return fmt.Sprintf("%d, good until %s", l.Quantity, l.ExpiresOn)
}
