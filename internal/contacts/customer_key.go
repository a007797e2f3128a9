package contacts

import (
	"github.com/perla-crm/perla/internal/book"
)

// Keys are how a file names all customers, by id: what a Resolver finds them by again.
func Keys(v *book.View) (map[int64]string, error) {
	type key struct {
		id  int64
		key string
	}
	list, err := book.All(v, func(row book.Scanner) (k key, err error) {
		err = row.Scan(&k.id, &k.key)
		return k, err
	}, `SELECT c.id, `+KeySQL("c")+` FROM customers c`)
	keys := make(map[int64]string, len(list))
	for _, k := range list {
		keys[k.id] = k.key
	}
	return keys, err
}
