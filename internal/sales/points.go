package sales

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
)

// segmentsKey is where a context keeps who says in which segments customers were.
type segmentsKey struct{}

// WithSegments is a context in which rules of a programme that ask for segments are answered. Without it nobody is in any.
func WithSegments(ctx context.Context, segments loyalty.Segments) context.Context {
	return context.WithValue(ctx, segmentsKey{}, segments)
}

// segmentsIn gives what WithSegments was given, or nil.
func segmentsIn(ctx context.Context) loyalty.Segments {
	segments, _ := ctx.Value(segmentsKey{}).(loyalty.Segments)
	return segments
}

// earning brings points up to date after something happened to orders: to those named, and to those of the same customers
// that are paid by it, or no longer are, as money moves on to what is due longest. Where no programme has a rule it is
// nil, and nothing is read.
type earning struct {
	tx   *book.Tx
	who  whose
	paid map[int64]bool // live orders of which nothing was due before
}

// beforeEarning is to be called before anything is written.
func beforeEarning(tx *book.Tx, who whose) (*earning, error) {
	if any, err := loyalty.HasRules(tx.View); err != nil || !any {
		return nil, err
	}
	e := &earning{tx: tx, who: who, paid: map[int64]bool{}}
	s, err := settle(tx.View, tx.Today(), who)
	for order := range s.left {
		if s.settled(order) {
			e.paid[order] = true
		}
	}
	return e, err
}

// done posts what orders earn by now, for something that happened to some of them on a day.
func (e *earning) done(on dates.Date, orders ...int64) error {
	return e.finish(func(_, _ int64) dates.Date { return on }, orders...)
}

// finish is done with a day for each order and its customer.
func (e *earning) finish(on func(order, customer int64) dates.Date, orders ...int64) error {
	if e == nil {
		return nil
	}
	now, err := settle(e.tx.View, e.tx.Today(), e.who)
	if err != nil {
		return err
	}
	moved := map[int64]bool{}
	for _, order := range orders {
		moved[order] = true
	}
	for order := range now.left {
		if now.settled(order) != e.paid[order] {
			moved[order] = true
		}
	}
	for order := range e.paid {
		if !now.settled(order) {
			moved[order] = true
		}
	}
	var reached []loyalty.Reached
	segments := segmentsOn{view: e.tx.View}
	var days []dates.Date
	var customers []int64
	if err := e.tx.Each(func(r book.Row) error {
		id, customer := r.Int(0), r.Int(1)
		day, _ := dates.ParseISO(r.Text(2))
		reached = append(reached, loyalty.Reached{Order: id, On: on(id, customer), Paid: now.settled(id)})
		days, customers = append(days, day), append(customers, customer)
		return nil
	}, `id, customer_id, ordered_on`, `orders WHERE id IN (SELECT ifnull(o.original_id, o.id) FROM json_each(?) f CROSS JOIN orders o ON o.id = f.value)`, idList(moved)); err != nil {
		return err
	}
	for i := range reached {
		if reached[i].Segments, err = segments.of(customers[i], days[i]); err != nil {
			return err
		}
	}
	return loyalty.Accrue(e.tx, reached)
}

// idList is a set of ids as a list of JSON, in their order.
func idList(set map[int64]bool) string {
	list := []byte{'['}
	for i, id := range slices.Sorted(maps.Keys(set)) {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, id, 10)
	}
	return string(append(list, ']'))
}

// segmentsOn finds the segments customers were in the day before their orders, where a rule of that day asks.
type segmentsOn struct {
	view *book.View
	asks map[dates.Date]bool
}

func (s *segmentsOn) of(customer int64, day dates.Date) ([]string, error) {
	in := segmentsIn(s.view.Context())
	if in == nil {
		return nil, nil
	}
	asks, known := s.asks[day]
	if !known {
		var err error
		if asks, err = loyalty.AsksSegments(s.view, day); err != nil {
			return nil, err
		}
		if s.asks == nil {
			s.asks = map[dates.Date]bool{}
		}
		s.asks[day] = asks
	}
	if !asks {
		return nil, nil
	}
	segments, err := in(s.view, day.AddDays(-1), []int64{customer})
	return segments[customer], err
}

// earnedBy is how many points an order has earned by now, of both programmes.
func earnedBy(v *book.View, order int64) (int64, error) {
	points, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(sum(points), 0) FROM point_entries WHERE order_id = ? AND kind IN ('earn', 'bonus', 'reverse_earn')`, order)
	return points, err
}

// KeepPoints does what moves orders or payments between customers, as a merge, and brings points up to date after it.
func KeepPoints(tx *book.Tx, customers []int64, change func() error) error {
	list, args := "?", []any{customers[0]}
	for _, id := range customers[1:] {
		list, args = list+", ?", append(args, id)
	}
	e, err := beforeEarning(tx, whose{`customer_id IN (` + list + `)`, args})
	if err != nil {
		return err
	}
	if err := change(); err != nil {
		return err
	}
	return e.done(tx.Today())
}

// earn brings the points of an import up to date: new orders of history, ids from first on, earn on their own day, and so
// does an order changed that had earned nothing; what others have more or less by a change comes or goes today.
func (p *placer) earn(e *earning, first int64) error {
	if e == nil {
		return nil
	}
	if !p.options.Live {
		if err := loyalty.AccrueHistory(p.tx, first, p.nextID-1, segmentsIn(p.tx.Context())); err != nil {
			return err
		}
	}
	moved := map[int64]bool{}
	for _, order := range p.moved {
		moved[order] = true
	}
	earned := map[int64]bool{}
	if err := p.tx.Each(func(r book.Row) error {
		earned[r.Int(0)] = true
		return nil
	}, `order_id`, `point_entries WHERE order_id IN (SELECT value FROM json_each(?))`, idList(moved)); err != nil {
		return err
	}
	return e.finish(func(order, _ int64) dates.Date {
		if moved[order] && !earned[order] {
			return 0 // which is its own day
		}
		return p.tx.Today()
	}, p.moved...)
}

// OrderPoints is what an order has to do with points.
type OrderPoints struct {
	Earned  int64      // by it, less what was taken back
	Spent   int64      // on it, less what was given back
	Voucher string     // what its voucher gave, with the code; "" for none
	Back    PointsBack // of a return
}

// PointsOf is what an order earned and what was spent on it by a day.
func PointsOf(v *book.View, order int64, asOf dates.Date) (p OrderPoints, err error) {
	p, _, err = book.One(v, func(row book.Scanner) (p OrderPoints, err error) {
		err = row.Scan(&p.Earned, &p.Spent)
		return p, err
	}, `SELECT ifnull(sum(iif(kind IN ('redeem', 'reverse_redeem'), 0, points)), 0), ifnull(-sum(iif(kind IN ('redeem', 'reverse_redeem'), points, 0)), 0)
		FROM point_entries WHERE order_id = ? AND effective_on <= ? AND kind IN ('earn', 'bonus', 'reverse_earn', 'redeem', 'reverse_redeem')`, order, asOf.String())
	if err != nil {
		return p, err
	}
	if p.Voucher, err = voucherOf(v, order); err != nil {
		return p, err
	}
	p.Back, err = pointsBackOf(v, order)
	return p, err
}

// voucherOf says what the voucher of an order gave.
func voucherOf(v *book.View, order int64) (string, error) {
	x, used, err := loyalty.VoucherUsedBy(v, order)
	if err != nil || !used {
		return "", err
	}
	return x.Reward.Name + " (" + x.Code + ")", nil
}
