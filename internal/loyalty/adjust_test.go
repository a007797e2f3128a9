package loyalty

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestShortfall(t *testing.T) {
	// Ana earned 100 on order 1 and 30 on order 2, spent 120, and returns order 1.
	story := func(t *testing.T, policy string) (*shelf, error) {
		s := newShelf(t, "2024-06-01")
		s.set("shortfall", policy)
		lot := s.earn(ana, 100, 1, "2024-01-01", "2024-01-01", "")
		s.earn(ana, 30, 2, "2024-01-02", "2024-01-02", "")
		require.NoError(t, s.redeem(ana, 120, 3, "2024-02-01"))
		return s, s.reverse(ana, 100, 1, lot, "2024-03-01")
	}
	t.Run("debt", func(t *testing.T) {
		s, err := story(t, "debt")
		require.NoError(t, err)
		require.Equal(t, [3]int64{0, 0, 90}, s.has(ana, "2024-03-01"))
		require.Equal(t, [3]int64{10, 0, 0}, s.has(ana, "2024-02-29"))
		s.earn(ana, 50, 4, "2024-04-01", "2024-05-01", "")
		require.Equal(t, [3]int64{0, 0, 40}, s.has(ana, "2024-04-01"), "pending points pay at once")
		s.earn(ana, 50, 5, "2024-04-02", "2024-04-02", "2024-04-02")
		require.Equal(t, [3]int64{10, 0, 0}, s.has(ana, "2024-04-02"))
		require.Equal(t, [3]int64{0, 0, 0}, s.has(ana, "2024-04-03"))
	})
	t.Run("debt is paid by points given back", func(t *testing.T) {
		s, err := story(t, "debt")
		require.NoError(t, err)
		s.giveBack(3, 100, "2024-04-01")
		require.Equal(t, [3]int64{10, 0, 0}, s.has(ana, "2024-04-01"))
		require.Equal(t, [3]int64{0, 0, 90}, s.has(ana, "2024-03-31"))
	})
	t.Run("clip", func(t *testing.T) {
		s, err := story(t, "clip")
		require.NoError(t, err)
		require.Equal(t, [3]int64{0, 0, 0}, s.has(ana, "2024-03-01"))
		s.earn(ana, 50, 4, "2024-04-01", "2024-04-01", "")
		require.Equal(t, [3]int64{50, 0, 0}, s.has(ana, "2024-04-01"))
		var kinds []string
		require.NoError(t, s.book.View(context.Background(), func(v *book.View) error {
			for e, err := range Entries(v, Query{Account: ana, Order: 1}) {
				require.NoError(t, err)
				kinds = append(kinds, fmt.Sprint(e.Kind, " ", e.Points, " ", e.Reason))
			}
			return nil
		}))
		require.Equal(t, []string{"earn 100 ", "reverse_earn -100 ", "adjust 90 only 10 of 100 points were there to take back"}, kinds)
	})
	t.Run("refuse", func(t *testing.T) {
		s, err := story(t, "refuse")
		require.Equal(t, fault.Conflict, fault.KindOf(err))
		require.Equal(t, [3]int64{10, 0, 0}, s.has(ana, "2024-03-01"))
	})
	t.Run("an adjustment", func(t *testing.T) {
		for policy, want := range map[string]string{"debt": "-50", "clip": "-30", "refuse": "conflict"} {
			s := newShelf(t, "2024-06-01")
			s.set("shortfall", policy)
			s.earn(ana, 30, 1, "2024-01-01", "2024-01-01", "")
			got := "conflict"
			err := s.write(func(tx *book.Tx) error {
				e, err := Adjust(tx, ana, -50, 0, "a slip")
				if err == nil {
					got = fmt.Sprint(e.Points)
				}
				return err
			})
			require.Equal(t, want, got, "%s: %v", policy, err)
			if policy == "clip" {
				err = s.write(func(tx *book.Tx) error { _, err := Adjust(tx, ana, -1, 0, "a slip"); return err })
				require.Equal(t, fault.Conflict, fault.KindOf(err), "nothing is left")
			}
			s.has(ana, "2024-06-01")
		}
	})
}

func TestMergeSettlesDebt(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	lot := s.earn(bea, 100, 1, "2024-01-01", "2024-01-01", "")
	require.NoError(t, s.redeem(bea, 100, 2, "2024-02-01"))
	require.NoError(t, s.reverse(bea, 100, 1, lot, "2024-03-01"))
	s.earn(ana, 70, 3, "2024-01-01", "2024-01-01", "2024-12-31")
	s.earn(ana, 50, 4, "2024-01-01", "2024-01-01", "")
	require.Equal(t, [3]int64{0, 0, 100}, s.has(bea, "2024-06-01"))
	require.NoError(t, s.write(func(tx *book.Tx) error {
		if err := tx.Repoint("customers", bea.Customer, ana.Customer); err != nil {
			return err
		}
		return Settle(tx, ana)
	}))
	require.Equal(t, [3]int64{20, 0, 0}, s.has(ana, "2024-06-01"))
	require.Equal(t, []int64{0, 0, 20}, s.left(ana, "2024-06-01"), "the points that expire first paid first")
	require.NoError(t, s.undo())
	require.Equal(t, [3]int64{120, 0, 0}, s.has(ana, "2024-06-01"))
	require.Equal(t, [3]int64{0, 0, 100}, s.has(bea, "2024-06-01"))
}

// What a merge or a return brought is spent: taking that back would leave it spent twice.
func TestUndoThatWouldOverspendIsRefused(t *testing.T) {
	undo := func(s *shelf, operation int64) error {
		return s.write(func(tx *book.Tx) error {
			op, err := tx.Undo(operation)
			if err != nil {
				return err
			}
			return RefuseUndo(tx.View, op)
		})
	}
	last := func(s *shelf) (id int64) {
		require.NoError(s, s.book.View(context.Background(), func(v *book.View) (err error) {
			id, _, err = book.One(v, book.Scalar[int64], `SELECT max(id) FROM operations`)
			return err
		}))
		return id
	}
	s := newShelf(t, "2024-06-01")
	s.earn(bea, 100, 1, "2024-01-01", "2024-01-01", "")
	require.NoError(t, s.redeem(bea, 100, 2, "2024-02-01"))
	s.giveBack(2, 100, "2024-03-01")
	back := last(s)
	require.NoError(t, s.write(func(tx *book.Tx) error { return tx.Repoint("customers", bea.Customer, ana.Customer) }))
	merge := last(s)
	require.NoError(t, s.redeem(ana, 1, 3, "2024-04-01"))
	for _, operation := range []int64{back, merge} {
		require.ErrorContains(t, undo(s, operation), "operation")
		require.Equal(t, fault.Conflict, fault.KindOf(undo(s, operation)))
	}
	require.NoError(t, undo(s, last(s)))
	require.NoError(t, undo(s, merge))
	require.NoError(t, undo(s, back))
	require.Equal(t, [3]int64{}, s.has(bea, "2024-06-01"))
}
