package book

import (
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// oneStatement is the text of the only SQL statement in query, without what may stand around it: blanks, comments, the
// semicolon. The driver would run one after the other what it is given, so that more than one is refused here.
func oneStatement(query string) (string, error) {
	if strings.IndexByte(query, 0) >= 0 {
		return "", fault.New(fault.Usage, "the query holds a NUL character", "")
	}
	from, to, ended := -1, 0, false // where the statement's first token begins and its last one ends
	for i := 0; i < len(query); {
		n, blank := token(query[i:])
		switch {
		case blank:
		case query[i] == ';':
			ended = from >= 0
		case ended:
			return "", fault.New(fault.Usage, "there is more than one statement", "run one at a time")
		default:
			if from < 0 {
				from = i
			}
			to = i + n
		}
		i += n
	}
	if from < 0 {
		return "", fault.New(fault.Usage, "the query is empty", "try: perla sql \"SELECT name FROM sqlite_schema WHERE type = 'view'\"")
	}
	return query[from:to], nil
}

// token is the length of the token that s begins with: a comment, a quoted text or name, or one byte; and whether it
// counts for nothing.
func token(s string) (length int, blank bool) {
	upTo := func(from int, end string) int {
		if i := strings.Index(s[from:], end); i >= 0 {
			return from + i + len(end)
		}
		return len(s)
	}
	switch {
	case strings.HasPrefix(s, "--"):
		return upTo(2, "\n"), true
	case strings.HasPrefix(s, "/*"):
		return upTo(2, "*/"), true
	}
	switch s[0] {
	case ' ', '\t', '\n', '\f', '\r':
		return 1, true
	case '\'', '"', '`':
		return upTo(1, s[:1]), false // a doubled quote begins another token, which is as good
	case '[':
		return upTo(1, "]"), false
	}
	return 1, false
}
