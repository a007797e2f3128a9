package sales

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// NewReturn is what is about to come back.
type NewReturn struct {
	Order   int64
	Day     dates.Date // 0 for today
	Items   []Item     // with neither price nor percentage; none for all that left and is not back
	Restock bool       // the pieces go back into the stock
	Notes   string
}

// Return is a return that was booked.
type Return struct {
	ID        int64        // of the order that takes back
	Pieces    int64        // that came back
	Restocked int64        // of them, back in the stock
	Refund    money.Amount // what the order costs less by it
	Whole     bool         // all of the order is back: neither it nor its returns count any more
	Earned    int64        // points the order had earned that are taken back
	Spent     int64        // points that had paid for it and are given back
}

// TakeBack books a return: an order of negative lines that names its original, on its day, and the pieces back in the
// stock, in the lots they left from. Each line gives back its part of amount, discount, tax and cost, and the order its
// part of the shipping, cut so that the parts of all returns sum to the whole.
func TakeBack(tx *book.Tx, n NewReturn) (out Return, err error) {
	h, day, err := holdToMove(tx, n.Order, ReturnMove, n.Day)
	if err != nil {
		return out, err
	}
	if err := wordless(tx.View, h.Customer, "--notes", n.Notes); err != nil {
		return out, err
	}
	coming, err := h.coming(tx.View, n.Items, day)
	if err != nil {
		return out, err
	}
	sums := h.reverse(coming)
	out.Refund = -sums.Total
	if out.ID, err = h.insertReturn(tx, n, coming, sums, day); err != nil {
		return out, err
	}
	for i, pieces := range coming {
		if pieces == 0 {
			continue
		}
		out.Pieces += pieces
		line, err := h.insertReturnLine(tx, out.ID, &h.rows[i], pieces)
		if err != nil {
			return out, err
		}
		if !n.Restock {
			continue
		}
		if err := catalog.TakeBack(tx, line, h.rows[i].product, pieces, day); err != nil {
			return out, err
		}
	}
	if out.Restocked, _, err = book.One(tx.View, book.Scalar[int64], `SELECT ifnull(sum(m.quantity), 0) FROM order_lines l JOIN stock_moves m ON m.order_line_id = l.id
			WHERE l.order_id = ?`, out.ID); err != nil {
		return out, err
	}
	if out.Whole, err = h.close(tx, coming, out.ID); err != nil {
		return out, err
	}
	if err := network.Reverse(tx, n.Order, sums.Discount-sums.Amount, day); err != nil {
		return out, err
	}
	if _, err = CreditNote(tx, n.Order, out.ID, day); err != nil {
		return out, err
	}
	return out, h.returnPoints(tx, &out, day)
}

// returnPoints gives back what points paid of what came back, and takes back what it had earned.
func (h *held) returnPoints(tx *book.Tx, out *Return, day dates.Date) error {
	returned, _, err := book.One(tx.View, book.Scalar[money.Amount], `SELECT ifnull(-sum(total), 0) FROM orders WHERE original_id = ?`, h.Order)
	if err != nil {
		return err
	}
	if out.Whole {
		returned = h.totals.Total
		if err := loyalty.ReleaseVoucher(tx, h.Order); err != nil {
			return err
		}
	}
	if out.Spent, err = givePointsBack(tx, h.Order, returned, h.totals.Total, day); err != nil {
		return err
	}
	before, err := earnedBy(tx.View, h.Order)
	if err != nil {
		return err
	}
	if err := h.earning.done(day, h.Order); err != nil {
		return err
	}
	now, err := earnedBy(tx.View, h.Order)
	out.Earned = before - now
	return err
}

// coming is how many pieces of each line come back: those of the items, or all that left and are not back.
func (h *held) coming(v *book.View, items []Item, day dates.Date) ([]int64, error) {
	out := func(l *heldLine) int64 { return l.shipped - l.returned }
	if len(items) > 0 {
		return h.spread(v, items, out, "to come back")
	}
	coming, any := make([]int64, len(h.rows)), false
	for i := range h.rows {
		coming[i] = max(out(&h.rows[i]), 0)
		any = any || coming[i] > 0
	}
	if len(h.rows) == 0 {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(h.Order), Reason: "has a total only, and no products that could come back",
			Hint: "book what was paid back as an order of a negative total, with: perla order import"}
	}
	if !any {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(h.Order), Reason: fmt.Sprintf("nothing of it was out on %s", day)}
	}
	return coming, nil
}

