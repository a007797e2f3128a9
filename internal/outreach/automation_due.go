package outreach

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/loyalty"
)

// happening is something that happened to a customer, and about which an automation is to speak.
type happening struct {
	customer int64
	key      string     // names it for good: order:12, birthday:2026
	on       dates.Date // the day it happened
	target   dates.Date // the later day it is about, of what is spoken of beforehand; 0 for none
	order    int64      // 0 for none
	orderRef string
	product  string // the name of the product; "" for none
	what     string // the occasion as words may show it
}

// due is the day on which an automation is to speak of it.
func (h *happening) due(a *Automation) dates.Date { return h.on.AddDays(int(a.Delay)) }

// finder finds what happened to whom. What several automations ask for is read once.
type finder struct {
	view   *book.View
	today  dates.Date
	late   int // days after which it is too late to speak
	churn  *insight.ChurnReport
	alive  map[dates.Date]*insight.Survival
	agenda map[int64]*agenda.Agenda
}

func newFinder(v *book.View, late int) *finder {
	return &finder{view: v, today: v.Today(), late: late, alive: map[dates.Date]*insight.Survival{}, agenda: map[int64]*agenda.Agenda{}}
}

// beyond is for how many days after it is too late a run notes what was missed. What is older is not looked at.
const beyond = 31

// span is the time in which things happened that an automation may have to speak of by now.
func (f *finder) span(a *Automation) dates.Range {
	to := f.today.AddDays(-int(a.Delay))
	return dates.Range{From: max(1, a.ActiveFrom, to.AddDays(-f.late-beyond)), To: max(1, to)}
}

// find is what happened, by now, in the time that an automation looks at, by the day it is due; once noted or not.
func (f *finder) find(a *Automation) ([]happening, error) {
	how := map[string]func(*Automation, dates.Range) ([]happening, error){
		"welcome": f.welcomes, "first_purchase": f.firstPurchases, "after_purchase": f.afterPurchases, "survey": f.afterPurchases,
		"birthday": f.birthdays, "anniversary": f.anniversaries, "abandoned_quote": f.quotes, "order_shipped": f.shipped, "order_delayed": f.delayed,
		"inactive_fixed": f.silences, "inactive_rhythm": f.silences, "inactive_model": f.fallen, "at_risk": f.fallen,
		"replenish": f.replenishments, "points_expiring": f.lapses, "tier_reached": f.climbs, "interest_in_stock": f.interests,
	}
	span := f.span(a)
	all, err := how[a.Trigger](a, span)
	list := slices.DeleteFunc(all, func(h happening) bool { return h.on > span.To || h.on < span.From && h.target < span.From })
	slices.SortFunc(list, func(x, y happening) int {
		return cmp.Or(cmp.Compare(x.on, y.on), cmp.Compare(x.customer, y.customer), cmp.Compare(x.key, y.key))
	})
	return list, err
}

// query reads happenings with an order: customer, day, order, its ref.
func (f *finder) query(key func(*happening) string, query string, args ...any) ([]happening, error) {
	return book.All(f.view, func(row book.Scanner) (h happening, err error) {
		var on string
		if err = row.Scan(&h.customer, &on, &h.order, &h.orderRef); err != nil {
			return h, err
		}
		h.on, err = dates.ParseISO(on)
		h.key, h.what = key(&h), on
		return h, err
	}, query, args...)
}

func orderKey(h *happening) string { return fmt.Sprintf("order:%d", h.order) }

func always(key string) func(*happening) string { return func(*happening) string { return key } }

func (f *finder) welcomes(_ *Automation, span dates.Range) ([]happening, error) {
	return f.query(always("welcome"), `SELECT c.id, c.created_on, 0, '' FROM customers c WHERE c.archived_on IS NULL AND c.created_on BETWEEN ? AND ?`, span.From.String(), span.To.String())
}

