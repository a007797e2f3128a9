package contacts

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
)

// Checks are the proofs about customers, for perla check: what is made of other columns is what they make.
func Checks() []book.Check {
	return []book.Check{{Name: "customers are found by what they are called", Probe: checkFolded}}
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
	)
	for found, err := range book.Stream(v, func(r book.Row) string {
		for _, c := range []struct{ column, have, want string }{
			{"email", r.Text(email), FoldEmail(r.Text(email))},
			{"name_key", r.Text(key), book.Fold(r.Text(name))},
			{"search", r.Text(search), SearchText(r.Text(name), r.Text(email), r.Text(phone), r.Text(e164))},
		} {
			if c.have != c.want {
				return fmt.Sprintf("customer %d: %s is %q, should be %q", r.Int(id), c.column, c.have, c.want)
			}
		}
		return ""
	}, `id, name, email, phone, phone_e164, name_key, search`, `customers`) {
		if err != nil || found != "" {
			return found, err
		}
	}
	return "", nil
}
