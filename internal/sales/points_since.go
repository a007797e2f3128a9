package sales

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
)

// EarnedTally counts what EarnSince posted.
type EarnedTally struct{ Orders, Entries, Points int64 }

// EarnSince posts what orders of a day and later have earned by now and is not posted yet, each on its own day: for a
// programme that begins with history, or whose rules were mended. Orders that earned too much have it taken back.
func EarnSince(tx *book.Tx, since dates.Date) (done EarnedTally, err error) {
	now, err := settle(tx.View, tx.Today(), whose{})
	if err != nil {
		return done, err
	}
	type asked struct {
		customer int64
		day      dates.Date
		loyalty.Reached
	}
	var list []asked
	if err := tx.Each(func(r book.Row) error {
		o := asked{customer: r.Int(1), Reached: loyalty.Reached{Order: r.Int(0), Paid: now.settled(r.Int(0))}}
		o.day, _ = dates.ParseISO(r.Text(2))
		list = append(list, o)
		return nil
	}, `id, customer_id, ordered_on`, `orders NOT INDEXED WHERE ordered_on >= ? AND original_id IS NULL`, since.String()); err != nil {
		return done, err
	}
	slices.SortFunc(list, func(a, b asked) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.Order, b.Order)) })
	segments := segmentsOn{view: tx.View}
	reached := make([]loyalty.Reached, len(list))
	for i := range list {
		if list[i].Segments, err = segments.of(list[i].customer, list[i].day); err != nil {
			return done, err
		}
		reached[i] = list[i].Reached
	}
	before, _, err := book.One(tx.View, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM point_entries`)
	if err != nil {
		return done, err
	}
	if err := loyalty.Accrue(tx, reached); err != nil {
		return done, err
	}
	done, _, err = book.One(tx.View, func(row book.Scanner) (t EarnedTally, err error) {
		err = row.Scan(&t.Orders, &t.Entries, &t.Points)
		return t, err
	}, `SELECT count(DISTINCT order_id), count(*), ifnull(sum(points), 0) FROM point_entries WHERE id > ?`, before)
	return done, err
}
