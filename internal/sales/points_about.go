package sales

import (
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
)

// PointsAbout tells loyalty of orders what rules ask of them and it does not know: whether nothing is due today, and the
// segments their customers were in the day before, where one of the rules asks.
func PointsAbout(v *book.View, rules []loyalty.Rule) (loyalty.About, error) {
	now, err := settle(v, v.Today(), whose{})
	if err != nil {
		return nil, err
	}
	segments, last, of := segmentsIn(v.Context()), dates.Date(0), map[int64][]string(nil)
	return func(order, customer int64, day dates.Date) (bool, []string, error) {
		asks := func(r loyalty.Rule) bool { return r.Covers(day) && len(r.Scope.Words(loyalty.ScopeSegment)) > 0 }
		if segments == nil || !slices.ContainsFunc(rules, asks) {
			return now.settled(order), nil, nil
		}
		if day != last { // orders come day by day, and a day's segments are worked out for all of them
			customers, err := book.All(v, book.Scalar[int64], `SELECT DISTINCT customer_id FROM orders WHERE ordered_on = ?`, day.String())
			if err != nil {
				return false, nil, err
			}
			if of, err = segments(v, day.AddDays(-1), customers); err != nil {
				return false, nil, err
			}
			last = day
		}
		return now.settled(order), of[customer], nil
	}, nil
}
