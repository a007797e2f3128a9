package sales

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strconv"

	"github.com/perla-crm/perla/internal/money"
)

// contentSource is the ref_source of orders that came without a key: their ref is made of what they say.
const contentSource = "content"

// draft is an order as a file gives it, before it is compared with the book.
type draft struct {
	ref, source string
	at          []int  // the lines of the file its rows stand on, but for
	spoilt      int    // rows that came already refused
	has, clears Fields // of the order: what the file says of it
	head        Row    // the header fields, each the first that was given
	total       money.Amount
	discount    money.Amount
	tax         money.Amount
	cost        money.Amount
	costKnown   bool
	lines       []line

	// Found or made on the way.
	customer, consultant, campaign int64
	id                             int64
	refused                        bool
	verdict                        verdict
	relined                        bool // its lines differ from the book's
}

// line is one line of a draft; product is filled in once the sku is known to the catalogue.
type line struct {
	sku       string
	has       Fields
	product   int64
	quantity  int64
	unitPrice money.Amount // minor units, rounded; amount is exact to the unit
	amount    money.Amount // quantity x exact unit price, rounded once
	discount  money.Amount
	tax       money.Amount
	cost      money.Amount
	costKnown bool
}

// headerFields belong to the order: the first row that gives one decides, a row that gives another value is refused.
const headerFields = FieldRef | FieldRefSource | FieldCustomer | FieldDate | FieldTotal | FieldChannel | FieldStatus |
	FieldConsultant | FieldCampaign | FieldShipping | FieldNotes

// reader makes drafts of rows.
type reader struct {
	decimals int    // of the book's currency
	currency string // of the book
	rates    map[string]money.Decimal
	source   string
	live     bool             // what the file leaves open is that of an order typed in
	seen     map[uint64]int32 // how often each content came, for orders without a key
	buf      []byte
}

// read makes one draft of the rows of one order, reusing d. What is wrong with it is returned, row by row.
func (r *reader) read(d *draft, rows []Row) []Problem {
	*d = draft{lines: d.lines[:0], at: d.at[:0], source: r.source}
	var problems []Problem
	for i := range rows {
		row := &rows[i]
		if row.Bad {
			d.refused, d.spoilt = true, d.spoilt+1
			continue
		}
		d.at = append(d.at, row.Line)
		if p := r.convert(row); p.Reason != "" {
			problems = append(problems, p)
			continue
		}
		if p := d.header(row, r.decimals); p.Reason != "" {
			problems = append(problems, p)
		}
		if p := r.line(d, row); p.Reason != "" {
			problems = append(problems, p)
		}
	}
	if d.refused || len(problems) > 0 {
		d.refused = true
		return problems
	}
	if open := r.live && d.has&FieldTotal == 0 && len(d.lines) > 0; open {
		r.name(d, rows)
		return nil
	}
	if p := d.sum(r.decimals); p.Reason != "" {
		p.Line, d.refused = d.at[0], true
		return []Problem{p}
	}
	r.name(d, rows)
	return nil
}

// headers are the fields that belong to the order: the first row that gives one decides.
var headers = []struct {
	bit  Fields
	text func(r *Row, decimals int) string
	copy func(to, from *Row)
}{
	{FieldRefSource, func(r *Row, _ int) string { return r.RefSource }, func(to, from *Row) { to.RefSource = from.RefSource }},
	{FieldCustomer, func(r *Row, _ int) string { return r.Customer }, func(to, from *Row) { to.Customer = from.Customer }},
	{FieldDate, func(r *Row, _ int) string { return r.Date.String() }, func(to, from *Row) { to.Date = from.Date }},
	{FieldTotal, func(r *Row, decimals int) string { return written(r.Total, decimals) }, func(to, from *Row) { to.Total = from.Total }},
	{FieldChannel, func(r *Row, _ int) string { return r.Channel }, func(to, from *Row) { to.Channel = from.Channel }},
	{FieldStatus, func(r *Row, _ int) string { return r.Status.String() }, func(to, from *Row) { to.Status = from.Status }},
	{FieldConsultant, func(r *Row, _ int) string { return r.Consultant }, func(to, from *Row) { to.Consultant = from.Consultant }},
	{FieldCampaign, func(r *Row, _ int) string { return r.Campaign }, func(to, from *Row) { to.Campaign = from.Campaign }},
	{FieldShipping, func(r *Row, decimals int) string { return written(r.Shipping, decimals) }, func(to, from *Row) { to.Shipping = from.Shipping }},
	{FieldNotes, func(r *Row, _ int) string { return r.Notes }, func(to, from *Row) { to.Notes = from.Notes }},
}

