package book

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCheckOfErased erases somebody of whom every table says something, and writes something personal again into each
// column that can hold it.
func TestCheckOfErased(t *testing.T) {
	ctx := context.Background()
	b, p, _ := filled(t)
	problem := func() (found string) {
		require.NoError(t, b.View(ctx, func(v *View) (err error) {
			found, err = checkErased(v)
			return err
		}))
		return found
	}
	past := func(statement string) error { // every guard
		return b.Update(ctx, "write again", func(tx *Tx) error {
			return tx.unguarded(func() error {
				_, err := tx.Exec(statement)
				return err
			})
		})
	}
	require.Empty(t, problem(), "nobody is erased yet")
	erase(t, b, p)
	require.Empty(t, problem())
	tried := 0
	columns := schemaColumns(t, b)
	hers := pathTo(columns, "customers")
	for _, c := range columns {
		if !slices.Contains(hers, c.table) || classOf(c.table, c.name) != personal || !outlives(c.table) || c.parent != "" || c.kind != "TEXT" {
			continue
		}
		where := ` WHERE id = 7`
		if c.table != "customers" {
			where = ``
			if ask[int](t, b, `SELECT count(*) FROM `+c.table) == 0 {
				continue
			}
		}
		err := past(`UPDATE ` + c.table + ` SET ` + c.name + ` = '--01-01'` + where) // a birthday would be refused that is none
		if err != nil {
			require.ErrorContains(t, err, "customer_ref", "only a ref cannot be written alone")
			continue
		}
		tried++
		require.Regexp(t, ` of somebody whose data were erased, and `+c.name+` says something$`, problem())
		_, err = b.Undo(ctx, 0)
		require.NoError(t, err)
		require.Contains(t, problem(), "the history of "+singular(c.table), "what was written and undone stands in the history")
		db, err := b.open(ctx, "file:"+b.Path())
		require.NoError(t, err)
		_, err = db.Exec(`UPDATE ledger_guard SET open = 1;
			DELETE FROM operation_changes WHERE operation_id > (SELECT max(id) FROM operations WHERE sealed_on IS NOT NULL);
			UPDATE ledger_guard SET open = 0`)
		require.NoError(t, err)
		require.NoError(t, db.Close())
	}
	require.Greater(t, tried, 20)
	update(t, b, `INSERT INTO customer_tags (customer_id, tag) VALUES (7, 'vip')`)
	require.Regexp(t, `^customer tag \d+ is of somebody whose data were erased$`, problem())
}
