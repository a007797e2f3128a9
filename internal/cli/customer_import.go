package cli

import (
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/sheet"
)

func customerImport(a *app) *cobra.Command {
	var o importFlags
	var as string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import customers from CSV or vCards, or from - for standard input",
		Long: `Import customers from a CSV file. Delimiter, encoding and the order of dates
are found out; columns are known by their names in English, Spanish, Portuguese
and French, or by --map. Exports of Google Contacts, Outlook, HubSpot, Stripe
and Shopify, and files of vCards, are recognised.

Columns:
` + indent(wrap(columnNames(sheet.CustomerInput(false, nil)), helpWidth-2)) + `
and attr.KEY for what else is known of her, with values parted by semicolons.

A row is the customer with its ref in --source; without a ref the one with its
e-mail, else with its phone, else the one of whom the book says all that the row
says. A second e-mail or phone finds her as her first one does. A row with the
ref of a record that was merged into hers fills what is empty and overwrites
nothing. The same file twice changes nothing. A bad row stops the whole import,
unless --skip-bad leaves it out.

Consents are read only from columns of their names, consent.email or
consent.email.service, or from those that --map gives them. A no always counts;
a yes gives back nothing that she has taken: see perla help privacy.`,
		Example: `perla customer import customers.csv
perla customer import customers.csv --dry-run -o json
perla customer import customers.csv --map name=Contact,city=Town --never notes
perla customer import customers.csv --skip-bad --rejects bad.csv
perla customer import contacts.vcf
cat customers.csv | perla customer import -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return importCustomers(a, cmd, &o, as, args[0])
		},
	}, sheet.Imports))
	o.register(cmd)
	cmd.Flags().Var(enumOf(&as, append(sheet.VendorNames(), generic)...), "as",
		"read the file as the export of `PROGRAM`: "+strings.Join(sheet.VendorNames(), ", ")+"; "+generic+" is nobody's")
	return cmd
}

// What --never takes beside the columns of a customer file: everything of a kind.
const neverAttributes, neverConsents = "attr", "consent"

// customerOptions reads the flags into what contacts takes.
func customerOptions(o *importFlags) (contacts.ImportOptions, error) {
	options := contacts.ImportOptions{Source: o.source, Mode: contacts.Mode(slices.Index(importModes, o.mode))}
	columns := append(sheet.CustomerInput(false, o.never),
		sheet.Column[contacts.Row]{Name: neverAttributes}, sheet.Column[contacts.Row]{Name: neverConsents})
	never, err := neverColumns(o, columns)
	for _, name := range never {
		switch at := slices.Index(contacts.FieldNames, name); {
		case name == neverAttributes:
			options.Never |= contacts.FieldAttributes
		case name == neverConsents:
			options.Never |= contacts.FieldConsents
		case at >= 0:
			options.Never |= 1 << at
		default:
			options.NeverKeys = append(options.NeverKeys, name)
		}
	}
	return options, err
}

// customerImporter is how customers are imported from a file that has the columns of an export.
func customerImporter(options contacts.ImportOptions) importer[contacts.Row] {
	country := ""         // of the book, known before the first row is read
	withdrawn := int64(0) // consents that the file could not give back
	return importer[contacts.Row]{
		what: "customer import", columns: sheet.CustomerInput(options.Mode != contacts.UpdateOnly, nil), key: contacts.FieldRef.Name(),
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
			withdrawn = t.Withdrawn
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
		},
		after: func(a *app) {
			if withdrawn > 0 {
				a.note("%s taken back earlier stays so, whatever the file says", counted(withdrawn, "consent"))
				a.hint("a new opt-in that she gave you: perla customer consent CUSTOMER --grant CHANNEL --source WHERE")
			}
		},
	}
}

// customersIn is customerImporter for an open file: with columns for the attributes it names.
func customersIn(in *sheet.Input, options contacts.ImportOptions) importer[contacts.Row] {
	n := customerImporter(options)
	n.columns = sheet.CustomerInput(options.Mode != contacts.UpdateOnly, in.Names())
	n.after = withUnreadConsent(in, n.after)
	return n
}

// withUnreadConsent says, behind what is to be said at the end of an import, which column may be one of consents.
func withUnreadConsent(in *sheet.Input, after func(*app)) func(*app) {
	return func(a *app) {
		after(a)
		if name := in.UnreadConsent(); name != "" {
			a.hint("%s is not taken as consent; if it is, say for which channel: --map %s", name, shellWord("consent.email="+sheet.MapName(name)))
		}
	}
}
