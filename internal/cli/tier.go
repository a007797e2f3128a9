package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

func tierCommand(a *app) *cobra.Command {
	cmd := noun("tier", "The steps of a loyalty programme, and who is on which",
		`perla tier add SILVER --threshold 500 --factor 1.25
perla tier add GOLD --threshold 2000 --factor 1.5 --benefits "free shipping"
perla tier members
perla tier changes --since -30d`,
		tierAdd(a), tierList(a), tierShow(a), tierEdit(a), tierEnd(a), tierMembers(a), tierChanges(a))
	cmd.Long = `Who earns the threshold of a tier in points, or with the setting tier_basis
spent spends it in money, within tier_months is in it; a return counts against
the day of its order. Who no longer does leaves it, after tier_keep_months.
Nothing is stored: tiers are worked out as of any day. See perla points
settings.`
	return cmd
}

// tierFlags are what the flags say of a tier.
type tierFlags struct {
	pointsOf
	name, threshold, factor, benefits, until string
}

func (o *tierFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "what it is called: `TEXT`")
	f.StringVar(&o.threshold, "threshold", "", "reached with so many `POINTS`, or with tier_basis spent an amount")
	f.StringVar(&o.factor, "factor", "", "its members earn `N` times the points, such as 1.25")
	f.StringVar(&o.benefits, "benefits", "", "what else its members have: `TEXT`")
	f.StringVar(&o.until, "until", "", "the last `DATE` on which there is such a tier")
	o.all(cmd)
}

// apply sets what the flags give.
func (o *tierFlags) apply(cmd *cobra.Command, v *book.View, t *loyalty.Tier, day dates.Date) (err error) {
	given := cmd.Flags().Changed
	if given("name") {
		t.Name = o.name
	}
	if given("benefits") {
		t.Benefits = o.benefits
	}
	if given("threshold") {
		if t.Threshold, err = thresholdTyped(v, o.programme, o.threshold, day); err != nil {
			return inFlag("--threshold", err)
		}
	}
	if given("factor") {
		d, err := typedDecimal(o.factor)
		if err == nil {
			t.Factor, err = catalog.ParseTaxRate(d) // a figure with two decimals, from 0 to 100
		}
		if err != nil {
			return inFlag("--factor", fault.New(fault.Usage, fmt.Sprintf("%q is no factor from 0 to 100 with two decimals at most", o.factor), "write it like 1.25"))
		}
	}
	if given("until") {
		t.Until, err = lastDayFlag(v, "--until", o.until)
	}
	return err
}

// thresholdTyped reads a threshold: points, or money where tiers count that on a day.
func thresholdTyped(v *book.View, programme, text string, day dates.Date) (int64, error) {
	_, spent, err := programmeOn(v, programme, day)
	if err != nil || !spent {
		if err == nil {
			return pointsTyped(text)
		}
		return 0, err
	}
	amount, err := typedAmount(text, v.Settings().Currency)
	return int64(amount), err
}

