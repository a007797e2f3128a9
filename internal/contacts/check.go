package contacts

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
)

// Checks are the proofs about customers, for perla check: what is made of other columns is what they make, and what
// holds today is what was last written down.
func Checks() []book.Check {
	return []book.Check{
		{Name: "customers are found by what they are called", Probe: checkFolded},
		{Name: "further e-mails and phones are what they are compared by", Probe: checkReaches},
		{Name: "a ref names one customer of its source", Query: `SELECT printf('ref %s of source %s is that of customer %d and a further one of customer %d', c.ref, c.ref_source, c.id, r.customer_id)
			FROM customer_refs r JOIN customers c ON c.ref = r.ref AND c.ref_source = r.ref_source LIMIT 1`},
		{Name: "stages are the last ones written down", Query: lastIsPresent("customer_stages", "stage")},
		{Name: "consultants are the last ones written down", Query: lastIsPresent("customer_consultants", "consultant_id")},
	}
}

// lastIsPresent selects a customer whose present value of a dated fact is not the last one.
func lastIsPresent(table, column string) string {
	return `SELECT printf('customer %d: ` + column + ` is %s, the last one written down is %s', id, ifnull(present, 'none'), ifnull(last, 'none')) FROM (
		SELECT c.id, c.` + column + ` AS present, (SELECT h.` + column + ` FROM ` + table + ` h WHERE h.customer_id = c.id ORDER BY h.since_on DESC LIMIT 1) AS last
		FROM customers c WHERE c.` + column + ` IS NOT NULL OR c.id IN (SELECT customer_id FROM ` + table + `)) WHERE present IS NOT last LIMIT 1`
}

// checkFolded works out the folded texts of every customer again.
func checkFolded(v *book.View) (string, error) {
	const (
		id = iota
		name
		email
		phone
		e164
		key
		search
		further
	)
	country := v.Settings().Country
	for found, err := range book.Stream(v, func(r book.Row) string {
		c := Customer{Name: r.Text(name), Email: r.Text(email), Phone: r.Text(phone), E164: r.Text(e164)}
		c.Emails, c.Phones = partReaches(r.Text(further))
		reached := c.settleReaches(country)
		for _, t := range []struct{ column, have, want string }{
			{"email", c.Email, FoldEmail(c.Email)},
			{"name_key", r.Text(key), book.Fold(c.Name)},
			{"search", r.Text(search), SearchText(c.Name, c.Email, c.Phone, c.E164, reached...)},
		} {
			if t.have != t.want {
				return fmt.Sprintf("customer %d: %s is %q, should be %q", r.Int(id), t.column, t.have, t.want)
			}
		}
		return ""
	}, `c.id, c.name, c.email, c.phone, c.phone_e164, c.name_key, c.search, `+reachColumn, `customers c`) {
		if err != nil || found != "" {
			return found, err
		}
	}
	return "", nil
}

// checkReaches works out again what further e-mails and phones are compared by, and looks for one that is the preferred
// one too.
func checkReaches(v *book.View) (string, error) {
	country := v.Settings().Country
	for found, err := range book.Stream(v, func(r book.Row) string {
		kind, value, key := r.Text(1), r.Text(2), r.Text(3)
		plain := plainReach(value)
		if kind == emailReach {
			plain = FoldEmail(plain)
		}
		switch want := reachKey(kind, value, country); {
		case value != plain:
			return fmt.Sprintf("customer %d: further %s is %q, should be %q", r.Int(0), kind, value, plain)
		case key != want:
			return fmt.Sprintf("customer %d: the key of %s is %q, should be %q", r.Int(0), value, key, want)
		case key == r.Text(4):
			return fmt.Sprintf("customer %d: %s is both the preferred and a further %s", r.Int(0), value, kind)
		}
		return ""
	}, `h.customer_id, h.kind, h.value, h.key, CASE h.kind WHEN 'email' THEN c.email ELSE c.phone_e164 END`,
		`customer_reaches h JOIN customers c ON c.id = h.customer_id`) {
		if err != nil || found != "" {
			return found, err
		}
	}
	return "", nil
}
