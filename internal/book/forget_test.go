package book

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// bystanders are the rows that others of a filled person name: somebody else, a consultant, a product, a campaign.
var bystanders = []string{
	insertCustomer(9, "Nina Sol"),
	`INSERT INTO consultants (id, ref, name) VALUES (1, 'eva', 'Eva')`,
	`INSERT INTO products (id, sku, name, created_on) VALUES (1, 'p', 'Soap', '2026-01-01')`,
	`INSERT INTO campaigns (id, ref, name) VALUES (1, 'c', 'Spring')`,
	`INSERT INTO events (id, code, name, kind, held_on) VALUES (1, 'e', 'Evening', 'workshop', '2026-01-01')`,
	`INSERT INTO templates (id, code, channel, body, created_on) VALUES (1, 't', 'sms', 'Hello', '2026-01-01')`,
	`INSERT INTO surveys (id, code, name, created_on) VALUES (1, 's', 'After', '2026-01-01')`,
	`INSERT INTO survey_questions (id, survey_id, position, kind, text) VALUES (1, 1, 1, 'nps', 'Would you?')`,
	`INSERT INTO automations (id, code, name, trigger, template_id, channel, active_from_on, created_on) VALUES (1, 'a', 'Welcome', 'welcome', 1, 'sms', '2026-01-01', '2026-01-01')`,
	`INSERT INTO rewards (id, programme, code, name, kind, points, amount) VALUES (1, 'clients', 'five', 'Five off', 'amount', 500, 500)`,
}

// filled is a book with a person of whom every table says something; marks are her name and e-mail.
func filled(t testing.TB) (*Book, Person, map[string]string) {
	t.Helper()
	b := newBook(t)
	update(t, b, bystanders...)
	texts := fill(t, b, 7)
	return b, Person{Table: "customers", IDs: []int64{7}, Marks: []Mark{
		{"name", Fold(texts["customers.name"])}, {"e-mail", Fold(texts["customers.email"])}}}, texts
}

func nothingFirst(*Tx) error { return nil }

// erase erases and fails the test when traces are left.
func erase(t testing.TB, b *Book, p Person) Erased {
	t.Helper()
	held, err := b.BackupsOf(context.Background(), p, nil)
	require.NoError(t, err)
	e, err := b.Erase(context.Background(), fmt.Sprintf("customer erase %d", p.IDs[0]), p, held, nothingFirst)
	require.NoError(t, err)
	require.Empty(t, e.Traces)
	return e
}

// found are the texts of a list that stand in some file of a folder, in any case.
func found(t testing.TB, dir string, texts map[string]string) (in []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, f := range list {
		all, err := os.ReadFile(filepath.Join(dir, f.Name()))
		require.NoError(t, err)
		for what, text := range texts {
			if strings.Contains(strings.ToLower(string(all)), strings.ToLower(text)) {
				in = append(in, f.Name()+" has "+what)
			}
		}
	}
	return in
}

// stays says of which of her texts the class lets them stay.
func stays(what string) bool {
	table, column, _ := strings.Cut(what, ".")
	return classOf(table, column) == business || classOf(table, column) == wording
}

