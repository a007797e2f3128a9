package book

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Operation is one entry of the log: a command that changed something.
type Operation struct {
	ID      int64
	At      time.Time  // UTC, whole seconds
	What    string     // the verb and ids, never values
	Undoes  int64      // the operation this one took back, or 0
	Undone  bool       // whether its effect is taken back at present
	Sealed  dates.Date // the day from which it can no longer be undone, since it held somebody who was erased then; or 0
	Changes string     // how many rows of which table: "12 orders added, customer 7 changed"
}

// History yields operations, newest first. With a customer it yields those that touched her row or a row that names
// her; 0 means all.
func History(v *View, customer int64) iter.Seq2[Operation, error] {
	return func(yield func(Operation, error) bool) {
		undone, err := undoneOperations(v)
		if err != nil {
			yield(Operation{}, err)
			return
		}
		where, args, err := touching(v, customer)
		if err != nil {
			yield(Operation{}, err)
			return
		}
		for op, err := range Query(v, scanOperation, selectOperations+where+` ORDER BY o.id DESC`, args...) {
			if err == nil {
				op.Undone = undone[op.ID]
				op.Changes, err = changes(v, op.ID)
			}
			if !yield(op, err) || err != nil {
				return
			}
		}
	}
}

// selectOperations begins every query that scanOperation reads.
const selectOperations = `SELECT o.id, o.at, o.what, ifnull(o.undoes_id, 0), ifnull(o.sealed_on, '') FROM operations o `

func scanOperation(row Scanner) (op Operation, err error) {
	var at, sealed string
	if err = row.Scan(&op.ID, &at, &op.What, &op.Undoes, &sealed); err != nil {
		return op, err
	}
	op.Sealed, _ = dates.ParseISO(sealed) // perla check proves the days of the book
	op.At, err = time.Parse(time.RFC3339, at)
	return op, err
}

// touching is the WHERE clause of the operations that changed a customer's row or a row that refers to her, or did so
// when it was changed or removed.
func touching(v *View, customer int64) (where string, args []any, err error) {
	if customer == 0 {
		return "", nil, nil
	}
	keys, err := foreignKeys(v, "")
	if err != nil {
		return "", nil, err
	}
	rows := []string{`SELECT 'customers' AS name, ? AS id`}
	args = append(args, customer)
	for _, k := range keys {
		if k.parent != "customers" {
			continue
		}
		rows = append(rows, fmt.Sprintf(`SELECT '%[1]s', id FROM %[1]s WHERE %[2]s = ?`, k.table, k.column),
			fmt.Sprintf(`SELECT table_name, first_id FROM operation_changes WHERE table_name = '%s' AND kind <> 'insert' AND old ->> '%s' = ?`, k.table, k.column))
		args = append(args, customer, customer)
	}
	return `WHERE o.id IN (WITH hers (name, id) AS MATERIALIZED (` + strings.Join(rows, " UNION ") + `),
		ranges AS MATERIALIZED (SELECT operation_id, table_name, first_id, last_id FROM operation_changes WHERE last_id > first_id)
		SELECT c.operation_id FROM hers CROSS JOIN operation_changes c ON c.table_name = hers.name AND c.last_id = hers.id
		UNION SELECT r.operation_id FROM hers JOIN ranges r ON r.table_name = hers.name AND hers.id BETWEEN r.first_id AND r.last_id)`, args, nil
}

// changes puts into words what an operation did: which row it changed, or how many.
func changes(v *View, operation int64) (string, error) {
	var words []string
	for line, err := range Query(v, func(row Scanner) (string, error) {
		var table, kind string
		var n, id int64
		err := row.Scan(&table, &kind, &n, &id)
		what := fmt.Sprintf("%d %s", n, plural(table))
		if n == 1 {
			what = fmt.Sprintf("%s %d", singular(table), id)
		}
		return what + map[string]string{"insert": " added", "update": " changed", "delete": " removed"}[kind], err
	}, `SELECT table_name, kind, CASE kind WHEN 'update' THEN count(DISTINCT first_id) ELSE sum(last_id - first_id + 1) END, min(first_id)
	    FROM operation_changes WHERE operation_id = ? GROUP BY table_name, kind ORDER BY min(id)`, operation) {
		if err != nil {
			return "", err
		}
		words = append(words, line)
	}
	return strings.Join(words, ", "), nil
}

// undoneOperations says of each operation whether it is taken back at present: when an operation that undoes it is not
// itself undone.
func undoneOperations(v *View) (map[int64]bool, error) {
	undone := map[int64]bool{}
	ops, err := All(v, scanOperation, selectOperations+`WHERE o.undoes_id IS NOT NULL ORDER BY o.id DESC`)
	for _, op := range ops { // newest first, so that whether an undo stands is known before what it undid
		if !undone[op.ID] {
			undone[op.Undoes] = true
		}
	}
	return undone, err
}

// findOperation is the operation to undo: the one with the id, or for 0 the last that stands and is no undo.
func findOperation(v *View, id int64) (Operation, error) {
	undone, err := undoneOperations(v)
	if err != nil {
		return Operation{}, err
	}
	for op, err := range Query(v, scanOperation, selectOperations+`WHERE ? IN (o.id, 0) ORDER BY o.id DESC`, id) {
		if err == nil && id == 0 && (undone[op.ID] || op.Undoes != 0) {
			continue
		}
		if err == nil {
			op.Undone = undone[op.ID]
			op.Changes, err = changes(v, op.ID)
		}
		return op, err
	}
	if id == 0 {
		return Operation{}, &fault.Error{Kind: fault.Conflict, Noun: "book", Reason: "there is nothing to undo"}
	}
	return Operation{}, &fault.Error{Kind: fault.NotFound, Noun: "operation", Key: fmt.Sprint(id), Reason: "there is no such operation", Hint: "list them with: perla history"}
}
