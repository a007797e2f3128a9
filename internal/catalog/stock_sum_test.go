package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
)

func TestSumStock(t *testing.T) {
	stock := func(category string, onHand, reserved int64, value money.Amount, known bool) (s Stock) {
		s.Category = category
		s.Level = Level{Tracked: true, OnHand: onHand, Reserved: reserved, Available: onHand - reserved, Value: value, ValueKnown: known}
		return s
	}
	toCome := Stock{}
	toCome.Category, toCome.Incoming = "sun", 12
	sums := SumStock([]Stock{stock("face", 3, 1, 900, true), stock("", 2, 0, 900, true), stock("hair", 4, 0, 5000, false), stock("face", 1, 2, 100, true), stock("hair", 1, 0, 10, true), toCome})
	require.Equal(t, []StockSum{
		{Category: "face", Products: 2, OnHand: 4, Reserved: 3, Available: 1, Value: 1000, ValueKnown: true},
		{Category: "", Products: 1, OnHand: 2, Available: 2, Value: 900, ValueKnown: true},
		{Category: "hair", Products: 2, OnHand: 5, Available: 5, Value: 5010},
	}, sums)
	require.Equal(t, StockSum{Products: 5, OnHand: 11, Reserved: 3, Available: 8, Value: 6910}, TotalStock(sums))
	require.Empty(t, SumStock(nil))
}
