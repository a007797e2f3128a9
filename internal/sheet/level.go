package sheet

import (
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// LevelRow is where a consultant stands in a period, and where she stood on an earlier day if that was asked.
type LevelRow struct {
	network.Member
	network.Standing
	Period    string
	Level     *network.Level // nil below the lowest
	Next      *network.Level // nil at the highest
	Before    *network.Level // what she had on the earlier day
	Change    string         // rose or fell since; "" where nothing was asked
	HasBefore bool
}

// Levels are the columns of a list of levels.
var Levels = keeping([]Column[LevelRow]{
	{Name: "id", Kind: IntKind, Get: func(r *LevelRow) Value { return Int(r.ID) }},
	{Name: "ref", Get: func(r *LevelRow) Value { return Text(r.Ref) }},
	{Name: "name", Get: func(r *LevelRow) Value { return Text(r.Name) }},
	{Name: "period", Get: func(r *LevelRow) Value { return Text(r.Period) }, Wide: true},
	{Name: "level", Get: func(r *LevelRow) Value { return levelName(r.Level) }},
	{Name: "own_sales", Kind: MoneyKind, Get: func(r *LevelRow) Value { return Money(r.Own) }},
	{Name: "group_sales", Kind: MoneyKind, Get: func(r *LevelRow) Value { return Money(r.Group) }},
	{Name: "next", Get: func(r *LevelRow) Value { return levelName(r.Next) }},
	{Name: "missing_own", Kind: MoneyKind, Get: func(r *LevelRow) Value { return missing(r, r.MissingOwn) }},
	{Name: "missing_group", Kind: MoneyKind, Get: func(r *LevelRow) Value { return missing(r, r.MissingGroup) }},
	{Name: "missing_course", Get: func(r *LevelRow) Value {
		if r.Next == nil || !r.MissingCourse {
			return Value{}
		}
		return Text(r.Next.CourseCode)
	}},
}, "name", "level", "next", "missing_own", "missing_group", "missing_course", "own_sales", "group_sales")

// LevelChanges are the columns of who rose and fell.
var LevelChanges = append(Levels[:5:5],
	Column[LevelRow]{Name: "before", Get: func(r *LevelRow) Value { return levelName(r.Before) }},
	Column[LevelRow]{Name: "change", Get: func(r *LevelRow) Value { return Text(r.Change) }},
	Levels[5], Levels[6])

func levelName(l *network.Level) Value {
	if l == nil {
		return Value{}
	}
	return Text(l.Name)
}

// missing is what somebody lacks of a threshold, empty where there is no next level.
func missing(r *LevelRow, amount money.Amount) Value {
	if r.Next == nil {
		return Value{}
	}
	return Money(amount)
}

// LevelSteps are the columns of the levels themselves.
var LevelSteps = []Column[network.Level]{
	{Name: "code", Get: func(l *network.Level) Value { return Text(l.Code) }},
	{Name: "name", Get: func(l *network.Level) Value { return Text(l.Name) }},
	{Name: "rank", Kind: IntKind, Get: func(l *network.Level) Value { return Int(l.Rank) }},
	{Name: "own_sales", Kind: MoneyKind, Get: func(l *network.Level) Value { return Money(l.OwnSales) }},
	{Name: "group_sales", Kind: MoneyKind, Get: func(l *network.Level) Value { return Money(l.GroupSales) }},
	{Name: "course", Get: func(l *network.Level) Value { return Text(l.CourseCode) }},
	{Name: "margin", Kind: DecimalKind, Get: func(l *network.Level) Value { return Decimal(percentOf(l.Margin)) }},
	{Name: "commission_rate", Kind: DecimalKind, Get: func(l *network.Level) Value { return Decimal(percentOf(l.CommissionRate)) }},
	{Name: "payment_days", Kind: IntKind, Get: func(l *network.Level) Value { return Int(l.PaymentDays) }},
}
