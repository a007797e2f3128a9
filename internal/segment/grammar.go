package segment

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// What a filter may come to: beyond these a text is no filter somebody wrote, and SQLite has limits of its own.
const (
	mostBytes      = 64 << 10
	mostNesting    = 50  // brackets and nots within each other
	mostConditions = 500 // with those of the segments it names
)

// tokens are the words of the language. A word may hold what skus, refs and attribute keys hold; anything else is quoted.
// They and the parser are made when the first filter is read: few commands have one.
var tokens = sync.OnceValue(func() *lexer.StatefulDefinition {
	return lexer.MustSimple([]lexer.SimpleRule{
		{Name: "Space", Pattern: `\s+`},
		{Name: "String", Pattern: `'(?:[^']|'')*'|"(?:[^"]|"")*"`},
		{Name: "Word", Pattern: `[-+]{0,2}[\p{L}\p{N}_](?:[\p{L}\p{N}\p{M}_+/@&-]|\.[\p{L}\p{N}_-])*%?`},
		{Name: "Op", Pattern: `<=|>=|!=|<>|[=<>:]`},
		{Name: "Mark", Pattern: `[(),]`},
		{Name: "Keyword", Pattern: `[^\s\S]`}, // made of words by keyword
		{Name: "Stray", Pattern: `[\s\S]`},    // found where nothing can stand, so that the parser names its place
	})
})

// keywords are the words that name nothing unless they are quoted.
var keywords = []string{"and", "or", "not", "in", "between", "is", "within", "since", "until", "before", "after", "during", "ago"}

// keyword parts the words that hold a filter together from all others.
func keyword(t lexer.Token) (lexer.Token, error) {
	for _, k := range keywords {
		if strings.EqualFold(t.Value, k) {
			t.Type, t.Value = tokens().Symbols()["Keyword"], k
			break
		}
	}
	return t, nil
}

var parser = sync.OnceValue(func() *participle.Parser[either] {
	return participle.MustBuild[either](
		participle.Lexer(tokens()), participle.Elide("Space"), participle.Map(keyword, "Word"),
		participle.CaseInsensitive("Word"), participle.UseLookahead(2))
})

// The grammar. Every struct is a rule, the positions are kept for errors.

// either holds where one of its parts does.
type either struct {
	Parts []*both `parser:"@@ ('or' @@)*"`
}

// both holds where all its parts do.
type both struct {
	Parts []*part `parser:"@@ ('and' @@)*"`
}

// part is a condition, or its opposite, or a filter in brackets.
type part struct {
	Not       *part      `parser:"  'not' @@"`
	Group     *either    `parser:"| '(' @@ ')'"`
	Condition *condition `parser:"| @@"`
}

// condition is one thing that is true or false of a customer.
type condition struct {
	Pos      lexer.Position
	Segment  *list     `parser:"( 'in' ('segment' | 'segments') @@"`
	Bought   *bought   `parser:"| 'bought' @@"`
	Campaign *campaign `parser:"| @@"`
	Field    *field    `parser:"| @@ )"`
	EndPos   lexer.Position
}

// list is a value, or several in brackets of which any will do.
type list struct {
	Values []*value `parser:"@@ | '(' @@ (',' @@)* ')'"`
}

// value is a text, a number, an amount or a day, as somebody wrote it; which of them it is the field decides.
type value struct {
	Pos    lexer.Position
	Quoted string `parser:"( @String"`
	Word   string `parser:"| @Word )"`
	Unit   string `parser:"( @('day' | 'days' | 'week' | 'weeks' | 'month' | 'months' | 'year' | 'years')"`
	Ago    bool   `parser:"  @'ago'? | @'ago' )?"`
}

// field is a named figure, day, text or set of hers that is tested.
type field struct {
	Pos    lexer.Position
	Name   string    `parser:"@Word"`
	Test   *test     `parser:"@@"`
	Window []*window `parser:"@@*"`
}

