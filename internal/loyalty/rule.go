package loyalty

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// defaultPriority is that of a rule that names none.
const defaultPriority = 100

// mostFactor is the largest factor of a multiplier, in hundredths: what comes a hundred times over is a slip.
const mostFactor = 10000

// RuleRow is a rule as a file or a command line says it; an empty text is left open. Programme empty is that of clients,
// From and Until are days as dates.Parse takes them.
type RuleRow struct {
	Line                                                               int
	Programme, Code, Kind, Event, Points, Per, Factor, Scope, Priority string
	Stacking, Cap, CapPer, PendingDays, Expiry, From, Until            string
}

// Problem is what is wrong with a row of a rules file, or with warning, what its owner may not have meant.
type Problem struct {
	Line          int
	Code          string
	Field, Reason string
	Warning       bool
}

// knownEvents are those that perla reports of itself; any other word is an event that the owner reports.
var knownEvents = []string{"welcome", "first_purchase", "referral_referrer", "referral_referred", "birthday", "review", "survey", "event_attended"}

// KnownEvents are the events that perla has a use for.
func KnownEvents() []string { return slices.Clone(knownEvents) }

// ruleReader reads the texts of one row and gathers what is wrong with them.
type ruleReader struct {
	row      RuleRow
	problems []Problem
}

func (r *ruleReader) wrong(field, format string, args ...any) {
	r.problems = append(r.problems, Problem{Line: r.row.Line, Code: r.row.Code, Field: field, Reason: fmt.Sprintf(format, args...)})
}

// whole reads a whole number between two bounds; 0 for an empty text.
func (r *ruleReader) whole(field, text string, least, most int64) int64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		r.wrong(field, "%.40q was found, it takes a whole number from %d to %d", text, least, most)
		return max(least, 1)
	}
	return n
}

// ParseRule reads a rule, with sums of money in a currency of that many decimals. The rule counts only without problems.
func ParseRule(row RuleRow, decimals int, today dates.Date) (Rule, []Problem) {
	r := &ruleReader{row: row}
	rule := Rule{Programme: strings.ToLower(row.Programme), Code: codeOf(row.Code), Kind: RuleKind(strings.ToLower(row.Kind)), Priority: defaultPriority}
	if rule.Programme == "" {
		rule.Programme = Clients
	}
	rule.Event = eventOf(row.Event)
	rule.Points = r.whole("points", row.Points, 0, mostPoints)
	rule.Cap = r.whole("cap", row.Cap, 1, mostPoints)
	if row.Priority != "" {
		rule.Priority = r.whole("priority", row.Priority, 0, 1e6)
	}
	if row.PendingDays != "" {
		n := int(r.whole("pending_days", row.PendingDays, 0, mostDays))
		rule.PendingDays = &n
	}
	rule.CapPer = Span(strings.ToLower(row.CapPer))
	switch strings.ToLower(row.Stacking) {
	case "", "add":
	case "only":
		rule.Only = true
	default:
		r.wrong("stacking", "%.40q was found, it takes add or only", row.Stacking)
	}
	r.amounts(&rule, decimals)
	r.texts(&rule, decimals)
	r.days(&rule, today)
	if len(r.problems) == 0 {
		r.check(&rule)
	}
	return rule, r.problems
}

// amounts reads money and factors.
func (r *ruleReader) amounts(rule *Rule, decimals int) {
	number := func(field, text string, decimals int, want string) int64 {
		d, err := money.ParseDecimal(text, '.')
		var a money.Amount
		if err == nil {
			a, err = d.Minor(decimals)
		}
		if back, _ := money.ParseDecimal(money.Currency{Decimals: decimals}.Format(a), '.'); err != nil || a < 0 || a > mostPoints || !same(d, back) {
			r.wrong(field, "%.40q was found, it takes %s", text, want)
			return 1
		}
		return int64(a)
	}
	if r.row.Per != "" {
		rule.Per = money.Amount(number("per", r.row.Per, decimals, "a sum of money above 0 such as 1.00"))
		if rule.Per == 0 {
			r.wrong("per", "0 was found, it takes a sum of money above 0 such as 1.00")
		}
	}
	if r.row.Factor != "" {
		if rule.Factor = number("factor", r.row.Factor, 2, "a number such as 2 or 1.5"); rule.Factor > mostFactor {
			r.wrong("factor", "%.40q was found, it takes %d at most", r.row.Factor, mostFactor/100)
		}
	}
}

