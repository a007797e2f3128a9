package loyalty

import (
	"fmt"
	"maps"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// TierAt is the tier of accounts of a programme on a day, by customer or consultant id, without accounts that of everybody.
// Who is in none is left out.
func TierAt(v *book.View, programme string, asOf dates.Date, accounts ...int64) (map[int64]Tier, error) {
	rungs, err := Rungs(v, programme, asOf, accounts...)
	tiers := make(map[int64]Tier, len(rungs))
	for id, r := range rungs {
		if r.Tier.Code != "" {
			tiers[id] = r.Tier
		}
	}
	return tiers, err
}

// Rungs is where accounts of a programme stand among its tiers on a day, by customer or consultant id; without accounts
// everybody who ever had points or has something that counts. How tiers are reached is what the settings of that day say.
// A return, or points taken back, counts against the day of what it takes back. Without tiers there are no rungs.
func Rungs(v *book.View, programme string, asOf dates.Date, accounts ...int64) (map[int64]Rung, error) {
	l, basis, err := readLadder(v, programme, asOf)
	if err != nil || len(l.tiers) == 0 {
		return nil, err
	}
	climbs, err := l.read(v, programme, basis, asOf, accounts)
	if err != nil {
		return nil, err
	}
	rungs := make(map[int64]Rung, len(climbs))
	for id, c := range climbs {
		rungs[id] = l.at(c, asOf)
	}
	return rungs, nil
}

// RungsOf is Rungs of accounts of which it is known what they have earned, or spent, in the months that count: more is read
// only where tiers are kept.
func RungsOf(v *book.View, programme string, asOf dates.Date, values map[int64]int64) (map[int64]Rung, error) {
	l, _, err := readLadder(v, programme, asOf)
	if err != nil || len(l.tiers) == 0 || len(values) == 0 {
		return nil, err
	}
	if l.keep > 0 {
		return Rungs(v, programme, asOf, slices.Collect(maps.Keys(values))...)
	}
	rungs := make(map[int64]Rung, len(values))
	for id, value := range values {
		rungs[id] = l.rung(value, nil, asOf)
	}
	return rungs, nil
}

// readLadder reads the tiers of a programme and how they are reached on a day.
func readLadder(v *book.View, programme string, asOf dates.Date) (*ladder, TierBasis, error) {
	s, err := SettingsAt(v, programme, asOf)
	if err != nil {
		return nil, "", err
	}
	tiers, err := Tiers(v, programme, 0)
	return &ladder{tiers: tiers, months: s.TierMonths, keep: s.TierKeepMonths}, s.TierBasis, err
}

// since is the first day that makes a difference to the tiers of a day.
func (l *ladder) since(asOf dates.Date) dates.Date {
	// The last day of a longer month is kept as long as that of a shorter one.
	kept := asOf.AddMonths(-l.keep)
	if kept == 0 || kept < 4 {
		return 1
	}
	return windowStart(kept-3, l.months)
}

// read reads what counts for the tiers of some accounts, or of everybody, on a day.
func (l *ladder) read(v *book.View, programme string, basis TierBasis, asOf dates.Date, accounts []int64) (map[int64][]climb, error) {
	climbs := make(map[int64][]climb, len(accounts))
	for _, id := range accounts {
		climbs[id] = nil
	}
	// ?1 is taken by Each.
	column, entries, orders, args := holder(programme), `point_entries e NOT INDEXED`, `orders r NOT INDEXED`, []any{asOf.String(), l.since(asOf).String()}
	if len(accounts) > 0 {
		args = append(args, listOf(slices.Collect(maps.Keys(climbs)))) // each once
		entries = `json_each(?4) f CROSS JOIN point_entries e ON e.` + column + ` = f.value`
		orders = `json_each(?4) f CROSS JOIN orders r ON r.` + column + ` = f.value`
	} else if err := v.Each(func(r book.Row) error { climbs[r.Int(0)] = nil; return nil },
		column, fmt.Sprintf(`(SELECT DISTINCT %[1]s FROM point_entries WHERE %[1]s IS NOT NULL)`, column)); err != nil {
		return nil, err
	}
	columns, rest := `e.`+column+`, ifnull(x.effective_on, e.effective_on), e.effective_on, NULL, e.points`,
		entries+` LEFT JOIN point_entries x ON x.id = e.reverses_id AND e.kind = 'reverse_earn'
		WHERE e.kind IN ('earn', 'bonus', 'reverse_earn') AND e.effective_on BETWEEN ?3 AND ?2 AND e.`+column+` IS NOT NULL`
	if basis == TierBySpent {
		columns, rest = `r.`+column+`, ifnull(o.ordered_on, r.ordered_on), max(r.ordered_on, ifnull(r.confirmed_on, '')),
			nullif(min(ifnull(r.cancelled_on, '9999-12-31'), ifnull(r.returned_on, '9999-12-31')), '9999-12-31'), r.net`,
			orders+` LEFT JOIN orders o ON o.id = r.original_id
			WHERE r.ordered_on BETWEEN ?3 AND ?2 AND (r.is_history = 1 OR r.confirmed_on <= ?2) AND r.`+column+` IS NOT NULL`
	}
	err := v.Each(func(r book.Row) error {
		climbs[r.Int(0)] = append(climbs[r.Int(0)], climb{day: dayOf(r.Text(1)), from: dayOf(r.Text(2)), until: dayOf(r.Text(3)), value: r.Int(4)})
		return nil
	}, columns, rest, args...)
	return climbs, err
}

// TierChange is somebody whose tier is another one than it was.
type TierChange struct {
	Account  Account
	Was, Now Rung // of the two days; the zero Tier is none
	Up       bool
}

// TierChanges are those of a programme who are in another tier at the end of a day than at that of an earlier one, by id.
// A tier that was changed meanwhile but kept its code is the same.
func TierChanges(v *book.View, programme string, since, asOf dates.Date) ([]TierChange, error) {
	was, err := Rungs(v, programme, since)
	if err != nil {
		return nil, err
	}
	now, err := Rungs(v, programme, asOf)
	if err != nil {
		return nil, err
	}
	var list []TierChange
	for _, id := range slices.Sorted(maps.Keys(now)) {
		a, b := was[id], now[id]
		if a.Tier.Code != b.Tier.Code {
			list = append(list, TierChange{Account: accountOf(programme, id), Was: a, Now: b, Up: higher(b.Tier, a.Tier) > 0})
		}
	}
	return list, nil
}
