package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func taskCommand(a *app) *cobra.Command {
	return noun("task", "What is to be done, by when and for whom",
		`perla task add ana "ask about the serum" --due +7d
perla task list
perla task done 1 --outcome "she wants two more"`,
		taskAdd(a), taskList(a), taskShow(a), taskEdit(a), taskDone(a), taskSnooze(a), taskRemove(a), taskImport(a))
}

// taskFlags are the flags that set the fields of a task.
type taskFlags struct {
	cmd     *cobra.Command
	what    string
	due     string
	every   string
	handler string
	caseID  int64
	outcome string
	staff   staff
}

func (o *taskFlags) register(a *app, cmd *cobra.Command, due string) {
	o.cmd = cmd
	f := cmd.Flags()
	f.StringVar(&o.due, "due", "", due)
	f.StringVar(&o.every, "every", "", "let it come back when it is done, every `SPAN`: 3d, 2w, 1m, 1y")
	f.StringVar(&o.handler, "handler", "", "the consultant `REF` is to do it, made if unknown")
	f.Int64Var(&o.caseID, "case", 0, "it belongs to the request or complaint `ID`")
	completeFlag(cmd, "handler", a.completeFrom(consultantNames))
}

// change gives what the flags change of a task.
func (o *taskFlags) change(tx *book.Tx) (func(*contacts.Task), error) {
	given := o.cmd.Flags().Changed
	var due dates.Date
	if given("due") {
		var err error
		if due, err = dates.ParseComing(o.due, tx.Today()); err != nil {
			return nil, inFlag("--due", err)
		}
	}
	every, err := contacts.ParseRecurrence(o.every)
	if err != nil {
		return nil, inFlag("--every", fault.New(fault.Usage, err.Error(), "such as --every 2w"))
	}
	handler, err := o.staff.named(tx, o.handler)
	return func(t *contacts.Task) {
		if given("what") {
			t.What = o.what
		}
		if given("due") {
			t.DueOn = due
		}
		if given("every") {
			t.Every = every
		}
		if given("handler") {
			t.Handler = handler
		}
		if given("case") {
			t.Case = o.caseID
		}
		if given("outcome") {
			t.Outcome = o.outcome
		}
	}, err
}

func taskAdd(a *app) *cobra.Command {
	var o taskFlags
	var consultant string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add [CUSTOMER] WHAT",
		Short: "Set a task, for a customer or a consultant",
		Long: `Set a task: today, unless --due names another day; a weekday is the next one.
It is for a customer, or with --consultant for one who sells, and then only WHAT
is named. Where standard output is no terminal it gets the new id alone.

With --every it comes back when it is done: on the first of its days after that
one, counted from the first day it was due, so that the 31st comes back to the
31st.`,
		Example: `perla task add ana "ask about the serum" --due +7d
perla task add ana "send the catalogue" --due friday --every 1m --handler K1
perla task add "go through the quarter" --consultant K1 --due 2026-12-31`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if forCustomer := consultant == ""; forCustomer != (len(args) == 2) {
				return usage(cmd, "needed are CUSTOMER and WHAT, or WHAT and --consultant")
			}
			var task contacts.Task
			err := a.update(cmd.Context(), "task add", func(tx *book.Tx) error {
				t := contacts.Task{What: args[len(args)-1], DueOn: tx.Today()}
				var err error
				if consultant != "" {
					t.Consultant, err = o.staff.named(tx, consultant)
				} else {
					var c contacts.Customer
					c, err = contacts.Find(tx.View, args[0])
					t.Customer.ID = c.ID
				}
				if err != nil {
					return err
				}
				change, err := o.change(tx)
				if err != nil {
					return err
				}
				change(&t)
				task, err = contacts.AddTask(tx, t)
				return err
			})
			if err != nil {
				return err
			}
			o.staff.tell(a)
			return emitWholeAdded(a, taskTitle(task), sheet.Tasks(a.today(), contacts.AnyTask), task, task.ID, taskDropped...)
		},
	}, sheet.Tasks(0, contacts.AnyTask)))
	o.register(a, cmd, "to be done by `DATE` (default today)")
	cmd.Flags().StringVar(&consultant, "consultant", "", "it is for the consultant `REF`, made if unknown, and for no customer")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	return cmd
}

// taskDropped are the columns that the card of a task does without: others say the same.
var taskDropped = []string{"id", "customer_id", "consultant"}

func taskTitle(t contacts.Task) string { return fmt.Sprintf("Task %d", t.ID) }

// today is the present day of the open book.
func (a *app) today() dates.Date { return a.open.Today() }

func taskEdit(a *app) *cobra.Command {
	var o taskFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit TASK",
		Short: "Change a task",
		Long: `Change the fields that flags name; an empty value clears one. The days a task
comes back on are counted anew from another day it is due; perla task snooze
leaves them as they are.`,
		Example: `perla task add ana "send the catalogue"
perla task edit 1 --due +3d --every 1m
perla task edit 1 --every '' --what "send the new catalogue"`,
		ValidArgsFunction: a.completeFrom(openTasks),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := idOf("task", args[0])
			if err != nil {
				return err
			}
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --due +3d")
			}
			var task contacts.Task
			err = a.update(cmd.Context(), operationOnIDs("task edit", []int64{id}), func(tx *book.Tx) error {
				change, err := o.change(tx)
				if err != nil {
					return err
				}
				task, err = contacts.EditTask(tx, id, change)
				return err
			})
			if err != nil {
				return err
			}
			o.staff.tell(a)
			return emitWhole(a, taskTitle(task), sheet.Tasks(a.today(), contacts.AnyTask), task, taskDropped...)
		},
	}, sheet.Tasks(0, contacts.AnyTask)))
	o.register(a, cmd, "to be done by `DATE`")
	cmd.Flags().StringVar(&o.what, "what", "", "what is to be done: `TEXT`")
	cmd.Flags().StringVar(&o.outcome, "outcome", "", "what came of it, when it is done: `TEXT`")
	return cmd
}

