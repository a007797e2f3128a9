package loyalty

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestTransferKeepsTheLastDays(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.earn(ana, 30, 1, "2024-01-01", "2024-01-01", "2024-06-30")
	s.earn(ana, 30, 2, "2024-01-01", "2024-01-01", "")
	move := func(from, to Account, points int64) error {
		return s.write(func(tx *book.Tx) error { _, err := Transfer(tx, from, to, points, 0, "twins"); return err })
	}
	require.NoError(t, move(ana, bea, 40))
	require.Equal(t, [3]int64{20}, s.has(ana, "2024-06-01"))
	require.Equal(t, [3]int64{40}, s.has(bea, "2024-06-01"))
	require.Equal(t, [3]int64{}, s.has(bea, "2024-05-31"))
	require.Equal(t, [3]int64{10}, s.has(bea, "2024-07-01"))
	require.Equal(t, fault.Conflict, fault.KindOf(move(ana, bea, 21)))
	require.Equal(t, fault.Usage, fault.KindOf(move(ana, ana, 1)))
	require.Equal(t, fault.Usage, fault.KindOf(move(ana, eva, 1)))
	require.NoError(t, s.undo())
	require.Equal(t, [3]int64{60}, s.has(ana, "2024-06-01"))
	require.Equal(t, [3]int64{}, s.has(bea, "2024-06-01"))
}
