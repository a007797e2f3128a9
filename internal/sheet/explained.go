package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/loyalty"
)

// PointsExplained are the columns of why points are what they are.
var PointsExplained = []Column[loyalty.Explained]{
	{Name: "programme", Wide: true, Get: func(e *loyalty.Explained) Value { return Text(e.Programme) }},
	{Name: "step", Get: func(e *loyalty.Explained) Value { return Text(e.Step) }},
	{Name: "rule", Get: func(e *loyalty.Explained) Value { return Text(e.Rule) }},
	{Name: "entry_id", Kind: IntKind, Get: func(e *loyalty.Explained) Value { return aboveZero(e.Entry) }},
	{Name: "lot_id", Kind: IntKind, Get: func(e *loyalty.Explained) Value { return aboveZero(e.Lot) }},
	{Name: "order_id", Kind: IntKind, Get: func(e *loyalty.Explained) Value { return aboveZero(e.Order) }},
	{Name: "date", Kind: DateKind, Get: func(e *loyalty.Explained) Value { return Date(e.On) }},
	{Name: "expires_on", Kind: DateKind, Get: func(e *loyalty.Explained) Value { return Date(e.Until) }},
	{Name: "money", Kind: MoneyKind, Get: func(e *loyalty.Explained) Value {
		if e.Money == nil {
			return Value{}
		}
		return Money(*e.Money)
	}},
	{Name: "points", Get: func(e *loyalty.Explained) Value { return Text(e.Points) }},
	{Name: "left", Kind: IntKind, Get: func(e *loyalty.Explained) Value {
		if e.Left == nil {
			return Value{}
		}
		return Int(*e.Left)
	}},
	{Name: "why", Get: func(e *loyalty.Explained) Value { return Text(e.Why) }},
}

// PointLiabilities are the columns of what is owed in points.
var PointLiabilities = []Column[loyalty.Liability]{
	{Name: "programme", Get: func(l *loyalty.Liability) Value { return Text(l.Programme) }},
	{Name: "expires", Get: func(l *loyalty.Liability) Value {
		if l.Month == 0 {
			return Text("never")
		}
		return Text(l.Month.String()[:7])
	}},
	{Name: "usable", Kind: IntKind, Get: func(l *loyalty.Liability) Value { return Int(l.Usable) }},
	{Name: "value", Kind: MoneyKind, Get: func(l *loyalty.Liability) Value { return Money(l.Value) }},
	{Name: "pending", Kind: IntKind, Get: func(l *loyalty.Liability) Value { return Int(l.Pending) }},
	{Name: "people", Kind: IntKind, Get: func(l *loyalty.Liability) Value { return Int(l.Accounts) }},
}

// PointCohorts are the columns of what became of points by the month in which they came.
var PointCohorts = []Column[loyalty.Cohort]{
	{Name: "programme", Get: func(c *loyalty.Cohort) Value { return Text(c.Programme) }},
	{Name: "month", Get: func(c *loyalty.Cohort) Value { return Text(c.Month.String()[:7]) }},
	{Name: "earned", Kind: IntKind, Get: func(c *loyalty.Cohort) Value { return Int(c.Earned) }},
	{Name: "expired", Kind: IntKind, Get: func(c *loyalty.Cohort) Value { return Int(c.Expired) }},
	{Name: "breakage", Kind: NumberKind, Get: func(c *loyalty.Cohort) Value {
		share, ok := c.Breakage()
		if !ok {
			return Value{}
		}
		return Number(share)
	}},
	{Name: "spent", Kind: IntKind, Get: func(c *loyalty.Cohort) Value { return Int(c.Spent) }},
	{Name: "left", Kind: IntKind, Get: func(c *loyalty.Cohort) Value { return Int(c.Left) }},
}

// SimulatedPoints is what somebody earns by the rules of the book and by others.
type SimulatedPoints struct {
	Person    loyalty.Person
	Simulated loyalty.Simulated
}

// PointsSimulated are the columns of a simulation.
var PointsSimulated = slices.Concat(holder(func(s *SimulatedPoints) *loyalty.Person { return &s.Person }), []Column[SimulatedPoints]{
	{Name: "orders", Kind: IntKind, Get: func(s *SimulatedPoints) Value { return Int(s.Simulated.Orders) }},
	{Name: "was", Kind: IntKind, Get: func(s *SimulatedPoints) Value { return Int(s.Simulated.Was) }},
	{Name: "now", Kind: IntKind, Get: func(s *SimulatedPoints) Value { return Int(s.Simulated.Now) }},
	{Name: "change", Kind: IntKind, Get: func(s *SimulatedPoints) Value { return Int(s.Simulated.Change()) }},
})

// Simulations are the columns of what a simulation comes to.
var Simulations = []Column[loyalty.Simulation]{
	{Name: "programme", Get: func(s *loyalty.Simulation) Value { return Text(s.Programme) }},
	{Name: "from", Kind: DateKind, Get: func(s *loyalty.Simulation) Value { return Date(s.From) }},
	{Name: "orders", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Orders) }},
	{Name: "was", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Was) }},
	{Name: "now", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Now) }},
	{Name: "change", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Now - s.Was) }},
	{Name: "cost", Kind: MoneyKind, Get: func(s *loyalty.Simulation) Value { return Money(s.Cost()) }},
	{Name: "winners", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Won()) }},
	{Name: "losers", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(s.Lost()) }},
	{Name: "same", Kind: IntKind, Get: func(s *loyalty.Simulation) Value { return Int(int64(len(s.Accounts)) - s.Won() - s.Lost()) }},
}

// StatementFile says which file has whose statement.
type StatementFile struct {
	Account    loyalty.Account
	Name, File string
}

// StatementFiles are the columns of the index of statements.
func StatementFiles(programme string) []Column[StatementFile] {
	id := Column[StatementFile]{Name: "customer_id", Kind: IntKind, Get: func(f *StatementFile) Value { return Int(f.Account.Customer) }}
	if programme == loyalty.Consultants {
		id = Column[StatementFile]{Name: "consultant_id", Kind: IntKind, Get: func(f *StatementFile) Value { return Int(f.Account.Consultant) }}
	}
	return []Column[StatementFile]{id,
		{Name: "name", Get: func(f *StatementFile) Value { return Text(f.Name) }},
		{Name: "file", Get: func(f *StatementFile) Value { return Text(f.File) }},
	}
}
