package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// BasketBy is what a basket is.
type BasketBy string

// What was bought with one order, or by one customer in all the time asked about.
const (
	BasketByOrder    BasketBy = "order"
	BasketByCustomer BasketBy = "customer"
)

// BasketBys are the values that BasketOptions.By takes, the default first.
var BasketBys = []BasketBy{BasketByOrder, BasketByCustomer}

// BasketOptions is what a report of baskets is asked.
type BasketOptions struct {
	By            BasketBy    // "": order
	AsOf          dates.Date  // the day whose knowledge counts; none: today
	Days          dates.Range // the days of the orders asked about, open where an end is 0
	MinSupport    float64     // the least share of all baskets with both products, 0..1
	MinConfidence float64     // the least share of the baskets with a that have b too, 0..1
	Product       int64       // only pairs whose a is this product; 0: all
	Where         book.Filter // only the baskets of these customers
}

// Pair says how often who buys a buys b too (association rule a => b). N is the number of baskets, n(a) those with a.
type Pair struct {
	A, B       BasketItem
	Count      int      // baskets with both
	Support    float64  // Count / N
	Confidence float64  // Count / n(a)
	Lift       float64  // Confidence / (n(b) / N): above 1 they are bought together more often than by chance
	Leverage   float64  // Support - n(a)/N * n(b)/N
	Conviction *float64 // (1 - n(b)/N) / (1 - Confidence); nil where b is in every basket with a
}

// BasketItem is a product of a pair.
type BasketItem struct {
	ID        int64
	SKU, Name string
}

// BasketSummary is what the pairs were found among.
type BasketSummary struct {
	Baskets  int      // with a product in them
	Products int      // different ones in them
	Mean     *float64 // different products a basket; nil without a basket
	Frequent int      // products in at least the least share of the baskets
	Pairs    int      // that were found
}

// BasketReport is the pairs found, the highest lift first, then by count, a and b.
type BasketReport struct {
	AsOf    dates.Date
	Summary BasketSummary
	Pairs   []Pair
}

// settled fills in the defaults and refuses what does not go together, with a fault.Usage.
func (o BasketOptions) settled(today dates.Date) (BasketOptions, error) {
	if o.AsOf.IsZero() {
		o.AsOf = today
	}
	if err := firstOf(choose("--by", &o.By, BasketBys), checkShare("--min-support", o.MinSupport), checkShare("--min-confidence", o.MinConfidence)); err != nil {
		return o, err
	}
	return o, beginsBy(o.AsOf, o.Days.From)
}

func checkShare(flag string, share float64) error {
	if share >= 0 && share <= 1 { // which NaN is not
		return nil
	}
	return usage(flag, fmt.Sprintf("%v is outside 0 to 1", share), "1 % is 0.01")
}

// ReportBaskets finds the pairs of products that are bought together. A basket holds a product of which more was bought
// than came back; orders without lines are no baskets. What does not go together in o is a fault.Usage.
func ReportBaskets(v *book.View, o BasketOptions) (*BasketReport, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, err
	}
	baskets, err := readBaskets(v, o)
	if err != nil {
		return nil, err
	}
	r := &BasketReport{AsOf: o.AsOf}
	r.Summary = BasketSummary{Baskets: baskets.count(), Products: len(baskets.products)}
	if n := baskets.count(); n > 0 {
		mean := float64(len(baskets.items)) / float64(n)
		r.Summary.Mean = &mean
	}
	r.Pairs, r.Summary.Frequent = baskets.pairs(o)
	r.Summary.Pairs = len(r.Pairs)
	items, err := readItems(v, o.AsOf)
	if err != nil {
		return nil, err
	}
	for i := range r.Pairs {
		p := &r.Pairs[i]
		p.A, p.B = items[p.A.ID].BasketItem, items[p.B.ID].BasketItem
	}
	slices.SortFunc(r.Pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Lift, a.Lift), cmp.Compare(b.Count, a.Count), cmp.Compare(a.A.SKU, b.A.SKU), cmp.Compare(a.B.SKU, b.B.SKU))
	})
	return r, nil
}

// baskets are sets of products: basket i is items[starts[i]:starts[i+1]], each the place of a product, ascending.
type baskets struct {
	products []int64 // ids, ascending
	starts   []int32
	items    []int32
}

func (b *baskets) count() int { return max(0, len(b.starts)-1) }

func (b *baskets) of(i int32) []int32 { return b.items[b.starts[i]:b.starts[i+1]] }

// turned are the baskets of each product: those of product p are list[starts[p]:starts[p+1]], ascending.
func (b *baskets) turned() (starts, list []int32) {
	starts = make([]int32, len(b.products)+1)
	for _, p := range b.items {
		starts[p+1]++
	}
	for p := range b.products {
		starts[p+1] += starts[p]
	}
	next := slices.Clone(starts)
	list = make([]int32, len(b.items))
	for i := range int32(b.count()) {
		for _, p := range b.of(i) {
			list[next[p]] = i
			next[p]++
		}
	}
	return starts, list
}

// pairs counts, product by product, what else is in its baskets. Only frequent products are counted, for a pair is never
// more frequent than either of its products (Agrawal and Srikant, Fast algorithms for mining association rules, 1994).
// That takes one counter a product beside the baskets themselves, however many pairs there are.
func (b *baskets) pairs(o BasketOptions) (found []Pair, frequent int) {
	starts, list := b.turned()
	n := float64(b.count())
	often := make([]bool, len(b.products))
	for p := range often {
		if often[p] = float64(starts[p+1]-starts[p])/n >= o.MinSupport; often[p] {
			frequent++
		}
	}
	counts := make([]int32, len(b.products))
	var touched []int32
	for a := range int32(len(b.products)) {
		if !often[a] || o.Product != 0 && b.products[a] != o.Product {
			continue
		}
		for _, i := range list[starts[a]:starts[a+1]] {
			of := b.of(i)
			if o.Product == 0 { // each pair once, from its smaller product
				at, _ := slices.BinarySearch(of, a)
				of = of[at:]
			}
			for _, c := range of {
				if counts[c] == 0 {
					touched = append(touched, c)
				}
				counts[c]++
			}
		}
		for _, c := range touched {
			if c != a && often[c] && float64(counts[c])/n >= o.MinSupport {
				na, nc := starts[a+1]-starts[a], starts[c+1]-starts[c]
				found = b.keep(found, o, a, c, counts[c], na, nc)
				if o.Product == 0 {
					found = b.keep(found, o, c, a, counts[c], nc, na)
				}
			}
			counts[c] = 0
		}
		touched = touched[:0]
	}
	return found, frequent
}

// keep adds the pair of two places if it is sure enough.
func (b *baskets) keep(found []Pair, o BasketOptions, a, c, both, na, nc int32) []Pair {
	p := pairOf(int(both), int(na), int(nc), b.count())
	if p.Confidence < o.MinConfidence {
		return found
	}
	p.A.ID, p.B.ID = b.products[a], b.products[c]
	return append(found, p)
}

// pairOf is the figures of a pair with so many baskets with both, with a, with b, and in all.
func pairOf(both, na, nb, all int) Pair {
	n := float64(all)
	p := Pair{Count: both, Support: float64(both) / n, Confidence: float64(both) / float64(na)}
	p.Lift = float64(both) * n / (float64(na) * float64(nb))
	p.Leverage = p.Support - float64(na)/n*(float64(nb)/n)
	if both < na {
		conviction := (1 - float64(nb)/n) / (1 - p.Confidence)
		p.Conviction = &conviction
	}
	return p
}
