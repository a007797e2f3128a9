package cli

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/sheet"
)

func surveyCommand(a *app) *cobra.Command {
	cmd := noun("survey", "What customers think: would they recommend us, and why",
		`perla survey add care "After your order"
perla survey answer care ana --score 9 --text "So quick!"
perla report nps`,
		surveyAdd(a), surveyList(a), surveyShow(a), surveyEdit(a), surveyClose(a), surveyRemove(a), surveyInvite(a), surveyInvited(a), surveyAnswer(a), surveyAnswers(a),
		surveyImport(a), surveyExport(a))
	cmd.Long = `A survey is asked in waves: each person is asked and answers once a wave. A
wave that is not named is the month, or the order it is asked after. Who would
not recommend us becomes a task. What is answered stands in her timeline:
perla customer show ana --timeline. See: perla help nps.`
	return cmd
}

// surveyFlags are the flags that change a survey.
type surveyFlags struct {
	questions []string
	template  string
}

func (o *surveyFlags) register(a *app, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringArrayVarP(&o.questions, "question", "q", nil, "ask `KIND:TEXT`: "+strings.Join(outreach.QuestionKinds, ", ")+"; nps! must be answered")
	f.StringVar(&o.template, "by-template", "", "invite by the template `CODE`")
}

// resolve completes a survey with what the flags name.
func (o *surveyFlags) resolve(cmd *cobra.Command, v *book.View, s *outreach.Survey) (questions []outreach.Question, err error) {
	for _, text := range o.questions {
		q, err := outreach.ParseQuestion(text)
		if err != nil {
			return nil, inFlag("--question", err)
		}
		questions = append(questions, q)
	}
	if !cmd.Flags().Changed("by-template") {
		return questions, nil
	}
	if s.TemplateID, s.Template = 0, ""; o.template == "" {
		return questions, nil
	}
	t, err := outreach.FindTemplate(v, o.template)
	s.TemplateID, s.Template = t.ID, t.Code
	return questions, err
}

