package sales

import (
	"errors"
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// placeLive books the batch order by order as Place does: each reserves its pieces, and one that there is too little
// stock for is refused. An order the book has is left as it is.
func (p *placer) placeLive() error {
	for _, d := range p.pending {
		id, found, err := book.One(p.tx.View, book.Scalar[int64], `SELECT id FROM orders WHERE ref = ? AND ref_source = ?`, d.ref, d.source)
		if err != nil {
			return err
		}
		if found {
			d.id = id
			p.tally.Unchanged++
			continue
		}
		if d.lacks() != nil {
			p.reject(d, d.lacks())
			continue
		}
		l, problem, err := p.liveOf(d)
		if err == nil && problem.Reason == "" {
			d.id, err = l.insert(p.tx)
		}
		var refused *fault.Error
		switch {
		case errors.As(err, &refused) && (refused.Kind == fault.Conflict || refused.Kind == fault.Usage || refused.Kind == fault.NotFound):
			p.refuse(d, "", "", refused.Error())
		case err != nil:
			return err
		case problem.Reason != "":
			p.refuse(d, problem.Field, problem.Value, problem.Reason)
		default:
			p.tally.Created++
			p.moved = append(p.moved, d.id)
		}
	}
	return nil
}

// liveOf makes a live order of a draft. What its lines leave open is that of an order typed in: the price she has, the
// tax of the product; under a total that the file gives, which was proved to be what they come to, they leave nothing open.
func (p *placer) liveOf(d *draft) (*live, Problem, error) {
	l := &live{NewOrder: NewOrder{Customer: d.customer, Day: d.head.Date, Channel: d.head.Channel, Consultant: d.consultant, Campaign: d.head.Campaign,
		Notes: d.head.Notes, Ref: d.ref, RefSource: d.source, Shipping: d.head.Shipping}}
	switch d.head.Status {
	case NoStatus, Confirmed:
	case Quote:
		l.Quote = true
	default:
		return l, Problem{Field: "status", Value: d.head.Status.String(), Reason: "with --live an order is a quote, or confirmed; what comes after is done with perla order"}, nil
	}
	switch {
	case len(d.lines) == 0:
		return l, Problem{Field: "product", Reason: "with --live an order names its products"}, nil
	case d.head.Date > p.tx.Today():
		return l, Problem{Field: "date", Value: d.head.Date.String(), Reason: "has not come yet"}, nil
	}
	whole := d.has&FieldTotal != 0
	ids, items := make([]int64, len(d.lines)), make([]Item, len(d.lines))
	for i, line := range d.lines {
		if line.quantity < 1 {
			return l, Problem{Field: "quantity", Value: fmt.Sprint(line.quantity), Reason: "with --live pieces are sold; what comes back is taken with perla order return"}, nil
		}
		ids[i], items[i] = line.product, Item{SKU: line.sku, Quantity: line.quantity}
		if whole || line.has&FieldUnitPrice != 0 {
			price := exactPrice(line.unitPrice, line.amount, line.quantity, p.read.decimals)
			items[i].Price = &price
		}
	}
	var err error
	if l.cart.Lines, err = (&pricing{view: p.tx.View, customer: d.customer, day: l.Day}).linesOf(ids, items); err != nil {
		return l, Problem{}, err
	}
	l.cart.Shipping = l.Shipping
	for i, line := range d.lines {
		if whole || line.has&FieldDiscount != 0 {
			l.cart.Lines[i].Percent, l.cart.Lines[i].Off = money.Decimal{}, line.discount
		}
	}
	if err := l.reckon(p.tx, 0); err != nil {
		return l, Problem{}, err
	}
	for i, line := range d.lines {
		if whole || line.has&FieldTax != 0 {
			l.cart.Lines[i].Tax = line.tax
		}
	}
	return l, Problem{}, nil
}

// knownProducts refuses the orders of products that the book does not know: of those nobody can say what there is.
func (p *placer) knownProducts() error {
	for _, d := range p.pending {
		for i := range d.lines {
			is, err := catalog.IsSKU(p.tx.View, d.lines[i].sku)
			if err != nil {
				return err
			}
			if !is && !d.refused {
				p.refuse(d, "product", d.lines[i].sku, "there is no such product; with --live none is made on the way")
			}
		}
	}
	p.drop()
	return nil
}
