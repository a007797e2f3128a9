package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func interactionCommand(a *app) *cobra.Command {
	cmd := noun("interaction", "Who was spoken with: calls, messages, visits",
		`perla log ana "asked about the serum" --follow-up +7d "ask how it went"
perla interaction list ana --since -1y`,
		interactionAdd(a), interactionList(a), interactionDue(a), interactionShow(a), interactionEdit(a), interactionRemove(a),
		interactionImport(a), interactionExport(a))
	cmd.Aliases = []string{shortNoun}
	cmd.Long = `Called log, the noun has a short form: a first word that is none of the commands
below is a customer, and what follows is added, as by perla interaction add.`
	cmd.ValidArgsFunction = a.completeShort(customerNames)
	return cmd
}

func interactionAdd(a *app) *cobra.Command {
	var o interactionFlags
	var follow followUp
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CUSTOMER [SUMMARY]",
		Short: "Note that a customer was spoken with",
		Long: `Note that a customer was spoken with: today by phone, unless flags say
otherwise. perla log CUSTOMER is the same in short. Where standard output is no
terminal it gets the new id alone.

--follow-up DATE makes a task for that day, counted from today, in the same
operation. What to ask stands behind the day in the same quotes, in the next
word, or in --ask.`,
		Example: `perla interaction add ana "called about the order" --minutes 10
perla log ana "asked for samples" --follow-up +7d "ask about the serum"
perla log ana --follow-up "friday ask about the serum"
perla log ana --in --channel whatsapp --kind complaint "the box was open"
perla log ana --no-answer --on yesterday --dry-run`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var i contacts.Interaction
			var task contacts.Task
			err := a.update(cmd.Context(), "interaction add", func(tx *book.Tx) (err error) {
				customer, err := contacts.Find(tx.View, args[0])
				if err != nil {
					return a.neitherVerbNor(cmd, args[0], err)
				}
				plan, err := follow.plan(cmd, args, tx.Today())
				if err != nil {
					return err
				}
				if i, err = o.add(tx, customer, plan.summary); err != nil || plan.due.IsZero() {
					return err
				}
				task, err = contacts.AddTask(tx, contacts.Task{Customer: i.Customer, What: plan.ask, DueOn: plan.due, Handler: i.Consultant, Interaction: i.ID, Case: i.Case})
				return err
			})
			if err != nil {
				return err
			}
			o.staff.tell(a)
			if task.ID != 0 {
				a.note("task %d, due on %s: %s", task.ID, task.DueOn, task.What)
			}
			return emitWholeAdded(a, interactionTitle(i), sheet.Interactions, i, i.ID, interactionDropped(i)...)
		},
	}, sheet.Interactions))
	o.register(a, cmd)
	follow.register(cmd)
	return cmd
}

// add writes the interaction that the flags describe.
func (o *interactionFlags) add(tx *book.Tx, customer contacts.Customer, summary string) (contacts.Interaction, error) {
	if err := o.interaction.Set(contacts.InteractionSummary, summary); err != nil {
		return o.interaction, fault.New(fault.Usage, fmt.Sprintf("summary %q: %v", summary, err), "")
	}
	if err := o.resolve(tx); err != nil {
		return o.interaction, err
	}
	o.interaction.Customer = contacts.Link{ID: customer.ID}
	return contacts.AddInteraction(tx, o.interaction)
}

func interactionEdit(a *app) *cobra.Command {
	var o interactionFlags
	var customer string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit INTERACTION",
		Short: "Change an interaction",
		Long:  `Change the fields that flags name; an empty value clears one.`,
		Example: `perla log ana "asked for samples"
perla interaction edit 1 --outcome "bought the set" --minutes 15
perla interaction edit 1 --customer luis --outcome ''`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := idOf("interaction", args[0])
			if err != nil {
				return err
			}
			if !anyChanged(cmd) {
				return usage(cmd, `nothing to change: name a field, such as --outcome "bought it"`)
			}
			var i contacts.Interaction
			err = a.update(cmd.Context(), operationOnIDs("interaction edit", []int64{id}), func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				if customer != "" {
					c, err := contacts.Find(tx.View, customer)
					if err != nil {
						return err
					}
					o.interaction.Customer, o.given = contacts.Link{ID: c.ID}, o.given|contacts.InteractionCustomer
				}
				i, err = contacts.EditInteraction(tx, id, o.interaction, o.given)
				return err
			})
			if err != nil {
				return err
			}
			o.staff.tell(a)
			return emitWhole(a, interactionTitle(i), sheet.Interactions, i, interactionDropped(i)...)
		},
	}, sheet.Interactions))
	o.register(a, cmd)
	cmd.Flags().Var(&interactionFlag{&o, contacts.InteractionSummary, "text"}, "summary", "what was said: `TEXT`")
	cmd.Flags().StringVar(&customer, "customer", "", "it was with `CUSTOMER`")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	return cmd
}

func interactionShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show INTERACTION",
		Short: "Show one interaction",
		Example: `perla log ana "asked for samples"
perla interaction show 1`,
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := idOf("interaction", args[0])
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				i, err := contacts.GetInteraction(v, id)
				if err != nil {
					return err
				}
				return emitWhole(a, interactionTitle(i), sheet.Interactions, i, interactionDropped(i)...)
			})
		},
	}, sheet.Interactions)
}

func interactionRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "remove INTERACTION...",
		Short: "Remove interactions, all or none; - reads ids from a pipe",
		Long: `Remove interactions, all or none; - reads their ids from standard input. Tasks
that came of them stay. perla undo brings them back.`,
		Example: `perla log ana "asked for samples"
perla interaction remove 1
perla interaction list ana --until 2020 -o ids | perla interaction remove -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.idsOf("interaction", args)
			if err != nil {
				return err
			}
			var gone []contacts.Interaction
			err = a.update(cmd.Context(), operationOnIDs("interaction remove", ids), func(tx *book.Tx) error {
				gone = gone[:0]
				for _, id := range ids {
					i, err := contacts.RemoveInteraction(tx, id)
					if err != nil {
						return err
					}
					gone = append(gone, i)
				}
				return nil
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Interactions, gone)
		},
	}, sheet.Interactions))
}

// interactionDropped are the columns that the card of an interaction does without: its title says them, or they go
// without saying.
func interactionDropped(i contacts.Interaction) []string {
	if !i.NoAnswer {
		return []string{"id", "customer_id", contacts.InteractionNoAnswer.Name()}
	}
	return []string{"id", "customer_id"}
}

func interactionTitle(i contacts.Interaction) string { return fmt.Sprintf("Interaction %d", i.ID) }

// neitherVerbNor says of a first word of the short form that names no customer what else it was perhaps meant for.
func (a *app) neitherVerbNor(cmd *cobra.Command, word string, err error) error {
	if fault.KindOf(err) != fault.NotFound || len(expandShort(cmd.Root(), a.args)) == len(a.args) {
		return err
	}
	near := nearestVerb(cmd.Parent(), word)
	if near == "" {
		return err
	}
	e := fault.New(fault.Usage, fmt.Sprintf("%q is neither a command of %s nor a customer", word, cmd.Parent().CommandPath()),
		fmt.Sprintf("did you mean perla %s %s?", shortNoun, near))
	var known *fault.Error
	if errors.As(err, &known) && known.Hint != "" {
		e.Hint += "\n" + known.Hint
	}
	return e
}
