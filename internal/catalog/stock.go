package catalog

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Level is what there is of a product on a day, in pieces. The zero value is that of a product that is not tracked.
type Level struct {
	Tracked    bool // some piece of it has come or gone: it can run short
	OnHand     int64
	Reserved   int64        // promised by orders that are confirmed and not shipped
	Available  int64        // on hand and not reserved; below zero after a loss; 0 where nothing is tracked
	Incoming   int64        // ordered from the maker and still to come
	Value      money.Amount // what is on hand is worth, at its weighted average cost
	ValueKnown bool         // no piece that came since there was none is of unknown cost
}

// Levels is what there is of some products, or without ids of all, at the end of a day, by product id; 0 is today. Those
// of which there is nothing to say are left out, so that the map gives them the zero Level.
func Levels(v *book.View, day dates.Date, ids ...int64) (map[int64]Level, error) {
	if day.IsZero() {
		day = v.Today()
	}
	which, args := all, []any{day.String()}
	if len(ids) > 0 {
		which, args = given, append(args, jsonIDs(ids))
	}
	levels := map[int64]Level{}
	if err := which.worths(v, args, func(product int64, w worth) {
		levels[product] = Level{Tracked: true, OnHand: w.pieces, Value: w.value, ValueKnown: w.known()}
	}); err != nil {
		return nil, err
	}
	for _, sum := range []struct {
		columns, from string
		add           func(*Level, int64)
	}{
		{`product_id, sum(pieces)`, reserved(v, day, which), func(l *Level, n int64) { l.Reserved = n }},
		{`product_id, sum(pieces)`, incoming(which), func(l *Level, n int64) { l.Incoming = n }},
	} {
		err := v.Each(func(r book.Row) error {
			l := levels[r.Int(0)]
			sum.add(&l, r.Int(1))
			levels[r.Int(0)] = l
			return nil
		}, `product_id, n`, `(SELECT product_id, sum(pieces) AS n FROM (`+sum.from+`) GROUP BY product_id) WHERE n <> 0`, args...)
		if err != nil {
			return nil, err
		}
	}
	for id, l := range levels {
		if l.Tracked {
			l.Available = l.OnHand - l.Reserved
			levels[id] = l
		}
	}
	return levels, nil
}

// selection says which products a question is about: SQL for product_id. The first argument of each question is a day, the
// second the ids as JSON; in View.Each they are numbered from 2 on.
type selection string

const (
	all   selection = ``
	given selection = ` AND product_id IN (SELECT value FROM json_each(?3))`
)

// worth is what the moves of one product sum up to.
type worth struct {
	pieces  int64
	value   money.Amount // of those moves whose value is known
	unknown int64        // moves of unknown value since there was none
}

func (w *worth) known() bool { return w.unknown == 0 }

// add takes in a move. When the last piece is gone nothing is left that could be of unknown value.
func (w *worth) add(pieces int64, value money.Amount, known bool) {
	w.pieces += pieces
	w.value += value
	if !known {
		w.unknown++
	}
	if w.pieces == 0 {
		w.unknown = 0
	}
}

// worths gives what the moves up to a day, the first argument, sum up to, product by product. The order in which moves
// were written down decides when a product was at none: their values were worked out in that order.
func (s selection) worths(v *book.View, args []any, yield func(product int64, w worth)) error {
	sums := map[int64]*worth{}
	var doubtful bool
	err := v.Each(func(r book.Row) error {
		w := &worth{pieces: r.Int(1), value: money.Amount(r.Int(2)), unknown: r.Int(3)}
		sums[r.Int(0)] = w
		doubtful = doubtful || w.unknown > 0
		return nil
	}, `product_id, pieces, value, unknown`, `(SELECT product_id, sum(quantity) AS pieces, sum(value) AS value, count(*) - count(value) AS unknown
		FROM stock_moves WHERE moved_on <= ?2`+string(s)+` GROUP BY product_id)`, args...)
	if err == nil && doubtful {
		err = s.recount(v, args, sums)
	}
	if err != nil {
		return err
	}
	for product, w := range sums {
		yield(product, *w)
	}
	return nil
}

