package contacts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// anyOf draws one of some values.
func anyOf(rt *rapid.T, label string, values ...string) string {
	return rapid.SampledFrom(values).Draw(rt, label)
}

// drawCustomer makes a customer of few values, so that many are alike.
func drawCustomer(rt *rapid.T) Customer {
	c := Customer{Name: anyOf(rt, "name", "Ana", "Eva\nB", "ana", "Acme", "r1", "csv:r2"), Email: anyOf(rt, "email", "", "", "a@x.com", "b@x.com"),
		Phone: anyOf(rt, "phone", "", "", "600111222", "12"), City: anyOf(rt, "city", "", "Lyon"), Tags: anyOf(rt, "tags", "", "a, b"),
		Kind: anyOf(rt, "kind", Kinds...), Birthday: anyOf(rt, "birthday", "", "--02-29"), Stage: anyOf(rt, "stage", "", "lead"),
		Emails: anyOf(rt, "emails", "", "", "a@x.com", "c@x.com; home: b@x.com"), Phones: anyOf(rt, "phones", "", "", "600111222; work: 99", "+34600333444"),
		Attributes: anyOf(rt, "attributes", "", "", "need=sun; skin=dry; skin=oily", "a.b=x=y"), ContactEvery: int64(rapid.IntRange(0, 2).Draw(rt, "every"))}
	if c.Email != "" {
		c.EmailLabel = anyOf(rt, "label", "", "work")
	}
	for _, f := range []Fields{FieldAddress, FieldPostcode, FieldRegion, FieldLifeMoment, FieldNotes, FieldLanguage} {
		*c.text(f) = anyOf(rt, f.Name(), "", "", `x; "y", z`)
	}
	if c.ContactEvery > 0 {
		c.ContactWithin = c.ContactEvery * int64(rapid.IntRange(0, 1).Draw(rt, "within"))
	}
	c.PotentialValue = money.Amount(rapid.IntRange(-1, 2).Draw(rt, "potential"))
	c.PotentialKnown = c.PotentialValue >= 0
	c.PotentialValue = max(c.PotentialValue, 0)
	return c
}

// drawBook fills a book with up to most customers, some of them archived, with companies, consents and further refs.
func drawBook(rt *rapid.T, b *book.Book, most int) (n int) {
	n = rapid.IntRange(1, most).Draw(rt, "customers")
	err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
		ledger, err := NewConsentWriter(tx)
		taken := map[string]bool{}
		key := func(label string) (ref, source string) {
			ref, source = anyOf(rt, label, "", "", "", "r1", "r2", "1"), anyOf(rt, label+" source", "csv", "shop", "a;b:c")
			if ref == "" || taken[source+":"+ref] {
				return "", ""
			}
			taken[source+":"+ref] = true
			return ref, source
		}
		for i := int64(1); i <= int64(n) && err == nil; i++ {
			c := drawCustomer(rt)
			c.Ref, c.RefSource = key("ref")
			if i > 1 && rapid.Bool().Draw(rt, "has company") {
				c.Company.ID = rapid.Int64Range(1, i-1).Draw(rt, "company")
			}
			if _, err = Add(tx, c); err != nil {
				return err
			}
			if ref, source := key("further ref"); ref != "" {
				if _, err = tx.Exec(`INSERT INTO customer_refs (customer_id, ref, ref_source) VALUES (?, ?, ?)`, i, ref, source); err != nil {
					return err
				}
			}
			if said := anyOf(rt, "consent", "", "", "yes", "no"); said != "" {
				_, err = ledger.Record([]Consent{{CustomerID: i, Channel: "email", Purpose: anyOf(rt, "purpose", ConsentPurposes...), Granted: said == "yes"}})
			}
			if err == nil && rapid.IntRange(0, 4).Draw(rt, "archived") == 0 {
				_, err = Archive(tx, i)
			}
		}
		return err
	})
	if err != nil {
		rt.Fatal(err)
	}
	return n
}

// TestExportComesBack holds for any book that its export, imported into a new one, makes the same customers: their
// export is equal again, and imported again it changes nothing.
func TestExportComesBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t)
		n := drawBook(rt, b, 6)
		lines := exported(t, b)
		fresh := newBook(t)
		for _, want := range []string{fmt.Sprintf("%d 0 0", n), fmt.Sprintf("0 0 %d", n)} {
			tally, problems := load(t, fresh, ImportOptions{}, file(t, lines...), 3)
			if then := exported(t, fresh); len(problems) > 0 || tally != want || !slices.Equal(lines, then) {
				rt.Fatalf("%s instead of %s %v\n--- first\n%s\n--- then\n%s", tally, want, problems, strings.Join(lines, "\n"), strings.Join(then, "\n"))
			}
		}
	})
}

func TestFurtherColumns(t *testing.T) {
	b := newBook(t)
	columns := func(o ListOptions) (names []string) {
		view(t, b, func(v *book.View) (err error) {
			names, err = FurtherColumns(v, o)
			return err
		})
		return names
	}
	require.Empty(t, columns(ListOptions{}))
	load(t, b, ImportOptions{}, file(t, "ref=1|name=Ana|attr.skin=dry|attr.need=sun|consent.email=yes|consent.sms.service=no", "ref=2|name=Eva|attr.need=gift|refs=shop:9|tags=vip"), 9)
	require.Equal(t, []string{"attr.need", "attr.skin", "consent.email", "consent.sms.service", "refs"}, columns(ListOptions{}))
	require.Equal(t, []string{"attr.need", "refs"}, columns(ListOptions{Filter: Filter{Tags: []string{"vip"}}}))
}
