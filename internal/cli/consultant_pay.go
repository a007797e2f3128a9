package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

func consultantStatement(a *app) *cobra.Command {
	var period string
	cmd := rowsOf(&cobra.Command{
		Use:   "statement CONSULTANT",
		Short: "Show what a period comes to for one consultant, line by line",
		Long: `Show what a period comes to for one consultant: her sales, her margin, and her
commission line by line: on her own orders, on those of consultants under her,
incentives, and what was taken back after returns. A period that is paid is read
from the ledger; another is worked out by what is known. Without --period it is
the period of today, or of --as-of.`,
		Example: `perla consultant statement ada
perla consultant statement K-2 --period 2026-10 -o csv`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				k, err := network.Find(v, args[0], contacts.E164)
				if err != nil {
					return err
				}
				month, err := a.monthOf(v, period, day)
				if err != nil {
					return err
				}
				s, err := network.ReadStatement(v, month, k.ID)
				if err != nil {
					return err
				}
				if a.forPeople() && !a.columnsGiven {
					if err := a.showStatement(s); err != nil || len(s.Lines) == 0 {
						return err
					}
				}
				return emitSlice(a, sheet.StatementLines, s.Lines)
			})
		},
	}, sheet.StatementLines)
	cmd.Flags().StringVar(&period, "period", "", "of `PERIOD`: 2026-10, the code of a cycle")
	return cmd
}

// showStatement draws the sums of a statement for a person.
func (a *app) showStatement(s *network.Statement) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	m := s.Month
	who, standing := m.Team.Members[s.Place], m.Standings[s.Place]
	level := ""
	if l := m.Level(s.Place); l != nil {
		level = l.Name
	}
	paid := ""
	if s.PaidOn != 0 {
		paid = a.moneyText(s.Paid) + " on " + s.PaidOn.String()
	}
	pairs := []render.Pair{{Label: "period", Value: m.Code + ", " + m.From.String() + " to " + m.To.String()}, {Label: "level", Value: level},
		{Label: "own sales", Value: a.moneyText(standing.Own)}, {Label: "group sales", Value: a.moneyText(standing.Group)}, {Label: "margin", Value: a.moneyText(s.Margin())},
		{Label: "commission", Value: a.moneyText(s.Commission)}}
	if s.Carried != 0 {
		pairs = append(pairs, render.Pair{Label: "from before", Value: a.moneyText(s.Carried)})
	}
	pairs = append(pairs, render.Pair{Label: "paid", Value: paid}, render.Pair{Label: "payable", Value: a.moneyText(s.Payable())})
	return a.write(func(w io.Writer) error {
		if err := render.Card(w, style, who.Name, []render.Section{{Pairs: pairs}}); err != nil {
			return err
		}
		_, err := io.WriteString(w, "\n")
		return err
	})
}

func consultantPay(a *app) *cobra.Command {
	var period, method string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "pay",
		Short: "Pay the commissions of a period: they are frozen in the ledger",
		Long: `Pay the commissions of a period that is over, without --period the last one. All
of it is frozen in the ledger, and each consultant gets one payout of what it
comes to, with what is open from before. What comes back later is taken back at
the frozen rate, in the period that is open then. Who has no more than 0 to get
gets no payout, and it is carried on.`,
		Example: `perla consultant pay --period 2026-10 --dry-run
perla consultant pay --period 2026-10 --method transfer`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var payouts []network.Payout
			var code string
			change := a.update
			err := a.view(cmd.Context(), func(v *book.View) error {
				large, err := network.IsLarge(v)
				if large {
					change = a.updateBulk
				}
				return err
			})
			if err != nil {
				return err
			}
			err = change(cmd.Context(), "consultant pay", func(tx *book.Tx) error {
				calendar, err := network.ReadCalendar(tx.View)
				if err != nil {
					return err
				}
				today := tx.Today()
				p := calendar.Before(calendar.At(today))
				if period != "" {
					if p, err = periodNamed(calendar, period, today); err != nil {
						return err
					}
				}
				code = p.Code
				month, err := network.ReadMonth(tx.View, calendar, p, today, paidBy)
				if err != nil {
					return err
				}
				payouts, err = network.Pay(tx, calendar, month, method)
				return err
			})
			if err != nil {
				return err
			}
			if len(payouts) == 0 {
				a.note("nobody is to be paid for %s", code)
			}
			return emitSlice(a, sheet.Payouts, payouts)
		},
	}, sheet.Payouts))
	cmd.Flags().StringVar(&period, "period", "", "`PERIOD`: 2026-10, the code of a cycle (default the last one)")
	cmd.Flags().StringVar(&method, "method", "", "how it is paid: `TEXT`")
	return cmd
}
