package loyalty

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Redeem spends points on a day, 0 for today, as payment of an order or, with order 0, for something else. Points that
// were not usable on that day, or are spent by now, are not there to spend; fewer than asked for, or than the programme
// redeems at once, are a fault.Conflict.
func Redeem(tx *book.Tx, a Account, points int64, on dates.Date, order int64, reason string) (Entry, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Entry{}, err
	}
	s, err := SettingsAt(tx.View, a.Programme(), on)
	if err != nil {
		return Entry{}, err
	}
	if points < s.MinRedeem {
		return Entry{}, &fault.Error{Kind: fault.Conflict, Noun: "points", Reason: fmt.Sprintf("%d points are too few to redeem: the programme of %s wants %d or more at once", points, a.Programme(), s.MinRedeem),
			Hint: "see the settings with: perla points settings"}
	}
	return redeem(tx, a, points, on, order, reason)
}

// redeem is Redeem of any number of points above 0.
func redeem(tx *book.Tx, a Account, points int64, on dates.Date, order int64, reason string) (Entry, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Entry{}, err
	}
	if err := wantPoints(points); err != nil {
		return Entry{}, err
	}
	l, err := newLedger(tx)
	if err == nil {
		err = l.read(a)
	}
	if err != nil {
		return Entry{}, err
	}
	p := Posting{Account: a, Kind: EntryRedeem, Points: -points, On: on, Order: order, Reason: reason}
	if _, err := l.spend(&p); err != nil {
		return Entry{}, err
	}
	return p.entry(), l.flush()
}

// part is points of one lot.
type part struct {
	lot    *lot
	points int64
}

// spend enters points that leave by the account's own will, and says which lots they came from.
func (l *ledger) spend(p *Posting) (parts []part, err error) {
	l.settle(p.Account) // an undo may have left both points and debt
	purse, needs := l.purses[p.Account], -p.Points
	if has := purse.has(p.On); has < needs {
		return nil, notEnough(l.tx, p, purse, has)
	}
	l.enter(p)
	for _, x := range purse.lots {
		if points := min(needs, x.capacity(p.On)); points > 0 && x.usable(p.On) {
			l.take(p.Account, x, p.ID, points, p.On)
			parts = append(parts, part{x, points})
			needs -= points
		}
	}
	return parts, nil
}

// has is how many points can be spent on a day.
func (p *purse) has(on dates.Date) (points int64) {
	for _, x := range p.lots {
		if x.usable(on) {
			points += x.capacity(on)
		}
	}
	return points
}

// notEnough says who wants to spend what, and what there is of it.
func notEnough(tx *book.Tx, p *Posting, purse *purse, has int64) error {
	people, err := People(tx.View, p.Account.Programme(), p.Account.id())
	if err != nil {
		return err
	}
	name, asked := people[p.Account.id()].Name, fmt.Sprintf("%d are asked for", -p.Points)
	if p.Points == -1 {
		asked = "1 is asked for"
	}
	reason := fmt.Sprintf("%s has %d to spend, and %s", name, has, asked)
	if p.On != tx.Today() {
		reason = fmt.Sprintf("%s had %d to spend on %s that were not spent since, and %s", name, has, p.On, asked)
	}
	var pending int64
	var until dates.Date
	for _, x := range purse.lots {
		if points := x.capacity(p.On); x.active > p.On && x.on <= p.On && points > 0 {
			pending, until = pending+points, max(until, x.active)
		}
	}
	if pending > 0 {
		are := "are"
		if pending == 1 {
			are = "is"
		}
		reason += fmt.Sprintf("; %d more %s pending until %s", pending, are, until)
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "points", Reason: "not enough: " + reason, Hint: "see what there is with: perla points balance " + p.Account.selector()}
}

// selector is how a command names the account.
func (a Account) selector() string {
	if a.Consultant != 0 {
		return fmt.Sprintf("--consultant id:%d", a.Consultant)
	}
	return fmt.Sprintf("id:%d", a.Customer)
}

// pastDay is the day on which something is said to have happened, today when none is named.
func pastDay(tx *book.Tx, on dates.Date) (dates.Date, error) {
	switch today := tx.Today(); {
	case on == 0:
		return today, nil
	case on > today:
		return 0, fault.New(fault.Usage, on.String()+" has not come yet", "points move today or before")
	}
	return on, nil
}

// wantPoints refuses numbers of points that nothing can be done with.
func wantPoints(points int64) error {
	if points <= 0 || points > mostPoints {
		return fault.New(fault.Usage, fmt.Sprintf("%d points; there must be 1 to %d", points, int64(mostPoints)), "")
	}
	return nil
}

// entry is a posting as it stands in the ledger.
func (p *Posting) entry() Entry {
	return Entry{ID: p.ID, Account: p.Account, Kind: p.Kind, Points: p.Points, On: p.On, ActiveFrom: p.ActiveFrom, ExpiresOn: p.ExpiresOn, Order: p.Order, Rule: p.Rule,
		Reverses: p.Reverses, Subject: p.Subject, Reason: p.Reason, Ref: p.Ref, RefSource: p.RefSource}
}
