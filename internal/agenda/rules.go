package agenda

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Rules are what an agenda goes by: days, but for NearPercent. They are settings of the book.
type Rules struct {
	ContactA, ContactB, ContactC int // how often clients of a service level are to be spoken to who have no cadence of their own; 0 is not at all
	CheckIn, Connect, CareOpen   int // after an order, and for how many days each is open; 0 is not at all
	Reconnect, ReconnectOpen     int // after the last order
	ReplenishLead                int // so long before something is used up
	BirthdayNotice, PointsNotice int // so long before the day
	QuoteCold, QuoteOpen         int // since anybody spoke of a quote; and since it was made, after which it is told no more
	InterestOpen, SpokenTo       int // since she asked; and since she was spoken to, for which offers can wait
	StockAhead                   int // whose replenishments the stock is to last for
	NearPercent                  int // of the points, or the money, that a reward or tier needs
}

// Rule is one of the rules: its key among the settings of the book, its value, and what it means.
type Rule struct {
	Key     string
	Value   int
	Default int
	Meaning string
}

const rulePrefix = "today_"

// mostDays is more than any rule may say.
const mostDays = 3660

var rules = []struct {
	key     string
	preset  int
	meaning string
	at      func(*Rules) *int
}{
	{"contact_a", 30, "days between contacts with clients of service level A, 0 for none", func(r *Rules) *int { return &r.ContactA }},
	{"contact_b", 60, "the same of service level B", func(r *Rules) *int { return &r.ContactB }},
	{"contact_c", 90, "the same of service level C", func(r *Rules) *int { return &r.ContactC }},
	{"check_in", 6, "days after an order to ask how she likes it, 0 for never", func(r *Rules) *int { return &r.CheckIn }},
	{"connect", 21, "days after an order to keep in touch, 0 for never", func(r *Rules) *int { return &r.Connect }},
	{"care_open", 7, "days for which each of these two stays open", func(r *Rules) *int { return &r.CareOpen }},
	{"reconnect", 120, "days after the last order to win her back, 0 for never", func(r *Rules) *int { return &r.Reconnect }},
	{"reconnect_open", 30, "days for which that stays open", func(r *Rules) *int { return &r.ReconnectOpen }},
	{"replenish_lead", 7, "days before something is used up to offer it again", func(r *Rules) *int { return &r.ReplenishLead }},
	{"birthday_notice", 7, "days before a birthday to tell of it", func(r *Rules) *int { return &r.BirthdayNotice }},
	{"points_notice", 30, "days before points lapse to tell of it", func(r *Rules) *int { return &r.PointsNotice }},
	{"quote_cold", 7, "days without a word after which a quote goes cold", func(r *Rules) *int { return &r.QuoteCold }},
	{"quote_open", 60, "days after which a quote is told no more", func(r *Rules) *int { return &r.QuoteOpen }},
	{"interest_open", 90, "days for which what she asked about is remembered", func(r *Rules) *int { return &r.InterestOpen }},
	{"spoken_to", 7, "days for which offers can wait when she was spoken to", func(r *Rules) *int { return &r.SpokenTo }},
	{"stock_ahead", 30, "days whose replenishments the stock is to last for", func(r *Rules) *int { return &r.StockAhead }},
	{"near_percent", 80, "percent of the way from which a reward or a tier is near", func(r *Rules) *int { return &r.NearPercent }},
}

// DefaultRules hold where nobody set anything.
func DefaultRules() (r Rules) {
	for _, k := range rules {
		*k.at(&r) = k.preset
	}
	return r
}

// RuleKeys are the keys that SetRule takes.
func RuleKeys() (keys []string) {
	for _, k := range rules {
		keys = append(keys, k.key)
	}
	return keys
}

// List is the rules with what they mean.
func (r Rules) List() (list []Rule) {
	for _, k := range rules {
		list = append(list, Rule{Key: k.key, Value: *k.at(&r), Default: k.preset, Meaning: k.meaning})
	}
	return list
}

// ReadRules reads the rules of a book.
func ReadRules(v *book.View) (Rules, error) {
	r := DefaultRules()
	err := v.Each(func(row book.Row) error {
		key := strings.TrimPrefix(row.Text(0), rulePrefix)
		for _, k := range rules {
			if n, err := strconv.Atoi(row.Text(1)); err == nil && k.key == key && n >= 0 && n <= mostDays {
				*k.at(&r) = n
			}
		}
		return nil
	}, `key, value`, `settings WHERE key GLOB '`+rulePrefix+`*'`)
	return r, err
}

// SetRule changes a rule, or with "" goes back to its default. An unknown key or value is a fault.Usage.
func SetRule(tx *book.Tx, key, value string) error {
	key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
	if !slices.Contains(RuleKeys(), key) {
		e := &fault.Error{Kind: fault.Usage, Noun: "rule", Key: key, Reason: "there is no such rule", Hint: "list them with: perla today rules"}
		if near := fault.Nearest(key, RuleKeys()); near != "" {
			e.Hint = "did you mean " + near + "?"
		}
		return e
	}
	if value == "" {
		_, err := tx.Exec(`DELETE FROM settings WHERE key = ?`, rulePrefix+key)
		return err
	}
	n, err := strconv.Atoi(value)
	most := mostDays
	if key == "near_percent" {
		most = 100
	}
	if err != nil || n < 0 || n > most {
		return &fault.Error{Kind: fault.Usage, Noun: "rule", Key: key, Reason: fmt.Sprintf("%.40q was found; it takes a whole number from 0 to %d", value, most)}
	}
	changed, err := tx.Exec(`UPDATE settings SET value = ?1 WHERE key = ?2 AND value <> ?1`, strconv.Itoa(n), rulePrefix+key)
	if err != nil || changed > 0 {
		return err
	}
	_, there, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM settings WHERE key = ?`, rulePrefix+key)
	if err == nil && !there {
		_, err = tx.Insert(`INSERT INTO settings (key, value) VALUES (?, ?)`, rulePrefix+key, strconv.Itoa(n))
	}
	return err
}
