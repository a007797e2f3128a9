package book

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var testNow = func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// newBook makes an empty book in a folder of the test.
func newBook(t testing.TB) *Book {
	t.Helper()
	s, err := NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := Create(context.Background(), filepath.Join(t.TempDir(), "book.db"), s, testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// addCustomer is the plainest write there is.
func addCustomer(tx *Tx, name string) (int64, error) {
	return tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES (?, '2026-11-22', ?, ?)`, name, Fold(name), Fold(name))
}

// dump is every table but the log, SQLite's own and the full-text index, as text.
func dump(t testing.TB, b *Book) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		tables, err := storedColumns(v)
		require.NoError(t, err)
		for _, name := range []string{"settings", "consultants", "customers", "customer_tags", "products", "campaigns", "orders", "order_lines"} {
			cols := strings.Join(tables[name].columns, ` || '|' || quote(`)
			_ = cols
			quoted := "quote(" + strings.Join(tables[name].columns, ") || '|' || quote(") + ")"
			rows, err := All(v, Scalar[string], `SELECT `+quoted+` FROM `+name+` ORDER BY id`)
			require.NoError(t, err)
			out.WriteString(name + "\n" + strings.Join(rows, "\n") + "\n")
		}
		return nil
	}))
	return out.String()
}

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	info, err := os.Stat(b.Path())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	empty := dump(t, b)
	var id int64
	require.NoError(t, b.Update(ctx, "customer add", func(tx *Tx) (err error) {
		id, err = addCustomer(tx, "Ana García")
		return err
	}))
	one := dump(t, b)
	require.NoError(t, b.Update(ctx, "customer edit 1", func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE customers SET city = 'Lyon', search = 'ana garcia lyon' WHERE id = ?`, id)
		return err
	}))
	two := dump(t, b)
	_, err = b.Undo(ctx, 1)
	require.ErrorContains(t, err, "later operations changed its rows")
	op, err := b.Undo(ctx, 0)
	require.NoError(t, err)
	require.EqualValues(t, 2, op.ID)
	require.Equal(t, one, dump(t, b))
	_, err = b.Redo(ctx)
	require.NoError(t, err)
	require.Equal(t, two, dump(t, b))
	_, err = b.Undo(ctx, 0)
	require.NoError(t, err)
	_, err = b.Undo(ctx, 0)
	require.NoError(t, err)
	require.Equal(t, empty, dump(t, b))
	findings, err := b.Verify(ctx, nil)
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, f.Check)
	}
	require.NoError(t, b.View(ctx, func(v *View) error {
		for op, err := range History(v, 0) {
			require.NoError(t, err)
			t.Log(op)
		}
		return nil
	}))
}
