package catalog

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func newBook(tb testing.TB) *book.Book {
	tb.Helper()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(tb, err)
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	b, err := book.Create(context.Background(), filepath.Join(tb.TempDir(), "book.db"), s, now)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, b.Close()) })
	return b
}

func update(tb testing.TB, b *book.Book, fn func(*book.Tx) error) {
	tb.Helper()
	require.NoError(tb, b.Update(context.Background(), "test", fn))
}

func view(tb testing.TB, b *book.Book, fn func(*book.View) error) {
	tb.Helper()
	require.NoError(tb, b.View(context.Background(), fn))
}

func day(tb testing.TB, s string) dates.Date {
	tb.Helper()
	d, err := dates.ParseISO(s)
	require.NoError(tb, err)
	return d
}

const today = "2026-11-22"

// exec runs statements that stand for what other rooms write.
func exec(tb testing.TB, b *book.Book, statements ...string) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

// twoProducts makes products 1, AB-100, which costs 3.00, and 2, CD-200, whose cost is unknown, and customer 1.
func twoProducts(tb testing.TB, b *book.Book) {
	tb.Helper()
	exec(tb, b, `INSERT INTO products (sku, name, created_on) VALUES ('AB-100', 'Serum', '2026-01-01'), ('CD-200', 'Crema de día', '2026-01-01')`,
		`INSERT INTO product_prices (product_id, kind, since_on, amount) VALUES (1, 'price', '2026-01-01', 1000), (1, 'price', '2026-06-01', 1200), (1, 'cost', '2026-01-01', 300)`,
		`INSERT INTO customers (name, created_on, name_key, search) VALUES ('Ana', '2026-01-01', 'ana', 'ana')`)
}

// order makes a live order with one line and gives the line's id, which is that of the order too where each has one.
func order(tb testing.TB, b *book.Book, product, quantity int64, confirmed, original any) (line int64) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on) VALUES (1, ?, 0, 0, ?)`, today, confirmed)
		if err != nil {
			return err
		}
		line, err = tx.Insert(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, original_line_id) VALUES (?, ?, ?, 0, 0, ?)`, id, product, quantity, original)
		return err
	})
	return line
}

// received writes what came in.
func received(tb testing.TB, b *book.Book, m move) {
	tb.Helper()
	m.kind = moveReceive
	update(tb, b, func(tx *book.Tx) error { return writeMoves(tx, []move{m}) })
}

// levelOf is the level of a product on a day.
func levelOf(tb testing.TB, b *book.Book, product int64, on string) (l Level) {
	tb.Helper()
	view(tb, b, func(v *book.View) error {
		one, err := Levels(v, day(tb, on), product)
		require.NoError(tb, err)
		every, err := Levels(v, day(tb, on))
		require.Equal(tb, every[product], one[product], "one product asked for alone")
		l = one[product]
		return err
	})
	return l
}

func issue(tb testing.TB, b *book.Book, line, product, quantity int64, on string) (out Issued) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		out, err = Issue(tx, line, product, quantity, day(tb, on))
		return err
	})
	return out
}

func TestPriceAt(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	view(t, b, func(v *book.View) error {
		for on, want := range map[string]map[int64]money.Amount{
			"2025-12-31": {}, "2026-01-01": {1: 1000}, "2026-05-31": {1: 1000}, "2026-06-01": {1: 1200}, today: {1: 1200},
		} {
			got, err := PriceAt(v, []int64{1, 2}, day(t, on))
			require.NoError(t, err)
			require.Equal(t, want, got, on)
		}
		costs, err := CostAt(v, []int64{2, 1}, day(t, today))
		require.Equal(t, map[int64]money.Amount{1: 300}, costs)
		return err
	})
}

