package network

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Results are what came of an event, as known on a day.
type Results struct {
	Event
	Until   dates.Date   // the last day whose orders count; 0 before it is held
	Buyers  int64        // attendees with a purchase
	Orders  int64        // purchases
	Revenue money.Amount // of these orders, less what came back
}

// RevenuePerAttendee is the revenue by each who came, rounded half to even; 0 where nobody did.
func (r *Results) RevenuePerAttendee() money.Amount {
	if r.Guests.Attended == 0 {
		return 0
	}
	return money.Amount(money.QuoRound(int64(r.Revenue), r.Guests.Attended))
}

// ReadResults works out what came of an event as known on a day: its guests, and the orders of those who came, from the
// day it was held on to so many days later. Those of a customer are the ones she placed, those of a consultant the ones
// she sold; one that both had a part in counts once. Revenue is of definitions.md: net of tax, shipping and returns.
func ReadResults(v *book.View, event int64, days int, day dates.Date) (Results, error) {
	e, err := GetEvent(v, event, day)
	if err != nil {
		return Results{}, err
	}
	r := Results{Event: e}
	if e.HeldOn > day {
		return r, nil
	}
	r.Until = min(e.HeldOn.AddDays(days), day)
	came := map[Person]bool{}
	for g, err := range readGuests(v, `g.event_id = ? AND g.attended_on <= ?`, event, day.String()) {
		if err != nil {
			return r, err
		}
		came[g.Person] = true
	}
	if len(came) == 0 {
		return r, nil
	}
	buyers := map[Person]bool{}
	err = v.Each(func(row book.Row) error {
		counted := false
		for _, p := range []Person{{ID: row.Int(0)}, {Consultant: true, ID: row.Int(1)}} {
			if !came[p] {
				continue
			}
			if counted = true; row.Int(2) >= 0 {
				buyers[p] = true
			}
		}
		if !counted {
			return nil
		}
		r.Revenue += money.Amount(row.Int(2) + row.Int(3))
		if row.Int(2) >= 0 {
			r.Orders++
		}
		return nil
	}, `o.customer_id, `+seller+`, o.net, (SELECT ifnull(sum(b.net), 0) FROM orders b WHERE b.original_id = o.id AND `+counts("b", day)+`)`,
		fmt.Sprintf(`orders o WHERE o.original_id IS NULL AND o.ordered_on BETWEEN ? AND ? AND %s`, counts("o", day)), e.HeldOn.String(), r.Until.String())
	r.Buyers = int64(len(buyers))
	return r, err
}
