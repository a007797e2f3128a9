package outreach

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
)

// TestAutomateByGoodsAndPoints tells of goods that are used up or come in and of points that come and lapse.
// The days are worked out by hand.
func TestAutomateByGoodsAndPoints(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 3)
	do(t, b, `INSERT INTO products (id, sku, name, replenish_days, created_on) VALUES (1, 'AB-1', 'Serum', 30, '2025-01-01'), (2, 'CR-1', 'Cream', NULL, '2025-01-01')`,
		`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (2, '2025-12-01', 'receive', 1), (2, '2025-12-02', 'adjust', -1)`,
		`INSERT INTO tiers (programme, code, name, threshold) VALUES ('clients', 'SILVER', 'Silver', 300)`)
	for _, trigger := range []string{"replenish", "points_expiring", "tier_reached", "interest_in_stock"} {
		found, _ := triggerOf(trigger)
		addAutomation(t, b, Automation{Code: trigger, Trigger: trigger, Days: max(0, found.Days)})
	}
	buys := func(order, customer int, on string) string {
		return fmt.Sprintf(`INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (%d, %d, '%s', 1000)`, order, customer, on)
	}
	line := func(order int) string {
		return fmt.Sprintf(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (%d, 1, 1, 1000, 1000)`, order)
	}
	earns := func(customer, points int, on, until string) string {
		return fmt.Sprintf(`INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on, expires_on) VALUES (%d, 'earn', %d, '%s', '%s', '%s')`, customer, points, on, on, until)
	}
	happen := map[string][]string{
		"2026-01-10": {buys(1, 1, "2026-01-10"), line(1)},
		"2026-01-15": {earns(1, 100, "2026-01-15", "2026-04-30"), earns(2, 50, "2026-01-15", "2026-04-30")},
		"2026-01-20": {`INSERT INTO interactions (customer_id, happened_on, channel, direction, kind, product_id) VALUES (3, '2026-01-20', 'call', 'in', 'interest', 2)`},
		"2026-02-15": {`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (2, '2026-02-15', 'receive', 5)`},
		"2026-02-20": {buys(2, 2, "2026-02-20"), line(2)},
		"2026-03-10": {buys(3, 2, "2026-03-10"), line(3)}, // before she would have been asked
		"2026-04-05": {earns(1, 200, "2026-04-05", "2027-12-31")},
	}
	said := map[string][]string{}
	for on := day(t, "2026-01-02"); on <= day(t, "2026-05-10"); on++ {
		clock.on(on)
		do(t, b, happen[on.String()]...)
		if on.String() == "2026-03-01" {
			update(t, b, func(tx *book.Tx) error {
				_, err := loyalty.Redeem(tx, loyalty.Account{Customer: 2}, 50, 0, 0, "tea")
				return err
			})
		}
		if on%4 != 0 { // it need not run every day
			continue
		}
		for _, o := range automate(t, b) {
			require.NotZero(t, o.MessageID, o.Reason)
			said[o.Automation] = append(said[o.Automation], fmt.Sprintf("%d %s %s", o.CustomerID, o.Key, o.DueOn))
		}
	}
	require.Equal(t, map[string][]string{
		"replenish":         {"1 product:1:2026-01-10 2026-02-02", "2 product:1:2026-03-10 2026-04-02"},
		"points_expiring":   {"1 points:2026-04-30 2026-03-31"},
		"tier_reached":      {"1 tier:SILVER:2026-04-05 2026-04-05"},
		"interest_in_stock": {"3 interest:2:2026-01-20 2026-02-15"},
	}, said)
}
