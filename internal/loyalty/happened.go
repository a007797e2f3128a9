package loyalty

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// eventOf is the name of an event as it is kept: in small letters, with _ for blanks and dashes.
func eventOf(text string) string {
	return strings.NewReplacer(" ", "_", "-", "_").Replace(book.Fold(text))
}

// Happened gives the points that an event earns an account, and the entries made. The event counts once for each subject,
// such as the product reviewed or the year of a birthday, whatever else changes: asked again, or of an event no rule names,
// it gives nothing.
func Happened(tx *book.Tx, account Account, event, subject string, on dates.Date) ([]Entry, error) {
	plan, err := ReadPlan(tx.View, account.Programme())
	if err != nil || !plan.Active() {
		return nil, err
	}
	return (&accrual{view: tx.View, tx: tx, plan: plan}).befell(account, event, subject, on)
}

// befell is Happened in one programme.
func (a *accrual) befell(account Account, event, subject string, on dates.Date) ([]Entry, error) {
	plan, phase := a.plan, a.plan.on(on)
	o := Purchase{Day: on}
	if err := a.person(&o, phase, account); err != nil {
		return nil, err
	}
	var postings []Posting
	var codes []string
	for _, c := range phase.events {
		if _, ok := c.lacking(plan, &o); !ok || c.Event != eventOf(event) {
			continue
		}
		points, err := a.event(c.Rule, account, subject, on)
		if err != nil {
			return nil, err
		}
		if points > 0 {
			p := Posting{Account: account, Kind: EntryBonus, Points: points, On: on, Rule: c.ID, Subject: subject}
			p.ActiveFrom, p.ExpiresOn = terms(c.Rule, &phase.settings, on)
			postings, codes = append(postings, p), append(codes, c.Code)
		}
		if c.Only {
			break
		}
	}
	if len(postings) == 0 {
		return nil, nil
	}
	if err := a.post(postings); err != nil {
		return nil, err
	}
	entries := make([]Entry, len(postings))
	for i, p := range postings {
		entries[i] = Entry{ID: p.ID, Account: account, Kind: p.Kind, Points: p.Points, On: on, ActiveFrom: p.ActiveFrom, ExpiresOn: p.ExpiresOn, Rule: p.Rule, RuleCode: codes[i], Subject: subject}
	}
	return entries, nil
}

// person fills in what the rules of a day ask about who it happened to.
func (a *accrual) person(o *Purchase, f *phase, account Account) error {
	if f.asks[ScopeBirthdayMonth] && account.Customer != 0 {
		birthday, _, err := book.One(a.view, book.Scalar[string], `SELECT ifnull(birthday, '') FROM customers WHERE id = ?`, account.Customer)
		if err != nil {
			return err
		}
		o.Birthday = birthMonth(birthday)
	}
	if !f.asks[ScopeTier] {
		return nil
	}
	err := a.follow([]int64{account.id()})
	if err == nil {
		o.Tier = a.course.tier(account.id(), o.Day.AddDays(-1)).Code
	}
	return err
}

// event is what an event rule gives: nothing for a subject it gave something for, no more than its cap leaves.
func (a *accrual) event(rule *Rule, account Account, subject string, on dates.Date) (int64, error) {
	_, counted, err := book.One(a.view, book.Scalar[int64], `SELECT 1 FROM point_entries e JOIN point_rules r ON r.id = e.rule_id
		WHERE e.`+holder(rule.Programme)+` = ? AND r.programme = ? AND r.code = ? AND e.kind = 'bonus' AND ifnull(e.subject, '') = ? LIMIT 1`, account.id(), rule.Programme, rule.Code, subject)
	switch {
	case err != nil || counted:
		return 0, err
	case rule.Cap == 0:
		return rule.Points, nil
	}
	if err := a.follow([]int64{account.id()}); err != nil {
		return 0, err
	}
	return min(rule.Points, max(rule.Cap-a.course.gave(rule, account.id(), on), 0)), nil
}

// EventName is the name of an event as rules have it.
func EventName(text string) string { return eventOf(text) }
