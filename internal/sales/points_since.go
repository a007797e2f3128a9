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

// earnedAtOnce is how many orders EarnSince has worked out at once.
const earnedAtOnce = 10_000

// EarnSince posts what orders of a day and later have earned by now and is not posted yet, each on its own day: for a
// programme that begins with history, or whose rules were mended. Orders that earned too much have it taken back.
func EarnSince(tx *book.Tx, since dates.Date) (done EarnedTally, err error) {
	rules, err := loyalty.Rules(tx.View, "", 0)
	if err != nil {
		return done, err
	}
	about, err := PointsAbout(tx.View, rules)
	if err != nil {
		return done, err
	}
	type asked struct {
		order, customer int64
		day             dates.Date
	}
	var list []asked
	if err := tx.Each(func(r book.Row) error {
		day, err := dates.ParseISO(r.Text(2))
		list = append(list, asked{r.Int(0), r.Int(1), day})
		return err
	}, `id, customer_id, ordered_on`, `orders NOT INDEXED WHERE ordered_on >= ? AND original_id IS NULL`, since.String()); err != nil {
		return done, err
	}
	slices.SortFunc(list, func(a, b asked) int { return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.order, b.order)) })
	chunks := func(yield func([]loyalty.Reached, error) bool) {
		var reached []loyalty.Reached
		for chunk := range slices.Chunk(list, earnedAtOnce) {
			reached = reached[:0]
			for _, o := range chunk {
				paid, segments, err := about(o.order, o.customer, o.day)
				if err != nil {
					yield(nil, err)
					return
				}
				reached = append(reached, loyalty.Reached{Order: o.order, Paid: paid, Segments: segments})
			}
			if !yield(reached, nil) {
				return
			}
		}
	}
	before, _, err := book.One(tx.View, book.Scalar[int64], `SELECT ifnull(max(id), 0) FROM point_entries`)
	if err != nil {
		return done, err
	}
	if err := loyalty.AccrueMany(tx, chunks); err != nil {
		return done, err
	}
	done, _, err = book.One(tx.View, func(row book.Scanner) (t EarnedTally, err error) {
		err = row.Scan(&t.Orders, &t.Entries, &t.Points)
		return t, err
	}, `SELECT count(DISTINCT order_id), count(*), ifnull(sum(points), 0) FROM point_entries WHERE id > ?`, before)
	return done, err
}
