package book

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// Referrer says how many rows of a table refer by one of its columns to a certain row.
type Referrer struct {
	Table, Column string
	Rows          int64
}

// Referrers counts the rows that refer to the row of a table with an id, for every column that could, in a fixed order.
func Referrers(v *View, table string, id int64) ([]Referrer, error) {
	keys, err := referring(v, table)
	if err != nil {
		return nil, err
	}
	found := make([]Referrer, len(keys))
	for i, k := range keys {
		n, _, err := One(v, Scalar[int64], fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s = ?`, k.table, k.column), id)
		if err != nil {
			return nil, err
		}
		found[i] = Referrer{k.table, k.column, n}
	}
	return found, nil
}

// referring are the foreign keys that lead to a table.
func referring(v *View, table string) ([]reference, error) {
	keys, err := foreignKeys(v, "")
	return slices.DeleteFunc(keys, func(k reference) bool { return k.parent != table }), err
}

// Repoint makes every row that refers to one row of a table refer to another one: in every table with a foreign key to
// it, ledgers too, so that nothing is left that keeps the first from being removed. Where both cannot stay:
//
//   - of two rows that a unique index lets not be two, the one dated first stays, by the first column of the table that
//     ends in _on or _at; in a table without days, or on the same day, the one that referred to the other row already.
//     What refers to the row that goes is repointed to the one that stays.
//   - a row that would come to refer to itself, or to the same row twice, where a check of its table forbids it, loses
//     the reference, or goes when it is but a detail of the row it refers to (ON DELETE CASCADE).
//
// The operation keeps the old image of every row that changes or goes.
func (t *Tx) Repoint(table string, from, to int64) error {
	if from == to {
		return fmt.Errorf("%s %d is to be repointed to itself", singular(table), from)
	}
	return t.unguarded(func() error { return t.repoint(table, from, to) })
}

func (t *Tx) repoint(table string, from, to int64) error {
	keys, err := referring(t.View, table)
	if err != nil {
		return err
	}
	for _, k := range keys {
		// What breaks no rule moves at once; the rest is looked at row by row.
		if _, err := t.Exec(fmt.Sprintf(`UPDATE OR IGNORE %[1]s SET %[2]s = ? WHERE %[2]s = ?`, k.table, k.column), to, from); err != nil {
			return err
		}
		ids, err := All(t.View, Scalar[int64], fmt.Sprintf(`SELECT id FROM %s WHERE %s = ? ORDER BY id`, k.table, k.column), from)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := t.settleReference(k, id, to); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleReference repoints a row whose reference cannot simply be set.
func (t *Tx) settleReference(k reference, id, to int64) error {
	rivals, err := t.rivals(k, id, to)
	if err != nil {
		return err
	}
	for _, rival := range rivals {
		first, err := t.datedBefore(k.table, id, rival)
		if err != nil {
			return err
		}
		if !first {
			return t.supersede(k.table, id, rival)
		}
	}
	for _, rival := range rivals {
		if err := t.supersede(k.table, rival, id); err != nil {
			return err
		}
	}
	n, err := t.Exec(fmt.Sprintf(`UPDATE OR IGNORE %s SET %s = ? WHERE id = ?`, k.table, k.column), to, id)
	if err != nil || n > 0 {
		return err
	}
	return t.dropReference(k, id)
}

// supersede removes a row in favour of another one of its table.
func (t *Tx) supersede(table string, gone, stays int64) error {
	if err := t.repoint(table, gone, stays); err != nil {
		return err
	}
	_, err := t.Exec(`DELETE FROM `+table+` WHERE id = ?`, gone)
	return err
}

// rivals are the rows that a unique index of the table would not let stand beside a row once that refers to another.
func (t *Tx) rivals(k reference, id, to int64) ([]int64, error) {
	type index struct{ name, sql string }
	indexes, err := All(t.View, func(row Scanner) (x index, err error) {
		err = row.Scan(&x.name, &x.sql)
		return x, err
	}, `SELECT l.name, ifnull(m.sql, '') FROM pragma_index_list(?) l JOIN sqlite_schema m ON m.name = l.name
	    WHERE l."unique" AND EXISTS (SELECT 1 FROM pragma_index_info(l.name) WHERE name = ?) ORDER BY l.name`, k.table, k.column)
	if err != nil {
		return nil, err
	}
	var rivals []int64
	for _, x := range indexes {
		columns, err := All(t.View, Scalar[string], `SELECT ifnull(name, '') FROM pragma_index_info(?) WHERE name IS NOT ?`, x.name, k.column)
		if err != nil {
			return nil, err
		}
		alike := []string{k.column + ` = ?1`}
		for _, c := range columns {
			if c == "" {
				return nil, fmt.Errorf("the unique index %s is over an expression, of which Repoint knows nothing", x.name)
			}
			alike = append(alike, fmt.Sprintf(`%[1]s = (SELECT %[1]s FROM %[2]s WHERE id = ?2)`, c, k.table))
		}
		// A partial index has no say in rows it does not hold.
		if _, condition, partial := strings.Cut(x.sql, " WHERE "); partial {
			alike = append(alike, `(`+condition+`)`, fmt.Sprintf(`EXISTS (SELECT 1 FROM %s WHERE id = ?2 AND (%s))`, k.table, condition))
		}
		more, err := All(t.View, Scalar[int64], fmt.Sprintf(`SELECT id FROM %s WHERE id <> ?2 AND %s`, k.table, strings.Join(alike, " AND ")), to, id)
		if err != nil {
			return nil, err
		}
		rivals = append(rivals, more...)
	}
	slices.Sort(rivals)
	return slices.Compact(rivals), nil
}

// datedBefore says whether one row of a table has an earlier day than another.
func (t *Tx) datedBefore(table string, id, other int64) (bool, error) {
	columns := t.log.tables[table].columns
	i := slices.IndexFunc(columns, func(c column) bool { return strings.HasSuffix(c.name, "_on") || strings.HasSuffix(c.name, "_at") })
	if i < 0 {
		return false, nil
	}
	_, before, err := One(t.View, Scalar[int64], fmt.Sprintf(`SELECT 1 FROM %[1]s a, %[1]s b WHERE a.id = ? AND b.id = ? AND a.%[2]s < b.%[2]s`, table, columns[i].name), id, other)
	return before, err
}

// dropReference makes a row refer to nothing, or removes it where it would be nothing without.
func (t *Tx) dropReference(k reference, id int64) error {
	detail, _, err := One(t.View, Scalar[bool], `SELECT on_delete = 'CASCADE' FROM pragma_foreign_key_list(?) WHERE "from" = ?`, k.table, k.column)
	if err != nil {
		return err
	}
	if detail {
		_, err := t.Exec(`DELETE FROM `+k.table+` WHERE id = ?`, id)
		return err
	}
	n, err := t.Exec(fmt.Sprintf(`UPDATE OR IGNORE %s SET %s = NULL WHERE id = ?`, k.table, k.column), id)
	if err == nil && n == 0 {
		err = &fault.Error{Kind: fault.Conflict, Noun: singular(k.table), Key: fmt.Sprint(id), Field: k.column, Reason: "a rule of the book forbids that it refers to the other one"}
	}
	return err
}
