package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

func pointsSettings(a *app) *cobra.Command {
	var o pointsOf
	var every bool
	cmd := rowsOf(&cobra.Command{
		Use:   "settings",
		Short: "Show how a programme works",
		Long: `Show how a programme works today, or with --as-of on that day: each setting, its
value, since when it has it, and what that means. With --all every value it ever
had. They are set with perla points set; what each takes is told in perla help
points and in the column takes.`,
		Example: `perla points settings
perla points settings --columns key,value,takes -o csv
perla points settings --programme consultants --all`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if every {
					day = 0
				}
				list, err := loyalty.SettingRows(v, o.programme, day)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.PointSettings(a.wording()), list)
			})
		},
	}, sheet.PointSettings(money.Wording{}))
	o.all(cmd)
	cmd.Flags().BoolVar(&every, "all", false, "every value a setting ever had")
	return cmd
}

func pointsSet(a *app) *cobra.Command {
	var o pointsOf
	var since string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "set KEY VALUE",
		Short: "Change how a programme works, from a day on",
		Long: `Change how a programme works from a day on, today without --since. Orders of
earlier days go by what was set then. What each setting takes:
` + settingHelp() + `
Points that are there keep their last day when expiry changes.`,
		Example: `perla points set expiry "12m month"
perla points set point_value 0.01
perla points set earn_at invoiced --since 2026-12-01
perla points set shortfall clip --programme consultants`,
		ValidArgsFunction: completeSettings,
		RunE: func(cmd *cobra.Command, args []string) error {
			var list []loyalty.SettingRow
			err := a.update(cmd.Context(), "points set", func(tx *book.Tx) error {
				day, err := sinceFlag(tx.View, since)
				if err != nil {
					return err
				}
				value := args[1]
				if strings.EqualFold(args[0], "point_value") {
					if d, err := typedDecimal(value); err == nil {
						value = money.Currency{Decimals: d.Scale}.Format(money.Amount(d.Digits))
					}
				}
				if err := loyalty.Set(tx, o.programme, args[0], value, day); err != nil {
					return err
				}
				if strings.EqualFold(args[0], "tier_basis") {
					if err := a.warnThresholds(tx.View, o.programme, day); err != nil {
						return err
					}
				}
				rows, err := loyalty.SettingRows(tx.View, o.programme, day)
				for _, r := range rows {
					if r.Key == strings.ToLower(args[0]) {
						list = append(list, r)
					}
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.PointSettings(a.wording()), list)
		},
	}, sheet.PointSettings(money.Wording{})))
	o.all(cmd)
	cmd.Flags().StringVar(&since, "since", "", "the first `DATE` on which it holds (default today)")
	return cmd
}

// warnThresholds says how the thresholds of tiers read on a day, once they count something else than they did.
func (a *app) warnThresholds(v *book.View, programme string, day dates.Date) error {
	_, was, err := programmeOn(v, programme, day.AddDays(-1))
	if err != nil {
		return err
	}
	_, spent, err := programmeOn(v, programme, day)
	if err != nil || was == spent {
		return err
	}
	tiers, err := loyalty.Tiers(v, programme, day)
	var now []string
	for _, t := range tiers {
		text := pointsText(t.Threshold)
		if spent {
			text = a.moneyText(money.Amount(t.Threshold))
		}
		now = append(now, t.Code+" at "+text)
	}
	if len(now) > 0 {
		a.warn("thresholds count something else now: %s; change them with perla tier edit", strings.Join(now, ", "))
	}
	return err
}

// settingHelp lists what each setting takes.
func settingHelp() string {
	var b strings.Builder
	for _, key := range loyalty.SettingKeys() {
		b.WriteString("  " + key + strings.Repeat(" ", max(1, 18-len(key))))
		for i, line := range strings.Split(strings.TrimSpace(wrap(strings.Split(loyalty.SettingWants(key), " "), helpWidth-20)), "\n") {
			if i > 0 {
				b.WriteString(strings.Repeat(" ", 20))
			}
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// completeSettings completes a key, and behind it the words it takes.
func completeSettings(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var words []cobra.Completion
	switch {
	case len(args) == 0:
		for _, key := range loyalty.SettingKeys() {
			words = append(words, cobra.CompletionWithDesc(key, loyalty.SettingWants(key)))
		}
	case len(args) == 1:
		if wants := loyalty.SettingWants(args[0]); strings.Contains(wants, " or ") && !strings.Contains(wants, "such as") && !strings.HasPrefix(wants, "a ") {
			words = strings.Split(strings.ReplaceAll(wants, " or ", ", "), ", ")
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
