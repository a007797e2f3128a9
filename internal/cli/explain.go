package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// explainable are the scores that can be explained.
var explainable = []string{"rfm", "clv", "churn", "level", "points"}

// explainer explains one score of one person on a day.
type explainer struct {
	a    *app
	v    *book.View
	day  dates.Date
	of   string // the name of the person
	word string // as she was called
	rows []sheet.Reason
	head string // what goes over the lines that people read
}

func explainCommand(a *app) *cobra.Command {
	var consultant bool
	cmd := rowsOf(&cobra.Command{
		Use:   "explain PERSON SCORE",
		Short: "Say why a score is what it is: the inputs, the cuts, the ranks",
		Long: `Say in a few lines why somebody's score is what it is at the as-of day:

  rfm     recency, frequency and money, who has less, and where the scores part
  clv     what she bought, what the models make of it, and her rank
  churn   her rhythm, and the limits of the three definitions
  level   of a client her service level, by what she is worth; of a consultant
          the level she has reached, and what is missing to the next
  points  what is left of them, lot by lot, as perla points explain

PERSON is a client, else a consultant for level and points; --consultant says
that it is one. For programs each line is a row.`,
		Example: `perla explain ana rfm
perla explain ana churn --as-of 2025-12-31
perla explain ana@example.com level -o json
perla explain ana points`,
		RunE: func(cmd *cobra.Command, args []string) error {
			score := strings.ToLower(args[1])
			if !slices.Contains(explainable, score) {
				return unexplained(args[1])
			}
			return a.view(sales.WithSegments(cmd.Context(), segmentsOf), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				account, name, err := personMeant(v, args[0], score, consultant)
				if err != nil {
					return err
				}
				if score == "points" {
					return a.explainAccount(v, account, false)
				}
				x := &explainer{a: a, v: v, day: day, of: name, word: args[0]}
				if err := x.explain(score, account); err != nil {
					return err
				}
				return x.print()
			})
		},
	}, sheet.Reasons)
	alsoRowsOf(cmd, sheet.PointsExplained)
	people := a.completeFrom(customerNames)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return slices.Clone(explainable), cobra.ShellCompDirectiveNoFileComp
		}
		return people(cmd, args, typed)
	}
	cmd.Flags().BoolVar(&consultant, "consultant", false, "PERSON is a consultant, whatever clients are called")
	return cmd
}

// unexplained refuses what is no score.
func unexplained(word string) error {
	err := &fault.Error{Kind: fault.Usage, Noun: "score", Key: word, Reason: "there is none of that name; there are " + strings.Join(explainable, ", ")}
	if near := fault.Nearest(strings.ToLower(word), explainable); near != "" {
		err.Hint = "did you mean " + near + "?"
	}
	return err
}

// personMeant is a client, or where the score can be one of theirs and no client fits, a consultant.
func personMeant(v *book.View, word, score string, consultant bool) (loyalty.Account, string, error) {
	ofBoth := score == "level" || score == "points"
	if consultant && !ofBoth {
		return loyalty.Account{}, "", fault.New(fault.Usage, score+" is of clients", "of a consultant there are level and points")
	}
	if !consultant {
		c, err := contacts.Find(v, word)
		if err == nil || !ofBoth || fault.KindOf(err) != fault.NotFound {
			return loyalty.Account{Customer: c.ID}, c.Name, err
		}
		if k, asConsultant := network.Find(v, word, contacts.E164); fault.KindOf(asConsultant) != fault.NotFound {
			return loyalty.Account{Consultant: k.ID}, k.Name, asConsultant
		}
		return loyalty.Account{}, "", err
	}
	k, err := network.Find(v, word, contacts.E164)
	return loyalty.Account{Consultant: k.ID}, k.Name, err
}

func (x *explainer) explain(score string, of loyalty.Account) error {
	switch {
	case score == "rfm":
		return x.rfm(of.Customer)
	case score == "clv":
		return x.clv(of.Customer)
	case score == "churn":
		return x.churn(of.Customer)
	case of.Consultant != 0:
		return x.consultantLevel(of.Consultant)
	}
	return x.serviceLevel(of.Customer)
}

// print writes a line for each reason, under a heading; for programs rows.
func (x *explainer) print() error {
	if !x.toPeople() {
		return emitSlice(x.a, sheet.Reasons, x.rows)
	}
	return x.a.eachLine(func(line func(text string, under bool) error) error {
		if err := line(x.head, false); err != nil {
			return err
		}
		for i := range x.rows {
			if err := line(x.line(&x.rows[i]), true); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachLine writes lines of text, those that go under another further in, as wide as the terminal.
func (a *app) eachLine(each func(line func(text string, under bool) error) error) error {
	style, err := a.style()
	if err != nil {
		return err
	}
	room := 0
	if style.Terminal {
		room = style.Width
	}
	return a.write(func(w io.Writer) error {
		return each(func(text string, under bool) error { return render.Line(w, text, under, room) })
	})
}

// line is a reason as people read it.
func (x *explainer) line(r *sheet.Reason) string {
	line := strings.ReplaceAll(r.What, "_", " ")
	if !r.Value.IsEmpty() {
		line += " " + sheet.Plain(r.Value, x.a.setting())
	}
	if r.Why != "" {
		line += ": " + r.Why
	}
	return line
}

// add adds a reason; why is in words, as fmt.Sprintf writes them.
func (x *explainer) add(score, what string, value sheet.Value, why string, args ...any) {
	if len(args) > 0 {
		why = fmt.Sprintf(why, args...)
	}
	x.rows = append(x.rows, sheet.Reason{Score: score, What: what, Value: value, Why: why})
}

// title begins what people read.
func (x *explainer) title(what string) {
	x.head = what + " of " + x.of + " on " + x.day.String()
}

// money is an amount within words: as the book's locale has it for people, as every file has it for programs.
func (x *explainer) money(amount money.Amount) string {
	if x.toPeople() {
		return x.a.moneyText(amount)
	}
	c := x.v.Settings().Currency
	return c.Format(amount) + " " + c.Code
}

// figure is a number within words, as a table has it.
func (x *explainer) figure(f float64) string {
	setting := x.a.setting()
	if !x.toPeople() {
		setting.Locale = "en"
	}
	return sheet.Plain(sheet.Number(f), setting)
}

// amountIf is an amount as a cell, empty where there is none.
func amountIf(amount *money.Amount) sheet.Value {
	if amount == nil {
		return sheet.Value{}
	}
	return sheet.Money(*amount)
}

// part is a part of one as a cell: in whole per cent for people; empty where there is none.
func (x *explainer) part(f *float64) sheet.Value {
	switch {
	case f == nil:
		return sheet.Value{}
	case x.toPeople():
		return sheet.Text(percent(f))
	}
	return sheet.Number(*f)
}

// toPeople says whether lines are printed, and not rows.
func (x *explainer) toPeople() bool { return x.a.forPeople() && !x.a.askedForRows() }

// figureIf is a figure as a cell, empty where there is none.
func figureIf(f *float64) sheet.Value {
	if f == nil {
		return sheet.Value{}
	}
	return sheet.Number(*f)
}
