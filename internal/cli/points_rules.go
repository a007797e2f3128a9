package cli

import (
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sheet"
)

// rulesQuery are the flags that choose rules.
type rulesQuery struct {
	programme string
	every     bool
}

func (o *rulesQuery) register(cmd *cobra.Command) {
	cmd.Flags().Var(enumOf(&o.programme, loyalty.Programmes...), "programme", "only those of `WHOM`: "+strings.Join(loyalty.Programmes, ", "))
	cmd.Flags().BoolVar(&o.every, "all", false, "those that hold no longer, or not yet, too")
}

// rules are those chosen, as of the day asked about.
func (o *rulesQuery) rules(a *app, v *book.View) ([]loyalty.Rule, error) {
	day, err := a.asOf(v)
	if err != nil {
		return nil, err
	}
	if o.every {
		day = 0
	}
	return loyalty.Rules(v, o.programme, day)
}

// show prints rules, in words for a person.
func (o *rulesQuery) show(a *app, cmd *cobra.Command) error {
	return a.view(cmd.Context(), func(v *book.View) error {
		rules, err := o.rules(a, v)
		if err != nil {
			return err
		}
		if len(rules) == 0 && a.forPeople() {
			a.hint("begin with: perla points rules --example > programme.csv && perla points rules import programme.csv")
		}
		return emitSlice(a, sheet.PointRules(a.wording()), rules)
	})
}

func pointsRules(a *app) *cobra.Command {
	var o rulesQuery
	var example bool
	cmd := rowsOf(noun("rules", "Show the rules, and read or write them as one file",
		`perla points rules
perla points rules --as-of 2026-06-30 -o csv
perla points rules --example > programme.csv
perla points rules import programme.csv --check`,
		rulesList(a), rulesImport(a), rulesExport(a)), sheet.PointRules(money.Wording{}))
	cmd.Long = `Without a word behind it, show the rules that hold, as list does. --example
prints a first programme as a file: edit it, prove it with import --check, and
import it. One rule at a time: perla points rule. What rules can say: perla help
points.`
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if !example {
			return o.show(a, cmd)
		}
		return a.write(func(w io.Writer) error {
			_, err := io.WriteString(w, exampleRules)
			return err
		})
	}
	o.register(cmd)
	cmd.Flags().BoolVar(&example, "example", false, "print a first programme, to be edited and imported")
	return cmd
}

// exampleRules is a programme to begin with.
const exampleRules = `programme,code,kind,event,points,per,factor,scope,priority,stacking,cap,cap_per,pending_days,expiry,from_on,until_on
clients,BASE,rate,,1,1.00,,,100,add,,,,,,
clients,BIRTHDAY,multiplier,,,,2.00,birthday_month=yes,100,add,500,month,,,,
clients,BIG-ORDER,bonus,,100,,,min_total=100.00,100,add,200,month,,,,
clients,WELCOME,event,welcome,50,,,,100,add,50,ever,,90d,,
clients,FIRST-ORDER,event,first_purchase,100,,,,100,add,100,ever,,,,
clients,REVIEW,event,review,25,,,,100,add,75,month,,,,
clients,SURVEY,event,survey,25,,,,100,add,50,month,,,,
clients,WORKSHOP,event,event_attended,50,,,,100,add,100,month,,,,
clients,FRIEND,event,referral_referrer,200,,,,100,add,1000,year,14,,,
clients,FRIEND-NEW,event,referral_referred,100,,,,100,add,100,ever,,,,
`

