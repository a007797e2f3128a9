package cli

import (
	"fmt"
	"slices"
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
		customerAdd(a), customerList(a), customerShow(a), customerPrice(a), customerEdit(a), customerRemove(a), customerRestore(a),
		customerSearch(a), customerDuplicates(a), customerMerge(a), customerAssign(a), customerConsent(a), customerImport(a), customerExport(a), customerErase(a), customerExportData(a))
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
perla customer add "Marta Gil" --company bosque --birthday --05-17 --dry-run
perla customer add "Olga Ruiz" --attr "need=sun; gift" --link friend=nuria`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.change.Set(contacts.FieldName, args[0]); err != nil {
				return fault.New(fault.Usage, fmt.Sprintf("name %q: %v", args[0], err), "")
			}
			var page customerPage
			var same []contacts.Customer
			err := a.update(cmd.Context(), "customer add", func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				c, err := contacts.Create(tx, &o.change)
				if err != nil {
					return err
				}
				if same, err = contacts.SameReach(tx.View, c); err != nil {
					return err
				}
				page, err = pageOf(tx.View, c, tx.Today())
				page.changed = true
				return err
			})
			if err != nil {
				return err
			}
			for _, other := range same {
				a.warn("%s (id %d) has the same %s; perhaps it is the same person", other.Name, other.ID, contacts.SharedReach(page.Customer, other, a.open.Settings().Country))
			}
			if !a.askedForRows() && isTerminal(a.env.Out) {
				return page.show(a)
			}
			return emitAdded(a, page.columns(a), page.Card, page.ID)
		},
	}, sheet.CustomerCards))
	o.register(a, cmd, contacts.FieldName)
	return cmd
}

func customerEdit(a *app) *cobra.Command {
	var o customerFlags
	var where whereFlag
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit [CUSTOMER...]",
		Short: "Change a customer, or many in one go",
		Long: `Change the fields that flags name; an empty value clears one. Further e-mails,
phones, attributes, tags and links are added and taken away one by one.

Several customers, or - for selectors from standard input, a line each, are
changed in one operation: all or none, and one undo takes it back. What can be
only one's own (name, ref, e-mails, phones) is then refused.`,
		Example: `perla customer edit ana --city Lyon --email ''
perla customer edit ana --tag vip --untag lead
perla customer edit ana --add-email work:ana@acme.example
perla customer edit ana --attr skin=dry --attr need=sun --link partner=luis
perla customer edit ana --unattr need --unlink luis
perla customer edit --where "city = Lyon and orders > 1" --tag vip`,
		ValidArgsFunction: a.completeFrom(customerNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --city Lyon")
			}
			ids, err := where.customers(cmd.Context(), a, args)
			if err != nil {
				return err
			}
			if where.given() || len(args) > 1 || args[0] == "-" {
				return editCustomers(cmd, a, &o, ids)
			}
			var page customerPage
			err = a.update(cmd.Context(), operationOnIDs("customer edit", ids), func(tx *book.Tx) error {
				if err := o.resolve(tx); err != nil {
					return err
				}
				if _, err := contacts.Edit(tx, ids, &o.change); err != nil {
					return err
				}
				c, err := contacts.Get(tx.View, ids[0])
				if err != nil {
					return err
				}
				page, err = pageOf(tx.View, c, tx.Today())
				page.changed = true
				return err
			})
			if err != nil {
				return err
			}
			return page.show(a)
		},
	}, sheet.CustomerCards))
	o.register(a, cmd, 0)
	o.registerEdits(cmd)
	where.register(cmd)
	return cmd
}

// onlyOneFlags are the flags whose values make no sense for several customers.
var onlyOneFlags = []string{"name", "ref", "ref-source", "email", "email-label", "add-email", "remove-email", "prefer-email",
	"phone", "phone-label", "add-phone", "remove-phone", "prefer-phone"}

// editCustomers changes several customers and prints those whom the change concerned.
func editCustomers(cmd *cobra.Command, a *app, o *customerFlags, ids []int64) (err error) {
	ctx := cmd.Context()
	if err := canPick(a, cmd, sheet.CustomersNamed); err != nil {
		return err
	}
	for _, flag := range onlyOneFlags {
		if len(ids) > 1 && cmd.Flags().Changed(flag) {
			return fault.New(fault.Usage, fmt.Sprintf("--%s is for one customer; %d are named", flag, len(ids)), "change it one by one")
		}
	}
	var changed []contacts.Customer
	err = a.update(ctx, operationOnIDs("customer edit", ids), func(tx *book.Tx) error {
		if err := o.resolve(tx); err != nil {
			return err
		}
		changed, err = contacts.Edit(tx, ids, &o.change)
		return err
	})
	if err != nil {
		return err
	}
	if left := len(ids) - len(changed); left > 0 && a.forPeople() {
		a.note("%s changed; %d had it already", counted(int64(len(changed)), "customer"), left)
	}
	return emitCustomers(a, changed)
}

// emitCustomers prints customers at hand, with any column that a list of them can show.
func emitCustomers(a *app, list []contacts.Customer) error {
	columns := sheet.Customers
	if a.columnsGiven {
		columns = slices.Clone(sheet.CustomersNamed)
		for _, key := range a.attributesNamed() {
			columns = append(columns, sheet.CustomerAttribute(key))
		}
	}
	return emitSlice(a, columns, list)
}

// anyChanged says whether a flag of the command itself, --dry-run and --where aside, was given.
func anyChanged(cmd *cobra.Command) (changed bool) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { changed = changed || f.Changed && f.Name != "dry-run" && f.Name != "where" })
	return changed
}

func customerRemove(a *app) *cobra.Command {
	return customerChange(a, contacts.Archive, &cobra.Command{
		Use:   "remove [CUSTOMER...]",
		Short: "Archive customers: they leave the lists, and nothing is lost",
		Long: `Archive customers: they leave the lists, and nothing is lost. With - selectors
are read from standard input, a line each.`,
		Example: `perla customer remove ana
perla customer remove 2 luis@example.com --dry-run
perla customer list --stage lost -o ids | perla customer remove -`,
	})
}

func customerRestore(a *app) *cobra.Command {
	return customerChange(a, contacts.Restore, &cobra.Command{
		Use:   "restore CUSTOMER...",
		Short: "Bring archived customers back",
		Example: `perla customer remove ana && perla customer restore ana
perla customer list --archived -o ids | perla customer restore -`,
	})
}

// customerChange completes a command that does one thing to each of several customers, all or none, and prints them.
func customerChange(a *app, change func(*book.Tx, ...int64) ([]contacts.Customer, error), cmd *cobra.Command) *cobra.Command {
	verb, _, _ := strings.Cut(cmd.Use, " ")
	var where whereFlag
	if verb != "restore" { // the filter finds those who are not archived
		where.register(cmd)
	}
	cmd.ValidArgsFunction = a.completeFrom(customerNames)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		ids, err := where.customers(cmd.Context(), a, args)
		if err != nil {
			return err
		}
		var changed []contacts.Customer
		err = a.update(cmd.Context(), operationOnIDs("customer "+verb, ids), func(tx *book.Tx) error {
			changed, err = change(tx, ids...)
			return err
		})
		if err != nil {
			return err
		}
		return emitCustomers(a, changed)
	}
	mark(cmd, markAttributes, "true")
	return a.writing(rowsOf(cmd, sheet.CustomersNamed))
}
