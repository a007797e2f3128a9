package outreach

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Reply is one customer in one wave of a survey: that she was asked, what she answered, or both.
type Reply struct {
	ID         int64 // of the invitation
	SurveyID   int64
	CustomerID int64
	Customer   string // her name
	Key        string // how a file names her
	Wave       string
	InvitedOn  dates.Date // 0: she was not asked
	AnsweredOn dates.Date // 0: she did not answer
	OrderID    int64      // the order it is about; 0 for none
	Order      string     // its ref, or its id
	MessageID  int64
	Answers    []Answer // one for each question of the survey, in their order
	Suggestion string   // what she suggests besides; it is kept as an interaction, so that no reply of the book has one
}

// Answer is what a reply says to one question: a score, or words; nothing unless it is Given.
type Answer struct {
	Given bool
	Score int64
	Text  string
}

func (r *Reply) answered() bool {
	return slices.ContainsFunc(r.Answers, func(a Answer) bool { return a.Given })
}

// readReplies are the replies i that a condition lets pass, by id, with what was answered by a day.
func readReplies(v *book.View, s *Survey, asOf dates.Date, where, order string, args ...any) ([]Reply, error) {
	var list []Reply
	at, place := map[int64]int{}, map[int64]int{}
	for i, q := range s.Questions {
		place[q.ID] = i
	}
	err := v.Each(func(r book.Row) error {
		reply := Reply{ID: r.Int(0), SurveyID: s.ID, CustomerID: r.Int(1), Customer: strings.Clone(r.Text(2)), Key: strings.Clone(r.Text(3)), Wave: strings.Clone(r.Text(4)),
			OrderID: r.Int(6), Order: strings.Clone(r.Text(7)), MessageID: r.Int(8), Answers: make([]Answer, len(s.Questions))}
		reply.InvitedOn, _ = dates.ParseISO(r.Text(5)) // perla check proves the days of the book
		at[reply.ID] = len(list)
		list = append(list, reply)
		return nil
	}, `i.id, i.customer_id, c.name, `+contacts.KeySQL("c")+`, i.wave, i.invited_on, i.order_id, CASE WHEN o.ref_source = 'csv' THEN o.ref WHEN o.ref IS NOT NULL THEN o.ref_source || ':' || o.ref
		ELSE o.id END, i.message_id`, `(SELECT i.* FROM survey_invitations i JOIN customers c ON c.id = i.customer_id WHERE i.survey_id = ? AND (`+where+`) ORDER BY `+order+` LIMIT -1) i
		JOIN customers c ON c.id = i.customer_id LEFT JOIN orders o ON o.id = i.order_id`, append([]any{s.ID}, args...)...)
	if err != nil {
		return nil, err
	}
	err = v.Each(func(r book.Row) error {
		n, known := at[r.Int(0)]
		i, ours := place[r.Int(1)]
		if !known || !ours {
			return nil
		}
		reply := &list[n]
		reply.Answers[i] = Answer{Given: true, Score: r.Int(3), Text: strings.Clone(r.Text(4))}
		if day, _ := dates.ParseISO(r.Text(2)); reply.AnsweredOn == 0 || day < reply.AnsweredOn {
			reply.AnsweredOn = day
		}
		return nil
	}, `a.invitation_id, a.question_id, a.answered_on, a.score, a.text`, `survey_answers a JOIN survey_invitations i ON i.id = a.invitation_id JOIN customers c ON c.id = i.customer_id
		WHERE i.survey_id = ? AND a.answered_on <= ? AND (`+where+`)`, append([]any{s.ID, asOf.String()}, args...)...)
	return list, err
}

// replyKey is what a person is asked and answers once by.
type replyKey struct {
	customer int64
	wave     string
}

// replies writes what people answered to a survey.
type replies struct {
	tx     *book.Tx
	survey *Survey
	tasks  Tasks
	known  map[replyKey]*Reply
	asked  map[int64]*Reply // by customer, the last time she was asked
	past   int64            // detractors that became no task because it is long ago
}

// Tasks says which detractors become tasks.
type Tasks string

// Those who answered within the last thirty days, all of them, or none.
const (
	RecentTasks Tasks = "recent"
	AllTasks    Tasks = "all"
	NoTasks     Tasks = "none"
)

// recentDays is how long after an answer it is still worth asking what went wrong.
const recentDays = 30

// newReplies reads what there is of a survey, or with a customer of her.
func newReplies(tx *book.Tx, s *Survey, customer int64, tasks Tasks) (*replies, error) {
	w := &replies{tx: tx, survey: s, tasks: tasks, known: map[replyKey]*Reply{}, asked: map[int64]*Reply{}}
	list, err := readReplies(tx.View, s, tx.Today(), `? = 0 OR i.customer_id = ?`, `i.id`, customer, customer)
	for i := range list {
		w.remember(&list[i])
	}
	return w, err
}

func (w *replies) remember(r *Reply) {
	w.known[replyKey{r.CustomerID, r.Wave}] = r
	if last := w.asked[r.CustomerID]; r.InvitedOn != 0 && (last == nil || r.InvitedOn >= last.InvitedOn) {
		w.asked[r.CustomerID] = r
	}
}

