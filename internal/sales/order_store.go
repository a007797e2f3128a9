package sales

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Query chooses orders. The zero value of a field chooses all.
type Query struct {
	AsOf     dates.Date  // facts up to this day; orders of later days are left out. Needed
	Days     dates.Range // of the order
	Customer int64
	Channel  string
	Where    book.Filter // those of customers who meet it
	Status   Status
	Sort     string // a name of SortNames, "-" before it for descending; "" is by id
	Limit    int

	only    int64 // one order, of whatever day
	after   int64 // only orders of larger ids, unless 0
	settled settlement
}

// SortNames are what orders can be sorted by.
var SortNames = []string{"id", "date", "customer", "total", "channel"}

var sortKeys = map[string]string{"id": "o.id", "date": "o.ordered_on", "customer": "c.name_key", "total": "o.total", "channel": "o.channel"}

// statusAt is the status of an order o as of a day, as a number of the Status list. The day is a civil date of ours, so
// it may stand in SQL as it is.
func statusAt(day dates.Date) string {
	by := func(column string) string { return fmt.Sprintf("o.%s <= '%s'", column, day) }
	return `CASE WHEN o.is_history AND o.cancelled_on IS NULL AND o.returned_on IS NULL THEN 5 WHEN ` + by("cancelled_on") + ` THEN 6 WHEN ` + by("returned_on") + ` THEN 7 WHEN o.is_history THEN 5
		WHEN ` + by("invoiced_on") + ` THEN 4 WHEN ` + by("shipped_on") + ` THEN 3 WHEN ` + by("confirmed_on") + ` THEN 2 ELSE 1 END`
}

// where is the condition of a query, and its arguments.
func (q *Query) where() (string, []any) {
	if q.only != 0 {
		return `o.id = ?`, []any{q.only}
	}
	parts, args := []string{`o.ordered_on <= ?`}, []any{q.AsOf.String()}
	add := func(condition string, arg any) { parts, args = append(parts, condition), append(args, arg) }
	if !q.Days.From.IsZero() {
		add(`o.ordered_on >= ?`, q.Days.From.String())
	}
	if !q.Days.To.IsZero() {
		add(`o.ordered_on <= ?`, q.Days.To.String())
	}
	if q.Customer != 0 {
		add(`o.customer_id = ?`, q.Customer)
	}
	if q.Channel != "" {
		add(`o.channel = ?`, q.Channel)
	}
	if q.Where.SQL != "" {
		parts, args = append(parts, `o.customer_id IN (SELECT c.id FROM customers c WHERE `+q.Where.SQL+`)`), append(args, q.Where.Args...)
	}
	if q.after != 0 {
		add(`o.id > ?`, q.after)
	}
	if q.Status != NoStatus {
		condition, of := q.hasStatus()
		parts, args = append(parts, condition), append(args, of...)
	}
	return strings.Join(parts, " AND "), args
}

// hasStatus is the condition that an order shows the status asked for.
func (q *Query) hasStatus() (string, []any) {
	facts := statusAt(q.AsOf)
	ids := q.settled.settledIDs()
	if ids == "" {
		return facts + ` = ?`, []any{int64(q.Status)}
	}
	return fmt.Sprintf(`CASE WHEN (%[1]s) BETWEEN 2 AND 4 AND o.id IN (SELECT value FROM json_each(?)) THEN 5 ELSE (%[1]s) END = ?`, facts), []any{ids, int64(q.Status)}
}

// settle works out what is paid of the orders chosen, as far as the answer needs it: of one customer, of those with the
// orders listed, or of everybody.
func (q *Query) settle(v *book.View) (err error) {
	var who whose
	switch {
	case q.only != 0:
		who = whose{`customer_id = (SELECT customer_id FROM orders WHERE id = ?)`, []any{q.only}}
	case q.Customer != 0:
		who = hers(q.Customer)
	case q.Limit > 0 && q.Status == NoStatus:
		read, from, args := q.source([]string{"o.customer_id"}, "")
		who = whose{`customer_id IN (SELECT ` + read + ` FROM ` + from + `)`, args}
	}
	q.settled, err = settle(v, q.AsOf, who)
	return err
}

// byID says whether the orders chosen come by id and may be any of them: the table is then read as it lies.
func (q *Query) byID() bool {
	return q.Sort == "" && q.Limit == 0 && q.Customer == 0 && q.Where.SQL == ""
}

