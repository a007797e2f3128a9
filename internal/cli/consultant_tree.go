package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

// deepestDrawn is down to which depth a tree is drawn for people: a screen is not wider.
const deepestDrawn = 20

func consultantTree(a *app) *cobra.Command {
	depth := -1
	var period string
	cmd := rowsOf(&cobra.Command{
		Use:   "tree [CONSULTANT]",
		Short: "Show who works under whom, with levels and sales",
		Long: `Show who works under whom: everybody, or one consultant and all below her, with
their levels and sales in the period of today, of --as-of, or --period. Group
sales are hers and those of all below her, however deep.`,
		Example: `perla consultant tree
perla consultant tree eva --depth 2
perla consultant tree --period 2026-10 -o csv`,
		ValidArgsFunction: a.completeFrom(consultantNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("depth") && depth < 0 {
				return usage(cmd, "--depth is 0 or more")
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				month, err := a.monthOf(v, period, day)
				if err != nil {
					return err
				}
				root := int32(-1)
				if len(args) > 0 {
					k, err := network.Find(v, args[0], contacts.E164)
					if err != nil {
						return err
					}
					root, _ = month.Team.Place(k.ID)
				}
				if a.forPeople() && !a.columnsGiven {
					return a.drawTree(month, root, depth)
				}
				return emit(a, sheet.TreeRows, treeRows(month, root, depth))
			})
		},
	}, sheet.TreeRows)
	cmd.Flags().IntVar(&depth, "depth", -1, "only so many `LEVELS` below (default all)")
	cmd.Flags().StringVar(&period, "period", "", "sales and levels of `PERIOD`: 2026-10, the code of a cycle")
	cmd.Flags().Lookup("depth").DefValue = "0" // help says it in words
	return cmd
}

// treeRow is a place of the tree as a row.
func treeRow(m *network.Month, place int32, depth int) sheet.TreeRow {
	row := sheet.TreeRow{Member: m.Team.Members[place], Depth: depth, Own: m.Standings[place].Own, Group: m.Standings[place].Group}
	if p := m.Team.Parent(place); p >= 0 {
		row.Sponsor = m.Team.Members[p].Ref
	}
	if l := m.Level(place); l != nil {
		row.Level = l.Name
	}
	return row
}

func treeRows(m *network.Month, root int32, depth int) func(func(sheet.TreeRow, error) bool) {
	return func(yield func(sheet.TreeRow, error) bool) {
		m.Team.Walk(root, depth, func(place int32, depth int) bool { return yield(treeRow(m, place, depth), nil) })
	}
}

// drawTree prints a tree for people: names hang on branches, and what is below the deepest drawn is counted.
func (a *app) drawTree(m *network.Month, root int32, depth int) error {
	deepest := deepestDrawn
	if depth >= 0 {
		deepest = min(depth, deepest)
	}
	hidden := 0
	var last []bool // by depth: whether the one above is the last of hers
	rows := func(yield func(sheet.TreeRow, error) bool) {
		m.Team.Walk(root, deepest, func(place int32, depth int) bool {
			if last = last[:min(depth, len(last))]; depth > 0 {
				beside := m.Team.Under(m.Team.Parent(place))
				last = append(last[:depth-1], beside[len(beside)-1] == place)
			}
			row := treeRow(m, place, depth)
			row.Name = branch(last) + row.Name
			if depth == deepest {
				hidden += len(m.Team.Under(place))
			}
			return yield(row, nil)
		})
	}
	columns := []sheet.Column[sheet.TreeRow]{sheet.TreeRows[2], sheet.TreeRows[1], sheet.TreeRows[5], sheet.TreeRows[6], sheet.TreeRows[7]}
	if err := emit(a, columns, rows); err != nil {
		return err
	}
	if hidden > 0 && depth < 0 {
		a.note("%s right below these are not drawn; all are in: perla consultant tree -o csv", counted(int64(hidden), "consultant"))
	}
	return nil
}

// branch is what a name hangs on, given for each depth whether that was the last of its branch.
func branch(last []bool) string {
	var b strings.Builder
	for i, end := range last {
		switch {
		case i < len(last)-1 && end:
			b.WriteString("   ")
		case i < len(last)-1:
			b.WriteString("│  ")
		case end:
			b.WriteString("└─ ")
		default:
			b.WriteString("├─ ")
		}
	}
	return b.String()
}
