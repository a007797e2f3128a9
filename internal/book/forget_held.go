package book

import (
	"fmt"
	"slices"
	"strings"
)

// Holding is all that a book holds of one person.
type Holding struct {
	Tables  []string  // every table whose rows can belong to her, in the order of the schema
	Rows    []HeldRow // that belong to her, by table and id
	Past    []HeldRow // old images in the operation log of rows that are or were hers, by table and age
	NamedIn []HeldRow // rows of others that name one of hers: the table, the id, and in Names which column does
}

// HeldRow is a row that belongs to a person, or an old image of one.
type HeldRow struct {
	Table  string
	ID     int64
	Names  []string // of its columns, in order
	Values []any    // int64, float64, string or nil
	Called []string // what the row is called that a foreign key names, when it is none of hers; else ""

	Operation int64  // of an old image: the operation that changed or removed the row; 0 for a row as it is
	Kind      string // what that did: update or delete
}

// Text is the text in a column; "" where there is none.
func (r *HeldRow) Text(column string) string {
	if i := slices.Index(r.Names, column); i >= 0 {
		text, _ := r.Values[i].(string)
		return text
	}
	return ""
}

// Held is all that belongs to a person, by her ids in a table: her own, and those of rows that were merged into hers.
func Held(v *View, root string, ids ...int64) (Holding, error) {
	h, err := holdingsOf(v, root, ids)
	if err != nil {
		return Holding{}, err
	}
	tables, err := recordedTables(v)
	if err != nil {
		return Holding{}, err
	}
	held := Holding{Tables: h.reachable()}
	for _, name := range held.Tables {
		rows, err := h.present(name, tables[name])
		if err != nil {
			return held, err
		}
		past, err := h.past(name, tables[name])
		if err != nil {
			return held, err
		}
		held.Rows, held.Past = append(held.Rows, rows...), append(held.Past, past...)
	}
	held.NamedIn, err = h.namedIn()
	return held, err
}

// reachable are the tables from which keys lead to the person's.
func (h *holdings) reachable() []string {
	found := map[string]bool{h.root: true}
	for grown := true; grown; {
		grown = false
		for _, k := range h.keys {
			if found[k.parent] && !found[k.table] {
				found[k.table], grown = true, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(h.tables), func(name string) bool { return !found[name] })
}

// present are the rows of a table that are hers.
func (h *holdings) present(name string, t *table) ([]HeldRow, error) {
	var columns []string
	for _, c := range t.columns {
		columns = append(columns, c.name)
	}
	rows, err := All(h.view, func(row Scanner) (HeldRow, error) {
		r := HeldRow{Table: name, Names: columns, Values: make([]any, len(columns)), Called: make([]string, len(columns))}
		into := make([]any, len(columns))
		for i := range into {
			into[i] = &r.Values[i]
		}
		err := row.Scan(into...)
		r.ID, _ = r.Values[0].(int64)
		return r, err
	}, `SELECT `+strings.Join(columns, ", ")+` FROM `+name+` WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id`, h.ids(name))
	for _, k := range h.links {
		if err == nil && k.table == name {
			err = h.call(rows, k)
		}
	}
	return rows, err
}

// call says of rows what those are called whom a foreign key of theirs names.
func (h *holdings) call(rows []HeldRow, k reference) error {
	_, named, err := One(h.view, Scalar[int64], `SELECT 1 FROM pragma_table_info(?) WHERE name = 'name'`, k.parent)
	if err != nil || !named {
		return err
	}
	for _, r := range rows {
		i := slices.Index(r.Names, k.column)
		id, ok := r.Values[i].(int64)
		if !ok || h.rows[k.parent][id] {
			continue
		}
		if r.Called[i], _, err = One(h.view, Scalar[string], `SELECT name FROM `+k.parent+` WHERE id = ?`, id); err != nil {
			return err
		}
	}
	return nil
}

// past are the old images of rows of a table that are or were hers, oldest first.
func (h *holdings) past(name string, t *table) ([]HeldRow, error) {
	where, args := h.images(name)
	return All(h.view, func(row Scanner) (HeldRow, error) {
		r := HeldRow{Table: name}
		var old string
		err := row.Scan(&r.ID, &r.Operation, &r.Kind, &old)
		if err == nil {
			r.Names, r.Values, err = t.parseImage(old)
		}
		return r, err
	}, `SELECT first_id, operation_id, kind, old FROM operation_changes WHERE `+where+` ORDER BY id`, args...)
}

// namedIn are the rows that are not hers and name one that is.
func (h *holdings) namedIn() (rows []HeldRow, err error) {
	for _, k := range h.links {
		if len(h.rows[k.parent]) == 0 || unrecorded(k.table) {
			continue
		}
		ids, err := All(h.view, Scalar[int64], fmt.Sprintf(`SELECT id FROM %s WHERE %s IN (SELECT value FROM json_each(?))
			AND id NOT IN (SELECT value FROM json_each(?)) ORDER BY id`, k.table, k.column), h.ids(k.parent), h.ids(k.table))
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rows = append(rows, HeldRow{Table: k.table, ID: id, Names: []string{k.column}})
		}
	}
	return rows, nil
}
