package network

import (
	"encoding/json"

	"github.com/perla-crm/perla/internal/book"
)

// earnedBy is what the commission on an order depends on.
type earnedBy struct {
	seller, net int64
	counts      bool
	day         string
}

// Correct runs a change of orders. Where it changes the money, the seller, the day, or whether it counts, of one on which
// commission was paid out, all of that is taken back in the period that is open; the order, if it still counts, earns anew
// with the next period that is paid.
func Correct(tx *book.Tx, orders []int64, change func() error) error {
	before, err := frozenOrders(tx.View, orders)
	if err != nil {
		return err
	}
	if err := change(); err != nil || len(before) == 0 {
		return err
	}
	after, err := frozenOrders(tx.View, orders)
	if err != nil {
		return err
	}
	for _, order := range orders {
		was, frozen := before[order]
		if is := after[order]; frozen && is != was {
			if err := Reverse(tx, order, Everything, tx.Today()); err != nil {
				return err
			}
		}
	}
	return nil
}

// frozenOrders are those of some orders that stand in the ledger.
func frozenOrders(v *book.View, orders []int64) (map[int64]earnedBy, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	ids, err := json.Marshal(orders)
	if err != nil {
		return nil, err
	}
	found := map[int64]earnedBy{}
	err = v.Each(func(r book.Row) error {
		found[r.Int(0)] = earnedBy{seller: r.Int(1), net: r.Int(2), counts: r.Int(3) != 0, day: string([]byte(r.Text(4)))}
		return nil
	}, `o.id, `+seller+`, o.net, (`+counts("o", v.Today())+`), o.ordered_on`, `(SELECT value FROM json_each(?)) j CROSS JOIN orders o ON o.id = j.value
		WHERE EXISTS (SELECT 1 FROM commission_entries e WHERE e.order_id = o.id)`, string(ids))
	return found, err
}
