package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// The events that perla itself sees happen.
const (
	eventWelcome  = "welcome"
	eventFirst    = "first_purchase"
	eventReferrer = "referral_referrer"
	eventReferred = "referral_referred"
)

// firstEvents are what a customer's first order that counts sets off.
var firstEvents = []string{eventFirst, eventReferrer, eventReferred}

// occasion is an event that befell a customer.
type occasion struct {
	customer       int64
	event, subject string
	on             dates.Date
}

// Welcoming does a change of the book and gives those customers who came into it the points of a welcome, as of the day
// they are said to have come.
func Welcoming(tx *book.Tx, change func() error) error {
	any, err := HasRules(tx.View)
	if err != nil {
		return err
	}
	var first int64
	if any {
		if first, err = tx.NextID("customers"); err != nil {
			return err
		}
	}
	if err := change(); err != nil {
		return err
	}
	if any, err = HasRules(tx.View); err != nil || !any || first == 0 {
		return err
	}
	plan, err := ReadPlan(tx.View, Clients)
	if err != nil || !plan.knows(eventWelcome) {
		return err
	}
	var list []occasion
	today := tx.Today()
	if err := tx.Each(func(r book.Row) error {
		list = append(list, occasion{customer: r.Int(0), event: eventWelcome, on: min(dayOf(r.Text(1)), today)})
		return nil
	}, `id, created_on`, `customers WHERE id >= ? AND erased_on IS NULL`, first); err != nil {
		return err
	}
	return (&accrual{view: tx.View, tx: tx, plan: plan}).happened(list)
}

// knows says whether any rule is of an event.
func (p *Plan) knows(events ...string) bool {
	for i := range p.rules {
		for _, event := range events {
			if p.rules[i].Kind == Event && p.rules[i].Event == event {
				return true
			}
		}
	}
	return false
}

// firsts are the occasions of a first order: that of who bought, and where somebody referred her, those of both.
func firsts(list []occasion, customer, referrer int64, on dates.Date) []occasion {
	list = append(list, occasion{customer: customer, event: eventFirst, on: on})
	if referrer != 0 {
		list = append(list, occasion{customer: referrer, event: eventReferrer, subject: fmt.Sprintf("customer %d", customer), on: on},
			occasion{customer: customer, event: eventReferred, on: on})
	}
	return list
}

// happened is Happened for many customers at once. Rules without scope and cap, which most are, are asked without reading
// who each of them is.
func (a *accrual) happened(list []occasion) error {
	if len(list) == 0 {
		return nil
	}
	if err := a.flush(); err != nil {
		return err
	}
	codes := map[string]map[counted]bool{}
	var postings []Posting
	for i := range list {
		o := &list[i]
		account := Account{Customer: o.customer}
		phase := a.plan.on(o.on)
		if !phase.bare(o.event) {
			if _, err := a.befell(account, o.event, o.subject, o.on); err != nil {
				return err
			}
			continue
		}
		for _, c := range phase.events {
			if c.Event != o.event {
				continue
			}
			had := codes[c.Code]
			if had == nil {
				var err error
				if had, err = a.countedBy(c.Code); err != nil {
					return err
				}
				codes[c.Code] = had
			}
			if key := (counted{o.customer, o.subject}); !had[key] && c.Points > 0 {
				had[key] = true
				p := Posting{Account: account, Kind: EntryBonus, Points: c.Points, On: o.on, Rule: c.ID, Subject: o.subject}
				p.ActiveFrom, p.ExpiresOn = terms(c.Rule, &phase.settings, o.on)
				postings = append(postings, p)
			}
			if c.Only {
				break
			}
		}
	}
	for from := 0; from < len(postings); from += ordersInDepth {
		if err := a.post(postings[from:min(from+ordersInDepth, len(postings))]); err != nil {
			return err
		}
	}
	return nil
}

// bare says whether the rules of an event neither ask anything nor have caps.
func (f *phase) bare(event string) bool {
	for _, c := range f.events {
		if c.Event == event && (c.Cap > 0 || c.Scope.String() != "") {
			return false
		}
	}
	return true
}

// counted is what an event counts for once.
type counted struct {
	customer int64
	subject  string
}

// countedBy reads for whom and what a rule counted already.
func (a *accrual) countedBy(code string) (map[counted]bool, error) {
	had := map[counted]bool{}
	err := a.view.Each(func(r book.Row) error {
		had[counted{r.Int(0), strings.Clone(r.Text(1))}] = true
		return nil
	}, `e.customer_id, e.subject`, `point_rules r JOIN point_entries e ON e.rule_id = r.id WHERE r.programme = ? AND r.code = ? AND e.kind = 'bonus' AND e.customer_id IS NOT NULL`,
		a.plan.Programme, code)
	return had, err
}
