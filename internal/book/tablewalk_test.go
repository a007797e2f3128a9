package book

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/fault"
)

// rowsOf is a walk over a table as text: its integers n and its texts.
func rowsOf(v *View, table string, ints, texts []string) (lines []string, err error) {
	err = v.WalkTable(table, append(slices.Clone(ints), texts...), func(r *TableRow) error {
		var line strings.Builder
		fmt.Fprint(&line, r.ID)
		for i := range len(ints) + len(texts) {
			switch {
			case r.Null(i):
				line.WriteString("|NULL")
			case i < len(ints):
				fmt.Fprintf(&line, "|%d", r.Int(i))
			default:
				fmt.Fprintf(&line, "|'%s'", r.Text(i))
			}
		}
		lines = append(lines, line.String())
		return nil
	})
	return lines, err
}

// selectedRows is the same by SQL.
func selectedRows(v *View, table string, ints, texts []string) ([]string, error) {
	line := "rowid"
	for _, column := range ints {
		line += ` || '|' || coalesce(` + column + `, 'NULL')`
	}
	for _, column := range texts {
		line += ` || '|' || coalesce('''' || ` + column + ` || '''', 'NULL')`
	}
	return All(v, Scalar[string], `SELECT `+line+` FROM `+table+` NOT INDEXED ORDER BY rowid`)
}

var (
	ordersInts  = []string{"total", "customer_id", "is_history", "cost", "consultant_id"}
	ordersTexts = []string{"notes", "ordered_on", "confirmed_on", "cancelled_on", "returned_on", "channel"}
)

func requireSameRows(t testing.TB, v *View) []string {
	t.Helper()
	want, err := selectedRows(v, "orders", ordersInts, ordersTexts)
	require.NoError(t, err)
	got, err := rowsOf(v, "orders", ordersInts, ordersTexts)
	require.NoError(t, err)
	require.Equal(t, want, got)
	return got
}

// addNotes gives some orders notes, of which long ones spill over to pages of their own.
func addNotes(tx *Tx) error {
	_, err := tx.Exec(`UPDATE orders SET notes = printf('%.*c', id * 37 % 9000, 'n') || id WHERE id % 7 = 0`)
	return err
}

func TestWalkTableIsTheQuery(t *testing.T) {
	for _, pageSize := range []int{512, 4096, 65536} {
		for _, orders := range []int{0, 1, 3000} {
			t.Run(fmt.Sprintf("pages of %d, %d orders", pageSize, orders), func(t *testing.T) {
				b := ordersBook(t, pageSize, orders)
				require.NoError(t, b.View(t.Context(), func(v *View) error { requireSameRows(t, v); return nil }))
				require.NoError(t, b.Update(t.Context(), "test", addNotes))
				require.NoError(t, b.View(t.Context(), func(v *View) error { requireSameRows(t, v); return nil }))
			})
		}
	}
}

// TestWalkTableOfAnyShape compares walk and query over tables of random columns and rows, some added when the table was
// still narrower, some changed and deleted since.
func TestWalkTableOfAnyShape(t *testing.T) {
	refused := errors.New("taken back")
	for _, pageSize := range []int{512, 4096} {
		b := ordersBook(t, pageSize, 0)
		rapid.Check(t, func(rt *rapid.T) {
			shape := rapid.SampledFrom([]string{
				`CREATE TABLE y (id INTEGER PRIMARY KEY, a INTEGER, b TEXT) STRICT`,
				`CREATE TABLE y (b TEXT, none INTEGER AS (a IS NULL) VIRTUAL, a INTEGER, id INTEGER PRIMARY KEY AUTOINCREMENT, r REAL, x BLOB) STRICT`,
				`CREATE TABLE y (a INTEGER, r REAL DEFAULT 1.5, size INTEGER AS (length(b)) STORED, x BLOB DEFAULT x'0102', b TEXT) STRICT`,
			}).Draw(rt, "shape")
			err := b.Update(t.Context(), "test", func(tx *Tx) error {
				run := func(statement string, args ...any) {
					_, err := tx.tx.Exec(statement, args...)
					require.NoError(rt, err)
				}
				fill := func(columns string) {
					values := rapid.SliceOfN(rapid.Custom(drawRow), 0, 40).Draw(rt, columns)
					for _, r := range values {
						run(`INSERT OR REPLACE INTO y (rowid, a, b`+columns, r.id, r.number, r.text)
					}
				}
				run(shape)
				fill(`) VALUES (?, ?, ?)`)
				run(`ALTER TABLE y ADD COLUMN c INTEGER NOT NULL DEFAULT 1`)
				run(`ALTER TABLE y ADD COLUMN d TEXT`)
				fill(`, c, d) VALUES (?, ?, ?, -9, 'd')`)
				run(`DELETE FROM y WHERE rowid % 5 = 2`)
				run(`UPDATE y SET a = -a WHERE rowid % 5 = 1 AND a > -9223372036854775807`)
				want, err := selectedRows(tx.View, "y", []string{"a", "c"}, []string{"b", "d"})
				require.NoError(rt, err)
				got, err := rowsOf(tx.View, "y", []string{"a", "c"}, []string{"b", "d"})
				require.NoError(rt, err)
				require.Equal(rt, want, got)
				return refused
			})
			require.ErrorIs(rt, err, refused)
		})
	}
}

