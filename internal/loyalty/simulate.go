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
	replays, err := newReplays(v, from, plan, plan.With(rules))
	if err != nil {
		return s, err
	}
	was, now := replays[0], replays[1]
	// What either asks about is read.
	reader := accrual{view: v, plan: plan.With(slices.Concat(plan.rules, now.plan.rules))}
	all, err := reader.readArchive(from)
	if err != nil {
		return s, err
	}
	found := map[int64]*Simulated{}
	var orders []order
	for chunk := range slices.Chunk(all.briefs, ordersInDepth) {
		if orders, err = reader.readSome(all, chunk, orders); err != nil {
			return s, err
		}
		for i := range orders {
			o := &orders[i]
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
type replay struct{ *course }

// newReplays reads what counts for tiers and caps, by each of some plans, that orders from a day on do not decide.
func newReplays(v *book.View, from dates.Date, plans ...*Plan) ([]*replay, error) {
	replays := make([]*replay, len(plans))
	asked := false
	var spent map[int64][]climb // which nothing adds to
	for i, plan := range plans {
		c, err := newCourse(v, plan)
		if err != nil {
			return nil, err
		}
		if c.bases[TierBySpent] && spent == nil {
			if spent, err = everything.read(v, plan.Programme, TierBySpent, v.Today(), nil); err != nil {
				return nil, err
			}
			for _, list := range spent {
				sortClimbs(list)
			}
		}
		c.spent = spent
		replays[i] = &replay{c}
		asked = asked || c.bases[TierByEarned] || c.capped != nil
	}
	if !asked {
		return replays, nil
	}
	codes := map[string]string{}
	column := holder(plans[0].Programme)
	return replays, v.Each(func(row book.Row) error {
		code, known := codes[row.Text(5)]
		if !known {
			code = strings.Clone(row.Text(5))
			codes[code] = code
		}
		id, points := row.Int(0), row.Int(4)
		x, g := climb{day: dayOf(row.Text(1)), from: dayOf(row.Text(2)), value: points}, got{dayOf(row.Text(3)), points}
		for _, r := range replays {
			if r.bases[TierByEarned] {
				climbInto(r.earned, id, x)
			}
			if r.capped != nil && code != "" {
				r.grant(id, code, g)
			}
		}
		return nil
	}, `e.`+column+`, ifnull(x.effective_on, e.effective_on), e.effective_on, ifnull(o.ordered_on, e.effective_on), e.points, r.code`,
		`point_entries e NOT INDEXED LEFT JOIN orders o ON o.id = e.order_id LEFT JOIN point_entries x ON x.id = e.reverses_id AND e.kind = 'reverse_earn'
		LEFT JOIN point_rules r ON r.id = e.rule_id
		WHERE e.kind IN ('earn', 'bonus', 'reverse_earn') AND e.`+column+` IS NOT NULL AND (o.id IS NULL OR o.ordered_on < ?)`, from.String())
}

// earn is what an order earns an account after those before it.
func (r *replay) earn(o *order, account int64) int64 {
	phase := r.plan.on(o.day)
	if !o.earns(phase.settings.EarnAt) {
		return 0
	}
	award := Earned(r.plan, o.purchase(r.tier(account, o.day.AddDays(-1)), r.used(phase, account, o.day)))
	points := award.Points()
	if points == 0 {
		return 0
	}
	if r.bases[TierByEarned] {
		climbInto(r.earned, account, climb{day: o.day, from: o.day, value: points})
	}
	for _, p := range award.Parts {
		if p.Rule != nil && p.Rule.Cap > 0 {
			r.grant(account, p.Rule.Code, got{o.day, p.Points})
		}
	}
	return points
}
