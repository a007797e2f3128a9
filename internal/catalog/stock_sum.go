package catalog

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/money"
)

// StockSum is what there is of the products of one category.
type StockSum struct {
	Category   string // "" where products have none
	Products   int64
	OnHand     int64
	Reserved   int64
	Available  int64
	Value      money.Amount
	ValueKnown bool // of every piece
}

// SumStock sums products that are tracked by category: the highest value first, those of which it is not known last.
func SumStock(list []Stock) []StockSum {
	var sums []StockSum
	at := map[string]int{}
	for i := range list {
		s := &list[i]
		if !s.Tracked {
			continue
		}
		n, known := at[s.Category]
		if !known {
			n = len(sums)
			at[s.Category] = n
			sums = append(sums, StockSum{Category: s.Category, ValueKnown: true})
		}
		sums[n].add(StockSum{Products: 1, OnHand: s.OnHand, Reserved: s.Reserved, Available: s.Available, Value: s.Value, ValueKnown: s.ValueKnown})
	}
	slices.SortFunc(sums, func(a, b StockSum) int {
		switch {
		case a.ValueKnown != b.ValueKnown && a.ValueKnown:
			return -1
		case a.ValueKnown != b.ValueKnown:
			return 1
		}
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Category, b.Category))
	})
	return sums
}

// TotalStock sums what SumStock gave.
func TotalStock(sums []StockSum) StockSum {
	total := StockSum{ValueKnown: true}
	for _, s := range sums {
		total.add(s)
	}
	return total
}

func (s *StockSum) add(more StockSum) {
	s.Products += more.Products
	s.OnHand += more.OnHand
	s.Reserved += more.Reserved
	s.Available += more.Available
	s.Value += more.Value
	s.ValueKnown = s.ValueKnown && more.ValueKnown
}
