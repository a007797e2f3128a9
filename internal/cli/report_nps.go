package cli

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/outreach"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// feedbackRequest is what the flags of the reports of answers say.
type feedbackRequest struct {
	by, survey, wave string
	where            whereFlag
	plot             plot
	days             *span
}

func (o *feedbackRequest) register(a *app, cmd *cobra.Command, drawn string) {
	o.by = string(insight.FeedbackAll)
	words := make([]string, len(insight.FeedbackBys))
	for i, by := range insight.FeedbackBys {
		words[i] = string(by)
	}
	o.days = spanFlags(cmd)
	f := cmd.Flags()
	f.Var(enumOf(&o.by, words...), "by", "a row for each `WHAT`: "+strings.Join(words, ", "))
	f.StringVar(&o.survey, "survey", "", "only answers to `SURVEY`")
	f.StringVar(&o.wave, "wave", "", "only answers of `WAVE`")
	o.where.register(cmd)
	o.plot.register(cmd, drawn)
	completeFlag(cmd, "survey", a.completeFrom(surveyCodes))
}

// asked is what is asked of the report.
func (o *feedbackRequest) asked(a *app, v *book.View) (asked insight.FeedbackOptions, err error) {
	asked.By, asked.Wave = insight.FeedbackBy(o.by), o.wave
	if asked.AsOf, err = a.asOf(v); err != nil {
		return asked, err
	}
	if asked.Days, err = o.days.days(v.Today()); err != nil {
		return asked, err
	}
	if o.survey != "" {
		s, err := outreach.FindSurvey(v, o.survey, asked.AsOf)
		if err != nil {
			return asked, err
		}
		asked.Survey = s.ID
	}
	asked.Where, err = o.where.filter(a, v)
	return asked, err
}

// mostFewNamed is how many groups with few answers a warning names.
const mostFewNamed = 5

// warnFew warns of groups that are too small to lean on.
func (a *app) warnFew(groups []string) {
	if n := len(groups); n > 0 {
		named := strings.Join(groups[:min(n, mostFewNamed)], ", ")
		if n > mostFewNamed {
			named += fmt.Sprintf(" and %d more", n-mostFewNamed)
		}
		a.warn("fewer than %d answers: %s; the interval says how little that tells", insight.FewAnswers, named)
	}
}

const answersComeBy = "answers are written down with perla survey answer and perla survey import"

// hintEmpty tells a person who reads no rows where they would come from.
func (a *app) hintEmpty(rows int, hint string) {
	if rows == 0 && a.forPeople() {
		a.hint("%s", hint)
	}
}

// groupName is how a group is called where it must be called something.
func groupName(group string) string {
	if group == "" {
		return "(none)"
	}
	return group
}

