package insight

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func basketsOf(t testing.TB, b *book.Book, o BasketOptions) (r *BasketReport) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		r, err = ReportBaskets(v, o)
		return err
	}))
	return r
}

// pieces are lines of one piece each, but for negative products, which come back.
func pieces(products ...int64) (lines []soldPiece) {
	for _, p := range products {
		quantity := int64(1)
		if p < 0 {
			p, quantity = -p, -1
		}
		lines = append(lines, soldPiece{product: p, quantity: quantity, amount: 100 * quantity})
	}
	return lines
}

// shelf is five baskets, one of which loses a product a month later, and an order without lines.
func shelf(t testing.TB) *book.Book {
	b := newBook(t, 3, nil, nil)
	sell(t, b, []sold{
		{order: order{customer: 1, on: "2026-03-01"}, lines: pieces(1, 2)},
		{order: order{customer: 1, on: "2026-03-02"}, lines: pieces(2, 1, 2)},
		{order: order{customer: 2, on: "2026-03-03"}, lines: pieces(1, 3)},
		{order: order{customer: 2, on: "2026-03-04"}, lines: pieces(1)},
		{order: order{customer: 3, on: "2026-03-05"}, lines: pieces(3, 4)},
		{order: order{customer: 3, on: "2026-03-06", total: 500}},
		{order: order{customer: 2, on: "2026-04-01", total: -100}, original: 3, lines: pieces(-3)},
		{order: order{customer: 3, on: "2026-03-07", live: true}, lines: pieces(1, 2, 3, 4)}, // a quote
	}, nil)
	return b
}

func pairLines(r *BasketReport) (lines []string) {
	for _, p := range r.Pairs {
		conviction := "-"
		if p.Conviction != nil {
			conviction = fmt.Sprintf("%.4g", *p.Conviction)
		}
		lines = append(lines, fmt.Sprintf("%s>%s %d %.4g %.4g %.4g %.4g %s", p.A.SKU, p.B.SKU, p.Count, p.Support, p.Confidence, p.Lift, p.Leverage, conviction))
	}
	return lines
}

func TestBaskets(t *testing.T) {
	b := shelf(t)
	for _, c := range []struct {
		name string
		o    BasketOptions
		want []string
	}{
		// P1 is in 4 of 5 baskets, P2 in 2, P3 in 2, P4 in 1: of P1's four, two hold P2; lift .5/.4, conviction .6/.5.
		{"by order, before the return", BasketOptions{AsOf: day("2026-03-31")}, []string{
			"P3>P4 1 0.2 0.5 2.5 0.12 1.6", "P4>P3 1 0.2 1 2.5 0.12 -",
			"P1>P2 2 0.4 0.5 1.25 0.08 1.2", "P2>P1 2 0.4 1 1.25 0.08 -",
			"P1>P3 1 0.2 0.25 0.625 -0.12 0.8", "P3>P1 1 0.2 0.5 0.625 -0.12 0.4"}},
		{"what came back is not in it", BasketOptions{MinSupport: .3}, []string{"P1>P2 2 0.4 0.5 1.25 0.08 1.2", "P2>P1 2 0.4 1 1.25 0.08 -"}},
		{"sure enough", BasketOptions{AsOf: day("2026-03-31"), MinConfidence: 1}, []string{"P4>P3 1 0.2 1 2.5 0.12 -", "P2>P1 2 0.4 1 1.25 0.08 -"}},
		{"for one product", BasketOptions{AsOf: day("2026-03-31"), Product: 1}, []string{
			"P1>P2 2 0.4 0.5 1.25 0.08 1.2", "P1>P3 1 0.2 0.25 0.625 -0.12 0.8"}},
		{"for one that nobody bought with another", BasketOptions{Days: dates.Range{From: day("2026-03-04")}, Product: 1}, nil},
		{"by customer", BasketOptions{By: BasketByCustomer, AsOf: day("2026-03-31"), MinConfidence: .6}, []string{
			"P2>P1 1 0.3333 1 1.5 0.1111 -", "P4>P3 1 0.3333 1 1.5 0.1111 -"}},
		{"some days", BasketOptions{Days: dates.Range{From: day("2026-03-02"), To: day("2026-03-02")}}, []string{"P1>P2 1 1 1 1 0 -", "P2>P1 1 1 1 1 0 -"}},
		{"some customers", BasketOptions{Where: book.Filter{SQL: "c.id = 3"}}, []string{"P3>P4 1 1 1 1 0 -", "P4>P3 1 1 1 1 0 -"}},
		{"before the first order", BasketOptions{AsOf: day("2026-02-28")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, pairLines(basketsOf(t, b, c.o))) })
	}
	mean := 1.6
	require.Equal(t, BasketSummary{Baskets: 5, Products: 4, Mean: &mean, Frequent: 2, Pairs: 2}, basketsOf(t, b, BasketOptions{MinSupport: .25}).Summary)
	require.Equal(t, BasketSummary{}, basketsOf(t, newBook(t, 0, nil, nil), BasketOptions{}).Summary)
}

