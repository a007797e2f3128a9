package catalog

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Issued is what left the stock for an order line.
type Issued struct {
	Cost    money.Amount // of all the pieces: the weighted average of the stock, else the dated cost of the product
	Known   bool         // false: nobody knows what they cost
	Expired []Lot        // lots past their day that some of the pieces had to come from, with how many
}

// Issue takes pieces of a product out of the stock for an order line on a day: out of the lots that expire first, of those
// past their day only when nothing else is left. One move a lot is written. A product that is not tracked has no moves and
// only its dated cost. Too few pieces, on that day or any later one, are a fault.Conflict. Whether others hold them back is
// not looked at: pieces that the line itself has not reserved want CheckAvailable before.
func Issue(tx *book.Tx, line, product, quantity int64, day dates.Date) (out Issued, err error) {
	if err := checkDay(tx.View, day); err != nil {
		return out, err
	}
	all, err := stocks(tx.View, day, product)
	if err != nil {
		return out, err
	}
	s := all[product]
	if s.tracked && s.sum.known() {
		out.Cost, out.Known = s.sum.part(quantity), true
	} else if out.Cost, out.Known, err = datedCost(tx.View, product, quantity, day); err != nil || !s.tracked {
		return out, err
	}
	if have := s.free(anyLot); have < quantity {
		return out, s.notEnough(tx.View, "", have, quantity)
	}
	moves, taken := s.leave(move{product: product, on: day, kind: moveShip, line: line}, quantity, anyLot)
	for _, l := range taken {
		if l.Expired(day) {
			out.Expired = append(out.Expired, l)
		}
	}
	return out, writeMoves(tx, moves)
}

// datedCost is what some pieces of a product cost by its dated cost.
func datedCost(v *book.View, product, pieces int64, day dates.Date) (money.Amount, bool, error) {
	costs, err := CostAt(v, []int64{product}, day)
	if err != nil {
		return 0, false, err
	}
	cost, known := costs[product]
	total, err := money.Decimal{Digits: int64(cost)}.Times(pieces, 0)
	return total, known, err
}

// TakeBack brings pieces of a product back into the stock for a line of a return on a day: into the lots they left from,
// at the cost they left with. Pieces that left without the ledger, because the product was not tracked then or the order
// is historical, come back into no lot, at the cost of their line. Line is the line of the return, which names the line it
// takes back. A product that is not tracked has no moves.
func TakeBack(tx *book.Tx, line, product, quantity int64, day dates.Date) error {
	if err := checkDay(tx.View, day); err != nil {
		return err
	}
	all, err := stocks(tx.View, day, product)
	if err != nil || !all[product].tracked {
		return err
	}
	left, err := shippedLots(tx.View, line)
	if err != nil {
		return err
	}
	left = append(left, shippedLot{shipped: quantity}) // what left without the ledger
	var moves []move
	for _, l := range left {
		n := min(quantity, l.shipped-l.returned)
		if n <= 0 {
			continue
		}
		m := move{product: product, on: day, kind: moveReturn, quantity: n, lot: l.lot, expiresOn: l.expiresOn, line: line,
			value: money.Part(l.value, l.returned, l.returned+n, l.shipped), known: l.known}
		if !l.known {
			if m.value, m.known, err = lineCost(tx.View, line, n); err != nil {
				return err
			}
		}
		moves, quantity = append(moves, m), quantity-n
	}
	return writeMoves(tx, moves)
}

// shippedLot is what left for an order line in one go from one lot, and how much of it is back.
type shippedLot struct {
	lot               string
	expiresOn         dates.Date
	shipped, returned int64
	value             money.Amount
	known             bool
}

// originalLine is SQL for the line that the line of a return takes back.
func originalLine(line int64) string {
	return fmt.Sprintf(`(SELECT coalesce(original_line_id, id) FROM order_lines WHERE id = %d)`, line)
}

// shippedLots reads what left for the line that a line of a return takes back, oldest first. What is back of a lot fills
// up what left from it in that order.
func shippedLots(v *book.View, line int64) ([]shippedLot, error) {
	var lots []shippedLot
	back := map[string]int64{}
	err := v.Each(func(r book.Row) error {
		n := r.Int(2)
		if n > 0 {
			back[strings.Clone(r.Text(0))] += n
			return nil
		}
		expires, _ := dates.ParseISO(r.Text(1))
		lots = append(lots, shippedLot{lot: strings.Clone(r.Text(0)), expiresOn: expires, shipped: -n, value: -money.Amount(r.Int(3)), known: !r.Null(3)})
		return nil
	}, `lot, expires_on, quantity, value`, `(SELECT lot, expires_on, quantity, value FROM stock_moves
		WHERE order_line_id = `+originalLine(line)+` OR order_line_id IN (SELECT id FROM order_lines WHERE original_line_id = `+originalLine(line)+`)
		ORDER BY id LIMIT -1)`)
	for i := range lots {
		l := &lots[i]
		l.returned = min(l.shipped, back[l.lot])
		back[l.lot] -= l.returned
	}
	return lots, err
}

// lineCost is what some pieces cost by the line they were sold on, else by the dated cost of the product that day.
func lineCost(v *book.View, line, pieces int64) (money.Amount, bool, error) {
	type sold struct {
		product, quantity int64
		cost              *int64
		day               string
	}
	s, _, err := book.One(v, func(row book.Scanner) (s sold, err error) {
		err = row.Scan(&s.product, &s.quantity, &s.cost, &s.day)
		return s, err
	}, `SELECT l.product_id, l.quantity, l.cost, o.ordered_on FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.id = `+originalLine(line))
	if err != nil {
		return 0, false, err
	}
	if s.cost != nil && s.quantity > 0 {
		return money.Amount(money.MulQuo(*s.cost, pieces, s.quantity)), true, nil
	}
	day, err := dates.ParseISO(s.day)
	if err != nil {
		return 0, false, err
	}
	return datedCost(v, s.product, pieces, day)
}
