package insight

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sales"
)

// Trend is how a consultant's own sales of a period compare with those of the one before.
type Trend string

// The trends. Each consultant has exactly one.
const (
	NoSale    Trend = "no_sale"    // nothing sold in the period
	FirstSale Trend = "first_sale" // something, for the first time ever
	Declining Trend = "declining"  // less than before
	Emerging  Trend = "emerging"   // more than before
	Steady    Trend = "steady"     // as much as before
)

// NetworkMember is a consultant as the reports on the network see her.
type NetworkMember struct {
	network.Consultant                // with the sponsor and the status of the day
	Level              *network.Level // nil below the lowest
	Own, Group         money.Amount   // sales of the period
	Before             money.Amount   // her own of the period before
	Trend              Trend
	Clients            network.Clients
	Depth              int64 // sponsors above her
	Span               int64 // consultants right under her
	Team               int64 // all under her, however deep
	Below              int64 // how many steps down the deepest of them stands
}

// Sells says whether she is active: neither paused nor gone.
func (m *NetworkMember) Sells() bool { return m.Status == network.Statuses[0] }

// Network is everybody in a period, as known on a day.
type Network struct {
	Month   *network.Month
	Earlier network.Period // what sales are compared with
	Members []NetworkMember
	day     dates.Date
	selling *network.Selling
	places  []int32 // by member, in the team
}

// ReadNetwork reads everybody who had joined by a day, by ref, in a period as known on that day. Sales of a period that
// goes on are compared with those of as many days of the one before, as they were known then; those of one that is over
// with all of it.
func ReadNetwork(v *book.View, calendar network.Calendar, p network.Period, day dates.Date) (*Network, error) {
	n, err := readMembers(v, calendar, p, day)
	if err != nil {
		return nil, err
	}
	clients, err := network.ReadClients(v, n.Month.Team, 0, day)
	if err != nil {
		return nil, err
	}
	for i := range n.Members {
		n.Members[i].Clients = clients[n.places[i]]
	}
	return n, nil
}

// readMembers is ReadNetwork without the clients.
func readMembers(v *book.View, calendar network.Calendar, p network.Period, day dates.Date) (*Network, error) {
	month, err := network.ReadMonth(v, calendar, p, day, sales.PaidBy)
	if err != nil {
		return nil, err
	}
	n := &Network{Month: month, Earlier: calendar.Before(p), day: day}
	known := day
	if day < p.To {
		known = min(n.Earlier.To, n.Earlier.From+(day-p.From))
	}
	earlier, err := network.ReadMonth(v, calendar, n.Earlier, known, sales.PaidBy)
	if err != nil {
		return nil, err
	}
	if n.selling, err = network.ReadSelling(v, month.Team, day); err != nil {
		return nil, err
	}
	end := min(p.To, day)
	for k, err := range network.List(v, network.ListOptions{AsOf: end, All: true}) {
		if err != nil {
			return nil, err
		}
		place, ok := month.Team.Place(k.ID)
		if !ok || k.JoinedOn > end {
			continue
		}
		s := month.Standings[place]
		m := NetworkMember{Consultant: k, Level: month.Level(place), Own: s.Own, Group: s.Group, Depth: int64(month.Team.Depth(place))}
		if at, ok := earlier.Team.Place(k.ID); ok {
			m.Before = earlier.Standings[at].Own
		}
		m.Trend = trendOf(m.Own, m.Before, n.selling.First[place] >= p.From)
		n.Members, n.places = append(n.Members, m), append(n.places, place)
	}
	n.measure()
	return n, nil
}

// trendOf compares sales with those before; first says that nothing was sold before the period.
func trendOf(own, before money.Amount, first bool) Trend {
	switch {
	case own <= 0:
		return NoSale
	case first:
		return FirstSale
	case own < before:
		return Declining
	case own > before:
		return Emerging
	}
	return Steady
}

