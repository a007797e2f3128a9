package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

type sortRow struct {
	id   int64
	text string
	rate *float64
	unit money.Decimal
}

var sortColumns = []Column[sortRow]{
	{Name: "id", Kind: IntKind, Get: func(r *sortRow) Value { return Int(r.id) }},
	{Name: "text", Get: func(r *sortRow) Value { return Text(r.text) }},
	{Name: "rate", Kind: NumberKind, Get: func(r *sortRow) Value { return figure(r.rate) }},
	{Name: "unit", Kind: DecimalKind, Get: func(r *sortRow) Value { return Decimal(r.unit) }},
}

func TestSort(t *testing.T) {
	rows := func() []sortRow {
		return []sortRow{
			{1, "Zoe", new(0.5), money.Decimal{Digits: 25, Scale: 1}},
			{2, "", nil, money.Decimal{Digits: 3}},
			{3, "Álex", new(-2.5), money.Decimal{Digits: -1, Scale: 3}},
			{10, "bruno", new(0.5), money.Decimal{Digits: 2500, Scale: 3}},
		}
	}
	for by, want := range map[string][]int64{
		"id": {1, 2, 3, 10}, "-id": {10, 3, 2, 1},
		"text": {3, 10, 1, 2}, "-TEXT": {1, 10, 3, 2},
		"rate": {3, 1, 10, 2}, "-rate": {1, 10, 3, 2},
		"unit": {3, 1, 10, 2}, "-unit": {2, 1, 10, 3},
	} {
		list := rows()
		require.NoError(t, Sort(sortColumns, by, list))
		var got []int64
		for _, r := range list {
			got = append(got, r.id)
		}
		require.Equal(t, want, got, by)
	}
	require.ErrorContains(t, Sort(sortColumns, "rat", rows()), `unknown column "rat"`)
	require.NoError(t, Sort(sortColumns, "id", nil))
}
