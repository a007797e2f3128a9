package contacts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

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
	for _, way := range findWays(v, selector) {
		hits, err := way()
		if err != nil {
			return Customer{}, err
		}
		switch ids := preferActive(hits); len(ids) {
		case 0:
		case 1:
			return Get(v, ids[0])
		default:
			return Customer{}, ambiguous(v, selector, ids)
		}
	}
	return Customer{}, notFound(v, selector)
}

// FindAll is the ids of the customers that several selectors name, each once, in the order they were named. An error
// comes with the place of the selector that it is about.
func FindAll(v *book.View, selectors []string) (ids []int64, at int, err error) {
	known, err := knownIDs(v, selectors)
	if err != nil {
		return nil, 0, err
	}
	seen := make(map[int64]bool, len(selectors))
	for i, s := range selectors {
		id := known[i]
		if id == 0 {
			c, err := Find(v, s)
			if err != nil {
				return nil, i, err
			}
			id = c.ID
		}
		if !seen[id] {
			seen[id], ids = true, append(ids, id)
		}
	}
	return ids, 0, nil
}

// knownIDs gives for each selector the id that it is, where the book has a customer with that id; else 0. Most of many
// selectors are ids, and one question finds them all.
func knownIDs(v *book.View, selectors []string) ([]int64, error) {
	ids := make([]int64, len(selectors))
	for i, s := range selectors {
		ids[i] = idOf(strings.TrimPrefix(strings.TrimSpace(s), "id:"))
	}
	absent := map[int64]bool{}
	for id, err := range book.Query(v, book.Scalar[int64], `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT id FROM customers)`, jsonIDs(ids)) {
		if err != nil {
			return nil, err
		}
		absent[id] = true
	}
	for i, id := range ids {
		if absent[id] {
			ids[i] = 0
		}
	}
	return ids, nil
}

// idOf is the id that a text is; 0 for anything else.
func idOf(text string) int64 {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil || id < 0 || text[0] == '+' {
		return 0
	}
	return id
}

// hit is a customer whom a selector may mean.
type hit struct {
	id     int64
	active bool
}

// hits reads hits from a query of customers c.
func hits(v *book.View, where string, args ...any) ([]hit, error) {
	return book.All(v, func(row book.Scanner) (h hit, err error) {
		err = row.Scan(&h.id, &h.active)
		return h, err
	}, `SELECT c.id, c.archived_on IS NULL FROM customers c WHERE `+where+` ORDER BY c.id`, args...)
}

// preferActive leaves archived customers out where there is an active one.
func preferActive(hits []hit) []int64 {
	var active, all []int64
	for _, h := range hits {
		if all = append(all, h.id); h.active {
			active = append(active, h.id)
		}
	}
	if len(active) > 0 {
		return active
	}
	return all
}

// findWays are the ways in which a selector may be meant, the surest first. A prefix leaves only one.
func findWays(v *book.View, selector string) []func() ([]hit, error) {
	if text, ok := strings.CutPrefix(selector, "id:"); ok {
		return []func() ([]hit, error){func() ([]hit, error) { return byID(v, text) }}
	}
	if text, ok := strings.CutPrefix(selector, "ref:"); ok {
		return []func() ([]hit, error){func() ([]hit, error) { return byRef(v, text) }}
	}
	return []func() ([]hit, error){
		func() ([]hit, error) { return byID(v, selector) },
		func() ([]hit, error) { return byEmail(v, selector) },
		func() ([]hit, error) { return byPhone(v, selector) },
		func() ([]hit, error) { return hits(v, `c.name_key = ?`, book.Fold(selector)) },
		func() ([]hit, error) { return byWords(v, strings.Fields(book.Fold(selector))) },
	}
}

func byID(v *book.View, text string) ([]hit, error) {
	id := idOf(text)
	if id == 0 {
		return nil, nil
	}
	return hits(v, `c.id = ?`, id)
}

