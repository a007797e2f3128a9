package book

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// Only where the ids of a table have no gap, and all values are among them, is nothing looked up.
func TestProveDense(t *testing.T) {
	b := newBook(t)
	key := reference{table: "orders", column: "customer_id", parent: "customers"}
	require.NoError(t, b.Update(context.Background(), "test", func(tx *Tx) error {
		dense := func() bool {
			yes, err := tx.proveDense(key)
			require.NoError(t, err)
			return yes
		}
		do := func(sql string) {
			_, err := tx.Exec(sql)
			require.NoError(t, err)
		}
		require.False(t, dense(), "no customers, no orders")
		do(`INSERT INTO customers (id, name, name_key, search, created_on) VALUES (5, 'a', 'a', 'a', '2024-01-01'), (6, 'b', 'b', 'b', '2024-01-01'), (7, 'c', 'c', 'c', '2024-01-01')`)
		require.False(t, dense(), "no orders")
		do(`INSERT INTO orders (customer_id, ordered_on, total, tax, shipping, is_history) VALUES (5, '2024-01-01', 1, 0, 0, 1), (7, '2024-01-01', 1, 0, 0, 1)`)
		require.True(t, dense())
		do(`DELETE FROM customers WHERE id = 6`)
		require.False(t, dense(), "a gap")
		return nil
	}))
}
