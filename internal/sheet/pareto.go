package sheet

import "github.com/perla-crm/perla/internal/insight"

// Pareto are the columns of report pareto. Shares are parts of one.
var Pareto = []Column[insight.Pareto]{
	{Name: "rank", Kind: IntKind, Get: func(p *insight.Pareto) Value { return Int(int64(p.Rank)) }},
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(p *insight.Pareto) Value { return Int(p.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(p *insight.Pareto) Value { return Text(p.Ref) }},
	{Name: "name", Get: func(p *insight.Pareto) Value { return Text(p.Name) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(p *insight.Pareto) Value { return Money(p.Revenue) }},
	{Name: "share", Kind: NumberKind, Get: func(p *insight.Pareto) Value { return figure(p.Share) }},
	{Name: "cumulative", Kind: NumberKind, Get: func(p *insight.Pareto) Value { return figure(p.Cumulative) }},
	{Name: "class", Get: func(p *insight.Pareto) Value { return Text(p.Class) }},
}

// ParetoClasses are the columns of the report by class.
var ParetoClasses = []Column[insight.ParetoClass]{
	{Name: "class", Get: func(c *insight.ParetoClass) Value { return Text(c.Class) }},
	{Name: "customers", Kind: IntKind, Get: func(c *insight.ParetoClass) Value { return Int(int64(c.Customers)) }},
	{Name: "share", Kind: NumberKind, Get: func(c *insight.ParetoClass) Value { return Number(c.Share) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(c *insight.ParetoClass) Value { return Money(c.Revenue) }},
	{Name: "revenue_share", Kind: NumberKind, Get: func(c *insight.ParetoClass) Value { return figure(c.RevenueShare) }},
	{Name: "mean_revenue", Kind: MoneyKind, Get: func(c *insight.ParetoClass) Value { return Money(c.MeanRevenue) }},
}
