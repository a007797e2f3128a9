package contacts

import (
	"iter"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
)

// BookSource is the ref_source of the refs that an export makes up.
const BookSource = "perla"

// Export yields customers as the rows of a file from which an import into an empty book makes the same customers again,
// with the consents of today. Most without a ref are known by their e-mail, phone or content; those whom these do not
// tell apart from others get their id as ref, of the source perla.
func Export(v *book.View, o ListOptions) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		x, err := prepareExport(v)
		if err != nil {
			yield(Row{}, err)
			return
		}
		for c, err := range List(v, o) {
			if !yield(x.row(c), err) || err != nil {
				return
			}
		}
	}
}

// exporter is what an export must know before it begins.
type exporter struct {
	alike    map[int64]bool   // whom an import could take for another
	named    map[int64]string // by what a link names a customer whose ref is that of another in another source
	consents map[int64]string
	refs     map[int64]string
}

func prepareExport(v *book.View) (x exporter, err error) {
	if x.alike, err = indistinct(v); err == nil {
		x.named, err = sharedRefs(v, x.alike)
	}
	if err == nil {
		x.consents, err = consentTexts(v)
	}
	if err == nil {
		x.refs, err = refTexts(v)
	}
	return x, err
}

func (x *exporter) row(c Customer) Row {
	row := Row{Customer: c, Refs: x.refs[c.ID]}
	row.Consents = x.consents[c.ID]
	if x.alike[c.ID] {
		row.Ref, row.RefSource = strconv.FormatInt(c.ID, 10), BookSource
	}
	for _, l := range []*Link{&row.Company, &row.ReferredBy} {
		if name := x.named[l.ID]; name != "" {
			l.Key = name
		} else if x.alike[l.ID] {
			l.Key = strconv.FormatInt(l.ID, 10)
		}
	}
	return row
}

// FurtherColumns names the columns that a file of customers needs beside those of the fields: attr.KEY for each attribute
// that one of them has, consent.CHANNEL and consent.CHANNEL.service for each consent that one has given or taken back,
// refs where one has keys in further systems.
func FurtherColumns(v *book.View, o ListOptions) ([]string, error) {
	ids, args, err := o.query(v)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, query := range []string{
		`SELECT DISTINCT 'attr.' || key FROM customer_attributes WHERE +customer_id IN (` + ids + `) ORDER BY 1`,
		`SELECT DISTINCT 'consent.' || channel || CASE purpose WHEN 'marketing' THEN '' ELSE '.' || purpose END FROM consents WHERE +customer_id IN (` + ids + `)`,
		`SELECT 'refs' FROM customer_refs WHERE +customer_id IN (` + ids + `) LIMIT 1`,
	} {
		found, err := book.All(v, book.Scalar[string], query, args...)
		if err != nil {
			return nil, err
		}
		names = append(names, found...)
	}
	return names, nil
}

