package cli

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// caseQuery is which cases the flags of list and export choose.
type caseQuery struct {
	contacts.CaseQuery
	customer string
	span     *span
}

func (o *caseQuery) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	o.span = spanFlags(cmd)
	f.BoolVar(&o.Open, "open", false, "only those that are not closed")
	f.BoolVar(&o.Closed, "closed", false, "only those that are closed")
	f.Var(enumOf(&o.Kind, contacts.CaseKinds...), "kind", "only this `KIND`: "+strings.Join(contacts.CaseKinds, ", "))
	f.Var(enumOf(&o.Priority, contacts.CasePriorities...), "priority", "only with this `PRIORITY`: "+strings.Join(contacts.CasePriorities, ", "))
	f.StringVar(&o.Handler, "handler", "", "only those that the consultant `REF` handles")
	f.StringVar(&o.customer, "customer", "", "only those of `CUSTOMER` (see: perla help selectors)")
	f.StringVar(&o.Consultant, "consultant", "", "only those of the consultant `REF`")
	f.Var(sortBy(&o.Sort, contacts.CaseSortNames), "sort", "sort by `COLUMN`, with - before it downwards: "+strings.Join(contacts.CaseSortNames, ", "))
	f.IntVar(&o.Limit, "limit", 0, "at most `N` cases (0 is all)")
	cmd.MarkFlagsMutuallyExclusive("open", "closed")
	cmd.MarkFlagsMutuallyExclusive("customer", "consultant")
	completeFlag(cmd, "customer", a.completeFrom(customerNames))
	completeFlag(cmd, "consultant", a.completeFrom(consultantNames))
	completeFlag(cmd, "handler", a.completeFrom(consultantNames))
}

// choose reads the flags.
func (o *caseQuery) choose(a *app, v *book.View) (q contacts.CaseQuery, err error) {
	q = o.CaseQuery
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, err
	}
	if q.Days, err = o.span.days(v.Today()); err != nil || o.customer == "" {
		return q, err
	}
	c, err := contacts.Find(v, o.customer)
	q.Customer = c.ID
	return q, err
}

func caseList(a *app) *cobra.Command {
	var o caseQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "list",
		Short: "List cases: open ones first, of these the urgent first",
		Long: `List cases: those that are not closed first, of these the urgent first, then the
oldest. --since, --until and --period are about the day they were opened.`,
		Example: `perla case list --open
perla case list --customer ana --columns id,topic,status,resolution_hours
perla case list --kind complaint --period "last month" -o json`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, err := o.choose(a, v)
				if err != nil {
					return err
				}
				list, err := contacts.Cases(v, q)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Cases, list)
			})
		},
	}, sheet.Cases)
	o.register(a, cmd)
	return cmd
}

func caseShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:   "show CASE",
		Short: "Show one case and all that became of it",
		Long: `Show one case and all that became of it. As rows (-o csv, json, ...) it is one
row for each step, its opening first, with the case's own columns before.`,
		Example: `perla case show 1
perla case show 1 --columns at,event,text,status -o csv`,
		ValidArgsFunction: a.completeFrom(caseNumbers),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := idOf("case", args[0])
			if err != nil {
				return err
			}
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				c, err := contacts.FindCase(v, id, day)
				if err != nil {
					return err
				}
				if a.forPeople() && !a.columnsGiven {
					return a.showCase(c)
				}
				return emitSlice(a, sheet.CaseSteps(a.instant), c.Steps())
			})
		},
	}, sheet.CaseSteps(a.instant))
}

// showCase draws a case for a person: a card whose last section is its history.
func (a *app) showCase(c contacts.Case) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	heads, cells, _, err := sheet.Grid(sheet.Cases, oneRow(c), a.setting())
	if err != nil {
		return err
	}
	var pairs, history []render.Pair
	for i, head := range heads {
		value := cells[0][i]
		switch head {
		case "id", "topic", "customer_id", "consultant_id":
			continue
		case "first_response_hours", "resolution_hours":
			if head = strings.TrimSuffix(head, "_hours"); value != "" {
				value += " hours"
			}
		}
		pairs = append(pairs, render.Pair{Label: strings.TrimSuffix(head, "_id"), Value: value})
	}
	for i, step := range c.Steps() {
		words := step.Kind
		for _, more := range []string{step.Handler, step.Text} {
			if more != "" && i > 0 { // the topic stands above
				words += ": " + more
			}
		}
		history = append(history, render.Pair{Label: a.instant(step.At), Value: words})
	}
	return a.write(func(w io.Writer) error {
		return render.Card(w, style, fmt.Sprintf("Case %d: %s", c.ID, c.Topic), []render.Section{{Pairs: pairs}, {Title: "History", Pairs: history}})
	})
}

// caseNumbers completes the number of a case, with its topic beside it: those that are not closed.
func caseNumbers(v *book.View, typed string) (words []cobra.Completion, err error) {
	list, err := contacts.Cases(v, contacts.CaseQuery{AsOf: v.Today(), Open: true})
	for _, c := range list {
		if number := strconv.FormatInt(c.ID, 10); strings.HasPrefix(number, typed) && len(words) < completed {
			words = append(words, cobra.CompletionWithDesc(number, c.Person+": "+c.Topic))
		}
	}
	return words, err
}
