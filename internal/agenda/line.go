package agenda

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Priority says how soon a line wants to be seen to.
type Priority int

// The priorities.
const (
	Now  Priority = 1 // it is late, or its last chance
	Soon Priority = 2 // it is due
	Wait Priority = 3 // it is to come, or can wait
)

// Line is one thing that deserves attention: whose, why, and what to type next. What a kind does not have is zero.
type Line struct {
	Kind      Kind
	Priority  Priority
	Person    *Person // never nil; its ID is 0 for a consultant, and for what is nobody's
	Why       string
	Next      string // a command
	DueOn     dates.Date
	Money     money.Amount // at risk, due, quoted, or what she would buy
	HasMoney  bool
	OrderID   int64
	TaskID    int64
	CaseID    int64
	ProductID int64
	SKU       string
	Product   string
	Quantity  int64 // pieces to be bought again
	Stock     int64 // pieces that can be sold at once
	HasStock  bool
	Points    int64  // that lapse, or lack
	Goal      string // the reward or tier that is near
	Detail    string // care: its step; replenish: the basis; contact: the service level
}

// nobody is whose the lines are that are nobody's.
var nobody = &Person{}

// Overdue is how many days the line is past its day.
func (l *Line) Overdue(day dates.Date) int {
	if l.DueOn.IsZero() {
		return 0
	}
	return max(0, int(day-l.DueOn))
}

// Lines are the lines of some kinds, without one of all: kind by kind, in each what wants to be seen to first.
func (a *Agenda) Lines(kinds ...Kind) ([]Line, error) {
	of := map[Kind]func() ([]Line, error){
		KindCase: a.caseLines, KindTask: a.taskLines,
		KindBirthday:  func() ([]Line, error) { return linesOf(a, a.Birthdays, birthdayLine) },
		KindDebt:      func() ([]Line, error) { return linesOf(a, a.Debts, debtLine) },
		KindQuote:     func() ([]Line, error) { return linesOf(a, a.Quotes, quoteLine) },
		KindCare:      func() ([]Line, error) { return linesOf(a, a.Cares, careLine) },
		KindContact:   func() ([]Line, error) { return linesOf(a, a.Contacts, contactLine) },
		KindReplenish: func() ([]Line, error) { return linesOf(a, a.Replenishments, replenishLine) },
		KindInterest:  func() ([]Line, error) { return linesOf(a, a.Interests, interestLine) },
		KindPoints:    func() ([]Line, error) { return linesOf(a, a.Lapses, lapseLine) },
		KindReward:    func() ([]Line, error) { return linesOf(a, a.Rewards, rewardLine) },
		KindTier:      func() ([]Line, error) { return linesOf(a, a.Tiers, tierLine) },
		KindStock:     func() ([]Line, error) { return linesOf(a, a.Shortages, shortageLine) },
	}
	var all []Line
	for _, kind := range wants(kinds) {
		lines, err := of[kind]()
		if err != nil {
			return nil, err
		}
		all = slices.Grow(all, len(lines))
		for priority := Now; priority <= Wait; priority++ {
			for i := range lines {
				if lines[i].Priority == priority {
					lines[i].Kind = kind
					all = append(all, lines[i])
				}
			}
		}
	}
	return all, nil
}

// linesOf makes a line of each item of a kind.
func linesOf[T any](a *Agenda, read func() ([]T, error), line func(*Agenda, *T) Line) ([]Line, error) {
	items, err := read()
	lines := make([]Line, len(items))
	for i := range items {
		lines[i] = line(a, &items[i])
	}
	return lines, err
}

// dueOn is the priority of what is due on a day.
func (a *Agenda) dueOn(day dates.Date) Priority {
	switch {
	case day < a.query.AsOf:
		return Now
	case day == a.query.AsOf:
		return Soon
	}
	return Wait
}

// offer is the priority of what she may like to hear of: when it is due, unless she was spoken to lately.
func (a *Agenda) offer(p *Person, due dates.Date) Priority {
	if due > a.query.AsOf || a.spokenTo(p) {
		return Wait
	}
	return Soon
}

