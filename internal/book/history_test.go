package book

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHistory(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea"), insertCustomer(3, "Cleo"))
	update(t, b, `INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 1), (1, '2026-11-02', 1), (2, '2026-11-03', 1)`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (3, 'vip')`)
	update(t, b, `UPDATE customers SET company_id = 2 WHERE id = 1`)
	update(t, b, `UPDATE customers SET city = 'x' WHERE id IN (2, 3)`, `UPDATE customers SET city = 'y' WHERE id = 3`)
	update(t, b, `DELETE FROM customer_tags`, `DELETE FROM orders WHERE id = 3`)
	_, err := b.Undo(context.Background(), 3)
	require.NoError(t, err)

	ops := operations(t, b)
	require.Len(t, ops, 6)
	require.Equal(t, Operation{ID: 6, At: testNow(), What: "undo 3", Undoes: 3, Changes: "customer 1 changed"}, ops[0])
	require.Equal(t, Operation{ID: 5, At: testNow(), What: "test", Changes: "customer tag 1 removed, order 3 removed"}, ops[1])
	require.Equal(t, Operation{ID: 4, At: testNow(), What: "test", Changes: "2 customers changed"}, ops[2])
	require.Equal(t, Operation{ID: 3, At: testNow(), What: "test", Undone: true, Changes: "customer 1 changed"}, ops[3])
	require.Equal(t, "3 orders added, customer tag 1 added", ops[4].Changes)
	require.Equal(t, "3 customers added", ops[5].Changes)

	for customer, want := range map[int64][]int64{
		1: {6, 3, 2, 1},
		2: {6, 5, 4, 3, 2, 1}, // 3 made her Ana's company, 5 removed her order, which 2 had made
		3: {5, 4, 2, 1},       // 5 removed her tag
		9: nil,
	} {
		var got []int64
		require.NoError(t, b.View(context.Background(), func(v *View) error {
			for op, err := range History(v, customer) {
				if err != nil {
					return err
				}
				got = append(got, op.ID)
			}
			return nil
		}))
		require.Equal(t, want, got, "customer %d", customer)
	}
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		for op, err := range History(v, 0) {
			require.NoError(t, err)
			require.EqualValues(t, 6, op.ID)
			break // ends early
		}
		require.Equal(t, time.UTC, v.Now().Location())
		return nil
	}))
}

func TestSpans(t *testing.T) {
	set := joined([]span{{7, 9}, {1, 3}, {4, 4}, {20, 30}, {8, 12}, {1 << 60, 1 << 62}, {-5, -5}})
	require.Equal(t, spans{{-5, -5}, {1, 4}, {7, 12}, {20, 30}, {1 << 60, 1 << 62}}, set)
	for s, want := range map[span]bool{{5, 6}: false, {4, 5}: true, {5, 7}: true, {0, 0}: false, {13, 19}: false, {13, 25}: true, {31, 1 << 61}: true, {0, 100}: true, {-9, -6}: false, {31, 99}: false} {
		require.Equal(t, want, set.overlaps(s), s)
	}
	require.False(t, spans(nil).overlaps(span{1, 2}))
}
