package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/money"
)

// eventWords are the events that perla reports, as a sentence names them.
var eventWords = map[string]string{
	"welcome": "a new client", "first_purchase": "a first purchase", "referral_referrer": "bringing somebody", "referral_referred": "being brought by somebody",
	"birthday": "a birthday", "review": "a review", "survey": "an answered survey", "event_attended": "coming to an event",
}

// Words say in a sentence what a rule gives, but for its days.
func (r *Rule) Words(w money.Wording) string {
	var s string
	switch r.Kind {
	case Rate:
		s = "no points"
		if r.Points > 0 {
			s = fmt.Sprintf("%s for every %s", pointsWord(r.Points), w.Money(r.Per))
		}
	case Multiplier:
		s = w.Figure(decimalOf(r.Factor)) + " times the points"
	case Bonus:
		s = pointsWord(r.Points) + " for an order"
	case Event:
		what, known := eventWords[r.Event]
		if !known {
			what = strings.ReplaceAll(r.Event, "_", " ")
		}
		s = pointsWord(r.Points) + " for " + what
	}
	s += r.Scope.sentence(w)
	if r.Cap > 0 {
		s += fmt.Sprintf("; %d at most in a %s", r.Cap, r.CapPer)
		if r.CapPer == Ever {
			s = strings.TrimSuffix(s, " in a ever") + " in all"
		}
	}
	if r.PendingDays != nil {
		s += fmt.Sprintf("; usable after %d days", *r.PendingDays)
		if *r.PendingDays == 0 {
			s = strings.TrimSuffix(s, " after 0 days") + " at once"
		}
	}
	if r.Expiry != nil {
		s += "; " + r.Expiry.Words()
	}
	if r.Only {
		s += "; keeps out those behind it"
	}
	return s
}

// Words say when points expire.
func (e Expiry) Words() string {
	var s string
	switch {
	case e.Days > 0:
		s = fmt.Sprintf("expire after %d days", e.Days)
	case e.Months > 0:
		s = fmt.Sprintf("expire after %d months", e.Months)
	default:
		return "never expire"
	}
	switch e.End {
	case "":
	case Half:
		s += ", at the end of the half-year"
	default:
		s += ", at the end of the " + string(e.End)
	}
	return strings.Replace(strings.Replace(s, " 1 months", " a month", 1), " 1 days", " a day", 1)
}

// pointsWord is a number of points.
func pointsWord(n int64) string {
	if n == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", n)
}

// decimalOf is a number of hundredths, without needless zeros.
func decimalOf(hundredths int64) string {
	s := money.Currency{Decimals: 2}.Format(money.Amount(hundredths))
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// scopeWords are what a scope says of each key, in the order of reading.
var scopeWords = []struct {
	key   ScopeKey
	words string
}{
	{ScopeProduct, " on product %s"}, {ScopeCategory, " on category %s"}, {ScopeBrand, " on brand %s"}, {ScopeCause, " on the cause %s"}, {ScopeTag, " on what is tagged %s"},
	{ScopeFirstOrder, ", first order"}, {ScopeMinTotal, ", orders of %s or more"}, {ScopeChannel, ", by %s"}, {ScopeWeekday, ", on %s"},
	{ScopeBirthdayMonth, ", in the month of the birthday"}, {ScopeTier, ", in tier %s"}, {ScopeSegment, ", in segment %s"},
}

// weekdayNames are the days of the week as a sentence names them.
var weekdayNames = strings.NewReplacer("mon", "Mondays", "tue", "Tuesdays", "wed", "Wednesdays", "thu", "Thursdays", "fri", "Fridays", "sat", "Saturdays", "sun", "Sundays")

// sentence is what follows what a rule gives.
func (s Scope) sentence(wording money.Wording) string {
	var b strings.Builder
	for _, w := range scopeWords {
		words := s.words[w.key]
		switch {
		case len(words) == 0:
		case !strings.Contains(w.words, "%s"):
			b.WriteString(w.words)
		case w.key == ScopeWeekday:
			fmt.Fprintf(&b, w.words, weekdayNames.Replace(strings.Join(words, " and ")))
		case w.key == ScopeMinTotal:
			fmt.Fprintf(&b, w.words, wording.Money(s.MinTotal))
		default:
			fmt.Fprintf(&b, w.words, strings.Join(words, " or "))
		}
	}
	return b.String()
}
