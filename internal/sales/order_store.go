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
	Status   Status
	Sort     string // a name of SortNames, "-" before it for descending; "" is by id
	Limit    int

	only int64 // one order, of whatever day
}

// SortNames are what orders can be sorted by.
var SortNames = []string{"id", "date", "customer", "total", "channel"}

var sortKeys = map[string]string{"id": "o.id", "date": "o.ordered_on", "customer": "c.name_key", "total": "o.total", "channel": "o.channel"}

// statusAt is the status of an order o as of a day, as a number of the Status list. The day is a civil date of ours, so
// it may stand in SQL as it is.
func statusAt(day dates.Date) string {
	by := func(column string) string { return fmt.Sprintf("o.%s <= '%s'", column, day) }
	return `CASE WHEN ` + by("cancelled_on") + ` THEN 6 WHEN ` + by("returned_on") + ` THEN 7 WHEN o.is_history THEN 5
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
	if q.Status != NoStatus {
		add(statusAt(q.AsOf)+` = ?`, int64(q.Status))
	}
	return strings.Join(parts, " AND "), args
}

// rest is what follows SELECT ... FROM: joins, condition and order.
func (q *Query) rest(columns, joins string) (string, []any) {
	where, args := q.where()
	inner := `orders o ` + joins + ` WHERE ` + where
	if q.Sort == "" && q.Limit == 0 && q.Customer == 0 {
		return `(SELECT ` + columns + ` FROM ` + inner + ` ORDER BY o.id LIMIT -1)`, args
	}
	key, direction := strings.TrimPrefix(q.Sort, "-"), ""
	if key != q.Sort {
		direction = " DESC"
	}
	order := sortKeys[key]
	if order == "" {
		order = "o.id"
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return fmt.Sprintf(`(SELECT %s FROM %s ORDER BY %s%s, o.id LIMIT %d)`, columns, inner, order, direction, limit), args
}

// List yields the orders a query chooses.
func List(v *book.View, q Query) iter.Seq2[Order, error] {
	currency := v.Settings().Currency.Code
	names := words{}
	rest, args := q.rest(`o.id AS a, o.ref AS b, o.ref_source AS c, o.customer_id AS d, c.name AS e, o.ordered_on AS f, `+statusAt(q.AsOf)+` AS g,
		o.channel AS h, k.name AS i, p.name AS j, o.total AS k`, `JOIN customers c ON c.id = o.customer_id
		LEFT JOIN consultants k ON k.id = o.consultant_id LEFT JOIN campaigns p ON p.id = o.campaign_id`)
	return book.Stream(v, func(r book.Row) Order {
		o := Order{ID: r.Int(0), RefSource: names.of(r.Text(2)), CustomerID: r.Int(3), Customer: names.of(r.Text(4)), Status: Status(r.Int(6)),
			Channel: names.of(r.Text(7)), Consultant: names.of(r.Text(8)), Campaign: names.of(r.Text(9)), Total: money.Amount(r.Int(10)), Currency: currency}
		o.Date, _ = dates.ParseISO(r.Text(5))
		if o.RefSource != contentSource {
			o.Ref = strings.Clone(r.Text(1))
		}
		return o
	}, `a, b, c, d, e, f, g, h, i, j, k`, rest, args...)
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

// Lines are the lines of an order, in their order; one that has none is itself one line without a product.
func Lines(v *book.View, order int64) ([]Line, error) {
	decimals := v.Settings().Currency.Decimals
	return book.All(v, func(row book.Scanner) (l Line, err error) {
		var price, cost *int64
		if err = row.Scan(&l.SKU, &l.Product, &l.Quantity, &price, &l.Amount, &l.Discount, &l.Tax, &cost); err != nil {
			return l, err
		}
		if price != nil {
			l.UnitPrice = exactPrice(money.Amount(*price), l.Amount, l.Quantity, decimals)
		}
		if cost != nil {
			l.Cost, l.CostKnown = money.Amount(*cost), true
		}
		return l, nil
	}, `SELECT p.sku, p.name, l.quantity, l.unit_price, l.amount, l.discount, l.tax, l.cost
		FROM order_lines l JOIN products p ON p.id = l.product_id WHERE l.order_id = ? ORDER BY l.id`, order)
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
