package sheet

import (
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// OrderVendor is a web shop whose exports of orders are known by their header.
type OrderVendor struct {
	Vendor
	known [][]string                                // a header with a name of each of them, however written, is the shop's
	lists func(header []string) []Column[ShopOrder] // what is read, in the order of reading
}

// orderVendors are the web shops that are recognised.
var orderVendors = []*OrderVendor{&shopifyOrders, &wooOrders}

// OrderVendorNames are the words that RecogniseOrders takes for shops.
func OrderVendorNames() (names []string) {
	for _, v := range orderVendors {
		names = append(names, v.Name)
	}
	return names
}

// RecogniseOrders says which shop's export a file of orders is, nil for nobody's: by the name of the shop, one of OrderVendorNames,
// or with "" by the header. What a person named by --columns is nobody's. From then on the file is read as that shop's. A
// shop whose columns the file does not have is fault.Rejected.
func (in *Input) RecogniseOrders(name string) (*OrderVendor, error) {
	for _, v := range orderVendors {
		switch {
		case name != "" && name != v.Name, name == "" && (len(in.options.Columns) > 0 || !v.certain(in.header)):
			continue
		case !v.has(in.header, v.known[0]):
			return nil, &fault.Error{Kind: fault.Rejected, Key: in.name, Reason: "not an export of orders of " + v.Name + ": it has no column " + v.known[0][0],
				Hint: "leave --as out, or name another: " + strings.Join(OrderVendorNames(), ", ")}
		}
		if in.options.Clear {
			return nil, fault.New(fault.Usage, "--clear: in an export of "+v.Name+" an empty cell may mean that of the row above", "leave --clear out")
		}
		in.vendor = &v.Vendor
		return v, nil
	}
	return nil, nil
}

// certain tells whether a header is certainly the shop's.
func (v *OrderVendor) certain(header []string) bool {
	return !slices.ContainsFunc(v.known, func(names []string) bool { return !v.has(header, names) })
}

// has tells whether a header has one of some names.
func (v *OrderVendor) has(header, names []string) bool {
	return slices.ContainsFunc(header, func(have string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return foldName(have) == foldName(name) })
	})
}

// Columns are ours, which only --map gives a place in a shop's file and which come before the shop's; those of the shop;
// and those of hers that need no word.
func (v *OrderVendor) Columns(in *Input) []Column[ShopOrder] {
	columns := lift(OrderRows, func(o *ShopOrder) *sales.Row { return &o.Row })
	for i := range columns {
		c := &columns[i]
		set, f := c.Set, sales.FieldNamed(c.Name)
		c.byMap, c.Required = true, false
		c.Set = func(o *ShopOrder, cell *Cell) error {
			o.mapped |= f
			return set(o, cell)
		}
	}
	columns = append(columns, v.lists(in.header)...)
	for _, name := range v.idle {
		columns = append(columns, Column[ShopOrder]{Name: name})
	}
	return columns
}

// ShopOrder is a row of a shop's export on its way to becoming an order and who bought it. Settle makes it whole.
type ShopOrder struct {
	sales.ShopRow
	Buyer  contacts.Row
	Goods  catalog.Row // what the line is of, where the shop has both a sku and a name for it
	mapped sales.Fields
	buyer  Contact
	words  shopWords
}

// shopWords are what a shop says of how far an order is.
type shopWords struct{ money, goods, cancelled string }

