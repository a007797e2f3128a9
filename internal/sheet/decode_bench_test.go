package sheet

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// sale is the narrow order of the speed promises.
type sale struct {
	ref, customer, channel string
	date                   dates.Date
	total                  money.Amount
}

var saleColumns = []Column[sale]{
	{Name: "ref", Set: func(s *sale, c *Cell) error { s.ref = c.Text; return nil }},
	{Name: "customer", Required: true, Also: []string{"client", "cliente"}, Set: func(s *sale, c *Cell) error { s.customer = c.Text; return nil }},
	{Name: "date", Kind: DateKind, Required: true, Also: []string{"order date", "fecha"}, Set: func(s *sale, c *Cell) (err error) { s.date, err = c.Date(); return err }},
	{Name: "total", Kind: MoneyKind, Also: []string{"importe", "montant"}, Set: func(s *sale, c *Cell) (err error) { s.total, err = c.Money(); return err }},
	{Name: "channel", Set: func(s *sale, c *Cell) error { s.channel = c.Text; return nil }},
}

// euros is the setting of the tests.
var euros = Setting{Currency: money.Currency{Code: "EUR", Decimals: 2}, Zone: time.UTC}

// manySales writes n orders of n/10 customers in a form as plain as programs write it.
func manySales(n int) []byte {
	var b bytes.Buffer
	b.WriteString("ref,customer,date,total,channel\n")
	day, err := dates.ParseISO("2023-01-01")
	if err != nil {
		panic(err)
	}
	channels := []string{"web", "shop", "phone", "agent"}
	for i := range n {
		fmt.Fprintf(&b, "O-%07d,C-%06d,%s,%d.%02d,%s\n", i+1, i*7919%(n/10+1), day.AddDays(i*1000/n), i*31%400, i*17%100, channels[i*13%4])
	}
	return b.Bytes()
}

func saveFile(tb testing.TB, content []byte) string {
	tb.Helper()
	name := filepath.Join(tb.TempDir(), "in.csv")
	require.NoError(tb, os.WriteFile(name, content, 0o600))
	return name
}

func BenchmarkTokenizer(b *testing.B) {
	content := manySales(100_000)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		t := newTokenizer(bytes.NewReader(content), "", dialect{delim: ','}, 1)
		for t.next() {
		}
	}
}

func BenchmarkTokenizerQuoted(b *testing.B) {
	content := bytes.ReplaceAll(manySales(100_000), []byte(","), []byte(`","`))
	content = bytes.ReplaceAll(content, []byte("\n"), []byte("\"\n\""))
	content = append([]byte{'"'}, content[:len(content)-1]...)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		t := newTokenizer(bytes.NewReader(content), "", dialect{delim: ','}, 1)
		for t.next() {
		}
	}
}

func benchmarkDecoder(b *testing.B, key string, rows bool) {
	content := manySales(200_000)
	name := saveFile(b, content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		in, err := OpenInput(name, nil, InputOptions{Setting: euros, Key: key})
		require.NoError(b, err)
		d, err := NewDecoder(in, saleColumns)
		require.NoError(b, err)
		if rows {
			n := 0
			for row := range d.Rows() {
				n += len(row.Faults)
			}
			require.Zero(b, n)
		}
		require.NoError(b, in.Close())
	}
}

func BenchmarkPassOne(b *testing.B)    { benchmarkDecoder(b, "ref", false) }
func BenchmarkBothPasses(b *testing.B) { benchmarkDecoder(b, "ref", true) }
