package sheet

import (
	"fmt"

	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// Network are the columns of report network, a row a consultant.
var Network = keeping([]Column[insight.NetworkMember]{
	{Name: "id", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.ID) }},
	{Name: "ref", Get: func(m *insight.NetworkMember) Value { return Text(m.Ref) }},
	{Name: "name", Get: func(m *insight.NetworkMember) Value { return Text(m.Name) }},
	{Name: "sponsor", Wide: true, Get: func(m *insight.NetworkMember) Value { return Text(m.Sponsor.Key) }},
	{Name: "status", Wide: true, Get: func(m *insight.NetworkMember) Value { return Text(m.Status) }},
	{Name: "joined_on", Kind: DateKind, Wide: true, Get: func(m *insight.NetworkMember) Value { return Date(m.JoinedOn) }},
	{Name: "level", Get: func(m *insight.NetworkMember) Value { return levelName(m.Level) }},
	{Name: "own_sales", Kind: MoneyKind, Get: func(m *insight.NetworkMember) Value { return Money(m.Own) }},
	{Name: "before", Kind: MoneyKind, Get: func(m *insight.NetworkMember) Value { return Money(m.Before) }},
	{Name: "trend", Get: func(m *insight.NetworkMember) Value { return Text(string(m.Trend)) }},
	{Name: "group_sales", Kind: MoneyKind, Get: func(m *insight.NetworkMember) Value { return Money(m.Group) }},
	{Name: "clients", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.Clients.All) }},
	{Name: "active_clients", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.Clients.Active) }},
	{Name: "at_risk_clients", Kind: IntKind, Wide: true, Get: func(m *insight.NetworkMember) Value { return Int(m.Clients.AtRisk) }},
	{Name: "depth", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.Depth) }},
	{Name: "span", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.Span) }},
	{Name: "team", Kind: IntKind, Get: func(m *insight.NetworkMember) Value { return Int(m.Team) }},
	{Name: "below", Kind: IntKind, Wide: true, Get: func(m *insight.NetworkMember) Value { return Int(m.Below) }},
}, "name", "level", "own_sales", "group_sales", "trend", "team", "clients", "active_clients", "before", "span", "depth")

// NetworkGroups are the columns of report network --by, the first one named after what it is by.
func NetworkGroups(way string) []Column[insight.NetworkGroup] {
	first := Column[insight.NetworkGroup]{Name: way, Get: func(g *insight.NetworkGroup) Value { return Text(g.Key) }}
	columns := []Column[insight.NetworkGroup]{first,
		{Name: "consultants", Kind: IntKind, Get: func(g *insight.NetworkGroup) Value { return Int(g.Consultants) }},
		{Name: "active", Kind: IntKind, Get: func(g *insight.NetworkGroup) Value { return Int(g.Active) }},
		{Name: "selling", Kind: IntKind, Get: func(g *insight.NetworkGroup) Value { return Int(g.Selling) }},
		{Name: "own_sales", Kind: MoneyKind, Get: func(g *insight.NetworkGroup) Value { return Money(g.Own) }},
		{Name: "share", Kind: DecimalKind, Get: func(g *insight.NetworkGroup) Value { return share(int64(g.Own), int64(g.All)) }},
		{Name: "sales_each", Kind: MoneyKind, Get: func(g *insight.NetworkGroup) Value {
			return Money(money.Amount(money.MulQuo(int64(g.Own), 1, g.Consultants)))
		}},
	}
	if way != "cohort" {
		return append(columns,
			Column[insight.NetworkGroup]{Name: "clients", Kind: IntKind, Get: func(g *insight.NetworkGroup) Value { return Int(g.Clients.All) }},
			Column[insight.NetworkGroup]{Name: "active_clients", Kind: IntKind, Get: func(g *insight.NetworkGroup) Value { return Int(g.Clients.Active) }},
			Column[insight.NetworkGroup]{Name: "span_each", Kind: DecimalKind, Get: func(g *insight.NetworkGroup) Value { return each(g.Span, g.Consultants) }},
			Column[insight.NetworkGroup]{Name: "team_each", Kind: DecimalKind, Get: func(g *insight.NetworkGroup) Value { return each(g.Team, g.Consultants) }})
	}
	for i, after := range insight.CohortMonths {
		columns = append(columns, Column[insight.NetworkGroup]{Name: fmt.Sprintf("m%d", after), Kind: DecimalKind, Get: func(g *insight.NetworkGroup) Value {
			if !g.Retained[i].Known {
				return Value{}
			}
			return share(g.Retained[i].Sold, g.Consultants)
		}})
	}
	return columns
}

// share is a percentage of a whole, empty where there is no whole.
func share(part, whole int64) Value {
	hundredths, ok := insight.Part(part, whole)
	if !ok {
		return Value{}
	}
	return Decimal(percentOf(hundredths))
}

// each is a mean with two decimals, rounded half to even.
func each(sum, n int64) Value { return Decimal(percentOf(money.MulQuo(sum, 100, n))) }

// CommissionRow is what a period comes to for a consultant.
type CommissionRow struct {
	network.Member
	network.Earning
	Period network.Period
	State  string // open, over, paid
	Level  *network.Level
	Sales  money.Amount // her own
}

// Commissions are the columns of report commissions.
var Commissions = keeping([]Column[CommissionRow]{
	{Name: "period", Get: func(r *CommissionRow) Value { return Text(r.Period.Code) }},
	{Name: "state", Get: func(r *CommissionRow) Value { return Text(r.State) }},
	{Name: "id", Kind: IntKind, Wide: true, Get: func(r *CommissionRow) Value { return Int(r.ID) }},
	{Name: "ref", Get: func(r *CommissionRow) Value { return Text(r.Ref) }},
	{Name: "name", Get: func(r *CommissionRow) Value { return Text(r.Name) }},
	{Name: "level", Wide: true, Get: func(r *CommissionRow) Value { return levelName(r.Level) }},
	{Name: "own_sales", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Sales) }},
	{Name: "own", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Own) }},
	{Name: "overrides", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Override) }},
	{Name: "incentives", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Bonus) }},
	{Name: "reversals", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Reversed) }},
	{Name: "commission", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Commission()) }},
	{Name: "carried", Kind: MoneyKind, Wide: true, Get: func(r *CommissionRow) Value { return Money(r.Carried) }},
	{Name: "paid", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Paid) }},
	{Name: "payable", Kind: MoneyKind, Get: func(r *CommissionRow) Value { return Money(r.Payable()) }},
	{Name: "paid_on", Kind: DateKind, Wide: true, Get: func(r *CommissionRow) Value { return Date(r.PaidOn) }},
}, "name", "commission", "payable", "paid", "own_sales", "own", "overrides", "incentives", "reversals")
