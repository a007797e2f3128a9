package sheet

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/perla-crm/perla/internal/outreach"
)

// Surveys are the columns of surveys.
var Surveys = []Column[outreach.Survey]{
	{Name: "id", Kind: IntKind, Wide: true, Get: func(s *outreach.Survey) Value { return Int(s.ID) }},
	{Name: "code", Get: func(s *outreach.Survey) Value { return Text(s.Code) }},
	{Name: "name", Get: func(s *outreach.Survey) Value { return Text(s.Name) }},
	{Name: "questions", Get: func(s *outreach.Survey) Value { return Text(surveyQuestions(s)) }, Rank: 1},
	{Name: "invited", Kind: IntKind, Get: func(s *outreach.Survey) Value { return Int(s.Invited) }},
	{Name: "answered", Kind: IntKind, Get: func(s *outreach.Survey) Value { return Int(s.Answered) }},
	{Name: "template", Wide: true, Get: func(s *outreach.Survey) Value { return Text(s.Template) }},
	{Name: "created_on", Kind: DateKind, Wide: true, Get: func(s *outreach.Survey) Value { return Date(s.CreatedOn) }},
	{Name: "closed_on", Kind: DateKind, Get: func(s *outreach.Survey) Value { return Date(s.ClosedOn) }},
}

// surveyQuestions are the questions as they are typed, with their numbers before them.
func surveyQuestions(s *outreach.Survey) string {
	list := make([]string, len(s.Questions))
	for i, q := range s.Questions {
		must := ""
		if q.Required {
			must = "!"
		}
		list[i] = fmt.Sprintf("%d %s%s: %s", q.Position, q.Kind, must, q.Text)
	}
	return strings.Join(list, " | ")
}

// Replies are the columns of who was asked and answered a survey.
var Replies = []Column[outreach.Reply]{
	{Name: "customer_id", Kind: IntKind, Get: func(r *outreach.Reply) Value { return Int(r.CustomerID) }},
	{Name: "name", Get: func(r *outreach.Reply) Value { return Text(r.Customer) }},
	{Name: "wave", Get: func(r *outreach.Reply) Value { return Text(r.Wave) }},
	{Name: "invited_on", Kind: DateKind, Get: func(r *outreach.Reply) Value { return Date(r.InvitedOn) }},
	{Name: "answered_on", Kind: DateKind, Get: func(r *outreach.Reply) Value { return Date(r.AnsweredOn) }},
	{Name: "order", Get: func(r *outreach.Reply) Value { return Text(r.Order) }},
	{Name: "message_id", Kind: IntKind, Wide: true, Get: func(r *outreach.Reply) Value { return aboveZero(r.MessageID) }},
}

// Asked are the columns of who is asked a survey.
var Asked = []Column[outreach.Asked]{
	{Name: "customer_id", Kind: IntKind, Get: func(r *outreach.Asked) Value { return Int(r.CustomerID) }},
	{Name: "name", Get: func(r *outreach.Asked) Value { return Text(r.Customer) }},
	{Name: "wave", Get: func(r *outreach.Asked) Value { return Text(r.Wave) }},
	{Name: "outcome", Get: func(r *outreach.Asked) Value { return Text(r.Outcome) }},
	{Name: "message_id", Kind: IntKind, Get: func(r *outreach.Asked) Value { return aboveZero(r.MessageID) }},
}

// Answers are the columns of single answers to surveys.
var Answers = []Column[outreach.Said]{
	{Name: "survey", Get: func(s *outreach.Said) Value { return Text(s.Survey) }},
	{Name: "wave", Get: func(s *outreach.Said) Value { return Text(s.Wave) }},
	{Name: "customer_id", Kind: IntKind, Get: func(s *outreach.Said) Value { return Int(s.CustomerID) }},
	{Name: "name", Get: func(s *outreach.Said) Value { return Text(s.Customer) }},
	{Name: "answered_on", Kind: DateKind, Get: func(s *outreach.Said) Value { return Date(s.AnsweredOn) }},
	{Name: "question", Kind: IntKind, Get: func(s *outreach.Said) Value { return Int(s.Question.Position) }},
	{Name: "kind", Get: func(s *outreach.Said) Value { return Text(s.Question.Kind) }},
	{Name: "score", Kind: IntKind, Get: func(s *outreach.Said) Value {
		if s.Question.Kind == "text" {
			return Value{}
		}
		return Int(s.Score)
	}},
	{Name: "text", Get: func(s *outreach.Said) Value { return Text(s.Text) }},
	{Name: "order", Wide: true, Get: func(s *outreach.Said) Value { return Text(s.Order) }},
}

