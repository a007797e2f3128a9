package contacts

import (
	"time"

	"github.com/perla-crm/perla/internal/book"
)

// PersonalData is everything the book holds of one customer.
type PersonalData struct {
	Customer   Customer
	At         time.Time // when it was read
	Settings   book.Settings
	Held       book.Holding
	Operations []book.Operation // that touched her row or one that names her, the last first
}

// ExportData reads everything the book holds of a customer: her rows in every table, the rows of others that name her,
// and what the history keeps of rows that were changed or removed.
func ExportData(v *book.View, id int64) (d PersonalData, err error) {
	if d.Customer, err = Get(v, id); err != nil {
		return d, err
	}
	d.At, d.Settings = v.Now(), v.Settings()
	ids, err := identities(v, id)
	if err != nil {
		return d, err
	}
	if d.Held, err = book.Held(v, people, ids...); err != nil {
		return d, err
	}
	for op, err := range book.History(v, id) {
		if err != nil {
			return d, err
		}
		d.Operations = append(d.Operations, op)
	}
	return d, nil
}
