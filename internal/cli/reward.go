package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

func rewardCommand(a *app) *cobra.Command {
	return noun("reward", "What points buy, and the vouchers for it",
		`perla reward add FIVE --points 100 --amount 5
perla reward list
perla reward vouchers`,
		rewardAdd(a), rewardList(a), rewardShow(a), rewardEdit(a), rewardEnd(a), rewardImport(a), rewardExport(a),
		rewardRedeem(a), rewardCancel(a), rewardVouchers(a))
}

// rewardFlags are what is said of a reward, as it was typed.
type rewardFlags struct {
	pointsOf
	name, amount, percent, product, cost, tier, from, until string
	points, available, days                                 int64
	experience                                              bool
}

// rewardFields are the flags that change something of a reward.
var rewardFields = []string{"name", "points", "amount", "percent", "product", "experience", "cost", "available", "tier", "voucher-days", "from", "until"}

func (o *rewardFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.name, "name", "", "what it is called: `TEXT`")
	f.Int64Var(&o.points, "points", 0, "what it costs: `N` points")
	f.StringVar(&o.amount, "amount", "", "it takes `AMOUNT` off an order")
	f.StringVar(&o.percent, "percent", "", "it takes `PERCENT` off an order: 10")
	f.StringVar(&o.product, "product", "", "it gives a `PRODUCT`")
	f.BoolVar(&o.experience, "experience", false, "it is something to live, which no order is needed for")
	f.StringVar(&o.cost, "cost", "", "what giving it costs: `AMOUNT`")
	f.Int64Var(&o.available, "available", 0, "there are `N` of it in all")
	f.StringVar(&o.tier, "tier", "", "only from the tier `CODE` on")
	f.Int64Var(&o.days, "voucher-days", 0, "its vouchers hold `N` days")
	f.StringVar(&o.from, "from", "", "from `DATE` on")
	f.StringVar(&o.until, "until", "", "until `DATE`, that day too")
	completeFlag(cmd, "product", a.completeFrom(productNames))
	completeFlag(cmd, "tier", a.completeFrom(tierCodes))
	o.all(cmd)
	cmd.MarkFlagsMutuallyExclusive("amount", "percent", "product", "experience")
}

// apply changes a reward as the flags given say; an empty value makes open again what need not be said.
func (o *rewardFlags) apply(v *book.View, cmd *cobra.Command, r *loyalty.Reward) (err error) {
	given := cmd.Flags().Changed
	if given("name") {
		r.Name = o.name
	}
	if given("points") {
		r.Points = o.points
	}
	if given("available") {
		r.Available = &o.available
	}
	if given("tier") {
		r.Tier = o.tier
	}
	if given("voucher-days") {
		r.VoucherDays = int(o.days)
	}
	if given("cost") {
		if r.Cost = nil; o.cost != "" {
			cost, err := typedAmount(o.cost, v.Settings().Currency)
			if err != nil {
				return inFlag("--cost", err)
			}
			r.Cost = &cost
		}
	}
	if given("from") {
		if r.From, err = dayIn("--from", o.from, v.Today()); err != nil {
			return err
		}
	}
	if given("until") {
		if r.Until, err = lastDayFlag(v, "--until", o.until); err != nil {
			return err
		}
	}
	return o.gives(v, cmd, r)
}

// gives reads what the reward gives.
func (o *rewardFlags) gives(v *book.View, cmd *cobra.Command, r *loyalty.Reward) (err error) {
	switch given := cmd.Flags().Changed; {
	case given("amount"):
		r.Kind = loyalty.RewardAmount
		r.Amount, err = typedAmount(o.amount, v.Settings().Currency)
		err = inFlag("--amount", err)
	case given("percent"):
		r.Kind = loyalty.RewardPercent
		r.Percent, err = typedPercent(o.percent)
		err = inFlag("--percent", err)
	case given("product"):
		r.Kind = loyalty.RewardProduct
		var p catalog.Product
		p, err = catalog.FindProduct(v, o.product)
		r.Product = p.ID
	case o.experience:
		r.Kind = loyalty.RewardExperience
	}
	return err
}

// noRewards are the columns of rewards where no book is open yet.
func noRewards() []sheet.Column[loyalty.Reward] { return sheet.Rewards(0, money.Wording{}) }