// byRef finds a ref of any source, be it her own or one of a further system.
func byRef(v *book.View, text string) ([]hit, error) {
	return hits(v, `c.id IN (SELECT id FROM customers WHERE ref = ? UNION ALL SELECT customer_id FROM customer_refs WHERE ref = ?)`, text, text)
}

func byEmail(v *book.View, text string) ([]hit, error) {
	if !strings.Contains(text, "@") {
		return nil, nil
	}
	email := FoldEmail(text)
	return hits(v, havingReach(emailReach), email, email)
}

// phoneLike is what a person may write for a phone number; how many digits it needs keeps ids and years out.
var phoneLike = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\+?[\d\s().\-/\x{a0}]+$`) })

const fewestPhoneDigits = 5

// byPhone finds a number by its E.164 form, and by its bare digits those that have none.
func byPhone(v *book.View, text string) ([]hit, error) {
	bare := digits(text)
	if len(bare) < fewestPhoneDigits || !phoneLike().MatchString(text) {
		return nil, nil
	}
	e164 := orNull(E164(text, v.Settings().Country))
	found, err := hits(v, havingReach(phoneReach), e164, e164)
	if err != nil || len(found) > 0 {
		return found, err
	}
	for c, err := range read(v, `SELECT rowid AS id FROM customers_search WHERE search LIKE ? ORDER BY rowid LIMIT -1`, "%"+bare+"%") {
		if err != nil {
			return nil, err
		}
		if c.hasDigits(bare) {
			found = append(found, hit{c.ID, c.ArchivedOn.IsZero()})
		}
	}
	return found, nil
}

// hasDigits says whether one of her phones has just these digits.
func (c *Customer) hasDigits(bare string) bool {
	return digits(c.Phone) == bare || slices.ContainsFunc(splitReaches(phoneReach, c.Phones, ""), func(r reach) bool { return digits(r.value) == bare })
}

// byWords finds names in which each word given begins a word.
func byWords(v *book.View, words []string) ([]hit, error) {
	var where []string
	var args []any
	var long []term
	for _, w := range words {
		if t := (term{w}); indexed(t) {
			long = append(long, t)
			continue
		}
		// The index on names is small enough to be read through.
		where, args = append(where, `c.id IN (SELECT id FROM customers WHERE instr(name_key, ?) > 0)`), append(args, w)
	}
	if len(long) > 0 {
		condition, more := lookUp(long)
		where, args = append(where, condition), append(args, more...)
	}
	if len(where) == 0 {
		return nil, nil
	}
	type named struct {
		hit
		name string
	}
	var found []hit
	for n, err := range book.Query(v, func(row book.Scanner) (n named, err error) {
		err = row.Scan(&n.id, &n.active, &n.name)
		return n, err
	}, `SELECT c.id, c.archived_on IS NULL, c.name_key FROM customers c WHERE `+strings.Join(where, " AND ")+` ORDER BY c.id`, args...) {
		if err != nil {
			return nil, err
		}
		if beginWords(words, strings.Fields(n.name)) {
			found = append(found, n.hit)
		}
	}
	return found, nil
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

// listed is how many candidates an error names.
const listed = 20

func ambiguous(v *book.View, selector string, ids []int64) error {
	e := &fault.Error{Kind: fault.Ambiguous, Noun: "customer", Key: selector, Reason: fmt.Sprintf("%d customers are meant", len(ids)),
		Hint: fmt.Sprintf("name one by its id, such as id:%d", ids[0])}
	for i, id := range ids {
		if i == listed {
			e.Detail = append(e.Detail, fmt.Sprintf("and %d more", len(ids)-listed))
			break
		}
		c, err := Get(v, id)
		if err != nil {
			return err
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
	known, _, err := book.One(v, book.Scalar[bool], `SELECT EXISTS (SELECT 1 FROM customers WHERE ref = ?1)`, selector)
	if err != nil {
		return err
	}
	if known { // a ref alone is no selector: it could be meant as a name
		e.Hint = "did you mean " + quoted("ref:"+selector) + "?"
		return e
	}
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
