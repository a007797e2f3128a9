package contacts

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// AddTask writes a new task and gives it as the book has it. Whom it is for and who handles it come with their ids; an
// erased customer is a fault.Conflict.
func AddTask(tx *book.Tx, t Task) (Task, error) {
	if err := settleTask(tx.View, &t); err != nil {
		return t, err
	}
	t.FirstDueOn, t.CreatedOn = t.DueOn, tx.Today()
	return insertTask(tx, t)
}

func insertTask(tx *book.Tx, t Task) (Task, error) {
	id, err := tx.Insert(`INSERT INTO tasks (customer_id, consultant_id, what, due_on, every, first_due_on, created_on, handler_id, interaction_id, case_id)
		VALUES (`+marks(10)+`)`, idOrNull(t.Customer.ID), idOrNull(t.Consultant.ID), t.What, t.DueOn.String(), orNull(t.Every.String()),
		t.FirstDueOn.String(), t.CreatedOn.String(), idOrNull(t.Handler.ID), idOrNull(t.Interaction), idOrNull(t.Case))
	if err != nil {
		return t, err
	}
	return GetTask(tx.View, id)
}

// settleTask cleans the texts of a task and refuses what cannot be.
func settleTask(v *book.View, t *Task) error {
	for _, text := range []*string{&t.What, &t.Outcome} {
		clean, err := cleanText(*text)
		if err != nil {
			return fault.New(fault.Usage, fmt.Sprintf("%q: %v", *text, err), "")
		}
		*text = clean
	}
	if t.What == "" {
		return &fault.Error{Kind: fault.Usage, Noun: "task", Field: "what", Reason: "it says nothing to be done"}
	}
	if err := RefuseErased(v, t.Customer.ID); err != nil {
		return err
	}
	return checkCase(v, t.Case, t.Customer.ID, t.Consultant.ID)
}

// EditTask lets change alter a task, and gives it as the book then has it. Its days are counted anew from another day
// it is due on, and from the present one when it begins to recur.
func EditTask(tx *book.Tx, id int64, change func(*Task)) (Task, error) {
	old, err := GetTask(tx.View, id)
	if err != nil {
		return old, err
	}
	t := old
	change(&t)
	if t.DueOn != old.DueOn || old.Every == (Recurrence{}) && t.Every != old.Every {
		t.FirstDueOn = t.DueOn
	}
	if t.Outcome != old.Outcome && t.DoneOn.IsZero() {
		return old, &fault.Error{Kind: fault.Usage, Noun: "task", Key: fmt.Sprint(id), Field: "outcome", Reason: "it is not done yet",
			Hint: fmt.Sprintf("say it with: perla task done %d --outcome TEXT", id)}
	}
	if err := settleTask(tx.View, &t); err != nil {
		return old, err
	}
	if t == old {
		return old, nil
	}
	_, err = tx.Exec(`UPDATE tasks SET what = ?, due_on = ?, every = ?, first_due_on = ?, outcome = ?, handler_id = ?, case_id = ? WHERE id = ?`,
		t.What, t.DueOn.String(), orNull(t.Every.String()), t.FirstDueOn.String(), orNull(t.Outcome), idOrNull(t.Handler.ID), idOrNull(t.Case), id)
	if err != nil {
		return old, err
	}
	return GetTask(tx.View, id)
}

// FinishTask marks a task as done on a day, not a later one than today. One that recurs is followed by its next, which is
// due the first time after that day and after the day this one was due; next is the zero Task when there is none.
func FinishTask(tx *book.Tx, id int64, on dates.Date, outcome string) (done, next Task, err error) {
	done, err = openTask(tx.View, id)
	switch {
	case err != nil:
		return done, next, err
	case on > tx.Today():
		return done, next, fault.New(fault.Usage, fmt.Sprintf("%s lies in the future: nothing can have been done then", on), "")
	}
	done.DoneOn, done.Outcome = on, outcome
	if err := settleTask(tx.View, &done); err != nil {
		return done, next, err
	}
	if _, err := tx.Exec(`UPDATE tasks SET done_on = ?, outcome = ? WHERE id = ?`, on.String(), orNull(done.Outcome), id); err != nil {
		return done, next, err
	}
	due := done.Every.Next(done.FirstDueOn, max(on, done.DueOn))
	if due.IsZero() {
		return done, next, nil
	}
	next = done
	next.DueOn, next.CreatedOn, next.DoneOn, next.Outcome = due, tx.Today(), 0, ""
	next, err = insertTask(tx, next)
	return done, next, err
}

// openTask is a task that is not done; one that is, is a fault.Conflict.
func openTask(v *book.View, id int64) (Task, error) {
	t, err := GetTask(v, id)
	if err == nil && !t.DoneOn.IsZero() {
		err = &fault.Error{Kind: fault.Conflict, Noun: "task", Key: fmt.Sprint(id), Reason: fmt.Sprintf("it is done already, since %s", t.DoneOn),
			Hint: "see what is open with: perla task list"}
	}
	return t, err
}

// SnoozeTask puts an open task off to the day that until makes of the day it is due. The days it comes back on stay as
// they are.
func SnoozeTask(tx *book.Tx, id int64, until func(due dates.Date) (dates.Date, error)) (Task, error) {
	t, err := openTask(tx.View, id)
	if err != nil {
		return t, err
	}
	due, err := until(t.DueOn)
	if err != nil {
		return t, err
	}
	if due < t.DueOn {
		return t, &fault.Error{Kind: fault.Usage, Noun: "task", Key: fmt.Sprint(id), Reason: fmt.Sprintf("it is due on %s; %s is earlier", t.DueOn, due),
			Hint: fmt.Sprintf("bring it forward with: perla task edit %d --due %s", id, due)}
	}
	if due == t.DueOn {
		return t, nil
	}
	t.DueOn = due
	_, err = tx.Exec(`UPDATE tasks SET due_on = ? WHERE id = ?`, due.String(), id)
	return t, err
}

// RemoveTask deletes a task and gives it as it was.
func RemoveTask(tx *book.Tx, id int64) (Task, error) {
	t, err := GetTask(tx.View, id)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM tasks WHERE id = ?`, id)
	}
	return t, err
}
