package sales

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// PaymentMethods are the ways to pay that are proposed; any other word is as good.
var PaymentMethods = []string{"cash", "card", "transfer", "direct_debit", "cheque", "bizum", "pix", "mbway", "paypal", "online"}

// NewPayment is money that came in.
type NewPayment struct {
	Customer  int64
	Order     int64      // the order it pays first; 0 for what is due longest
	Day       dates.Date // 0 for today; not in the future
	Amount    money.Amount
	Method    string
	Ref       string // its key in another system; "" for none
	RefSource string // that system
	Notes     string
}

// Pay books a payment and gives its id. One that names an order takes the customer from it, and an amount of 0 is all that
// is due of it. What is beyond all she owes is her credit. Of a customer who was erased only orders of hers are paid.
func Pay(tx *book.Tx, n NewPayment) (int64, error) {
	if err := notByPoints(n.Method); err != nil {
		return 0, err
	}
	if n.Order != 0 {
		h, day, err := hold(tx.View, n.Order, PayMove, n.Day)
		if err != nil {
			return 0, err
		}
		n.Customer, n.Day = h.Customer, day
		if n.Amount == 0 {
			if n.Amount, err = dueOf(tx.View, h.Customer, n.Order); err != nil {
				return 0, err
			}
			if n.Amount == 0 {
				return 0, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(n.Order), Reason: "is paid: nothing is due",
					Hint: fmt.Sprintf("name an amount to book it as credit: perla order pay %d 10", n.Order)}
			}
		}
	}
	if n.Order == 0 {
		if err := contacts.RefuseErased(tx.View, n.Customer); err != nil {
			return 0, err
		}
	}
	if n.Amount <= 0 {
		return 0, fault.New(fault.Usage, "a payment is above 0", "money that goes back: perla payment refund")
	}
	return bookPayment(tx, n)
}

// bookPayment writes a payment, and what orders earn by it.
func bookPayment(tx *book.Tx, n NewPayment) (int64, error) {
	e, err := beforeEarning(tx, hers(n.Customer))
	if err != nil {
		return 0, err
	}
	id, err := insertPayment(tx, n)
	if err != nil {
		return 0, err
	}
	return id, e.done(cmp.Or(n.Day, tx.Today()))
}

// dueOf is what is due of an order today.
func dueOf(v *book.View, customer, order int64) (money.Amount, error) {
	s, err := settle(v, v.Today(), hers(customer))
	return s.left[order], err
}

// creditOf is what a customer has paid beyond all she owes on a day.
func creditOf(v *book.View, customer int64, day dates.Date) (money.Amount, error) {
	s, err := settle(v, day, hers(customer))
	return s.credit[customer], err
}

// Refund pays back what a customer has to her credit, or a part of it, and gives the id of the payment and how much went
// back. More than her credit is refused.
func Refund(tx *book.Tx, n NewPayment) (int64, money.Amount, error) {
	if err := notByPoints(n.Method); err != nil {
		return 0, 0, err
	}
	if n.Day == 0 {
		n.Day = tx.Today()
	}
	credit, err := creditOf(tx.View, n.Customer, tx.Today())
	if err == nil && n.Day < tx.Today() {
		var then money.Amount
		then, err = creditOf(tx.View, n.Customer, n.Day)
		credit = min(credit, then)
	}
	if err != nil {
		return 0, 0, err
	}
	if n.Amount == 0 {
		n.Amount = credit
	}
	switch c := tx.Settings().Currency; {
	case n.Amount < 0:
		return 0, 0, fault.New(fault.Usage, "what goes back is named without a minus", "")
	case credit <= 0 || n.Amount > credit:
		reason := "has no credit"
		if credit > 0 {
			reason = fmt.Sprintf("not enough credit (have %s, need %s)", c.Format(credit), c.Format(n.Amount))
		}
		return 0, 0, &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(n.Customer), Reason: reason,
			Hint: "credit comes from paying too much, or from goods that come back: perla order return"}
	}
	n.Order, n.Amount = 0, -n.Amount
	id, err := bookPayment(tx, n)
	return id, -n.Amount, err
}