func tierAdd(a *app) *cobra.Command {
	var o tierFlags
	var from string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Add a tier",
		Long: `Add a tier, which is reached by --threshold: points earned within tier_months,
or with the setting tier_basis spent money spent. Its members earn --factor
times what the rules give. Without --from there has always been such a tier.`,
		Example: `perla tier add SILVER --name Silver --threshold 500 --factor 1.25
perla tier add GOLD --threshold 2000 --benefits "free shipping; first choice"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.threshold == "" {
				return usage(cmd, "--threshold is needed: how much reaches the tier")
			}
			return a.changeTier(cmd, "tier add", func(tx *book.Tx) (t loyalty.Tier, err error) {
				t = loyalty.Tier{Programme: o.programme, Code: args[0], Factor: 100}
				if t.From, err = dayIn("--from", from, tx.Today()); err != nil {
					return t, err
				}
				if err := o.apply(cmd, tx.View, &t, max(t.From, tx.Today())); err != nil {
					return t, err
				}
				return loyalty.AddTier(tx, t)
			})
		},
	}, sheet.Tiers(false)))
	o.register(cmd)
	cmd.Flags().StringVar(&from, "from", "", "the first `DATE` on which there is such a tier (default always)")
	return cmd
}

// changeTier does one change of a tier and prints it as it then is.
func (a *app) changeTier(cmd *cobra.Command, what string, change func(*book.Tx) (loyalty.Tier, error)) error {
	var t loyalty.Tier
	var spent bool
	err := a.update(cmd.Context(), what, func(tx *book.Tx) (err error) {
		if t, err = change(tx); err == nil {
			_, spent, err = programmeOn(tx.View, t.Programme, max(t.From, tx.Today()))
		}
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, sheet.Tiers(spent), t)
}

func tierEdit(a *app) *cobra.Command {
	var o tierFlags
	var since string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CODE",
		Short: "Change a tier from a day on",
		Long: `Change a tier from a day on, today without --since; before that day it stays as
it was.`,
		Example: `perla tier add GOLD --threshold 2000
perla tier edit GOLD --threshold 1800 --since 2027-01-01
perla tier edit gold --benefits "free shipping"`,
		ValidArgsFunction: a.completeFrom(tierCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if firstChanged(cmd, "name", "threshold", "factor", "benefits", "until") == "" {
				return usage(cmd, "nothing to change: name a field, such as --threshold 1000")
			}
			return a.changeTier(cmd, "tier edit", func(tx *book.Tx) (loyalty.Tier, error) {
				day, err := sinceFlag(tx.View, since)
				if err != nil {
					return loyalty.Tier{}, err
				}
				return loyalty.EditTier(tx, o.programme, args[0], day, func(t *loyalty.Tier) error { return o.apply(cmd, tx.View, t, day) })
			})
		},
	}, sheet.Tiers(false)))
	o.register(cmd)
	cmd.Flags().StringVar(&since, "since", "", "the first `DATE` of the change (default today)")
	return cmd
}

func tierEnd(a *app) *cobra.Command {
	var o pointsOf
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "end CODE",
		Short: "End a tier: at once, or on a day",
		Long: `End a tier. Without --on there is no such tier from now on: yesterday was its
last day.`,
		Example: `perla tier add GOLD --threshold 2000
perla tier end GOLD --on 2026-12-31
perla tier end GOLD`,
		ValidArgsFunction: a.completeFrom(tierCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.changeTier(cmd, "tier end", func(tx *book.Tx) (loyalty.Tier, error) {
				last, err := lastDayFlag(tx.View, "--on", on)
				if err != nil {
					return loyalty.Tier{}, err
				}
				if last == 0 {
					last = tx.Today().AddDays(-1)
				}
				return loyalty.EndTier(tx, o.programme, args[0], last)
			})
		},
	}, sheet.Tiers(false)))
	cmd.Flags().StringVar(&on, "on", "", "the last `DATE` on which there is such a tier (default yesterday)")
	o.all(cmd)
	return cmd
}

func tierList(a *app) *cobra.Command {
	var o pointsOf
	var every bool
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List the tiers, the lowest first",
		Long: `List the tiers of today, or with --as-of of that day, the lowest first. Who is
in them: perla tier members.`,
		Example: `perla tier list
perla tier list --all -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				_, spent, err := programmeOn(v, o.programme, day)
				if err != nil {
					return err
				}
				if every {
					day = 0
				}
				tiers, err := loyalty.Tiers(v, o.programme, day)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Tiers(spent), tiers)
			})
		},
	}, sheet.Tiers(false))
	o.all(cmd)
	cmd.Flags().BoolVar(&every, "all", false, "those of other days, too")
	return cmd
}

func tierShow(a *app) *cobra.Command {
	var o pointsOf
	cmd := rowsOf(&cobra.Command{
		Use:   "show CODE",
		Short: "Show a tier",
		Example: `perla tier add GOLD --threshold 2000
perla tier show gold`,
		ValidArgsFunction: a.completeFrom(tierCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				_, spent, err := programmeOn(v, o.programme, day)
				if err != nil {
					return err
				}
				t, err := loyalty.FindTier(v, o.programme, args[0], day)
				if err != nil {
					return err
				}
				return emitOne(a, sheet.Tiers(spent), t)
			})
		},
	}, sheet.Tiers(false))
	o.all(cmd)
	return cmd
}

// tierCodes completes the code of a tier.
func tierCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	for _, programme := range loyalty.Programmes {
		tiers, err := loyalty.Tiers(v, programme, v.Today())
		if err != nil {
			return nil, err
		}
		for _, t := range tiers {
			words = append(words, cobra.CompletionWithDesc(t.Code, t.Name))
		}
	}
	return words, nil
}
