package loyalty

import "github.com/perla-crm/perla/internal/money"

// Earned reckons what a purchase earns by the rules of its day.
//
// Of every line, rates that hold for it are asked in the order of their priority, up to and including the first that keeps
// out others; each gives its points for every so much of the line's money, which is its share of what the order costs less
// discounts and less what points paid. Then multipliers in the same way, the tier's factor last: each adds its factor less
// one times what the rates give for the line, never below nothing for a line. All that is exact, and rounded down once. A
// bonus is points for the order as a whole. A rule gives no more than its cap leaves it; a multiplier multiplies what is
// left then. An order of no money, or of less, earns nothing.
func Earned(p *Plan, o Purchase) Award {
	r := reckoning{plan: p, phase: p.on(o.Day), o: &o}
	r.eligible()
	if r.kept > 0 {
		r.share()
		r.rate()
		r.multiply()
		r.round()
	}
	if o.Net > 0 {
		r.bonus()
	}
	sortSteps(r.award.Steps)
	return r.award
}

// reckoning is the work on one purchase.
type reckoning struct {
	plan  *Plan
	phase *phase
	o     *Purchase
	award Award

	lines []Line
	whole money.Amount // the lines' amounts together
	kept  money.Amount // of the order's money, what earns
	part  exact        // kept / whole: a line's amount times this is its money that earns

	rates, multipliers []*compiled // that hold for the order
	counted            []int64     // by rate: the amounts of the lines it holds for
	gained             []int64     // by multiplier (the tier last) and rate: those amounts times what the multiplier adds, in hundredths
	gives              []exact     // by rate: points, within its cap
	ofGives            []exact     // by rate: what part of its points that is
	total              exact
	parts              []Part
	gain               exact // of one multiplier
}

// eligible works out what of the order's money earns.
func (r *reckoning) eligible() {
	o := r.o
	r.kept = max(o.Net-max(o.ByPoints, 0), 0)
	r.lines = o.Lines
	for i := range r.lines {
		r.whole += r.lines[i].Amount
	}
	if r.whole <= 0 || !r.phase.lined {
		r.lines, r.whole = nil, o.Net
	}
	if r.explaining() {
		r.explainMoney()
	}
}

// holding are the rules of a list that hold for the order.
func (r *reckoning) holding(rules []*compiled) []*compiled {
	if len(rules) == 1 && len(rules[0].asked) == 0 {
		return rules
	}
	var holding []*compiled
	for _, c := range rules {
		if key, ok := c.lacking(r.plan, r.o); ok {
			holding = append(holding, c)
		} else {
			r.explainLack(c, key)
		}
	}
	return holding
}

// share goes through the lines and adds up what each rule has to count.
func (r *reckoning) share() {
	r.part = ratio(1, 1)
	if r.kept != r.whole {
		r.part = ratio(int64(r.kept), int64(r.whole))
	}
	r.rates, r.multipliers = r.holding(r.phase.rates), r.holding(r.phase.multipliers)
	n := len(r.rates)
	size := n + n*(len(r.multipliers)+1)
	if cap(r.plan.sums) < size {
		r.plan.sums = make([]int64, size)
	}
	sums := r.plan.sums[:size]
	clear(sums)
	r.counted, r.gained = sums[:n], sums[n:]
	if r.lines == nil {
		r.line(&Line{Amount: r.whole})
	}
	for i := range r.lines {
		r.line(&r.lines[i])
	}
}

// line adds one line to the sums of the rules that hold for it.
func (r *reckoning) line(l *Line) {
	n := len(r.rates)
	var few [16]bool
	held := few[:0]
	for k, c := range r.rates {
		covers := c.covers(l)
		if held = append(held, covers); !covers {
			continue
		}
		if r.counted[k] += int64(l.Amount); c.Only {
			break
		}
	}
	more, others := int64(0), true // hundredths added so far; nobody kept out those behind
	add := func(m int, factor int64) {
		by := max(factor-100, -100-more)
		more += by
		for k, covers := range held {
			if covers {
				r.gained[m*n+k] += int64(l.Amount) * by
			}
		}
	}
	for m, c := range r.multipliers {
		if others && c.covers(l) {
			add(m, c.Factor)
			others = !c.Only
		}
	}
	if others && r.o.Tier != "" {
		add(len(r.multipliers), r.o.TierFactor)
	}
}