// measure counts who is under whom, of those who had joined, in one pass from the leaves.
func (n *Network) measure() {
	tree := n.Month.Team.Tree
	member := make([]*NetworkMember, tree.Len())
	for i := range n.Members {
		member[n.places[i]] = &n.Members[i]
	}
	team, below := make([]int64, tree.Len()), make([]int64, tree.Len())
	order := tree.Order()
	for i := len(order) - 1; i >= 0; i-- {
		place := order[i]
		here := int64(0)
		if m := member[place]; m != nil {
			m.Team, m.Below, here = team[place], below[place], 1
		}
		sponsor := tree.Parent(place)
		if sponsor < 0 {
			continue
		}
		team[sponsor] += team[place] + here
		if team[place]+here > 0 {
			below[sponsor] = max(below[sponsor], below[place]+1)
		}
		if above := member[sponsor]; above != nil {
			above.Span += here
		}
	}
}

// Dashboard is what a consultant wants to know of herself and her team.
type Dashboard struct {
	NetworkMember
	Period, Earlier network.Period
	Standing        network.Standing
	Next            *network.Level // nil at the highest
	Margin          money.Amount   // what she keeps of her sales, by the margin of her level
	Commission      money.Amount   // of the period so far
	Achieved        network.Achieved
	Goals           []GoalProgress
	Declining       int64 // of those under her who are active, however deep
	Emerging        int64
	FirstSale       int64
	NoSale          int64
	Under           []NetworkMember  // those right under her, by ref
	Points          loyalty.Standing // hers, of the consultants' programme
}

// GoalProgress is a goal and how far she is, in the unit of its target.
type GoalProgress struct {
	network.Goal
	Done int64
}

// Percent is how much of the target is reached, rounded down: 100 is all of it, and never said before it is.
func (g *GoalProgress) Percent() int64 { return max(0, g.Done) * 100 / g.Target }

// ReadDashboard reads the dashboard of a consultant for a period, as known on a day.
func ReadDashboard(v *book.View, calendar network.Calendar, p network.Period, day dates.Date, consultant int64) (*Dashboard, error) {
	n, err := readMembers(v, calendar, p, day)
	if err != nil {
		return nil, err
	}
	m := n.Month
	place, _ := m.Team.Place(consultant)
	d := &Dashboard{Period: p, Earlier: n.Earlier, Standing: m.Standings[place], Next: m.Next(place)}
	if d.Consultant, err = network.Get(v, consultant, day); err != nil {
		return nil, err
	}
	d.count(n, place)
	clients, err := network.ReadClients(v, m.Team, consultant, day)
	if err != nil {
		return nil, err
	}
	d.Clients = clients[place]
	statement, err := network.ReadStatement(v, m, consultant)
	if err != nil {
		return nil, err
	}
	d.Margin, d.Commission = statement.Margin(), statement.Commission
	if d.Achieved, err = network.ReadAchieved(v, m, consultant); err != nil {
		return nil, err
	}
	if d.Points, err = loyalty.Balance(v, loyalty.Account{Consultant: consultant}, day); err != nil {
		return nil, err
	}
	goals, err := network.Goals(v, consultant, p.From)
	if err != nil {
		return nil, err
	}
	for _, g := range goals {
		done := d.Achieved.Of(g.Kind)
		switch g.Kind {
		case "sales":
			done = int64(d.Own)
		case "group_sales":
			done = int64(d.Group)
		}
		d.Goals = append(d.Goals, GoalProgress{g, done})
	}
	return d, nil
}

// count finds her among the members, and counts those under her by their trend.
func (d *Dashboard) count(n *Network, root int32) {
	under := make([]bool, n.Month.Team.Len())
	n.Month.Team.Walk(root, -1, func(place int32, depth int) bool {
		under[place] = depth > 0
		return true
	})
	for i, m := range n.Members {
		place := n.places[i]
		if place == root {
			about := d.Consultant
			d.NetworkMember = m
			d.Consultant = about
		}
		if !under[place] {
			continue
		}
		if n.Month.Team.Parent(place) == root {
			d.Under = append(d.Under, m)
		}
		if !m.Sells() {
			continue
		}
		switch m.Trend {
		case Declining:
			d.Declining++
		case Emerging:
			d.Emerging++
		case FirstSale:
			d.FirstSale++
		case NoSale:
			d.NoSale++
		}
	}
}
