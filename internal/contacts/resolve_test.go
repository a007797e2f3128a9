package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// TestResolverFindsFurther holds that orders find a customer by her further refs, e-mails and phones as by the first.
func TestResolverFindsFurther(t *testing.T) {
	b := newBook(t)
	load(t, b, ImportOptions{}, file(t, "ref=1|name=Ana|email=a@x.com|emails=h@x.com|phones=600111222; 600333444|refs=shop:7; csv:9", "ref=2|name=Eva|email=e@x.com|emails=h@y.com", "ref=3|name=Luis|emails=h@y.com"), 9)
	for _, source := range []string{"csv", "shop"} {
		update(t, b, func(tx *book.Tx) error {
			r, err := NewResolver(tx, source, true)
			require.NoError(t, err)
			cells := []string{"h@x.com", "H@X.com", "+34600333444", "csv:1", "shop:7", "csv:9", "h@y.com", "nobody@x.com", "2", "9", "7"}
			ids, err := r.Resolve(cells)
			require.NoError(t, err)
			want := []int64{1, 1, 1, 1, 1, 1, 0, 0, 2, 1, 0}
			if source == "shop" {
				want = []int64{1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1}
			}
			require.Equal(t, want, ids, source)
			require.Equal(t, "2 customers have this e-mail; name one by its ref", r.Problem("h@y.com"))
			require.Equal(t, "there is no such customer (--known-customers)", r.Problem("nobody@x.com"))
			return nil
		})
	}
}

// TestResolverFindsErased holds that those whose data were erased are found by what KeySQL makes of them, and nobody
// else is by an id, nor any of them by the name they share.
func TestResolverFindsErased(t *testing.T) {
	b := newBook(t)
	load(t, b, ImportOptions{}, file(t, "ref=1|name=Ana", "ref=2|name=Eva", "ref=3|name=Luis"), 9)
	for _, id := range []int64{1, 2} {
		plan, err := PlanErasure(t.Context(), b, id, nil)
		require.NoError(t, err)
		_, err = Erase(t.Context(), b, plan)
		require.NoError(t, err)
	}
	update(t, b, func(tx *book.Tx) error {
		var keys []string
		for key, err := range book.Query(tx.View, book.Scalar[string], `SELECT `+KeySQL("c")+` FROM customers c ORDER BY id`) {
			require.NoError(t, err)
			keys = append(keys, key)
		}
		require.Equal(t, []string{"perla:1", "perla:2", "3"}, keys)
		r, err := NewResolver(tx, RefSource, true)
		require.NoError(t, err)
		ids, err := r.Resolve(append(keys, "perla:3", "perla:", "shop:1", book.Neutral))
		require.NoError(t, err)
		require.Equal(t, []int64{1, 2, 3, 0, 0, 0, 0}, ids)
		require.True(t, r.Erased(1) && r.Erased(2) && !r.Erased(3) && r.AnyErased())
		return nil
	})
}
