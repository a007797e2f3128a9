package cli

import (
	"cmp"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

func tierMembers(a *app) *cobra.Command {
	var o struct {
		pointsOf
		every bool
		where whereFlag
	}
	cmd := rowsOf(&cobra.Command{
		Use:   "members [CODE]",
		Short: "List who is in which tier, and how far the next one is",
		Long: `List who is in a tier, or in any, the highest first: value is what she earned or
spent in the months that count, kept_until the last day of a tier that is no
longer met, missing what lacks for the next one.`,
		Example: `perla tier add SILVER --threshold 100
perla tier members
perla tier members silver --as-of 2026-06-30 -o csv
perla tier members --all --programme consultants`,
		ValidArgsFunction: a.completeFrom(tierCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && o.every {
				return usage(cmd, "--all is for everybody, in whatever tier or none; leave out the code")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				only := ""
				if len(args) > 0 {
					t, err := loyalty.FindTier(v, o.programme, args[0], day)
					if err != nil {
						return err
					}
					only = t.Code
				}
				_, spent, err := programmeOn(v, o.programme, day)
				if err != nil {
					return err
				}
				list, err := o.members(v, day, func(r loyalty.Rung) bool { return o.every || r.Tier.Code != "" && (only == "" || r.Tier.Code == only) })
				if err != nil {
					return err
				}
				wanted, err := o.where.members(a, v, o.programme)
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(m sheet.TierMember) bool { return !wanted(m.Person.Account.ID()) })
				return emitSlice(a, sheet.TierMembers(spent), list)
			})
		},
	}, sheet.TierMembers(false))
	o.all(cmd)
	o.where.register(cmd)
	cmd.Flags().BoolVar(&o.every, "all", false, "those in no tier, too")
	return cmd
}

// members are those of a programme whose place is wanted, the highest tier first, then by value.
func (o *pointsOf) members(v *book.View, day dates.Date, wanted func(loyalty.Rung) bool) ([]sheet.TierMember, error) {
	rungs, err := loyalty.Rungs(v, o.programme, day)
	if err != nil {
		return nil, err
	}
	people, err := loyalty.People(v, o.programme)
	if err != nil {
		return nil, err
	}
	var list []sheet.TierMember
	for _, id := range slices.Sorted(maps.Keys(rungs)) {
		if wanted(rungs[id]) {
			list = append(list, sheet.TierMember{Person: people[id], Rung: rungs[id]})
		}
	}
	height := func(r *loyalty.Rung) int64 {
		if r.Tier.Code == "" {
			return -1
		}
		return r.Tier.Threshold
	}
	slices.SortStableFunc(list, func(a, b sheet.TierMember) int {
		return cmp.Or(cmp.Compare(height(&b.Rung), height(&a.Rung)), cmp.Compare(b.Rung.Value, a.Rung.Value))
	})
	return list, nil
}

func tierChanges(a *app) *cobra.Command {
	var o struct {
		pointsOf
		since string
	}
	cmd := rowsOf(&cobra.Command{
		Use:   "changes",
		Short: "List who is in another tier than on an earlier day",
		Long: `List who is in another tier today, or with --as-of at the end of that day, than
at the end of the day --since: who was promoted, who dropped. value_was and
value are what counted on either day.`,
		Example: `perla tier add SILVER --threshold 100
perla tier changes --since -30d
perla tier changes --since 2025-12-31 --as-of 2026-06-30 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				since, err := sinceFlag(v, o.since)
				if err != nil {
					return err
				}
				if since >= day {
					return usage(cmd, "--since "+since.String()+" is not before "+day.String())
				}
				_, spent, err := programmeOn(v, o.programme, day)
				if err != nil {
					return err
				}
				changes, err := loyalty.TierChanges(v, o.programme, since, day)
				if err != nil {
					return err
				}
				people, err := loyalty.People(v, o.programme)
				if err != nil {
					return err
				}
				list := make([]sheet.TierMove, len(changes))
				for i, c := range changes {
					list[i] = sheet.TierMove{Person: people[c.Account.ID()], Change: c}
				}
				return emitSlice(a, sheet.TierMoves(spent), list)
			})
		},
	}, sheet.TierMoves(false))
	o.all(cmd)
	cmd.Flags().StringVar(&o.since, "since", "", "compared with the end of `DATE`")
	_ = cmd.MarkFlagRequired("since")
	return cmd
}
