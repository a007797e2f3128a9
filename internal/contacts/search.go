package contacts

import (
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// longestSearch keeps a query within what SQLite takes: words become conditions, a thousand of which may be joined.
const longestSearch = 1000

// Search yields the active customers, or with everyone the archived too, who have every word of a text somewhere in
// their name, e-mails or phone digits; accents and case do not count, and a phone may be written in any way. They come by
// name. A text without any word finds nobody; one too long to be anybody's is a fault.Usage.
func Search(v *book.View, text string, state State, limit int) iter.Seq2[Customer, error] {
	if utf8.RuneCountInString(text) > longestSearch {
		return func(yield func(Customer, error) bool) {
			yield(Customer{}, fault.New(fault.Usage, fmt.Sprintf("the text to search for has more than %d characters", longestSearch), "a word or two of a name will do"))
		}
	}
	terms := searchTerms(text, v.Settings().Country)
	if len(terms) == 0 {
		return func(func(Customer, error) bool) {}
	}
	condition, args := matching(terms)
	if limit <= 0 {
		limit = -1
	}
	return read(v, `SELECT c.id FROM customers c WHERE `+condition+` AND `+state.sql()+` ORDER BY c.name_key, c.id LIMIT ?`, append(args, limit)...)
}

// term is one thing that must be found, in any of several writings.
type term []string

// searchTerms parts a text into words. A text that is a phone number as a whole is one term: its digits as written, or
// as E.164.
func searchTerms(text, country string) []term {
	folded := book.Fold(text)
	if bare := digits(folded); bare != "" && phoneLike().MatchString(folded) {
		t := term{bare}
		if folded != bare {
			t = append(t, folded) // it may be part of a name, such as Studio 54-56
		}
		if full := digits(E164(folded, country)); full != "" && full != bare {
			t = append(t, full)
		}
		return []term{t}
	}
	var terms []term
	for _, word := range strings.Fields(folded) {
		terms = append(terms, term{word})
	}
	return terms
}

// matching is the condition that customers c have every term in their search text. Words of three letters or more are
// looked up in the trigram index; shorter ones, and those with % or _ (ESCAPE would turn the index off), are compared
// with each text that is left.
func matching(terms []term) (condition string, args []any) {
	var all []string
	var long []term
	for _, t := range terms {
		if indexed(t) {
			long = append(long, t)
			continue
		}
		var any []string
		for _, word := range t {
			any, args = append(any, `instr(s.search, ?) > 0`), append(args, word)
		}
		// A question of its own reads the table as it lies, not in the order of the list.
		all = append(all, `c.id IN (SELECT s.id FROM customers s NOT INDEXED WHERE `+strings.Join(any, " OR ")+`)`)
	}
	if len(long) > 0 {
		condition, more := lookUp(long)
		all, args = append(all, condition), append(args, more...)
	}
	return strings.Join(all, " AND "), args
}

// lookUp is the condition that the trigram index finds customers c by every one of some terms. Terms of one writing go
// into one question, so that the index itself cuts what it finds for each.
func lookUp(terms []term) (condition string, args []any) {
	var all, together []string
	for _, t := range terms {
		if len(t) == 1 {
			together, args = append(together, `search LIKE ?`), append(args, "%"+t[0]+"%")
		}
	}
	if len(together) > 0 {
		all = append(all, `c.id IN (SELECT rowid FROM customers_search WHERE `+strings.Join(together, " AND ")+`)`)
	}
	for _, t := range terms {
		if len(t) == 1 {
			continue
		}
		var any []string
		for _, word := range t {
			any, args = append(any, `SELECT rowid FROM customers_search WHERE search LIKE ?`), append(args, "%"+word+"%")
		}
		all = append(all, `c.id IN (`+strings.Join(any, " UNION ")+`)`)
	}
	return strings.Join(all, " AND "), args
}

// indexed says whether the trigram index can find every writing of a term.
func indexed(t term) bool {
	for _, word := range t {
		if utf8.RuneCountInString(word) < 3 || strings.ContainsAny(word, "%_") {
			return false
		}
	}
	return true
}
