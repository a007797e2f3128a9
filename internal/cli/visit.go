package cli

import (
	"iter"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func visitCommand(a *app) *cobra.Command {
	cmd := noun("visit", "How many came by: a day, a channel, a source",
		`perla visit add 34 --channel store
perla visit import visits.csv
perla report conversion`,
		visitAdd(a), visitList(a), visitRemove(a), visitImport(a), visitExport(a))
	cmd.Long = `Figures of a door counter or of a web shop: how many came by on a day, by a
channel as orders name it, from a source, if that is known. The last figure
given for the same three counts.`
	return cmd
}

func visitAdd(a *app) *cobra.Command {
	var channel, source, on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add VISITS",
		Short: "Write down how many came by",
		Long:  "Write down how many came by today, or --on another day, in place of an earlier\nfigure of the same day, channel and source.",
		Example: `perla visit add 34 --channel store
perla visit add 210 --channel web --source newsletter --on yesterday`,
		RunE: func(cmd *cobra.Command, args []string) error {
			n, err := wholeNumber(args[0])
			if err != nil {
				return err
			}
			x := outreach.Visit{Channel: channel, Source: source, Visits: n}
			before := int64(-1)
			err = a.update(cmd.Context(), "visit add", func(tx *book.Tx) (err error) {
				if x.On, err = dayIn("--on", on, tx.Today()); err != nil {
					return err
				}
				if x.On == 0 {
					x.On = tx.Today()
				}
				x, before, err = outreach.AddVisits(tx, x)
				return err
			})
			if err != nil {
				return err
			}
			switch {
			case before == x.Visits:
				a.note("the book had this figure already")
			case before >= 0:
				a.note("it was %d before", before)
			}
			return emitAdded(a, sheet.Visits, x, x.ID)
		},
	}, sheet.Visits))
	f := cmd.Flags()
	f.StringVar(&channel, "channel", "", "by which `CHANNEL`: store, web")
	f.StringVar(&source, "source", "", "from which `SOURCE`: newsletter, search")
	f.StringVar(&on, "on", "", "on `DATE` (default today)")
	_ = cmd.MarkFlagRequired("channel")
	return cmd
}

// visitQuery are the flags that choose visits.
type visitQuery struct {
	query outreach.VisitQuery
	span  *span
}

func (o *visitQuery) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.query.Channel, "channel", "", "only by `CHANNEL`")
	f.StringVar(&o.query.Source, "source", "", "only from `SOURCE`")
	o.span = spanFlags(cmd)
}

func (o *visitQuery) choose(a *app, v *book.View) (q outreach.VisitQuery, err error) {
	q = o.query
	if q.AsOf, err = a.asOf(v); err == nil {
		q.Days, err = o.span.days(v.Today())
	}
	return q, err
}

func visitList(a *app) *cobra.Command {
	var o visitQuery
	cmd := rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List how many came by",
		Example: "perla visit add 34 --channel store\nperla visit list --period \"this month\" --channel store",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v)
				if err != nil {
					return err
				}
				return emit(a, sheet.Visits, outreach.Visits(v, q))
			})
		},
	}, sheet.Visits)
	o.register(cmd)
	return cmd
}

func visitRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:     "remove ID...",
		Short:   "Remove figures by their ids",
		Example: "perla visit add 34 --channel store\nperla visit remove 1",
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := a.idsOf("visit", args)
			if err != nil {
				return err
			}
			var gone []outreach.Visit
			if err := a.update(cmd.Context(), operationOnIDs("visit remove", ids), func(tx *book.Tx) (err error) {
				gone, err = outreach.RemoveVisits(tx, ids)
				return err
			}); err != nil {
				return err
			}
			return emitSlice(a, sheet.Visits, gone)
		},
	}, sheet.Visits))
}

func visitExport(a *app) *cobra.Command {
	var o visitQuery
	cmd := rowsOf(&cobra.Command{
		Use:     "export",
		Short:   "Write visits as a file that visit import reads",
		Example: "perla visit export --period 2026 --out visits-2026.csv",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v)
				if err != nil {
					return err
				}
				rows := func(yield func(outreach.VisitRow, error) bool) {
					for x, err := range outreach.Visits(v, q) {
						if !yield(outreach.VisitRow{Visit: x}, err) {
							return
						}
					}
				}
				return emit(a, sheet.VisitRows, rows)
			})
		},
	}, sheet.VisitRows)
	o.register(cmd)
	return cmd
}

func visitImport(a *app) *cobra.Command {
	var o importFlags
	var channel string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Import visits from a CSV file or -",
		Long: `Import how many came by from a CSV file. Columns are known by their names in
English, Spanish, Portuguese and French, or by --map.

Columns:
` + indent(wrap(columnNames(sheet.VisitRows), helpWidth-2)) + `

A row is the figure of its day, channel and source; of several for the same the
last one counts. The same file twice changes nothing. A bad row stops the whole
import, unless --skip-bad leaves it out.`,
		Example: `perla visit import visits.csv
perla visit import visits.csv --channel store --mode update`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(o.never) > 0 {
				return usage(cmd, "--never keeps columns, and a figure is all a row has; use --mode create")
			}
			return runImport(a, cmd, &o, args[0], visitsIn(&o, channel))
		},
	}, sheet.Imports))
	o.register(cmd)
	_ = cmd.Flags().MarkHidden("source") // a day is the same whoever counts
	_ = cmd.Flags().MarkHidden("never")
	cmd.Flags().StringVar(&channel, "channel", "", "rows that name no channel are of `CHANNEL`")
	return cmd
}

// visitsIn is how visits are imported.
func visitsIn(o *importFlags, channel string) importer[outreach.VisitRow] {
	options := outreach.VisitImport{Channel: channel, CreateOnly: o.mode == "create", UpdateOnly: o.mode == "update"}
	return importer[outreach.VisitRow]{
		what: "visit import", columns: sheet.VisitInput, key: "date",
		keyOf: func(r *outreach.VisitRow) string { return r.On.String() },
		stamp: func(r *outreach.VisitRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]outreach.VisitRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			t, err := outreach.ImportVisits(tx, batches, options, func(line int, field, reason string) {
				report(rejection{line: line, field: field, reason: reason})
			})
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged}, err
		},
	}
}
