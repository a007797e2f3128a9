package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/insight"
)

// Values are the columns of report value. Shares are parts of one, and so is the risk.
var Values = keeping([]Column[insight.Value]{
	{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(c *insight.Value) Value { return Int(c.CustomerID) }},
	{Name: "ref", Wide: true, Get: func(c *insight.Value) Value { return Text(c.Ref) }},
	{Name: "name", Get: func(c *insight.Value) Value { return Text(c.Name) }},
	{Name: "actual", Kind: MoneyKind, Get: func(c *insight.Value) Value { return amount(c.Actual) }},
	{Name: "potential", Kind: MoneyKind, Get: func(c *insight.Value) Value { return amount(c.Potential) }},
	{Name: "share", Kind: NumberKind, Get: func(c *insight.Value) Value { return figure(c.Share) }},
	{Name: "strategic", Kind: IntKind, Get: func(c *insight.Value) Value { return Int(int64(c.Strategic())) }},
	{Name: "growth", Kind: MoneyKind, Get: func(c *insight.Value) Value { return amount(c.Growth) }},
	{Name: "risk", Kind: NumberKind, Get: func(c *insight.Value) Value { return figure(c.Risk) }},
	{Name: "service_level", Get: func(c *insight.Value) Value { return Text(c.Level) }},
}, "name", "actual", "service_level", "risk", "potential", "growth")

// ValuesTold are the columns that report value can show: those of Values, and what the strategic signals are.
var ValuesTold = slices.Concat(Values, []Column[insight.Value]{
	{Name: "complaints", Kind: IntKind, Get: func(c *insight.Value) Value { return Int(int64(c.Complaints)) }},
	{Name: "suggestions", Kind: IntKind, Get: func(c *insight.Value) Value { return Int(int64(c.Suggestions)) }},
	{Name: "referrals", Kind: IntKind, Get: func(c *insight.Value) Value { return Int(int64(c.Referrals)) }},
	{Name: "referral_sales", Kind: MoneyKind, Get: func(c *insight.Value) Value { return Money(c.ReferralsBuy) }},
	{Name: "year_margin", Kind: MoneyKind, Get: func(c *insight.Value) Value { return amount(c.YearMargin) }},
})

// ValueLevels are the columns of the report by service level.
var ValueLevels = []Column[insight.ValueLevel]{
	{Name: "service_level", Get: func(l *insight.ValueLevel) Value { return Text(l.Level) }},
	{Name: "customers", Kind: IntKind, Get: func(l *insight.ValueLevel) Value { return Int(int64(l.Customers)) }},
	{Name: "share", Kind: NumberKind, Get: func(l *insight.ValueLevel) Value { return Number(l.Share) }},
	{Name: "actual", Kind: MoneyKind, Get: func(l *insight.ValueLevel) Value { return amount(l.Actual) }},
	{Name: "actual_share", Kind: NumberKind, Get: func(l *insight.ValueLevel) Value { return figure(l.ActualShare) }},
	{Name: "strategic", Kind: IntKind, Get: func(l *insight.ValueLevel) Value { return Int(int64(l.Strategic)) }},
	{Name: "growth", Kind: MoneyKind, Get: func(l *insight.ValueLevel) Value { return amount(l.Growth) }},
	{Name: "mean_risk", Kind: NumberKind, Get: func(l *insight.ValueLevel) Value { return figure(l.MeanRisk) }},
}
