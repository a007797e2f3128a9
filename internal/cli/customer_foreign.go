package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/sheet"
)

// generic is the word of --as for a file that is nobody's export.
const generic = "generic"

// importCustomers imports a file of customers: one of ours, or the export of another program, which is recognised unless
// as, the value of --as, says whose it is.
func importCustomers(a *app, cmd *cobra.Command, o *importFlags, as, file string) error {
	options, err := customerOptions(o)
	if err != nil {
		return err
	}
	in, err := openInput(cmd.Context(), a, o, file, contacts.FieldRef.Name(), as != generic)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	var vendor *sheet.Vendor
	if as != generic {
		if vendor, err = in.Recognise(as); err != nil {
			return err
		}
	}
	if vendor == nil {
		return importOpen(a, cmd, o, in, customersIn(in, options))
	}
	if !cmd.Flags().Changed("source") {
		options.Source = vendor.Name
	}
	return importOpen(a, cmd, o, in, foreignImporter(in, vendor, options))
}

// importOpen is runImport for a file that is open.
func importOpen[T any](a *app, cmd *cobra.Command, o *importFlags, in *sheet.Input, n importer[T]) error {
	j, err := newImport(a, o, in, n)
	if err != nil {
		return err
	}
	return j.finish(cmd)
}

// foreignImporter is how the contacts of another program are imported: as customers, once their cells are gathered.
func foreignImporter(in *sheet.Input, vendor *sheet.Vendor, options contacts.ImportOptions) importer[sheet.Contact] {
	customers := customerImporter(options)
	country := "" // of the book, known before the first row is read
	return importer[sheet.Contact]{
		what: customers.what, columns: vendor.Columns(in), after: withUnreadConsent(in, customers.after),
		stamp: func(c *sheet.Contact, line int, _ uint64, bad bool) { c.Settle(line, bad, country) },
		place: func(tx *book.Tx, batches iter.Seq[[]sheet.Contact], size importSize, report func(rejection)) (sheet.Imported, error) {
			country = tx.Settings().Country
			return customers.place(tx, customerRows(batches), size, report)
		},
	}
}

// customerRows are contacts that have been settled, as customers.
func customerRows(batches iter.Seq[[]sheet.Contact]) iter.Seq[[]contacts.Row] {
	return func(yield func([]contacts.Row) bool) {
		var rows []contacts.Row
		for batch := range batches {
			rows = rows[:0]
			for i := range batch {
				rows = append(rows, batch[i].Row)
			}
			if !yield(rows) {
				return
			}
		}
	}
}
