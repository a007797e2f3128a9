package loyalty

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Purchase is what of an order decides the points it earns: what is left of it after returns.
type Purchase struct {
	Day        dates.Date
	Channel    string
	Birthday   time.Month // of the customer; 0 is unknown
	First      bool       // it is her first order that counts
	Segments   []string   // those she was in the day before
	Tier       string     // the code of the tier the account was in the day before; "" for none
	TierFactor int64      // of that tier, in hundredths
	Net        money.Amount
	ByPoints   money.Amount     // what of it points paid
	Lines      []Line           // what Net is shared out over; none where only a total is known
	Used       map[string]int64 // points that count towards the caps of rules, by code: in the cap's time, by other orders
	Explain    bool             // the award says its steps
}

// Line is a line of a purchase: its amount less its discount, before tax.
type Line struct {
	Product *Product // nil where it is unknown: a rule that asks about lines does not hold for it
	Amount  money.Amount
}

// Product is what rules can ask about a product. The same product is to be the same pointer.
type Product struct {
	SKU, Category, Brand string
	Causes, Tags         []string
}

// Award is what a purchase earns.
type Award struct {
	Parts []Part // each an entry of its own; none has 0 points
	Steps []Step // how it came about, when asked
}

// Part is points that are entered together.
type Part struct {
	Rule   *Rule // nil: what all rates and multipliers without terms of their own give together
	Kind   EntryKind
	Points int64
}

// Points are all points of an award.
func (a *Award) Points() (sum int64) {
	for _, p := range a.Parts {
		sum += p.Points
	}
	return sum
}

// Plan is a programme prepared to reckon many orders: the rules and settings of all days. One goroutine at a time may use
// it.
type Plan struct {
	Programme string
	words     money.Wording // of explanations, with the currency of the book
	rules     []Rule
	settings  []dated
	phases    []*phase
	last      *phase
	folds     map[string]string
	sums      []int64
}

// phase is a stretch of days on which nothing of the programme changes.
type phase struct {
	dates.Range
	settings                    Settings
	rates, multipliers, bonuses []*compiled
	events                      []*compiled
	lined                       bool // a rule asks about lines
	asks                        [scopeKeys]bool
	capped                      bool
	simple                      exact // see plain; less is below 0 where it may not be used
}

// compiled is a rule ready to be asked.
type compiled struct {
	*Rule
	folded   [scopeKeys][]string
	asked    []ScopeKey // of the order
	lines    bool
	products map[*Product]bool // known answers
}

// ReadPlan reads the plan of a programme.
func ReadPlan(v *book.View, programme string) (*Plan, error) {
	rules, err := Rules(v, programme, 0)
	if err != nil {
		return nil, err
	}
	p := &Plan{Programme: programme, words: money.Wording{Currency: v.Settings().Currency}, rules: rules, folds: map[string]string{}}
	p.settings, err = readSettings(v, programme)
	return p, err
}

// With is the plan under other rules, of which those of its programme count.
func (p *Plan) With(rules []Rule) *Plan {
	own := slices.DeleteFunc(slices.Clone(rules), func(r Rule) bool { return r.Programme != p.Programme })
	return &Plan{Programme: p.Programme, words: p.words, rules: own, settings: p.settings, folds: map[string]string{}}
}

// Active says whether the programme has any rules at all.
func (p *Plan) Active() bool { return len(p.rules) > 0 }

// Settings are how the programme works on a day.
func (p *Plan) Settings(day dates.Date) Settings { return p.on(day).settings }

// on is the phase of a day.
func (p *Plan) on(day dates.Date) *phase {
	in := func(f *phase) bool { return f.From <= day && (f.To == 0 || day <= f.To) }
	if p.last != nil && in(p.last) {
		return p.last
	}
	for _, f := range p.phases {
		if in(f) {
			p.last = f
			return f
		}
	}
	p.last = p.compile(day)
	p.phases = append(p.phases, p.last)
	return p.last
}

// compile makes the phase that holds a day.
func (p *Plan) compile(day dates.Date) *phase {
	f := &phase{settings: settingsOf(p.settings, day, p.words.Decimals)}
	change := func(first dates.Date) { // something else holds from this day on
		switch {
		case first != 0 && first <= day:
			f.From = max(f.From, first)
		case first > day && (f.To == 0 || first <= f.To):
			f.To = first - 1
		}
	}
	for _, s := range p.settings {
		change(s.since)
	}
	for i := range p.rules {
		r := &p.rules[i]
		change(r.From)
		if r.Until != 0 {
			change(r.Until + 1)
		}
		if r.Covers(day) {
			f.add(r)
		}
	}
	for _, list := range [][]*compiled{f.rates, f.multipliers, f.bonuses, f.events} {
		slices.SortFunc(list, func(a, b *compiled) int { return ahead(a.Rule, b.Rule) })
	}
	f.simplify()
	return f
}

