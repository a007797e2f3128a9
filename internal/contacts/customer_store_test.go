package contacts

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

var testNow = func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }

// newBook is an empty book. Most tests need one, properties dozens: it is made once and copied.
func newBook(tb testing.TB) *book.Book {
	tb.Helper()
	file, err := emptyBook()
	require.NoError(tb, err)
	path := filepath.Join(tb.TempDir(), "book.db")
	require.NoError(tb, os.WriteFile(path, file, 0o600))
	b, err := book.Open(context.Background(), path, testNow)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, b.Close()) })
	return b
}

var emptyBook = sync.OnceValues(func() (file []byte, err error) {
	dir, err := os.MkdirTemp("", "perla-contacts")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "book.db")
	b, err := book.Create(context.Background(), path, s, testNow)
	if err != nil {
		return nil, err
	}
	if err := b.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func update(tb testing.TB, b *book.Book, fn func(*book.Tx) error) {
	tb.Helper()
	require.NoError(tb, b.Update(context.Background(), "test", fn))
}

func view(tb testing.TB, b *book.Book, fn func(*book.View) error) {
	tb.Helper()
	require.NoError(tb, b.View(context.Background(), fn))
}

// customer makes one from pairs of field and text.
func customer(tb testing.TB, name string, pairs ...any) Customer {
	tb.Helper()
	c := Customer{Name: name}
	for i := 0; i < len(pairs); i += 2 {
		require.NoError(tb, c.Set(pairs[i].(Fields), pairs[i+1].(string)))
	}
	return c
}

// add writes customers.
func add(tb testing.TB, b *book.Book, list ...Customer) []Customer {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		for i := range list {
			if list[i], err = Add(tx, list[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return list
}

func TestAddAndGet(t *testing.T) {
	b := newBook(t)
	acme := add(t, b, customer(t, "Acme SL", FieldKind, "company", FieldRef, "A1"))[0]
	ana := add(t, b, customer(t, "Ana García", FieldEmail, "ANA@x.com", FieldPhone, "600 111 222", FieldTags, "vip,new",
		FieldCompany, "acme", FieldReferredBy, "ref:A1", FieldBirthday, "05-17", FieldNotes, "two\nlines"))[0]
	day, err := dates.ParseISO("2026-11-22")
	require.NoError(t, err)
	require.Equal(t, Customer{ID: 2, Name: "Ana García", Kind: "person", Email: "ana@x.com", Phone: "600 111 222", E164: "+34600111222",
		Birthday: "--05-17", Company: Link{acme.ID, "Acme SL", "A1"}, ReferredBy: Link{acme.ID, "Acme SL", "A1"}, Tags: "new, vip",
		Notes: "two\nlines", CreatedOn: day}, ana)
	view(t, b, func(v *book.View) error {
		_, err := Get(v, 99)
		require.Equal(t, fault.NotFound, fault.KindOf(err))
		same, err := SameReach(v, Customer{Email: "ana@x.com"})
		require.NoError(t, err)
		require.Equal(t, []Customer{ana}, same)
		same, err = SameReach(v, ana)
		require.Empty(t, same, "she is not her own double")
		return err
	})
}

func TestAddRefuses(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana", FieldRef, "1"))
	add(t, b, customer(t, "Other source", FieldRef, "1", FieldRefSource, "shop"))
	for name, c := range map[string]struct {
		c    Customer
		kind fault.Kind
		text string
	}{
		"a ref twice":        {customer(t, "Eva", FieldRef, "1"), fault.Conflict, `"1" of source csv is the ref of Ana (id 1) already`},
		"no name":            {Customer{}, fault.Usage, "a name is needed"},
		"unknown company":    {customer(t, "Eva", FieldCompany, "nobody"), fault.NotFound, "customer nobody: company"},
		"a birthday to come": {customer(t, "Eva", FieldBirthday, "2055-01-01"), fault.Usage, "lies in the future"},
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := Add(tx, c.c); return err })
		require.Equal(t, c.kind, fault.KindOf(err), name)
		require.ErrorContains(t, err, c.text, name)
	}
}

func TestEdit(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, customer(t, "Ana", FieldEmail, "ana@x.com", FieldPhone, "600 111 222", FieldTags, "lead, old", FieldRef, "1"))[0]
	edit := func(from Customer, given Fields, tag, untag string) (c Customer) {
		ch := &Change{From: from, Given: given}
		require.NoError(t, ch.Add(FieldTags, tag))
		require.NoError(t, ch.Remove(FieldTags, untag))
		edited(t, b, ch, ana.ID)
		view(t, b, func(v *book.View) (err error) {
			c, err = Get(v, ana.ID)
			return err
		})
		return c
	}
	c := edit(customer(t, "Ana María", FieldCity, "Lyon", FieldEmail, "", FieldPhone, "+351 912 345 678"), FieldName|FieldCity|FieldEmail|FieldPhone, "vip", "lead")
	require.Equal(t, []string{"Ana María", "Lyon", "", "+351912345678", "old, vip"}, []string{c.Name, c.City, c.Email, c.E164, c.Tags})
	view(t, b, func(v *book.View) error {
		found, err := Find(v, "ana maria")
		require.NoError(t, err, "the folded name follows")
		require.Equal(t, c, found)
		n := 0
		for range Search(v, "912 345", Active, 0) {
			n++
		}
		require.Equal(t, 1, n, "the full text follows")
		return nil
	})

	c = edit(customer(t, "", FieldRef, ""), FieldRef, "", "")
	require.Empty(t, c.Ref+c.RefSource)

	operations := func() (n int) {
		view(t, b, func(v *book.View) error {
			for range book.History(v, 0) {
				n++
			}
			return nil
		})
		return n
	}
	before := operations()
	edit(customer(t, "Ana María"), FieldName, "vip", "")
	require.Equal(t, before, operations(), "nothing new is no operation")

	err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
		_, err := Edit(tx, []int64{ana.ID}, &Change{From: customer(t, "", FieldReferredBy, "1"), Given: FieldReferredBy})
		return err
	})
	require.ErrorContains(t, err, "she cannot be her own")
}

