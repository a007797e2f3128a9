package agenda

import (
	"cmp"
	"iter"
	"slices"

	"github.com/perla-crm/perla/internal/money"
)

// Lines are the lines of an agenda: kind by kind, in each what wants to be seen to first. A line is put into words when it
// is asked for: of thousands a screen shows twenty.
type Lines struct {
	groups []group
	now    int
	risk   money.Amount
}

// group is the lines of one kind.
type group struct {
	kind  Kind
	order []int32 // of the items, by priority
	line  func(item int32) Line
}

// Lines reads the lines of some kinds, without one of all.
func (a *Agenda) Lines(kinds ...Kind) (*Lines, error) {
	if _, err := a.everybody(); err != nil {
		return nil, err
	}
	all, chosen := &Lines{}, wants(kinds)
	if slices.Contains(chosen, KindContact) { // it is told in its turn, but read last: by then the fit is done
		if err := a.foresee(); err != nil {
			return nil, err
		}
		chosen = append(slices.DeleteFunc(slices.Clone(chosen), func(k Kind) bool { return k == KindContact }), KindContact)
	}
	for _, kind := range chosen {
		if err := a.add(all, kind); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all.groups, func(x, y group) int { return cmp.Compare(slices.Index(Kinds, x.kind), slices.Index(Kinds, y.kind)) })
	return all, nil
}

// add adds the lines of a kind.
func (a *Agenda) add(to *Lines, kind Kind) error {
	switch kind {
	case KindCase:
		return gather(to, kind, a.Cases, a.casePriority, a.caseLine)
	case KindTask:
		return gather(to, kind, a.Tasks, a.taskPriority, a.taskLine)
	case KindBirthday:
		return gather(to, kind, a.Birthdays, a.birthdayPriority, a.birthdayLine)
	case KindDebt:
		return gather(to, kind, a.Debts, a.debtPriority, a.debtLine)
	case KindQuote:
		return gather(to, kind, a.Quotes, a.quotePriority, a.quoteLine)
	case KindCare:
		return gather(to, kind, a.Cares, a.carePriority, a.careLine)
	case KindContact:
		return gather(to, kind, a.Contacts, func(c *Contact) Priority {
			to.risk += c.MoneyAtRisk
			return a.contactPriority(c)
		}, a.contactLine)
	case KindReplenish:
		return gather(to, kind, a.nearDues, a.replenishPriority, a.replenishLine)
	case KindInterest:
		return gather(to, kind, a.Interests, a.interestPriority, a.interestLine)
	case KindPoints:
		return gather(to, kind, a.Lapses, a.lapsePriority, a.lapseLine)
	case KindReward:
		return gather(to, kind, a.Rewards, a.goalPriority, a.rewardLine)
	case KindTier:
		return gather(to, kind, a.Tiers, a.goalPriority, a.tierLine)
	}
	return gather(to, kind, a.Shortages, a.shortagePriority, a.shortageLine)
}

// gather adds the items of a kind by priority, and as they come in each.
func gather[T any](to *Lines, kind Kind, read func() ([]T, error), priority func(*T) Priority, line func(*T) Line) error {
	items, err := read()
	if err != nil || len(items) == 0 {
		return err
	}
	ranks := make([]Priority, len(items))
	var starts [Wait + 2]int
	for i := range items {
		ranks[i] = priority(&items[i])
		starts[ranks[i]+1]++
	}
	to.now += starts[Now+1]
	for p := range Wait + 1 {
		starts[p+1] += starts[p]
	}
	order := make([]int32, len(items))
	for i, rank := range ranks {
		order[starts[rank]] = int32(i)
		starts[rank]++
	}
	to.groups = append(to.groups, group{kind, order, func(item int32) Line {
		l := line(&items[item])
		l.Kind, l.Priority = kind, ranks[item]
		return l
	}})
	return nil
}

// Len is how many lines there are.
func (l *Lines) Len() (n int) {
	for _, g := range l.groups {
		n += len(g.order)
	}
	return n
}

// Pressing is how many of them have the priority Now.
func (l *Lines) Pressing() int { return l.now }

// AtRisk is the money at risk with those to be spoken to.
func (l *Lines) AtRisk() money.Amount { return l.risk }

// Count is how many lines of a kind there are.
func (l *Lines) Count(kind Kind) int {
	for _, g := range l.groups {
		if g.kind == kind {
			return len(g.order)
		}
	}
	return 0
}

// All are all lines.
func (l *Lines) All() iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		for _, g := range l.groups {
			for _, item := range g.order {
				if !yield(g.line(item), nil) {
					return
				}
			}
		}
	}
}

// Some are at most so many lines: one of each kind in turn, so that no kind hides another, each from its first on.
func (l *Lines) Some(most int) []Line {
	most = min(most, l.Len())
	take := make([]int, len(l.groups))
	for left := most; left > 0; {
		for i, g := range l.groups {
			if left > 0 && take[i] < len(g.order) {
				take[i]++
				left--
			}
		}
	}
	some := make([]Line, 0, most)
	for i, g := range l.groups {
		for _, item := range g.order[:take[i]] {
			some = append(some, g.line(item))
		}
	}
	return some
}
