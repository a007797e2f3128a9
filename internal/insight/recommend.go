package insight

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// RecommendOptions is what to recommend to whom.
type RecommendOptions struct {
	Customer int64
	AsOf     dates.Date  // the day whose knowledge counts; none: today
	Days     dates.Range // the days of the orders that say what others like, open where an end is 0
	Where    book.Filter // learn only from these customers; hers always count
	Limit    int         // 0: all
}

// Recommendation is a product that a customer has not bought, and why she may like it.
type Recommendation struct {
	Item       BasketItem
	Because    BasketItem // what she bought that speaks for it most; none: it is what sells best to all
	Count      int        // customers who bought both, or it
	Of         int        // customers who bought Because, or anything
	Confidence float64    // Count / Of
	Lift       *float64   // Confidence over that of all customers; nil where nothing she bought speaks for it
	Score      float64    // the share that Confidence is at least, at 95 %: what the list is ordered by
}

// fewest is the number of customers that a recommendation needs: what one did is no pattern.
const fewest = 2

// Recommend says what customers who bought the same bought besides. A basket is all that a customer bought; for each
// product that she has not, the one of hers counts whose buyers took it most surely, by the lower end of Wilson's 95 %
// interval of the share (Wilson, Probable inference, 1927), so that 9 of 10 is more than 1 of 1; and only where its buyers
// took it more often than customers in general did. Where nothing she bought speaks for anything, it is what most others
// bought. Only products that are offered at the as-of day are recommended.
func Recommend(v *book.View, o RecommendOptions) ([]Recommendation, error) {
	asked, err := BasketOptions{By: BasketByCustomer, AsOf: o.AsOf, Days: o.Days, Where: o.Where}.settled(v.Today())
	if err != nil {
		return nil, err
	}
	own := asked
	own.Days, own.Where = dates.Range{}, book.Filter{SQL: "c.id = ?", Args: []any{o.Customer}}
	hers, err := readBaskets(v, own)
	if err != nil {
		return nil, err
	}
	if asked.Where.SQL == "" {
		asked.Where.SQL = "1"
	}
	asked.Where = book.Filter{SQL: "c.id <> ? AND (" + asked.Where.SQL + ")", Args: append([]any{o.Customer}, asked.Where.Args...)}
	others, err := readBaskets(v, asked)
	if err != nil {
		return nil, err
	}
	items, err := readItems(v, asked.AsOf)
	if err != nil {
		return nil, err
	}
	has := map[int64]bool{}
	for _, id := range hers.products {
		has[id] = true
	}
	may := func(id int64) bool { return items[id].offered && !has[id] }
	list := others.likes(has, may)
	if len(list) == 0 {
		list = others.bestOf(may)
	}
	for i := range list {
		list[i].Item, list[i].Because = items[list[i].Item.ID].BasketItem, items[list[i].Because.ID].BasketItem
	}
	slices.SortFunc(list, func(a, b Recommendation) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Count, a.Count), cmp.Compare(a.Item.SKU, b.Item.SKU))
	})
	if o.Limit > 0 && len(list) > o.Limit {
		list = list[:o.Limit]
	}
	return list, nil
}

// likes are the products that buyers of hers bought besides, each with the best reason.
func (b *baskets) likes(has map[int64]bool, may func(int64) bool) []Recommendation {
	starts, list := b.turned()
	best := make([]Recommendation, len(b.products))
	counts := make([]int32, len(b.products))
	for a, id := range b.products {
		if !has[id] {
			continue
		}
		clear(counts)
		for _, i := range list[starts[a]:starts[a+1]] {
			for _, c := range b.of(i) {
				counts[c]++
			}
		}
		for c, both := range counts {
			if both < fewest || !may(b.products[c]) {
				continue
			}
			p := pairOf(int(both), int(starts[a+1]-starts[a]), int(starts[c+1]-starts[c]), b.count())
			r := Recommendation{Item: BasketItem{ID: b.products[c]}, Because: BasketItem{ID: id}, Count: p.Count, Of: int(starts[a+1] - starts[a]),
				Confidence: p.Confidence, Lift: &p.Lift, Score: atLeast(p.Count, int(starts[a+1]-starts[a]))}
			if old := &best[c]; p.Lift > 1 && (r.Score > old.Score || r.Score == old.Score && p.Lift > *old.Lift) {
				*old = r
			}
		}
	}
	return slices.DeleteFunc(best, func(r Recommendation) bool { return r.Count == 0 })
}

// bestOf are the products that most customers bought.
func (b *baskets) bestOf(may func(int64) bool) []Recommendation {
	starts, _ := b.turned()
	var found []Recommendation
	for c, id := range b.products {
		if n := int(starts[c+1] - starts[c]); n >= fewest && may(id) {
			found = append(found, Recommendation{Item: BasketItem{ID: id}, Count: n, Of: b.count(),
				Confidence: float64(n) / float64(b.count()), Score: atLeast(n, b.count())})
		}
	}
	return found
}

// atLeast is the lower end of Wilson's 95 % interval of a share of so many out of all.
func atLeast(some, all int) float64 {
	const z = 1.959963984540054
	n, p := float64(all), float64(some)/float64(all)
	return (p + z*z/(2*n) - z*math.Sqrt(p*(1-p)/n+z*z/(4*n*n))) / (1 + z*z/n)
}

// Reason says in a line why, such as: 9 of 12 who bought Serum also bought it, 2.1 times as often as all.
func (r *Recommendation) Reason() string {
	if r.Lift == nil {
		return fmt.Sprintf("%d of %d customers bought it", r.Count, r.Of)
	}
	return fmt.Sprintf("%d of %d who bought %s also bought it, %.1f times as often as all", r.Count, r.Of, r.Because.Name, *r.Lift)
}
