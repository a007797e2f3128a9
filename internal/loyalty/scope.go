package loyalty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Scope says for what a rule holds: every key it names must be met, by one of the values given for it. The zero Scope is
// everything.
type Scope struct {
	words    [scopeKeys][]string // by key, in canonical order
	MinTotal money.Amount        // the money of the order less its discounts, before tax and shipping; 0: any
}

// ScopeKey is what a scope may ask about.
type ScopeKey int

// The keys, in the order of their names, which is the canonical one. Brand, Category, Cause, Product and Tag are asked of
// every line, the others of the order.
const (
	ScopeBirthdayMonth ScopeKey = iota
	ScopeBrand
	ScopeCategory
	ScopeCause
	ScopeChannel
	ScopeFirstOrder
	ScopeMinTotal
	ScopeProduct
	ScopeSegment
	ScopeTag
	ScopeTier
	ScopeWeekday
	scopeKeys
)

var scopeNames = [scopeKeys]string{"birthday_month", "brand", "category", "cause", "channel", "first_order", "min_total", "product", "segment", "tag", "tier", "weekday"}

// String is the key as a scope writes it.
func (k ScopeKey) String() string { return scopeNames[k] }

// lineKeys are asked of lines, eventKeys make sense without an order.
var (
	lineKeys  = []ScopeKey{ScopeBrand, ScopeCategory, ScopeCause, ScopeProduct, ScopeTag}
	eventKeys = []ScopeKey{ScopeBirthdayMonth, ScopeTier, ScopeWeekday}
)

// weekdays are as a scope writes them; the index is Monday's 0.
var weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// ParseScope reads a scope such as "category=skin care,make-up; weekday=mon", with sums of money in a currency of that many
// decimals. What it cannot read is a fault.Rejected.
func ParseScope(text string, decimals int) (s Scope, err error) {
	for part := range strings.SplitSeq(text, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, values, _ := strings.Cut(part, "=")
		name = strings.TrimSpace(name)
		at := slices.Index(scopeNames[:], book.Fold(name))
		if at < 0 {
			return s, unknownScope(name)
		}
		key := ScopeKey(at)
		if s.words[key] != nil {
			return s, badScope("%s stands there twice, name all its values once: %s=A,B", key, key)
		}
		var words []string
		for word := range strings.SplitSeq(values, ",") {
			if word = strings.Join(strings.Fields(word), " "); word != "" {
				words = append(words, word)
			}
		}
		if len(words) == 0 {
			return s, badScope("%s has no value, it needs %s=VALUE", key, key)
		}
		if err := s.set(key, words, decimals); err != nil {
			return s, err
		}
	}
	return s, nil
}

// set takes the values of a key, which has none so far.
func (s *Scope) set(key ScopeKey, words []string, decimals int) error {
	switch key {
	case ScopeBirthdayMonth, ScopeFirstOrder:
		if len(words) != 1 || book.Fold(words[0]) != "yes" {
			return badScope("%s is yes or not named, not %.40q", key, strings.Join(words, ","))
		}
		words = []string{"yes"}
	case ScopeMinTotal:
		d, err := money.ParseDecimal(strings.Join(words, ","), '.')
		if err == nil {
			s.MinTotal, err = d.Minor(decimals)
		}
		if err != nil || s.MinTotal <= 0 || len(words) != 1 {
			return badScope("%s is a sum of money above 0 such as 50.00, not %.40q", key, strings.Join(words, ","))
		}
		words = []string{money.Currency{Decimals: decimals}.Format(s.MinTotal)}
	case ScopeWeekday:
		var given []string
		for _, w := range words {
			w = book.Fold(w)
			if len(w) > 3 && slices.Contains([]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}, w) {
				w = w[:3]
			}
			if !slices.Contains(weekdays, w) {
				return badScope("%.40q is no weekday, they are %s", w, strings.Join(weekdays, ", "))
			}
			given = append(given, w)
		}
		slices.SortFunc(given, func(a, b string) int { return slices.Index(weekdays, a) - slices.Index(weekdays, b) })
		words = slices.Compact(given)
	default:
		slices.SortStableFunc(words, func(a, b string) int { return strings.Compare(book.Fold(a), book.Fold(b)) })
		words = slices.CompactFunc(words, func(a, b string) bool { return book.Fold(a) == book.Fold(b) })
	}
	s.words[key] = words
	return nil
}

func badScope(format string, args ...any) error {
	return &fault.Error{Kind: fault.Rejected, Field: "scope", Reason: fmt.Sprintf(format, args...)}
}

func unknownScope(name string) error {
	e := &fault.Error{Kind: fault.Rejected, Field: "scope", Reason: fmt.Sprintf("%.40q is nothing a rule can ask about", name),
		Hint: "it can ask about " + strings.Join(scopeNames[:], ", ")}
	if near := fault.Nearest(name, scopeNames[:]); near != "" {
		e.Hint = "did you mean " + near + "?"
	}
	return e
}

// String is the canonical text of the scope, "" for everything: ParseScope gives it back.
func (s Scope) String() string {
	var parts []string
	for key, words := range s.words {
		if len(words) > 0 {
			parts = append(parts, scopeNames[key]+"="+strings.Join(words, ","))
		}
	}
	return strings.Join(parts, "; ")
}

// Words are the values a key may have, in canonical order; none where the scope does not ask about it.
func (s Scope) Words(key ScopeKey) []string { return s.words[key] }

// asksAny says whether the scope asks about one of these keys.
func (s Scope) asksAny(keys []ScopeKey) bool {
	return slices.ContainsFunc(keys, func(k ScopeKey) bool { return len(s.words[k]) > 0 })
}

// Lines says whether the scope asks about lines, so that a rule holds for those alone.
func (s Scope) Lines() bool { return s.asksAny(lineKeys) }
