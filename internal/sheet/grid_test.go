package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGrid(t *testing.T) {
	s := euro
	s.Locale = "es-ES"
	heads, cells, right, err := Grid(thingColumns[:8], twoThings(t), s)
	require.NoError(t, err)
	require.Equal(t, []string{"id", "name", "total", "share", "unit_price", "day", "keep", "notes"}, heads)
	require.Equal(t, []bool{true, false, true, true, true, false, false, false}, right)
	require.Equal(t, [][]string{
		{"1", "Ana, \"la perla\"", "1.234,56", "0,333333", "12,500", "2026-11-22", "yes", "a\nb|c\\d\te"},
		{"2", "", "-0,05", "0", "0", "", "no", ""},
	}, cells)
}

func TestMarksOfLocales(t *testing.T) {
	for locale, want := range map[string]string{
		"":             "-1,234,567.89",
		"en-US":        "-1,234,567.89",
		"es-ES":        "-1.234.567,89",
		"es-MX":        "-1,234,567.89",
		"pt-BR":        "-1.234.567,89",
		"fr-FR":        "-1\u00a0234\u00a0567,89",
		"de-CH":        "-1’234’567.89",
		"en-IN":        "-12,34,567.89",
		"ar-EG":        "-1,234,567.89",
		"xx-what":      "-1,234,567.89",
		"not a locale": "-1,234,567.89",
	} {
		require.Equal(t, want, string(marksOf(locale).appendMarked(nil, "-1234567.89")), locale)
	}
	for figure, want := range map[string]string{"0": "0", "12": "12", "123": "123", "1234": "1.234", "-123.4": "-123,4", "123456": "123.456"} {
		require.Equal(t, want, string(marksOf("es").appendMarked(nil, figure)))
	}
}
