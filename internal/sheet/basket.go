package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/insight"
)

// Basket are the columns of report basket: who buys a buys b too. Products are named by their sku.
var Basket = keeping([]Column[insight.Pair]{
	{Name: "a", Get: func(p *insight.Pair) Value { return Text(p.A.SKU) }},
	{Name: "b", Get: func(p *insight.Pair) Value { return Text(p.B.SKU) }},
	{Name: "count", Kind: IntKind, Get: func(p *insight.Pair) Value { return Int(int64(p.Count)) }},
	{Name: "support", Kind: NumberKind, Get: func(p *insight.Pair) Value { return Number(p.Support) }},
	{Name: "confidence", Kind: NumberKind, Get: func(p *insight.Pair) Value { return Number(p.Confidence) }},
	{Name: "lift", Kind: NumberKind, Get: func(p *insight.Pair) Value { return Number(p.Lift) }},
	{Name: "leverage", Kind: NumberKind, Get: func(p *insight.Pair) Value { return Number(p.Leverage) }},
	{Name: "conviction", Kind: NumberKind, Get: func(p *insight.Pair) Value { return figure(p.Conviction) }},
}, "a", "b", "lift", "confidence", "count")

// BasketNamed are the columns that report basket can show: those of Basket, and the names of both products.
var BasketNamed = slices.Insert(slices.Clone(Basket), 2,
	Column[insight.Pair]{Name: "a_name", Wide: true, Get: func(p *insight.Pair) Value { return Text(p.A.Name) }},
	Column[insight.Pair]{Name: "b_name", Wide: true, Get: func(p *insight.Pair) Value { return Text(p.B.Name) }})

// BasketSummary are the columns of what the pairs were found among.
var BasketSummary = []Column[insight.BasketSummary]{
	{Name: "baskets", Kind: IntKind, Get: func(s *insight.BasketSummary) Value { return Int(int64(s.Baskets)) }},
	{Name: "products", Kind: IntKind, Get: func(s *insight.BasketSummary) Value { return Int(int64(s.Products)) }},
	{Name: "mean_products", Kind: NumberKind, Get: func(s *insight.BasketSummary) Value { return figure(s.Mean) }},
	{Name: "frequent", Kind: IntKind, Get: func(s *insight.BasketSummary) Value { return Int(int64(s.Frequent)) }},
	{Name: "pairs", Kind: IntKind, Get: func(s *insight.BasketSummary) Value { return Int(int64(s.Pairs)) }},
}
