package contacts

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// crowd are made-up people, each with a name, e-mail and phone that nobody else has.
type crowd struct {
	names, emails, phones []string // by id, from 1 on
}

func newCrowd(n int) *crowd {
	given := strings.Fields("Ana Beatriz Conceição Débora Éva Fátima Graça Hélène Inês Jürgen Kåre Łucja María Nuño Öznur Paß Quirós Ræl Şebnem Tânia")
	family := strings.Fields("García Müller Świątek Núñez Gonçalves Østergård Dvořák Iğdır Ibáñez Crespo Leitão Peña Rossi Smith Yáñez Zürich Åberg Bäcker Çelik D'Orléans")
	c := &crowd{names: []string{""}, emails: []string{""}, phones: []string{""}}
	for i := 1; i <= n; i++ {
		// Two family names and a number in letters make the name her own.
		own := strings.Map(func(r rune) rune { return r - '0' + 'q' - 'a' + 'a' }, fmt.Sprintf("%04d", i))
		c.names = append(c.names, fmt.Sprintf("%s %s %s%s", given[i%20], family[i/20%20], family[i/400%20], own))
		c.emails = append(c.emails, fmt.Sprintf("client.%04d@mail%02d.example", i, i%37))
		c.phones = append(c.phones, fmt.Sprintf("6%02d %03d %03d", i%90+10, i%1000, (i*7919)%1000))
	}
	return c
}

// shop fills a book with a crowd and what a shop gathers about it.
type shop struct {
	*crowd
	*rand.Rand
}

// populate does so in several operations, one of them undone.
func populate(t testing.TB, b *book.Book, c *crowd, random *rand.Rand) {
	t.Helper()
	s := shop{c, random}
	require.NoError(t, b.Update(context.Background(), "set up", func(tx *book.Tx) error {
		if _, err := tx.Exec(`INSERT INTO consultants (ref, name) VALUES ('eva', 'Eva Consultora'), ('leo', 'Leo Vendedor')`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO products (sku, name, created_on) VALUES ('soap', 'Soap', '2026-01-01')`)
		return err
	}))
	for _, op := range []struct {
		what string
		each func(run func(string, ...any), id int)
	}{{"customer import", s.person}, {"order import", s.orders}, {"talk", s.talk}, {"customer edit", s.edit}, {"tag", func(run func(string, ...any), id int) {
		run(`INSERT INTO customer_tags (customer_id, tag) VALUES (?, 'vip')`, id)
	}}} {
		require.NoError(t, b.Update(context.Background(), op.what, func(tx *book.Tx) (err error) {
			for id := 1; id < len(c.names) && err == nil; id++ {
				op.each(func(query string, args ...any) {
					if err == nil {
						_, err = tx.Exec(query, args...)
					}
				}, id)
			}
			return err
		}))
	}
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err)
}

func (s shop) day() string { return fmt.Sprintf("2026-%02d-%02d", s.IntN(10)+1, s.IntN(28)+1) }

func (s shop) person(run func(string, ...any), id int) {
	name, email, phone := s.names[id], s.emails[id], s.phones[id]
	e164 := E164(phone, "ES")
	run(`INSERT INTO customers (ref, ref_source, name, email, phone, phone_e164, birthday, address, city, stage, consultant_id, notes, created_on, name_key, search)
		VALUES (?, 'shop', ?, ?, ?, ?, '1980-05-17', ?, 'Madrid', 'customer', ?, ?, ?, ?, ?)`, fmt.Sprintf("R-%05d", id), name, email, phone, e164,
		"Calle de "+name, id%2+1, "asked for "+name, s.day(), book.Fold(name), SearchText(name, email, phone, e164, home(id)))
}

func (s shop) orders(run func(string, ...any), id int) {
	for i := range s.IntN(4) {
		note := any(nil)
		if i == 0 && id%3 == 0 {
			note = "for " + s.names[id]
		}
		run(`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total, notes) VALUES (?, 'shop', ?, ?, ?, ?)`,
			fmt.Sprintf("O-%d-%d", id, i), id, s.day(), s.IntN(20000), note)
		run(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount)
			SELECT max(id), 1, 1, max(total), max(total) FROM orders WHERE id = last_insert_rowid()`)
	}
}

func (s shop) talk(run func(string, ...any), id int) {
	run(`INSERT INTO interactions (customer_id, happened_on, channel, direction, summary, outcome) VALUES (?, ?, 'call', 'out', ?, 'well')`, id, s.day(), "spoke with "+strings.ToUpper(s.names[id]))
	run(`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis, source) VALUES (?, 'email', 'marketing', 1, ?, 'consent', ?)`, id, s.day(), "card of "+s.names[id])
	run(`INSERT INTO customer_attributes (customer_id, key, value) VALUES (?, 'skin', 'dry')`, id)
	run(`INSERT INTO customer_reaches (customer_id, kind, value, key, label) VALUES (?, 'email', ?, ?2, 'home')`, id, home(id))
	run(`INSERT INTO customer_stages (customer_id, since_on, stage) VALUES (?, ?, 'customer')`, id, s.day())
	run(`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) VALUES (?, ?, ?)`, id, s.day(), id%2+1)
	if id%2 == 0 {
		run(`INSERT INTO tasks (customer_id, what, due_on, first_due_on, created_on, done_on) VALUES (?, ?, '2026-12-01', '2026-12-01', '2026-11-01', ?)`,
			id, "write to "+s.emails[id], []any{nil, "2026-11-10"}[id/2%2])
	}
	if id%5 == 0 {
		run(`INSERT INTO cases (customer_id, kind, topic, opened_at) VALUES (?, 'complaint', 'late', '2026-11-01T09:00:00Z')`, id)
		run(`INSERT INTO case_events (case_id, at, kind, text) VALUES (last_insert_rowid(), '2026-11-01T09:00:00Z', 'note', ?)`, "call back on "+s.phones[id])
		run(`INSERT INTO customer_links (customer_id, other_id, kind) VALUES (?, ?, 'friend')`, id, id%(len(s.names)-1)+1)
	}
}

// edit leaves old notes and phones in the history.
func (s shop) edit(run func(string, ...any), id int) {
	if id%3 == 0 {
		run(`UPDATE customers SET notes = NULL, city = 'Lyon', phone = ? WHERE id = ?`, strings.ReplaceAll(s.phones[id], " ", "-"), id)
	}
}

// telling are bytes by which a person could be told, in small ASCII letters, as a scan finds them that knows nothing of
// how perla looks.
func (c *crowd) telling(ids ...int) (needles [][]byte) {
	for _, id := range ids {
		name, phone := c.names[id], c.phones[id]
		words := strings.Fields(name)
		last := strings.Join(words[1:], " ")
		for _, s := range []string{name, strings.ToUpper(name), book.Fold(name), last + " " + words[0], last + ", " + words[0],
			book.Fold(last + " " + words[0]), c.emails[id], phone, digits(phone), strings.ReplaceAll(phone, " ", "-"), home(id)} {
			needles = append(needles, smallASCII([]byte(s)))
		}
	}
	return needles
}

// home is the further e-mail of somebody.
func home(id int) string { return fmt.Sprintf("home.%04d@mail.example", id) }

func smallASCII(b []byte) []byte {
	small := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		small[i] = c
	}
	return small
}

