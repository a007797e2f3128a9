package render

import (
	"fmt"
	"io"
	"testing"
)

// BenchmarkTable draws 10,000 rows of 8 columns into a terminal of 120.
func BenchmarkTable(b *testing.B) {
	heads := []string{"id", "ref", "name", "email", "city", "last_order", "orders", "revenue"}
	right := []bool{true, false, false, false, false, false, true, true}
	rows := make([][]string, 10000)
	for i := range rows {
		rows[i] = []string{fmt.Sprint(i), fmt.Sprintf("C-%06d", i), "Ana María Pérez García", fmt.Sprintf("ana%d@ejemplo.es", i), "San Sebastián", "2026-11-22", "12", "1.234,56"}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Table(io.Discard, Style{Width: 100, Terminal: true}, heads, rows, right, nil); err != nil {
			b.Fatal(err)
		}
	}
}
