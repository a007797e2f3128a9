package sales

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Event is something that happened to an order on a day.
type Event struct {
	On   dates.Date
	What string
}

// Story is what happened to an order up to a day, oldest first. A historical order has none but what came after.
func Story(v *book.View, order int64, asOf dates.Date) ([]Event, error) {
	var events []Event
	for e, err := range book.Query(v, func(row book.Scanner) (e Event, err error) {
		var on, carrier, tracking string
		var pieces, other int64
		if err = row.Scan(&on, &e.What, &pieces, &other, &carrier, &tracking); err != nil {
			return e, err
		}
		e.On, _ = dates.ParseISO(on)
		switch e.What {
		case "returns":
			e.What = fmt.Sprintf("takes back order %d", other)
		case "returned":
			e.What = fmt.Sprintf("%d %s came back: order %d", pieces, piecesWord(pieces), other)
		case "shipped":
			e.What = fmt.Sprintf("%d %s shipped", pieces, piecesWord(pieces))
			if carrier != "" {
				e.What += " by " + carrier
			}
			if tracking != "" {
				e.What += ", " + tracking
			}
		case "quoted":
			if carrier != "" {
				e.What += ", valid until " + carrier
			}
		}
		return e, nil
	}, `SELECT ordered_on, CASE WHEN original_id IS NULL THEN 'quoted' ELSE 'returns' END AS what, 0, ifnull(original_id, 0), ifnull(valid_until_on, ''), '' FROM orders
			WHERE id = ?1 AND is_history = 0 AND (confirmed_on IS NOT ordered_on OR original_id IS NOT NULL)
		UNION ALL SELECT confirmed_on, 'confirmed', 0, 0, '', '' FROM orders WHERE id = ?1 AND original_id IS NULL AND confirmed_on <= ?2
		UNION ALL SELECT shipped_on, 'shipped', (SELECT ifnull(sum(quantity), 0) FROM shipment_lines l WHERE l.shipment_id = s.id), 0, ifnull(carrier, ''), ifnull(tracking, '') FROM shipments s
			WHERE order_id = ?1 AND shipped_on <= ?2
		UNION ALL SELECT invoiced_on, 'invoiced', 0, 0, '', '' FROM orders WHERE id = ?1 AND invoiced_on <= ?2
		UNION ALL SELECT cancelled_on, 'cancelled', 0, 0, '', '' FROM orders WHERE id = ?1 AND cancelled_on <= ?2
		UNION ALL SELECT ordered_on, 'returned', (SELECT ifnull(-sum(quantity), 0) FROM order_lines l WHERE l.order_id = r.id), id, '', '' FROM orders r
			WHERE original_id = ?1 AND ordered_on <= ?2`, order, asOf.String()) {
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.On, b.On) })
	return events, nil
}

func piecesWord(n int64) string {
	if n == 1 {
		return "piece"
	}
	return "pieces"
}
