package cli

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/agenda"
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/render"
	"github.com/perla-crm/perla/internal/sheet"
)

// message writes to one customer about her first line, or the first of some kinds.
func (o *todayRequest) message(a *app, v *book.View, day dates.Date, within int, kinds []agenda.Kind) error {
	c, err := contacts.Find(v, o.text)
	if err != nil {
		return err
	}
	if err := contacts.RefuseErased(v, c.ID); err != nil {
		return err
	}
	hers, err := agenda.New(v, agenda.Query{AsOf: day, Within: within, Filter: book.Filter{SQL: `c.id = ?`, Args: []any{c.ID}}})
	if err != nil {
		return err
	}
	all, err := hers.Lines(kinds...)
	if err != nil {
		return err
	}
	lines := all.Some(all.Len())
	line, ok := messageLine(lines)
	if !ok && len(kinds) > 0 {
		return &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: c.Name, Reason: fmt.Sprintf("nothing of the kind %s is hers on %s", strings.Join(o.kinds, ", "), day),
			Hint: fmt.Sprintf("see all that is with: perla today --text %d --within 30", c.ID)}
	}
	m := newMessage(a, c, line)
	if err := o.sayMessage(a, m); err != nil {
		return err
	}
	if !ok {
		a.note("nothing of today is hers: this only asks how she is")
	}
	return a.messageNotes(v, day, m, lines)
}

// messageLine is the line to write about: the first that is no task, for what tasks say is not for her.
func messageLine(lines []agenda.Line) (agenda.Line, bool) {
	at := slices.IndexFunc(lines, func(l agenda.Line) bool { return l.Kind != agenda.KindTask })
	if at < 0 {
		return agenda.Line{Kind: agenda.KindContact}, len(lines) > 0
	}
	return lines[at], true
}

// newMessage is what to write about a line, in her language.
func newMessage(a *app, c contacts.Customer, line agenda.Line) sheet.TodayMessage {
	w := statementWriter{setting: a.setting()}
	w.language = render.DocumentLanguage(c.Language, w.setting.Locale)
	if render.DocumentLanguage(w.setting.Locale) != w.language {
		w.setting.Locale = w.language // figures are read like the words around them
	}
	w.words = render.StatementWords(w.language)
	words := render.AgendaWords(w.language)
	name := c.Name
	if first, _, _ := strings.Cut(name, " "); c.Kind != "company" {
		name = first
	}
	m := sheet.TodayMessage{Kind: line.Kind, Language: w.language, Person: &agenda.Person{ID: c.ID, Name: c.Name, Phone: c.Phone}}
	m.Text = fmt.Sprintf(words["hello"], name) + " " + w.about(words, &line)
	number := c.E164
	if digits := strings.TrimPrefix(number, "+"); digits != "" {
		m.Person.Phone = number
		m.Link = "https://wa.me/" + digits + "?text=" + strings.ReplaceAll(url.QueryEscape(m.Text), "+", "%20")
	}
	return m
}

// about is what the message says of a line.
func (w *statementWriter) about(words map[string]string, l *agenda.Line) string {
	goal := w.points(l.Points)
	if l.HasMoney {
		goal = w.money(l.Money)
	}
	switch l.Kind {
	case agenda.KindCare:
		return words[l.Detail]
	case agenda.KindReplenish, agenda.KindInterest:
		return fmt.Sprintf(words[string(l.Kind)], l.Product)
	case agenda.KindPoints, agenda.KindDebt:
		return fmt.Sprintf(words[string(l.Kind)], goal, w.day(l.DueOn))
	case agenda.KindReward, agenda.KindTier:
		return fmt.Sprintf(words[string(l.Kind)], goal, l.Goal)
	case agenda.KindQuote:
		return fmt.Sprintf(words[string(l.Kind)], goal)
	}
	return words[string(l.Kind)]
}

// sayMessage prints the text and, below it, the link; or the row that was asked for.
func (o *todayRequest) sayMessage(a *app, m sheet.TodayMessage) error {
	if a.askedForRows() {
		return emitOne(a, sheet.TodayMessages, m)
	}
	return a.write(func(w io.Writer) error {
		text := render.Clean(m.Text) + "\n"
		if m.Link != "" {
			text += "\n" + m.Link + "\n"
		}
		_, err := io.WriteString(w, text)
		return err
	})
}

// selling are the kinds that offer something: a message about them is marketing.
var selling = []agenda.Kind{agenda.KindReplenish, agenda.KindInterest, agenda.KindPoints, agenda.KindReward, agenda.KindTier}

// messageNotes says what stands in the way of a message, what else there is to write about, and what to do once it is sent.
func (a *app) messageNotes(v *book.View, day dates.Date, m sheet.TodayMessage, lines []agenda.Line) error {
	if m.Link == "" {
		a.note("no phone of hers can be read, so there is no link; write it with: perla customer edit id:%d --phone NUMBER", m.Person.ID)
	}
	if slices.Contains(selling, m.Kind) {
		state, err := contacts.Consents(v, m.Person.ID, day)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(state, func(c contacts.Consent) bool { return c.Channel == "whatsapp" && c.Purpose == "marketing" && c.Granted }) {
			a.warn("she has not allowed marketing by whatsapp; see: perla customer show id:%d", m.Person.ID)
		}
	}
	var also []string
	for _, l := range lines {
		if l.Kind != m.Kind && l.Kind != agenda.KindTask && !slices.Contains(also, string(l.Kind)) {
			also = append(also, string(l.Kind))
		}
	}
	if len(also) > 0 {
		a.note("there is also %s: perla today --text %d --kind %s", strings.Join(also, ", "), m.Person.ID, also[0])
	}
	a.hint("once it is sent: perla log %d \"wrote to her\" --channel whatsapp", m.Person.ID)
	return nil
}
