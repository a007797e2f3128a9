package sales

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// write runs one operation and gives its error.
func write(b *book.Book, fn func(*book.Tx) error) error {
	return b.Update(context.Background(), "test", fn)
}

func ask[T any](t require.TestingT, b *book.Book, query string, args ...any) (value T) {
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		value, _, err = book.One(v, book.Scalar[T], query, args...)
		return err
	}))
	return value
}

// shop makes customer 1, Ana, and three products: 1, AB-100 at 24.90 and 21 % tax, of which there are 10 in two lots that
// cost 8.00 and 9.05; 2, CD-200 at 9.99, of which there are 7; 3, FREE, which is not tracked and costs 3.33 with a cost of 1.
func shop(t testing.TB, b *book.Book) {
	t.Helper()
	require.NoError(t, write(b, func(tx *book.Tx) error {
		for _, s := range []string{
			`INSERT INTO customers (name, created_on, name_key, search) VALUES ('Ana', '2026-01-01', 'ana', 'ana')`,
			`INSERT INTO products (sku, name, tax_rate, category, created_on) VALUES ('AB-100', 'Serum', 2100, 'care', '2026-01-01'),
				('CD-200', 'Crema', 1000, 'care', '2026-01-01'), ('FREE', 'Sample', NULL, NULL, '2026-01-01')`,
			`INSERT INTO product_prices (product_id, kind, since_on, amount) VALUES (1, 'price', '2026-01-01', 2490), (2, 'price', '2026-01-01', 999),
				(3, 'price', '2026-01-01', 333), (3, 'cost', '2026-01-01', 100), (1, 'cost', '2026-01-01', 910)`,
			`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, value, lot, expires_on) VALUES (1, '2026-01-02', 'receive', 6, 4800, 'L1', '2027-01-01'),
				(1, '2026-01-02', 'receive', 4, 3620, 'L2', '2027-06-01'), (2, '2026-01-02', 'receive', 7, 2501, NULL, NULL)`,
		} {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// sell places an order of items in one operation.
func sell(t require.TestingT, b *book.Book, n NewOrder, items ...string) (id int64, err error) {
	err = write(b, func(tx *book.Tx) error {
		if n.Customer == 0 {
			n.Customer = 1
		}
		if n.Items, err = ParseItems(tx.View, items); err != nil {
			return err
		}
		id, err = Place(tx, n)
		return err
	})
	return id, err
}

func conflict(t testing.TB, err error, reason string) {
	t.Helper()
	require.Equal(t, fault.Conflict, fault.KindOf(err), "%v", err)
	require.ErrorContains(t, err, reason)
}

func TestPlaceALiveOrder(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	id, err := sell(t, b, NewOrder{Shipping: 490, Channel: "online"}, "AB-100x2-10%", "free", "CD-200x3@5")
	require.NoError(t, err)
	// 49.80 - 4.98 + 9.41 (21 % of 44.82 is 9.4122), 3.33, 15.00 + 1.50, and the shipping
	require.Equal(t, "7896 490 1091 498 NULL", ask[string](t, b, `SELECT printf('%d %d %d %d %s', total, shipping, tax, discount, ifnull(cost, 'NULL')) FROM orders WHERE id = ?`, id))
	require.Equal(t, "1:2@2490 4980-498+941 c1820, 3:1@333 333-0+0 c100, 2:3@500 1500-0+150 c", ask[string](t, b,
		`SELECT group_concat(printf('%d:%d@%d %d-%d+%d c%s', product_id, quantity, unit_price, amount, discount, tax, cost), ', ') FROM order_lines`))

	_, err = sell(t, b, NewOrder{}, "AB-100x9")
	conflict(t, err, "not enough stock of AB-100 (have 8, need 9)")
	waiting, err := sell(t, b, NewOrder{Backorder: true}, "AB-100x3", "AB-100x6")
	require.NoError(t, err)
	require.Equal(t, "0 1", ask[string](t, b, `SELECT group_concat(backordered, ' ') FROM order_lines WHERE order_id = ?`, waiting))
	_, err = sell(t, b, NewOrder{}, "FREEx1000")
	require.NoError(t, err, "what is not tracked is never short")

	require.NoError(t, write(b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO products (sku, name, created_on, launched_on, limited_to) VALUES ('NEW', 'New', '2026-01-01', '2026-12-01', NULL), ('FEW', 'Few', '2026-01-01', NULL, 3)`)
		return err
	}))
	_, err = sell(t, b, NewOrder{}, "FEW")
	conflict(t, err, "product FEW: has no price on 2026-11-22")
	_, err = sell(t, b, NewOrder{}, "NEW@3")
	conflict(t, err, "is sold from 2026-12-01 on")
	_, err = sell(t, b, NewOrder{}, "FEWx2@3", "FEWx2@3")
	conflict(t, err, "is limited to 3 pieces (3 left, need 4)")
	_, err = sell(t, b, NewOrder{}, "NONE@3")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	_, err = sell(t, b, NewOrder{Day: day(t, "2026-11-23")}, "FREE")
	require.Equal(t, fault.Usage, fault.KindOf(err))
	_, err = sell(t, b, NewOrder{Day: day(t, "2025-11-23")}, "FREE")
	conflict(t, err, "has no price on 2025-11-23")
}

func TestClientPrices(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	for _, p := range []ClientPrice{
		{Customer: 1, Percent: 500},
		{Customer: 1, Product: 1, Price: 2000},
		{Customer: 1, Product: 1, Price: 1800, From: day(t, "2026-10-01"), Until: day(t, "2026-10-31")},
		{Customer: 1, Product: 2, Percent: 1250, From: day(t, "2026-06-01")},
	} {
		require.NoError(t, write(b, func(tx *book.Tx) error { return SetClientPrice(tx, p) }))
	}
	for _, c := range []struct{ day, item, want string }{
		{"2026-11-22", "FREE", "333 17"}, // 5 % of 3.33
		{"2026-11-22", "FREE-0%", "333 0"},
		{"2026-11-22", "FREE@2", "200 0"},
		{"2026-11-22", "AB-100", "2000 0"},
		{"2026-10-31", "AB-100", "1800 0"},
		{"2026-11-22", "CD-200", "999 125"},
		{"2026-05-22", "CD-200", "999 50"},
	} {
		id, err := sell(t, b, NewOrder{Quote: true, Day: day(t, c.day)}, c.item)
		require.NoError(t, err)
		require.Equal(t, c.want, ask[string](t, b, `SELECT unit_price || ' ' || discount FROM order_lines WHERE order_id = ?`, id), c)
	}
	require.NoError(t, write(b, func(tx *book.Tx) error { return RemoveClientPrices(tx, 1, 1) }))
	err := write(b, func(tx *book.Tx) error { return RemoveClientPrices(tx, 1, 1) })
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Equal(t, int64(2), ask[int64](t, b, `SELECT count(*) FROM customer_prices`))
}

func TestPromotionsInTheBook(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	add := func(p Promotion) error {
		return write(b, func(tx *book.Tx) error { _, err := AddPromotion(tx, p); return err })
	}
	require.NoError(t, add(Promotion{Code: "spring 10", Kind: PercentOff, Percent: 1000, Category: "Care", MaxUsesEach: 1}))
	require.NoError(t, add(Promotion{Code: "ONCE", Kind: AmountOff, Amount: 500, MaxUses: 1}))
	conflict(t, add(Promotion{Code: "Spring10", Kind: PercentOff, Percent: 1000}), "there is one with this code")
	require.Equal(t, fault.Usage, fault.KindOf(add(Promotion{Code: "X", Kind: PercentOff, Percent: 10001})))

	first, err := sell(t, b, NewOrder{Code: "Spring10"}, "AB-100", "FREE")
	require.NoError(t, err)
	require.Equal(t, "249 0", ask[string](t, b, `SELECT group_concat(discount, ' ') FROM order_lines WHERE order_id = ?`, first))
	_, err = sell(t, b, NewOrder{Code: "spring10"}, "AB-100")
	conflict(t, err, "is used up for this customer (1 of 1)")
	require.NoError(t, write(b, func(tx *book.Tx) error { return Cancel(tx, first, 0) }))
	_, err = sell(t, b, NewOrder{Code: "spring10"}, "AB-100")
	require.NoError(t, err, "a cancelled order is no use of it")
	_, err = sell(t, b, NewOrder{Code: "sprin10"}, "AB-100")
	require.Equal(t, fault.NotFound, fault.KindOf(err))

	// A quote keeps its promotion, which others may use up before it is confirmed.
	quote, err := sell(t, b, NewOrder{Quote: true, Code: "once"}, "FREEx2", "CD-200")
	require.NoError(t, err)
	_, err = sell(t, b, NewOrder{Code: "once"}, "FREEx2")
	require.NoError(t, err)
	conflict(t, write(b, func(tx *book.Tx) error { return Confirm(tx, quote, 0, false) }), "was used up since the quote was made")
	none := ""
	require.NoError(t, write(b, func(tx *book.Tx) error { return Edit(tx, quote, EditOrder{Code: &none}) }))
	require.NoError(t, write(b, func(tx *book.Tx) error { return Confirm(tx, quote, 0, false) }))
	require.Equal(t, "0 0", ask[string](t, b, `SELECT group_concat(discount, ' ') FROM order_lines WHERE order_id = ?`, quote))
	require.NoError(t, write(b, func(tx *book.Tx) error { _, err := EndPromotion(tx, "spring10", day(t, "2026-11-21")); return err }))
	_, err = sell(t, b, NewOrder{Customer: 1, Code: "spring10"}, "AB-100")
	conflict(t, err, "ended on 2026-11-21")
}

func TestEditAQuote(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	quote, err := sell(t, b, NewOrder{Quote: true, Day: day(t, "2026-11-01"), ValidUntil: day(t, "2026-11-10")}, "AB-100x2@20-10%", "FREE")
	require.NoError(t, err)
	conflict(t, write(b, func(tx *book.Tx) error { return shipAll(tx, quote) }), "is a quote: ship is not possible")
	conflict(t, write(b, func(tx *book.Tx) error { return Confirm(tx, quote, 0, false) }), "was valid until 2026-11-10")
	until, shipping := day(t, "2026-12-31"), money.Amount(300)
	require.NoError(t, write(b, func(tx *book.Tx) error {
		items, err := ParseItems(tx.View, []string{"cd-200x2", "FREEx3"})
		require.NoError(t, err)
		return Edit(tx, quote, EditOrder{Items: items, ValidUntil: &until, Shipping: &shipping})
	}))
	require.Equal(t, "1:2@2000 400, 3:3@333 0, 2:2@999 0", ask[string](t, b,
		`SELECT group_concat(printf('%d:%d@%d %d', product_id, quantity, unit_price, discount), ', ') FROM order_lines WHERE order_id = ?`, quote))
	require.NoError(t, write(b, func(tx *book.Tx) error { return Edit(tx, quote, EditOrder{Remove: []string{"free"}}) }))
	conflict(t, write(b, func(tx *book.Tx) error { return Confirm(tx, quote, day(t, "2026-10-31"), false) }), "2026-10-31 is before its day, 2026-11-01")
	require.NoError(t, write(b, func(tx *book.Tx) error { return Confirm(tx, quote, 0, false) }))
	conflict(t, write(b, func(tx *book.Tx) error { return Edit(tx, quote, EditOrder{}) }), "is confirmed: edit is not possible")
	sound(t, b)
}

// shipAll sends all that is left of an order.
func shipAll(tx *book.Tx, order int64) error {
	_, err := Ship(tx, NewShipment{Order: order})
	return err
}

// sound runs the proofs of perla check about orders and stock.
func sound(t require.TestingT, b *book.Book) {
	findings, err := b.Verify(context.Background(), append(Checks(), catalog.Checks()...))
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, "%+v", f)
	}
}

// The cost is frozen as pieces leave: 8.42 is the average of AB-100, 9.10 its dated cost.
func TestShipInParts(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	id, err := sell(t, b, NewOrder{}, "AB-100x5", "FREEx2")
	require.NoError(t, err)
	cost := func() string {
		return ask[string](t, b, `SELECT group_concat(ifnull(cost, '-'), ' ') || ' = ' || ifnull((SELECT cost FROM orders WHERE id = ?1), '-') FROM order_lines WHERE order_id = ?1`, id)
	}
	require.Equal(t, "4550 200 = 4750", cost())
	ship := func(items ...string) (out Dispatch, err error) {
		err = write(b, func(tx *book.Tx) error {
			parsed, err := ParseItems(tx.View, items)
			require.NoError(t, err)
			out, err = Ship(tx, NewShipment{Order: id, Items: parsed})
			return err
		})
		return out, err
	}
	out, err := ship("AB-100x2")
	require.NoError(t, err)
	require.Equal(t, Dispatch{ID: 1, Pieces: 2, Left: 5}, out)
	require.Equal(t, "4414 200 = 4614", cost()) // 2 x 8.42 + 3 x 9.10
	_, err = ship("AB-100x4")
	conflict(t, err, "has 3 of AB-100 left to ship, not 4")
	_, err = ship("CD-200")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	out, err = ship()
	require.NoError(t, err)
	require.Equal(t, Dispatch{ID: 2, Pieces: 5}, out)
	require.Equal(t, "4210 200 = 4410", cost())
	require.Equal(t, "2026-11-22", ask[string](t, b, `SELECT shipped_on FROM orders WHERE id = ?`, id))
	_, err = ship()
	conflict(t, err, "is confirmed, shipped: ship is not possible")
	sound(t, b)
}

// Pieces that wait leave once there are goods, and no others'.
func TestBackorder(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	_, err := sell(t, b, NewOrder{}, "CD-200x6")
	require.NoError(t, err)
	id, err := sell(t, b, NewOrder{Backorder: true}, "CD-200x3")
	require.NoError(t, err)
	require.NoError(t, write(b, func(tx *book.Tx) error { return shipAll(tx, id) }))
	require.Equal(t, "2 of 3", ask[string](t, b, `SELECT backordered || ' of ' || quantity FROM order_lines WHERE order_id = ?`, id))
	conflict(t, write(b, func(tx *book.Tx) error { return shipAll(tx, id) }), "not enough stock of CD-200 (have 0, need 2)")
	require.NoError(t, write(b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, value) VALUES (2, '2026-11-20', 'receive', 5, 1500)`)
		return err
	}))
	require.NoError(t, write(b, func(tx *book.Tx) error { return shipAll(tx, id) }))
	require.Equal(t, "0", ask[string](t, b, `SELECT backordered FROM order_lines WHERE order_id = ?`, id))
	require.Equal(t, "2026-11-22", ask[string](t, b, `SELECT shipped_on FROM orders WHERE id = ?`, id))
	sound(t, b)
}

func TestReturnsOfAHistoricalOrder(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	placeRows(t, b, Options{}, Row{Line: 2, Has: FieldRef | FieldCustomer | FieldDate | FieldProduct | FieldQuantity | FieldUnitPrice | FieldShipping, Ref: "h", Customer: "Ana",
		Date: day(t, "2026-03-01"), Product: "AB-100", Quantity: 3, UnitPrice: money.Decimal{Digits: 10}, Shipping: 100},
		Row{Line: 3, Has: FieldRef | FieldCustomer | FieldDate | FieldTotal, Ref: "t", Customer: "Ana", Date: day(t, "2026-03-01"), Total: 500})
	var out Return
	back := func(n NewReturn) error {
		return write(b, func(tx *book.Tx) (err error) { out, err = TakeBack(tx, n); return err })
	}
	require.NoError(t, back(NewReturn{Order: 1, Items: []Item{{SKU: "AB-100", Quantity: 1}}}))
	require.Equal(t, Return{ID: 3, Pieces: 1, Refund: 1033}, out)
	require.NoError(t, back(NewReturn{Order: 1, Restock: true}))
	require.Equal(t, Return{ID: 4, Pieces: 2, Restocked: 2, Refund: 2067, Whole: true}, out)
	require.Equal(t, int64(0), ask[int64](t, b, `SELECT sum(total) FROM orders WHERE returned_on = '2026-11-22'`))
	conflict(t, back(NewReturn{Order: 1}), "is returned: return is not possible")
	conflict(t, back(NewReturn{Order: 2}), "has a total only")
	conflict(t, back(NewReturn{Order: 4}), "return is not possible")
	sound(t, b)
}

// A file that says something else of an order whose goods have left does not take its lines away from under the stock.
func TestAFileCannotChangeWhatHasLeft(t *testing.T) {
	b := newBook(t)
	shop(t, b)
	id, err := sell(t, b, NewOrder{Ref: "A", RefSource: "csv"}, "AB-100x2")
	require.NoError(t, err)
	require.NoError(t, write(b, func(tx *book.Tx) error { return shipAll(tx, id) }))
	row := Row{Line: 2, Has: FieldRef | FieldProduct | FieldQuantity | FieldUnitPrice, Ref: "A", Product: "AB-100", Quantity: 3, UnitPrice: money.Decimal{Digits: 20}}
	tally, problems := placeRows(t, b, Options{}, row)
	require.Equal(t, int64(1), tally.Rejected)
	require.Equal(t, "order 1 was shipped, invoiced or returned since: its lines stay as they are", problems[0].Reason)
	tally, problems = placeRows(t, b, Options{}, Row{Line: 2, Has: FieldRef | FieldTotal | FieldNotes, Ref: "A", Total: 6026, Notes: "fine"})
	require.Empty(t, problems)
	require.Equal(t, int64(1), tally.Updated)
	sound(t, b)
}
