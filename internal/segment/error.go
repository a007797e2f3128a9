package segment

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/perla-crm/perla/internal/fault"
)

// problem is a fault.Usage that names a place of the filter: line and column in its reason, the line and a caret under
// the place as its detail.
func problem(text string, at lexer.Position, hint, format string, args ...any) *fault.Error {
	return &fault.Error{Kind: fault.Usage, Noun: "filter", Key: fmt.Sprintf("%d:%d", max(at.Line, 1), max(at.Column, 1)),
		Reason: fmt.Sprintf(format, args...), Hint: hint, Detail: pointed(text, at)}
}

// pointed is the line of a place, cut to what a terminal shows, and a caret under the place.
func pointed(text string, at lexer.Position) []string {
	const before, after = 48, 24
	lines := strings.Split(text, "\n")
	if at.Line < 1 || at.Line > len(lines) || strings.TrimSpace(text) == "" {
		return nil
	}
	line := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == utf8.RuneError || r == 0x7f {
			return ' '
		}
		return r
	}, lines[at.Line-1]))
	column := min(max(at.Column-1, 0), len(line))
	from, to := max(column-before, 0), min(column+after, len(line))
	shown, place := string(line[from:to]), column-from
	if from > 0 {
		shown, place = "..."+shown, place+3
	}
	if to < len(line) {
		shown += "..."
	}
	return []string{shown, strings.Repeat(" ", place) + "^"}
}

// unread says in our words what the parser found and where.
func unread(text string, err error) error {
	var unexpected *participle.UnexpectedTokenError
	var other participle.Error
	switch {
	case errors.As(err, &unexpected):
		return unreadToken(text, unexpected.Unexpected)
	case errors.As(err, &other):
		return problem(text, other.Position(), "", "%s", other.Message())
	}
	return problem(text, lexer.Position{Line: 1, Column: 1}, "", "%v", err)
}

func unreadToken(text string, t lexer.Token) error {
	before := strings.TrimSpace(text[:min(t.Pos.Offset, len(text))])
	words := strings.Fields(before)
	last := ""
	if len(words) > 0 {
		last = words[len(words)-1]
	}
	switch {
	case t.EOF():
		return problem(text, t.Pos, expectedAfter(last), "the filter ends too soon%s", afterWord(last))
	case t.Value == "'" || t.Value == `"`:
		return problem(text, t.Pos, "write "+t.Value+" twice for one inside a text", "the quoted text has no end")
	case t.Type == tokens().Symbols()["Word"] && slices.Contains(fieldNames, strings.ToLower(t.Value)) && last != "":
		return problem(text, t.Pos, "join conditions by and or or", "%q was found%s", t.Value, afterWord(last))
	case t.Type == tokens().Symbols()["Keyword"]:
		return problem(text, t.Pos, fmt.Sprintf("a text that is a word of the language is quoted: '%s'", t.Value), "%q was found%s", t.Value, afterWord(last))
	case t.Type == tokens().Symbols()["Word"] && last != "":
		return problem(text, t.Pos, "a text of several words is quoted: 'San Sebastian'; conditions are joined by and, or", "%q was found%s", t.Value, afterWord(last))
	}
	return problem(text, t.Pos, expectedAfter(last), "%q was found%s", t.Value, afterWord(last))
}

func afterWord(last string) string {
	if last == "" {
		return " at its beginning"
	}
	const most = 40
	if r := []rune(last); len(r) > most {
		last = "..." + string(r[len(r)-most:])
	}
	return " after " + last
}

// expectedAfter is what can stand behind a word.
func expectedAfter(last string) string {
	switch word := strings.ToLower(last); {
	case word == "" || word == "and" || word == "or" || word == "not" || strings.HasSuffix(word, "("):
		return "a condition is needed here, such as city = 'Lyon' (see: perla help filters)"
	case slices.Contains(fieldNames, word):
		return "a test is needed here, such as = 'x', in (...), between ... and ..., is empty"
	}
	return "see: perla help filters"
}