// test is what a field is compared with.
type test struct {
	Pos     lexer.Position
	Op      string  `parser:"  ( @Op"`
	Value   *value  `parser:"    @@ )"`
	Not     bool    `parser:"| ( @'not'?"`
	In      *list   `parser:"    ( 'in' @@"`
	From    *value  `parser:"    | 'between' @@"`
	To      *value  `parser:"      'and' @@ ) )"`
	Is      bool    `parser:"| ( @'is'"`
	IsNot   bool    `parser:"    @'not'? 'empty' )"`
	Has     *value  `parser:"| 'contains' @@"`
	Begins  *value  `parser:"| 'begins' @@"`
	Windows *window `parser:"| @@"`
}

// window is a stretch of days: a test of a day, or where orders and messages are looked for.
type window struct {
	Pos   lexer.Position
	Word  string `parser:"( @('since' | 'until' | 'before' | 'after' | 'during')"`
	Value *value `parser:"  @@"`
	Near  bool   `parser:"| @'within'"`
	Which string `parser:"  @('last' | 'next')?"`
	Span  *value `parser:"  @@ )"`
}

// bought is a history of purchases: of what, how often or how much, when.
type bought struct {
	Pos     lexer.Position
	Of      []*restriction `parser:"@@*"`
	Measure string         `parser:"( @('times' | 'pieces' | 'money' | 'first' | 'last' | 'interval')"`
	Test    *test          `parser:"  @@ )?"`
	Window  []*window      `parser:"@@*"`
}

// restriction narrows purchases to those of a product, category, brand and so on; a bare value is a product.
type restriction struct {
	Pos    lexer.Position
	Kind   string `parser:"  ( @('product' | 'category' | 'brand' | 'tag' | 'cause' | 'channel' | 'campaign') 'of'?"`
	Values *list  `parser:"    @@ )"`
	Bare   *list  `parser:"| (?! 'times' | 'pieces' | 'money' | 'first' | 'last' | 'interval') @@"`
}

// campaign is what she did with what was sent to her.
type campaign struct {
	Pos    lexer.Position
	Verb   string    `parser:"@('received' | 'opened' | 'clicked' | 'replied' | 'bounced' | 'unsubscribed') (?! Op)"`
	Word   bool      `parser:"( @('campaign' | 'campaigns')"`
	Names  *list     `parser:"  @@? )?"`
	Window []*window `parser:"@@*"`
}

// parse reads a text as a filter; what it cannot read is an *Error at its place.
func parse(text string) (*either, error) {
	switch {
	case len(text) > mostBytes:
		return nil, problem(text, lexer.Position{Line: 1, Column: 1}, "", "the filter is %d bytes long, at most %d are read", len(text), mostBytes)
	case !utf8.ValidString(text):
		return nil, problem(text, lexer.Position{Line: 1, Column: 1}, "", "the filter is not text in UTF-8")
	case strings.TrimSpace(text) == "":
		return nil, problem(text, lexer.Position{Line: 1, Column: 1}, "such as: city = 'Lyon' and orders > 2", "a filter needs a condition")
	}
	if err := shallow(text); err != nil {
		return nil, err
	}
	tree, err := parser().ParseString("", text)
	if err != nil {
		return nil, unread(text, err)
	}
	return tree, nil
}

// shallow refuses a text that goes too deep, before a parser follows it there.
func shallow(text string) error {
	all, err := parser().Lex("", strings.NewReader(text))
	if err != nil {
		return unread(text, err)
	}
	depth, nots := 0, 0
	for _, t := range all {
		switch {
		case t.Value == "(":
			depth++
		case t.Value == ")":
			depth--
		case t.Type == tokens().Symbols()["Keyword"] && t.Value == "not":
			nots++
		case t.Type != tokens().Symbols()["Space"]:
			nots = 0
		}
		if depth+nots > mostNesting {
			return problem(text, t.Pos, "", "brackets and nots go deeper than %d", mostNesting)
		}
	}
	return nil
}
