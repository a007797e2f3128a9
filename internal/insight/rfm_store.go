package insight

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// ReportRFM scores the customers of a book: everyone with an order that counts, archived or not, and those without one
// who are not archived, as prospects. What does not go together in o is a fault.Usage.
func ReportRFM(v *book.View, o RFMOptions) (*RFMReport, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, err
	}
	buyers, err := readBuyers(v, o)
	if err != nil {
		return nil, err
	}
	verdicts, bins := judge(bought(buyers), o, v.Settings().Currency.Decimals)
	r := &RFMReport{AsOf: o.AsOf, Bins: bins, Warnings: o.Segments.warnings, segments: o.Segments}
	r.Rows, err = readRows(v, o, buyers, verdicts)
	return r, err
}

// MigrateRFM reports as ReportRFM does and counts its customers by the segment they were in on an earlier day, scored by
// the same method and map against those who had bought by then. The same Since holds for both days.
func MigrateRFM(v *book.View, o RFMOptions, earlier dates.Date) (*RFMReport, []RFMMove, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, nil, err
	}
	if err := checkEarlier(o, earlier); err != nil {
		return nil, nil, err
	}
	r, err := ReportRFM(v, o)
	if err != nil {
		return nil, nil, err
	}
	o.AsOf = earlier
	buyers, err := readBuyers(v, o)
	if err != nil {
		return nil, nil, err
	}
	then := bought(buyers)
	verdicts, _ := judge(then, o, v.Settings().Currency.Decimals)
	segments := make(map[int64]string, len(then))
	for i := range then {
		segments[then[i].id] = verdicts[i].segment
	}
	return r, r.moves(segments), nil
}

// countedOrders are the orders that count at a day: sold by then, not cancelled or returned by then.
const countedOrders = `orders WHERE ordered_on <= ? AND (is_history = 1 OR confirmed_on <= ?)
	AND (cancelled_on IS NULL OR cancelled_on > ?) AND (returned_on IS NULL OR returned_on > ?)`

// buyersFrom sums the counted orders by customer. An order that takes money back is no purchase and sets no recency. Both
// this and daysFrom walk the index orders_sales in its own order, without a sort; beside another aggregate
// count(DISTINCT) would sort, so days are counted by a query of their own.
func buyersFrom(window string) string {
	return `(SELECT customer_id, max(CASE WHEN net >= 0 THEN ordered_on END) AS last_on, sum(net >= 0) AS purchases, sum(net) AS money
		FROM ` + countedOrders + window + ` GROUP BY customer_id)`
}

// daysFrom counts the days with a purchase by customer.
func daysFrom(window string) string {
	return `(SELECT customer_id, count(DISTINCT ordered_on) AS days
		FROM ` + countedOrders + window + ` AND net >= 0 GROUP BY customer_id)`
}

// readBuyers are the customers with an order that counts, by id: from the pages of the index where they can be walked,
// else by SQL. Days of purchase are only sure to be there when they are asked for.
func readBuyers(v *book.View, o RFMOptions) ([]buyer, error) {
	buyers, err := walkBuyers(v, o)
	if errors.Is(err, book.ErrUnwalkable) {
		buyers, err = queryBuyers(v, o)
	}
	if err != nil || o.Since.IsZero() {
		return buyers, err
	}
	return buyers, spareReturns(v, o, buyers)
}

// spareReturns gives back what returns took from the money of a stretch of time although their originals lie before it:
// a return belongs to its original. There are few of both, so SQL may look for them.
func spareReturns(v *book.View, o RFMOptions, buyers []buyer) error {
	asOf, since := o.AsOf.String(), o.Since.String()
	return v.Each(func(r book.Row) error {
		at, found := slices.BinarySearchFunc(buyers, r.Int(0), func(b buyer, id int64) int { return cmp.Compare(b.id, id) })
		if found {
			buyers[at].money -= money.Amount(r.Int(1))
		}
		return nil
	}, "customer_id, money", `(SELECT r.customer_id, sum(r.net) AS money FROM orders r JOIN orders o ON o.id = r.original_id
		WHERE r.original_id IS NOT NULL AND r.ordered_on BETWEEN ?2 AND ?3 AND o.ordered_on < ?2 AND (r.is_history = 1 OR r.confirmed_on <= ?3)
		AND (r.cancelled_on IS NULL OR r.cancelled_on > ?3) AND (r.returned_on IS NULL OR r.returned_on > ?3) GROUP BY r.customer_id)`, since, asOf)
}

