package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Tiers are the columns of tiers; spent says that they count money, not points.
func Tiers(spent bool) []Column[loyalty.Tier] {
	return whole([]Column[loyalty.Tier]{
		{Name: "programme", Wide: true, Get: func(t *loyalty.Tier) Value { return Text(t.Programme) }},
		{Name: "code", Get: func(t *loyalty.Tier) Value { return Text(t.Code) }},
		{Name: "name", Get: func(t *loyalty.Tier) Value { return Text(t.Name) }},
		{Name: "threshold", Kind: tierKind(spent), Get: func(t *loyalty.Tier) Value { return tierValue(spent, t.Threshold) }},
		{Name: "factor", Kind: DecimalKind, Get: func(t *loyalty.Tier) Value { return Decimal(money.Decimal{Digits: t.Factor, Scale: 2}) }},
		{Name: "benefits", Get: func(t *loyalty.Tier) Value { return Text(t.Benefits) }},
		{Name: "from_on", Kind: DateKind, Get: func(t *loyalty.Tier) Value { return Date(t.From) }},
		{Name: "until_on", Kind: DateKind, Get: func(t *loyalty.Tier) Value { return Date(t.Until) }},
	}, "code")
}

// TierMember is somebody and where she stands among the tiers.
type TierMember struct {
	Person loyalty.Person
	Rung   loyalty.Rung
}

// TierMembers are the columns of who is in which tier.
func TierMembers(spent bool) []Column[TierMember] {
	return keeping(slices.Concat(holder(func(m *TierMember) *loyalty.Person { return &m.Person }), []Column[TierMember]{
		{Name: "tier", Get: func(m *TierMember) Value { return Text(m.Rung.Tier.Code) }},
		{Name: "value", Kind: tierKind(spent), Get: func(m *TierMember) Value { return tierValue(spent, m.Rung.Value) }},
		{Name: "kept_until", Kind: DateKind, Get: func(m *TierMember) Value { return Date(m.Rung.KeptUntil) }},
		{Name: "next_tier", Get: func(m *TierMember) Value { return Text(m.Rung.Next.Code) }},
		{Name: "missing", Kind: tierKind(spent), Get: func(m *TierMember) Value {
			if m.Rung.Next.Code == "" {
				return Value{}
			}
			return tierValue(spent, m.Rung.Missing)
		}},
	}), "name", "tier", "missing", "next_tier", "value")
}

// TierMove is somebody whose tier changed.
type TierMove struct {
	Person loyalty.Person
	Change loyalty.TierChange
}

// TierMoves are the columns of whose tier changed.
func TierMoves(spent bool) []Column[TierMove] {
	return keeping(slices.Concat(holder(func(m *TierMove) *loyalty.Person { return &m.Person }), []Column[TierMove]{
		{Name: "was", Get: func(m *TierMove) Value { return Text(m.Change.Was.Tier.Code) }},
		{Name: "now", Get: func(m *TierMove) Value { return Text(m.Change.Now.Tier.Code) }},
		{Name: "direction", Get: func(m *TierMove) Value {
			if m.Change.Up {
				return Text("up")
			}
			return Text("down")
		}},
		{Name: "value_was", Kind: tierKind(spent), Get: func(m *TierMove) Value { return tierValue(spent, m.Change.Was.Value) }},
		{Name: "value", Kind: tierKind(spent), Get: func(m *TierMove) Value { return tierValue(spent, m.Change.Now.Value) }},
	}), "name", "was", "now", "value", "value_was")
}

func tierKind(spent bool) Kind {
	if spent {
		return MoneyKind
	}
	return IntKind
}

func tierValue(spent bool, n int64) Value {
	if spent {
		return Money(money.Amount(n))
	}
	return Int(n)
}
