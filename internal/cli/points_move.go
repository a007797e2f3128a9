package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// moveFlags are the flags of an entry that is made by hand.
type moveFlags struct {
	pointsOf
	reason, on string
}

func (o *moveFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.reason, "reason", "", "why: `TEXT`")
	cmd.Flags().StringVar(&o.on, "on", "", "the `DATE` of it (default today)")
}

// movePoints makes one entry for somebody, prints it and says what she has then.
func (a *app) movePoints(cmd *cobra.Command, what string, find func(*book.View) (loyalty.Account, error), on string, move func(*book.Tx, loyalty.Account, dates.Date) (loyalty.Entry, error)) error {
	var e sheet.PointEntry
	var now loyalty.Standing
	var account loyalty.Account
	err := a.view(cmd.Context(), func(v *book.View) (err error) {
		account, err = find(v)
		return err
	})
	if err != nil {
		return err
	}
	err = a.update(cmd.Context(), operationOnIDs(what, []int64{account.ID()}), func(tx *book.Tx) error {
		day, err := dayIn("--on", on, tx.Today())
		if err != nil {
			return err
		}
		if e.Entry, err = move(tx, account, day); err != nil {
			return err
		}
		people, err := loyalty.People(tx.View, account.Programme(), account.ID())
		if err != nil {
			return err
		}
		e.Person = people[account.ID()]
		now, err = loyalty.Balance(tx.View, account, tx.Today())
		return err
	})
	if err != nil {
		return err
	}
	if a.flags.dryRun {
		a.note("%s would have %s", e.Person.Name, standingText(&now))
		return emitOne(a, sheet.PointEntries, e)
	}
	a.note("%s has %s", e.Person.Name, standingText(&now))
	return emitAdded(a, sheet.PointEntries, e, e.Entry.ID)
}

// standingText is what somebody can spend and what else there is, in words.
func standingText(s *loyalty.Standing) string {
	text := pointsText(s.Usable)
	if s.Pending > 0 {
		text += fmt.Sprintf(", %d pending", s.Pending)
	}
	if s.Debt > 0 {
		text += fmt.Sprintf(", owes %d", s.Debt)
	}
	return text
}

func pointsAdjust(a *app) *cobra.Command {
	var o moveFlags
	var minus digits
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "adjust [CUSTOMER] POINTS",
		Short: "Give points, or take them (-50), for a reason",
		Long: `Give somebody points, or take them away (-50), for a reason. Points given can be
spent at once and expire as the programme has it; they do not count for tiers.
Where fewer are there than are taken, the setting shortfall says what happens.`,
		Example: `perla points adjust ana 100 --reason "a present for her patience"
perla points adjust ana -20 --reason "counted twice" --on yesterday`,
		Args: func(cmd *cobra.Command, args []string) error {
			if minus != "" && !slices.Contains(a.args, minus.number()) {
				return usage(cmd, "several numbers are given; needed is one")
			}
			return argumentsOf(cmd.Use)(cmd, minus.join(args))
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			person, rest, err := o.first(cmd, minus.join(args), 1)
			if err != nil {
				return err
			}
			n, err := pointsTyped(rest[0])
			switch {
			case err != nil:
				return err
			case n == 0:
				return usage(cmd, "0 points change nothing")
			case strings.TrimSpace(o.reason) == "":
				return usage(cmd, "--reason is needed: why points come or go")
			}
			return a.movePoints(cmd, "points adjust", func(v *book.View) (loyalty.Account, error) { return o.person(cmd, v, person) }, o.on,
				func(tx *book.Tx, who loyalty.Account, day dates.Date) (loyalty.Entry, error) {
					return loyalty.Adjust(tx, who, n, day, o.reason)
				})
		},
	}, sheet.PointEntries))
	o.one(a, cmd)
	o.register(cmd)
	minus.register(cmd)
	return cmd
}

// pointsAbove0 reads a number of points that must be one or more.
func pointsAbove0(cmd *cobra.Command, text string) (int64, error) {
	n, err := pointsTyped(text)
	if err == nil && n <= 0 {
		err = usage(cmd, "needed are 1 point or more")
	}
	return n, err
}

