package agenda

import (
	"cmp"
	"maps"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
)

// Lapse is points that are about to lapse.
type Lapse struct {
	*Person
	LastDay dates.Date // on which they can be spent
	Points  int64      // that lapse after it
	Usable  int64      // all she can spend
}

// spendable is what everybody can spend on the day.
func (a *Agenda) spendable() (map[int64]loyalty.Spendable, error) {
	if a.purses == nil {
		purses, err := loyalty.Spendables(a.view, loyalty.Clients, a.query.AsOf)
		if err != nil {
			return nil, err
		}
		a.purses = purses
	}
	return a.purses, nil
}

// Lapses are the points about to lapse within the notice of it, the first to do so first.
func (a *Agenda) Lapses() ([]Lapse, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	purses, err := a.spendable()
	if err != nil {
		return nil, err
	}
	last := a.horizon(a.rules.PointsNotice)
	var list []Lapse
	for id, s := range purses {
		if p := people.of(id); p != nil && s.Lapses > 0 && s.LapsesOn <= last {
			list = append(list, Lapse{Person: p, LastDay: s.LapsesOn, Points: s.Lapses, Usable: s.Usable})
		}
	}
	slices.SortFunc(list, func(x, y Lapse) int {
		return cmp.Or(cmp.Compare(x.LastDay, y.LastDay), cmp.Compare(y.Points, x.Points), cmp.Compare(x.ID, y.ID))
	})
	return list, nil
}

// Goal is a reward or a tier that a customer has nearly reached.
type Goal struct {
	*Person
	Code, Name string
	Has        int64 // points or, with Spent, minor units
	Needs      int64
	Spent      bool // it is reached by money spent
}

// Missing is what she lacks.
func (g *Goal) Missing() int64 { return g.Needs - g.Has }

// near says whether somebody who has something is near a goal: past the part of it that the rules say, and not there.
func (r *Rules) near(has, needs int64) bool {
	return has < needs && has > 0 && float64(has)*100 >= float64(needs)*float64(r.NearPercent)
}

// byMissing orders goals: by the part that is missing, the least first.
func byMissing(x, y Goal) int {
	return cmp.Or(cmp.Compare(float64(x.Missing())/float64(x.Needs), float64(y.Missing())/float64(y.Needs)), cmp.Compare(x.ID, y.ID))
}

// Rewards are the customers who have nearly the points for the next reward open to their tier.
func (a *Agenda) Rewards() ([]Goal, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	all, err := loyalty.Rewards(a.view, loyalty.Clients, a.query.AsOf)
	if err != nil {
		return nil, err
	}
	open := slices.DeleteFunc(all, func(r loyalty.Reward) bool { return r.State(a.query.AsOf) != loyalty.RewardOpen })
	if len(open) == 0 {
		return nil, nil
	}
	purses, err := a.spendable()
	if err != nil {
		return nil, err
	}
	tiered := slices.ContainsFunc(open, func(r loyalty.Reward) bool { return r.Tier != "" })
	var near []int64
	for id, s := range purses {
		if people.of(id) != nil && slices.ContainsFunc(open, func(r loyalty.Reward) bool { return a.rules.near(s.Usable, r.Points) }) {
			near = append(near, id)
		}
	}
	rungs := map[int64]loyalty.Rung{}
	if tiered && len(near) > 0 {
		if rungs, err = loyalty.Rungs(a.view, loyalty.Clients, a.query.AsOf, near...); err != nil {
			return nil, err
		}
	}
	shelf, err := loyalty.ReadShelf(a.view, loyalty.Clients, a.query.AsOf)
	var list []Goal
	for _, id := range near {
		rung := rungs[id]
		if next, _ := shelf.Next(purses[id].Usable, &rung); a.rules.near(purses[id].Usable, next.Points) {
			list = append(list, Goal{Person: people.of(id), Code: next.Code, Name: next.Name, Has: purses[id].Usable, Needs: next.Points})
		}
	}
	slices.SortFunc(list, byMissing)
	return list, err
}

// Tiers are the customers who have nearly reached the next tier.
func (a *Agenda) Tiers() ([]Goal, error) {
	people, err := a.everybody()
	if err != nil {
		return nil, err
	}
	tiers, err := loyalty.Tiers(a.view, loyalty.Clients, a.query.AsOf)
	if err != nil || len(tiers) == 0 {
		return nil, err
	}
	settings, err := loyalty.SettingsAt(a.view, loyalty.Clients, a.query.AsOf)
	if err != nil {
		return nil, err
	}
	values, err := a.tierValues(&settings)
	if err != nil {
		return nil, err
	}
	maps.DeleteFunc(values, func(id, value int64) bool {
		return people.of(id) == nil || !slices.ContainsFunc(tiers, func(t loyalty.Tier) bool { return a.rules.near(value, t.Threshold) })
	})
	rungs, err := loyalty.RungsOf(a.view, loyalty.Clients, a.query.AsOf, values)
	var list []Goal
	for id, r := range rungs {
		if r.Next.Code != "" && a.rules.near(r.Value, r.Next.Threshold) {
			list = append(list, Goal{Person: people.of(id), Code: r.Next.Code, Name: r.Next.Name, Has: r.Value, Needs: r.Next.Threshold,
				Spent: settings.TierBasis == loyalty.TierBySpent})
		}
	}
	slices.SortFunc(list, byMissing)
	return list, err
}

// tierValues is what counts for the tiers of everybody: it chooses whose rung is worked out.
func (a *Agenda) tierValues(s *loyalty.Settings) (map[int64]int64, error) {
	values := map[int64]int64{}
	if s.TierBasis == loyalty.TierBySpent {
		t, err := a.sold()
		if err != nil {
			return nil, err
		}
		for at, sum := range t.since(a.query.AsOf, s.TierMonths) {
			values[t.buyers.list[at].CustomerID] = int64(sum)
		}
		return values, nil
	}
	purses, err := a.spendable()
	for id, p := range purses {
		values[id] = p.Earned
	}
	return values, err
}
