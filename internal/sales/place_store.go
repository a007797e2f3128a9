package sales

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// statusSQL is the present status of an order o, as a number of the Status list.
const statusSQL = `CASE WHEN o.cancelled_on IS NOT NULL THEN 6 WHEN o.returned_on IS NOT NULL THEN 7 WHEN o.is_history THEN 5
	WHEN o.invoiced_on IS NOT NULL THEN 4 WHEN o.shipped_on IS NOT NULL THEN 3 WHEN o.confirmed_on IS NOT NULL THEN 2 ELSE 1 END`

// column is a column of orders that an import writes: under which field, and what a draft says of it.
type column struct {
	name  string
	field Fields
	value func(*placer, *draft) any
}

// orderColumns are the columns of orders an import may write, beside id, ref and ref_source. Only those some order of a
// batch says something of are handed over: each cell costs a call into Go.
var orderColumns = []column{
	{"customer_id", FieldCustomer, func(_ *placer, d *draft) any { return d.customer }},
	{"ordered_on", FieldDate, func(p *placer, d *draft) any { return p.day(d) }},
	{"total", FieldTotal, func(_ *placer, d *draft) any { return int64(d.total) }},
	{"channel", FieldChannel, func(p *placer, d *draft) any { return p.word(d.head.Channel) }},
	{"shipping", FieldShipping, func(_ *placer, d *draft) any { return int64(d.head.Shipping) }},
	{"tax", FieldTax, func(_ *placer, d *draft) any { return int64(d.tax) }},
	{"discount", FieldDiscount, func(_ *placer, d *draft) any { return int64(d.discount) }},
	{"cost", FieldCost, func(_ *placer, d *draft) any { return known(int64(d.cost), d.costKnown) }},
	{"consultant_id", FieldConsultant, func(_ *placer, d *draft) any { return known(d.consultant, d.consultant != 0) }},
	{"campaign_id", FieldCampaign, func(_ *placer, d *draft) any { return known(d.campaign, d.campaign != 0) }},
	{"notes", FieldNotes, func(_ *placer, d *draft) any { return text(d.head.Notes) }},
	{"is_history", FieldStatus, func(_ *placer, d *draft) any { return flag(d.head.Status.facts().history) }},
	{"confirmed_on", FieldStatus, func(p *placer, d *draft) any { return p.dayIf(d, d.head.Status.facts().confirmed) }},
	{"shipped_on", FieldStatus, func(p *placer, d *draft) any { return p.dayIf(d, d.head.Status.facts().shipped) }},
	{"invoiced_on", FieldStatus, func(p *placer, d *draft) any { return p.dayIf(d, d.head.Status.facts().invoiced) }},
	{"cancelled_on", FieldStatus, func(p *placer, d *draft) any { return p.dayIf(d, d.head.Status.facts().cancelled) }},
	{"returned_on", FieldStatus, func(p *placer, d *draft) any { return p.dayIf(d, d.head.Status.facts().returned) }},
}

