package sales

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Random lives of orders: whatever is done, legal or not, the sums hold, what is reserved and available is what the orders
// say, an order that came back whole comes to nothing, and each move can be undone.
func TestLivesOfOrders(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := newBook(t)
		shop(t, b)
		var orders []int64
		skus := []string{"AB-100", "CD-200", "FREE"}
		for step := range rapid.IntRange(3, 8).Draw(r, "steps") {
			before := dump(t, b)
			err := write(b, func(tx *book.Tx) error { return randomMove(r, tx, &orders, skus) })
			if kind := fault.KindOf(err); err != nil {
				require.Contains(t, []fault.Kind{fault.Conflict, fault.NotFound}, kind, "%v", err)
				require.Equal(t, before, dump(t, b), "a move that fails leaves nothing behind")
				continue
			}
			after := dump(t, b)
			if after != before {
				_, err := b.Undo(context.Background(), 0)
				require.NoError(t, err, "step %d", step)
				require.Equal(t, before, dump(t, b))
				_, err = b.Undo(context.Background(), ask[int64](t, b, `SELECT max(id) FROM operations`))
				require.NoError(t, err)
				require.Equal(t, after, dump(t, b))
			}
			balanced(t, b)
		}
		sound(t, b)
		require.NoError(t, b.Close())
	})
}

// randomMove does something to some order, mostly what is possible.
func randomMove(r *rapid.T, tx *book.Tx, orders *[]int64, skus []string) error {
	item := func() Item {
		i := Item{SKU: rapid.SampledFrom(skus).Draw(r, "sku"), Quantity: rapid.Int64Range(1, 5).Draw(r, "quantity")}
		return i
	}
	priced := func() Item {
		i := item()
		if rapid.Bool().Draw(r, "off") {
			i.Percent = &money.Decimal{Digits: rapid.Int64Range(0, 1000).Draw(r, "percent"), Scale: 1}
		}
		return i
	}
	if len(*orders) == 0 || rapid.IntRange(0, 3).Draw(r, "new") == 0 {
		id, err := Place(tx, NewOrder{Customer: 1, Quote: rapid.Bool().Draw(r, "quote"), Items: rapid.SliceOfN(rapid.Custom(func(*rapid.T) Item { return priced() }), 1, 3).Draw(r, "items"),
			Shipping: money.Amount(rapid.Int64Range(0, 700).Draw(r, "shipping")), Backorder: rapid.Bool().Draw(r, "backorder")})
		if err == nil {
			*orders = append(*orders, id)
		}
		return err
	}
	id := rapid.SampledFrom(*orders).Draw(r, "order")
	var some []Item
	if rapid.Bool().Draw(r, "some") {
		some = []Item{item()}
	}
	switch rapid.SampledFrom([]Move{ConfirmMove, ShipMove, ShipMove, ReturnMove, ReturnMove, CancelMove, EditMove}).Draw(r, "move") {
	case ConfirmMove:
		return Confirm(tx, id, 0, rapid.Bool().Draw(r, "backorder"))
	case ShipMove:
		_, err := Ship(tx, NewShipment{Order: id, Items: some})
		return err
	case ReturnMove:
		_, err := TakeBack(tx, NewReturn{Order: id, Items: some, Restock: true})
		return err
	case EditMove:
		return Edit(tx, id, EditOrder{Items: []Item{priced()}})
	}
	return Cancel(tx, id, 0)
}

// balanced proves what holds whatever was done.
func balanced(t *testing.T, b *book.Book) {
	require.Zero(t, ask[int64](t, b, `SELECT count(*) FROM orders o WHERE total <> shipping + (SELECT sum(amount - discount + tax) FROM order_lines l WHERE l.order_id = o.id)`))
	require.Zero(t, ask[int64](t, b, `SELECT count(*) FROM orders o WHERE original_id IS NULL AND returned_on IS NOT NULL
		AND 0 <> (SELECT sum(total) + sum(tax) + sum(shipping) FROM orders r WHERE o.id IN (r.id, r.original_id))`), "sale and full return are 0")
	require.Zero(t, ask[int64](t, b, `SELECT count(*) FROM orders o WHERE original_id IS NULL AND returned_on IS NOT NULL
		AND 0 <> (SELECT ifnull(sum(m.quantity), 0) + ifnull(sum(m.value), 0) FROM orders r JOIN order_lines l ON l.order_id = r.id JOIN stock_moves m ON m.order_line_id = l.id
			WHERE o.id IN (r.id, r.original_id))`), "so they are in the stock")
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		levels, err := catalog.Levels(v, 0)
		require.NoError(t, err)
		for product, have := range map[int64]int64{1: 10, 2: 7} {
			out, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(sum(quantity), 0) FROM stock_moves WHERE product_id = ? AND kind <> 'receive'`, product)
			require.NoError(t, err)
			held, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(sum(quantity - backordered - (SELECT ifnull(sum(s.quantity), 0) FROM shipment_lines s WHERE s.order_line_id = l.id)), 0)
				FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.product_id = ? AND l.quantity > 0 AND o.confirmed_on IS NOT NULL AND o.cancelled_on IS NULL`, product)
			require.NoError(t, err)
			l := levels[product]
			require.Equal(t, [3]int64{have + out, held, have + out - held}, [3]int64{l.OnHand, l.Reserved, l.Available}, "product %d", product)
			require.GreaterOrEqual(t, l.Available, int64(0))
		}
		return nil
	}))
}

// dump is all that orders and stock say.
func dump(t *testing.T, b *book.Book) string {
	var all string
	for _, q := range []string{`orders`, `order_lines`, `shipments`, `shipment_lines`, `stock_moves`, `customer_prices`, `promotions`} {
		columns := ask[string](t, b, `SELECT group_concat('quote(' || name || ')', ' || '','' || ') FROM pragma_table_info(?)`, q)
		all += fmt.Sprintln(q, ask[string](t, b, `SELECT ifnull(group_concat(line, char(10)), '') FROM (SELECT `+columns+` AS line FROM `+q+` ORDER BY id)`))
	}
	return all
}
