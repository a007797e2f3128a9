package cli

import (
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func interactionImport(a *app) *cobra.Command {
	var o importFlags
	var known bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import interactions from a CSV file, or from - for standard input",
		Long: `Import interactions from a CSV file: one row is one interaction. Customers,
consultants and products the book does not know are made on the way. The file
may be read again: an interaction is known by its ref within --source, one
without a ref by what it says, so that a second time changes nothing.

Columns, by these names or by theirs in Spanish, Portuguese and French, or by
--map:
` + indent(wrap(columnNames(sheet.InteractionRows), helpWidth-2)) + `

Without a channel it was a call, without a direction outgoing.`,
		Example: `printf 'customer,date,summary\nC-1007,2026-11-02,wants samples\n' > calls.csv
perla interaction import calls.csv --dry-run
perla interaction import calls.csv --known-customers
cat calls.csv | perla interaction import - --skip-bad --rejects bad.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := interactionOptions(&o, known)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], interactionImporter(options))
		},
	}, sheet.Imports))
	o.register(cmd)
	cmd.Flags().BoolVar(&known, "known-customers", false, "refuse customers the book does not know")
	return cmd
}

// interactionOptions reads the flags into what contacts takes.
func interactionOptions(o *importFlags, known bool) (contacts.InteractionOptions, error) {
	options := contacts.InteractionOptions{Source: o.source, Known: known, Mode: contacts.Mode(slices.Index(importModes, o.mode))}
	never, err := neverColumns(o, sheet.InteractionRows)
	for _, name := range never {
		options.Never |= 1 << slices.Index(contacts.InteractionFieldNames, name)
	}
	return options, err
}

// interactionImporter is how interactions are imported.
func interactionImporter(options contacts.InteractionOptions) importer[contacts.InteractionRow] {
	return importer[contacts.InteractionRow]{
		what: "interaction import", columns: sheet.InteractionInput(options.Mode != contacts.UpdateOnly), key: contacts.InteractionRef.Name(),
		keyOf: func(r *contacts.InteractionRow) string { return r.Ref },
		stamp: func(r *contacts.InteractionRow, line int, present uint64, bad bool) {
			r.Place(line, contacts.InteractionFields(present), bad)
		},
		place: func(tx *book.Tx, batches iter.Seq[[]contacts.InteractionRow], size importSize, report func(rejection)) (sheet.Imported, error) {
			products := catalog.Products(tx)
			options.Rows, options.Consultant, options.Product = size.rows, network.Consultants(tx).ID, products.ID
			t, err := contacts.ImportInteractions(tx, batches, options, func(p contacts.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged, Customers: t.Customers, Products: products.Made}, err
		},
	}
}
