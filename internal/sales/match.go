package sales

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// verdict is what an import makes of an order.
type verdict uint8

const (
	fresh   verdict = iota // not in the book
	same                   // in the book, and the file says nothing new
	changed                // in the book, and the file says something else
)

// match compares the batch with the book: which orders it has, and which of those the file changes. The comparison is
// made in SQL, so that a file that says nothing new costs one look-up an order and hands nothing back.
func (p *placer) match() error {
	if err := p.matchLines(); err != nil {
		return err
	}
	all := columns(p.used)
	f, err := p.header(all, p.pending)
	if err != nil {
		return err
	}
	differs := []string{"0"}
	given, alike := p.given()
	for _, c := range columns(p.used &^ p.options.Never) {
		if alike && given&c.field == 0 {
			continue
		}
		have, want := "o."+c.name, "f."+c.name
		switch {
		case c.field == FieldStatus && c.name != "is_history":
			continue // the status as a whole is compared once
		case c.field == FieldStatus:
			have, want = statusSQL, `CASE WHEN f.cancelled_on IS NOT NULL THEN 6 WHEN f.returned_on IS NOT NULL THEN 7 WHEN f.is_history THEN 5
				WHEN f.invoiced_on IS NOT NULL THEN 4 WHEN f.shipped_on IS NOT NULL THEN 3 WHEN f.confirmed_on IS NOT NULL THEN 2 ELSE 1 END`
		case zeroWhenAbsent(c.field):
			want = "ifnull(" + want + ", 0)"
		}
		differ := have + " IS NOT " + want
		if !alike { // each look at a cell of the feed costs a call into Go
			differ = fmt.Sprintf("f.mask & %d AND %s", c.field, differ)
		}
		differs = append(differs, differ)
	}
	source, args := "?", []any{p.options.Source}
	if p.used&FieldRefSource != 0 {
		source, args = "f.ref_source", nil
	}
	for _, d := range p.pending {
		d.verdict = same
	}
	return p.tx.Each(func(r book.Row) error {
		d := p.pending[r.Int(0)]
		if r.Null(1) {
			d.verdict = fresh
		} else {
			d.id, d.verdict = r.Int(1), changed
		}
		return nil
	}, `f.i, o.id`, `temp.`+f.Name+` f LEFT JOIN orders o ON o.ref = f.ref AND o.ref_source = `+source+
		` WHERE o.id IS NULL OR (`+strings.Join(differs, ") OR (")+`)`, args...)
}

// given is the set of fields the file gives for the first order of the batch, and whether it gives the same for all.
func (p *placer) given() (fields Fields, alike bool) {
	for i, d := range p.pending {
		own := (d.has | d.clears) &^ p.options.Never
		if i > 0 && own != fields {
			return fields, false
		}
		fields = own
	}
	return fields, true
}

// matchLines compares lines with those of orders the book has. What a file's line leaves empty keeps the value of the
// book's line at its place, when that is the same product.
func (p *placer) matchLines() error {
	if p.used&FieldProduct == 0 {
		return nil
	}
	f, err := p.feed("keys", []string{"i", "ref", "ref_source"})
	if err != nil {
		return err
	}
	f.Load(len(p.pending), func(row, col int) any {
		switch d := p.pending[row]; col {
		case 0:
			return int64(row)
		case 1:
			return d.ref
		default:
			return p.word(d.source)
		}
	})
	had := map[int64][]line{}
	err = p.tx.Each(func(r book.Row) error {
		d := p.pending[r.Int(0)]
		d.id = r.Int(1)
		l := had[r.Int(0)]
		if !r.Null(2) {
			l = append(l, line{product: r.Int(2), quantity: r.Int(3), unitPrice: money.Amount(r.Int(4)), amount: money.Amount(r.Int(5)),
				discount: money.Amount(r.Int(6)), tax: money.Amount(r.Int(7)), cost: money.Amount(r.Int(8)), costKnown: !r.Null(8)})
		}
		had[r.Int(0)] = l
		return nil
	}, `i, id, product_id, quantity, unit_price, amount, discount, tax, cost`,
		`(SELECT f.i, o.id, l.product_id, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost
		  FROM temp.`+f.Name+` f CROSS JOIN orders o ON o.ref = f.ref AND o.ref_source = f.ref_source
		  LEFT JOIN order_lines l ON l.order_id = o.id ORDER BY f.i, l.id LIMIT -1)`)
	if err != nil {
		return err
	}
	for i, lines := range had {
		d := p.pending[i]
		if len(d.lines) > 0 && p.options.Never&FieldProduct == 0 {
			d.relined = d.reline(lines)
		}
	}
	return nil
}

