package book

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestChecksFindWhatIsBroken breaks each rule past every guard, and sees which check says what.
func TestChecksFindWhatIsBroken(t *testing.T) {
	ctx := context.Background()
	extra := Check{Name: "nobody is called Zoe", Query: `SELECT printf('customer %d is', id) FROM customers WHERE name = 'Zoe' ORDER BY id LIMIT 1`}
	for name, c := range map[string]struct{ broken, check, problem string }{
		"reference":        {`PRAGMA foreign_keys = 0; UPDATE customers SET company_id = 77 WHERE id = 2`, "every reference is kept", "row 2 of customers refers to a row of customers that is not there"},
		"day":              {`UPDATE customers SET created_on = '2026-02-30' WHERE id = 2`, "days are days of the calendar", "customer 2 has created_on 2026-02-30"},
		"day in a word":    {`UPDATE customers SET archived_on = 'some day!!' WHERE id = 1`, "days are days of the calendar", "customer 1 has archived_on some day!!"},
		"counter":          {`UPDATE sqlite_sequence SET seq = 1 WHERE name = 'customers'`, "no id is given twice", "customer 2 has an id that would be given again"},
		"counter and log":  {`UPDATE sqlite_sequence SET seq = 8 WHERE name = 'customers'; INSERT INTO operation_changes (operation_id, table_name, kind, first_id, last_id) VALUES (1, 'customers', 'insert', 9, 9)`, "no id is given twice", "customer 9 has an id that would be given again"},
		"log table":        {`INSERT INTO operation_changes (operation_id, table_name, kind, first_id, last_id) VALUES (1, 'pets', 'insert', 1, 1)`, "the history names tables that exist", "operation 1 changed pets, which is no table"},
		"log order":        {`INSERT INTO operations (id, at, what, undoes_id) VALUES (5, '2026-11-22T10:00:00Z', 'x', 5); INSERT INTO operation_changes (operation_id, table_name, kind, first_id, last_id) VALUES (5, 'customers', 'insert', 1, 1)`, "the history undoes only what was done before", "operation 5 undoes operation 5"},
		"empty operation":  {`INSERT INTO operations (id, at, what) VALUES (5, '2026-11-22T10:00:00Z', 'x')`, "every operation changed something", "operation 5 (x) has no changes"},
		"search text":      {`DROP TRIGGER customers_search_update; UPDATE customers SET search = 'other words' WHERE id = 1`, "the search index holds what customers say", "it holds something else"},
		"search row":       {`DROP TRIGGER customers_search_delete; DELETE FROM customers WHERE id = 2`, "the search index holds what customers say", "it holds something else"},
		"search structure": {`DELETE FROM customers_search_data WHERE id > 10`, "the file is whole", ""},
		"a room's own":     {`UPDATE customers SET name = 'Zoe'`, "nobody is called Zoe", "customer 1 is"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBook(t)
			update(t, b, insertCustomer(1, "Ana"), insertCustomer(2, "Beatriz"))
			sound(t, b)
			db, err := b.open(ctx, "file:"+b.Path())
			require.NoError(t, err)
			_, err = db.Exec(c.broken)
			require.NoError(t, err)
			require.NoError(t, db.Close())
			findings, err := b.Verify(ctx, []Check{extra})
			require.NoError(t, err)
			found := map[string]string{}
			for _, f := range findings {
				if f.Problem != "" {
					found[f.Check] = f.Problem
				}
			}
			require.Contains(t, found, c.check, fmt.Sprint(findings))
			if c.problem != "" {
				require.Equal(t, c.problem, found[c.check])
			}
		})
	}
}
