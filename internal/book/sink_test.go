package book

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// numbers is a table of the numbers 1 to n, out of order.
func numbers(t testing.TB, n int) *Book {
	t.Helper()
	b := newBook(t)
	require.NoError(t, b.Update(context.Background(), "fill", func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO consultants (ref, name) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ?)
			SELECT printf('%06d', (x * 7919) % 100003), 'n' FROM c`, n)
		return err
	}))
	return b
}

func TestEach(t *testing.T) {
	b := numbers(t, 5000)
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		var got []string
		take := func(r Row) error {
			got = append(got, strings.Clone(r.Text(0)))
			return nil
		}
		require.NoError(t, v.Each(take, `ref`, `(SELECT ref FROM consultants ORDER BY ref DESC LIMIT -1)`))
		require.Len(t, got, 5000)
		require.True(t, slices.IsSortedFunc(got, func(a, b string) int { return strings.Compare(b, a) }), "an ORDER BY with LIMIT -1 is kept")

		got = nil
		require.NoError(t, v.Each(take, `ref`, `consultants WHERE id BETWEEN ? AND ?`, 3, 4))
		require.Equal(t, []string{"023757", "031676"}, got)

		calls := 0
		require.NoError(t, v.Each(func(r Row) error {
			calls++
			require.EqualValues(t, 7, r.Int(0))
			require.True(t, r.Null(1))
			require.Equal(t, "x", r.Text(2))
			require.Zero(t, r.Int(2))
			require.Empty(t, r.Text(1))
			return nil
		}, `?, NULL, 'x'`, `consultants WHERE id <= ?`, 7, 3))
		require.Equal(t, 3, calls, "columns that never change are handed over with every row")
		return nil
	}))
}

func TestEachEnds(t *testing.T) {
	boom := errors.New("boom")
	b := numbers(t, 100)
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		n := 0
		require.ErrorIs(t, v.Each(func(Row) error { n++; return boom }, `id`, `consultants`), boom)
		require.Equal(t, 1, n, "after its error fn is not called again")
		require.ErrorContains(t, v.Each(func(Row) error { return nil }, `nonsense`, `consultants`), "no such column")

		var seen []int64
		for id, err := range Stream(v, func(r Row) int64 { return r.Int(0) }, `id`, `consultants NOT INDEXED`) {
			require.NoError(t, err)
			if seen = append(seen, id); len(seen) == 3 {
				break
			}
		}
		require.Equal(t, []int64{1, 2, 3}, seen)
		for _, err := range Stream(v, func(r Row) int64 { return r.Int(0) }, `id`, `nowhere`) {
			require.ErrorContains(t, err, "no such table")
		}
		require.PanicsWithValue(t, "oh", func() {
			for range Stream(v, func(r Row) int64 { return r.Int(0) }, `id`, `consultants`) {
				panic("oh")
			}
		})
		n = 0
		require.NoError(t, v.Each(func(Row) error { n++; return nil }, `id`, `consultants`), "the view is in order after all that")
		require.Equal(t, 100, n)
		return nil
	}))
	sinks.Lock()
	defer sinks.Unlock()
	require.Empty(t, sinks.fns)
}

func TestEachRefusesSQLFromWithin(t *testing.T) {
	b := numbers(t, 3)
	require.NoError(t, b.Update(context.Background(), "x", func(tx *Tx) error {
		for range Stream(tx.View, func(r Row) int64 { return r.Int(0) }, `id`, `consultants`) {
			_, _, err := One(tx.View, Scalar[int], `SELECT 1`)
			require.ErrorIs(t, err, errNested)
			_, err = All(tx.View, Scalar[int], `SELECT 1`)
			require.ErrorIs(t, err, errNested)
			_, err = tx.Exec(`DELETE FROM consultants`)
			require.ErrorIs(t, err, errNested)
			require.ErrorIs(t, tx.Each(func(Row) error { return nil }, `id`, `consultants`), errNested)
		}
		_, err := tx.Exec(`DELETE FROM consultants WHERE id = 1`)
		return err
	}))
}

func TestEachCanBeCancelled(t *testing.T) {
	b := numbers(t, 100)
	ctx, cancel := context.WithCancel(context.Background())
	started := time.Now()
	err := b.View(ctx, func(v *View) error {
		return v.Each(func(Row) error {
			cancel()
			return nil
		}, `a.id`, `consultants a, consultants b, consultants c, consultants d`)
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(started), 5*time.Second)
}

func BenchmarkEach(b *testing.B) {
	book := numbers(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, book.View(context.Background(), func(v *View) error {
			return v.Each(func(Row) error { return nil }, `id, ref, name`, `consultants`)
		}))
	}
}
