package contacts

import (
	"fmt"
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Task is what is to be done for a customer or a consultant, by a day.
type Task struct {
	ID          int64
	Customer    Link // whom it is for: either she
	Consultant  Link // or a consultant; Key is the ref
	What        string
	DueOn       dates.Date
	Every       Recurrence // it comes back when it is done
	FirstDueOn  dates.Date // what its days are counted from
	CreatedOn   dates.Date
	DoneOn      dates.Date // 0 while it is open
	Outcome     string     // what came of it
	Handler     Link       // the consultant who is to do it; Key is the ref
	Interaction int64      // id of the one it came out of; 0 for none
	Case        int64      // id of the request or complaint it belongs to; 0 for none
}

// Person is the name of whom the task is for.
func (t *Task) Person() string {
	if t.Customer.ID != 0 {
		return t.Customer.Name
	}
	return t.Consultant.Name
}

// Overdue is how many days an open task is past its day, as of another; ok is false for one that is done by then.
func (t *Task) Overdue(asOf dates.Date) (days int64, ok bool) {
	if !t.DoneOn.IsZero() && t.DoneOn <= asOf {
		return 0, false
	}
	return max(0, int64(asOf-t.DueOn)), true
}

// TaskState says which tasks a list holds.
type TaskState uint8

// Those still to be done, those done, all.
const (
	OpenTask TaskState = iota
	DoneTask
	AnyTask
)

// TaskQuery chooses tasks. The zero value of a field chooses all, but for State.
type TaskQuery struct {
	AsOf       dates.Date // those made up to this day, open or done as they were then. Needed
	State      TaskState
	Until      dates.Date // due up to this day
	Customer   int64
	Consultant int64 // whom they are for
	Handler    int64
	Sort       string // a name of TaskSorts, "-" before it for descending; "" is by the day they are due
	Limit      int

	only int64 // one task, of whatever day
}

// TaskSorts are what tasks can be sorted by.
var TaskSorts = []string{"id", "due_on", "person", "handler", "created_on", "done_on"}

var taskSortKeys = map[string]string{"id": "t.id", "due_on": "t.due_on", "person": "coalesce(c.name_key, lower(k.name))", "handler": "lower(h.name)",
	"created_on": "t.created_on", "done_on": "t.done_on"}

// What a task is read from, in the order of scanTask.
const (
	taskColumns = `t.id, t.customer_id, c.name, c.ref, t.consultant_id, k.name, k.ref, t.what, t.due_on, t.every, t.first_due_on, t.created_on,
		t.done_on, t.outcome, t.handler_id, h.name, h.ref, t.interaction_id, t.case_id`
	taskJoins = ` LEFT JOIN customers c ON c.id = t.customer_id LEFT JOIN consultants k ON k.id = t.consultant_id
		LEFT JOIN consultants h ON h.id = t.handler_id`
)

func scanTask(row book.Row) Task {
	text := func(at int) string { return strings.Clone(row.Text(at)) }
	link := func(at int) Link { return Link{ID: row.Int(at), Name: text(at + 1), Key: text(at + 2)} }
	day := func(at int) dates.Date {
		d, _ := dates.ParseISO(row.Text(at)) // perla check proves the days of the book
		return d
	}
	t := Task{ID: row.Int(0), Customer: link(1), Consultant: link(4), What: text(7), DueOn: day(8), FirstDueOn: day(10), CreatedOn: day(11),
		DoneOn: day(12), Outcome: text(13), Handler: link(14), Interaction: row.Int(17), Case: row.Int(18)}
	t.Every, _ = ParseRecurrence(row.Text(9))
	return t
}

// query is the condition, order and limit of the tasks chosen, and the arguments.
func (q *TaskQuery) query() (string, []any) {
	if q.only != 0 {
		return `t.id = ? LIMIT -1`, []any{q.only}
	}
	where, args := []string{`t.created_on <= ?`}, []any{q.AsOf.String()}
	add := func(given bool, condition string, arg any) {
		if given {
			where, args = append(where, condition), append(args, arg)
		}
	}
	add(q.State == OpenTask, `(t.done_on IS NULL OR t.done_on > ?)`, q.AsOf.String())
	add(q.State == DoneTask, `t.done_on <= ?`, q.AsOf.String())
	add(!q.Until.IsZero(), `t.due_on <= ?`, q.Until.String())
	add(q.Customer != 0, `t.customer_id = ?`, q.Customer)
	add(q.Consultant != 0, `t.consultant_id = ?`, q.Consultant)
	add(q.Handler != 0, `t.handler_id = ?`, q.Handler)
	name, down := strings.CutPrefix(q.Sort, "-")
	if name == "" {
		name = "due_on"
	}
	direction := ""
	if down {
		direction = " DESC"
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return fmt.Sprintf(`%s ORDER BY %[2]s IS NULL, %[2]s%[3]s, t.id LIMIT %[4]d`,
		strings.Join(where, " AND "), taskSortKeys[name], direction, limit), args
}

// Tasks yields the tasks a query chooses.
func Tasks(v *book.View, q TaskQuery) iter.Seq2[Task, error] {
	where, args := q.query()
	var named, names []string
	for n, column := range strings.Split(taskColumns, ",") {
		named, names = append(named, fmt.Sprintf("%s AS v%d", column, n)), append(names, fmt.Sprintf("v%d", n))
	}
	return book.Stream(v, func(row book.Row) Task {
		t := scanTask(row)
		if q.only == 0 && t.DoneOn > q.AsOf {
			t.DoneOn, t.Outcome = 0, ""
		}
		return t
	}, strings.Join(names, ", "), `(SELECT `+strings.Join(named, ", ")+` FROM tasks t`+taskJoins+` WHERE `+where+`)`, args...)
}

// GetTask is the task with an id; a fault.NotFound when there is none.
func GetTask(v *book.View, id int64) (Task, error) {
	for t, err := range Tasks(v, TaskQuery{only: id}) {
		return t, err
	}
	return Task{}, &fault.Error{Kind: fault.NotFound, Noun: "task", Key: fmt.Sprint(id), Reason: "there is no such task",
		Hint: "list them with: perla task list --all"}
}

// OpenTasks are the tasks of a customer that are to be done, as of a day, those due first before the others.
func OpenTasks(v *book.View, customer int64, asOf dates.Date) ([]Task, error) {
	var open []Task
	for t, err := range Tasks(v, TaskQuery{AsOf: asOf, Customer: customer}) {
		if err != nil {
			return nil, err
		}
		open = append(open, t)
	}
	return open, nil
}
