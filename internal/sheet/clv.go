package sheet

import "github.com/perla-crm/perla/internal/insight"

// CLV are the columns of the report of customer lifetime value. t_x and T are in the unit of the report.
var CLV = keeping([]Column[insight.CLV]{
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *insight.CLV) Value { return Int(c.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(c *insight.CLV) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *insight.CLV) Value { return Text(c.Name) }},
	{Name: "x", Kind: IntKind, Get: func(c *insight.CLV) Value { return Int(int64(c.X)) }},
	{Name: "t_x", Kind: NumberKind, Get: func(c *insight.CLV) Value { return Number(c.Tx) }},
	{Name: "T", Kind: NumberKind, Get: func(c *insight.CLV) Value { return Number(c.T) }},
	{Name: "p_alive", Kind: NumberKind, Get: func(c *insight.CLV) Value { return figure(c.PAlive) }},
	{Name: "expected_purchases", Kind: NumberKind, Get: func(c *insight.CLV) Value { return figure(c.Expected) }},
	{Name: "expected_value", Kind: MoneyKind, Get: func(c *insight.CLV) Value { return amount(c.Value) }},
	{Name: "clv", Kind: MoneyKind, Get: func(c *insight.CLV) Value { return amount(c.CLV) }},
}, "name", "clv", "p_alive", "expected_purchases", "expected_value", "x")

// CLVFit are the columns of what the fit found.
var CLVFit = []Column[insight.CLVParameter]{
	{Name: "model", Get: func(p *insight.CLVParameter) Value { return Text(p.Model) }},
	{Name: "parameter", Get: func(p *insight.CLVParameter) Value { return Text(p.Parameter) }},
	{Name: "value", Kind: NumberKind, Get: func(p *insight.CLVParameter) Value { return Number(p.Value) }},
}

// CLVSummary are the columns of the report by outlook. Shares are parts of one.
var CLVSummary = []Column[insight.CLVSummary]{
	{Name: "outlook", Get: func(s *insight.CLVSummary) Value { return Text(s.Outlook) }},
	{Name: "customers", Kind: IntKind, Get: func(s *insight.CLVSummary) Value { return Int(int64(s.Customers)) }},
	{Name: "share", Kind: NumberKind, Get: func(s *insight.CLVSummary) Value { return Number(s.Share) }},
	{Name: "expected_purchases", Kind: NumberKind, Get: func(s *insight.CLVSummary) Value { return figure(s.Expected) }},
	{Name: "clv", Kind: MoneyKind, Get: func(s *insight.CLVSummary) Value { return amount(s.CLV) }},
	{Name: "clv_share", Kind: NumberKind, Get: func(s *insight.CLVSummary) Value { return figure(s.CLVShare) }},
}

// CLVCalibration are the columns of the test of a fit against what happened since. Purchases are means of a customer.
var CLVCalibration = []Column[insight.CLVCalibration]{
	{Name: "repeats", Get: func(c *insight.CLVCalibration) Value { return Text(c.Repeats) }},
	{Name: "customers", Kind: IntKind, Get: func(c *insight.CLVCalibration) Value { return Int(int64(c.Customers)) }},
	{Name: "actual", Kind: NumberKind, Get: func(c *insight.CLVCalibration) Value { return Number(c.Actual) }},
	{Name: "predicted", Kind: NumberKind, Get: func(c *insight.CLVCalibration) Value { return figure(c.Predicted) }},
	{Name: "error", Kind: NumberKind, Get: func(c *insight.CLVCalibration) Value { return figure(c.Error) }},
	{Name: "mean_abs_error", Kind: NumberKind, Get: func(c *insight.CLVCalibration) Value { return figure(c.AbsError) }},
}