// written is an amount as a file would write it.
func written(a money.Amount, decimals int) string {
	return money.Currency{Decimals: decimals}.Format(a)
}

// header takes the fields of the order from a row; a value other than an earlier row's is a problem.
func (d *draft) header(row *Row, decimals int) Problem {
	d.clears |= row.Clears & headerFields
	if d.has == 0 {
		d.head, d.has = *row, row.Has&headerFields
		return Problem{}
	}
	for _, h := range headers {
		switch {
		case row.Has&h.bit == 0:
		case d.has&h.bit == 0:
			h.copy(&d.head, row)
			d.has |= h.bit
		case h.text(&d.head, decimals) != h.text(row, decimals):
			return Problem{Line: row.Line, Field: h.bit.name(), Value: h.text(row, decimals),
				Reason: fmt.Sprintf("an earlier row of order %s says %s", d.head.Ref, h.text(&d.head, decimals))}
		}
	}
	return Problem{}
}

// lacks refuses a new order that does not say who and when; one the book has may leave both as they are.
func (d *draft) lacks() []Problem {
	for _, needed := range []Fields{FieldCustomer, FieldDate} {
		if d.has&needed == 0 {
			d.refused = true
			return []Problem{{Line: d.at[0], Field: needed.name(), Reason: "a new order needs a " + needed.name()}}
		}
	}
	return nil
}

// name gives the draft its key. A row without one is known by its content: the values of its mapped cells and how many
// times the same values came before in the file, so that twins stay two and a second run adds none.
func (r *reader) name(d *draft, rows []Row) {
	if d.head.RefSource != "" {
		d.source = d.head.RefSource
	}
	if d.head.Ref != "" {
		d.ref = d.head.Ref
		return
	}
	r.buf = rows[0].content(append(r.buf[:0], r.source...))
	sum := sha256.Sum256(r.buf)
	key := binary.LittleEndian.Uint64(sum[:8])
	r.seen[key]++
	d.source = contentSource
	var text [24]byte
	base32.HexEncoding.WithPadding(base32.NoPadding).Encode(text[:], sum[:15])
	d.ref = string(strconv.AppendInt(append(text[:16:16], '-'), int64(r.seen[key]), 10))
	d.has |= FieldRef
}

// content appends the values of a row that hold something, each behind its field, so that no two different rows are
// written alike.
func (r *Row) content(b []byte) []byte {
	text := func(bit Fields, s string) {
		if r.Has&bit != 0 {
			b = append(b, 0, bit.number())
			b = append(b, s...)
		}
	}
	number := func(bit Fields, n int64) {
		if r.Has&bit != 0 {
			b = append(b, 0, bit.number())
			b = strconv.AppendInt(b, n, 10)
		}
	}
	text(FieldCustomer, r.Customer)
	number(FieldDate, int64(r.Date))
	number(FieldTotal, int64(r.Total))
	text(FieldChannel, r.Channel)
	number(FieldStatus, int64(r.Status))
	text(FieldConsultant, r.Consultant)
	text(FieldCampaign, r.Campaign)
	text(FieldProduct, r.Product)
	number(FieldQuantity, r.Quantity)
	if r.Has&FieldUnitPrice != 0 {
		b = r.UnitPrice.Append(append(b, 0, FieldUnitPrice.number()))
	}
	number(FieldCost, int64(r.Cost))
	if r.IsPercent {
		b = r.Percent.Append(append(b, 0, FieldDiscount.number(), '%'))
	} else {
		number(FieldDiscount, int64(r.Discount))
	}
	number(FieldShipping, int64(r.Shipping))
	number(FieldTax, int64(r.Tax))
	text(FieldCurrency, r.Currency)
	text(FieldNotes, r.Notes)
	return b
}
