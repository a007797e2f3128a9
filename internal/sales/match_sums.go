package sales

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// summed refuses other sums for orders whose lines the file does not give, but the book has: an order comes to what its
// lines make it.
func (p *placer) summed(changes []*draft) ([]*draft, error) {
	headers := slices.ContainsFunc(changes, func(d *draft) bool { return len(d.lines) == 0 })
	if !headers {
		return changes, nil
	}
	_, lines, err := book.One(p.tx.View, book.Scalar[int64], `SELECT 1 FROM order_lines LIMIT 1`)
	if err != nil || !lines {
		return changes, err
	}
	for _, d := range changes {
		if len(d.lines) > 0 {
			continue
		}
		had, found, err := book.One(p.tx.View, func(row book.Scanner) (s lineSums, err error) {
			err = row.Scan(&s.amount, &s.discount, &s.tax, &s.cost, &s.shipping)
			return s, err
		}, `SELECT sum(l.amount), sum(l.discount), sum(l.tax), CASE WHEN count(*) = count(l.cost) THEN sum(l.cost) END, o.shipping
		    FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id = ? GROUP BY o.id`, d.id)
		if err != nil {
			return nil, err
		}
		if field := d.contradicts(had, d.has&^p.options.Never); found && field != 0 {
			p.refuse(d, field.name(), "", fmt.Sprintf("order %d has lines, which make it another: give its lines as well", d.id))
		}
	}
	return slices.DeleteFunc(changes, func(d *draft) bool { return d.refused }), nil
}

// lineSums are what the lines of an order in the book come to, and its shipping.
type lineSums struct {
	amount, discount, tax, shipping money.Amount
	cost                            *money.Amount // nil: that of some line is not known
}

// contradicts is the first of the fields that a file gives of an order which its lines in the book make another; 0 for none.
func (d *draft) contradicts(had lineSums, given Fields) Fields {
	shipping := had.shipping
	if given&FieldShipping != 0 {
		shipping = d.head.Shipping
	}
	switch {
	case given&FieldDiscount != 0 && d.discount != had.discount:
		return FieldDiscount
	case given&FieldTax != 0 && d.tax != had.tax:
		return FieldTax
	case given&FieldCost != 0 && d.costKnown && (had.cost == nil || d.cost != *had.cost):
		return FieldCost
	case given&FieldTotal != 0 && d.total != had.amount-had.discount+had.tax+shipping:
		return FieldTotal
	case given&FieldTotal == 0 && shipping != had.shipping: // --never total
		return FieldShipping
	}
	return 0
}
