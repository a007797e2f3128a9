package outreach

import (
	"math"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
)

// Result is what came of a campaign, as of a day.
type Result struct {
	Campaign     Campaign
	Sent         int64 // messages that went out
	Bounced      int64
	Opened       int64 // customers, each once
	Clicked      int64
	Replied      int64
	Unsubscribed int64 // complaints too
	Converted    int64 // recipients with a credited order in the window
	Orders       int64 // credited ones, of whoever
	Revenue      money.Amount
	Cost         money.Amount // of the goods
	CostKnown    bool         // of every credited order
	Lift         Lift
}

// Delivered is how many messages arrived.
func (r *Result) Delivered() int64 { return r.Sent - r.Bounced }

// Margin is what was earned; known is false where the cost of some goods is not.
func (r *Result) Margin() (amount money.Amount, known bool) { return r.Revenue - r.Cost, r.CostKnown }

// Rate is a share of the messages that arrived; NaN without any.
func (r *Result) Rate(n int64) float64 { return share(n, r.Delivered()) }

func share(n, of int64) float64 {
	if of == 0 {
		return math.NaN()
	}
	return float64(n) / float64(of)
}

// ROI is 100 * (gain - cost) / cost of the campaign, by what was earned or by revenue; NaN without a cost, or without a known gain.
func (r *Result) ROI(byRevenue bool) float64 {
	gain, known := r.Margin()
	if byRevenue {
		gain, known = r.Revenue, true
	}
	if r.Campaign.Cost == 0 || !known {
		return math.NaN()
	}
	return 100 * float64(gain-r.Campaign.Cost) / float64(r.Campaign.Cost)
}

// Lift is how many more of those who heard of a campaign bought in its window than of those held out, with the interval in
// which the true difference lies 95 times in 100. Without a holdout Difference is NaN.
type Lift struct {
	Treated, TreatedBought int64
	Held, HeldBought       int64
	Difference, Low, High  float64
}

