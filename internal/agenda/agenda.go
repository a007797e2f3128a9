// Package agenda says what deserves attention on a day. It reads the whole book, stores nothing and writes nothing but
// the rules it goes by: whatever it says is computed when asked.
package agenda

import (
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Query says for which day, and for whom, an agenda is.
type Query struct {
	AsOf       dates.Date // 0 is today
	Within     int        // what falls due in so many days more is told too; below 0, the notice that the rules give each kind
	Consultant int64      // only the clients she has on that day, and what she is to do herself; 0 is everybody
	Filter     book.Filter
	Words      money.Wording // how sums stand in what lines say; the zero Wording is as files have them
}

// AsTheRulesSay is a Query.Within that leaves each kind the notice of its rule.
const AsTheRulesSay = -1

// Agenda answers, kind by kind, what deserves attention on a day. It reads what the kinds asked for need, once.
type Agenda struct {
	view  *book.View
	query Query
	rules Rules

	people   *people                  // who may be spoken to
	trade    *trade                   // what everybody bought
	survival func() *insight.Survival // see foresee; nil before
	taken    []taking                 // see takings
	goods    *roster[goods]           // products
	purses   map[int64]loyalty.Spendable
	due      []due // see dues
	dueRead  bool
}

// New begins an agenda.
func New(v *book.View, q Query) (*Agenda, error) {
	if q.AsOf.IsZero() {
		q.AsOf = v.Today()
	}
	if q.Words.Code == "" {
		q.Words.Currency = v.Settings().Currency
	}
	rules, err := ReadRules(v)
	return &Agenda{view: v, query: q, rules: rules}, err
}

// Day is the day the agenda is for.
func (a *Agenda) Day() dates.Date { return a.query.AsOf }

// Rules are the rules the agenda goes by.
func (a *Agenda) Rules() Rules { return a.rules }

// GoBy makes the agenda go by other rules than those of the book, for what asks with days of its own.
func (a *Agenda) GoBy(r Rules) { a.rules = r }

// horizon is the last day whose dues are told, where a kind has a notice of its own.
func (a *Agenda) horizon(notice int) dates.Date {
	if a.query.Within >= 0 {
		notice = a.query.Within
	}
	return later(a.query.AsOf, notice)
}

// later is the day so many days later; past the calendar, a day after all others.
func later(day dates.Date, days int) dates.Date {
	if on := day.AddDays(days); !on.IsZero() {
		return on
	}
	return 1<<31 - 1
}

// partial says whether the agenda is for some customers only.
func (a *Agenda) partial() bool { return a.query.Consultant != 0 || a.query.Filter.SQL != "" }

// Kind says what a line of an agenda is about.
type Kind string

// The kinds, in the order in which they are told.
const (
	KindCase      Kind = "case"      // a request or complaint that is open
	KindTask      Kind = "task"      // what was written down to be done
	KindBirthday  Kind = "birthday"  // hers
	KindDebt      Kind = "debt"      // money that was to be paid
	KindQuote     Kind = "quote"     // an offer nobody has spoken of since
	KindCare      Kind = "care"      // some days after an order
	KindContact   Kind = "contact"   // she should have been spoken to
	KindReplenish Kind = "replenish" // what she bought is about to be used up
	KindInterest  Kind = "interest"  // what she asked about can be had
	KindPoints    Kind = "points"    // hers are about to lapse
	KindReward    Kind = "reward"    // she has nearly the points for one
	KindTier      Kind = "tier"      // she has nearly reached the next
	KindStock     Kind = "stock"     // too little for the replenishments to come
)

// Kinds are all kinds, in the order in which they are told.
var Kinds = []Kind{KindCase, KindTask, KindBirthday, KindDebt, KindQuote, KindCare, KindContact, KindReplenish, KindInterest, KindPoints,
	KindReward, KindTier, KindStock}

// KindNames are the kinds as words.
var KindNames = func() (names []string) {
	for _, k := range Kinds {
		names = append(names, string(k))
	}
	return names
}()

// wants are the kinds to tell: some, or all of them, in their order.
func wants(kinds []Kind) []Kind {
	if len(kinds) == 0 {
		return Kinds
	}
	var list []Kind
	for _, k := range Kinds {
		if slices.Contains(kinds, k) {
			list = append(list, k)
		}
	}
	return list
}