// indistinct are the customers without a ref whom an import could take for another: who share what they are known by,
// have the phone of one without e-mail, are twins in all they say but for whom they belong to, are named by others
// with a word that fits more than one, or have nothing left to be known by since they were erased.
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
		SELECT c.id FROM customers c WHERE c.erased_on IS NOT NULL
		UNION
		SELECT c.id FROM customer_reaches s CROSS JOIN customers c ON c.id <> s.customer_id AND (c.email = s.key OR c.phone_e164 = s.key) WHERE c.ref IS NULL
		UNION
		SELECT c.id FROM customer_reaches s CROSS JOIN customers c ON c.id = s.customer_id WHERE c.ref IS NULL
			AND (EXISTS (SELECT 1 FROM customers d WHERE d.id <> c.id AND (d.email = s.key OR d.phone_e164 = s.key))
				OR EXISTS (SELECT 1 FROM customer_reaches t WHERE t.key = s.key AND t.customer_id <> c.id))
		UNION
		SELECT c.id FROM customers c WHERE c.ref IS NULL AND c.id IN (`+linkedCustomers+`)
			AND (EXISTS (SELECT 1 FROM customers d WHERE d.ref = ifnull(c.email, c.name) AND d.id <> c.id)
				OR EXISTS (SELECT 1 FROM customer_refs s WHERE s.ref = ifnull(c.email, c.name))
				OR c.email IS NULL AND (EXISTS (SELECT 1 FROM customers d WHERE d.name_key = c.name_key AND d.id <> c.id)
					OR c.name GLOB '*[@:]*' OR c.name GLOB '+*'))`) {
		if err != nil {
			return nil, err
		}
		alike[id] = true
	}
	return alike, nil
}

// linkedCustomers are those whom others name.
const linkedCustomers = `SELECT company_id FROM customers WHERE company_id IS NOT NULL UNION SELECT referred_by_id FROM customers WHERE referred_by_id IS NOT NULL`

// sharedRefs are the customers who are named by others and whose ref somebody else has in another source: SOURCE:REF. The
// id of one of alike is her ref.
func sharedRefs(v *book.View, alike map[int64]bool) (map[int64]string, error) {
	type linked struct {
		id          int64
		own, shared bool // she has a ref of her own; somebody else has it, too
		key         sourceRef
	}
	named := map[int64]string{}
	for c, err := range book.Query(v, func(row book.Scanner) (c linked, err error) {
		err = row.Scan(&c.id, &c.own, &c.key.source, &c.key.ref, &c.shared)
		return c, err
	}, `SELECT id, own, source, ref, EXISTS (SELECT 1 FROM customers d WHERE d.ref = c.ref AND d.id <> c.id)
			OR EXISTS (SELECT 1 FROM customer_refs s WHERE s.ref = c.ref AND s.customer_id <> c.id)
		FROM (SELECT id, ref IS NOT NULL AS own, ifnull(ref, CAST(id AS TEXT)) AS ref, ifnull(ref_source, ?) AS source
			FROM customers WHERE id IN (`+linkedCustomers+`)) c`, BookSource) {
		if err != nil {
			return nil, err
		}
		other, _ := strconv.ParseInt(c.key.ref, 10, 64)
		shared := c.shared || other != c.id && alike[other] && strconv.FormatInt(other, 10) == c.key.ref
		if shared && (c.own || alike[c.id]) {
			named[c.id] = c.key.String()
		}
	}
	return named, nil
}

// consentTexts are the consents of today, as Row.Consents has them.
func consentTexts(v *book.View) (map[int64]string, error) {
	texts := map[int64]string{}
	same := map[string]string{} // few texts serve many customers
	var now int64
	var says []attribute
	keep := func() {
		text := joinAttributes(says)
		if _, known := same[text]; !known {
			same[text] = text
		}
		if now != 0 {
			texts[now] = same[text]
		}
		says = nil
	}
	err := v.Each(func(row book.Row) error {
		if id := row.Int(0); id != now {
			keep()
			now = id
		}
		c := attribute{row.Text(1) + "." + row.Text(2), "no"}
		if row.Int(3) == 1 {
			c.value = "yes"
		}
		if n := len(says); n > 0 && says[n-1].key == c.key {
			says[n-1] = c
		} else {
			says = append(says, c)
		}
		return nil
	}, `customer_id, channel, purpose, granted`, `(SELECT customer_id, channel, purpose, granted FROM consents WHERE given_on <= ?
		ORDER BY customer_id, channel, purpose, given_on, id LIMIT -1)`, v.Today().String())
	keep()
	return texts, err
}

// refTexts are the further refs of customers, as Row.Refs has them.
func refTexts(v *book.View) (map[int64]string, error) {
	lists := map[int64][]sourceRef{}
	for c, err := range book.Query(v, func(row book.Scanner) (c Customer, err error) {
		err = row.Scan(&c.ID, &c.Ref, &c.RefSource)
		return c, err
	}, `SELECT customer_id, ref, ref_source FROM customer_refs`) {
		if err != nil {
			return nil, err
		}
		lists[c.ID] = append(lists[c.ID], sourceRef{c.RefSource, c.Ref})
	}
	texts := map[int64]string{}
	for id, list := range lists {
		texts[id] = joinRefs(list)
	}
	return texts, nil
}
