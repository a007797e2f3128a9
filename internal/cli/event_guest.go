package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// moveHelp is how a verb about guests explains itself.
type moveHelp struct {
	move                          network.GuestMove
	use, short, long, example, on string
	done                          string // "3 guests DONE; 2 were already"
}

var inviteMove = moveHelp{
	move: network.Invite, use: "invite EVENT [PEOPLE...]", short: "Ask people to an event", done: "invited",
	long: `Write down that people were asked to an event, today or --on another day: those
named, or all customers who meet --where. With - they are read from standard
input, a line each: all or none, in one operation. Nothing is sent.`,
	example: `perla event add W-7 "Skin types" --kind workshop --on +7d --places 12
perla event invite W-7 ana luis@example.com
perla event invite W-7 --where "city = Lyon"
perla consultant list -o ids | perla event invite W-7 - --consultants`,
	on: "asked on `DATE` (default today)",
}

var registerMove = moveHelp{
	move: network.Register, use: "register EVENT PEOPLE...", short: "Write down that people will come", done: "registered",
	long: `Write down that people said yes, today or --on another day, whether they were
asked or not. Where places are limited and not enough are left for all of them,
nobody is registered (exit code 6).`,
	example: `perla event add W-7 "Skin types" --kind workshop --on +7d --places 12
perla event register W-7 ana luis --on yesterday`,
	on: "they said so on `DATE` (default today)",
}

var declineMove = moveHelp{
	move: network.Decline, use: "decline EVENT PEOPLE...", short: "Write down that people will not come", done: "declined",
	long: `Write down that guests said no, today or --on another day, also after a yes.
Their places are free again.`,
	example: `perla event add W-7 "Skin types" --kind workshop --on +7d
perla event invite W-7 ana && perla event decline W-7 ana`,
	on: "they said so on `DATE` (default today)",
}

var attendMove = moveHelp{
	move: network.Attend, use: "attend EVENT PEOPLE...", short: "Write down who came", done: "attended",
	long: `Write down which guests came, on the day of the event or --on a later one.
--walk-in takes those too who were no guests. Who was missed before came.`,
	example: `perla event add W-6 "Skin types" --kind workshop --on -7d
perla event register W-6 ana --on -9d
perla event guests W-6 --customers -o ids | perla event attend W-6 -
perla event attend W-6 luis --walk-in`,
	on: "they came on `DATE` (default the day of the event)",
}

var missMove = moveHelp{
	move: network.Miss, use: "miss EVENT [PEOPLE...]", short: "Write down who did not come", done: "missed",
	long: `Write down which guests did not come, or with --rest all who said yes and of
whom it is not known that they came.`,
	example: `perla event add W-6 "Skin types" --kind workshop --on -7d
perla event register W-6 ana luis --on -9d
perla event attend W-6 ana && perla event miss W-6 --rest`,
	on: "they were missed on `DATE` (default the day of the event)",
}

// guestFlags are the flags of a verb about guests.
type guestFlags struct {
	consultants bool
	on          string
	walkIn      bool
	rest        bool
	where       whereFlag
}

// eventMove is a verb that says what became of guests.
func eventMove(a *app, h moveHelp) *cobra.Command {
	var o guestFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use: h.use, Short: h.short, Long: h.long, Example: h.example,
		ValidArgsFunction: a.completeGuests(&o),
		RunE: func(cmd *cobra.Command, args []string) error {
			if h.move == network.Miss && o.rest == (len(args) > 1) {
				return usage(cmd, "needed is who did not come, or --rest")
			}
			e, err := a.eventNamed(cmd, args[0])
			if err != nil {
				return err
			}
			return a.moveGuests(cmd, e, h, &o, args[1:])
		},
	}, sheet.Guests(0)))
	f := cmd.Flags()
	f.BoolVar(&o.consultants, "consultants", false, "PEOPLE are consultants, not customers")
	f.StringVar(&o.on, "on", "", h.on)
	switch h.move {
	case network.Invite:
		o.where.register(cmd)
	case network.Attend:
		f.BoolVar(&o.walkIn, "walk-in", false, "those too who were no guests")
	case network.Miss:
		f.BoolVar(&o.rest, "rest", false, "all who said yes and did not come")
	}
	return cmd
}

// completeGuests completes an event and then people.
func (a *app) completeGuests(o *guestFlags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names := customerNames
		switch {
		case len(args) == 0:
			names = eventCodes
		case o.consultants:
			names = consultantNames
		}
		return a.completeFrom(names)(cmd, nil, typed)
	}
}

// people are those whom selectors name; with rest, those of an event who said yes and of whom no more is known.
func (a *app) people(cmd *cobra.Command, e network.Event, o *guestFlags, args []string) (people []network.Person, err error) {
	if o.rest {
		return people, a.view(cmd.Context(), func(v *book.View) error {
			list, err := network.Guests(v, network.GuestOptions{AsOf: v.Today(), Events: []int64{e.ID}, Status: "registered"})
			for _, g := range list {
				people = append(people, g.Person)
			}
			return err
		})
	}
	ids, err := o.ids(cmd, a, args)
	for _, id := range ids {
		people = append(people, network.Person{Consultant: o.consultants, ID: id})
	}
	return people, err
}

