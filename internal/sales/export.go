package sales

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/money"
)

// Export yields the orders a query chooses as rows of an order file, a row a line: what PlaceAll makes the same orders
// of again. An order's total and shipping stand on its first row; its customer is written as
// contacts.KeySQL does. The status is the furthest of the facts
// of the order itself: what was paid of a live one stands in its payments.
func Export(v *book.View, q Query) iter.Seq2[Row, error] {
	dir, err := q.look(v, contacts.KeySQL("x"), "x.ref")
	if err != nil {
		return failed[Row](err)
	}
	if q.Status != NoStatus {
		if err := q.settle(v); err != nil {
			return failed[Row](err)
		}
	}
	_, lined, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM order_lines LIMIT 1`)
	if err != nil {
		return failed[Row](err)
	}
	x := exporter{currency: v.Settings().Currency, dir: dir, words: words{}}
	if !lined { // a book without lines is spared the look-up of each order's
		return readOrders(v, q, x.order)
	}
	read, from, args := q.source(append(storedColumns(q.AsOf), "s.sku", "l.quantity", "l.unit_price", "l.amount", "l.tax", "l.discount", "l.cost"),
		` LEFT JOIN order_lines l ON l.order_id = o.id LEFT JOIN products s ON s.id = l.product_id`)
	return book.Stream(v, x.line, read, from, args...)
}

// exporter makes rows of what Export selects.
type exporter struct {
	currency money.Currency
	dir      directory
	words    words
	last     int64 // the order of the line before
}

// order is the row of an order without lines.
func (x *exporter) order(s *stored) Row {
	w := Row{Has: FieldCustomer | FieldDate | FieldStatus | FieldTotal, CustomerID: s.customer, Ref: s.ref, RefSource: s.refSource, Customer: x.dir.customers.of(s.customer), Date: s.date,
		Total: s.total, Channel: s.channel, Status: s.status, Consultant: x.dir.consultants.of(s.consultant), Campaign: x.dir.campaigns.of(s.campaign),
		Cost: s.cost, Discount: s.discount, Shipping: s.shipping, Tax: s.tax, Currency: x.currency.Code, Notes: s.notes}
	w.mark(FieldShipping, s.shipping != 0)
	w.mark(FieldTax, s.tax != 0)
	w.mark(FieldDiscount, s.discount != 0)
	w.mark(FieldCost, s.costKnown)
	return w
}

// line is the row of a line, or of an order without lines.
func (x *exporter) line(r book.Row) Row {
	s := storedIn(r, x.words)
	w := x.order(&s)
	if s.id == x.last {
		w.Has &^= FieldTotal | FieldShipping
		w.Total, w.Shipping, w.Notes = 0, 0, ""
	}
	x.last = s.id
	const sku, quantity, price, amount, tax, discount, cost = storedWidth, storedWidth + 1, storedWidth + 2, storedWidth + 3, storedWidth + 4, storedWidth + 5, storedWidth + 6
	if r.Null(sku) {
		return w
	}
	w.Has = w.Has&^(FieldTax|FieldDiscount|FieldCost) | FieldProduct | FieldQuantity | FieldUnitPrice
	w.Product, w.Quantity = x.words.of(r.Text(sku)), r.Int(quantity)
	w.UnitPrice = exactPrice(money.Amount(r.Int(price)), money.Amount(r.Int(amount)), w.Quantity, x.currency.Decimals)
	w.Tax, w.Discount, w.Cost = money.Amount(r.Int(tax)), money.Amount(r.Int(discount)), money.Amount(r.Int(cost))
	w.mark(FieldTax, w.Tax != 0)
	w.mark(FieldDiscount, w.Discount != 0)
	w.mark(FieldCost, !r.Null(cost))
	return w
}

// mark notes that a field holds something.
func (r *Row) mark(f Fields, holds bool) {
	if holds {
		r.Has |= f
	}
}
