package loyalty

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

func (s *shelf) cohorts(on string) (list []Cohort, owed []Liability) {
	s.Helper()
	require.NoError(s, s.book.View(context.Background(), func(v *book.View) (err error) {
		if list, err = Cohorts(v, s.day(on)); err != nil {
			return err
		}
		for _, c := range list {
			require.Equal(s, c.Earned, c.Spent+c.Expired+c.Left, "%v", c)
		}
		owed, err = Liabilities(v, s.day(on))
		return err
	}))
	return list, owed
}

// What lapsed is told the same whether it was posted or not, and what came back is not told as lapsed.
func TestBreakageNetsWhatCameBack(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.set("point_value", "0.02")
	s.earn(ana, 100, 1, "2024-01-05", "2024-01-05", "2024-03-31")
	s.earn(ana, 50, 2, "2024-01-20", "2024-02-20", "")
	s.earn(bea, 30, 3, "2024-02-01", "2024-02-01", "2024-07-31")
	s.earn(bea, 10, 5, "2024-02-01", "2024-09-01", "2024-09-30")
	require.NoError(t, s.redeem(ana, 40, 4, "2024-02-10"))
	january, february := isoDay(t, "2024-01-01"), isoDay(t, "2024-02-01")
	for _, job := range []bool{false, true} {
		list, owed := s.cohorts("2024-06-01")
		require.Equal(t, []Cohort{{Clients, january, 150, 40, 60, 50}, {Clients, february, 40, 0, 0, 40}}, list, "job %v", job)
		require.Equal(t, []Liability{
			{Clients, isoDay(t, "2024-07-01"), 1, 30, 0, 60},
			{Clients, isoDay(t, "2024-09-01"), 1, 0, 10, 20},
			{Clients, 0, 1, 50, 0, 100},
		}, owed)
		share, ok := list[0].Breakage()
		require.True(t, ok)
		require.InDelta(t, 0.4, share, 1e-9)
		s.expire("2024-06-01")
	}
	list, _ := s.cohorts("2024-03-31")
	require.Equal(t, Cohort{Clients, january, 150, 40, 0, 110}, list[0], "on its last day nothing has lapsed")

	// An order of before comes to light and is paid with what had lapsed: the expiry is taken back.
	require.NoError(t, s.redeem(ana, 60, 6, "2024-03-30"))
	list, _ = s.cohorts("2024-06-01")
	require.Equal(t, Cohort{Clients, january, 150, 100, 0, 50}, list[0])

	// What goes to another is hers from then on.
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := Transfer(tx, ana, bea, 20, 0, ""); return err }))
	list, _ = s.cohorts("2024-06-01")
	require.Equal(t, []Cohort{{Clients, january, 130, 100, 0, 30}, {Clients, february, 40, 0, 0, 40}, {Clients, isoDay(t, "2024-06-01"), 20, 0, 0, 20}}, list)
}

func TestWorthIsNeverWrapped(t *testing.T) {
	value, err := worth(1<<40, 1<<22)
	require.NoError(t, err)
	require.Equal(t, money.Amount(1<<62), value)
	for _, points := range []int64{1<<40 + 1, 1 << 42, math.MaxInt64} {
		_, err := worth(points, 1<<22)
		require.Equal(t, fault.Conflict, fault.KindOf(err), "%d", points)
	}
}
