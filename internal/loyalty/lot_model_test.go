package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
)

// horizon is how many days a model knows.
const horizon = 1800

// model is points as one would count them on paper: of each lot what is left at the end of every day. Points are never
// expired by an entry; they are past their day. The journal takes everything back.
type model struct {
	base     dates.Date // day 0
	accounts map[Account]*modelAccount
	journal  []func()
	made     int
}

type modelAccount struct {
	lots  []*modelLot
	debts []*modelDebt
}

type modelLot struct {
	account             Account
	id                  int64 // in the book, where it is known
	made                int
	gone                bool // taken back by an undo
	on, active, expires dates.Date
	order               int64
	left                [horizon]int64
}

type modelDebt struct {
	made   int
	on     dates.Date
	points int64
	paid   []modelPayment
	left   int64
	own    *modelLot
	order  int64
}

type modelPayment struct {
	on     dates.Date
	points int64
}

type modelPart struct {
	lot          *modelLot
	points, back int64
}

type modelRedeem struct {
	account Account
	on      dates.Date
	parts   []*modelPart
}

func (m *model) undoing(fn func()) { m.journal = append(m.journal, fn) }

func (m *model) rollback(to int) {
	for _, fn := range slices.Backward(m.journal[to:]) {
		fn()
	}
	m.journal = m.journal[:to]
}

// open makes a lot.
func (m *model) open(p Posting) *modelLot {
	m.made++
	l := &modelLot{account: p.Account, id: p.ID, made: m.made, on: p.On, active: p.ActiveFrom, expires: p.ExpiresOn, order: p.Order}
	m.move(l, p.On, -p.Points)
	a := m.accounts[p.Account]
	a.lots = append(a.lots, l)
	slices.SortFunc(a.lots, modelBefore)
	m.undoing(func() {
		l.gone = true
		a.lots = slices.DeleteFunc(a.lots, func(x *modelLot) bool { return x == l })
	})
	return l
}

// modelBefore orders lots as they are spent.
func modelBefore(x, y *modelLot) int {
	last := func(l *modelLot) dates.Date {
		if l.expires == 0 {
			return 9999999
		}
		return l.expires
	}
	return cmp.Or(cmp.Compare(last(x), last(y)), cmp.Compare(x.on, y.on), cmp.Compare(x.made, y.made))
}

// move takes points out of a lot from a day on.
func (m *model) move(l *modelLot, on dates.Date, points int64) {
	for i := on - m.base; i < horizon; i++ {
		l.left[i] -= points
	}
	m.undoing(func() {
		for i := on - m.base; i < horizon; i++ {
			l.left[i] += points
		}
	})
}

// capacity is the least that is left on a day or later.
func (m *model) capacity(l *modelLot, on dates.Date) int64 {
	least := l.left[horizon-1]
	for i := on - m.base; i < horizon; i++ {
		least = min(least, l.left[i])
	}
	return least
}

func (l *modelLot) lasts(day dates.Date) bool { return l.expires == 0 || day <= l.expires }

// pay pays a debt from the lots: its own, then those usable on its day, then all others that last.
func (m *model) pay(a *modelAccount, d *modelDebt) {
	for rank := range 4 {
		for _, l := range a.lots {
			fits := [4]bool{l == d.own, d.order != 0 && l.order == d.order, l.active <= d.on && l.lasts(d.on), true}
			if !fits[rank] || d.left == 0 {
				continue
			}
			// What can be taken grows from day to day, when points come back.
			for on := max(d.on, l.on); on-m.base < horizon && d.left > 0 && (rank < 2 || l.lasts(on)); on++ {
				if i := on - m.base; on > max(d.on, l.on) && l.left[i] <= l.left[i-1] {
					continue
				}
				if points := min(d.left, m.capacity(l, on)); points > 0 {
					m.move(l, on, points)
					d.left -= points
					d.paid = append(d.paid, modelPayment{on, points})
					m.undoing(func() { d.left += points; d.paid = d.paid[:len(d.paid)-1] })
				}
			}
		}
	}
}

func (m *model) settle(a *modelAccount) {
	for _, d := range a.debts {
		m.pay(a, d)
	}
}

// takeBack takes points whether there are any or not, and says whether the policy lets it.
func (m *model) takeBack(p Posting, own *modelLot, policy Shortfall) bool {
	a, before := m.accounts[p.Account], len(m.journal)
	m.made++
	d := &modelDebt{made: m.made, on: p.On, points: -p.Points, left: -p.Points, order: p.Order, own: own}
	m.pay(a, d)
	switch {
	case d.left > 0 && policy == ShortfallRefuse, d.left == d.points && policy == ShortfallClip && p.Kind == EntryAdjust:
		m.rollback(before)
		return false
	case policy == ShortfallClip:
		d.points, d.left = d.points-d.left, 0
	}
	a.debts = append(a.debts, d)
	slices.SortFunc(a.debts, func(x, y *modelDebt) int { return cmp.Or(cmp.Compare(x.on, y.on), cmp.Compare(x.made, y.made)) })
	m.undoing(func() { a.debts = slices.DeleteFunc(a.debts, func(x *modelDebt) bool { return x == d }) })
	return true
}

// spend takes usable points, or none.
func (m *model) spend(a *modelAccount, points int64, on dates.Date) (parts []*modelPart, ok bool) {
	before := len(m.journal)
	m.settle(a)
	for _, l := range a.lots {
		if l.active <= on && l.lasts(on) {
			if take := min(points, m.capacity(l, on)); take > 0 {
				m.move(l, on, take)
				parts = append(parts, &modelPart{lot: l, points: take})
				points -= take
			}
		}
	}
	if points > 0 {
		m.rollback(before)
		return nil, false
	}
	return parts, true
}

// giveBack puts back what was spent on an order, the last first, up to a running total.
func (m *model) giveBack(o *machineOrder, upTo int64, on dates.Date) {
	for _, r := range o.redeems {
		for _, p := range r.parts {
			upTo -= p.back
		}
	}
	for _, r := range slices.Backward(o.redeems) {
		settle := false
		for _, p := range slices.Backward(r.parts) {
			if points := min(upTo, p.points-p.back); points > 0 {
				m.move(p.lot, max(on, r.on), -points)
				p.back += points
				upTo -= points
				settle = true
				m.undoing(func() { p.back -= points })
			}
		}
		if settle {
			m.settle(m.accounts[r.account])
		}
	}
}

// merge gives one account all that another has, for good.
func (m *model) merge(from, to Account) {
	a, b := m.accounts[from], m.accounts[to]
	for _, l := range a.lots {
		l.account = to
	}
	b.lots, b.debts = append(b.lots, a.lots...), append(b.debts, a.debts...)
	slices.SortFunc(b.lots, modelBefore)
	slices.SortFunc(b.debts, func(x, y *modelDebt) int { return cmp.Or(cmp.Compare(x.on, y.on), cmp.Compare(x.made, y.made)) })
	delete(m.accounts, from)
	m.settle(b)
}

// at is what is usable and what is pending on a day.
func (a *modelAccount) at(m *model, day dates.Date) (usable, pending int64) {
	for _, l := range a.lots {
		left := l.left[day-m.base]
		switch {
		case l.on > day:
		case l.active > day:
			pending += left
		case l.lasts(day):
			usable += left
		}
	}
	return usable, pending
}

func (a *modelAccount) debtAt(day dates.Date) (owed int64) {
	for _, d := range a.debts {
		if d.on > day {
			continue
		}
		owed += d.points
		for _, p := range d.paid {
			if p.on <= day {
				owed -= p.points
			}
		}
	}
	return owed
}
