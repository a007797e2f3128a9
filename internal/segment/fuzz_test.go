package segment

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// FuzzFilter holds that any text is either compiled, to SQL that SQLite takes, or refused with an error for its author.
func FuzzFilter(f *testing.F) {
	for _, c := range filtersByHand {
		f.Add(c.filter)
	}
	for _, c := range wrongFilters {
		f.Add(c.filter)
	}
	b := newBook(f, filepath.Join(f.TempDir(), "book.db")) // a small one: what is fuzzed is slow to write
	f.Cleanup(func() { require.NoError(f, b.Close()) })
	sow(f, b, 12)
	saveSome(f, b)
	f.Fuzz(func(t *testing.T, text string) {
		require.NoError(t, b.View(context.Background(), func(v *book.View) error { return compiles(v, text) }))
	})
}

// compiles says what is wrong with how a text is read: it is refused for its author, or SQLite takes what it is made.
func compiles(v *book.View, text string) error {
	compiled, err := Compile(v, text, 0)
	if err != nil {
		if fault.KindOf(err) == fault.Unexpected {
			return fmt.Errorf("%q: %w", text, err)
		}
		return nil
	}
	_, _, err = book.One(v, book.Scalar[int64], `SELECT c.id FROM customers c WHERE `+compiled.SQL+` LIMIT 0`, compiled.Args...)
	if err != nil {
		return fmt.Errorf("%q: %w\n%s", text, err, compiled.SQL)
	}
	return nil
}
