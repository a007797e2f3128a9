package cli

import (
	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func reportCommissions(a *app) *cobra.Command {
	var period, since string
	var all bool
	cmd := rowsOf(&cobra.Command{
		Use:   "commissions",
		Short: "What consultants earned, and what is paid and payable",
		Long: `A row for each consultant with sales, commission or something open in the period
of today, of --as-of, or --period; with --since in each period from then on.

  state        open: the period goes on; over; paid: it is frozen in the ledger
  own_sales    her sales of the period
  own          commission on what she sold; overrides: on what those under her
               sold; incentives: bonuses; reversals: taken back after returns
  commission   the sum of these four; until the period is paid by what is known
  carried      what was open before the period, below 0 where too much was paid
  paid         in a payout of the period, on paid_on
  payable      carried + commission - paid, at the end of the period

How commissions are worked out: perla help commissions.`,
		Example: `perla report commissions --period 2026-10
perla report commissions --since 2026-01 -o csv
perla report commissions --all --columns ref,commission,payable`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				calendar, last, err := periodAt(v, period, day)
				if err != nil {
					return err
				}
				periods, err := periodsSince(calendar, last, since, v.Today())
				if err != nil {
					return err
				}
				return emit(a, sheet.Commissions, commissionRows(v, calendar, periods, day, all))
			})
		},
	}, sheet.Commissions)
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "of `PERIOD`: 2026-10, the code of a cycle")
	f.StringVar(&since, "since", "", "of each period from that of `DATE` on")
	f.BoolVar(&all, "all", false, "consultants with nothing at all too")
	return cmd
}

// periodsSince are the periods from that of a day to the last one, the oldest first; without a day that one alone.
func periodsSince(calendar network.Calendar, last network.Period, since string, today dates.Date) ([]network.Period, error) {
	if since == "" {
		return []network.Period{last}, nil
	}
	first, err := dates.Parse(since, today)
	if err != nil {
		return nil, inFlag("--since", err)
	}
	if first > last.To {
		return nil, fault.New(fault.Usage, "--since: "+first.String()+" is after period "+last.Code, "")
	}
	var list []network.Period
	for p := calendar.At(first); p.From <= last.From; p = calendar.At(p.To + 1) {
		list = append(list, p)
	}
	return list, nil
}

// commissionRows yields what some periods come to for everybody who has something in them, or for all.
func commissionRows(v *book.View, calendar network.Calendar, periods []network.Period, day dates.Date, all bool) func(func(sheet.CommissionRow, error) bool) {
	return func(yield func(sheet.CommissionRow, error) bool) {
		for _, p := range periods {
			month, err := network.ReadMonth(v, calendar, p, day, paidBy)
			if err != nil {
				yield(sheet.CommissionRow{}, err)
				return
			}
			earnings, frozen, err := network.ReadEarnings(v, month)
			if err != nil {
				yield(sheet.CommissionRow{}, err)
				return
			}
			state := "open"
			switch {
			case frozen:
				state = "paid"
			case p.To < day:
				state = "over"
			}
			for place, e := range earnings {
				row := sheet.CommissionRow{Member: month.Team.Members[place], Earning: e, Period: p, State: state, Level: month.Level(int32(place)), Sales: month.Standings[place].Own}
				if !all && row.Sales == 0 && e == (network.Earning{}) {
					continue
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
