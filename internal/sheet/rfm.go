package sheet

import (
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
)

// RFM are the columns of the RFM report: a prospect has a segment and no figures.
var RFM = []Column[insight.RFM]{
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *insight.RFM) Value { return Int(c.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(c *insight.RFM) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *insight.RFM) Value { return Text(c.Name) }},
	{Name: "last_order", Kind: DateKind, Wide: true, Get: func(c *insight.RFM) Value { return Date(c.LastOrder) }},
	{Name: "recency_days", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.RecencyDays) }},
	{Name: "frequency", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.Frequency) }},
	{Name: "monetary", Kind: MoneyKind, Get: func(c *insight.RFM) Value {
		if !c.Scored() {
			return Value{}
		}
		return Money(c.Monetary)
	}},
	{Name: "r", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.R) }},
	{Name: "f", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.F) }},
	{Name: "m", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.M) }},
	{Name: "score", Kind: IntKind, Get: func(c *insight.RFM) Value { return scored(c, c.Score) }},
	{Name: "segment", Get: func(c *insight.RFM) Value { return Text(c.Segment) }},
}

func scored(c *insight.RFM, figure int) Value {
	if !c.Scored() {
		return Value{}
	}
	return Int(int64(figure))
}

// RFMSummary are the columns of the report by segment. Shares are parts of one.
var RFMSummary = []Column[insight.RFMSegmentSummary]{
	{Name: "segment", Get: func(s *insight.RFMSegmentSummary) Value { return Text(s.Segment) }},
	{Name: "customers", Kind: IntKind, Get: func(s *insight.RFMSegmentSummary) Value { return Int(int64(s.Customers)) }},
	{Name: "share", Kind: NumberKind, Get: func(s *insight.RFMSegmentSummary) Value { return Number(s.Share) }},
	{Name: "orders", Kind: IntKind, Wide: true, Get: func(s *insight.RFMSegmentSummary) Value { return Int(int64(s.Orders)) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(s *insight.RFMSegmentSummary) Value { return Money(s.Revenue) }},
	{Name: "revenue_share", Kind: NumberKind, Get: func(s *insight.RFMSegmentSummary) Value { return figure(s.RevenueShare) }},
	{Name: "mean_recency_days", Kind: NumberKind, Get: func(s *insight.RFMSegmentSummary) Value { return figure(s.MeanRecencyDays) }},
	{Name: "mean_order", Kind: MoneyKind, Get: func(s *insight.RFMSegmentSummary) Value { return amount(s.MeanOrder) }},
}

// RFMBins are the columns of the limits between scores, ascending in each measure.
var RFMBins = []Column[insight.RFMBin]{
	{Name: "bin", Kind: IntKind, Get: func(b *insight.RFMBin) Value { return Int(int64(b.Bin)) }},
	{Name: "recency_lower", Kind: NumberKind, Get: func(b *insight.RFMBin) Value { return figure(b.RecencyLower) }},
	{Name: "recency_upper", Kind: NumberKind, Get: func(b *insight.RFMBin) Value { return figure(b.RecencyUpper) }},
	{Name: "frequency_lower", Kind: NumberKind, Get: func(b *insight.RFMBin) Value { return figure(b.FrequencyLower) }},
	{Name: "frequency_upper", Kind: NumberKind, Get: func(b *insight.RFMBin) Value { return figure(b.FrequencyUpper) }},
	{Name: "monetary_lower", Kind: MoneyKind, Get: func(b *insight.RFMBin) Value { return amount(b.MonetaryLower) }},
	{Name: "monetary_upper", Kind: MoneyKind, Get: func(b *insight.RFMBin) Value { return amount(b.MonetaryUpper) }},
}

// RFMMoves are the columns of the report between two days.
var RFMMoves = []Column[insight.RFMMove]{
	{Name: "from", Get: func(m *insight.RFMMove) Value { return Text(m.From) }},
	{Name: "to", Get: func(m *insight.RFMMove) Value { return Text(m.To) }},
	{Name: "customers", Kind: IntKind, Get: func(m *insight.RFMMove) Value { return Int(int64(m.Customers)) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(m *insight.RFMMove) Value { return Money(m.Revenue) }},
}

// figure is empty where there is none.
func figure(x *float64) Value {
	if x == nil {
		return Value{}
	}
	return Number(*x)
}

func amount(a *money.Amount) Value {
	if a == nil {
		return Value{}
	}
	return Money(*a)
}
