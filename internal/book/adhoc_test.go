package book

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// typed runs an ad-hoc query and writes each row with %v.
func typed(b *Book, query string, limits AdHocLimits) (names, rows []string, more bool, err error) {
	more, err = b.AdHoc(context.Background(), query, limits, func(n []string, seq iter.Seq2[[]any, error]) error {
		names = n
		for row, err := range seq {
			if err != nil {
				return err
			}
			rows = append(rows, fmt.Sprintf("%v", row))
		}
		return nil
	})
	return names, rows, more, err
}

func TestAdHoc(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Bea"), insertCustomer(3, "Cleo"))
	for query, want := range map[string]string{
		`SELECT id, name FROM v_customers ORDER BY name DESC`:                                                 "[id name] [[3 Cleo] [2 Bea] [1 Ana]]",
		`SELECT name FROM customers ORDER BY length(name) DESC, id DESC LIMIT 2 OFFSET 1`:                     "[name] [[Bea] [Ana]]",
		"SELECT 1 AS one, 2.5, NULL, x'00ff', 'it''s; fine' -- a comment":                                     "[one 2.5 NULL x'00ff' 'it''s; fine'] [[1 2.5 <nil> [0 255] it's; fine]]",
		`  ; ;SELECT 1;;; /* the end */ `:                                                                     "[1] [[1]]",
		`WITH c AS (SELECT count(*) AS n FROM customers) SELECT n FROM c`:                                     "[n] [[3]]",
		`VALUES (1, 'a'), (2, 'b')`:                                                                           "[column1 column2] [[1 a] [2 b]]",
		`SELECT 1 WHERE 0`:                                                                                    "[1] []",
		`SELECT rowid FROM customers_search WHERE customers_search MATCH 'cle'`:                               "[rowid] [[3]]",
		`SELECT id FROM customers WHERE id IN (SELECT rowid FROM customers_search WHERE search LIKE '%leo%')`: "[id] [[3]]",
		`SELECT name FROM pragma_table_info('customers') WHERE cid = 0`:                                       "[name] [[id]]",
		`SELECT count(*) > 20 FROM sqlite_schema`:                                                             "[count(*) > 20] [[1]]",
		`SELECT ref, count(*) AS "weird ""name" FROM customers GROUP BY ref`:                                  `[ref weird "name] [[<nil> 3]]`,
		`SELECT a.id, b.id FROM customers a JOIN customers b ON a.id = b.id WHERE a.id = 1`:                   "[id id:1] [[1 1]]",
		`SELECT json_extract('{"a":[1]}', '$.a[0]')`:                                                          `[json_extract('{"a":[1]}', '$.a[0]')] [[1]]`,
		`SELECT sum(id) OVER (ORDER BY id) AS s FROM customers UNION ALL SELECT 0 ORDER BY 1`:                 "[s] [[0] [1] [3] [6]]",
	} {
		names, rows, more, err := typed(b, query, AdHocLimits{Time: time.Minute, Rows: 10})
		require.NoError(t, err, query)
		require.Equal(t, want, fmt.Sprint(names, " ", rows), query)
		require.False(t, more)
	}
	require.Equal(t, 3, ask[int](t, b, `SELECT count(*) FROM customers`), "the connection is what it was")
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		return v.Each(func(Row) error { return nil }, `id`, `customers`)
	}))
}

