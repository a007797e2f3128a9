package sales

import (
	"errors"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// stored is an order as its table holds it, with its status as of the day asked about.
type stored struct {
	id, customer, consultant, campaign   int64
	ref, refSource, channel, notes       string
	date                                 dates.Date
	status                               Status
	total, shipping, tax, discount, cost money.Amount
	costKnown                            bool
}

// errEnough says that the consumer wants no more orders.
var errEnough = errors.New("enough")

// readOrders yields what of makes of each order chosen: from the pages of their table where they come by id, at a third of
// the cost of SQL, which does all else and whatever the walk leaves to it.
func readOrders[T any](v *book.View, q Query, of func(*stored) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		rest := q
		if q.byID() && q.only == 0 {
			err := walkOrders(v, &q, func(s *stored) error {
				rest.after = s.id
				if !yield(of(s), nil) {
					return errEnough
				}
				return nil
			})
			if !errors.Is(err, book.ErrUnwalkable) {
				if err != nil && !errors.Is(err, errEnough) {
					var zero T
					yield(zero, err)
				}
				return
			}
		}
		queryOrders(v, rest, of)(yield)
	}
}

// queryOrders is the same by SQL: the reference.
func queryOrders[T any](v *book.View, q Query, of func(*stored) T) iter.Seq2[T, error] {
	names := words{}
	read, from, args := q.source(storedColumns(q.AsOf), "")
	return book.Stream(v, func(r book.Row) T {
		s := storedIn(r, names)
		return of(&s)
	}, read, from, args...)
}

// storedColumns are what SQL reads of an order o; storedWidth is how many.
func storedColumns(asOf dates.Date) []string {
	return []string{"o.id", "o.ref", "o.ref_source", "o.customer_id", "o.ordered_on", statusAt(asOf), "o.channel",
		"o.consultant_id", "o.campaign_id", "o.total", "o.shipping", "o.notes", "o.tax", "o.discount", "o.cost"}
}

const storedWidth = 15

// storedIn is the order of a row of storedColumns. Its texts may be kept.
func storedIn(r book.Row, names words) stored {
	s := stored{id: r.Int(0), ref: strings.Clone(r.Text(1)), refSource: names.of(r.Text(2)), customer: r.Int(3), status: Status(r.Int(5)), channel: names.of(r.Text(6)),
		consultant: r.Int(7), campaign: r.Int(8), total: money.Amount(r.Int(9)), shipping: money.Amount(r.Int(10)), notes: strings.Clone(r.Text(11)),
		tax: money.Amount(r.Int(12)), discount: money.Amount(r.Int(13)), cost: money.Amount(r.Int(14)), costKnown: !r.Null(14)}
	s.date, _ = dates.ParseISO(r.Text(4))
	return s
}

// walkColumns are what the walk reads of the table, named by the constants below.
var walkColumns = []string{"ref", "ref_source", "customer_id", "ordered_on", "total", "channel", "is_history", "shipping", "tax", "discount", "cost",
	"consultant_id", "campaign_id", "notes", "confirmed_on", "shipped_on", "invoiced_on", "cancelled_on", "returned_on"}

const (
	walkRef = iota
	walkRefSource
	walkCustomer
	walkOrdered
	walkTotal
	walkChannel
	walkHistory
	walkShipping
	walkTax
	walkDiscount
	walkCost
	walkConsultant
	walkCampaign
	walkNotes
	walkConfirmed
	walkShipped
	walkInvoiced
	walkCancelled
	walkReturned
)

// walkOrders gives the orders that a query chooses from the pages of their table, by id: those that Query.where chooses,
// with the status of statusAt. Whatever SQL might judge otherwise ends it as book.ErrUnwalkable, and so do ids below 1,
// before any order was given: 0 says that none was.
func walkOrders(v *book.View, q *Query, give func(*stored) error) error {
	asOf, from, to := q.AsOf.String(), q.Days.From.String(), q.Days.To.String() // days compare as texts, in SQL as here
	names := words{}
	var s stored
	return v.WalkTable("orders", walkColumns, func(r *book.TableRow) error {
		if r.ID < 1 || r.Null(walkOrdered) {
			return book.ErrUnwalkable
		}
		day := r.Text(walkOrdered)
		if string(day) > asOf || string(day) < from || to != "" && string(day) > to || q.Channel != "" && string(r.Text(walkChannel)) != q.Channel {
			return nil
		}
		status := walkedStatus(r, asOf)
		if q.Status != NoStatus && q.Status != q.settled.shown(r.ID, status) {
			return nil
		}
		s = stored{id: r.ID, ref: string(r.Text(walkRef)), refSource: names.of(string(r.Text(walkRefSource))), customer: r.Int(walkCustomer),
			status: status, channel: names.of(string(r.Text(walkChannel))), consultant: r.Int(walkConsultant), campaign: r.Int(walkCampaign),
			total: money.Amount(r.Int(walkTotal)), shipping: money.Amount(r.Int(walkShipping)), notes: string(r.Text(walkNotes)), tax: money.Amount(r.Int(walkTax)),
			discount: money.Amount(r.Int(walkDiscount)), cost: money.Amount(r.Int(walkCost)), costKnown: !r.Null(walkCost)}
		s.date, _ = dates.ParseISO(string(day))
		return give(&s)
	})
}

// walkedStatus is what statusAt says in SQL.
func walkedStatus(r *book.TableRow, asOf string) Status {
	by := func(column int) bool { return !r.Null(column) && string(r.Text(column)) <= asOf }
	history := r.Int(walkHistory) != 0
	switch {
	case history && r.Null(walkCancelled) && r.Null(walkReturned):
		return Paid
	case by(walkCancelled):
		return Cancelled
	case by(walkReturned):
		return Returned
	case history:
		return Paid
	case by(walkInvoiced):
		return Invoiced
	case by(walkShipped):
		return Shipped
	case by(walkConfirmed):
		return Confirmed
	}
	return Quote
}
