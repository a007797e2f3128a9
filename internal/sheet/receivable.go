package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/sales"
)

// Receivables are the columns of report receivables.
var Receivables = func() []Column[sales.Receivable] {
	columns := person(func(r *sales.Receivable) (int64, string, string) { return r.CustomerID, r.Ref, r.Name })
	for i, name := range []string{"d0", "d1_30", "d31_60", "d61_90", "d90"} {
		columns = append(columns, Column[sales.Receivable]{Name: name, Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Aged[i]) }})
	}
	columns = append(columns, Column[sales.Receivable]{Name: "total", Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Total()) }})
	return keeping(columns, "name", "total", "d90", "d61_90", "d31_60", "d1_30", "d0")
}()

// OpenDues are the columns of what is not paid.
var OpenDues = keeping(slices.Concat([]Column[sales.OpenDue]{
	{Name: "order_id", Kind: IntKind, Get: func(d *sales.OpenDue) Value { return Int(d.Order) }},
	{Name: "order_ref", Get: func(d *sales.OpenDue) Value { return Text(d.OrderRef) }},
}, person(func(d *sales.OpenDue) (int64, string, string) { return d.CustomerID, d.Ref, d.Name }), []Column[sales.OpenDue]{
	{Name: "due_on", Kind: DateKind, Get: func(d *sales.OpenDue) Value { return Date(d.On) }},
	{Name: "days_overdue", Kind: IntKind, Get: func(d *sales.OpenDue) Value { return Int(int64(d.DaysOverdue)) }},
	{Name: "amount", Kind: MoneyKind, Get: func(d *sales.OpenDue) Value { return Money(d.Amount) }},
}), "name", "amount", "due_on", "days_overdue", "order_id", "order_ref")