// reline fills what the draft's lines leave empty from the book's, works out the sums again, and says whether the lines
// differ.
func (d *draft) reline(had []line) bool {
	for i := range d.lines {
		if i < len(had) && had[i].product == d.lines[i].product {
			d.lines[i].inherit(&had[i], d.has&FieldTotal != 0 && d.head.Has&FieldTotal != 0)
		}
	}
	d.addUp()
	if len(had) != len(d.lines) {
		return true
	}
	for i, l := range d.lines {
		l.sku, l.has = "", 0
		if l != had[i] {
			return true
		}
	}
	return false
}

// inherit takes what the file did not say. Under a given total only the cost, which the total does not count.
func (l *line) inherit(had *line, totalGiven bool) {
	if l.has&FieldCost == 0 {
		l.cost, l.costKnown = had.cost, had.costKnown
	}
	if totalGiven {
		return
	}
	if l.has&FieldDiscount == 0 {
		l.discount = had.discount
	}
	if l.has&FieldTax == 0 {
		l.tax = had.tax
	}
}

// write books the batch according to the verdicts and counts.
func (p *placer) write() error {
	var news, changes []*draft
	for _, d := range p.pending {
		switch {
		case d.verdict == fresh && p.options.Mode == UpdateOnly:
			p.refuse(d, "ref", d.head.Ref, "the book has no such order (--mode update)")
		case d.verdict == fresh && d.lacks() != nil:
			p.reject(d, d.lacks())
		case d.verdict == fresh:
			news = append(news, d)
		case p.options.Mode == CreateOnly:
			p.refuse(d, "ref", d.head.Ref, "the book has this order already (--mode create)")
		case d.verdict == changed || d.relined:
			changes = append(changes, d)
		default:
			p.tally.Unchanged++
		}
	}
	changes, err := p.unmoved(changes)
	if err != nil {
		return err
	}
	if changes, err = p.summed(changes); err != nil {
		return err
	}
	if p.customers.AnyErased() {
		if news, changes, err = p.unerased(news, changes); err != nil {
			return err
		}
	}
	p.tally.Created += int64(len(news))
	p.tally.Updated += int64(len(changes))
	ids := make([]int64, len(changes))
	for i, d := range changes {
		ids[i] = d.id
	}
	if err := network.Correct(p.tx, ids, func() error { return p.update(changes) }); err != nil {
		return err
	}
	return p.insert(news)
}

// unmoved refuses other lines for orders of which something was shipped, invoiced or returned since: stock and documents
// name the lines they have.
func (p *placer) unmoved(changes []*draft) ([]*draft, error) {
	for _, d := range changes {
		if !d.relined {
			continue
		}
		_, moved, err := book.One(p.tx.View, book.Scalar[int64], `SELECT 1 FROM orders o WHERE id = ? AND (EXISTS (SELECT 1 FROM shipments WHERE order_id = o.id)
				OR EXISTS (SELECT 1 FROM invoices WHERE order_id = o.id) OR EXISTS (SELECT 1 FROM orders r WHERE r.original_id = o.id)
				OR EXISTS (SELECT 1 FROM order_lines l JOIN stock_moves m ON m.order_line_id = l.id WHERE l.order_id = o.id))`, d.id)
		if err != nil {
			return nil, err
		}
		if moved {
			p.refuse(d, "product", "", fmt.Sprintf("order %d was shipped, invoiced or returned since: its lines stay as they are", d.id))
		}
	}
	return slices.DeleteFunc(changes, func(d *draft) bool { return d.refused }), nil
}
