package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// taskQuery are the flags that choose tasks.
type taskQuery struct {
	query                         contacts.TaskQuery
	all, done                     bool
	customer, consultant, handler string
	until                         string
}

// choose is what the flags choose.
func (o *taskQuery) choose(a *app, v *book.View) (q contacts.TaskQuery, err error) {
	if err := checkLimit(o.query.Limit); err != nil {
		return q, err
	}
	q = o.query
	switch {
	case o.all:
		q.State = contacts.AnyTask
	case o.done:
		q.State = contacts.DoneTask
	}
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, err
	}
	if o.until != "" {
		if q.Until, err = dates.ParseEnd(o.until, v.Today()); err != nil {
			return q, inFlag("--until", err)
		}
	}
	if o.customer != "" {
		c, err := contacts.Find(v, o.customer)
		if err != nil {
			return q, err
		}
		q.Customer = c.ID
	}
	for _, named := range []struct {
		ref string
		id  *int64
	}{{o.consultant, &q.Consultant}, {o.handler, &q.Handler}} {
		if named.ref != "" {
			k, err := network.Find(v, named.ref, contacts.E164)
			if err != nil {
				return q, err
			}
			*named.id = k.ID
		}
	}
	return q, nil
}

func taskList(a *app) *cobra.Command {
	var o taskQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List what is to be done, by the day it is due",
		Example: `perla task list
perla task list --until +7d --customer ana
perla task list --done --sort -done_on --limit 10 -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.Tasks(q.AsOf, q.State), contacts.Tasks(v, q))
			})
		},
	}, sheet.Tasks(0, contacts.AnyTask))
	f := cmd.Flags()
	f.BoolVar(&o.all, "all", false, "those done, too")
	f.BoolVar(&o.done, "done", false, "only those done")
	f.StringVar(&o.customer, "customer", "", "only those for `CUSTOMER` (see: perla help selectors)")
	f.StringVar(&o.consultant, "consultant", "", "only those for the consultant `REF`")
	f.StringVar(&o.handler, "handler", "", "only those that the consultant `REF` is to do")
	f.StringVar(&o.until, "until", "", "only those due up to the last day of a `DATE`")
	f.Var(sortBy(&o.query.Sort, contacts.TaskSorts), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.TaskSorts, ", "))
	f.IntVar(&o.query.Limit, "limit", 0, "at most `N` tasks (0 is all)")
	cmd.MarkFlagsMutuallyExclusive("all", "done")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "handler", a.completeFrom(consultantNames))
	return cmd
}

func taskShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "show TASK",
		Short:             "Show one task",
		Example:           `perla task show $(perla task add ana "send the catalogue")`,
		ValidArgsFunction: a.completeFrom(openTasks),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := idOf("task", args[0])
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				t, err := contacts.GetTask(v, id)
				if err != nil {
					return err
				}
				return emitWhole(a, taskTitle(t), sheet.Tasks(day, contacts.AnyTask), t, taskDropped...)
			})
		},
	}, sheet.Tasks(0, contacts.AnyTask))
}
