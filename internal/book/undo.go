package book

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	sqlite "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/perla-crm/perla/internal/fault"
)

// chunk is how many rows undo removes with one statement, so that old images are written out as it goes.
const chunk = 4096

// Undo is Tx.Undo in a transaction of its own.
func (b *Book) Undo(ctx context.Context, id int64) (op Operation, err error) {
	err = b.Update(ctx, "", func(tx *Tx) error {
		op, err = tx.Undo(id)
		return err
	})
	return op, err
}

// Undo takes back one operation, or the last that stands when id is 0, and says which that was. It makes the whole
// transaction an operation of its own: undoing that one brings the rows back, with their ids. It refuses, naming them,
// when later operations changed the same rows or made rows that refer to them.
func (t *Tx) Undo(id int64) (Operation, error) {
	op, err := findOperation(t.View, id)
	if err != nil {
		return op, err
	}
	return op, t.takeBack(op)
}

// Redo takes back the last undo that stands and says which that was. Something new done since is in its way.
func (t *Tx) Redo() (Operation, error) {
	ops, err := All(t.View, scanOperation, selectOperations+`ORDER BY o.id`)
	if err != nil {
		return Operation{}, err
	}
	isUndo := map[int64]bool{} // what takes back an undo is no undo itself
	for _, op := range ops {
		isUndo[op.ID] = op.Undoes != 0 && !isUndo[op.Undoes]
	}
	undone, err := undoneOperations(t.View)
	if err != nil {
		return Operation{}, err
	}
	for i := len(ops) - 1; i >= 0; i-- {
		op := ops[i]
		if op.Undoes == 0 && !undone[op.ID] {
			break // something new was done since
		}
		if isUndo[op.ID] && !undone[op.ID] {
			if op.Changes, err = changes(t.View, op.ID); err != nil {
				return op, err
			}
			return op, t.takeBack(op)
		}
	}
	return Operation{}, &fault.Error{Kind: fault.Conflict, Noun: "book", Reason: "there is no undo to take back", Hint: "see: perla history"}
}

// takeBack reverses an operation and names this one after it.
func (t *Tx) takeBack(op Operation) error {
	if t.Changed() {
		return errors.New("an undo is an operation of its own: nothing else may be changed with it")
	}
	undone, err := undoneOperations(t.View)
	if err != nil {
		return err
	}
	if undone[op.ID] {
		return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(op.ID), Reason: "is already undone",
			Hint: "bring it back with: perla undo --redo"}
	}
	if !op.Sealed.IsZero() {
		return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(op.ID),
			Reason: fmt.Sprintf("is sealed: it holds somebody whose data were erased on %s, which is for good", op.Sealed),
			Hint:   "others can be undone by their number; list them with: perla history"}
	}
	if err := t.refuseEntangled(op.ID, undone); err != nil {
		return err
	}
	t.op.undoes, t.op.what = op.ID, fmt.Sprintf("undo %d", op.ID)
	if op.Undoes != 0 {
		t.op.what = fmt.Sprintf("redo %d", op.Undoes)
	}
	err = t.unguarded(func() error { return t.reverse(op.ID) })
	broken := primary(err) == lib.SQLITE_CONSTRAINT
	if err == nil {
		broken, err = t.dangles()
	}
	if broken {
		return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(op.ID),
			Reason: "its rows clash with what was done since: the same ref was given again, or rows they refer to were removed",
			Hint:   "see what was done since with: perla history"}
	}
	return err
}

// dangles says whether some row refers to one that is not there, which the commit would refuse.
func (t *Tx) dangles() (yes bool, err error) {
	err = t.conn.Raw(func(c any) error {
		n, _, err := c.(sqlite.DBStatus).Status(sqlite.DBStatusDeferredFKs, false)
		yes = n != 0
		return err
	})
	return yes, err
}

// reverse puts every row an operation touched back as it was, last change first.
func (t *Tx) reverse(operation int64) error {
	if _, err := t.Exec(`PRAGMA defer_foreign_keys = 1`); err != nil {
		return err
	}
	r := &reversal{tx: t, statements: map[string]*sql.Stmt{}}
	defer r.close()
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
		last = 0
		for _, s := range steps {
			if err := r.one(s.change); err != nil {
				return t.book.explain(err)
			}
			last = s.id - 1
		}
	}
	return err
}

// reversal keeps the statements of an undo, which are few and run often.
type reversal struct {
	tx         *Tx
	statements map[string]*sql.Stmt
}

func (r *reversal) close() {
	for _, s := range r.statements {
		_ = s.Close()
	}
}

// one takes back one change.
func (r *reversal) one(c change) error {
	if c.kind == "insert" {
		for low := c.first; low <= c.last; low += chunk {
			if err := r.run(`DELETE FROM `+c.table+` WHERE id BETWEEN ? AND ?`, low, min(low+chunk-1, c.last)); err != nil {
				return err
			}
		}
		return nil
	}
	names, values, err := r.tx.log.tables[c.table].parseImage(c.old)
	if err != nil {
		return fmt.Errorf("operation log of %s %d: %w", singular(c.table), c.first, err)
	}
	if c.kind == "delete" {
		return r.run(fmt.Sprintf(`INSERT INTO %s (%s) VALUES (?%s)`, c.table, strings.Join(names, ", "), strings.Repeat(", ?", len(names)-1)), values...)
	}
	// Setting an id, be it to what it is, would make SQLite look for the rows that refer to it.
	if i := slices.Index(names, "id"); i >= 0 {
		names, values = slices.Delete(names, i, i+1), slices.Delete(values, i, i+1)
	}
	return r.run(fmt.Sprintf(`UPDATE %s SET %s = ? WHERE id = ?`, c.table, strings.Join(names, " = ?, ")), append(values, c.first)...)
}

func (r *reversal) run(query string, args ...any) (err error) {
	s := r.statements[query]
	if s == nil {
		if s, err = r.tx.tx.PrepareContext(r.tx.ctx, query); err != nil {
			return err
		}
		r.statements[query] = s
	}
	if _, err := s.ExecContext(r.tx.ctx, args...); err != nil {
		return err
	}
	return r.tx.log.flushFull()
}

// standingOperation names an operation that is in the way of an undo.
func standingOperation(op Operation) string {
	if !op.Sealed.IsZero() {
		return fmt.Sprintf("operation %d (%s; for good)", op.ID, op.What)
	}
	return fmt.Sprintf("operation %d (%s)", op.ID, op.What)
}

// refuseEntangled fails when a later operation that stands changed the rows of this one or made rows that refer to
// them. An undo and what it undid cancel out, so neither counts.
func (t *Tx) refuseEntangled(operation int64, undone map[int64]bool) error {
	later, err := All(t.View, scanOperation, selectOperations+`WHERE o.id > ? ORDER BY o.id`, operation)
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
			standing = append(standing, standingOperation(op))
		}
	}
	if err != nil {
		return err
	}
	if len(standing) == 0 {
		return nil
	}
	if n := len(standing) - 5; n > 0 {
		standing = append(standing[:5], fmt.Sprintf("and %d more", n))
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(operation),
		Reason: "later operations changed its rows or refer to them: " + strings.Join(standing, ", "),
		Hint:   "undo those first, the last one first"}
}
