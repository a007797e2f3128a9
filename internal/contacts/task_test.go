package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func recurrence(tb testing.TB, text string) Recurrence {
	tb.Helper()
	r, err := ParseRecurrence(text)
	require.NoError(tb, err)
	return r
}

func TestParseRecurrence(t *testing.T) {
	for _, good := range []string{"", "3d", "2w", "1m", "1y", "9999d"} {
		require.Equal(t, good, recurrence(t, good).String())
	}
	require.Equal(t, "2w", recurrence(t, " 2W ").String())
	for _, bad := range []string{"m", "0d", "-1w", "+1w", "1", "1.5m", "1q", "10000d", "99999999999999999999d", "1 m", "monthly"} {
		_, err := ParseRecurrence(bad)
		require.Error(t, err, bad)
	}
}

// TestMonthEndsOverThreeYears follows a task of the 31st through months of every length and a leap year.
func TestMonthEndsOverThreeYears(t *testing.T) {
	first := on(t, "2026-12-31")
	monthly := recurrence(t, "1m")
	var days []string
	for day := first; len(days) < 36; {
		day = monthly.Next(first, day)
		days = append(days, day.String())
	}
	require.Equal(t, strings.Fields(`
		2027-01-31 2027-02-28 2027-03-31 2027-04-30 2027-05-31 2027-06-30 2027-07-31 2027-08-31 2027-09-30 2027-10-31 2027-11-30 2027-12-31
		2028-01-31 2028-02-29 2028-03-31 2028-04-30 2028-05-31 2028-06-30 2028-07-31 2028-08-31 2028-09-30 2028-10-31 2028-11-30 2028-12-31
		2029-01-31 2029-02-28 2029-03-31 2029-04-30 2029-05-31 2029-06-30 2029-07-31 2029-08-31 2029-09-30 2029-10-31 2029-11-30 2029-12-31`), days)
}

func TestRecurrenceNext(t *testing.T) {
	for _, c := range []struct{ every, first, day, want string }{
		{"3d", "2026-11-01", "2026-11-01", "2026-11-04"},
		{"3d", "2026-11-01", "2026-11-05", "2026-11-07"},
		{"2w", "2026-11-01", "2026-11-30", "2026-12-13"},
		{"1y", "2028-02-29", "2028-02-29", "2029-02-28"},
		{"1y", "2028-02-29", "2031-06-01", "2032-02-29"},
		{"3m", "2026-11-30", "2026-12-01", "2027-02-28"},
		{"1m", "2026-01-31", "2026-02-28", "2026-03-31"},
		{"1m", "2026-12-01", "2026-11-01", "2026-12-01"}, // before the first day, the first is next
		{"1m", "9999-12-15", "9999-12-15", ""},
		{"1d", "0001-01-01", "9999-12-30", "9999-12-31"},
		{"", "2026-11-01", "2026-11-01", ""},
	} {
		require.Equal(t, c.want, recurrence(t, c.every).Next(on(t, c.first), on(t, c.day)).String(), c)
	}
}

// TestRecurrenceSkipsNothing holds the short way to the next time against going through them one by one.
func TestRecurrenceSkipsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := Recurrence{rapid.IntRange(1, 40).Draw(t, "n"), rapid.SampledFrom([]byte("dwmy")).Draw(t, "unit")}
		first := dates.Date(rapid.IntRange(700_000, 720_000).Draw(t, "first"))
		day := first.AddDays(rapid.IntRange(-100, 20_000).Draw(t, "later"))
		want, k := first, 0
		for want <= day {
			k++
			want = r.at(first, k)
		}
		require.Equal(t, want, r.Next(first, day))
	})
}

func addTask(tb testing.TB, b *book.Book, task Task) Task {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		task, err = AddTask(tx, task)
		return err
	})
	return task
}

// finish marks a task as done and gives what comes next.
func finish(tb testing.TB, b *book.Book, id int64, day, outcome string) (next Task) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) (err error) {
		_, next, err = FinishTask(tx, id, on(tb, day), outcome)
		return err
	})
	return next
}

func TestRecurringTask(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, Customer{Name: "Ana"})[0]
	talk := spoken(t, b, ana, "2026-11-01")
	task := addTask(t, b, Task{Customer: Link{ID: ana.ID}, What: " send the bill ", DueOn: on(t, "2026-08-31"), Every: recurrence(t, "1m"), Interaction: talk.ID})
	require.Equal(t, Task{ID: 1, Customer: Link{ana.ID, "Ana", ""}, What: "send the bill", DueOn: on(t, "2026-08-31"), FirstDueOn: on(t, "2026-08-31"),
		Every: recurrence(t, "1m"), CreatedOn: on(t, "2026-11-22"), Interaction: talk.ID}, task)

	next := finish(t, b, task.ID, "2026-08-20", "") // early: the next month, not the same day again
	require.Equal(t, "2026-09-30", next.DueOn.String())
	require.Equal(t, talk.ID, next.Interaction)
	update(t, b, func(tx *book.Tx) (err error) {
		next, err = SnoozeTask(tx, next.ID, func(due dates.Date) (dates.Date, error) { return due.AddDays(4), nil })
		return err
	})
	require.Equal(t, "2026-10-04", next.DueOn.String())
	next = finish(t, b, next.ID, "2026-10-05", "") // late, after having been put off: the days stay those of the month
	require.Equal(t, "2026-10-31", next.DueOn.String())
	require.Equal(t, "2026-08-31", next.FirstDueOn.String())
	next = finish(t, b, next.ID, "2026-11-22", "sent")
	require.Equal(t, "2026-11-30", next.DueOn.String(), "a time that was missed is not made up for")

	middle := on(t, "2026-12-15")
	update(t, b, func(tx *book.Tx) (err error) {
		next, err = EditTask(tx, next.ID, func(t *Task) { t.DueOn = middle })
		return err
	})
	require.Equal(t, "2026-12-15", next.FirstDueOn.String(), "another day, other days")
	next = finish(t, b, next.ID, "2026-11-22", "")
	require.Equal(t, "2027-01-15", next.DueOn.String())
	update(t, b, func(tx *book.Tx) (err error) {
		next, err = EditTask(tx, next.ID, func(t *Task) { t.Every = Recurrence{} })
		return err
	})
	require.Zero(t, finish(t, b, next.ID, "2026-11-22", ""))
}