// reverse works out the sums of a return, which are negative.
func (h *held) reverse(coming []int64) (s Sums) {
	for i, pieces := range coming {
		l := h.rows[i].part(pieces)
		s.Amount, s.Discount, s.Tax = s.Amount-l.amount, s.Discount-l.discount, s.Tax-l.tax
	}
	s.Shipping = -h.shippingPart(coming)
	s.Total = s.Amount - s.Discount + s.Tax + s.Shipping
	return s
}

// part is what falls on further pieces of a line that come back.
func (l *heldLine) part(pieces int64) (p heldLine) {
	if pieces == 0 {
		return p
	}
	share := func(total money.Amount) money.Amount {
		return money.Part(total, l.returned, l.returned+pieces, l.quantity)
	}
	return heldLine{quantity: pieces, unitPrice: l.unitPrice, amount: share(l.amount), discount: share(l.discount), tax: share(l.tax),
		cost: share(l.cost), costKnown: l.costKnown}
}

// shippingPart is what falls on further pieces of the shipping: in proportion to what the lines cost, or where they cost
// nothing to the pieces.
func (h *held) shippingPart(coming []int64) money.Amount {
	weigh := func(of func(l *heldLine, pieces int64) int64) (before, now, all int64, ok bool) {
		ok = true
		for i := range h.rows {
			l := &h.rows[i]
			if l.quantity <= 0 {
				continue
			}
			before, now, all = before+of(l, l.returned), now+of(l, l.returned+coming[i]), all+of(l, l.quantity)
			ok = ok && l.amount >= 0
		}
		return before, now, all, ok && all > 0
	}
	before, now, all, ok := weigh(func(l *heldLine, pieces int64) int64 { return int64(money.Part(l.amount, 0, pieces, l.quantity)) })
	if !ok {
		if before, now, all, _ = weigh(func(_ *heldLine, pieces int64) int64 { return pieces }); all == 0 {
			return 0
		}
	}
	return money.Part(h.Shipping, before, now, all)
}

// insertReturn writes the order of a return. One that takes back nothing but what was free is no purchase, and says at
// once that it does not count.
func (h *held) insertReturn(tx *book.Tx, n NewReturn, coming []int64, s Sums, day dates.Date) (int64, error) {
	id, err := tx.NextID("orders")
	if err != nil {
		return 0, err
	}
	var returned dates.Date
	if s.Amount == s.Discount {
		returned = day
	}
	ref := ownRef(tx.Now(), id, &live{NewOrder: NewOrder{Customer: h.Customer, Day: day, Notes: n.Notes}})
	_, err = tx.Insert(`INSERT INTO orders (id, ref, ref_source, customer_id, ordered_on, total, channel, is_history, shipping, tax, discount, consultant_id, campaign_id,
			notes, confirmed_on, shipped_on, returned_on, original_id, cost)
			SELECT ?1, ?2, ?3, customer_id, ?4, ?5, channel, 0, ?6, ?7, ?8, consultant_id, campaign_id, ?9, ?4, ?4, ?10, id, ?12 FROM orders WHERE id = ?11`,
		id, ref, contentSource, day.String(), int64(s.Total), int64(s.Shipping), int64(s.Tax), int64(s.Discount), text(n.Notes), dayOrNull(returned), h.Order, h.costBack(coming))
	return id, err
}

// costBack is the cost of what comes back, as the return has it: below 0, or NULL where that of one line is unknown.
func (h *held) costBack(coming []int64) any {
	var sum money.Amount
	for i, pieces := range coming {
		p := h.rows[i].part(pieces)
		if sum -= p.cost; pieces > 0 && !p.costKnown {
			return nil
		}
	}
	return int64(sum)
}

func (h *held) insertReturnLine(tx *book.Tx, order int64, l *heldLine, pieces int64) (int64, error) {
	p := l.part(pieces)
	return tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, tax, cost, promotion_id, original_line_id)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, order, l.product, -pieces, int64(l.unitPrice), int64(-p.amount), int64(-p.discount), int64(-p.tax),
		costOrNull(-p.cost, p.costKnown), known(l.promotion, l.promotion != 0), l.id)
}

// close marks an order of which the last piece is back, and all its returns, by the day of the last of them: from then on
// none of them counts, since together they come to nothing.
func (h *held) close(tx *book.Tx, coming []int64, id int64) (bool, error) {
	if slices.ContainsFunc(h.rows, func(l heldLine) bool { return l.quantity < 0 }) {
		return false, nil // an exchange in one order: what is back does not make up for all of it
	}
	for i, l := range h.rows {
		if l.returned+coming[i] < l.quantity {
			return false, nil
		}
	}
	_, err := tx.Exec(`UPDATE orders SET returned_on = (SELECT max(ordered_on) FROM orders WHERE original_id = ?1) WHERE id = ?1 OR original_id = ?1`, h.Order)
	return true, err
}
