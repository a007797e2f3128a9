package book

import (
	"context"
	"database/sql"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// TestRecipe reads back from each connection what it was asked to be.
func TestRecipe(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	guarded := map[string]string{"busy_timeout": "5000", "trusted_schema": "0", "cell_size_check": "1", "journal_mode": "wal"}
	for name, c := range map[string]struct {
		open func(context.Context) (*sql.DB, error)
		want map[string]string
	}{
		"reading": {b.reader, map[string]string{"foreign_keys": "1", "query_only": "1", "temp_store": "2"}},
		"writing": {b.writer, map[string]string{"foreign_keys": "1", "synchronous": "2", "secure_delete": "1", "recursive_triggers": "1", "temp_store": "2", "query_only": "0"}},
		"loading": {b.bulkWriter, map[string]string{"foreign_keys": "0", "synchronous": "2", "secure_delete": "1", "recursive_triggers": "1", "temp_store": "1", "query_only": "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			db, err := c.open(ctx)
			require.NoError(t, err)
			for _, wanted := range []map[string]string{guarded, c.want} {
				for pragma, want := range wanted {
					var got string
					require.NoError(t, db.QueryRow(`PRAGMA `+pragma).Scan(&got))
					require.Equal(t, want, got, pragma)
				}
			}
			require.Equal(t, 1, db.Stats().MaxOpenConnections)
			_, err = db.Exec(`SELECT "no such column"`)
			require.Error(t, err, "a double-quoted text is a name")
			schema := `PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = 'x'`
			if name == "loading" { // a load writes pages, and asks for the schema each time
				schema = `UPDATE sqlite_schema SET sql = 'x'`
			}
			_, err = db.Exec(schema)
			require.Error(t, err, "the schema is no table to write to")
		})
	}
	reading, err := b.reader(ctx)
	require.NoError(t, err)
	_, err = reading.Exec(`INSERT INTO consultants (ref, name) VALUES ('x', 'x')`)
	require.Error(t, err)
}

// Writers queue for the lock when they begin, not halfway.
func TestWritersBeginImmediate(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	for _, open := range []func(context.Context) (*sql.DB, error){b.writer, b.bulkWriter} {
		db, err := open(ctx)
		require.NoError(t, err)
		_, err = db.Exec(`PRAGMA busy_timeout = 0`)
		require.NoError(t, err)
	}
	tx, err := b.writing.Begin()
	require.NoError(t, err)
	_, err = b.loading.Begin()
	require.Equal(t, fault.Busy, fault.KindOf(b.explain(err)))
	require.NoError(t, tx.Rollback())
}

func TestPathsOfAllKinds(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, path := range []string{"plain.db", "with space.db", "what?.db", "100%.db", "%41.db", "a#b.db", "a&b=c.db", "españa-日本.db", "-leading", "a;b.db", "quote'\".db", "~", "a+b.db", "folder?/x.db", ":memory:", "file:x.db"} {
		if runtime.GOOS == "windows" {
			continue
		}
		b := newBookAt(t, path)
		update(t, b, insertCustomer(1, "Ana"))
		require.NoError(t, b.Close())
		_, err := os.Stat(path)
		require.NoError(t, err, "the file has exactly this name")
		b, err = Open(context.Background(), path, testNow)
		require.NoError(t, err, path)
		require.Equal(t, 1, ask[int](t, b, `SELECT count(*) FROM customers`))
		require.NoError(t, b.Close())
	}
	list, err := os.ReadDir(".")
	require.NoError(t, err)
	n := 0
	for _, f := range list {
		if name := f.Name(); !strings.HasSuffix(name, "-wal") && !strings.HasSuffix(name, "-shm") {
			n++
		}
	}
	require.Equal(t, 16, n, "no other files: %v", list)
}
