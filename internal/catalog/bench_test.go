package catalog

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// benchRows are rows of a product file, in batches as an import brings them.
func benchRows(tb testing.TB, n int) (batches [][]Row) {
	tb.Helper()
	rows := make([]Row, n)
	for i := range rows {
		r := &rows[i]
		require.NoError(tb, r.Set(FieldSKU, fmt.Sprintf("SKU-%06d", i)))
		require.NoError(tb, r.Set(FieldName, fmt.Sprintf("Product %d", i)))
		require.NoError(tb, r.SetNumber(FieldPrice, int64(100+i), true))
		require.NoError(tb, r.SetNumber(FieldCost, int64(50+i), true))
		require.NoError(tb, r.Set(FieldTags, fmt.Sprintf("a, b%d", i%7)))
		r.Place(i+2, FieldSKU|FieldName|FieldPrice|FieldCost|FieldTags, false)
		require.NoError(tb, r.SetAttribute("cause", "vegan"))
	}
	for batch := range slices.Chunk(rows, 8192) {
		batches = append(batches, batch)
	}
	return batches
}

func BenchmarkImport(b *testing.B) {
	b.ReportAllocs()
	batches := benchRows(b, 100_000)
	for range b.N {
		bk := newBook(b)
		require.NoError(b, bk.UpdateBulk(context.Background(), "product import", func(tx *book.Tx) error {
			_, err := Import(tx, slices.Values(batches), ImportOptions{Rows: 100_000}, func(p Problem) { b.Fatal(p) })
			return err
		}))
	}
}

func BenchmarkList(b *testing.B) {
	b.ReportAllocs()
	bk := newBook(b)
	require.NoError(b, bk.UpdateBulk(context.Background(), "product import", func(tx *book.Tx) error {
		_, err := Import(tx, slices.Values(benchRows(b, 100_000)), ImportOptions{}, func(p Problem) { b.Fatal(p) })
		return err
	}))
	b.ResetTimer()
	for range b.N {
		view(b, bk, func(v *book.View) error {
			n := 0
			for _, err := range List(v, ListOptions{}) {
				require.NoError(b, err)
				n++
			}
			require.Equal(b, 100_000, n)
			return nil
		})
	}
}
