package loyalty

import (
	"maps"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Expired is what Expire posted.
type Expired struct {
	Entries int
	Points  int64
}

// Expire posts what has lapsed up to a day, 0 for today: one entry for each account and day, the one after the last on
// which the points were usable, or that on which they came back later. Balances are the same without it; what comes to
// light afterwards and would have had those points while they were usable still gets them.
func Expire(tx *book.Tx, until dates.Date) (done Expired, err error) {
	until, err = pastDay(tx, until)
	if err != nil {
		return done, err
	}
	l, err := newLedger(tx)
	if err != nil {
		return done, err
	}
	var whose Account
	var lots []*lot
	if err := tx.Each(func(r book.Row) error {
		if a := (Account{Customer: r.Int(0), Consultant: r.Int(1)}); a != whose {
			l.expire(whose, lots, until, &done)
			whose, lots = a, nil
		}
		if n := len(lots); n == 0 || lots[n-1].id != r.Int(2) {
			lots = append(lots, &lot{id: r.Int(2), points: r.Int(3), on: dayOf(r.Text(4)), expires: dayOf(r.Text(5))})
		}
		if x := lots[len(lots)-1]; !r.Null(6) {
			x.moves = append(x.moves, move{on: dayOf(r.Text(6)), points: r.Int(7)})
		}
		return nil
	}, `customer_id, consultant_id, id, points, effective_on, expires_on, allocated_on, taken`, `(
		SELECT e.customer_id, e.consultant_id, e.id, e.points, e.effective_on, e.expires_on, a.allocated_on, a.points AS taken
		FROM point_entries e NOT INDEXED LEFT JOIN point_allocations a ON a.lot_id = e.id
		WHERE e.expires_on < ? AND e.points > ifnull((SELECT sum(b.points) FROM point_allocations b WHERE b.lot_id = e.id), 0)
		ORDER BY e.customer_id, e.consultant_id, e.id, a.allocated_on LIMIT -1)`, until.String()); err != nil {
		return done, err
	}
	l.expire(whose, lots, until, &done)
	return done, l.flush()
}

// expire enters what lapsed of lots of an account that are past their day.
func (l *ledger) expire(a Account, lots []*lot, until dates.Date, done *Expired) {
	lapsed := map[dates.Date][]part{}
	for _, x := range lots {
		for _, day := range x.returns(max(x.expires+1, x.on)) {
			points := x.least(day, true)
			if points > 0 && day <= until {
				lapsed[day] = append(lapsed[day], part{x, points})
				x.add(move{on: day, points: points})
			}
		}
	}
	for _, day := range slices.Sorted(maps.Keys(lapsed)) {
		var total int64
		for _, p := range lapsed[day] {
			total += p.points
		}
		p := Posting{Account: a, Kind: EntryExpire, Points: -total, On: day}
		l.enter(&p)
		for _, part := range lapsed[day] {
			l.allocations = append(l.allocations, allocation{p.ID, part.lot.id, part.points, day})
		}
		done.Entries++
		done.Points += total
	}
}
