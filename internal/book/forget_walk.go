package book

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// holdings are the rows that belong to one person: hers, those that belong to these, and so on, as the foreign keys say
// that are `key`; and the rows of hers that were removed and are still in the operation log.
type holdings struct {
	view   *View
	root   string                    // the table of people
	links  []reference               // all foreign keys
	keys   []reference               // those through which rows belong to others
	rows   map[string]map[int64]bool // by table, ids
	tables []string                  // all tables of facts, those that others belong to first
}

// holdingsOf finds what belongs to rows of a table.
func holdingsOf(v *View, root string, ids []int64) (*holdings, error) {
	h := &holdings{view: v, root: root, rows: map[string]map[int64]bool{}}
	h.add(root, ids)
	var err error
	if h.links, err = foreignKeys(v, ""); err != nil {
		return nil, err
	}
	for _, k := range h.links {
		if classOf(k.table, k.column) == key && !unrecorded(k.table) {
			h.keys = append(h.keys, k)
		}
	}
	if h.tables, err = All(v, Scalar[string], `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' ORDER BY rowid`); err != nil {
		return nil, err
	}
	h.tables = slices.DeleteFunc(h.tables, unrecorded)
	for grown := map[string]bool{root: true}; len(grown) > 0; {
		if grown, err = h.grow(grown); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// grow follows the keys to the tables that have grown and says which have grown by that.
func (h *holdings) grow(grown map[string]bool) (map[string]bool, error) {
	next := map[string]bool{}
	for _, k := range h.keys {
		if !grown[k.parent] {
			continue
		}
		found, err := h.belonging(k)
		if err != nil {
			return nil, err
		}
		if h.add(k.table, found) {
			next[k.table] = true
		}
	}
	return next, nil
}

func (h *holdings) add(table string, ids []int64) (grown bool) {
	for _, id := range ids {
		if h.rows[table] == nil {
			h.rows[table] = map[int64]bool{}
		}
		grown = grown || !h.rows[table][id]
		h.rows[table][id] = true
	}
	return grown
}

// belonging are the rows that name one of hers by a key, and those gone that did.
func (h *holdings) belonging(k reference) ([]int64, error) {
	named, args := h.named(k)
	return All(h.view, Scalar[int64], fmt.Sprintf(`SELECT id FROM %[1]s WHERE %[2]s IN (SELECT value FROM json_each(?))
		UNION SELECT first_id FROM operation_changes WHERE table_name = '%[1]s' AND kind <> 'insert' AND %[3]s AND first_id NOT IN (SELECT id FROM %[1]s)`,
		k.table, k.column, named), append([]any{h.ids(k.parent)}, args...)...)
}

// fewNamed is up to how many ids are looked for in the text of an old image, which costs less than to take it apart.
const fewNamed = 8

// named is the condition that an old image names one of her rows by a key.
func (h *holdings) named(k reference) (where string, args []any) {
	if len(h.rows[k.parent]) > fewNamed {
		return `old ->> '` + k.column + `' IN (SELECT value FROM json_each(?))`, []any{h.ids(k.parent)}
	}
	var ways []string
	for id := range h.rows[k.parent] {
		for _, end := range []string{",", "}"} {
			ways, args = append(ways, `instr(old, ?) > 0`), append(args, fmt.Sprintf(`"%s":%d%s`, k.column, id, end))
		}
	}
	return `(` + strings.Join(ways, " OR ") + `)`, args
}

// ids are the ids of a table's rows as a JSON array, which SQL can take as one argument.
func (h *holdings) ids(table string) string {
	list := slices.Sorted(maps.Keys(h.rows[table]))
	if list == nil {
		list = []int64{}
	}
	text, err := json.Marshal(list)
	if err != nil {
		panic(err) // numbers can always be written
	}
	return string(text)
}

// images is the condition under which an entry of the operation log is an old image of a row of a table that was hers.
func (h *holdings) images(table string) (where string, args []any) {
	ways := []string{`first_id IN (SELECT value FROM json_each(?))`}
	args = append(args, table, h.ids(table))
	for _, k := range h.keys {
		if k.table == table && len(h.rows[k.parent]) > 0 {
			way, more := h.named(k)
			ways, args = append(ways, way), append(args, more...)
		}
	}
	return `table_name = ? AND kind <> 'insert' AND (` + strings.Join(ways, " OR ") + `)`, args
}
