package agenda

import (
	"cmp"

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

func (a *Agenda) casePriority(c *contacts.Case) Priority {
	switch {
	case c.Status == contacts.CaseAnswered:
		return Wait
	case c.Priority == "high" || c.Priority == "urgent":
		return Now
	}
	return Soon
}

func (a *Agenda) caseLine(c *contacts.Case) Line {
	return Line{Person: a.personOf(c.CustomerID, c.Person), CaseID: c.ID, OrderID: c.OrderID, SKU: c.Product, DueOn: c.OpenedOn, Why: caseWhy(c), Next: command("case show", c.ID)}
}

func (a *Agenda) taskPriority(t *contacts.Task) Priority { return a.dueOn(t.DueOn) }

func (a *Agenda) taskLine(t *contacts.Task) Line {
	return Line{Person: a.personOf(t.Customer.ID, t.Person()), TaskID: t.ID, CaseID: t.Case, DueOn: t.DueOn, Why: a.lateness(t.DueOn) + ": " + t.What,
		Next: command("task done", t.ID)}
}

// personOf is whom a task or case is about: a customer of the agenda, else a name alone.
func (a *Agenda) personOf(id int64, name string) *Person {
	if p := a.people.of(id); p != nil {
		return p
	}
	return &Person{ID: id, Name: name}
}

func (a *Agenda) birthdayPriority(b *Birthday) Priority {
	if b.On == a.query.AsOf {
		return Now
	}
	return Wait
}

func (a *Agenda) birthdayLine(b *Birthday) Line {
	l := Line{Person: b.Person, DueOn: b.On, Why: a.when(b.On), Next: textCommand(b.Person)}
	if b.Turns > 0 {
		l.Why += ", turns " + number(int64(b.Turns))
	}
	return l
}

func (a *Agenda) debtPriority(d *Debt) Priority { return a.dueOn(d.DueOn) }

func (a *Agenda) debtLine(d *Debt) Line {
	l := Line{Person: d.Person, DueOn: d.DueOn, Money: d.Amount, HasMoney: true, OrderID: d.OrderID,
		Why: a.money(d.Amount) + ", " + a.lateness(d.DueOn), Next: command("payment due", d.ID)}
	if d.Dues > 1 {
		l.Why += ", " + number(int64(d.Dues)) + " payments"
	}
	return l
}

func (a *Agenda) quotePriority(q *Quote) Priority {
	switch day := a.query.AsOf; {
	case q.DueOn > day || !q.ValidUntil.IsZero() && q.ValidUntil < day:
		return Wait
	case !q.ValidUntil.IsZero() && q.ValidUntil <= day+2:
		return Now
	}
	return Soon
}

func (a *Agenda) quoteLine(q *Quote) Line {
	l := Line{Person: q.Person, DueOn: q.DueOn, Money: q.Total, HasMoney: true, OrderID: q.OrderID, Next: command("order show", q.OrderID)}
	silent := days(int(a.query.AsOf-max(q.QuotedOn, q.LastContact))) + " without a word"
	switch day := a.query.AsOf; {
	case q.ValidUntil.IsZero():
		l.Why = a.money(q.Total) + ", " + silent
	case q.ValidUntil < day:
		l.Why = a.money(q.Total) + ", ended " + a.when(q.ValidUntil)
	case q.ValidUntil <= day+2:
		l.Why = a.money(q.Total) + ", ends " + a.when(q.ValidUntil)
	default:
		l.Why = a.money(q.Total) + ", " + silent + ", ends " + a.when(q.ValidUntil)
	}
	return l
}

func (a *Agenda) carePriority(c *Care) Priority {
	if c.LastDay == a.query.AsOf {
		return Now
	}
	return a.offer(nobody, c.DueOn)
}

func (a *Agenda) careLine(c *Care) Line {
	l := Line{Person: c.Person, DueOn: c.DueOn, OrderID: c.OrderID, Detail: string(c.Step), Next: textCommand(c.Person)}
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

func (a *Agenda) contactPriority(c *Contact) Priority {
	switch {
	case c.Late:
		return Now
	case c.On > a.query.AsOf:
		return Wait
	}
	return Soon
}

func (a *Agenda) contactLine(c *Contact) Line {
	l := Line{Person: c.Person, DueOn: c.On, Money: c.MoneyAtRisk, HasMoney: true, Detail: c.Level, Next: textCommand(c.Person)}
	l.Why = a.lateness(c.On)
	if c.MoneyAtRisk > 0 {
		l.Why += ", " + a.money(c.MoneyAtRisk) + " at risk"
	}
	if c.LastContact.IsZero() {
		l.Why += ", never spoken to"
	}
	return l
}

func (a *Agenda) replenishPriority(d *due) Priority { return a.offer(d.person, d.on) }

func (a *Agenda) replenishLine(d *due) Line {
	r := d.told()
	l := Line{Person: r.Person, DueOn: r.DueOn, Money: r.Worth, HasMoney: r.HasWorth, ProductID: r.ProductID, SKU: r.SKU, Product: r.Product, Quantity: r.Quantity,
		Stock: r.Available, HasStock: r.Tracked, Detail: string(r.Basis), Next: textCommand(r.Person)}
	l.Why = pieces(r.Quantity, r.Product) + ", " + a.usedUp(later(r.LastOn, r.Lasts)) + inStock(r.Tracked, r.Available) + ", " + days(r.Lasts) + " by " + basisWords[r.Basis]
	return l
}

func (a *Agenda) interestPriority(i *Interest) Priority {
	if i.News().IsZero() {
		return Wait
	}
	return a.offer(i.Person, i.AskedOn)
}

func (a *Agenda) interestLine(i *Interest) Line {
	l := Line{Person: i.Person, DueOn: cmp.Or(i.News(), i.AskedOn), ProductID: i.ProductID, SKU: i.SKU, Product: i.Product, Stock: i.Available, HasStock: i.Tracked,
		Next: textCommand(i.Person)}
	l.Why = "asked for " + i.Product
	switch {
	case i.Launched > i.Received:
		l.Why += ", launched " + a.when(i.Launched)
	case i.Received > 0:
		l.Why += ", came in " + a.when(i.Received)
	}
	l.Why += inStock(i.Tracked, i.Available)
	return l
}

func (a *Agenda) lapsePriority(p *Lapse) Priority {
	if p.LastDay <= later(a.query.AsOf, 6) {
		return Now
	}
	return a.offer(p.Person, a.query.AsOf)
}

func (a *Agenda) lapseLine(p *Lapse) Line {
	return Line{Person: p.Person, DueOn: p.LastDay, Points: p.Points, Next: textCommand(p.Person),
		Why: count(p.Points, "point") + " of " + number(p.Usable) + " can be spent until " + a.on(p.LastDay)}
}

func (a *Agenda) goalPriority(*Goal) Priority { return Wait }

func (a *Agenda) rewardLine(g *Goal) Line {
	return Line{Person: g.Person, Points: g.Missing(), Goal: g.Name, Next: textCommand(g.Person),
		Why: count(g.Missing(), "point") + " short of " + g.Name + " (has " + number(g.Has) + " of " + number(g.Needs) + ")"}
}

func (a *Agenda) tierLine(g *Goal) Line {
	l := Line{Person: g.Person, Goal: g.Name, Next: textCommand(g.Person)}
	if g.Spent {
		l.Money, l.HasMoney = money.Amount(g.Missing()), true
		l.Why = a.money(l.Money) + " short of " + g.Name
		return l
	}
	l.Points = g.Missing()
	l.Why = count(l.Points, "point") + " short of " + g.Name
	return l
}

func (a *Agenda) shortagePriority(s *Shortage) Priority { return a.dueOn(max(s.ShortOn, a.query.AsOf)) }

func (a *Agenda) shortageLine(s *Shortage) Line {
	l := Line{Person: nobody, DueOn: s.ShortOn, ProductID: s.ProductID, SKU: s.SKU, Product: s.Product, Quantity: s.Wanted, Stock: s.Available, HasStock: true,
		Next: "perla stock list --low"}
	l.Why = s.Product + ": " + number(s.Wanted) + " due in " + days(a.rules.StockAhead) + ", " + number(max(0, s.Available)) + " there"
	if s.Incoming > 0 {
		l.Why += ", " + number(s.Incoming) + " to come"
	}
	return l
}