// NewLift compares two shares. The interval is Newcombe's hybrid of two score intervals without continuity correction
// (R. G. Newcombe, Interval estimation for the difference between independent proportions, 1998, method 10).
func NewLift(treated, treatedBought, held, heldBought int64) Lift {
	l := Lift{Treated: treated, TreatedBought: treatedBought, Held: held, HeldBought: heldBought, Difference: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if treated == 0 || held == 0 {
		return l
	}
	p1, p2 := share(treatedBought, treated), share(heldBought, held)
	low1, high1 := insight.Wilson(treatedBought, treated)
	low2, high2 := insight.Wilson(heldBought, held)
	l.Difference = p1 - p2
	l.Low = l.Difference - math.Sqrt((p1-low1)*(p1-low1)+(high2-p2)*(high2-p2))
	l.High = l.Difference + math.Sqrt((high1-p1)*(high1-p1)+(p2-low2)*(p2-low2))
	return l
}

// Results is what came of a campaign up to a day. Credit is read as it is stored: see CreditOrders.
func Results(v *book.View, c Campaign, asOf dates.Date) (Result, error) {
	r := Result{Campaign: c}
	if err := r.readMessages(v, asOf); err != nil {
		return r, err
	}
	if err := r.readCredit(v, asOf); err != nil {
		return r, err
	}
	return r, r.readLift(v, asOf)
}

// endOf is the last instant of a day in the book's zone, as the book writes instants.
func endOf(v *book.View, day dates.Date) string { return firstInstant(v, day.AddDays(1)) }

// readMessages counts messages and what came back of them.
func (r *Result) readMessages(v *book.View, asOf dates.Date) error {
	end := endOf(v, asOf)
	_, _, err := book.One(v, func(row book.Scanner) (struct{}, error) {
		return struct{}{}, row.Scan(&r.Sent, &r.Bounced, &r.Opened, &r.Clicked, &r.Replied, &r.Unsubscribed)
	}, `WITH out AS (SELECT m.id FROM messages m JOIN message_steps s ON s.id = `+lastStep+` WHERE m.campaign_id = ?1 AND s.kind = 'sent' AND s.at < ?2),
		back AS (SELECT DISTINCT e.message_id, e.kind FROM message_events e JOIN out ON out.id = e.message_id WHERE e.at < ?2)
		SELECT (SELECT count(*) FROM out), ifnull(sum(kind = 'bounced'), 0), ifnull(sum(kind = 'opened'), 0), ifnull(sum(kind = 'clicked'), 0), ifnull(sum(kind = 'replied'), 0),
		(SELECT count(DISTINCT message_id) FROM back WHERE kind IN ('unsubscribed', 'complained')) FROM back`, r.Campaign.ID, end)
	return err
}

// readCredit sums the credited orders, less what came back of them up to the day.
func (r *Result) readCredit(v *book.View, asOf dates.Date) error {
	day := asOf.String()
	credited := `credited AS (SELECT o.id, o.customer_id, o.ordered_on FROM campaign_credits x JOIN orders o ON o.id = x.order_id WHERE x.campaign_id = ?1 AND x.credited_on <= ?2
		AND o.ordered_on <= ?2 AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2))`
	var unknown int64
	_, _, err := book.One(v, func(row book.Scanner) (struct{}, error) {
		return struct{}{}, row.Scan(&r.Orders, &r.Revenue, &r.Cost, &unknown)
	}, `WITH `+credited+`, money AS (SELECT o.net, o.cost FROM credited JOIN orders o ON o.id = credited.id
		UNION ALL SELECT o.net, o.cost FROM credited JOIN orders o ON o.original_id = credited.id WHERE o.ordered_on <= ?2 AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2))
		SELECT (SELECT count(*) FROM credited), ifnull(sum(net), 0), ifnull(sum(cost), 0), ifnull(sum(cost IS NULL), 0) FROM money`, r.Campaign.ID, day)
	r.CostKnown = unknown == 0
	if err != nil {
		return err
	}
	type pair struct {
		customer int64
		at, on   string
	}
	converted := map[int64]bool{}
	for p, err := range book.Query(v, func(row book.Scanner) (p pair, err error) {
		err = row.Scan(&p.customer, &p.at, &p.on)
		return p, err
	}, `WITH `+credited+` SELECT credited.customer_id, s.at, credited.ordered_on FROM credited JOIN messages m ON m.customer_id = credited.customer_id AND m.campaign_id = ?1 AND m.holdout = 0
		JOIN message_steps s ON s.id = `+lastStep+` AND s.kind = 'sent'`, r.Campaign.ID, day) {
		if err != nil {
			return err
		}
		sent := dayOf(v, p.at)
		on, _ := dates.ParseISO(p.on)
		if sent <= on && int64(on-sent) <= r.Campaign.Window {
			converted[p.customer] = true
		}
	}
	r.Converted = int64(len(converted))
	return nil
}

// readLift compares who was written to with who was held out: of both, how many bought anything from the launch on until the
// window closed. Who was meant to be written to counts, reached or not: to leave out those who were not would compare
// unlike people.
func (r *Result) readLift(v *book.View, asOf dates.Date) error {
	r.Lift = NewLift(0, 0, 0, 0)
	if r.Campaign.Launched.IsZero() {
		return nil
	}
	until := min(r.Campaign.Launched.AddDays(int(r.Campaign.Window)), asOf)
	type group struct{ held, n, bought int64 }
	groups, err := book.All(v, func(row book.Scanner) (g group, err error) {
		err = row.Scan(&g.held, &g.n, &g.bought)
		return g, err
	}, `SELECT m.holdout, count(*), ifnull(sum(EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = m.customer_id AND o.ordered_on BETWEEN ?2 AND ?3 AND o.original_id IS NULL AND o.total >= 0
		AND (o.is_history = 1 OR o.confirmed_on <= ?4) AND (o.cancelled_on IS NULL OR o.cancelled_on > ?4) AND (o.returned_on IS NULL OR o.returned_on > ?4))), 0)
		FROM messages m WHERE m.campaign_id = ?1 GROUP BY m.holdout`, r.Campaign.ID, r.Campaign.Launched.String(), until.String(), asOf.String())
	var of [2]group
	for _, g := range groups {
		of[g.held] = g
	}
	r.Lift = NewLift(of[0].n, of[0].bought, of[1].n, of[1].bought)
	return err
}

// firstInstant is the first instant of a day in the book's zone, as the book writes instants.
func firstInstant(v *book.View, day dates.Date) string {
	y, m, d := day.Civil()
	zone := v.Settings().Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.Date(y, m, d, 0, 0, 0, 0, zone).UTC().Format(rfc3339)
}
