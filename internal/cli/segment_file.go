package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/segment"
	"github.com/perla-crm/perla/internal/sheet"
)

func segmentImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read segments from a CSV file, or from standard input (-)",
		Long: `Read segments from a CSV file, known by their names; they may name each other in
any order. Segments that the file lacks stay. Columns, by these names or by
--map:
` + indent(wrap(columnNames(sheet.SegmentRows), helpWidth-2)),
		Example: `perla segment save vip "tag:vip" --replace
perla segment export --out segments.csv
perla segment import segments.csv --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(a, cmd, &o, args[0], segmentImporter())
		},
	}, sheet.Imports))
	o.registerSome(cmd, append([]string{"columns"}, importOnly...)...)
	return cmd
}

// segmentImporter is how segments are imported.
func segmentImporter() importer[segment.Row] {
	return importer[segment.Row]{
		what: "segment import", columns: sheet.SegmentRows,
		stamp: func(r *segment.Row, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]segment.Row], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			var rows []segment.Row
			for batch := range batches {
				rows = append(rows, batch...)
			}
			tally, err := segment.Import(tx, rows, func(line int, field, reason string) { report(rejection{line: line, field: field, reason: reason}) })
			return sheet.Imported{Created: tally.Created, Updated: tally.Updated, Unchanged: tally.Unchanged}, err
		},
	}
}

func segmentExport(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "export",
		Short:   "Write the segments as a file to be imported",
		Example: `perla segment export --out segments.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := segment.List(v)
				if err != nil {
					return err
				}
				rows := make([]segment.Row, len(list))
				for i := range list {
					rows[i].Saved = list[i]
				}
				return emitSlice(a, sheet.SegmentRows, rows)
			})
		},
	}, sheet.SegmentRows)
}