func TestReservedIsWhatOpenOrdersHoldBack(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	received(t, b, move{product: 1, on: day(t, "2026-11-01"), quantity: 10, value: 3000, known: true})
	order(t, b, 1, 2, nil, nil)                         // a quote
	confirmed := order(t, b, 1, 3, "2026-11-05", nil)   // reserves 3, of which 1 has left on the 10th
	order(t, b, 1, 4, "2026-11-20", nil)                // cancelled on the 21st
	backordered := order(t, b, 1, 9, "2026-11-22", nil) // 7 of them wait for goods
	gone := order(t, b, 1, 1, "2026-11-05", nil)        // shipped by an import, which keeps no shipments
	exec(t, b, fmt.Sprintf(`UPDATE order_lines SET backordered = 7 WHERE id = %d`, backordered),
		`UPDATE orders SET cancelled_on = '2026-11-21' WHERE id = 3`, fmt.Sprintf(`UPDATE orders SET shipped_on = '2026-11-06' WHERE id = %d`, gone),
		`INSERT INTO shipments (order_id, shipped_on) VALUES (2, '2026-11-10')`, fmt.Sprintf(`INSERT INTO shipment_lines (shipment_id, order_line_id, quantity) VALUES (1, %d, 1)`, confirmed))
	for on, want := range map[string]int64{"2026-11-04": 0, "2026-11-05": 4, "2026-11-06": 3, "2026-11-10": 2, "2026-11-20": 6, "2026-11-21": 2, today: 4} {
		l := levelOf(t, b, 1, on)
		require.Equal(t, want, l.Reserved, on)
		require.Equal(t, 10-want, l.Available, on)
	}
	update(t, b, func(tx *book.Tx) error {
		require.NoError(t, CheckAvailable(tx, []Want{{1, 6}, {2, 1000}, {1, 0}}), "untracked products are never short")
		err := CheckAvailable(tx, []Want{{1, 6}, {2, 5}, {1, 1}})
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		require.EqualError(t, err, "not enough stock of AB-100 (have 6, need 7)")
		return nil
	})
	received(t, b, move{product: 2, on: day(t, today), quantity: 1})
	update(t, b, func(tx *book.Tx) error {
		require.EqualError(t, CheckAvailable(tx, []Want{{1, 7}, {2, 2}}), "not enough stock of AB-100 (have 6, need 7), CD-200 (have 1, need 2)")
		return nil
	})
}

func TestIssueTakesTheLotsThatExpireFirst(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	on := day(t, "2026-11-01")
	for _, m := range []move{
		{quantity: 2, lot: "keeps"},
		{quantity: 2, lot: "late", expiresOn: day(t, "2028-01-01")},
		{quantity: 2, lot: "old", expiresOn: day(t, "2026-11-21")},
		{quantity: 2, lot: "soon", expiresOn: day(t, today)},
		{quantity: 2},
	} {
		m.product, m.on, m.value, m.known = 1, on, 100*money.Amount(m.quantity), true
		received(t, b, m)
	}
	var left []string
	for range 5 {
		line := order(t, b, 1, 2, today, nil)
		out := issue(t, b, line, 1, 2, today)
		require.Equal(t, Issued{Cost: 200, Known: true, Expired: out.Expired}, out)
		view(t, b, func(v *book.View) error {
			lot, _, err := book.One(v, book.Scalar[string], `SELECT ifnull(lot, '') FROM stock_moves WHERE order_line_id = ? AND quantity = -2`, line)
			if out.Expired != nil {
				lot += " expired"
				require.Equal(t, int64(2), out.Expired[0].Quantity)
			}
			left = append(left, lot)
			return err
		})
	}
	require.Equal(t, []string{"soon", "late", "", "keeps", "old expired"}, left)
	require.Equal(t, Level{Tracked: true, ValueKnown: true, Reserved: 10, Available: -10}, levelOf(t, b, 1, today))
	err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
		_, err := Issue(tx, 1, 1, 1, day(t, today))
		return err
	})
	require.EqualError(t, err, "not enough stock of AB-100 (have 0, need 1)")
}

