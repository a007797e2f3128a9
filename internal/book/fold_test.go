package book

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"ana":                         "ana",
		"  Ana\t García \u00a0 ":      "ana garcia",
		"JOSÉ ÁLVAREZ-NÚÑEZ":          "jose alvarez-nunez",
		"Łódź Straße Þór Æsir Œil":    "lodz strasse thor aesir oeil",
		"İstanbul ısı":                "istanbul isi",
		"ΟΔΟΣ":                        "οδοσ",
		"οδός":                        "οδοσ",
		"\ufeffzero\u200bwidth\u00ad": "zerowidth",
		"ﬁn Ⅷ":                        "fin viii",
		"e\u0301":                     "e",
		"Ana@Example.COM":             "ana@example.com",
		" ":                           "",
		"a  b":                        "a b",
		"日本  語":                       "日本 語",
	} {
		require.Equal(t, want, Fold(text), "%q", text)
	}
}

func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		folded := Fold(text)
		if Fold(folded) != folded {
			t.Fatalf("%q folds to %q, and that to %q", text, folded, Fold(folded))
		}
		if !utf8.ValidString(folded) || strings.TrimSpace(folded) != folded || strings.Contains(folded, "  ") {
			t.Fatalf("%q folds to %q", text, folded)
		}
		ascii := rapid.StringMatching(`[ -~\t\n]*`).Draw(t, "ascii")
		if want := strings.Join(strings.Fields(strings.ToLower(ascii)), " "); Fold(ascii) != want {
			t.Fatalf("%q folds to %q, not %q", ascii, Fold(ascii), want)
		}
	})
}

func TestSettings(t *testing.T) {
	s, err := NewSettings("", "", "", "")
	require.NoError(t, err)
	require.Equal(t, [][2]string{{"currency", "EUR"}, {"country", ""}, {"locale", "en"}, {"timezone", "UTC"}}, s.pairs())
	s, err = NewSettings("brl", "uk", "pt_BR", "America/Sao_Paulo")
	require.NoError(t, err)
	require.Equal(t, [][2]string{{"currency", "BRL"}, {"country", "GB"}, {"locale", "pt-BR"}, {"timezone", "America/Sao_Paulo"}}, s.pairs())
	for _, bad := range [][4]string{{"EURO"}, {"", "ESP"}, {"", "E"}, {"", "ZZ"}, {"", "", "x_y_z_!"}, {"", "", "", "Madrid"}, {"", "", "", "Local"}, {"", "", "", "../../etc/passwd"}} {
		_, err := NewSettings(bad[0], bad[1], bad[2], bad[3])
		require.Error(t, err, "%v", bad)
	}
}