// waveOf is the wave of a reply of which nothing is said: the last one she was asked by then, else the month.
func (w *replies) waveOf(customer int64, on dates.Date) string {
	if last := w.asked[customer]; last != nil && last.InvitedOn <= on {
		return last.Wave
	}
	return monthOf(on)
}

// lastAnswered is the wave that was answered last of those there are; "" for none.
func (w *replies) lastAnswered() string {
	var last Reply
	for _, r := range w.known {
		if r.AnsweredOn > last.AnsweredOn || r.AnsweredOn != 0 && r.AnsweredOn == last.AnsweredOn && r.ID > last.ID {
			last = *r
		}
	}
	return last.Wave
}

// monthOf is the month of a day, 2026-11, which is a wave where none is named.
func monthOf(d dates.Date) string { return d.String()[:len("2026-11")] }

// refused says what is wrong with a reply that would take the place of an old one, nil for none: the column, and why.
func (w *replies) refused(old, r *Reply) (column, reason string) {
	today := w.tx.Today()
	news := old == nil || !old.answered()
	switch {
	case r.AnsweredOn > today:
		return "answered_on", r.AnsweredOn.String() + " is in the future"
	case r.InvitedOn > today:
		return "invited_on", r.InvitedOn.String() + " is in the future"
	case !r.answered() && r.InvitedOn == 0:
		return w.survey.Questions[0].Column(), "she was not asked and answers nothing"
	case r.answered() && r.AnsweredOn == 0:
		return "answered_on", "needed is the day she answered"
	case news && r.answered() && w.survey.ClosedOn != 0 && r.AnsweredOn >= w.survey.ClosedOn:
		return "answered_on", fmt.Sprintf("the survey was closed on %s", w.survey.ClosedOn)
	}
	for i, q := range w.survey.Questions {
		a := r.Answers[i]
		if q.Required && r.answered() && !a.Given {
			return q.Column(), "this question must be answered"
		}
		if a.Given && q.Kind != "text" {
			if err := q.Check(a.Score); err != nil {
				return q.Column(), err.Error()
			}
		}
	}
	return "", ""
}

// same says whether a reply says what the book has already.
func (r *Reply) same(old *Reply) bool {
	return old != nil && r.InvitedOn == old.InvitedOn && r.AnsweredOn == old.AnsweredOn && r.OrderID == old.OrderID && r.MessageID == old.MessageID && slices.Equal(r.Answers, old.Answers)
}

// write puts a reply in the place of an old one, nil for none. A detractor becomes a task, once, and a suggestion an
// interaction, once.
func (w *replies) write(old, r *Reply) (err error) {
	was := Reply{Answers: make([]Answer, len(r.Answers))}
	switch {
	case old == nil:
		r.ID, err = w.tx.Insert(`INSERT INTO survey_invitations (survey_id, wave, customer_id, invited_on, order_id, message_id) VALUES (?, ?, ?, ?, ?, ?)`,
			w.survey.ID, r.Wave, r.CustomerID, dayOrNull(r.InvitedOn), numberOrNull(r.OrderID), numberOrNull(r.MessageID))
	default:
		was, r.ID = *old, old.ID
		if r.InvitedOn != old.InvitedOn || r.OrderID != old.OrderID || r.MessageID != old.MessageID {
			_, err = w.tx.Exec(`UPDATE survey_invitations SET invited_on = ?, order_id = ?, message_id = ? WHERE id = ?`,
				dayOrNull(r.InvitedOn), numberOrNull(r.OrderID), numberOrNull(r.MessageID), r.ID)
		}
	}
	if err != nil {
		return err
	}
	if err := w.writeAnswers(&was, r); err != nil {
		return err
	}
	if err := w.followUp(&was, r); err != nil {
		return err
	}
	kept := *r
	kept.Suggestion = ""
	w.remember(&kept)
	return nil
}

