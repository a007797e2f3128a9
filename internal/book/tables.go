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

// storedColumns lists the columns of every table that are stored, in their order; generated ones are not.
func storedColumns(v *View) (map[string]*table, error) {
	type column struct{ table, name string }
	columns, err := All(v, func(row Scanner) (c column, err error) {
		err = row.Scan(&c.table, &c.name)
		return c, err
	}, `SELECT m.name, x.name FROM sqlite_schema m, pragma_table_xinfo(m.name) x
	    WHERE m.type = 'table' AND m.sql LIKE 'CREATE TABLE%' AND x.hidden = 0 ORDER BY m.name, x.cid`)
	if err != nil {
		return nil, err
	}
	tables := map[string]*table{}
	for _, c := range columns {
		if unrecorded(c.table) {
			continue
		}
		t := tables[c.table]
		if t == nil {
			t = &table{}
			tables[c.table] = t
		}
		t.columns = append(t.columns, c.name)
	}
	return tables, nil
}

// singular is the noun of a table's rows: orders -> order, order_lines -> order line.
func singular(table string) string {
	noun := strings.ReplaceAll(table, "_", " ")
	if base, ok := strings.CutSuffix(noun, "ies"); ok {
		return base + "y"
	}
	return strings.TrimSuffix(noun, "s")
}
