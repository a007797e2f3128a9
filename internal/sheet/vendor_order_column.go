package sheet

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// The columns that the shops' lists are made of. Empty cells say nothing: on the further rows of an order most are.

// ours is a column of order files that a shop has under other names, the first of them its own.
func ours(name string, names ...string) Column[ShopOrder] {
	i := slices.IndexFunc(OrderRows, func(c Column[sales.Row]) bool { return c.Name == name })
	set, f := OrderRows[i].Set, sales.FieldNamed(name)
	return orderCell(OrderRows[i].Kind, name, names, func(o *ShopOrder, cell *Cell) error {
		if o.mapped&f != 0 {
			return nil
		}
		return set(&o.Row, cell)
	})
}

// orderCell is a column of which set takes the cells that hold something. gives is the column of ours it stands for.
func orderCell(kind Kind, gives string, names []string, set func(*ShopOrder, *Cell) error) Column[ShopOrder] {
	return Column[ShopOrder]{Name: names[0], Also: names[1:], Kind: kind, gives: gives, Set: func(o *ShopOrder, cell *Cell) error {
		if cell.Text == "" {
			return nil
		}
		return set(o, cell)
	}}
}

// orderText keeps a cell as it is; of several columns of one thing the first that holds something counts.
func orderText(at func(*ShopOrder) *string, names ...string) Column[ShopOrder] {
	return orderCell(TextKind, "", names, func(o *ShopOrder, cell *Cell) error {
		if to := at(o); *to == "" {
			*to = strings.TrimPrefix(cell.Text, "'")
		}
		return nil
	})
}

// orderMoneyCell is an amount of the order.
func orderMoneyCell(at func(*ShopOrder) *money.Amount, names ...string) Column[ShopOrder] {
	return orderCell(MoneyKind, "", names, func(o *ShopOrder, cell *Cell) (err error) {
		*at(o), err = cell.Money()
		return err
	})
}

// buyer is a column of who bought, under further names too.
func buyer(c Column[Contact], also ...string) Column[ShopOrder] {
	set, gives := c.Set, c.gives
	if gives == contacts.FieldEmail.Name() {
		gives = "customer"
	}
	return orderCell(c.Kind, gives, append([]string{c.Name}, also...), func(o *ShopOrder, cell *Cell) error { return set(&o.buyer, cell) })
}

// taxable tells whether a line bears tax.
func taxable(names ...string) Column[ShopOrder] {
	return orderCell(TextKind, "", names, func(o *ShopOrder, cell *Cell) error {
		o.Untaxed = strings.EqualFold(cell.Text, "false")
		return nil
	})
}

// orderChannel is how an order came, in our words where they are others.
func orderChannel(words map[string]string, names ...string) Column[ShopOrder] {
	return orderCell(TextKind, "channel", names, func(o *ShopOrder, cell *Cell) error {
		if o.mapped&sales.FieldChannel != 0 {
			return nil
		}
		if o.Channel = words[strings.ToLower(cell.Text)]; o.Channel == "" {
			o.Channel = cell.Text
		}
		o.Has |= sales.FieldChannel
		return nil
	})
}

// lineAmount is what all pieces of a line cost together, where the shop does not say what one costs. It is read behind
// the quantity.
func lineAmount(names ...string) Column[ShopOrder] {
	return orderCell(MoneyKind, "", names, func(o *ShopOrder, cell *Cell) error {
		amount, err := cell.Money()
		if err == nil && o.Has&sales.FieldUnitPrice == 0 && o.mapped&sales.FieldUnitPrice == 0 {
			o.PriceFrom(amount, cell.setting.Currency.Decimals)
		}
		return err
	})
}

// addressOf are the columns of the n-th address, each with the names it may have.
func addressOf(n int, street, street2, city, region, postcode, country []string) []Column[ShopOrder] {
	one := func(f contacts.Fields, of func(*place) *string, names []string) Column[ShopOrder] {
		return buyer(unquoted(part(names[0], n, f, of)), names[1:]...)
	}
	return []Column[ShopOrder]{
		one(contacts.FieldAddress, func(p *place) *string { return &p.street }, street),
		one(contacts.FieldAddress, func(p *place) *string { return &p.extended }, street2),
		one(contacts.FieldCity, func(p *place) *string { return &p.city }, city),
		one(contacts.FieldRegion, func(p *place) *string { return &p.region }, region),
		one(contacts.FieldPostcode, func(p *place) *string { return &p.postcode }, postcode),
		one(contacts.FieldCountry, func(p *place) *string { return &p.country }, country),
	}
}
