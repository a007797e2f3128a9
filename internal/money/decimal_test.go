package money

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for _, c := range []struct {
		text string
		mark byte
		want Decimal
	}{
		{"0", '.', Decimal{}}, {"12", '.', Decimal{12, 0}}, {"12", ',', Decimal{12, 0}}, {"-12", '.', Decimal{-12, 0}}, {"+12", '.', Decimal{12, 0}},
		{"12.50", '.', Decimal{1250, 2}}, {"12,50", ',', Decimal{1250, 2}}, {"0.125", '.', Decimal{125, 3}}, {"007", '.', Decimal{7, 0}},
		{".5", '.', Decimal{5, 1}}, {"-,5", ',', Decimal{-5, 1}}, {"-0.00", '.', Decimal{0, 2}}, {"$.50", '.', Decimal{50, 2}},
		{"1,234.56", '.', Decimal{123456, 2}}, {"1.234,56", ',', Decimal{123456, 2}}, {"1.234.567", ',', Decimal{1234567, 0}},
		{"12,345,678.9", '.', Decimal{123456789, 1}}, {"1 234,56", ',', Decimal{123456, 2}}, {"1 234 567", '.', Decimal{1234567, 0}},
		{"1\u00a0234,5", ',', Decimal{12345, 1}}, {"1\u2009234,5", ',', Decimal{12345, 1}}, {"1\u202f234,5", ',', Decimal{12345, 1}},
		{"1\u2007234.5", '.', Decimal{12345, 1}}, {"1'234.50", '.', Decimal{123450, 2}}, {"1\u2019234\u2019567.50", '.', Decimal{123456750, 2}},
		{"123 456", ',', Decimal{123456, 0}}, {"12.50-", '.', Decimal{-1250, 2}}, {"12.50 -", '.', Decimal{-1250, 2}}, {"\u221212.50", '.', Decimal{-1250, 2}},
		{"(12.50)", '.', Decimal{-1250, 2}}, {"(1,250)", '.', Decimal{-1250, 0}}, {"$(12.50)", '.', Decimal{-1250, 2}}, {"($12.50)", '.', Decimal{-1250, 2}},
		{"(12.50 €)", '.', Decimal{-1250, 2}}, {"(12.50) €", '.', Decimal{-1250, 2}}, {"€12.50", '.', Decimal{1250, 2}}, {"12,50 €", ',', Decimal{1250, 2}},
		{"12,50\u00a0€", ',', Decimal{1250, 2}}, {"-€12.50", '.', Decimal{-1250, 2}}, {"€-12.50", '.', Decimal{-1250, 2}}, {"€ -12.50", '.', Decimal{-1250, 2}},
		{"- 12.50", '.', Decimal{-1250, 2}}, {"EUR 12.50", '.', Decimal{1250, 2}}, {"12.50 eur", '.', Decimal{1250, 2}}, {"USD12", '.', Decimal{12, 0}},
		{"12.50EUR-", '.', Decimal{-1250, 2}}, {"R$ 1.234,56", ',', Decimal{123456, 2}}, {"US$12", '.', Decimal{12, 0}}, {"12 NT$", '.', Decimal{12, 0}},
		{"¥1,200", '.', Decimal{1200, 0}}, {"100 kr", '.', Decimal{100, 0}}, {"99,90 zł", ',', Decimal{9990, 2}}, {"1 299 Kč", ',', Decimal{1299, 0}},
		{"S/ 50.00", '.', Decimal{5000, 2}}, {"  12.50  ", '.', Decimal{1250, 2}}, {"9223372036854775807", '.', Decimal{math.MaxInt64, 0}},
		{"-9,223,372,036,854,775,807", '.', Decimal{-math.MaxInt64, 0}}, {"0.30000000000000004", '.', Decimal{30000000000000004, 17}},
		{"12.50000000000000000000", '.', Decimal{1250000000000000000, 17}}, {"0.000000000000000000000", '.', Decimal{0, 18}},
		{"0.000000000000000001", '.', Decimal{1, 18}}, {"922337203685477580.70", '.', Decimal{math.MaxInt64, 1}}, {"000000000000000000000012", '.', Decimal{12, 0}},
	} {
		got, err := ParseDecimal(c.text, c.mark)
		require.NoError(t, err, "%q with %c", c.text, c.mark)
		require.Equal(t, c.want, got, "%q with %c", c.text, c.mark)
	}
}

func TestParseDecimalRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "-", "+", ".", ",", "-.", "abc", "NaN", "nan", "Inf", "-inf", "1e5", "1E5", "0x10", "1_000", "12.", "12.-", "1.2.3", "1..2", "12.5.0",
		"12,50", "1,2345", "1,23", "1,23,456.78", "12,34,567", "1234,567", "1,234,56", ",234", "1,,234", "1, 234", "1,234 567", "1 234,567", "0,125", "0 125", "012,345",
		"1.234,56", "1.234.567", "1 23", "1  234", "1'23", "1.5 000", "--1", "+-1", "-1-", "+1-", "(1", "1)", "()", "(-1)", "-(1)", "((1))", "(1)-", "1+", "€€1", "€1€", "€1 EUR",
		"EUR", "€", "XYZ 12", "12 XXX", "12 euros", "12%", "12 a", "a12", "1a2", "S/.50", "Fr.50", "EUR.50", "abcd$ 1", "r$ 1", "12;", "'12", "12'", "1\t234", "\x0012", "12\x00", "1\xa0234", "\xff12", "12\xff",
		"٣", "１２", "½", "12 12 €", "1 234 EUR 5", "$", "(€)",
	} {
		_, err := ParseDecimal(text, '.')
		require.ErrorIs(t, err, errNumber, "%q", text)
	}
	for text, want := range map[string]error{
		"9223372036854775808": errLarge, "99,999,999,999,999,999,999": errLarge, "-9223372036854775808": errLarge, "99999999999999999999x": errNumber,
		"99999999999999999999.50": errLarge, "0.0000000000000000001": errScale, "922337203685477580.71": errScale, "922337203685477580.79": errScale, "1.00000000000000000001": errScale,
		"0.00000000000000000010": errScale,
	} {
		_, err := ParseDecimal(text, '.')
		require.Equal(t, want, err, "%q", text)
	}
	for _, mark := range []byte{0, ';', '\''} {
		_, err := ParseDecimal("1.5", mark)
		require.ErrorIs(t, err, errMark)
	}
}

func TestFits(t *testing.T) {
	for _, c := range []struct {
		text                  string
		dot, comma, ambiguous bool
	}{
		{"", false, false, false}, {"abc", false, false, false}, {"-", false, false, false}, {".", false, false, false}, {"12", true, true, false}, {"-1234", true, true, false},
		{"1.234", true, true, true}, {"1,234", true, true, true}, {"-1.234", true, true, true}, {"12.345", true, true, true}, {"123,456", true, true, true}, {"1.000", true, true, true},
		{"€ 1.234", true, true, true}, {"(1,234)", true, true, true}, {"1,234-", true, true, true}, {"1.234 EUR", true, true, true},
		{"12,50", false, true, false}, {"12.50", true, false, false}, {"0.125", true, false, false}, {"0,125", false, true, false}, {"-0.125", true, false, false}, {"00.125", true, false, false},
		{"1.234.567", false, true, false}, {"1,234,567", true, false, false}, {"1,234.56", true, false, false}, {"1.234,56", false, true, false}, {"1,234.567", true, false, false},
		{"1234.567", true, false, false}, {"1234,567", false, true, false}, {"1 234", true, true, false}, {"1'234", true, true, false}, {"1 234,567", false, true, false}, {"1 234.5", true, false, false},
		{".234", true, false, false}, {",5", false, true, false}, {"12.", false, false, false}, {"1.23.456", false, false, false}, {"1.2345", true, false, false}, {"12.50 €", true, false, false},
		{"12345678901234567890", false, false, false}, {"1.234.567.890.123.456.789", false, true, false}, {"123456789012345678.1", true, false, false},
	} {
		dot, comma := Fits(c.text)
		require.Equal(t, [2]bool{c.dot, c.comma}, [2]bool{dot, comma}, "%q", c.text)
		require.Equal(t, c.ambiguous, Ambiguous(c.text), "%q", c.text)
	}
}

