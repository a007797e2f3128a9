package sheet

import (
	"math"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/money"
)

// Duplicates are the columns of pairs of customers who may be one.
var Duplicates = append([]Column[contacts.Duplicate]{
	{Name: "score", Kind: DecimalKind, Get: func(d *contacts.Duplicate) Value {
		return Decimal(money.Decimal{Digits: int64(math.Round(100 * d.Score)), Scale: 2})
	}},
	{Name: "strength", Get: func(d *contacts.Duplicate) Value {
		if d.Strong {
			return Text("strong")
		}
		return Text("possible")
	}},
}, append(parties(func(d *contacts.Duplicate) (a, b *contacts.Party) { return &d.A, &d.B }),
	Column[contacts.Duplicate]{Name: "reasons", Get: func(d *contacts.Duplicate) Value { return Text(d.Reasons) }})...)

// Dismissals are the columns of pairs of customers who are not the same.
var Dismissals = append(parties(func(d *contacts.Dismissal) (a, b *contacts.Party) { return &d.A, &d.B }),
	Column[contacts.Dismissal]{Name: "dismissed_on", Kind: DateKind, Get: func(d *contacts.Dismissal) Value { return Date(d.On) }})

// MergedFields are the columns of what becomes of two customers.
var MergedFields = []Column[contacts.MergedField]{
	{Name: "field", Get: func(f *contacts.MergedField) Value { return Text(f.Field) }},
	{Name: "a", Get: func(f *contacts.MergedField) Value { return Text(f.A) }},
	{Name: "b", Get: func(f *contacts.MergedField) Value { return Text(f.B) }},
	{Name: "result", Get: func(f *contacts.MergedField) Value { return Text(f.Result) }},
}

// parties are the columns that name the two of a pair.
func parties[T any](of func(*T) (a, b *contacts.Party)) []Column[T] {
	first := func(p *T) *contacts.Party { a, _ := of(p); return a }
	second := func(p *T) *contacts.Party { _, b := of(p); return b }
	return []Column[T]{
		{Name: "a_id", Kind: IntKind, Get: func(p *T) Value { return Int(first(p).ID) }},
		{Name: "a", Get: func(p *T) Value { return Text(first(p).Name) }},
		{Name: "b_id", Kind: IntKind, Get: func(p *T) Value { return Int(second(p).ID) }},
		{Name: "b", Get: func(p *T) Value { return Text(second(p).Name) }},
	}
}
