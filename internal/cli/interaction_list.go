package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// interactionQuery are the flags that choose interactions.
type interactionQuery struct {
	span       *span
	query      contacts.InteractionQuery
	consultant string
}

func (o *interactionQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	o.span = spanFlags(cmd)
	f.Var(enumOf(&o.query.Channel, contacts.InteractionChannels...), "channel", "only those by `CHANNEL`: "+strings.Join(contacts.InteractionChannels, ", "))
	f.Var(enumOf(&o.query.Kind, contacts.InteractionKinds...), "kind", "only those of `KIND`: "+strings.Join(contacts.InteractionKinds, ", "))
	f.StringVar(&o.consultant, "consultant", "", "only those of the consultant `REF`")
	f.Var(sortBy(&o.query.Sort, contacts.InteractionSorts), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.InteractionSorts, ", "))
	f.IntVar(&o.query.Limit, "limit", 0, "at most `N` interactions (0 is all)")
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	cmd.ValidArgsFunction = a.completeFrom(customerNames)
}

// choose is what the flags, and the customer named if any, choose.
func (o *interactionQuery) choose(a *app, v *book.View, args []string) (q contacts.InteractionQuery, err error) {
	if err := checkLimit(o.query.Limit); err != nil {
		return q, err
	}
	q = o.query
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, err
	}
	if q.Days, err = o.span.days(v.Today()); err != nil {
		return q, err
	}
	if len(args) > 0 {
		c, err := contacts.Find(v, args[0])
		if err != nil {
			return q, err
		}
		q.Customer = c.ID
	}
	if o.consultant != "" {
		k, err := network.Find(v, o.consultant, contacts.E164)
		if err != nil {
			return q, err
		}
		q.Consultant = k.ID
	}
	return q, nil
}

// checkLimit refuses a limit below 0.
func checkLimit(limit int) error {
	if limit < 0 {
		return &fault.Error{Kind: fault.Usage, Field: "--limit", Reason: "needed is a number from 0, which is all"}
	}
	return nil
}

func interactionList(a *app) *cobra.Command {
	var o interactionQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list [CUSTOMER]",
		Short: "List interactions, of everybody or one customer, the newest first",
		Example: `perla interaction list ana
perla interaction list --since -30d --kind complaint
perla interaction list --channel visit --sort date -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v, args)
				if err != nil {
					return err
				}
				return emit(a, sheet.Interactions, contacts.Interactions(v, q))
			})
		},
	}, sheet.Interactions)
	o.register(a, cmd)
	return cmd
}

func interactionExport(a *app) *cobra.Command {
	o := interactionQuery{query: contacts.InteractionQuery{Sort: "id"}}
	cmd := rowsOf(&cobra.Command{
		Use:   "export [CUSTOMER]",
		Short: "Write interactions as a file that interaction import reads",
		Long: `Write interactions as a file that interaction import reads. Those that came
without a ref have one made of their values and the ref_source content, so that
importing the file again changes nothing. Cases are not in the file.`,
		Example: `perla interaction export --out interactions-copy.csv
perla interaction export --period 2026 | head -3`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v, args)
				if err != nil {
					return err
				}
				return emit(a, sheet.InteractionRows, contacts.ExportInteractions(v, q))
			})
		},
	}, sheet.InteractionRows)
	o.register(a, cmd)
	return cmd
}

func interactionDue(a *app) *cobra.Command {
	var within string
	cmd := rowsOf(&cobra.Command{
		Use:   "due",
		Short: "List who is to be spoken to next, the longest overdue first",
		Long: `List the customers who have a cadence of their own (customer edit
--contact-every, --contact-within) and are to be spoken to: today or before, or
with --within in the days to come. The cadence starts again with every contact
that reached her; before the first one it counts from the day she was added. One
who was not spoken to within her longest time is late.`,
		Example: `perla interaction due
perla interaction due --within 7d -o json
perla interaction due --as-of 2026-12-31`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				until := day
				if within != "" {
					if until, err = dates.ParseComing("+"+strings.TrimPrefix(within, "+"), day); err != nil {
						return inFlag("--within", fault.New(fault.Usage, within+" is no such span as 7d, 2w or 1m", ""))
					}
				}
				due, err := contacts.DueContacts(v, day, until)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.DueContacts, due)
			})
		},
	}, sheet.DueContacts)
	cmd.Flags().StringVar(&within, "within", "", "in the `SPAN` to come, too: 7d, 2w, 1m")
	return cmd
}