func TestTaskRefusals(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, Customer{Name: "Ana"})[0]
	task := addTask(t, b, Task{Customer: Link{ID: ana.ID}, What: "call", DueOn: on(t, "2026-11-30")})
	refused := func(kind fault.Kind, reason string, fn func(tx *book.Tx) error) {
		t.Helper()
		err := b.Update(t.Context(), "test", fn)
		require.ErrorContains(t, err, reason)
		require.Equal(t, kind, fault.KindOf(err))
	}
	refused(fault.Usage, "nothing to be done", func(tx *book.Tx) error {
		_, err := AddTask(tx, Task{Customer: Link{ID: ana.ID}, What: "  ", DueOn: tx.Today()})
		return err
	})
	refused(fault.NotFound, "no such case", func(tx *book.Tx) error {
		_, err := AddTask(tx, Task{Customer: Link{ID: ana.ID}, What: "x", DueOn: tx.Today(), Case: 7})
		return err
	})
	refused(fault.NotFound, "no such task", func(tx *book.Tx) error {
		_, err := RemoveTask(tx, 99)
		return err
	})
	refused(fault.Usage, "2026-11-23 lies in the future", func(tx *book.Tx) error {
		_, _, err := FinishTask(tx, task.ID, tx.Today()+1, "")
		return err
	})
	refused(fault.Usage, "it is due on 2026-11-30; 2026-11-29 is earlier", func(tx *book.Tx) error {
		_, err := SnoozeTask(tx, task.ID, func(due dates.Date) (dates.Date, error) { return due - 1, nil })
		return err
	})
	refused(fault.Usage, "it is not done yet", func(tx *book.Tx) error {
		_, err := EditTask(tx, task.ID, func(t *Task) { t.Outcome = "done" })
		return err
	})
	finish(t, b, task.ID, "2026-11-22", "")
	refused(fault.Conflict, "it is done already, since 2026-11-22", func(tx *book.Tx) error {
		_, _, err := FinishTask(tx, task.ID, tx.Today(), "")
		return err
	})
}

func TestTasksAsOfADay(t *testing.T) {
	b := newBook(t)
	ana := add(t, b, Customer{Name: "Ana"})[0]
	var first, second Task
	update(t, b, func(tx *book.Tx) (err error) {
		k, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('K1', 'Karla')`)
		require.NoError(t, err)
		first, err = AddTask(tx, Task{Customer: Link{ID: ana.ID}, What: "call", DueOn: on(t, "2026-11-10"), Handler: Link{ID: k}})
		require.NoError(t, err)
		second, err = AddTask(tx, Task{Consultant: Link{ID: k}, What: "train", DueOn: on(t, "2026-11-05")})
		return err
	})
	finish(t, b, first.ID, "2026-11-22", "reached her")
	ids := func(q TaskQuery) (list []int64) {
		view(t, b, func(v *book.View) error {
			for task, err := range Tasks(v, q) {
				require.NoError(t, err)
				list = append(list, task.ID)
				days, open := task.Overdue(q.AsOf)
				require.Equal(t, task.DoneOn.IsZero(), open)
				if open {
					require.EqualValues(t, q.AsOf-task.DueOn, days)
				}
			}
			return nil
		})
		return list
	}
	today, later := on(t, "2026-11-22"), on(t, "2026-12-01")
	require.Equal(t, []int64{second.ID}, ids(TaskQuery{AsOf: today}))
	require.Equal(t, []int64{second.ID, first.ID}, ids(TaskQuery{AsOf: later, State: AnyTask}))
	require.Equal(t, []int64{first.ID}, ids(TaskQuery{AsOf: today, State: DoneTask}))
	require.Empty(t, ids(TaskQuery{AsOf: today - 1, State: AnyTask}), "nobody knew of them then")
	require.Equal(t, []int64{first.ID}, ids(TaskQuery{AsOf: today, State: AnyTask, Customer: ana.ID}))
	require.Equal(t, []int64{first.ID}, ids(TaskQuery{AsOf: today, State: AnyTask, Handler: 1}))
	require.Equal(t, []int64{second.ID}, ids(TaskQuery{AsOf: today, State: AnyTask, Consultant: 1}))
	require.Equal(t, []int64{second.ID}, ids(TaskQuery{AsOf: today, State: AnyTask, Until: on(t, "2026-11-05")}))
	require.Equal(t, []int64{first.ID}, ids(TaskQuery{AsOf: today, State: AnyTask, Sort: "-person", Limit: 1, Customer: ana.ID}))
	view(t, b, func(v *book.View) error {
		open, err := OpenTasks(v, ana.ID, today)
		require.Empty(t, open)
		return err
	})
}
