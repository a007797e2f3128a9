package loyalty

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// GiveBack puts points that were spent on an order back into the lots they came from, on a day, 0 for today, until so many
// are back in all; upTo is a running total, so that asking again gives nothing more. Lots that are past their day by then
// stay so. Of several lots the last to expire gets its points first.
func GiveBack(tx *book.Tx, order, upTo int64, on dates.Date) ([]Entry, error) {
	return giveBack(tx, `order_id`, order, upTo, on)
}

// giveBackEntry is GiveBack of what one redeem entry spent.
func giveBackEntry(tx *book.Tx, redeem, upTo int64, on dates.Date) ([]Entry, error) {
	return giveBack(tx, `id`, redeem, upTo, on)
}

// spentPart is what a redeem took out of a lot and did not give back yet.
type spentPart struct {
	redeem, order int64
	account       Account
	on            dates.Date
	lot           int64
	taken, left   int64
}

// giveBack gives back what the redeem entries with a value in a column spent.
func giveBack(tx *book.Tx, column string, value, upTo int64, on dates.Date) ([]Entry, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return nil, err
	}
	spent, err := book.All(tx.View, scanSpentPart, `WITH redeems AS (SELECT * FROM point_entries WHERE `+column+` = ? AND kind = 'redeem'),
		moves AS (SELECT id AS redeem, id AS entry FROM redeems UNION ALL
			SELECT e.reverses_id, e.id FROM redeems r CROSS JOIN point_entries e ON e.reverses_id = r.id AND e.kind = 'reverse_redeem')
		SELECT r.id, ifnull(r.order_id, 0), ifnull(r.customer_id, 0), ifnull(r.consultant_id, 0), r.effective_on, a.lot_id, sum(max(a.points, 0)), sum(a.points)
		FROM moves m JOIN redeems r ON r.id = m.redeem JOIN point_allocations a ON a.entry_id = m.entry
		GROUP BY r.id, a.lot_id ORDER BY r.id DESC, min(a.id) DESC`, value)
	if err != nil {
		return nil, err
	}
	back := upTo
	accounts := map[Account]bool{}
	for _, s := range spent {
		back -= s.taken - s.left
		accounts[s.account] = true
	}
	if back <= 0 {
		return nil, nil
	}
	l, err := newLedger(tx)
	if err != nil {
		return nil, err
	}
	for a := range accounts {
		if err := l.read(a); err != nil {
			return nil, err
		}
	}
	return l.giveBack(spent, back, on)
}

func scanSpentPart(row book.Scanner) (s spentPart, err error) {
	var on string
	err = row.Scan(&s.redeem, &s.order, &s.account.Customer, &s.account.Consultant, &on, &s.lot, &s.taken, &s.left)
	s.on = dayOf(on)
	return s, err
}

// giveBack enters one reverse_redeem for each redeem of which something goes back.
func (l *ledger) giveBack(spent []spentPart, back int64, on dates.Date) ([]Entry, error) {
	var entries []Entry
	for len(spent) > 0 && back > 0 {
		first, n := spent[0], 0
		var total int64
		for n < len(spent) && spent[n].redeem == first.redeem {
			spent[n].left = min(spent[n].left, back-total)
			total += spent[n].left
			n++
		}
		if total > 0 {
			p := Posting{Account: first.account, Kind: EntryReverseRedeem, Points: total, On: max(on, first.on), Order: first.order, Reverses: first.redeem}
			l.enter(&p)
			for _, s := range spent[:n] {
				x := l.purses[s.account].find(s.lot)
				if x == nil {
					return nil, fmt.Errorf("redeem %d took points of lot %d, which is another's", s.redeem, s.lot)
				}
				if s.left > 0 {
					l.allocate(x, p.ID, move{on: p.On, points: -s.left})
				}
			}
			l.settle(p.Account)
			entries = append(entries, p.entry())
		}
		back, spent = back-total, spent[n:]
	}
	return entries, l.flush()
}

// find is the lot with an id, or nil.
func (p *purse) find(id int64) *lot {
	for _, x := range p.lots {
		if x.id == id {
			return x
		}
	}
	return nil
}