// rate turns what the rates count into points.
func (r *reckoning) rate() {
	r.gives, r.ofGives = make([]exact, len(r.rates)), make([]exact, len(r.rates))
	for k, c := range r.rates {
		points := ratio(c.Points, 1).times(ratio(r.counted[k], int64(c.Per))).times(r.part)
		r.gives[k], r.ofGives[k] = points, ratio(1, 1)
		if left, cut := r.cut(c.Rule, points); cut {
			r.gives[k] = left
			r.ofGives[k] = left.over(points)
		}
		r.explainRate(c, r.counted[k], points, r.gives[k])
		r.give(c.Rule, r.gives[k])
	}
}

// cut is what the cap of a rule leaves, where that is less than the points.
func (r *reckoning) cut(rule *Rule, points exact) (left exact, cut bool) {
	if rule.Cap == 0 {
		return left, false
	}
	left = ratio(max(rule.Cap-max(r.o.Used[rule.Code], 0), 0), 1)
	return left, points.minus(left).sign() > 0
}

// multiply adds what the multipliers add.
func (r *reckoning) multiply() {
	n := len(r.rates)
	for m := range len(r.multipliers) + 1 {
		var points, base exact
		for k, c := range r.rates {
			if gained := r.gained[m*n+k]; gained != 0 {
				points = points.plus(ratio(c.Points, 100).times(ratio(gained, int64(c.Per))).times(r.part).times(r.ofGives[k]))
			}
		}
		if m == len(r.multipliers) {
			r.explainTier(points)
			r.give(nil, points)
			continue
		}
		c := r.multipliers[m]
		base = points
		if left, cut := r.cut(c.Rule, points); cut {
			points = left
		}
		r.explainMultiplier(c, base, points)
		r.give(c.Rule, points)
	}
}

// give adds points to the order's; those of a rule with terms of its own become a part of their own.
func (r *reckoning) give(rule *Rule, points exact) {
	r.total = r.total.plus(points)
	if rule != nil && rule.apart() {
		if whole := points.floor(); whole > 0 {
			r.parts = append(r.parts, Part{Rule: rule, Kind: EntryEarn, Points: whole})
		}
	}
}

// round cuts the order's points to whole ones. What no part of its own has is the part without a rule; a factor below 1
// may leave less than those parts, which then give way from the last one on.
func (r *reckoning) round() {
	rest := max(r.total.floor(), 0)
	r.explainRound(rest)
	for i := range r.parts {
		r.parts[i].Points = min(r.parts[i].Points, rest)
		rest -= r.parts[i].Points
	}
	if rest > 0 {
		r.award.Parts = append(make([]Part, 0, 1+len(r.parts)), Part{Kind: EntryEarn, Points: rest})
	}
	for _, part := range r.parts {
		if part.Points > 0 {
			r.award.Parts = append(r.award.Parts, part)
		}
	}
}

// bonus adds the points for the order as a whole.
func (r *reckoning) bonus() {
	kept := "" // out by this rule
	for _, c := range r.phase.bonuses {
		key, ok := c.lacking(r.plan, r.o)
		switch {
		case !ok:
			r.explainLack(c, key)
			continue
		case !r.buys(c):
			r.explainNothing(c, "it holds for no line")
			continue
		case kept != "":
			r.explainNothing(c, kept+" keeps it out")
			continue
		}
		if c.Only {
			kept = c.Code
		}
		points := min(c.Points, mostPoints)
		if left, cut := r.cut(c.Rule, ratio(points, 1)); cut {
			points = left.floor()
		}
		r.explainBonus(c, points)
		if points > 0 {
			r.award.Parts = append(r.award.Parts, Part{Rule: c.Rule, Kind: EntryBonus, Points: points})
		}
	}
}

// buys says whether a line that is there costs something and the rule holds for it.
func (r *reckoning) buys(c *compiled) bool {
	if !c.lines {
		return true
	}
	for i := range r.lines {
		if r.lines[i].Amount > 0 && c.covers(&r.lines[i]) {
			return true
		}
	}
	return false
}
