package outreach

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Asking is how people are asked a survey.
type Asking struct {
	Wave    string     // "": that of an order the order, else the month
	On      dates.Date // 0: today
	Orders  []int64    // the orders it is about, one for each customer; none at all for nothing in particular
	Send    bool       // write to them: by the template of the survey
	Random  io.Reader  // for the names of messages
	Purpose string     // "": that of the template
}

// Asked is what came of asking one customer.
type Asked struct {
	Reply
	Outcome string // "invited", "already" when she was asked that wave before, or why she cannot be written to
}

// What Asked.Outcome is of who is asked now, and of who was before.
const (
	NowInvited     = "invited"
	AlreadyInvited = "already"
)

// InviteToSurvey writes down that customers are asked, each once a wave, and with Send puts a message to each into the
// outbox; whoever cannot be written to is not asked then. It is what campaigns and automations ask by, too.
func InviteToSurvey(tx *book.Tx, s Survey, customers []int64, o Asking) ([]Asked, error) {
	day := o.On
	if day == 0 {
		day = tx.Today()
	}
	switch {
	case s.ClosedOn != 0:
		return nil, s.fault(fault.Conflict, fmt.Sprintf("it was closed on %s", s.ClosedOn), "open it again with: perla survey edit "+s.Code+" --reopen")
	case day > tx.Today():
		return nil, fault.New(fault.Usage, fmt.Sprintf("%s lies in the future", day), "")
	}
	w, err := newReplies(tx, &s, 0, NoTasks)
	if err != nil {
		return nil, err
	}
	send, err := newSender(tx, &s, o)
	if err != nil {
		return nil, err
	}
	list := make([]Asked, 0, len(customers))
	for i, id := range customers {
		a := Asked{Reply: Reply{SurveyID: s.ID, CustomerID: id, Wave: strings.TrimSpace(o.Wave), InvitedOn: day, Answers: make([]Answer, len(s.Questions))}, Outcome: NowInvited}
		if o.Orders != nil {
			a.OrderID = o.Orders[i]
		}
		if a.Wave == "" {
			a.Wave = monthOf(day)
			if a.OrderID != 0 {
				if a.Wave, err = waveOfOrder(tx.View, a.OrderID); err != nil {
					return nil, err
				}
			}
		}
		if err := w.invite(&a, send); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, w.name(list)
}

// waveOfOrder is the wave that an order is asked about in, named by its ref, or its id where it has none.
func waveOfOrder(v *book.View, order int64) (string, error) {
	wave, _, err := book.One(v, book.Scalar[string], `SELECT 'order ' || ifnull(ref, id) FROM orders WHERE id = ?`, order)
	return wave, err
}

// invite asks one customer, unless she was asked or cannot be written to.
func (w *replies) invite(a *Asked, send *sender) (err error) {
	old := w.known[replyKey{a.CustomerID, a.Wave}]
	if old != nil {
		a.Reply, a.Outcome = *old, AlreadyInvited
		return nil
	}
	if send != nil {
		if a.MessageID, a.Outcome, err = send.to(a.CustomerID, w.survey); err != nil || a.Outcome != NowInvited {
			return err
		}
	}
	return w.write(nil, &a.Reply)
}

// name gives those who were asked their names.
func (w *replies) name(list []Asked) error {
	ids := make([]int64, len(list))
	for i := range list {
		ids[i] = list[i].CustomerID
	}
	names := map[int64]string{}
	err := w.tx.Each(func(r book.Row) error {
		names[r.Int(0)] = strings.Clone(r.Text(1))
		return nil
	}, "id, name", "customers WHERE id IN (SELECT value FROM json_each(?))", jsonIDs(ids))
	for i := range list {
		list[i].Customer = names[list[i].CustomerID]
	}
	return err
}

// sender puts the words of a survey into the outbox.
type sender struct {
	tx        *book.Tx
	random    io.Reader
	purpose   string
	languages map[string]Template
	prepared  map[int64]*Prepared
	uses      map[string]bool
	speaks    map[int64]string // the language of each customer that has one
}

// newSender makes ready the template of a survey; nil where nothing is to be sent.
func newSender(tx *book.Tx, s *Survey, o Asking) (*sender, error) {
	if !o.Send {
		return nil, nil
	}
	if s.Template == "" {
		return nil, s.fault(fault.Usage, "it has no template to be sent by", "name one: perla survey edit "+s.Code+" --by-template CODE")
	}
	e := &sender{tx: tx, random: o.Random, purpose: o.Purpose, prepared: map[int64]*Prepared{}, uses: map[string]bool{}, speaks: map[int64]string{}}
	var err error
	if e.languages, err = languagesOf(tx.View, s.Template); err != nil {
		return nil, err
	}
	for _, t := range e.languages {
		p, err := t.Prepare()
		if err != nil {
			return nil, err
		}
		e.prepared[t.ID] = p
		for field := range p.Uses {
			e.uses[field] = true
		}
	}
	return e, tx.Each(func(r book.Row) error {
		e.speaks[r.Int(0)] = strings.Clone(r.Text(1))
		return nil
	}, "id, language", "customers WHERE language IS NOT NULL")
}

// to writes to one customer, or says why not.
func (e *sender) to(customer int64, s *Survey) (message int64, outcome string, err error) {
	t, ok := forLanguage(e.languages, e.speaks[customer])
	if !ok {
		return 0, "no words", nil
	}
	purpose := cmp.Or(e.purpose, t.Purpose)
	address, reason, err := Reach(e.tx.View, customer, t.Channel, purpose)
	if err != nil || reason != "" {
		return 0, reason, err
	}
	data, err := DataOf(e.tx.View, []int64{customer}, e.uses, nil)
	if err != nil {
		return 0, "", err
	}
	data[0].Fields["survey"] = s.Name
	words, err := e.prepared[t.ID].Fill(data[0])
	var known *fault.Error
	switch {
	case errors.As(err, &known):
		return 0, known.Reason, nil
	case err != nil:
		return 0, "", err
	}
	message, err = Queue(e.tx, e.random, Message{CustomerID: customer, Customer: data[0].Name, Channel: t.Channel, Purpose: purpose, Address: address, Words: words})
	return message, NowInvited, err
}

// SurveyChecks are the proofs about surveys, for perla check.
func SurveyChecks() []book.Check {
	return []book.Check{
		{Name: "answers are to questions of their survey", Query: `SELECT printf('answer %d to a question of survey %d was given in survey %d', a.id, q.survey_id, i.survey_id)
			FROM survey_answers a JOIN survey_questions q ON q.id = a.question_id JOIN survey_invitations i ON i.id = a.invitation_id WHERE q.survey_id <> i.survey_id LIMIT 1`},
		{Name: "scores are on the scale of their question", Query: `SELECT printf('answer %d to a question of kind %s has the score %s', a.id, q.kind, ifnull(a.score, 'none'))
			FROM survey_answers a JOIN survey_questions q ON q.id = a.question_id WHERE NOT CASE q.kind WHEN 'nps' THEN ifnull(a.score BETWEEN 0 AND 10, 0)
			WHEN 'satisfaction' THEN ifnull(a.score BETWEEN 1 AND 5, 0) WHEN 'effort' THEN ifnull(a.score BETWEEN 1 AND 7, 0) ELSE a.score IS NULL END LIMIT 1`},
	}
}

// Said is one answer with what it was the answer to.
type Said struct {
	Survey string
	Reply
	Question Question
	Answer
}

// Answers are the single answers of replies, reply by reply.
func Answers(s Survey, replies []Reply) (list []Said) {
	for _, r := range replies {
		for i, a := range r.Answers {
			if a.Given {
				list = append(list, Said{Survey: s.Code, Reply: r, Question: s.Questions[i], Answer: a})
			}
		}
	}
	return slices.Clip(list)
}
