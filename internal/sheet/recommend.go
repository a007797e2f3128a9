package sheet

import "github.com/perla-crm/perla/internal/insight"

// Recommendations are the columns of recommend. reason says in words what because, count, of and lift say in figures.
var Recommendations = keeping([]Column[insight.Recommendation]{
	{Name: "sku", Get: func(r *insight.Recommendation) Value { return Text(r.Item.SKU) }},
	{Name: "name", Get: func(r *insight.Recommendation) Value { return Text(r.Item.Name) }},
	{Name: "because", Wide: true, Get: func(r *insight.Recommendation) Value { return Text(r.Because.SKU) }},
	{Name: "count", Kind: IntKind, Wide: true, Get: func(r *insight.Recommendation) Value { return Int(int64(r.Count)) }},
	{Name: "of", Kind: IntKind, Wide: true, Get: func(r *insight.Recommendation) Value { return Int(int64(r.Of)) }},
	{Name: "confidence", Kind: NumberKind, Wide: true, Get: func(r *insight.Recommendation) Value { return Number(r.Confidence) }},
	{Name: "lift", Kind: NumberKind, Wide: true, Get: func(r *insight.Recommendation) Value { return figure(r.Lift) }},
	{Name: "score", Kind: NumberKind, Wide: true, Get: func(r *insight.Recommendation) Value { return Number(r.Score) }},
	{Name: "reason", Get: func(r *insight.Recommendation) Value { return Text(r.Reason()) }},
}, "sku", "reason", "name")
