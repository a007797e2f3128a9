package cli

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

// balanceSorts are the columns that balances can be sorted by.
var balanceSorts = []string{"name", "usable", "pending", "debt", "expires_on", "tier_value", "missing", "earned"}

// balanceQuery are the flags that choose balances.
type balanceQuery struct {
	pointsOf
	least            int64
	expires          string
	tier, sort       string
	debt             bool
	limit            int
	expiresOn, asked dates.Date
	where            whereFlag
}

func (o *balanceQuery) register(a *app, cmd *cobra.Command) {
	o.one(a, cmd)
	o.all(cmd)
	f := cmd.Flags()
	f.Int64Var(&o.least, "min", 0, "only who can spend `N` points or more")
	f.StringVar(&o.expires, "expires-by", "", "only who has points that expire by `DATE`")
	f.StringVar(&o.tier, "tier", "", "only who is in the tier `CODE`")
	f.BoolVar(&o.debt, "debt", false, "only who owes points")
	f.Var(sortBy(&o.sort, balanceSorts), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(balanceSorts, ", "))
	f.IntVar(&o.limit, "limit", 0, "at most `N` people (0 is all)")
	o.where.register(cmd)
	completeFlag(cmd, "tier", a.completeFrom(tierCodes))
}

func pointsBalance(a *app) *cobra.Command {
	var o balanceQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "balance [CUSTOMER]",
		Short: "Say what somebody has, or everybody",
		Long: `Say what a customer, or with --consultant a consultant, can spend, what is still
pending or owed, what expires next, and where she stands among the tiers;
without either, everybody of a programme who ever had points. expiring is how
many of the usable points go first, and expires_on the last day on which they
can be spent. What a balance is made of: perla points lots.`,
		Example: `perla points balance ana
perla points balance --expires-by +60d --sort expires_on
perla points balance --programme consultants --min 100 -o csv
perla points balance ana --as-of 2026-06-30`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				account, err := o.account(cmd, v, strings.Join(args, ""))
				if err != nil {
					return err
				}
				if o.asked, err = a.asOf(v); err != nil {
					return err
				}
				if account != (loyalty.Account{}) {
					if name := firstChanged(cmd, "min", "expires-by", "tier", "debt", "sort", "limit", "where"); name != "" {
						return usage(cmd, "--"+name+" chooses among many, and one is named")
					}
					return a.balanceOf(v, account, o.asked)
				}
				return o.list(a, v)
			})
		},
	}, sheet.PointBalances(false))
	o.register(a, cmd)
	return cmd
}

// programmeOn is a programme as it works on a day.
func programmeOn(v *book.View, programme string, day dates.Date) (s loyalty.Settings, spent bool, err error) {
	s, err = loyalty.SettingsAt(v, programme, day)
	return s, s.TierBasis == loyalty.TierBySpent, err
}

// balanceOf prints what one has: a card with its lots for a person, else a row.
func (a *app) balanceOf(v *book.View, account loyalty.Account, day dates.Date) error {
	programme := account.Programme()
	settings, spent, err := programmeOn(v, programme, day)
	if err != nil {
		return err
	}
	people, err := loyalty.People(v, programme, account.ID())
	if err != nil {
		return err
	}
	standing, err := loyalty.Balance(v, account, day)
	if err != nil {
		return err
	}
	rungs, err := loyalty.Rungs(v, programme, day, account.ID())
	if err != nil {
		return err
	}
	b := sheet.PointBalance{Person: people[account.ID()], Standing: standing, Rung: rungs[account.ID()], Worth: worth(standing.Usable, settings.PointValue)}
	shelf, err := loyalty.ReadShelf(v, programme, day)
	if err != nil {
		return err
	}
	b.Next, b.Has = shelf.Next(standing.Usable, &b.Rung)
	if a.forPeople() && !a.columnsGiven {
		return a.showBalance(v, &b, settings)
	}
	return emitOne(a, sheet.PointBalances(spent), b)
}

// worth is what points pay, or 0 where no sum can hold it.
func worth(points int64, value money.Amount) money.Amount {
	if value == 0 || points > (1<<62)/int64(value) {
		return 0
	}
	return money.Amount(points) * value
}

// list prints the balances of a programme.
func (o *balanceQuery) list(a *app, v *book.View) (err error) {
	if o.expiresOn, err = lastDayFlag(v, "--expires-by", o.expires); err != nil {
		return err
	}
	settings, spent, err := programmeOn(v, o.programme, o.asked)
	if err != nil {
		return err
	}
	if o.tier != "" {
		found, err := loyalty.FindTier(v, o.programme, o.tier, o.asked)
		if err != nil {
			return err
		}
		o.tier = found.Code
	}
	people, err := loyalty.People(v, o.programme)
	if err != nil {
		return err
	}
	rungs, err := loyalty.Rungs(v, o.programme, o.asked)
	if err != nil {
		return err
	}
	shelf, err := loyalty.ReadShelf(v, o.programme, o.asked)
	if err != nil {
		return err
	}
	wanted, err := o.where.members(a, v, o.programme)
	if err != nil {
		return err
	}
	var list []sheet.PointBalance
	for s, err := range loyalty.Balances(v, o.programme, o.asked) {
		if err != nil {
			return err
		}
		id := s.Account.ID()
		b := sheet.PointBalance{Person: people[id], Standing: s, Rung: rungs[id], Worth: worth(s.Usable, settings.PointValue)}
		if b.Next, b.Has = shelf.Next(s.Usable, &b.Rung); wanted(id) && o.wants(&b) {
			list = append(list, b)
		}
	}
	columns := sheet.PointBalances(spent)
	if o.sort != "" {
		if err := sheet.Sort(columns, o.sort, list); err != nil {
			return err
		}
	}
	if o.limit > 0 && len(list) > o.limit {
		list = list[:o.limit]
	}
	return emitSlice(a, columns, list)
}

