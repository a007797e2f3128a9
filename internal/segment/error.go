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
	found := func(hint string) error {
		return problem(text, t.Pos, hint, "%q was found%s", t.Value, afterWord(last))
	}
	word := t.Type == tokens().Symbols()["Word"]
	near := ""
	if word {
		near = meant(words, t.Value)
	}
	switch {
	case t.EOF():
		return problem(text, t.Pos, expectedAfter(last), "the filter ends too soon%s", afterWord(last))
	case t.Value == "'" || t.Value == `"`:
		return problem(text, t.Pos, "write "+t.Value+" twice for one inside a text", "the quoted text has no end")
	case word && slices.Contains(fieldNames, strings.ToLower(t.Value)) && last != "":
		return found("join conditions by and or or")
	case t.Type == tokens().Symbols()["Keyword"]:
		return found(fmt.Sprintf("a text that is a word of the language is quoted: '%s'", t.Value))
	case near != "":
		return found("did you mean " + near + "? a text of several words is quoted: 'San Sebastian'")
	case word && last != "":
		return found("a text of several words is quoted: 'San Sebastian'; conditions are joined by and, or")
	case strays[t.Value] != "":
		return found(strays[t.Value])
	}
	return found(expectedAfter(last))
}

// strays are what people bring along from other languages, and what is written for it here.
var strays = map[string]string{"=": "one = is enough", "&": "conditions are joined by and", "|": "conditions are joined by or",
	"!": "the opposite is written not, or !=", "*": "parts of texts are found by contains and begins", "%": "parts of texts are found by contains and begins",
	",": "an amount is written 12.50; several values stand in brackets: in (a, b)", "€": "amounts are written without a sign: 12.50", "$": "amounts are written without a sign: 12.50",
	"£": "amounts are written without a sign: 12.50"}

// others are words of the language that people try, and ours.
var others = map[string]string{"like": "contains", "ilike": "contains", "starts": "begins", "startswith": "begins", "null": "empty", "has": "contains",
	"from": "since", "to": "until", "near": "within"}

// meant is the word of the language that was misspelt: the one found, where no word of the language can stand, or the one
// before it, if a condition begins with that.
func meant(before []string, word string) string {
	if other, ok := others[strings.ToLower(word)]; ok {
		return other
	}
	if near := fault.Nearest(word, language); near != "" && len([]rune(word)) > 2 {
		return near
	}
	if n := len(before); n == 1 || n > 1 && (begins(before[n-2]) || strings.HasPrefix(before[n-1], "(")) {
		if first := strings.TrimLeft(before[n-1], "("); !slices.Contains(fieldNames, strings.ToLower(first)) {
			return fault.Nearest(first, fieldNames)
		}
	}
	return ""
}

// language are the words that stand behind others; what a condition begins with are fieldNames.
var language = append([]string{"segment", "campaign", "empty", "contains", "begins", "product", "category", "brand", "cause", "channel",
	"times", "pieces", "money", "first", "last", "next", "days", "weeks", "months", "years"}, keywords...)

// begins says whether a condition begins behind a word.
func begins(word string) bool {
	word = strings.ToLower(word)
	return word == "" || word == "and" || word == "or" || word == "not" || strings.HasSuffix(word, "(")
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
	case begins(word):
		return "a condition is needed here, such as city = 'Lyon' (see: perla help filters)"
	case slices.Contains(fieldNames, word):
		return "a test is needed here, such as = 'x', in (...), between ... and ..., is empty"
	}
	return "see: perla help filters"
}
