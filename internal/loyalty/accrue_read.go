package loyalty

import (
	"strconv"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// order is what the book says of an order that decides its points.
type order struct {
	id, customer, consultant int64
	referrer                 int64 // who referred the customer
	day                      dates.Date
	channel                  string
	facts                    facts
	net, byPoints            money.Amount // of what is left after returns
	birthday                 time.Month
	first                    bool
	lines                    []Line
	had                      []had
	reached                  Reached
}

// facts are what happened to an order.
type facts uint8

const (
	isConfirmed facts = 1 << iota
	isShipped
	isInvoiced
	isHistory
	isGone // cancelled, or all of it came back
)

// factsSQL are the facts of an order o as a number.
const factsSQL = `(o.confirmed_on IS NOT NULL) + 2 * (o.shipped_on IS NOT NULL) + 4 * (o.invoiced_on IS NOT NULL) + 8 * o.is_history
	+ 16 * (o.cancelled_on IS NOT NULL OR o.returned_on IS NOT NULL)`

// reach says whether an order with these facts counts and has come to a state.
func (f facts) reach(state EarnAt, paid bool) bool {
	switch {
	case f&isGone != 0:
		return false
	case f&isHistory != 0:
		return true
	case f&isConfirmed == 0:
		return false
	}
	switch state {
	case AtConfirmed:
		return true
	case AtShipped:
		return f&isShipped != 0
	case AtInvoiced:
		return f&isInvoiced != 0
	}
	return paid
}

// firstSQL says whether an order o is the first of its customer that counts.
const firstSQL = `NOT EXISTS (SELECT 1 FROM orders p WHERE p.customer_id = o.customer_id AND (p.ordered_on < o.ordered_on OR p.ordered_on = o.ordered_on AND p.id < o.id)
	AND p.net > 0 AND (p.is_history OR p.confirmed_on IS NOT NULL) AND p.cancelled_on IS NULL AND p.returned_on IS NULL)`

// had is what the ledger says an order earned an account by a rule, or by all without terms of their own.
type had struct {
	account Account
	code    string // of the rule; "" for those without terms of their own
	rule    int64
	points  int64
	last    int64 // entry that gave some
}

// account is whose points an order earns in a programme; none for an order without a consultant.
func (o *order) account(programme string) Account {
	if programme == Consultants {
		return Account{Consultant: o.consultant}
	}
	return Account{Customer: o.customer}
}

// on is the day of what happened: an order of history earns on its own day.
func (o *order) on() dates.Date { return max(o.reached.On, o.day) }

func (o *order) earns(at EarnAt) bool { return o.facts.reach(at, o.reached.Paid) }

// purchase is the order as rules see it.
func (o *order) purchase(tier Tier, used map[string]int64) Purchase {
	return Purchase{Day: o.day, Channel: o.channel, Birthday: o.birthday, First: o.first, Segments: o.reached.Segments, Tier: tier.Code, TierFactor: tier.Factor,
		Net: o.net, ByPoints: o.byPoints, Lines: o.lines, Used: used}
}

// listOf is a list of ids as JSON.
func listOf(ids []int64) string {
	list := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, id, 10)
	}
	return string(append(list, ']'))
}

// read reads orders with all that rules ask about, and what they earned. Returns and unknown ids are left out.
func (a *accrual) read(ids []int64) ([]*order, error) {
	orders, err := a.readOrders(ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[int64]*order, len(orders))
	for _, o := range orders {
		byID[o.id] = o
	}
	return orders, a.readHad(listOf(ids), byID)
}

// readOrders is read without what the orders earned.
func (a *accrual) readOrders(ids []int64) ([]*order, error) {
	list, first := listOf(ids), `0`
	if a.plan.asks()[ScopeFirstOrder] || a.plan.knows(firstEvents...) { // it is dear
		first = firstSQL
	}
	byID := make(map[int64]*order, len(ids))
	orders := make([]*order, 0, len(ids))
	err := a.view.Each(func(r book.Row) error {
		o := &order{id: r.Int(0), customer: r.Int(1), consultant: r.Int(2), day: dayOf(r.Text(3)), channel: strings.Clone(r.Text(4)), facts: facts(r.Int(5)),
			net: money.Amount(r.Int(6)), byPoints: money.Amount(r.Int(7)), birthday: birthMonth(r.Text(8)), first: r.Int(9) != 0, referrer: r.Int(10)}
		byID[o.id] = o
		orders = append(orders, o)
		return nil
	}, `o.id, o.customer_id, o.consultant_id, o.ordered_on, o.channel, `+factsSQL+`,
		o.net + ifnull((SELECT sum(r.net) FROM orders r WHERE r.original_id = o.id AND r.cancelled_on IS NULL), 0),
		(SELECT sum(p.amount) FROM payments p WHERE p.order_id = o.id AND p.method = 'points'), c.birthday, `+first+`, c.referred_by_id`,
		`json_each(?) f CROSS JOIN orders o ON o.id = f.value JOIN customers c ON c.id = o.customer_id WHERE o.original_id IS NULL`, list)
	if err != nil {
		return nil, err
	}
	return orders, a.readLines(list, byID)
}

