package sales

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

func TestReceivables(t *testing.T) {
	b := newBook(t)
	asOf := day(t, "2026-11-22")
	inBook(t, b, func(tx *book.Tx) error {
		for _, name := range []string{"owes", "paid too much", "quits"} {
			if _, err := addCustomer(tx, name); err != nil {
				return err
			}
		}
		for i, daysAgo := range []int{0, 1, 30, 31, 60, 61, 90, 91} {
			if _, err := addOrder(tx, 1, asOf.AddDays(-daysAgo), money.Amount(1)<<i); err != nil {
				return err
			}
		}
		later, err := addOrder(tx, 1, asOf.AddDays(-200), 1000)
		if err != nil {
			return err
		}
		if err := setTerms(tx, later, Plan{Count: 2, From: asOf.AddDays(-3), Days: 10}.Dues(later, 1000)); err != nil {
			return err
		}
		for _, p := range []NewPayment{{Customer: 2, Amount: 70}, {Customer: 1, Amount: 100, Order: later}, {Customer: 3, Amount: 5}, {Customer: 3, Amount: -5}} {
			if _, err := insertPayment(tx, p); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		list, err := Receivables(v, asOf, 0, false)
		require.NoError(t, err)
		require.Equal(t, []Receivable{{CustomerID: 1, Name: "owes", Aged: [5]money.Amount{501, 406, 24, 96, 128}}}, list)
		require.EqualValues(t, 1155, list[0].Total())
		require.EqualValues(t, 654, list[0].Overdue())
		list, err = Receivables(v, asOf, 0, true)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.EqualValues(t, -70, list[1].Total())
		list, err = Receivables(v, asOf.AddDays(-92), 0, false)
		require.NoError(t, err)
		require.EqualValues(t, 1000, list[0].Aged[0], "an instalment agreed for a later day is not overdue")

		dues, err := OpenDues(v, asOf, asOf.AddDays(7), 0)
		require.NoError(t, err)
		require.Len(t, dues, 10)
		require.Equal(t, OpenDue{Due: Due{Order: 8, On: asOf.AddDays(-91), Amount: 128}, CustomerID: 1, Name: "owes", DaysOverdue: 91}, dues[0])
		require.Equal(t, asOf.AddDays(7), dues[9].On)
		require.Zero(t, dues[9].DaysOverdue)
		require.EqualValues(t, 400, dues[6].Amount, "what was paid of an instalment is not due")
		sooner, err := OpenDues(v, asOf, asOf.AddDays(6), 0)
		require.NoError(t, err)
		require.Equal(t, dues[:9], sooner)
		hers, err := OpenDues(v, asOf, 0, 1)
		require.NoError(t, err)
		require.Equal(t, dues, hers)
		none, err := OpenDues(v, asOf, 0, 2)
		require.NoError(t, err)
		require.Empty(t, none)
		return nil
	}))
}
