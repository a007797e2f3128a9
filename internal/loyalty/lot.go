package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// lot is points that came at once, with all that was taken out of them.
type lot struct {
	id      int64
	points  int64
	on      dates.Date // effective
	active  dates.Date
	expires dates.Date // 0 is never
	order   int64
	moves   []move // by day
}

// move is points that left a lot on a day; below 0 they came back.
type move struct {
	on      dates.Date
	points  int64
	lapsing int64 // the expire entry that took them, or gave them back; 0 for any other
}

// owed is what an entry took away that no lot gave.
type owed struct {
	id, left        int64
	on              dates.Date
	order, reverses int64
}

// purse is the lots of an account, the first to be spent first, and what it owes, oldest first.
type purse struct {
	lots  []*lot
	debts []*owed
}

// spendsBefore orders lots: the first to expire first, those that never do last; then the oldest.
func spendsBefore(a, b *lot) int {
	if c := cmp.Compare(lapse(a.expires), lapse(b.expires)); c != 0 {
		return c
	}
	return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.id, b.id))
}

// never is past every day.
const never = dates.Date(1<<31 - 1)

// lapse is the last day of a lot, comparable.
func lapse(expires dates.Date) dates.Date {
	if expires == 0 {
		return never
	}
	return expires
}

// add puts a lot in its place.
func (p *purse) add(l *lot) {
	at, _ := slices.BinarySearchFunc(p.lots, l, spendsBefore)
	p.lots = slices.Insert(p.lots, at, l)
}

// usable says whether a lot can be spent on a day.
func (l *lot) usable(day dates.Date) bool {
	return l.on <= day && l.active <= day && day <= lapse(l.expires)
}

// add keeps a move in its place.
func (l *lot) add(m move) {
	at := len(l.moves)
	for at > 0 && l.moves[at-1].on > m.on {
		at--
	}
	l.moves = slices.Insert(l.moves, at, m)
}

// least is the least that is in the lot at the end of a day or of any later one: so much can be taken out on that day
// without ever being missing. Points that lapsed are there when lapsed is true.
func (l *lot) least(from dates.Date, lapsed bool) int64 {
	left, least := l.points, l.points
	for i, m := range l.moves {
		if lapsed || m.lapsing == 0 {
			left -= m.points
		}
		if m.on <= from {
			least = left
		} else if i+1 == len(l.moves) || l.moves[i+1].on > m.on {
			least = min(least, left)
		}
	}
	return least
}

// capacity is what can be taken out of a lot on a day, what an expire took too early included.
func (l *lot) capacity(on dates.Date) int64 { return max(0, l.least(on, false)) }

// returns are the days from one on which points can be there to take: that day, and the later ones on which some came
// back.
func (l *lot) returns(from dates.Date) []dates.Date {
	days := []dates.Date{from}
	for _, m := range l.moves {
		if m.points < 0 && m.lapsing == 0 && m.on > days[len(days)-1] {
			days = append(days, m.on)
		}
	}
	return days
}

// settle pays what an account owes with what is in its lots, the oldest debt first.
func (l *ledger) settle(a Account) {
	p := l.purses[a]
	for _, d := range p.debts {
		l.pay(a, d)
	}
	p.debts = slices.DeleteFunc(p.debts, func(d *owed) bool { return d.left == 0 })
}

// pay takes what an entry owes out of lots, in the order that post names.
func (l *ledger) pay(a Account, d *owed) {
	ranks := []func(*lot) bool{
		func(x *lot) bool { return d.reverses != 0 && x.id == d.reverses },
		func(x *lot) bool { return d.order != 0 && x.order == d.order },
		func(x *lot) bool { return x.usable(d.on) },
		func(*lot) bool { return true },
	}
	for i, fits := range ranks {
		own := i < 2 // such a lot pays even past its day: those points were never to have been
		for _, x := range l.purses[a].lots {
			if d.left == 0 {
				return
			}
			if !fits(x) {
				continue
			}
			for _, day := range x.returns(max(d.on, x.on)) {
				if points := min(d.left, x.capacity(day)); points > 0 && (own || day <= lapse(x.expires)) {
					l.take(a, x, d.id, points, day)
					d.left -= points
				}
			}
		}
	}
}

// take allocates points of a lot to an entry. Points that an expire took out of it, though with what came to light since
// they were spent before, are put back first, on the day on which it took them: the lot is past its day anyway, and so what
// lapsed on a day and came back never stands on two.
func (l *ledger) take(a Account, x *lot, entry, points int64, on dates.Date) {
	l.allocate(x, entry, move{on: on, points: points})
	missing := -x.least(0, true)
	for _, m := range slices.Clone(x.moves) {
		if missing <= 0 {
			return
		}
		if back := min(missing, x.lapsed(m.lapsing)); m.lapsing != 0 && m.points > 0 && back > 0 {
			p := Posting{Account: a, Kind: EntryReverseRedeem, Points: back, On: m.on, Reverses: m.lapsing}
			l.enter(&p)
			l.allocate(x, p.ID, move{on: p.On, points: -back, lapsing: m.lapsing})
			missing -= back
		}
	}
}