// edited makes a change and gives those who were changed by it.
func edited(tb testing.TB, b *book.Book, ch *Change, ids ...int64) (list []Customer) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		list, err = Edit(tx, ids, ch)
		return err
	})
	return list
}

func TestArchive(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, customer(t, "Ana"), customer(t, "Eva"))[0]
	try := func(fn func(*book.Tx, ...int64) ([]Customer, error)) error {
		return b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := fn(tx, ana.ID); return err })
	}
	require.Equal(t, fault.Conflict, fault.KindOf(try(Restore)))
	require.NoError(t, try(Archive))
	require.ErrorContains(t, try(Archive), "is archived already, since 2026-11-22")
	require.Equal(t, "Eva", names(t, b, ListOptions{}))
	require.Equal(t, "Ana", names(t, b, ListOptions{State: Archived}))
	require.Equal(t, "Ana Eva", names(t, b, ListOptions{State: Everyone}))
	require.NoError(t, try(Restore))
	require.Equal(t, "Ana Eva", names(t, b, ListOptions{}))
}

// names are the names of a list, joined.
func names(tb testing.TB, b *book.Book, o ListOptions) string {
	tb.Helper()
	var all []string
	view(tb, b, func(v *book.View) error {
		for c, err := range List(v, o) {
			require.NoError(tb, err)
			all = append(all, c.Name)
		}
		return nil
	})
	return strings.Join(all, " ")
}

func TestList(t *testing.T) {
	b := newBook(t)
	add(t, b,
		customer(t, "Zoë", FieldCity, "Málaga", FieldTags, "vip", FieldBirthday, "1980-03-01"),
		customer(t, "ana", FieldCity, "malaga", FieldStage, "lead", FieldBirthday, "--12-24"),
		customer(t, "Élise", FieldTags, "vip, new", FieldBirthday, "2000-01-31"))
	update(t, b, func(tx *book.Tx) error {
		id, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('K1', 'Kim')`)
		require.NoError(t, err)
		c := Customer{Consultant: Link{ID: id}}
		_, err = Edit(tx, []int64{2}, &Change{From: c, Given: FieldConsultant})
		return err
	})
	for _, c := range []struct {
		o    ListOptions
		want string
	}{
		{ListOptions{}, "Zoë ana Élise"},
		{ListOptions{Sort: "name"}, "ana Élise Zoë"},
		{ListOptions{Sort: "-name"}, "Zoë Élise ana"},
		{ListOptions{Sort: "birthday"}, "Élise Zoë ana"}, // by month and day
		{ListOptions{Sort: "stage"}, "ana Zoë Élise"},    // who has none comes last
		{ListOptions{Sort: "-stage"}, "ana Zoë Élise"},
		{ListOptions{Sort: "-id", Limit: 1}, "Élise"},
		{ListOptions{Filter: Filter{City: "MALAGA"}}, "Zoë ana"},
		{ListOptions{Filter: Filter{City: "Paris"}}, ""},
		{ListOptions{Filter: Filter{Tags: []string{"VIP"}}}, "Zoë Élise"},
		{ListOptions{Filter: Filter{Stage: "lead"}}, "ana"},
		{ListOptions{Filter: Filter{Consultant: "K1"}}, "ana"},
	} {
		require.Equal(t, c.want, names(t, b, c.o), "%+v", c.o)
	}
	view(t, b, func(v *book.View) error {
		for _, o := range []ListOptions{{Sort: "nmae"}, {Limit: -1}} {
			for _, err := range List(v, o) {
				require.Equal(t, fault.Usage, fault.KindOf(err), "%+v", o)
			}
		}
		return nil
	})
}

func TestCardOf(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, customer(t, "Ana"))[0]
	update(t, b, func(tx *book.Tx) error {
		for i, o := range []string{
			`'2026-01-10', 5000, 1, NULL, NULL, NULL`,
			`'2026-02-10', -1000, 1, NULL, NULL, NULL`,
			`'2026-03-10', 700, 0, '2026-03-12', NULL, NULL`,
			`'2026-04-10', 900, 0, NULL, NULL, NULL`,         // a quote
			`'2026-05-10', 900, 1, NULL, '2026-05-11', NULL`, // cancelled
			`'2026-06-10', 300, 1, NULL, NULL, '2026-07-01'`, // returned later
			`'2027-01-01', 300, 1, NULL, NULL, NULL`,         // after the day
		} {
			if _, err := tx.Exec(fmt.Sprintf(`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total, is_history, confirmed_on, cancelled_on, returned_on) VALUES ('%d', 'csv', 1, %s)`, i, o)); err != nil {
				return err
			}
		}
		return nil
	})
	for day, want := range map[string][3]any{
		"2026-11-22": {int64(2), int64(4700), "2026-03-10"},
		"2026-06-15": {int64(3), int64(5000), "2026-06-10"},
		"2026-03-11": {int64(1), int64(4000), "2026-01-10"},
		"2025-12-31": {int64(0), int64(0), ""},
	} {
		view(t, b, func(v *book.View) error {
			d, err := dates.ParseISO(day)
			require.NoError(t, err)
			card, err := CardOf(v, ana, d)
			require.NoError(t, err)
			require.Equal(t, want, [3]any{card.Orders, int64(card.Spent), dayText(card.LastOrder)}, day)
			return nil
		})
	}
}
