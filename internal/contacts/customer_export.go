package contacts

import (
	"iter"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
)

// bookSource is the ref_source of the refs that an export makes up.
const bookSource = "perla"

// Export yields customers as the rows of a file from which an import into an empty book makes the same customers again.
// Most without a ref are known by their e-mail, phone or content; those whom these do not tell apart from others get
// their id as ref, of the source perla.
func Export(v *book.View, o ListOptions) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		alike, err := indistinct(v)
		if err != nil {
			yield(Row{}, err)
			return
		}
		for c, err := range List(v, o) {
			if err == nil && alike[c.ID] {
				c.Ref, c.RefSource = strconv.FormatInt(c.ID, 10), bookSource
			}
			for _, l := range []*Link{&c.Company, &c.ReferredBy} {
				if alike[l.ID] {
					l.Key = strconv.FormatInt(l.ID, 10)
				}
			}
			if !yield(Row{Customer: c}, err) || err != nil {
				return
			}
		}
	}
}

// indistinct are the customers without a ref whom an import could take for another: who share what they are known by,
// have the phone of one without e-mail, are twins in all they say but for whom they belong to, or are named by others
// with a word that fits more than one.
func indistinct(v *book.View) (map[int64]bool, error) {
	twin := `d.name_key = c.name_key AND d.id <> c.id AND d.ref IS NULL`
	for _, s := range stored[2:unfolded] {
		if s.name != "company_id" && s.name != "referred_by_id" { // an import links people after all of them are in
			twin += ` AND d.` + s.name + ` IS c.` + s.name
		}
	}
	alike := map[int64]bool{}
	for id, err := range book.Query(v, book.Scalar[int64], `
		SELECT c.id FROM customers c WHERE c.ref IS NULL AND CASE
			WHEN c.email IS NOT NULL THEN EXISTS (SELECT 1 FROM customers d WHERE d.id <> c.id AND d.email = c.email)
				OR EXISTS (SELECT 1 FROM customers d WHERE d.id <> c.id AND d.phone_e164 = c.phone_e164 AND d.email IS NULL)
			WHEN c.phone_e164 IS NOT NULL THEN EXISTS (SELECT 1 FROM customers d WHERE d.id <> c.id AND d.phone_e164 = c.phone_e164)
			ELSE EXISTS (SELECT 1 FROM customers d WHERE `+twin+`) END
		UNION
		SELECT c.id FROM customers c WHERE c.ref IS NULL AND c.email IS NULL
			AND c.id IN (SELECT company_id FROM customers UNION SELECT referred_by_id FROM customers)
			AND EXISTS (SELECT 1 FROM customers d WHERE d.id <> c.id AND (d.name_key = c.name_key OR d.ref = c.name))`) {
		if err != nil {
			return nil, err
		}
		alike[id] = true
	}
	return alike, nil
}