func rulesList(a *app) *cobra.Command {
	var o rulesQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List the rules that hold",
		Long: `List the rules that hold today, or with --as-of on that day: says is what one
gives in words, the other columns are those of a file of rules.`,
		Example: `perla points rules list
perla points rules list --all -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.show(a, cmd) },
	}, sheet.PointRules(money.Wording{}))
	o.register(cmd)
	return cmd
}

func rulesExport(a *app) *cobra.Command {
	var programme string
	cmd := rowsOf(&cobra.Command{
		Use:   "export",
		Short: "Write all rules as a file that rules import reads",
		Long: `Write all rules there ever were as a file that perla points rules import reads:
importing it again changes nothing.`,
		Example: `perla points rules export --out rules-copy.csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				rules, err := loyalty.Rules(v, programme, 0)
				if err != nil {
					return err
				}
				rows := make([]loyalty.RuleRow, len(rules))
				for i := range rules {
					rows[i] = rules[i].Row(v.Settings().Currency.Decimals)
				}
				return emitSlice(a, sheet.PointRuleRows, rows)
			})
		},
	}, sheet.PointRuleRows)
	cmd.Flags().Var(enumOf(&programme, loyalty.Programmes...), "programme", "only those of `WHOM`: "+strings.Join(loyalty.Programmes, ", "))
	return cmd
}

// ruleFileFlags say how a file of rules is to be read.
var ruleFileFlags = []string{"map", "delimiter", "decimal", "date-format", "strict"}

func rulesImport(a *app) *cobra.Command {
	var o importFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "import FILE",
		Short: "Make the rules of a file those of the book, or prove them",
		Long: `Make the rules of a CSV file, or of standard input (-), those of the book, all
or nothing. A row is known by its programme, code and first day. A rule of the
programmes in the file that is not in it ends yesterday, so that orders of
earlier days keep it; one that has not begun goes. --check says what is wrong
with the file, and what may not have been meant, and writes nothing.

Columns, of which code and kind are needed:
` + indent(wrap(columnNames(sheet.PointRuleRows), helpWidth-2)) + `

An empty priority is 100, stacking add, programme clients; empty pending_days
and expiry are as the programme has them, empty days are open.`,
		Example: `perla points rules --example | perla points rules import - --check
perla points rules --example | perla points rules import -`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(a, cmd, &o, args[0], ruleImporter(a))
		},
	}, sheet.Imports))
	o.registerSome(cmd, ruleFileFlags...)
	cmd.Flags().BoolVar(&a.flags.dryRun, "check", false, "prove the file, write nothing")
	return cmd
}

// ruleImporter is how a file of rules takes the place of those of the book.
func ruleImporter(a *app) importer[loyalty.RuleRow] {
	var done loyalty.Replaced
	bad := map[int]bool{} // lines with a cell that cannot be read
	return importer[loyalty.RuleRow]{
		what: "points rules import", columns: sheet.PointRuleRows, whole: true,
		stamp: func(r *loyalty.RuleRow, line int, _ uint64, unread bool) { r.Line, bad[line] = line, unread },
		place: func(tx *book.Tx, batches iter.Seq[[]loyalty.RuleRow], _ importSize, report func(rejection)) (summary sheet.Imported, err error) {
			var rows []loyalty.RuleRow
			for batch := range batches {
				for _, r := range batch {
					if !bad[r.Line] {
						rows = append(rows, r)
					}
				}
			}
			rules, problems, err := loyalty.ReadRules(tx.View, rows)
			if err != nil {
				return summary, err
			}
			refused := false
			for _, p := range problems {
				if p.Warning {
					a.warn("line %d: rule %s: %s: %s", p.Line, p.Code, p.Field, p.Reason)
					continue
				}
				refused = true
				report(rejection{line: p.Line, field: p.Field, reason: p.Reason})
			}
			if refused {
				return summary, nil
			}
			for _, r := range rules {
				missing, err := noSuchSegments(tx.View, r.Scope.Words(loyalty.ScopeSegment)...)
				if err != nil {
					return summary, err
				}
				for _, reason := range missing {
					a.warn("rule %s: scope: %s", r.Code, reason)
				}
			}
			done, err = loyalty.ReplaceRules(tx, rules)
			return sheet.Imported{Created: int64(done.Added), Updated: int64(done.Changed + done.Ended + done.Removed), Unchanged: int64(done.Unchanged)}, err
		},
		after: func(a *app) {
			for _, gone := range []struct {
				n    int
				what string
			}{{done.Ended, "ended yesterday"}, {done.Removed, "had not begun and went"}} {
				if gone.n > 0 {
					a.note("%s", fmt.Sprintf("%s not in the file %s", counted(int64(gone.n), "rule"), gone.what))
				}
			}
		},
	}
}
