package contacts

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// manyCustomers fills a book with customers, each with a city and a tag.
func manyCustomers(tb testing.TB, b *book.Book, n int) (ids []int64) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		list := make([]Customer, n)
		for i := range list {
			list[i] = Customer{ID: int64(i + 1), Name: fmt.Sprint("Client ", i), Kind: "person", Email: fmt.Sprintf("c%d@x.com", i), City: "Lyon", Tags: "vip", Stage: "lead", CreatedOn: tx.Today()}
			list[i].complete("ES")
			ids = append(ids, list[i].ID)
		}
		return newSaver(tx).insert(list)
	})
	return ids
}

// A change of more customers than are read at once reaches all of them, and only those it concerns.
func TestEditOfACrowd(t *testing.T) {
	b := newBook(t)
	ids := manyCustomers(t, b, editedAtOnce+1200)
	ch := &Change{From: customer(t, "", FieldCity, "Oslo", FieldStage, "customer"), Given: FieldCity | FieldStage}
	step(t, ch, "+attr skin=dry")
	step(t, ch, "-tag vip")
	changed := edited(t, b, ch, ids...)
	require.Len(t, changed, len(ids))
	for _, at := range []int{0, editedAtOnce - 1, editedAtOnce, len(ids) - 1} {
		c := changed[at]
		require.Equal(t, []any{ids[at], "Oslo", "customer", "skin=dry", ""}, []any{c.ID, c.City, c.Stage, c.Attributes, c.Tags})
	}
	edited(t, b, &Change{From: Customer{City: "Lyon"}, Given: FieldCity}, ids[:3]...)
	require.Len(t, edited(t, b, ch, ids...), 3)
	update(t, b, func(tx *book.Tx) error {
		gone, err := Archive(tx, ids...)
		require.Len(t, gone, len(ids))
		return err
	})
	require.Empty(t, names(t, b, ListOptions{}))
}

// BenchmarkEditMany changes a field and a tag of 10,000 customers and takes both back.
func BenchmarkEditMany(b *testing.B) {
	bk := newBook(b)
	ids := manyCustomers(b, bk, 10_000)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		ch := &Change{From: Customer{City: fmt.Sprint("City ", i)}, Given: FieldCity}
		step(b, ch, [2]string{"+tag gold", "-tag gold"}[i%2])
		edited(b, bk, ch, ids...)
	}
}