// ReplyHead are the columns of a file of replies before those of the questions. Their places are the bits of
// outreach.ReplyFields.
var ReplyHead = []Column[outreach.ReplyRow]{
	{Name: "customer", Also: replySynonyms["customer"], Required: true, Get: func(r *outreach.ReplyRow) Value { return Text(r.Key) },
		Set: func(r *outreach.ReplyRow, c *Cell) error {
			r.Key = c.Text
			return nil
		}},
	{Name: "wave", Also: replySynonyms["wave"], Get: func(r *outreach.ReplyRow) Value { return Text(r.Wave) }, Set: func(r *outreach.ReplyRow, c *Cell) error {
		r.Wave = c.Text
		return nil
	}},
	{Name: "invited_on", Kind: DateKind, Also: replySynonyms["invited_on"], Get: func(r *outreach.ReplyRow) Value { return Date(r.InvitedOn) },
		Set: func(r *outreach.ReplyRow, c *Cell) (err error) {
			r.InvitedOn, err = cellDay(c)
			return err
		}},
	{Name: "answered_on", Kind: DateKind, Also: replySynonyms["answered_on"], Get: func(r *outreach.ReplyRow) Value { return Date(r.AnsweredOn) },
		Set: func(r *outreach.ReplyRow, c *Cell) (err error) {
			r.AnsweredOn, err = cellDay(c)
			return err
		}},
	{Name: "order", Also: replySynonyms["order"], Get: func(r *outreach.ReplyRow) Value { return Text(r.Order) }, Set: func(r *outreach.ReplyRow, c *Cell) error {
		r.Order = c.Text
		return nil
	}},
	{Name: "suggestion", Also: replySynonyms["suggestion"], Get: func(*outreach.ReplyRow) Value { return Value{} }, Set: func(r *outreach.ReplyRow, c *Cell) error {
		r.Suggestion = c.Text
		return nil
	}},
}

// ReplyRows are the columns of a file of replies to a survey: ReplyHead and one for each question, known by q and its
// number or by what it asks; the first with a score also as score, the first with words as comment.
func ReplyRows(s *outreach.Survey) []Column[outreach.ReplyRow] {
	columns := ReplyHead[:len(ReplyHead):len(ReplyHead)]
	for i, q := range s.Questions {
		c := Column[outreach.ReplyRow]{Name: q.Column(), Kind: IntKind, Also: []string{q.Text},
			Get: func(r *outreach.ReplyRow) Value {
				if !r.Answers[i].Given {
					return Value{}
				}
				return Int(r.Answers[i].Score)
			},
			Set: func(r *outreach.ReplyRow, cell *Cell) (err error) {
				a := answerOf(r, s, i)
				if *a = (outreach.Answer{Given: cell.Text != ""}); !a.Given {
					return nil
				}
				if a.Score, err = cell.Int(); errors.Is(err, errNotWhole) || errors.Is(err, errTooLarge) {
					return err
				}
				if err == nil {
					err = q.Check(a.Score)
				}
				return err
			}}
		if q.Kind == "text" {
			c.Kind = TextKind
			c.Get = func(r *outreach.ReplyRow) Value { return Text(r.Answers[i].Text) }
			c.Set = func(r *outreach.ReplyRow, cell *Cell) error {
				*answerOf(r, s, i) = outreach.Answer{Given: cell.Text != "", Text: cell.Text}
				return nil
			}
		}
		switch i {
		case s.FirstOf(false):
			c.Also = append(c.Also, append([]string{q.Kind}, replySynonyms["score"]...)...)
		case s.FirstOf(true):
			c.Also = append(c.Also, replySynonyms["comment"]...)
		}
		columns = append(columns, c)
	}
	return columns
}

