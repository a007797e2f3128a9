package contacts

import (
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// reach is one of her further e-mails or phones.
type reach struct {
	kind  string // reachKinds
	value string // the e-mail folded, the phone as written
	key   string // what can be compared: the e-mail; the phone as E.164 or, where it cannot be read, its digits
	label string // what sort it is: home, work; or empty
}

// The kinds of a reach.
const (
	emailReach = "email"
	phoneReach = "phone"
)

// In the text of a field, further reaches are parted by semicolons, and a label stands before a colon.
const reachMarks = ":;"

// String is a reach as the text of a field has it.
func (r reach) String() string {
	if r.label == "" {
		return r.value
	}
	return r.label + ": " + r.value
}

// parseReach reads one e-mail or phone, with or without a label: ana@x.com, work:ana@x.com, home: 600 111 222.
func parseReach(kind, s string) (r reach, err error) {
	r.kind, r.value = kind, s
	if label, rest, ok := strings.Cut(s, ":"); ok {
		r.value = rest
		if r.label, err = parseLabel(label); err != nil {
			return r, err
		}
	}
	parse := parseEmail
	if kind == phoneReach {
		parse = parsePhone
	}
	if r.value, err = parse(r.value); err == nil && r.value == "" {
		err = errors.New("an e-mail address is needed")
		if kind == phoneReach {
			err = errors.New("a phone number is needed")
		}
	}
	r.value = plainReach(r.value)
	r.key = reachKey(kind, r.value, "")
	return r, err
}

// plainReach takes out what parts reaches in the text of a field.
func plainReach(value string) string {
	return strings.Join(strings.FieldsFunc(value, func(c rune) bool { return strings.ContainsRune(reachMarks, c) }), " ")
}

// parseLabel reads what sort of e-mail or phone one is: a word or two in lower case.
func parseLabel(s string) (string, error) {
	s, err := cleanText(s)
	if err == nil && strings.ContainsAny(s, reachMarks) {
		return "", errors.New("a label has no : or ;")
	}
	return strings.ToLower(strings.Join(strings.Fields(s), " ")), err
}

// parseReaches reads several parted by semicolons and writes each once, in order of what they are.
func parseReaches(kind string) func(string) (string, error) {
	return func(s string) (string, error) {
		s, err := cleanText(s)
		if err != nil {
			return "", err
		}
		var list []reach
		for _, part := range strings.Split(s, ";") {
			if strings.TrimSpace(part) == "" {
				continue
			}
			r, err := parseReach(kind, part)
			if err != nil {
				return "", err
			}
			list = append(list, r)
		}
		return joinReaches(list), nil
	}
}

// splitReaches is the reverse of joinReaches, for text that has been parsed before. The country tells how phones are
// read; without one, only those that begin with + are.
func splitReaches(kind, text, country string) []reach {
	if text == "" {
		return nil
	}
	parts := strings.Split(text, "; ")
	list := make([]reach, len(parts))
	for i, part := range parts {
		label, value, ok := strings.Cut(part, ": ")
		if !ok {
			label, value = "", part
		}
		list[i] = reach{kind, value, reachKey(kind, value, country), label}
	}
	return list
}

// reachKey is what an e-mail or phone is compared by.
func reachKey(kind, value, country string) string {
	if kind == emailReach {
		return value
	}
	if e164 := E164(value, country); e164 != "" {
		return e164
	}
	return digits(value)
}

// joinReaches writes reaches as the text of a field: in order of their keys, each key once.
func joinReaches(list []reach) string {
	slices.SortStableFunc(list, func(a, b reach) int { return strings.Compare(a.key, b.key) })
	list = slices.CompactFunc(list, func(a, b reach) bool { return a.key == b.key })
	texts := make([]string, len(list))
	for i, r := range list {
		texts[i] = r.String()
	}
	return strings.Join(texts, "; ")
}

// withoutReach takes those with one of some keys out of the text of a field.
func withoutReach(kind, text, country string, keys ...string) string {
	list := slices.DeleteFunc(splitReaches(kind, text, country), func(r reach) bool { return slices.Contains(keys, r.key) })
	return joinReaches(list)
}

// labelOf is the label that one of some further reaches has: it goes with it to the preferred place.
func labelOf(kind, text, value string) string {
	for _, r := range splitReaches(kind, text, "") {
		if r.key == reachKey(kind, value, "") {
			return r.label
		}
	}
	return ""
}

// settleReaches writes the further e-mails and phones without those that say the same in another writing, and without
// the preferred ones, and gives what a search finds them by.
func (c *Customer) settleReaches(country string) (search []string) {
	c.Emails = withoutReach(emailReach, c.Emails, country, c.Email)
	c.Phones = withoutReach(phoneReach, c.Phones, country, c.phoneKey())
	for _, r := range c.reaches(country) {
		if search = append(search, r.key); r.kind == phoneReach {
			search = append(search, digits(r.value))
		}
	}
	return search
}

// phoneKey is what the preferred phone is compared by.
func (c *Customer) phoneKey() string {
	if c.E164 != "" {
		return c.E164
	}
	return digits(c.Phone)
}

// reaches are the further e-mails and phones of a completed customer.
func (c *Customer) reaches(country string) []reach {
	return append(splitReaches(emailReach, c.Emails, country), splitReaches(phoneReach, c.Phones, country)...)
}

// allReaches are all her e-mails and phones that can be compared, the preferred ones too.
func (c *Customer) allReaches(country string) []reach {
	all := append(c.reaches(country), reach{kind: emailReach, key: c.Email}, reach{kind: phoneReach, key: c.E164})
	return slices.DeleteFunc(all, func(r reach) bool { return r.key == "" || r.kind == phoneReach && r.key[0] != '+' })
}

// Reach is one e-mail or phone with its label, as people read it.
type Reach struct{ Value, Label string }

// Reaches are the further e-mails, or phones, that a text of Emails or Phones lists.
func Reaches(text string) []Reach {
	var list []Reach
	for _, r := range splitReaches(emailReach, text, "") {
		list = append(list, Reach{r.value, r.label})
	}
	return list
}

// SharedReach says by what two customers are both reached: "e-mail", "phone", or "e-mail and phone".
func SharedReach(a, b Customer, country string) string {
	theirs := b.allReaches(country)
	var shared []string
	for _, k := range []struct{ kind, word string }{{emailReach, "e-mail"}, {phoneReach, "phone"}} {
		if slices.ContainsFunc(a.allReaches(country), func(r reach) bool {
			return r.kind == k.kind && slices.ContainsFunc(theirs, func(o reach) bool { return o.kind == r.kind && o.key == r.key })
		}) {
			shared = append(shared, k.word)
		}
	}
	return strings.Join(shared, " and ")
}

// SameReach lists the other active customers who have an e-mail or a phone of c: perhaps the same person.
func SameReach(v *book.View, c Customer) ([]Customer, error) {
	var where []string
	var args []any
	for _, r := range c.allReaches(v.Settings().Country) {
		where, args = append(where, havingReach(r.kind)), append(args, r.key, r.key)
	}
	if where == nil {
		return nil, nil
	}
	return readAll(v, `SELECT c.id FROM customers c WHERE c.id <> ? AND c.archived_on IS NULL AND (`+strings.Join(where, " OR ")+`) ORDER BY c.id`,
		append([]any{c.ID}, args...)...)
}

// havingReach is the condition that customers c have an e-mail or a phone, preferred or further, of a key given twice.
func havingReach(kind string) string {
	column := "email"
	if kind == phoneReach {
		column = "phone_e164"
	}
	return `c.id IN (SELECT id FROM customers WHERE ` + column + ` = ? UNION ALL SELECT customer_id FROM customer_reaches WHERE key = ? AND kind = '` + kind + `')`
}
