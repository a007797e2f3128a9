package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// course is what the tiers and caps of accounts follow from: read once for each of them, and kept up with what is posted.
// Nothing else may move points meanwhile.
type course struct {
	plan    *Plan
	tiers   []Tier
	bases   map[TierBasis]bool // those that tiers are ever reached by
	capped  map[int64]string   // the codes of rules, by id, where any has a cap
	known   map[int64]bool
	spent   map[int64][]climb          // of money, by account and day, as those of points
	earned  map[int64][]climb          // of points
	granted map[int64]map[string][]got // by account and the code of a rule that may have a cap
	counted map[string]int64           // what used gave last
}

// got is points that a rule gave for a day.
type got struct {
	day    dates.Date
	points int64
}

func newCourse(v *book.View, plan *Plan) (*course, error) {
	c := &course{plan: plan, bases: map[TierBasis]bool{}, known: map[int64]bool{}, spent: map[int64][]climb{}, earned: map[int64][]climb{}, granted: map[int64]map[string][]got{}}
	if slices.ContainsFunc(plan.rules, func(r Rule) bool { return r.Cap > 0 }) {
		c.capped = map[int64]string{}
		for i := range plan.rules {
			c.capped[plan.rules[i].ID] = plan.rules[i].Code
		}
	}
	var err error
	if c.tiers, err = Tiers(v, plan.Programme, 0); err != nil || len(c.tiers) == 0 {
		return c, err
	}
	c.bases[settingsOf(plan.settings, 1, plan.words.Decimals).TierBasis] = true
	for _, s := range plan.settings {
		c.bases[settingsOf(plan.settings, s.since, plan.words.Decimals).TierBasis] = true
	}
	return c, nil
}

// lastDay is the last that the calendar has.
var lastDay, _ = dates.New(9999, 12, 31)

// everything is a ladder that looks back to the first day of the calendar.
var everything = ladder{months: 120_000}

// missing are those of some accounts that are not known as they are.
func (c *course) missing(accounts []int64) []int64 {
	if len(c.tiers) == 0 && c.capped == nil {
		return nil
	}
	var ids []int64
	for _, id := range accounts {
		if known, there := c.known[id]; !known {
			if c.known[id] = true; there {
				delete(c.granted, id)
			}
			ids = append(ids, id)
		}
	}
	return ids
}

// learn reads accounts that were missing.
func (c *course) learn(v *book.View, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	for basis, of := range map[TierBasis]map[int64][]climb{TierBySpent: c.spent, TierByEarned: c.earned} {
		if !c.bases[basis] {
			continue
		}
		climbs, err := everything.read(v, c.plan.Programme, basis, lastDay, ids)
		if err != nil {
			return err
		}
		for id, list := range climbs {
			sortClimbs(list)
			of[id] = list
		}
	}
	if c.capped == nil {
		return nil
	}
	return v.Each(func(r book.Row) error {
		if code := c.capped[r.Int(1)]; code != "" {
			c.grant(r.Int(0), code, got{dayOf(r.Text(2)), r.Int(3)})
		}
		return nil
	}, `f.value, e.rule_id, ifnull(o.ordered_on, e.effective_on), e.points`, `json_each(?) f CROSS JOIN point_entries e ON e.`+holder(c.plan.Programme)+` = f.value
		LEFT JOIN orders o ON o.id = e.order_id WHERE e.rule_id IS NOT NULL AND e.kind IN ('earn', 'bonus', 'reverse_earn')`, listOf(ids))
}

// sortClimbs orders what counts for tiers by its day.
func sortClimbs(list []climb) {
	slices.SortStableFunc(list, func(a, b climb) int { return cmp.Compare(a.day, b.day) })
}

// climbInto notes what counts for tiers, in its place.
func climbInto(of map[int64][]climb, account int64, x climb) {
	list := of[account]
	at := len(list)
	for at > 0 && list[at-1].day > x.day {
		at--
	}
	of[account] = slices.Insert(list, at, x)
}

// grant notes what a rule gave.
func (c *course) grant(account int64, code string, g got) {
	of := c.granted[account]
	if of == nil {
		of = map[string][]got{}
		c.granted[account] = of
	}
	of[code] = append(of[code], g)
}

// note takes entries that are posted for orders of a day, or for none.
func (c *course) note(day dates.Date, postings []Posting) {
	for i := range postings {
		p := &postings[i]
		if p.Order == 0 {
			day = p.On
		}
		id := p.Account.id()
		if p.Account.Programme() != c.plan.Programme || !c.known[id] {
			continue
		}
		switch {
		case !c.bases[TierByEarned]:
		case p.Kind == EntryReverseEarn: // it counts against the day of what it takes back, which is to be read
			c.known[id] = false
		default:
			climbInto(c.earned, id, climb{day: p.On, from: p.On, value: p.Points})
		}
		if code := c.capped[p.Rule]; code != "" {
			c.grant(id, code, got{day, p.Points})
		}
	}
}

// tier is the tier an account was in on a day.
func (c *course) tier(account int64, day dates.Date) Tier {
	if len(c.tiers) == 0 {
		return Tier{}
	}
	s := &c.plan.on(day).settings
	climbs := c.earned[account]
	if s.TierBasis == TierBySpent {
		climbs = c.spent[account]
	}
	l := ladder{tiers: c.tiers, months: s.TierMonths, keep: s.TierKeepMonths}
	byDay := func(x climb, day dates.Date) int { return cmp.Compare(x.day, day) }
	from, _ := slices.BinarySearchFunc(climbs, l.since(day), byDay)
	to, _ := slices.BinarySearchFunc(climbs, day+1, byDay)
	return l.at(climbs[from:max(from, to)], day).Tier
}

// used is what counts towards the caps of the rules of a phase, in the time of each that holds a day; until it is asked
// again.
func (c *course) used(f *phase, account int64, day dates.Date) map[string]int64 {
	if !f.capped || len(c.granted[account]) == 0 {
		return nil
	}
	if c.counted == nil {
		c.counted = map[string]int64{}
	}
	used := c.counted
	clear(used)
	for _, rules := range [][]*compiled{f.rates, f.multipliers, f.bonuses} {
		for _, r := range rules {
			if r.Cap > 0 {
				used[r.Code] = c.gave(r.Rule, account, day)
			}
		}
	}
	return used
}

// gave is what a rule gave an account in the time of its cap that holds a day.
func (c *course) gave(rule *Rule, account int64, day dates.Date) (points int64) {
	holds := rule.CapPer.Of(day)
	for _, g := range c.granted[account][rule.Code] {
		if holds.From <= g.day && g.day <= lapse(holds.To) {
			points += g.points
		}
	}
	return points
}