func TestBasketsRefused(t *testing.T) {
	for reason, o := range map[string]BasketOptions{
		`--by: "ordre" is not one of order, customer`:                               {By: "ordre"},
		"--min-support: 1.5 is outside 0 to 1":                                      {MinSupport: 1.5},
		"--min-confidence: NaN is outside 0 to 1":                                   {MinConfidence: math.NaN()},
		"the time asked about begins on 2026-11-23, after the as-of day 2026-11-22": {Days: dates.Range{From: day("2026-11-23")}},
	} {
		_, err := o.settled(day("2026-11-22"))
		require.EqualError(t, err, reason)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
}

// TestPairsAreCountedOneByOne holds for any baskets, and any order of their lines, what counting each pair by itself says.
func TestPairsAreCountedOneByOne(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := &basketReader{o: BasketOptions{}, products: []int64{40, 10, 30, 20}}
		sets := rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.Int32Range(0, 3), 0, 4, rapid.ID), 0, 12).Draw(rt, "baskets")
		all := 0
		for i, set := range sets {
			if len(set) > 0 {
				all++
			}
			for _, p := range set {
				r.lines = append(r.lines, basketLine{int32(i), p, 2}, basketLine{int32(i), p, -1})
			}
		}
		rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1)).Shuffle(len(r.lines), func(i, j int) { r.lines[i], r.lines[j] = r.lines[j], r.lines[i] })
		o := BasketOptions{MinSupport: rapid.SampledFrom([]float64{0, .25, .5}).Draw(rt, "support"), MinConfidence: rapid.SampledFrom([]float64{0, .5}).Draw(rt, "confidence")}
		found, _ := r.baskets().pairs(o)
		got := map[[2]int64]int{}
		for _, p := range found {
			got[[2]int64{p.A.ID, p.B.ID}] = p.Count
		}
		require.Len(rt, got, len(found))
		want := map[[2]int64]int{}
		for a, idA := range r.products {
			for b, idB := range r.products {
				both, na := 0, 0
				for _, set := range sets {
					hasA := slices.Contains(set, int32(a))
					if hasA {
						na++
					}
					if hasA && slices.Contains(set, int32(b)) {
						both++
					}
				}
				if a != b && both > 0 && float64(both)/float64(all) >= o.MinSupport && float64(both)/float64(na) >= o.MinConfidence {
					want[[2]int64{idA, idB}] = both
				}
			}
		}
		require.Equal(rt, want, got)
	})
}

// TestBasketsBySQL holds that a table that cannot be walked is asked in SQL.
func TestBasketsBySQL(t *testing.T) {
	b := shelf(t)
	want := basketsOf(t, b, BasketOptions{})
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		o, err := BasketOptions{}.settled(v.Today())
		require.NoError(t, err)
		r := &basketReader{o: o, asOf: o.AsOf.String(), days: dates.Range{To: o.AsOf}, places: map[int64]int32{}, customers: map[int64]int32{}}
		require.NoError(t, r.queryOrders(v))
		r.settleReturns()
		require.NoError(t, r.queryLines(v))
		found, _ := r.baskets().pairs(o)
		require.Len(t, found, len(want.Pairs))
		return nil
	}))
}

func TestRecommend(t *testing.T) {
	b := newBook(t, 8, nil, nil)
	sell(t, b, []sold{
		{order: order{customer: 1, on: "2026-03-01"}, lines: pieces(1)},
		{order: order{customer: 2, on: "2026-03-01"}, lines: pieces(1, 2)},
		{order: order{customer: 3, on: "2026-03-01"}, lines: pieces(1)},
		{order: order{customer: 3, on: "2026-03-20"}, lines: pieces(2, 3)},
		{order: order{customer: 4, on: "2026-03-01"}, lines: pieces(1, 2, 3)},
		{order: order{customer: 5, on: "2026-03-01"}, lines: pieces(4)},
		{order: order{customer: 6, on: "2026-03-01"}, lines: pieces(4, 3)},
		{order: order{customer: 7, on: "2026-03-01"}, lines: pieces(3, 4)},
	}, nil)
	list := func(o RecommendOptions) (lines []string) {
		require.NoError(t, b.View(context.Background(), func(v *book.View) error {
			found, err := Recommend(v, o)
			for _, r := range found {
				lines = append(lines, fmt.Sprintf("%s %.2f %s: %s", r.Item.SKU, r.Score, r.Because.SKU, r.Reason()))
			}
			return err
		}))
		return lines
	}
	// Six others: three bought P1, and all of them P2; two of them P3, which four of the six have: no more than by chance.
	require.Equal(t, []string{"P2 0.44 P1: 3 of 3 who bought Product also bought it, 2.0 times as often as all"}, list(RecommendOptions{Customer: 1}))
	require.Empty(t, list(RecommendOptions{Customer: 2, AsOf: day("2026-02-28")}))
	require.Equal(t, []string{"P1 0.25 : 4 of 7 customers bought it"}, list(RecommendOptions{Customer: 8, Limit: 1}))
	require.Len(t, list(RecommendOptions{Customer: 8}), 4)
	require.Empty(t, list(RecommendOptions{Customer: 1, Where: book.Filter{SQL: "c.id = 2"}}), "one customer is no pattern")
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE products SET discontinued_on = '2026-06-01' WHERE id = 2`)
		return err
	}))
	require.NotContains(t, strings.Join(list(RecommendOptions{Customer: 1}), "\n"), "P2")
	require.Contains(t, list(RecommendOptions{Customer: 1, AsOf: day("2026-05-31")})[0], "P2")
}

// TestAtLeast compares with Newcombe's worked example (Statistics in Medicine 17, 1998): 81 of 263 is 0.2553 at least.
func TestAtLeast(t *testing.T) {
	require.InDelta(t, .2553, atLeast(81, 263), .00005)
	require.Greater(t, atLeast(9, 10), atLeast(1, 1))
}

func BenchmarkReportBaskets(b *testing.B) {
	books := manyOrders(b, 100_000, 300_000, 1_000_000, 2_000)
	for _, by := range BasketBys {
		b.Run(string(by), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				basketsOf(b, books, BasketOptions{By: by, MinSupport: .001, MinConfidence: .01})
			}
		})
	}
}
