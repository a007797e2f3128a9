package contacts

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// rule is what a field makes of a text: its clean value, or why it is refused.
func rule(f Fields) func(string) (string, error) {
	switch f {
	case FieldName:
		return parseName
	case FieldKind:
		return parseKind
	case FieldEmail:
		return parseEmail
	case FieldPhone:
		return parsePhone
	case FieldBirthday:
		return ParseBirthday
	case FieldCountry:
		return parseCountry
	case FieldStage:
		return parseStage
	case FieldTags:
		return ParseTags
	case FieldEmailLabel, FieldPhoneLabel:
		return parseLabel
	case FieldEmails:
		return parseReaches(emailReach)
	case FieldPhones:
		return parseReaches(phoneReach)
	case FieldAttributes:
		return parseAttributes
	}
	return cleanText
}

// cleanText takes outer blanks off and replaces bytes that are no UTF-8; line ends inside stay. A NUL would end the text
// early for other programs that read the book, so it is refused.
func cleanText(s string) (string, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return "", errors.New("holds a NUL character")
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.TrimSpace(s), nil
}

func parseName(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && s == "" {
		return "", errors.New("a name cannot be empty")
	}
	return s, err
}

func parseKind(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return Kinds[0], nil
	}
	return parseWord(s, Kinds)
}

func parseStage(s string) (string, error) {
	if strings.TrimSpace(s) == "" {
		return "", nil
	}
	return parseWord(s, Stages)
}

// parseWord takes one of a few words, in any case.
func parseWord(s string, words []string) (string, error) {
	word := strings.ToLower(strings.TrimSpace(s))
	if slices.Contains(words, word) {
		return word, nil
	}
	reason := "not one of " + strings.Join(words, ", ")
	if near := fault.Nearest(word, words); near != "" {
		reason += fmt.Sprintf("; did you mean %s?", near)
	}
	return "", errors.New(reason)
}

// parseEmail folds an address and refuses what cannot be one: exactly one @ with something on both sides, a dot within
// the domain, no blanks, at most the 254 characters of RFC 5321.
func parseEmail(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil || s == "" {
		return "", err
	}
	s = FoldEmail(s)
	local, domain, found := strings.Cut(s, "@")
	dot := strings.LastIndexByte(domain, '.')
	switch {
	case !found || local == "" || strings.Contains(domain, "@"),
		strings.ContainsAny(s, " \t\r\n,;<>\"()"),
		dot <= 0 || dot == len(domain)-1 || strings.HasPrefix(domain, ".") || strings.Contains(domain, ".."):
		return "", errors.New("not an e-mail address")
	case utf8.RuneCountInString(s) > 254:
		return "", errors.New("too long for an e-mail address")
	}
	return s, nil
}

// parsePhone keeps a number as it is written; only a text without any digit is none.
func parsePhone(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && s != "" && digits(s) == "" {
		return "", errors.New("a phone number needs digits")
	}
	return s, err
}

// ParseBirthday reads YYYY-MM-DD, or --MM-DD and MM-DD where the year is not known; 29 February needs no year.
func ParseBirthday(s string) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return "", nil
	}
	day, hasYear := strings.TrimPrefix(s, "--"), len(s) == 10
	if !hasYear {
		day = "2000-" + day // a leap year
	}
	if d, err := dates.ParseISO(day); err != nil {
		return "", errors.New("not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year")
	} else if hasYear {
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

// ParseTags reads words parted by commas or semicolons: lower case, sorted, each once, joined by ", ".
func ParseTags(s string) (string, error) {
	s, err := cleanText(s)
	if err != nil || s == "" {
		return "", err
	}
	var tags []string
	for _, tag := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' }) {
		if tag = strings.ToLower(strings.Join(strings.Fields(tag), " ")); tag != "" {
			tags = append(tags, tag)
		}
	}
	return joinTags(tags), nil
}

func joinTags(tags []string) string {
	slices.Sort(tags)
	return strings.Join(slices.Compact(tags), ", ")
}

// splitTags is the reverse of joinTags.
func splitTags(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ", ")
}

var (
	errNegativePotential = errors.New("less than 0; needed is what she could spend in a year")
	errCadence           = errors.New("not a number of days; needed is 30, or 2w, 3m, 1y for weeks of 7, months of 30, years of 365 days")
)

// parseCadence reads after how many days something is due again: 30, 30d, 2w, 3m, 1y; 0 for an empty text.
func parseCadence(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	unit := int64(1)
	switch last := len(s) - 1; s[last] | 0x20 {
	case 'd':
		s = s[:last]
	case 'w':
		s, unit = s[:last], 7
	case 'm':
		s, unit = s[:last], 30
	case 'y':
		s, unit = s[:last], 365
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n <= 0 || n > longestCadence/unit {
		return 0, errCadence
	}
	return n * unit, nil
}

// longestCadence keeps the day that follows within the calendar.
const longestCadence = 100 * 365

// checkCadence refuses a deadline that comes before the day it is the deadline of.
func (c *Customer) checkCadence() error {
	if c.ContactWithin > 0 && c.ContactWithin < c.ContactEvery {
		return fmt.Errorf("%d days are less than the %d of contact_every", c.ContactWithin, c.ContactEvery)
	}
	return nil
}

// checkDays refuses a birthday that has not come yet: most often a two-digit year read in the wrong century.
func (c *Customer) checkDays(today dates.Date) error {
	if len(c.Birthday) == 10 && c.Birthday > today.String() {
		return errors.New("lies in the future")
	}
	return nil
}
