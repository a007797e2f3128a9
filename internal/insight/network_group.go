package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// NetworkWays are what the consultants of a report can be grouped by.
var NetworkWays = []string{"level", "depth", "cohort"}

// CohortMonths are the months after that of joining for which retention is told.
var CohortMonths = [...]int32{1, 2, 3, 6, 12}

// NetworkGroup is consultants who have a level, a depth or the month in which they joined in common.
type NetworkGroup struct {
	Key         string // name of the level, the depth, YYYY-MM; "" below the lowest level, or where the day is not known
	Consultants int64
	Active      int64 // neither paused nor gone
	Selling     int64 // who sold something in the period
	Own         money.Amount
	All         money.Amount // what everybody sold, for the share
	Span        int64        // consultants right under them, together
	Team        int64        // consultants under them, however deep, together
	Clients     network.Clients
	Retained    [len(CohortMonths)]Retention

	place int64 // among the groups
}

// Retention is how many of a cohort sold something in a month.
type Retention struct {
	Sold  int64
	Known bool // the month is over on the day asked about
}

// Part is a share of a whole in hundredths of a percent, rounded half to even; ok is false where there is no whole.
func Part(part, whole int64) (hundredths int64, ok bool) {
	if whole <= 0 {
		return 0, false
	}
	return money.MulQuo(part, 100_00, whole), true
}

// By groups everybody by one of NetworkWays, the lowest level, the top of the tree, or the oldest cohort first.
func (n *Network) By(way string) []NetworkGroup {
	groups := map[int64]*NetworkGroup{}
	all := money.Amount(0)
	for i := range n.Members {
		m := &n.Members[i]
		key, place := n.group(m, i, way)
		g := groups[place]
		if g == nil {
			g = &NetworkGroup{Key: key, place: place}
			groups[place] = g
		}
		all += m.Own
		g.add(m)
		if way == "cohort" && m.JoinedOn != 0 {
			n.retain(g, m, n.places[i])
		}
	}
	list := make([]NetworkGroup, 0, len(groups))
	for _, g := range groups {
		g.All = all
		list = append(list, *g)
	}
	slices.SortFunc(list, func(a, b NetworkGroup) int { return cmp.Compare(a.place, b.place) })
	return list
}

// group is which group a member belongs to, and its place among the groups.
func (n *Network) group(m *NetworkMember, i int, way string) (key string, place int64) {
	switch {
	case way == "level" && m.Level != nil:
		return m.Level.Name, int64(n.Month.Standings[n.places[i]].Level)
	case way == "depth":
		return fmt.Sprint(m.Depth), m.Depth
	case way == "cohort" && m.JoinedOn != 0:
		return m.JoinedOn.String()[:7], int64(network.MonthNumber(m.JoinedOn))
	}
	return "", -1
}

func (g *NetworkGroup) add(m *NetworkMember) {
	g.Consultants++
	if m.Sells() {
		g.Active++
	}
	if m.Own > 0 {
		g.Selling++
	}
	g.Own += m.Own
	g.Span += m.Span
	g.Team += m.Team
	g.Clients.All += m.Clients.All
	g.Clients.Active += m.Clients.Active
	g.Clients.AtRisk += m.Clients.AtRisk
}

// retain counts in which of the CohortMonths a member sold something.
func (n *Network) retain(g *NetworkGroup, m *NetworkMember, place int32) {
	joined, over := network.MonthNumber(m.JoinedOn), network.MonthNumber(n.day+1)
	for i, after := range CohortMonths {
		r := &g.Retained[i]
		if r.Known = joined+after < over; r.Known && n.selling.In(place, joined+after) {
			r.Sold++
		}
	}
}
