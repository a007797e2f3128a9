package sales

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/money"
)

func newReader() *reader {
	return &reader{decimals: 2, currency: "EUR", source: "csv", seen: map[uint64]int32{},
		rates: map[string]money.Decimal{"USD": {Digits: 92, Scale: 2}}}
}

// lineRow is a row with a product; amounts in cents.
func lineRow(ref string, quantity int64, price string) Row {
	p, err := money.ParseDecimal(price, '.')
	if err != nil {
		panic(err)
	}
	return Row{Line: 2, Has: FieldRef | FieldCustomer | FieldDate | FieldProduct | FieldQuantity | FieldUnitPrice,
		Ref: ref, Customer: "Ana", Date: 738000, Product: "AB", Quantity: quantity, UnitPrice: p}
}

func TestDraftSums(t *testing.T) {
	with := func(r Row, f Fields, set func(*Row)) Row {
		r.Has |= f
		set(&r)
		return r
	}
	cases := []struct {
		name                       string
		rows                       []Row
		total, discount, tax, cost money.Amount
		costKnown                  bool
		reason                     string
	}{
		{name: "a total only", rows: []Row{{Has: FieldTotal | FieldTax, Total: 1000, Tax: 100}}, total: 1000, tax: 100},
		{name: "more than a report could add up", rows: []Row{{Has: FieldTotal, Total: 90_000_000_000_000_000}}, reason: "too large an amount"},
		{name: "more by its lines", rows: []Row{lineRow("1", 1_000_000, "900000000")}, reason: "too large an amount"},
		{name: "nothing to go by", rows: []Row{{Has: FieldCustomer}}, reason: "an order needs a total"},
		{name: "lines round half to even", rows: []Row{lineRow("1", 1, "0.125"), lineRow("1", 1, "0.135")}, total: 12 + 14},
		{name: "the exact price is rounded after the product", rows: []Row{lineRow("1", 1000, "0.0125")}, total: 1250},
		{name: "per cent of quantity x price", rows: []Row{with(lineRow("1", 3, "9.99"), FieldDiscount, func(r *Row) { r.IsPercent, r.Percent = true, money.Decimal{Digits: 10} })}, total: 2997 - 300, discount: 300},
		{name: "discount, tax and shipping", rows: []Row{with(lineRow("1", 2, "10"), FieldDiscount|FieldTax|FieldShipping, func(r *Row) { r.Discount, r.Tax, r.Shipping = 500, 315, 600 })}, total: 2000 - 500 + 315 + 600, discount: 500, tax: 315},
		{name: "one unknown cost makes the sum unknown", rows: []Row{with(lineRow("1", 1, "5"), FieldCost, func(r *Row) { r.Cost = 200 }), lineRow("1", 1, "5")}, total: 1000},
		{name: "known costs add up", rows: []Row{with(lineRow("1", 1, "5"), FieldCost, func(r *Row) { r.Cost = 200 })}, total: 500, cost: 200, costKnown: true},
		{name: "a return", rows: []Row{lineRow("1", -2, "5")}, total: -1000},
		{name: "the total agrees with its lines", rows: []Row{with(lineRow("1", 2, "5"), FieldTotal, func(r *Row) { r.Total = 1000 })}, total: 1000},
		{name: "the total does not", rows: []Row{with(lineRow("1", 2, "5"), FieldTotal, func(r *Row) { r.Total = 999 })}, reason: "the lines come to 10.00"},
		{name: "one line takes its price from the total", rows: []Row{{Has: FieldProduct | FieldTotal | FieldQuantity, Product: "AB", Quantity: 3, Total: 1000}}, total: 1000},
		{name: "two lines cannot", rows: []Row{{Has: FieldRef | FieldProduct | FieldTotal, Ref: "1", Product: "AB", Total: 1000}, {Has: FieldRef | FieldProduct, Ref: "1", Product: "CD"}}, reason: "needs a unit_price"},
		{name: "rows of one order disagree", rows: []Row{with(lineRow("1", 1, "5"), FieldChannel, func(r *Row) { r.Channel = "online" }), with(lineRow("1", 1, "5"), FieldChannel, func(r *Row) { r.Channel = "phone" })}, reason: "an earlier row of order 1 says online"},
		{name: "another currency at its rate", rows: []Row{with(lineRow("1", 1, "10"), FieldCurrency, func(r *Row) { r.Currency = "USD" })}, total: 920},
		{name: "another currency without one", rows: []Row{with(lineRow("1", 1, "10"), FieldCurrency, func(r *Row) { r.Currency = "BRL" })}, reason: "give a rate with --rate BRL=RATE"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var d draft
			problems := newReader().read(&d, c.rows)
			if c.reason != "" {
				require.Len(t, problems, 1)
				require.Contains(t, problems[0].Reason, c.reason)
				require.True(t, d.refused)
				return
			}
			require.Empty(t, problems)
			require.Equal(t, []any{c.total, c.discount, c.tax, c.cost, c.costKnown}, []any{d.total, d.discount, d.tax, d.cost, d.costKnown})
		})
	}
}

func TestContentNames(t *testing.T) {
	name := func(r *reader, row Row) string {
		var d draft
		require.Empty(t, r.read(&d, []Row{row}))
		return d.ref
	}
	r := newReader()
	a := Row{Has: FieldCustomer | FieldDate | FieldTotal, Customer: "Ana", Date: 738000, Total: 1000}
	first, twin := name(r, a), name(r, a)
	require.NotEqual(t, first, twin, "twins stay two")
	require.Equal(t, []string{first, twin}, []string{name(newReader(), a), twin}, "a second run gives the same names")
	b := a
	b.Has, b.Channel = b.Has|FieldChannel, "x"
	require.NotEqual(t, first, name(newReader(), b))
	other := newReader()
	other.source = "shop"
	require.NotEqual(t, first, name(other, a))
}

// What an order exports is what it imports: a price from which the amount can be made again.
func TestExactPrice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quantity := rapid.Int64Range(-10_000, 10_000).Filter(func(n int64) bool { return n != 0 }).Draw(t, "quantity")
		amount := money.Amount(rapid.Int64Range(-1_000_000_00, 1_000_000_00).Draw(t, "amount"))
		price := money.Amount(money.QuoRound(int64(amount), quantity))
		back, err := exactPrice(price, amount, quantity, 2).Times(quantity, 2)
		require.NoError(t, err)
		require.Equal(t, amount, back)
	})
}
