package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

var ordersSales = []string{"customer_id", "ordered_on", "net", "is_history", "confirmed_on", "cancelled_on", "returned_on"}

// ordersBook is a book whose pages have a size, with orders of every shape, and orders deleted since.
func ordersBook(t testing.TB, pageSize, orders int) *Book {
	t.Helper()
	file, err := emptyBook()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "book.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	raw, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	raw.SetMaxOpenConns(1)
	_, err = raw.Exec(fmt.Sprintf(`PRAGMA journal_mode = DELETE; PRAGMA page_size = %d; VACUUM`, pageSize))
	require.NoError(t, err)
	require.NoError(t, raw.Close())
	b, err := Open(context.Background(), path, testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	random := rand.New(rand.NewPCG(uint64(pageSize), uint64(orders)))
	require.NoError(t, b.UpdateBulk(context.Background(), "test", func(tx *Tx) error {
		if err := fillOrders(tx, random, orders); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM orders WHERE id % 3 = 1`)
		return err
	}))
	return b
}

func fillOrders(tx *Tx, random *rand.Rand, orders int) error {
	for range 40 {
		if _, err := tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES ('c', '2026-11-22', 'c', 'c')`); err != nil {
			return err
		}
	}
	maybe := func() any {
		if random.IntN(3) > 0 {
			return nil
		}
		return fmt.Sprintf("2026-%02d-%02d", 1+random.IntN(12), 1+random.IntN(28))
	}
	for range orders {
		total := random.Int64() >> random.IntN(64)
		if random.IntN(2) > 0 {
			total = -total
		}
		if _, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on, cancelled_on, returned_on) VALUES (?, ?, ?, ?, ?, ?, ?)`,
			1+random.IntN(40), fmt.Sprintf("2026-%02d-%02d", 1+random.IntN(12), 1+random.IntN(28)), total, random.IntN(2), maybe(), maybe(), maybe()); err != nil {
			return err
		}
	}
	return nil
}

// entries is the walk as text.
func entries(v *View) (lines []string, err error) {
	err = v.WalkIndex("orders_sales", ordersSales, func(e *IndexEntry) error {
		line := fmt.Sprintf("%d|%s|%d|%d", e.Int(0), e.Text(1), e.Int(2), e.Int(3))
		for _, column := range []int{4, 5, 6} {
			line += "|"
			if !e.Null(column) {
				line += string(e.Text(column))
			}
		}
		lines = append(lines, line+fmt.Sprintf("|%d", e.Int(7)))
		return nil
	})
	return lines, err
}

// queried is the same by SQL.
func queried(v *View) ([]string, error) {
	return All(v, Scalar[string], `SELECT customer_id || '|' || ordered_on || '|' || net || '|' || is_history || '|' || coalesce(confirmed_on, '') ||
		'|' || coalesce(cancelled_on, '') || '|' || coalesce(returned_on, '') || '|' || id FROM orders INDEXED BY orders_sales
		ORDER BY customer_id, ordered_on, net, is_history, confirmed_on, cancelled_on, returned_on, id`)
}

func requireSame(t testing.TB, v *View) {
	t.Helper()
	want, err := queried(v)
	require.NoError(t, err)
	got, err := entries(v)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestWalkIsTheQuery(t *testing.T) {
	for _, pageSize := range []int{512, 4096, 65536} {
		for _, orders := range []int{0, 1, 3000} {
			t.Run(fmt.Sprintf("pages of %d, %d orders", pageSize, orders), func(t *testing.T) {
				b := ordersBook(t, pageSize, orders)
				require.NoError(t, b.View(t.Context(), func(v *View) error {
					size, _, err := One(v, Scalar[int], `SELECT page_size FROM pragma_page_size`)
					require.NoError(t, err)
					require.Equal(t, pageSize, size)
					requireSame(t, v)
					return nil
				}))
			})
		}
	}
}

func TestWalkSeesItsOwnSnapshot(t *testing.T) {
	b := ordersBook(t, 512, 300)
	other, err := Open(t.Context(), b.Path(), testNow)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	random := rand.New(rand.NewPCG(1, 1))
	change := func(tx *Tx) error {
		_, err := tx.Exec(`UPDATE orders SET total = total / 2, customer_id = 41 - customer_id WHERE id % 2 = 0`)
		return errors.Join(err, fillOrders(tx, random, 300))
	}
	require.NoError(t, b.View(t.Context(), func(v *View) error {
		before, err := queried(v)
		require.NoError(t, err)
		require.NoError(t, other.Update(t.Context(), "test", func(tx *Tx) error {
			require.NoError(t, change(tx))
			requireSame(t, tx.View) // changes of this very transaction
			after, err := queried(tx.View)
			require.NoError(t, err)
			require.NotEqual(t, before, after)
			return nil
		}))
		got, err := entries(v)
		require.NoError(t, err)
		require.Equal(t, before, got, "a commit of another process after the view began")
		return nil
	}))
	info, err := os.Stat(b.Path() + "-wal")
	require.NoError(t, err)
	require.NotZero(t, info.Size(), "the commit still lies in the write-ahead log")
	require.NoError(t, b.View(t.Context(), func(v *View) error {
		requireSame(t, v)
		return nil
	}))
}

func TestWalkEndsWithItsConsumer(t *testing.T) {
	b := ordersBook(t, 512, 300)
	enough, seen := errors.New("enough"), 0
	err := b.View(t.Context(), func(v *View) error {
		return v.WalkIndex("orders_sales", ordersSales, func(*IndexEntry) error {
			seen++
			if seen == 3 {
				return enough
			}
			return nil
		})
	})
	require.ErrorIs(t, err, enough)
	require.Equal(t, 3, seen)

	ctx, cancel := context.WithCancel(t.Context())
	err = b.View(ctx, func(v *View) error {
		cancel()
		return v.WalkIndex("orders_sales", ordersSales, func(*IndexEntry) error { return nil })
	})
	require.ErrorIs(t, err, context.Canceled)
}

func TestUnwalkable(t *testing.T) {
	b := ordersBook(t, 512, 100)
	for name, c := range map[string]struct {
		statement, index string
		columns          []string
	}{
		"no such index":   {"", "orders_none", ordersSales},
		"a table":         {"", "orders", ordersSales},
		"other columns":   {"", "orders_sales", []string{"customer_id", "ordered_on", "net", "is_history", "confirmed_on", "returned_on", "cancelled_on"}},
		"fewer columns":   {"", "orders_sales", ordersSales[:3]},
		"partial":         {"CREATE INDEX x ON orders (total) WHERE total > 0", "x", []string{"total"}},
		"descending":      {"CREATE INDEX x ON orders (total DESC)", "x", []string{"total"}},
		"another order":   {"CREATE INDEX x ON customers (name COLLATE NOCASE)", "x", []string{"name"}},
		"an expression":   {"CREATE INDEX x ON orders (total + 1)", "x", []string{""}},
		"no rowid":        {"CREATE TABLE y (a INTEGER PRIMARY KEY, b TEXT) STRICT, WITHOUT ROWID; CREATE INDEX x ON y (b)", "x", []string{"b"}},
		"a float":         {"CREATE TABLE y (a REAL) STRICT; CREATE INDEX x ON y (a); INSERT INTO y VALUES (0.5)", "x", []string{"a"}},
		"another type":    {"CREATE TABLE y (a TEXT) STRICT; CREATE INDEX x ON y (a); INSERT INTO y VALUES ('a')", "x", []string{"a"}},
		"spilled entries": {"CREATE TABLE y (a TEXT) STRICT; CREATE INDEX x ON y (a); INSERT INTO y VALUES (printf('%2000d', 1))", "x", []string{"a"}},
	} {
		refused := errors.New("taken back")
		err := b.Update(t.Context(), "test", func(tx *Tx) error {
			if c.statement != "" {
				_, err := tx.tx.Exec(c.statement)
				require.NoError(t, err, name)
			}
			err := tx.WalkIndex(c.index, c.columns, func(e *IndexEntry) error { e.Int(0); return nil })
			require.ErrorIs(t, err, ErrUnwalkable, name)
			return refused
		})
		require.ErrorIs(t, err, refused, name)
	}
}

// TestDamagedIndex changes bytes in the pages of the index. The walk may refuse, and where it does not and SQL does not
// either, both say the same.
func TestDamagedIndex(t *testing.T) {
	const pageSize, rounds = 512, 150
	b := ordersBook(t, pageSize, 400)
	var pages []int64
	require.NoError(t, b.View(t.Context(), func(v *View) (err error) {
		pages, err = All(v, Scalar[int64], `SELECT pageno FROM dbstat WHERE name = 'orders_sales'`)
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
		damaged := append([]byte(nil), whole...)
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
			got, err := entries(v)
			if err != nil {
				require.True(t, errors.Is(err, ErrUnwalkable) || fault.KindOf(err) == fault.BookUnusable, "%v", err)
				refused++
				return nil
			}
			walked++
			want, err := All(v, Scalar[string], `SELECT customer_id || '|' || ordered_on || '|' || net || '|' || is_history || '|' || coalesce(confirmed_on, '') ||
				'|' || coalesce(cancelled_on, '') || '|' || coalesce(returned_on, '') || '|' || id FROM orders INDEXED BY orders_sales`)
			if err == nil {
				require.Equal(t, want, got)
			}
			return nil
		}))
		require.NoError(t, b.Close())
	}
	require.Greater(t, walked, rounds/10)
	require.Greater(t, refused, rounds/10)
}

func TestIntegersOfTheBook(t *testing.T) {
	b := ordersBook(t, 4096, 0)
	var got, want []int64
	require.NoError(t, b.Update(t.Context(), "test", func(tx *Tx) error {
		if err := fillOrders(tx, rand.New(rand.NewPCG(0, 0)), 0); err != nil {
			return err
		}
		for bit := range 64 {
			for _, n := range []int64{1 << bit, 1<<bit - 1, -1 << bit, math.MinInt64 + 1<<bit} {
				want = append(want, n)
				if _, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-01-01', ?)`, n); err != nil {
					return err
				}
			}
		}
		return tx.WalkIndex("orders_sales", ordersSales, func(e *IndexEntry) error { got = append(got, e.Int(2)); return nil })
	}))
	require.ElementsMatch(t, want, got)
	require.IsNonDecreasing(t, got)
}

// BenchmarkWalkIndex walks an index of 20,000 orders.
func BenchmarkWalkIndex(b *testing.B) {
	shelf := ordersBook(b, 4096, 30_000)
	b.ReportAllocs()
	require.NoError(b, shelf.View(context.Background(), func(v *View) error {
		for b.Loop() {
			sum := int64(0)
			if err := v.WalkIndex("orders_sales", ordersSales, func(e *IndexEntry) error { sum += e.Int(2); return nil }); err != nil {
				return err
			}
		}
		return nil
	}))
}
