package book

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFeed(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	for _, run := range []func(context.Context, string, func(*Tx) error) error{b.Update, b.UpdateBulk} {
		require.NoError(t, run(ctx, "feed", func(tx *Tx) error {
			f, err := tx.NewFeed("ref", "name", "number")
			require.NoError(t, err)
			g, err := tx.NewFeed("ref")
			require.NoError(t, err)
			require.NotEqual(t, f.Name, g.Name)
			count := func() int {
				n, _, err := One(tx.View, Scalar[int], `SELECT count(*) FROM temp.`+f.Name)
				require.NoError(t, err)
				return n
			}
			require.Zero(t, count(), "nothing is loaded yet")
			f.Load(3, func(row, column int) any {
				return []any{fmt.Sprint("r", row), "Ñandú", []any{int64(-5), nil, int64(1 << 60)}[row]}[column]
			})
			require.Equal(t, 3, count())
			rows, err := All(tx.View, Scalar[string], `SELECT ref || quote(name) || quote(number) FROM temp.`+f.Name)
			require.NoError(t, err)
			require.Equal(t, []string{"r0'Ñandú'-5", "r1'Ñandú'NULL", "r2'Ñandú'1152921504606846976"}, rows)
			g.Load(2, func(row, _ int) any { return fmt.Sprint("r", row*2) })
			joined, err := All(tx.View, Scalar[int64], `SELECT f.number FROM temp.`+g.Name+` g CROSS JOIN temp.`+f.Name+` f ON f.ref = g.ref`)
			require.NoError(t, err)
			require.Equal(t, []int64{-5, 1 << 60}, joined, "feeds are read more than once, in their order")

			next, err := tx.NextID("consultants")
			require.NoError(t, err)
			require.NoError(t, tx.Append("consultants", next+2, `INSERT INTO consultants (ref, name) SELECT ref || ?, name FROM temp.`+f.Name, next))
			require.ErrorContains(t, tx.Append("consultants", 99, `INSERT INTO consultants (ref, name) VALUES (?, 'x')`, fmt.Sprint("last", next)), "instead of 99")
			return nil
		}))
	}
	require.Equal(t, 8, ask[int](t, b, `SELECT count(*) FROM consultants`))
	require.Equal(t, []string{"insert consultants 1-4"}, logged(t, b, 1))
	feeds.Lock()
	defer feeds.Unlock()
	require.Empty(t, feeds.byName, "a feed goes with its transaction")
}

func TestFeedGoesWithATransactionThatFails(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	require.Error(t, b.Update(ctx, "feed", func(tx *Tx) error {
		f, err := tx.NewFeed("ref")
		require.NoError(t, err)
		f.Load(1, func(int, int) any { return struct{}{} })
		_, err = All(tx.View, Scalar[string], `SELECT ref FROM temp.`+f.Name)
		require.Error(t, err, "a value of no kind the book knows")
		return err
	}))
	require.NoError(t, b.Close())
	feeds.Lock()
	defer feeds.Unlock()
	require.Empty(t, feeds.byName)
}

func TestWithoutIndexes(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	was := shape(t, b)
	load := func(names ...string) func(tx *Tx) func() error {
		return func(tx *Tx) func() error {
			return func() error {
				have, err := All(tx.View, Scalar[string], `SELECT name FROM sqlite_schema WHERE tbl_name = 'customers' AND type <> 'table' AND sql IS NOT NULL`)
				require.NoError(t, err)
				require.Equal(t, []string{"customers_ref"}, have)
				for _, name := range names {
					if _, err := addCustomer(tx, name); err != nil {
						return err
					}
				}
				_, err = tx.Exec(`UPDATE customers SET ref = 'same', ref_source = 'csv' WHERE ref IS NULL`)
				return err
			}
		}
	}
	r := Rebuild{Tables: []string{"customers", "orders"}, Keep: []string{"customers_ref"}, Finish: []string{`INSERT INTO customers_search (customers_search) VALUES ('rebuild')`}}
	require.NoError(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return tx.WithoutIndexes(r, load("Ana")(tx)) }))
	require.Equal(t, was, shape(t, b), "everything is there again")
	sound(t, b)
	require.Error(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return tx.WithoutIndexes(r, load("Bea", "Cleo")(tx)) }), "what was kept still holds")
	require.Equal(t, was, shape(t, b), "everything is there still")
	boom := errors.New("boom")
	require.ErrorIs(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return tx.WithoutIndexes(r, func() error { return boom }) }), boom)
	require.Equal(t, was, shape(t, b))
	require.NoError(t, b.Update(ctx, "none", func(tx *Tx) error { return tx.WithoutIndexes(Rebuild{}, func() error { return nil }) }))
	sound(t, b)
	_, err := b.Undo(ctx, 0)
	require.NoError(t, err)
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM customers`))
	sound(t, b)
}