// source is what to read and from where: columns, expressions over orders o and the joins, of the orders chosen, in
// their order. In the order of ids the table is read as it lies, without a subquery between.
func (q *Query) source(columns []string, joins string) (read, from string, args []any) {
	where, args := q.where()
	if q.byID() {
		return strings.Join(columns, ", "), `orders o NOT INDEXED` + joins + ` WHERE ` + where, args
	}
	key, direction, tie := strings.TrimPrefix(q.Sort, "-"), "", ""
	if key != q.Sort {
		direction = " DESC"
	}
	if key == "date" { // of a day's orders the latest is the last one written
		tie = direction
	}
	order := sortKeys[key]
	if order == "" {
		order = "o.id"
	}
	if key == "customer" {
		joins = ` JOIN customers c ON c.id = o.customer_id` + joins
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	var named, names []string
	for i, column := range columns {
		names = append(names, fmt.Sprintf("v%d", i))
		named = append(named, fmt.Sprintf("%s AS v%d", column, i))
	}
	return strings.Join(names, ", "), fmt.Sprintf(`(SELECT %s FROM orders o%s WHERE %s ORDER BY %s%s, o.id%s LIMIT %d)`,
		strings.Join(named, ", "), joins, where, order, direction, tie, limit), args
}

// texts are texts by id. Ids are given out one after the other, so that nearly all stand in a list, where a million
// look-ups cost a quarter of those in a map.
type texts struct {
	list []string
	rest map[int64]string // of ids far beyond the others
}

func (t *texts) put(id int64, text string) {
	if id < 0 || id > int64(2*len(t.list)+1024) {
		if t.rest == nil {
			t.rest = map[int64]string{}
		}
		t.rest[id] = text
		return
	}
	for int64(len(t.list)) <= id {
		t.list = append(t.list, "")
	}
	t.list[id] = text
}

// of is the text of an id, "" when there is none.
func (t *texts) of(id int64) string {
	if uint64(id) < uint64(len(t.list)) && t.list[id] != "" {
		return t.list[id]
	}
	return t.rest[id]
}

// names gives a text of each row that the chosen orders refer to: by the id of the row, expression of a table x of that
// name. Looking it up in Go spares a million orders a million searches in SQL.
func (q *Query) names(v *book.View, table, key, expression string) (names texts, err error) {
	from, args := table+` x`, []any(nil)
	if q.only != 0 || q.Customer != 0 || q.Limit > 0 {
		var read, orders string
		read, orders, args = q.source([]string{"o." + key}, "")
		from += ` WHERE id IN (SELECT ` + read + ` FROM ` + orders + `)`
	}
	err = v.Each(func(r book.Row) error {
		names.put(r.Int(0), strings.Clone(r.Text(1)))
		return nil
	}, `id, `+expression, from, args...)
	return names, err
}

// directory is what the chosen orders refer to, by id.
type directory struct{ customers, consultants, campaigns texts }

// look reads the directory; the expressions say which text of a customer, a consultant and a campaign is wanted.
func (q *Query) look(v *book.View, customer, other string) (d directory, err error) {
	if d.customers, err = q.names(v, "customers", "customer_id", customer); err != nil {
		return d, err
	}
	if d.consultants, err = q.names(v, "consultants", "consultant_id", other); err != nil {
		return d, err
	}
	d.campaigns, err = q.names(v, "campaigns", "campaign_id", other)
	return d, err
}

// List yields the orders a query chooses.
func List(v *book.View, q Query) iter.Seq2[Order, error] {
	dir, err := q.look(v, "x.name", "x.name")
	if err != nil {
		return failed[Order](err)
	}
	if err := q.settle(v); err != nil {
		return failed[Order](err)
	}
	currency := v.Settings().Currency.Code
	return readOrders(v, q, func(s *stored) Order {
		o := Order{ID: s.id, Ref: s.ref, RefSource: s.refSource, CustomerID: s.customer, Customer: dir.customers.of(s.customer), Date: s.date, Status: q.settled.shown(s.id, s.status),
			Channel: s.channel, Consultant: dir.consultants.of(s.consultant), Campaign: dir.campaigns.of(s.campaign), Total: s.total, Currency: currency,
			Shipping: s.shipping, Tax: s.tax, Discount: s.discount, Notes: s.notes}
		if o.RefSource == contentSource {
			o.Ref = ""
		}
		o.paid, o.due = q.settled.money(s.id, s.status, s.total)
		return o
	})
}

// failed is a sequence that ends with an error at once.
func failed[T any](err error) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		yield(zero, err)
	}
}

