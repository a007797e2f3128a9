package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantTerms(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "terms",
		Short: "List the terms by which levels and commissions are worked out",
		Long: `List the terms that hold today, or on --as-of, with the days between which each
does. Those of a period are the ones of its last day. Percentages are of money
before tax.

  commission        flat: the rate of the level on all she sells; marginal: by
                    brackets of what she sells in the period
  earn_at           when an order earns: confirmed, shipped, invoiced, paid
  active_from       a sponsor who sells less herself in the period is passed
                    over: what she would get goes to the next above her
  downgrade         at_once; one_level: at most one level a period; keep N: a
                    level is kept for N periods
  ceiling           the most that all commissions on one order may be
  bracket.AMOUNT    rate on what is above AMOUNT, up to the next bracket
  override.DEPTH    rate for the sponsor (1), for hers (2), ...
  level.CODE.FIELD  name, rank, own_sales, group_sales, course, margin,
                    commission_rate, payment_days`,
		Example: `perla consultant terms
perla consultant terms --as-of 2026-06-30 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				terms, err := network.ListTerms(v, day)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Terms, terms)
			})
		},
	}, sheet.Terms)
}

func consultantSet(a *app) *cobra.Command {
	var from string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "set KEY=VALUE...",
		Short: "Change the terms of levels and commissions, from a day on",
		Long: `Change terms, from today on or --from another day; the first value of one holds
ever since. An empty value ends a bracket, an override or a level, and makes a
setting the default again. Prints the terms that then hold. See perla consultant
terms for what there is.`,
		Example: `perla consultant set commission=marginal bracket.0=5% bracket.10000=7%
perla consultant set override.1=3% override.2=1.5% active_from=100 ceiling=20%
perla consultant set level.gold.commission_rate=7.5% --from 2026-12-01`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var terms []network.Term
			err := a.update(cmd.Context(), "consultant set", func(tx *book.Tx) error {
				day, err := dayIn("--from", from, tx.Today())
				if err != nil {
					return err
				}
				if err := network.SetTerms(tx, args, day); err != nil {
					return err
				}
				terms, err = network.ListTerms(tx.View, max(day, tx.Today()))
				return err
			})
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.Terms, terms)
		},
	}, sheet.Terms))
	cmd.Flags().StringVar(&from, "from", "", "they hold from `DATE` on")
	return cmd
}

func consultantCycle(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:   "cycle [CODE] [DAYS]",
		Short: "List the cycles, or add one",
		Long: `List the cycles, the stretches of time in which the business counts where these
are not the months; or add one, CODE with its first and last day.`,
		Example: `perla consultant cycle C-12 2026-11-23..2026-12-13
perla consultant cycle`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				return usage(cmd, "a cycle needs its days, such as 2026-11-23..2026-12-13")
			}
			if len(args) == 2 {
				return addCycle(cmd, a, args[0], args[1])
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := network.ReadCalendar(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Cycles, list)
			})
		},
	}, sheet.Cycles))
}

func addCycle(cmd *cobra.Command, a *app, code, days string) error {
	var p network.Period
	err := a.update(cmd.Context(), "consultant cycle", func(tx *book.Tx) error {
		r, err := dates.ParseRange(days, tx.Today())
		if err != nil {
			return inFlag("the days", err)
		}
		p, err = network.AddCycle(tx, code, r)
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, sheet.Cycles, p)
}

// incentiveFlags are the flags of a new incentive, as they were typed.
type incentiveFlags struct {
	incentive               network.Incentive
	clients, pieces         int64
	product, amount, during string
}

func consultantIncentive(a *app) *cobra.Command {
	var o incentiveFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "incentive [CODE]",
		Short: "List the incentives, or add one",
		Long: `List the incentives, or add one: a bonus between two days for so many new
clients, for so many pieces of a product, or for the consultants who sell most.
It is paid with the period in which it ends. In a contest the one who is longer
with you wins a tie.`,
		Example: `perla consultant incentive NEW5 --new-clients 5 --amount 50 --during 2026-11
perla consultant incentive C9 --product cr --pieces 9 --amount 5 --during 2026
perla consultant incentive RACE --winners 3 --amount 100 --during 2026-Q4
perla consultant incentive`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				o.incentive.Code = args[0]
				return o.add(cmd, a)
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := network.Incentives(v)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Incentives, list)
			})
		},
	}, sheet.Incentives))
	f := cmd.Flags()
	f.Int64Var(&o.clients, "new-clients", 0, "for so many `CLIENTS` who buy for the first time")
	f.Int64Var(&o.pieces, "pieces", 0, "for so many `PIECES` of --product")
	f.StringVar(&o.product, "product", "", "`PRODUCT` it is about")
	f.Int64Var(&o.incentive.Winners, "winners", 0, "a contest: for the `N` who sell most")
	f.StringVar(&o.amount, "amount", "", "`AMOUNT` for each who gets there")
	f.StringVar(&o.during, "during", "", "its `DAYS`: 2026-11, A..B")
	f.StringVar(&o.incentive.Name, "name", "", "what it is called: `TEXT`")
	cmd.MarkFlagsMutuallyExclusive("new-clients", "pieces", "winners")
	cmd.MarkFlagsRequiredTogether("product", "pieces")
	completeFlag(cmd, "product", a.completeFrom(productNames))
	return cmd
}

// add writes the incentive that the flags describe.
func (o *incentiveFlags) add(cmd *cobra.Command, a *app) error {
	i := &o.incentive
	switch {
	case i.Winners != 0:
		i.Kind = "contest"
	case o.pieces != 0:
		i.Kind, i.Target = "product", o.pieces
	case o.clients != 0:
		i.Kind, i.Target = "new_clients", o.clients
	default:
		return usage(cmd, "needed is what it is for: --new-clients 5, --product AB-100 --pieces 20, or --winners 3")
	}
	err := a.update(cmd.Context(), "consultant incentive", func(tx *book.Tx) (err error) {
		if i.Amount, err = typedAmount(o.amount, tx.Settings().Currency); err != nil {
			return inFlag("--amount", err)
		}
		if i.Days, err = dates.ParseRange(o.during, tx.Today()); err != nil {
			return inFlag("--during", err)
		}
		if o.product != "" {
			p, err := catalog.FindProduct(tx.View, o.product)
			if err != nil {
				return err
			}
			i.Product, i.SKU = p.ID, p.SKU
		}
		*i, err = network.AddIncentive(tx, *i)
		return err
	})
	if err != nil {
		return err
	}
	return emitOne(a, sheet.Incentives, *i)
}

func consultantGoal(a *app) *cobra.Command {
	var period string
	cmd := rowsOf(&cobra.Command{
		Use:   "goal CONSULTANT [KIND=TARGET...]",
		Short: "Say what a consultant wants to reach in a period, or show it",
		Long: `Say what a consultant wants to reach in the period of today, or --period: sales
or group_sales of money, or a number of orders, new_clients, new_consultants. An
empty target takes one away.`,
		Example: `perla consultant goal ada sales=3000 new_clients=5
perla consultant goal ada --period 2026-12`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			var goals []network.Goal
			read := func(v *book.View, write func(k network.Consultant, p network.Period) error) error {
				k, err := network.Find(v, args[0], contacts.E164)
				if err != nil {
					return err
				}
				calendar, err := network.ReadCalendar(v)
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				p, err := periodNamed(calendar, period, day)
				if err != nil {
					return err
				}
				if err := write(k, p); err != nil {
					return err
				}
				goals, err = network.Goals(v, k.ID, p.From)
				return err
			}
			if len(args) > 1 && a.flags.asOf != "" {
				return usage(cmd, "goals are set for the period of today or --period; --as-of only asks")
			}
			var err error
			if len(args) == 1 {
				err = a.view(cmd.Context(), func(v *book.View) error {
					return read(v, func(network.Consultant, network.Period) error { return nil })
				})
			} else {
				err = a.update(cmd.Context(), "consultant goal", func(tx *book.Tx) error {
					return read(tx.View, func(k network.Consultant, p network.Period) error {
						return network.SetGoals(tx, k.ID, p.From, args[1:])
					})
				})
			}
			if err != nil {
				return err
			}
			return emitSlice(a, sheet.ConsultantGoals, goals)
		},
	}, sheet.ConsultantGoals)
	cmd.Flags().StringVar(&period, "period", "", "in `PERIOD`: 2026-12, the code of a cycle")
	cmd.Flags().BoolVar(&a.flags.dryRun, "dry-run", false, "say what would happen, write nothing")
	return cmd
}
