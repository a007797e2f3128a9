package loyalty

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Shelf is what can be taken for points on a day: rewards, the cheapest first, and the tiers they are for.
type Shelf struct {
	rewards    []Reward
	thresholds map[string]int64 // by the code of a tier
}

// ReadShelf reads the rewards of a programme that can be taken on a day.
func ReadShelf(v *book.View, programme string, day dates.Date) (Shelf, error) {
	s := Shelf{thresholds: map[string]int64{}}
	tiers, err := Tiers(v, programme, day)
	if err != nil {
		return s, err
	}
	for _, t := range tiers {
		s.thresholds[t.Code] = t.Threshold
	}
	all, err := Rewards(v, programme, day)
	for _, r := range all {
		if r.State(day) == RewardOpen {
			s.rewards = append(s.rewards, r)
		}
	}
	return s, err
}

// For is what somebody can take, or in time could: the rewards for everybody and those within her tier, the cheapest first.
func (s *Shelf) For(rung *Rung) []Reward {
	var hers []Reward
	for _, r := range s.rewards {
		wants, there := s.thresholds[r.Tier]
		if r.Tier == "" || there && rung.Tier.Code != "" && rung.Tier.Threshold >= wants {
			hers = append(hers, r)
		}
	}
	return hers
}

// Next is the cheapest reward that somebody has not the points for yet, and the dearest she has, both within her tier; the
// zero Reward for none.
func (s *Shelf) Next(usable int64, rung *Rung) (next, has Reward) {
	for _, r := range s.For(rung) {
		if r.Points <= usable && r.Points > has.Points {
			has = r
		}
		if r.Points > usable && (next.Code == "" || r.Points < next.Points) {
			next = r
		}
	}
	return next, has
}
