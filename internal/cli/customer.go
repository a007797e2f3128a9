package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/sheet"
)

func customerCommand(a *app) *cobra.Command {
	cmd := noun("customer", "People and companies who buy, or may",
		`perla customer add "Nuria Vidal" --email nuria@example.com
perla customer show nuria`,
		customerAdd(a), customerList(a), customerShow(a), customerEdit(a), customerRemove(a), customerRestore(a),
		customerSearch(a), customerImport(a), customerExport(a))
	cmd.Long = `A customer is named by her id (42 or id:42), her ref (ref:X), e-mail, phone,
name, or the beginnings of the words of her name; see: perla help selectors.`
	return cmd
}

func customerAdd(a *app) *cobra.Command {
	var o customerFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add NAME",
		Short: "Add a customer",
		Long:  `Add a customer. Where standard output is no terminal it gets the new id alone.`,
		Example: `perla customer add "Nuria Vidal" --email nuria@example.com --phone 600333444
perla customer add "Bosque SL" --kind company --city Madrid --tag wholesale
perla customer add "Marta Gil" --company bosque --birthday --05-17 --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.customer.Set(contacts.FieldName, args[0]); err != nil {
				return fault.New(fault.Usage, fmt.Sprintf("name %q: %v", args[0], err), "")
			}
			var card contacts.Card
			var same []contacts.Customer
			err := a.update(cmd.Context(), "customer add", func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				o.customer.Tags = strings.Join(o.tag, ", ")
				c, err := contacts.Add(tx, o.customer)
				if err != nil {
					return err
				}
				if same, err = contacts.SameReach(tx.View, c); err != nil {
					return err
				}
				card, err = contacts.CardOf(tx.View, c, tx.Today())
				return err
			})
			if err != nil {
				return err
			}
			for _, other := range same {
				a.warn("%s (id %d) has the same %s; perhaps it is the same person", other.Name, other.ID, sharedReach(card.Customer, other))
			}
			if !a.askedForRows() && isTerminal(a.env.Out) {
				return showCustomer(a, card)
			}
			return emitAdded(a, sheet.CustomerCards, card, card.ID)
		},
	}, sheet.CustomerCards))
	o.register(a, cmd, contacts.FieldName)
	return cmd
}

// sharedReach says by what two customers are both reached.
func sharedReach(a, b contacts.Customer) string {
	var shared []string
	if a.Email != "" && a.Email == b.Email {
		shared = append(shared, "e-mail")
	}
	if a.E164 != "" && a.E164 == b.E164 {
		shared = append(shared, "phone")
	}
	return strings.Join(shared, " and ")
}

func customerEdit(a *app) *cobra.Command {
	var o customerFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CUSTOMER",
		Short: "Change a customer",
		Long:  `Change the fields that flags name; an empty value clears one.`,
		Example: `perla customer edit ana --city Lyon --email ''
perla customer edit ana --tag vip --untag lead`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --city Lyon")
			}
			found, err := a.customersNamed(cmd.Context(), args)
			if err != nil {
				return err
			}
			var card contacts.Card
			err = a.update(cmd.Context(), operationOn("customer edit", found), func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				c, err := contacts.Edit(tx, found[0].ID, o.customer, o.given, o.tag, o.untag)
				if err != nil {
					return err
				}
				card, err = contacts.CardOf(tx.View, c, tx.Today())
				return err
			})
			if err != nil {
				return err
			}
			return showCustomer(a, card)
		},
	}, sheet.CustomerCards))
	o.register(a, cmd, 0)
	cmd.Flags().StringSliceVar(&o.untag, "untag", nil, "take the tag `WORD` off, or several: a,b")
	return cmd
}

// anyChanged says whether a flag of the command itself, --dry-run aside, was given.
func anyChanged(cmd *cobra.Command) (changed bool) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed && f.Name != "dry-run" })
	return changed
}

// customersNamed finds the customers that selectors name, each once.
func (a *app) customersNamed(ctx context.Context, selectors []string) (found []contacts.Customer, err error) {
	err = a.view(ctx, func(v *book.View) error {
		found, err = contacts.FindAll(v, selectors)
		return err
	})
	return found, err
}

// operationOn names an operation by its verb and the ids it is about.
func operationOn(verb string, on []contacts.Customer) string {
	for _, c := range on {
		verb += fmt.Sprintf(" %d", c.ID)
	}
	return verb
}

func customerRemove(a *app) *cobra.Command {
	return customerChange(a, contacts.Archive, &cobra.Command{
		Use:   "remove CUSTOMER...",
		Short: "Archive customers: they leave the lists, and nothing is lost",
		Example: `perla customer remove ana
perla customer remove 2 luis@example.com --dry-run`,
	})
}

func customerRestore(a *app) *cobra.Command {
	return customerChange(a, contacts.Restore, &cobra.Command{
		Use:     "restore CUSTOMER...",
		Short:   "Bring archived customers back",
		Example: `perla customer remove ana && perla customer restore ana`,
	})
}

// customerChange completes a command that does one thing to each of several customers, all or none, and prints them.
func customerChange(a *app, change func(*book.Tx, int64) (contacts.Customer, error), cmd *cobra.Command) *cobra.Command {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	cmd.ValidArgsFunction = a.completeFrom(customerNames)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		found, err := a.customersNamed(cmd.Context(), args)
		if err != nil {
			return err
		}
		err = a.update(cmd.Context(), operationOn("customer "+verb, found), func(tx *book.Tx) error {
			for i := range found {
				if found[i], err = change(tx, found[i].ID); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		return emitSlice(a, sheet.Customers, found)
	}
	return a.writing(rowsOf(cmd, sheet.Customers))
}