// checkMarks holds Fits and Ambiguous to what ParseDecimal does with either mark.
func checkMarks(t require.TestingT, s string) {
	byDot, noDot := ParseDecimal(s, '.')
	byComma, noComma := ParseDecimal(s, ',')
	dot, comma := Fits(s)
	require.Equal(t, noDot == nil, dot, "%q", s)
	require.Equal(t, noComma == nil, comma, "%q", s)
	require.Equal(t, dot && comma && value(byDot).Cmp(value(byComma)) != 0, Ambiguous(s), "%q", s)
}

func value(d Decimal) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(d.Digits), tenTo(d.Scale))
}

func TestFitsAgreesWithParseDecimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkMarks(t, rapid.StringMatching(`-?[(€ ]?([0-9]{1,4}[.,' ]?){0,5}[0-9]{0,20}[) -]?`).Draw(t, "text"))
	})
}

// grouped writes a whole number in groups of three.
func grouped(digits, mark string) string {
	var groups []string
	for len(digits) > 3 {
		groups = append([]string{digits[len(digits)-3:]}, groups...)
		digits = digits[:len(digits)-3]
	}
	return strings.Join(append([]string{digits}, groups...), mark)
}

func TestEveryWayOfWritingIsOneNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Decimal{rapid.Int64Range(0, math.MaxInt64).Draw(t, "digits"), rapid.IntRange(0, 18).Draw(t, "scale")}
		mark := rapid.SampledFrom([]string{".", ","}).Draw(t, "mark")
		other := map[string]string{".": ",", ",": "."}[mark]
		whole, fraction, _ := strings.Cut(d.String(), ".")
		text := grouped(whole, rapid.SampledFrom([]string{"", " ", "\u00a0", "\u2009", "\u202f", "'", "\u2019", other}).Draw(t, "group"))
		if d.Scale > 0 {
			text += mark + fraction
		}
		money := rapid.SampledFrom([]string{"", "€", "$", "USD", "R$", "kr"}).Draw(t, "currency")
		style := rapid.SampledFrom([]string{"#", "$#", "$ #", "#$", "# $", "+#", "-#", "-$#", "$-#", "#-", "# $-", "(#)", "($#)", "$(#)", "(#) $"}).Draw(t, "style")
		written := strings.Replace(strings.Replace(style, "$", money, 1), "#", text, 1)
		want := d
		if strings.ContainsAny(style, "-(") {
			want.Digits = -want.Digits
		}
		got, err := ParseDecimal(written, mark[0])
		if err != nil || got != want {
			t.Fatalf("%q with %s is %v, %v, want %v", written, mark, got, err, want)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"", "12.50", "1.234,56", "(€1,234)", "R$ -5", "1'234.5-", "0.30000000000000004", "99999999999999999999", "S/.50", "\xff1", "kr12", "١٢", "-.5"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkMarks(t, s)
		d, err := ParseDecimal(s, '.')
		if err != nil {
			require.Zero(t, d)
			return
		}
		require.True(t, d.Scale >= 0 && d.Scale <= maxScale && d.Digits != math.MinInt64)
		back, err := ParseDecimal(d.String(), '.')
		require.NoError(t, err)
		require.Equal(t, d, back, "%q", s)
		require.True(t, strings.ContainsAny(s, "0123456789"))
	})
}
