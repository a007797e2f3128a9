package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantTransfer(a *app) *cobra.Command {
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "transfer FROM TO",
		Short: "Hand all clients of one consultant over to another",
		Long: `Hand all clients of one consultant, archived ones too, over to another from
today. What they bought before stays hers who sold it. It is one operation: one
undo takes it back.`,
		Example: `perla customer assign ana luis --to eva
perla consultant transfer eva ada --dry-run
perla consultant transfer eva ada`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			pair, err := a.consultantIDs(cmd.Context(), args)
			if err != nil {
				return err
			}
			if len(pair) < 2 {
				return fault.New(fault.Usage, "both are the same consultant", "name who hands over, then who takes over")
			}
			var ids []int64
			var to network.Consultant
			err = a.view(cmd.Context(), func(v *book.View) error {
				from, err := network.Get(v, pair[0], 0)
				if err != nil {
					return err
				}
				if to, err = network.Get(v, pair[1], 0); err != nil {
					return err
				}
				for c, err := range contacts.List(v, contacts.ListOptions{Lean: true, State: contacts.Everyone, Filter: contacts.Filter{Consultant: from.Ref}}) {
					if err != nil {
						return err
					}
					if c.ErasedOn.IsZero() {
						ids = append(ids, c.ID)
					}
				}
				if len(ids) == 0 {
					return &fault.Error{Kind: fault.Conflict, Noun: "consultant", Key: from.Ref, Reason: "has no clients to hand over"}
				}
				return nil
			})
			if err != nil {
				return err
			}
			return a.assign(cmd.Context(), operationOnIDs("consultant transfer", pair), ids, to)
		},
	}, sheet.CustomersNamed))
	return cmd
}

func customerAssign(a *app) *cobra.Command {
	var to string
	var where whereFlag
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "assign [CUSTOMER...]",
		Short: "Make customers the clients of a consultant, from today",
		Long: `Make customers the clients of a consultant from today, or with an empty --to of
nobody: those named, with - those on standard input, a line each, or --where all
who meet a filter. It is one operation: all or none.`,
		Example: `perla customer assign ana luis@example.com --to eva
perla customer list --no-consultant -o ids | perla customer assign - --to K-1
perla customer assign --where "city = Madrid" --to eva`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := where.customers(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			var k network.Consultant
			if to != "" {
				if err := a.view(cmd.Context(), func(v *book.View) error {
					k, err = network.Find(v, to, contacts.E164)
					return err
				}); err != nil {
					return err
				}
			}
			return a.assign(cmd.Context(), operationOnIDs("customer assign", ids), ids, k)
		},
	}, sheet.CustomersNamed))
	cmd.Flags().StringVar(&to, "to", "", "whose they are from today: `CONSULTANT`")
	where.register(cmd)
	_ = cmd.MarkFlagRequired("to")
	completeFlag(cmd, "to", a.completeFrom(consultantNames))
	return cmd
}

// assign makes customers the clients of a consultant, all or none, and prints those that were another's.
func (a *app) assign(ctx context.Context, what string, ids []int64, to network.Consultant) error {
	var changed []contacts.Customer
	err := a.update(ctx, what, func(tx *book.Tx) error {
		var ch contacts.Change
		if err := ch.Set(contacts.FieldConsultant, to.Ref); err != nil {
			return err
		}
		ch.From.Consultant.ID = to.ID
		var err error
		changed, err = contacts.Edit(tx, ids, &ch)
		return err
	})
	if err != nil {
		return err
	}
	if to.Status == "left" && len(changed) > 0 {
		a.warn("%s has left; these clients are hers now", to.Name)
	}
	if left := len(ids) - len(changed); left > 0 {
		a.note("%s assigned; %d were already", counted(int64(len(changed)), "customer"), left)
	}
	return emitCustomers(a, changed)
}
