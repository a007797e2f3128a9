package outreach

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/segment"
)

// Occasion is something an automation has seen happen to a customer, which it does once, and what it did about it.
type Occasion struct {
	ID           int64
	AutomationID int64
	Automation   string
	CustomerID   int64
	Customer     string
	Key          string // order:12, birthday:2026
	DueOn        dates.Date
	NotedOn      dates.Date
	MessageID    int64  // 0 where it said nothing
	Reason       string // why it did not
	Channel      string
	Address      string    // where the message goes
	SendAfter    time.Time // it waits until then; zero for at once
	Subject      string
}

// Why an automation says nothing at an occasion, beside what keeps a customer from hearing of a campaign.
const (
	Missed      = "missed"
	NotMeant    = "filter"
	NoWords     = "no words"
	AskedBefore = "asked before"
)

// LateDays is how many days after it was due an occasion is still spoken of.
const LateDays = 7

// Run is what automations are run by.
type Run struct {
	Only   []Automation // these alone; nil: all
	Late   int          // days after which an occasion is missed
	Random io.Reader    // for the names of messages
}

// Automate looks what has happened to whom and notes each occasion, with a message in the outbox or the reason why there
// is none. What was noted once is never noted again, so that it may run as often as it likes, and two at once, one after
// the other. An automation that cannot run, because its template is gone or its filter cannot be read, is told in broken
// and keeps no other from running.
func Automate(tx *book.Tx, r Run) (noted []Occasion, broken []error, err error) {
	list := r.Only
	if list == nil {
		if list, err = Automations(tx.View); err != nil {
			return nil, nil, err
		}
	}
	slices.SortFunc(list, func(x, y Automation) int { return int(x.ID - y.ID) })
	found := newFinder(tx.View, r.Late)
	for i := range list {
		a := &list[i]
		if a.Status != "active" {
			continue
		}
		s, err := newSpeaker(tx, a, r)
		if slices.Contains([]fault.Kind{fault.Usage, fault.NotFound, fault.Rejected, fault.Conflict}, fault.KindOf(err)) {
			broken = append(broken, err)
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		happened, err := found.find(a)
		if err != nil {
			return nil, nil, err
		}
		some, err := s.speak(happened)
		if err != nil {
			return nil, nil, err
		}
		noted = append(noted, some...)
	}
	return noted, broken, nil
}

// speaker speaks for one automation.
type speaker struct {
	tx        *book.Tx
	automates *Automation
	run       Run
	today     dates.Date
	after     time.Time // when the quiet hours end, where it is quiet now
	languages map[string]Template
	prepared  map[int64]*Prepared
	uses      map[string]bool
	meant     []int64 // who meets the filter, where there is one
	survey    Survey
}

// newSpeaker makes ready what an automation says.
func newSpeaker(tx *book.Tx, a *Automation, r Run) (s *speaker, err error) {
	s = &speaker{tx: tx, automates: a, run: r, today: tx.Today(), prepared: map[int64]*Prepared{}, uses: map[string]bool{}}
	s.after = quietEnd(a.QuietFrom, a.QuietUntil, tx.Now().In(tx.Settings().Zone))
	if s.languages, err = languagesOf(tx.View, a.Template); err != nil {
		return nil, err
	}
	maps.DeleteFunc(s.languages, func(_ string, t Template) bool { return t.Channel != a.Channel })
	if len(s.languages) == 0 {
		return nil, a.conflict("template "+a.Template+" was removed", "bring it back with: perla template restore "+a.Template)
	}
	for _, t := range s.languages {
		if s.prepared[t.ID], err = t.Prepare(); err != nil {
			return nil, err
		}
		maps.Copy(s.uses, s.prepared[t.ID].Uses)
	}
	if a.Filter != "" {
		compiled, err := segment.Compile(tx.View, a.Filter, s.today)
		if err != nil {
			return nil, a.named(err)
		}
		if s.meant, err = compiled.IDs(); err != nil {
			return nil, err
		}
	}
	if a.SurveyID == 0 {
		return s, nil
	}
	if s.survey, err = FindSurvey(tx.View, fmt.Sprintf("id:%d", a.SurveyID), s.today); err == nil && !s.survey.ClosedOn.IsZero() {
		err = a.conflict("survey "+a.Survey+" is closed", "open it again with: perla survey edit "+a.Survey+" --reopen")
	}
	return s, err
}

// named puts the code of the automation before what is wrong with a part of it.
func (a *Automation) named(err error) error {
	var e *fault.Error
	if !errors.As(err, &e) {
		return err
	}
	mended := *e
	mended.Reason = "automation " + a.Code + ": " + e.Reason
	return &mended
}

// speak notes what has happened and was not noted before.
func (s *speaker) speak(happened []happening) (noted []Occasion, err error) {
	for len(happened) > 0 {
		some := happened[:min(chunk, len(happened))]
		happened = happened[len(some):]
		if some, err = s.unseen(some); err != nil {
			return nil, err
		}
		list, err := s.speakOf(some)
		if err != nil {
			return nil, err
		}
		noted = append(noted, list...)
	}
	return noted, nil
}

// unseen are the happenings of some that are not noted.
func (s *speaker) unseen(some []happening) (list []happening, err error) {
	for _, h := range some {
		_, seen, err := book.One(s.tx.View, book.Scalar[int64], `SELECT id FROM automation_occasions WHERE automation_id = ? AND customer_id = ? AND occasion = ?`,
			s.automates.ID, h.customer, h.key)
		if err != nil {
			return nil, err
		}
		if !seen {
			list = append(list, h)
		}
	}
	return list, nil
}

// speakOf notes some happenings, each with a message or the reason why there is none.
func (s *speaker) speakOf(some []happening) ([]Occasion, error) {
	var ids []int64
	for _, h := range some {
		ids = append(ids, h.customer)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	data, err := DataOf(s.tx.View, ids, s.uses, nil)
	if err != nil {
		return nil, err
	}
	speaks, people := map[int64]string{}, map[int64]Data{}
	for _, d := range data {
		people[d.Customer] = d
	}
	err = s.tx.Each(func(r book.Row) error {
		speaks[r.Int(0)] = strings.Clone(r.Text(1))
		return nil
	}, "id, language", "customers WHERE language IS NOT NULL AND id IN (SELECT value FROM json_each(?))", jsonIDs(ids))
	if err != nil {
		return nil, err
	}
	list := make([]Occasion, 0, len(some))
	for i := range some {
		o, err := s.note(&some[i], people[some[i].customer], speaks[some[i].customer])
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// note notes one happening.
func (s *speaker) note(h *happening, d Data, language string) (Occasion, error) {
	a := s.automates
	o := Occasion{AutomationID: a.ID, Automation: a.Code, CustomerID: h.customer, Customer: d.Name, Key: h.key, DueOn: h.due(a), NotedOn: s.today, Channel: a.Channel}
	m, err := s.message(h, d, language, &o)
	if err != nil {
		return o, err
	}
	if o.Reason == "" {
		if o.MessageID, err = Queue(s.tx, s.run.Random, m); err != nil {
			return o, err
		}
		o.Address, o.SendAfter, o.Subject = m.Address, m.SendAfter, m.Subject
		if a.SurveyID != 0 {
			if err := s.ask(h, o.MessageID); err != nil {
				return o, err
			}
		}
	}
	o.ID, err = s.tx.Insert(`INSERT INTO automation_occasions (automation_id, customer_id, occasion, due_on, noted_on, message_id, reason) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.ID, o.CustomerID, o.Key, o.DueOn.String(), o.NotedOn.String(), numberOrNull(o.MessageID), orNull(o.Reason))
	return o, err
}

// message is what to say at an occasion; where there is nothing, the occasion has the reason.
func (s *speaker) message(h *happening, d Data, language string, o *Occasion) (m Message, err error) {
	a := s.automates
	if _, meant := slices.BinarySearch(s.meant, h.customer); a.Filter != "" && !meant {
		o.Reason = NotMeant
		return m, nil
	}
	if last := max(o.DueOn.AddDays(s.run.Late), h.target); s.today > last {
		o.Reason = Missed
		return m, nil
	}
	t, ok := forLanguage(s.languages, language)
	if !ok {
		o.Reason = NoWords
		return m, nil
	}
	m = Message{AutomationID: a.ID, CustomerID: h.customer, Customer: d.Name, Channel: a.Channel, Purpose: t.Purpose, SendAfter: s.after}
	if m.Address, o.Reason, err = Reach(s.tx.View, h.customer, a.Channel, t.Purpose); err != nil || o.Reason != "" {
		return m, err
	}
	if a.Cap > 0 {
		had, err := s.had(h.customer)
		if err != nil {
			return m, err
		}
		if had >= a.Cap {
			o.Reason = TooOften
			return m, nil
		}
	}
	if a.SurveyID != 0 {
		if asked, err := s.wasAsked(h); err != nil || asked {
			o.Reason = AskedBefore
			return m, err
		}
	}
	d.Fields = maps.Clone(d.Fields)
	d.Fields["occasion"], d.Fields["order"], d.Fields["product"], d.Fields["survey"] = h.what, h.orderRef, h.product, s.survey.Name
	m.Words, err = s.prepared[t.ID].Fill(d)
	if known := (*fault.Error)(nil); errors.As(err, &known) {
		o.Reason, err = strings.TrimSpace(NoWords+": "+known.Field+" "+known.Reason), nil
	}
	return m, err
}

// had is how many messages a customer got, or is about to, in the days of the cap: today is one of them.
func (s *speaker) had(customer int64) (int64, error) {
	since := firstInstant(s.tx.View, max(1, s.today.AddDays(1-int(s.automates.CapDays))))
	n, _, err := book.One(s.tx.View, book.Scalar[int64], `SELECT count(*) FROM messages m LEFT JOIN message_steps s ON s.id = `+lastStep+`
		WHERE m.customer_id = ? AND m.holdout = 0 AND m.queued_at >= ? AND ifnull(s.kind, '') NOT IN ('failed', 'skipped', 'cancelled')`, customer, since)
	return n, err
}

// wave is the wave of a survey in which somebody is asked about what happened, as whoever asks her by hand would have it.
func (s *speaker) wave(h *happening) (string, error) {
	if h.order == 0 {
		return monthOf(s.today), nil
	}
	return waveOfOrder(s.tx.View, h.order)
}

// wasAsked says whether she was asked the survey about what happened, by whomever.
func (s *speaker) wasAsked(h *happening) (bool, error) {
	wave, err := s.wave(h)
	if err != nil {
		return false, err
	}
	_, asked, err := book.One(s.tx.View, book.Scalar[int64], `SELECT id FROM survey_invitations WHERE survey_id = ? AND wave = ? AND customer_id = ?`,
		s.automates.SurveyID, wave, h.customer)
	return asked, err
}

// ask writes down that she is asked the survey about what happened, by a message.
func (s *speaker) ask(h *happening, message int64) error {
	wave, err := s.wave(h)
	if err != nil {
		return err
	}
	_, err = s.tx.Insert(`INSERT INTO survey_invitations (survey_id, wave, customer_id, invited_on, order_id, message_id) VALUES (?, ?, ?, ?, ?, ?)`,
		s.automates.SurveyID, wave, h.customer, s.today.String(), numberOrNull(h.order), message)
	return err
}