func rewardAdd(a *app) *cobra.Command {
	var o rewardFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE",
		Short: "Add a reward",
		Long: `Add a reward: an amount or a percentage off an order, a product, or something to
live, for so many points. Who takes one gets a voucher. Flags limit it to some
days, a tier, or so many in all.`,
		Example: `perla reward add FIVE --points 100 --amount 5 --voucher-days 90
perla reward add TEN --points 250 --percent 10 --until 2026-12-31
perla reward add MINI --points 80 --product AB-100 --available 50 --cost 2.10
perla reward add SPA --name "A day at the spa" --points 2000 --experience`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var r loyalty.Reward
			err := a.update(cmd.Context(), "reward add", func(tx *book.Tx) error {
				r = loyalty.Reward{Programme: o.programme, Code: args[0]}
				if err := o.apply(tx.View, cmd, &r); err != nil {
					return err
				}
				if r.Kind == "" {
					return usage(cmd, "needed is what it gives: --amount 5, --percent 10, --product SKU or --experience")
				}
				if !cmd.Flags().Changed("points") {
					return usage(cmd, "needed is what it costs: --points 100")
				}
				var err error
				r, err = loyalty.AddReward(tx, r)
				return err
			})
			if err != nil {
				return err
			}
			return emitReward(a, r, a.open.Today())
		},
	}, noRewards()))
	o.register(a, cmd)
	return cmd
}

// emitReward prints one reward with all that limits it.
func emitReward(a *app, r loyalty.Reward, day dates.Date) error {
	columns := sheet.Rewards(day, a.wording())
	for i := range columns {
		columns[i].Wide = false
	}
	return emitOne(a, columns, r)
}

func rewardList(a *app) *cobra.Command {
	var o pointsOf
	var state string
	states := []string{string(loyalty.RewardOpen), string(loyalty.RewardPlanned), string(loyalty.RewardTaken), string(loyalty.RewardEnded)}
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List rewards, the cheapest first, with how many are left",
		Example: `perla reward list
perla reward list --state open --columns code,points,gives,left`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := loyalty.Rewards(v, o.programme, day)
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(r loyalty.Reward) bool { return state != "" && string(r.State(day)) != state })
				return emitSlice(a, sheet.Rewards(day, a.wording()), list)
			})
		},
	}, noRewards())
	cmd.Flags().Var(enumOf(&state, states...), "state", "only those that are `STATE`: "+strings.Join(states, ", "))
	o.all(cmd)
	return cmd
}

func rewardShow(a *app) *cobra.Command {
	var o pointsOf
	cmd := rowsOf(&cobra.Command{
		Use:   "show CODE",
		Short: "Show a reward",
		Example: `perla reward add FIVE --points 100 --amount 5
perla reward show five`,
		ValidArgsFunction: a.completeFrom(rewardCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				r, err := loyalty.FindReward(v, o.programme, args[0], day)
				if err != nil {
					return err
				}
				return emitReward(a, r, day)
			})
		},
	}, noRewards())
	o.all(cmd)
	return cmd
}

func rewardEdit(a *app) *cobra.Command {
	var o rewardFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit CODE",
		Short: "Change a reward",
		Long: `Change a reward. What it gives stays once it was taken, since the vouchers that
are out promise that: end it and add another. An empty value takes away a tier,
a cost or a day: --until "".`,
		Example: `perla reward add FIVE --points 100 --amount 5
perla reward edit FIVE --points 120 --available 30`,
		ValidArgsFunction: a.completeFrom(rewardCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if firstChanged(cmd, rewardFields...) == "" {
				return usage(cmd, "nothing to change: name a field, such as --points 120")
			}
			var r loyalty.Reward
			err := a.update(cmd.Context(), "reward edit", func(tx *book.Tx) (err error) {
				r, err = loyalty.EditReward(tx, o.programme, args[0], func(r *loyalty.Reward) error { return o.apply(tx.View, cmd, r) })
				return err
			})
			if err != nil {
				return err
			}
			return emitReward(a, r, a.open.Today())
		},
	}, noRewards()))
	o.register(a, cmd)
	return cmd
}

func rewardEnd(a *app) *cobra.Command {
	var o pointsOf
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "end CODE",
		Short: "End a reward: at once, or on a day",
		Long: `End a reward. Without --on it can no longer be taken from now on: yesterday was
its last day. Vouchers that are out hold.`,
		Example: `perla reward add FIVE --points 100 --amount 5
perla reward end FIVE --on 2026-12-31
perla reward end FIVE`,
		ValidArgsFunction: a.completeFrom(rewardCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			var r loyalty.Reward
			err := a.update(cmd.Context(), "reward end", func(tx *book.Tx) error {
				last, err := lastDayFlag(tx.View, "--on", on)
				if err != nil {
					return err
				}
				if last == 0 {
					last = tx.Today().AddDays(-1)
				}
				r, err = loyalty.EndReward(tx, o.programme, args[0], last)
				return err
			})
			if err != nil {
				return err
			}
			return emitReward(a, r, a.open.Today())
		},
	}, noRewards()))
	cmd.Flags().StringVar(&on, "on", "", "the last `DATE` on which it can be taken (default yesterday)")
	o.all(cmd)
	return cmd
}

// rewardCodes completes the code of a reward.
func rewardCodes(v *book.View, _ string) (words []cobra.Completion, err error) {
	list, err := loyalty.Rewards(v, "", v.Today())
	for _, r := range list {
		words = append(words, cobra.CompletionWithDesc(r.Code, r.Name))
	}
	return words, err
}
