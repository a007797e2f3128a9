package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

func pointsEarn(a *app) *cobra.Command {
	var o struct {
		pointsOf
		event, subject, on, since string
	}
	cmd := a.writing(rowsOf(rowsOf(&cobra.Command{
		Use:   "earn [CUSTOMER]",
		Short: "Enter what an event has earned, or what orders since a day have",
		Long: `Enter the points that something other than an order has earned a customer, or
with --consultant a consultant: --event is what a rule names, and it counts once
for each --subject, such as the product reviewed or the survey answered.

With --since and nobody named, enter what all orders of that day and later have
earned by now, by the rules of their days, and is not entered yet: for a
programme that begins with history, or rules that were mended. Each entry is of
the day of its order, and asked again nothing more comes.`,
		Example: `perla points rule add REVIEW --event review --points 25
perla points earn ana --event review --subject AB-100 --on yesterday
perla points rule add BASE --points 1 --per 1 --from 2026-01-01
perla points earn --since 2026-01-01 --dry-run
perla points earn --since 2026-01-01`,
		RunE: func(cmd *cobra.Command, args []string) error {
			named := len(args) > 0 || cmd.Flags().Changed("consultant")
			switch {
			case o.since != "" && (named || o.event != "" || o.subject != "" || o.on != ""):
				return usage(cmd, "--since is for all orders: leave out who, --event, --subject and --on")
			case o.since != "":
				return a.earnSince(cmd, o.since)
			case o.event == "":
				return usage(cmd, "say what happened, --event review, or from which day on orders earn, --since 2026-01-01")
			}
			var account loyalty.Account
			if err := a.view(cmd.Context(), func(v *book.View) (err error) {
				account, err = o.person(cmd, v, strings.Join(args, ""))
				return err
			}); err != nil {
				return err
			}
			return a.happened(cmd, account, o.event, strings.TrimSpace(o.subject), o.on)
		},
	}, sheet.PointEntries), sheet.PointsEarned))
	o.one(a, cmd)
	f := cmd.Flags()
	f.StringVar(&o.event, "event", "", "what happened: `WORD` of a rule, such as review")
	f.StringVar(&o.subject, "subject", "", "what it was about, so that it counts once: `TEXT`")
	f.StringVar(&o.on, "on", "", "the `DATE` of it (default today)")
	f.StringVar(&o.since, "since", "", "what orders of `DATE` and later have earned")
	completeFlag(cmd, "event", a.completeFrom(eventNames))
	return cmd
}

// earnSince enters what orders have earned.
func (a *app) earnSince(cmd *cobra.Command, since string) error {
	var done sales.EarnedTally
	err := a.updateBulk(cmd.Context(), "points earn", func(tx *book.Tx) error {
		day, err := dates.Parse(since, tx.Today())
		if err != nil {
			return inFlag("--since", err)
		}
		if any, err := loyalty.HasRules(tx.View); err != nil || !any {
			if err == nil {
				err = fault.New(fault.Conflict, "no programme has a rule, so that nothing earns points", "begin with: perla points rules --example")
			}
			return err
		}
		done, err = sales.EarnSince(tx, day)
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, sheet.PointsEarned, done)
}

// happened enters what an event earns somebody.
func (a *app) happened(cmd *cobra.Command, account loyalty.Account, event, subject, on string) error {
	var rows []sheet.PointEntry
	var asked, day = event, dates.Date(0)
	err := a.update(cmd.Context(), operationOnIDs("points earn", []int64{account.ID()}), func(tx *book.Tx) (err error) {
		if day, err = dayIn("--on", on, tx.Today()); err != nil {
			return err
		}
		switch today := tx.Today(); {
		case day == 0:
			day = today
		case day > today:
			return inFlag("--on", fault.New(fault.Usage, day.String()+" has not come yet", "enter it when it has"))
		}
		if err := knownEvent(tx.View, account.Programme(), asked, day); err != nil {
			return err
		}
		people, err := loyalty.People(tx.View, account.Programme(), account.ID())
		if err != nil {
			return err
		}
		entries, err := loyalty.Happened(tx, account, asked, subject, day)
		for _, e := range entries {
			rows = append(rows, sheet.PointEntry{Person: people[account.ID()], Entry: e})
		}
		return err
	})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		about := "without a subject"
		if subject != "" {
			about = "about " + subject
		}
		a.note("%s %s gives no points: it was counted before, a cap is reached, or the scope of its rule does not hold", event, about)
	}
	return emitSlice(a, sheet.PointEntries, rows)
}

// knownEvent refuses an event that no rule of a day names.
func knownEvent(v *book.View, programme, event string, day dates.Date) error {
	rules, err := loyalty.Rules(v, programme, day)
	if err != nil {
		return err
	}
	var known []string
	for _, r := range rules {
		if r.Kind != loyalty.Event {
			continue
		}
		if r.Event == loyalty.EventName(event) {
			return nil
		}
		known = append(known, r.Event)
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "event", Key: event, Reason: fmt.Sprintf("no rule for %s gives points for it on %s", programme, day)}
	if e.Hint = didYouMean("--event ", loyalty.EventName(event), known); e.Hint == "" {
		e.Hint = "add one with: perla points rule add " + strings.ToUpper(event) + " --event " + event + " --points 25"
	}
	return e
}

// eventNames completes the event of a rule.
func eventNames(v *book.View, _ string) (words []cobra.Completion, err error) {
	rules, err := loyalty.Rules(v, "", v.Today())
	for _, r := range rules {
		if r.Kind == loyalty.Event {
			words = append(words, cobra.CompletionWithDesc(r.Event, r.Words(money.Wording{Currency: v.Settings().Currency})))
		}
	}
	return words, err
}