// queryBuyers is the same by SQL, at about eight times the cost: the reference.
func queryBuyers(v *book.View, o RFMOptions) ([]buyer, error) {
	asOf := o.AsOf.String()
	window, args := "", []any{asOf, asOf, asOf, asOf}
	if !o.Since.IsZero() {
		window, args = " AND ordered_on >= ?", append(args, o.Since.String())
	}
	var buyers []buyer
	err := v.Each(func(r book.Row) error {
		b := buyer{id: r.Int(0), orders: int(r.Int(2)), money: money.Amount(r.Int(3))}
		if b.orders > 0 {
			var err error
			if b.last, err = dates.ParseISO(r.Text(1)); err != nil {
				return damaged(fmt.Sprintf("the last order of customer %d is dated %q, which is no day", b.id, r.Text(1)))
			}
		}
		buyers = append(buyers, b)
		return nil
	}, "customer_id, last_on, purchases, money", buyersFrom(window), args...)
	if err != nil || o.Frequency != RFMByDays {
		return buyers, err
	}
	next := 0
	err = v.Each(func(r book.Row) error {
		for buyers[next].id < r.Int(0) {
			next++
		}
		buyers[next].days = int(r.Int(1))
		return nil
	}, "customer_id, days", daysFrom(window), args...)
	return buyers, err
}

// bought are the buyers with a purchase: those who are scored.
func bought(buyers []buyer) []buyer {
	kept := make([]buyer, 0, len(buyers))
	for _, b := range buyers {
		if b.orders > 0 {
			kept = append(kept, b)
		}
	}
	return kept
}

// readRows reads all customers once, by id, beside the buyers and, for those with a purchase, their verdicts.
func readRows(v *book.View, o RFMOptions, buyers []buyer, verdicts []verdict) ([]RFM, error) {
	rows := make([]RFM, 0, len(buyers))
	err := v.Each(func(r book.Row) error {
		c := RFM{CustomerID: r.Int(0), Segment: SegmentProspect}
		if len(buyers) > 0 && buyers[0].id == c.CustomerID {
			b := &buyers[0]
			buyers = buyers[1:]
			c.Revenue = b.money
			if b.orders > 0 {
				c.fill(b, &verdicts[0], o)
				verdicts = verdicts[1:]
			}
		} else if archived := !r.Null(3); archived {
			return nil
		}
		c.Ref, c.Name = strings.Clone(r.Text(1)), strings.Clone(r.Text(2))
		rows = append(rows, c)
		return nil
	}, "id, ref, name, archived_on", "customers NOT INDEXED") // so that they come in order of id
	if err == nil && len(buyers) > 0 {
		err = damaged(fmt.Sprintf("there are orders of customer %d, who is not in it", buyers[0].id))
	}
	return rows, err
}

func damaged(reason string) error {
	return &fault.Error{Kind: fault.BookUnusable, Noun: "book", Reason: reason, Hint: "run: perla check"}
}

func (c *RFM) fill(b *buyer, v *verdict, o RFMOptions) {
	c.LastOrder, c.RecencyDays = b.last, int(o.AsOf-b.last)
	c.Frequency, c.Orders, c.Monetary = b.frequency(o.Frequency), b.orders, v.monetary
	c.R, c.F, c.M, c.Score = v.r, v.f, v.m, 100*v.r+10*v.f+v.m
	c.Segment = v.segment
}
