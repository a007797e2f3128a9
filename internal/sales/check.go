package sales

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// Checks are the proofs about orders, for perla check: the sums of an order are those of its lines.
func Checks() []book.Check {
	return []book.Check{
		{Name: "orders are the sum of their lines", Probe: checkSums},
		{Name: "historical orders have no days of their own", Query: `SELECT printf('order %d is historical and has a day on which it was confirmed, shipped or invoiced', id)
			FROM orders WHERE is_history AND coalesce(confirmed_on, shipped_on, invoiced_on) IS NOT NULL LIMIT 1`},
		{Name: "invoices have no gaps and go with the days", Query: `SELECT printf('%s %d of %d follows %d', replace(kind, '_', ' '), number, year, before)
			FROM (SELECT kind, year, number, issued_on, lag(number, 1, 0) OVER s AS before, lag(issued_on, 1, '') OVER s AS day_before FROM invoices WINDOW s AS (PARTITION BY kind, year ORDER BY number))
			WHERE number <> before + 1 OR issued_on < day_before OR CAST(substr(issued_on, 1, 4) AS INTEGER) <> year LIMIT 1`},
		{Name: "payments are of who ordered", Query: `SELECT printf('payment %d of customer %d names an order of customer %d', p.id, p.customer_id, o.customer_id)
			FROM payments p JOIN orders o ON o.id = p.order_id WHERE p.customer_id <> o.customer_id LIMIT 1`},
	}
}

// checkSums adds up the lines of every order that has some. An order of unknown cost has a line of unknown cost.
func checkSums(v *book.View) (string, error) {
	minor := v.Settings().Currency
	for problem, err := range book.Query(v, func(row book.Scanner) (string, error) {
		var id int64
		var column string
		var have, want *int64
		err := row.Scan(&id, &column, &have, &want)
		return fmt.Sprintf("order %d: %s is %s, its lines make it %s", id, column, amountOr(minor, have), amountOr(minor, want)), err
	}, `WITH sums AS (
			SELECT order_id, sum(amount - discount + tax) AS total, sum(discount) AS discount, sum(tax) AS tax,
				CASE WHEN count(cost) = count(*) THEN sum(cost) END AS cost
			FROM order_lines GROUP BY order_id)
		SELECT o.id, CASE WHEN o.total <> s.total + o.shipping THEN 'total' WHEN o.discount <> s.discount THEN 'discount' WHEN o.tax <> s.tax THEN 'tax' ELSE 'cost' END AS what,
			CASE WHEN o.total <> s.total + o.shipping THEN o.total WHEN o.discount <> s.discount THEN o.discount WHEN o.tax <> s.tax THEN o.tax ELSE o.cost END,
			CASE WHEN o.total <> s.total + o.shipping THEN s.total + o.shipping WHEN o.discount <> s.discount THEN s.discount WHEN o.tax <> s.tax THEN s.tax ELSE s.cost END
		FROM sums s JOIN orders o ON o.id = s.order_id
		WHERE (o.total, o.discount, o.tax, o.cost) IS NOT (s.total + o.shipping, s.discount, s.tax, s.cost) LIMIT 1`) {
		return problem, err
	}
	return "", nil
}

// amountOr is an amount of money, or that it is not known.
func amountOr(c money.Currency, minor *int64) string {
	if minor == nil {
		return "unknown"
	}
	return c.Format(money.Amount(*minor))
}
