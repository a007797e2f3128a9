package sales

import (
	switches "flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// carts is how many carts TestCarts draws: go test ./internal/sales -run 'TestCarts$' -carts 1000000
var carts = switches.Int("carts", 20_000, "how many random carts to reckon")

// TestCarts: whatever is in a cart, lines - discount + tax + shipping is its total, what is shared out sums to the whole,
// and a sale that comes back in any parts comes to nothing, line by line. A cart is drawn from its number alone.
func TestCarts(t *testing.T) {
	for n := range uint64(*carts) {
		random := rand.New(rand.NewPCG(n, 4))
		c, p := someCart(random)
		if err := c.Reckon(p, 2); err != nil {
			t.Fatalf("cart %d: %v", n, err)
		}
		for what, wrong := range map[string]string{"sums": wrongSums(&c), "splits": wrongSplits(random, c.Sums().Total), "returns": wrongReturns(random, &c)} {
			if wrong != "" {
				t.Fatalf("cart %d, %s: %s\n%+v\n%+v", n, what, wrong, c, p)
			}
		}
	}
}

// someCart is any cart, with any promotion or none.
func someCart(random *rand.Rand) (c Cart, p *Promotion) {
	c.Shipping = money.Amount(random.Int64N(2000))
	for range 1 + random.IntN(6) {
		l := CartLine{Product: 1 + random.Int64N(4), Quantity: 1 + random.Int64N(60), TaxRate: []int64{0, 400, 1000, 2100, random.Int64N(10_001)}[random.IntN(5)],
			Price: money.Decimal{Digits: random.Int64N(500_000), Scale: random.IntN(5)}}
		if random.IntN(2) == 0 {
			l.Percent = money.Decimal{Digits: random.Int64N(1001), Scale: 1}
		}
		c.Lines = append(c.Lines, l)
	}
	kind := random.IntN(len(PromotionKinds) + 1)
	if kind == len(PromotionKinds) {
		return c, nil
	}
	return c, &Promotion{ID: 1, Kind: PromotionKind(PromotionKinds[kind]), Product: random.Int64N(5), Percent: 1 + random.Int64N(10_000), Amount: money.Amount(1 + random.Int64N(50_000)),
		Buy: 1 + random.Int64N(3), Get: 1 + random.Int64N(3)}
}

func wrongSums(c *Cart) string {
	s, total := c.Sums(), c.Shipping
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Discount < 0 || l.Net() < 0 || l.Tax < 0 {
			return fmt.Sprintf("line %d is below 0", i)
		}
		total += l.Amount - l.Discount + l.Tax
	}
	if total != s.Total || s.Amount-s.Discount+s.Tax+s.Shipping != s.Total {
		return fmt.Sprintf("%+v, but the lines come to %d", s, total)
	}
	return ""
}

// wrongSplits cuts an amount into equal and into weighted parts.
func wrongSplits(random *rand.Rand, total money.Amount) string {
	weights := make([]money.Amount, 1+random.IntN(8))
	for i := range weights {
		weights[i] = money.Amount(random.Int64N(10_000))
	}
	for what, parts := range map[string][]money.Amount{"equal": money.Split(total, len(weights)), "weighted": money.Share(total, weights)} {
		sum := money.Amount(0)
		for _, part := range parts {
			if sum += part; part < 0 {
				return fmt.Sprintf("%s part %d of %d", what, part, total)
			}
		}
		if sum != total {
			return fmt.Sprintf("%s parts of %d come to %d", what, total, sum)
		}
	}
	return ""
}