// texts reads scope and expiry.
func (r *ruleReader) texts(rule *Rule, decimals int) {
	scope, err := ParseScope(r.row.Scope, decimals)
	if rule.Scope = scope; err != nil {
		reason := err.Error()
		if e, ok := err.(*fault.Error); ok {
			if reason = e.Reason; e.Hint != "" {
				reason += "; " + e.Hint
			}
		}
		r.wrong("scope", "%s", reason)
	}
	if r.row.Expiry == "" {
		return
	}
	expiry, err := ParseExpiry(r.row.Expiry)
	if err != nil {
		r.wrong("expiry", "%.40q was found, it takes never, a time such as 90d or 12m, or one and the end to go on to: 12m quarter", r.row.Expiry)
	}
	rule.Expiry = &expiry
}

func (r *ruleReader) days(rule *Rule, today dates.Date) {
	var err error
	if r.row.From != "" {
		if rule.From, err = dates.Parse(r.row.From, today); err != nil {
			r.wrong("from_on", "%s", err)
		}
	}
	if r.row.Until != "" {
		if rule.Until, err = dates.ParseEnd(r.row.Until, today); err != nil {
			r.wrong("until_on", "%s", err)
		}
	}
}

// check refuses what makes no rule.
func (r *ruleReader) check(rule *Rule) {
	has := func(field, text string, wanted bool) {
		switch {
		case text == "" && wanted:
			r.wrong(field, "a %s rule needs %s", rule.Kind, field)
		case text != "" && !wanted:
			r.wrong(field, "a %s rule has no %s", rule.Kind, field)
		}
	}
	if !slices.Contains(Programmes, rule.Programme) {
		r.wrong("programme", "%.40q was found, there are clients and consultants", r.row.Programme)
	}
	if rule.Code == "" {
		r.wrong("code", "a rule needs a code")
	}
	if !slices.Contains([]RuleKind{Rate, Multiplier, Bonus, Event}, rule.Kind) {
		r.wrong("kind", "%.40q was found, it takes rate, multiplier, bonus or event", r.row.Kind)
		return
	}
	has("points", r.row.Points, rule.Kind != Multiplier)
	has("per", r.row.Per, rule.Kind == Rate)
	has("factor", r.row.Factor, rule.Kind == Multiplier)
	has("event", r.row.Event, rule.Kind == Event)
	if (rule.Cap == 0) != (rule.CapPer == "") {
		r.wrong("cap", "a cap needs both points and the time they are for: day, week, month, year or ever")
	} else if rule.Cap > 0 && !slices.Contains([]Span{Day, Week, Month, Year, Ever}, rule.CapPer) {
		r.wrong("cap_per", "%.40q was found, it takes day, week, month, year or ever", r.row.CapPer)
	}
	if rule.Kind == Multiplier && rule.Factor < 100 && rule.Cap > 0 {
		r.wrong("cap", "a factor below 1 takes points away, and a cap limits what is given")
	}
	if rule.From != 0 && rule.Until != 0 && rule.Until < rule.From {
		r.wrong("until_on", "it would end on %s, before it begins on %s", rule.Until, rule.From)
	}
	if rule.Kind != Event {
		return
	}
	for key := range scopeKeys {
		if len(rule.Scope.words[key]) > 0 && !slices.Contains(eventKeys, key) {
			r.wrong("scope", "an event has no %s; a rule for one can ask about birthday_month, tier and weekday", key)
		}
	}
}

// codeOf is a code as it is kept: in capitals, without accents and with dashes for blanks.
func codeOf(text string) string {
	return strings.ToUpper(strings.ReplaceAll(book.Fold(text), " ", "-"))
}

// Row is the rule as ParseRule reads it.
func (r *Rule) Row(decimals int) RuleRow {
	row := RuleRow{Programme: r.Programme, Code: r.Code, Kind: string(r.Kind), Event: r.Event, Scope: r.Scope.String(), Priority: strconv.FormatInt(r.Priority, 10),
		Stacking: stacking(r.Only), CapPer: string(r.CapPer), From: r.From.String(), Until: r.Until.String()}
	if r.Kind != Multiplier {
		row.Points = strconv.FormatInt(r.Points, 10)
	} else {
		row.Factor = money.Currency{Decimals: 2}.Format(money.Amount(r.Factor))
	}
	if r.Kind == Rate {
		row.Per = money.Currency{Decimals: decimals}.Format(r.Per)
	}
	if r.Cap > 0 {
		row.Cap = strconv.FormatInt(r.Cap, 10)
	}
	if r.PendingDays != nil {
		row.PendingDays = strconv.Itoa(*r.PendingDays)
	}
	if r.Expiry != nil {
		row.Expiry = r.Expiry.String()
	}
	return row
}

func stacking(only bool) string {
	if only {
		return "only"
	}
	return "add"
}
