package loyalty

import (
	"cmp"
	"errors"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Spendable is what somebody can spend on a day, and has earned: a part of her Standing that is known at once of everybody.
type Spendable struct {
	Usable   int64
	LapsesOn dates.Date // the last day on which the usable points first to expire can be spent; 0 when none expires
	Lapses   int64      // how many those are
	Earned   int64      // in the months that tiers look back
	Spent    []int64    // the entries by which she spent points, or had spent ones back
}

// Spendables is what everybody of a programme who ever had points can spend on a day, by customer or consultant id: what
// Balances tells, read from the pages of the tables at a tenth of the cost.
func Spendables(v *book.View, programme string, asOf dates.Date) (map[int64]Spendable, error) {
	found, err := walkSpendables(v, programme, asOf)
	if !errors.Is(err, book.ErrUnwalkable) {
		return found, err
	}
	return querySpendables(v, programme, asOf)
}

// querySpendables is the same by SQL.
func querySpendables(v *book.View, programme string, asOf dates.Date) (map[int64]Spendable, error) {
	found := map[int64]Spendable{}
	for s, err := range Balances(v, programme, asOf) {
		if err != nil {
			return nil, err
		}
		found[s.Account.id()] = Spendable{Usable: s.Usable, LapsesOn: s.LapsesOn, Lapses: s.Lapses, Earned: s.Earned}
	}
	return found, v.Each(func(r book.Row) error {
		s := found[r.Int(1)]
		s.Spent = append(s.Spent, r.Int(0))
		found[r.Int(1)] = s
		return nil
	}, "id, account", `(SELECT id, `+holder(programme)+` AS account FROM point_entries WHERE kind IN ('redeem', 'reverse_redeem') AND effective_on <= ? AND account IS NOT NULL ORDER BY id LIMIT -1)`, asOf.String())
}

func walkSpendables(v *book.View, programme string, asOf dates.Date) (map[int64]Spendable, error) {
	settings, err := SettingsAt(v, programme, asOf)
	if err != nil {
		return nil, err
	}
	window := windowStart(asOf, settings.TierMonths)
	taken, err := walkTaken(v, asOf.String())
	if err != nil {
		return nil, err
	}
	type sum struct {
		Standing
		spent []int64
	}
	sums := map[int64]*sum{}
	last, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM point_entries`)
	if err != nil {
		return nil, err
	}
	const most = 1 << 20 // ids may have gaps
	before := make(entryDays, 0, min(max(last, 0), most))
	err = v.WalkTable("point_entries", []string{holder(programme), "kind", "points", "effective_on", "active_from_on", "expires_on", "reverses_id"}, func(r *book.TableRow) error {
		on := dayOf(string(r.Text(3)))
		kind := EntryKind(r.Text(1))
		before = append(before, entryDay{r.ID, on, kind != EntryExpire})
		if r.Null(0) || on > asOf {
			return nil
		}
		s := sums[r.Int(0)]
		if s == nil {
			s = &sum{Standing: Standing{AsOf: asOf}}
			sums[r.Int(0)] = s
		}
		switch kind {
		case EntryRedeem, EntryReverseRedeem:
			s.spent = append(s.spent, r.ID)
		case EntryReverseEarn:
			if of, known := before.of(r.Int(6)); known {
				on = of
			}
			fallthrough
		case EntryEarn, EntryBonus:
			if on >= window {
				s.Earned += r.Int(2)
			}
		}
		if !r.Null(4) {
			s.hold(r.Int(2)-taken[r.ID], dayOf(string(r.Text(4))), dayOf(string(r.Text(5))))
		}
		return nil
	})
	found := make(map[int64]Spendable, len(sums))
	for id, s := range sums {
		found[id] = Spendable{Usable: s.Usable, LapsesOn: s.LapsesOn, Lapses: s.Lapses, Earned: s.Earned, Spent: s.spent}
	}
	return found, err
}

// walkTaken is how many points were taken out of each lot by the end of a day.
func walkTaken(v *book.View, day string) (map[int64]int64, error) {
	taken := map[int64]int64{}
	return taken, v.WalkTable("point_allocations", []string{"lot_id", "points", "allocated_on"}, func(r *book.TableRow) error {
		if string(r.Text(2)) <= day {
			taken[r.Int(0)] += r.Int(1)
		}
		return nil
	})
}

// entryDays are the days of entries, by id.
type entryDays []entryDay

type entryDay struct {
	id     int64
	on     dates.Date
	counts bool
}

// of is the day of an entry that did not lapse; false for any other.
func (d entryDays) of(id int64) (dates.Date, bool) {
	at, found := slices.BinarySearchFunc(d, id, func(e entryDay, id int64) int { return cmp.Compare(e.id, id) })
	if !found || !d[at].counts {
		return 0, false
	}
	return d[at].on, true
}
