package contacts

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Find is the one customer a selector names. In this order, the first that names anybody decides: 42 or id:42, ref:X,
// an e-mail, a phone in any writing, an exact name, beginnings of the words of a name (accents and case ignored).
// Archived customers count only where no active one is named. More than one is a fault.Ambiguous that lists them, none
// a fault.NotFound with the nearest names.
func Find(v *book.View, selector string) (Customer, error) {
	selector = strings.TrimSpace(selector)
	if selector == "" {
		return Customer{}, &fault.Error{Kind: fault.Usage, Noun: "customer", Reason: "the selector is empty", Hint: "name her by id, ref, e-mail, phone or name"}
	}
	for _, way := range ways(v, selector) {
		found, err := way()
		if err != nil {
			return Customer{}, err
		}
		switch found = activeIfAny(found); len(found) {
		case 0:
		case 1:
			return found[0], nil
		default:
			return Customer{}, ambiguous(selector, found)
		}
	}
	return Customer{}, notFound(v, selector)
}

// FindAll is the customers that several selectors name, each once, in the order they were named.
func FindAll(v *book.View, selectors []string) ([]Customer, error) {
	var found []Customer
	seen := map[int64]bool{}
	for _, s := range selectors {
		c, err := Find(v, s)
		if err != nil {
			return nil, err
		}
		if !seen[c.ID] {
			seen[c.ID], found = true, append(found, c)
		}
	}
	return found, nil
}

// ways are the ways in which a selector may be meant, the surest first. A prefix leaves only one.
func ways(v *book.View, selector string) []func() ([]Customer, error) {
	if text, ok := strings.CutPrefix(selector, "id:"); ok {
		return []func() ([]Customer, error){func() ([]Customer, error) { return byID(v, text) }}
	}
	if text, ok := strings.CutPrefix(selector, "ref:"); ok {
		return []func() ([]Customer, error){func() ([]Customer, error) { return readAll(v, `SELECT id FROM customers WHERE ref = ?`, text) }}
	}
	return []func() ([]Customer, error){
		func() ([]Customer, error) { return byID(v, selector) },
		func() ([]Customer, error) { return byEmail(v, selector) },
		func() ([]Customer, error) { return byPhone(v, selector) },
		func() ([]Customer, error) {
			return readAll(v, `SELECT id FROM customers WHERE name_key = ? ORDER BY id`, book.Fold(selector))
		},
		func() ([]Customer, error) { return byWords(v, book.Fold(selector)) },
	}
}

func byID(v *book.View, text string) ([]Customer, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text[0] == '+' {
		return nil, nil
	}
	return readAll(v, `SELECT ? AS id`, id)
}

func byEmail(v *book.View, text string) ([]Customer, error) {
	if !strings.Contains(text, "@") {
		return nil, nil
	}
	return readAll(v, `SELECT id FROM customers WHERE email = ? ORDER BY id`, FoldEmail(text))
}

// phoneLike is what a person may write for a phone number; how many digits it needs keeps ids and years out.
var phoneLike = regexp.MustCompile(`^\+?[\d\s().\-/\x{a0}]+$`)

const fewestPhoneDigits = 5

// byPhone finds a number by its E.164 form, and by its bare digits those that have none.
func byPhone(v *book.View, text string) ([]Customer, error) {
	bare := digits(text)
	if len(bare) < fewestPhoneDigits || !phoneLike.MatchString(text) {
		return nil, nil
	}
	found, err := readAll(v, `SELECT id FROM customers WHERE phone_e164 = ? ORDER BY id`, orNull(E164(text, v.Settings().Country)))
	if err != nil || len(found) > 0 {
		return found, err
	}
	near, err := readAll(v, `SELECT rowid AS id FROM customers_search WHERE search LIKE ? ORDER BY rowid`, "%"+bare+"%")
	for _, c := range near {
		if digits(c.Phone) == bare {
			found = append(found, c)
		}
	}
	return found, err
}

// byWords finds names in which each word given begins a word.
func byWords(v *book.View, folded string) ([]Customer, error) {
	words := strings.Fields(folded)
	terms := make([]term, len(words))
	for i, w := range words {
		terms[i] = term{w}
	}
	condition, args := matching(terms)
	near, err := readAll(v, `SELECT c.id FROM customers c WHERE `+condition+` ORDER BY c.id`, args...)
	var found []Customer
	for _, c := range near {
		if beginWords(words, strings.Fields(book.Fold(c.Name))) {
			found = append(found, c)
		}
	}
	return found, err
}

// beginWords says whether each of the beginnings begins one of the words.
func beginWords(beginnings, words []string) bool {
	for _, b := range beginnings {
		begins := false
		for _, w := range words {
			begins = begins || strings.HasPrefix(w, b)
		}
		if !begins {
			return false
		}
	}
	return true
}

// activeIfAny leaves archived customers out where there is an active one.
func activeIfAny(found []Customer) []Customer {
	var active []Customer
	for _, c := range found {
		if c.ArchivedOn.IsZero() {
			active = append(active, c)
		}
	}
	if len(active) > 0 {
		return active
	}
	return found
}

// listed is how many candidates an error names.
const listed = 20

func ambiguous(selector string, found []Customer) error {
	e := &fault.Error{Kind: fault.Ambiguous, Noun: "customer", Key: selector, Reason: fmt.Sprintf("%d customers are meant", len(found)),
		Hint: fmt.Sprintf("name one by its id, such as id:%d", found[0].ID)}
	for i, c := range found {
		if i == listed {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(found)-listed))
			break
		}
		e.Detail = append(e.Detail, candidate(c))
	}
	return e
}

// candidate tells customers apart in one line.
func candidate(c Customer) string {
	line := fmt.Sprintf("%d  %s", c.ID, c.Name)
	for _, more := range []string{c.City, c.Email, c.Phone} {
		if more != "" {
			line += "  " + more
		}
	}
	return line
}

// nearby is how many names are compared with one that nobody has.
const nearby = 5000

// notFound names the nearest: names that share a beginning with a word of the selector, compared whole and by word.
func notFound(v *book.View, selector string) error {
	e := &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: selector, Reason: "there is no such customer", Hint: "look for her with: perla customer search " + quoted(selector)}
	words := strings.Fields(book.Fold(selector))
	if len(words) == 0 || strings.Contains(selector, ":") || strings.Contains(selector, "@") {
		return e
	}
	first := []rune(words[0])[:1]
	whole := map[string]string{} // what may have been meant -> the name it stands for
	var meant []string
	for name, err := range book.Query(v, book.Scalar[string], `SELECT name FROM customers
		WHERE archived_on IS NULL AND (name_key LIKE ?1 || '%' OR name_key LIKE '% ' || ?1 || '%') LIMIT ?2`, string(first), nearby) {
		if err != nil {
			return err
		}
		folded := book.Fold(name)
		for _, text := range append([]string{folded}, strings.Fields(folded)...) {
			if _, known := whole[text]; !known {
				whole[text], meant = name, append(meant, text)
			}
		}
	}
	if near := fault.Nearest(book.Fold(selector), meant); near != "" {
		e.Hint = "did you mean " + whole[near] + "?"
	}
	return e
}

// quoted writes a text as a shell takes it.
func quoted(s string) string {
	if regexp.MustCompile(`^[\w@.+:-]+$`).MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
