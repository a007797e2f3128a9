package sheet

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/money"
)

func TestAppendNumber(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{0, "0"}, {math.Copysign(0, -1), "0"}, {1, "1"}, {-3, "-3"}, {999999, "999999"}, {1e6, "1000000"},
		{0.5, "0.5"}, {1.0 / 3, "0.333333"}, {-2.0 / 3, "-0.666667"}, {1234.5678, "1234.57"}, {12.5, "12.5"}, {100.5, "100.5"},
		{1234567.8, "1234570"}, {-1234567.8, "-1234570"}, {999999.7, "1000000"}, {0.00001, "0.00001"}, {1.5e-7, "0.00000015"},
		{1e21, "1000000000000000000000"}, {3.0402e0, "3.0402"}, {123456.5, "123456"}, {99999.96, "100000"}, {0.01738688, "0.0173869"},
	} {
		require.Equal(t, c.want, string(appendNumber(nil, c.x)), c.x)
	}
	require.True(t, Number(math.NaN()).IsEmpty())
	require.True(t, Number(math.Inf(-1)).IsEmpty())
}

func TestAppendNumberKeepsSixDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64().Draw(t, "x")
		if math.IsInf(x, 0) || math.IsNaN(x) {
			return
		}
		s := string(appendNumber(nil, x))
		require.NotContains(t, s, "e")
		require.NotEqual(t, "-0", s)
		require.False(t, strings.Contains(s, ".") && strings.HasSuffix(s, "0"), s)
		got, err := strconv.ParseFloat(s, 64)
		require.NoError(t, err)
		want, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', 6, 64), 64)
		require.NoError(t, err)
		require.Equal(t, want, got+0)
	})
}

func TestAppendDecimal(t *testing.T) {
	for _, c := range []struct {
		d    money.Decimal
		want string
	}{
		{money.Decimal{}, "0"},
		{money.Decimal{Digits: 5, Scale: 3}, "0.005"},
		{money.Decimal{Digits: -5, Scale: 1}, "-0.5"},
		{money.Decimal{Digits: 12500, Scale: 3}, "12.500"},
		{money.Decimal{Digits: 125}, "125"},
		{money.Decimal{Digits: 0, Scale: 2}, "0.00"},
		{money.Decimal{Digits: math.MinInt64, Scale: 2}, "-92233720368547758.08"},
	} {
		require.Equal(t, c.want, string(Decimal(c.d).appendFigure(nil, money.Currency{})))
	}
}

func TestMoneyHasTheCurrencysDecimals(t *testing.T) {
	for decimals, want := range map[int]string{0: "-123456", 2: "-1234.56", 3: "-123.456"} {
		require.Equal(t, want, string(Money(-123456).appendFigure(nil, money.Currency{Decimals: decimals})))
	}
}

func TestCellReadsByTheColumnsMarks(t *testing.T) {
	s := euro
	for _, c := range []struct {
		text string
		mark byte
		want money.Amount
	}{{"1.234,56", ',', 123456}, {"1,234.56", '.', 123456}, {"1234.56", 0, 123456}, {"0.125", '.', 12}} {
		cell := Cell{Text: c.text, mark: c.mark, setting: &s}
		got, err := cell.Money()
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
	for text, want := range map[string]int64{"12": 12, "-3": -3, "2.00": 2, "1,234": 1234} {
		cell := Cell{Text: text, setting: &s}
		got, err := cell.Int()
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"1.5", "x", ""} {
		cell := Cell{Text: text}
		_, err := cell.Int()
		require.Error(t, err, text)
	}
	got, err := (&Cell{Text: "2026-11-22"}).Date()
	require.NoError(t, err)
	require.Equal(t, day(t, "2026-11-22"), got)
}

func TestMoneyOfAnotherCurrencyIsRefused(t *testing.T) {
	eur, err := money.Lookup("EUR")
	require.NoError(t, err)
	for text, ok := range map[string]bool{"12.00": true, "-12.00": true, "12.00 €": true, "EUR 12.00": true, "12.00eur": true, "(12.00)": true,
		"$12.00": false, "12.00 USD": false, "R$ 12.00": false, "£12.00": false} {
		_, err := (&Cell{Text: text, setting: &Setting{Currency: eur}}).Money()
		require.Equal(t, ok, err == nil, "%s: %v", text, err)
	}
	mxn, err := money.Lookup("MXN")
	require.NoError(t, err)
	_, err = (&Cell{Text: "$12.00", setting: &Setting{Currency: mxn}}).Money()
	require.NoError(t, err, "a peso is written with $ too")
}
