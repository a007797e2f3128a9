package contacts

import (
	"fmt"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// wasErased says that nothing can be written of a customer any more, since her data were erased on a day.
func wasErased(id int64, on dates.Date) error {
	return &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: strconv.FormatInt(id, 10), Reason: fmt.Sprintf("was erased on %s", on),
		Hint: "what is new of her goes to a new customer: perla customer add NAME"}
}

// FindWritable is Find for a customer of whom something is to be written; one who was erased is a fault.Conflict.
func FindWritable(v *book.View, selector string) (Customer, error) {
	c, err := Find(v, selector)
	if err == nil && !c.ErasedOn.IsZero() {
		err = wasErased(c.ID, c.ErasedOn)
	}
	return c, err
}

// RefuseErased is a fault.Conflict where one of some customers was erased: from that day on nothing personal may be
// written of her. An id of 0 is nobody.
func RefuseErased(v *book.View, ids ...int64) error {
	for c, err := range book.Query(v, func(row book.Scanner) (c Customer, err error) {
		var on string
		if err = row.Scan(&c.ID, &on); err == nil {
			c.ErasedOn, err = dates.ParseISO(on)
		}
		return c, err
	}, `SELECT id, erased_on FROM customers WHERE id IN (SELECT value FROM json_each(?)) AND erased_on IS NOT NULL ORDER BY id LIMIT 1`, jsonIDs(ids)) {
		if err != nil {
			return err
		}
		return wasErased(c.ID, c.ErasedOn)
	}
	return nil
}

// erasedIDs are the customers whose data were erased.
func erasedIDs(v *book.View) (map[int64]bool, error) {
	erased := map[int64]bool{}
	for id, err := range book.Query(v, book.Scalar[int64], `SELECT id FROM customers WHERE erased_on IS NOT NULL ORDER BY id LIMIT -1`) {
		if err != nil {
			return nil, err
		}
		erased[id] = true
	}
	return erased, nil
}
