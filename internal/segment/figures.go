package segment

import (
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/loyalty"
)

// figures are what SQL cannot work out, each read once for a filter and only where it is asked for.
type figures struct {
	rfm    map[int64]*insight.RFM
	points map[int64]int64
	tiers  map[int64]loyalty.Tier
	levels map[int64]string
}

// worked is a condition over figures that were worked out before: those pass for whom holds says so. everybody says what
// holds of those who have no figure.
func worked[T any](figures map[int64]T, everybody bool, holds func(T) bool) *leaf {
	ids := []int64{}
	for id, figure := range figures {
		if holds(figure) != everybody {
			ids = append(ids, id)
		}
	}
	l := &leaf{opposed: everybody, expr: sql(`c.id IN (SELECT value FROM json_each(?))`, listOf(ids))}
	return l
}

// rfmOn is everybody's RFM on the day.
func (c *compiler) rfmOn() (map[int64]*insight.RFM, error) {
	if c.known.rfm != nil {
		return c.known.rfm, nil
	}
	r, err := insight.ReportRFM(c.view, insight.RFMOptions{AsOf: c.day})
	if err != nil {
		return nil, err
	}
	c.known.rfm = make(map[int64]*insight.RFM, len(r.Rows))
	for i := range r.Rows {
		c.known.rfm[r.Rows[i].CustomerID] = &r.Rows[i]
	}
	return c.known.rfm, nil
}

// rfmSegments are the names of the segments of the default map, which leaves no others.
func rfmSegments() []string {
	return slices.DeleteFunc(insight.DefaultRFMSegments().Names(), func(n string) bool { return n == insight.SegmentOthers })
}

// rfmField tests her segment or scores in the default report of the day. Without a purchase there are no scores, and an
// archived customer without one has no segment.
func (c *compiler) rfmField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	score := map[string]func(*insight.RFM) int{"rfm.r": func(r *insight.RFM) int { return r.R }, "rfm.f": func(r *insight.RFM) int { return r.F },
		"rfm.m": func(r *insight.RFM) int { return r.M }, "rfm.score": func(r *insight.RFM) int { return r.Score }}[f.Name]
	var holds func(*insight.RFM) bool
	is, missing := f.Test.empty()
	switch {
	case is && score == nil:
		holds = func(*insight.RFM) bool { return true }
	case is:
		holds = func(r *insight.RFM) bool { return r.Scored() }
	case score == nil:
		names, err := c.oneOf(f.Name, f.Test, rfmSegments())
		if err != nil {
			return nil, err
		}
		holds = func(r *insight.RFM) bool {
			for _, n := range names {
				if r.Segment == n {
					return true
				}
			}
			return false
		}
	default:
		s, err := c.numbers(f.Name, f.Test, c.number)
		if err != nil {
			return nil, err
		}
		holds = func(r *insight.RFM) bool { return r.Scored() && s.hold(int64(score(r))) }
	}
	rows, err := c.rfmOn()
	if err != nil {
		return nil, err
	}
	l := worked(rows, false, holds)
	l.opposed = f.Test.opposed() || is && missing
	l.shows.of = func(id int64) string {
		r := rows[id]
		switch {
		case r == nil || score != nil && !r.Scored():
			return ""
		case score != nil:
			return strconv.Itoa(score(r))
		}
		return r.Segment
	}
	return l, nil
}

// pointsField tests the points she can spend on the day; who never had any has 0.
func (c *compiler) pointsField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	if is, _ := f.Test.empty(); is {
		return nil, c.wrong(f.Test.Pos, f.Name, numberTests+"; it is 0, never empty")
	}
	s, err := c.numbers(f.Name, f.Test, c.number)
	if err != nil {
		return nil, err
	}
	if c.known.points == nil {
		c.known.points = map[int64]int64{}
		for b, err := range loyalty.Balances(c.view, loyalty.Clients, c.day) {
			if err != nil {
				return nil, err
			}
			c.known.points[b.Account.Customer] = b.Usable
		}
	}
	points := c.known.points
	l := worked(points, s.hold(0), s.hold)
	l.opposed = l.opposed != f.Test.opposed()
	l.shows.of = func(id int64) string { return strconv.FormatInt(points[id], 10) }
	return l, nil
}

// tierField tests her tier in the programme of clients on the day.
func (c *compiler) tierField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	is, missing := f.Test.empty()
	wanted := map[string]bool{}
	if !is {
		words, err := c.words(f.Name, f.Test)
		if err != nil {
			return nil, err
		}
		if err := c.tiersNamed(f.Test, words, wanted); err != nil {
			return nil, err
		}
	}
	if c.known.tiers == nil {
		var err error
		if c.known.tiers, err = loyalty.TierAt(c.view, loyalty.Clients, c.day); err != nil {
			return nil, err
		}
	}
	tiers := c.known.tiers
	l := worked(tiers, false, func(t loyalty.Tier) bool { return is || wanted[t.Code] })
	l.opposed = f.Test.opposed() || is && missing
	l.shows.of = func(id int64) string { return tiers[id].Code }
	return l, nil
}

// levelField tests how she is served on the day. An archived customer without a purchase has no level.
func (c *compiler) levelField(f *field) (*leaf, error) {
	if err := c.plain(f); err != nil {
		return nil, err
	}
	is, missing := f.Test.empty()
	var wanted []string
	var err error
	if !is {
		if wanted, err = c.oneOf(f.Name, f.Test, []string{"A", "B", "C"}); err != nil {
			return nil, err
		}
	}
	if c.known.levels == nil {
		if c.known.levels, err = insight.LevelsOf(c.view, c.day); err != nil {
			return nil, err
		}
	}
	levels := c.known.levels
	l := worked(levels, false, func(level string) bool { return is || slices.Contains(wanted, level) })
	l.opposed = f.Test.opposed() || is && missing
	l.shows.of = func(id int64) string { return levels[id] }
	return l, nil
}

// tiersNamed finds the codes of tiers by code or name; those that there are no more are found too.
func (c *compiler) tiersNamed(t *test, words []string, wanted map[string]bool) error {
	there, err := loyalty.Tiers(c.view, loyalty.Clients, 0)
	if err != nil {
		return err
	}
	list, _ := t.values()
	for i, w := range words {
		found := false
		var names []string
		for _, tier := range there {
			names = append(names, tier.Code, tier.Name)
			if book.Fold(tier.Code) == w || book.Fold(tier.Name) == w {
				wanted[tier.Code], found = true, true
			}
		}
		if !found {
			return c.missing(list[i].Pos, namedHint(list[i].text(), names, "perla tier list"), "there is no tier %.40q", list[i].text())
		}
	}
	return nil
}
