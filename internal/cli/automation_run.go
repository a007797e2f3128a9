package cli

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func automationRun(a *app) *cobra.Command {
	late := outreach.LateDays
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "run [AUTOMATION...]",
		Short: "Look what happened, and queue what is to be said",
		Long: `Look what has happened to whom, and put what the automations say about it into
the outbox: all that are active, or those named. It prints each occasion it
notes, with what came of it; with --dry-run who would get what, and why not, and
nothing is noted. What came due more than --late days ago is noted as missed.

Run it from cron as often as you like: each occasion is noted once. An
automation that cannot run, because its template was removed or its filter names
what is no more, keeps no other from running; the exit code is 6 then.`,
		Example: exampleAutomation + `perla automation run --dry-run
perla automation run birthday --late 2
perla automation run -o csv --out noted.csv`,
		ValidArgsFunction: a.completeFrom(automationCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if late < 0 || late > 366 {
				return fault.New(fault.Usage, fmt.Sprintf("--late: %d is outside 0 to 366 days", late), "")
			}
			var noted []outreach.Occasion
			var broken []error
			err := a.update(cmd.Context(), "automation run", func(tx *book.Tx) (err error) {
				run := outreach.Run{Late: late, Random: a.env.random()}
				for _, selector := range args {
					t, err := outreach.FindAutomation(tx.View, selector)
					if err != nil {
						return err
					}
					if !slices.ContainsFunc(run.Only, func(o outreach.Automation) bool { return o.ID == t.ID }) {
						run.Only = append(run.Only, t)
					}
				}
				noted, broken, err = outreach.Automate(tx, run)
				return err
			})
			if err != nil {
				return err
			}
			if a.flags.dryRun {
				for i := range noted {
					noted[i].ID, noted[i].MessageID = 0, 0
				}
			}
			if err := emitSlice(a, sheet.Occasions, noted); err != nil {
				return err
			}
			a.sayNoted(noted)
			if len(broken) > 0 {
				return errAutomations(broken)
			}
			return nil
		},
	}, sheet.Occasions))
	cmd.Flags().IntVar(&late, "late", late, "say nothing of what came due more than so many `DAYS` ago")
	return cmd
}

// sayNoted says in one line what a run came to.
func (a *app) sayNoted(noted []outreach.Occasion) {
	if len(noted) == 0 {
		a.note("nothing new has happened")
		return
	}
	by := map[string]int64{}
	for _, o := range noted {
		reason, _, _ := strings.Cut(o.Reason, ":")
		by[cmp.Or(reason, "queued")]++
	}
	var parts []string
	for _, reason := range slices.Sorted(maps.Keys(by)) {
		parts = append(parts, fmt.Sprintf("%d %s", by[reason], reason))
	}
	a.note("%s: %s", counted(int64(len(noted)), "occasion"), strings.Join(parts, ", "))
	if by["queued"] > 0 && !a.flags.dryRun && a.forPeople() {
		a.hint("see them: perla outbox list; let them go: perla outbox send --yes")
	}
}

func automationOccasions(a *app) *cobra.Command {
	var q outreach.OccasionQuery
	var customer, since string
	cmd := rowsOf(&cobra.Command{
		Use:   "occasions [AUTOMATION]",
		Short: "List the occasions that were noted, and what came of them",
		Example: exampleAutomation + `perla automation occasions
perla automation occasions birthday --customer ana
perla automation occasions --since -7d --silent`,
		ValidArgsFunction: a.completeFrom(automationCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				if len(args) > 0 {
					t, err := outreach.FindAutomation(v, args[0])
					if err != nil {
						return err
					}
					q.Automation = t.ID
				}
				if customer != "" {
					c, err := contacts.Find(v, customer)
					if err != nil {
						return err
					}
					q.Customer = c.ID
				}
				if since != "" {
					day, err := dates.Parse(since, v.Today())
					if err != nil {
						return inFlag("--since", err)
					}
					q.Since = day
				}
				return emit(a, sheet.Occasions, outreach.Occasions(v, q))
			})
		},
	}, sheet.Occasions)
	f := cmd.Flags()
	f.StringVar(&customer, "customer", "", "only those of `CUSTOMER`")
	f.StringVar(&since, "since", "", "only those noted from `DATE` on")
	f.BoolVar(&q.Silent, "silent", false, "only those of which nothing was said")
	return cmd
}

func automationImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Read automations from a CSV file, or from standard input (-)",
		Long: `Read automations from a CSV file, known by their codes; a row says all of one,
and automations that the file lacks stay. Columns, by these names or by --map:
` + indent(wrap(columnNames(sheet.AutomationRows), helpWidth-2)),
		Example: exampleAutomation + `perla automation export --out automations.csv
perla automation import automations.csv --dry-run`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(a, cmd, &o, args[0], automationImporter())
		},
	}, sheet.Imports))
	o.registerSome(cmd, append([]string{"columns"}, importOnly...)...)
	return cmd
}

// automationImporter is how automations are imported.
func automationImporter() importer[outreach.AutomationRow] {
	return importer[outreach.AutomationRow]{
		what: "automation import", columns: sheet.AutomationRows,
		stamp: func(r *outreach.AutomationRow, line int, _ uint64, bad bool) { r.Line, r.Bad = line, bad },
		place: func(tx *book.Tx, batches iter.Seq[[]outreach.AutomationRow], _ importSize, report func(rejection)) (done sheet.Imported, err error) {
			var rows []outreach.AutomationRow
			for batch := range batches {
				rows = append(rows, batch...)
			}
			tally, err := outreach.ImportAutomations(tx, rows, func(line int, field, reason string) { report(rejection{line: line, field: field, reason: reason}) })
			return sheet.Imported{Created: tally.Created, Updated: tally.Updated, Unchanged: tally.Unchanged}, err
		},
	}
}

func automationExport(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:     "export",
		Short:   "Write the automations as a file to be imported",
		Example: exampleAutomation + `perla automation export --out automations.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				list, err := outreach.Automations(v)
				if err != nil {
					return err
				}
				rows := make([]outreach.AutomationRow, len(list))
				for i := range list {
					rows[i].Automation = list[i]
				}
				return emitSlice(a, sheet.AutomationRows, rows)
			})
		},
	}, sheet.AutomationRows)
}