func TestForgetTakesWhatIsPersonalFromEveryTable(t *testing.T) {
	b, p, texts := filled(t)
	var held Holding
	require.NoError(t, b.View(context.Background(), func(v *View) (err error) {
		held, err = Held(v, "customers", 7)
		return err
	}))
	seen := map[string]string{}
	for _, r := range held.Rows {
		for i, name := range r.Names {
			if text, ok := r.Values[i].(string); ok {
				seen[r.Table+"."+name] = text
			}
		}
	}
	for what, text := range texts {
		require.Equal(t, text, seen[what], "Held gives every column of every table with a path to her")
	}
	paths := pathTo(schemaColumns(t, b), "customers")
	require.Subset(t, held.Tables, paths, "Held gives every table from which foreign keys lead to her")
	for _, table := range paths {
		require.True(t, slices.ContainsFunc(held.Rows, func(r HeldRow) bool { return r.Table == table }), "there is a row of %s to give", table)
	}
	// Each of her rows has an old image, too, and one of them is only there.
	update(t, b, `UPDATE customers SET city = 'secret city', notes = 'secret old note' WHERE id = 7`, `UPDATE customers SET notes = 'secret new note' WHERE id = 7`,
		`UPDATE customer_tags SET tag = 'secret tag'`, `DELETE FROM customer_attributes`, `UPDATE interactions SET outcome = 'secret outcome'`,
		`UPDATE case_events SET text = NULL`, `UPDATE orders SET notes = 'secret note' WHERE customer_id = 7`)
	for _, more := range []string{"secret city", "secret old note", "secret new note", "secret tag", "secret outcome", "secret note"} {
		texts["none."+more] = more
	}
	erase(t, b, p)

	for _, line := range found(t, filepath.Dir(b.Path()), texts) {
		_, what, _ := strings.Cut(line, " has ")
		require.True(t, stays(what), line)
	}
	require.Equal(t, "(erased)|(erased)|(erased)|2026-11-22|2026-11-22|lead|9", ask[string](t, b,
		`SELECT name || '|' || name_key || '|' || search || '|' || erased_on || '|' || archived_on || '|' || stage || '|' || referred_by_id FROM customers WHERE id = 7`))
	require.Equal(t, "secret orders.ref of 7", ask[string](t, b, `SELECT ref FROM orders`), "a number of the trade stays")
	require.Equal(t, 107, ask[int](t, b, `SELECT total FROM orders`))
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM customer_tags`)+ask[int](t, b, `SELECT count(*) FROM customer_links`))
	require.Equal(t, 1, ask[int](t, b, `SELECT count(*) FROM interactions WHERE summary IS NULL AND kind = 'contact'`))
	require.Equal(t, Neutral, ask[string](t, b, `SELECT what FROM tasks`))
	require.Equal(t, "Nina Sol", ask[string](t, b, `SELECT name FROM customers WHERE id = 9`))
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM customers_search WHERE search LIKE '%secret%'`))
	require.Zero(t, ask[int](t, b, `SELECT open FROM ledger_guard`))
	sound(t, b)
}

func TestWordsOfTheTradeThatNameHerGo(t *testing.T) {
	b, p, _ := filled(t)
	p.Marks = append(p.Marks, Mark{phoneMark, "600111222"})
	update(t, b, `UPDATE orders SET ref = 'web-600 111 222', channel = 'SECRET  customers.name of 7, by phone' WHERE customer_id = 7`,
		`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total) VALUES ('600111222', 'web', 9, '2026-11-01', 1)`)
	update(t, b, `UPDATE orders SET ref = 'A-1'`+` WHERE customer_id = 7`)
	e := erase(t, b, p)
	require.Equal(t, "(erased) 1", ask[string](t, b, `SELECT channel FROM orders WHERE id = 1`))
	require.Zero(t, ask[int](t, b, `SELECT count(*) FROM operation_changes WHERE table_name = 'orders' AND old LIKE '%600%'`), "nor do old images have them")
	require.Equal(t, "600111222", ask[string](t, b, `SELECT ref FROM orders WHERE customer_id = 9`), "rows of others are never changed")
	require.Len(t, e.Mentions, 1)
	require.Equal(t, "order 2 (ref)", e.Mentions[0].String(), "and are told")
}

func TestErasureSealsWhatHeldHer(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana García Ruiz"), insertCustomer(2, "Bea Luz Mora"))                             // 1
	update(t, b, `UPDATE customers SET city = 'Lyon' WHERE id = 2`)                                                   // 2
	update(t, b, `INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '2026-11-01', 1)`)                   // 3
	update(t, b, `INSERT INTO orders (customer_id, ordered_on, total, notes) VALUES (1, '2026-11-01', 1, 'for Ana')`) // 4
	update(t, b, `INSERT INTO customer_attributes (customer_id, key, value) VALUES (1, 'skin', 'dry')`)               // 5
	update(t, b, `DELETE FROM customer_attributes`)                                                                   // 6
	update(t, b, `UPDATE orders SET total = 2 WHERE id = 1`)                                                          // 7
	p := Person{Table: "customers", IDs: []int64{1}, Marks: []Mark{{"name", "ana garcia ruiz"}}}
	e := erase(t, b, p) // 8
	require.Equal(t, []Forgotten{{"customers", 1, "cleared"}, {"orders", 1, "cleared"}, {"history", 1, "cleared"}, {"operations", 3, "sealed"}}, e.Done)
	var sealed []int64
	for _, op := range operations(t, b) {
		if !op.Sealed.IsZero() {
			require.Equal(t, "2026-11-22", op.Sealed.String())
			sealed = append(sealed, op.ID)
		}
	}
	require.Equal(t, []int64{8, 6, 4, 1}, sealed)
	before := dump(t, b)
	for _, id := range append(sealed, 0) {
		_, err := b.Undo(ctx, id)
		require.Equal(t, fault.Conflict, fault.KindOf(err), "operation %d: %v", id, err)
		require.ErrorContains(t, err, "erased on 2026-11-22, which is for good")
	}
	_, err := redo(b)
	require.Error(t, err)
	require.Equal(t, before, dump(t, b))
	for _, id := range []int64{2, 7, 3} {
		_, err := b.Undo(ctx, id)
		require.NoError(t, err, "what does not hold her can still be undone: %d", id)
	}
	_, err = b.Undo(ctx, 5)
	require.ErrorContains(t, err, "operation 6 (test; for good)")
	sound(t, b)

	again, err := b.Erase(ctx, "customer erase 1", p, nil, nothingFirst)
	require.NoError(t, err)
	require.Empty(t, again.Done, "there is nothing left to erase")
	require.Len(t, operations(t, b), 11)
}