func (a *Agenda) caseLines() ([]Line, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	list, err := a.Cases()
	lines := make([]Line, len(list))
	for i := range list {
		c := &list[i]
		l := Line{Person: personOf(people, c.CustomerID, c.Person), CaseID: c.ID, OrderID: c.OrderID, SKU: c.Product, DueOn: c.OpenedOn, Priority: Soon,
			Why: caseWhy(c), Next: command("case show", c.ID)}
		switch {
		case c.Status == contacts.CaseAnswered:
			l.Priority = Wait
		case c.Priority == "high" || c.Priority == "urgent":
			l.Priority = Now
		}
		lines[i] = l
	}
	return lines, err
}

func (a *Agenda) taskLines() ([]Line, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	list, err := a.Tasks()
	lines := make([]Line, len(list))
	for i := range list {
		t := &list[i]
		lines[i] = Line{Person: personOf(people, t.Customer.ID, t.Person()), TaskID: t.ID, CaseID: t.Case, DueOn: t.DueOn, Priority: a.dueOn(t.DueOn),
			Why: a.lateness(t.DueOn) + ": " + t.What, Next: command("task done", t.ID)}
	}
	return lines, err
}

// personOf is whom a task or case is about: a customer of the agenda, else a name alone.
func personOf(people map[int64]*Person, id int64, name string) *Person {
	if p := people[id]; p != nil {
		return p
	}
	return &Person{ID: id, Name: name}
}

func birthdayLine(a *Agenda, b *Birthday) Line {
	l := Line{Person: b.Person, DueOn: b.On, Priority: Wait, Why: a.when(b.On), Next: textCommand(b.Person)}
	if b.On == a.query.AsOf {
		l.Priority = Now
	}
	if b.Turns > 0 {
		l.Why += ", turns " + number(int64(b.Turns))
	}
	return l
}

func debtLine(a *Agenda, d *Debt) Line {
	l := Line{Person: d.Person, DueOn: d.DueOn, Money: d.Amount, HasMoney: true, OrderID: d.OrderID, Priority: a.dueOn(d.DueOn),
		Why: a.money(d.Amount) + ", " + a.lateness(d.DueOn), Next: command("payment due", d.ID)}
	if d.Dues > 1 {
		l.Why += ", " + number(int64(d.Dues)) + " payments"
	}
	return l
}

func quoteLine(a *Agenda, q *Quote) Line {
	l := Line{Person: q.Person, DueOn: q.DueOn, Money: q.Total, HasMoney: true, OrderID: q.OrderID, Priority: Soon, Next: command("order show", q.OrderID)}
	silent := days(int(a.query.AsOf-max(q.QuotedOn, q.LastContact))) + " without a word"
	switch day := a.query.AsOf; {
	case q.ValidUntil.IsZero():
		l.Why = a.money(q.Total) + ", " + silent
	case q.ValidUntil < day:
		l.Why, l.Priority = a.money(q.Total)+", ended "+a.when(q.ValidUntil), Wait
	case q.ValidUntil <= day+2:
		l.Why, l.Priority = a.money(q.Total)+", ends "+a.when(q.ValidUntil), Now
	default:
		l.Why = a.money(q.Total) + ", " + silent + ", ends " + a.when(q.ValidUntil)
	}
	if q.DueOn > a.query.AsOf {
		l.Priority = Wait
	}
	return l
}

func careLine(a *Agenda, c *Care) Line {
	l := Line{Person: c.Person, DueOn: c.DueOn, OrderID: c.OrderID, Detail: string(c.Step), Priority: a.offer(nobody, c.DueOn), Next: textCommand(c.Person)}
	if c.LastDay == a.query.AsOf {
		l.Priority = Now
	}
	ago := days(int(a.query.AsOf - c.Ordered))
	switch c.Step {
	case StepCheckIn:
		l.Why = "check in: ordered " + ago + " ago"
	case StepConnect:
		l.Why = "connect: ordered " + ago + " ago"
	default:
		l.Why, l.Money, l.HasMoney = "reconnect: no order for "+ago, c.Year, true
	}
	return l
}

