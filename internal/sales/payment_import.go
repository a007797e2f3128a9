package sales

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// PaymentRow is one row of a payment file.
type PaymentRow struct {
	Line int  // of the file, for messages
	Bad  bool // a cell of it could not be read

	Ref       string // the payment's key in the system it comes from; "" when it has none
	RefSource string // that system, when the file says it row by row
	Customer  string // as in an order file; "" for the customer of the order
	Order     string // the order it pays first, by its ref or the number of its invoice; "" for what is due longest
	Date      dates.Date
	Amount    money.Amount // minor units; below 0 for money that went back
	Method    string
	Notes     string

	payment NewPayment
	refused bool
}

// PaymentTally counts what ImportPayments did.
type PaymentTally struct{ Created, Unchanged int64 }

// ImportPayments books payments read from a file, batch by batch, and is idempotent: a payment is known by its ref within
// its source, one without by its content and how often the same came before. One the book has is never changed: another
// amount, day, customer or order under its ref is refused. Rows it refuses are reported and left out.
func ImportPayments(tx *book.Tx, batches iter.Seq[[]PaymentRow], source string, report func(Problem)) (PaymentTally, error) {
	im := paymentImporter{tx: tx, source: source, report: report, seen: map[uint64]int64{}, lines: map[paymentKey]int{},
		last: map[int64]dates.Date{}, lastOf: map[int64]dates.Date{}}
	for _, of := range []string{source, contacts.RefSource} {
		found, err := contacts.NewResolver(tx, of, true)
		if err != nil {
			return im.tally, err
		}
		im.customers = append(im.customers, found)
	}
	e, err := beforeEarning(tx, whose{})
	if err != nil {
		return im.tally, err
	}
	for rows := range batches {
		for _, step := range []func([]PaymentRow) error{im.read, im.people, im.orders, im.write} {
			if err := step(rows); err != nil {
				return im.tally, err
			}
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	return im.tally, e.finish(im.paidOn)
}

// paidOn is the day on which payments of this import paid an order: that of the last one that names it, else that of the
// last one of its customer.
func (im *paymentImporter) paidOn(order, customer int64) dates.Date {
	return cmp.Or(im.lastOf[order], im.last[customer], im.tx.Today())
}

type paymentImporter struct {
	tx        *book.Tx
	source    string
	report    func(Problem)
	tally     PaymentTally
	customers []*contacts.Resolver // by refs of the source, and of the usual one: a bank has no refs of customers
	seen      map[uint64]int64     // how often each content came
	lines     map[paymentKey]int
	feeds     map[string]*book.Feed

	last, lastOf map[int64]dates.Date // of the payments made: the last day by customer, and by the order named
}

// paymentKey is what a payment is known by.
type paymentKey struct{ ref, source string }

func (im *paymentImporter) refuse(r *PaymentRow, field, value, reason string) {
	if !r.Bad {
		im.report(Problem{Line: r.Line, Field: field, Value: value, Reason: reason})
	}
	r.refused = true
}

// read gives each row its key and refuses those that cannot be a payment.
func (im *paymentImporter) read(rows []PaymentRow) error {
	today := im.tx.Today()
	for i := range rows {
		r := &rows[i]
		r.refused = r.Bad
		switch {
		case r.Bad:
			continue
		case r.Customer == "" && r.Order == "":
			im.refuse(r, "customer", "", "a payment needs a customer or an order")
			continue
		case r.Date.IsZero():
			im.refuse(r, "date", "", "a payment needs a date")
			continue
		case r.Date > today:
			im.refuse(r, "date", r.Date.String(), "has not come yet")
			continue
		case r.Amount == 0:
			im.refuse(r, "amount", "0", "a payment of nothing")
			continue
		case r.Amount > most || r.Amount < -most:
			im.refuse(r, "amount", "", "too large an amount")
			continue
		}
		r.payment = NewPayment{Day: r.Date, Amount: r.Amount, Method: strings.Clone(r.Method), Notes: strings.Clone(r.Notes),
			Ref: strings.Clone(r.Ref), RefSource: strings.Clone(r.RefSource)}
		if r.payment.RefSource == "" {
			r.payment.RefSource = im.source
		}
		if r.Ref == "" {
			im.name(r)
		}
		key := paymentKey{r.payment.Ref, r.payment.RefSource}
		if line, twice := im.lines[key]; twice {
			im.refuse(r, "ref", r.Ref, fmt.Sprintf("stands in line %d already", line))
			continue
		}
		im.lines[key] = r.Line
	}
	return nil
}

// name makes the ref of a row without one of what it says.
func (im *paymentImporter) name(r *PaymentRow) {
	var b []byte
	for _, text := range []string{im.source, r.Customer, r.Order, r.Date.String(), r.Method, r.Notes} {
		b = append(append(b, text...), 0)
	}
	sum := sha256.Sum256(strconv.AppendInt(b, int64(r.Amount), 10))
	key := binary.LittleEndian.Uint64(sum[:8])
	im.seen[key]++
	r.payment.Ref, r.payment.RefSource = contentKey(sum[:], im.seen[key]), contentSource
}

// people finds the customers that rows name.
func (im *paymentImporter) people(rows []PaymentRow) error {
	cells := make([]string, len(rows))
	for i := range rows {
		if !rows[i].refused {
			cells[i] = rows[i].Customer
		}
	}
	for _, resolver := range im.customers {
		ids, err := resolver.Resolve(cells)
		if err != nil {
			return err
		}
		for i, id := range ids {
			if id != 0 {
				rows[i].payment.Customer, cells[i] = id, ""
			}
		}
	}
	for i, cell := range cells {
		if cell != "" {
			im.refuse(&rows[i], "customer", cell, strings.TrimSuffix(im.customers[0].Problem(cell), " (--known-customers)"))
		}
	}
	return nil
}

// foundOrder is an order that a cell may name.
type foundOrder struct {
	id, customer   int64
	source         string
	history, quiet bool // quiet: it is a return, or was cancelled
}

// orders finds the orders that rows name: by their ref in the source, or in the one before a colon, else the only one
// with the ref; id:12 by its id, 2026-0001 by its invoice.
func (im *paymentImporter) orders(rows []PaymentRow) error {
	type asked struct {
		row     int
		ref, id any
	}
	var list []asked
	for i := range rows {
		cell := rows[i].Order
		if rows[i].refused || cell == "" {
			continue
		}
		list = append(list, asked{row: i, ref: cell})
		if before, after, ok := strings.Cut(cell, ":"); ok {
			list = append(list, asked{row: i, ref: after})
			if id, err := strconv.ParseInt(after, 10, 64); err == nil && before == "id" {
				list = append(list, asked{row: i, id: id})
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	f, err := im.feed("i", "ref", "id")
	if err != nil {
		return err
	}
	f.Load(len(list), func(row, column int) any { return [...]any{int64(list[row].row), list[row].ref, list[row].id}[column] })
	found := map[int][]foundOrder{}
	err = im.tx.Each(func(r book.Row) error {
		row := int(r.Int(0))
		found[row] = append(found[row], foundOrder{id: r.Int(1), customer: r.Int(2), source: strings.Clone(r.Text(3)), history: r.Int(4) != 0, quiet: r.Int(5) != 0})
		return nil
	}, `i, id, customer_id, ref_source, is_history, quiet`, `(SELECT f.i, o.id, o.customer_id, CASE WHEN f.id IS NULL THEN o.ref_source ELSE 'id' END AS ref_source, o.is_history,
			o.original_id IS NOT NULL OR o.cancelled_on IS NOT NULL AS quiet
		FROM temp.`+f.Name+` f CROSS JOIN orders o ON o.id = f.id OR o.ref = f.ref)`)
	for i := range rows {
		if r := &rows[i]; !r.refused && r.Order != "" && err == nil {
			if found[i], err = im.invoiced(r.Order, found[i]); err == nil {
				im.assign(r, found[i])
			}
		}
	}
	return err
}

// invoiced adds to the orders that a cell may mean the one of the invoice with this number, unless an order of the source
// of the file has it for its ref.
func (im *paymentImporter) invoiced(cell string, found []foundOrder) ([]foundOrder, error) {
	kind, year, seq, ok := parseNumber(cell)
	if !ok || slices.ContainsFunc(found, func(o foundOrder) bool { return o.source == im.source }) {
		return found, nil
	}
	o, is, err := book.One(im.tx.View, func(row book.Scanner) (o foundOrder, err error) {
		err = row.Scan(&o.id, &o.customer, &o.history, &o.quiet)
		return o, err
	}, `SELECT o.id, o.customer_id, o.is_history, o.original_id IS NOT NULL OR o.cancelled_on IS NOT NULL
		FROM invoices i JOIN orders o ON o.id = i.order_id WHERE i.kind = ? AND i.year = ? AND i.number = ?`, string(kind), year, seq)
	if is && !slices.ContainsFunc(found, func(have foundOrder) bool { return have.id == o.id }) {
		found = append(found, o)
	}
	return found, err
}

// assign gives a row the order it names, of those its cell may mean.
func (im *paymentImporter) assign(r *PaymentRow, found []foundOrder) {
	before, _, _ := strings.Cut(r.Order, ":")
	var o foundOrder
	for _, f := range found {
		if f.source == im.source || f.source == before && o.source != im.source {
			o = f
		}
	}
	if o.id == 0 && len(found) == 1 {
		o = found[0]
	}
	switch {
	case o.id == 0 && len(found) > 1:
		im.refuse(r, "order", r.Order, fmt.Sprintf("%d orders have this ref or invoice; write the source before it, or id:%d", len(found), found[0].id))
	case o.id == 0:
		reason := "there is no such order"
		if _, err := strconv.ParseInt(r.Order, 10, 64); err == nil {
			reason = "no order has this ref; the number of an order is written id:" + r.Order
		}
		im.refuse(r, "order", r.Order, reason)
	case o.history:
		im.refuse(r, "order", r.Order, "is history, which was paid in full on its day")
	case o.quiet:
		im.refuse(r, "order", r.Order, "was cancelled, or is a return: name the customer alone")
	case r.payment.Customer != 0 && r.payment.Customer != o.customer:
		im.refuse(r, "order", r.Order, fmt.Sprintf("is an order of customer %d, not of %s", o.customer, r.Customer))
	default:
		r.payment.Order, r.payment.Customer = o.id, o.customer
	}
}

// write books the rows the book has not.
func (im *paymentImporter) write(rows []PaymentRow) error {
	f, err := im.feed("i", "ref", "source")
	if err != nil {
		return err
	}
	f.Load(len(rows), func(row, column int) any {
		return [...]any{int64(row), rows[row].payment.Ref, rows[row].payment.RefSource}[column]
	})
	had := map[int]NewPayment{}
	err = im.tx.Each(func(r book.Row) error {
		p := NewPayment{Customer: r.Int(1), Order: r.Int(2), Amount: money.Amount(r.Int(4))}
		p.Day, _ = dates.ParseISO(r.Text(3))
		had[int(r.Int(0))] = p
		return nil
	}, `i, customer_id, order_id, paid_on, amount`,
		`(SELECT f.i, p.customer_id, p.order_id, p.paid_on, p.amount FROM temp.`+f.Name+` f CROSS JOIN payments p ON p.ref = f.ref AND p.ref_source = f.source)`)
	if err != nil {
		return err
	}
	var news []*NewPayment
	for i := range rows {
		r := &rows[i]
		have, is := had[i]
		switch n := &r.payment; {
		case r.refused:
		case !is && n.Method == ByPoints:
			im.refuse(r, "method", r.Method, "is what points pay: spend them with perla order pay --redeem")
		case !is && im.customers[0].Erased(n.Customer) && (n.Order == 0 || n.Notes != ""):
			im.refuse(r, "customer", r.Customer, "is somebody whose data were erased: only what pays an order of hers is booked, without notes")
		case !is:
			news = append(news, n)
			im.last[n.Customer] = max(im.last[n.Customer], n.Day)
			if n.Order != 0 {
				im.lastOf[n.Order] = max(im.lastOf[n.Order], n.Day)
			}
		case have.Customer != n.Customer || have.Order != n.Order || have.Day != n.Day || have.Amount != n.Amount:
			im.refuse(r, "ref", r.Ref, fmt.Sprintf("the book has it as %s on %s, and a payment is never changed", im.tx.Settings().Currency.Format(have.Amount), have.Day))
		default:
			im.tally.Unchanged++
		}
	}
	im.tally.Created += int64(len(news))
	return im.insert(news)
}

func (im *paymentImporter) insert(news []*NewPayment) error {
	if len(news) == 0 {
		return nil
	}
	f, err := im.feed("ref", "source", "customer", "ordered", "day", "amount", "method", "notes")
	if err != nil {
		return err
	}
	f.Load(len(news), func(row, column int) any {
		n := news[row]
		return [...]any{n.Ref, n.RefSource, n.Customer, known(n.Order, n.Order != 0), n.Day.String(), int64(n.Amount), text(n.Method), text(n.Notes)}[column]
	})
	_, err = im.tx.Exec(`INSERT INTO payments (ref, ref_source, customer_id, order_id, paid_on, amount, method, notes)
		SELECT ref, source, customer, ordered, day, amount, method, notes FROM temp.` + f.Name)
	return err
}

// feed is the feed with these columns, made once.
func (im *paymentImporter) feed(columns ...string) (*book.Feed, error) {
	key := strings.Join(columns, " ")
	if f, ok := im.feeds[key]; ok {
		return f, nil
	}
	f, err := im.tx.NewFeed(columns...)
	if im.feeds == nil {
		im.feeds = map[string]*book.Feed{}
	}
	im.feeds[key] = f
	return f, err
}
