package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Stock is what there is of a product that is tracked or to come, and how long it lasts.
type Stock struct {
	Goods
	Sold int64 // pieces in the last coverDays days, less those that came back
}

// coverDays is how many days tell how fast a product sells.
const coverDays = 90

// AverageCost is what a piece of those on hand cost; false when that is not known, or there is none.
func (s *Stock) AverageCost() (money.Amount, bool) {
	w := worth{pieces: s.OnHand, value: s.Value}
	return w.part(1), s.ValueKnown && s.OnHand > 0
}

// DaysOfCover is how many days what is available lasts when it sells as in the last 90 days; false when none sold.
func (s *Stock) DaysOfCover() (float64, bool) {
	if s.Sold <= 0 || !s.Tracked {
		return 0, false
	}
	return float64(max(s.Available, 0)) * coverDays / float64(s.Sold), true
}

// sold is how many pieces of some products, or without ids of each, were sold in the last coverDays days up to a day, less
// those that came back, by the days of the orders. Historical orders count as any other.
func sold(v *book.View, day dates.Date, ids ...int64) (map[int64]int64, error) {
	which, args := all, []any{day.String()}
	if len(ids) > 0 {
		which, args = given, append(args, jsonIDs(ids))
	}
	pieces := map[int64]int64{}
	err := v.Each(func(r book.Row) error {
		pieces[r.Int(0)] = r.Int(1)
		return nil
	}, `product_id, n`, `(SELECT l.product_id, sum(l.quantity) AS n FROM `+which.orderLines()+`
		WHERE o.ordered_on > '`+day.AddDays(-coverDays).String()+`' AND o.ordered_on <= ?2
		AND (o.is_history OR o.original_id IS NOT NULL OR o.confirmed_on <= ?2) AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2)`+string(which)+` GROUP BY l.product_id)`, args...)
	return pieces, err
}

// stockSorts are what a list of stock can be sorted by. Rows without a value come last in either direction.
var stockSorts = []struct {
	name string
	key  func(*Stock) (float64, bool) // nil: by sku
}{
	{"sku", nil},
	{"on_hand", func(s *Stock) (float64, bool) { return float64(s.OnHand), s.Tracked }},
	{"reserved", func(s *Stock) (float64, bool) { return float64(s.Reserved), s.Tracked }},
	{"available", func(s *Stock) (float64, bool) { return float64(s.Available), s.Tracked }},
	{"incoming", func(s *Stock) (float64, bool) { return float64(s.Incoming), true }},
	{"value", func(s *Stock) (float64, bool) { return float64(s.Value), s.ValueKnown }},
	{"days_of_cover", (*Stock).DaysOfCover},
}

// StockSortNames are the columns a list of stock can be sorted by.
var StockSortNames = func() (names []string) {
	for _, s := range stockSorts {
		names = append(names, s.name)
	}
	return names
}()

// StockList is what there is of the products that options choose and that are tracked or to come: of archived ones only
// those with pieces left. Its order is one of StockSortNames.
func StockList(v *book.View, o ListOptions) ([]Stock, error) {
	day := cmp.Or(o.AsOf, v.Today())
	compare, err := stockOrder(o.Sort)
	if err != nil {
		return nil, err
	}
	if o.Limit < 0 {
		return nil, fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", o.Limit), "")
	}
	limit := o.Limit
	o.Sort, o.Limit, o.Tracked, o.State = "", 0, true, Everything
	pieces, err := sold(v, day)
	if err != nil {
		return nil, err
	}
	var list []Stock
	for g, err := range List(v, o) {
		if err != nil {
			return nil, err
		}
		if g.ArchivedOn.IsZero() || g.OnHand != 0 {
			list = append(list, Stock{Goods: g, Sold: pieces[g.ID]})
		}
	}
	slices.SortStableFunc(list, compare)
	if limit > 0 && len(list) > limit {
		list = list[:limit]
	}
	return list, nil
}

