package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

func pointsRule(a *app) *cobra.Command {
	cmd := noun("rule", "Make, change and end one rule",
		`perla points rule add BASE --points 1 --per 1
perla points rule add MONDAYS --factor 1.5 --scope "weekday=mon"
perla points rules`,
		ruleAdd(a), ruleEdit(a), ruleEnd(a))
	cmd.Long = `A rule is changed from a day on and keeps what it was before, so that an order
goes by the rules of its own day. All of them: perla points rules. What they can
say: perla help points.`
	return cmd
}

// ruleFlags are what the flags say of a rule.
type ruleFlags struct {
	row       loyalty.RuleRow
	programme pointsOf
}

// ruleKinds are the words of --kind.
var ruleKinds = []string{string(loyalty.Rate), string(loyalty.Multiplier), string(loyalty.Bonus), string(loyalty.Event)}

// capSpans are the words of --cap-per.
var capSpans = []string{string(loyalty.Day), string(loyalty.Week), string(loyalty.Month), string(loyalty.Year), string(loyalty.Ever)}

// register gives a command the flags; those of the rule have the names of its columns.
func (o *ruleFlags) register(a *app, cmd *cobra.Command) {
	r, f := &o.row, cmd.Flags()
	f.StringVar(&r.Points, "points", "", "`N` points: for every --per, for an order, or for an event")
	f.StringVar(&r.Per, "per", "", "so many points for every `AMOUNT`: it is a rate")
	f.StringVar(&r.Factor, "factor", "", "`N` times the points, such as 1.5: it is a multiplier")
	f.StringVar(&r.Event, "event", "", "points for what happens, a `WORD`: "+strings.Join(loyalty.KnownEvents(), ", ")+", or any other")
	f.StringVar(&r.Scope, "scope", "", "for what it holds: `TEXT` such as \"category=care; weekday=mon\"")
	f.StringVar(&r.Priority, "priority", "", "its place: the lowest `N` goes first (default 100)")
	f.Var(enumOf(&r.Stacking, "add", "only"), "stacking", "beside the others, or only it: `HOW`, add or only")
	f.StringVar(&r.Cap, "cap", "", "`N` points of it at most in --cap-per")
	f.Var(enumOf(&r.CapPer, capSpans...), "cap-per", "the `TIME` of the cap: "+strings.Join(capSpans, ", "))
	f.StringVar(&r.PendingDays, "pending-days", "", "its points are usable after `N` days (default as the programme)")
	f.StringVar(&r.Expiry, "expiry", "", "when its points expire: `TIME` such as 90d (default as the programme)")
	f.StringVar(&r.Until, "until", "", "the last `DATE` on which it holds")
	o.programme.all(cmd)
	completeFlag(cmd, "event", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return loyalty.KnownEvents(), cobra.ShellCompDirectiveNoFileComp
	})
	completeFlag(cmd, "scope", a.completeFrom(scopeParts))
}

// scopeParts completes the beginning of a scope.
func scopeParts(_ *book.View, _ string) (words []cobra.Completion, err error) {
	for key := loyalty.ScopeBirthdayMonth; key <= loyalty.ScopeWeekday; key++ {
		words = append(words, key.String()+"=")
	}
	return words, nil
}

// ruleFields are the flags that change a rule.
var ruleFields = []string{"points", "per", "factor", "event", "scope", "priority", "stacking", "cap", "cap-per", "pending-days", "expiry", "until"}

