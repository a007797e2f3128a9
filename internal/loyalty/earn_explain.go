package loyalty

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/money"
)

// Step is one line of how an award came about, in the order it was reckoned. Figures it has no use for are 0 or "".
type Step struct {
	What   string       // money, rate, multiplier, tier, rounded, bonus
	Rule   *Rule        // of a rate, multiplier or bonus
	Money  money.Amount // that earns: of the order, or of the lines a rate holds for, cut to the minor unit
	Points string       // exact: "12.5", "3.3333…"
	Why    string       // why a rule gives nothing or less, or what the figure is made of
}

// stepOrder is the order in which a person reckons.
var stepOrder = []string{"money", string(Rate), string(Multiplier), "tier", "rounded", string(Bonus)}

func sortSteps(steps []Step) {
	slices.SortStableFunc(steps, func(a, b Step) int { return slices.Index(stepOrder, a.What) - slices.Index(stepOrder, b.What) })
}

func (r *reckoning) explaining() bool { return r.o.Explain }

func (r *reckoning) step(s Step) {
	if r.explaining() {
		r.award.Steps = append(r.award.Steps, s)
	}
}

func (r *reckoning) explainMoney() {
	s := Step{What: "money", Money: r.kept}
	format := r.plan.words.Sum
	switch {
	case r.o.Net <= 0:
		s.Why = "nothing is left of it that could earn"
	case r.o.ByPoints > 0:
		s.Why = fmt.Sprintf("%s less %s that points paid", format(r.o.Net), format(r.o.ByPoints))
	}
	r.step(s)
}

// explainLack says what a rule asks of the order that it does not meet.
func (r *reckoning) explainLack(c *compiled, key ScopeKey) {
	if !r.explaining() {
		return
	}
	is := map[ScopeKey]string{ScopeChannel: r.o.Channel, ScopeTier: r.o.Tier, ScopeSegment: strings.Join(r.o.Segments, ","),
		ScopeWeekday: weekdays[(r.o.Day.Weekday()+6)%7], ScopeMinTotal: r.plan.words.Sum(r.o.Net)}[key]
	var why string
	switch {
	case key == ScopeBirthdayMonth:
		why = "it is not the month of her birthday"
	case key == ScopeFirstOrder:
		why = "it is not her first order"
	case is == "":
		why = fmt.Sprintf("the order has no %s, it needs %s", key, strings.Join(c.Scope.words[key], " or "))
	case key == ScopeMinTotal:
		why = fmt.Sprintf("the order comes to %s, it needs %s", is, r.plan.words.Sum(c.Scope.MinTotal))
	default:
		why = fmt.Sprintf("%s is %s, it needs %s", key, is, strings.Join(c.Scope.words[key], " or "))
	}
	r.explainNothing(c, why)
}

func (r *reckoning) explainNothing(c *compiled, why string) {
	r.step(Step{What: string(c.Kind), Rule: c.Rule, Points: "0", Why: why})
}

func (r *reckoning) explainRate(c *compiled, counted int64, points, gives exact) {
	if !r.explaining() {
		return
	}
	if counted == 0 {
		r.explainNothing(c, "it holds for no line, or others keep it out")
		return
	}
	format := r.plan.words.Sum
	earning := money.Amount(ratio(counted, 1).times(r.part).floor())
	why := fmt.Sprintf("%d for every %s of %s", c.Points, format(c.Per), format(earning))
	r.step(Step{What: string(Rate), Rule: c.Rule, Money: earning, Points: gives.String(), Why: why + r.capped(c.Rule, points, gives)})
}

func (r *reckoning) explainMultiplier(c *compiled, points, gives exact) {
	if !r.explaining() {
		return
	}
	if points.sign() == 0 {
		r.explainNothing(c, "there is nothing to multiply, or others keep it out")
		return
	}
	why := fmt.Sprintf("%s times what the rates give", r.figure(ratio(c.Factor, 100)))
	r.step(Step{What: string(Multiplier), Rule: c.Rule, Points: gives.String(), Why: why + r.capped(c.Rule, points, gives)})
}

func (r *reckoning) explainTier(points exact) {
	if !r.explaining() || r.o.Tier == "" {
		return
	}
	r.step(Step{What: "tier", Points: points.String(), Why: fmt.Sprintf("in the tier %s: %s times what the rates give", r.o.Tier, r.figure(ratio(r.o.TierFactor, 100)))})
}

func (r *reckoning) explainRound(points int64) {
	if r.explaining() {
		r.step(Step{What: "rounded", Points: fmt.Sprint(points), Why: fmt.Sprintf("%s, rounded down once for the order", r.figure(r.total))})
	}
}

func (r *reckoning) explainBonus(c *compiled, points int64) {
	if r.explaining() {
		gives := ratio(points, 1)
		r.step(Step{What: string(Bonus), Rule: c.Rule, Points: gives.String(), Why: "for the order" + r.capped(c.Rule, ratio(c.Points, 1), gives)})
	}
}

// capped says what a cap cut, "" where it cut nothing.
func (r *reckoning) capped(rule *Rule, points, gives exact) string {
	if points.minus(gives).sign() == 0 {
		return ""
	}
	return fmt.Sprintf("; %s, but of %d a %s %d were left", r.figure(points), rule.Cap, rule.CapPer, gives.floor())
}

// figure is a number as explanations write it: 1.5.
func (r *reckoning) figure(x exact) string { return r.plan.words.Figure(x.String()) }
