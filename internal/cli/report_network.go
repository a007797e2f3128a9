package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func reportNetwork(a *app) *cobra.Command {
	var period, by, sort string
	cmd := rowsOf(&cobra.Command{
		Use:   "network",
		Short: "Levels, sales and teams of the consultants",
		Long: `A row for each consultant who had joined by the day asked about, by ref, in the
period of today, of --as-of, or --period:

  level           that of the period, see perla consultant level
  own_sales       her sales of the period; before: of the one before. While the
                  period goes on, before is of as many days, as known then
  trend           no_sale      nothing sold in the period
                  first_sale   something, for the first time ever
                  declining, emerging, steady: less than before, more, as much
  group_sales     her sales and those of all below her
  clients         hers who are not archived; active: bought in the last 90 days;
                  at_risk: in the 90 days before those, and not since
  depth           sponsors above her; span: consultants right under her; team:
                  all under her; below: how many steps down the deepest stands

--by adds them up: consultants, active (neither paused nor gone), selling (sold
something in the period), own_sales, their share in percent, sales_each, and by

  level, depth    clients, active_clients, span_each and team_each: the means
  cohort          the month in which they joined: m1, m2, m3, m6, m12 is the
                  percentage that sold something in that month after it, empty
                  while it is not over`,
		Example: `perla report network --sort -group_sales
perla report network --by cohort
perla report network --by level --period 2026-10 -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				n, err := a.readNetwork(v, period)
				if err != nil {
					return err
				}
				if by != "" {
					return emitSlice(a, sheet.NetworkGroups(by), n.By(by))
				}
				if sort != "ref" {
					if err := sheet.Sort(sheet.Network, sort, n.Members); err != nil {
						return err
					}
				}
				return emitSlice(a, sheet.Network, n.Members)
			})
		},
	}, sheet.Network)
	for _, way := range insight.NetworkWays {
		alsoRowsOf(cmd, sheet.NetworkGroups(way))
	}
	sort = "ref"
	f := cmd.Flags()
	f.StringVar(&period, "period", "", "in `PERIOD`: 2026-10, the code of a cycle")
	f.Var(enumOf(&by, insight.NetworkWays...), "by", "add up by `WHAT`: "+strings.Join(insight.NetworkWays, ", "))
	f.Var(sortBy(&sort, namesOf(sheet.Network)), "sort", "sort by `COLUMN`, with - before it downwards")
	cmd.MarkFlagsMutuallyExclusive("by", "sort")
	return cmd
}

// readNetwork reads everybody in the period that a flag names, else in that of the day asked about.
func (a *app) readNetwork(v *book.View, period string) (*insight.Network, error) {
	day, err := a.asOf(v)
	if err != nil {
		return nil, err
	}
	calendar, p, err := periodAt(v, period, day)
	if err != nil {
		return nil, err
	}
	return insight.ReadNetwork(v, calendar, p, day)
}

// periodAt is the period that a flag names, else that of a day, which it must have begun by.
func periodAt(v *book.View, period string, day dates.Date) (network.Calendar, network.Period, error) {
	calendar, err := network.ReadCalendar(v)
	if err != nil {
		return nil, network.Period{}, err
	}
	p, err := periodNamed(calendar, period, day)
	if err == nil && p.From > day {
		err = fault.New(fault.Usage, "period "+p.Code+" begins on "+p.From.String()+", after the day asked about", "")
	}
	return calendar, p, err
}
