package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Accrue posts, for orders to which something happened, the difference between what they should have earned by now and
// what the ledger says they did; asked again, it posts nothing. An order that does not count or has not reached the state
// its programme earns at should have earned nothing; after returns what is left of it decides. For a return its original is
// taken. Points that come are a lot of that day, points that go are taken back as post says.
func Accrue(tx *book.Tx, reached []Reached) error {
	if any, err := HasRules(tx.View); err != nil || !any || len(reached) == 0 {
		return err
	}
	byOrder := map[int64]Reached{}
	ids := make([]int64, len(reached))
	for i, r := range reached {
		ids[i] = r.Order
	}
	originals := map[int64]int64{}
	if err := tx.Each(func(r book.Row) error {
		originals[r.Int(0)] = r.Int(1)
		return nil
	}, `id, ifnull(original_id, id)`, `orders WHERE id IN (SELECT value FROM json_each(?))`, listOf(ids)); err != nil {
		return err
	}
	ids = ids[:0]
	for _, r := range reached {
		r.Order = originals[r.Order]
		before, again := byOrder[r.Order]
		if r.On < before.On {
			r.On = before.On
		}
		if r.Paid = r.Paid || before.Paid; r.Segments == nil {
			r.Segments = before.Segments
		}
		if byOrder[r.Order] = r; !again && r.Order != 0 {
			ids = append(ids, r.Order)
		}
	}
	for _, programme := range Programmes {
		plan, err := ReadPlan(tx.View, programme)
		if err != nil {
			return err
		}
		if !plan.Active() {
			continue
		}
		a := accrual{view: tx.View, tx: tx, plan: plan}
		if err := a.accrue(ids, func(o *order) { o.reached = byOrder[o.id] }); err != nil {
			return err
		}
	}
	return nil
}

