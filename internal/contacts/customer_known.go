package contacts

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
)

// Files name customers by keys: a ref in its source, an e-mail, a phone, a name. A second e-mail or phone, and a ref in a
// further system, name her as her first ones do.

// keys is what a row of a file may name a customer by. Empty texts name nobody.
type keys struct{ ref, source, email, phone, name string }

// finder finds the customers that many keys name, all of them in one query for each way.
type finder struct {
	tx            *book.Tx
	feed          *book.Feed
	refs, reaches bool // the book has further refs, further e-mails and phones
}

func newFinder(tx *book.Tx) (*finder, error) {
	feed, err := tx.NewFeed("i", "ref", "source", "email", "phone", "name")
	if err != nil {
		return nil, err
	}
	f := &finder{tx: tx, feed: feed}
	for _, side := range []struct {
		table string
		has   *bool
	}{{"customer_refs", &f.refs}, {"customer_reaches", &f.reaches}} {
		if _, *side.has, err = book.One(tx.View, book.Scalar[int64], `SELECT 1 FROM `+side.table+` LIMIT 1`); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// load sets the keys that are looked up.
func (f *finder) load(n int, key func(row int) keys) {
	at, now := -1, keys{}
	f.feed.Load(n, func(row, column int) any {
		if row != at {
			at, now = row, key(row)
		}
		if column == 0 {
			return int64(row)
		}
		return orNull([...]string{1: now.ref, 2: now.source, 3: now.email, 4: now.phone, 5: now.name}[column])
	})
}

// keyWay is one way in which keys f name customers.
type keyWay struct {
	what string // what several customers cannot have in common
	on   string // the condition on customers c
	side string // a further table s and its condition; "" for none
}

// The ways in which keys name customers.
var (
	bySourceRef = keyWay{"ref", `c.ref = f.ref AND c.ref_source = f.source`, `customer_refs s ON s.ref = f.ref AND s.ref_source = f.source`}
	byAnyRef    = keyWay{"ref", `c.ref = f.ref`, `customer_refs s ON s.ref = f.ref`}
	byAnyEmail  = keyWay{"e-mail", `c.email = f.email`, `customer_reaches s ON s.key = f.email AND s.kind = 'email'`}
	byAnyPhone  = keyWay{"phone", `c.phone_e164 = f.phone`, `customer_reaches s ON s.key = f.phone AND s.kind = 'phone'`}
	byNameKey   = keyWay{"name", `c.name_key = f.name`, ``}
	byCompany   = keyWay{"name", `c.name_key = f.name AND c.kind = 'company'`, ``}
	byExactName = keyWay{"name", `c.name_key = f.name AND c.name = f.ref`, ``}
)

// pairs is a SELECT of i and id: which of the keys names which customer.
func (f *finder) pairs(w keyWay) string {
	from := `SELECT f.i, %s FROM temp.` + f.feed.Name + ` f CROSS JOIN `
	query := fmt.Sprintf(from, "c.id") + `customers c ON ` + w.on
	if w.side == "" || !f.refs && w.what == "ref" || !f.reaches && w.what != "ref" {
		return query
	}
	return query + ` UNION ` + fmt.Sprintf(from, "s.customer_id") + w.side
}

// each calls fn with every key that names somebody, how many customers it names and the first of them. Archived customers
// count only where no active one is named.
func (f *finder) each(w keyWay, fn func(row, n, id int64)) error {
	return f.tx.Each(func(row book.Row) error {
		n, id := row.Int(1), row.Int(2)
		if n == 0 {
			n, id = row.Int(3), row.Int(4)
		}
		fn(row.Int(0), n, id)
		return nil
	}, `i, active, active_id, n, id`, `(SELECT p.i, count(*) FILTER (WHERE c.archived_on IS NULL) AS active,
		min(c.id) FILTER (WHERE c.archived_on IS NULL) AS active_id, count(*) AS n, min(c.id) AS id
		FROM (`+f.pairs(w)+`) p CROSS JOIN customers c ON c.id = p.id GROUP BY p.i)`)
}

// severalHave says why a key that several customers share names none of them.
func severalHave(n int64, what string) string {
	return fmt.Sprintf("%d customers have this %s; name one by its ref", n, what)
}