func TestNoLaterDayMayRunShort(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	received(t, b, move{product: 1, on: day(t, "2026-11-01"), quantity: 5})
	received(t, b, move{product: 1, on: day(t, "2026-11-10"), quantity: 5})
	line := order(t, b, 1, 8, "2026-11-01", nil)
	issue(t, b, line, 1, 8, "2026-11-10")
	for on, free := range map[string]int64{"2026-10-31": 0, "2026-11-01": 2, "2026-11-09": 2, today: 2} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			_, err := Issue(tx, line, 1, free+1, day(t, on))
			return err
		})
		require.ErrorContains(t, err, fmt.Sprintf("(have %d, need %d)", free, free+1), on)
	}
}

func TestCostOfWhatLeaves(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	on := day(t, "2026-11-01")
	line := order(t, b, 1, 1, today, nil)
	require.Equal(t, Issued{Cost: 600, Known: true}, issue(t, b, line, 1, 2, today), "not tracked: the dated cost")
	require.Equal(t, Issued{}, issue(t, b, line, 2, 2, today), "no cost is known")
	require.Equal(t, Level{Reserved: 1}, levelOf(t, b, 1, today), "and no move is written")

	received(t, b, move{product: 1, on: on, quantity: 2, value: 100, known: true})
	received(t, b, move{product: 1, on: on, quantity: 1, value: 101, known: true})
	require.Equal(t, Issued{Cost: 67, Known: true}, issue(t, b, line, 1, 1, today))
	require.Equal(t, Issued{Cost: 134, Known: true}, issue(t, b, line, 1, 2, today), "the last piece takes all there is")

	received(t, b, move{product: 1, on: on, quantity: 2, value: 100, known: true})
	received(t, b, move{product: 1, on: on, quantity: 2})
	require.Equal(t, Level{Tracked: true, OnHand: 4, Available: 3, Reserved: 1, Value: 100}, levelOf(t, b, 1, today))
	require.Equal(t, Issued{Cost: 300, Known: true}, issue(t, b, line, 1, 1, today), "a piece of unknown cost: the dated cost")
	issue(t, b, line, 1, 3, today)
	require.Equal(t, Level{Tracked: true, Available: -1, Reserved: 1, ValueKnown: true}, levelOf(t, b, 1, today), "nothing is worth nothing")
	received(t, b, move{product: 1, on: on, quantity: 2, value: 100, known: true})
	require.Equal(t, Issued{Cost: 50, Known: true}, issue(t, b, line, 1, 1, today), "known again")
}

func TestTakeBackIntoTheSameLots(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	on := day(t, "2026-11-01")
	received(t, b, move{product: 1, on: on, quantity: 2, value: 201, known: true, lot: "a", expiresOn: day(t, "2027-01-01")})
	received(t, b, move{product: 1, on: on, quantity: 3, value: 300, known: true, lot: "b", expiresOn: day(t, "2027-02-01")})
	before := levelOf(t, b, 1, today)
	line := order(t, b, 1, 4, today, nil)
	issue(t, b, line, 1, 4, today)
	exec(t, b, `UPDATE orders SET shipped_on = '`+today+`'`)
	lots := func() (text string) {
		view(t, b, func(v *book.View) error {
			list, err := Lots(v, 0, 1)
			for _, l := range list {
				text += fmt.Sprintf("%s:%d ", l.Name, l.Quantity)
			}
			return err
		})
		return text
	}
	require.Equal(t, "b:1 ", lots())
	for _, step := range []struct {
		pieces int64
		want   string
	}{{1, "a:1 b:1 "}, {2, "a:2 b:2 "}, {1, "a:2 b:3 "}} {
		back := order(t, b, 1, -step.pieces, nil, line)
		update(t, b, func(tx *book.Tx) error { return TakeBack(tx, back, 1, step.pieces, day(t, today)) })
		require.Equal(t, step.want, lots())
	}
	require.Equal(t, before, levelOf(t, b, 1, today), "sale and full return leave pieces and worth as they were")

	exec(t, b, `UPDATE order_lines SET cost = 1000 WHERE id = 1`)
	back := order(t, b, 1, -1, nil, line)
	update(t, b, func(tx *book.Tx) error { return TakeBack(tx, back, 1, 1, day(t, today)) })
	require.Equal(t, "a:2 b:3 :1 ", lots(), "what left without the ledger comes back into no lot, at the cost of its line")
	require.Equal(t, before.Value+250, levelOf(t, b, 1, today).Value)
	update(t, b, func(tx *book.Tx) error { return TakeBack(tx, back, 2, 1, day(t, today)) })
	require.Equal(t, Level{}, levelOf(t, b, 2, today), "a product that is not tracked stays so")
}

