package sheet

import "github.com/perla-crm/perla/internal/insight"

// Profits are the columns of report profitability. Margin is a part of one.
var Profits = keeping([]Column[insight.Profit]{
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(p *insight.Profit) Value { return Int(p.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(p *insight.Profit) Value { return Text(p.Ref) }},
	{Name: "name", Get: func(p *insight.Profit) Value { return Text(p.Name) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return Money(p.Revenue) }},
	{Name: "cost", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return amount(p.Cost) }},
	{Name: "discounts", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return Money(p.Discounts) }},
	{Name: "points", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return Money(p.Points) }},
	{Name: "campaigns", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return Money(p.Campaigns) }},
	{Name: "service", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return Money(p.Service) }},
	{Name: "profit", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return amount(p.Profit) }},
	{Name: "margin", Kind: NumberKind, Get: func(p *insight.Profit) Value { return figure(p.Margin) }},
	{Name: "cumulative", Kind: MoneyKind, Get: func(p *insight.Profit) Value { return amount(p.Cumulative) }},
}, "name", "revenue", "profit", "margin", "cumulative", "cost")

// ProfitGroups are the columns of the report by what customers bring. Shares are parts of one.
var ProfitGroups = []Column[insight.ProfitGroup]{
	{Name: "group", Get: func(g *insight.ProfitGroup) Value { return Text(g.Group) }},
	{Name: "customers", Kind: IntKind, Get: func(g *insight.ProfitGroup) Value { return Int(int64(g.Customers)) }},
	{Name: "share", Kind: NumberKind, Get: func(g *insight.ProfitGroup) Value { return Number(g.Share) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(g *insight.ProfitGroup) Value { return Money(g.Revenue) }},
	{Name: "profit", Kind: MoneyKind, Get: func(g *insight.ProfitGroup) Value { return amount(g.Profit) }},
	{Name: "profit_share", Kind: NumberKind, Get: func(g *insight.ProfitGroup) Value { return figure(g.ProfitShare) }},
}
