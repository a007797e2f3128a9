package sales

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// NewShipment is what is about to leave the house.
type NewShipment struct {
	Order    int64
	Day      dates.Date // 0 for today
	Items    []Item     // with neither price nor percentage; none for all that can leave
	Carrier  string
	Tracking string
}

// Dispatch is what left, and what did not.
type Dispatch struct {
	ID      int64
	Pieces  int64
	Left    int64         // pieces of the order that are still to leave
	Expired []catalog.Lot // lots past their day that pieces had to come from
}

// Ship sends pieces of an order: they leave the stock, lots that expire first first, and their cost is frozen on their
// lines. Without items all that is left goes, but for pieces that wait for goods which have not come.
func Ship(tx *book.Tx, n NewShipment) (out Dispatch, err error) {
	h, day, err := holdToMove(tx, n.Order, ShipMove, n.Day)
	if err != nil {
		return out, err
	}
	if err := wordless(tx.View, h.Customer, "--tracking", n.Tracking); err != nil {
		return out, err
	}
	going, err := h.going(tx.View, n.Items)
	if err != nil {
		return out, err
	}
	if err := h.serveWaiting(tx, going, len(n.Items) == 0); err != nil {
		return out, err
	}
	out.ID, err = tx.Insert(`INSERT INTO shipments (order_id, shipped_on, carrier, tracking) VALUES (?, ?, ?, ?)`,
		n.Order, day.String(), text(n.Carrier), text(n.Tracking))
	if err != nil {
		return out, err
	}
	for i := range h.rows {
		l := &h.rows[i]
		if out.Left += max(l.quantity, 0) - l.shipped - going[i]; going[i] == 0 {
			continue
		}
		out.Pieces += going[i]
		if _, err := tx.Insert(`INSERT INTO shipment_lines (shipment_id, order_line_id, quantity) VALUES (?, ?, ?)`, out.ID, l.id, going[i]); err != nil {
			return out, err
		}
		before, ok, err := h.frozen(tx.View, l)
		if err != nil {
			return out, err
		}
		issued, err := catalog.Issue(tx, l.id, l.product, going[i], day)
		if err != nil {
			return out, err
		}
		out.Expired = append(out.Expired, issued.Expired...)
		issued.Cost, issued.Known = issued.Cost+before, issued.Known && ok
		if err := h.freeze(tx, l, going[i], issued); err != nil {
			return out, err
		}
	}
	if out.Left == 0 {
		if _, err := tx.Exec(`UPDATE orders SET shipped_on = (SELECT max(shipped_on) FROM shipments WHERE order_id = ?1) WHERE id = ?1`, n.Order); err != nil {
			return out, err
		}
	}
	if err := sumCost(tx, n.Order); err != nil {
		return out, err
	}
	return out, h.earning.done(day, n.Order)
}

// going is how many pieces of each line are asked to leave: those of the items, or all that is left.
func (h *held) going(v *book.View, items []Item) ([]int64, error) {
	left := func(l *heldLine) int64 { return l.quantity - l.shipped }
	if len(items) > 0 {
		return h.spread(v, items, left, "to ship")
	}
	going := make([]int64, len(h.rows))
	for i := range h.rows {
		going[i] = max(left(&h.rows[i]), 0)
	}
	return going, nil
}

// spread shares items out among the lines of their products, in the order of the lines. left is how many pieces of a line
// there are to be had.
func (h *held) spread(v *book.View, items []Item, left func(*heldLine) int64, what string) ([]int64, error) {
	share := make([]int64, len(h.rows))
	for _, item := range items {
		if item.Price != nil || item.Percent != nil {
			return nil, fault.New(fault.Usage, "only pieces are named here, neither prices nor percentages", "write it like "+item.SKU+"x2")
		}
		found, err := catalog.FindProduct(v, item.SKU)
		if err != nil {
			return nil, err
		}
		need, in, have := item.Quantity, false, int64(0)
		for i := range h.rows {
			if h.rows[i].product != found.ID {
				continue
			}
			rest := max(left(&h.rows[i])-share[i], 0)
			take := min(need, rest)
			share[i], need, in, have = share[i]+take, need-take, true, have+rest
		}
		switch {
		case !in:
			return nil, notInOrder(h.Order, found.SKU)
		case need > 0:
			return nil, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(h.Order), Reason: fmt.Sprintf("has %d of %s left %s, not %d", have, found.SKU, what, item.Quantity)}
		}
	}
	return share, nil
}

