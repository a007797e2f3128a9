package sales

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

func TestMoves(t *testing.T) {
	for _, c := range []struct {
		at    Standing
		says  string
		legal string
	}{
		{Standing{Pieces: 2}, "a quote", "edit, confirm, cancel"},
		{Standing{Confirmed: true, Pieces: 2}, "confirmed", "ship, invoice, pay, cancel"},
		{Standing{Confirmed: true, Pieces: 2, Shipped: 1}, "confirmed, shipped in part (1 of 2)", "ship, invoice, pay, return"},
		{Standing{Confirmed: true, Pieces: 2, Invoiced: true}, "confirmed, invoiced", "ship, pay"},
		{Standing{Confirmed: true, Pieces: 2, Shipped: 2, Invoiced: true}, "confirmed, shipped, invoiced", "pay, return"},
		{Standing{Confirmed: true, Pieces: 2, Shipped: 2, Returned: 1}, "confirmed, shipped, returned in part (1 of 2)", "invoice, pay, return"},
		{Standing{Confirmed: true, Pieces: 2, Shipped: 2, Returned: 2, Whole: true}, "returned", ""},
		{Standing{Confirmed: true, Cancelled: true, Pieces: 2}, "cancelled", ""},
		{Standing{Confirmed: true, History: true, Invoiced: true, Pieces: 2, Shipped: 2}, "history, shipped and paid", "return"},
		{Standing{Confirmed: true, Return: true}, "a return", ""},
	} {
		require.Equal(t, c.says, c.at.String())
		require.Equal(t, c.legal, joinMoves(c.at.Legal()), c.says)
		for _, m := range moves {
			err := c.at.Allow(m.move)
			if c.at.legal(m.move) {
				require.NoError(t, err)
				continue
			}
			require.Equal(t, fault.Conflict, fault.KindOf(err))
			require.ErrorContains(t, err, c.says)
		}
	}
	require.Len(t, MoveTable(), len(moves))
}