// tellsOf are the files of a folder that hold any of the needles.
func tellsOf(t testing.TB, dir string, needles [][]byte) (in []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range list {
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		for _, n := range foundIn(smallASCII(text), needles) {
			in = append(in, fmt.Sprintf("%s: %s", f.Name(), n))
		}
	}
	return in
}

// foundIn are the needles that stand in a text. It reads the text once for all those of eight bytes or more: their first
// eight as one figure tell where to look closer.
func foundIn(text []byte, needles [][]byte) (found [][]byte) {
	begin := map[uint64][][]byte{}
	var maybe [1 << 16]bool // of the hash of such a figure
	hash := func(eight uint64) uint64 { return eight * 0x9e3779b97f4a7c15 >> 48 }
	for _, n := range needles {
		if len(n) < 8 {
			if bytes.Contains(text, n) {
				found = append(found, n)
			}
			continue
		}
		eight := binary.BigEndian.Uint64(n)
		begin[eight] = append(begin[eight], n)
		maybe[hash(eight)] = true
	}
	var eight uint64
	for i, c := range text {
		if eight = eight<<8 | uint64(c); !maybe[hash(eight)] || i < 7 {
			continue
		}
		for _, n := range begin[eight] {
			if bytes.HasPrefix(text[i-7:], n) {
				found = append(found, n)
			}
		}
	}
	return found
}

// TestFoundIn holds the scan that the others trust against a plain one.
func TestFoundIn(t *testing.T) {
	c := newCrowd(40)
	text := []byte("12345678" + strings.Join(c.names[5:9], "\x00") + c.emails[20] + digits(c.phones[30]))
	text = smallASCII(text)
	for id := 1; id <= 40; id++ {
		for _, n := range c.telling(id) {
			found := foundIn(text, append(c.telling(id%40+1), n))
			has := func(n []byte) bool {
				return slices.ContainsFunc(found, func(f []byte) bool { return bytes.Equal(f, n) })
			}
			require.Equal(t, bytes.Contains(text, n), has(n), "%s", n)
		}
	}
	require.Len(t, foundIn(text, [][]byte{[]byte("12345678"), text}), 2)
}

// rowsOf is every row of every table of facts by "table id", as text, and whose it is.
func rowsOf(t testing.TB, b *book.Book) map[string]string {
	t.Helper()
	all := map[string]string{}
	view(t, b, func(v *book.View) error {
		tables, err := book.All(v, book.Scalar[string], `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'
			AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'customers_search%' AND name NOT LIKE 'operation%'`)
		require.NoError(t, err)
		for _, table := range tables {
			columns, err := book.All(v, book.Scalar[string], `SELECT name FROM pragma_table_info(?)`, table)
			require.NoError(t, err)
			for row, err := range book.Query(v, func(row book.Scanner) (r [2]string, err error) { return r, row.Scan(&r[0], &r[1]) },
				`SELECT id, quote(`+strings.Join(columns, `) || '|' || quote(`)+`) FROM `+table) {
				require.NoError(t, err)
				all[table+" "+row[0]] = row[1]
			}
		}
		return nil
	})
	return all
}

// totals are the sums a report would print.
func totals(t testing.TB, b *book.Book) (sums string) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		sums, _, err = book.One(v, book.Scalar[string], `SELECT (SELECT count(*) || ' ' || sum(total) || ' ' || sum(net) || ' ' || count(DISTINCT customer_id) FROM orders)
			|| ' ' || (SELECT count(*) || ' ' || sum(amount) FROM order_lines) || ' ' || (SELECT count(*) FROM customers) || ' ' || (SELECT count(*) FROM interactions)
			|| ' ' || (SELECT count(*) || ' ' || sum(granted) FROM consents) || ' ' || (SELECT group_concat(n) FROM (SELECT stage || count(*) AS n FROM customer_stages GROUP BY stage))
			|| ' ' || (SELECT group_concat(n) FROM (SELECT consultant_id || ' ' || count(*) AS n FROM customers GROUP BY consultant_id)) || ' ' || (SELECT count(*) FROM cases)`)
		return err
	})
	return sums
}
