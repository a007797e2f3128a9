package agenda

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// busy makes a book of 10,000 customers with 100,000 orders of two lines each over three years, 500 products, 30,000
// conversations, points for every order, and tiers and rewards.
func busy(b *testing.B) *book.Book {
	b.Helper()
	return bookWith(b,
		`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO customers (name, name_key, search, created_on, birthday, language, phone, phone_e164)
			SELECT 'Client ' || i, 'client ' || i, 'client ' || i, '2023-11-22', date('1980-01-01', '+' || i || ' days'), 'es', '600111222', '+34600111222' FROM n`,
		`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO products (sku, name, category, replenish_days, created_on)
			SELECT 'SKU-' || i, 'Product ' || i, 'c' || (i % 9), iif(i % 3, 30 + i % 90, NULL), '2023-01-01' FROM n`,
		`INSERT INTO stock_moves (product_id, moved_on, kind, quantity, value) SELECT id, '2026-01-01', 'receive', id % 40 + 1, 1000 FROM products`,
		`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total, tax, cost)
			SELECT 'P-' || i, 'ref', (i * 7919) % 10000 % (1 + i % 10000) + 1, date('2023-11-22', '+' || (i * 1096 / 100000) || ' days'), 2000 + i % 9000, i % 400, 900 + i % 4000 FROM n`,
		`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199999) INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, cost)
			SELECT i / 2 + 1, (i * 31 + i / 977) % 500 + 1, 1 + i % 3, 1000, 1000, 400 FROM n`,
		`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 29999) INSERT INTO interactions (customer_id, happened_on, channel, direction, kind, product_id)
			SELECT (i * 7) % 10000 + 1, date('2025-01-01', '+' || (i % 690) || ' days'), 'call', 'out', iif(i % 20, 'contact', 'interest'), iif(i % 20, NULL, i % 500 + 1) FROM n`,
		`INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on, expires_on, order_id)
			SELECT customer_id, 'earn', total / 100, ordered_on, ordered_on, date(ordered_on, '+365 days'), id FROM orders`,
		`INSERT INTO tiers (programme, code, name, threshold) VALUES ('clients', 'SILVER', 'Silver', 300), ('clients', 'GOLD', 'Gold', 600)`,
		`INSERT INTO rewards (programme, code, name, kind, points) VALUES ('clients', 'BAG', 'Bag', 'experience', 500)`,
		`INSERT INTO tasks (customer_id, what, due_on, first_due_on, created_on) SELECT id, 'call', '2026-11-22', '2026-11-22', '2026-11-01' FROM customers WHERE id % 100 = 0`,
	)
}

func BenchmarkToday(b *testing.B) {
	crowd := busy(b)
	run := func(name string, kinds ...Kind) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, crowd.View(context.Background(), func(v *book.View) error {
					a, err := New(v, today())
					if err != nil {
						return err
					}
					lines, err := a.Lines(kinds...)
					b.ReportMetric(float64(lines.Len()), "lines")
					lines.Some(20)
					return err
				}))
			}
		})
	}
	run("All")
	for _, k := range Kinds {
		run(string(k), k)
	}
}
