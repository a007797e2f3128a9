package sales

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// held is an order of the book as a move finds it.
type held struct {
	Standing
	live
	shippedOn dates.Date // when the last piece left
	totals    Sums       // as written
	rows      []heldLine
	earning   *earning // of a move that may move points
}

// heldLine is a line of an order of the book.
type heldLine struct {
	id, product       int64
	sku               string
	quantity          int64
	unitPrice         money.Amount
	amount            money.Amount
	discount          money.Amount
	tax               money.Amount
	cost              money.Amount
	costKnown         bool
	backordered       int64
	promotion         int64
	shipped, returned int64 // pieces, up to the day of the move
}

// hold reads an order for a move on a day, and refuses a move that is not legal, or a day before the order or after today.
// A day of 0 is today.
func hold(v *book.View, order int64, move Move, day dates.Date) (*held, dates.Date, error) {
	if day == 0 {
		day = v.Today()
	}
	standing, err := StandingOf(v, order)
	if err != nil {
		return nil, day, err
	}
	if err := standing.Allow(move); err != nil {
		return nil, day, err
	}
	h := &held{Standing: standing}
	days, err := h.read(v, order)
	if err != nil {
		return nil, day, err
	}
	switch {
	case day > v.Today():
		return nil, day, fault.New(fault.Usage, day.String()+" has not come yet", "a move is dated today or before")
	case day < h.Day:
		return nil, day, beforeIt(order, day, "its day", h.Day)
	case move != ReturnMove && day < days.confirmed:
		return nil, day, beforeIt(order, day, "the day it was confirmed", days.confirmed)
	}
	upTo := v.Today()
	if move == ReturnMove { // what left later cannot have come back by then
		upTo = day
	}
	h.rows, err = readLines(v, order, upTo, standing.History || h.shippedOn != 0)
	return h, day, err
}

// holdToMove is hold for a move that may move points.
func holdToMove(tx *book.Tx, order int64, move Move, day dates.Date) (*held, dates.Date, error) {
	h, day, err := hold(tx.View, order, move, day)
	if err == nil {
		h.earning, err = beforeEarning(tx, hers(h.Customer))
	}
	return h, day, err
}

func beforeIt(order int64, day dates.Date, what string, when dates.Date) error {
	return &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: fmt.Sprintf("%s is before %s, %s", day, what, when)}
}

// factDays are days on which something happened to an order.
type factDays struct{ confirmed dates.Date }

// read fills in the order's own columns.
func (h *held) read(v *book.View, order int64) (days factDays, err error) {
	var on, confirmed, shipped, until string
	var promotion *string
	_, found, err := book.One(v, func(row book.Scanner) (_ struct{}, err error) {
		err = row.Scan(&h.Customer, &on, &h.Channel, &h.Consultant, &h.Notes, &confirmed, &shipped, &until, &promotion,
			&h.totals.Total, &h.totals.Shipping, &h.totals.Tax, &h.totals.Discount)
		return struct{}{}, err
	}, `SELECT customer_id, ordered_on, ifnull(channel, ''), ifnull(consultant_id, 0), ifnull(notes, ''), ifnull(confirmed_on, ''), ifnull(shipped_on, ''),
			ifnull(valid_until_on, ''), (SELECT code FROM promotions p WHERE p.id = o.promotion_id), total, shipping, tax, discount FROM orders o WHERE id = ?`, order)
	if err != nil || !found {
		return days, err
	}
	h.Day, _ = dates.ParseISO(on)
	h.shippedOn, _ = dates.ParseISO(shipped)
	h.ValidUntil, _ = dates.ParseISO(until)
	days.confirmed, _ = dates.ParseISO(confirmed)
	if promotion != nil {
		h.Code = *promotion
	}
	h.Shipping, h.Quote = h.totals.Shipping, !h.Confirmed
	return days, nil
}

// readLines reads the lines of an order, with what left and came back by a day. Of an order that left as a whole without
// a shipment, as a historical one did, every piece has.
func readLines(v *book.View, order int64, day dates.Date, whole bool) ([]heldLine, error) {
	return book.All(v, func(row book.Scanner) (l heldLine, err error) {
		var cost, shipped *int64
		err = row.Scan(&l.id, &l.product, &l.sku, &l.quantity, &l.unitPrice, &l.amount, &l.discount, &l.tax, &cost, &l.backordered, &l.promotion, &shipped, &l.returned)
		if cost != nil {
			l.cost, l.costKnown = money.Amount(*cost), true
		}
		switch {
		case shipped != nil:
			l.shipped = *shipped
		case whole:
			l.shipped = max(l.quantity, 0)
		}
		return l, err
	}, `SELECT l.id, l.product_id, p.sku, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost, l.backordered, ifnull(l.promotion_id, 0),
			(SELECT sum(CASE WHEN t.shipped_on <= ?2 THEN s.quantity ELSE 0 END) FROM shipment_lines s JOIN shipments t ON t.id = s.shipment_id WHERE s.order_line_id = l.id),
			(SELECT ifnull(-sum(r.quantity), 0) FROM order_lines r WHERE r.original_line_id = l.id)
		FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = ?1 ORDER BY l.id`, order, day.String())
}

