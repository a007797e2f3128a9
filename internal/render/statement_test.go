package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// hostileStatement has in every text what a page, a style or Markdown could take for its own.
func hostileStatement() *Statement {
	const evil = "\x1b[31m<script>alert(1)</script>\"'; } </style> *x* [a](http://x) | # \u202e"
	return &Statement{Language: "en", Title: evil, Seller: Party{Name: evil, Lines: []string{evil}}, Name: evil, On: "1 May 2026", Points: "-5", Unit: "points to spend", Worth: "worth 5",
		Remarks: []string{evil}, Goals: []StatementGoal{{Label: "Next reward", Name: evil, Missing: evil, Percent: 40}, {Label: "Your level", Name: evil, Percent: -1}}, Benefits: []string{evil},
		Lists: []StatementList{{Title: "Moves", Rows: []StatementRow{{What: evil, Note: evil, Figure: evil, Code: true, Strong: true}}}, {Title: "Empty"}}, Words: StatementWords("en")}
}

func TestStatementIsSafe(t *testing.T) {
	var page bytes.Buffer
	require.NoError(t, hostileStatement().HTML(&page))
	for _, no := range []string{"<script", "alert(1)</", "\x1b", "\u202e", "src=", "href=", "Empty"} {
		require.NotContains(t, page.String(), no)
	}
	require.Equal(t, 1, strings.Count(page.String(), "</style>"))
	require.Equal(t, 1, strings.Count(page.String(), `<span style="width: 40%">`))
	require.Equal(t, 1, strings.Count(page.String(), `class="bar"`), "without a way there is no bar")
	require.Contains(t, page.String(), "\u22125")

	var text bytes.Buffer
	require.NoError(t, hostileStatement().Markdown(&text))
	require.NotContains(t, text.String(), "\x1b")
	require.NotContains(t, text.String(), "<script>")
	require.NotContains(t, text.String(), " *x* ")
	require.NotContains(t, text.String(), "[a](")
}

func TestStatementWordsSayTheSameEverywhere(t *testing.T) {
	for name, forms := range statementWords {
		for i, form := range forms {
			require.NotEmpty(t, form, "%s in %s", name, languages[i])
			require.Equal(t, strings.Count(forms[0], "%s"), strings.Count(form, "%s"), "%s in %s", name, languages[i])
		}
	}
}

func TestLineStandsUnderWhatItBelongsTo(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, Line(&out, "one two three four", false, 12))
	require.NoError(t, Line(&out, "one two three four", true, 14))
	require.NoError(t, Line(&out, "a\x1bb", false, 0))
	require.Equal(t, "one two\n  three four\n  one two\n    three four\na␛b\n", out.String())
}