// ids are those whom selectors name; of an invitation also the customers who meet a filter.
func (o *guestFlags) ids(cmd *cobra.Command, a *app, args []string) ([]int64, error) {
	switch {
	case o.where.given() && o.consultants:
		return nil, usage(cmd, "--where finds customers; leave out --consultants, or name them")
	case o.consultants && len(args) == 0:
		return nil, usage(cmd, cmd.CommandPath()+" needs a consultant")
	case o.consultants:
		return a.consultantIDs(cmd.Context(), args)
	case o.where.cmd != nil:
		return o.where.customers(cmd.Context(), a, args)
	}
	return a.customerIDs(cmd.Context(), args)
}

// moveGuests writes what became of guests and prints those who changed.
func (a *app) moveGuests(cmd *cobra.Command, e network.Event, h moveHelp, o *guestFlags, args []string) error {
	people, err := a.people(cmd, e, o, args)
	if err != nil {
		return err
	}
	ids := make([]int64, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	var m network.Moved
	err = a.update(cmd.Context(), operationOnIDs(fmt.Sprintf("%s %d:", cmd.CommandPath()[len("perla "):], e.ID), ids), func(tx *book.Tx) error {
		day, err := dayIn("--on", o.on, tx.Today())
		if err != nil {
			return err
		}
		m, err = network.Move(tx, e.ID, h.move, people, day, o.walkIn)
		return err
	})
	if err != nil {
		return err
	}
	if m.Same > 0 {
		a.note("%s %s; %d were already", counted(int64(len(m.Guests)), "guest"), h.done, m.Same)
	}
	if m.Over > 0 {
		a.warn("%s has %s, and %d more came", e.Code, counted(e.Places, "place"), m.Over)
	}
	return emitSlice(a, sheet.Guests(a.open.Today()), m.Guests)
}

func eventGuests(a *app) *cobra.Command {
	var o network.GuestOptions
	cmd := rowsOf(&cobra.Command{
		Use:   "guests EVENT",
		Short: "List the guests of an event by name, with what is known of each",
		Long: `List the guests of an event by name, as known today or on --as-of: invited,
registered, declined, attended or missed. An id is that of a customer, or of a
consultant: --customers or --consultants choose between them, and -o ids wants
one of the two where there are consultants.`,
		Example: `perla event add W-6 "Skin types" --kind workshop --on -7d
perla event register W-6 ana --on -9d
perla event guests W-6 --as-of -8d
perla event guests W-6 --status attended --customers -o ids`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				e, err := network.FindEvent(v, args[0], day)
				if err != nil {
					return err
				}
				o.AsOf, o.Events = day, []int64{e.ID}
				list, err := network.Guests(v, o)
				if err != nil {
					return err
				}
				if a.flags.output == string(sheet.IDs) && !o.Customers && !o.Consultants {
					for _, g := range list {
						if g.Person.Consultant {
							return fault.New(fault.Usage, g.Name+" is a consultant: her id could be mistaken for a customer's", "add --customers, or --consultants")
						}
					}
				}
				return emitSlice(a, sheet.Guests(day), list)
			})
		},
	}, sheet.Guests(0))
	f := cmd.Flags()
	f.Var(enumOf(&o.Status, network.GuestStatuses...), "status", "only those with this `STATUS`: invited, registered, declined, attended, missed")
	f.BoolVar(&o.Customers, "customers", false, "only customers")
	f.BoolVar(&o.Consultants, "consultants", false, "only consultants")
	cmd.MarkFlagsMutuallyExclusive("customers", "consultants")
	return cmd
}

// mostDays is how many days after an event may count.
const mostDays = 3660

func eventResults(a *app) *cobra.Command {
	days := 30
	cmd := rowsOf(&cobra.Command{
		Use:   "results [EVENT...]",
		Short: "Say what came of events: who came, the cost, what they bought",
		Long: `Say what came of events, or of all that were held, as known today or on --as-of:
guests, cost, and the orders of those who came, from the day of the event to
--days later. Those of a customer are the ones she placed, those of a consultant
the ones she sold; one that both had a part in counts once. Revenue is net of
tax, shipping and what came back since.`,
		Example: `perla event add W-6 "Skin types" --kind workshop --on 2026-10-20 --cost 80
perla event attend W-6 ana --walk-in
perla event results W-6 --days 14
perla event results --as-of 2026-11-01`,
		ValidArgsFunction: a.completeFrom(eventCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 0 || days > mostDays {
				return inFlag("--days", fault.New(fault.Usage, fmt.Sprintf("%d is no number of days from 0 to %d", days, mostDays), "such as --days 30"))
			}
			ids, err := a.eventsNamed(cmd, args)
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if len(args) == 0 {
					if ids, err = heldEvents(v, network.EventOptions{AsOf: day}); err != nil {
						return err
					}
				}
				var list []network.Results
				for _, id := range ids {
					r, err := network.ReadResults(v, id, days, day)
					if err != nil {
						return err
					}
					list = append(list, r)
				}
				return emitSlice(a, sheet.EventResults, list)
			})
		},
	}, sheet.EventResults)
	cmd.Flags().IntVar(&days, "days", days, "orders up to so many `DAYS` after count")
	return cmd
}

// heldEvents are the ids of the events that some options choose and that were held on the day asked about.
func heldEvents(v *book.View, o network.EventOptions) (ids []int64, err error) {
	o.Days.To = o.AsOf
	for e, err := range network.Events(v, o) {
		if err != nil {
			return nil, err
		}
		ids = append(ids, e.ID)
	}
	return ids, nil
}
