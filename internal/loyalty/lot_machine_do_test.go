package loyalty

import (
	"context"
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

func (m *machine) command(tx *book.Tx) {
	a := m.people[m.r.IntN(len(m.people))]
	m.touched[a] = true
	on := m.today
	if m.r.IntN(3) == 0 {
		on -= dates.Date(m.r.IntN(60))
	}
	switch n := m.r.IntN(20); {
	case n < 6:
		m.earn(tx, a, on)
	case n < 8:
		m.reverse(tx, on)
	case n < 12:
		m.redeem(tx, a, on)
	case n < 14:
		m.giveBack(tx, on)
	case n < 16:
		m.adjust(tx, a, on)
	case n < 18:
		m.transfer(tx, a, on)
	default:
		_, err := Expire(tx, on)
		if m.count("expire", err, true); m.r.IntN(4) == 0 {
			again, err := Expire(tx, on)
			require.NoError(m.t, err)
			require.Zero(m.t, again)
		}
	}
}

func (m *machine) order(tx *book.Tx, a Account) *machineOrder {
	if a.Customer == 0 {
		a = m.people[0]
	}
	id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total) VALUES (?, ?, 1000)`, a.Customer, m.today.String())
	require.NoError(m.t, err)
	o := &machineOrder{id: id}
	m.orders = append(m.orders, o)
	m.model.undoing(func() { m.orders = slices.DeleteFunc(m.orders, func(x *machineOrder) bool { return x == o }) })
	return o
}

// earn posts one or two lots of an order.
func (m *machine) earn(tx *book.Tx, a Account, on dates.Date) {
	o := m.order(tx, a)
	postings := make([]Posting, 1+m.r.IntN(2))
	for i := range postings {
		active, expires := on+[]dates.Date{0, 0, 7, 30}[m.r.IntN(4)], dates.Date(0)
		if m.r.IntN(3) > 0 {
			expires = active + dates.Date(m.r.IntN(120))
		}
		postings[i] = Posting{Account: a, Kind: []EntryKind{EntryEarn, EntryBonus}[i], Points: 1 + m.r.Int64N(100), On: on, ActiveFrom: active, ExpiresOn: expires, Order: o.id}
	}
	m.count("earn", post(tx, postings), true)
	for _, p := range postings {
		o.earned = append(o.earned, m.model.open(p))
		o.left = append(o.left, p.Points)
		m.model.settle(m.model.accounts[a])
	}
}

func (m *machine) reverse(tx *book.Tx, on dates.Date) {
	o := m.anOrder(func(o *machineOrder) bool { return len(o.earned) > 0 })
	if o == nil {
		return
	}
	i := m.r.IntN(len(o.earned))
	l := o.earned[i]
	if o.left[i] == 0 || l.gone {
		return
	}
	points := 1 + m.r.Int64N(o.left[i])
	a := l.account
	m.touched[a] = true
	p := []Posting{{Account: a, Kind: EntryReverseEarn, Points: -points, On: max(on, l.on), Order: o.id, Reverses: l.id}}
	if m.count("reverse", post(tx, p), m.model.takeBack(p[0], l, m.policy)) {
		o.left[i] -= points
		m.model.undoing(func() { o.left[i] += points })
	}
}

// anOrder is one that fits of some drawn at random, or nil.
func (m *machine) anOrder(fits func(*machineOrder) bool) *machineOrder {
	for range min(20, len(m.orders)) {
		if o := m.orders[len(m.orders)-1-m.r.IntN(min(60, len(m.orders)))]; fits(o) {
			return o
		}
	}
	return nil
}

func (m *machine) redeem(tx *book.Tx, a Account, on dates.Date) {
	o := m.anOrder(func(*machineOrder) bool { return m.r.IntN(3) == 0 })
	if o == nil {
		o = m.order(tx, a)
	}
	points := 1 + m.r.Int64N(150)
	_, err := Redeem(tx, a, points, on, o.id, "")
	parts, well := m.model.spend(m.model.accounts[a], points, on)
	if m.count("redeem", err, well) {
		o.redeems = append(o.redeems, &modelRedeem{account: a, on: on, parts: parts})
		m.model.undoing(func() { o.redeems = o.redeems[:len(o.redeems)-1] })
	}
}

func (m *machine) giveBack(tx *book.Tx, on dates.Date) {
	o := m.anOrder(func(o *machineOrder) bool { return len(o.redeems) > 0 })
	if o == nil {
		return
	}
	upTo := m.r.Int64N(200)
	_, err := GiveBack(tx, o.id, upTo, on)
	m.count("give back", err, true)
	m.model.giveBack(o, upTo, on)
	for _, r := range o.redeems {
		m.touched[r.account] = true
	}
}

func (m *machine) adjust(tx *book.Tx, a Account, on dates.Date) {
	points := m.r.Int64N(81) - 40
	if points == 0 {
		return
	}
	_, err := Adjust(tx, a, points, on, "because")
	well := true
	if points > 0 {
		m.model.open(Posting{Account: a, Points: points, On: on, ActiveFrom: on})
		m.model.settle(m.model.accounts[a])
	} else {
		well = m.model.takeBack(Posting{Account: a, Kind: EntryAdjust, Points: points, On: on}, nil, m.policy)
	}
	m.count("adjust", err, well)
}

func (m *machine) transfer(tx *book.Tx, a Account, on dates.Date) {
	to := m.people[m.r.IntN(len(m.people))]
	if to == a || to.Programme() != a.Programme() {
		return
	}
	m.touched[to] = true
	points := 1 + m.r.Int64N(60)
	_, err := Transfer(tx, a, to, points, on, "")
	parts, well := m.model.spend(m.model.accounts[a], points, on)
	for _, p := range parts {
		m.model.open(Posting{Account: to, Points: p.points, On: on, ActiveFrom: on, ExpiresOn: p.lot.expires})
		m.model.settle(m.model.accounts[to])
	}
	m.count("transfer", err, well)
}

// merge makes one of two customers, for good, and adds another.
func (m *machine) merge() {
	from := m.people[1]
	to := m.people[2+m.r.IntN(3)]
	if from.Customer == 0 || to.Customer == 0 || from == to {
		return
	}
	m.write(func(tx *book.Tx) error {
		if err := tx.Repoint("customers", from.Customer, to.Customer); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM customers WHERE id = ?`, from.Customer); err != nil {
			return err
		}
		return Settle(tx, to)
	})
	m.count("merge", nil, true)
	m.model.merge(from, to)
	for _, o := range m.orders {
		for _, r := range o.redeems {
			if r.account == from {
				r.account = to
			}
		}
	}
	m.people = slices.Delete(m.people, 1, 2)
	m.write(func(tx *book.Tx) error { m.person(tx); return nil })
	m.people = append([]Account{m.people[len(m.people)-1]}, m.people[:len(m.people)-1]...)
	m.ops, m.touched[to] = nil, true
}

// undo takes back the last operation.
func (m *machine) undo() {
	op := m.ops[len(m.ops)-1]
	_, err := m.book.Undo(context.Background(), op.id)
	m.count("undo", err, true)
	m.model.rollback(op.before)
	m.ops = m.ops[:len(m.ops)-1]
	for _, a := range m.people {
		m.touched[a] = true
	}
}

// undoEarlier tries what the undo of an earlier operation would do: it is refused, or leaves a ledger that is right.
func (m *machine) undoEarlier() {
	op := m.ops[len(m.ops)-2-m.r.IntN(min(8, len(m.ops)-2))]
	err := m.book.Rehearse(context.Background(), false, func(tx *book.Tx) error {
		undone, err := tx.Undo(op.id)
		if err == nil {
			err = RefuseUndo(tx.View, undone)
		}
		if err != nil {
			return err
		}
		proveLedger(m.t, tx.View)
		return nil
	})
	m.count("undo earlier", err, err == nil)
}
