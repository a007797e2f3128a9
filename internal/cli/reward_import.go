package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sheet"
)

func rewardImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read rewards from a CSV file, or from standard input (-)",
		Long: `Read rewards from a CSV file, known by their codes. A row says all of a reward:
what it leaves empty is open. Rewards that the file lacks stay. Columns, by
these names or by --map:
` + indent(wrap(columnNames(sheet.RewardRows), helpWidth-2)),
		Example: `perla reward export --out rewards.csv
perla reward import rewards.csv --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(a, cmd, &o, args[0], rewardImporter())
		},
	}, sheet.Imports))
	o.registerSome(cmd, append([]string{"columns"}, importOnly...)...)
	return cmd
}

// rewardImporter is how rewards are imported.
func rewardImporter() importer[loyalty.RewardRow] {
	return importer[loyalty.RewardRow]{
		what: "reward import", columns: sheet.RewardRows,
		stamp: func(r *loyalty.RewardRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]loyalty.RewardRow], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			var rows []loyalty.RewardRow
			for batch := range batches {
				rows = append(rows, batch...)
			}
			tally, err := loyalty.ImportRewards(tx, rows, func(line int, field, reason string) { report(rejection{line: line, field: field, reason: reason}) })
			return sheet.Imported{Created: tally.Created, Updated: tally.Updated, Unchanged: tally.Unchanged}, err
		},
	}
}

func rewardExport(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "export",
		Short:   "Write the rewards of both programmes as a file to be imported",
		Example: `perla reward export --out rewards.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := loyalty.Rewards(v, "", v.Today())
				if err != nil {
					return err
				}
				rows := make([]loyalty.RewardRow, len(list))
				for i := range list {
					rows[i].Reward = list[i]
				}
				return emitSlice(a, sheet.RewardRows, rows)
			})
		},
	}, sheet.RewardRows)
}