// rule is the rule that a row says, in which changed flags are written over what it had.
func (o *ruleFlags) rule(cmd *cobra.Command, v *book.View, row loyalty.RuleRow) (loyalty.Rule, error) {
	given := o.row
	for _, f := range []struct {
		name     string
		from, to *string
	}{{"kind", &given.Kind, &row.Kind}, {"points", &given.Points, &row.Points}, {"per", &given.Per, &row.Per}, {"factor", &given.Factor, &row.Factor},
		{"event", &given.Event, &row.Event}, {"scope", &given.Scope, &row.Scope}, {"priority", &given.Priority, &row.Priority}, {"stacking", &given.Stacking, &row.Stacking},
		{"cap", &given.Cap, &row.Cap}, {"cap-per", &given.CapPer, &row.CapPer}, {"pending-days", &given.PendingDays, &row.PendingDays}, {"expiry", &given.Expiry, &row.Expiry},
		{"from", &given.From, &row.From}, {"until", &given.Until, &row.Until}} {
		flag := cmd.Flags().Lookup(f.name)
		if flag == nil || !flag.Changed {
			continue
		}
		if *f.to = strings.TrimSpace(*f.from); *f.to != "" && (f.name == "per" || f.name == "factor") {
			d, err := typedDecimal(*f.to)
			if err != nil {
				return loyalty.Rule{}, inFlag("--"+f.name, err)
			}
			*f.to = money.Currency{Decimals: d.Scale}.Format(money.Amount(d.Digits))
		}
	}
	rule, problems := loyalty.ParseRule(row, v.Settings().Currency.Decimals, v.Today())
	if len(problems) == 0 {
		return rule, nil
	}
	return rule, ruleRefused(&problems[0])
}

// ruleRefused is a problem of a rule as an error about a flag.
func ruleRefused(p *loyalty.Problem) error {
	name := "--" + strings.TrimSuffix(strings.ReplaceAll(p.Field, "_", "-"), "-on")
	return &fault.Error{Kind: fault.Usage, Noun: "rule", Key: p.Code, Field: name, Reason: p.Reason, Hint: "see: perla help points"}
}

func ruleAdd(a *app) *cobra.Command {
	var o ruleFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Make a rule",
		Long: `Make a rule. What it is follows from its flags: with --per a rate, points for
every so much money; with --factor a multiplier of what rates give; with --event
points for what happens; else a bonus, points for an order. --scope says for
which orders, or for which of their lines.`,
		Example: `perla points rule add BASE --points 1 --per 1
perla points rule add CARE --points 1 --per 1 --scope "category=care"
perla points rule add MONDAYS --factor 1.5 --scope "weekday=mon; channel=shop"
perla points rule add BIG --points 100 --scope min_total=100
perla points rule add REVIEW --event review --points 9 --cap 27 --cap-per week`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var r loyalty.Rule
			err := a.update(cmd.Context(), "points rule add", func(tx *book.Tx) (err error) {
				if r, err = o.rule(cmd, tx.View, loyalty.RuleRow{Programme: o.programme.programme, Code: args[0], Kind: o.kind()}); err != nil {
					return err
				}
				if r, err = loyalty.AddRule(tx, r); err != nil {
					return err
				}
				return a.warnRules(tx.View, r.Programme, r.Code)
			})
			if err != nil {
				return err
			}
			return a.emitRule(r)
		},
	}, sheet.PointRules(money.Wording{})))
	cmd.Flags().StringVar(&o.row.From, "from", "", "the first `DATE` on which it holds (default always)")
	cmd.Flags().Var(enumOf(&o.row.Kind, ruleKinds...), "kind", "what it is, where it does not follow: `KIND`, "+strings.Join(ruleKinds, ", "))
	o.register(a, cmd)
	return cmd
}

// kind is what a rule is by its flags.
func (o *ruleFlags) kind() string {
	switch r := &o.row; {
	case r.Event != "":
		return string(loyalty.Event)
	case r.Factor != "":
		return string(loyalty.Multiplier)
	case r.Per != "":
		return string(loyalty.Rate)
	}
	return string(loyalty.Bonus)
}

// emitRule prints one rule with all it says.
func (a *app) emitRule(r loyalty.Rule) error {
	columns := sheet.PointRules(a.wording())
	for i := range columns {
		columns[i].Wide = false
	}
	return emitOne(a, columns, r)
}

