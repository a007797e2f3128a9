package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func customerMerge(a *app) *cobra.Command {
	var o contacts.MergeOptions
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "merge CUSTOMER OTHER",
		Short: "Make one customer of two",
		Long: `Make one customer of two who are the same: the second goes into the first, with
her orders, conversations, tasks and all else that is hers, and is no more.

The values of the first stand and those of the second fill what is empty.
E-mails, phones, refs, tags, attributes and links are united and notes joined,
so that she is found by all of them, in imports too. --take names fields in
which the second is right. Where the two contradict each other, in kind or
birthday, one of them has to be chosen: with --take, or with --yes for what the
first one has.

Each field is printed with both values and what became of them. It is one
operation, which perla undo takes back.`,
		Example: `perla customer merge ana 42 --dry-run
perla customer merge ana 42 --take city,email
perla undo`,
		ValidArgsFunction: a.completeEach(customerNames, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			x, y, err := a.twoCustomers(cmd, args)
			if err != nil {
				return err
			}
			var fields []contacts.MergedField
			failed := a.update(cmd.Context(), operationOn("customer merge", []contacts.Customer{x, y}), func(tx *book.Tx) (err error) {
				fields, err = mergeCustomers(tx, x.ID, y.ID, o)
				return err
			})
			if failed == nil || a.flags.dryRun && len(fields) > 0 { // a rehearsal shows what has to be chosen
				if err := emitSlice(a, sheet.MergedFields, fields); err != nil {
					return err
				}
			}
			if failed == nil && !a.flags.dryRun {
				a.note("%s (id %d) is now part of %s (id %d); perla undo takes it back", y.Name, y.ID, x.Name, x.ID)
			}
			return failed
		},
	}, sheet.MergedFields))
	cmd.Flags().StringSliceVar(&o.Take, "take", nil, "take the second one's `FIELD,...`")
	cmd.Flags().BoolVarP(&o.Keep, "yes", "y", false, "keep what the first one has where they contradict each other")
	completeFlag(cmd, "take", a.completeFrom(mergeFieldNames))
	return cmd
}

// mergeCustomers merges one customer into another, with all that belongs to her in every room.
func mergeCustomers(tx *book.Tx, stays, goes int64, o contacts.MergeOptions) (fields []contacts.MergedField, err error) {
	err = sales.KeepPoints(tx, []int64{stays, goes}, func() error {
		if err := network.JoinGuests(tx, stays, goes); err != nil {
			return err
		}
		if fields, err = contacts.Merge(tx, stays, goes, o); err != nil {
			return err
		}
		return loyalty.Settle(tx, loyalty.Account{Customer: stays})
	})
	return fields, err
}

// mergeFieldNames completes the last of the fields that --take names.
func mergeFieldNames(v *book.View, typed string) (words []cobra.Completion, err error) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	fields, err := contacts.MergeFields(v)
	for _, f := range fields {
		if strings.HasPrefix(f, typed[len(before):]) {
			words = append(words, before+f)
		}
	}
	return words, err
}
