package loyalty

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestRedeemTakesTheFirstToExpire(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.earn(ana, 10, 1, "2024-01-01", "2024-01-01", "")           // third: never expires
	s.earn(ana, 20, 2, "2024-03-01", "2024-03-01", "2024-12-31") // second: later
	s.earn(ana, 30, 3, "2024-02-01", "2024-02-01", "2024-12-31") // first of one day
	s.earn(ana, 40, 4, "2024-05-01", "2024-06-02", "2024-06-30") // pending
	s.earn(ana, 50, 5, "2024-01-01", "2024-01-01", "2024-05-31") // past its day
	require.Equal(t, []int64{50, 40, 30, 20, 10}, s.left(ana, "2024-06-01"))
	require.NoError(t, s.redeem(ana, 35, 6, "2024-06-01"))
	require.Equal(t, []int64{50, 40, 0, 15, 10}, s.left(ana, "2024-06-01"))
	require.Equal(t, [3]int64{25, 40, 0}, s.has(ana, "2024-06-01"))
	require.Equal(t, [3]int64{110, 40, 0}, s.has(ana, "2024-05-31"), "on an earlier day nothing of it was spent")

	err := s.redeem(ana, 26, 6, "2024-06-01")
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.EqualError(t, err, "points: not enough: ana has 25 to spend, and 26 are asked for; 40 more are pending until 2024-06-02")
	require.NoError(t, s.redeem(ana, 25, 6, "2024-06-01"))
	require.EqualError(t, s.redeem(ana, 1, 6, "2024-06-01"), "points: not enough: ana has 0 to spend, and 1 is asked for; 40 more are pending until 2024-06-02")
	require.NoError(t, s.redeem(ana, 50, 6, "2024-05-31"), "entered late: they were there on that day")
	require.EqualError(t, s.redeem(ana, 1, 6, "2024-05-31"), "points: not enough: ana had 0 to spend on 2024-05-31 that were not spent since, and 1 is asked for; 40 more are pending until 2024-06-02")
	require.Equal(t, fault.Usage, fault.KindOf(s.redeem(ana, 1, 6, "2024-06-02")))
	require.Equal(t, fault.Conflict, fault.KindOf(s.redeem(ana, 0, 6, "2024-06-01")))
}

func TestMinRedeem(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.set("min_redeem", "50")
	s.earn(ana, 100, 1, "2024-01-01", "2024-01-01", "")
	require.Equal(t, fault.Conflict, fault.KindOf(s.redeem(ana, 49, 2, "2024-06-01")))
	require.NoError(t, s.redeem(ana, 50, 2, "2024-06-01"))
}

func TestUndoOfPointsThatWereSpentIsRefused(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.earn(ana, 100, 1, "2024-01-01", "2024-01-01", "")
	var earned int64
	require.NoError(t, s.book.View(context.Background(), func(v *book.View) (err error) {
		earned, _, err = book.One(v, book.Scalar[int64], `SELECT max(id) FROM operations`)
		return err
	}))
	require.NoError(t, s.redeem(ana, 1, 2, "2024-06-01"))
	_, err := s.book.Undo(context.Background(), earned)
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "later operations changed its rows or refer to them")
	require.NoError(t, s.undo())
	_, err = s.book.Undo(context.Background(), earned)
	require.NoError(t, err)
	require.Equal(t, [3]int64{}, s.has(ana, "2024-06-01"))
}

// Many at once redeem one client's points, each with the book opened for itself: exactly what there is is spent.
func TestNobodyOverspends(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	const spenders, each, points = 6, 12, 300
	s.earn(ana, 200, 1, "2024-01-01", "2024-01-01", "2024-12-31")
	s.earn(ana, 105, 2, "2024-01-01", "2024-01-01", "")
	path := s.book.Path()
	var wait sync.WaitGroup
	var spent, refused atomic.Int64
	for range spenders {
		wait.Add(1)
		go func() {
			defer wait.Done()
			b, err := book.Open(context.Background(), path, func() time.Time { return time.Date(2024, 6, 1, 10, 0, 0, 0, time.UTC) })
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = b.Close() }()
			for range each {
				err := b.Update(context.Background(), "redeem", func(tx *book.Tx) error {
					_, err := Redeem(tx, ana, 10, 0, 3, "")
					return err
				})
				var f *fault.Error
				switch {
				case err == nil:
					spent.Add(10)
				case errors.As(err, &f) && f.Kind == fault.Conflict:
					refused.Add(1)
				default:
					t.Error(err)
				}
			}
		}()
	}
	wait.Wait()
	require.Equal(t, int64(points), spent.Load())
	require.Equal(t, int64(spenders*each-points/10), refused.Load())
	require.Equal(t, [3]int64{5}, s.has(ana, "2024-06-01"))
}
