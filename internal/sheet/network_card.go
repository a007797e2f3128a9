package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// ConsultantCards are what is shown of one consultant: who she is, and her dashboard.
var ConsultantCards = slices.Concat(
	lift(Consultants, func(d *insight.Dashboard) *network.Consultant { return &d.Consultant }),
	[]Column[insight.Dashboard]{
		{Name: "period", Get: func(d *insight.Dashboard) Value { return Text(d.Period.Code) }},
		dashboardMoney("own_sales", func(d *insight.Dashboard) money.Amount { return d.Own }),
		dashboardMoney("before", func(d *insight.Dashboard) money.Amount { return d.Before }),
		{Name: "trend", Get: func(d *insight.Dashboard) Value { return Text(string(d.Trend)) }},
		dashboardMoney("group_sales", func(d *insight.Dashboard) money.Amount { return d.Group }),
		dashboardMoney("margin", func(d *insight.Dashboard) money.Amount { return d.Margin }),
		dashboardMoney("commission", func(d *insight.Dashboard) money.Amount { return d.Commission }),
		dashboardCount("orders", func(d *insight.Dashboard) int64 { return d.Achieved.Orders }),
		dashboardCount("new_clients", func(d *insight.Dashboard) int64 { return d.Achieved.NewClients }),
		dashboardCount("new_consultants", func(d *insight.Dashboard) int64 { return d.Achieved.NewConsultants }),
	},
	dashboardGoals(),
	[]Column[insight.Dashboard]{
		dashboardCount("clients", func(d *insight.Dashboard) int64 { return d.Clients.All }),
		dashboardCount("active_clients", func(d *insight.Dashboard) int64 { return d.Clients.Active }),
		dashboardCount("at_risk_clients", func(d *insight.Dashboard) int64 { return d.Clients.AtRisk }),
	},
	lift(slices.Concat(Levels[4:5], Levels[7:]), dashboardLevel),
	[]Column[insight.Dashboard]{
		dashboardCount("points", func(d *insight.Dashboard) int64 { return d.Points.Usable }),
		dashboardCount("pending_points", func(d *insight.Dashboard) int64 { return d.Points.Pending }),
		dashboardCount("expiring_points", func(d *insight.Dashboard) int64 { return d.Points.Lapses }),
		{Name: "points_expire_on", Kind: DateKind, Get: func(d *insight.Dashboard) Value { return Date(d.Points.LapsesOn) }},
		dashboardCount("span", func(d *insight.Dashboard) int64 { return d.Span }),
		dashboardCount("team", func(d *insight.Dashboard) int64 { return d.Team }),
		dashboardCount("declining", func(d *insight.Dashboard) int64 { return d.Declining }),
		dashboardCount("emerging", func(d *insight.Dashboard) int64 { return d.Emerging }),
		dashboardCount("first_sale", func(d *insight.Dashboard) int64 { return d.FirstSale }),
		dashboardCount("no_sale", func(d *insight.Dashboard) int64 { return d.NoSale }),
	})

func dashboardMoney(name string, get func(*insight.Dashboard) money.Amount) Column[insight.Dashboard] {
	return Column[insight.Dashboard]{Name: name, Kind: MoneyKind, Get: func(d *insight.Dashboard) Value { return Money(get(d)) }}
}

func dashboardCount(name string, get func(*insight.Dashboard) int64) Column[insight.Dashboard] {
	return Column[insight.Dashboard]{Name: name, Kind: IntKind, Get: func(d *insight.Dashboard) Value { return Int(get(d)) }}
}

// dashboardGoals are a column for each kind of goal, empty where she has none.
func dashboardGoals() (columns []Column[insight.Dashboard]) {
	for _, kind := range network.GoalKinds {
		money := (&network.Goal{Kind: kind}).IsMoney()
		c := Column[insight.Dashboard]{Name: "goal_" + kind, Kind: IntKind}
		if money {
			c.Kind = MoneyKind
		}
		c.Get = func(d *insight.Dashboard) Value {
			for i := range d.Goals {
				if g := &d.Goals[i]; g.Kind == kind {
					return GoalFigure(&g.Goal, g.Target)
				}
			}
			return Value{}
		}
		columns = append(columns, c)
	}
	return columns
}

// GoalFigure is a figure in the unit of a goal.
func GoalFigure(g *network.Goal, n int64) Value {
	if g.IsMoney() {
		return Money(money.Amount(n))
	}
	return Int(n)
}

// dashboardLevel is where she stands as the list of levels has it.
func dashboardLevel(d *insight.Dashboard) *LevelRow {
	return &LevelRow{Standing: d.Standing, Period: d.Period.Code, Level: d.Level, Next: d.Next}
}
