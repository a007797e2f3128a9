package sales

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// collect is all of a sequence, until its error.
func collect[T any](rows iter.Seq2[T, error]) (all []T, err error) {
	for row, err := range rows {
		if err != nil {
			return all, err
		}
		all = append(all, row)
	}
	return all, nil
}

func whole(s *stored) stored { return *s }

// drawOrder is the values of an order, for insertOrder.
func drawOrder(t *rapid.T) []any {
	maybe := func(what string, value any) any {
		if rapid.IntRange(0, 2).Draw(t, what) > 0 {
			return nil
		}
		return value
	}
	on := func(what string) string { return drawDay(t, what) }
	amount := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(-300, 300), rapid.Int64Range(-1<<55, 1<<55))
	var ref, source any
	if rapid.Bool().Draw(t, "with a ref") {
		ref, source = rapid.StringMatching(`[a-z0-9",é\n]{1,12}`).Draw(t, "ref"), rapid.SampledFrom([]string{"csv", "shop", contentSource}).Draw(t, "source")
	}
	notes := rapid.OneOf(rapid.StringMatching(`[a-zé ]{0,9}`), rapid.Just(strings.Repeat("a note of some length ", 500))).Draw(t, "notes")
	return []any{maybe("id", rapid.Int64Range(1, 1<<40).Draw(t, "its id")), ref, source, rapid.Int64Range(1, 3).Draw(t, "customer"), on("on"), amount.Draw(t, "total"),
		maybe("channel", rapid.SampledFrom([]string{"online", "boutique"}).Draw(t, "its channel")), rapid.Bool().Draw(t, "history"), amount.Draw(t, "shipping"),
		amount.Draw(t, "tax"), amount.Draw(t, "discount"), maybe("cost", amount.Draw(t, "its cost")), maybe("notes known", notes),
		maybe("confirmed", on("day")), maybe("shipped", on("day")), maybe("invoiced", on("day")), maybe("cancelled", on("day")), maybe("returned", on("day"))}
}

const insertOrder = `INSERT OR REPLACE INTO orders (id, ref, ref_source, customer_id, ordered_on, total, channel, is_history, shipping, tax, discount, cost, notes,
	confirmed_on, shipped_on, invoiced_on, cancelled_on, returned_on) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

// drawDay is one of few days, so that orders meet on them.
func drawDay(t *rapid.T, what string) string {
	return (dates.Date(739900) + dates.Date(rapid.IntRange(0, 9).Draw(t, what))).String()
}

func drawQuery(t *rapid.T) (q Query) {
	day := func(what string) (d dates.Date) {
		d, _ = dates.ParseISO(drawDay(t, what))
		return d
	}
	q.AsOf = day("as of")
	if rapid.Bool().Draw(t, "of some days") {
		q.Days = dates.Range{From: day("from"), To: day("to")}
	}
	q.Channel = rapid.SampledFrom([]string{"", "online"}).Draw(t, "of a channel")
	q.Status = Status(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "of a status"))
	return q
}

func TestWalkIsTheQuery(t *testing.T) {
	b := newBook(t)
	refused := errors.New("taken back")
	addCustomers(t, b)
	rapid.Check(t, func(rt *rapid.T) {
		orders, q := rapid.SliceOfN(rapid.Custom(drawOrder), 0, 30).Draw(rt, "orders"), drawQuery(rt)
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			for _, o := range orders {
				_, err := tx.Exec(insertOrder, o...)
				require.NoError(rt, err)
			}
			want, err := collect(queryOrders(tx.View, q, whole))
			require.NoError(rt, err)
			var got []stored
			require.NoError(rt, walkOrders(tx.View, &q, func(s *stored) error { got = append(got, *s); return nil }))
			require.Equal(rt, want, got)
			return refused
		})
		require.ErrorIs(rt, err, refused)
	})
}

func addCustomers(t testing.TB, b *book.Book) {
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
		for _, name := range []string{"ana", "bea", "cruz"} {
			if _, err := tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES (?, '2026-01-01', ?, ?)`, name, name, name); err != nil {
				return err
			}
		}
		return nil
	}))
}

