package outreach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Survey is a name over questions. Who is asked, and what she answers, belongs to a wave of it: each person once a wave.
type Survey struct {
	ID         int64
	Code       string
	Name       string
	TemplateID int64
	Template   string // the code of the template it is sent by; "" for none
	CreatedOn  dates.Date
	ClosedOn   dates.Date // from then on nobody is asked and nobody answers; 0 while it is open
	Questions  []Question // by position
	Invited    int64      // how often somebody was asked
	Answered   int64      // how often somebody answered, asked or not
}

// Question is one of a survey.
type Question struct {
	ID       int64
	Position int64  // it is called q and this number in files
	Kind     string // one of QuestionKinds
	Text     string
	Required bool // a reply without it is refused
}

// QuestionKinds are what is asked for: how likely she recommends us (0 to 10), how content she is (1 to 5), how easy it was
// (1 to 7), or words.
var QuestionKinds = []string{"nps", "satisfaction", "effort", "text"}

// mostQuestions is how many a survey may have: a file has a column for each, beside six others.
const mostQuestions = 50

// Scale are the lowest and the highest score of a question; both 0 for words.
func (q *Question) Scale() (low, high int64) {
	switch q.Kind {
	case "nps":
		return 0, 10
	case "satisfaction":
		return 1, 5
	case "effort":
		return 1, 7
	}
	return 0, 0
}

// Column is how the question is called in a file and on a command line: q1.
func (q *Question) Column() string { return fmt.Sprintf("q%d", q.Position) }

// Check refuses a score that is not on the scale of the question.
func (q *Question) Check(score int64) error {
	if low, high := q.Scale(); score < low || score > high {
		return fmt.Errorf("%d is not on the scale from %d to %d of question %d", score, low, high, q.Position)
	}
	return nil
}

// ParseQuestion reads a question as it is typed: KIND:TEXT, with ! behind the kind when it must be answered.
func ParseQuestion(text string) (q Question, err error) {
	kind, words, found := strings.Cut(text, ":")
	kind, q.Required = strings.CutSuffix(strings.ToLower(strings.TrimSpace(kind)), "!")
	q.Kind, q.Text = kind, oneLine(words)
	if !found || !slices.Contains(QuestionKinds, kind) || q.Text == "" {
		e := fault.New(fault.Usage, fmt.Sprintf("%q is no question; needed is KIND:TEXT, of the kinds %s", text, strings.Join(QuestionKinds, ", ")),
			`such as "nps:How likely are you to recommend us?"`)
		return q, e
	}
	return q, nil
}

// FirstOf is the place of the first question with words, or with a score; -1 for none.
func (s *Survey) FirstOf(words bool) int {
	return slices.IndexFunc(s.Questions, func(q Question) bool { return (q.Kind == "text") == words })
}

func (s *Survey) fault(kind fault.Kind, reason, hint string) error {
	return &fault.Error{Kind: kind, Noun: "survey", Key: s.Code, Reason: reason, Hint: hint}
}

// Surveys are those that are open on a day, or all, by code, with who was asked and answered by then.
func Surveys(v *book.View, asOf dates.Date, closed bool) ([]Survey, error) {
	return readSurveys(v, asOf, `? OR s.closed_on IS NULL OR s.closed_on > ?`, closed, asOf.String())
}

func readSurveys(v *book.View, asOf dates.Date, where string, args ...any) ([]Survey, error) {
	at := map[int64]int{}
	list, err := book.All(v, func(row book.Scanner) (s Survey, err error) {
		var created, closed string
		err = row.Scan(&s.ID, &s.Code, &s.Name, &s.TemplateID, &s.Template, &created, &closed, &s.Invited, &s.Answered)
		s.CreatedOn, _ = dates.ParseISO(created) // perla check proves the days of the book
		s.ClosedOn, _ = dates.ParseISO(closed)
		return s, err
	}, `SELECT s.id, s.code, s.name, ifnull(s.template_id, 0), ifnull(t.code, ''), s.created_on, ifnull(s.closed_on, ''),
			(SELECT count(*) FROM survey_invitations i WHERE i.survey_id = s.id AND i.invited_on <= ?1),
			(SELECT count(DISTINCT a.invitation_id) FROM survey_invitations i JOIN survey_answers a ON a.invitation_id = i.id WHERE i.survey_id = s.id AND a.answered_on <= ?1)
		FROM surveys s LEFT JOIN templates t ON t.id = s.template_id WHERE `+where+` ORDER BY s.code`, append([]any{asOf.String()}, args...)...)
	if err != nil {
		return nil, err
	}
	for i := range list {
		at[list[i].ID] = i
	}
	return list, v.Each(func(r book.Row) error {
		if i, ok := at[r.Int(0)]; ok {
			list[i].Questions = append(list[i].Questions, Question{ID: r.Int(1), Position: r.Int(2), Kind: strings.Clone(r.Text(3)), Text: strings.Clone(r.Text(4)), Required: r.Int(5) == 1})
		}
		return nil
	}, "survey_id, id, position, kind, text, required", "(SELECT * FROM survey_questions ORDER BY survey_id, position LIMIT -1)")
}

