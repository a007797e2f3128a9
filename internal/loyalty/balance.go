package loyalty

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Standing is what an account has on a day.
type Standing struct {
	Account  Account
	AsOf     dates.Date
	Usable   int64      // can be spent
	Pending  int64      // become usable later
	NextOn   dates.Date // the first day on which pending points become usable; 0 without any
	Next     int64      // how many do then
	Debt     int64      // owed, to be paid by the next points
	LapsesOn dates.Date // the last day on which the usable points first to expire can be spent; 0 when none expires
	Lapses   int64      // how many those are
	Ledger   int64      // sum of all entries: usable, pending and lapsed but not posted, less the debt
	Earned   int64      // by orders and events in the months that tiers look back, less what was taken back of that
	Redeemed int64      // in those months, less what was given back of that
}

// Balance is what an account has on a day.
func Balance(v *book.View, a Account, asOf dates.Date) (Standing, error) {
	hers := fmt.Sprintf(`(SELECT * FROM point_entries WHERE %s = %d)`, holder(a.Programme()), a.id())
	found, err := standings(v, a.Programme(), asOf, hers+` e`, hers+` l JOIN point_allocations a ON a.lot_id = l.id`)
	if s := found[a.id()]; s != nil {
		return *s, err
	}
	return Standing{Account: a, AsOf: asOf}, err
}

// Balances yields what everybody of a programme who ever had points has on a day, by id.
func Balances(v *book.View, programme string, asOf dates.Date) iter.Seq2[Standing, error] {
	return func(yield func(Standing, error) bool) {
		found, err := standings(v, programme, asOf, `point_entries e NOT INDEXED`, `point_allocations a NOT INDEXED`)
		if err != nil {
			yield(Standing{}, err)
			return
		}
		for _, id := range slices.Sorted(maps.Keys(found)) {
			if !yield(*found[id], nil) {
				return
			}
		}
	}
}

// standings adds up the entries e of a table expression, with the allocations a of another, by the id of whose they are.
func standings(v *book.View, programme string, asOf dates.Date, entries, allocations string) (map[int64]*Standing, error) {
	s, err := SettingsAt(v, programme, asOf)
	if err != nil {
		return nil, err
	}
	day, window := asOf.String(), windowStart(asOf, s.TierMonths)
	taken := map[int64]int64{} // by lot
	if err := v.Each(func(r book.Row) error {
		taken[r.Int(0)] += r.Int(1)
		return nil
	}, `a.lot_id, a.points`, allocations+` WHERE a.allocated_on <= ?`, day); err != nil {
		return nil, err
	}
	found := map[int64]*Standing{}
	err = v.Each(func(r book.Row) error {
		s := found[r.Int(0)]
		if s == nil {
			s = &Standing{Account: accountOf(programme, r.Int(0)), AsOf: asOf}
			found[r.Int(0)] = s
		}
		s.count(r, window, taken)
		return nil
	}, `e.`+holder(programme)+`, e.kind, e.points, e.active_from_on, e.expires_on, e.id,
		CASE WHEN e.points < 0 AND e.kind IN ('reverse_earn', 'adjust') THEN
			-e.points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.entry_id = e.id AND a.allocated_on <= ?), 0) END,
		CASE WHEN e.kind IN ('reverse_earn', 'reverse_redeem') THEN ifnull((SELECT r.effective_on FROM point_entries r WHERE r.id = e.reverses_id AND r.kind <> 'expire'),
			iif(e.kind = 'reverse_earn', e.effective_on, '')) ELSE e.effective_on END`,
		entries+` WHERE e.effective_on <= ? AND e.`+holder(programme)+` IS NOT NULL`, day, day)
	return found, err
}

