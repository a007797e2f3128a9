package network

import (
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Standing is where a consultant stands in a period.
type Standing struct {
	Own   money.Amount // her sales
	Group money.Amount // hers and those of all below her
	Level int          // place in the levels of the period; -1 below the lowest
	// What is missing to the next level: 0 of each where nothing is, or where there is no next.
	MissingOwn, MissingGroup money.Amount
	MissingCourse            bool // she has not been at the training that the next level asks for
}

// Reached is the place of the highest level whose thresholds are both met and whose course was attended; -1 for none.
func Reached(levels []Level, own, group money.Amount, been func(course int64) bool) int {
	for i := len(levels) - 1; i >= 0; i-- {
		l := &levels[i]
		if own >= l.OwnSales && group >= l.GroupSales && (l.Course == 0 || been(l.Course)) {
			return i
		}
	}
	return -1
}

// Held is the level somebody has who reached some in periods that follow each other, the one asked about the last, by the
// rule that says how levels are lost. Reaching a level always counts at once.
func (d Downgrade) Held(reached []int) int {
	level := -1
	for i, r := range reached {
		back := len(reached) - 1 - i
		switch {
		case d.OneLevel:
			r -= back
		case d.Keep > 0 && int64(back) > d.Keep, d.Keep == 0 && back > 0:
			continue
		}
		level = max(level, r)
	}
	return level
}

// stretch is a period as levels are worked out from it: the tree at its end, the sales of each place in it.
type stretch struct {
	tree *Tree
	end  dates.Date
	own  []money.Amount
}

// standings works out where everybody stands in the last of some periods that follow each other. All are measured by the
// levels of the last. attended is the day on which somebody was first at a course; 0 for never. It costs a pass over the
// tree for each period, however deep it is.
func standings(terms *Terms, periods []stretch, attended func(place int32, course int64) dates.Date) []Standing {
	n := periods[0].tree.Len()
	reached := make([]int, n*len(periods)) // by place, then period
	var group []money.Amount
	been := func(place int, course int64, by dates.Date) bool {
		on := attended(int32(place), course)
		return on != 0 && on <= by
	}
	for i, p := range periods {
		group = p.tree.Group(p.own)
		for place := range n {
			reached[place*len(periods)+i] = Reached(terms.Levels, p.own[place], group[place], func(course int64) bool { return been(place, course, p.end) })
		}
	}
	last := periods[len(periods)-1]
	list := make([]Standing, n)
	for place := range list {
		s := &list[place]
		s.Own, s.Group = last.own[place], group[place]
		s.Level = terms.Downgrade.Held(reached[place*len(periods) : (place+1)*len(periods)])
		if next := s.Level + 1; next < len(terms.Levels) {
			l := &terms.Levels[next]
			s.MissingOwn, s.MissingGroup = max(0, l.OwnSales-s.Own), max(0, l.GroupSales-s.Group)
			s.MissingCourse = l.Course != 0 && !been(place, l.Course, last.end)
		}
	}
	return list
}

// DefaultLevels are the steps that most houses begin with, in the major unit of a currency: rows to be edited.
func DefaultLevels(unit money.Amount) []Level {
	levels := []Level{
		{Code: "bronze", Name: "Bronze", Margin: 2000, CommissionRate: 300, PaymentDays: 0},
		{Code: "silver", Name: "Silver", OwnSales: 500, GroupSales: 500, Margin: 2500, CommissionRate: 500, PaymentDays: 15},
		{Code: "gold", Name: "Gold", OwnSales: 1000, GroupSales: 3000, Margin: 3000, CommissionRate: 700, PaymentDays: 30},
		{Code: "platinum", Name: "Platinum", OwnSales: 1500, GroupSales: 8000, Margin: 3500, CommissionRate: 900, PaymentDays: 30},
		{Code: "sapphire", Name: "Sapphire", OwnSales: 2000, GroupSales: 20000, Margin: 4000, CommissionRate: 1100, PaymentDays: 45},
		{Code: "diamond", Name: "Diamond", OwnSales: 2500, GroupSales: 50000, Margin: 4500, CommissionRate: 1300, PaymentDays: 60},
	}
	for i := range levels {
		l := &levels[i]
		l.Rank, l.OwnSales, l.GroupSales = int64(i+1), l.OwnSales*unit, l.GroupSales*unit
	}
	return slices.Clip(levels)
}
