package segment

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// filtersToTime are ordinary filters and the SQL somebody would write for the same.
var filtersToTime = []struct{ name, filter, sql string }{
	{"city", `city = 'Lyon'`, `c.city = 'Lyon'`},
	{"tag", `tag:vip and city = Lyon`, `c.id IN (SELECT customer_id FROM customer_tags WHERE tag = 'vip') AND c.city = 'Lyon'`},
	{"last_order", `last_order < 60d ago`, `(SELECT max(o.ordered_on) @ORDERS) < '2026-09-23'`},
	{"orders", `orders >= 3 within 180 days`, `(SELECT count(*) @ORDERS AND o.ordered_on >= '2026-05-26') >= 3`},
	{"spent", `spent > 300 since 2026-01-01`, `(SELECT sum(o.net) FROM orders o WHERE o.customer_id = c.id AND @SOLD AND o.ordered_on >= '2026-01-01') > 30000`},
	{"bought", `bought 'P-3'`, `c.id IN (SELECT o.customer_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.product_id = 3 AND l.quantity > 0 AND @SOLD)`},
	{"category", `bought category care times >= 2`, `c.id IN (SELECT o.customer_id FROM order_lines l JOIN orders o ON o.id = l.order_id JOIN products p ON p.id = l.product_id
		WHERE p.category = 'care' AND l.quantity > 0 AND @SOLD GROUP BY o.customer_id HAVING count(DISTINCT o.id) >= 2)`},
	{"mixed", `city = 'Lyon' and (last_order < 60d ago or not bought 'P-3') and tag:vip and spent > 100 since 2026-01-01`,
		`c.city = 'Lyon' AND ((SELECT max(o.ordered_on) @ORDERS) < '2026-09-23'
		OR c.id NOT IN (SELECT o.customer_id FROM order_lines l JOIN orders o ON o.id = l.order_id WHERE l.product_id = 3 AND l.quantity > 0 AND @SOLD))
		AND c.id IN (SELECT customer_id FROM customer_tags WHERE tag = 'vip')
		AND (SELECT sum(o.net) FROM orders o WHERE o.customer_id = c.id AND @SOLD AND o.ordered_on >= '2026-01-01') > 10000`},
	{"rfm", `rfm in (champions, loyal)`, ``},
}

// BenchmarkFilters times filters over 100,000 customers with 1,000,000 orders, and the same by hand in turns: x/hand is how
// much longer the filter takes, its compilation counted.
func BenchmarkFilters(b *testing.B) {
	large := newBook(b, filepath.Join(b.TempDir(), "book.db"))
	b.Cleanup(func() { require.NoError(b, large.Close()) })
	require.NoError(b, large.UpdateBulk(context.Background(), "test", func(tx *book.Tx) error {
		const count = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < `
		for _, s := range []string{
			count + `100) INSERT INTO products (id, sku, name, category, created_on) SELECT i, 'P-' || i, 'Product ' || i, CASE WHEN i % 10 = 0 THEN 'care' ELSE 'other' END, '2020-01-01' FROM n`,
			count + `100000) INSERT INTO customers (id, name, city, created_on, name_key, search) SELECT i, 'Client ' || i,
				CASE i % 20 WHEN 0 THEN 'Lyon' WHEN 1 THEN 'São Paulo' WHEN 2 THEN NULL ELSE 'City ' || i % 500 END, '2024-01-01', 'client ' || i, 'client' FROM n`,
			`INSERT INTO customer_tags (customer_id, tag) SELECT id, 'vip' FROM customers WHERE id % 7 = 0`,
			count + `1000000) INSERT INTO orders (id, customer_id, ordered_on, total) SELECT i, 1 + i * 7919 % 100000, date('2023-01-01', (i * 31 % 1420) || ' days'), 1000 + i % 9000 FROM n`,
			`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) SELECT id, 1 + id * 13 % 100, 1, total, total FROM orders`,
		} {
			if _, err := tx.Exec(s); err != nil {
				return err
			}
		}
		return nil
	}))
	for _, f := range filtersToTime {
		b.Run(f.name, func(b *testing.B) {
			require.NoError(b, large.View(context.Background(), func(v *book.View) error {
				var ours, byhand time.Duration
				for b.Loop() {
					begin := time.Now()
					compiled, err := Compile(v, f.filter, 0)
					require.NoError(b, err)
					ids, err := compiled.Members()
					require.NoError(b, err)
					ours += time.Since(begin)
					if f.sql == "" {
						continue
					}
					begin = time.Now()
					var n int
					require.NoError(b, v.Each(func(book.Row) error { n++; return nil }, "c.id", byHand(`customers c WHERE c.archived_on IS NULL AND `+f.sql, today)))
					byhand += time.Since(begin)
					require.Len(b, ids, n)
				}
				if byhand > 0 {
					b.ReportMetric(float64(ours)/float64(byhand), "x/hand")
				}
				return nil
			}))
		})
	}
}
