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

func eventExport(a *app) *cobra.Command {
	var o eventQuery
	var guests bool
	cmd := rowsOf(rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write events, or their guests, as a file that event import reads",
		Long: `Write events, cancelled ones too, as a file that event import reads; or with
--guests the guests of these events.`,
		Example: `perla event export --out events.csv
perla event export --guests --period 2026 --out guests.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.options.All = !o.options.Cancelled
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				if !guests {
					return emit(a, sheet.EventRows, network.ExportEvents(v, options))
				}
				chosen := network.GuestOptions{AsOf: options.AsOf, Events: []int64{}}
				for e, err := range network.Events(v, options) {
					if err != nil {
						return err
					}
					chosen.Events = append(chosen.Events, e.ID)
				}
				return emit(a, sheet.GuestRows, network.ExportGuests(v, chosen))
			})
		},
	}, sheet.EventRows), sheet.GuestRows)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&guests, "guests", false, "the guests of the events")
	return cmd
}

func eventImport(a *app) *cobra.Command {
	var o importFlags
	var guests bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import events, or with --guests their guests, from a CSV file or -",
		Long: `Import events from a CSV file, or with --guests the guests of events. Columns
are known by their names in English, Spanish, Portuguese and French, or by
--map.

Columns:
` + indent(wrap(columnNames(sheet.EventRows), helpWidth-2)) + `

Columns of guests:
` + indent(wrap(columnNames(sheet.GuestRows), helpWidth-2)) + `

A row is the event with its code, or the guest of its event who is its customer
or its consultant, with the day of each thing that is known of her; the same
file twice changes nothing. Courses, events and people are there before. A bad
row stops the whole import, unless --skip-bad leaves it out.`,
		Example: `perla event import events.csv
perla event import events.csv && perla event import guests.csv --guests`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if guests {
				n, err := guestsIn(&o)
				if err != nil {
					return err
				}
				return runImport(a, cmd, &o, args[0], n)
			}
			n, err := eventsIn(&o)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o, args[0], n)
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a code is the same whoever writes the file
	cmd.Flags().BoolVar(&guests, "guests", false, "the file holds guests")
	return cmd
}

// importedRows is the summary of what a room did.
func importedRows(t network.Tally) sheet.Imported {
	return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}
}

// eventsIn is how events are imported.
func eventsIn(o *importFlags) (n importer[network.EventRow], err error) {
	options := network.EventImport{Mode: network.Mode(slices.Index(importModes, o.mode))}
	never, err := neverColumns(o, sheet.EventRows)
	for _, name := range never {
		options.Never |= network.EventFieldNamed(name)
	}
	return importer[network.EventRow]{
		what: "event import", columns: sheet.EventInput, key: "code",
		keyOf: func(r *network.EventRow) string { return r.Code },
		stamp: func(r *network.EventRow, line int, present uint64, bad bool) {
			r.Place(line, network.EventFields(present), bad)
		},
		place: func(tx *book.Tx, batches iter.Seq[[]network.EventRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			t, err := network.ImportEvents(tx, batches, options, rejecting(report))
			return importedRows(t), err
		},
	}, err
}

// guestsIn is how guests are imported.
func guestsIn(o *importFlags) (n importer[network.GuestRow], err error) {
	options := network.EventImport{Mode: network.Mode(slices.Index(importModes, o.mode))}
	never, err := neverColumns(o, sheet.GuestRows)
	for _, name := range never {
		options.NeverGuests |= 1 << slices.Index(network.GuestColumns, name)
	}
	return importer[network.GuestRow]{
		what: "event import", columns: sheet.GuestRows, key: "event",
		keyOf: func(r *network.GuestRow) string { return r.EventCode },
		stamp: func(r *network.GuestRow, line int, present uint64, bad bool) {
			r.Line, r.Has, r.Bad = line, network.GuestFields(present), bad
		},
		place: func(tx *book.Tx, batches iter.Seq[[]network.GuestRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			customers, err := contacts.NewResolver(tx, contacts.RefSource, true)
			if err != nil {
				return sheet.Imported{}, err
			}
			options.Customers = func(cells []string) ([]int64, func(string) string, error) {
				ids, err := customers.Resolve(cells)
				return ids, func(cell string) string { return strings.TrimSuffix(customers.Problem(cell), " (--known-customers)") }, err
			}
			t, err := network.ImportGuests(tx, batches, options, rejecting(report))
			return importedRows(t), err
		},
	}, err
}
