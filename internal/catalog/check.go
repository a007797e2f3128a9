package catalog

import (
	"fmt"
	"maps"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Checks are the proofs about the stock, for perla check.
func Checks() []book.Check {
	return append(ledgerChecks(all),
		book.Check{Name: "a lot has one last day", Query: `SELECT printf('lot %s of %s is good until %s and until %s', lot, p.sku, first, last) FROM (
			SELECT product_id, lot, min(expires_on) AS first, max(expires_on) AS last FROM stock_moves NOT INDEXED
			WHERE lot IS NOT NULL AND expires_on IS NOT NULL GROUP BY product_id, lot) JOIN products p ON p.id = product_id WHERE first <> last LIMIT 1`},
		book.Check{Name: "what moved for an order is what was ordered", Query: `SELECT printf('stock move %d is of product %d, its order line of product %d', m.id, m.product_id, l.product_id)
			FROM stock_moves m JOIN order_lines l ON l.id = m.order_line_id WHERE m.product_id <> l.product_id LIMIT 1`},
		book.Check{Name: "what was sold has left once", Query: `SELECT printf('order line %d is of %d pieces, and %d have left', id, quantity, pieces) FROM (
			SELECT l.id, l.quantity, -sum(m.quantity) AS pieces FROM stock_moves m JOIN order_lines l ON l.id = m.order_line_id WHERE m.kind = 'ship' GROUP BY l.id)
			WHERE pieces > quantity LIMIT 1`},
	)
}

// ledgerChecks are the proofs that must hold whatever is taken back: about all products, or those whose ids are the first
// argument as JSON.
func ledgerChecks(s selection) []book.Check {
	which, from := ``, `stock_moves NOT INDEXED`
	if s != all {
		from = `stock_moves`
		which = ` AND product_id IN (SELECT value FROM json_each(?1))`
	}
	return []book.Check{
		{Name: "no product was ever below zero", Query: `SELECT printf('%s: %d pieces on %s', p.sku, pieces, moved_on) FROM (
			SELECT product_id, moved_on, sum(sum(quantity)) OVER (PARTITION BY product_id ORDER BY moved_on) AS pieces
			FROM stock_moves WHERE 1` + which + ` GROUP BY product_id, moved_on) JOIN products p ON p.id = product_id WHERE pieces < 0 LIMIT 1`},
		{Name: "no lot was ever below zero", Query: `SELECT printf('%s: %d pieces in %s on %s', p.sku, pieces, iif(lot = '', 'no lot', 'lot ' || lot), moved_on) FROM (
			SELECT product_id, ifnull(lot, '') AS lot, moved_on, sum(sum(quantity)) OVER (PARTITION BY product_id, ifnull(lot, '') ORDER BY moved_on) AS pieces
			FROM ` + from + ` WHERE 1` + which + ` GROUP BY product_id, ifnull(lot, ''), moved_on) JOIN products p ON p.id = product_id WHERE pieces < 0 LIMIT 1`},
		{Name: "stock is never worth less than nothing, and nothing where there is none", Query: `SELECT printf('%s: %d pieces are worth %d in minor units', p.sku, pieces, value) FROM (
			SELECT product_id, sum(quantity) AS pieces, total(value) AS value FROM stock_moves WHERE 1` + which + ` GROUP BY product_id)
			JOIN products p ON p.id = product_id WHERE value < 0 OR pieces = 0 AND value <> 0 LIMIT 1`},
	}
}

// Guard holds what the stock was before an operation is taken back, to find out what that does to it.
type Guard struct {
	moves  map[int64]int64 // how many there are, by product
	levels map[int64]Level
}

// Watch makes a Guard. Where nothing has moved yet there is nothing to guard.
func Watch(v *book.View) (g Guard, err error) {
	if g.moves, err = moveCounts(v); err == nil && len(g.moves) > 0 {
		g.levels, err = Levels(v, 0)
	}
	return g, err
}

func moveCounts(v *book.View) (map[int64]int64, error) {
	counts := map[int64]int64{}
	err := v.Each(func(r book.Row) error {
		counts[r.Int(0)] = r.Int(1)
		return nil
	}, `product_id, n`, `(SELECT product_id, count(*) AS n FROM stock_moves GROUP BY product_id)`)
	return counts, err
}

// Refuse is a fault.Conflict when the stock no longer adds up, or orders have reserved more than there is and than they
// had before: after an operation was taken back whose pieces have gone on since.
func (g *Guard) Refuse(v *book.View, operation int64) error {
	if len(g.moves) == 0 {
		return nil
	}
	var now Guard
	var err error
	if now.moves, err = moveCounts(v); err != nil {
		return err
	}
	if now.levels, err = Levels(v, 0); err != nil {
		return err
	}
	var moved []int64
	for product, n := range now.moves {
		if n != g.moves[product] {
			moved = append(moved, product)
		}
	}
	slices.Sort(moved)
	refuse := func(reason string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(operation), Reason: "the stock has gone on since: " + reason,
			Hint: "see what came and went with: perla stock moves; correct it with: perla stock adjust"}
	}
	for _, c := range ledgerChecks(given) {
		if len(moved) == 0 {
			break
		}
		problem, broken, err := book.One(v, book.Scalar[string], c.Query, jsonIDs(moved))
		if err != nil {
			return err
		}
		if broken {
			return refuse("it would leave " + problem)
		}
	}
	for _, product := range slices.Sorted(maps.Keys(now.levels)) {
		l, before := now.levels[product], g.levels[product]
		left := l.OnHand - l.Reserved
		if !l.Tracked && !before.Tracked || left >= min(before.OnHand-before.Reserved, 0) {
			continue
		}
		sku, err := skuOf(v, product)
		if err != nil {
			return err
		}
		return refuse(fmt.Sprintf("%d of what orders have reserved of %s would be missing", -left, sku))
	}
	return nil
}