// insertPayment writes a payment, be its amount above 0 or below.
func insertPayment(tx *book.Tx, n NewPayment) (int64, error) {
	if n.Day == 0 {
		n.Day = tx.Today()
	}
	switch {
	case n.Day > tx.Today():
		return 0, fault.New(fault.Usage, n.Day.String()+" has not come yet", "a payment is dated today or before")
	case n.Amount > most || n.Amount < -most:
		return 0, fault.New(fault.Usage, "too large an amount", "")
	}
	if err := wordless(tx.View, n.Customer, "--notes", n.Notes); err != nil {
		return 0, err
	}
	id, err := tx.NextID("payments")
	if err != nil {
		return 0, err
	}
	if n.Ref == "" {
		n.Ref, n.RefSource = ownKey(tx, id, &n), contentSource
	}
	_, err = tx.Insert(`INSERT INTO payments (id, ref, ref_source, customer_id, order_id, paid_on, amount, method, notes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, n.Ref, n.RefSource, n.Customer, known(n.Order, n.Order != 0), n.Day.String(), int64(n.Amount), text(n.Method), text(n.Notes))
	if fault.KindOf(err) == fault.Conflict {
		err = &fault.Error{Kind: fault.Conflict, Noun: "payment", Key: n.Ref, Reason: "the book has a payment with this ref", Hint: "see: perla payment list"}
	}
	return id, err
}

// ownKey is the ref of a payment that came without one: as that of an order, so that an export can be read back.
func ownKey(tx *book.Tx, id int64, n *NewPayment) string {
	h := sha256.New()
	fmt.Fprintln(h, tx.Now().UnixNano(), id, n.Customer, n.Order, n.Day, n.Amount, n.Method, n.Notes)
	return contentKey(h.Sum(nil), 1)
}

// contentKey writes the sum over what a row says, and how often the same came before, as a ref.
func contentKey(sum []byte, occurrence int64) string {
	var text [24]byte
	base32.HexEncoding.WithPadding(base32.NoPadding).Encode(text[:], sum[:15])
	return string(strconv.AppendInt(append(text[:16:16], '-'), occurrence, 10))
}

// setTerms writes the dues that were agreed in place of those before; none means all on the order's day.
func setTerms(tx *book.Tx, order int64, dues []Due) error {
	if _, err := tx.Exec(`DELETE FROM instalments WHERE order_id = ?`, order); err != nil {
		return err
	}
	for _, d := range dues {
		if _, err := tx.Insert(`INSERT INTO instalments (order_id, due_on, amount) VALUES (?, ?, ?)`, order, d.On.String(), int64(d.Amount)); err != nil {
			return err
		}
	}
	return nil
}

// mostInstalments is how many instalments an order may be paid in.
const mostInstalments = 120

// Agree makes the dues of an order by a plan, which needs its day, and writes them. An order of which nothing is due any
// more, and one that is over, has none.
func Agree(tx *book.Tx, order int64, plan func(day dates.Date) (Plan, error)) ([]Instalment, error) {
	h, err := holdForTerms(tx.View, order)
	if err != nil {
		return nil, err
	}
	if err := contacts.RefuseErased(tx.View, h.Customer); err != nil {
		return nil, err
	}
	p, err := plan(h.Day)
	if err != nil {
		return nil, err
	}
	returned, _, err := book.One(tx.View, book.Scalar[money.Amount], `SELECT ifnull(sum(total), 0) FROM orders WHERE original_id = ?`, order)
	if err != nil {
		return nil, err
	}
	total := h.totals.Total + returned
	switch {
	case p.Count < 1 || p.Count > mostInstalments:
		return nil, fault.New(fault.Usage, fmt.Sprintf("%d instalments; there may be 1 to %d", p.Count, mostInstalments), "")
	case money.Amount(p.Count) > total:
		return nil, fault.New(fault.Usage, fmt.Sprintf("%s cannot be split into %d instalments", tx.Settings().Currency.Format(total), p.Count), "")
	case p.day(0) < h.Day:
		return nil, beforeIt(order, p.day(0), "its day", h.Day)
	case p.Count > 1 && p.Months == 0 && p.Days == 0:
		return nil, fault.New(fault.Usage, "instalments on the same day", "say how far apart they are: --every 1m")
	}
	dues := p.Dues(order, total)
	if p.Count == 1 && dues[0].On == h.Day {
		dues = nil // which is what no dues mean
	}
	e, err := beforeEarning(tx, hers(h.Customer))
	if err != nil {
		return nil, err
	}
	if err := setTerms(tx, order, dues); err != nil {
		return nil, err
	}
	if err := e.done(tx.Today()); err != nil {
		return nil, err
	}
	return InstalmentsOf(tx.View, order, tx.Today())
}

// holdForTerms reads an order whose dues may be agreed: a quote, or one of which something is due.
func holdForTerms(v *book.View, order int64) (*held, error) {
	standing, err := StandingOf(v, order)
	if err != nil {
		return nil, err
	}
	if !standing.legal(PayMove) && !standing.legal(EditMove) {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: fmt.Sprintf("is %s: nothing of it will be due", standing)}
	}
	h := &held{Standing: standing}
	if _, err := h.read(v, order); err != nil || !standing.Confirmed {
		return h, err
	}
	due, err := dueOf(v, h.Customer, order)
	if err == nil && due == 0 {
		err = &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: "is paid: nothing is due"}
	}
	return h, err
}

// Instalment is a due of an order with what was paid of it.
type Instalment struct {
	Due
	Paid money.Amount
}

// Open is what is still due of it.
func (i *Instalment) Open() money.Amount { return i.Amount - i.Paid }

// InstalmentsOf are the dues of an order on a day, the oldest first: one, or as many as were agreed. Those of a quote are
// what is to be due once it is confirmed. An order that wants nothing has none.
func InstalmentsOf(v *book.View, order int64, day dates.Date) (list []Instalment, err error) {
	o, found, err := book.One(v, func(row book.Scanner) (o struct {
		customer int64
		total    money.Amount
		on       string
		quote    bool
	}, err error) {
		err = row.Scan(&o.customer, &o.total, &o.on, &o.quote)
		return o, err
	}, `SELECT customer_id, total, ordered_on, is_history = 0 AND ifnull(confirmed_on > ?2, 1) AND ifnull(cancelled_on > ?2, 1) FROM orders WHERE id = ?1`, order, day.String())
	if err != nil || !found {
		return nil, err
	}
	if o.quote {
		terms, err := termsOfPayment(v, hers(o.customer))
		if err != nil {
			return nil, err
		}
		on, _ := dates.ParseISO(o.on)
		dues, _ := duesOf(order, o.total, on, terms[order], 0)
		for _, d := range dues {
			list = append(list, Instalment{Due: d})
		}
		return list, nil
	}
	s, err := settle(v, day, hers(o.customer))
	for _, d := range s.dues {
		if d.Order == order {
			list = append(list, Instalment{Due: d.Due, Paid: d.Amount - d.left})
		}
	}
	return list, err
}

// Guard knows whose credit was below zero before something was taken back.
type Guard struct{ below map[int64]money.Amount }

// Watch makes a Guard.
func Watch(v *book.View) (g Guard, err error) {
	g.below = map[int64]money.Amount{}
	s, err := settle(v, v.Today(), whose{condition: `customer_id IN (SELECT customer_id FROM payments WHERE amount < 0)`})
	for id, credit := range s.credit {
		if credit < 0 {
			g.below[id] = credit
		}
	}
	return g, err
}

// Refuse is a fault.Conflict after an operation was taken back that must stand: one that issued an invoice, which is out
// of the house, or one that brought somebody the credit that was paid back to her since.
func (g *Guard) Refuse(v *book.View, operation book.Operation) error {
	refuse := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(operation.ID), Reason: reason, Hint: hint}
	}
	if issued, err := issuedBy(v, operation.ID); err != nil || issued {
		if issued {
			hint := "take the order back, once it is shipped, with: perla order return ORDER"
			if strings.HasPrefix(operation.What, "order return ") {
				hint = "sell the same again with: perla order repeat ORDER"
			}
			err = refuse(fmt.Sprintf("%s issued an invoice or a credit note, and neither is undone", operation.What), hint)
		}
		return err
	}
	now, err := Watch(v)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(now.below)) {
		if now.below[id] < g.below[id] {
			return refuse(fmt.Sprintf("what it brought customer %d was paid back to her since", id), "undo that first; see: perla history")
		}
	}
	return nil
}
