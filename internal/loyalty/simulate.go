package loyalty

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Simulation is what the orders of some time earn by the rules of the book, and would by others.
type Simulation struct {
	Programme string
	From      dates.Date
	Orders    int64 // that were reckoned
	Was, Now  int64 // points they earn by the rules of the book, and by the others
	Value     money.Amount
	Accounts  []Simulated // those who earn by either, by what they win, most first
}

// Simulated is what one account earns by the rules of the book and by others.
type Simulated struct {
	Account  Account
	Orders   int64
	Was, Now int64
}

// Change is what the account wins by the other rules; below 0 it loses.
func (s *Simulated) Change() int64 { return s.Now - s.Was }

// Cost is what the other rules cost more, in money, at what a point pays today; below 0 they save it.
func (s *Simulation) Cost() money.Amount { return money.Amount(s.Now-s.Was) * s.Value }

// Won is how many accounts earn more by the other rules.
func (s *Simulation) Won() int64 { return s.count(func(c int64) bool { return c > 0 }) }

// Lost is how many accounts earn less by the other rules.
func (s *Simulation) Lost() int64 { return s.count(func(c int64) bool { return c < 0 }) }

func (s *Simulation) count(has func(change int64) bool) (n int64) {
	for i := range s.Accounts {
		if has(s.Accounts[i].Change()) {
			n++
		}
	}
	return n
}

// About says of an order of a customer what loyalty does not know: whether nothing is due of it, and the segments its
// customer was in the day before its own.
type About func(order, customer int64, day dates.Date) (paid bool, segments []string, err error)

// Simulate reckons the orders of a programme from a day on, as they are now, by the rules of the book and by others, and
// writes nothing. Tiers and caps follow from what the orders earn each way; what was earned before that day, and by events,
// stays as it is. Orders count towards tiers on their own day.
func Simulate(v *book.View, programme string, rules []Rule, from dates.Date, about About) (s Simulation, err error) {
	plan, err := ReadPlan(v, programme)
	if err != nil {
		return s, err
	}
	s = Simulation{Programme: programme, From: from, Value: plan.Settings(v.Today()).PointValue}
	was, err := newReplay(v, plan, from)
	if err != nil {
		return s, err
	}
	now, err := newReplay(v, plan.With(rules), from)
	if err != nil {
		return s, err
	}
	ids, err := book.All(v, book.Scalar[int64], `SELECT id FROM orders WHERE original_id IS NULL AND ordered_on >= ? ORDER BY ordered_on, id`, from.String())
	if err != nil {
		return s, err
	}
	// Lines are read where either asks about them.
	reader := accrual{view: v, plan: plan.With(slices.Concat(plan.rules, now.plan.rules))}
	found := map[int64]*Simulated{}
	for chunk := range slices.Chunk(ids, ordersInDepth) {
		orders, err := reader.read(chunk)
		if err != nil {
			return s, err
		}
		for _, o := range orders {
			account := o.account(programme)
			if account.id() == 0 {
				continue
			}
			if o.reached.Paid, o.reached.Segments, err = about(o.id, o.customer, o.day); err != nil {
				return s, err
			}
			a, b := was.earn(o, account.id()), now.earn(o, account.id())
			if s.Orders++; a == 0 && b == 0 {
				continue
			}
			sum := found[account.id()]
			if sum == nil {
				sum = &Simulated{Account: account}
				found[account.id()] = sum
			}
			sum.Orders++
			sum.Was, sum.Now = sum.Was+a, sum.Now+b
			s.Was, s.Now = s.Was+a, s.Now+b
		}
		if err := v.Context().Err(); err != nil {
			return s, err
		}
	}
	for _, sum := range found {
		s.Accounts = append(s.Accounts, *sum)
	}
	slices.SortFunc(s.Accounts, func(a, b Simulated) int {
		return cmp.Or(cmp.Compare(b.Change(), a.Change()), cmp.Compare(a.Account.id(), b.Account.id()))
	})
	return s, nil
}

// replay is what orders earn one after another by a plan.
type replay struct {
	plan    *Plan
	tiers   []Tier
	spent   map[int64][]climb          // by account, of money
	earned  map[int64][]climb          // by account, of points
	granted map[int64]map[string][]got // by account and the code of a rule that has a cap
}

