package insight

import (
	"math"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// Yield is what one customer brought, and what it took to have it.
type Yield struct {
	Orders    int64 // purchases
	Revenue   money.Amount
	Cost      *money.Amount // of the goods; nil where one cost is not known
	Discounts money.Amount  // given on these orders: Revenue is what was left after them
	Points    money.Amount  // that she spent, at what they are worth to her
	Campaigns money.Amount  // her part of what campaigns cost that wrote to her
	Service   money.Amount  // the time spent with her, at the rate of the book
}

// Actual is what is left of the revenue but for what campaigns cost; nil where a cost is not known.
func (y *Yield) Actual() *money.Amount {
	if y.Cost == nil {
		return nil
	}
	return new(y.Revenue - *y.Cost - y.Points - y.Service)
}

// Profit is what is left of the revenue; nil where a cost is not known.
func (y *Yield) Profit() *money.Amount {
	if y.Cost == nil {
		return nil
	}
	return new(*y.Actual() - y.Campaigns)
}

// touched says whether anything happened with her.
func (y *Yield) touched() bool {
	return y.Orders != 0 || y.Revenue != 0 || y.Cost == nil || *y.Cost != 0 || y.Discounts != 0 || y.Points != 0 || y.Campaigns != 0 || y.Service != 0
}

// yields gathers what customers brought and cost in some days, as known on one.
type yields struct {
	v        *book.View
	asOf     dates.Date
	days     dates.Range // closed at both ends
	of       map[int64]*Yield
	overflow bool
	spent    string // the entries by which points were spent or given back, as JSON; "" to look for them
}

// readYields reads orders, points, campaigns and interactions of some days, open where an end is 0. A return belongs to its
// original. The work is one walk over the orders, and one query for each of the rest.
func readYields(v *book.View, asOf dates.Date, days dates.Range) (map[int64]*Yield, error) {
	y := &yields{v: v, asOf: asOf, days: days, of: map[int64]*Yield{}}
	if y.days.From.IsZero() {
		y.days.From = 1
	}
	if y.days.To.IsZero() || y.days.To > asOf {
		y.days.To = asOf
	}
	for _, read := range []func() error{y.readSales, y.readDiscounts, y.readPoints, y.readCampaigns, y.readService} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	if y.overflow {
		return nil, errTooLargeSums
	}
	return y.of, nil
}

// one is what is gathered of a customer, who has no cost of goods as long as she has bought nothing.
func (y *yields) one(customer int64) *Yield {
	found := y.of[customer]
	if found == nil {
		found = &Yield{Cost: new(money.Amount)}
		y.of[customer] = found
	}
	return found
}

func (y *yields) plus(sum *money.Amount, amount money.Amount) {
	// what is left after all of them must fit as well
	const most = math.MaxInt64 / 16
	y.overflow = y.overflow || amount > most || amount < -most || sumsOver(*sum, amount)
	*sum += amount
}

// readSales sums the orders that count, as report sales does by customer.
func (y *yields) readSales() error {
	s := newSalesSum(SalesOptions{By: SalesByCustomer, AsOf: y.asOf, Days: y.days})
	if err := s.readOrders(y.v); err != nil {
		return err
	}
	s.settleReturns()
	if err := s.whole(); err != nil {
		return err
	}
	for id, at := range s.index {
		g := &s.groups[at]
		if g.counted == 0 {
			continue
		}
		one := y.one(id)
		one.Orders = g.orders
		y.plus(&one.Revenue, g.revenue)
		y.plus(one.Cost, g.cost)
		if g.costUnknown {
			one.Cost = nil
		}
	}
	return nil
}

// readDiscounts sums what was given off the same orders.
func (y *yields) readDiscounts() error {
	return y.v.Each(func(r book.Row) error {
		y.plus(&y.one(r.Int(0)).Discounts, money.Amount(r.Int(1)))
		return nil
	}, "customer_id, discount", `(SELECT o.customer_id, o.discount FROM orders o LEFT JOIN orders x ON x.id = o.original_id
		WHERE o.discount <> 0 AND ifnull(x.ordered_on, o.ordered_on) BETWEEN ?3 AND ?4
		AND o.ordered_on <= ?2 AND (o.is_history = 1 OR o.confirmed_on <= ?2)
		AND (o.cancelled_on IS NULL OR o.cancelled_on > ?2) AND (o.returned_on IS NULL OR o.returned_on > ?2))`,
		y.asOf.String(), y.days.From.String(), y.days.To.String())
}

// readPoints sums the points that were spent, less those given back, at what a point paid on the day they were spent. What
// a voucher took off an order, or gave with it, is in the order already; an experience costs what the reward says.
func (y *yields) readPoints() error {
	worth, err := pointValues(y.v)
	if err != nil {
		return err
	}
	entries, args := `point_entries e NOT INDEXED`, []any{y.asOf.String(), y.days.From.String(), y.days.To.String()}
	if y.spent != "" {
		entries, args = `json_each(?5) f CROSS JOIN point_entries e ON e.id = f.value`, append(args, y.spent)
	}
	return y.v.Each(func(r book.Row) error {
		points, spent := -r.Int(1), r.Text(2)
		cost := money.Amount(points) * worth(spent)
		if math.Abs(float64(points)*float64(worth(spent))) > math.MaxInt64/16 {
			y.overflow = true
			return nil
		}
		if kind := r.Text(3); kind != "" && kind != "experience" {
			return nil
		} else if kind != "" && !r.Null(4) {
			cost = money.Amount(r.Int(4))
			if points < 0 {
				cost = -cost
			}
		}
		y.plus(&y.one(r.Int(0)).Points, cost)
		return nil
	}, "customer_id, points, spent_on, kind, cost", `(SELECT e.customer_id, e.points, s.effective_on AS spent_on, w.kind, w.cost
		FROM `+entries+` CROSS JOIN point_entries s ON s.id = CASE e.kind WHEN 'redeem' THEN e.id ELSE e.reverses_id END
		LEFT JOIN vouchers x ON x.entry_id = s.id LEFT JOIN rewards w ON w.id = x.reward_id
		WHERE e.customer_id IS NOT NULL AND e.kind IN ('redeem', 'reverse_redeem') AND s.kind = 'redeem' AND e.effective_on <= ?2
		AND s.effective_on BETWEEN ?3 AND ?4)`, args...)
}

// pointValues says what a client's point pays on a day.
func pointValues(v *book.View) (func(day string) money.Amount, error) {
	type step struct {
		since string
		value money.Amount
	}
	days, err := book.All(v, book.Scalar[string], `SELECT DISTINCT since_on FROM point_settings WHERE programme = ? AND key = 'point_value' ORDER BY since_on`, loyalty.Clients)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, day := range days {
		on, err := dates.ParseISO(day)
		if err != nil {
			return nil, damaged("a setting of points holds from " + day + ", which is no day")
		}
		s, err := loyalty.SettingsAt(v, loyalty.Clients, on)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{day, s.PointValue})
	}
	return func(day string) (value money.Amount) {
		for _, s := range steps {
			if s.since <= day {
				value = s.value
			}
		}
		return value
	}, nil
}