// orderRef is how an order o is called to a customer.
const orderRef = `ifnull(iif(o.ref_source <> 'content', o.ref, NULL), o.id)`

// purchases is SQL for the purchases that count today, with the day on which they became one; args are its values.
func (f *finder) purchases(a *Automation) (query string, args []any) {
	day := f.today.String()
	query = `SELECT o.customer_id, iif(o.is_history = 1, o.ordered_on, max(o.ordered_on, o.confirmed_on)) AS bought_on, o.id, ` + orderRef + ` AS ref
		FROM orders o JOIN customers c ON c.id = o.customer_id AND c.archived_on IS NULL
		WHERE o.original_id IS NULL AND o.net >= 0 AND (o.returned_on IS NULL OR o.returned_on > ?) AND ` + counts
	args = []any{day, day, day, day}
	if a.ProductID != 0 {
		query, args = query+` AND `+hasProduct, append(args, a.ProductID)
	}
	return query, args
}

// hasProduct is the condition that an order o has a product.
const hasProduct = `EXISTS (SELECT 1 FROM order_lines l WHERE l.order_id = o.id AND l.product_id = ? AND l.quantity > 0)`

func (f *finder) firstPurchases(a *Automation, span dates.Range) ([]happening, error) {
	query, args := f.purchases(a)
	return f.query(always("first_purchase"), `SELECT customer_id, min(bought_on) AS first_on, id, ref FROM (`+query+`) GROUP BY customer_id HAVING first_on BETWEEN ? AND ?`,
		append(args, span.From.String(), span.To.String())...)
}

// afterPurchases are purchases some days ago.
func (f *finder) afterPurchases(a *Automation, span dates.Range) ([]happening, error) {
	query, args := f.purchases(a)
	list, err := f.query(orderKey, `SELECT * FROM (`+query+`) WHERE bought_on BETWEEN ? AND ?`,
		append(args, earlier(span.From, a.Days), earlier(span.To, a.Days))...)
	for i := range list {
		list[i].on = list[i].on.AddDays(int(a.Days))
	}
	return list, err
}

// earlier is the day so many days before, as text; the first of the calendar where there is none.
func earlier(day dates.Date, days int64) string { return max(1, day.AddDays(-int(days))).String() }

func (f *finder) shipped(a *Automation, span dates.Range) ([]happening, error) {
	return f.orders(a, `o.shipped_on`, `o.cancelled_on IS NULL`, span, 0)
}

func (f *finder) delayed(a *Automation, span dates.Range) ([]happening, error) {
	return f.orders(a, `o.confirmed_on`, `o.is_history = 0 AND o.shipped_on IS NULL AND o.cancelled_on IS NULL`, span, a.Days)
}

// orders are orders, but for returns, with a day that came some days ago.
func (f *finder) orders(a *Automation, day, condition string, span dates.Range, days int64) ([]happening, error) {
	query := `SELECT o.customer_id, ` + day + `, o.id, ` + orderRef + ` FROM orders o JOIN customers c ON c.id = o.customer_id AND c.archived_on IS NULL
		WHERE o.original_id IS NULL AND o.total >= 0 AND ` + condition + ` AND ` + day + ` BETWEEN ? AND ?`
	args := []any{earlier(span.From, days), earlier(span.To, days)}
	if a.ProductID != 0 {
		query, args = query+` AND `+hasProduct, append(args, a.ProductID)
	}
	list, err := f.query(orderKey, query, args...)
	for i := range list {
		list[i].on = list[i].on.AddDays(int(days))
	}
	return list, err
}

