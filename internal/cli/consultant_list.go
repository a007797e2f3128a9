package cli

import (
	"errors"
	"iter"
	"slices"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// consultantQuery are the flags that choose consultants.
type consultantQuery struct {
	options network.ListOptions
	sponsor string
}

func (o *consultantQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.Var(enumOf(&o.options.Status, network.Statuses...), "status", "only those with this `STATUS`: active, paused, left")
	f.StringVar(&o.sponsor, "sponsor", "", "only those right under `CONSULTANT`")
	f.BoolVar(&o.options.Archived, "archived", false, "only the archived ones")
	completeFlag(cmd, "sponsor", a.completeFrom(consultantNames))
}

// choose is what the flags choose, as of the day asked about.
func (o *consultantQuery) choose(a *app, v *book.View) (options network.ListOptions, err error) {
	options = o.options
	if o.sponsor != "" {
		k, err := network.Find(v, o.sponsor, contacts.E164)
		if err != nil {
			return options, err
		}
		options.Sponsor = k.ID
	}
	options.AsOf, err = a.asOf(v)
	return options, err
}

func consultantList(a *app) *cobra.Command {
	var o consultantQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List consultants",
		Long: `List consultants by ref. --as-of answers with the sponsors and statuses of that
day.`,
		Example: `perla consultant list --status active
perla consultant list --columns ref,name,sponsor,joined_on --as-of 2026-06-30`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.Consultants, network.List(v, options))
			})
		},
	}, sheet.Consultants)
	o.register(a, cmd)
	cmd.Flags().BoolVar(&o.options.All, "all", false, "the archived ones too")
	cmd.MarkFlagsMutuallyExclusive("all", "archived")
	return cmd
}

func consultantExport(a *app) *cobra.Command {
	var o consultantQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write consultants as a file that consultant import reads",
		Long: `Write consultants, archived ones too, as a file that consultant import reads,
with the sponsor and status of today or of --as-of.`,
		Example: `perla consultant export --out team.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o.options.All = !o.options.Archived
			return a.view(cmd.Context(), func(v *book.View) error {
				options, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.ConsultantRows, network.Export(v, options))
			})
		},
	}, sheet.ConsultantRows)
	o.register(a, cmd)
	return cmd
}

func consultantImport(a *app) *cobra.Command {
	var o importFlags
	var from string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import consultants from a CSV file, or from - for standard input",
		Long: `Import consultants from a CSV file. Columns are known by their names in English,
Spanish, Portuguese and French, or by --map.

Columns:
` + indent(wrap(columnNames(sheet.ConsultantRows), helpWidth-2)) + `

A row is the consultant with its ref; the same file twice changes nothing. A
sponsor is named by ref, and may stand further down in the file. Sponsors and
statuses other than today's hold from today on, of a new consultant since she
joined, or --from another day. A bad row stops the whole import, unless
--skip-bad leaves it out.`,
		Example: `perla consultant import team.csv
perla consultant import team.csv --from 2026-01-01 --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := openInput(cmd.Context(), a, &o, args[0], network.FieldRef.Name(), false)
			if err != nil {
				return err
			}
			n, err := consultantsIn(&o, from)
			if err != nil {
				return errors.Join(err, in.Close())
			}
			j, err := newImport(a, &o, in, n)
			if err != nil {
				return err
			}
			return j.finish(cmd)
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a ref is the same whoever writes the file
	cmd.Flags().StringVar(&from, "from", "", "sponsors and statuses hold from `DATE` on")
	return cmd
}

// consultantsIn is how consultants are imported from an open file.
func consultantsIn(o *importFlags, from string) (n importer[network.Row], err error) {
	options := network.ImportOptions{Mode: network.Mode(slices.Index(importModes, o.mode)), Phone: contacts.E164}
	never, err := neverColumns(o, sheet.ConsultantInput)
	if err != nil {
		return n, err
	}
	for _, name := range never {
		options.Never |= network.FieldNamed(name)
	}
	return importer[network.Row]{
		what: "consultant import", columns: sheet.ConsultantInput, key: network.FieldRef.Name(),
		keyOf: func(r *network.Row) string { return r.Ref },
		stamp: func(r *network.Row, line int, present uint64, bad bool) { r.Place(line, network.Fields(present), bad) },
		place: func(tx *book.Tx, batches iter.Seq[[]network.Row], _ importSize, report func(rejection)) (sheet.Imported, error) {
			if options.Since, err = dayIn("--from", from, tx.Today()); err != nil {
				return sheet.Imported{}, err
			}
			customers, err := contacts.NewResolver(tx, contacts.RefSource, true)
			if err != nil {
				return sheet.Imported{}, err
			}
			options.Customer = func(cell string) (int64, string, error) {
				ids, err := customers.Resolve([]string{cell})
				if err != nil {
					return 0, "", err
				}
				return ids[0], customers.Problem(cell), nil
			}
			t, err := network.Import(tx, batches, options, func(p network.Problem) {
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
		},
	}, nil
}

// pairsOf are the columns of a row as a card shows them, but for some.
func (a *app) pairsOf(columns []sheet.Column[network.Consultant], k network.Consultant, but ...string) ([]render.Pair, error) {
	heads, cells, _, err := sheet.Grid(columns, oneRow(k), a.setting())
	if err != nil {
		return nil, err
	}
	var pairs []render.Pair
	for i, head := range heads {
		if !slices.Contains(but, head) {
			pairs = append(pairs, render.Pair{Label: head, Value: cells[0][i]})
		}
	}
	return pairs, nil
}
