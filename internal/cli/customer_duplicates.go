package cli

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sheet"
)

func customerDuplicates(a *app) *cobra.Command {
	o := contacts.DuplicateOptions{MinScore: contacts.LikelyScore}
	var dismiss, undismiss, dismissed bool
	cmd := a.writing(rowsOf(rowsOf(&cobra.Command{
		Use:   "duplicates [CUSTOMER...]",
		Short: "Find customers who may be one, and say of two that they are not",
		Long: `Find pairs of customers who may be one and the same, all or those of one
customer, the likeliest first, with what speaks for it and against it.

A strong pair has an e-mail or a phone in common and nothing that speaks against
it, such as another given name at the phone of a household. Any other needs
names that are alike, written in whatever way, and something besides: a
birthday, a home, a company, the name of a mailbox.

With --dismiss two customers are never shown again as a pair; --undismiss takes
that back. To make one of two: perla customer merge.`,
		Example: `perla customer duplicates
perla customer duplicates ana --min-score 0.2
perla customer duplicates --strong --limit 10 -o json
perla customer duplicates --dismiss ana luis
perla customer duplicates --dismissed`,
		ValidArgsFunction: a.completeEach(customerNames, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case dismiss:
				return a.dismiss(cmd, args, contacts.Dismiss)
			case undismiss:
				return a.dismiss(cmd, args, contacts.Undismiss)
			}
			return a.listPairs(cmd, args, o, dismissed)
		},
	}, sheet.Duplicates), sheet.Dismissals[4:]))
	f := cmd.Flags()
	f.BoolVar(&o.Strong, "strong", false, "only the strong pairs")
	f.Float64Var(&o.MinScore, "min-score", o.MinScore, "only pairs with a score of at least `X`, from 0 to 1")
	f.IntVar(&o.Limit, "limit", 0, "at most `N` pairs (0 is all)")
	f.BoolVar(&dismiss, "dismiss", false, "say that two customers are not the same")
	f.BoolVar(&undismiss, "undismiss", false, "take that back")
	f.BoolVar(&dismissed, "dismissed", false, "list the pairs of which that was said")
	for _, find := range []string{"strong", "min-score", "limit"} {
		cmd.MarkFlagsMutuallyExclusive(find, "dismiss")
		cmd.MarkFlagsMutuallyExclusive(find, "undismiss")
		cmd.MarkFlagsMutuallyExclusive(find, "dismissed")
	}
	cmd.MarkFlagsMutuallyExclusive("dismiss", "undismiss", "dismissed")
	return cmd
}

// listPairs prints the pairs of all customers or of one: those who may be one, or those who were said not to be.
func (a *app) listPairs(cmd *cobra.Command, args []string, o contacts.DuplicateOptions, dismissed bool) error {
	switch {
	case a.flags.dryRun:
		return usage(cmd, "--dry-run goes with --dismiss or --undismiss; nothing else here writes")
	case len(args) > 1:
		return usage(cmd, "one customer is enough to find those who may be the same; two go with --dismiss or --undismiss")
	case math.IsNaN(o.MinScore), o.MinScore < 0, o.MinScore > 1:
		return usage(cmd, "--min-score is a figure from 0 to 1")
	}
	of, err := a.customersNamed(cmd.Context(), args)
	if err != nil {
		return err
	}
	for _, c := range of {
		o.Of = c.ID
	}
	if dismissed {
		return a.view(cmd.Context(), func(v *book.View) error { return emit(a, sheet.Dismissals, contacts.Dismissals(v, o.Of)) })
	}
	return a.showDuplicates(cmd.Context(), o)
}

// showDuplicates prints pairs, and tells a person what to do with one.
func (a *app) showDuplicates(ctx context.Context, o contacts.DuplicateOptions) error {
	var found []contacts.Duplicate
	err := a.view(ctx, func(v *book.View) (err error) {
		found, err = contacts.Duplicates(v, o)
		return err
	})
	if err != nil {
		return err
	}
	if err := emitSlice(a, sheet.Duplicates, found); err != nil {
		return err
	}
	if len(found) > 0 && found[0].Score >= contacts.LikelyScore && a.forPeople() {
		best := found[0]
		a.hint("see what would become of the first two with: perla customer merge %d %d --dry-run", best.A.ID, best.B.ID)
	}
	return nil
}

// dismiss says something of the pair that two arguments name.
func (a *app) dismiss(cmd *cobra.Command, args []string, say func(*book.Tx, int64, int64) (contacts.Dismissal, error)) error {
	x, y, err := a.twoCustomers(cmd, args)
	if err != nil {
		return err
	}
	if err := canPick(a, cmd, sheet.Dismissals); err != nil {
		return err
	}
	var d contacts.Dismissal
	verb := "customer duplicates --dismiss"
	if cmd.Flags().Changed("undismiss") {
		verb = "customer duplicates --undismiss"
	}
	err = a.update(cmd.Context(), operationOn(verb, []contacts.Customer{x, y}), func(tx *book.Tx) (err error) {
		d, err = say(tx, x.ID, y.ID)
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, sheet.Dismissals, d)
}

// twoCustomers finds the two customers that a command is about; one of them twice is no pair.
func (a *app) twoCustomers(cmd *cobra.Command, args []string) (x, y contacts.Customer, err error) {
	if len(args) != 2 {
		return x, y, usage(cmd, fmt.Sprintf("needed are two customers, not %d", len(args)))
	}
	found, err := a.customersNamed(cmd.Context(), args)
	switch {
	case err != nil:
		return x, y, err
	case len(found) != 2:
		return x, y, usage(cmd, fmt.Sprintf("%s and %s are one and the same customer: %s (id %d)", args[0], args[1], found[0].Name, found[0].ID))
	}
	return found[0], found[1], nil
}

// completeEach completes each of the first arguments, at most so many, as if it were the only one.
func (a *app) completeEach(fn func(*book.View, string) ([]cobra.Completion, error), most int) cobra.CompletionFunc {
	complete := a.completeFrom(fn)
	return func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, nil, typed)
	}
}
