package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Explained is one line of why points are what they are. Figures it has no use for are 0 or "".
type Explained struct {
	Programme string
	Step      string     // of an order: order, those of a Step, entry; of a person: balance, lot, use, debt
	Rule      string     // the code of the rule it is about
	Entry     int64      // the line of the ledger; of a use, the one that took
	Lot       int64      // of a use: the lot it took from
	Order     int64      // that is named
	On        dates.Date // when it took effect
	Until     dates.Date // of a lot: its last day
	Money     *money.Amount
	Points    string // exact: "12.5"
	Left      *int64 // of a lot, on the day asked for
	Why       string
}

// ExplainOrder says rule by rule what an order earns, in every programme that has rules, and what the ledger says of it up
// to a day. For a return its original is taken. An unknown order is a fault.NotFound.
func ExplainOrder(v *book.View, order int64, asOf dates.Date, about About, words money.Wording) ([]Explained, error) {
	original, found, err := book.One(v, book.Scalar[int64], `SELECT ifnull(original_id, id) FROM orders WHERE id = ?`, order)
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Noun: "order", Key: fmt.Sprint(order), Reason: "there is no such order", Hint: "list them with: perla order list"}
	}
	if err != nil {
		return nil, err
	}
	var lines []Explained
	for _, programme := range Programmes {
		plan, err := ReadPlan(v, programme)
		if err != nil {
			return nil, err
		}
		if plan.words = words; plan.Active() {
			more, err := (&accrual{view: v, plan: plan}).explain(original, about)
			if err != nil {
				return nil, err
			}
			lines = append(lines, more...)
		}
	}
	for e, err := range Entries(v, Query{Order: original, Until: asOf}) {
		if err != nil {
			return nil, err
		}
		lines = append(lines, Explained{Programme: e.Account.Programme(), Step: "entry", Rule: e.RuleCode, Entry: e.ID, Order: e.Order, On: e.On, Until: e.ExpiresOn,
			Points: fmt.Sprint(e.Points), Why: e.words()})
	}
	return lines, nil
}

