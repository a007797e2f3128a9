package contacts

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// FoldEmail is an e-mail address as the book keeps and compares it: lower case, no blanks around it.
func FoldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// SearchText is the folded text in which a customer is searched: name, e-mail and the digits of the phone as written
// and as E.164; then her further e-mails, and phones in both ways.
func SearchText(name, email, phone, e164 string, further ...string) string {
	text := book.Fold(name)
	add := func(more string) {
		if more != "" && !strings.Contains(text, more) {
			text += " " + more
		}
	}
	add(book.Fold(email))
	add(digits(phone))
	add(digits(e164))
	for _, reach := range further {
		if strings.Contains(reach, "@") {
			add(book.Fold(reach))
		} else {
			add(digits(reach))
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