// HasRules says whether any programme has a rule; without one no order and no event earns anything.
func HasRules(v *book.View) (bool, error) {
	_, any, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM point_rules LIMIT 1`)
	return any, err
}

// AsksSegments says whether a rule that holds on a day asks for the segments of an order's customer.
func AsksSegments(v *book.View, day dates.Date) (bool, error) {
	rules, err := Rules(v, "", day)
	return slices.ContainsFunc(rules, func(r Rule) bool { return len(r.Scope.words[ScopeSegment]) > 0 }), err
}

// accrual brings what orders earned in one programme to what it should be.
type accrual struct {
	view     *book.View
	tx       *book.Tx // nil where nothing is posted
	plan     *Plan
	tiered   *bool // whether the programme has tiers; nil until it is known
	products map[int64]*Product
	ledger   *ledger // of a load, which alone moves points meanwhile; nil else
}

// post writes entries.
func (a *accrual) post(postings []Posting) error {
	if a.ledger != nil {
		return a.ledger.post(postings)
	}
	return post(a.tx, postings)
}

// accrue brings orders up to date, day by day, as tiers and caps follow from what came before. about fills in what the
// caller knows of an order.
func (a *accrual) accrue(ids []int64, about func(*order)) error {
	orders, err := a.read(ids)
	if err != nil {
		return err
	}
	slices.SortFunc(orders, func(x, y *order) int { return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.id, y.id)) })
	for from := 0; from < len(orders); {
		to := from
		for to < len(orders) && orders[to].day == orders[from].day {
			about(orders[to])
			to++
		}
		if err := a.day(orders[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// day brings orders of one day up to date.
func (a *accrual) day(orders []*order) error {
	day := orders[0].day
	phase := a.plan.on(day)
	var accounts []int64
	for _, o := range orders {
		if id := o.account(a.plan.Programme).id(); id != 0 {
			accounts = append(accounts, id)
		}
		for _, h := range o.had { // she may not be whose order it is any more
			if h.account.Programme() == a.plan.Programme {
				accounts = append(accounts, h.account.id())
			}
		}
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	tiers, err := a.tiers(day.AddDays(-1), accounts)
	if err != nil {
		return err
	}
	used, err := a.used(phase, day, accounts)
	if err != nil {
		return err
	}
	var postings []Posting
	var begun []occasion
	begins := a.plan.knows(firstEvents...)
	for _, o := range orders {
		account := o.account(a.plan.Programme)
		tier := tiers[account.id()]
		var award Award
		if account.id() != 0 && o.earns(phase.settings.EarnAt) {
			award = Earned(a.plan, o.purchase(tier, used.without(o, account)))
			if begins && o.first && o.net > 0 {
				begun = firsts(begun, o.customer, o.referrer, o.on())
			}
		}
		more := a.difference(o, account, award)
		used.add(a.plan, more)
		postings = append(postings, more...)
	}
	if len(postings) > 0 {
		if err := a.post(postings); err != nil {
			return err
		}
	}
	return a.happened(begun)
}

// tiers are the tiers accounts were in on a day.
func (a *accrual) tiers(day dates.Date, accounts []int64) (map[int64]Tier, error) {
	if a.tiered == nil {
		_, some, err := book.One(a.view, book.Scalar[int64], `SELECT 1 FROM tiers WHERE programme = ? LIMIT 1`, a.plan.Programme)
		if err != nil {
			return nil, err
		}
		a.tiered = &some
	}
	if !*a.tiered || len(accounts) == 0 {
		return nil, nil
	}
	return TierAt(a.view, a.plan.Programme, day, accounts...)
}

// difference is what is to be posted so that an order earned what the award says: first what comes, then what goes.
func (a *accrual) difference(o *order, account Account, award Award) (postings []Posting) {
	settings := &a.plan.on(o.day).settings
	had := slices.Clone(o.had)
	for _, part := range award.Parts {
		code, rule := "", int64(0)
		if part.Rule != nil {
			code, rule = part.Rule.Code, part.Rule.ID
		}
		points := part.Points
		for i := range had {
			if h := &had[i]; h.account == account && h.code == code {
				keeps := min(max(h.points, 0), points)
				points -= keeps
				h.points -= keeps
			}
		}
		if points > 0 {
			postings = append(postings, part.posting(o, account, rule, points, settings))
		}
	}
	for _, h := range had {
		if h.points > 0 && h.account.Programme() == a.plan.Programme {
			postings = append(postings, Posting{Account: h.account, Kind: EntryReverseEarn, Points: -h.points, On: o.on(), Order: o.id, Rule: h.rule, Reverses: h.last})
		}
	}
	return postings
}

// posting is the entry of points that come, on the terms of the rule or else of the programme.
func (p *Part) posting(o *order, account Account, rule, points int64, s *Settings) Posting {
	e := Posting{Account: account, Kind: p.Kind, Points: points, On: o.on(), Order: o.id, Rule: rule}
	e.ActiveFrom, e.ExpiresOn = terms(p.Rule, s, e.On)
	return e
}

// terms are from when to when points are usable that came on a day by a rule, or by rules without terms of their own.
func terms(rule *Rule, s *Settings, on dates.Date) (active, expires dates.Date) {
	pending, expiry := s.PendingDays, s.Expiry
	if rule != nil && rule.PendingDays != nil {
		pending = *rule.PendingDays
	}
	if rule != nil && rule.Expiry != nil {
		expiry = *rule.Expiry
	}
	active = max(on, on.AddDays(pending))
	return active, expiry.After(active)
}

// usage is how many points of capped rules accounts got in the time of the cap, by account and code.
type usage map[int64]map[string]int64

// used reads the usage of the capped rules that hold on a day.
func (a *accrual) used(phase *phase, day dates.Date, accounts []int64) (usage, error) {
	if !phase.capped {
		return nil, nil
	}
	u := usage{}
	for _, rules := range [][]*compiled{phase.rates, phase.multipliers, phase.bonuses} {
		for _, c := range rules {
			if c.Cap == 0 {
				continue
			}
			if err := readUsage(a.view, c.Rule, day, accounts, u); err != nil {
				return nil, err
			}
		}
	}
	return u, nil
}

// readUsage reads what accounts got of one rule in the time its cap is for that holds a day: that of the order, or where
// there is none that of the entry.
func readUsage(v *book.View, rule *Rule, day dates.Date, accounts []int64, u usage) error {
	holds := rule.CapPer.Of(day)
	if holds.To == 0 {
		holds.To = never
	}
	return v.Each(func(r book.Row) error {
		on := dayOf(r.Text(1))
		if on < holds.From || on > holds.To {
			return nil
		}
		of := u[r.Int(0)]
		if of == nil {
			of = map[string]int64{}
			u[r.Int(0)] = of
		}
		of[rule.Code] += r.Int(2)
		return nil
	}, `f.value, ifnull(o.ordered_on, e.effective_on), e.points`, `json_each(?) f CROSS JOIN point_entries e ON e.`+holder(rule.Programme)+` = f.value
		JOIN point_rules r ON r.id = e.rule_id LEFT JOIN orders o ON o.id = e.order_id
		WHERE r.programme = ? AND r.code = ? AND e.kind IN ('earn', 'bonus', 'reverse_earn')`, listOf(accounts), rule.Programme, rule.Code)
}

// without is what counts towards caps for an order: what others earned.
func (u usage) without(o *order, account Account) map[string]int64 {
	of := u[account.id()]
	if len(of) == 0 {
		return nil
	}
	others := make(map[string]int64, len(of))
	for code, points := range of {
		others[code] = points
	}
	for _, h := range o.had {
		if h.account == account {
			others[h.code] -= h.points
		}
	}
	return others
}

// add counts what is about to be posted.
func (u usage) add(p *Plan, postings []Posting) {
	if u == nil {
		return
	}
	for i := range postings {
		e := &postings[i]
		at := slices.IndexFunc(p.rules, func(r Rule) bool { return r.ID == e.Rule })
		if at < 0 {
			continue
		}
		of := u[e.Account.id()]
		if of == nil {
			of = map[string]int64{}
			u[e.Account.id()] = of
		}
		of[p.rules[at].Code] += e.Points
	}
}
