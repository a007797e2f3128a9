package book

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Neutral stands where a personal text was that a row cannot do without.
const Neutral = "(erased)"

// Person is somebody whose data can be erased: her row, and what she is known by.
type Person struct {
	Table string
	IDs   []int64 // hers first, then those of rows that were merged into hers and are gone
	Marks []Mark
}

// Forgotten is what an erasure did to a table or a file.
type Forgotten struct {
	Place string // a table; "history", the old images in the operation log; "operations"; or the name of a file
	Rows  int64
	Done  string // added, cleared, removed or sealed; of a file: rewritten or deleted
}

// Forget takes away what the book knows of a person: rows that are all personal go, others lose what is personal, in the
// tables and in the operation log. Her own row stays, archived, with the day. Operations that can no longer be undone as
// they were done are sealed, this one among them. Money, quantities and days stay as they are. It says what the whole
// transaction did.
func (t *Tx) Forget(p Person) ([]Forgotten, error) {
	h, err := holdingsOf(t.View, p.Table, p.IDs)
	if err != nil {
		return nil, err
	}
	f := &forgetting{Tx: t, person: p, held: h}
	// Rows may refer to each other in both directions.
	if _, err := t.Exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
		return nil, err
	}
	err = t.unguarded(func() error {
		for _, table := range slices.Backward(h.tables) {
			if err := f.table(table); err != nil {
				return err
			}
		}
		if err := t.log.flush(); err != nil {
			return err
		}
		if err := f.count(); err != nil {
			return err
		}
		if err := f.images(); err != nil {
			return err
		}
		return f.seal()
	})
	if err == nil && !t.op.rehearsal {
		err = t.rebuildSearch()
	}
	return f.done, err
}

// forgetting is one Forget under way.
type forgetting struct {
	*Tx
	person   Person
	held     *holdings
	done     []Forgotten
	stripped []int64 // operations whose old images lost something
}

// table removes her rows from a table, or what is personal from her rows.
func (f *forgetting) table(name string) error {
	if len(f.held.rows[name]) == 0 {
		return nil
	}
	if !outlives(name) {
		_, err := f.Exec(`DELETE FROM `+name+` WHERE id IN (SELECT value FROM json_each(?))`, f.held.ids(name))
		return err
	}
	if err := f.reword(name); err != nil {
		return err
	}
	sets, differs := f.clearing(name)
	if sets == "" {
		return nil
	}
	_, err := f.Exec(`UPDATE `+name+` SET `+sets+` WHERE id IN (SELECT value FROM json_each(?)) AND (`+differs+`)`, f.held.ids(name))
	return err
}

// count reads from the log how many rows of which table the transaction changed.
func (f *forgetting) count() error {
	counts, err := All(f.View, func(row Scanner) (d Forgotten, err error) {
		err = row.Scan(&d.Place, &d.Done, &d.Rows)
		return d, err
	}, `SELECT table_name, CASE kind WHEN 'insert' THEN 'added' WHEN 'update' THEN 'cleared' ELSE 'removed' END,
	    CASE kind WHEN 'insert' THEN sum(last_id - first_id + 1) ELSE count(DISTINCT first_id) END
	    FROM operation_changes WHERE operation_id = ? GROUP BY table_name, kind`, f.log.operation)
	slices.SortStableFunc(counts, func(a, b Forgotten) int {
		return slices.Index(f.held.tables, a.Place) - slices.Index(f.held.tables, b.Place)
	})
	f.done = counts
	return err
}

// clearing is what an UPDATE sets to empty the personal columns of a table, and the condition that this changes anything.
func (f *forgetting) clearing(name string) (sets, differs string) {
	var list, conditions []string
	for _, c := range f.log.tables[name].columns {
		switch {
		case classOf(name, c.name) != personal:
		case c.notNull:
			list, conditions = append(list, c.name+" = '"+Neutral+"'"), append(conditions, c.name+" <> '"+Neutral+"'")
		default:
			list, conditions = append(list, c.name+" = NULL"), append(conditions, c.name+" IS NOT NULL")
		}
	}
	if name == f.person.Table {
		today := f.Today().String()
		list = append(list, `erased_on = ifnull(erased_on, '`+today+`')`, `archived_on = ifnull(archived_on, '`+today+`')`)
		conditions = append(conditions, `erased_on IS NULL`, `archived_on IS NULL`)
	}
	return strings.Join(list, ", "), strings.Join(conditions, " OR ")
}

