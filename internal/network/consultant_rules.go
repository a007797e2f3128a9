package network

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// PhoneReader writes a phone number as E.164 by the rules of a country, "" where it cannot be read. The book's numbers are
// read by one such function, which is not this room's own.
type PhoneReader func(text, country string) string

// rule is what a text field makes of a text: its clean value, or why it is refused.
func rule(f Fields) func(string) (string, error) {
	switch f {
	case FieldRef:
		return parseRef
	case FieldName:
		return parseName
	case FieldEmail:
		return parseEmail
	case FieldPhone:
		return parsePhone
	case FieldBirthday:
		return parseBirthday
	case FieldCountry:
		return parseCountry
	case FieldStatus:
		return parseStatus
	}
	return cleanText
}

// cleanText takes outer blanks off and replaces bytes that are no UTF-8; line ends inside stay. A NUL would end the text
// early for other programs that read the book, so it is refused.
func cleanText(s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("holds a NUL character")
	}
	return strings.TrimSpace(strings.ToValidUTF8(s, string(utf8.RuneError))), nil
}

// longestRef is how many bytes a ref may have.
const longestRef = 200

// parseRef reads a ref: one line, whatever stands in it but - alone, which is standard input.
func parseRef(s string) (string, error) {
	s, err := cleanText(s)
	switch {
	case err != nil:
		return "", err
	case s == "":
		return "", errors.New("a ref cannot be empty")
	case s == "-" || len(s) > longestRef || strings.ContainsFunc(s, unicode.IsControl):
		return "", fmt.Errorf("no ref; needed is one line of at most %d characters, other than -", longestRef)
	}
	return s, nil
}

func parseName(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && s == "" {
		return "", errors.New("a name cannot be empty")
	}
	return s, err
}

// foldEmail is an e-mail address as the book keeps and compares it.
func foldEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// parseEmail folds an address and refuses what cannot be one: one @ with something before it and a domain behind it.
func parseEmail(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil || s == "" {
		return "", err
	}
	local, domain, found := strings.Cut(foldEmail(s), "@")
	if !found || local == "" || strings.Contains(domain, "@") || strings.ContainsAny(s, " \t\r\n,;<>\"()") || !strings.Contains(strings.Trim(domain, "."), ".") {
		return "", errors.New("not an e-mail address")
	}
	return foldEmail(s), nil
}

// parsePhone keeps a number as it is written; only a text without any digit is none.
func parsePhone(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && s != "" && digits(s) == "" {
		return "", errors.New("a phone number needs digits")
	}
	return s, err
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

// parseBirthday reads YYYY-MM-DD, or --MM-DD and MM-DD where the year is not known.
func parseBirthday(s string) (string, error) {
	if s = strings.TrimSpace(s); s == "" {
		return "", nil
	}
	day, hasYear := strings.TrimPrefix(s, "--"), len(s) == 10
	if !hasYear {
		day = "2000-" + day // a leap year
	}
	d, err := dates.ParseISO(day)
	switch {
	case err != nil:
		return "", errors.New("not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year")
	case hasYear:
		return d.String(), nil
	}
	return "--" + day[5:], nil
}

// parseCountry writes two letters, a country's code, in capitals; a name stays as it is.
func parseCountry(s string) (string, error) {
	s, err := cleanText(s)
	if len(s) == 2 {
		s = strings.ToUpper(s)
	}
	return s, err
}

// parseStatus takes one of Statuses, in any case; nothing is the first.
func parseStatus(s string) (string, error) {
	word := strings.ToLower(strings.TrimSpace(s))
	if word == "" {
		return Statuses[0], nil
	}
	if slices.Contains(Statuses, word) {
		return word, nil
	}
	reason := "not one of " + strings.Join(Statuses, ", ")
	if near := fault.Nearest(word, Statuses); near != "" {
		reason += "; did you mean " + near + "?"
	}
	return "", errors.New(reason)
}
