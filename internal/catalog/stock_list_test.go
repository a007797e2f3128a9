package catalog

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func TestUnitCostGivesTheSumBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sum := money.Amount(rapid.Int64Range(0, 1<<45).Draw(t, "sum"))
		pieces := rapid.Int64Range(1, 1<<20).Draw(t, "pieces")
		decimals := rapid.SampledFrom([]int{0, 2, 3}).Draw(t, "decimals")
		d := unitCost(sum, pieces, decimals)
		back, err := d.Times(pieces, decimals)
		require.NoError(t, err)
		require.Equal(t, sum, back)
		require.GreaterOrEqual(t, d.Scale, decimals)
	})
	require.Equal(t, money.Decimal{Digits: 910, Scale: 2}, unitCost(21840, 24, 2))
}

func TestStockList(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	exec(t, b, `INSERT INTO products (sku, name, created_on, archived_on) VALUES ('EF', 'Old', '2026-01-01', '2026-02-01'), ('GH', 'Gone', '2026-01-01', '2026-02-01')`,
		`INSERT INTO stock_expected (product_id, document, quantity) VALUES (2, 'PO', 5)`)
	for product := range int64(4) {
		if product != 1 {
			received(t, b, move{product: product + 1, on: day(t, "2026-11-01"), quantity: 4, value: 100 * money.Amount(product+1), known: true})
		}
	}
	update(t, b, func(tx *book.Tx) error { return Adjust(tx, Adjustment{Product: 4, Pieces: -4, Reason: "sold off"}) })
	for _, s := range []struct {
		on        string
		pieces    int
		cancelled any
		confirmed any
		history   int
	}{
		{"2026-08-24", 100, nil, nil, 1}, {"2026-08-25", 3, nil, nil, 1}, {"2026-11-01", 2, nil, "2026-11-01", 0}, {"2026-11-02", 50, nil, nil, 0},
		{"2026-11-03", 50, "2026-11-04", "2026-11-03", 0}, {"2026-11-20", -1, nil, nil, 1},
	} {
		update(t, b, func(tx *book.Tx) error {
			id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on, cancelled_on) VALUES (1, ?, 0, ?, ?, ?)`, s.on, s.history, s.confirmed, s.cancelled)
			if err != nil {
				return err
			}
			_, err = tx.Exec(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (?, 1, ?, 0, 0)`, id, s.pieces)
			return err
		})
	}
	view(t, b, func(v *book.View) error {
		list, err := StockList(v, ListOptions{})
		require.NoError(t, err)
		var skus []string
		for _, s := range list {
			skus = append(skus, s.SKU)
		}
		require.Equal(t, []string{"AB-100", "CD-200", "EF"}, skus, "an archived product is listed while there are pieces")
		require.Equal(t, int64(4), list[0].Sold, "3 + 2 - 1 within 90 days; quotes and cancelled orders do not count")
		cover, known := list[0].DaysOfCover()
		require.True(t, known)
		require.InDelta(t, 2.0*90/4, cover, 1e-9)
		_, known = list[1].DaysOfCover()
		require.False(t, known)
		cost, known := list[2].AverageCost()
		require.Equal(t, []any{money.Amount(75), true}, []any{cost, known})
		list, err = StockList(v, ListOptions{Sort: "-value", Limit: 2})
		require.Equal(t, []string{"EF", "AB-100"}, []string{list[0].SKU, list[1].SKU})
		require.NoError(t, err)
		_, err = StockList(v, ListOptions{Sort: "colour"})
		require.Equal(t, fault.Usage, fault.KindOf(err))
		return nil
	})
}

func TestAnUndoMayNotTakeWhatHasGone(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	receive := func(product, pieces int64, lot string) int64 {
		received(t, b, move{product: product, on: day(t, "2026-11-01"), quantity: pieces, value: 100, known: true, lot: lot})
		var operation int64
		view(t, b, func(v *book.View) (err error) {
			operation, _, err = book.One(v, book.Scalar[int64], `SELECT max(id) FROM operations`)
			return err
		})
		return operation
	}
	undo := func(operation int64) error {
		return b.Update(context.Background(), "", func(tx *book.Tx) error {
			guard, err := Watch(tx.View)
			if err != nil {
				return err
			}
			if _, err := tx.Undo(operation); err != nil {
				return err
			}
			return guard.Refuse(tx.View, operation)
		})
	}
	first, second := receive(1, 5, "a"), receive(1, 5, "b")
	line := order(t, b, 1, 4, today, nil)
	require.NoError(t, undo(second))
	require.ErrorContains(t, undo(first), "would be missing")
	third := receive(1, 5, "c")
	issue(t, b, line, 1, 4, today)
	exec(t, b, `UPDATE orders SET shipped_on = '`+today+`'`)
	require.ErrorContains(t, undo(first), "-4 pieces in lot a", "the sum would be above zero, the lot would not")
	require.NoError(t, undo(third))
}

func TestCheckFindsWhatIsBroken(t *testing.T) {
	for name, broken := range map[string][]string{
		"AB-100: -1 pieces on 2026-11-01":              {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (1, '2026-11-01', 'adjust', -1), (1, '2026-11-02', 'adjust', 5)`},
		"AB-100: -1 pieces in lot a on 2026-11-01":     {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, lot) VALUES (1, '2026-11-01', 'adjust', -1, 'a'), (1, '2026-11-01', 'adjust', 5, 'b')`},
		"AB-100: 0 pieces are worth 5 in minor units":  {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, value) VALUES (1, '2026-11-01', 'adjust', 1, 10), (1, '2026-11-01', 'adjust', -1, -5)`},
		"AB-100: 1 pieces are worth -5 in minor units": {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, value) VALUES (1, '2026-11-01', 'adjust', 1, -5)`},
		"lot a of AB-100 is good until 2027-01-01 and until 2028-01-01": {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, lot, expires_on)
			VALUES (1, '2026-11-01', 'adjust', 1, 'a', '2027-01-01'), (1, '2026-11-01', 'adjust', 1, 'a', '2028-01-01')`},
		"stock move 2 is of product 1, its order line of product 2": {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (1, '2026-11-01', 'receive', 1)`,
			`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 0)`, `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 2, 1, 0, 0)`,
			`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, order_line_id) VALUES (1, '2026-11-01', 'ship', -1, 1)`},
		"order line 1 is of 1 pieces, and 2 have left": {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (2, '2026-11-01', 'receive', 2)`,
			`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 0)`, `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 2, 1, 0, 0)`,
			`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, order_line_id) VALUES (2, '2026-11-01', 'ship', -2, 1)`},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			twoProducts(t, b)
			exec(t, b, broken...)
			view(t, b, func(v *book.View) error {
				var problems []string
				for _, c := range Checks() {
					problem, _, err := book.One(v, book.Scalar[string], c.Query)
					require.NoError(t, err)
					if problem != "" {
						problems = append(problems, problem)
					}
				}
				require.Contains(t, problems, name)
				return nil
			})
		})
	}
}
