package book

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var testNow = func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

func testSettings(t testing.TB) Settings {
	t.Helper()
	s, err := NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	return s
}

// newBook is an empty book in a folder of the test.
func newBook(t testing.TB) *Book {
	t.Helper()
	file, err := emptyBook()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "book.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	b, err := Open(context.Background(), path, testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// newBookAt makes an empty book, and its folder.
func newBookAt(t testing.TB, path string) *Book {
	t.Helper()
	b, err := Create(context.Background(), path, testSettings(t), testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

// emptyBook is the file of an empty book, which takes a tenth of the time to copy that it takes to make.
var emptyBook = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "perla-book")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := NewSettings("EUR", "ES", "es", "Europe/Madrid")
	if err != nil {
		return nil, err
	}
	b, err := Create(context.Background(), filepath.Join(dir, "book.db"), s, testNow)
	if err != nil {
		return nil, err
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(b.Path())
})

// update makes one operation of statements.
func update(t testing.TB, b *Book, statements ...string) {
	t.Helper()
	require.NoError(t, b.Update(context.Background(), "test", func(tx *Tx) error { return tx.run(statements) }))
}

// addCustomer is the plainest write there is.
func addCustomer(tx *Tx, name string) (int64, error) {
	return tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES (?, '2026-11-22', ?, ?)`, name, Fold(name), Fold(name))
}

// insertCustomer is the statement that makes a customer with an id and a name.
func insertCustomer(id int, name string) string {
	return fmt.Sprintf(`INSERT INTO customers (id, name, created_on, name_key, search) VALUES (%d, '%s', '2026-11-22', '%[2]s', '%[2]s')`, id, name)
}

// ask is the first column of the first row of a query.
func ask[T any](t testing.TB, b *Book, query string, args ...any) T {
	t.Helper()
	var answer T
	require.NoError(t, b.View(context.Background(), func(v *View) (err error) {
		answer, _, err = One(v, Scalar[T], query, args...)
		return err
	}))
	return answer
}

// dump is every table of facts, as text.
func dump(t testing.TB, b *Book) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		tables, err := recordedTables(v)
		require.NoError(t, err)
		for _, name := range []string{"settings", "consultants", "customers", "customer_tags", "products", "campaigns", "orders", "order_lines"} {
			var quoted []string
			for _, c := range tables[name].columns {
				quoted = append(quoted, "quote("+c.name+")")
			}
			rows, err := All(v, Scalar[string], `SELECT `+strings.Join(quoted, " || '|' || ")+` FROM `+name+` ORDER BY id`)
			require.NoError(t, err)
			out.WriteString(name + "\n" + strings.Join(rows, "\n") + "\n")
		}
		return nil
	}))
	return out.String()
}

// sound fails the test when a check of the book finds something.
func sound(t testing.TB, b *Book) {
	t.Helper()
	findings, err := b.Verify(context.Background(), nil)
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, f.Check)
		require.Empty(t, f.Skipped, f.Check)
	}
}

// files maps the names in a folder to what is in them, shortened.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, f := range list {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		all[f.Name()] = fmt.Sprintf("%d %x", len(text), sha256.Sum256(text))
	}
	return all
}
