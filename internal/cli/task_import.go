package cli

import (
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func taskImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import tasks from a CSV file, or from - for standard input",
		Long: `Import tasks from a CSV file, such as one that perla consultant hand-over wrote.

Columns:
` + indent(wrap(columnNames(sheet.TaskRows), helpWidth-2)) + `

A task is for a customer whom the book knows, or for a consultant. A row is the
task for the same person that says the same and was made on the same day; where
the file does not say when, that is due on the same day. The same file twice
changes nothing.`,
		Example: `printf 'customer,what,due_on\nC-1007,call,2026-12-01\n' | perla task import -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			never, err := neverColumns(&o, sheet.TaskRows)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], importer[contacts.TaskRow]{
				what: "task import", columns: sheet.TaskInput(), key: "what",
				keyOf: func(r *contacts.TaskRow) string { return r.What },
				stamp: func(r *contacts.TaskRow, line int, present uint64, bad bool) {
					r.Place(line, contacts.TaskFields(present), bad)
				},
				place: func(tx *book.Tx, batches iter.Seq[[]contacts.TaskRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
					options := contacts.TaskOptions{Source: o.source, Mode: contacts.Mode(slices.Index(importModes, o.mode)), Consultant: network.Consultants(tx).ID}
					for _, name := range never {
						options.Never |= 1 << slices.Index(columnNames(sheet.TaskRows), name)
					}
					t, err := contacts.ImportTasks(tx, batches, options, func(p contacts.Problem) {
						report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
					})
					return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
				},
			})
		},
	}, sheet.Imports))
	o.register(cmd)
	return cmd
}
