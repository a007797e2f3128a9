package contacts

import (
	"errors"
	"fmt"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// TaskFields is a set of the fields of a task that a file can give, one bit each.
type TaskFields uint32

// The fields, in the order of the columns of a task file.
const (
	TaskCustomer TaskFields = 1 << iota
	TaskConsultant
	TaskWhat
	TaskDueOn
	TaskEvery
	TaskFirstDueOn
	TaskCreatedOn
	TaskDoneOn
	TaskOutcome
	TaskHandler
)

// TaskRow is one row of a file of tasks: a task whose links are keys, and which fields the file says something of.
type TaskRow struct {
	Task
	Line int        // of the file, for messages
	Has  TaskFields // which fields the file gives; one given and empty is to be erased
	Bad  bool       // a cell of it could not be read
}

// Place tells a row where it stands in its file and what the file gives.
func (r *TaskRow) Place(line int, has TaskFields, bad bool) {
	if r.DueOn.IsZero() {
		has &^= TaskDueOn
	}
	if r.FirstDueOn.IsZero() {
		has &^= TaskFirstDueOn
	}
	r.Line, r.Has, r.Bad = line, has, bad
}

// TaskOptions of ImportTasks.
type TaskOptions struct {
	Source     string                          // the system refs of customers come from, unless a cell says otherwise
	Mode       Mode                            // what may be done
	Never      TaskFields                      // fields of a task in the book that are never overwritten
	Consultant func(ref string) (int64, error) // finds or makes a consultant; 0 for ""
}

// ExportTasks yields tasks as the rows of a file of which ImportTasks makes the same again: without the interaction and
// the case they belong to.
func ExportTasks(v *book.View, q TaskQuery) iter.Seq2[TaskRow, error] {
	return func(yield func(TaskRow, error) bool) {
		keys := map[int64]string{}
		if err := v.Each(func(r book.Row) error {
			keys[r.Int(0)] = string([]byte(r.Text(1)))
			return nil
		}, `c.id, `+KeySQL("c"), `customers c WHERE c.id IN (SELECT customer_id FROM tasks)`); err != nil {
			yield(TaskRow{}, err)
			return
		}
		for t, err := range Tasks(v, q) {
			t.Customer.Key = keys[t.Customer.ID]
			if !yield(TaskRow{Task: t}, err) {
				return
			}
		}
	}
}

// ImportTasks writes the tasks of a file. It is idempotent: a row is the task for the same person that says the same and
// was made on the same day or, where the file does not say when, is due on the same day; of several such the next one.
// Rows it refuses are reported and left out.
func ImportTasks(tx *book.Tx, batches iter.Seq[[]TaskRow], o TaskOptions, report func(Problem)) (Tally, error) {
	customers, err := NewResolver(tx, o.Source, true)
	if err != nil {
		return Tally{}, err
	}
	im := &taskImporter{tx: tx, options: o, customers: customers, seen: map[string]int{},
		refuse: func(r *TaskRow, field, reason string) { report(Problem{Line: r.Line, Field: field, Reason: reason}) }}
	for rows := range batches {
		for i := range rows {
			if r := &rows[i]; !r.Bad {
				if err := im.row(r); err != nil {
					return im.tally, err
				}
			}
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	return im.tally, nil
}

// taskImporter is the state of one ImportTasks.
type taskImporter struct {
	tx        *book.Tx
	options   TaskOptions
	customers *Resolver
	tally     Tally
	seen      map[string]int // how many rows of the file were that task so far
	refuse    func(r *TaskRow, field, reason string)
}

// row writes one row.
func (im *taskImporter) row(r *TaskRow) error {
	ok, err := im.resolve(r)
	if err != nil || !ok {
		return err
	}
	id, err := im.find(r)
	switch {
	case err != nil:
		return err
	case id == 0 && im.options.Mode == UpdateOnly:
		im.refuse(r, "what", "the book has no such task (--mode update)")
		return nil
	case id != 0 && im.options.Mode == CreateOnly:
		im.refuse(r, "what", "the book has this task already (--mode create)")
		return nil
	case id == 0:
		return im.insert(r)
	}
	return im.update(r, id)
}

// resolve finds whom a row is about, and says whether it can be a task.
func (im *taskImporter) resolve(r *TaskRow) (ok bool, err error) {
	if (r.Customer.Key == "") == (r.Consultant.Key == "") {
		im.refuse(r, "customer", "needed is whom it is for, a customer or a consultant")
		return false, nil
	}
	ids, err := im.customers.Resolve([]string{r.Customer.Key})
	if err != nil {
		return false, err
	}
	if r.Customer.ID = ids[0]; r.Customer.ID == 0 && r.Customer.Key != "" {
		im.refuse(r, "customer", im.customers.Problem(r.Customer.Key))
		return false, nil
	}
	if r.Consultant.ID, err = im.options.Consultant(r.Consultant.Key); err != nil {
		return false, err
	}
	if r.Handler.ID, err = im.options.Consultant(r.Handler.Key); err != nil {
		return false, err
	}
	today := im.tx.Today()
	switch {
	case r.CreatedOn > today:
		im.refuse(r, "created_on", "lies in the future")
	case r.DoneOn > today:
		im.refuse(r, "done_on", "lies in the future")
	case r.Outcome != "" && r.DoneOn.IsZero():
		im.refuse(r, "outcome", "it is not done yet")
	default:
		if err := settleTask(im.tx.View, &r.Task); err != nil {
			var refused *fault.Error
			if !errors.As(err, &refused) {
				return false, err
			}
			im.refuse(r, "what", refused.Reason)
			return false, nil
		}
		return true, nil
	}
	return false, nil
}

// find is the task of the book that a row is; 0 for none.
func (im *taskImporter) find(r *TaskRow) (int64, error) {
	column, day := "created_on", r.CreatedOn
	if day.IsZero() {
		column, day = "due_on", r.DueOn
	}
	key := fmt.Sprint(r.Customer.ID, " ", r.Consultant.ID, " ", column, day, r.What)
	im.seen[key]++
	id, _, err := book.One(im.tx.View, book.Scalar[int64], `SELECT id FROM tasks WHERE customer_id IS ? AND consultant_id IS ? AND what = ? AND `+column+` = ? ORDER BY id LIMIT 1 OFFSET ?`,
		idOrNull(r.Customer.ID), idOrNull(r.Consultant.ID), r.What, day.String(), im.seen[key]-1)
	return id, err
}

func (im *taskImporter) insert(r *TaskRow) error {
	t := r.Task
	if t.DueOn.IsZero() {
		im.refuse(r, "due_on", "a new task needs the day by which it is due")
		return nil
	}
	if t.FirstDueOn.IsZero() {
		t.FirstDueOn = t.DueOn
	}
	if t.CreatedOn.IsZero() {
		t.CreatedOn = im.tx.Today()
	}
	t, err := insertTask(im.tx, t)
	if err == nil && r.DoneOn != 0 {
		_, err = im.tx.Exec(`UPDATE tasks SET done_on = ?, outcome = ? WHERE id = ?`, r.DoneOn.String(), orNull(r.Outcome), t.ID)
	}
	im.tally.Created++
	return err
}

// update writes what a row says of a task and the book says otherwise.
func (im *taskImporter) update(r *TaskRow, id int64) error {
	old, err := GetTask(im.tx.View, id)
	if err != nil {
		return err
	}
	t := old
	for _, f := range []struct {
		field TaskFields
		take  func()
	}{
		{TaskDueOn, func() { t.DueOn = r.DueOn }}, {TaskFirstDueOn, func() { t.FirstDueOn = r.FirstDueOn }}, {TaskEvery, func() { t.Every = r.Every }},
		{TaskDoneOn, func() { t.DoneOn = r.DoneOn }}, {TaskOutcome, func() { t.Outcome = r.Outcome }}, {TaskHandler, func() { t.Handler.ID = r.Handler.ID }},
	} {
		if r.Has&^im.options.Never&f.field != 0 {
			f.take()
		}
	}
	if t == old {
		im.tally.Unchanged++
		return nil
	}
	im.tally.Updated++
	_, err = im.tx.Exec(`UPDATE tasks SET due_on = ?, every = ?, first_due_on = ?, done_on = ?, outcome = ?, handler_id = ? WHERE id = ?`,
		t.DueOn.String(), orNull(t.Every.String()), t.FirstDueOn.String(), dayOrEmpty(t.DoneOn), orNull(t.Outcome), idOrNull(t.Handler.ID), id)
	return err
}

// dayOrEmpty is a day as a column has it, NULL for none.
func dayOrEmpty(d dates.Date) any {
	if d.IsZero() {
		return nil
	}
	return d.String()
}
