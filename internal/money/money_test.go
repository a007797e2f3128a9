package money

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	eur = Currency{"EUR", 2}
	jpy = Currency{"JPY", 0}
	tnd = Currency{"TND", 3}
)

func TestLookup(t *testing.T) {
	for code, want := range map[string]Currency{
		"EUR": eur, "eur": eur, "Eur": eur, "JPY": jpy, "TND": tnd, "AED": {"AED", 2}, "ZWL": {"ZWL", 2}, "CLF": {"CLF", 4},
		"COP": {"COP", 2}, "CLP": {"CLP", 0}, "ISK": {"ISK", 0}, "HUF": {"HUF", 2}, "KWD": {"KWD", 3}, "IDR": {"IDR", 2},
	} {
		got, err := Lookup(code)
		require.NoError(t, err, code)
		require.Equal(t, want, got)
	}
	for _, code := range []string{"", "E", "EU", "EURO", "XXX", "XAU", "AAA", "ZZZ", "€", "E1R", "ÉUR", "2AL"} {
		_, err := Lookup(code)
		require.ErrorContains(t, err, fmt.Sprintf("unknown currency %q", code))
	}
}

func TestEveryCurrencyIsFound(t *testing.T) {
	require.Zero(t, len(currencies)%entry)
	var codes []string
	for i := 0; i < len(currencies); i += entry {
		code := currencies[i : i+3]
		c, err := Lookup(strings.ToLower(code))
		require.NoError(t, err)
		require.Equal(t, code, c.Code)
		require.Contains(t, []int{0, 2, 3, 4}, c.Decimals)
		codes = append(codes, code)
	}
	require.True(t, sort.StringsAreSorted(codes))
	require.Greater(t, len(codes), 160)
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		currency Currency
		amount   Amount
		want     string
	}{
		{eur, 0, "0.00"}, {eur, 5, "0.05"}, {eur, -5, "-0.05"}, {eur, 50, "0.50"}, {eur, 123456, "1234.56"}, {eur, -123456, "-1234.56"},
		{eur, 100, "1.00"}, {eur, math.MaxInt64, "92233720368547758.07"}, {eur, math.MinInt64, "-92233720368547758.08"},
		{jpy, 0, "0"}, {jpy, 12, "12"}, {jpy, -12, "-12"}, {jpy, math.MinInt64, "-9223372036854775808"},
		{tnd, 1, "0.001"}, {tnd, 12, "0.012"}, {tnd, -1234567, "-1234.567"}, {Currency{"CLF", 4}, 10, "0.0010"},
	} {
		require.Equal(t, c.want, c.currency.Format(c.amount))
		require.Equal(t, "x,"+c.want, string(c.currency.Append([]byte("x,"), c.amount)))
	}
}

func TestDecimalText(t *testing.T) {
	for want, d := range map[string]Decimal{
		"0": {}, "0.00": {0, 2}, "12.50": {1250, 2}, "-0.005": {-5, 3}, "7": {7, 0}, "0.000000000000000001": {1, 18},
		"9.223372036854775807": {math.MaxInt64, 18},
	} {
		require.Equal(t, want, d.String())
		back, err := ParseDecimal(want, '.')
		require.NoError(t, err)
		require.Equal(t, d, back)
	}
}

func TestParsingTheFormatGivesTheAmount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := Amount(rapid.Int64Min(math.MinInt64+1).Draw(t, "amount"))
		c := rapid.SampledFrom([]Currency{eur, jpy, tnd, {"CLF", 4}}).Draw(t, "currency")
		text := c.Format(a)
		if a < 0 && strings.Trim(text, "-0.") == "" {
			t.Fatalf("negative zero: %s", text)
		}
		d, err := ParseDecimal(text, '.')
		if err != nil || d != (Decimal{int64(a), c.Decimals}) {
			t.Fatalf("%s is read as %v, %v", text, d, err)
		}
		back, err := d.Minor(c.Decimals)
		if err != nil || back != a {
			t.Fatalf("%d became %d, %v", a, back, err)
		}
		comma := strings.Replace(text, ".", ",", 1)
		if e, err := ParseDecimal(comma, ','); err != nil || e != d {
			t.Fatalf("%s is read as %v, %v", comma, e, err)
		}
	})
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 64)
	for name, f := range map[string]func(){
		"append":    func() { buf = eur.Append(buf[:0], -123456) },
		"decimal":   func() { buf = Decimal{1234, 3}.Append(buf[:0]) },
		"plain":     func() { _, _ = ParseDecimal("-1234.56", '.') },
		"grouped":   func() { _, _ = ParseDecimal("€ 1\u202f234\u202f567,80", ',') },
		"code":      func() { _, _ = ParseDecimal("1,234.56 usd", '.') },
		"refused":   func() { _, _ = ParseDecimal("twelve", '.') },
		"fits":      func() { Fits("1 234,56") },
		"ambiguous": func() { Ambiguous("1.234") },
		"lookup":    func() { _, _ = Lookup("EUR") },
	} {
		require.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 32)
	for b.Loop() {
		buf = eur.Append(buf[:0], 123456)
	}
}

func BenchmarkParseDecimal(b *testing.B) {
	for _, text := range []string{"1234.56", "-7", "1,234,567.89", "€ 1234.56", "1 234.56 EUR"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = ParseDecimal(text, '.')
			}
		})
	}
}

func BenchmarkFits(b *testing.B) {
	for _, text := range []string{"1234.56", "1,234.56"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Fits(text)
			}
		})
	}
}

func BenchmarkMinor(b *testing.B) {
	b.ReportAllocs()
	d := Decimal{123456, 2}
	for b.Loop() {
		_, _ = d.Minor(2)
	}
}
