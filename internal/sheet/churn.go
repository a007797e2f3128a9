package sheet

import "github.com/perla-crm/perla/internal/insight"

// Churns are the columns of report churn: fixed and rhythm are active, at_risk or inactive, empty where nothing can be said.
var Churns = keeping([]Column[insight.Churn]{
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *insight.Churn) Value { return Int(c.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(c *insight.Churn) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *insight.Churn) Value { return Text(c.Name) }},
	{Name: "recency_days", Kind: IntKind, Get: func(c *insight.Churn) Value { return Int(int64(c.RecencyDays)) }},
	{Name: "own_gap", Kind: NumberKind, Get: func(c *insight.Churn) Value { return figure(c.OwnGap) }},
	{Name: "fixed", Get: func(c *insight.Churn) Value { return Text(string(c.Fixed)) }},
	{Name: "rhythm", Get: func(c *insight.Churn) Value { return Text(string(c.Rhythm)) }},
	{Name: "p_alive", Kind: NumberKind, Get: func(c *insight.Churn) Value { return figure(c.PAlive) }},
	{Name: "money_at_risk", Kind: MoneyKind, Get: func(c *insight.Churn) Value { return Money(c.MoneyAtRisk) }},
}, "name", "rhythm", "money_at_risk", "recency_days", "fixed", "p_alive")

// ChurnSummary are the columns of the definitions side by side. Churn is a part of one; from and until are of period churn.
var ChurnSummary = []Column[insight.ChurnSummary]{
	{Name: "definition", Get: func(s *insight.ChurnSummary) Value { return Text(s.Definition) }},
	{Name: "from", Kind: DateKind, Wide: true, Get: func(s *insight.ChurnSummary) Value { return Date(s.From) }},
	{Name: "until", Kind: DateKind, Wide: true, Get: func(s *insight.ChurnSummary) Value { return Date(s.To) }},
	{Name: "customers", Kind: IntKind, Get: func(s *insight.ChurnSummary) Value { return Int(int64(s.Customers)) }},
	{Name: "active", Kind: IntKind, Get: func(s *insight.ChurnSummary) Value { return Int(int64(s.Active)) }},
	{Name: "at_risk", Kind: IntKind, Get: func(s *insight.ChurnSummary) Value {
		if s.AtRisk == nil {
			return Value{}
		}
		return Int(int64(*s.AtRisk))
	}},
	{Name: "inactive", Kind: IntKind, Get: func(s *insight.ChurnSummary) Value { return Int(int64(s.Inactive)) }},
	{Name: "churn", Kind: NumberKind, Get: func(s *insight.ChurnSummary) Value { return figure(s.Churn) }},
	{Name: "money_at_risk", Kind: MoneyKind, Get: func(s *insight.ChurnSummary) Value { return amount(s.MoneyAtRisk) }},
}
