package sales

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// PaidBy tells which live orders, returns and what came back of them counted in, were paid in full at the end of a day.
func PaidBy(v *book.View, day dates.Date) (func(order int64) bool, error) {
	s, err := settle(v, day, whose{})
	if err != nil {
		return nil, err
	}
	return func(order int64) bool {
		_, live := s.comesTo[order]
		return live && s.left[order] == 0
	}, nil
}
