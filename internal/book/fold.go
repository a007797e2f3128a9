package book

import (
	"database/sql/driver"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	sqlite "modernc.org/sqlite"
)

func init() {
	// perla_fold is Fold for SQL: NULL for what is no text.
	sqlite.MustRegisterFunction("perla_fold", &sqlite.FunctionImpl{
		NArgs: 1, Deterministic: true, VolatileArgs: true,
		Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			if text, ok := args[0].(string); ok {
				return Fold(text), nil
			}
			return nil, nil
		},
	})
}

// letters that Unicode does not decompose, as people type them without their keyboard.
var plainLetters = map[rune]string{
	'ł': "l", 'ø': "o", 'ß': "ss", 'ı': "i", 'ð': "d", 'æ': "ae", 'œ': "oe", 'đ': "d", 'þ': "th", 'ς': "σ",
}

// Fold is the form of a text in which the book searches and compares: lower case, without accents and without characters
// that show nothing, runs of blanks as one space, none at the ends. Two texts a person would call the same name have the
// same fold.
func Fold(s string) string {
	if folded, ok := foldASCII(s); ok {
		return folded
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Cf):
		case unicode.IsSpace(r):
			blank = b.Len() > 0
		default:
			if blank {
				b.WriteByte(' ')
				blank = false
			}
			r = unicode.ToLower(r)
			if plain, ok := plainLetters[r]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// foldASCII folds a text of plain letters without the tables; ok is false when it meets anything else.
func foldASCII(s string) (folded string, ok bool) {
	same, blank := true, true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		isBlank := c == ' ' || c >= '\t' && c <= '\r'
		if isBlank && (blank || c != ' ') || c >= 'A' && c <= 'Z' {
			same = false
		}
		blank = isBlank
	}
	if same && !blank {
		return s, true
	}
	b := make([]byte, 0, len(s))
	blank = false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == ' ' || c >= '\t' && c <= '\r' {
			blank = len(b) > 0
			continue
		}
		if blank {
			b = append(b, ' ')
			blank = false
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return string(b), true
}