func reportNPS(a *app) *cobra.Command {
	var o feedbackRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "nps",
		Short: "Net promoter score: who would recommend us, with its interval",
		Long: `The answers to questions of kind nps: promoters gave 9 or 10, detractors 0 to 6,
and nps is the difference of their shares in points, with its interval of 95 %.
See: perla help nps.`,
		Example: `perla report nps
perla report nps --by month --plot
perla report nps --by segment --since -1y -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked, err := o.asked(a, v)
				if err != nil {
					return err
				}
				rows, err := insight.ReportNPS(v, asked)
				if err != nil {
					return err
				}
				var few []string
				for _, r := range rows {
					if r.Answers < insight.FewAnswers {
						few = append(few, fmt.Sprintf("%s (%d)", groupName(r.Group), r.Answers))
					}
				}
				a.warnFew(few)
				a.hintEmpty(len(rows), answersComeBy)
				return o.draw(a, rows)
			})
		},
	}, sheet.NPS)
	o.register(a, cmd, "the score")
	return cmd
}

// draw prints the report; by month its plot is a line within its interval, else bars.
func (o *feedbackRequest) draw(a *app, rows []insight.NPS) error {
	columns := sheet.NPS
	if a.forPeople() {
		columns = decimals(columns, map[string]func(*insight.NPS) float64{"nps": func(n *insight.NPS) float64 { return n.NPS },
			"low": func(n *insight.NPS) float64 { return n.Low }, "high": func(n *insight.NPS) float64 { return n.High }})
	}
	title := "Net promoter score by " + o.by
	if o.by == string(insight.FeedbackMonth) {
		c := render.Chart{Title: title, YAxis: "points", Series: []render.Series{{Name: "nps"}, {Name: "low", Faint: true}, {Name: "high", Faint: true}}}
		for _, r := range rows {
			c.X = append(c.X, r.Group)
			for i, value := range []float64{r.NPS, r.Low, r.High} {
				c.Series[i].Values = append(c.Series[i].Values, value)
			}
		}
		return emitPlotted(a, o.plot, columns, rows, c.Draw, c)
	}
	bars := make([]render.Bar, len(rows))
	for i, r := range rows {
		bars[i] = render.Bar{Label: groupName(r.Group), Value: fmt.Sprintf("%+.1f", r.NPS), Amount: r.NPS}
	}
	return emitBars(a, o.plot, columns, rows, title, bars)
}

// decimals are columns of which those named print figures as people read them, with one decimal.
func decimals[T any](columns []sheet.Column[T], figures map[string]func(*T) float64) []sheet.Column[T] {
	columns = append([]sheet.Column[T]{}, columns...)
	for i := range columns {
		if of, ok := figures[columns[i].Name]; ok {
			columns[i].Get = func(row *T) sheet.Value { return sheet.Number(math.Round(10*of(row)) / 10) }
		}
	}
	return columns
}

func reportSatisfaction(a *app) *cobra.Command {
	var o feedbackRequest
	cmd := rowsOf(&cobra.Command{
		Use:   "satisfaction",
		Short: "Who is content, and who found it easy",
		Long: `The answers to questions of kind satisfaction (1 to 5) and effort (1 to 7): how
many were positive, 4 or 5 and 5 to 7, their share with its interval of 95 %,
and the mean score. See: perla help nps.`,
		Example: `perla report satisfaction
perla report satisfaction --by question --plot`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked, err := o.asked(a, v)
				if err != nil {
					return err
				}
				rows, err := insight.ReportSatisfaction(v, asked)
				if err != nil {
					return err
				}
				var few []string
				bars := make([]render.Bar, len(rows))
				for i, r := range rows {
					name := groupName(r.Group) + ", " + r.Measure
					if r.Answers < insight.FewAnswers {
						few = append(few, fmt.Sprintf("%s (%d)", name, r.Answers))
					}
					bars[i] = render.Bar{Label: name, Value: percents(r.Share), Amount: r.Share}
				}
				a.warnFew(few)
				a.hintEmpty(len(rows), answersComeBy)
				columns := sheet.Satisfactions
				if a.forPeople() {
					columns = shares(columns, map[string]func(*insight.Satisfaction) *float64{"share": func(s *insight.Satisfaction) *float64 { return &s.Share },
						"low": func(s *insight.Satisfaction) *float64 { return &s.Low }, "high": func(s *insight.Satisfaction) *float64 { return &s.High }})
					columns = decimals(columns, map[string]func(*insight.Satisfaction) float64{"mean": func(s *insight.Satisfaction) float64 { return s.Mean }})
				}
				return emitBars(a, o.plot, columns, rows, "Positive answers by "+o.by, bars)
			})
		},
	}, sheet.Satisfactions)
	o.register(a, cmd, "the shares")
	return cmd
}

func reportFunnel(a *app) *cobra.Command {
	var where whereFlag
	var p plot
	var days *span
	cmd := rowsOf(&cobra.Command{
		Use:   "funnel",
		Short: "How far customers come: interest, lead, decision, sale",
		Long: `How many customers reached each stage, their share of those who reached the one
before (rate), and the median of the days that took. A customer reaches

  interest  on the day she is known from, or of her first interaction about a
            product (kind interest)
  lead      when her stage first is lead
  decision  when her stage first is prospect, or with her first quote or order
  sale      with her first order that counts, or when her stage first is
            customer

and with a stage those before it. Stages have dates (customer edit --stage).
--since, --until and --period choose customers by the day of their interest.`,
		Example: `perla report funnel
perla report funnel --period 2026 --plot
perla report funnel --where "source = 'fair'" --as-of 2026-06-30`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked := insight.FunnelOptions{}
				var err error
				if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, days, &where); err != nil {
					return err
				}
				rows, err := insight.ReportFunnel(v, asked)
				if err != nil {
					return err
				}
				bars := make([]render.Bar, len(rows))
				for i, r := range rows {
					bars[i] = render.Bar{Label: r.Stage, Value: fmt.Sprint(r.Customers), Amount: float64(r.Customers)}
				}
				columns := sheet.Funnels
				if a.forPeople() {
					columns = shares(columns, map[string]func(*insight.Funnel) *float64{"rate": func(f *insight.Funnel) *float64 { return f.Rate }})
				}
				return emitBars(a, p, columns, rows, "Customers by stage reached", bars)
			})
		},
	}, sheet.Funnels)
	days = spanFlags(cmd)
	where.register(cmd)
	p.register(cmd, "a bar for each stage")
	return cmd
}

// stepWords are the words of --by where the rows are periods.
func stepWords() []string {
	words := make([]string, len(insight.Steps))
	for i, s := range insight.Steps {
		words[i] = string(s)
	}
	return words
}

func reportEngagement(a *app) *cobra.Command {
	var where whereFlag
	var p plot
	var days *span
	by := string(insight.StepMonth)
	cmd := rowsOf(&cobra.Command{
		Use:   "engagement",
		Short: "What customers do with us, period by period",
		Long: `How often customers were reached or reached us (interactions), how many messages
they opened, clicked and replied to, each once a period, and how many orders
that count they made.`,
		Example: `perla report engagement --plot
perla report engagement --by week --since -90d
perla report engagement --where "tag:vip" -o csv`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.view(cmd.Context(), func(v *book.View) error {
				asked := insight.EngagementOptions{By: insight.Step(by)}
				var err error
				if asked.AsOf, asked.Days, asked.Where, err = a.scope(v, days, &where); err != nil {
					return err
				}
				rows, err := insight.ReportEngagement(v, asked)
				if err != nil {
					return err
				}
				c := render.Chart{Title: "What customers do, by " + by, YAxis: "a " + by, Series: []render.Series{{Name: "interactions"}, {Name: "opens"}, {Name: "orders"}}}
				for _, r := range rows {
					c.X = append(c.X, r.Period)
					for i, n := range []int64{r.Interactions, r.Opens, r.Orders} {
						c.Series[i].Values = append(c.Series[i].Values, float64(n))
					}
				}
				return emitPlotted(a, p, sheet.Engagements, rows, func(w io.Writer, style render.Style) error { return eachSeries(w, style, c) }, c)
			})
		},
	}, sheet.Engagements)
	days = spanFlags(cmd)
	cmd.Flags().Var(enumOf(&by, stepWords()...), "by", "a row for each `PERIOD`: "+strings.Join(stepWords(), ", "))
	where.register(cmd)
	p.register(cmd, "interactions, opens and orders")
	return cmd
}

// eachSeries draws the series of a chart that are not 0 throughout below one another, each with its name: letters tell
// lines apart badly.
func eachSeries(w io.Writer, style render.Style, c render.Chart) error {
	drawn := slices.DeleteFunc(slices.Clone(c.Series), func(s render.Series) bool { return len(s.Values) == 0 || slices.Max(s.Values) == 0 })
	for i, s := range drawn {
		one := c
		one.Title, one.Series = strings.ToUpper(s.Name[:1])+s.Name[1:], []render.Series{s}
		if i > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := one.Draw(w, style); err != nil {
			return err
		}
	}
	return nil
}
