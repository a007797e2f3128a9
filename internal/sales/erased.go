package sales

import (
	"errors"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

// wordless is a fault.Conflict where something is said of a customer who was erased, in the text that a flag or a column
// gives. Her open orders are still shipped, paid and taken back, but without a word of hers.
func wordless(v *book.View, customer int64, where, text string) error {
	if text == "" {
		return nil
	}
	err := contacts.RefuseErased(v, customer)
	var e *fault.Error
	if errors.As(err, &e) {
		e.Hint = "the figures can still be booked: leave " + where + " out"
	}
	return err
}

// unerased refuses new orders of customers who were erased, and words about orders that are theirs.
func (p *placer) unerased(news, changes []*draft) (_, _ []*draft, err error) {
	for _, d := range news {
		if p.customers.Erased(d.customer) {
			p.refuse(d, "customer", d.head.Customer, "is somebody whose data were erased: nothing new is written of her")
		}
	}
	for _, d := range changes {
		if p.options.Never&FieldNotes != 0 || d.has&FieldNotes == 0 || d.head.Notes == "" {
			continue
		}
		owner := d.customer
		if owner == 0 || p.options.Never&FieldCustomer != 0 {
			if owner, _, err = book.One(p.tx.View, book.Scalar[int64], `SELECT customer_id FROM orders WHERE id = ?`, d.id); err != nil {
				return nil, nil, err
			}
		}
		if p.customers.Erased(owner) {
			p.refuse(d, "notes", "", fmt.Sprintf("order %d is of somebody whose data were erased: it takes no notes", d.id))
		}
	}
	refused := func(d *draft) bool { return d.refused }
	return slices.DeleteFunc(news, refused), slices.DeleteFunc(changes, refused), nil
}