// Confirm makes orders of quotes: from the day on their pieces are reserved. What is not available is refused, unless
// with backorder it waits for goods.
func Confirm(tx *book.Tx, order int64, day dates.Date, backorder bool) error {
	h, day, err := holdToMove(tx, order, ConfirmMove, day)
	if err != nil {
		return err
	}
	if err := contacts.RefuseErased(tx.View, h.Customer); err != nil {
		return err
	}
	if h.ValidUntil != 0 && day > h.ValidUntil {
		return &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(order), Reason: fmt.Sprintf("was valid until %s", h.ValidUntil),
			Hint: fmt.Sprintf("let it be valid for longer with: perla order edit %d --valid-until %s", order, day)}
	}
	if h.Code != "" {
		if err := h.checkUses(tx); err != nil {
			return err
		}
	}
	wants, items, ids := make([]catalog.Want, len(h.rows)), make([]Item, len(h.rows)), make([]int64, len(h.rows))
	for i, l := range h.rows {
		wants[i], items[i], ids[i] = catalog.Want{Product: l.product, Quantity: l.quantity}, Item{Quantity: l.quantity}, l.product
	}
	products, err := catalog.Get(tx.View, day, ids...)
	if err != nil {
		return err
	}
	if err := (&pricing{view: tx.View, customer: h.Customer, day: day}).onSale(products, items); err != nil {
		return err
	}
	waiting, err := reserve(tx, wants, backorder)
	if err != nil {
		return err
	}
	for i, l := range h.rows {
		if waiting[i] == l.backordered {
			continue
		}
		if _, err := tx.Exec(`UPDATE order_lines SET backordered = ? WHERE id = ?`, waiting[i], l.id); err != nil {
			return err
		}
	}
	if _, err = tx.Exec(`UPDATE orders SET confirmed_on = ? WHERE id = ?`, day.String(), order); err != nil {
		return err
	}
	return h.earning.done(day, order)
}

// checkUses refuses to confirm a quote whose promotion was used up by others since. Its days are those of the quote, whose
// prices were promised.
func (h *held) checkUses(tx *book.Tx) error {
	p, err := FindPromotion(tx.View, h.Code)
	if err != nil {
		return err
	}
	all, hers, err := uses(tx.View, p.ID, h.Customer, h.Order)
	if err != nil {
		return err
	}
	if p.MaxUses > 0 && all >= p.MaxUses || p.MaxUsesEach > 0 && hers >= p.MaxUsesEach {
		return &fault.Error{Kind: fault.Conflict, Noun: "promotion", Key: p.Code, Reason: "was used up since the quote was made",
			Hint: fmt.Sprintf("take it off with: perla order edit %d --code ''", h.Order)}
	}
	return nil
}

// Cancel calls an order off: nothing is reserved for it any more, points that paid it go back, and its voucher can be used
// again.
func Cancel(tx *book.Tx, order int64, day dates.Date) error {
	h, day, err := holdToMove(tx, order, CancelMove, day)
	if err != nil {
		return err
	}
	if _, err = tx.Exec(`UPDATE orders SET cancelled_on = ? WHERE id = ?`, day.String(), order); err != nil {
		return err
	}
	if err := loyalty.ReleaseVoucher(tx, order); err != nil {
		return err
	}
	if _, err := givePointsBack(tx, order, h.totals.Total, h.totals.Total, day); err != nil {
		return err
	}
	if err := network.Reverse(tx, order, network.Everything, day); err != nil {
		return err
	}
	return h.earning.done(day, order)
}

// EditOrder is what is to change of a quote. What is nil, or empty, stays.
type EditOrder struct {
	Items      []Item   // each takes the place of the line of its product, or is added
	Remove     []string // selectors of products whose lines go
	Channel    *string
	Consultant *int64
	Notes      *string
	ValidUntil *dates.Date // 0 for no end
	Code       *string     // "" takes the promotion off
	Segments   []string    // those the customer is in, for the promotion
	Shipping   *money.Amount
}

