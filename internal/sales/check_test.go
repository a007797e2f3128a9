package sales_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/sales"
)

func TestChecks(t *testing.T) {
	ctx := context.Background()
	settings, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := book.Create(ctx, filepath.Join(t.TempDir(), "book.db"), settings, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	do := func(statements ...string) {
		require.NoError(t, b.Update(ctx, "test", func(tx *book.Tx) error {
			for _, s := range statements {
				if _, err := tx.Exec(s); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	problem := func() string {
		findings, err := b.Verify(ctx, sales.Checks())
		require.NoError(t, err)
		for _, f := range findings {
			if f.Problem != "" {
				return f.Check + ": " + f.Problem
			}
		}
		return ""
	}
	do(`INSERT INTO customers (name, created_on, name_key, search) VALUES ('Ana', '2026-11-22', 'ana', 'ana'), ('Bea', '2026-11-22', 'bea', 'bea')`,
		`INSERT INTO products (sku, name, created_on) VALUES ('p', 'P', '2026-01-01')`,
		`INSERT INTO orders (id, customer_id, ordered_on, total, shipping, tax, discount, cost) VALUES (1, 1, '2026-11-01', 1250, 300, 50, 100, 400), (2, 1, '2026-11-01', -500, 0, 0, 0, NULL), (3, 1, '2026-11-01', 77, 5, 9, 1, 3)`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount, discount, tax, cost) VALUES (1, 1, 2, 350, 700, 100, 30, 300), (1, 1, 1, 300, 300, 0, 20, 100), (2, 1, -1, 500, -500, 0, 0, NULL)`)
	require.Empty(t, problem(), "an order without lines has the sums its file gave")
	for statement, want := range map[string]string{
		`UPDATE orders SET total = 1251 WHERE id = 1`:              "orders are the sum of their lines: order 1: total is 12.51, its lines make it 12.50",
		`UPDATE orders SET shipping = 0 WHERE id = 1`:              "orders are the sum of their lines: order 1: total is 12.50, its lines make it 9.50",
		`UPDATE orders SET discount = 99 WHERE id = 1`:             "orders are the sum of their lines: order 1: discount is 0.99, its lines make it 1.00",
		`UPDATE orders SET tax = 0 WHERE id = 1`:                   "orders are the sum of their lines: order 1: tax is 0.00, its lines make it 0.50",
		`UPDATE orders SET cost = NULL WHERE id = 1`:               "orders are the sum of their lines: order 1: cost is unknown, its lines make it 4.00",
		`UPDATE orders SET cost = 0 WHERE id = 2`:                  "orders are the sum of their lines: order 2: cost is 0.00, its lines make it unknown",
		`UPDATE order_lines SET cost = NULL WHERE id = 1`:          "orders are the sum of their lines: order 1: cost is 4.00, its lines make it unknown",
		`DELETE FROM order_lines WHERE id = 2`:                     "orders are the sum of their lines: order 1: total is 12.50, its lines make it 9.30",
		`UPDATE orders SET shipped_on = '2026-11-02' WHERE id = 3`: "historical orders have no days of their own: order 3 is historical and has a day on which it was confirmed, shipped or invoiced",
		`INSERT INTO invoices (order_id, kind, year, number, issued_on, total) VALUES (1, 'invoice', 2026, 1, '2026-11-02', 1), (2, 'invoice', 2026, 3, '2026-11-02', 1)`: "invoices have no gaps and go with the days: invoice 3 of 2026 follows 1",
		`INSERT INTO invoices (order_id, kind, year, number, issued_on, total) VALUES (1, 'invoice', 2026, 1, '2026-11-02', 1), (2, 'invoice', 2026, 2, '2026-11-01', 1)`: "invoices have no gaps and go with the days: invoice 2 of 2026 follows 1",
		`INSERT INTO invoices (order_id, kind, year, number, issued_on, total) VALUES (1, 'invoice', 2026, 1, '2025-11-02', 1)`:                                           "invoices have no gaps and go with the days: invoice 1 of 2026 follows 0",
		`INSERT INTO payments (customer_id, order_id, paid_on, amount) SELECT 2, 1, '2026-11-02', 5`:                                                                      "payments are of who ordered: payment 1 of customer 2 names an order of customer 1",
		`UPDATE orders SET returned_on = '2026-02-31' WHERE id = 3`:                                                                                                       "days are days of the calendar: order 3 has returned_on 2026-02-31",
	} {
		do(statement)
		require.Equal(t, want, problem())
		_, err := b.Undo(ctx, 0)
		require.NoError(t, err)
	}
	require.Empty(t, problem())
}
