package render

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"": "",
		"Ana María 日本 👩\u200d👩\u200d👧":     "Ana María 日本 👩\u200d👩\u200d👧",
		"\x1b[31mred\x1b[0m":               "␛[31mred␛[0m",
		"title\x1b]0;x\x07":                "title␛]0;x␇",
		"c1 \u009b2J \u0085":               "c1 \uFFFD2J \uFFFD",
		"raw \x9b2J":                       "raw \uFFFD2J",
		"a\nb\r\nc\rd\u2028e":              "a↵b↵c␍d↵e",
		"tab\tnul\x00del\x7f":              "tab nul␀del␡",
		"\u202etxt.exe\u202c\u2066x\u2069": "txt.exex",
		"\u200eשלום\u200f \u061c":          "שלום ",
		"\uFFFD stays":                     "\uFFFD stays",
		"e\u0301 stays":                    "e\u0301 stays",
	} {
		require.Equal(t, want, Clean(in), "%q", in)
	}
}

func FuzzClean(f *testing.F) {
	f.Add("\x1b[2J\u202e\x9b\r\n")
	f.Add("Ana\u0085\xff日本")
	f.Fuzz(func(t *testing.T, s string) {
		c := Clean(s)
		require.True(t, utf8.ValidString(c))
		require.Equal(t, c, Clean(c))
		for _, r := range c {
			require.False(t, r < 0x20 || r >= 0x7F && r < 0xA0 || reorders(r), "%q", r)
		}
	})
}

func TestCleanOfPlainTextCostsNothing(t *testing.T) {
	require.Zero(t, testing.AllocsPerRun(10, func() { Clean("Ana María Pérez, San Sebastián 日本") }))
}