func TestIncoming(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	exec(t, b, `INSERT INTO stock_expected (product_id, document, quantity) VALUES (1, 'PO-1', 50), (1, 'PO-2', 5), (2, 'PO-1', 7)`,
		`INSERT INTO stock_expected (product_id, document, quantity, closed_on) VALUES (1, 'PO-3', 9, '2026-11-20')`)
	received(t, b, move{product: 1, on: day(t, "2026-11-10"), quantity: 30, document: "PO-1", lot: "a"})
	received(t, b, move{product: 1, on: day(t, "2026-11-11"), quantity: 6, document: "PO-2"})
	for on, want := range map[string]int64{"2026-11-09": 64, "2026-11-10": 34, "2026-11-11": 29, "2026-11-20": 20} {
		require.Equal(t, want, levelOf(t, b, 1, on).Incoming, on)
	}
	require.Equal(t, Level{Incoming: 7}, levelOf(t, b, 2, today))
}

func TestCountsOfAListAreDecidedTogether(t *testing.T) {
	b := newBook(t)
	twoProducts(t, b)
	for _, lot := range []string{"", "a", "b"} {
		received(t, b, move{product: 1, on: day(t, "2026-11-01"), quantity: 5, value: 500, known: true, lot: lot})
	}
	count := func(file bool, counts ...Count) (done Counted, problems []Problem) {
		for i := range counts {
			counts[i].Line, counts[i].Given = i+2, true
		}
		update(t, b, func(tx *book.Tx) (err error) {
			done, err = CountStock(tx, counts, CountOptions{File: file}, func(p Problem) { problems = append(problems, p) })
			return err
		})
		return done, problems
	}
	_, problems := count(true, Count{SKU: "ab-100", Counted: 14})
	require.Len(t, problems, 1, "in three lots: nobody can say of which one is gone")
	done, problems := count(true, Count{SKU: "AB-100", Counted: 15})
	require.Equal(t, []any{Counted{Same: 1}, []Problem(nil)}, []any{done, problems})
	done, problems = count(true, Count{SKU: "AB-100", Counted: 4}, Count{SKU: "AB-100", Lot: "a", Counted: 6}, Count{SKU: "CD-200", Counted: 0})
	require.Equal(t, []any{Counted{Changed: 2, Same: 1, Products: []int64{1}}, []Problem(nil)}, []any{done, problems}, "beside rows of lots, one without is of the pieces in none")
	view(t, b, func(v *book.View) error {
		lots, err := Lots(v, 0, 1)
		for i := range lots {
			lots[i].free = 0
		}
		require.Equal(t, []Lot{{Product: 1, Quantity: 4}, {Product: 1, Name: "a", Quantity: 6}, {Product: 1, Name: "b", Quantity: 5}}, lots)
		return err
	})
	require.Equal(t, Level{}, levelOf(t, b, 2, today), "none of a product that is not tracked is no move")
	done, _ = count(false, Count{Product: 2, Counted: 3})
	require.Equal(t, int64(1), done.Changed)
	_, problems = count(true, Count{SKU: "AB-100", Lot: "c", Counted: 1}, Count{SKU: "x", Counted: 1}, Count{SKU: "CD-200", Counted: -1}, Count{SKU: "", Counted: 1})
	require.Len(t, problems, 4)
}