// wants says whether the flags choose a balance.
func (o *balanceQuery) wants(b *sheet.PointBalance) bool {
	s := &b.Standing
	return s.Usable >= o.least && (o.expiresOn == 0 || s.LapsesOn != 0 && s.LapsesOn <= o.expiresOn) && (o.tier == "" || b.Rung.Tier.Code == o.tier) && (!o.debt || s.Debt > 0)
}

func pointsLots(a *app) *cobra.Command {
	var o pointsOf
	var every bool
	cmd := rowsOf(&cobra.Command{
		Use:   "lots [CUSTOMER]",
		Short: "List the lots of points somebody has, the first to be spent first",
		Long: `List the lots that the points of somebody are made of, the first to be spent
first: when and why they came, what is left of them, and from when until when
they can be spent, both days included.`,
		Example: `perla points adjust ana 50 --reason "a present"
perla points lots ana
perla points lots ana --all -o csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				account, err := o.person(cmd, v, strings.Join(args, ""))
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				lots, err := loyalty.Lots(v, account, day)
				if err != nil {
					return err
				}
				return emit(a, sheet.PointLots, lotsThatCount(lots, day, every))
			})
		},
	}, sheet.PointLots)
	o.one(a, cmd)
	cmd.Flags().BoolVar(&every, "all", false, "those that are spent or expired, too")
	return cmd
}

// lotsThatCount are the lots with points that can be spent, now or later, or all of them.
func lotsThatCount(lots []loyalty.Lot, day dates.Date, every bool) iter.Seq2[loyalty.Lot, error] {
	return func(yield func(loyalty.Lot, error) bool) {
		for _, l := range lots {
			if (every || l.Left > 0 && (l.Usable || l.Entry.ActiveFrom > day)) && !yield(l, nil) {
				return
			}
		}
	}
}

func pointsList(a *app) *cobra.Command {
	var o struct {
		pointsOf
		span  *span
		kind  string
		limit int
	}
	kinds := make([]string, len(pointKinds))
	for i, k := range pointKinds {
		kinds[i] = string(k)
	}
	cmd := rowsOf(&cobra.Command{
		Use:   "list [CUSTOMER]",
		Short: "List the ledger: every time points came or went",
		Long: `List the ledger by day: every time points came or, below 0, went, of a customer,
of a consultant or of a whole programme. from and expires_on are the days of the
lot that points which came in make.`,
		Example: `perla points list ana
perla points list --since -30d --kind redeem
perla points list --consultant K-12 -o json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.limit < 0 {
				return usage(cmd, fmt.Sprintf("--limit: %d is less than 0", o.limit))
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				q := loyalty.Query{Kind: loyalty.EntryKind(o.kind)}
				var err error
				if q.Account, err = o.account(cmd, v, strings.Join(args, "")); err != nil {
					return err
				}
				days, err := o.span.days(v.Today())
				if err != nil {
					return err
				}
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				if q.Since, q.Until = days.From, days.To; a.flags.asOf != "" && (q.Until == 0 || q.Until > day) {
					q.Until = day
				}
				q.Programme = o.programme
				return a.emitEntries(v, q, o.limit)
			})
		},
	}, sheet.PointEntries)
	o.one(a, cmd)
	o.all(cmd)
	o.span = spanFlags(cmd)
	cmd.Flags().Var(enumOf(&o.kind, kinds...), "kind", "only those of `KIND`: "+strings.Join(kinds, ", "))
	cmd.Flags().IntVar(&o.limit, "limit", 0, "the last `N` entries (0 is all)")
	return cmd
}

// pointKinds are the kinds of entries, as they are told.
var pointKinds = []loyalty.EntryKind{loyalty.EntryEarn, loyalty.EntryBonus, loyalty.EntryAdjust, loyalty.EntryRedeem, loyalty.EntryExpire,
	loyalty.EntryReverseEarn, loyalty.EntryReverseRedeem, loyalty.EntryTransfer}

// emitEntries prints entries with whose they are, oldest first; with a limit the last ones.
func (a *app) emitEntries(v *book.View, q loyalty.Query, limit int) error {
	if q.Account != (loyalty.Account{}) {
		q.Programme = q.Account.Programme()
	}
	var ids []int64
	if id := q.Account.ID(); id != 0 {
		ids = []int64{id}
	}
	people, err := loyalty.People(v, q.Programme, ids...)
	if err != nil {
		return err
	}
	entries := loyalty.Entries(v, q)
	if limit > 0 {
		q.Latest, q.Limit = true, limit
		var last []loyalty.Entry
		for e, err := range loyalty.Entries(v, q) {
			if err != nil {
				return err
			}
			last = append(last, e)
		}
		slices.Reverse(last)
		entries = rowsIn(last)
	}
	return emit(a, sheet.PointEntries, func(yield func(sheet.PointEntry, error) bool) {
		for e, err := range entries {
			if !yield(sheet.PointEntry{Person: people[e.Account.ID()], Entry: e}, err) || err != nil {
				return
			}
		}
	})
}
