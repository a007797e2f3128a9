package catalog

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestFindProduct(t *testing.T) {
	b := newBook(t)
	exec(t, b, `INSERT INTO products (sku, name, created_on, archived_on) VALUES
		('AB-100', 'Serum', '2026-01-01', NULL), ('CD-200', 'Crema de día', '2026-01-01', NULL), ('CD-300', 'Crema de noche', '2026-01-01', NULL),
		('ab-100', 'Serum old', '2026-01-01', '2026-02-01'), ('2', 'Two', '2026-01-01', NULL), ('It''s', 'Aceite', '2026-01-01', '2026-02-01')`)
	for _, c := range []struct {
		selector string
		want     int64 // 0: an error of the kind
		kind     fault.Kind
	}{
		{"AB-100", 1, 0}, {" AB-100 ", 1, 0}, {"ab-100", 4, 0}, // an exact sku counts, be it archived
		{"Ab-100", 1, 0}, {"2", 5, 0}, {"id:2", 2, 0}, {"id:x", 0, fault.NotFound}, {"id:99", 0, fault.NotFound}, {"6", 0, fault.NotFound},
		{"serum", 1, 0}, {"SERUM", 1, 0}, {"crema", 0, fault.Ambiguous}, {"crema dia", 2, 0}, {"noche cr", 3, 0}, {"cd-3", 3, 0}, {"cd", 0, fault.Ambiguous},
		{"aceite", 6, 0}, {"it's", 6, 0}, {"rum", 0, fault.NotFound}, {"", 0, fault.Usage},
	} {
		t.Run(c.selector, func(t *testing.T) {
			view(t, b, func(v *book.View) error {
				p, err := FindProduct(v, c.selector)
				if c.want == 0 {
					require.Equal(t, c.kind, fault.KindOf(err), "%v", err)
					return nil
				}
				require.Equal(t, c.want, p.ID)
				return err
			})
		})
	}
	view(t, b, func(v *book.View) error {
		var e *fault.Error
		_, err := FindProduct(v, "crema")
		require.True(t, errors.As(err, &e))
		require.Equal(t, []string{"CD-200  Crema de día", "CD-300  Crema de noche"}, e.Detail)
		_, err = FindProduct(v, "AB-10O")
		require.True(t, errors.As(err, &e))
		require.Equal(t, "did you mean AB-100, Serum?", e.Hint)
		ids, at, err := FindProducts(v, []string{"CD-300", "serum", "id:1", "nothing"})
		require.Equal(t, []any{[]int64(nil), 3}, []any{ids, at})
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		ids, _, err = FindProducts(v, []string{"CD-300", "serum", "id:1"})
		require.Equal(t, []int64{3, 1}, ids)
		return err
	})
}