// answerOf is the place of an answer of a row, which is made with its first.
func answerOf(r *outreach.ReplyRow, s *outreach.Survey, i int) *outreach.Answer {
	if r.Answers == nil {
		r.Answers = make([]outreach.Answer, len(s.Questions))
	}
	return &r.Answers[i]
}

// replySynonyms are what people who write English, Spanish, Portuguese or French, and the tools they ask by, call the
// columns of a file of replies.
var replySynonyms = map[string][]string{
	"customer":    {"customer id", "customer ref", "respondent", "respondent id", "email", "email address", "client", "contact", "cliente", "clienta", "encuestada", "correo", "dirección de correo electrónico", "inquirida", "adresse e-mail"},
	"wave":        {"round", "edition", "ola", "edición", "onda", "edição", "vague"},
	"invited_on":  {"invited", "invited at", "asked on", "sent on", "invitada el", "fecha de envío", "enviado em", "envoyé le"},
	"answered_on": {"date", "survey date", "answered", "answered at", "response date", "responded at", "submitted at", "completed at", "timestamp", "marca temporal", "fecha", "fecha de respuesta", "respondida el", "data", "data da resposta", "carimbo de data/hora", "date de réponse", "horodateur"},
	"order":       {"order ref", "order id", "pedido", "encomenda", "commande"},
	"suggestion":  {"suggestions", "idea", "sugerencia", "sugerencias", "sugestão", "sugestões", "suggestions d'amélioration"},
	"score":       {"score", "rating", "puntuación", "valoración", "nota", "pontuação", "note"},
	"comment":     {"comment", "comments", "text", "reason", "feedback", "comentario", "comentarios", "comentário", "comentários", "motivo", "commentaire", "commentaires"},
}

// Visits are the columns of visits; a list and a file of them are the same but for the id.
var Visits = append([]Column[outreach.Visit]{{Name: "id", Kind: IntKind, Wide: true, Get: func(x *outreach.Visit) Value { return Int(x.ID) }}}, visitColumns...)

var visitColumns = []Column[outreach.Visit]{
	{Name: "date", Kind: DateKind, Required: true, Also: []string{"day", "visited on", "visited_on", "fecha", "día", "data", "dia", "jour"},
		Get: func(x *outreach.Visit) Value { return Date(x.On) }, Set: func(x *outreach.Visit, c *Cell) (err error) {
			x.On, err = cellDay(c)
			return err
		}},
	{Name: "channel", Also: []string{"shop", "store", "site", "canal", "tienda", "loja", "boutique"},
		Get: func(x *outreach.Visit) Value { return Text(x.Channel) }, Set: func(x *outreach.Visit, c *Cell) error {
			x.Channel = c.Text
			return nil
		}},
	{Name: "source", Also: []string{"medium", "session source", "session source / medium", "traffic source", "referrer", "origen", "fuente", "origem", "fonte", "provenance"},
		Get: func(x *outreach.Visit) Value { return Text(x.Source) }, Set: func(x *outreach.Visit, c *Cell) error {
			x.Source = c.Text
			return nil
		}},
	{Name: "visits", Kind: IntKind, Required: true, Also: []string{"visitors", "sessions", "footfall", "count", "people", "visitas", "visitantes", "sesiones", "sessões", "visites", "visiteurs"},
		Get: func(x *outreach.Visit) Value { return Int(x.Visits) }, Set: func(x *outreach.Visit, c *Cell) (err error) {
			if x.Visits = 0; c.Text == "" {
				return nil
			}
			if x.Visits, err = c.Int(); err == nil && (x.Visits < 0 || x.Visits > math.MaxInt32) {
				err = errors.New("needed is a number from 0")
			}
			return err
		}},
}

// VisitRows are the columns of a file of visits, in and out.
var VisitRows = lift(visitColumns, func(r *outreach.VisitRow) *outreach.Visit { return &r.Visit })

// VisitInput are the columns that an import of visits reads: VisitRows, and the id of a list, which is passed over.
var VisitInput = append(VisitRows[:len(VisitRows):len(VisitRows)], Column[outreach.VisitRow]{Name: "id"})