// serveWaiting lets pieces that waited for goods leave, as far as there are goods that nobody else was promised. Where
// all that can leave is asked for, the others go on waiting; where pieces were named, too few are refused.
func (h *held) serveWaiting(tx *book.Tx, going []int64, allThatCan bool) error {
	var ids []int64
	for i := range h.rows {
		ids = append(ids, h.rows[i].product)
	}
	levels, err := catalog.Levels(tx.View, 0, ids...)
	if err != nil {
		return err
	}
	var wants []catalog.Want
	var leaving int64
	for i := range h.rows {
		l := &h.rows[i]
		reserved := max(l.quantity-l.backordered-l.shipped, 0)
		waited := max(going[i]-reserved, 0)
		if level := levels[l.product]; allThatCan && level.Tracked && waited > 0 {
			served := min(waited, max(level.Available, 0))
			level.Available -= served
			levels[l.product] = level
			if served < waited && reserved+served == 0 {
				wants = append(wants, catalog.Want{Product: l.product, Quantity: waited})
			}
			going[i], waited = reserved+served, served
		} else if waited > 0 && !allThatCan {
			wants = append(wants, catalog.Want{Product: l.product, Quantity: waited})
		}
		leaving += going[i]
		if waited > 0 {
			if _, err := tx.Exec(`UPDATE order_lines SET backordered = ? WHERE id = ?`, l.backordered-waited, l.id); err != nil {
				return err
			}
			l.backordered -= waited
		}
	}
	if len(wants) > 0 && (leaving == 0 || !allThatCan) {
		return h.checkWaiting(levels, wants)
	}
	return nil
}

// checkWaiting refuses pieces that waited when there are still too few. Levels are those before anything moved.
func (h *held) checkWaiting(levels map[int64]catalog.Level, wants []catalog.Want) error {
	need := map[int64]int64{}
	for _, w := range wants {
		need[w.Product] += w.Quantity
	}
	for _, l := range h.rows {
		if level := levels[l.product]; level.Tracked && need[l.product] > max(level.Available, 0) {
			return fault.New(fault.Conflict, fmt.Sprintf("not enough stock of %s (have %d, need %d)", l.sku, max(level.Available, 0), need[l.product]),
				"see what is to come with: perla stock expected")
		}
	}
	return nil
}

// freeze puts the cost of a line together: what its pieces cost that have left, now and before, and the dated cost for
// those that have not. It is unknown while some piece's is.
func (h *held) freeze(tx *book.Tx, l *heldLine, going int64, issued catalog.Issued) error {
	costs, err := catalog.CostAt(tx.View, []int64{l.product}, h.Day)
	if err != nil {
		return err
	}
	each, dated := costs[l.product]
	rest := l.quantity - l.shipped - going
	cost, known := issued.Cost, issued.Known
	if rest > 0 {
		waiting, err := money.Decimal{Digits: int64(each)}.Times(rest, 0)
		if err != nil {
			return err
		}
		cost, known = cost+waiting, known && dated
	}
	_, err = tx.Exec(`UPDATE order_lines SET cost = ?1 WHERE id = ?2 AND cost IS NOT ?1`, costOrNull(cost, known), l.id)
	return err
}

// frozen is what the pieces that left a line earlier cost: by the stock where it moved, else what the line says beyond
// the dated cost of the pieces that had not left.
func (h *held) frozen(v *book.View, l *heldLine) (money.Amount, bool, error) {
	if l.shipped == 0 {
		return 0, true, nil
	}
	type moved struct {
		pieces int64
		value  *int64
	}
	m, _, err := book.One(v, func(row book.Scanner) (m moved, err error) {
		err = row.Scan(&m.pieces, &m.value)
		return m, err
	}, `SELECT ifnull(-sum(quantity), 0), CASE WHEN count(value) = count(*) THEN -sum(value) END FROM stock_moves WHERE order_line_id = ? AND kind = 'ship'`, l.id)
	if err != nil || m.pieces == l.shipped && m.value != nil {
		return orZero(m.value), err == nil, err
	}
	costs, err := catalog.CostAt(v, []int64{l.product}, h.Day)
	each, dated := costs[l.product]
	if err != nil || !l.costKnown || !dated {
		return 0, false, err
	}
	waited, err := money.Decimal{Digits: int64(each)}.Times(l.quantity-l.shipped, 0)
	return l.cost - waited, true, err
}

func orZero(n *int64) money.Amount {
	if n == nil {
		return 0
	}
	return money.Amount(*n)
}
