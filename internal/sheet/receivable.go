package sheet

import "github.com/perla-crm/perla/internal/sales"

// Receivables are the columns of report receivables.
var Receivables = func() []Column[sales.Receivable] {
	columns := person(func(r *sales.Receivable) (int64, string, string) { return r.CustomerID, r.Ref, r.Name })
	for i, name := range []string{"d0", "d1_30", "d31_60", "d61_90", "d90"} {
		columns = append(columns, Column[sales.Receivable]{Name: name, Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Aged[i]) }})
	}
	return append(columns, Column[sales.Receivable]{Name: "total", Kind: MoneyKind, Get: func(r *sales.Receivable) Value { return Money(r.Total()) }})
}()