// birthMonth is the month of a birthday, with or without its year; 0 for none.
func birthMonth(birthday string) time.Month {
	if len(birthday) < 7 {
		return 0
	}
	n, _ := strconv.Atoi(birthday[len(birthday)-5 : len(birthday)-3])
	return time.Month(n)
}

// readHad reads what the ledger says of orders.
func (a *accrual) readHad(list string, byID map[int64]*order) error {
	return a.view.Each(func(r book.Row) error {
		if o := byID[r.Int(0)]; o != nil {
			o.had = append(o.had, had{account: Account{Customer: r.Int(1), Consultant: r.Int(2)}, code: strings.Clone(r.Text(3)), rule: r.Int(4), points: r.Int(5), last: r.Int(6)})
		}
		return nil
	}, `order_id, customer_id, consultant_id, code, rule_id, points, last`, `(SELECT e.order_id, e.customer_id, e.consultant_id, r.code, max(e.rule_id) AS rule_id,
			sum(e.points) AS points, max(CASE WHEN e.points > 0 THEN e.id END) AS last
		FROM json_each(?) f CROSS JOIN point_entries e ON e.order_id = f.value LEFT JOIN point_rules r ON r.id = e.rule_id
		WHERE e.kind IN ('earn', 'bonus', 'reverse_earn') GROUP BY 1, 2, 3, 4 LIMIT -1)`, list)
}

// linesSQL are order, product and money of what is left of the lines of some orders, listed as JSON in ?2, as the first argument of Each is its own.
const linesSQL = `(SELECT order_id, product_id, sum(money) AS money FROM (
		SELECT l.order_id, l.product_id, l.amount - l.discount AS money FROM json_each(?2) f CROSS JOIN order_lines l ON l.order_id = f.value
		UNION ALL SELECT o.original_id, l.product_id, l.amount - l.discount FROM json_each(?2) f CROSS JOIN orders o ON o.original_id = f.value
			CROSS JOIN order_lines l ON l.order_id = o.id WHERE o.cancelled_on IS NULL)
	GROUP BY order_id, product_id ORDER BY order_id, product_id LIMIT -1)`

// readLines reads the lines of orders, where a rule of the programme ever asks about lines.
func (a *accrual) readLines(list string, byID map[int64]*order) error {
	if !a.plan.lined() {
		return nil
	}
	if a.products == nil {
		a.products = map[int64]*Product{}
	}
	var unknown []int64
	if err := a.view.Each(func(r book.Row) error {
		o, product := byID[r.Int(0)], r.Int(1)
		if o == nil || r.Int(2) == 0 {
			return nil
		}
		p := a.products[product]
		if p == nil {
			p = &Product{}
			a.products[product] = p
			unknown = append(unknown, product)
		}
		o.lines = append(o.lines, Line{Product: p, Amount: money.Amount(r.Int(2))})
		return nil
	}, `order_id, product_id, money`, linesSQL, list); err != nil {
		return err
	}
	return readProducts(a.view, unknown, a.products)
}

// lined says whether any rule of the programme asks about lines.
func (p *Plan) lined() bool {
	for i := range p.rules {
		if p.rules[i].Scope.Lines() {
			return true
		}
	}
	return false
}

// readProducts fills in what is known of products.
func readProducts(v *book.View, ids []int64, products map[int64]*Product) error {
	if len(ids) == 0 {
		return nil
	}
	list := listOf(ids)
	if err := v.Each(func(r book.Row) error {
		p := products[r.Int(0)]
		p.SKU, p.Category, p.Brand = strings.Clone(r.Text(1)), strings.Clone(r.Text(2)), strings.Clone(r.Text(3))
		return nil
	}, `p.id, p.sku, p.category, p.brand`, `json_each(?) f CROSS JOIN products p ON p.id = f.value`, list); err != nil {
		return err
	}
	return v.Each(func(r book.Row) error {
		p, word := products[r.Int(0)], strings.Clone(r.Text(2))
		if r.Int(1) == 0 {
			p.Tags = append(p.Tags, word)
		} else {
			p.Causes = append(p.Causes, word)
		}
		return nil
	}, `product_id, cause, word`, `(SELECT t.product_id, 0 AS cause, t.tag AS word FROM json_each(?2) f CROSS JOIN product_tags t ON t.product_id = f.value
		UNION ALL SELECT x.product_id, 1, x.value FROM json_each(?2) f CROSS JOIN product_attributes x ON x.product_id = f.value AND x.key = 'cause')`, list)
}