// anniversaries are the days on which her first purchase was years ago: 28 February for one of the 29th.
func (f *finder) anniversaries(a *Automation, span dates.Range) ([]happening, error) {
	query, args := f.purchases(a)
	firsts, err := f.query(always(""), `SELECT customer_id, min(bought_on), id, ref FROM (`+query+`) GROUP BY customer_id`, args...)
	from, _, _ := span.From.Civil()
	until, _, _ := span.To.AddDays(int(a.Days)).Civil()
	var list []happening
	for _, h := range firsts {
		first, _, _ := h.on.Civil()
		for year := max(from, first+1); year <= until; year++ {
			on := h.on.AddYears(year - first)
			if on >= span.From {
				list = append(list, ahead(happening{customer: h.customer, key: fmt.Sprintf("anniversary:%d", year)}, on, a.Days))
			}
		}
	}
	return list, err
}

// ahead is a happening that is spoken of some days before its day.
func ahead(h happening, target dates.Date, days int64) happening {
	h.on, h.target, h.what = target.AddDays(-int(days)), target, target.String()
	return h
}

// due is the agenda by days of an automation's own; what counts none goes by the rules of the book.
func (f *finder) due(a *Automation) (*agenda.Agenda, error) {
	if made := f.agenda[a.Days]; made != nil {
		return made, nil
	}
	made, err := agenda.New(f.view, agenda.Query{AsOf: f.today, Within: agenda.AsTheRulesSay})
	if err != nil {
		return nil, err
	}
	rules, days := made.Rules(), int(a.Days)
	rules.BirthdayNotice, rules.PointsNotice, rules.QuoteCold, rules.ReplenishLead = days, days, days, days
	made.GoBy(rules)
	f.agenda[a.Days] = made
	return made, nil
}

func (f *finder) birthdays(a *Automation, span dates.Range) (list []happening, err error) {
	due, err := f.due(a)
	if err != nil {
		return nil, err
	}
	all, err := due.BirthdaysSince(span.From)
	for _, b := range all {
		year, _, _ := b.On.Civil()
		list = append(list, ahead(happening{customer: b.ID, key: fmt.Sprintf("birthday:%d", year)}, b.On, a.Days))
	}
	return list, err
}

func (f *finder) quotes(a *Automation, _ dates.Range) (list []happening, err error) {
	due, err := f.due(a)
	if err != nil {
		return nil, err
	}
	all, err := due.Quotes()
	for _, q := range all {
		list = append(list, happening{customer: q.ID, key: fmt.Sprintf("order:%d", q.OrderID), on: q.DueOn, order: q.OrderID, orderRef: cmp.Or(q.OrderRef, fmt.Sprint(q.OrderID)), what: q.QuotedOn.String()})
	}
	return list, err
}

func (f *finder) replenishments(a *Automation, _ dates.Range) (list []happening, err error) {
	due, err := f.due(a)
	if err != nil {
		return nil, err
	}
	all, err := due.Replenishments()
	for _, r := range all {
		if a.ProductID == 0 || a.ProductID == r.ProductID {
			list = append(list, happening{customer: r.ID, key: fmt.Sprintf("product:%d:%s", r.ProductID, r.LastOn), on: r.DueOn, product: r.Product, what: r.LastOn.String()})
		}
	}
	return list, err
}

func (f *finder) lapses(a *Automation, _ dates.Range) (list []happening, err error) {
	due, err := f.due(a)
	if err != nil {
		return nil, err
	}
	all, err := due.Lapses()
	for _, l := range all {
		list = append(list, ahead(happening{customer: l.ID, key: "points:" + l.LastDay.String()}, l.LastDay, a.Days))
	}
	return list, err
}

// interests are the products that came, or were launched, since she asked about them.
func (f *finder) interests(a *Automation, _ dates.Range) (list []happening, err error) {
	due, err := f.due(a)
	if err != nil {
		return nil, err
	}
	all, err := due.Interests()
	for _, i := range all {
		if !i.News().IsZero() && (a.ProductID == 0 || a.ProductID == i.ProductID) {
			list = append(list, happening{customer: i.ID, key: fmt.Sprintf("interest:%d:%s", i.ProductID, i.AskedOn), on: i.News(), product: i.Product, what: i.AskedOn.String()})
		}
	}
	return list, err
}

