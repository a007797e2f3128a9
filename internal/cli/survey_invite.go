package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// surveyInviteFlags are the flags of survey invite.
type surveyInviteFlags struct {
	wave, on string
	orders   []string
	send     bool
	where    whereFlag
}

func surveyInvite(a *app) *cobra.Command {
	var o surveyInviteFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "invite SURVEY [CUSTOMER...]",
		Short: "Ask customers: those named, from a pipe, found, or who ordered",
		Long: `Write down that customers are asked, each once a wave: those named, those that
standard input names (-), all who meet --where, or who made the orders of
--order. With --send a message in the words of the survey's template waits in
the outbox for each (perla outbox send); who may not be written to is not asked.`,
		Example: `perla survey add care "After your order"
perla survey invite care ana luis --wave autumn
perla customer list --city Madrid -o ids | perla survey invite care -
perla survey invite care --order 1`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.surveyNamed(cmd, args[0])
			if err != nil {
				return err
			}
			customers, orders, err := o.people(a, cmd, args[1:])
			if err != nil {
				return err
			}
			var list []outreach.Asked
			err = a.update(cmd.Context(), operationOnIDs("survey invite", []int64{s.ID}), func(tx *book.Tx) error {
				day, err := dayIn("--on", o.on, tx.Today())
				if err != nil {
					return err
				}
				list, err = outreach.InviteToSurvey(tx, s, customers, outreach.Asking{Wave: o.wave, On: day, Orders: orders, Send: o.send, Random: a.env.random()})
				return err
			})
			if err != nil {
				return err
			}
			a.sayAsked(list)
			return emitSlice(a, sheet.Asked, list)
		},
	}, sheet.Asked))
	f := cmd.Flags()
	f.StringVar(&o.wave, "wave", "", "they are asked for `WAVE` (default the month, or the order)")
	f.StringVar(&o.on, "on", "", "asked on `DATE` (default today)")
	f.StringArrayVar(&o.orders, "order", nil, "ask whoever made `ORDER`; - for those on standard input")
	f.BoolVar(&o.send, "send", false, "write to them by the template of the survey")
	o.where.register(cmd)
	cmd.MarkFlagsMutuallyExclusive("order", "where")
	return cmd
}

// people are those who are asked, and the orders they are asked about, if any.
func (o *surveyInviteFlags) people(a *app, cmd *cobra.Command, names []string) (customers, orders []int64, err error) {
	if len(o.orders) == 0 {
		customers, err = o.where.customers(cmd.Context(), a, names)
		return customers, nil, err
	}
	if len(names) > 0 {
		return nil, nil, usage(cmd, "customers are named, and --order finds them; use one of the two")
	}
	list, err := a.selectors(o.orders)
	if err != nil {
		return nil, nil, err
	}
	err = a.view(cmd.Context(), func(v *book.View) error {
		for _, p := range list {
			order, err := sales.Find(v, p.selector, v.Today())
			if err != nil {
				return p.locate(err)
			}
			if !slices.Contains(orders, order.ID) {
				customers, orders = append(customers, order.CustomerID), append(orders, order.ID)
			}
		}
		return nil
	})
	return customers, orders, err
}

// sayAsked says how many were asked, and how many not.
func (a *app) sayAsked(list []outreach.Asked) {
	var asked, before int64
	for _, r := range list {
		switch r.Outcome {
		case outreach.NowInvited:
			asked++
		case outreach.AlreadyInvited:
			before++
		}
	}
	text := counted(asked, "customer") + " asked"
	if before > 0 {
		text += fmt.Sprintf("; %d before", before)
	}
	if rest := int64(len(list)) - asked - before; rest > 0 {
		text += fmt.Sprintf("; %d not reached", rest)
	}
	a.note("%s", text)
}

func surveyInvited(a *app) *cobra.Command {
	var o surveyQuery
	var waiting bool
	cmd := rowsOf(&cobra.Command{
		Use:   "invited SURVEY",
		Short: "List who was asked, and who has not answered",
		Example: `perla survey add care && perla survey invite care ana luis
perla survey invited care --waiting`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, days, err := o.choose(a, v)
				if err != nil {
					return err
				}
				q.Waiting = waiting
				s, err := outreach.FindSurvey(v, args[0], q.AsOf)
				if err != nil {
					return err
				}
				list, err := outreach.Replies(v, s, q)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Replies, slices.DeleteFunc(list, func(r outreach.Reply) bool { return r.InvitedOn == 0 || !inDays(days, r.InvitedOn) }))
			})
		},
	}, sheet.Replies)
	o.register(cmd)
	cmd.Flags().BoolVar(&waiting, "waiting", false, "only those who have not answered")
	return cmd
}