func (w *replies) writeAnswers(was, r *Reply) error {
	day := r.AnsweredOn.String()
	for i, q := range w.survey.Questions {
		a, b := was.Answers[i], r.Answers[i]
		var score any
		if q.Kind != "text" {
			score = b.Score
		}
		var err error
		switch {
		case a.Given && !b.Given:
			_, err = w.tx.Exec(`DELETE FROM survey_answers WHERE invitation_id = ? AND question_id = ?`, r.ID, q.ID)
		case !a.Given && b.Given:
			_, err = w.tx.Insert(`INSERT INTO survey_answers (invitation_id, question_id, answered_on, score, text) VALUES (?, ?, ?, ?, ?)`, r.ID, q.ID, day, score, orNull(b.Text))
		case a != b || b.Given && was.AnsweredOn != r.AnsweredOn:
			_, err = w.tx.Exec(`UPDATE survey_answers SET answered_on = ?, score = ?, text = ? WHERE invitation_id = ? AND question_id = ?`, day, score, orNull(b.Text), r.ID, q.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// followUp does what an answer asks of us.
func (w *replies) followUp(was, r *Reply) error {
	for i, q := range w.survey.Questions {
		a, b := was.Answers[i], r.Answers[i]
		if q.Kind == "nps" && b.Given && b.Score <= mostDetractor && (!a.Given || a.Score > mostDetractor) {
			if err := w.askWhy(r, b.Score); err != nil {
				return err
			}
			break
		}
	}
	return w.suggest(r)
}

// mostDetractor is the highest score, from 0 to 10, of one who is a detractor.
const mostDetractor = 6

// askWhy makes a task of a detractor, for the consultant who looks after her, unless there is one of this wave.
func (w *replies) askWhy(r *Reply, score int64) error {
	switch {
	case w.tasks == NoTasks:
		return nil
	case w.tasks != AllTasks && w.tx.Today()-r.AnsweredOn > recentDays:
		w.past++
		return nil
	}
	what := fmt.Sprintf("Ask what went wrong: survey %s, %s, score ", w.survey.Code, r.Wave)
	_, there, err := book.One(w.tx.View, book.Scalar[int64], `SELECT 1 FROM tasks WHERE customer_id = ? AND substr(what, 1, length(?2)) = ?2`, r.CustomerID, what)
	if err != nil || there {
		return err
	}
	consultant, _, err := book.One(w.tx.View, book.Scalar[int64], `SELECT ifnull(consultant_id, 0) FROM customers WHERE id = ?`, r.CustomerID)
	if err != nil {
		return err
	}
	_, err = contacts.AddTask(w.tx, contacts.Task{Customer: contacts.Link{ID: r.CustomerID}, What: fmt.Sprintf("%s%d", what, score), DueOn: w.tx.Today().AddDays(1),
		Handler: contacts.Link{ID: consultant}})
	return err
}

// suggest keeps what she suggests as an interaction.
func (w *replies) suggest(r *Reply) error {
	if r.Suggestion == "" {
		return nil
	}
	_, there, err := book.One(w.tx.View, book.Scalar[int64], `SELECT 1 FROM interactions WHERE customer_id = ? AND happened_on = ? AND kind = 'suggestion' AND summary = ?`,
		r.CustomerID, r.AnsweredOn.String(), r.Suggestion)
	if err != nil || there {
		return err
	}
	_, err = contacts.AddInteraction(w.tx, contacts.Interaction{Customer: contacts.Link{ID: r.CustomerID}, Date: r.AnsweredOn, Channel: "web", Direction: "in", Kind: "suggestion",
		Summary: r.Suggestion})
	return err
}

// AnswerSurvey writes what a customer answers; a wave that is not named is the last one she was asked, else the month. Who
// answered that wave already is a fault.Conflict, unless it is to be corrected: then what is given replaces what there was, of the wave she
// answered last where none is named.
// past is 1 for a detractor of long ago, of whom no task was made.
func AnswerSurvey(tx *book.Tx, s Survey, r Reply, correct bool, tasks Tasks) (_ Reply, past int64, err error) {
	if err := contacts.RefuseErased(tx.View, r.CustomerID); err != nil {
		return r, 0, err
	}
	w, err := newReplies(tx, &s, r.CustomerID, tasks)
	if err != nil {
		return r, 0, err
	}
	day := r.AnsweredOn
	if day == 0 {
		day = tx.Today()
	}
	switch {
	case r.Wave != "":
	case correct:
		r.Wave = w.lastAnswered()
	default:
		r.Wave = w.waveOf(r.CustomerID, day)
	}
	old := w.known[replyKey{r.CustomerID, r.Wave}]
	if old != nil && old.answered() && !correct {
		return r, 0, &fault.Error{Kind: fault.Conflict, Noun: "survey", Key: s.Code, Reason: fmt.Sprintf("%s answered wave %s on %s", old.Customer, r.Wave, old.AnsweredOn),
			Hint: "mend what she said with --correct, or name another wave: --wave NAME"}
	}
	if old == nil && correct {
		return r, 0, &fault.Error{Kind: fault.NotFound, Noun: "survey", Key: s.Code, Reason: strings.TrimSpace("she has no answer to correct " + r.Wave), Hint: "leave --correct out"}
	}
	if old != nil {
		r.over(old)
	}
	if r.AnsweredOn == 0 {
		r.AnsweredOn = day
	}
	if _, reason := w.refused(old, &r); reason != "" {
		return r, 0, s.fault(fault.Usage, reason, "")
	}
	if !r.same(old) || r.Suggestion != "" {
		if err := w.write(old, &r); err != nil {
			return r, 0, err
		}
	}
	list, err := readReplies(tx.View, &s, tx.Today(), `i.id = ?`, `i.id`, r.ID)
	if err != nil || len(list) == 0 {
		return r, w.past, err
	}
	return list[0], w.past, nil
}

// over completes a reply with what the book has of it.
func (r *Reply) over(old *Reply) {
	r.InvitedOn, r.MessageID = old.InvitedOn, old.MessageID
	if r.AnsweredOn == 0 {
		r.AnsweredOn = old.AnsweredOn
	}
	if r.OrderID == 0 {
		r.OrderID = old.OrderID
	}
	for i := range r.Answers {
		if !r.Answers[i].Given {
			r.Answers[i] = old.Answers[i]
		}
	}
	r.ID = old.ID
}
