package sheet

import (
	"cmp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// TestRanksKeepWhatCounts holds that what a list is read for goes last: an order's total, what can be sold of a product.
func TestRanksKeepWhatCounts(t *testing.T) {
	require.Equal(t, []string{"id", "customer", "total", "date", "status", "ref", "channel"}, keptFirst(Narrow(Orders)))
	require.Equal(t, []string{"sku", "available", "name", "on_hand", "reserved", "incoming", "value", "days_of_cover"}, keptFirst(Narrow(Stocks)))
	require.Equal(t, []string{"name", "total", "d90", "d61_90", "d31_60", "d1_30", "d0", "customer_id", "ref"}, keptFirst(Narrow(Receivables)))
	require.Equal(t, []string{"customer", "amount", "date"}, keptFirst(Narrow(Payments))[:3])
	require.Equal(t, []string{"name", "amount", "due_on"}, keptFirst(Narrow(OpenDues))[:3])
	require.Equal(t, []string{"number", "customer", "total"}, keptFirst(Narrow(Invoices))[:3])
	require.Equal(t, []string{"sku", "price", "name"}, keptFirst(Narrow(Products))[:3])
	require.Equal(t, []string{"id", "name", "phone"}, keptFirst(Narrow(Customers))[:3])
	require.Equal(t, []string{"name", "usable", "tier"}, keptFirst(Narrow(PointBalances(true)))[:3])
	require.Equal(t, []string{"code", "says", "from_on", "until_on"}, keptFirst(Narrow(PointRules(money.Wording{}))))
	require.Equal(t, Ranks(Orders), Ranks(lift(Orders, func(l *OrderLine) *sales.Order { return &l.Order })), "lifted columns keep their ranks")
}

// keptFirst are the names of columns, those that a table leaves out last first.
func keptFirst[T any](columns []Column[T]) (names []string) {
	columns = slices.Clone(columns)
	slices.SortStableFunc(columns, func(a, b Column[T]) int { return cmp.Compare(a.Rank, b.Rank) })
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}
