package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

func pointsLiability(a *app) *cobra.Command {
	var programme string
	var breakage bool
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "liability",
		Short: "Say what is owed in points, in money, or how many lapse",
		Long: `Say what people hold in points, by programme and the month in which they lapse,
at what a point pays (point_value). With --breakage, by the month in which
points came: how many were spent, how many lapsed unused, how many are left, and
what share lapsed. Points past their day count as lapsed whether points expire
was run or not, and those that came back count as if they never lapsed.`,
		Example: `perla points liability
perla points liability --as-of 2026-06-30 -o csv
perla points liability --breakage --programme clients`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if breakage {
					list, err := loyalty.Cohorts(v, day)
					if err != nil {
						return err
					}
					return emitSlice(a, sheet.PointCohorts, slices.DeleteFunc(list, func(c loyalty.Cohort) bool { return programme != "" && c.Programme != programme }))
				}
				list, err := loyalty.Liabilities(v, day)
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(l loyalty.Liability) bool { return programme != "" && l.Programme != programme })
				if err := emitSlice(a, sheet.PointLiabilities, list); err != nil || !a.forPeople() {
					return err
				}
				return a.sumLiability(v, list)
			})
		},
	}, sheet.PointLiabilities), sheet.PointCohorts)
	cmd.Flags().BoolVar(&breakage, "breakage", false, "how many lapse, by the month in which they came")
	cmd.Flags().Var(enumOf(&programme, loyalty.Programmes...), "programme", "only that of `WHOM`: "+strings.Join(loyalty.Programmes, ", "))
	return cmd
}

// sumLiability says what it comes to, and why it may be nothing.
func (a *app) sumLiability(v *book.View, list []loyalty.Liability) error {
	var sum loyalty.Liability
	for _, l := range list {
		sum.Usable, sum.Pending, sum.Value = sum.Usable+l.Usable, sum.Pending+l.Pending, sum.Value+l.Value
	}
	if sum.Usable+sum.Pending > 0 {
		a.note("in all %s, worth %s", pointsText(sum.Usable+sum.Pending), a.moneyText(sum.Value))
	}
	if sum.Value == 0 && len(list) > 0 {
		a.hint("say what a point pays with: perla points set point_value 0.01")
	}
	return nil
}