// reword puts a neutral text in place of those of her rows that are no personal matter and yet name her: an order whose
// number is her e-mail.
func (f *forgetting) reword(name string) error {
	for _, column := range columnsOf(name, wording) {
		type cell struct {
			id   int64
			text string
		}
		cells, err := All(f.View, func(row Scanner) (c cell, err error) {
			err = row.Scan(&c.id, &c.text)
			return c, err
		}, fmt.Sprintf(`SELECT id, %[1]s FROM %[2]s WHERE id IN (SELECT value FROM json_each(?)) AND %[1]s IS NOT NULL`, column, name), f.held.ids(name))
		if err != nil {
			return err
		}
		for _, c := range cells {
			if !names(f.person.Marks, c.text) {
				continue
			}
			// With its id, since a ref names one row.
			if _, err := f.Exec(fmt.Sprintf(`UPDATE %s SET %s = ? WHERE id = ?`, name, column), fmt.Sprintf("%s %d", Neutral, c.id), c.id); err != nil {
				return err
			}
		}
	}
	return nil
}

// images takes what is personal out of the old images of her rows, those of this operation too.
func (f *forgetting) images() error {
	var changed int64
	for _, name := range f.held.tables {
		where, args := f.held.images(name)
		list := columnsOf(name, personal)
		loose := columnsOf(name, wording)
		if len(list)+len(loose) == 0 {
			continue
		}
		entries, err := All(f.View, func(row Scanner) (e imageEntry, err error) {
			err = row.Scan(&e.id, &e.operation, &e.old)
			return e, err
		}, `SELECT id, operation_id, old FROM operation_changes WHERE `+where, args...)
		if err != nil {
			return err
		}
		for _, e := range entries {
			lost, err := e.lacking(list, loose, f.person.Marks)
			if err != nil {
				return err
			}
			if len(lost) == 0 {
				continue
			}
			paths := "'$." + strings.Join(lost, "', '$.") + "'"
			if _, err := f.Exec(`UPDATE operation_changes SET old = json_remove(old, `+paths+`) WHERE id = ?`, e.id); err != nil {
				return err
			}
			f.stripped = append(f.stripped, e.operation)
			if e.operation != f.log.operation {
				changed++
			}
		}
	}
	if changed > 0 {
		f.done = append(f.done, Forgotten{"history", changed, "cleared"})
	}
	return nil
}

// imageEntry is an old image in the operation log.
type imageEntry struct {
	id, operation int64
	old           string
}

// lacking are the columns of an image that it is to lose: the personal ones it has, and texts that name her.
func (e imageEntry) lacking(list, loose []string, marks []Mark) (lost []string, err error) {
	image := map[string]any{}
	if err := json.Unmarshal([]byte(e.old), &image); err != nil {
		return nil, fmt.Errorf("operation log, change %d: %w", e.id, err)
	}
	for _, name := range list {
		if _, has := image[name]; has {
			lost = append(lost, name)
		}
	}
	for _, name := range loose {
		if text, _ := image[name].(string); names(marks, text) {
			lost = append(lost, name)
		}
	}
	return lost, nil
}

// seal marks the operations that cannot be undone any more: this one, those that touched a row it changed, and those
// whose old images lost something.
func (f *forgetting) seal() error {
	if f.log.operation == 0 {
		return nil
	}
	stripped, err := json.Marshal(append(f.stripped, f.log.operation))
	if err != nil {
		return err
	}
	n, err := f.Exec(`UPDATE operations SET sealed_on = ? WHERE sealed_on IS NULL AND id IN (
		WITH hers (name, id) AS MATERIALIZED (SELECT DISTINCT table_name, first_id FROM operation_changes WHERE operation_id = ? AND kind <> 'insert'),
		ranges AS MATERIALIZED (SELECT operation_id, table_name, first_id, last_id FROM operation_changes WHERE last_id > first_id)
		SELECT c.operation_id FROM hers CROSS JOIN operation_changes c ON c.table_name = hers.name AND c.last_id = hers.id
		UNION SELECT r.operation_id FROM hers JOIN ranges r ON r.table_name = hers.name AND hers.id BETWEEN r.first_id AND r.last_id
		UNION SELECT value FROM json_each(?))`, f.Today().String(), f.log.operation, string(stripped))
	if n > 1 {
		f.done = append(f.done, Forgotten{"operations", n - 1, "sealed"})
	}
	return err
}

// rebuildSearch makes the full-text indexes anew from their tables: what is deleted from one stays in it for a while.
func (t *Tx) rebuildSearch() error {
	indexes, err := All(t.View, Scalar[string], `SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'`)
	for _, name := range indexes {
		if err == nil {
			_, err = t.Exec(fmt.Sprintf(`INSERT INTO %[1]s (%[1]s) VALUES ('rebuild')`, name))
		}
	}
	return err
}
