package book

import "strings"

// reference is one foreign key: a column of a table that names rows of parent by their id.
type reference struct{ table, column, parent string }

// foreignKeys lists the foreign keys of one table, or of all when name is empty.
func foreignKeys(v *View, name string) ([]reference, error) {
	return All(v, func(row Scanner) (r reference, err error) {
		err = row.Scan(&r.table, &r.column, &r.parent)
		return r, err
	}, `SELECT m.name, f."from", f."table" FROM sqlite_schema m, pragma_foreign_key_list(m.name) f
	    WHERE m.type = 'table' AND (? = '' OR m.name = ?) ORDER BY m.name, f.id`, name, name)
}

// recordedTables are the tables of facts, whose changes the operation log keeps, with their stored columns.
func recordedTables(v *View) (map[string]*table, error) {
	tables := map[string]*table{}
	_, err := All(v, func(row Scanner) (struct{}, error) {
		var name string
		var c column
		var hidden, key int
		err := row.Scan(&name, &c.at, &c.name, &hidden, &c.notNull, &key)
		if unrecorded(name) {
			return struct{}{}, err
		}
		t := tables[name]
		if t == nil {
			t = &table{}
			tables[name] = t
		}
		t.width = c.at + 1
		if hidden == 0 {
			c.notNull = c.notNull || key > 0
			t.columns = append(t.columns, c)
		}
		return struct{}{}, err
	}, `SELECT m.name, x.cid, x.name, x.hidden, x."notnull", x.pk FROM sqlite_schema m, pragma_table_xinfo(m.name) x
	    WHERE m.type = 'table' AND m.sql LIKE 'CREATE TABLE%' ORDER BY m.name, x.cid`)
	return tables, err
}

// singular is the noun of a table's rows: orders -> order, order_lines -> order line, customer_reaches -> customer reach.
func singular(table string) string {
	if odd, is := oddNouns[table]; is {
		return odd.one
	}
	noun := strings.ReplaceAll(table, "_", " ")
	if base, ok := strings.CutSuffix(noun, "ies"); ok {
		return base + "y"
	}
	for _, hiss := range []string{"ch", "sh", "ss", "us", "x"} {
		if base, ok := strings.CutSuffix(noun, hiss+"es"); ok {
			return base + hiss
		}
	}
	return strings.TrimSuffix(noun, "s")
}

// plural is the noun of several rows of a table: order_lines -> order lines.
func plural(table string) string {
	if odd, is := oddNouns[table]; is {
		return odd.several
	}
	return strings.ReplaceAll(table, "_", " ")
}

// oddNouns are the nouns of tables whose names are no plural.
var oddNouns = map[string]struct{ one, several string }{
	"stock_expected": {"expected delivery", "expected deliveries"},
}
