package insight

import (
	"encoding/binary"
	"math"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// salesIndex is the covering index of all sums by customer and day, as schema.sql declares it.
const salesIndex = "orders_sales"

var salesColumns = []string{"customer_id", "ordered_on", "net", "is_history", "confirmed_on", "cancelled_on", "returned_on"}

const (
	salesCustomer = iota
	salesOrdered
	salesNet
	salesHistory
	salesConfirmed
	salesCancelled
	salesReturned
)

// dayText is a day as the book writes it, 2026-11-22: two numbers that compare as the ten letters do.
type dayText struct {
	head uint64 // 2026-11-
	tail uint16 // 22
}

func dayOf(text []byte) (dayText, bool) {
	if len(text) != 10 {
		return dayText{}, false
	}
	return dayText{binary.BigEndian.Uint64(text), binary.BigEndian.Uint16(text[8:])}, true
}

func (d dayText) after(other dayText) bool {
	return d.head > other.head || d.head == other.head && d.tail > other.tail
}

func (d dayText) date() (dates.Date, error) {
	text := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint64(make([]byte, 0, 10), d.head), d.tail)
	return dates.ParseISO(string(text))
}

// salesWalk sums the counted orders by customer from the entries of the index, which come by customer and then by day.
// It says what buyersFrom and daysFrom say in SQL, and refuses as unwalkable whatever SQL might judge otherwise.
type salesWalk struct {
	asOf, since dayText
	buyers      []buyer
	open        buyer   // the customer whose orders are being read
	counted     bool    // she has an order that counts
	before      dayText // day of the entry before, of the same customer
	last        dayText // day of her last purchase
}

// walkBuyers is what queryBuyers gives, with the days of purchase whatever was asked, or book.ErrUnwalkable.
func walkBuyers(v *book.View, o RFMOptions) ([]buyer, error) {
	w := &salesWalk{open: buyer{id: math.MinInt64}}
	w.asOf, _ = dayOf(o.AsOf.Append(nil))
	if !o.Since.IsZero() {
		w.since, _ = dayOf(o.Since.Append(nil))
	}
	if err := v.WalkIndex(salesIndex, salesColumns, w.entry); err != nil {
		return nil, err
	}
	if err := w.close(); err != nil {
		return nil, err
	}
	return w.buyers, nil
}

func (w *salesWalk) entry(e *book.IndexEntry) error {
	id := e.Int(salesCustomer)
	day, ok := dayOf(e.Text(salesOrdered))
	if id != w.open.id {
		if err := w.close(); err != nil || id < w.open.id {
			return book.ErrUnwalkable
		}
		w.open, w.counted, w.before = buyer{id: id}, false, dayText{}
	}
	if !ok || w.before.after(day) {
		return book.ErrUnwalkable
	}
	w.before = day
	if w.since.after(day) {
		return nil
	}
	counts, ok := countsAt(e, day, w.asOf)
	if !ok {
		return book.ErrUnwalkable
	}
	if !counts {
		return nil
	}
	return w.add(day, money.Amount(e.Int(salesNet)))
}

// countsAt says whether an order of a day counts at the as-of day: see countedOrders.
func countsAt(e *book.IndexEntry, day, asOf dayText) (counts, ok bool) {
	by := func(column int) (happened bool) { // no later than the as-of day
		if e.Null(column) {
			return false
		}
		day, whole := dayOf(e.Text(column))
		ok = ok && whole
		return !day.after(asOf)
	}
	ok = true
	history := e.Int(salesHistory)
	confirmed, cancelled, returned := by(salesConfirmed), by(salesCancelled), by(salesReturned)
	return !day.after(asOf) && (history == 1 || confirmed) && !cancelled && !returned, ok
}

func (w *salesWalk) add(day dayText, net money.Amount) error {
	b := &w.open
	if net > 0 && b.money > math.MaxInt64-net || net < 0 && b.money < math.MinInt64-net {
		return book.ErrUnwalkable
	}
	w.counted = true
	b.money += net
	if net < 0 {
		return nil
	}
	if b.orders == 0 || day != w.last {
		b.days++
	}
	b.orders++
	w.last = day
	return nil
}

// close keeps the open customer, whose orders have all been read.
func (w *salesWalk) close() (err error) {
	if !w.counted {
		return nil
	}
	if w.open.orders > 0 {
		if w.open.last, err = w.last.date(); err != nil {
			return book.ErrUnwalkable
		}
	}
	w.buyers = append(w.buyers, w.open)
	return nil
}