func surveyAdd(a *app) *cobra.Command {
	var o surveyFlags
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "add CODE [NAME]",
		Short: "Add a survey with its questions",
		Long: `Add a survey. Kinds of questions: nps (0 to 10), satisfaction (1 to 5), effort
(1 to 7, 7 is easy), text. Without --question it asks how likely she recommends
us, and why.`,
		Example: `perla survey add care "After your order"
perla survey add shop -q "satisfaction!:Are you content?" -q "text:What else?"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			s := outreach.Survey{Code: args[0]}
			if len(args) > 1 {
				s.Name = args[1]
			}
			if len(o.questions) == 0 {
				o.questions = []string{"nps:How likely are you to recommend us to a friend?", "text:Why?"}
			}
			err := a.update(cmd.Context(), "survey add", func(tx *book.Tx) (err error) {
				if s.Questions, err = o.resolve(cmd, tx.View, &s); err == nil {
					s, err = outreach.AddSurvey(tx, s)
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitAdded(a, sheet.Surveys, s, s.ID)
		},
	}, sheet.Surveys))
	o.register(a, cmd)
	return cmd
}

func surveyList(a *app) *cobra.Command {
	var all bool
	cmd := rowsOf(&cobra.Command{
		Use:     "list",
		Short:   "List surveys, with how many were asked and answered",
		Example: "perla survey list\nperla survey list --all --columns code,questions",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				list, err := outreach.Surveys(v, day, all)
				if err != nil {
					return err
				}
				return emitSlice(a, sheet.Surveys, list)
			})
		},
	}, sheet.Surveys)
	cmd.Flags().BoolVar(&all, "all", false, "the closed ones too")
	return cmd
}

func surveyShow(a *app) *cobra.Command {
	return rowsOf(&cobra.Command{
		Use:               "show SURVEY",
		Short:             "Show a survey",
		Example:           "perla survey add care \"After your order\"\nperla survey show care",
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				day, err := a.asOf(v)
				if err != nil {
					return err
				}
				s, err := outreach.FindSurvey(v, args[0], day)
				if err != nil {
					return err
				}
				return emitWhole(a, s.Name, sheet.Surveys, s, "name")
			})
		},
	}, sheet.Surveys)
}

// surveyNamed is the survey that a selector names.
func (a *app) surveyNamed(cmd *cobra.Command, selector string) (s outreach.Survey, err error) {
	err = a.view(cmd.Context(), func(v *book.View) error {
		s, err = outreach.FindSurvey(v, selector, v.Today())
		return err
	})
	return s, err
}

// surveyCodes completes the code of a survey.
func surveyCodes(v *book.View, typed string) (words []cobra.Completion, err error) {
	list, err := outreach.Surveys(v, v.Today(), true)
	for _, s := range list {
		if strings.HasPrefix(s.Code, typed) {
			words = append(words, cobra.CompletionWithDesc(s.Code, s.Name))
		}
	}
	return words, err
}

func surveyEdit(a *app) *cobra.Command {
	var o surveyFlags
	var code, name string
	var drop []int64
	var reopen bool
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:   "edit SURVEY",
		Short: "Change a survey, or add questions",
		Long: `Change what flags name. --question adds one behind the others, --drop takes one
away that nobody has answered; the others keep their numbers.`,
		Example: `perla survey add care "After your order"
perla survey edit care --question "effort:How easy was it?" --drop 2`,
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !anyChanged(cmd) {
				return usage(cmd, "nothing to change: name a field, such as --name \"After your order\"")
			}
			s, err := a.surveyNamed(cmd, args[0])
			if err != nil {
				return err
			}
			c := outreach.SurveyChange{Survey: s, Drop: drop}
			if code != "" {
				c.Code = code
			}
			if cmd.Flags().Changed("name") {
				c.Name = name
			}
			if reopen {
				c.ClosedOn = 0
			}
			err = a.update(cmd.Context(), operationOnIDs("survey edit", []int64{s.ID}), func(tx *book.Tx) (err error) {
				if c.More, err = o.resolve(cmd, tx.View, &c.Survey); err == nil {
					s, err = outreach.EditSurvey(tx, c)
				}
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.Surveys, s)
		},
	}, sheet.Surveys))
	o.register(a, cmd)
	f := cmd.Flags()
	f.StringVar(&code, "code", "", "what it is called by")
	f.StringVar(&name, "name", "", "its name")
	f.Var(&changeFlag{"number", func(text string) error {
		n, err := strconv.ParseInt(strings.TrimPrefix(strings.ToLower(text), "q"), 10, 64)
		if drop = append(drop, n); err != nil {
			return fault.New(fault.Usage, "needed is the number of a question, such as 2", "")
		}
		return nil
	}}, "drop", "take question `NUMBER` away")
	f.BoolVar(&reopen, "reopen", false, "it is asked and answered again")
	return cmd
}

func surveyClose(a *app) *cobra.Command {
	var on string
	cmd := a.writing(rowsOf(&cobra.Command{
		Use:               "close SURVEY",
		Short:             "Say that a survey is over",
		Long:              "Say that from today, or --on another day, nobody is asked and nobody answers.",
		Example:           "perla survey add care \"After your order\"\nperla survey close care",
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.surveyNamed(cmd, args[0])
			if err != nil {
				return err
			}
			err = a.update(cmd.Context(), operationOnIDs("survey close", []int64{s.ID}), func(tx *book.Tx) error {
				day, err := dayIn("--on", on, tx.Today())
				if err != nil {
					return err
				}
				if day == 0 {
					day = tx.Today()
				}
				s, err = outreach.CloseSurvey(tx, s, day)
				return err
			})
			if err != nil {
				return err
			}
			return emitOne(a, sheet.Surveys, s)
		},
	}, sheet.Surveys))
	cmd.Flags().StringVar(&on, "on", "", "over since `DATE` (default today)")
	return cmd
}

func surveyRemove(a *app) *cobra.Command {
	return a.writing(rowsOf(&cobra.Command{
		Use:               "remove SURVEY",
		Short:             "Remove a survey that nobody was asked",
		Example:           "perla survey add care \"After your order\"\nperla survey remove care",
		ValidArgsFunction: a.completeFrom(surveyCodes),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := a.surveyNamed(cmd, args[0])
			if err != nil {
				return err
			}
			if err := a.update(cmd.Context(), operationOnIDs("survey remove", []int64{s.ID}), func(tx *book.Tx) error { return outreach.RemoveSurvey(tx, s) }); err != nil {
				return err
			}
			return emitOne(a, sheet.Surveys, s)
		},
	}, sheet.Surveys))
}
