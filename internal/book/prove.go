package book

import (
	"fmt"
	"math"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// proveReferences checks the foreign keys of the rows the transaction inserted or changed, and those of every row where
// it removed rows they may refer to, for writers that ran without row by row checks.
func (t *Tx) proveReferences() error {
	keys, err := foreignKeys(t.View, "")
	if err != nil {
		return err
	}
	scans := map[span]map[string][]reference{} // the keys to be looked for row by row, by range and table
	for _, k := range keys {
		child, parent := t.log.tables[k.table], t.log.tables[k.parent]
		if child == nil || child.low == 0 && !parent.removed {
			continue
		}
		rows := span{child.low, child.high}
		if parent.removed {
			rows = span{1, math.MaxInt64}
		}
		whole, err := t.mostOf(k.table, rows)
		if err != nil {
			return err
		}
		indexed, err := t.indexed(k)
		if err != nil {
			return err
		}
		if whole && indexed {
			if err := t.proveDistinct(k); err != nil {
				return err
			}
			continue
		}
		if scans[rows] == nil {
			scans[rows] = map[string][]reference{}
		}
		scans[rows][k.table] = append(scans[rows][k.table], k)
	}
	for rows, tables := range scans {
		for table, keys := range tables {
			if err := t.proveRows(table, rows, keys); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostOf says whether a range holds a good part of a table, so that going through all of an index is worth it.
func (t *Tx) mostOf(table string, rows span) (bool, error) {
	last, _, err := One(t.View, Scalar[int64], `SELECT ifnull(max(id), 0) FROM `+table)
	return rows.last-rows.first >= last/4, err
}

// indexed says whether an index of the table begins with the column of a key.
func (t *Tx) indexed(k reference) (bool, error) {
	_, found, err := One(t.View, Scalar[int64], `SELECT 1 FROM pragma_index_list(?) l, pragma_index_info(l.name) i WHERE i.seqno = 0 AND i.name = ?`, k.table, k.column)
	return found, err
}

// proveDistinct looks up each value of a key once, going through its index.
func (t *Tx) proveDistinct(k reference) error {
	if dense, err := t.proveDense(k); dense || err != nil {
		return err
	}
	id, found, err := One(t.View, Scalar[int64], fmt.Sprintf(`SELECT v FROM (SELECT DISTINCT %[1]s AS v FROM %[2]s WHERE %[1]s IS NOT NULL)
		WHERE NOT EXISTS (SELECT 1 FROM %[3]s p WHERE p.id = v) LIMIT 1`, k.column, k.table, k.parent))
	if err != nil || !found {
		return err
	}
	return dangling(k, id)
}

// proveRows looks up several keys of a range of rows in one scan.
func (t *Tx) proveRows(table string, rows span, keys []reference) error {
	var broken, which []string
	for i, k := range keys {
		lost := fmt.Sprintf(`c.%[1]s IS NOT NULL AND NOT EXISTS (SELECT 1 FROM %[2]s p WHERE p.id = c.%[1]s)`, k.column, k.parent)
		broken = append(broken, lost)
		which = append(which, fmt.Sprintf(`WHEN %s THEN %d`, lost, i))
	}
	type find struct{ key, id int64 }
	f, found, err := One(t.View, func(row Scanner) (f find, err error) {
		err = row.Scan(&f.key, &f.id)
		return f, err
	}, fmt.Sprintf(`SELECT CASE %s END, c.id FROM %s c WHERE c.id BETWEEN ? AND ? AND (%s) LIMIT 1`,
		strings.Join(which, " "), table, strings.Join(broken, " OR ")), rows.first, rows.last)
	if err != nil || !found {
		return err
	}
	k := keys[f.key]
	id, _, err := One(t.View, Scalar[int64], fmt.Sprintf(`SELECT %s FROM %s WHERE id = ?`, k.column, k.table), f.id)
	if err != nil {
		return err
	}
	return dangling(k, id)
}

// dangling is the fault of a reference to a row that is not there.
func dangling(k reference, id int64) error {
	return &fault.Error{Kind: fault.Unexpected, Noun: k.table, Field: k.column, Reason: fmt.Sprintf("refers to %s %d, which does not exist", k.parent, id)}
}