func taskDone(a *app) *cobra.Command {
	var on, outcome string
	var coming []contacts.Task
	cmd := &cobra.Command{
		Use:   "done TASK...",
		Short: "Mark tasks as done, all or none; - reads ids from a pipe",
		Long: `Mark tasks as done, all or none; - reads their ids from standard input. One that
comes back (--every) is set anew in the same operation, for the first of its
days after the day it was done and the day it was due.`,
		Example: `perla task add ana "send the catalogue" --every 1m
perla task done 1 --outcome "sent by post"
perla task list --until today -o ids | perla task done - --on yesterday`,
	}
	taskChange(a, cmd, func(tx *book.Tx) (func(int64) (contacts.Task, error), error) {
		day := tx.Today()
		if on != "" {
			var err error
			if day, err = dates.Parse(on, day); err != nil {
				return nil, inFlag("--on", err)
			}
		}
		return func(id int64) (contacts.Task, error) {
			done, next, err := contacts.FinishTask(tx, id, day, outcome)
			if next.ID != 0 {
				coming = append(coming, next)
			}
			return done, err
		}, nil
	}, func() {
		for _, next := range coming {
			a.note("task %d comes next, due on %s", next.ID, next.DueOn)
		}
	})
	cmd.Flags().StringVar(&on, "on", "", "it was done on `DATE` (default today)")
	cmd.Flags().StringVar(&outcome, "outcome", "", "what came of it: `TEXT`")
	return cmd
}

func taskSnooze(a *app) *cobra.Command {
	var until string
	cmd := &cobra.Command{
		Use:   "snooze TASK... DATE",
		Short: "Put tasks off, all or none; - reads ids from a pipe",
		Long: `Put tasks off to a day; - reads their ids from standard input. A span such as
+3d is counted from the day a task is due, or from today when that has gone by.
The days a task comes back on stay as they are.`,
		Example: `perla task add ana "send the catalogue" --due +2d
perla task snooze 1 +3d
perla task list --until today -o ids | perla task snooze - monday`,
	}
	taskChange(a, cmd, func(tx *book.Tx) (func(int64) (contacts.Task, error), error) {
		today := tx.Today()
		if _, err := dates.ParseComing(until, today); err != nil {
			return nil, &fault.Error{Kind: fault.Usage, Err: err, Hint: "usage: " + cmd.UseLine()}
		}
		return func(id int64) (contacts.Task, error) {
			return contacts.SnoozeTask(tx, id, func(due dates.Date) (dates.Date, error) {
				from := today
				if strings.HasPrefix(until, "+") {
					from = max(due, today)
				}
				return dates.ParseComing(until, from)
			})
		}, nil
	}, nil)
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		until = strings.TrimSpace(args[len(args)-1])
		return run(cmd, args[:len(args)-1])
	}
	return cmd
}

func taskRemove(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove TASK...",
		Short: "Remove tasks, all or none; - reads ids from a pipe",
		Example: `perla task add ana "send the catalogue"
perla task remove 1
perla task list --done -o ids | perla task remove -`,
	}
	taskChange(a, cmd, func(tx *book.Tx) (func(int64) (contacts.Task, error), error) {
		return func(id int64) (contacts.Task, error) { return contacts.RemoveTask(tx, id) }, nil
	}, nil)
	return cmd
}

// taskChange completes a command that does one thing to each of several tasks, all or none, and prints them. begin gives
// what is to be done, once it is known what day it is; tell, which may be nil, says more about what was done.
func taskChange(a *app, cmd *cobra.Command, begin func(*book.Tx) (func(id int64) (contacts.Task, error), error), tell func()) {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(openTasks)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := a.idsOf("task", args)
		if err != nil {
			return err
		}
		var tasks []contacts.Task
		err = a.update(cmd.Context(), operationOnIDs("task "+verb, ids), func(tx *book.Tx) error {
			change, err := begin(tx)
			for i := 0; i < len(ids) && err == nil; i++ {
				var t contacts.Task
				t, err = change(ids[i])
				tasks = append(tasks, t)
			}
			return err
		})
		if err != nil {
			return err
		}
		if tell != nil {
			tell()
		}
		return emitSlice(a, sheet.Tasks(a.today(), contacts.AnyTask), tasks)
	}
	a.writing(rowsOf(cmd, sheet.Tasks(0, contacts.AnyTask)))
}

// openTasks completes the id of an open task, with what is to be done beside it.
func openTasks(v *book.View, typed string) (words []cobra.Completion, err error) {
	for t, err := range contacts.Tasks(v, contacts.TaskQuery{AsOf: v.Today()}) {
		if err != nil || len(words) == completed {
			return words, err
		}
		if id := strconv.FormatInt(t.ID, 10); strings.HasPrefix(id, typed) {
			words = append(words, cobra.CompletionWithDesc(id, fmt.Sprintf("%s: %s", t.Person(), t.What)))
		}
	}
	return words, nil
}
