package network

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
)

// Consultant is one who sells.
type Consultant struct {
	ID   int64
	Ref  string
	Name string
}

// List yields the consultants by ref.
func List(v *book.View) iter.Seq2[Consultant, error] {
	return book.Query(v, func(row book.Scanner) (c Consultant, err error) {
		err = row.Scan(&c.ID, &c.Ref, &c.Name)
		return c, err
	}, `SELECT id, ref, name FROM consultants ORDER BY ref`)
}