func pointsRedeem(a *app) *cobra.Command {
	var o moveFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "redeem [CUSTOMER] POINTS",
		Short: "Spend points for something that is no order",
		Long: `Spend points of somebody, those that expire first, for something that is neither
an order (perla order add --redeem) nor a reward of the catalogue (perla reward
redeem). More than she can spend, on that day and today, is refused.`,
		Example: `perla points adjust ana 100 --reason welcome
perla points redeem ana 60 --reason "a hand massage"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			person, rest, err := o.first(cmd, args, 1)
			if err != nil {
				return err
			}
			n, err := pointsAbove0(cmd, rest[0])
			switch {
			case err != nil:
				return err
			case strings.TrimSpace(o.reason) == "":
				return usage(cmd, "--reason is needed: what they are spent for")
			}
			return a.movePoints(cmd, "points redeem", func(v *book.View) (loyalty.Account, error) { return o.person(cmd, v, person) }, o.on,
				func(tx *book.Tx, who loyalty.Account, day dates.Date) (loyalty.Entry, error) {
					return loyalty.Redeem(tx, who, n, day, 0, o.reason)
				})
		},
	}, sheet.PointEntries))
	o.one(a, cmd)
	o.register(cmd)
	return cmd
}

func pointsTransfer(a *app) *cobra.Command {
	var o moveFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "transfer FROM TO POINTS",
		Short: "Hand points of one person to another",
		Long: `Hand points of one customer, those that expire first, to another, or with
--programme consultants of one consultant to another. They keep their last days.`,
		Example: `perla points adjust ana 100 --reason welcome
perla points transfer ana luis 40 --reason "they share a household"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := pointsAbove0(cmd, args[2])
			if err != nil {
				return err
			}
			var to loyalty.Account
			return a.movePoints(cmd, "points transfer", func(v *book.View) (from loyalty.Account, err error) {
				if from, err = accountIn(v, o.programme, args[0]); err == nil {
					to, err = accountIn(v, o.programme, args[1])
				}
				return from, err
			}, o.on, func(tx *book.Tx, from loyalty.Account, day dates.Date) (loyalty.Entry, error) {
				return loyalty.Transfer(tx, from, to, n, day, o.reason)
			})
		},
	}, sheet.PointEntries))
	o.all(cmd)
	o.register(cmd)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 1 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		names := customerNames
		if o.programme == loyalty.Consultants {
			names = consultantNames
		}
		return a.completeFrom(names)(cmd, nil, typed)
	}
	return cmd
}

// accountIn is the account of somebody in a programme.
func accountIn(v *book.View, programme, selector string) (loyalty.Account, error) {
	if programme == loyalty.Consultants {
		c, err := network.Find(v, selector, contacts.E164)
		return loyalty.Account{Consultant: c.ID}, err
	}
	c, err := contacts.Find(v, selector)
	return loyalty.Account{Customer: c.ID}, err
}

func pointsExpire(a *app) *cobra.Command {
	var until string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "expire",
		Short: "Enter in the ledger what has expired",
		Long: `Enter in the ledger what has expired, one entry for each person and day, dated
the day after the last one. Balances are the same without it: what is past its
day cannot be spent, entered or not. It makes the ledger say so.`,
		Example: `perla points expire --dry-run
perla points expire --until 2026-09-30`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var e sheet.PointExpired
			err := a.updateBulk(cmd.Context(), "points expire", func(tx *book.Tx) (err error) {
				if e.Until, err = lastDayFlag(tx.View, "--until", until); err != nil {
					return err
				}
				if e.Until == 0 {
					e.Until = tx.Today()
				}
				if e.Until > tx.Today() {
					return inFlag("--until", fault.New(fault.Usage, e.Until.String()+" has not come yet", "see what will expire with: perla points balance --expires-by "+e.Until.String()))
				}
				e.Done, err = loyalty.Expire(tx, e.Until)
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.PointsExpired, e)
		},
	}, sheet.PointsExpired))
	cmd.Flags().StringVar(&until, "until", "", "what has expired by `DATE` (default today)")
	return cmd
}
