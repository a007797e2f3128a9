package book

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// loadProducts fills the table of products, whose skus ascend, with n rows; every long-th has a long name.
func loadProducts(tx *Tx, n, long int) error {
	var columns []string
	for _, c := range tx.log.tables["products"].columns[1:] {
		columns = append(columns, c.name)
	}
	l, err := tx.NewLoad("products", columns)
	if err != nil || l == nil {
		return fmt.Errorf("products cannot be loaded: %w", err)
	}
	skus, err := tx.NewIndexLoad("products_sku", []string{"sku"})
	if err != nil || skus == nil {
		return fmt.Errorf("products_sku cannot be loaded: %w", err)
	}
	return tx.WithoutIndexes(Rebuild{Tables: []string{"products"}, Loads: map[string]*IndexLoad{"products_sku": skus}}, func() error {
		var r Record
		for i := 1; i <= n; i++ {
			sku, name := fmt.Sprintf("sku %07d", i), "x"
			if i%long == 0 {
				name = strings.Repeat("long ", 600)
				sku += strings.Repeat(".", 900)
			}
			l.Begin(&r)
			for _, c := range columns {
				switch c {
				case "sku":
					r.Text(sku)
				case "name":
					r.Text(name)
				case "created_on":
					r.Text("2026-11-22")
				default:
					r.Null()
				}
			}
			l.Add(&r)
			r.Reset()
			r.Text(sku)
			r.Int(int64(i))
			if err := skus.Add(&r); err != nil {
				return err
			}
			if i%1000 == 0 {
				if err := l.Write(); err != nil {
					return err
				}
			}
		}
		return l.Finish()
	})
}

// Pages written without SQLite are such as SQLite would write: it finds nothing wrong with them, goes on with them, and
// undo takes the rows back. The sizes are those where pages and levels begin.
func TestLoad(t *testing.T) {
	ctx := context.Background()
	sizes := []int{1, 2, 20000}
	for n := 85; n < 270; n += 5 {
		sizes = append(sizes, n)
	}
	for _, long := range []int{3, 1 << 30} {
		for _, n := range sizes {
			b := newBook(t)
			require.NoError(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return loadProducts(tx, n, long) }), n)
			require.NoError(t, b.Update(ctx, "add", func(tx *Tx) error {
				id, err := tx.Insert(`INSERT INTO products (sku, name, created_on) VALUES ('sku 0000000', 'x', '2026-11-22')`)
				require.Equal(t, int64(n+1), id)
				return err
			}))
			findings, err := b.Verify(ctx, nil)
			require.NoError(t, err)
			for _, f := range findings {
				require.Empty(t, f.Problem, "%d rows: %s", n, f.Check)
			}
			require.NoError(t, b.View(ctx, func(v *View) error {
				var before string
				ids := 0
				for sku, err := range Query(v, Scalar[string], `SELECT sku FROM products INDEXED BY products_sku ORDER BY sku`) {
					require.NoError(t, err)
					require.Less(t, before, sku)
					before = sku
					ids++
				}
				require.Equal(t, n+1, ids)
				return nil
			}))
			require.NoError(t, b.Close())
		}
	}
}

// A load that fails halfway, and one that is only rehearsed, leave no trace.
func TestLoadTakenBack(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	for _, fail := range []error{nil, context.Canceled} {
		load := func(tx *Tx) error {
			if err := loadProducts(tx, 5000, 7); err != nil {
				return err
			}
			return fail
		}
		if fail == nil {
			require.NoError(t, b.Rehearse(ctx, true, load))
		} else {
			require.Error(t, b.UpdateBulk(ctx, "load", load))
		}
		findings, err := b.Verify(ctx, nil)
		require.NoError(t, err)
		for _, f := range findings {
			require.Empty(t, f.Problem, f.Check)
		}
	}
	require.NoError(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return loadProducts(tx, 10, 7) }))
	require.Error(t, b.UpdateBulk(ctx, "load", func(tx *Tx) error { return loadProducts(tx, 10, 7) }), "it has rows now")
}
