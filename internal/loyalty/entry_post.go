package loyalty

import (
	"fmt"
	"maps"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Posting is an entry to be written. Above 0 it opens a lot, below it takes from lots.
type Posting struct {
	ID         int64 // set when it is written; 0 when nothing of it was
	Account    Account
	Kind       EntryKind
	Points     int64 // not 0
	On         dates.Date
	ActiveFrom dates.Date // of a lot: from when it is usable, On or later; 0 is On
	ExpiresOn  dates.Date // of a lot: the last day it is usable; 0 is never
	Order      int64      // 0 for none, as those below
	Rule       int64
	Reverses   int64 // the entry it takes back, whose lot it takes from first
	Subject    string
	Reason     string
	Ref        string
	RefSource  string
}

// post writes entries in the order given and sets their IDs.
//
// Points above 0 open a lot, which first pays what the account owes. Points below 0 (reverse_earn, adjust) come out of lots:
// that of the entry they reverse, the others of the same order, be they pending or past their day, then all that are not
// past their day: usable before pending, the first to expire before the last. For what is left the programme's shortfall
// policy of that day decides: debt leaves it owed; refuse is a fault.Conflict; clip makes an adjustment smaller, and
// forgives what a reverse_earn cannot get with an adjustment of its own, so that what an order's earn, bonus and
// reverse_earn entries say stays what it earned.
//
// Accounts that owe nothing and only get points are not read.
func post(tx *book.Tx, postings []Posting) error {
	l, err := newLedger(tx)
	if err != nil {
		return err
	}
	return l.post(postings)
}

// manyAccounts is from how many accounts on it costs less to look for everybody's debts at once.
const manyAccounts = 1000

// post is post by a ledger.
func (l *ledger) post(postings []Posting) error {
	if err := l.gather(postings); err != nil {
		return err
	}
	return l.flush()
}

// gather is post, but for the writing, which is left to flush: a ledger may gather from what happens one after another, and
// shares what it read. Nothing else may move points meanwhile. A load that drops indexes keeps those of point_entries that
// begin with customer_id and consultant_id.
func (l *ledger) gather(postings []Posting) error {
	taking := map[Account]bool{} // whether it is to give points; false for those who only get some
	for i := range postings {
		p := &postings[i]
		taking[p.Account] = taking[p.Account] || p.Points < 0
	}
	if err := l.readTouched(taking); err != nil {
		return err
	}
	for i := range postings {
		p, err := &postings[i], error(nil)
		if p.Points > 0 {
			err = l.open(p)
		} else {
			err = l.takeBack(p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ledger gathers what one command does to points, until flush writes it.
type ledger struct {
	tx          *book.Tx
	purses      map[Account]*purse // of accounts whose lots matter; others only get points
	next        int64              // id of the next entry
	entries     []Posting
	allocations []allocation
	owing       map[Account]bool // whether it owed points when it was asked for; of those with a purse, that says it
	everybody   bool             // owing says it of all that there are

	entryFeed, allocationFeed *book.Feed // nil until they are needed
}

// allocation is points that an entry took out of a lot; below 0 they went back.
type allocation struct {
	entry, lot, points int64
	on                 dates.Date
}

func newLedger(tx *book.Tx) (*ledger, error) {
	next, err := tx.NextID("point_entries")
	return &ledger{tx: tx, purses: map[Account]*purse{}, owing: map[Account]bool{}, next: next}, err
}

// read reads the purses of accounts.
func (l *ledger) read(accounts ...Account) error {
	purses, err := readPurses(l.tx.View, accounts)
	for a, p := range purses {
		l.purses[a] = p
	}
	return err
}

// readTouched reads the purses of those who are to give points or owe some.
func (l *ledger) readTouched(taking map[Account]bool) error {
	if err := l.askDebts(taking); err != nil {
		return err
	}
	var missing []Account
	for a, gives := range taking {
		if (gives || l.owing[a]) && l.purses[a] == nil {
			missing = append(missing, a)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := l.flush(); err != nil { // what they got meanwhile is theirs
		return err
	}
	return l.read(missing...)
}

// askDebts finds out who of some accounts owes points.
func (l *ledger) askDebts(accounts map[Account]bool) error {
	var unknown []Account
	for a := range accounts {
		if _, asked := l.owing[a]; !asked && !l.everybody && l.purses[a] == nil {
			unknown = append(unknown, a)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	owing, err := map[Account]bool(nil), error(nil)
	if l.everybody = len(l.owing)+len(unknown) >= manyAccounts; l.everybody {
		owing, err = allDebtors(l.tx.View)
	} else {
		owing, err = debtors(l.tx.View, unknown)
	}
	for _, a := range unknown {
		l.owing[a] = false
	}
	maps.Copy(l.owing, owing)
	return err
}

// enter gives an entry its id and keeps it for flush.
func (l *ledger) enter(p *Posting) {
	p.ID = l.next
	l.next++
	l.entries = append(l.entries, *p)
}

// open enters points that open a lot, and pays with them what is owed.
func (l *ledger) open(p *Posting) error {
	if p.ActiveFrom == 0 {
		p.ActiveFrom = p.On
	}
	if p.Points <= 0 || p.ActiveFrom < p.On || p.ExpiresOn != 0 && p.ExpiresOn < p.ActiveFrom {
		return fmt.Errorf("a lot of %d points of %s, usable from %s to %s, cannot be", p.Points, p.On, p.ActiveFrom, p.ExpiresOn)
	}
	l.enter(p)
	if purse := l.purses[p.Account]; purse != nil {
		purse.add(&lot{id: p.ID, points: p.Points, on: p.On, active: p.ActiveFrom, expires: p.ExpiresOn, order: p.Order})
		l.settle(p.Account)
	}
	return nil
}

// takeBack enters points that are taken whether she still has them or not.
func (l *ledger) takeBack(p *Posting) error {
	at := len(l.entries)
	l.enter(p)
	d := &owed{id: p.ID, on: p.On, left: -p.Points, order: p.Order, reverses: p.Reverses}
	l.pay(p.Account, d)
	if d.left == 0 {
		return nil
	}
	s, err := SettingsAt(l.tx.View, p.Account.Programme(), p.On)
	if err != nil {
		return err
	}
	switch {
	case s.Shortfall == ShortfallRefuse:
		people, err := People(l.tx.View, p.Account.Programme(), p.Account.id())
		if err != nil {
			return err
		}
		return &fault.Error{Kind: fault.Conflict, Noun: "points",
			Reason: fmt.Sprintf("not enough to take back: %s has %d of %d, and the programme of %s refuses that", people[p.Account.id()].Name, -p.Points-d.left, -p.Points, p.Account.Programme()),
			Hint:   "give points first: perla points adjust " + p.Account.selector() + ", or let it be a debt: perla points set shortfall debt"}
	case s.Shortfall == ShortfallDebt:
		l.purses[p.Account].debts = append(l.purses[p.Account].debts, d)
	case p.Kind == EntryReverseEarn:
		return l.forgive(p, d)
	case d.left == -p.Points:
		l.entries, l.next, p.ID, p.Points = l.entries[:at], p.ID, 0, 0 // it took nothing, so nothing refers to it
	default:
		p.Points += d.left
		l.entries[at].Points = p.Points
	}
	return nil
}

// forgive pays what is owed with points given for it.
func (l *ledger) forgive(p *Posting, d *owed) error {
	gift := Posting{Account: p.Account, Kind: EntryAdjust, Points: d.left, On: p.On, ActiveFrom: p.On, ExpiresOn: p.On, Order: p.Order, Reverses: p.ID,
		Reason: fmt.Sprintf("only %d of %d points were there to take back", -p.Points-d.left, -p.Points)}
	l.enter(&gift)
	l.allocations = append(l.allocations, allocation{d.id, gift.ID, d.left, p.On})
	d.left = 0
	return nil
}

// flush writes what was gathered.
func (l *ledger) flush() error {
	if err := l.writeEntries(); err != nil {
		return err
	}
	return l.writeAllocations()
}

func (l *ledger) writeEntries() (err error) {
	if len(l.entries) == 0 {
		return nil
	}
	if l.entryFeed == nil {
		if l.entryFeed, err = l.tx.NewFeed(entryColumns...); err != nil {
			return err
		}
	}
	l.entryFeed.Load(len(l.entries), func(row, column int) any { return l.entries[row].column(column) })
	err = l.tx.Append("point_entries", l.next-1, `INSERT INTO point_entries (customer_id, consultant_id, kind, points, effective_on, active_from_on, expires_on,
			order_id, rule_id, reverses_id, subject, reason, ref, ref_source)
		SELECT customer, consultant, kind, points, effective, active, expires, ord, rule, reverses, subject, reason, ref, source FROM temp.`+l.entryFeed.Name)
	l.entryFeed.Load(0, nil)
	l.entries = l.entries[:0]
	return err
}

func (l *ledger) writeAllocations() (err error) {
	if len(l.allocations) == 0 {
		return nil
	}
	if l.allocationFeed == nil {
		if l.allocationFeed, err = l.tx.NewFeed("entry", "lot", "points", "allocated"); err != nil {
			return err
		}
	}
	l.allocationFeed.Load(len(l.allocations), func(row, column int) any { return l.allocations[row].column(column) })
	_, err = l.tx.Exec(`INSERT INTO point_allocations (entry_id, lot_id, points, allocated_on) SELECT entry, lot, points, allocated FROM temp.` + l.allocationFeed.Name)
	l.allocationFeed.Load(0, nil)
	l.allocations = l.allocations[:0]
	return err
}

var entryColumns = []string{"customer", "consultant", "kind", "points", "effective", "active", "expires", "ord", "rule", "reverses", "subject", "reason", "ref", "source"}

// column is a cell of an entry's row, in the order of entryColumns.
func (p *Posting) column(i int) any {
	switch i {
	case 0:
		return idOrNil(p.Account.Customer)
	case 1:
		return idOrNil(p.Account.Consultant)
	case 2:
		return string(p.Kind)
	case 3:
		return p.Points
	case 4:
		return p.On.String()
	case 5:
		return dayOrNil(p.ActiveFrom)
	case 6:
		return dayOrNil(p.ExpiresOn)
	case 7:
		return idOrNil(p.Order)
	case 8:
		return idOrNil(p.Rule)
	case 9:
		return idOrNil(p.Reverses)
	case 10:
		return textOrNil(p.Subject)
	case 11:
		return textOrNil(p.Reason)
	case 12:
		return textOrNil(p.Ref)
	}
	return textOrNil(p.RefSource)
}

func (a *allocation) column(i int) any {
	switch i {
	case 0:
		return a.entry
	case 1:
		return a.lot
	case 2:
		return a.points
	}
	return a.on.String()
}

func idOrNil(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func dayOrNil(d dates.Date) any {
	if d == 0 {
		return nil
	}
	return d.String()
}

func textOrNil(s string) any {
	if s == "" {
		return nil
	}
	return s
}