// recount goes through the moves of those products that have some of unknown value, which count only since there was none.
func (s selection) recount(v *book.View, args []any, sums map[int64]*worth) error {
	for product, w := range sums {
		if w.unknown > 0 {
			sums[product] = &worth{}
		}
	}
	return v.Each(func(r book.Row) error {
		sums[r.Int(0)].add(r.Int(1), money.Amount(r.Int(2)), !r.Null(2))
		return nil
	}, `product_id, quantity, value`, `(SELECT product_id, quantity, value FROM stock_moves WHERE moved_on <= ?2
		AND product_id IN (SELECT product_id FROM stock_moves WHERE value IS NULL AND moved_on <= ?2`+string(s)+`)`+string(s)+` ORDER BY id LIMIT -1)`, args...)
}

// reserved selects what each open order line holds back on a day, the first argument.
func reserved(v *book.View, day dates.Date, s selection) string {
	shipped, open := ``, ` AND o.shipped_on IS NULL AND o.cancelled_on IS NULL`
	if day < v.Today() {
		shipped = ` JOIN shipments t ON t.id = s.shipment_id AND t.shipped_on <= ?2`
		open = ` AND (o.shipped_on IS NULL OR o.shipped_on > ?2) AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2)`
	}
	return `SELECT l.product_id, o.id AS order_id, max(l.quantity - l.backordered - ifnull((SELECT sum(s.quantity) FROM shipment_lines s` + shipped + ` WHERE s.order_line_id = l.id), 0), 0) AS pieces
		FROM ` + s.orderLines() + ` WHERE o.is_history = 0 AND o.confirmed_on <= ?2` + open + string(s)
}

// orderLines joins orders o and their lines l from the side that is shorter: a few products have fewer lines than there
// are orders that still move.
func (s selection) orderLines() string {
	if s == all {
		return `orders o CROSS JOIN order_lines l ON l.order_id = o.id`
	}
	return `order_lines l CROSS JOIN orders o ON o.id = l.order_id`
}

// incoming selects what is still to come under each document on a day, the first argument.
func incoming(s selection) string {
	return `SELECT product_id, max(quantity - ifnull((SELECT sum(m.quantity) FROM stock_moves m
			WHERE m.document = e.document AND m.product_id = e.product_id AND m.kind = 'receive' AND m.moved_on <= ?2), 0), 0) AS pieces
		FROM stock_expected e WHERE (closed_on IS NULL OR closed_on > ?2)` + string(s)
}

// Want is how many pieces of a product are wanted.
type Want struct{ Product, Quantity int64 }

// CheckAvailable refuses what cannot be promised from today's stock: a fault.Conflict that names every product of which
// there is too little, with what there is. Products that are not tracked are never short. Wants of one product add
// up.
func CheckAvailable(tx *book.Tx, wants []Want) error {
	var ids []int64
	need := map[int64]int64{}
	for _, w := range wants {
		if _, seen := need[w.Product]; !seen {
			ids = append(ids, w.Product)
		}
		need[w.Product] += w.Quantity
	}
	if ids == nil {
		return nil
	}
	levels, err := Levels(tx.View, 0, ids...)
	if err != nil {
		return err
	}
	var short []string
	for _, id := range ids {
		l := levels[id]
		if need[id] <= 0 || !l.Tracked || need[id] <= l.Available {
			continue
		}
		sku, err := skuOf(tx.View, id)
		if err != nil {
			return err
		}
		short = append(short, fmt.Sprintf("%s (have %d, need %d)", sku, max(l.Available, 0), need[id]))
	}
	if short == nil {
		return nil
	}
	return fault.New(fault.Conflict, "not enough stock of "+strings.Join(short, ", "), "order what there is, or have the rest follow with --backorder")
}

func skuOf(v *book.View, product int64) (string, error) {
	sku, _, err := book.One(v, book.Scalar[string], `SELECT sku FROM products WHERE id = ?`, product)
	return sku, err
}
