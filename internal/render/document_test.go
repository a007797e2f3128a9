package render

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDocumentLanguage(t *testing.T) {
	for want, wishes := range map[string][]string{
		"es": {"es-ES"}, "pt": {"pt_BR", "es"}, "fr": {" Français "}, "en": {"de", "tlh"},
	} {
		require.Equal(t, want, DocumentLanguage(wishes...))
	}
	require.Equal(t, "es", DocumentLanguage("", "es"))
	require.Equal(t, "en", DocumentLanguage("est"), "Estonian is no Spanish")
}

func TestDocumentWordsAreThere(t *testing.T) {
	for _, language := range languages {
		words := DocumentWords(language)
		for name, word := range words {
			require.NotEmpty(t, word, "%s in %s", name, language)
		}
		for _, source := range []string{"templates/document.html", "templates/document.md"} {
			text, err := templates.ReadFile(source)
			require.NoError(t, err)
			for _, part := range strings.Split(string(text), "{{.Words.")[1:] {
				name, _, _ := strings.Cut(part, "}")
				require.Contains(t, words, name)
			}
		}
	}
}

func TestDocumentDay(t *testing.T) {
	require.Equal(t, "1er août 2026", DocumentDay("fr", 2026, time.August, 1))
	require.Equal(t, "2 août 2026", DocumentDay("fr", 2026, time.August, 2))
	require.Equal(t, "1 de março de 2026", DocumentDay("pt", 2026, time.March, 1))
	require.Equal(t, "22 November 2026", DocumentDay("en", 2026, time.November, 22))
}

func TestDocumentMoney(t *testing.T) {
	for want, given := range map[string][3]string{
		"€1,234.56":         {"en", "1,234.56", "EUR"},
		"-£0.05":            {"en", "-0.05", "GBP"},
		"1.234,56\u00a0€":   {"es", "1.234,56", "EUR"},
		"R$\u00a0-5,00":     {"pt", "-5,00", "BRL"},
		"1,234.56\u00a0USD": {"en", "1,234.56", "USD"},
		"1.234\u00a0CLP":    {"es", "1.234", "CLP"},
	} {
		require.Equal(t, want, DocumentMoney(given[0], given[1], given[2]))
	}
	require.Equal(t, "21%", DocumentPercent("en", "21"))
	require.Equal(t, "5,5\u00a0%", DocumentPercent("fr", "5,5"))
	require.Equal(t, "\u22125", figure("-5"))
}

// TestDocumentHoldsHostileText: what stands in the book cannot become a part of the page.
func TestDocumentHoldsHostileText(t *testing.T) {
	const hostile = "</style><script>alert(1)</script>\x1b[2J\u202e\n| a"
	d := Document{Language: "en", Words: DocumentWords("en"), Title: "Invoice", Number: hostile, Buyer: Party{Name: hostile, Lines: []string{hostile}}, Seller: Party{Name: hostile},
		Facts: []Pair{{"Order", hostile}}, Lines: []DocumentLine{{Name: hostile, SKU: hostile, Note: hostile}}, Payments: []Pair{{hostile, "1"}}, Total: Pair{"Total", "1"}}
	var page, plain bytes.Buffer
	require.NoError(t, d.HTML(&page))
	require.NoError(t, d.Markdown(&plain))
	require.NotContains(t, page.String(), "<script")
	require.Equal(t, 1, strings.Count(page.String(), "</style>"))
	for _, text := range []string{page.String(), plain.String()} {
		require.NotContains(t, text, "\x1b")
		require.NotContains(t, text, "\u202e")
	}
	require.NotContains(t, strings.ReplaceAll(plain.String(), `\<`, ""), "<")
}

func TestMarkdownText(t *testing.T) {
	for text, want := range map[string]string{
		"a*b_c|d": `a\*b\_c\|d`, "+34 600": "+34 600", "- x": `\- x`, "# x": `\# x`, "1. x": `1\. x`, "1.5": "1.5", "-": `\-`, "---": `\---`, "": "",
	} {
		require.Equal(t, want, markdownText(text))
	}
}
