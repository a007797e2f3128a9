package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/sheet"
)

// surveyAnswerFlags are the flags of survey answer.
type surveyAnswerFlags struct {
	score, text, wave, on, order, suggestion, tasks string
	answers                                         []string
	correct                                         bool
}

// taskWords are the words of --tasks.
var taskWords = []string{string(outreach.RecentTasks), string(outreach.AllTasks), string(outreach.NoTasks)}

func surveyAnswer(a *app) *cobra.Command {
	o := surveyAnswerFlags{tasks: taskWords[0]}
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "answer SURVEY CUSTOMER",
		Short: "Write down what a customer answers",
		Long: `Write down what a customer answers: --score to the first question with a score,
--text to the first with words, --answer 3=5 to any. It belongs to --wave, else
to the last wave she was asked, else to the month. Who answered that wave
already is refused (exit code 6); --correct mends what she said last.

Whoever gives 0 to 6 of 10 becomes a task for tomorrow, once, unless she said so
more than 30 days ago: --tasks all, or none. A --suggestion is kept as an
interaction.`,
		Example: `perla survey add care "After your order"
perla survey answer care ana --score 9 --text "So quick!"
perla survey answer care luis --score 3 --suggestion "wrap it better"
perla survey answer care luis --score 4 --correct`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, r, err := o.of(cmd, a, args[0], args[1])
			if err != nil {
				return err
			}
			var past int64
			err = a.update(cmd.Context(), operationOnIDs("survey answer", []int64{s.ID, r.CustomerID}), func(tx *book.Tx) (err error) {
				if r.OrderID != 0 {
					if err = hersIs(tx.View, r.OrderID, r.CustomerID); err != nil {
						return err
					}
				}
				r, past, err = outreach.AnswerSurvey(tx, s, r, o.correct, outreach.Tasks(o.tasks))
				return err
			})
			if err != nil {
				return err
			}
			a.sayPast(past)
			return emitSlice(a, sheet.Answers, outreach.Answers(s, []outreach.Reply{r}))
		},
	}, sheet.Answers))
	o.register(cmd)
	return cmd
}

// of is the survey that is answered, and what the flags say that a customer answers to it.
func (o *surveyAnswerFlags) of(cmd *cobra.Command, a *app, survey, customer string) (s outreach.Survey, r outreach.Reply, err error) {
	err = a.view(cmd.Context(), func(v *book.View) error {
		if s, err = outreach.FindSurvey(v, survey, v.Today()); err != nil {
			return err
		}
		c, err := contacts.Find(v, customer)
		if err != nil {
			return err
		}
		r, err = o.reply(cmd, v, &s)
		r.CustomerID = c.ID
		return err
	})
	return s, r, err
}

func (o *surveyAnswerFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.score, "score", "", "the `NUMBER` she gives")
	f.StringVar(&o.text, "text", "", "what she says to it")
	f.StringArrayVar(&o.answers, "answer", nil, "what she answers to a question: `NUMBER=ANSWER`")
	f.StringVar(&o.wave, "wave", "", "it belongs to `WAVE`")
	f.StringVar(&o.on, "on", "", "answered on `DATE` (default today)")
	f.StringVar(&o.order, "order", "", "it is about `ORDER`")
	f.StringVar(&o.suggestion, "suggestion", "", "what she suggests, kept as an interaction")
	f.Var(enumOf(&o.tasks, taskWords...), "tasks", "which detractors become tasks: "+strings.Join(taskWords, ", "))
	f.BoolVar(&o.correct, "correct", false, "mend an answer she gave before")
}

// sayPast says of detractors of long ago that nothing is to be done.
func (a *app) sayPast(n int64) {
	if n > 0 {
		a.note("%s answered more than 30 days ago and became no task (--tasks all)", counted(n, "detractor"))
	}
}

