package book

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/fault"
)

// repoint repoints customer 2 to customer 1 in an operation of its own.
func repoint(t *testing.T, b *Book) error {
	t.Helper()
	return b.Update(context.Background(), "repoint", func(tx *Tx) error { return tx.Repoint("customers", 2, 1) })
}

// rows is what a query gives, as text.
func rows(t *testing.T, b *Book, query string) (list []string) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *View) (err error) {
		list, err = All(v, Scalar[string], query)
		return err
	}))
	return list
}

// TestRepoint goes through tables that nobody had thought of when Repoint was written, with each kind of rule that two
// rows can meet.
func TestRepoint(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "ana"), insertCustomer(2, "anna"), insertCustomer(3, "eva"),
		`CREATE TABLE gifts (id INTEGER PRIMARY KEY AUTOINCREMENT, giver_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
			taker_id INTEGER REFERENCES customers (id) ON DELETE NO ACTION, CHECK (giver_id <> taker_id)) STRICT`,
		`CREATE TABLE cards (id INTEGER PRIMARY KEY AUTOINCREMENT, owner_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION,
			opened_on TEXT, closed_on TEXT) STRICT`,
		`CREATE UNIQUE INDEX cards_open ON cards (owner_id) WHERE closed_on IS NULL`,
		`CREATE TABLE stamps (id INTEGER PRIMARY KEY AUTOINCREMENT, card_id INTEGER NOT NULL REFERENCES cards (id) ON DELETE CASCADE, day TEXT NOT NULL) STRICT`,
		`CREATE TRIGGER stamps_keep BEFORE DELETE ON stamps WHEN NOT (SELECT open FROM ledger_guard) BEGIN SELECT RAISE(ABORT, 'kept'); END`,
		`CREATE TRIGGER stamps_fixed BEFORE UPDATE ON stamps WHEN NOT (SELECT open FROM ledger_guard) BEGIN SELECT RAISE(ABORT, 'fixed'); END`)
	update(t, b,
		`INSERT INTO gifts (giver_id, taker_id) VALUES (2, 3), (3, 2), (1, 2), (2, 1), (3, NULL)`,
		`INSERT INTO cards (owner_id, opened_on, closed_on) VALUES (1, '2026-05-01', NULL), (2, '2026-04-01', NULL), (1, '2025-01-01', '2025-06-01'), (2, '2025-02-01', '2025-07-01')`,
		`INSERT INTO stamps (card_id, day) VALUES (1, 'a'), (2, 'b'), (2, 'c'), (3, 'd')`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip'), (2, 'vip'), (2, 'new')`,
		`INSERT INTO customer_links (customer_id, other_id, kind) VALUES (1, 2, 'friend'), (2, 1, 'sibling'), (2, 3, 'friend'), (3, 1, 'parent'), (3, 2, 'parent')`,
		`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (2, 'email', 'marketing', 1, '2026-01-01', 'consent')`,
		`UPDATE customers SET company_id = 2 WHERE id IN (1, 3)`)
	before := everything(t, b)
	require.Error(t, repoint(t, b), "a gift from herself is no detail of hers, and needs a giver")
	require.Equal(t, before, everything(t, b))

	update(t, b, `DELETE FROM gifts WHERE taker_id = 1`)
	before = everything(t, b)
	require.NoError(t, repoint(t, b))
	require.Empty(t, rows(t, b, `SELECT "table" FROM pragma_foreign_key_check`))
	require.Equal(t, []string{"1 1 3", "2 3 1", "3 1 ", "5 3 "}, rows(t, b, `SELECT id || ' ' || giver_id || ' ' || ifnull(taker_id, '') FROM gifts ORDER BY id`),
		"her gift to herself has no taker any more")
	require.Equal(t, []string{"2 2026-04-01", "3 2025-01-01", "4 2025-02-01"}, rows(t, b, `SELECT id || ' ' || opened_on FROM cards WHERE owner_id = 1 ORDER BY id`),
		"of two open cards the older one stays; closed ones are no matter of that index")
	require.Equal(t, []string{"2a", "2b", "2c", "3d"}, rows(t, b, `SELECT card_id || day FROM stamps ORDER BY day`), "stamps go over to the card that stays")
	require.Equal(t, []string{"1 vip", "3 new"}, rows(t, b, `SELECT id || ' ' || tag FROM customer_tags WHERE customer_id = 1 ORDER BY id`))
	require.Equal(t, []string{"1 3 friend", "3 1 parent"}, rows(t, b, `SELECT customer_id || ' ' || other_id || ' ' || kind FROM customer_links ORDER BY id`))
	require.Equal(t, []string{"1"}, rows(t, b, `SELECT customer_id FROM consents`), "a ledger is no obstacle")
	require.Equal(t, []string{"1 ", "2 ", "3 1"}, rows(t, b, `SELECT id || ' ' || ifnull(company_id, '') FROM customers ORDER BY id`))
	require.Equal(t, int64(0), ask[int64](t, b, `SELECT open FROM ledger_guard`))
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		for _, left := range referrers(t, v, 2) {
			require.Zero(t, left.Rows, left)
		}
		return nil
	}))
	after := everything(t, b)
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err)
	require.Equal(t, before, everything(t, b))
	require.NoError(t, b.Update(context.Background(), "", func(tx *Tx) error {
		_, err := tx.Redo()
		return err
	}))
	require.Equal(t, after, everything(t, b))
}

func TestRepointRefusesOneRow(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "ana"))
	require.Equal(t, fault.Unexpected, fault.KindOf(b.Update(context.Background(), "repoint", func(tx *Tx) error { return tx.Repoint("customers", 1, 1) })))
}

func TestReferrers(t *testing.T) {
	b := newBook(t)
	update(t, b, insertCustomer(1, "ana"), insertCustomer(2, "eva"),
		`INSERT INTO customer_links (customer_id, other_id, kind) VALUES (1, 2, 'friend')`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (2, 'vip'), (2, 'new')`)
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		found := referrers(t, v, 2)
		require.Contains(t, found, Referrer{"customer_links", "other_id", 1})
		require.Contains(t, found, Referrer{"customer_links", "customer_id", 0})
		require.Contains(t, found, Referrer{"customer_tags", "customer_id", 2})
		return nil
	}))
}

func referrers(t *testing.T, v *View, id int64) []Referrer {
	t.Helper()
	found, err := Referrers(v, "customers", id)
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

// everything is all rows of all tables of facts, as the operation log would keep them.
func everything(t *testing.T, b *Book) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	require.NoError(t, b.View(context.Background(), func(v *View) error {
		tables, err := recordedTables(v)
		for name, table := range tables {
			columns := ""
			for _, c := range table.columns {
				columns += ", '" + c.name + "', " + c.name
			}
			if all[name], err = All(v, Scalar[string], `SELECT json_object(`+columns[2:]+`) FROM `+name+` ORDER BY id`); err != nil {
				return err
			}
		}
		return err
	}))
	return all
}