// drawnRow is a row with an id of any size, and NULL, small or large values.
type drawnRow struct {
	id           int64
	number, text any
}

func drawRow(t *rapid.T) (r drawnRow) {
	r.id = rapid.OneOf(rapid.Int64Range(-50, 200), rapid.Int64Range(-1<<62, 1<<62)).Draw(t, "id")
	if rapid.Bool().Draw(t, "a number") {
		r.number = rapid.OneOf(rapid.Int64Range(-3, 3), rapid.Int64()).Draw(t, "number")
	}
	if rapid.Bool().Draw(t, "a text") {
		// The lengths around which a row stops fitting on its page, and those that fill pages of their own to the brim.
		length := rapid.OneOf(rapid.IntRange(0, 40), rapid.IntRange(30, 530), rapid.IntRange(900, 1100), rapid.IntRange(4000, 9000)).Draw(t, "length")
		r.text = strings.Repeat("é", length/2) + strings.Repeat("x", length%2)
	}
	return r
}

func TestWalkTableSeesItsOwnSnapshot(t *testing.T) {
	b := ordersBook(t, 512, 300)
	other, err := Open(t.Context(), b.Path(), testNow)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	require.NoError(t, b.View(t.Context(), func(v *View) error {
		before := requireSameRows(t, v)
		require.NoError(t, other.Update(t.Context(), "test", func(tx *Tx) error {
			require.NoError(t, errors.Join(addNotes(tx), fillOrders(tx, rand.New(rand.NewPCG(1, 1)), 300)))
			require.NotEqual(t, before, requireSameRows(t, tx.View), "changes of this very transaction")
			return nil
		}))
		require.Equal(t, before, requireSameRows(t, v), "a commit of another process after the view began")
		return nil
	}))
	info, err := os.Stat(b.Path() + "-wal")
	require.NoError(t, err)
	require.NotZero(t, info.Size(), "the commit still lies in the write-ahead log")
	require.NoError(t, b.View(t.Context(), func(v *View) error { requireSameRows(t, v); return nil }))
}

func TestWalkTableEndsWithItsConsumer(t *testing.T) {
	b := ordersBook(t, 512, 1500)
	enough, seen := errors.New("enough"), 0
	require.NoError(t, b.View(t.Context(), func(v *View) error {
		leaves, _, err := One(v, Scalar[int], `SELECT count(*) FROM dbstat WHERE name = 'orders' AND pagetype = 'leaf'`)
		require.NoError(t, err)
		require.Greater(t, leaves, 3*leavesAtOnce, "more than are read while the first rows are given")
		err = v.WalkTable("orders", nil, func(*TableRow) error {
			seen++
			_, _, err := One(v, Scalar[int64], `SELECT 1`)
			require.ErrorIs(t, err, errNested)
			if seen == 3 {
				return enough
			}
			return nil
		})
		require.ErrorIs(t, err, enough)
		requireSameRows(t, v) // the view goes on
		return nil
	}))
	require.Equal(t, 3, seen)
}

