package sales

import (
	"fmt"
	"strconv"

	"github.com/perla-crm/perla/internal/money"
)

// convert brings the amounts of a row in another currency into the book's, at the rate given for it.
func (r *reader) convert(row *Row) Problem {
	if row.Has&FieldCurrency == 0 || row.Currency == r.currency {
		return Problem{}
	}
	rate, ok := r.rates[row.Currency]
	if !ok {
		return Problem{Line: row.Line, Field: "currency", Value: row.Currency,
			Reason: fmt.Sprintf("the book is in %s; give a rate with --rate %s=RATE", r.currency, row.Currency)}
	}
	for _, a := range []*money.Amount{&row.Total, &row.Shipping, &row.Cost, &row.Tax, &row.Discount} {
		v, err := rate.Times(int64(*a), 0)
		if err != nil {
			return Problem{Line: row.Line, Field: "currency", Value: row.Currency, Reason: err.Error()}
		}
		*a = v
	}
	price, err := row.UnitPrice.Mul(rate)
	if err != nil {
		return Problem{Line: row.Line, Field: "unit_price", Value: row.UnitPrice.String(), Reason: err.Error()}
	}
	row.UnitPrice = price
	return Problem{}
}

// line adds the line a row describes; a row without a product describes none.
func (r *reader) line(d *draft, row *Row) Problem {
	if row.Has&FieldProduct == 0 {
		return Problem{}
	}
	l := line{sku: row.Product, has: row.Has, quantity: 1, tax: row.Tax, cost: row.Cost, costKnown: row.Has&FieldCost != 0}
	if row.Has&FieldQuantity != 0 {
		l.quantity = row.Quantity
	}
	wrong := func(field, value, reason string) Problem {
		return Problem{Line: row.Line, Field: field, Value: value, Reason: reason}
	}
	var err error
	if row.Has&FieldUnitPrice != 0 {
		if l.amount, err = row.UnitPrice.Times(l.quantity, r.decimals); err != nil {
			return wrong("unit_price", row.UnitPrice.String(), err.Error())
		}
		if l.unitPrice, err = row.UnitPrice.Minor(r.decimals); err != nil {
			return wrong("unit_price", row.UnitPrice.String(), err.Error())
		}
	}
	if l.amount > most || l.amount < -most { // before anything is added to it
		return wrong("unit_price", row.UnitPrice.String(), "too large an amount")
	}
	l.discount = row.Discount
	if row.IsPercent {
		if l.discount, err = money.Off(l.amount, row.Percent); err != nil {
			return wrong("discount", row.Percent.String()+"%", err.Error())
		}
	}
	d.lines = append(d.lines, l)
	return Problem{}
}

// most is the largest amount an order may come to, in minor units: ten million of them still add up within an int64,
// so that no report can overflow.
const most = 1e12

// tooMuch refuses an order beyond most, whichever of its amounts it is.
func (d *draft) tooMuch() Problem {
	for _, a := range []struct {
		field  Fields
		amount money.Amount
	}{{FieldTotal, d.total}, {FieldShipping, d.head.Shipping}, {FieldTax, d.tax}, {FieldDiscount, d.discount}, {FieldCost, d.cost}} {
		if a.amount > most || a.amount < -most {
			return Problem{Field: a.field.name(), Value: strconv.FormatInt(int64(a.amount), 10), Reason: "too large an amount"}
		}
	}
	return Problem{}
}

// sum works out what the order comes to: lines - discount + tax + shipping. A total that a file gives beside its lines
// must agree with them; a single line without a price has the price that makes it agree.
func (d *draft) sum(decimals int) Problem {
	h := &d.head
	if len(d.lines) == 0 {
		d.total, d.discount, d.tax, d.cost, d.costKnown = h.Total, h.Discount, h.Tax, h.Cost, h.Has&FieldCost != 0
		d.has |= h.Has & (FieldDiscount | FieldTax | FieldCost)
		if d.has&FieldTotal == 0 {
			return Problem{Field: "total", Reason: "an order needs a total, or a product with a unit_price"}
		}
		return d.tooMuch()
	}
	if p := d.priceLine(decimals); p.Reason != "" {
		return p
	}
	d.addUp()
	if p := d.tooMuch(); p.Reason != "" {
		return p
	}
	if d.has&FieldTotal != 0 && d.total != h.Total {
		return Problem{Field: "total", Value: written(h.Total, decimals),
			Reason: fmt.Sprintf("the lines come to %s (leave the total out to have them added up)", written(d.total, decimals))}
	}
	d.has |= FieldTotal | FieldDiscount | FieldTax | FieldCost
	return Problem{}
}

// addUp makes the sums of the order from its lines. One line of unknown cost makes the cost of the order unknown.
func (d *draft) addUp() {
	d.total, d.discount, d.tax, d.cost, d.costKnown = d.head.Shipping, 0, 0, 0, true
	for i := range d.lines {
		l := &d.lines[i]
		d.total += l.amount - l.discount + l.tax
		d.discount += l.discount
		d.tax += l.tax
		d.cost += l.cost
		d.costKnown = d.costKnown && l.costKnown
	}
	if !d.costKnown {
		d.cost = 0
	}
}

// priceLine gives a line that came without a price the one its order's total implies, which only a single line has.
func (d *draft) priceLine(decimals int) Problem {
	for i := range d.lines {
		l := &d.lines[i]
		if l.has&FieldUnitPrice != 0 {
			continue
		}
		if len(d.lines) > 1 || d.has&FieldTotal == 0 || d.head.IsPercent || l.quantity == 0 {
			return Problem{Field: "unit_price", Reason: "a line with a product needs a unit_price"}
		}
		l.amount = d.head.Total - d.head.Shipping - l.tax + l.discount
		l.unitPrice = money.Amount(money.QuoRound(int64(l.amount), l.quantity))
	}
	return Problem{}
}