func TestAdHocRefuses(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana"))
	dir := filepath.Dir(b.Path())
	other := filepath.Join(t.TempDir(), "other.db")
	before := dump(t, b)
	for _, query := range []string{
		`INSERT INTO customers (name, created_on, name_key, search) VALUES ('x', 'x', 'x', 'x')`,
		`UPDATE customers SET name = 'x'`, `DELETE FROM customers`, `REPLACE INTO settings (key, value) VALUES ('a', 'b')`,
		`WITH c AS (SELECT 1) DELETE FROM customers`, `DELETE FROM customers RETURNING id`,
		`INSERT INTO customers_search (customers_search) VALUES ('rebuild')`,
		`DROP TABLE customers`, `CREATE TABLE x (a)`, `CREATE TEMP TABLE x (a)`, `CREATE TEMP VIEW x AS SELECT 1`, `ALTER TABLE customers ADD COLUMN x`,
		`CREATE VIRTUAL TABLE temp.x USING fts5 (a)`, `CREATE VIRTUAL TABLE temp.x USING perla_feed(a)`,
		`ATTACH '` + other + `' AS other`, `DETACH main`, `VACUUM`, `VACUUM INTO '` + other + `'`, `REINDEX`, `ANALYZE`,
		`PRAGMA journal_mode = DELETE`, `PRAGMA user_version = 5`, `PRAGMA query_only = 0`, `PRAGMA table_info(customers)`, `SELECT * FROM pragma_wal_checkpoint`,
		`BEGIN`, `COMMIT`, `SAVEPOINT x`, `RELEASE x`, `EXPLAIN SELECT 1`,
		`SELECT load_extension('x')`, `SELECT LOAD_EXTENSION('x', 'y')`, `SELECT perla_sink(1, 2)`, `SELECT Perla_Sink()`, `SELECT count(perla_sink(1)) FROM customers`,
		`SELECT * FROM perla_feed`, `SELECT * FROM feed_1`,
		`SELECT 1; DELETE FROM customers`, `SELECT 1; SELECT 2`, "SELECT 1;\n-- x\n;SELECT 2", `SELECT 1; x`, "SELECT 1\x00; DELETE FROM customers",
		``, ` `, `;`, `-- nothing`, `/* nothing`, `SELECT`, `SELECT 'open`, `SELECT (1`, `SELECT 1)`, `SELECT 1) UNION SELECT (2`, `SELECT nme FROM customers`, `SELECT "no column"`, `SELECT ?`, `SELECT :a`, `SELECT $a`,
		`SELECT hex(zeroblob(900000000))`, `SELECT printf('%900000000d', 1)`,
	} {
		_, rows, _, err := typed(b, query, AdHocLimits{Time: 5 * time.Second})
		require.Equal(t, fault.Usage, fault.KindOf(err), "%s: %v %v", query, rows, err)
	}
	require.Equal(t, before, dump(t, b))
	_, err := os.Stat(other)
	require.ErrorIs(t, err, os.ErrNotExist)
	for name := range files(t, dir) {
		require.True(t, strings.HasPrefix(name, "book.db"), name)
	}
	sound(t, b)
}

func TestAdHocLimits(t *testing.T) {
	b := newBook(t)
	const endless = `WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c`
	_, rows, more, err := typed(b, endless, AdHocLimits{Time: 10 * time.Second, Rows: 3})
	require.NoError(t, err)
	require.Equal(t, []string{"[1]", "[2]", "[3]"}, rows)
	require.True(t, more)
	_, rows, more, err = typed(b, endless+` LIMIT 3`, AdHocLimits{Rows: 3})
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.False(t, more)
	for _, query := range []string{endless + ` WHERE x < 0`, endless + ` WHERE x < 2 OR x < 0`, endless + ` ORDER BY x`} {
		started := time.Now()
		_, _, _, err = typed(b, query, AdHocLimits{Time: 200 * time.Millisecond})
		require.Equal(t, fault.Cancelled, fault.KindOf(err), "%v", err)
		require.ErrorContains(t, err, "longer than 200ms")
		require.Less(t, time.Since(started), 5*time.Second)
	}
	boom := errors.New("boom")
	_, err = b.AdHoc(context.Background(), endless+` LIMIT 2`, AdHocLimits{Time: 200 * time.Millisecond}, func(_ []string, seq iter.Seq2[[]any, error]) error {
		for _, err := range seq {
			require.NoError(t, err)
			time.Sleep(150 * time.Millisecond)
		}
		return boom
	})
	require.ErrorIs(t, err, boom, "the time the caller takes does not count, and its error comes back")
	_, err = b.AdHoc(context.Background(), endless, AdHocLimits{}, func(_ []string, seq iter.Seq2[[]any, error]) error {
		for range seq {
			break
		}
		return nil
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err = b.AdHoc(ctx, endless+` WHERE x < 0`, AdHocLimits{}, func(_ []string, seq iter.Seq2[[]any, error]) error {
		for _, err := range seq {
			return err
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 0, ask[int](t, b, `SELECT count(*) FROM customers`))
}

func TestOneStatement(t *testing.T) {
	for query, want := range map[string]string{
		`SELECT 1`:                      `SELECT 1`,
		`SELECT 1 ; `:                   `SELECT 1`,
		`SELECT ';' ; -- ;`:             `SELECT ';'`,
		`SELECT "a;b", [c;d], ` + "`;`": `SELECT "a;b", [c;d], ` + "`;`",
		`SELECT 'it''s;' /* ; */;`:      `SELECT 'it''s;'`,
		"SELECT 1 -- ;\n + 2;":          "SELECT 1 -- ;\n + 2",
		`SELECT 'open; SELECT 2`:        `SELECT 'open; SELECT 2`,
	} {
		got, err := oneStatement(query)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func FuzzOneStatement(f *testing.F) {
	for _, s := range []string{`SELECT 1; x`, `'`, `/*`, `--`, `[a;`, "`", "a\x00", `;;`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		got, err := oneStatement(query)
		if err != nil {
			require.Equal(t, fault.Usage, fault.KindOf(err))
			return
		}
		require.Contains(t, query, got)
		again, err := oneStatement(got)
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}