// lapsed is what an expire took out of the lot and did not give back.
func (l *lot) lapsed(expire int64) (points int64) {
	for _, m := range l.moves {
		if m.lapsing == expire {
			points += m.points
		}
	}
	return points
}

func (l *ledger) allocate(x *lot, entry int64, m move) {
	x.add(m)
	l.allocations = append(l.allocations, allocation{entry, x.id, m.points, m.on})
}

// readPurses reads the lots and debts of accounts.
func readPurses(v *book.View, accounts []Account) (map[Account]*purse, error) {
	purses := make(map[Account]*purse, len(accounts))
	for _, a := range accounts {
		purses[a] = &purse{}
	}
	for programme, ids := range byProgramme(accounts) {
		if err := readLots(v, programme, ids, purses); err != nil {
			return nil, err
		}
		if err := readDebts(v, programme, ids, func(a Account, d *owed) { purses[a].debts = append(purses[a].debts, d) }); err != nil {
			return nil, err
		}
	}
	for _, p := range purses {
		slices.SortFunc(p.lots, spendsBefore)
		slices.SortFunc(p.debts, func(a, b *owed) int { return cmp.Or(cmp.Compare(a.on, b.on), cmp.Compare(a.id, b.id)) })
	}
	return purses, nil
}

// readLots reads the lots of accounts of a programme into their purses, with what was taken out of them.
func readLots(v *book.View, programme, ids string, purses map[Account]*purse) error {
	var last *lot
	return v.Each(func(r book.Row) error {
		if last == nil || last.id != r.Int(0) {
			last = &lot{id: r.Int(0), points: r.Int(2), on: dayOf(r.Text(3)), active: dayOf(r.Text(4)), expires: dayOf(r.Text(5)), order: r.Int(6)}
			p := purses[accountOf(programme, r.Int(1))]
			p.lots = append(p.lots, last)
		}
		if !r.Null(7) {
			last.moves = append(last.moves, move{on: dayOf(r.Text(7)), points: r.Int(8), lapsing: r.Int(9)})
		}
		return nil
	}, `id, holder, points, effective_on, active_from_on, expires_on, order_id, allocated_on, taken, lapsing`, `(
		SELECT e.id, f.value AS holder, e.points, e.effective_on, e.active_from_on, e.expires_on, e.order_id, a.allocated_on, a.points AS taken,
			CASE WHEN x.kind = 'expire' THEN x.id WHEN x.kind = 'reverse_redeem' THEN (SELECT y.id FROM point_entries y WHERE y.id = x.reverses_id AND y.kind = 'expire') END AS lapsing
		FROM json_each(?) f CROSS JOIN point_entries e ON e.`+holder(programme)+` = f.value
		LEFT JOIN point_allocations a ON a.lot_id = e.id LEFT JOIN point_entries x ON x.id = a.entry_id
		WHERE e.active_from_on IS NOT NULL ORDER BY e.id, a.allocated_on, a.id LIMIT -1)`, ids)
}

// owingEntries are the entries, as e, that took away more than lots gave; debtLeft is how much.
const (
	debtLeft     = `-e.points - ifnull((SELECT sum(points) FROM point_allocations a WHERE a.entry_id = e.id), 0)`
	owingEntries = `e.points < 0 AND e.kind IN ('reverse_earn', 'adjust') AND ` + debtLeft + ` > 0`
)

// readDebts reads what entries of accounts of a programme took away that no lot gave.
func readDebts(v *book.View, programme, ids string, found func(Account, *owed)) error {
	return v.Each(func(r book.Row) error {
		found(accountOf(programme, r.Int(0)), &owed{id: r.Int(1), on: dayOf(r.Text(2)), order: r.Int(3), reverses: r.Int(4), left: r.Int(5)})
		return nil
	}, `f.value, e.id, e.effective_on, e.order_id, e.reverses_id, `+debtLeft,
		`json_each(?) f CROSS JOIN point_entries e ON e.`+holder(programme)+` = f.value WHERE `+owingEntries, ids)
}

// debtors are those of some accounts who owe points.
func debtors(v *book.View, accounts []Account) (map[Account]bool, error) {
	owing := map[Account]bool{}
	for programme, ids := range byProgramme(accounts) {
		if err := readDebts(v, programme, ids, func(a Account, _ *owed) { owing[a] = true }); err != nil {
			return nil, err
		}
	}
	return owing, nil
}

// allDebtors is everybody who owes points.
func allDebtors(v *book.View) (map[Account]bool, error) {
	owing := map[Account]bool{}
	return owing, v.Each(func(r book.Row) error {
		owing[Account{Customer: r.Int(0), Consultant: r.Int(1)}] = true
		return nil
	}, `e.customer_id, e.consultant_id`, `point_entries e WHERE `+owingEntries)
}

// byProgramme lists the ids of accounts by programme, as JSON.
func byProgramme(accounts []Account) map[string]string {
	ids := map[string][]int64{}
	for _, a := range accounts {
		ids[a.Programme()] = append(ids[a.Programme()], a.id())
	}
	lists := make(map[string]string, len(ids))
	for programme, list := range ids {
		lists[programme] = listOf(list)
	}
	return lists
}