func known(n int64, ok bool) any {
	if !ok {
		return nil
	}
	return n
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func flag(b bool) any {
	if b {
		return int64(1)
	}
	return int64(0)
}

// word boxes a text that many orders share once.
func (p *placer) word(s string) any {
	if s == "" {
		return nil
	}
	v, ok := p.words[s]
	if !ok {
		s = strings.Clone(s)
		v = s
		p.words[s] = v
	}
	return v
}

func (p *placer) day(d *draft) any {
	v, ok := p.days[d.head.Date]
	if !ok {
		v = d.head.Date.String()
		p.days[d.head.Date] = v
	}
	return v
}

func (p *placer) dayIf(d *draft, ok bool) any {
	if !ok {
		return nil
	}
	return p.day(d)
}

// columns are the order columns of the fields in use.
func columns(used Fields) []column {
	var list []column
	for _, c := range orderColumns {
		if c.field&used != 0 {
			list = append(list, c)
		}
	}
	return list
}

// header is the feed of orders with the columns in use, behind i, id, ref, ref_source and mask, the set of fields the
// file gives for that order.
func (p *placer) header(cols []column, drafts []*draft) (*book.Feed, error) {
	names := []string{"i", "id", "ref", "ref_source", "mask"}
	for _, c := range cols {
		names = append(names, c.name)
	}
	f, err := p.feed(fmt.Sprintf("orders %b", p.used), names)
	if err != nil {
		return nil, err
	}
	f.Load(len(drafts), func(row, col int) any {
		d := drafts[row]
		switch col {
		case 0:
			return int64(row)
		case 1:
			return d.id
		case 2:
			return d.ref
		case 3:
			return p.word(d.source)
		case 4:
			return int64((d.has | d.clears) &^ p.options.Never)
		}
		return cols[col-5].value(p, d)
	})
	return f, nil
}

// insert writes new orders and their lines.
func (p *placer) insert(drafts []*draft) error {
	if len(drafts) == 0 {
		return nil
	}
	if p.loads(drafts) {
		return p.load(drafts)
	}
	if err := p.leaveLoad(); err != nil {
		return err
	}
	for _, d := range drafts {
		d.id = p.nextID
		p.nextID++
	}
	cols := columns(p.used)
	f, err := p.header(cols, drafts)
	if err != nil {
		return err
	}
	source, args := "?", []any{p.options.Source}
	if p.used&FieldRefSource != 0 {
		source, args = "ref_source", nil
	}
	names := ""
	values := ""
	for _, c := range cols {
		names += ", " + c.name
		values += ", " + c.name
		if zeroWhenAbsent(c.field) {
			values = strings.TrimSuffix(values, c.name) + "ifnull(" + c.name + ", 0)"
		}
	}
	err = p.tx.Append("orders", p.nextID-1, `INSERT INTO orders (ref, ref_source`+names+`) SELECT ref, `+source+values+` FROM temp.`+f.Name, args...)
	if err != nil {
		return err
	}
	return p.insertLines(drafts)
}

// zeroWhenAbsent says which columns are never NULL: sums that are nothing where nothing was said.
func zeroWhenAbsent(f Fields) bool { return f&(FieldShipping|FieldTax|FieldDiscount) != 0 }

// insertLines writes the lines of orders whose ids are known.
func (p *placer) insertLines(drafts []*draft) error {
	type owned struct {
		order int64
		*line
	}
	var lines []owned
	for _, d := range drafts {
		for i := range d.lines {
			lines = append(lines, owned{d.id, &d.lines[i]})
		}
	}
	if len(lines) == 0 {
		return nil
	}
	f, err := p.feed("lines", []string{"order_id", "product_id", "quantity", "unit_price", "amount", "discount", "tax", "cost"})
	if err != nil {
		return err
	}
	f.Load(len(lines), func(row, col int) any {
		l := lines[row]
		switch col {
		case 0:
			return l.order
		case 1:
			return l.product
		case 2:
			return l.quantity
		case 3:
			return int64(l.unitPrice)
		case 4:
			return int64(l.amount)
		case 5:
			return int64(l.discount)
		case 6:
			return int64(l.tax)
		}
		return known(int64(l.cost), l.costKnown)
	})
	_, err = p.tx.Exec(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, tax, cost)
		SELECT order_id, product_id, quantity, unit_price, amount, discount, tax, cost FROM temp.` + f.Name)
	return err
}

// update writes what changed in orders the book has. Lines are replaced as a whole.
func (p *placer) update(drafts []*draft) error {
	if len(drafts) == 0 {
		return nil
	}
	for _, d := range drafts {
		p.moved = append(p.moved, d.id)
	}
	cols := columns(p.used &^ p.options.Never)
	f, err := p.header(columns(p.used), drafts)
	if err != nil {
		return err
	}
	var sets []string
	for _, c := range cols {
		value := "f." + c.name
		if zeroWhenAbsent(c.field) {
			value = "ifnull(" + value + ", 0)"
		}
		sets = append(sets, fmt.Sprintf("%[1]s = CASE WHEN f.mask & %[2]d THEN %[3]s ELSE orders.%[1]s END", c.name, c.field, value))
	}
	if len(sets) > 0 {
		if _, err := p.tx.Exec(`UPDATE orders SET ` + strings.Join(sets, ", ") + ` FROM temp.` + f.Name + ` f WHERE orders.id = f.id`); err != nil {
			return err
		}
	}
	var relined []*draft
	for _, d := range drafts {
		if d.relined {
			if _, err := p.tx.Exec(`DELETE FROM order_lines WHERE order_id = ?`, d.id); err != nil {
				return err
			}
			relined = append(relined, d)
		}
	}
	return p.insertLines(relined)
}
