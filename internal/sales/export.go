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
	joins := `JOIN customers c ON c.id = o.customer_id LEFT JOIN consultants k ON k.id = o.consultant_id LEFT JOIN campaigns p ON p.id = o.campaign_id`
	columns := `o.id AS a, o.ref AS b, o.ref_source AS c, CASE WHEN c.ref_source = 'csv' THEN c.ref WHEN c.ref IS NOT NULL THEN c.ref_source || ':' || c.ref
		ELSE coalesce(c.email, c.phone_e164, c.name) END AS d, o.ordered_on AS e, o.total AS f, o.channel AS g, ` + statusAt(q.AsOf) + ` AS h,
		k.ref AS i, p.ref AS j, o.shipping AS k, o.notes AS l`
	_, lined, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM order_lines LIMIT 1`)
	if err != nil {
		return func(yield func(Row, error) bool) { yield(Row{}, err) }
	}
	if lined { // a book without lines is spared the look-up of each order's
		joins += ` LEFT JOIN order_lines l ON l.order_id = o.id LEFT JOIN products s ON s.id = l.product_id`
		columns += `, CASE WHEN l.id IS NULL THEN o.tax ELSE l.tax END AS m, CASE WHEN l.id IS NULL THEN o.discount ELSE l.discount END AS n,
			CASE WHEN l.id IS NULL THEN o.cost ELSE l.cost END AS q, s.sku AS r, l.quantity AS s, l.unit_price AS t, l.amount AS u`
	} else {
		columns += `, o.tax AS m, o.discount AS n, o.cost AS q, NULL AS r, NULL AS s, NULL AS t, NULL AS u`
	}
	rest, args := q.rest(columns, joins)
	x := exporter{currency: v.Settings().Currency, names: words{}}
	return book.Stream(v, x.row, `a, b, c, d, e, f, g, h, i, j, k, l, m, n, q, r, s, t, u`, rest, args...)
}

// exporter makes rows of what Export selects.
type exporter struct {
	currency money.Currency
	names    words
	last     int64 // the order of the row before
}

func (x *exporter) row(r book.Row) Row {
	w := Row{Has: FieldCustomer | FieldDate | FieldStatus, Ref: strings.Clone(r.Text(1)), RefSource: x.names.of(r.Text(2)), Customer: x.names.of(r.Text(3)),
		Status: Status(r.Int(7)), Channel: x.names.of(r.Text(6)), Consultant: x.names.of(r.Text(8)), Campaign: x.names.of(r.Text(9)),
		Tax: money.Amount(r.Int(12)), Discount: money.Amount(r.Int(13)), Cost: money.Amount(r.Int(14)), Currency: x.currency.Code}
	w.Date, _ = dates.ParseISO(r.Text(4))
	if r.Int(0) != x.last {
		w.Has |= FieldTotal
		w.Total, w.Shipping, w.Notes = money.Amount(r.Int(5)), money.Amount(r.Int(10)), strings.Clone(r.Text(11))
		x.last = r.Int(0)
	}
	w.mark(FieldShipping, w.Shipping != 0)
	w.mark(FieldTax, w.Tax != 0)
	w.mark(FieldDiscount, w.Discount != 0)
	w.mark(FieldCost, !r.Null(14))
	if !r.Null(15) {
		w.Has |= FieldProduct | FieldQuantity | FieldUnitPrice
		w.Product, w.Quantity = x.names.of(r.Text(15)), r.Int(16)
		w.UnitPrice = exactPrice(money.Amount(r.Int(17)), money.Amount(r.Int(18)), w.Quantity, x.currency.Decimals)
	}
	return w
}

// mark notes that a field holds something.
func (r *Row) mark(f Fields, holds bool) {
	if holds {
		r.Has |= f
	}
}
