package sales

import (
	"slices"

	"github.com/perla-crm/perla/internal/money"
)

// ShopRow is one row of a web shop's export of orders. Such an export says on one row of an order what belongs to all of
// it, its discount and tax too, and names as a part of the order what was paid back later. ShopRows makes of it rows of
// ours. Row has the discount of the line alone.
type ShopRow struct {
	Row
	Name     string       // what the product is called, where Product is its sku
	Brand    string       // of the product
	Untaxed  bool         // the line bears nothing of the tax
	Taxes    money.Amount // of the order, as all that follow
	Off      money.Amount // discount
	Fees     money.Amount // what the buyer pays beside goods and shipping
	Refunded money.Amount // what she got back
}

// refundRef is what stands behind the ref of an order in that of its refund.
const refundRef = " refund"

// Guest is to whom an order is booked that names nobody.
const Guest = "Guest"

// ShopRows makes of rows of a shop rows of an order file, for a book of a currency. Rows with the same ref must come
// together. The discount of an order and its tax fall on its lines by what they cost; where the total proves that the
// prices hold the tax already, it is taken out of them. What was paid back becomes an order of its own of a negative total,
// with its part of tax and shipping, so that reading the file again finds it; where all was paid back, neither counts. A
// total that the lines do not come to is left for PlaceAll to refuse.
func ShopRows(rows []ShopRow, book money.Currency) []Row {
	var out []Row
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[from].Ref != "" && rows[to].Ref == rows[from].Ref {
			to++
		}
		out = appendShopOrder(out, rows[from:to], book)
		from = to
	}
	return out
}

// appendShopOrder appends the rows of one order, and of its refund.
func appendShopOrder(out []Row, rows []ShopRow, book money.Currency) []Row {
	if slices.ContainsFunc(rows, func(r ShopRow) bool { return r.Bad }) {
		for _, r := range rows { // nothing can be said of the others
			out = append(out, Row{Line: r.Line, Bad: r.Bad, Ref: r.Ref, Has: FieldRef})
		}
		return out
	}
	o := shopOrderOf(rows)
	at := len(out)
	for i := range rows {
		out = append(out, rows[i].Row)
		out[at+i].Has &^= FieldDiscount | FieldTax
		out[at+i].Currency, out[at+i].Has = o.head.Currency, out[at+i].Has|o.head.Has&FieldCurrency
	}
	own := out[at:]
	own[0].Customer, own[0].Status = o.head.Customer, o.head.Status
	own[0].Shipping += o.fees
	own[0].Has |= FieldCustomer | o.head.Has&FieldStatus
	if o.fees != 0 {
		own[0].Has |= FieldShipping
	}
	refund := o.refund()
	fits := o.bill(own, rows, book.Decimals)
	if !fits && o.refunded > 0 && o.netted(own, rows, book.Decimals) {
		fits, refund = true, nil
	}
	if fits && len(o.goods) > 0 && o.head.Has&FieldCurrency != 0 && o.head.Currency != book.Code {
		for i := range own { // each amount is rounded once it is changed, and they need not add up any more
			own[i].Has &^= FieldTotal
		}
	}
	if refund != nil {
		out = append(out, *refund)
	}
	return out
}

// shopOrder is what the rows of one order say of all of it.
type shopOrder struct {
	head                     Row // the fields of the order, each the first that was given
	off, tax, fees, refunded money.Amount
	goods                    []int // the rows that are lines with a price

	amounts, lineOff, taxables []money.Amount
}

// shopOrderOf gathers what the rows say.
func shopOrderOf(rows []ShopRow) *shopOrder {
	o := &shopOrder{head: rows[0].Row}
	for i := range rows {
		r := &rows[i]
		for _, h := range headers {
			if r.Has&h.bit != 0 && o.head.Has&h.bit == 0 {
				h.copy(&o.head, &r.Row)
				o.head.Has |= h.bit
			}
		}
		if r.Has&FieldCurrency != 0 && o.head.Has&FieldCurrency == 0 {
			o.head.Currency, o.head.Has = r.Currency, o.head.Has|FieldCurrency
		}
		for to, from := range map[*money.Amount]money.Amount{&o.off: r.Off, &o.tax: r.Taxes, &o.fees: r.Fees, &o.refunded: r.Refunded} {
			if *to == 0 { // some write them on every row of the order
				*to = from
			}
		}
	}
	if o.head.Customer == "" {
		o.head.Customer = Guest
	}
	if o.refunded >= o.head.Total && o.refunded > 0 && o.head.Status != Cancelled {
		o.head.Status, o.head.Has = Returned, o.head.Has|FieldStatus
	}
	return o
}