// explain says how the award of an order came about.
func (a *accrual) explain(order int64, about About) ([]Explained, error) {
	orders, err := a.read([]int64{order})
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	o, programme := orders[0], a.plan.Programme
	if o.reached.Paid, o.reached.Segments, err = about(o.id, o.customer, o.day); err != nil {
		return nil, err
	}
	account, phase := o.account(programme), a.plan.on(o.day)
	head := Explained{Programme: programme, Step: "order", Order: o.id, On: o.day}
	switch {
	case account.id() == 0:
		head.Points, head.Why = "0", "the order has no consultant"
		return []Explained{head}, nil
	case !o.earns(phase.settings.EarnAt):
		head.Points, head.Why = "0", fmt.Sprintf("orders earn when they are %s, and this one is not", phase.settings.EarnAt)
		if o.facts&isGone != 0 {
			head.Why = "the order was cancelled, or all of it came back"
		}
		return []Explained{head}, nil
	}
	if err := a.follow([]int64{account.id()}); err != nil {
		return nil, err
	}
	award := a.award(o, account, true)
	head.Points, head.Why = fmt.Sprint(award.Points()), fmt.Sprintf("by the rules of %s", o.day)
	lines := []Explained{head}
	for _, s := range award.Steps {
		line := Explained{Programme: programme, Step: s.What, Order: o.id, Points: s.Points, Why: s.Why}
		if s.Rule != nil {
			line.Rule = s.Rule.Code
		}
		if s.What == "money" || s.Money != 0 {
			line.Money = &s.Money
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// words are why an entry is there.
func (e *Entry) words() string {
	var what string
	switch e.Kind {
	case EntryEarn:
		what = "earned"
	case EntryBonus:
		what = "bonus"
	case EntryAdjust:
		what = "given"
		if e.Points < 0 {
			what = "taken away"
		}
	case EntryRedeem:
		what = "spent"
	case EntryExpire:
		what = "expired"
	case EntryReverseEarn:
		what = "taken back"
	case EntryReverseRedeem:
		what = "given back"
	case EntryTransfer:
		what = "from another"
		if e.Points < 0 {
			what = "to another"
		}
	}
	if e.RuleCode != "" {
		what += " by " + e.RuleCode
	}
	if e.Order != 0 {
		what += map[bool]string{true: " on", false: " for"}[e.Kind == EntryRedeem] + fmt.Sprintf(" order %d", e.Order)
	}
	if e.Subject != "" {
		what += " for " + e.Subject
	}
	if e.Reason != "" {
		what += ": " + e.Reason
	}
	return what
}

// ExplainAccount says lot by lot where the points of an account came from and went to, up to a day: first its balance,
// then each lot, the first to be spent first, with what was taken out of it, then what it owes.
func ExplainAccount(v *book.View, a Account, asOf dates.Date) ([]Explained, error) {
	s, err := Balance(v, a, asOf)
	if err != nil {
		return nil, err
	}
	lots, err := Lots(v, a, asOf)
	if err != nil {
		return nil, err
	}
	entries := map[int64]Entry{}
	for e, err := range Entries(v, Query{Account: a, Until: asOf}) {
		if err != nil {
			return nil, err
		}
		entries[e.ID] = e
	}
	moves, err := Allocations(v, a, asOf)
	if err != nil {
		return nil, err
	}
	of := map[int64][]Allocation{}
	for _, m := range moves {
		of[m.Lot] = append(of[m.Lot], m)
	}
	programme := a.Programme()
	lines := []Explained{{Programme: programme, Step: "balance", On: asOf, Points: fmt.Sprint(s.Usable), Why: s.words()}}
	for _, l := range lots {
		e := l.Entry
		lines = append(lines, Explained{Programme: programme, Step: "lot", Rule: e.RuleCode, Entry: e.ID, Order: e.Order, On: e.On, Until: e.ExpiresOn, Points: fmt.Sprint(e.Points),
			Left: &l.Left, Why: e.words() + l.lack(asOf)})
		for _, m := range of[e.ID] {
			by, known := entries[m.Entry]
			if !known { // it takes effect later, and is allocated to a day before
				by = Entry{Kind: m.Kind, Points: -m.Points}
			}
			lines = append(lines, Explained{Programme: programme, Step: "use", Rule: by.RuleCode, Entry: m.Entry, Lot: e.ID, Order: by.Order, On: m.On, Points: fmt.Sprint(-m.Points), Why: by.words()})
		}
	}
	if s.Debt > 0 {
		lines = append(lines, Explained{Programme: programme, Step: "debt", On: asOf, Points: fmt.Sprint(-s.Debt), Why: "taken back after it was spent; the next points pay it"})
	}
	return lines, nil
}

// lack says why what is left of a lot cannot be spent on a day; "" when it can, or nothing is left.
func (l *Lot) lack(day dates.Date) string {
	switch {
	case l.Left == 0 || l.Usable:
		return ""
	case l.Entry.ActiveFrom > day:
		return fmt.Sprintf("; pending until %s", l.Entry.ActiveFrom)
	}
	return fmt.Sprintf("; lapsed after %s", l.Entry.ExpiresOn)
}

// words are what a balance is made of.
func (s *Standing) words() string {
	words := []string{fmt.Sprintf("%d usable", s.Usable)}
	if s.Pending > 0 {
		words = append(words, fmt.Sprintf("%d pending, the next on %s", s.Pending, s.NextOn))
	}
	if s.Lapses > 0 {
		words = append(words, fmt.Sprintf("%d lapse after %s", s.Lapses, s.LapsesOn))
	}
	if s.Debt > 0 {
		words = append(words, fmt.Sprintf("%d owed", s.Debt))
	}
	return strings.Join(words, ", ")
}
