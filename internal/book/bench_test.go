package book

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkOpen(b *testing.B) {
	path := newBook(b).Path()
	for b.Loop() {
		again, err := Open(context.Background(), path, testNow)
		require.NoError(b, err)
		require.NoError(b, again.Close())
	}
}

func BenchmarkUpdateOfOneRow(b *testing.B) {
	book := newBook(b)
	for b.Loop() {
		require.NoError(b, book.Update(context.Background(), "x", func(tx *Tx) error { _, err := addCustomer(tx, "Ana"); return err }))
	}
}

// BenchmarkUndo changes ten thousand orders, takes that back and brings it back.
func BenchmarkUndo(b *testing.B) {
	book := newBook(b)
	update(b, book, insertCustomer(1, "Ana"),
		`INSERT INTO orders (customer_id, ordered_on, total) WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10000) SELECT 1, '2026-11-01', x FROM c`)
	for b.Loop() {
		update(b, book, `UPDATE orders SET total = total + 1`)
		_, err := book.Undo(context.Background(), 0)
		require.NoError(b, err)
		_, err = redo(book)
		require.NoError(b, err)
	}
}
