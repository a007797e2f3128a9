package sales

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/money"
)

var inEuros = money.Currency{Code: "EUR", Decimals: 2}

// goods is a line of a shop: so many pieces at a price in inEuros, with a discount of the line.
func goods(sku string, quantity, price, off int64) ShopRow {
	return ShopRow{Row: Row{Ref: "1", Product: sku, Quantity: quantity, UnitPrice: money.Decimal{Digits: price, Scale: 2}, Discount: money.Amount(off),
		Has: FieldRef | FieldProduct | FieldQuantity | FieldUnitPrice}}
}

// order puts on the first of some rows what belongs to the order.
func order(total, shipping, off, tax, refunded int64, rows ...ShopRow) []ShopRow {
	r := &rows[0]
	r.Ref, r.Total, r.Shipping, r.Off, r.Taxes, r.Refunded = "1", money.Amount(total), money.Amount(shipping), money.Amount(off), money.Amount(tax), money.Amount(refunded)
	r.Has |= FieldRef | FieldTotal | FieldShipping
	return rows
}

// billed is what rows come to as the importer reads them: of each order its total, discount, tax and shipping.
func billed(t require.TestingT, rows []Row) (sums [][4]money.Amount, reasons []string) {
	r := reader{decimals: inEuros.Decimals, currency: inEuros.Code, seen: map[uint64]int32{}}
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[to].Ref == rows[from].Ref {
			to++
		}
		var d draft
		problems := r.read(&d, rows[from:to])
		for _, p := range problems {
			reasons = append(reasons, p.Field+": "+p.Reason)
		}
		if len(problems) == 0 {
			sums = append(sums, [4]money.Amount{d.total, d.discount, d.tax, d.head.Shipping})
		}
		from = to
	}
	return sums, reasons
}

func TestShopRows(t *testing.T) {
	type sums = [][4]money.Amount
	for _, c := range []struct {
		name   string
		rows   []ShopRow
		want   sums
		reason string
	}{
		{"lines with a discount and a tax of the order", order(5629, 600, 500, 329, 0, goods("A", 2, 1600, 0), goods("B", 1, 2000, 0)), sums{{5629, 500, 329, 600}}, ""},
		{"the tax is in the prices", order(5300, 600, 500, 783, 0, goods("A", 2, 1600, 0), goods("B", 1, 2000, 0)), sums{{5300, 500, 783, 600}}, ""},
		{"discounts of the lines beside that of the order", order(4500, 0, 500, 0, 0, goods("A", 2, 1600, 200), goods("B", 1, 2000, 0)), sums{{4500, 700, 0, 0}}, ""},
		{"discounts of the lines within that of the order", order(4700, 0, 500, 0, 0, goods("A", 2, 1600, 200), goods("B", 1, 2000, 0)), sums{{4700, 500, 0, 0}}, ""},
		{"prices after the discount", order(4700, 0, 500, 0, 0, goods("A", 2, 1350, 0), goods("B", 1, 2000, 0)), sums{{4700, 0, 0, 0}}, ""},
		{"a total only", order(2000, 400, 0, 100, 0, ShopRow{}), sums{{2000, 0, 100, 400}}, ""},
		{"one line without a price", order(2000, 400, 100, 0, 0, ShopRow{Row: Row{Product: "A", Has: FieldProduct}}), sums{{2000, 100, 0, 400}}, ""},
		{"a part paid back", order(2000, 400, 0, 0, 400, goods("A", 1, 1600, 0)), sums{{2000, 0, 0, 400}, {-400, 0, 0, -80}}, ""},
		{"all paid back", order(2000, 400, 0, 300, 2000, goods("A", 1, 1300, 0)), sums{{2000, 0, 300, 400}, {-2000, 0, -300, -400}}, ""},
		{"more paid back than paid", order(2000, 400, 0, 0, 2500, goods("A", 1, 1600, 0)), sums{{2000, 0, 0, 400}, {-2500, 0, 0, 0}}, ""},
		{"the lines are those left after the refund", order(4000, 0, 0, 0, 2000, goods("A", 1, 2000, 0)), sums{{2000, 0, 0, 0}}, ""},
		{"the lines come to something else", order(4000, 0, 0, 0, 0, goods("A", 1, 2000, 0)), nil, "total: the lines come to 20.00 (leave the total out to have them added up)"},
		{"free", order(0, 0, 0, 0, 0, goods("A", 1, 0, 0)), sums{{0, 0, 0, 0}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, reasons := billed(t, ShopRows(c.rows, inEuros))
			require.Equal(t, c.want, got)
			if c.reason != "" {
				require.Equal(t, []string{c.reason}, reasons)
			} else {
				require.Empty(t, reasons)
			}
		})
	}
}

func TestShopRowsOfWhoAndHowFar(t *testing.T) {
	rows := ShopRows(order(2000, 0, 0, 0, 2000, goods("A", 1, 2000, 0)), inEuros)
	require.Len(t, rows, 2)
	require.Equal(t, []string{"1", "1 refund"}, []string{rows[0].Ref, rows[1].Ref})
	for _, r := range rows {
		require.Equal(t, Guest, r.Customer, "nobody is named")
		require.Equal(t, Returned, r.Status, "neither counts")
	}
	called := order(2000, 0, 0, 0, 2000, goods("A", 1, 2000, 0))
	called[0].Status, called[0].Has = Cancelled, called[0].Has|FieldStatus
	rows = ShopRows(called, inEuros)
	require.Equal(t, []Status{Cancelled, Cancelled}, []Status{rows[0].Status, rows[1].Status})

	bad := order(2000, 0, 0, 0, 0, goods("A", 1, 1000, 0), goods("B", 1, 1000, 0))
	bad[1].Bad = true
	rows = ShopRows(bad, inEuros)
	require.Equal(t, []bool{false, true}, []bool{rows[0].Bad, rows[1].Bad})
	require.Equal(t, FieldRef, rows[0].Has, "of an order with a bad row nothing is said")

	changed := order(2000, 0, 0, 0, 0, goods("A", 1, 2000, 0))
	changed[0].Currency, changed[0].Has = "USD", changed[0].Has|FieldCurrency
	require.Zero(t, ShopRows(changed, inEuros)[0].Has&FieldTotal, "its parts are rounded one by one")
}

func TestShopRowsKeepTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []ShopRow
		var sum int64
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			quantity, price := rapid.Int64Range(1, 9).Draw(t, "quantity"), rapid.Int64Range(0, 99_999).Draw(t, "price")
			rows = append(rows, goods("A", quantity, price, 0))
			rows[len(rows)-1].Untaxed = rapid.Bool().Draw(t, "untaxed")
			sum += quantity * price
		}
		off := rapid.Int64Range(0, sum).Draw(t, "off")
		tax := rapid.Int64Range(0, (sum-off)/5).Draw(t, "tax")
		shipping := rapid.Int64Range(0, 999).Draw(t, "shipping")
		total := sum - off + tax + shipping
		if rapid.Bool().Draw(t, "the tax is in the prices") {
			total -= tax
		}
		refunded := rapid.Int64Range(0, total).Draw(t, "refunded")
		got, reasons := billed(t, ShopRows(order(total, shipping, off, tax, refunded, rows...), inEuros))
		require.Empty(t, reasons)
		require.Equal(t, [4]money.Amount{money.Amount(total), money.Amount(off), money.Amount(tax), money.Amount(shipping)}, got[0])
		if refunded == total && total > 0 {
			require.Equal(t, [4]money.Amount{-got[0][0], 0, -got[0][2], -got[0][3]}, got[1], "a sale and all of it paid back come to nothing")
		}
	})
}