// readCampaigns divides what each campaign cost by the day equally among those it was sent to, to the cent and in the order
// of their ids, and counts it on the day of the message. Who was held out, or whose message is still to be sent, costs
// nothing.
func (y *yields) readCampaigns() error {
	type campaign struct {
		id   int64
		cost money.Amount
	}
	costs, err := book.All(y.v, func(row book.Scanner) (c campaign, err error) {
		err = row.Scan(&c.id, &c.cost)
		return c, err
	}, `SELECT campaign_id, sum(amount) FROM campaign_costs WHERE spent_on <= ? GROUP BY campaign_id ORDER BY campaign_id`, y.asOf.String())
	if err != nil {
		return err
	}
	for _, c := range costs {
		var sentTo []int64
		var asked []bool
		err := y.v.Each(func(r book.Row) error {
			sentTo = append(sentTo, r.Int(0))
			asked = append(asked, r.Text(1) >= y.startOf(y.days.From) && r.Text(1) < y.startOf(y.days.To+1))
			return nil
		}, "customer_id, at", `(SELECT m.customer_id, s.at FROM messages m JOIN message_steps s ON s.id = (SELECT max(id) FROM message_steps WHERE message_id = m.id)
			WHERE m.campaign_id = ? AND m.holdout = 0 AND s.kind = 'sent' AND s.at < ? ORDER BY m.customer_id LIMIT -1)`, c.id, y.startOf(y.asOf+1))
		if err != nil {
			return err
		}
		for i, id := range sentTo {
			if asked[i] {
				y.plus(&y.one(id).Campaigns, money.Part(c.cost, int64(i), int64(i+1), int64(len(sentTo))))
			}
		}
	}
	return nil
}

// startOf is the first instant of a day in the book's zone, as the book writes instants.
func (y *yields) startOf(day dates.Date) string {
	year, month, d := day.Civil()
	return time.Date(year, month, d, 0, 0, 0, 0, y.v.Settings().Zone).UTC().Format("2006-01-02T15:04:05Z")
}

// readService counts the minutes of all interactions at the rate of the book, rounded once a customer.
func (y *yields) readService() error {
	rate, err := contacts.ServiceRate(y.v)
	if err != nil || rate == 0 {
		return err
	}
	const hour = 60 // minutes
	return y.v.Each(func(r book.Row) error {
		minutes := r.Int(1)
		if float64(minutes)*float64(rate)/hour > math.MaxInt64/16 {
			y.overflow = true
			return nil
		}
		y.plus(&y.one(r.Int(0)).Service, money.Amount(money.MulQuo(minutes, int64(rate), hour)))
		return nil
	}, "customer_id, minutes", `(SELECT customer_id, sum(minutes) AS minutes FROM interactions
		WHERE minutes > 0 AND happened_on BETWEEN ? AND ? GROUP BY customer_id)`, y.days.From.String(), y.days.To.String())
}