// plain is what an order of so much money earns on a day on which nothing about it matters but that: no rule asks for
// anything or has terms of its own. Else ok is false.
func (p *Plan) plain(day dates.Date, net money.Amount) (points int64, ok bool) {
	f := p.on(day)
	if f.simple.less < 0 || f.simple.big != nil {
		return 0, false
	}
	num, ok := mul(int64(net), f.simple.num)
	return min(num/(f.simple.less+1), mostPoints), ok
}

// simplify works out what all rates of the phase give for one minor unit, where plain may use it.
func (f *phase) simplify() {
	f.simple = exact{less: -1}
	if len(f.multipliers)+len(f.bonuses) > 0 {
		return
	}
	var sum exact
	for _, c := range f.rates {
		if c.apart() || c.lines || len(c.asked) > 0 {
			return
		}
		if sum = sum.plus(ratio(c.Points, int64(c.Per))); c.Only {
			break
		}
	}
	f.simple = sum
}

// ahead orders rules as they are asked: by priority, those of one by code.
func ahead(a, b *Rule) int {
	return cmp.Or(cmp.Compare(a.Priority, b.Priority), strings.Compare(a.Code, b.Code))
}

// add puts a rule where it belongs.
func (f *phase) add(r *Rule) {
	c := &compiled{Rule: r, lines: r.Scope.Lines(), products: map[*Product]bool{}}
	for key, words := range r.Scope.words {
		for _, w := range words {
			c.folded[key] = append(c.folded[key], book.Fold(w))
		}
		if len(words) > 0 {
			if f.asks[key] = true; !slices.Contains(lineKeys, ScopeKey(key)) {
				c.asked = append(c.asked, ScopeKey(key))
			}
		}
	}
	f.lined = f.lined || c.lines
	f.capped = f.capped || r.Cap > 0
	switch r.Kind {
	case Rate:
		f.rates = append(f.rates, c)
	case Multiplier:
		f.multipliers = append(f.multipliers, c)
	case Bonus:
		f.bonuses = append(f.bonuses, c)
	default:
		f.events = append(f.events, c)
	}
}

// apart says whether what a rule gives is an entry of its own: it has a cap, or terms of its own.
func (r *Rule) apart() bool { return r.Cap > 0 || r.PendingDays != nil || r.Expiry != nil }

// lacking is the first thing a rule asks of the order that it does not meet; ok when it meets all.
func (c *compiled) lacking(p *Plan, o *Purchase) (key ScopeKey, ok bool) {
	for _, key := range c.asked {
		met := false
		switch key {
		case ScopeBirthdayMonth:
			_, month, _ := o.Day.Civil()
			met = o.Birthday == month
		case ScopeChannel:
			met = slices.Contains(c.folded[key], p.fold(o.Channel))
		case ScopeFirstOrder:
			met = o.First
		case ScopeMinTotal:
			met = o.Net >= c.Scope.MinTotal
		case ScopeSegment:
			met = slices.ContainsFunc(o.Segments, func(s string) bool { return slices.Contains(c.folded[key], p.fold(s)) })
		case ScopeTier:
			met = slices.Contains(c.folded[key], p.fold(o.Tier))
		case ScopeWeekday:
			met = slices.Contains(c.folded[key], weekdays[(o.Day.Weekday()+6)%7])
		}
		if !met {
			return key, false
		}
	}
	return 0, true
}

// fold remembers the few words that orders share.
func (p *Plan) fold(word string) string {
	f, ok := p.folds[word]
	if !ok {
		word = strings.Clone(word)
		f = book.Fold(word)
		p.folds[word] = f
	}
	return f
}

// covers says whether a rule holds for a line.
func (c *compiled) covers(l *Line) bool {
	if !c.lines {
		return true
	}
	if l.Product == nil {
		return false
	}
	answer, known := c.products[l.Product]
	if !known {
		answer = c.asksFor(l.Product)
		c.products[l.Product] = answer
	}
	return answer
}

func (c *compiled) asksFor(p *Product) bool {
	has := func(key ScopeKey, words ...string) bool {
		return len(c.folded[key]) == 0 || slices.ContainsFunc(words, func(w string) bool { return w != "" && slices.Contains(c.folded[key], book.Fold(w)) })
	}
	return has(ScopeProduct, p.SKU) && has(ScopeCategory, p.Category) && has(ScopeBrand, p.Brand) && has(ScopeCause, p.Causes...) && has(ScopeTag, p.Tags...)
}
