package contacts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

func TestFind(t *testing.T) {
	b := newBook(t)
	add(t, b,
		customer(t, "Ana García", FieldEmail, "ana@x.com", FieldPhone, "600 111 222", FieldRef, "A-1"),
		customer(t, "Ana García López", FieldPhone, "ext 555-12", FieldRef, "7", FieldRefSource, "shop"),
		customer(t, "Łukasz Müller", FieldEmail, "l@x.com", FieldRef, "A-1", FieldRefSource, "shop"),
		customer(t, "3", FieldPhone, "+351 912 345 678"),
		customer(t, "Eva Old"), customer(t, "Eva New"), customer(t, "Old Only", FieldEmail, "old@x.com", FieldRef, "gone"))
	update(t, b, func(tx *book.Tx) error {
		for _, id := range []int64{5, 7} {
			if _, err := Archive(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
	cases := []struct {
		selector string
		want     int64 // 0: an error of the kind
		kind     fault.Kind
	}{
		{"1", 1, 0}, {"id:2", 2, 0}, {" 1 ", 1, 0},
		{"3", 3, 0}, // an id counts before a name
		{"ref:7", 2, 0}, {"7", 7, 0},
		{"ref:A-1", 0, fault.Ambiguous}, // two sources
		{"ref:B", 0, fault.NotFound}, {"id:99", 0, fault.NotFound}, {"id:x", 0, fault.NotFound}, {"id:", 0, fault.NotFound},
		{"ANA@X.COM", 1, 0}, {"nobody@x.com", 0, fault.NotFound},
		{"600111222", 1, 0}, {"+34 600-11-12-22", 1, 0}, {"0034600111222", 1, 0}, {"912345678", 0, fault.NotFound}, {"+351912345678", 4, 0},
		{"555 12", 2, 0},                // digits of a number that has no E.164
		{"ana garcia", 1, 0},            // the exact name beats its longer neighbour
		{"ANA GARCÍA LÓPEZ", 2, 0},      // accents and case
		{"gar ana lop", 2, 0},           // beginnings, in any order
		{"gar ana", 0, fault.Ambiguous}, // both
		{"luk mu", 3, 0}, {"l", 0, fault.Ambiguous},
		{"uller", 0, fault.NotFound}, // the middle of a word is for search
		{"eva", 6, 0},                // an archived one counts only where no active one is meant
		{"eva old", 5, 0}, {"old", 0, fault.Ambiguous}, {"old only", 7, 0}, {"old@x.com", 7, 0}, {"ref:gone", 7, 0}, {"id:7", 7, 0},
		{"", 0, fault.Usage}, {"  ", 0, fault.Usage}, {"%", 0, fault.NotFound}, {"'; DROP", 0, fault.NotFound},
	}
	for _, c := range cases {
		t.Run(c.selector, func(t *testing.T) {
			view(t, b, func(v *book.View) error {
				found, err := Find(v, c.selector)
				if c.want == 0 {
					require.Equal(t, c.kind, fault.KindOf(err), "%v", err)
					return nil
				}
				require.NoError(t, err)
				require.Equal(t, c.want, found.ID)
				return nil
			})
		})
	}
}

func TestFindSaysWhoIsMeant(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana García", FieldCity, "Lyon"), customer(t, "Ana López", FieldEmail, "ana@x.com"))
	for i := range 25 {
		add(t, b, customer(t, fmt.Sprintf("Twin %02d", i)))
	}
	view(t, b, func(v *book.View) error {
		var e *fault.Error
		_, err := Find(v, "ana")
		require.True(t, errors.As(err, &e))
		require.Equal(t, []string{"1  Ana García  Lyon", "2  Ana López  ana@x.com"}, e.Detail)
		_, err = Find(v, "twin")
		require.True(t, errors.As(err, &e))
		require.Len(t, e.Detail, 21)
		require.Equal(t, "and 5 more", e.Detail[20])
		for selector, hint := range map[string]string{
			"ana garcai": "did you mean Ana García?",
			"lópes":      "did you mean Ana López?",
			"zzz'z":      `look for her with: perla customer search 'zzz'\''z'`,
			"id:99":      "look for her with: perla customer search id:99",
		} {
			_, err = Find(v, selector)
			require.True(t, errors.As(err, &e))
			require.Equal(t, hint, e.Hint, selector)
		}
		return nil
	})
}

func TestFindAll(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"), customer(t, "Eva"))
	view(t, b, func(v *book.View) error {
		ids, _, err := FindAll(v, []string{"eva", "1", " id:2", "2"})
		require.NoError(t, err)
		require.Equal(t, []int64{2, 1}, ids)
		for at, selectors := range [][]string{{"nobody"}, {"eva", "99"}, {"1", "2", "id:7", "x"}} {
			_, where, err := FindAll(v, selectors)
			require.Equal(t, fault.NotFound, fault.KindOf(err))
			require.Equal(t, at, where, "%v", selectors)
		}
		return nil
	})
}

func TestSearch(t *testing.T) {
	b := newBook(t)
	add(t, b,
		customer(t, "Zoë Müller", FieldEmail, "zoe_m@x.com"),
		customer(t, "Ana García", FieldEmail, "ana@example.com", FieldPhone, "600 111 222"),
		customer(t, "Łukasz 100% Smith", FieldPhone, "+48 512 345 678"),
		customer(t, "Anaïs", FieldPhone, "12"),
		customer(t, "Loft 54-56"))
	update(t, b, func(tx *book.Tx) error { _, err := Archive(tx, 4); return err })
	for _, c := range []struct {
		text  string
		state State
		want  string
	}{
		{"arc", Active, "Ana García"}, {"GARCÍA", Active, "Ana García"}, {"garcia exam", Active, "Ana García"}, {"exam garcia", Active, "Ana García"},
		{"garcia zoe", Active, ""}, {"an", Active, "Ana García"}, {"an", Everyone, "Ana García, Anaïs"}, {"an", Archived, "Anaïs"},
		{"0111", Active, "Ana García"}, {"600-111", Active, "Ana García"}, {"+34 600 111 222", Active, "Ana García"}, {"0034600111222", Active, "Ana García"},
		{"512345678", Active, "Łukasz 100% Smith"}, {"luk", Active, "Łukasz 100% Smith"}, {"0%", Active, "Łukasz 100% Smith"}, {"%", Active, "Łukasz 100% Smith"},
		{"e_m", Active, "Zoë Müller"}, {"e_x", Active, ""}, {"ü", Active, "Łukasz 100% Smith, Zoë Müller"}, {"m", Active, "Ana García, Łukasz 100% Smith, Zoë Müller"},
		{"54-56", Active, "Loft 54-56"}, {"1.77", Active, ""}, {strings.Repeat("ab ", 300), Active, ""},
		{"", Active, ""}, {"  ", Active, ""}, {`" OR 1`, Active, ""},
	} {
		view(t, b, func(v *book.View) error {
			var found []string
			for customer, err := range Search(v, c.text, c.state, 0) {
				require.NoError(t, err)
				found = append(found, customer.Name)
			}
			require.Equal(t, c.want, strings.Join(found, ", "), "%q", c.text)
			return nil
		})
	}
}

// A text longer than SQLite could be asked for is the user's mistake and none of the database.
func TestSearchForTooMuch(t *testing.T) {
	view(t, newBook(t), func(v *book.View) error {
		for _, text := range []string{strings.Repeat("x", longestSearch+1), strings.Repeat("ab ", longestSearch)} {
			for _, err := range Search(v, text, Active, 0) {
				require.Equal(t, fault.Usage, fault.KindOf(err))
			}
		}
		for _, err := range Search(v, strings.Repeat("a ", longestSearch/2), Active, 0) {
			require.NoError(t, err)
		}
		return nil
	})
}

// TestSearchUsesItsIndexes reads the query plans: a word of three letters goes through the trigram index, and selectors
// through theirs, so that no search reads every customer.
func TestSearchUsesItsIndexes(t *testing.T) {
	b := newBook(t)
	plan := func(v *book.View, query string, args ...any) string {
		steps, err := book.All(v, func(row book.Scanner) (s string, err error) {
			var id, parent, unused int
			err = row.Scan(&id, &parent, &unused, &s)
			return s, err
		}, `EXPLAIN QUERY PLAN `+query, args...)
		require.NoError(t, err)
		return strings.Join(steps, "\n")
	}
	view(t, b, func(v *book.View) error {
		condition, args := matching(searchTerms("gar example", ""))
		p := plan(v, `SELECT c.id FROM customers c WHERE `+condition, args...)
		require.Contains(t, p, "SEARCH c USING INTEGER PRIMARY KEY")
		require.Contains(t, p, "customers_search VIRTUAL TABLE INDEX 0:L") // LIKE handed to the index
		require.NotContains(t, p, "SCAN c\n")
		for query, index := range map[string]string{
			`SELECT id FROM customers WHERE email = ?`:                "customers_email",
			`SELECT id FROM customers WHERE phone_e164 = ?`:           "customers_phone",
			`SELECT id FROM customers WHERE name_key = ? ORDER BY id`: "customers_name",
			`SELECT id FROM customers WHERE ref = ?`:                  "customers_ref",
		} {
			require.Contains(t, plan(v, query, "x"), index)
		}
		return nil
	})
}