// A customer who was merged into her is her: her data are in the log, and in backups from before under the other id.
func TestForgetKnowsWhoWasMerged(t *testing.T) {
	ctx := context.Background()
	b := newBook(t)
	update(t, b, insertCustomer(1, "Ana García Ruiz"), insertCustomer(2, "Anita Garcia R."), insertCustomer(3, "Carla Otero"),
		`INSERT INTO orders (customer_id, ordered_on, total, notes) VALUES (2, '2026-11-01', 1, 'Anita asked')`)
	_, err := b.BackUp(ctx, "")
	require.NoError(t, err)
	update(t, b, `UPDATE orders SET customer_id = 1`, `DELETE FROM customers WHERE id = 2`)
	p := Person{Table: "customers", IDs: []int64{1, 2}, Marks: []Mark{{"name", "ana garcia ruiz"}, {"name", "anita garcia r."}}}
	erase(t, b, p)
	require.Empty(t, found(t, filepath.Dir(b.Path()), map[string]string{"name": "ana garc", "other name": "anita"}))
	require.Equal(t, []string{"name"}, func() (in []string) {
		for _, line := range found(t, filepath.Dir(b.Path()), map[string]string{"name": "carla otero"}) {
			if strings.Contains(line, ".bak") {
				in = append(in, "name")
			}
		}
		return in
	}(), "the backup keeps the others")
	sound(t, b)
}

func TestEraseNeedsTheBookAlone(t *testing.T) {
	ctx := context.Background()
	b, p, _ := filled(t)
	require.NoError(t, b.Close())
	other, err := sql.Open("sqlite", dsn(b.Path(), readPragma, "mode", "ro"))
	require.NoError(t, err)
	var n int
	require.NoError(t, other.QueryRow(`SELECT count(*) FROM customers`).Scan(&n))
	before := files(t, filepath.Dir(b.Path()))
	_, err = b.Erase(ctx, "customer erase 7", p, nil, nothingFirst)
	require.Equal(t, fault.Busy, fault.KindOf(err), "%v", err)
	require.Equal(t, before["book.db"], files(t, filepath.Dir(b.Path()))["book.db"])
	require.NoError(t, other.Close())

	// And nobody gets in while it goes on, not even after it has read the file with its own hands.
	look := &verifier{}
	require.NoError(t, b.alone(ctx, func(db *sql.DB) error {
		require.NoError(t, compact(ctx, db))
		require.NoError(t, look.book(b.Path(), nil))
		third, err := sql.Open("sqlite", dsn(b.Path(), []string{"busy_timeout(50)"}, "mode", "ro"))
		require.NoError(t, err)
		require.ErrorContains(t, third.QueryRow(`SELECT count(*) FROM customers`).Scan(&n), "locked")
		return third.Close()
	}))
	look.close()
	require.NoError(t, b.View(ctx, func(*View) error {
		_, err := b.Erase(ctx, "x", p, nil, nothingFirst)
		require.ErrorIs(t, err, errNested)
		return nil
	}))
	sound(t, b)
}

func TestEraseThatFailsChangesNothing(t *testing.T) {
	b, p, _ := filled(t)
	before := dump(t, b)
	boom := fmt.Errorf("boom")
	_, err := b.Erase(context.Background(), "x", p, nil, func(*Tx) error { return boom })
	require.ErrorIs(t, err, boom)
	_, err = b.Erase(context.Background(), "x", p, []HeldBackup{{filepath.Join(t.TempDir(), "gone.bak"), FateRewritten}}, nothingFirst)
	require.Error(t, err)
	require.Equal(t, before, dump(t, b))
	ended, cancel := context.WithCancel(context.Background())
	_, err = b.Erase(ended, "x", p, nil, func(*Tx) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, before, dump(t, b))
	sound(t, b)
}