// wrongReturns gives all of a cart back, some pieces at a time.
func wrongReturns(random *rand.Rand, c *Cart) string {
	sums := c.Sums()
	h := &held{}
	h.Shipping = sums.Shipping
	left := int64(0)
	for i := range c.Lines {
		l := &c.Lines[i]
		h.rows = append(h.rows, heldLine{quantity: l.Quantity, shipped: l.Quantity, amount: l.Amount, discount: l.Discount, tax: l.Tax,
			cost: money.Amount(random.Int64N(100_000)), costKnown: true})
		left += l.Quantity
	}
	back := make([]heldLine, len(h.rows))
	var all Sums
	for left > 0 {
		coming := make([]int64, len(h.rows))
		for i := range h.rows {
			coming[i] = random.Int64N(h.rows[i].quantity - h.rows[i].returned + 1)
		}
		s := h.reverse(coming)
		if s.Total != s.Amount-s.Discount+s.Tax+s.Shipping {
			return fmt.Sprintf("a return of %v comes to %+v", coming, s)
		}
		all = Sums{all.Amount + s.Amount, all.Discount + s.Discount, all.Tax + s.Tax, all.Shipping + s.Shipping, all.Total + s.Total}
		for i, pieces := range coming {
			part := h.rows[i].part(pieces)
			back[i].amount, back[i].discount, back[i].tax, back[i].cost = back[i].amount+part.amount, back[i].discount+part.discount, back[i].tax+part.tax, back[i].cost+part.cost
			h.rows[i].returned += pieces
			left -= pieces
		}
	}
	if all != (Sums{-sums.Amount, -sums.Discount, -sums.Tax, -sums.Shipping, -sums.Total}) {
		return fmt.Sprintf("%+v came back of %+v", all, sums)
	}
	for i, l := range h.rows {
		if b := back[i]; b.amount != l.amount || b.discount != l.discount || b.tax != l.tax || b.cost != l.cost {
			return fmt.Sprintf("of line %d %+v came back of %+v", i, b, l)
		}
	}
	return ""
}

// TestWhatComesBackIsStockAgain: a sale that comes back in any parts leaves the stock as it was, in pieces, lots and worth,
// and its orders come to nothing.
func TestWhatComesBackIsStockAgain(t *testing.T) {
	const stock = `SELECT group_concat(printf('%d/%s %d pieces', product_id, lot, pieces), ', ') || ', worth ' || (SELECT sum(value) FROM stock_moves)
		FROM (SELECT product_id, ifnull(lot, '') AS lot, sum(quantity) AS pieces FROM stock_moves GROUP BY 1, 2 ORDER BY 1, 2)`
	b := newBook(t)
	shop(t, b)
	before := ask[string](t, b, stock)
	require.Contains(t, before, "1/L1 6 pieces, 1/L2 4 pieces, 2/ 7 pieces")
	for n := range uint64(30) {
		random := rand.New(rand.NewPCG(n, 5))
		left := map[string]int64{"AB-100": 1 + random.Int64N(10), "CD-200": 1 + random.Int64N(7)}
		order, err := sell(t, b, NewOrder{Shipping: money.Amount(random.Int64N(900))}, fmt.Sprintf("AB-100x%d@19.99-7%%", left["AB-100"]), fmt.Sprintf("CD-200x%d", left["CD-200"]))
		require.NoError(t, err)
		require.NoError(t, write(b, func(tx *book.Tx) error { return shipAll(tx, order) }))
		for left["AB-100"]+left["CD-200"] > 0 {
			var items []string
			for _, sku := range []string{"AB-100", "CD-200"} {
				if pieces := random.Int64N(left[sku] + 1); pieces > 0 {
					items = append(items, fmt.Sprintf("%sx%d", sku, pieces))
					left[sku] -= pieces
				}
			}
			if len(items) == 0 {
				continue
			}
			require.NoError(t, write(b, func(tx *book.Tx) error {
				parsed, err := ParseItems(tx.View, items)
				if err == nil {
					_, err = TakeBack(tx, NewReturn{Order: order, Items: parsed, Restock: true})
				}
				return err
			}))
		}
		require.Equal(t, before, ask[string](t, b, stock), "sale %d", n)
		require.Equal(t, "0 0 0 0", ask[string](t, b, `SELECT printf('%d %d %d %d', sum(total), sum(tax), sum(shipping), sum(cost)) FROM orders WHERE ? IN (id, original_id)`, order), "sale %d", n)
	}
	sound(t, b)
}
