package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTableSparesNothingForEmptyColumns has a column that holds nothing go first, unsaid, and one of a rank below 0 stay whole.
func TestTableSparesNothingForEmptyColumns(t *testing.T) {
	heads := []string{"key", "since_on", "meaning"}
	rows := [][]string{{"birthday_notice", "", "days before a birthday to tell of it"}, {"quote_cold", "", "days without a word"}}
	table := func(width int, ranks []int) (first, note string) {
		var out bytes.Buffer
		note, err := Table(&out, Style{Width: width, Terminal: true}, heads, rows, nil, ranks)
		require.NoError(t, err)
		lines := strings.Split(out.String(), "\n")
		return lines[len(lines)-3], note
	}
	line, note := table(60, []int{0, 0, 0})
	require.Equal(t, "birthday_notice  days before a birthday to tell of it", line)
	require.Empty(t, note)
	line, _ = table(30, []int{-1, 0, 0})
	require.Equal(t, "birthday_notice  days before …", line)
	line, _ = table(50, nil)
	require.Equal(t, "birthday_notice         days before a birthday to…", line, "columns asked for by name stay")
	line, _ = table(16, []int{-1, 0, -1})
	require.LessOrEqual(t, widthOf(line), 16, "where nothing may shrink all do")
}

// TestWrapKeepsDaysWhole breaks no day and no code at its hyphens, but words that are longer than a line.
func TestWrapKeepsDaysWhole(t *testing.T) {
	require.Equal(t, []string{"the rules of", "2026-11-11,", "ALBA-SERUM-30"}, wrap("the rules of 2026-11-11, ALBA-SERUM-30", 13))
	require.Equal(t, []string{"ana@un-", "dominio-", "largo"}, wrap("ana@un-dominio-largo", 8))
	var out bytes.Buffer
	require.NoError(t, Line(&out, "by the rules of 2026-11-11", false, 18))
	require.Equal(t, "by the rules of\n  2026-11-11\n", out.String())
	out.Reset()
	require.NoError(t, Agenda(&out, Style{Width: 20, Terminal: true}, "Sunday 22 November 2026: 64 lines", nil, ""))
	require.Equal(t, "Sunday 22 November\n2026: 64 lines\n", out.String(), "a title wraps")
}
