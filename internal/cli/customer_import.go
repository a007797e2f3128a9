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

func customerImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import customers from a CSV file, or from - for standard input",
		Long: `Import customers from a CSV file. Delimiter, encoding and the order of dates
are found out; columns are known by their names in English, Spanish, Portuguese
and French, or by --map.

A row is the customer with its ref in --source; without a ref the one with its
e-mail, else with its phone, else the one of whom the book says all that the row
says. The same file twice changes nothing. A bad row stops the whole import,
unless --skip-bad leaves it out.`,
		Example: `perla customer import customers.csv
perla customer import customers.csv --dry-run -o json
perla customer import customers.csv --map name=Contact,city=Town --never notes
perla customer import customers.csv --skip-bad --rejects bad.csv
cat customers.csv | perla customer import -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options, err := customerOptions(&o)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], customerImporter(options))
		},
	}, sheet.Imports))
	o.register(cmd)
	return cmd
}

// customerOptions reads the flags into what contacts takes.
func customerOptions(o *importFlags) (contacts.ImportOptions, error) {
	options := contacts.ImportOptions{Source: o.source, Mode: contacts.Mode(slices.Index(importModes, o.mode))}
	never, err := neverColumns(o, sheet.CustomerRows)
	for _, name := range never {
		options.Never |= 1 << slices.Index(contacts.FieldNames, name)
	}
	return options, err
}

// customerImporter is how customers are imported.
func customerImporter(options contacts.ImportOptions) importer[contacts.Row] {
	country := "" // of the book, known before the first row is read
	return importer[contacts.Row]{
		what: "customer import", columns: sheet.CustomerInput(options.Mode != contacts.UpdateOnly), key: contacts.FieldRef.Name(),
		keyOf: func(r *contacts.Row) string { return r.Ref },
		stamp: func(r *contacts.Row, line int, present uint64, bad bool) {
			r.Place(line, contacts.Fields(present), bad, country)
		},
		place: func(tx *book.Tx, batches iter.Seq[[]contacts.Row], size importSize, report func(rejection)) (sheet.Imported, error) {
			country = tx.Settings().Country
			options.Rows, options.Consultant = size.rows, network.Consultants(tx).ID
			t, err := contacts.Import(tx, batches, options, func(p contacts.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason, late: p.Late})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
		},
	}
}