// words keeps one copy of each text that comes again and again.
type words map[string]string

func (w words) of(volatile string) string {
	if kept, ok := w[volatile]; ok {
		return kept
	}
	if len(w) > 1<<17 { // a name for every row is not worth keeping
		clear(w)
	}
	kept := strings.Clone(volatile)
	w[kept] = kept
	return kept
}

// Lines are the lines of an order, in their order, with what had left and come back by a day; one that has none is itself
// one line without a product.
func Lines(v *book.View, order int64, asOf dates.Date) ([]Line, error) {
	decimals := v.Settings().Currency.Decimals
	return book.All(v, func(row book.Scanner) (l Line, err error) {
		var price, cost, shipped *int64
		var whole bool
		if err = row.Scan(&l.SKU, &l.Product, &l.Quantity, &price, &l.Amount, &l.Discount, &l.Tax, &cost, &l.Promotion, &l.Backordered, &whole, &shipped, &l.Returned); err != nil {
			return l, err
		}
		if price != nil {
			l.UnitPrice = exactPrice(money.Amount(*price), l.Amount, l.Quantity, decimals)
		}
		if cost != nil {
			l.Cost, l.CostKnown = money.Amount(*cost), true
		}
		if shipped != nil {
			l.Shipped = *shipped
		} else if whole {
			l.Shipped = max(l.Quantity, 0)
		}
		return l, nil
	}, `SELECT p.sku, p.name, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost, ifnull(m.code, ''), l.backordered, o.is_history OR ifnull(o.shipped_on <= ?2, 0),
			(SELECT sum(CASE WHEN t.shipped_on <= ?2 THEN s.quantity ELSE 0 END) FROM shipment_lines s JOIN shipments t ON t.id = s.shipment_id WHERE s.order_line_id = l.id),
			(SELECT ifnull(-sum(r.quantity), 0) FROM order_lines r JOIN orders b ON b.id = r.order_id WHERE r.original_line_id = l.id AND b.ordered_on <= ?2)
		FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN products p ON p.id = l.product_id LEFT JOIN promotions m ON m.id = l.promotion_id
		WHERE l.order_id = ?1 ORDER BY l.id`, order, asOf.String())
}

// Find is the one order a selector names: its id (42, id:42), else its ref (ref:X, or just X). Its status is that of asOf.
func Find(v *book.View, selector string, asOf dates.Date) (Order, error) {
	ids, err := candidates(v, strings.TrimSpace(selector))
	if err != nil {
		return Order{}, err
	}
	if len(ids) > 1 {
		e := &fault.Error{Kind: fault.Ambiguous, Noun: "order", Key: selector, Reason: fmt.Sprintf("%d orders have this ref", len(ids)),
			Hint: "name one by its id"}
		for _, id := range ids {
			e.Detail = append(e.Detail, "id:"+strconv.FormatInt(id, 10))
		}
		return Order{}, e
	}
	if len(ids) == 1 {
		for o, err := range List(v, Query{AsOf: asOf, only: ids[0]}) {
			return o, err
		}
	}
	return Order{}, &fault.Error{Kind: fault.NotFound, Noun: "order", Key: selector, Reason: "there is no such order", Hint: "list them with: perla order list"}
}

// candidates are the ids of the orders a selector may mean.
func candidates(v *book.View, selector string) ([]int64, error) {
	text, byID := strings.CutPrefix(selector, "id:")
	ref, byRef := strings.CutPrefix(selector, "ref:")
	if id, err := strconv.ParseInt(text, 10, 64); err == nil && !byRef {
		ids, err := book.All(v, book.Scalar[int64], `SELECT id FROM orders WHERE id = ?`, id)
		if len(ids) > 0 || err != nil || byID {
			return ids, err
		}
	}
	return book.All(v, book.Scalar[int64], `SELECT id FROM orders WHERE ref = ? AND ref_source <> ? ORDER BY id`, ref, contentSource)
}
