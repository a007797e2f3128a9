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

func caseImport(a *app) *cobra.Command {
	var o importFlags
	var known bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import cases from a CSV file, or from - for standard input",
		Long: `Import cases from a CSV file as help desks export them: one row is one case and,
in short, what became of it. Customers, consultants and products the book does
not know are made on the way; an order is there before, named by ref or id.

The file may be read again: a case is known by its ref within --source, one
without a ref by whom it is about, its topic and when it was opened. What the
file says otherwise is changed, and what became of the case since is added: who
handles it, lines of notes, a response, its end. Nothing that became of it is
taken away, and a file reopens no case.

Columns, by these names or by theirs in Spanish, Portuguese and French, or by
--map:
` + indent(wrap(columnNames(sheet.CaseInput(false)), helpWidth-2)) + `

A case is of a customer or of a consultant. Moments are by the book's clock, or
as RFC 3339 has them; a day alone is its noon. A closed case needs closed_at: a
status alone is refused.`,
		Example: `printf 'ticket,client,subject,created\n7,C-1007,late,2026-11-20\n' > cases.csv
perla case import cases.csv --source desk --dry-run
perla case import cases.csv --known-customers
cat cases.csv | perla case import - --source desk --skip-bad --rejects bad.csv`,
		RunE: func(cmd *cobra.Command, args []string) error {
			options := contacts.CaseOptions{Source: o.source, Known: known, Mode: contacts.Mode(slices.Index(importModes, o.mode))}
			never, err := neverColumns(&o, sheet.CaseRows)
			if err != nil {
				return err
			}
			for _, name := range never {
				options.Never |= 1 << slices.Index(contacts.CaseFieldNames, name)
			}
			return runImport(a, cmd, &o, args[0], caseImporter(options))
		},
	}, sheet.Imports))
	o.register(cmd)
	cmd.Flags().BoolVar(&known, "known-customers", false, "refuse customers the book does not know")
	return cmd
}

// caseImporter is how cases are imported.
func caseImporter(options contacts.CaseOptions) importer[contacts.CaseRow] {
	return importer[contacts.CaseRow]{
		what: "case import", columns: sheet.CaseInput(options.Mode != contacts.UpdateOnly), key: contacts.CaseRef.Name(),
		keyOf: func(r *contacts.CaseRow) string { return r.Ref },
		stamp: func(r *contacts.CaseRow, line int, present uint64, bad bool) {
			r.Place(line, contacts.CaseFields(present), bad)
		},
		place: func(tx *book.Tx, batches iter.Seq[[]contacts.CaseRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			products := catalog.Products(tx)
			options.Consultant, options.Product = network.Consultants(tx).ID, products.ID
			t, err := contacts.ImportCases(tx, batches, options, func(p contacts.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged, Customers: t.Customers, Products: products.Made}, err
		},
	}
}

func caseExport(a *app) *cobra.Command {
	o := caseQuery{CaseQuery: contacts.CaseQuery{Sort: "id"}}
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write cases as a file that case import reads",
		Long: `Write cases as a file that case import reads, one row for each. Notes stand in
one cell, a line for each, as do responses; the moment of the first response and
of the end are told, those of notes are not. Cases without a ref have one made
of their values and the ref_source content, so that importing the file again
changes nothing.`,
		Example: `perla case export --out cases-copy.csv
perla case export --open --since 2026`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v)
				if err != nil {
					return err
				}
				rows, err := contacts.ExportCases(v, q)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.CaseRows, rows)
			})
		},
	}, sheet.CaseRows)
	o.register(a, cmd)
	return cmd
}
