package cli

import (
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func surveyExport(a *app) *cobra.Command {
	var o surveyQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "export SURVEY",
		Short: "Write who was asked and what they answered, for survey import",
		Example: `perla survey add care && perla survey answer care ana --score 9
perla survey export care --out care.csv`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, days, err := o.choose(a, v)
				if err != nil {
					return err
				}
				s, err := outreach.FindSurvey(v, args[0], q.AsOf)
				if err != nil {
					return err
				}
				list, err := outreach.Replies(v, s, q)
				if err != nil {
					return err
				}
				var rows []outreach.ReplyRow
				for _, r := range list {
					if inDays(days, max(r.AnsweredOn, r.InvitedOn)) {
						rows = append(rows, outreach.ReplyRow{Reply: r})
					}
				}
				return emitSlice(a, sheet.ReplyRows(&s), rows)
			})
		},
	}, []sheet.Column[outreach.ReplyRow]{})
	o.register(cmd)
	return cmd
}

// surveyImportFlags are the flags of survey import beside those of every import.
type surveyImportFlags struct {
	importFlags
	wave, tasks string
	known       bool
}

func surveyImport(a *app) *cobra.Command {
	o := surveyImportFlags{tasks: taskWords[0]}
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import SURVEY FILE",
		Short: "Import answers from a CSV file or -",
		Long: `Import answers to a survey from a CSV file: a row is what one person answered in
one wave, or that she was asked. Columns are known by their names in English,
Spanish, Portuguese and French, by the text of the question, or by --map.

Columns:
` + indent(wrap(append(columnNames(sheet.ReplyHead), "q1", "q2", "..."), helpWidth-2)) + `

score is the first question with a score, comment the first with words. The wave
is that of the row, else --wave, else the last she was asked by then, else the
month of the answer. The same file twice changes nothing; an unknown customer is
made, as by order import. A suggestion is kept as an interaction, and detractors
of the last 30 days become tasks: see perla survey answer. One undo takes it all
back. A bad row stops the whole import, unless --skip-bad leaves it out.`,
		Example: `perla survey add care && perla survey import care answers.csv
perla survey import care answers.csv --wave 2026 --tasks none --mode create`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.surveyNamed(cmd, args[0])
			if err != nil {
				return err
			}
			n, err := o.answersIn(a, s)
			if err != nil {
				return err
			}
			return runImport(a, cmd, &o.importFlags, args[1], n)
		},
	}, sheet.Imports))
	o.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.wave, "wave", "", "rows that name no wave belong to `WAVE`")
	f.Var(enumOf(&o.tasks, taskWords...), "tasks", "which detractors become tasks: "+strings.Join(taskWords, ", "))
	f.BoolVar(&o.known, "known-customers", false, "refuse customers the book does not have")
	return cmd
}

// answersIn is how answers to a survey are imported.
func (o *surveyImportFlags) answersIn(a *app, s outreach.Survey) (n importer[outreach.ReplyRow], err error) {
	columns := sheet.ReplyRows(&s)
	options := outreach.ReplyImport{Wave: strings.TrimSpace(o.wave), CreateOnly: o.mode == "create", UpdateOnly: o.mode == "update", Source: o.source, Tasks: outreach.Tasks(o.tasks)}
	if strings.EqualFold(o.source, contacts.BookSource) {
		return n, &fault.Error{Kind: fault.Usage, Field: "--source", Reason: o.source + " is what perla calls its own ids", Hint: "choose another name"}
	}
	never, err := neverColumns(&o.importFlags, columns)
	for _, name := range never {
		options.Never |= 1 << slices.IndexFunc(columns, func(c sheet.Column[outreach.ReplyRow]) bool { return c.Name == name })
	}
	var past int64
	return importer[outreach.ReplyRow]{
		what: "survey import", columns: columns, key: "customer",
		keyOf: func(r *outreach.ReplyRow) string { return r.Key },
		stamp: func(r *outreach.ReplyRow, line int, present uint64, bad bool) {
			r.Line, r.Has, r.Bad = line, outreach.ReplyFields(present), bad
			if r.Answers == nil {
				r.Answers = make([]outreach.Answer, len(s.Questions))
			}
		},
		place: func(tx *book.Tx, batches iter.Seq[[]outreach.ReplyRow], _ importSize, report func(rejection)) (sheet.Imported, error) {
			customers, err := contacts.NewResolver(tx, o.source, o.known)
			if err != nil {
				return sheet.Imported{}, err
			}
			options.Customers = func(cells []string) ([]int64, func(string) string, error) {
				ids, err := customers.Resolve(cells)
				return ids, customers.Problem, err
			}
			options.Erased = customers.Erased
			t, err := outreach.ImportReplies(tx, s, batches, options, func(line int, field, reason string) {
				report(rejection{line: line, field: field, reason: reason})
			})
			past = t.Past
			return sheet.Imported{Created: t.Created, Updated: t.Updated, Unchanged: t.Unchanged, Customers: customers.Made()}, err
		},
		after: func(a *app) { a.sayPast(past) },
	}, err
}