// FindSurvey is the survey that a selector names: its code, id:7, or its name.
func FindSurvey(v *book.View, selector string, asOf dates.Date) (Survey, error) {
	list, err := readSurveys(v, asOf, `1`)
	if err != nil {
		return Survey{}, err
	}
	wanted := strings.Join(strings.Fields(book.Fold(selector)), "-")
	var named []Survey
	var codes []string
	for _, s := range list {
		if s.Code == wanted || selector == fmt.Sprintf("id:%d", s.ID) {
			return s, nil
		}
		if strings.Join(strings.Fields(book.Fold(s.Name)), "-") == wanted {
			named = append(named, s)
		}
		codes = append(codes, s.Code)
	}
	e := &fault.Error{Kind: fault.NotFound, Noun: "survey", Key: selector, Reason: "there is no such survey", Hint: "list them with: perla survey list --all"}
	switch near := fault.Nearest(wanted, codes); {
	case len(named) == 1:
		return named[0], nil
	case len(named) > 1:
		e.Kind, e.Reason, e.Hint = fault.Ambiguous, "that is the name of more than one", "name one of them by its code"
		for _, s := range named {
			e.Detail = append(e.Detail, s.Code+"  "+s.Name)
		}
	case near != "":
		e.Hint = "did you mean " + near + "?"
	}
	return Survey{}, e
}

// settle cleans a survey that is to be written and refuses what cannot be.
func (s *Survey) settle() (err error) {
	if s.Code, err = codeOf(s.Code); err != nil {
		return err
	}
	if s.Name = oneLine(s.Name); s.Name == "" {
		s.Name = s.Code
	}
	switch {
	case len(s.Questions) == 0:
		return s.fault(fault.Usage, "it asks nothing", "add a question: --question \"nps:How likely are you to recommend us?\"")
	case len(s.Questions) > mostQuestions:
		return s.fault(fault.Usage, fmt.Sprintf("it has %d questions; %d are the most", len(s.Questions), mostQuestions), "")
	}
	return nil
}

// AddSurvey writes a new survey with its questions. A code that is there already is a fault.Conflict.
func AddSurvey(tx *book.Tx, s Survey) (Survey, error) {
	if err := s.settle(); err != nil {
		return s, err
	}
	id, err := tx.Insert(`INSERT INTO surveys (code, name, template_id, created_on) VALUES (?, ?, ?, ?)`, s.Code, s.Name, numberOrNull(s.TemplateID), tx.Today().String())
	if err != nil {
		return s, s.taken(err)
	}
	if err := addQuestions(tx, id, 0, s.Questions); err != nil {
		return s, err
	}
	return FindSurvey(tx.View, fmt.Sprintf("id:%d", id), tx.Today())
}

// taken says in the words of surveys that a code is there already.
func (s *Survey) taken(err error) error {
	if fault.KindOf(err) == fault.Conflict {
		return s.fault(fault.Conflict, "there is a survey with this code", "change it with: perla survey edit "+s.Code)
	}
	return err
}

func addQuestions(tx *book.Tx, survey, last int64, questions []Question) error {
	for i, q := range questions {
		if _, err := tx.Insert(`INSERT INTO survey_questions (survey_id, position, kind, text, required) VALUES (?, ?, ?, ?, ?)`,
			survey, last+int64(i)+1, q.Kind, q.Text, b2i(q.Required)); err != nil {
			return err
		}
	}
	return nil
}

