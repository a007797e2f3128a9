package insight

import (
	"errors"
	"fmt"
	"math"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// readCohorts takes the months of all customers asked about: from the pages of the index where they can be walked, else
// by SQL.
func readCohorts(v *book.View, o CohortOptions) (*cohortSum, error) {
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	moved, err := movedReturns(v, o.AsOf)
	if err != nil {
		return nil, err
	}
	sum, err := walkCohorts(v, o.AsOf, who, moved)
	if errors.Is(err, book.ErrUnwalkable) {
		sum, err = queryCohorts(v, o.AsOf, who, moved)
	}
	return sum, err
}

func newCohortSum(moved map[int64][]movedMoney) *cohortSum {
	return &cohortSum{cohorts: map[int]*cohortRow{}, moved: moved, customer: math.MinInt64}
}

// movedReturns are the returns that came in another month than what they take back was sold in, by customer. (?2 is the
// first argument: Each has one of its own before it.)
func movedReturns(v *book.View, asOf dates.Date) (map[int64][]movedMoney, error) {
	moved := map[int64][]movedMoney{}
	err := v.Each(func(r book.Row) error {
		from, err := monthIn(r.Text(1))
		if err != nil {
			return err
		}
		to, err := monthIn(r.Text(2))
		moved[r.Int(0)] = append(moved[r.Int(0)], movedMoney{from, to, money.Amount(r.Int(3))})
		return err
	}, "customer_id, back_in, sold_in, money", `(SELECT r.customer_id, substr(r.ordered_on, 1, 7) AS back_in, substr(o.ordered_on, 1, 7) AS sold_in, sum(r.net) AS money
		FROM orders r JOIN orders o ON o.id = r.original_id
		WHERE r.original_id IS NOT NULL AND substr(r.ordered_on, 1, 7) <> substr(o.ordered_on, 1, 7) AND r.net < 0
			AND r.ordered_on <= ?2 AND (r.is_history = 1 OR r.confirmed_on <= ?2)
			AND (r.cancelled_on IS NULL OR r.cancelled_on > ?2) AND (r.returned_on IS NULL OR r.returned_on > ?2)
		GROUP BY r.customer_id, back_in, sold_in)`, asOf.String())
	return moved, err
}

// monthIn is a month as SQL cuts it from a day.
func monthIn(text string) (int, error) {
	d, err := dates.ParseISO(text + "-01")
	if err != nil {
		return 0, damaged(fmt.Sprintf("an order is dated %q, which is no month", text))
	}
	return monthOf(d), nil
}

// queryCohorts asks SQL for the months of each customer: the reference of the walk.
func queryCohorts(v *book.View, asOf dates.Date, who chosen, moved map[int64][]movedMoney) (*cohortSum, error) {
	s, day := newCohortSum(moved), asOf.String()
	return s, v.Each(func(r book.Row) error {
		if !who.has(r.Int(0)) {
			return nil
		}
		month, err := monthIn(r.Text(1))
		s.take(r.Int(0), month, int(r.Int(2)), money.Amount(r.Int(3)))
		return err
	}, "customer_id, month, purchases, money", `(SELECT customer_id, substr(ordered_on, 1, 7) AS month, sum(net >= 0) AS purchases, sum(net) AS money
		FROM `+countedOrders+` GROUP BY customer_id, month ORDER BY customer_id, month LIMIT -1)`, day, day, day, day)
}

// cohortWalk sums the counted orders by customer and month from the entries of the index, which come by customer and then
// by day. It says what queryCohorts says in SQL, and refuses as unwalkable whatever SQL might judge otherwise.
type cohortWalk struct {
	sum       *cohortSum
	who       chosen
	asOf      dayText
	customer  int64
	asked     bool // she is among those asked about
	before    dayText
	head      uint64 // the year and month being summed, as the text has them; 0: none
	month     int
	purchases int
	money     money.Amount
}

func walkCohorts(v *book.View, asOf dates.Date, who chosen, moved map[int64][]movedMoney) (*cohortSum, error) {
	w := &cohortWalk{sum: newCohortSum(moved), who: who, customer: math.MinInt64}
	w.asOf, _ = dayOf(asOf.Append(nil))
	if err := v.WalkIndex(salesIndex, salesColumns, w.entry); err != nil {
		return nil, err
	}
	w.flush()
	return w.sum, nil
}

func (w *cohortWalk) entry(e *book.IndexEntry) error {
	id := e.Int(salesCustomer)
	day, ok := dayOf(e.Text(salesOrdered))
	if id != w.customer {
		if id < w.customer {
			return book.ErrUnwalkable
		}
		w.flush()
		w.customer, w.asked, w.before = id, w.who.has(id), dayText{}
	}
	if !ok || w.before.after(day) {
		return book.ErrUnwalkable
	}
	w.before = day
	if !w.asked {
		return nil
	}
	counts, ok := countsAt(e, day, w.asOf)
	if !ok {
		return book.ErrUnwalkable
	}
	if !counts {
		return nil
	}
	if day.head != w.head {
		w.flush()
		if w.month, ok = day.month(); !ok {
			return book.ErrUnwalkable
		}
		w.head = day.head
	}
	return w.add(money.Amount(e.Int(salesNet)))
}

func (w *cohortWalk) add(net money.Amount) error {
	if net > 0 && w.money > math.MaxInt64-net || net < 0 && w.money < math.MinInt64-net {
		return book.ErrUnwalkable
	}
	w.money += net
	if net >= 0 {
		w.purchases++
	}
	return nil
}

// flush hands over the month that has been summed.
func (w *cohortWalk) flush() {
	if w.head != 0 {
		w.sum.take(w.customer, w.month, w.purchases, w.money)
	}
	w.head, w.purchases, w.money = 0, 0, 0
}

// month is the calendar month of a day, as monthOf numbers it.
func (d dayText) month() (int, bool) {
	n, ok := 0, byte(d.head>>24) == '-' && byte(d.head) == '-'
	for _, shift := range [...]uint{56, 48, 40, 32} {
		n, ok = 10*n+int(byte(d.head>>shift))-'0', ok && byte(d.head>>shift)-'0' <= 9
	}
	tens, ones := byte(d.head>>16)-'0', byte(d.head>>8)-'0'
	month := 10*int(tens) + int(ones)
	return 12*n + month - 1, ok && tens <= 1 && ones <= 9 && month >= 1 && month <= 12 && n >= 1
}
