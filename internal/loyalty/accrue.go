package loyalty

import (
	"cmp"
	"iter"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Accrue posts, for orders to which something happened, the difference between what they should have earned by now and
// what the ledger says they did; asked again, it posts nothing. An order that does not count or has not reached the state
// its programme earns at should have earned nothing; after returns what is left of it decides. For a return its original is
// taken. Points that come are a lot of that day, points that go are taken back as post says.
func Accrue(tx *book.Tx, reached []Reached) error {
	return AccrueMany(tx, func(yield func([]Reached, error) bool) { yield(reached, nil) })
}

// AccrueMany is Accrue for very many orders, some at a time in the order of their days: no more than those are known in
// full at once. What chunks gives is asked for once for each programme.
func AccrueMany(tx *book.Tx, chunks iter.Seq2[[]Reached, error]) error {
	if any, err := HasRules(tx.View); err != nil || !any {
		return err
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
		for reached, err := range chunks {
			if err == nil {
				err = tx.Context().Err()
			}
			if err != nil {
				return err
			}
			ids, byOrder, err := originalsOf(tx.View, reached)
			if err != nil {
				return err
			}
			if err := a.accrue(ids, func(o *order) { o.reached = byOrder[o.id] }); err != nil {
				return err
			}
		}
	}
	return nil
}

// originalsOf are the orders to which something happened, each once, a return being its original, and what it was.
func originalsOf(v *book.View, reached []Reached) (ids []int64, byOrder map[int64]Reached, err error) {
	ids, byOrder = make([]int64, len(reached)), make(map[int64]Reached, len(reached))
	for i, r := range reached {
		ids[i] = r.Order
	}
	originals := make(map[int64]int64, len(reached))
	if err := v.Each(func(r book.Row) error {
		originals[r.Int(0)] = r.Int(1)
		return nil
	}, `id, ifnull(original_id, id)`, `orders WHERE id IN (SELECT value FROM json_each(?))`, listOf(ids)); err != nil {
		return nil, nil, err
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
	return ids, byOrder, nil
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
	products map[int64]*Product
	course   *course // nil until it is asked; see follow
	ledger   *ledger // nil until something is posted
}

// follow knows what the tiers and caps of accounts follow from. What is entered is written before anything is read.
func (a *accrual) follow(accounts []int64) (err error) {
	if a.course == nil {
		if a.course, err = newCourse(a.view, a.plan); err != nil {
			return err
		}
	}
	missing := a.course.missing(accounts)
	if len(missing) == 0 {
		return nil
	}
	if err := a.flush(); err != nil {
		return err
	}
	return a.course.learn(a.view, missing)
}

// enter posts entries, which flush writes.
func (a *accrual) enter(postings []Posting) (err error) {
	if a.ledger == nil {
		if a.ledger, err = newLedger(a.tx); err != nil {
			return err
		}
	}
	return a.ledger.gather(postings)
}

// post writes entries of what happened, be it an order's first time or no order at all.
func (a *accrual) post(postings []Posting) error {
	if err := a.enter(postings); err != nil {
		return err
	}
	if a.course != nil {
		a.course.note(0, postings)
	}
	return a.flush()
}

// flush writes what was entered.
func (a *accrual) flush() error {
	if a.ledger == nil {
		return nil
	}
	return a.ledger.flush()
}

// accrue brings orders up to date, day by day, as tiers and caps follow from what came before. about fills in what the
// caller knows of an order.
func (a *accrual) accrue(ids []int64, about func(*order)) error {
	orders, err := a.read(ids)
	if err != nil {
		return err
	}
	slices.SortFunc(orders, func(x, y *order) int { return cmp.Or(cmp.Compare(x.day, y.day), cmp.Compare(x.id, y.id)) })
	if err := a.follow(a.accounts(orders)); err != nil {
		return err
	}
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
	return a.flush()
}

// accounts are those that orders earn, or earned, something.
func (a *accrual) accounts(orders []*order) (ids []int64) {
	for _, o := range orders {
		if id := o.account(a.plan.Programme).id(); id != 0 {
			ids = append(ids, id)
		}
		for _, h := range o.had { // she may not be whose order it is any more
			if h.account.Programme() == a.plan.Programme {
				ids = append(ids, h.account.id())
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// day brings orders of one day up to date.
func (a *accrual) day(orders []*order) error {
	day := orders[0].day
	if err := a.follow(a.accounts(orders)); err != nil {
		return err
	}
	phase := a.plan.on(day)
	var begun []occasion
	begins := a.plan.knows(firstEvents...)
	var postings []Posting
	for _, o := range orders {
		account := o.account(a.plan.Programme)
		var award Award
		if account.id() != 0 && o.earns(phase.settings.EarnAt) {
			award = a.award(o, account, false)
			if begins && o.first && o.net > 0 {
				begun = firsts(begun, o.customer, o.referrer, o.on())
			}
		}
		more := a.difference(o, account, award)
		a.course.note(day, more)
		postings = append(postings, more...)
	}
	if len(postings) > 0 {
		if err := a.enter(postings); err != nil {
			return err
		}
	}
	return a.happened(begun)
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

// award is what an order earns an account that is followed.
func (a *accrual) award(o *order, account Account, explain bool) Award {
	used := a.course.used(a.plan.on(o.day), account.id(), o.day)
	for _, h := range o.had { // what others earned counts
		if h.account == account && used != nil {
			used[h.code] -= h.points
		}
	}
	p := o.purchase(a.course.tier(account.id(), o.day.AddDays(-1)), used)
	p.Explain = explain
	return Earned(a.plan, p)
}
