package sheet

import (
	"strconv"

	"github.com/perla-crm/perla/internal/insight"
)

// CohortHead are the columns of report cohort that do not depend on how many months there are.
var CohortHead = []Column[insight.Cohort]{
	{Name: "cohort", Get: func(c *insight.Cohort) Value { return Text(c.Month) }},
	{Name: "size", Kind: IntKind, Get: func(c *insight.Cohort) Value { return Int(int64(c.Size)) }},
}

// Cohorts are the columns of report cohort with so many months: m0, the month of the first purchase, m1, ... Each holds
// the figure named, customers, retention, revenue or orders; months that are not over are empty. A table that is too wide
// keeps the first months.
func Cohorts(figure string, months int) []Column[insight.Cohort] {
	columns := append([]Column[insight.Cohort]{}, CohortHead...)
	kind, get := cohortFigure(figure)
	for k := range months {
		columns = append(columns, Column[insight.Cohort]{Name: "m" + strconv.Itoa(k), Kind: kind, Rank: 1, Get: func(c *insight.Cohort) Value {
			if k >= len(c.Cells) {
				return Value{}
			}
			return get(c, k)
		}})
	}
	return columns
}

func cohortFigure(figure string) (Kind, func(c *insight.Cohort, k int) Value) {
	switch figure {
	case "retention":
		return NumberKind, func(c *insight.Cohort, k int) Value {
			share, _ := c.Retention(k)
			return Number(share)
		}
	case "revenue":
		return MoneyKind, func(c *insight.Cohort, k int) Value { return Money(c.Cells[k].Revenue) }
	case "orders":
		return IntKind, func(c *insight.Cohort, k int) Value { return Int(int64(c.Cells[k].Orders)) }
	}
	return IntKind, func(c *insight.Cohort, k int) Value { return Int(int64(c.Cells[k].Customers)) }
}

// CohortFigures are the figures that Cohorts takes, the default first.
var CohortFigures = []string{"customers", "retention", "revenue", "orders"}

// CohortMonths are the columns of the report by month of life.
var CohortMonths = []Column[insight.CohortMonth]{
	{Name: "month", Kind: IntKind, Get: func(m *insight.CohortMonth) Value { return Int(int64(m.Month)) }},
	{Name: "cohorts", Kind: IntKind, Get: func(m *insight.CohortMonth) Value { return Int(int64(m.Cohorts)) }},
	{Name: "customers", Kind: IntKind, Get: func(m *insight.CohortMonth) Value { return Int(int64(m.Customers)) }},
	{Name: "active", Kind: IntKind, Get: func(m *insight.CohortMonth) Value { return Int(int64(m.Active)) }},
	{Name: "retention", Kind: NumberKind, Get: func(m *insight.CohortMonth) Value { return Number(m.Retention) }},
	{Name: "orders", Kind: IntKind, Get: func(m *insight.CohortMonth) Value { return Int(int64(m.Orders)) }},
	{Name: "revenue", Kind: MoneyKind, Get: func(m *insight.CohortMonth) Value { return Money(m.Revenue) }},
}
