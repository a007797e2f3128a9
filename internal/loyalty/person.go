package loyalty

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Person is whose points an account holds.
type Person struct {
	Account   Account
	Ref, Name string // Ref is "" for a customer without one
}

// People are the customers of the programme of clients, or the consultants, by id; with ids those alone.
func People(v *book.View, programme string, ids ...int64) (map[int64]Person, error) {
	table := "customers"
	if programme == Consultants {
		table = "consultants"
	}
	from, args := table+` c`, []any(nil)
	if len(ids) > 0 {
		from, args = `json_each(?) f CROSS JOIN `+table+` c ON c.id = f.value`, []any{listOf(ids)}
	}
	list, err := book.All(v, func(row book.Scanner) (p Person, err error) {
		var id int64
		err = row.Scan(&id, &p.Ref, &p.Name)
		p.Account = accountOf(programme, id)
		return p, err
	}, `SELECT c.id, ifnull(c.ref, ''), c.name FROM `+from, args...)
	people := make(map[int64]Person, len(list))
	for _, p := range list {
		people[p.Account.id()] = p
	}
	return people, err
}

// ID is the id of the customer or the consultant.
func (a Account) ID() int64 { return a.id() }

// FindTier is the tier with a code that is there on a day. None is a fault.NotFound.
func FindTier(v *book.View, programme, code string, day dates.Date) (Tier, error) {
	return tierOn(v, programme, code, day)
}
