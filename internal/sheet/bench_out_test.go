package sheet

import (
	"fmt"
	"io"
	"testing"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// wideRow has the 17 columns of an order list.
type wideRow struct {
	id, customer int64
	text         [10]string
	day          dates.Date
	total        money.Amount
	share        float64
}

func wideColumns() []Column[wideRow] {
	cols := []Column[wideRow]{
		{Name: "id", Kind: IntKind, Get: func(r *wideRow) Value { return Int(r.id) }},
		{Name: "customer_id", Kind: IntKind, Get: func(r *wideRow) Value { return Int(r.customer) }},
		{Name: "date", Kind: DateKind, Get: func(r *wideRow) Value { return Date(r.day) }},
		{Name: "total", Kind: MoneyKind, Get: func(r *wideRow) Value { return Money(r.total) }},
		{Name: "paid", Kind: MoneyKind, Get: func(r *wideRow) Value { return Money(r.total) }},
		{Name: "due", Kind: MoneyKind, Get: func(*wideRow) Value { return Money(0) }},
		{Name: "share", Kind: NumberKind, Get: func(r *wideRow) Value { return Number(r.share) }},
	}
	for i := range 10 {
		cols = append(cols, Column[wideRow]{Name: fmt.Sprint("text", i), Get: func(r *wideRow) Value { return Text(r.text[i]) }})
	}
	return cols
}

func wideRows(n int) func(yield func(wideRow, error) bool) {
	r := wideRow{customer: 77, day: 739577, share: 1.0 / 3, text: [10]string{"A-000123", "Ana Núñez", "paid", "web", "", "spring, 2026", "EUR", "", "", "csv"}}
	return func(yield func(wideRow, error) bool) {
		for i := range n {
			r.id, r.total = int64(i), money.Amount(i*17)
			if !yield(r, nil) {
				return
			}
		}
	}
}

// BenchmarkWrite writes 10,000 rows of 17 columns; what it allocates is per call, not per row.
func BenchmarkWrite(b *testing.B) {
	cols := wideColumns()
	for _, f := range Formats()[2:] {
		b.Run(f, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, Output{Format: Format(f), Setting: euro}, cols, wideRows(10000)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestWriteAllocatesNothingPerRow(t *testing.T) {
	cols := wideColumns()
	for _, f := range Formats()[2:] {
		cost := func(rows int) float64 {
			return testing.AllocsPerRun(3, func() {
				if err := Write(io.Discard, Output{Format: Format(f), Setting: euro}, cols, wideRows(rows)); err != nil {
					t.Fatal(err)
				}
			})
		}
		if few, many := cost(10), cost(5000); many > few+5 {
			t.Errorf("%s: %.0f allocations for 10 rows, %.0f for 5000", f, few, many)
		}
	}
}