// warnRules says what the owner of a programme may not have meant by a rule.
func (a *app) warnRules(v *book.View, programme, code string) error {
	rules, err := loyalty.Rules(v, programme, 0)
	if err != nil {
		return err
	}
	problems, err := loyalty.CheckRules(v, rules)
	if err != nil {
		return err
	}
	for _, p := range problems {
		if p.Code == code {
			a.warn("rule %s: %s: %s", p.Code, p.Field, p.Reason)
		}
	}
	var names []string
	for _, r := range rules {
		if r.Code == code {
			names = append(names, r.Scope.Words(loyalty.ScopeSegment)...)
		}
	}
	slices.Sort(names)
	missing, err := noSuchSegments(v, slices.Compact(names)...)
	for _, reason := range missing {
		a.warn("rule %s: scope: %s", code, reason)
	}
	return err
}

func ruleEdit(a *app) *cobra.Command {
	var o ruleFlags
	var since string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CODE",
		Short: "Change a rule from a day on",
		Long: `Change a rule from a day on, today without --since: the rule ends the day before
and goes on as changed, so that orders of earlier days keep what it was. A flag
with nothing in it (--scope "") empties what it names.`,
		Example: `perla points rule add BASE --points 1 --per 1 --from 2026-01-01
perla points rule edit BASE --points 2 --since 2026-12-01
perla points rule edit BASE --cap 500 --cap-per month`,
		ValidArgsFunction: a.completeFrom(ruleCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if firstChanged(cmd, ruleFields...) == "" {
				return usage(cmd, "nothing to change: name a field, such as --points 2")
			}
			var r loyalty.Rule
			err := a.update(cmd.Context(), "points rule edit", func(tx *book.Tx) error {
				day, err := sinceFlag(tx.View, since)
				if err != nil {
					return err
				}
				r, err = loyalty.EditRule(tx, o.programme.programme, args[0], day, func(r *loyalty.Rule) error {
					changed, err := o.rule(cmd, tx.View, r.Row(tx.Settings().Currency.Decimals))
					changed.ID = r.ID
					*r = changed
					return err
				})
				if err != nil {
					return err
				}
				return a.warnRules(tx.View, r.Programme, r.Code)
			})
			if err != nil {
				return err
			}
			return a.emitRule(r)
		},
	}, sheet.PointRules(money.Wording{})))
	cmd.Flags().StringVar(&since, "since", "", "the first `DATE` of the change (default today)")
	o.register(a, cmd)
	return cmd
}

// sinceFlag is the day that --since names, else today.
func sinceFlag(v *book.View, text string) (dates.Date, error) {
	day, err := dayIn("--since", text, v.Today())
	if day == 0 {
		day = v.Today()
	}
	return day, err
}

func ruleEnd(a *app) *cobra.Command {
	var o pointsOf
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "end CODE",
		Short: "End a rule: at once, or on a day",
		Long: `End a rule. Without --on it holds no longer from now on: yesterday was its last
day. Orders of earlier days keep it.`,
		Example: `perla points rule add BASE --points 1 --per 1 --from 2026-01-01
perla points rule end BASE --on 2026-12-31
perla points rule end BASE`,
		ValidArgsFunction: a.completeFrom(ruleCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			var r loyalty.Rule
			err := a.update(cmd.Context(), "points rule end", func(tx *book.Tx) error {
				last, err := lastDayFlag(tx.View, "--on", on)
				if err != nil {
					return err
				}
				if last == 0 {
					last = tx.Today().AddDays(-1)
				}
				r, err = loyalty.EndRule(tx, o.programme, args[0], last)
				return err
			})
			if err != nil {
				return err
			}
			return a.emitRule(r)
		},
	}, sheet.PointRules(money.Wording{})))
	cmd.Flags().StringVar(&on, "on", "", "the last `DATE` on which it holds (default yesterday)")
	o.all(cmd)
	return cmd
}

// ruleCodes completes the code of a rule.
func ruleCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	rules, err := loyalty.Rules(v, "", v.Today())
	for _, r := range rules {
		words = append(words, cobra.CompletionWithDesc(r.Code, r.Words(money.Wording{Currency: v.Settings().Currency})))
	}
	return words, err
}
