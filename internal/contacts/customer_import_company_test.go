package contacts

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// foreignRow is a row of another program's file: the company is no more than a name, the ref may be a further one.
func foreignRow(line int, name, email, company, ref string) Row {
	r := Row{CompanyIfKnown: true, FurtherRef: true}
	for f, text := range map[Fields]string{FieldName: name, FieldEmail: email, FieldCompany: company, FieldRef: ref} {
		if text != "" {
			_ = r.Set(f, text)
			r.Has |= f
		}
	}
	r.Place(line, 0, false, "ES")
	return r
}

// loadForeign imports rows as from another program and gives the tally and the reasons of refusals.
func loadForeign(t *testing.T, b *book.Book, o ImportOptions, rows ...Row) (tally Tally, refused []string) {
	t.Helper()
	o.Source = "phone"
	update(t, b, func(tx *book.Tx) (err error) {
		tally, err = Import(tx, func(yield func([]Row) bool) { yield(rows) }, o, func(p Problem) { refused = append(refused, p.Reason) })
		return err
	})
	return tally, refused
}

// known is what a book says of the customer with an id: ref, company, attributes.
func known(t *testing.T, b *book.Book, id int64) [3]string {
	t.Helper()
	var c Customer
	view(t, b, func(v *book.View) (err error) {
		c, err = Get(v, id)
		return err
	})
	return [3]string{c.Ref, c.Company.Name, c.Attributes}
}

func TestImportCompanyIfKnown(t *testing.T) {
	b := newBook(t)
	update(t, b, func(tx *book.Tx) error {
		for _, c := range []Customer{{Name: "Acme", Kind: "company"}, {Name: "Twin", Kind: "company"}, {Name: "twin", Kind: "company"}, {Name: "Bosque"}} {
			if _, err := Add(tx, c); err != nil {
				return err
			}
		}
		return nil
	})
	rows := func() []Row {
		return []Row{foreignRow(2, "Ana", "", "ACME", ""), foreignRow(3, "Eva", "e@x.com", "Twin", ""), foreignRow(4, "Ida", "i@x.com", "Bosque", ""),
			foreignRow(5, "Ana", "", "Nobody; Ltd", "")}
	}
	tally, refused := loadForeign(t, b, ImportOptions{}, rows()...)
	require.Equal(t, Tally{Created: 4}, tally)
	require.Empty(t, refused)
	require.Equal(t, [3]string{"", "Acme", ""}, known(t, b, 5))
	require.Equal(t, [3]string{"", "", "company=Twin"}, known(t, b, 6), "two have this name")
	require.Equal(t, [3]string{"", "", "company=Bosque"}, known(t, b, 7), "a person is no company")
	require.Equal(t, [3]string{"", "", "company=Nobody, Ltd"}, known(t, b, 8), "she is not the other Ana")
	tally, _ = loadForeign(t, b, ImportOptions{}, rows()...)
	require.Equal(t, Tally{Unchanged: 4}, tally)

	moved := foreignRow(2, "Eva", "e@x.com", "Elsewhere", "")
	tally, _ = loadForeign(t, b, ImportOptions{NeverKeys: []string{"attr.company"}}, moved)
	require.Equal(t, Tally{Unchanged: 1}, tally)
	tally, _ = loadForeign(t, b, ImportOptions{}, moved)
	require.Equal(t, Tally{Updated: 1}, tally)
	require.Equal(t, [3]string{"", "", "company=Elsewhere"}, known(t, b, 6))
}

func TestImportFurtherRef(t *testing.T) {
	b := newBook(t)
	update(t, b, func(tx *book.Tx) error {
		_, err := Add(tx, Customer{Name: "Ana", Email: "a@x.com", Ref: "C-1", RefSource: "shop"})
		return err
	})
	rows := func() []Row {
		return []Row{foreignRow(2, "ANA", "a@x.com", "", "1"), foreignRow(3, "Ana", "a@x.com", "", "2"), foreignRow(4, "Eva", "a@x.com", "", "3"),
			foreignRow(5, "Ida", "i@x.com", "", "4"), foreignRow(6, "Ida", "i@x.com", "", "5")}
	}
	tally, refused := loadForeign(t, b, ImportOptions{}, rows()...)
	require.Empty(t, refused)
	require.Equal(t, int64(2), tally.Created, "Eva, who shares an e-mail, and Ida, who is there twice")
	var refs []string
	view(t, b, func(v *book.View) (err error) {
		refs, err = book.All(v, book.Scalar[string], `SELECT customer_id || ' ' || ref_source || ':' || ref FROM customer_refs ORDER BY 1`)
		return err
	})
	require.Equal(t, []string{"1 phone:1", "1 phone:2", "3 phone:5"}, refs)
	require.Equal(t, "C-1", known(t, b, 1)[0])
	tally, _ = loadForeign(t, b, ImportOptions{}, rows()...)
	require.Equal(t, Tally{Unchanged: 5}, tally)

	sure := foreignRow(2, "Ana", "a@x.com", "", "9")
	sure.FurtherRef = false
	tally, _ = loadForeign(t, b, ImportOptions{}, sure)
	require.Equal(t, Tally{Created: 1}, tally, "a ref that is sure names nobody else")
}
