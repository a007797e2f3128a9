package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPageWordsAreThere(t *testing.T) {
	for _, language := range languages {
		for name, word := range PageWords(language) {
			require.NotEmpty(t, word, "%s in %s", name, language)
		}
	}
}

// TestPageHoldsHostileText: what stands in the book cannot become a part of the page.
func TestPageHoldsHostileText(t *testing.T) {
	const hostile = "</style><script>alert(1)</script>\x1b[2J\u202e"
	p := Page{Language: "en", Title: hostile, Subtitle: hostile, Facts: []Pair{{"Level", hostile}}, Figures: []Figure{{Label: "Sales", Value: hostile, Note: hostile, Bar: true, Percent: 140}},
		Sections: []PageSection{{Title: hostile, Bars: []Figure{{Label: hostile, Value: hostile, Bar: true, Percent: -3}}, Pairs: []Pair{{"All", hostile}}},
			{Title: "Team", Heads: []string{"Name", "Sales"}, Right: []bool{false, true}, Rows: [][]string{{hostile, "1"}}}}}
	var out bytes.Buffer
	require.NoError(t, p.HTML(&out))
	page := out.String()
	require.NotContains(t, page, "<script")
	require.Equal(t, 1, strings.Count(page, "</style>"))
	require.NotContains(t, page, "\x1b")
	require.NotContains(t, page, "\u202e")
	require.Contains(t, page, `width: 100%`)
	require.Contains(t, page, `width: 0%`)
}