// report is the report of inactivity of today.
func (f *finder) report() (made *insight.ChurnReport, err error) {
	if f.churn == nil {
		f.churn, err = insight.ReportChurn(f.view, insight.ChurnOptions{AsOf: f.today})
	}
	return f.churn, err
}

func silence(c *insight.Churn, on dates.Date) happening {
	return happening{customer: c.CustomerID, key: "silent:" + c.LastOrder.String(), on: on, what: c.LastOrder.String()}
}

// silences are the days on which a fixed time, or three of her usual gaps, had passed without a purchase.
func (f *finder) silences(a *Automation, _ dates.Range) (list []happening, err error) {
	report, err := f.report()
	if err != nil {
		return nil, err
	}
	for i := range report.Rows {
		c := &report.Rows[i]
		switch {
		case a.Trigger == "inactive_fixed" && c.RecencyDays > int(a.Days):
			list = append(list, silence(c, c.LastOrder.AddDays(int(a.Days)+1)))
		case a.Trigger == "inactive_rhythm" && c.Rhythm == insight.Inactive:
			list = append(list, silence(c, c.LastOrder.AddDays(int(3**c.Gap)+1)))
		}
	}
	return list, err
}

// survival is how likely customers still bought on a day.
func (f *finder) survival(day dates.Date) (*insight.Survival, error) {
	if f.alive[day] == nil {
		made, err := insight.Alive(f.view, day)
		if err != nil {
			return nil, err
		}
		f.alive[day] = made
	}
	return f.alive[day], nil
}

// fallen are those whom the model gave better odds when the time to speak of them began than it does now. The day is the
// last on which they could be spoken of in time, for the model knows none of its own.
func (f *finder) fallen(a *Automation, span dates.Range) (list []happening, err error) {
	level := 0.5
	if a.Trigger == "at_risk" {
		level = 0.8
	}
	report, err := f.report()
	if err != nil {
		return nil, err
	}
	was, err := f.survival(max(1, a.ActiveFrom.AddDays(-1), span.To.AddDays(-f.late-1)))
	if err != nil {
		return nil, err
	}
	then, err := f.survival(span.To)
	if err != nil || was.Method == "" || then.Method == "" || span.To < a.ActiveFrom {
		return nil, err
	}
	low := func(s *insight.Survival, customer int64) bool {
		alive, ok := s.Of(customer)
		return ok && alive < level
	}
	for i := range report.Rows {
		c := &report.Rows[i]
		if c.PAlive != nil && *c.PAlive < level && low(then, c.CustomerID) && !low(was, c.CustomerID) {
			list = append(list, silence(c, span.To))
		}
	}
	return list, nil
}

// climbs are the tiers that customers have risen to and are in still.
func (f *finder) climbs(_ *Automation, span dates.Range) (list []happening, err error) {
	changes, err := loyalty.TierChanges(f.view, loyalty.Clients, max(1, span.From-1), f.today)
	if err != nil {
		return nil, err
	}
	now := map[int64]loyalty.Tier{}
	var ids []int64
	for _, c := range changes {
		if c.Now.Tier.Code != "" {
			ids, now[c.Account.Customer] = append(ids, c.Account.Customer), c.Now.Tier
		}
	}
	for day := f.today - 1; len(ids) > 0 && day+1 >= span.From; day-- {
		rungs, err := loyalty.Rungs(f.view, loyalty.Clients, max(1, day), ids...)
		if err != nil {
			return nil, err
		}
		ids = slices.DeleteFunc(ids, func(id int64) bool {
			tier, before := now[id], rungs[id].Tier
			if before.Code == tier.Code {
				return false
			}
			if before.Code == "" || before.Threshold < tier.Threshold {
				list = append(list, happening{customer: id, key: "tier:" + tier.Code + ":" + (day + 1).String(), on: day + 1, what: cmp.Or(tier.Name, tier.Code)})
			}
			return true
		})
	}
	return list, nil
}
