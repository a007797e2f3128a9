package insight

import "github.com/perla-crm/perla/internal/book"

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
