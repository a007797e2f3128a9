package sales

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Export yields the orders a query chooses as rows of an order file, a row a line: what PlaceAll makes the same orders
// of again. An order's total and shipping stand on its first row; its customer is written as her ref (with its source
// before it unless that is csv), else her e-mail, else her phone, else her name.
func Export(v *book.View, q Query) iter.Seq2[Row, error] {
	dir, err := q.look(v, `CASE WHEN x.ref_source = 'csv' THEN x.ref WHEN x.ref IS NOT NULL THEN x.ref_source || ':' || x.ref
		ELSE coalesce(x.email, x.phone_e164, x.name) END`, "x.ref")
	if err != nil {
		return failed[Row](err)
	}
	_, lined, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM order_lines LIMIT 1`)
	if err != nil {
		return failed[Row](err)
	}
	joins, columns := "", []string{"o.id", "o.ref", "o.ref_source", "o.customer_id", "o.ordered_on", "o.total", "o.channel", statusAt(q.AsOf),
		"o.consultant_id", "o.campaign_id", "o.shipping", "o.notes", "o.tax", "o.discount", "o.cost"}
	if lined { // a book without lines is spared the look-up of each order's
		joins = ` LEFT JOIN order_lines l ON l.order_id = o.id LEFT JOIN products s ON s.id = l.product_id`
		columns = append(columns, "s.sku", "l.quantity", "l.unit_price", "l.amount", "l.tax", "l.discount", "l.cost")
	}
	read, from, args := q.source(columns, joins)
	x := exporter{currency: v.Settings().Currency, dir: dir, lined: lined, names: words{}}
	return book.Stream(v, x.row, read, from, args...)
}

// exporter makes rows of what Export selects.
type exporter struct {
	currency money.Currency
	dir      directory
	lined    bool
	names    words
	last     int64 // the order of the row before
}

func (x *exporter) row(r book.Row) Row {
	w := Row{Has: FieldCustomer | FieldDate | FieldStatus, Ref: strings.Clone(r.Text(1)), RefSource: x.names.of(r.Text(2)), Customer: x.dir.customers[r.Int(3)],
		Status: Status(r.Int(7)), Channel: x.names.of(r.Text(6)), Consultant: x.dir.consultants[r.Int(8)], Campaign: x.dir.campaigns[r.Int(9)], Currency: x.currency.Code}
	w.Date, _ = dates.ParseISO(r.Text(4))
	if r.Int(0) != x.last {
		w.Has |= FieldTotal
		w.Total, w.Shipping, w.Notes = money.Amount(r.Int(5)), money.Amount(r.Int(10)), strings.Clone(r.Text(11))
		w.mark(FieldShipping, w.Shipping != 0)
		x.last = r.Int(0)
	}
	tax, discount, cost := 12, 13, 14
	if x.lined && !r.Null(15) {
		tax, discount, cost = 19, 20, 21
		w.Has |= FieldProduct | FieldQuantity | FieldUnitPrice
		w.Product, w.Quantity = x.names.of(r.Text(15)), r.Int(16)
		w.UnitPrice = exactPrice(money.Amount(r.Int(17)), money.Amount(r.Int(18)), w.Quantity, x.currency.Decimals)
	}
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
