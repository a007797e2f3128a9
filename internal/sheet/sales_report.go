package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/insight"
)

// Sales are the columns of report sales.
var Sales = []Column[insight.Sales]{
	{Name: "key", Get: func(s *insight.Sales) Value { return Text(s.Key) }},
	{Name: "orders", Kind: IntKind, Get: func(s *insight.Sales) Value { return Int(s.Orders) }},
	{Name: "units", Kind: IntKind, Get: func(s *insight.Sales) Value {
		if s.Units == nil {
			return Value{}
		}
		return Int(*s.Units)
	}},
	{Name: "revenue", Kind: MoneyKind, Get: func(s *insight.Sales) Value { return Money(s.Revenue) }},
	{Name: "margin", Kind: MoneyKind, Get: func(s *insight.Sales) Value { return amount(s.Margin) }},
	{Name: "previous", Kind: MoneyKind, Get: func(s *insight.Sales) Value { return amount(s.Previous) }},
	{Name: "change_pct", Kind: NumberKind, Get: func(s *insight.Sales) Value { return figure(s.ChangePct) }},
}

// SalesNamed are the columns that report sales can show: those of Sales, and the name of a consultant, product or customer.
var SalesNamed = slices.Insert(slices.Clone(Sales), 1,
	Column[insight.Sales]{Name: "name", Get: func(s *insight.Sales) Value { return Text(s.Name) }})