// got is points that a rule gave for a day.
type got struct {
	day    dates.Date
	points int64
}

// newReplay reads what counts for tiers and caps that orders from a day on do not decide.
func newReplay(v *book.View, plan *Plan, from dates.Date) (*replay, error) {
	r := &replay{plan: plan, earned: map[int64][]climb{}, granted: map[int64]map[string][]got{}}
	tiers, err := Tiers(v, plan.Programme, 0)
	if err != nil {
		return nil, err
	}
	if r.tiers = tiers; len(tiers) > 0 {
		const ever = 120_000 // months: everything since the first day of the calendar
		if r.spent, err = (&ladder{months: ever}).read(v, plan.Programme, TierBySpent, v.Today(), nil); err != nil {
			return nil, err
		}
	}
	return r, v.Each(func(row book.Row) error {
		id, points := row.Int(0), row.Int(4)
		r.earned[id] = append(r.earned[id], climb{day: dayOf(row.Text(1)), from: dayOf(row.Text(2)), value: points})
		if !row.Null(5) {
			r.grant(id, strings.Clone(row.Text(5)), got{dayOf(row.Text(3)), points})
		}
		return nil
	}, `holder, day, effective_on, counted, points, code`, `(SELECT e.`+holder(plan.Programme)+` AS holder, ifnull(x.effective_on, e.effective_on) AS day, e.effective_on,
			ifnull(o.ordered_on, e.effective_on) AS counted, e.points, r.code
		FROM point_entries e LEFT JOIN point_entries x ON x.id = e.reverses_id AND e.kind = 'reverse_earn' LEFT JOIN orders o ON o.id = e.order_id
		LEFT JOIN point_rules r ON r.id = e.rule_id
		WHERE e.kind IN ('earn', 'bonus', 'reverse_earn') AND e.`+holder(plan.Programme)+` IS NOT NULL AND (o.id IS NULL OR o.ordered_on < ?) LIMIT -1)`, from.String())
}

// grant notes what a rule gave.
func (r *replay) grant(account int64, code string, g got) {
	if r.granted[account] == nil {
		r.granted[account] = map[string][]got{}
	}
	r.granted[account][code] = append(r.granted[account][code], g)
}

// earn is what an order earns an account after those before it.
func (r *replay) earn(o *order, account int64) int64 {
	phase := r.plan.on(o.day)
	if !o.earns(phase.settings.EarnAt) {
		return 0
	}
	award := Earned(r.plan, o.purchase(r.tier(&phase.settings, account, o.day.AddDays(-1)), r.used(phase, account, o.day)))
	points := award.Points()
	if points == 0 {
		return 0
	}
	if len(r.tiers) > 0 {
		r.earned[account] = append(r.earned[account], climb{day: o.day, from: o.day, value: points})
	}
	for _, p := range award.Parts {
		if p.Rule != nil && p.Rule.Cap > 0 {
			r.grant(account, p.Rule.Code, got{o.day, p.Points})
		}
	}
	return points
}

// tier is the tier an account was in on a day.
func (r *replay) tier(s *Settings, account int64, day dates.Date) Tier {
	if len(r.tiers) == 0 {
		return Tier{}
	}
	climbs := r.earned[account]
	if s.TierBasis == TierBySpent {
		climbs = r.spent[account]
	}
	l := ladder{tiers: r.tiers, months: s.TierMonths, keep: s.TierKeepMonths}
	return l.at(climbs, day).Tier
}

// used is what counts towards the caps of the rules of a phase, in the time of each that holds a day.
func (r *replay) used(f *phase, account int64, day dates.Date) map[string]int64 {
	if !f.capped || r.granted[account] == nil {
		return nil
	}
	used := map[string]int64{}
	for _, rules := range [][]*compiled{f.rates, f.multipliers, f.bonuses} {
		for _, c := range rules {
			if c.Cap == 0 {
				continue
			}
			holds := c.CapPer.Of(day)
			for _, g := range r.granted[account][c.Code] {
				if holds.From <= g.day && g.day <= lapse(holds.To) {
					used[c.Code] += g.points
				}
			}
		}
	}
	return used
}
