package sales

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

func cents(c int64) money.Decimal { return money.Decimal{Digits: c, Scale: 2} }

func TestReckon(t *testing.T) {
	c := Cart{Shipping: 500, Lines: []CartLine{
		{Quantity: 3, Price: money.Decimal{Digits: 3335, Scale: 3}, TaxRate: 2100},           // 3 x 3.335 = 10.005 -> 10.00
		{Quantity: 2, Price: cents(1250), Percent: money.Decimal{Digits: 10}, TaxRate: 1000}, // 25.00 - 2.50
	}}
	require.NoError(t, c.Reckon(nil, 2))
	require.Equal(t, Sums{Amount: 3500, Discount: 250, Tax: 210 + 225, Shipping: 500, Total: 3500 - 250 + 435 + 500}, c.Sums())
}

func TestPromotions(t *testing.T) {
	lines := func() []CartLine {
		return []CartLine{
			{Product: 1, Category: "Cuidado", Brand: "Luz", Quantity: 2, Price: cents(1000)},
			{Product: 2, Category: "Perfume", Brand: "Luz", Quantity: 1, Price: cents(4000), Percent: money.Decimal{Digits: 50}},
			{Product: 3, Category: "Perfume", Quantity: 3, Price: cents(333)},
		}
	}
	for name, c := range map[string]struct {
		p    Promotion
		want [3]money.Amount // discounts, the 20.00 of line two's own included
	}{
		"a percentage of everything":    {Promotion{Kind: PercentOff, Percent: 1000}, [3]money.Amount{200, 2000 + 200, 100}},
		"of a category, written anyhow": {Promotion{Kind: PercentOff, Percent: 1000, Category: "PERFUME"}, [3]money.Amount{0, 2000 + 200, 100}},
		"an amount, shared":             {Promotion{Kind: AmountOff, Amount: 1000}, [3]money.Amount{400, 2000 + 400, 200}},
		"an amount above what it costs": {Promotion{Kind: AmountOff, Amount: 5000, Product: 3}, [3]money.Amount{0, 2000, 999}},
		"of a brand":                    {Promotion{Kind: AmountOff, Amount: 400, Brand: "luz"}, [3]money.Amount{200, 2000 + 200, 0}},
		"the cheapest pieces free":      {Promotion{Kind: BuyGet, Buy: 2, Get: 1}, [3]money.Amount{0, 2000, 666}},
		"of one product":                {Promotion{Kind: BuyGet, Buy: 1, Get: 1, Product: 1}, [3]money.Amount{1000, 2000, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			cart := Cart{Lines: lines()}
			require.NoError(t, cart.Reckon(nil, 2))
			c.p.ID = 9
			require.Empty(t, c.p.Refuses(Occasion{}, cart.Lines))
			require.NoError(t, cart.Reckon(&c.p, 2))
			for i, l := range cart.Lines {
				require.Equal(t, c.want[i], l.Discount, "line %d", i)
				require.Equal(t, l.Discount != [3]money.Amount{0, 2000, 0}[i], l.Promotion == 9, "line %d", i)
			}
		})
	}
}

func TestPromotionRefuses(t *testing.T) {
	day := func(s string) dates.Date { d, _ := dates.ParseISO(s); return d }
	may := Occasion{Day: day("2026-05-10"), Channel: "online", Segments: []string{"vip"}, Uses: 3, Hers: 1}
	lines := []CartLine{{Product: 1, Quantity: 2, Amount: 2000, Discount: 100}}
	for _, c := range []struct {
		p    Promotion
		want string
	}{
		{Promotion{From: day("2026-05-10"), Until: day("2026-05-10"), Channel: "Online", Segment: "vip", MinTotal: 1900, MaxUses: 4, MaxUsesEach: 2}, ""},
		{Promotion{From: day("2026-05-11")}, "begins on 2026-05-11"},
		{Promotion{Until: day("2026-05-09")}, "ended on 2026-05-09"},
		{Promotion{Channel: "phone"}, "is for the channel phone"},
		{Promotion{Segment: "new"}, "is for the segment new"},
		{Promotion{MaxUses: 3}, "is used up (3 of 3)"},
		{Promotion{MaxUsesEach: 1}, "is used up for this customer (1 of 1)"},
		{Promotion{Product: 2}, "is for none of these products"},
		{Promotion{MinTotal: 1901}, "is for orders of a higher sum"},
		{Promotion{Kind: BuyGet, Buy: 2, Get: 1}, "wants 3 pieces at least"},
	} {
		require.Equal(t, c.want, c.p.Refuses(may, lines))
	}
}

// drawCart is any cart, with any promotion or none.
func drawCart(t *rapid.T) (Cart, *Promotion) {
	line := rapid.Custom(func(t *rapid.T) CartLine {
		return CartLine{Product: rapid.Int64Range(1, 4).Draw(t, "product"), Quantity: rapid.Int64Range(1, 99).Draw(t, "quantity"),
			Price:   money.Decimal{Digits: rapid.Int64Range(0, 1_000_000).Draw(t, "price"), Scale: rapid.IntRange(0, 4).Draw(t, "scale")},
			Percent: money.Decimal{Digits: rapid.Int64Range(0, 1000).Draw(t, "percent"), Scale: 1},
			TaxRate: rapid.Int64Range(0, 10_000).Draw(t, "tax rate")}
	})
	c := Cart{Lines: rapid.SliceOfN(line, 1, 8).Draw(t, "lines"), Shipping: money.Amount(rapid.Int64Range(0, 9_999).Draw(t, "shipping"))}
	p := &Promotion{ID: 1, Kind: PromotionKind(rapid.SampledFrom(append(PromotionKinds, "")).Draw(t, "kind")), Product: rapid.Int64Range(0, 4).Draw(t, "for"),
		Percent: rapid.Int64Range(1, 10_000).Draw(t, "off"), Amount: money.Amount(rapid.Int64Range(1, 100_000).Draw(t, "amount")),
		Buy: rapid.Int64Range(1, 3).Draw(t, "buy"), Get: rapid.Int64Range(1, 3).Draw(t, "get")}
	if p.Kind == "" {
		return c, nil
	}
	return c, p
}

// TestCartSums: whatever is in a cart, its total is the sum of its parts, no line costs less than nothing, and what is
// given back piece by piece is, at the end, all of it.
func TestCartSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, p := drawCart(t)
		if err := c.Reckon(p, 2); err != nil {
			t.Fatal(err)
		}
		s := c.Sums()
		var total money.Amount
		for _, l := range c.Lines {
			if l.Discount < 0 || l.Net() < 0 {
				t.Fatalf("line %+v", l)
			}
			total += l.Net() + l.Tax
			cut := rapid.Int64Range(0, l.Quantity).Draw(t, "returned first")
			if money.Part(l.Net(), 0, cut, l.Quantity)+money.Part(l.Net(), cut, l.Quantity, l.Quantity) != l.Net() {
				t.Fatalf("returns of %+v do not sum", l)
			}
		}
		if total+c.Shipping != s.Total || s.Amount-s.Discount+s.Tax+s.Shipping != s.Total {
			t.Fatalf("%+v of %+v", s, c)
		}
	})
}
