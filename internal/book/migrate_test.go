package book

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla"
	"github.com/perla-crm/perla/internal/fault"
)

// frozen is the schema as it was released under a version.
func frozen(t *testing.T, version int) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", fmt.Sprintf("schema_v%d.sql", version)))
	require.NoError(t, err)
	return string(text)
}

// bookOf makes a book by an old schema and gives its path.
func bookOf(t *testing.T, schema string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", dsn(path, writePragma))
	require.NoError(t, err)
	_, err = db.Exec(schema)
	require.NoError(t, err)
	for _, kv := range testSettings(t).pairs() {
		_, err = db.Exec(`INSERT INTO settings (key, value) VALUES (?, ?)`, kv[0], kv[1])
		require.NoError(t, err)
	}
	_, err = db.Exec(insertCustomer(1, "Ana") + `; INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip')`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	return path
}

var (
	blanks      = regexp.MustCompile(`\s+|--[^\n]*`)
	punctuation = regexp.MustCompile(` *([,()]) *`) // ALTER TABLE leaves a blank before what it adds
)

// shape is the schema of a book, each thing by its name, without blanks and comments.
func shape(t *testing.T, b *Book) map[string]string {
	t.Helper()
	all := map[string]string{}
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		for row, err := range Query(v, func(row Scanner) (r [2]string, err error) { return r, row.Scan(&r[0], &r[1]) },
			`SELECT type || ' ' || name, ifnull(sql, '') FROM sqlite_schema`) {
			if err != nil {
				return err
			}
			all[row[0]] = punctuation.ReplaceAllString(strings.TrimSpace(blanks.ReplaceAllString(row[1], " ")), "$1")
		}
		return nil
	}))
	return all
}

// TestFrozenSchema fails when the schema changes under a version that was frozen.
func TestFrozenSchema(t *testing.T) {
	require.Equal(t, frozen(t, perla.SchemaVersion), perla.Schema,
		"schema.sql is not the frozen schema of version %d. A released version never changes: raise user_version and SchemaVersion, add a step to steps, "+
			"and freeze the new schema. While no book of this version is out: cp schema.sql internal/book/testdata/schema_v%[1]d.sql", perla.SchemaVersion)
	require.Contains(t, perla.Schema, fmt.Sprintf("PRAGMA user_version = %d;", perla.SchemaVersion))
	require.Contains(t, perla.Schema, fmt.Sprintf("PRAGMA application_id = 0x%X;", applicationID))
	require.Len(t, steps, perla.SchemaVersion-1, "each version but the first has a step that leads to it")
}

// TestEveryFrozenSchemaUpgrades builds a book by each schema that was ever released, opens it, and compares it with a
// new one.
func TestEveryFrozenSchemaUpgrades(t *testing.T) {
	fresh := shape(t, newBook(t))
	require.Contains(t, fresh, "table orders")
	for version := 1; version <= perla.SchemaVersion; version++ {
		path := bookOf(t, frozen(t, version))
		b, err := Open(context.Background(), path, testNow)
		require.NoError(t, err)
		require.Equal(t, fresh, shape(t, b), "version %d", version)
		require.Equal(t, "Ana", ask[string](t, b, `SELECT name FROM customers`))
		require.Equal(t, testSettings(t), b.Settings())
		sound(t, b)
		require.NoError(t, b.Close())
	}
}

// upgradeSteps lead to the present version and two made-up ones; the last makes a table anew that others refer to.
var upgradeSteps = append(slices.Clone(steps),
	`ALTER TABLE customers ADD COLUMN pet TEXT;
	 CREATE INDEX customers_pet ON customers (pet) WHERE pet IS NOT NULL`,
	`CREATE TABLE products_new (id INTEGER PRIMARY KEY AUTOINCREMENT, sku TEXT NOT NULL, name TEXT NOT NULL, created_on TEXT NOT NULL, weight INTEGER NOT NULL DEFAULT 0) STRICT;
	 INSERT INTO products_new (id, sku, name, created_on) SELECT id, sku, name, created_on FROM products;
	 PRAGMA legacy_alter_table = 1;
	 DROP VIEW v_products;
	 DROP TABLE products;
	 ALTER TABLE products_new RENAME TO products;
	 CREATE VIEW v_products AS SELECT id, sku, name, created_on, weight FROM products;
	 PRAGMA legacy_alter_table = 0`,
)

func TestUpgrade(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "book.db")
	b := newBookAt(t, path)
	update(t, b, insertCustomer(1, "Ana"), `INSERT INTO products (sku, name, created_on) VALUES ('p', 'P', '2026-01-01')`,
		`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 100)`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 1, 100, 100)`)
	before := dump(t, b)
	old := fmt.Sprintf(".v%d.bak", perla.SchemaVersion)
	require.NoError(t, os.WriteFile(path+old, []byte("somebody's"), 0o600))

	require.NoError(t, b.upgrade(ctx, perla.SchemaVersion+2, upgradeSteps))
	require.Equal(t, perla.SchemaVersion+2, ask[int](t, b, `SELECT user_version FROM pragma_user_version`))
	require.Equal(t, 1, ask[int](t, b, `SELECT count(*) FROM order_lines`), "making a table anew takes nothing with it")
	require.Zero(t, ask[int](t, b, `SELECT weight FROM v_products`))
	require.NoError(t, b.upgrade(ctx, perla.SchemaVersion+2, upgradeSteps), "somebody else was faster")

	kept, err := os.ReadFile(path + old)
	require.NoError(t, err)
	require.Equal(t, "somebody's", string(kept), "an earlier copy is not overwritten")
	info, err := os.Stat(path + old + ".2")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	backup, err := Open(ctx, path+old+".2", testNow)
	require.NoError(t, err, "the copy is a book of its own")
	require.Equal(t, before, dump(t, backup))
	require.NoError(t, backup.Close())
	require.Len(t, operations(t, b), 1)
	_, err = b.Undo(ctx, 0)
	require.NoError(t, err, "what was done before the upgrade can be undone after it")
	_, err = redo(b)
	require.NoError(t, err)

	newer, err := Open(ctx, path, testNow)
	require.Equal(t, fault.BookUnusable, fault.KindOf(err))
	require.Nil(t, newer)
}

func TestUpgradeThatFailsChangesNothing(t *testing.T) {
	ctx := context.Background()
	for name, step := range map[string]string{
		"a wrong statement":   `ALTER TABLE customers ADD COLUMN pet TEXT; SELECT nonsense`,
		"a dangling row":      `DELETE FROM products`,
		"a rule that is kept": `INSERT INTO customers (name, created_on, name_key, search) VALUES ('', '', '', '')`,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			update(t, b, insertCustomer(1, "Ana"), `INSERT INTO products (sku, name, created_on) VALUES ('p', 'P', '2026-01-01')`,
				`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 100)`,
				`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 1, 100, 100)`)
			before, was := dump(t, b), shape(t, b)
			require.ErrorContains(t, b.upgrade(ctx, perla.SchemaVersion+1, append(slices.Clone(steps), step)), fmt.Sprintf("upgrade to format %d", perla.SchemaVersion+1))
			require.Equal(t, before, dump(t, b))
			require.Equal(t, was, shape(t, b))
			require.Equal(t, perla.SchemaVersion, ask[int](t, b, `SELECT user_version FROM pragma_user_version`))
			sound(t, b)
		})
	}
}
