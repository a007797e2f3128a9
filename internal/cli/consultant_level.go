package cli

import (
	"math"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// paidBy is how the network learns what was paid.
var paidBy network.PaidBy = sales.PaidBy

// levelFlags are the flags of perla consultant level.
type levelFlags struct {
	period, since   string
	defaults, steps bool
}

func consultantLevel(a *app) *cobra.Command {
	var o levelFlags
	cmd := rowsOf(rowsOf(rowsOf(&cobra.Command{
		Use:   "level [CONSULTANT]",
		Short: "Show the level each has reached, and what is missing to the next",
		Long: `Show the level that each consultant, or one, has reached in the period of today,
of --as-of, or --period: the highest whose thresholds her own sales and those of
her group both meet, and whose course she has attended; and what is missing to
the next one. How levels are lost is a term, downgrade (see perla consultant
terms). With --since only those are listed whose level is another than on that
day, who rose and who fell.

The levels themselves are printed by --steps. --defaults writes six to begin
with, from Bronze to Diamond; change them with perla consultant set.`,
		Example: `perla consultant level --defaults
perla consultant level --steps
perla consultant level --period 2026-10
perla consultant level --since 2026-10-31`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.defaults {
				if a.flags.asOf != "" || len(args) > 0 {
					return usage(cmd, "--defaults writes levels, and goes with neither --as-of nor a consultant")
				}
				return writeDefaultLevels(cmd, a)
			}
			if a.flags.dryRun {
				return usage(cmd, "--dry-run goes with --defaults")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				month, err := a.monthOf(v, o.period, day)
				switch {
				case err != nil:
					return err
				case o.steps:
					return emitSlice(a, sheet.LevelSteps, month.Terms.Levels)
				case o.since != "":
					return a.levelChanges(v, month, o.since, args)
				}
				return a.levels(v, month, args)
			})
		},
	}, sheet.Levels), sheet.LevelChanges[5:7]), sheet.LevelSteps[:1])
	f := cmd.Flags()
	f.StringVar(&o.period, "period", "", "in `PERIOD`: 2026-10, the code of a cycle")
	f.StringVar(&o.since, "since", "", "who rose and fell since `DATE`")
	f.BoolVar(&o.steps, "steps", false, "the levels themselves")
	f.BoolVar(&o.defaults, "defaults", false, "write the six levels that most begin with")
	f.BoolVar(&a.flags.dryRun, "dry-run", false, "with --defaults: say what would happen, write nothing")
	cmd.MarkFlagsMutuallyExclusive("since", "steps", "defaults")
	cmd.MarkFlagsMutuallyExclusive("period", "defaults")
	return cmd
}

func writeDefaultLevels(cmd *cobra.Command, a *app) error {
	var list []network.Level
	err := a.update(cmd.Context(), "consultant level", func(tx *book.Tx) error {
		unit := money.Amount(math.Pow10(tx.Settings().Currency.Decimals))
		if err := network.SetLevels(tx, network.DefaultLevels(unit)); err != nil {
			return err
		}
		day := tx.Today()
		terms, err := network.ReadTerms(tx.View, network.Period{Range: dates.Range{From: day, To: day}})
		list = terms.Levels
		return err
	})
	if err != nil {
		return err
	}
	return emitSlice(a, sheet.LevelSteps, list)
}

// levelRow is where somebody stands as a row.
func levelRow(m *network.Month, place int32) sheet.LevelRow {
	return sheet.LevelRow{Member: m.Team.Members[place], Standing: m.Standings[place], Period: m.Code, Level: m.Level(place), Next: m.Next(place)}
}

// placesOf are the places asked about: that of one who is named, else all.
func placesOf(v *book.View, m *network.Month, args []string) (places []int32, err error) {
	if len(args) > 0 {
		k, err := network.Find(v, args[0], contacts.E164)
		if err != nil {
			return nil, err
		}
		place, _ := m.Team.Place(k.ID)
		return []int32{place}, nil
	}
	for place := range m.Team.Members {
		places = append(places, int32(place))
	}
	return places, nil
}

// levels prints where everybody, or one, stands.
func (a *app) levels(v *book.View, m *network.Month, args []string) error {
	places, err := placesOf(v, m, args)
	if err != nil {
		return err
	}
	if len(m.Terms.Levels) == 0 {
		a.hint("there are no levels yet; write some with: perla consultant level --defaults")
	}
	rows := make([]sheet.LevelRow, len(places))
	for i, place := range places {
		rows[i] = levelRow(m, place)
	}
	if len(args) > 0 {
		return emitOne(a, sheet.Levels, rows[0])
	}
	return emitSlice(a, sheet.Levels, rows)
}

// levelChanges prints whose level is another than on an earlier day.
func (a *app) levelChanges(v *book.View, now *network.Month, since string, args []string) error {
	day, err := dates.ParseEnd(since, v.Today())
	if err != nil {
		return inFlag("--since", err)
	}
	if day > now.To {
		return inFlag("--since", fault.New(fault.Usage, day.String()+" lies after "+now.Code, "name an earlier day: --since -1m"))
	}
	then, err := a.monthOf(v, "", day)
	if err != nil {
		return err
	}
	places, err := placesOf(v, now, args)
	if err != nil {
		return err
	}
	var rows []sheet.LevelRow
	for _, place := range places {
		row := levelRow(now, place)
		if at, ok := then.Team.Place(row.ID); ok {
			row.Before = then.Level(at)
		}
		switch was, is := rankOf(row.Before), rankOf(row.Level); {
		case is > was:
			row.Change = "rose"
		case is < was:
			row.Change = "fell"
		default:
			continue
		}
		rows = append(rows, row)
	}
	return emitSlice(a, sheet.LevelChanges, rows)
}

// rankOf is the rank of a level; below all of them for none.
func rankOf(l *network.Level) int64 {
	if l == nil {
		return math.MinInt64
	}
	return l.Rank
}

// levelPairs are where somebody stands as a card shows it.
func (a *app) levelPairs(m *network.Month, place int32) (pairs []render.Pair, err error) {
	heads, cells, _, err := sheet.Grid(sheet.Levels[4:], oneRow(levelRow(m, place)), a.setting())
	if err != nil {
		return nil, err
	}
	for i, head := range heads {
		pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i]})
	}
	return pairs, nil
}