// reply is what the flags say, for a customer to come.
func (o *surveyAnswerFlags) reply(cmd *cobra.Command, v *book.View, s *outreach.Survey) (r outreach.Reply, err error) {
	r = outreach.Reply{SurveyID: s.ID, Wave: strings.TrimSpace(o.wave), Suggestion: strings.TrimSpace(o.suggestion), Answers: make([]outreach.Answer, len(s.Questions))}
	if r.AnsweredOn, err = dayIn("--on", o.on, v.Today()); err != nil {
		return r, err
	}
	if o.order != "" {
		order, err := sales.Find(v, o.order, v.Today())
		if err != nil {
			return r, err
		}
		r.OrderID = order.ID
	}
	for _, first := range []struct {
		flag, value string
		words       bool
	}{{"--score", o.score, false}, {"--text", o.text, true}} {
		if first.value == "" {
			continue
		}
		i := s.FirstOf(first.words)
		if i < 0 {
			return r, &fault.Error{Kind: fault.Usage, Field: first.flag, Reason: "the survey has no such question", Hint: "see them with: perla survey show " + s.Code}
		}
		if r.Answers[i], err = answerTo(&s.Questions[i], first.value); err != nil {
			return r, inFlag(first.flag, err)
		}
	}
	for _, text := range o.answers {
		name, value, _ := strings.Cut(text, "=")
		n, _ := strconv.ParseInt(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(name)), "q"), 10, 64)
		i := slices.IndexFunc(s.Questions, func(q outreach.Question) bool { return q.Position == n })
		if i < 0 || value == "" {
			return r, &fault.Error{Kind: fault.Usage, Field: "--answer", Reason: fmt.Sprintf("%q is not NUMBER=ANSWER of a question of %s", text, s.Code),
				Hint: "see them with: perla survey show " + s.Code}
		}
		if r.Answers[i], err = answerTo(&s.Questions[i], value); err != nil {
			return r, inFlag("--answer", err)
		}
	}
	if !slices.ContainsFunc(r.Answers, func(x outreach.Answer) bool { return x.Given }) {
		return r, usage(cmd, "she answers nothing: give --score, --text or --answer")
	}
	return r, nil
}

// answerTo reads an answer as it is typed.
func answerTo(q *outreach.Question, text string) (answer outreach.Answer, err error) {
	if q.Kind == "text" {
		return outreach.Answer{Given: true, Text: strings.TrimSpace(text)}, nil
	}
	answer.Given = true
	if answer.Score, err = wholeNumber(text); err == nil {
		if err = q.Check(answer.Score); err != nil {
			low, high := q.Scale()
			err = fault.New(fault.Usage, err.Error(), fmt.Sprintf("give a number from %d to %d", low, high))
		}
	}
	return answer, err
}

// hersIs refuses an order of somebody else.
func hersIs(v *book.View, order, customer int64) error {
	owner, _, err := book.One(v, book.Scalar[int64], `SELECT customer_id FROM orders WHERE id = ?`, order)
	if err == nil && owner != customer {
		err = &fault.Error{Kind: fault.Usage, Field: "--order", Reason: fmt.Sprintf("order %d is customer %d's, not hers", order, owner)}
	}
	return err
}

// surveyQuery are the flags that choose what was answered.
type surveyQuery struct {
	customer, wave string
	where          whereFlag
	span           *span
}

func (o *surveyQuery) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.customer, "customer", "", "only of `CUSTOMER`")
	f.StringVar(&o.wave, "wave", "", "only of `WAVE`")
	o.where.register(cmd)
	o.span = spanFlags(cmd)
}

// choose is what the flags choose; days are those of the answers.
func (o *surveyQuery) choose(a *app, v *book.View) (q outreach.ReplyQuery, days dates.Range, err error) {
	q.Wave = o.wave
	if q.AsOf, err = a.asOf(v); err != nil {
		return q, days, err
	}
	if days, err = o.span.days(v.Today()); err != nil {
		return q, days, err
	}
	if o.customer != "" {
		c, err := contacts.Find(v, o.customer)
		if err != nil {
			return q, days, err
		}
		q.Customer = c.ID
	}
	q.Where, err = o.where.filter(a, v)
	return q, days, err
}

// inDays says whether a day lies in a range with open ends.
func inDays(r dates.Range, d dates.Date) bool {
	return d >= r.From && (r.To == 0 || d <= r.To)
}

func surveyAnswers(a *app) *cobra.Command {
	var o surveyQuery
	cmd := rowsOf(&cobra.Command{
		Use:   "answers [SURVEY]",
		Short: "List what was answered",
		Example: `perla survey add care && perla survey answer care ana --score 9
perla survey answers care --since -30d
perla survey answers --customer ana`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				q, days, err := o.choose(a, v)
				if err != nil {
					return err
				}
				q.Answered = true
				surveys, err := outreach.Surveys(v, q.AsOf, true)
				if len(args) > 0 {
					surveys = make([]outreach.Survey, 1)
					surveys[0], err = outreach.FindSurvey(v, args[0], q.AsOf)
				}
				if err != nil {
					return err
				}
				var list []outreach.Said
				for _, s := range surveys {
					replies, err := outreach.Replies(v, s, q)
					if err != nil {
						return err
					}
					replies = slices.DeleteFunc(replies, func(r outreach.Reply) bool { return !inDays(days, r.AnsweredOn) })
					list = append(list, outreach.Answers(s, replies)...)
				}
				return emitSlice(a, sheet.Answers, list)
			})
		},
	}, sheet.Answers)
	o.register(cmd)
	return cmd
}