// count adds an entry: whose, kind, points, active_from_on, expires_on, id, what of it is owed, and the day on which it
// counts as earned or redeemed.
func (s *Standing) count(r book.Row, window dates.Date, taken map[int64]int64) {
	points, left := r.Int(2), r.Int(2)-taken[r.Int(5)]
	s.Ledger += points
	if counted := dayOf(r.Text(7)); counted >= window {
		switch EntryKind(r.Text(1)) {
		case EntryEarn, EntryBonus, EntryReverseEarn:
			s.Earned += points
		case EntryRedeem, EntryReverseRedeem:
			s.Redeemed -= points
		}
	}
	if r.Null(3) {
		s.Debt += r.Int(6)
		return
	}
	s.hold(left, dayOf(r.Text(3)), dayOf(r.Text(4)))
}

// hold counts what is left of a lot.
func (s *Standing) hold(left int64, active, expires dates.Date) {
	switch {
	case left == 0:
	case active > s.AsOf:
		s.Pending += left
		sooner(&s.NextOn, &s.Next, active, left)
	case lapse(expires) >= s.AsOf:
		s.Usable += left
		if expires != 0 {
			sooner(&s.LapsesOn, &s.Lapses, expires, left)
		}
	}
}

// sooner keeps the first day and how many points go with it.
func sooner(day *dates.Date, points *int64, on dates.Date, more int64) {
	switch {
	case *day == 0 || on < *day:
		*day, *points = on, more
	case on == *day:
		*points += more
	}
}

// Lot is points that came at once, and what is left of them on a day.
type Lot struct {
	Entry  Entry // which opened it
	Left   int64
	Usable bool // on that day
}

// Lots are the lots an account had on a day, empty ones too, the first to be spent first.
func Lots(v *book.View, a Account, asOf dates.Date) ([]Lot, error) {
	var lots []Lot
	left := map[int64]int64{}
	if err := v.Each(func(r book.Row) error {
		left[r.Int(0)] = r.Int(1)
		return nil
	}, `e.id, e.points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.lot_id = e.id AND a.allocated_on <= ?), 0)`,
		`point_entries e WHERE e.`+holder(a.Programme())+` = ? AND e.active_from_on IS NOT NULL AND e.effective_on <= ?`, asOf.String(), a.id(), asOf.String()); err != nil {
		return nil, err
	}
	for e, err := range Entries(v, Query{Account: a, Until: asOf}) {
		if err != nil {
			return nil, err
		}
		if e.ActiveFrom != 0 {
			lots = append(lots, Lot{Entry: e, Left: left[e.ID], Usable: e.ActiveFrom <= asOf && asOf <= lapse(e.ExpiresOn)})
		}
	}
	slices.SortStableFunc(lots, func(a, b Lot) int {
		return cmp.Or(cmp.Compare(lapse(a.Entry.ExpiresOn), lapse(b.Entry.ExpiresOn)), cmp.Compare(a.Entry.On, b.Entry.On), cmp.Compare(a.Entry.ID, b.Entry.ID))
	})
	return lots, nil
}

// Allocation is points an entry took out of a lot; below 0 they went back.
type Allocation struct {
	Entry, Lot, Points int64
	On                 dates.Date
	Kind               EntryKind // of the entry
}

// Allocations are what was taken out of the lots of an account up to a day, lot by lot.
func Allocations(v *book.View, a Account, asOf dates.Date) ([]Allocation, error) {
	var list []Allocation
	err := v.Each(func(r book.Row) error {
		list = append(list, Allocation{Entry: r.Int(0), Lot: r.Int(1), Points: r.Int(2), On: dayOf(r.Text(3)), Kind: EntryKind(strings.Clone(r.Text(4)))})
		return nil
	}, `entry_id, lot_id, points, allocated_on, kind`, `(SELECT a.*, x.kind FROM point_entries e JOIN point_allocations a ON a.lot_id = e.id JOIN point_entries x ON x.id = a.entry_id
		WHERE e.`+holder(a.Programme())+` = ? AND a.allocated_on <= ? ORDER BY a.lot_id, a.allocated_on, a.id LIMIT -1)`, a.id(), asOf.String())
	return list, err
}
