package contacts

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// TestImportOfMergedRecords imports a file again in which the two records stand that are one customer now. What her own
// row says counts, in any order of the rows and in batches of any size, and the second time nothing changes.
func TestImportOfMergedRecords(t *testing.T) {
	const (
		own    = "ref=A|name=Ana|email=ana@x.com|city=Lyon|contact_within=20|attr.skin=dry"
		merged = "ref=B|name=Anita|email=nita@x.com|city=Vigo|contact_every=9|sector=legal|phone=600111222|phone_label=home|archived_on=2026-11-01|attr.skin=oily|attr.need=sun"
		third  = "ref=C|name=Annie|sector=retail|language=fr"
		other  = "ref=D|name=Dora|city=Vigo"
	)
	want := "Ana|ana@x.com|600111222|home|Lyon|legal||20|need=sun; skin=dry"
	for name, c := range map[string]struct {
		rows  []string
		batch int
		want  string
	}{
		"own row first":      {[]string{own, merged, other}, 9, want},
		"own row last":       {[]string{merged, other, own}, 9, want},
		"a batch each":       {[]string{own, merged, other}, 1, want},
		"a batch each, last": {[]string{merged, own}, 1, want},
		"without her own":    {[]string{merged}, 9, want},
		"two merged records": {[]string{merged, third, own}, 9, "Ana|ana@x.com|600111222|home|Lyon|legal|fr|20|need=sun; skin=dry"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			load(t, b, ImportOptions{Source: RefSource}, file(t, own, "ref=B|name=Anita", "ref=C|name=Annie"), 9)
			update(t, b, func(tx *book.Tx) error {
				for _, id := range []int64{2, 3} {
					if _, err := Merge(tx, 1, id, MergeOptions{Keep: true}); err != nil {
						return err
					}
				}
				return nil
			})
			_, problems := load(t, b, ImportOptions{Source: RefSource}, file(t, c.rows...), c.batch)
			require.Empty(t, problems)
			require.Equal(t, c.want, ask(t, b, `SELECT concat_ws('|', name, email, phone, phone_label, city, sector, ifnull(language, ''), contact_within,
				(SELECT group_concat(key || '=' || value, '; ' ORDER BY key) FROM customer_attributes WHERE customer_id = 1)) FROM customers WHERE id = 1 AND archived_on IS NULL`))
			provedSound(t, b)
			before := dump(t, b)
			tally, _ := load(t, b, ImportOptions{Source: RefSource}, file(t, c.rows...), c.batch)
			require.Equal(t, fmt.Sprintf("0 0 %d", len(c.rows)), tally)
			require.Equal(t, before, dump(t, b))
		})
	}
}