// Edit changes a quote. Lines that are not named keep their price and their discount; where a promotion lowered them,
// what the customer has off is taken anew from her terms on the quote's day, and the promotion from that.
func Edit(tx *book.Tx, order int64, e EditOrder) error {
	h, _, err := hold(tx.View, order, EditMove, 0)
	if err != nil {
		return err
	}
	if err := contacts.RefuseErased(tx.View, h.Customer); err != nil {
		return err
	}
	before := h.live
	h.Segments = e.Segments
	set(&h.Channel, e.Channel)
	set(&h.Consultant, e.Consultant)
	set(&h.Notes, e.Notes)
	set(&h.ValidUntil, e.ValidUntil)
	set(&h.Code, e.Code)
	set(&h.Shipping, e.Shipping)
	if h.ValidUntil != 0 && h.ValidUntil < h.Day {
		return fault.New(fault.Usage, fmt.Sprintf("a quote of %s cannot be valid until %s", h.Day, h.ValidUntil), "")
	}
	relined := len(e.Items)+len(e.Remove) > 0 || h.Code != before.Code || h.Shipping != before.Shipping || h.Code != "" && h.Channel != before.Channel
	if relined {
		if err := h.reprice(tx, e); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(`UPDATE orders SET channel = ?2, consultant_id = ?3, notes = ?4, valid_until_on = ?5 WHERE id = ?1
			AND (channel, consultant_id, notes, valid_until_on) IS NOT (?2, ?3, ?4, ?5)`,
		order, text(h.Channel), known(h.Consultant, h.Consultant != 0), text(h.Notes), dayOrNull(h.ValidUntil)); err != nil || !relined {
		return err
	}
	return h.rewrite(tx)
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// reprice makes the cart that an edit leaves.
func (h *held) reprice(tx *book.Tx, e EditOrder) error {
	p := pricing{view: tx.View, customer: h.Customer, day: h.Day}
	kept, err := h.keptLines(p)
	if err != nil {
		return err
	}
	for _, selector := range e.Remove {
		found, err := catalog.FindProduct(tx.View, selector)
		if err != nil {
			return err
		}
		rest := slices.DeleteFunc(slices.Clone(kept), func(l CartLine) bool { return l.Product == found.ID })
		if len(rest) == len(kept) {
			return notInOrder(h.Order, found.SKU)
		}
		kept = rest
	}
	given, err := p.lines(e.Items)
	if err != nil {
		return err
	}
	kept = replaced(kept, given)
	if len(kept) == 0 {
		return fault.New(fault.Usage, "an order needs an item", fmt.Sprintf("give it up with: perla order cancel %d", h.Order))
	}
	h.cart = Cart{Lines: kept, Shipping: h.Shipping}
	return h.reckon(tx, h.Order)
}

// replaced puts given lines in the place of those of the same products; lines of further products come last.
func replaced(kept, given []CartLine) (lines []CartLine) {
	placed := map[int64]bool{}
	place := func(product int64) {
		for _, g := range given {
			if g.Product == product && !placed[product] {
				lines = append(lines, g)
			}
		}
		placed[product] = true
	}
	for _, k := range kept {
		if slices.ContainsFunc(given, func(g CartLine) bool { return g.Product == k.Product }) {
			place(k.Product)
		} else {
			lines = append(lines, k)
		}
	}
	for _, g := range given {
		place(g.Product)
	}
	return lines
}

func notInOrder(order int64, sku string) error {
	return &fault.Error{Kind: fault.NotFound, Noun: "order", Key: fmt.Sprint(order), Reason: "has no " + sku, Hint: fmt.Sprintf("see: perla order show %d", order)}
}

// keptLines are the lines of a quote as a cart has them.
func (h *held) keptLines(p pricing) ([]CartLine, error) {
	ids := make([]int64, len(h.rows))
	for i, l := range h.rows {
		ids[i] = l.product
	}
	products, err := catalog.Get(p.view, p.day, ids...)
	if err != nil {
		return nil, err
	}
	terms, err := termsOf(p.view, p.customer, p.day)
	if err != nil {
		return nil, err
	}
	decimals := p.view.Settings().Currency.Decimals
	lines := make([]CartLine, len(h.rows))
	for i, l := range h.rows {
		product := &products[i]
		lines[i] = CartLine{Product: product.ID, SKU: product.SKU, Category: product.Category, Brand: product.Brand, Quantity: l.quantity,
			TaxRate: product.TaxRate, Price: exactPrice(l.unitPrice, l.amount, l.quantity, decimals)}
		if l.promotion == 0 {
			lines[i].Off = l.discount
		} else {
			lines[i].Percent = terms.percent(product.ID)
		}
	}
	return lines, nil
}

// rewrite writes the lines and the sums of a quote anew.
func (h *held) rewrite(tx *book.Tx) error {
	if _, err := tx.Exec(`DELETE FROM order_lines WHERE order_id = ?`, h.Order); err != nil {
		return err
	}
	s := h.cart.Sums()
	cost, costKnown := h.cost()
	if _, err := tx.Exec(`UPDATE orders SET total = ?2, shipping = ?3, tax = ?4, discount = ?5, promotion_id = ?6, cost = ?7 WHERE id = ?1
			AND (total, shipping, tax, discount, promotion_id, cost) IS NOT (?2, ?3, ?4, ?5, ?6, ?7)`,
		h.Order, int64(s.Total), int64(s.Shipping), int64(s.Tax), int64(s.Discount), h.promotionID(), costOrNull(cost, costKnown)); err != nil {
		return err
	}
	return h.insertLines(tx, h.Order, make([]int64, len(h.cart.Lines)))
}