// SurveyChange is what becomes of a survey: Survey is as it is to be but for its questions, More are put behind those it
// has, Drop are the positions of those that go.
type SurveyChange struct {
	Survey
	More []Question
	Drop []int64
}

// EditSurvey changes a survey, and gives it as the book then has it. A question that was answered does not go, which is a
// fault.Conflict.
func EditSurvey(tx *book.Tx, c SurveyChange) (Survey, error) {
	s := c.Survey
	old, err := FindSurvey(tx.View, fmt.Sprintf("id:%d", s.ID), tx.Today())
	if err != nil {
		return s, err
	}
	last := old.Questions[len(old.Questions)-1].Position
	s.Questions = slices.Clone(old.Questions)
	for _, position := range c.Drop {
		i := slices.IndexFunc(s.Questions, func(q Question) bool { return q.Position == position })
		if i < 0 {
			return s, s.fault(fault.NotFound, fmt.Sprintf("it has no question %d", position), "see them with: perla survey show "+s.Code)
		}
		answers, _, err := book.One(tx.View, book.Scalar[int64], `SELECT count(*) FROM survey_answers WHERE question_id = ?`, s.Questions[i].ID)
		if err != nil {
			return s, err
		}
		if answers > 0 {
			return s, s.fault(fault.Conflict, fmt.Sprintf("question %d was answered %d times", position, answers), "close the survey and make another: perla survey close "+s.Code)
		}
		s.Questions = slices.Delete(s.Questions, i, i+1)
	}
	kept := len(s.Questions)
	s.Questions = append(s.Questions, c.More...)
	if err := s.settle(); err != nil {
		return s, err
	}
	for _, q := range old.Questions {
		if !slices.ContainsFunc(s.Questions[:kept], func(k Question) bool { return k.ID == q.ID }) {
			if _, err := tx.Exec(`DELETE FROM survey_questions WHERE id = ?`, q.ID); err != nil {
				return s, err
			}
		}
	}
	if err := addQuestions(tx, s.ID, last, c.More); err != nil {
		return s, err
	}
	if s.Code != old.Code || s.Name != old.Name || s.TemplateID != old.TemplateID || s.ClosedOn != old.ClosedOn {
		if _, err := tx.Exec(`UPDATE surveys SET code = ?, name = ?, template_id = ?, closed_on = ? WHERE id = ?`, s.Code, s.Name, numberOrNull(s.TemplateID),
			dayOrNull(s.ClosedOn), s.ID); err != nil {
			return s, s.taken(err)
		}
	}
	return FindSurvey(tx.View, fmt.Sprintf("id:%d", s.ID), tx.Today())
}

// CloseSurvey says that from a day on nobody is asked and nobody answers.
func CloseSurvey(tx *book.Tx, s Survey, on dates.Date) (Survey, error) {
	switch {
	case !s.ClosedOn.IsZero():
		return s, s.fault(fault.Conflict, fmt.Sprintf("it is closed since %s", s.ClosedOn), "open it again with: perla survey edit "+s.Code+" --reopen")
	case on > tx.Today():
		return s, fault.New(fault.Usage, fmt.Sprintf("%s lies in the future", on), "")
	}
	s.ClosedOn = on
	_, err := tx.Exec(`UPDATE surveys SET closed_on = ? WHERE id = ?`, on.String(), s.ID)
	return s, err
}

// RemoveSurvey deletes a survey that nobody was asked.
func RemoveSurvey(tx *book.Tx, s Survey) error {
	asked, _, err := book.One(tx.View, book.Scalar[int64], `SELECT (SELECT count(*) FROM survey_invitations WHERE survey_id = ?1) + (SELECT count(*) FROM automations WHERE survey_id = ?1)`, s.ID)
	if err != nil {
		return err
	}
	if asked > 0 {
		return s.fault(fault.Conflict, "people were asked, or an automation asks", "close it instead: perla survey close "+s.Code)
	}
	if _, err := tx.Exec(`DELETE FROM survey_questions WHERE survey_id = ?`, s.ID); err != nil {
		return err
	}
	_, err = tx.Exec(`DELETE FROM surveys WHERE id = ?`, s.ID)
	return err
}
