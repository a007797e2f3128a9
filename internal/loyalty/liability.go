package loyalty

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Liability is what is owed in points that lapse in the same month.
type Liability struct {
	Programme string
	Month     dates.Date   // its first day; 0 is never
	Accounts  int64        // that hold any
	Usable    int64        // on the day asked for
	Pending   int64        // become usable later
	Value     money.Amount // of both, at what a point pays that day
}

// Liabilities are the points that accounts hold on a day, in money, by programme and the month in which they lapse. Points
// that are past their day are none, whether Expire posted that or not; debts are not set against those of others.
func Liabilities(v *book.View, asOf dates.Date) ([]Liability, error) {
	type key struct {
		programme string
		month     dates.Date
	}
	type holder struct {
		key
		id int64
	}
	found, holders := map[key]*Liability{}, map[holder]bool{}
	err := eachLot(v, asOf, func(l *lotSum) {
		if l.left == 0 || lapse(l.expires) < asOf {
			return
		}
		k := key{l.account.Programme(), monthOf(l.expires)}
		sum := found[k]
		if sum == nil {
			sum = &Liability{Programme: k.programme, Month: k.month}
			found[k] = sum
		}
		if h := (holder{k, l.account.id()}); !holders[h] {
			holders[h] = true
			sum.Accounts++
		}
		if l.active > asOf {
			sum.Pending += l.left
		} else {
			sum.Usable += l.left
		}
	})
	if err != nil {
		return nil, err
	}
	value := map[string]money.Amount{}
	for _, programme := range Programmes {
		s, err := SettingsAt(v, programme, asOf)
		if err != nil {
			return nil, err
		}
		value[programme] = s.PointValue
	}
	var list []Liability
	for _, sum := range found {
		if sum.Value, err = worth(sum.Usable+sum.Pending, value[sum.Programme]); err != nil {
			return nil, err
		}
		list = append(list, *sum)
	}
	slices.SortFunc(list, func(a, b Liability) int {
		return cmp.Or(cmp.Compare(a.Programme, b.Programme), cmp.Compare(lapse(a.Month), lapse(b.Month)))
	})
	return list, nil
}

// worth is what points pay at so much each, where that is a sum that can be written: beyond it, it is a fault.Conflict.
func worth(points int64, each money.Amount) (money.Amount, error) {
	value, ok := mul(points, int64(each))
	if !ok {
		return 0, &fault.Error{Kind: fault.Conflict, Noun: "points", Reason: fmt.Sprintf("%d points at %d minor units each are worth more than any sum of money here", points, each),
			Hint: "look at what a point pays: perla points settings"}
	}
	return money.Amount(value), nil
}

// Cohort is what became of the points that came in one month: what was earned is what was spent, what lapsed and what is
// left.
type Cohort struct {
	Programme string
	Month     dates.Date // its first day
	Earned    int64      // that came in, less what was taken back and what went to others
	Spent     int64      // redeemed, or taken away by the owner, less what was given back
	Expired   int64      // past their day, whether that is posted or not
	Left      int64
}

// Breakage is the share of the cohort that lapsed, from 0 to 1; ok is false where nothing was earned.
func (c *Cohort) Breakage() (share float64, ok bool) {
	if c.Earned <= 0 {
		return 0, false
	}
	return float64(c.Expired) / float64(c.Earned), true
}

// Cohorts are the points of a programme by the month in which they came, as of a day. Points that went from one account to
// another are of the month in which they did.
func Cohorts(v *book.View, asOf dates.Date) ([]Cohort, error) {
	type key struct {
		programme string
		month     dates.Date
	}
	found := map[key]*Cohort{}
	err := eachLot(v, asOf, func(l *lotSum) {
		k := key{l.account.Programme(), monthOf(l.on)}
		c := found[k]
		if c == nil {
			c = &Cohort{Programme: k.programme, Month: k.month}
			found[k] = c
		}
		expired := l.lapsed
		if lapse(l.expires) < asOf {
			expired += l.left
		} else {
			c.Left += l.left
		}
		c.Earned += l.points - l.undone
		c.Spent += l.spent
		c.Expired += expired
	})
	list := make([]Cohort, 0, len(found))
	for _, k := range slices.SortedFunc(maps.Keys(found), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.programme, b.programme), cmp.Compare(a.month, b.month))
	}) {
		list = append(list, *found[k])
	}
	return list, err
}

// lotSum is what became of a lot up to a day: points = undone + spent + lapsed + left.
type lotSum struct {
	account                             Account
	on, active, expires                 dates.Date
	points, undone, spent, lapsed, left int64
}

// eachLot reads every lot there was on a day.
func eachLot(v *book.View, asOf dates.Date, fn func(*lotSum)) error {
	return v.Each(func(r book.Row) error {
		l := lotSum{account: Account{Customer: r.Int(0), Consultant: r.Int(1)}, on: dayOf(r.Text(2)), active: dayOf(r.Text(3)), expires: dayOf(r.Text(4)),
			points: r.Int(5), undone: r.Int(6), lapsed: r.Int(7)}
		l.left = l.points - r.Int(8)
		l.spent = r.Int(8) - l.undone - l.lapsed
		fn(&l)
		return nil
	}, `customer_id, consultant_id, effective_on, active_from_on, expires_on, points, undone, lapsed, taken`, `(
		SELECT e.customer_id, e.consultant_id, e.effective_on, e.active_from_on, e.expires_on, e.points,
			ifnull(sum(a.points) FILTER (WHERE x.kind IN ('reverse_earn', 'transfer')), 0) AS undone,
			ifnull(sum(a.points) FILTER (WHERE x.kind = 'expire' OR x.kind = 'reverse_redeem' AND (SELECT y.kind FROM point_entries y WHERE y.id = x.reverses_id) = 'expire'), 0) AS lapsed,
			ifnull(sum(a.points), 0) AS taken
		FROM point_entries e LEFT JOIN point_allocations a ON a.lot_id = e.id AND a.allocated_on <= ?2 LEFT JOIN point_entries x ON x.id = a.entry_id
		WHERE e.active_from_on IS NOT NULL AND e.effective_on <= ?2 GROUP BY e.id LIMIT -1)`, asOf.String())
}

// monthOf is the first day of a day's month; 0 of none.
func monthOf(d dates.Date) dates.Date {
	if d == 0 {
		return 0
	}
	return Month.Of(d).From
}
