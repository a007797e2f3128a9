package insight

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// buying is when a customer bought, a day being one purchase, and for how much.
type buying struct {
	id          int64
	days        int // days with a purchase, at least 1
	first, last dates.Date
	later       money.Amount // of all that counts after her first day, so of her repeat purchases less what she gave back
	all         money.Amount
}

// mean is her money on a repeat day in minor units; 0 without one.
func (b *buying) mean() float64 {
	if b.days < 2 {
		return 0
	}
	return float64(b.later) / float64(b.days-1)
}

// readBuying are the customers with a purchase after the day after and no later than asOf, by id: from the pages of the
// index where they can be walked, else by SQL. Without a day after it is all they bought.
func readBuying(v *book.View, asOf, after dates.Date) ([]buying, error) {
	w := &buyingWalk{}
	w.asOf, _ = dayOf(asOf.Append(nil))
	if !after.IsZero() {
		w.after, _ = dayOf(after.Append(nil))
	}
	all, err := w.byIndex(v)
	if errors.Is(err, book.ErrUnwalkable) {
		w = &buyingWalk{asOf: w.asOf, after: w.after}
		all, err = w.bySQL(v, asOf)
	}
	if err != nil || !after.IsZero() {
		return all, err
	}
	return all, spareFirstDays(v, asOf, all)
}

// buyingWalk gathers the purchases of one customer after another, each in order of days.
type buyingWalk struct {
	asOf   dayText
	after  dayText
	list   []buying
	open   buying
	of     bool // a customer is open
	first  dayText
	last   dayText
	before dayText // day of the order before, of the same customer
}

func (w *buyingWalk) byIndex(v *book.View) ([]buying, error) {
	err := v.WalkIndex(salesIndex, salesColumns, func(e *book.IndexEntry) error {
		day, ok := dayOf(e.Text(salesOrdered))
		if !ok {
			return book.ErrUnwalkable
		}
		counts, ok := countsAt(e, day, w.asOf)
		if !ok {
			return book.ErrUnwalkable
		}
		if !counts {
			return nil
		}
		return w.take(e.Int(salesCustomer), day, money.Amount(e.Int(salesNet)))
	})
	if err == nil {
		err = w.close()
	}
	return w.list, err
}

// bySQL is the same by SQL, several times slower: the reference.
func (w *buyingWalk) bySQL(v *book.View, asOf dates.Date) ([]buying, error) {
	type counted struct {
		id  int64
		day string
		net money.Amount
	}
	day := asOf.String()
	for o, err := range book.Query(v, func(s book.Scanner) (o counted, err error) {
		err = s.Scan(&o.id, &o.day, &o.net)
		return o, err
	}, "SELECT customer_id, ordered_on, net FROM "+countedOrders+" ORDER BY customer_id, ordered_on, net", day, day, day, day) {
		if err != nil {
			return nil, err
		}
		at, ok := dayOf([]byte(o.day))
		if !ok {
			return nil, damaged(fmt.Sprintf("an order of customer %d is dated %q, which is no day", o.id, o.day))
		}
		if err := w.take(o.id, at, o.net); err != nil {
			return nil, damaged(fmt.Sprintf("the orders of customer %d cannot be summed", o.id))
		}
	}
	if err := w.close(); err != nil {
		return nil, damaged(fmt.Sprintf("the orders of customer %d are dated on no days", w.open.id))
	}
	return w.list, nil
}

// take adds an order that counts. What only takes money back is no purchase.
func (w *buyingWalk) take(id int64, day dayText, net money.Amount) error {
	if !w.of || id != w.open.id {
		if err := w.close(); err != nil || w.of && id < w.open.id {
			return book.ErrUnwalkable
		}
		w.of, w.open, w.before = true, buying{id: id}, dayText{}
	}
	if w.before.after(day) || sumsOver(w.open.all, net) || sumsOver(w.open.later, net) {
		return book.ErrUnwalkable
	}
	w.before = day
	if !day.after(w.after) {
		return nil
	}
	b := &w.open
	b.all += net
	if b.days > 0 && day.after(w.first) {
		b.later += net
	}
	if net < 0 {
		return nil
	}
	if b.days == 0 {
		w.first = day
	}
	if b.days == 0 || day != w.last {
		b.days++
	}
	w.last = day
	return nil
}

func sumsOver(a, b money.Amount) bool {
	return b > 0 && a > math.MaxInt64-b || b < 0 && a < math.MinInt64-b
}

// close keeps the open customer, whose orders have all been read.
func (w *buyingWalk) close() (err error) {
	if !w.of || w.open.days == 0 {
		return nil
	}
	if w.open.first, err = w.first.date(); err != nil {
		return book.ErrUnwalkable
	}
	if w.open.last, err = w.last.date(); err != nil {
		return book.ErrUnwalkable
	}
	w.list = append(w.list, w.open)
	w.open.days = 0
	return nil
}

// spareFirstDays gives back what returns of orders of a customer's first day took from her later money: a return lowers
// the day of its original. There are few of them, so SQL may look for them. Its first argument is Each's own.
func spareFirstDays(v *book.View, asOf dates.Date, all []buying) error {
	return v.Each(func(r book.Row) error {
		at, found := slices.BinarySearchFunc(all, r.Int(0), func(b buying, id int64) int { return cmp.Compare(b.id, id) })
		if !found {
			return nil
		}
		b := &all[at]
		original, err := dates.ParseISO(r.Text(1))
		if err != nil {
			return damaged(fmt.Sprintf("an order of customer %d is dated %q, which is no day", b.id, r.Text(1)))
		}
		back, err := dates.ParseISO(r.Text(2))
		if err != nil {
			return damaged(fmt.Sprintf("a return of customer %d is dated %q, which is no day", b.id, r.Text(2)))
		}
		if original <= b.first && back > b.first {
			b.later -= money.Amount(r.Int(3))
		}
		return nil
	}, "customer_id, original_on, back_on, net", `(SELECT r.customer_id, o.ordered_on AS original_on, r.ordered_on AS back_on, r.net
		FROM orders r JOIN orders o ON o.id = r.original_id
		WHERE r.original_id IS NOT NULL AND r.ordered_on <= ?2 AND (r.is_history = 1 OR r.confirmed_on <= ?2)
		AND (r.cancelled_on IS NULL OR r.cancelled_on > ?2) AND (r.returned_on IS NULL OR r.returned_on > ?2))`, asOf.String())
}