func contactLine(a *Agenda, c *Contact) Line {
	l := Line{Person: c.Person, DueOn: c.On, Money: c.MoneyAtRisk, HasMoney: true, Detail: c.Level, Priority: Soon, Next: textCommand(c.Person)}
	switch {
	case c.Late:
		l.Priority = Now
	case c.On > a.query.AsOf:
		l.Priority = Wait
	}
	l.Why = a.lateness(c.On)
	if c.MoneyAtRisk > 0 {
		l.Why += ", " + a.money(c.MoneyAtRisk) + " at risk"
	}
	if c.LastContact.IsZero() {
		l.Why += ", never spoken to"
	}
	return l
}

func replenishLine(a *Agenda, r *Replenishment) Line {
	l := Line{Person: r.Person, DueOn: r.DueOn, Money: r.Worth, HasMoney: r.HasWorth, ProductID: r.ProductID, SKU: r.SKU, Product: r.Product, Quantity: r.Quantity,
		Stock: r.Available, HasStock: r.Tracked, Detail: string(r.Basis), Priority: a.offer(r.Person, r.DueOn), Next: textCommand(r.Person)}
	l.Why = pieces(r.Quantity, r.Product) + ", " + a.usedUp(later(r.LastOn, r.Lasts)) + inStock(r.Tracked, r.Available) + ", " + days(r.Lasts) + " by " + basisWords[r.Basis]
	return l
}

func interestLine(a *Agenda, i *Interest) Line {
	l := Line{Person: i.Person, DueOn: cmp.Or(i.News(), i.AskedOn), ProductID: i.ProductID, SKU: i.SKU, Product: i.Product, Stock: i.Available, HasStock: i.Tracked,
		Priority: a.offer(i.Person, i.AskedOn), Next: textCommand(i.Person)}
	l.Why = "asked for " + i.Product
	switch {
	case i.Launched > i.Received:
		l.Why += ", launched " + a.when(i.Launched)
	case i.Received > 0:
		l.Why += ", came in " + a.when(i.Received)
	default:
		l.Priority = Wait
	}
	l.Why += inStock(i.Tracked, i.Available)
	return l
}

func lapseLine(a *Agenda, p *Lapse) Line {
	l := Line{Person: p.Person, DueOn: p.LastDay, Points: p.Points, Priority: a.offer(p.Person, a.query.AsOf), Next: textCommand(p.Person),
		Why: count(p.Points, "point") + " of " + number(p.Usable) + " can be spent until " + a.on(p.LastDay)}
	if p.LastDay <= later(a.query.AsOf, 6) {
		l.Priority = Now
	}
	return l
}

func rewardLine(_ *Agenda, g *Goal) Line {
	return Line{Person: g.Person, Points: g.Missing(), Goal: g.Name, Priority: Wait, Next: textCommand(g.Person),
		Why: count(g.Missing(), "point") + " short of " + g.Name + " (has " + number(g.Has) + " of " + number(g.Needs) + ")"}
}

func tierLine(a *Agenda, g *Goal) Line {
	l := Line{Person: g.Person, Goal: g.Name, Priority: Wait, Next: textCommand(g.Person)}
	if g.Spent {
		l.Money, l.HasMoney = money.Amount(g.Missing()), true
		l.Why = a.money(l.Money) + " short of " + g.Name
		return l
	}
	l.Points = g.Missing()
	l.Why = count(l.Points, "point") + " short of " + g.Name
	return l
}

func shortageLine(a *Agenda, s *Shortage) Line {
	l := Line{Person: nobody, DueOn: s.ShortOn, ProductID: s.ProductID, SKU: s.SKU, Product: s.Product, Quantity: s.Wanted, Stock: s.Available, HasStock: true, Priority: Soon,
		Next: "perla stock list --low"}
	if s.ShortOn > a.query.AsOf {
		l.Priority = Wait
	}
	l.Why = s.Product + ": " + number(s.Wanted) + " due in " + days(a.rules.StockAhead) + ", " + number(max(0, s.Available)) + " there"
	if s.Incoming > 0 {
		l.Why += ", " + number(s.Incoming) + " to come"
	}
	return l
}
