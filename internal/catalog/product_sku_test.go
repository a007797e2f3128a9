package catalog

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// Spaces after a unit are kept as the first file wrote them, and name no other product.
func TestSpacesAfterASKU(t *testing.T) {
	b := newBook(t)
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO products (id, sku, name, created_on) VALUES (1, 'A ', 'x', '2026-01-01'), (2, 'B', 'x', '2026-01-01')`)
		require.NoError(t, err)
		names := Products(tx)
		for _, c := range []struct {
			cell string
			want int64
		}{{"A ", 1}, {"A", 1}, {"A  ", 1}, {"B", 2}, {"B ", 2}} {
			got, err := names.ID(c.cell)
			require.NoError(t, err)
			require.Equal(t, c.want, got, "%q", c.cell)
		}
		require.Zero(t, names.Made)
		first, err := names.ID("A!")
		require.NoError(t, err)
		require.Greater(t, first, int64(2), "another unit")
		return nil
	})
	for cell, want := range map[string]string{" AB-1 ": "AB-1 ", "AB-1": "AB-1", "AB-1\t": "AB-1", "  ": "", "a b  ": "a b  "} {
		require.Equal(t, want, KeepSKU(cell), "%q", cell)
	}
}
