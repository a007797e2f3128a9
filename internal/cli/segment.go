package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/segment"
	"github.com/perla-crm/perla/internal/sheet"
)

func segmentCommand(a *app) *cobra.Command {
	return noun("segment", "Groups of customers by what is true of them",
		`perla segment save regulars "orders >= 3 within 180 days"
perla segment members regulars`,
		segmentSave(a), segmentList(a), segmentShow(a), segmentMembers(a), segmentExplain(a), segmentDiff(a), segmentRemove(a), segmentImport(a), segmentExport(a))
}

func segmentSave(a *app) *cobra.Command {
	var s segment.Saved
	var replace bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "save NAME FILTER",
		Short: "Keep a filter under a name",
		Long: `Keep a filter under a name: --where "in segment NAME" then finds who meets it.
Only the filter is kept; who meets it is asked anew each time. Filters may name
other segments, but not come back to themselves. Promotions and rules of points
take the name too: who was in it the day before an order.

What a filter can say: perla help filters.`,
		Example: `perla segment save vip "tag:vip or spent > 1000 within 1 year"
perla segment save asleep "last_order < 180d ago" --description "to be woken"
perla segment save vip "tag:vip" --replace
perla segment save fans "in segment vip and not bought before 2026" --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s.Name, s.Filter = args[0], args[1]
			err := a.update(cmd.Context(), "segment save", func(tx *book.Tx) (err error) {
				s, err = segment.Save(tx, s, replace)
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, sheet.Segments, s, s.ID)
		},
	}, sheet.Segments))
	cmd.Flags().StringVar(&s.Description, "description", "", "what it is for: `TEXT`")
	cmd.Flags().BoolVar(&replace, "replace", false, "put it in the place of the one there is")
	return cmd
}

func segmentList(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List the saved segments",
		Example: `perla segment list`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := segment.List(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Segments, list)
			})
		},
	}, sheet.Segments)
}

func segmentShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show NAME",
		Short: "Show a segment, with how many are in it",
		Long: `Show a segment, with how many are in it, today or --as-of a day, and what part
of all customers they are.`,
		Example: `perla segment save vip "tag:vip" --replace
perla segment show vip`,
		ValidArgsFunction: a.completeFrom(segmentNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				s, f, err := a.segmentOn(v, args[0])
				if err != nil {
					return err
				}
				size := sheet.SegmentSize{Saved: s}
				if size.Members, size.Customers, err = f.Size(); err != nil {
					return err
				}
				return emitOne(a, sheet.SegmentSizes, size)
			})
		},
	}, sheet.SegmentSizes)
}

// segmentOn is a saved segment, and its filter as of the day asked about.
func (a *app) segmentOn(v *book.View, name string) (s segment.Saved, f *segment.Compiled, err error) {
	day, err := a.asOf(v)
	if err != nil {
		return s, nil, err
	}
	if s, err = segment.Find(v, name); err != nil {
		return s, nil, err
	}
	if f, err = segment.CompileSegment(v, s.Name, day); err != nil {
		return s, nil, err
	}
	for _, warning := range f.Warnings {
		a.warn("%s", warning)
	}
	return s, f, nil
}

func segmentMembers(a *app) *cobra.Command {
	var o contacts.ListOptions
	cmd := rowsOf(&cobra.Command{
		Use:   "members NAME",
		Short: "List who is in a segment",
		Long: `List who is in a segment today, or was --as-of a day: relative days are counted
from then, and what is dated is taken as it was. Who was archived is left out.`,
		Example: `perla segment save vip "tag:vip" --replace
perla segment members vip --sort name
perla segment members vip --as-of 2026-06-30 -o ids`,
		ValidArgsFunction: a.completeFrom(segmentNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				_, f, err := a.segmentOn(v, args[0])
				if err != nil {
					return err
				}
				o.Where, o.Lean = f.Filter, !a.columnsGiven
				if o.AsOf, err = a.asOf(v); err != nil {
					return err
				}
				columns, err := customerColumns(v, a)
				if err != nil {
					return err
				}
				return emit(a, columns, contacts.List(v, o))
			})
		},
	}, sheet.CustomersNamed)
	cmd.Flags().Var(sortBy(&o.Sort, contacts.SortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.SortNames, ", "))
	cmd.Flags().IntVar(&o.Limit, "limit", 0, "at most `N` customers (0 is all)")
	return cmd
}

func segmentRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "remove NAME",
		Short: "Remove a segment",
		Long: `Remove a segment. Its customers stay. While other segments are made of it, or a
promotion, a rule of points, a campaign or an automation asks for it, it is
refused.`,
		Example: `perla segment save old "last_order < 2y ago"
perla segment remove old`,
		ValidArgsFunction: a.completeFrom(segmentNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var s segment.Saved
			err := a.update(cmd.Context(), "segment remove", func(tx *book.Tx) (err error) {
				s, err = segment.Remove(tx, args[0])
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.Segments, s)
		},
	}, sheet.Segments))
}

func segmentDiff(a *app) *cobra.Command {
	var from, to string
	cmd := rowsOf(&cobra.Command{
		Use:   "diff NAME",
		Short: "List who came to a segment and who left it between two days",
		Long: `List who came to a segment, and who left it, between the end of the day --from
and that of --to. The filter is as it is kept today, on both days; what it says
of relative days is counted from either.`,
		Example: `perla segment save buyers "bought within 90 days"
perla segment diff buyers --from -30d
perla segment diff buyers --from 2025-12-31 --to 2026-06-30 -o csv`,
		ValidArgsFunction: a.completeFrom(segmentNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if a.flags.asOf != "" {
				return usage(cmd, "segment diff compares two days; say --to in the place of --as-of")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				changes, err := segmentChanges(v, cmd, args[0], from, to)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.SegmentChanges, changes)
			})
		},
	}, sheet.SegmentChanges)
	cmd.Flags().StringVar(&from, "from", "", "the earlier `DATE`")
	cmd.Flags().StringVar(&to, "to", "", "the later `DATE` (default today)")
	_ = cmd.MarkFlagRequired("from")
	return cmd
}

// segmentChanges are those who came or left between the days of two flags.
func segmentChanges(v *book.View, cmd *cobra.Command, name, from, to string) ([]sheet.SegmentChange, error) {
	first, err := dates.ParseEnd(from, v.Today())
	if err != nil {
		return nil, inFlag("--from", err)
	}
	last, err := lastDayFlag(v, "--to", to)
	if err != nil {
		return nil, err
	}
	if last == 0 {
		last = v.Today()
	}
	if first >= last {
		return nil, usage(cmd, "--from "+first.String()+" is not before "+last.String())
	}
	was, err := segment.CompileSegment(v, name, first)
	if err != nil {
		return nil, err
	}
	is, err := segment.CompileSegment(v, name, last)
	if err != nil {
		return nil, err
	}
	changes, err := segment.Diff(was, is)
	if err != nil {
		return nil, err
	}
	ids, list := make([]int64, len(changes)), make([]sheet.SegmentChange, len(changes))
	for i, c := range changes {
		ids[i], list[i].Change = c.CustomerID, c
	}
	found, err := contacts.GetAll(v, ids)
	for i, c := range found { // each is there: they were read of the same view
		list[i].Ref, list[i].Name = c.Ref, c.Name
	}
	return list, err
}

func segmentExplain(a *app) *cobra.Command {
	var where whereFlag
	var customer string
	cmd := rowsOf(&cobra.Command{
		Use:   "explain [NAME]",
		Short: "Say of each condition whether it is true of a customer",
		Long: `Say of each condition of a segment, or of --where, whether it is true of a
customer, and what she has of what it asks for. Conditions of segments that it
is made of are named after those.`,
		Example: `perla segment save vip "tag:vip and orders > 0" --replace
perla segment explain vip --customer ana
perla segment explain --customer ana --where "orders = 0 or points > 50"`,
		ValidArgsFunction: a.completeFrom(segmentNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if where.given() == (len(args) > 0) {
				return usage(cmd, "needed is the name of a segment, or --where with a filter")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				c, err := contacts.Find(v, customer)
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				var f *segment.Compiled
				what := "the filter"
				if len(args) > 0 {
					var s segment.Saved
					s, f, err = a.segmentOn(v, args[0])
					what = s.Name
				} else {
					f, err = where.on(a, v, day)
				}
				if err != nil {
					return err
				}
				return a.explainFilter(f, c, what)
			})
		},
	}, sheet.SegmentConditions)
	where.register(cmd)
	cmd.Flags().StringVar(&customer, "customer", "", "whom it is about: `CUSTOMER` (see: perla help selectors)")
	_ = cmd.MarkFlagRequired("customer")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	return cmd
}

// explainFilter prints the conditions of a filter, and says on standard error what they come to.
func (a *app) explainFilter(f *segment.Compiled, c contacts.Customer, what string) error {
	list, member, err := f.Explain(c.ID)
	if err != nil {
		return err
	}
	if err := emitSlice(a, sheet.SegmentConditions, list); err != nil {
		return err
	}
	verdict := "meets"
	if !member {
		verdict = "does not meet"
	}
	a.note("%s %s %s", c.Name, verdict, what)
	return nil
}

// segmentNames completes the name of a segment.
func segmentNames(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := segment.List(v)
	for _, s := range list {
		words = append(words, cobra.CompletionWithDesc(s.Name, s.Filter))
	}
	return words, err
}