func TestUnwalkableTable(t *testing.T) {
	b := ordersBook(t, 512, 100)
	for name, c := range map[string]struct {
		statement, table string
		columns          []string
	}{
		"no such table":     {"", "orders_none", nil},
		"an index":          {"", "orders_sales", nil},
		"a view":            {"", "v_orders", nil},
		"no such column":    {"", "orders", []string{"total", "none"}},
		"a computed column": {"", "orders", []string{"net"}},
		"the key":           {"", "orders", []string{"id"}},
		"no rowids":         {"CREATE TABLE y (a INTEGER PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID", "y", []string{"b"}},
		"not strict":        {"CREATE TABLE y (a INTEGER)", "y", []string{"a"}},
		"another key":       {"CREATE TABLE y (a TEXT PRIMARY KEY) STRICT", "y", []string{"a"}},
		"a float":           {"CREATE TABLE y (a REAL) STRICT", "y", []string{"a"}},
		"a default of text": {"CREATE TABLE y (a INTEGER) STRICT; INSERT INTO y VALUES (1); ALTER TABLE y ADD COLUMN b TEXT DEFAULT 'b'", "y", []string{"b"}},
	} {
		refused := errors.New("taken back")
		err := b.Update(t.Context(), "test", func(tx *Tx) error {
			if c.statement != "" {
				_, err := tx.tx.Exec(c.statement)
				require.NoError(t, err, name)
			}
			require.ErrorIs(t, tx.WalkTable(c.table, c.columns, func(*TableRow) error { return nil }), ErrUnwalkable, name)
			return refused
		})
		require.ErrorIs(t, err, refused, name)
	}
}

// TestDamagedTable changes bytes in the pages of the table. The walk may refuse; the rows it gives are those that SQL
// gives, where SQL does not refuse.
func TestDamagedTable(t *testing.T) {
	const pageSize, rounds = 512, 100
	b := ordersBook(t, pageSize, 400)
	require.NoError(t, b.Update(t.Context(), "test", addNotes))
	var pages []int64
	require.NoError(t, b.View(t.Context(), func(v *View) (err error) {
		pages, err = All(v, Scalar[int64], `SELECT pageno FROM dbstat WHERE name = 'orders'`)
		return err
	}))
	require.Greater(t, len(pages), 20)
	require.NoError(t, b.Close()) // which brings everything into the one file
	whole, err := os.ReadFile(b.Path())
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "damaged.db")
	random := rand.New(rand.NewPCG(3, 4))
	walked, refused := 0, 0
	for range rounds {
		damaged := bytes.Clone(whole)
		page := damaged[(pages[random.IntN(len(pages))]-1)*pageSize:][:pageSize]
		for range 1 + random.IntN(3) {
			at := random.IntN(pageSize)
			if random.IntN(2) > 0 {
				at = random.IntN(30) // the header and the first cells
			}
			page[at] = byte(random.IntN(256))
		}
		require.NoError(t, os.WriteFile(path, damaged, 0o600))
		b, err := Open(t.Context(), path, testNow)
		require.NoError(t, err)
		require.NoError(t, b.View(t.Context(), func(v *View) error {
			got, err := rowsOf(v, "orders", ordersInts, ordersTexts)
			whole := err == nil
			if whole {
				walked++
			} else {
				require.True(t, errors.Is(err, ErrUnwalkable) || fault.KindOf(err) == fault.BookUnusable, "%v", err)
				refused++
			}
			want, err := selectedRows(v, "orders", ordersInts, ordersTexts)
			if err == nil && (whole || len(want) >= len(got)) {
				require.Equal(t, want[:len(got)], got)
				require.True(t, !whole || len(want) == len(got))
			}
			return nil
		}))
		require.NoError(t, b.Close())
	}
	require.Greater(t, walked, rounds/10)
	require.Greater(t, refused, rounds/10)
}

// BenchmarkWalkTable walks a table of 20,000 orders.
func BenchmarkWalkTable(b *testing.B) {
	shelf := ordersBook(b, 4096, 30_000)
	b.ReportAllocs()
	require.NoError(b, shelf.View(b.Context(), func(v *View) error {
		for b.Loop() {
			sum := int64(0)
			if err := v.WalkTable("orders", []string{"total"}, func(r *TableRow) error { sum += r.Int(0); return nil }); err != nil {
				return err
			}
		}
		return nil
	}))
}