// addOrders adds orders of each id from first to last.
func addOrders(tx *book.Tx, first, last int) error {
	_, err := tx.Exec(`WITH RECURSIVE n (i) AS (VALUES (?1) UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
		INSERT INTO orders (id, customer_id, ordered_on, total, channel) SELECT i, 1 + abs(i) % 3, '2026-01-02', i * 7, 'online' FROM n`, first, last)
	return err
}

// TestSQLGoesOnWhereTheWalkEnds has rows that the walk reads before others that it does not.
func TestSQLGoesOnWhereTheWalkEnds(t *testing.T) {
	for name, c := range map[string]struct {
		first     int // id of the 200 orders there are
		statement string
		walked    int
	}{
		"rows older than a column": {101, `DROP VIEW v_orders; ALTER TABLE orders DROP COLUMN notes; ALTER TABLE orders ADD COLUMN notes TEXT DEFAULT 'none'`, 50},
		"ids of 0 and below":       {-50, `SELECT 1`, 0},
		"a column not stored":      {101, `ALTER TABLE orders RENAME COLUMN notes TO remarks; ALTER TABLE orders ADD COLUMN notes INTEGER AS (id) VIRTUAL`, 0},
	} {
		b := newBook(t)
		addCustomers(t, b)
		require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error {
			require.NoError(t, addOrders(tx, c.first, c.first+199))
			for statement := range strings.SplitSeq(c.statement, ";") {
				_, err := tx.Exec(statement)
				require.NoError(t, err, name)
			}
			if c.walked > 0 {
				require.NoError(t, addOrders(tx, 1, c.walked))
			}
			q, walked := Query{AsOf: day(t, "2026-11-22")}, 0
			require.ErrorIs(t, walkOrders(tx.View, &q, func(*stored) error { walked++; return nil }), book.ErrUnwalkable, name)
			require.Equal(t, c.walked, walked, name)
			want, err := collect(queryOrders(tx.View, q, whole))
			require.NoError(t, err)
			require.Len(t, want, 200+c.walked)
			orders := readOrders(tx.View, q, whole)
			for range 2 { // it can be asked for again
				got, err := collect(orders)
				require.NoError(t, err)
				require.Equal(t, want, got, name)
				for range orders {
					break
				}
			}
			return nil
		}))
	}
}

func TestDamagedOrders(t *testing.T) {
	b := newBook(t)
	addCustomers(t, b)
	require.NoError(t, b.Update(context.Background(), "test", func(tx *book.Tx) error { return addOrders(tx, 1, 3000) }))
	var page int64
	require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
		page, _, err = book.One(v, book.Scalar[int64], `SELECT pageno FROM dbstat WHERE name = 'orders' AND pagetype = 'leaf' ORDER BY path LIMIT 1 OFFSET 10`)
		return err
	}))
	require.NoError(t, b.Close())
	f, err := os.OpenFile(b.Path(), os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteAt([]byte(strings.Repeat("\xff", 4096)), (page-1)*4096)
	require.NoError(t, errors.Join(err, f.Close()))
	damaged, err := book.Open(context.Background(), b.Path(), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, damaged.Close()) }()
	err = damaged.View(context.Background(), func(v *book.View) error {
		rows, err := collect(Export(v, Query{AsOf: day(t, "2026-11-22")}))
		require.NotEmpty(t, rows)
		require.Less(t, len(rows), 3000)
		return err
	})
	require.Equal(t, fault.BookUnusable, fault.KindOf(err), "%v", err)
}

func TestTextsByID(t *testing.T) {
	var names texts
	want := map[int64]string{1: "a", 2: "b", 700: "c", -3: "d", 1 << 60: "e", 1_000_000: "f", 0: "g"}
	for _, id := range []int64{1, 2, 1_000_000, 700, -3, 1 << 60, 0} {
		names.put(id, want[id])
	}
	require.Less(t, len(names.list), 1000)
	for id, text := range want {
		require.Equal(t, text, names.of(id), id)
	}
	for id := int64(3); id < 700; id++ {
		names.put(id, fmt.Sprint(id))
	}
	require.Equal(t, "699", names.of(699))
	require.Empty(t, names.of(5000))
}
