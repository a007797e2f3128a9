package sales

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

func newBook(t testing.TB) *book.Book {
	t.Helper()
	file, err := emptyBook()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "book.db")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	b, err := book.Open(context.Background(), path, testNow)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func testNow() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// emptyBook is the file of an empty book, which takes a tenth of the time to copy that it takes to make.
var emptyBook = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "perla-sales")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	if err != nil {
		return nil, err
	}
	b, err := book.Create(context.Background(), filepath.Join(dir, "book.db"), s, testNow)
	if err != nil {
		return nil, err
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(b.Path())
})

func day(t testing.TB, s string) dates.Date {
	d, err := dates.ParseISO(s)
	require.NoError(t, err)
	return d
}

// placeRows books rows in one operation and gives the tally and the problems.
func placeRows(t testing.TB, b *book.Book, o Options, rows ...Row) (Tally, []Problem) {
	t.Helper()
	var tally Tally
	var problems []Problem
	if o.Source == "" {
		o.Source = "csv"
	}
	require.NoError(t, b.Update(context.Background(), "order import", func(tx *book.Tx) (err error) {
		tally, err = PlaceAll(tx, slices.Values([][]Row{rows}), o, func(p Problem) { problems = append(problems, p) })
		return err
	}))
	return tally, problems
}

func TestPlaceTwice(t *testing.T) {
	b := newBook(t)
	rows := func() []Row {
		return []Row{
			{Line: 2, Has: FieldRef | FieldCustomer | FieldDate | FieldTotal | FieldChannel, Ref: "1", Customer: "Ana", Date: day(t, "2026-01-02"), Total: 1250, Channel: "online"},
			{Line: 3, Has: FieldRef | FieldCustomer | FieldDate | FieldProduct | FieldQuantity | FieldUnitPrice, Ref: "2", Customer: "bea@x.es", Date: day(t, "2026-01-03"), Product: "AB", Quantity: 2, UnitPrice: money.Decimal{Digits: 995, Scale: 2}},
			{Line: 4, Has: FieldRef | FieldProduct | FieldUnitPrice, Ref: "2", Product: "CD", UnitPrice: money.Decimal{Digits: 5, Scale: 0}},
			{Line: 5, Has: FieldCustomer | FieldDate | FieldTotal, Customer: "Ana", Date: day(t, "2026-01-05"), Total: -300},
			{Line: 6, Has: FieldCustomer | FieldDate | FieldTotal, Customer: "Ana", Date: day(t, "2026-01-05"), Total: -300},
		}
	}
	tally, problems := placeRows(t, b, Options{}, rows()...)
	require.Empty(t, problems)
	require.Equal(t, Tally{Created: 4, Customers: 2, Products: 2}, tally)
	tally, problems = placeRows(t, b, Options{}, rows()...)
	require.Empty(t, problems)
	require.Equal(t, Tally{Unchanged: 4}, tally)
	changed := rows()
	changed[0].Total = 1300
	changed[2].UnitPrice.Digits = 6
	tally, problems = placeRows(t, b, Options{}, changed...)
	require.Empty(t, problems)
	require.Equal(t, Tally{Updated: 2, Unchanged: 2}, tally)
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		got, err := book.All(v, book.Scalar[string], `SELECT ordered_on || ' ' || total || ' ' || ifnull(channel, '-') || ' ' || net FROM orders ORDER BY id`)
		require.Equal(t, []string{"2026-01-02 1300 online 1300", "2026-01-03 2590 - 2590", "2026-01-05 -300 - -300", "2026-01-05 -300 - -300"}, got)
		return err
	}))
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err)
	tally, _ = placeRows(t, b, Options{}, rows()...)
	require.Equal(t, Tally{Unchanged: 4}, tally)
}

func benchRows(n int) func(func([]Row) bool) {
	return func(yield func([]Row) bool) {
		first, _ := dates.ParseISO("2024-01-01")
		batch := make([]Row, 0, 8192)
		for i := range n {
			batch = append(batch, Row{Line: i + 2, Has: FieldRef | FieldCustomer | FieldDate | FieldTotal | FieldChannel,
				Ref: fmt.Sprintf("o%08d", i), Customer: fmt.Sprintf("c%06d", (i*7919)%(n/10)), Date: first.AddDays(i % 1000), Total: money.Amount(100 + i%9000), Channel: "online"})
			if len(batch) == cap(batch) || i == n-1 {
				if !yield(batch) {
					return
				}
				batch = batch[:0]
			}
		}
	}
}

func BenchmarkPlace(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		const n = 200_000
		k := newBook(b)
		start := time.Now()
		require.NoError(b, k.UpdateBulk(context.Background(), "order import", func(tx *book.Tx) error {
			_, err := PlaceAll(tx, benchRows(n), Options{Source: "csv", Rows: n}, func(Problem) {})
			return err
		}))
		b.ReportMetric(float64(time.Since(start).Nanoseconds())/n, "ns/order")
	}
}
