package contacts

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// FoldEmail is an e-mail address as the book keeps and compares it: lower case, no blanks around it.
func FoldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// SearchText is the folded text in which a customer is searched: name, e-mail and the digits of the phone as written
// and as E.164.
func SearchText(name, email, phone, e164 string) string {
	text := book.Fold(name)
	for _, more := range []string{book.Fold(email), digits(phone), digits(e164)} {
		if more != "" && !strings.Contains(text, more) {
			text += " " + more
		}
	}
	return text
}

// digits are the digits of a text.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
