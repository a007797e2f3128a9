package contacts

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// linksOf are the links of a customer as she sees them: "partner Luis".
func linksOf(tb testing.TB, b *book.Book, id int64) string {
	tb.Helper()
	var all []string
	view(tb, b, func(v *book.View) error {
		list, err := Relations(v, id)
		for _, r := range list {
			all = append(all, r.Kind+" "+r.Other.Name)
		}
		return err
	})
	return strings.Join(all, ", ")
}

func TestLinksAreSeenFromBothEnds(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"), customer(t, "Luis"), customer(t, "Eva"))
	link := func(id int64, text string) []Customer {
		var ch Change
		require.NoError(t, ch.Link(text))
		return edited(t, b, &ch, id)
	}
	unlink := func(id int64, text string) {
		var ch Change
		require.NoError(t, ch.Unlink(text))
		edited(t, b, &ch, id)
	}
	require.Len(t, link(1, "partner=luis"), 1)
	link(1, "Child=eva")
	link(3, "influences=luis")
	require.Equal(t, "partner Luis, child Eva", linksOf(t, b, 1))
	require.Equal(t, "partner Ana, influenced by Eva", linksOf(t, b, 2))
	require.Equal(t, "parent Ana, influences Luis", linksOf(t, b, 3))

	require.Empty(t, link(2, "partner=ana"), "said from the other end already")
	require.Empty(t, link(3, "parent=ana"))
	require.Len(t, link(2, "influences=eva"), 1, "the other way round it is another thing")
	link(1, "household=eva")

	unlink(3, "parent=ana")
	require.Equal(t, "household Eva, partner Luis", linksOf(t, b, 1))
	unlink(2, "influences=eva")
	require.Equal(t, "partner Ana, influenced by Eva", linksOf(t, b, 2))
	unlink(1, "eva")
	require.Equal(t, "partner Luis", linksOf(t, b, 1))
	unlink(2, "ana")
	require.Empty(t, linksOf(t, b, 1))

	var ch Change
	require.NoError(t, ch.Unlink("friend=luis"))
	err := b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := Edit(tx, []int64{1}, &ch); return err })
	require.EqualError(t, err, "customer 1: links: there is no friend with Luis (id 2)")
	require.Equal(t, fault.NotFound, fault.KindOf(err))
	require.Empty(t, edited(t, b, &ch, 1, 3), "of many, some need not be linked")

	// A merge may leave the same link twice, once from either end.
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO customer_links (customer_id, other_id, kind) VALUES (1, 2, 'friend'), (2, 1, 'friend')`)
		return err
	})
	require.Equal(t, "friend Luis", linksOf(t, b, 1))
}

func TestLinkRefuses(t *testing.T) {
	var ch Change
	for text, want := range map[string]string{
		"luis":           "needed is KIND=CUSTOMER, such as partner=luis",
		"partnr=luis":    "not one of household, partner, parent, child, sibling, friend, colleague, influences; did you mean partner?",
		"partner= ":      "whom to link with is missing: partner=CUSTOMER",
		"=luis":          "not one of household, partner, parent, child, sibling, friend, colleague, influences",
		"influenced=ana": "not one of household, partner, parent, child, sibling, friend, colleague, influences; did you mean influences?",
	} {
		require.EqualError(t, ch.Link(text), want, text)
	}
	require.EqualError(t, ch.Unlink(""), "whom to unlink from is missing")
	require.Error(t, ch.Unlink("x=luis"))
}