// StockOf is what there is of some products on a day; 0 is today.
func StockOf(v *book.View, day dates.Date, ids ...int64) ([]Stock, error) {
	goods, err := GoodsOf(v, day, ids...)
	if err != nil || len(goods) == 0 {
		return nil, err
	}
	pieces, err := sold(v, cmp.Or(day, v.Today()), ids...)
	list := make([]Stock, len(goods))
	for i, g := range goods {
		list[i] = Stock{Goods: g, Sold: pieces[g.ID]}
	}
	return list, err
}

func stockOrder(sort string) (func(a, b Stock) int, error) {
	name, descending := strings.CutPrefix(sort, "-")
	at := slices.IndexFunc(stockSorts, func(s struct {
		name string
		key  func(*Stock) (float64, bool)
	}) bool {
		return s.name == cmp.Or(name, "sku")
	})
	if at < 0 {
		return nil, &fault.Error{Kind: fault.Usage, Field: "--sort", Reason: fmt.Sprintf("%q is not one of %s", name, strings.Join(StockSortNames, ", "))}
	}
	sign := 1
	if descending {
		sign = -1
	}
	key := stockSorts[at].key
	return func(a, b Stock) int {
		if key == nil {
			return sign * cmp.Compare(a.SKU, b.SKU)
		}
		x, known := key(&a)
		y, other := key(&b)
		switch {
		case known != other && known:
			return -1
		case known != other:
			return 1
		case !known:
			return 0
		}
		return sign * cmp.Compare(x, y)
	}, nil
}

// StockRow is what there is of one product in one lot, as a file writes it.
type StockRow struct {
	SKU       string
	Lot       string
	ExpiresOn dates.Date
	Quantity  int64
	UnitCost  money.Decimal // the weighted average, with as many decimals as the worth of all pieces needs
	CostKnown bool
}

// ExportStock is what there is at the end of a day, by sku and lot. The same file booked as deliveries in a book of the
// same products makes the same stock of the same worth.
func ExportStock(v *book.View, day dates.Date) ([]StockRow, error) {
	lots, err := lotsOn(v, day, all)
	if err != nil {
		return nil, err
	}
	lots = slices.DeleteFunc(lots, func(l Lot) bool { return l.Quantity == 0 })
	var ids []int64
	for _, l := range lots {
		ids = append(ids, l.Product)
	}
	goods, err := GoodsOf(v, day, slices.Compact(ids)...)
	if err != nil {
		return nil, err
	}
	of, before := map[int64]*Goods{}, map[int64]int64{}
	for i := range goods {
		of[goods[i].ID] = &goods[i]
	}
	rows := make([]StockRow, len(lots))
	for i, l := range lots {
		g := of[l.Product]
		from := before[l.Product]
		before[l.Product] += l.Quantity
		rows[i] = StockRow{SKU: g.SKU, Lot: l.Name, ExpiresOn: l.ExpiresOn, Quantity: l.Quantity, CostKnown: g.ValueKnown,
			UnitCost: unitCost(money.Part(g.Value, from, from+l.Quantity, g.OnHand), l.Quantity, v.Settings().Currency.Decimals)}
	}
	slices.SortStableFunc(rows, func(a, b StockRow) int { return strings.Compare(a.SKU, b.SKU) })
	return rows, nil
}

// unitCost is what a piece costs of some that cost a sum together, with the fewest decimals, and at least those of the
// currency, from which the sum comes out again.
func unitCost(sum money.Amount, pieces int64, decimals int) money.Decimal {
	const enough = 1_000_000_000 // decimals of its own: more pieces no house has
	d := money.Decimal{Scale: decimals}
	for more := int64(1); ; more *= 10 {
		d.Digits = money.MulQuo(int64(sum), more, pieces)
		if back, err := d.Times(pieces, decimals); err == nil && back == sum || more == enough || d.Digits > 1<<58 {
			return d
		}
		d.Scale++
	}
}
