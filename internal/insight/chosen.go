package insight

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// chosen are the customers a filter lets pass; nil is everyone.
type chosen map[int64]struct{}

// choice asks the book whom a filter lets pass.
func choice(v *book.View, f book.Filter) (chosen, error) {
	if f.SQL == "" {
		return nil, nil
	}
	ids := chosen{}
	err := v.Each(func(r book.Row) error {
		ids[r.Int(0)] = struct{}{}
		return nil
	}, "c.id", "customers c WHERE ("+f.SQL+")", f.Args...)
	return ids, err
}

func (c chosen) has(id int64) bool {
	if c == nil {
		return true
	}
	_, ok := c[id]
	return ok
}

// beginsBy refuses a time asked about that begins after the as-of day.
func beginsBy(asOf, from dates.Date) error {
	if from > asOf {
		return fault.New(fault.Usage, fmt.Sprintf("the time asked about begins on %s, after the as-of day %s", from, asOf), "")
	}
	return nil
}