// Settle makes a row whole once its cells are read. country is that of the book, by whose rules phones are read.
func (o *ShopOrder) Settle(line int, bad bool, country string) {
	o.Line, o.Bad = line, bad
	if len(o.buyer.places) > 0 && o.buyer.places[0].text() != "" {
		o.buyer.places = o.buyer.places[:1] // where she lives, not where it was sent
	}
	o.buyer.Settle(line, bad, country)
	o.Buyer = o.buyer.Row
	if bad {
		return
	}
	if o.mapped&sales.FieldCustomer == 0 {
		o.Customer = o.whose(country)
		if o.Has &^= sales.FieldCustomer; o.Customer != "" {
			o.Has |= sales.FieldCustomer
		}
	}
	if status := o.words.status(); status != sales.NoStatus && o.mapped&sales.FieldStatus == 0 {
		o.Status, o.Has = status, o.Has|sales.FieldStatus
	}
	if o.Product == "" && o.Name != "" && o.mapped&sales.FieldProduct == 0 {
		o.Product, o.Has = o.Name, o.Has|sales.FieldProduct
	}
	o.settleGoods()
}

// whose is the cell by which the buyer is found: her e-mail, else her phone, else her name.
func (o *ShopOrder) whose(country string) string {
	if o.Buyer.Email != "" {
		return o.Buyer.Email
	}
	if phone := contacts.E164(o.Buyer.Phone, country); phone != "" {
		return phone
	}
	if o.Buyer.Has&contacts.FieldName != 0 {
		return o.Buyer.Name
	}
	return ""
}

// Reachable tells whether the row says more of the buyer than the cell by which she is found, and how to know her again.
func (o *ShopOrder) Reachable() bool {
	return o.mapped&sales.FieldCustomer == 0 && (strings.HasPrefix(o.Customer, "+") || strings.Contains(o.Customer, "@")) &&
		o.Buyer.Has&^(contacts.FieldEmail|contacts.FieldPhone) != 0
}

// settleGoods makes the product of a line.
func (o *ShopOrder) settleGoods() {
	if o.Product == "" || o.Name == "" || o.Name == o.Product {
		return
	}
	for f, text := range map[catalog.Fields]string{catalog.FieldSKU: o.Product, catalog.FieldName: o.Name, catalog.FieldBrand: o.Brand} {
		if text == "" {
			continue
		}
		if o.Goods.Set(f, text) != nil { // a sku that is none is refused with its order
			o.Goods = catalog.Row{}
			return
		}
		o.Goods.Has |= f
	}
	o.Goods.Place(o.Line, o.Goods.Has, false)
}

// The words of shops: openWords of money that is to come, deadWords of an order that came to nothing. Their other words say
// that it is paid. A case, a blank, an underscore and a prefix do not count.
var (
	openWords = []string{"pending", "pending-payment", "authorized", "partially-paid", "unpaid", "on-hold"}
	deadWords = []string{"voided", "expired", "cancelled", "canceled", "failed", "trash", "draft", "checkout-draft"}
	sentWords = []string{"fulfilled", "shipped"}
)

// status is what the words mean; NoStatus where they say nothing.
func (w shopWords) status() sales.Status {
	word := strings.TrimPrefix(strings.NewReplacer(" ", "-", "_", "-").Replace(strings.ToLower(w.money)), "wc-")
	is := func(words []string) bool { return slices.Contains(words, word) }
	switch {
	case w.cancelled != "", is(deadWords):
		return sales.Cancelled
	case word == "refunded":
		return sales.Returned
	case is(openWords) && slices.Contains(sentWords, strings.ToLower(w.goods)):
		return sales.Shipped
	case is(openWords):
		return sales.Confirmed
	case w.money != "":
		return sales.Paid
	}
	return sales.NoStatus
}

// Known gives a line without a sku that of the product of its name, where the book has one.
func (o *ShopOrder) Known(skus map[string]string) {
	if sku := skus[o.Name]; sku != "" && o.Product == o.Name && o.mapped&sales.FieldProduct == 0 {
		o.Product = sku
	}
}

// SalesRows are the rows of orders that rows of a shop say.
func SalesRows(batch []ShopOrder, book money.Currency) []sales.Row {
	rows := make([]sales.ShopRow, len(batch))
	for i := range batch {
		rows[i] = batch[i].ShopRow
	}
	return sales.ShopRows(rows, book)
}