// bill shares discount and tax out among the lines. It says whether they come to the total; where they do not, the order
// stays as the shop says it.
func (o *shopOrder) bill(own []Row, rows []ShopRow, decimals int) bool {
	if !o.price(rows, decimals) {
		own[0].Discount, own[0].Tax = o.off, o.tax
		own[0].Has |= FieldDiscount | FieldTax
		return true // what is amiss with its lines is not this
	}
	var goods, lineOff money.Amount
	for i := range o.amounts {
		goods, lineOff = goods+o.amounts[i], lineOff+o.lineOff[i]
	}
	shipping := o.head.Shipping + o.fees
	fits := func(off money.Amount, included bool) bool {
		total := goods - off + shipping
		if !included {
			total += o.tax
		}
		return total == o.head.Total
	}
	// The discount of the order may hold those of the lines, or the prices may be those after it.
	for _, off := range []money.Amount{o.off + lineOff, o.off, 0} {
		for _, included := range []bool{false, true} {
			if o.head.Has&FieldTotal == 0 || fits(off, included) {
				if off < lineOff {
					lineOff = 0
				}
				o.share(own, off, lineOff, included, decimals)
				return true
			}
		}
	}
	o.share(own, o.off+lineOff, lineOff, false, decimals)
	return false
}

// price works out what the lines cost; false where they have no prices.
func (o *shopOrder) price(rows []ShopRow, decimals int) bool {
	for i := range rows {
		r := &rows[i]
		if r.Has&FieldProduct == 0 {
			continue
		}
		quantity := int64(1)
		if r.Has&FieldQuantity != 0 {
			quantity = r.Quantity
		}
		amount, err := r.UnitPrice.Times(quantity, decimals)
		if err != nil || r.Has&FieldUnitPrice == 0 || amount > most || amount < -most {
			return false
		}
		taxable := max(amount-r.Discount, 0)
		if r.Untaxed {
			taxable = 0
		}
		o.goods, o.amounts, o.lineOff, o.taxables = append(o.goods, i), append(o.amounts, amount), append(o.lineOff, r.Discount), append(o.taxables, taxable)
	}
	return len(o.goods) > 0
}

// share gives each line its discount and tax. Of the discount ofLines is that of the lines themselves.
func (o *shopOrder) share(own []Row, off, ofLines money.Amount, included bool, decimals int) {
	weights := make([]money.Amount, len(o.goods))
	for i, amount := range o.amounts {
		weights[i] = max(amount-o.lineOff[i], 0)
	}
	offs, taxes := money.Share(off-ofLines, weights), money.Share(o.tax, o.taxables)
	for i, at := range o.goods {
		r := &own[at]
		r.Discount, r.Tax = offs[i], taxes[i]
		if ofLines != 0 {
			r.Discount += o.lineOff[i]
		}
		if r.Has |= FieldDiscount | FieldTax; included && r.Tax != 0 {
			r.PriceFrom(o.amounts[i]-r.Tax, decimals)
		}
	}
}

// PriceFrom gives a line the unit price that comes to an amount for all of its pieces.
func (r *Row) PriceFrom(amount money.Amount, decimals int) {
	quantity := int64(1)
	if r.Has&FieldQuantity != 0 {
		quantity = r.Quantity
	}
	if quantity != 0 {
		r.UnitPrice = exactPrice(money.Amount(money.QuoRound(int64(amount), quantity)), amount, quantity, decimals)
		r.Has |= FieldUnitPrice
	}
}

// netted tells whether the lines are those that are left after the refund, which then is not to be taken off again.
func (o *shopOrder) netted(own []Row, rows []ShopRow, decimals int) bool {
	o.goods, o.amounts, o.lineOff, o.taxables = nil, nil, nil, nil
	o.head.Total -= o.refunded
	if o.head.Has&FieldTotal == 0 || !o.bill(own, rows, decimals) {
		o.head.Total += o.refunded
		return false
	}
	for i := range own {
		if own[i].Has&FieldTotal != 0 {
			own[i].Total = o.head.Total
		}
	}
	return true
}

// refund is the order that takes off what was paid back, nil where nothing was.
func (o *shopOrder) refund() *Row {
	if o.refunded <= 0 || o.head.Has&FieldTotal == 0 {
		return nil
	}
	r := &Row{Line: o.head.Line, Ref: o.head.Ref + refundRef, RefSource: o.head.RefSource, Customer: o.head.Customer, Date: o.head.Date,
		Channel: o.head.Channel, Consultant: o.head.Consultant, Campaign: o.head.Campaign, Currency: o.head.Currency, Total: -o.refunded,
		Has: o.head.Has&(FieldRef|FieldRefSource|FieldDate|FieldChannel|FieldConsultant|FieldCampaign|FieldCurrency) | FieldCustomer | FieldTotal | FieldTax | FieldShipping}
	if whole := int64(o.head.Total); whole > 0 && int64(o.refunded) <= whole {
		r.Tax = -money.Part(o.tax, 0, int64(o.refunded), whole)
		r.Shipping = -money.Part(o.head.Shipping+o.fees, 0, int64(o.refunded), whole)
	}
	if s := o.head.Status; s == Returned || s == Cancelled {
		r.Status, r.Has = s, r.Has|FieldStatus
	}
	return r
}
