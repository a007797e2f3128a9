package sales

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// PointsBack is what of a return was given back as points: they had paid for what came back.
type PointsBack struct {
	Points int64
	Money  money.Amount // what they had paid
}

// pointsBackOf is what a return gave back as points: the entries of its original, and the payment taken off it, that the
// same operation wrote. Where that wrote several returns of one order it is not said whose is what.
func pointsBackOf(v *book.View, order int64) (b PointsBack, err error) {
	b, _, err = book.One(v, func(row book.Scanner) (b PointsBack, err error) {
		err = row.Scan(&b.Points, &b.Money)
		return b, err
	}, `WITH o AS (SELECT id, original_id FROM orders WHERE id = ? AND original_id IS NOT NULL),
		made AS (SELECT c.operation_id FROM o JOIN operation_changes c ON c.table_name = 'orders' AND c.kind = 'insert' AND o.id BETWEEN c.first_id AND c.last_id),
		wrote AS (SELECT c.table_name, c.first_id, c.last_id FROM made JOIN operation_changes c ON c.operation_id = made.operation_id AND c.kind = 'insert')
		SELECT (SELECT ifnull(sum(e.points), 0) FROM wrote r CROSS JOIN point_entries e ON e.id BETWEEN r.first_id AND r.last_id
				WHERE r.table_name = 'point_entries' AND e.kind = 'reverse_redeem' AND e.order_id = o.original_id),
			(SELECT ifnull(-sum(p.amount), 0) FROM wrote r CROSS JOIN payments p ON p.id BETWEEN r.first_id AND r.last_id
				WHERE r.table_name = 'payments' AND p.method = ?2 AND p.order_id = o.original_id)
		FROM o WHERE 1 = (SELECT count(*) FROM wrote r CROSS JOIN orders x ON x.id BETWEEN r.first_id AND r.last_id
			WHERE r.table_name = 'orders' AND x.original_id = o.original_id)`, order, ByPoints)
	return b, err
}
