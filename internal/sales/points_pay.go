package sales

import (
	"fmt"
	"math/bits"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
)

// ByPoints is the method of payments that points made. Nothing else may be booked under it.
const ByPoints = "points"

// notByPoints refuses money that says it is points.
func notByPoints(method string) error {
	if method == ByPoints {
		return fault.New(fault.Usage, "points are no money that came in", "spend them with: perla order pay ORDER --redeem 500")
	}
	return nil
}

// Redemption is points that are to pay an order.
type Redemption struct {
	Order  int64
	Points int64
	Day    dates.Date // 0 for today
}

// Redeem pays an order with points of its customer, at what a point pays on that day, and gives the id of the payment.
// More than is due, or than she can spend, is a fault.Conflict.
func Redeem(tx *book.Tx, n Redemption) (int64, error) {
	h, day, err := holdToMove(tx, n.Order, PayMove, n.Day)
	if err != nil {
		return 0, err
	}
	id, err := redeem(tx, h.Customer, Redemption{Order: n.Order, Points: n.Points, Day: day})
	if err != nil {
		return 0, err
	}
	return id, h.earning.done(day, n.Order)
}

// redeem spends the points and books the payment.
func redeem(tx *book.Tx, customer int64, n Redemption) (int64, error) {
	s, err := loyalty.SettingsAt(tx.View, loyalty.Clients, n.Day)
	if err != nil {
		return 0, err
	}
	if s.PointValue == 0 {
		return 0, &fault.Error{Kind: fault.Conflict, Noun: "points", Reason: fmt.Sprintf("a point pays nothing on %s", n.Day),
			Hint: "say what one pays: perla points set point_value 0.01"}
	}
	due, err := dueOf(tx.View, customer, n.Order)
	if err != nil {
		return 0, err
	}
	if most := int64(due / s.PointValue); n.Points > most {
		c := tx.Settings().Currency
		reason, hint := fmt.Sprintf("%s is due, which %d points pay at %s each, not %d", c.Format(due), most, c.Format(s.PointValue), n.Points), fmt.Sprintf("redeem at most %d", most)
		if most == 0 {
			reason, hint = fmt.Sprintf("%s is due, which no points pay", c.Format(due)), ""
		}
		return 0, &fault.Error{Kind: fault.Conflict, Noun: "order", Key: fmt.Sprint(n.Order), Reason: reason, Hint: hint}
	}
	if _, err := loyalty.Redeem(tx, loyalty.Account{Customer: customer}, n.Points, n.Day, n.Order, ""); err != nil {
		return 0, err
	}
	return insertPayment(tx, NewPayment{Customer: customer, Order: n.Order, Day: n.Day, Amount: money.Amount(n.Points) * s.PointValue, Method: ByPoints})
}

// spentOn is what points paid of an order.
type spentOn struct {
	points     int64
	paid, back money.Amount
	last       dates.Date // of the payments
}

func readSpent(v *book.View, order int64) (s spentOn, err error) {
	s, _, err = book.One(v, func(row book.Scanner) (s spentOn, err error) {
		var on string
		err = row.Scan(&s.points, &s.paid, &s.back, &on)
		s.last, _ = dates.ParseISO(on)
		return s, err
	}, `SELECT (SELECT ifnull(-sum(points), 0) FROM point_entries WHERE order_id = ?1 AND kind = 'redeem'),
			ifnull(sum(max(amount, 0)), 0), ifnull(-sum(min(amount, 0)), 0), ifnull(max(paid_on), '') FROM payments WHERE order_id = ?1 AND method = ?2`, order, ByPoints)
	return s, err
}

// givePointsBack gives back the points that paid for what is no longer wanted of an order, returned of its total, and takes
// the payment they were off by as much: what points paid comes back as points, never as money. It gives the points.
func givePointsBack(tx *book.Tx, order int64, returned, total money.Amount, on dates.Date) (points int64, err error) {
	s, err := readSpent(tx.View, order)
	if err != nil || s.points == 0 {
		return 0, err
	}
	upTo := s.points
	if returned < total {
		hi, lo := bits.Mul64(uint64(s.points), uint64(max(returned, 0)))
		down, _ := bits.Div64(hi, lo, uint64(total))
		upTo = int64(down)
	}
	entries, err := loyalty.GiveBack(tx, order, upTo, on)
	if err != nil {
		return 0, err
	}
	for _, e := range entries {
		points += e.Points
	}
	if money := money.Part(s.paid, 0, upTo, s.points) - s.back; money > 0 {
		customer, _, err := book.One(tx.View, book.Scalar[int64], `SELECT customer_id FROM orders WHERE id = ?`, order)
		if err != nil {
			return 0, err
		}
		if _, err := insertPayment(tx, NewPayment{Customer: customer, Order: order, Day: max(on, s.last), Amount: -money, Method: ByPoints}); err != nil {
			return 0, err
		}
	}
	return points, nil
}
