package book

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// schemaColumn is a column of the schema as it is.
type schemaColumn struct {
	table, name, kind, parent string // parent: the table its foreign key names
	notNull                   bool
	hidden                    int
	value                     string // its default
}

// schemaColumns are all columns of all tables of our own.
func schemaColumns(t testing.TB, b *Book) (list []schemaColumn) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *View) (err error) {
		list, err = All(v, func(row Scanner) (c schemaColumn, err error) {
			err = row.Scan(&c.table, &c.name, &c.kind, &c.notNull, &c.hidden, &c.value, &c.parent)
			return c, err
		}, `SELECT m.name, x.name, x.type, x."notnull", x.hidden, ifnull(x.dflt_value, ''),
		    ifnull((SELECT f."table" FROM pragma_foreign_key_list(m.name) f WHERE f."from" = x.name), '')
		    FROM sqlite_schema m, pragma_table_xinfo(m.name) x
		    WHERE m.type = 'table' AND m.sql LIKE 'CREATE TABLE%' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE 'customers\_search%' ESCAPE '\'
		    ORDER BY m.rowid, x.cid`)
		return err
	}))
	require.NotEmpty(t, list)
	return list
}

// TestEveryColumnIsClassed fails for a column of which nobody has said whether it is personal, and for a word in classes
// that names no column.
func TestEveryColumnIsClassed(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range schemaColumns(t, newBook(t)) {
		seen[c.table+"."+c.name] = true
		require.NotZero(t, classOf(c.table, c.name), "is %s.%s personal or business? Say so in personal.go: erasing and exporting a person's data go by it", c.table, c.name)
		if classOf(c.table, c.name) == personal && c.notNull {
			require.True(t, c.kind == "TEXT" || !outlives(c.table), "%s.%s is personal and can be neither NULL nor %q: its rows outlive the person", c.table, c.name, Neutral)
		}
		if c.parent == c.table {
			require.NotEqual(t, key, classOf(c.table, c.name), "a %s does not belong to another", singular(c.table))
		}
	}
	for table, of := range classes {
		var names []string
		for _, words := range of {
			names = append(names, strings.Fields(words)...)
		}
		for i, name := range names {
			require.True(t, seen[table+"."+name], "classes name %s.%s, which is no column", table, name)
			require.NotContains(t, names[:i], name, "%s.%s is in two classes", table, name)
		}
	}
}

// enough are values for columns that take not just any text.
var enough = map[string]string{
	"customer_reaches.kind": "email", "customer_links.kind": "friend", "customer_stages.stage": "lead", "customers.stage": "lead", "customers.kind": "person",
	"consents.channel": "email", "consents.purpose": "marketing", "consents.basis": "consent",
	"cases.kind": "request", "cases.priority": "high", "case_events.kind": "note",
	"interactions.channel": "call", "interactions.direction": "in", "interactions.kind": "contact",
	"stock_moves.kind": "return", "invoices.kind": "invoice", "point_entries.kind": "earn",
	"messages.channel": "email", "messages.purpose": "marketing", "message_steps.kind": "sent", "message_events.kind": "opened",
	"suppressions.channel": "email", "suppressions.reason": "bounced", "campaign_credits.reason": "code", "survey_answers.score": "9",
	"customers.birthday": "1980-05-17", "operations.at": "2026-11-22T10:00:00Z",
}

// left are columns that stay empty in a filled row: what a rule of the table forbids beside the others.
var left = []string{"customers.company_id", "customers.erased_on", "customers.archived_on", "cases.consultant_id", "tasks.consultant_id", "case_events.handler_id", "orders.cancelled_on", "orders.returned_on",
	"customer_prices.percent", "invoices.corrects_id", "orders.promotion_id", "orders.original_id", "order_lines.promotion_id", "order_lines.original_line_id",
	"point_entries.consultant_id", "point_entries.rule_id", "point_entries.reverses_id", "vouchers.cancelled_on", "event_guests.consultant_id",
	"event_guests.missed_on"}

// fill gives a person a row in every table that has a path to her, with a text of its own in every column that takes
// one, and gives these texts by table and column.
func fill(t testing.TB, b *Book, person int) map[string]string {
	t.Helper()
	columns := schemaColumns(t, b)
	first := map[string]int{"customers": person} // the row of each table that others are to name
	texts := map[string]string{}
	update(t, b, fmt.Sprintf(`DELETE FROM customers WHERE id = %d`, person))
	for _, table := range pathTo(columns, "customers") {
		var names, values []string
		for _, c := range columns {
			if c.table != table || c.hidden != 0 || slices.Contains(left, c.table+"."+c.name) {
				continue
			}
			value := fmt.Sprintf("%d", 100+person)
			switch {
			case c.name == "id" && table != "customers":
				continue
			case c.name == "id":
				value = fmt.Sprint(person)
			case c.parent == "customers" && c.table == "customers", c.name == "other_id":
				value = "9"
			case c.parent != "" && first[c.parent] != 0:
				value = fmt.Sprint(first[c.parent])
			case c.parent != "":
				value = "1"
			case enough[c.table+"."+c.name] != "":
				value = "'" + enough[c.table+"."+c.name] + "'"
			case strings.HasSuffix(c.name, "_on"):
				value = "'2026-11-01'"
			case strings.HasSuffix(c.name, "_at") || c.name == "at":
				value = "'2026-11-01T10:00:00Z'"
			case c.kind == "TEXT":
				texts[c.table+"."+c.name] = fmt.Sprintf("secret %s.%s of %d", c.table, c.name, person)
				value = "'" + texts[c.table+"."+c.name] + "'"
			case c.value == "0" || c.value == "1":
				value = c.value
			case c.name == "granted":
				value = "1"
			}
			names, values = append(names, c.name), append(values, value)
		}
		require.NoError(t, b.Update(context.Background(), "fill", func(tx *Tx) error {
			id, err := tx.Insert(fmt.Sprintf(`INSERT INTO %s (%s) VALUES (%s)`, table, strings.Join(names, ", "), strings.Join(values, ", ")))
			if table != "customers" {
				first[table] = int(id)
			}
			return err
		}), "%s: teach enough or left what a row of it looks like", table)
	}
	return texts
}

// pathTo are the tables from which foreign keys lead to a table, those it is reached through first.
func pathTo(columns []schemaColumn, root string) []string {
	found := []string{root}
	for grown := true; grown; {
		grown = false
		for _, c := range columns {
			if slices.Contains(found, c.parent) && !slices.Contains(found, c.table) && classOf(c.table, c.name) == key {
				found, grown = append(found, c.table), true
			}
		}
	}
	// A table comes after those it names.
	var ordered []string
	for len(ordered) < len(found) {
		for _, table := range found {
			ready := !slices.Contains(ordered, table) && !slices.ContainsFunc(columns, func(c schemaColumn) bool {
				return c.table == table && classOf(c.table, c.name) == key && slices.Contains(found, c.parent) && !slices.Contains(ordered, c.parent)
			})
			if ready {
				ordered = append(ordered, table)
			}
		}
	}
	return ordered
}
