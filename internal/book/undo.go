package book

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// chunk is how many rows undo removes with one statement, so that old images are written out as it goes.
const chunk = 4096

// Undo takes back one operation, or the last that stands when id is 0, as an operation of its own: undoing that one
// brings the rows back, with their ids. It refuses, naming them, when later operations changed the same rows or made
// rows that refer to them.
func (b *Book) Undo(ctx context.Context, id int64) (Operation, error) {
	return b.takeBack(ctx, func(v *View) (Operation, error) { return findOperation(v, id) })
}

// Redo takes back the last undo that stands.
func (b *Book) Redo(ctx context.Context) (Operation, error) {
	return b.takeBack(ctx, func(v *View) (Operation, error) {
		for op, err := range History(v, 0) {
			if err != nil || op.Undoes != 0 && !op.Undone {
				return op, err
			}
			if op.Undoes == 0 && !op.Undone {
				break // something new was done since: there is no undo left to take back
			}
		}
		return Operation{}, &fault.Error{Kind: fault.Conflict, Noun: "book", Reason: "there is no undo to take back"}
	})
}

// takeBack undoes the operation that choose picks, in one transaction.
func (b *Book) takeBack(ctx context.Context, choose func(*View) (Operation, error)) (Operation, error) {
	var op Operation
	if err := b.View(ctx, func(v *View) (err error) {
		op, err = choose(v)
		return err
	}); err != nil {
		return op, err
	}
	db, err := b.writer(ctx)
	if err != nil {
		return op, err
	}
	what := fmt.Sprintf("undo %d", op.ID)
	if op.Undoes != 0 {
		what = fmt.Sprintf("redo %d", op.Undoes)
	}
	err = b.write(ctx, db, operation{what: what, undoes: op.ID}, func(t *Tx) error {
		undone, err := undoneOperations(t.View)
		if err != nil {
			return err
		}
		if undone[op.ID] {
			return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(op.ID), Reason: "is already undone"}
		}
		if err := t.refuseEntangled(op.ID, undone); err != nil {
			return err
		}
		return t.reverse(op.ID)
	})
	return op, b.explain(err)
}

// reverse puts every row an operation touched back as it was, last change first.
func (t *Tx) reverse(operation int64) error {
	if _, err := t.Exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
		return err
	}
	type step struct {
		id int64
		change
	}
	// Undo writes to the same log it reads; the highest id of the operation bounds what is read.
	last, _, err := One(t.View, Scalar[int64], `SELECT ifnull(max(id), 0) FROM operation_changes WHERE operation_id = ?`, operation)
	for last > 0 && err == nil {
		var steps []step
		steps, err = All(t.View, func(row Scanner) (s step, err error) {
			err = row.Scan(&s.id, &s.table, &s.kind, &s.first, &s.last, &s.old)
			return s, err
		}, `SELECT id, table_name, kind, first_id, last_id, ifnull(old, '') FROM operation_changes
		    WHERE operation_id = ? AND id <= ? ORDER BY id DESC LIMIT ?`, operation, last, chunk)
		if err != nil {
			return err
		}
		last = 0
		for _, s := range steps {
			if err := t.reverseOne(s.change); err != nil {
				return err
			}
			last = s.id - 1
		}
	}
	return err
}

func (t *Tx) reverseOne(c change) error {
	if c.kind == "insert" {
		for low := c.first; low <= c.last; low += chunk {
			if _, err := t.Exec(`DELETE FROM `+c.table+` WHERE id BETWEEN ? AND ?`, low, min(low+chunk-1, c.last)); err != nil {
				return err
			}
		}
		return nil
	}
	names, values, err := t.oldImage(c)
	if err != nil {
		return err
	}
	if c.kind == "delete" {
		_, err = t.Exec(fmt.Sprintf(`INSERT INTO %s (%s) VALUES (?%s)`, c.table, strings.Join(names, ", "), strings.Repeat(", ?", len(names)-1)), values...)
		return err
	}
	_, err = t.Exec(fmt.Sprintf(`UPDATE %s SET %s = ? WHERE id = ?`, c.table, strings.Join(names, " = ?, ")), append(values, c.first)...)
	return err
}

// oldImage reads the columns and values of a recorded row, every stored column of its table in order; a column the
// table has gained since keeps its default by being left out.
func (t *Tx) oldImage(c change) (names []string, values []any, err error) {
	image := map[string]any{}
	decoder := json.NewDecoder(strings.NewReader(c.old))
	decoder.UseNumber()
	if err := decoder.Decode(&image); err != nil {
		return nil, nil, fmt.Errorf("operation log of %s %d: %w", singular(c.table), c.first, err)
	}
	for _, name := range t.log.tables[c.table].columns {
		value := image[name]
		if n, ok := value.(json.Number); ok {
			if value, err = n.Int64(); err != nil {
				return nil, nil, err
			}
		}
		names, values = append(names, name), append(values, value)
	}
	return names, values, nil
}

// refuseEntangled fails when a later operation that stands changed the rows of this one or made rows that refer to
// them. An undo and what it undid cancel out, so neither counts.
func (t *Tx) refuseEntangled(operation int64, undone map[int64]bool) error {
	later, err := All(t.View, scanOperation, `SELECT id, at, what, ifnull(undoes_id, 0) FROM operations WHERE id > ? ORDER BY id`, operation)
	if err != nil {
		return err
	}
	var standing []string
	mine, err := newFootprint(t.View, operation)
	for _, op := range later {
		if err != nil || undone[op.ID] || op.Undoes > operation {
			continue
		}
		var entangled bool
		if entangled, err = mine.entangled(t.View, op.ID); entangled {
			standing = append(standing, fmt.Sprintf("operation %d (%s)", op.ID, op.What))
		}
	}
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(operation),
		Reason: "later operations changed its rows or refer to them: " + strings.Join(standing, ", "),
		Hint:   "undo those first, the last one first"}
}
