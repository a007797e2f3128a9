package cli

import (
	"fmt"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

// noVouchers are the columns of vouchers where no book is open yet.
func noVouchers() []sheet.Column[sheet.Voucher] { return sheet.Vouchers(0, money.Wording{}) }

func rewardRedeem(a *app) *cobra.Command {
	var o pointsOf
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "redeem [CUSTOMER] CODE",
		Short: "Take a reward for somebody, and make its voucher",
		Long: `Take a reward for a customer, or with --consultant for a consultant. The points
go from the lots that expire first, and a voucher is made whose code one order
uses once: perla order add --voucher CODE. Who has the code can use it. What is
to be lived is used at once.`,
		Example: `perla points adjust ana 150 --reason welcome
perla reward add FIVE --points 100 --amount 5
perla reward redeem ana FIVE`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var x sheet.Voucher
			var now loyalty.Standing
			who, rest, err := o.first(cmd, args, 1)
			if err != nil {
				return err
			}
			err = a.update(cmd.Context(), "reward redeem", func(tx *book.Tx) error {
				account, err := o.person(cmd, tx.View, who)
				if err != nil {
					return err
				}
				day, err := dayIn("--on", on, tx.Today())
				if err != nil {
					return err
				}
				if x.Voucher, err = loyalty.RedeemReward(tx, account, rest[0], day, a.env.random()); err != nil {
					return err
				}
				if now, err = loyalty.Balance(tx.View, account, tx.Today()); err != nil {
					return err
				}
				return namedVoucher(tx.View, &x)
			})
			if err != nil {
				return err
			}
			takes, has := "took", " has "
			if a.flags.dryRun {
				takes, has = "would take", " would have "
			}
			a.note("%s %s %s; %s%s", x.Voucher.Reward.Code, takes, pointsText(x.Voucher.Points), x.Person.Name, has+standingText(&now))
			return emitVoucher(a, x)
		},
	}, noVouchers()))
	o.one(a, cmd)
	cmd.Flags().StringVar(&on, "on", "", "taken on `DATE` (default today)")
	return cmd
}

// namedVoucher fills in who took a voucher.
func namedVoucher(v *book.View, x *sheet.Voucher) error {
	account := x.Voucher.Account
	people, err := loyalty.People(v, account.Programme(), account.ID())
	x.Person = people[account.ID()]
	return err
}

// emitVoucher prints one voucher: alone its code where nobody asked for more and no person reads it.
func emitVoucher(a *app, x sheet.Voucher) error {
	if a.flags.dryRun { // its code is made anew when it is meant
		return nil
	}
	if !a.forPeople() && !a.askedForRows() {
		_, err := fmt.Fprintln(a.out, x.Voucher.Code)
		return err
	}
	return emitOne(a, sheet.Vouchers(a.open.Today(), a.wording()), x)
}

func rewardCancel(a *app) *cobra.Command {
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "cancel VOUCHER",
		Short: "Take a voucher back, and give the points back",
		Long: `Take a voucher back that no order used. Its points go into the lots they came
from, with their old days; those of a lot that is past its last day stay lost.`,
		Example: `perla reward vouchers   # the codes
perla reward cancel --help`,
		ValidArgsFunction: a.completeFrom(voucherCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			var x sheet.Voucher
			err := a.update(cmd.Context(), "reward cancel", func(tx *book.Tx) error {
				day, err := dayIn("--on", on, tx.Today())
				if err != nil {
					return err
				}
				if x.Voucher, err = loyalty.CancelVoucher(tx, args[0], day); err != nil {
					return err
				}
				return namedVoucher(tx.View, &x)
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.Vouchers(a.open.Today(), a.wording()), x)
		},
	}, noVouchers()))
	cmd.Flags().StringVar(&on, "on", "", "taken back on `DATE` (default today)")
	return cmd
}

func rewardVouchers(a *app) *cobra.Command {
	var o pointsOf
	var q loyalty.VoucherQuery
	var code, state string
	states := []string{string(loyalty.VoucherOpen), string(loyalty.VoucherUsed), string(loyalty.VoucherExpired), string(loyalty.VoucherCancelled)}
	cmd := rowsOf(&cobra.Command{
		Use:   "vouchers [CUSTOMER]",
		Short: "List vouchers, the latest first",
		Example: `perla reward vouchers
perla reward vouchers ana --state open`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) (err error) {
				if q.AsOf, err = a.asOf(v); err != nil {
					return err
				}
				if q.Account, err = o.account(cmd, v, strings.Join(args, "")); err != nil {
					return err
				}
				if q.State = loyalty.VoucherState(state); code == "" {
					return emit(a, sheet.Vouchers(q.AsOf, a.wording()), vouchersOf(v, q))
				}
				x := sheet.Voucher{}
				if x.Voucher, err = loyalty.VoucherOf(v, code); err != nil {
					return err
				}
				if err := namedVoucher(v, &x); err != nil {
					return err
				}
				return emitOne(a, sheet.Vouchers(q.AsOf, a.wording()), x)
			})
		},
	}, noVouchers())
	o.one(a, cmd)
	f := cmd.Flags()
	f.StringVar(&q.Reward, "reward", "", "only those for the reward `CODE`")
	f.Var(enumOf(&state, states...), "state", "only those that are `STATE`: "+strings.Join(states, ", "))
	f.StringVar(&code, "code", "", "the one whose code is `CODE`")
	completeFlag(cmd, "reward", a.completeFrom(rewardCodes))
	completeFlag(cmd, "code", a.completeFrom(voucherCodes))
	cmd.MarkFlagsMutuallyExclusive("code", "state")
	cmd.MarkFlagsMutuallyExclusive("code", "reward")
	return cmd
}

// vouchersOf yields vouchers with who took them.
func vouchersOf(v *book.View, q loyalty.VoucherQuery) iter.Seq2[sheet.Voucher, error] {
	return func(yield func(sheet.Voucher, error) bool) {
		people := map[string]map[int64]loyalty.Person{}
		for _, programme := range loyalty.Programmes {
			var err error
			if people[programme], err = loyalty.People(v, programme); err != nil {
				yield(sheet.Voucher{}, err)
				return
			}
		}
		for x, err := range loyalty.Vouchers(v, q) {
			if !yield(sheet.Voucher{Person: people[x.Account.Programme()][x.Account.ID()], Voucher: x}, err) || err != nil {
				return
			}
		}
	}
}

// voucherCodes completes the code of a voucher that can be used.
func voucherCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	for x, err := range loyalty.Vouchers(v, loyalty.VoucherQuery{AsOf: v.Today(), State: loyalty.VoucherOpen}) {
		if err != nil {
			return words, err
		}
		words = append(words, cobra.CompletionWithDesc(x.Code, x.Reward.Name))
	}
	return words, nil
}
