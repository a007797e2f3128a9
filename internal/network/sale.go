package network

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// seller is whose sale an order o is, as SQL: the consultant it names, else the customer's on its day.
const seller = `coalesce(o.consultant_id, (SELECT h.consultant_id FROM customer_consultants h
	WHERE h.customer_id = o.customer_id AND h.since_on <= o.ordered_on ORDER BY h.since_on DESC LIMIT 1))`

// counts is the condition that an order is a sale on a day, as the reports count it.
func counts(order string, day dates.Date) string {
	return strings.NewReplacer("o.", order+".", "?", "'"+day.String()+"'").Replace(`o.ordered_on <= ? AND (o.is_history OR o.confirmed_on <= ?)
		AND (o.cancelled_on IS NULL OR o.cancelled_on > ?) AND (o.returned_on IS NULL OR o.returned_on > ?)`)
}

// readSales sums what each place of a team sold in each of some periods that follow each other, as known on a day. A
// return counts where its original does, to the credit of who sold that.
func readSales(v *book.View, team *Team, periods []dates.Range, day dates.Date) ([][]money.Amount, error) {
	sums := make([][]money.Amount, len(periods))
	ends := make([]string, len(periods))
	for i, p := range periods {
		sums[i], ends[i] = make([]money.Amount, len(team.Members)), p.To.String()
	}
	keep := func(r book.Row) error {
		place, ok := team.Place(r.Int(0))
		if !ok {
			return nil
		}
		at := 0
		for on := r.Text(1); on > ends[at]; {
			at++
		}
		sums[at][place] += money.Amount(r.Int(2))
		return nil
	}
	from, to := periods[0].From.String(), periods[len(periods)-1].To.String()
	if err := v.Each(keep, seller+`, o.ordered_on, o.net`, `orders o WHERE o.original_id IS NULL AND o.ordered_on BETWEEN ? AND ? AND `+counts("o", day), from, to); err != nil {
		return nil, err
	}
	err := v.Each(keep, seller+`, o.ordered_on, r.net`, `orders r JOIN orders o ON o.id = r.original_id
		WHERE r.original_id IS NOT NULL AND o.ordered_on BETWEEN ? AND ? AND `+counts("r", day)+` AND `+counts("o", day), from, to)
	return sums, err
}

// Sale is an order that earns commission.
type Sale struct {
	Order  int64
	Seller int32 // place of who sold it
	Net    money.Amount
}

// PaidBy gives, for a day, the orders that were paid in full by then, as far as they are no history. Payments are not this
// room's business.
type PaidBy func(v *book.View, day dates.Date) (func(order int64) bool, error)

// earnDay is the day of an order o on which it earns, as SQL; NULL until it does. Of an order that earns when it is paid it
// is the first day on which it could.
func (t *Terms) earnDay() string {
	fact := map[string]string{"shipped": "o.shipped_on", "invoiced": "o.invoiced_on"}[t.EarnAt]
	if fact == "" {
		fact = "o.confirmed_on"
	}
	return `CASE WHEN o.is_history OR ` + fact + ` < o.ordered_on THEN o.ordered_on ELSE ` + fact + ` END`
}

// earned reads the orders that earned commission within some days, as known on a later one, with what they come to less
// what came back. Those that stand in the ledger already are left out, but for those that were taken back as a whole, which
// Correct does.
func earned(v *book.View, team *Team, terms *Terms, days dates.Range, day dates.Date, paid PaidBy) (list []Sale, err error) {
	first := days.From
	before, by := func(int64) bool { return false }, func(int64) bool { return true }
	if terms.EarnAt == "paid" {
		first = 1
		if before, err = paid(v, days.From-1); err != nil {
			return nil, err
		}
		if by, err = paid(v, min(day, days.To)); err != nil {
			return nil, err
		}
	}
	start := days.From.String()
	err = v.Each(func(r book.Row) error {
		place, ok := team.Place(r.Int(1))
		if !ok {
			return nil
		}
		order, history := r.Int(0), r.Int(3) != 0
		if terms.EarnAt == "paid" {
			if history && r.Text(4) < start || !history && (!by(order) || before(order)) {
				return nil
			}
		}
		list = append(list, Sale{Order: order, Seller: place, Net: money.Amount(r.Int(2))})
		return nil
	}, `x.id, x.seller, x.net, x.is_history, x.ordered_on`, fmt.Sprintf(`(SELECT o.id, %s AS seller, o.is_history, o.ordered_on,
			o.net + ifnull((SELECT sum(r.net) FROM orders r WHERE r.original_id = o.id AND %s), 0) AS net
		FROM orders o WHERE o.original_id IS NULL AND %s AND %s BETWEEN ? AND ?
			AND NOT EXISTS (SELECT 1 FROM commission_entries e WHERE e.order_id = o.id AND e.kind = 'own'
				AND (e.base <= 0 OR e.base <> -ifnull((SELECT sum(b.base) FROM commission_entries b WHERE b.reverses_id = e.id), 0))) ORDER BY o.id LIMIT -1) x`,
		seller, counts("r", day), counts("o", day), terms.earnDay()), first.String(), min(day, days.To).String())
	return list, err
}
