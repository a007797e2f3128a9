package outreach

import (
	"context"
	"fmt"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Outcome is what became of a message that a carrier took.
type Outcome struct {
	Kind    string // sent, deferred (try later), failed (never), again (it did not leave: no connection), unknown (it may have)
	Reason  string // what the other side said
	Bounced bool   // the address is no good: nothing is sent to it any more
	Stop    bool   // nothing more can be sent in this run
}

// Carrier hands a message to the outside world. It ends within a few minutes, and says unknown when it cannot tell whether the message left.
type Carrier func(ctx context.Context, m Message) Outcome

// Sending says what is to be sent.
type Sending struct {
	MessageQuery
	PerMinute int // at most so many; 0 is as fast as it goes
}

// Sent counts what a run did.
type Sent struct {
	Sent, Deferred, Failed, Unknown, Skipped, Waiting int64
	Stopped                                           string // why it ended before its time
}

// most is how often a message is tried before it is given up.
const most = 6

// Waiting are the messages that would go out now, the oldest first, without those that the server has put off or that
// wait for their hour.
func Waiting(v *book.View, q MessageQuery) ([]Message, error) {
	q.Statuses, q.Held = []string{"queued", "deferred"}, false
	limit := q.Limit
	q.Limit = 0
	var list []Message
	for m, err := range Messages(v, q) {
		if err != nil {
			return nil, err
		}
		if !due(v, &m) {
			continue
		}
		if list = append(list, m); len(list) == limit {
			break
		}
	}
	return list, nil
}

// due says whether a message may go out now. A server that puts it off is asked again after 5 minutes, then 10, 20 and so
// on.
func due(v *book.View, m *Message) bool {
	if v.Now().Before(m.SendAfter) || quiet(v, m.AutomationID) {
		return false
	}
	return m.Status != "deferred" || !v.Now().Before(m.At.Add(5*time.Minute<<max(0, min(m.Attempts-1, 8))))
}

// Send sends what waits, one message after the other. Each is claimed, and the claim kept in the book, before it leaves:
// whoever is stopped at any moment leaves at most one message of which nobody knows, and nothing is sent twice, by however
// many at once. At that moment it is asked again whether she may be written to. said is told after each; it may be nil.
func Send(ctx context.Context, b *book.Book, what string, o Sending, carry Carrier, said func(Sent)) (tally Sent, err error) {
	var list []int64
	err = b.View(ctx, func(v *book.View) error {
		waiting, err := Waiting(v, o.MessageQuery)
		for _, m := range waiting {
			list = append(list, m.ID)
		}
		return err
	})
	if err != nil {
		return tally, err
	}
	series := b.NewSeries(what)
	pace := newPace(o.PerMinute)
	defer pace.stop()
	for i, id := range list {
		tally.Waiting = int64(len(list) - i)
		if err := pace.wait(ctx); err != nil {
			return tally, err
		}
		m, claimed, err := claim(ctx, series, id, &tally)
		if err != nil {
			return tally, err
		}
		if !claimed {
			continue
		}
		// What is on its way is not called back: the outcome is kept even when the run is being stopped.
		calm := context.WithoutCancel(ctx)
		out := carry(calm, m)
		if err := settle(calm, series, m, out, &tally); err != nil {
			return tally, err
		}
		if out.Stop {
			tally.Stopped = out.Reason
			return tally, nil
		}
		if said != nil {
			said(tally)
		}
	}
	tally.Waiting = 0
	return tally, ctx.Err()
}

// claim takes a message out of the queue for this run; claimed is false where another was quicker, or it may not go any more.
func claim(ctx context.Context, series *book.Series, id int64, tally *Sent) (m Message, claimed bool, err error) {
	err = series.Update(ctx, func(tx *book.Tx) error {
		if m, err = GetMessage(tx.View, id); err != nil || m.Status != "queued" && m.Status != "deferred" || !due(tx.View, &m) {
			return err
		}
		_, reason, err := Reach(tx.View, m.CustomerID, m.Channel, m.Purpose)
		if err != nil {
			return err
		}
		if reason == "" || reason == NoAddress { // the address it goes to is the one that was frozen
			if reason, err = deadAddress(tx.View, &m); err != nil {
				return err
			}
		}
		if reason != "" {
			tally.Skipped++
			return step(tx, id, "skipped", reason)
		}
		claimed = true
		return step(tx, id, "claimed", "")
	})
	return m, claimed && err == nil, err
}

// deadAddress says why nothing goes to the address of a message any more; "" when it does.
func deadAddress(v *book.View, m *Message) (string, error) {
	reason, _, err := book.One(v, book.Scalar[string], `SELECT reason FROM suppressions WHERE channel = ? AND address = ? LIMIT 1`, m.Channel, m.Address)
	if reason != "" {
		reason = "address " + reason
	}
	return reason, err
}

// settle writes what became of a claimed message.
func settle(ctx context.Context, series *book.Series, m Message, out Outcome, tally *Sent) error {
	switch out.Kind {
	case "sent":
		tally.Sent++
	case "deferred":
		if m.Attempts+1 >= most {
			out.Kind, out.Reason = "failed", fmt.Sprintf("given up after %d attempts: %s", most, out.Reason)
			tally.Failed++
			break
		}
		tally.Deferred++
	case "failed":
		tally.Failed++
	case "again": // it is among those that wait still
	default:
		out.Kind = "unknown"
		tally.Unknown++
	}
	return series.Update(ctx, func(tx *book.Tx) error {
		if err := step(tx, m.ID, out.Kind, out.Reason); err != nil || !out.Bounced {
			return err
		}
		return Suppress(tx, m.CustomerID, m.Channel, m.Address, "bounced")
	})
}

// pace keeps a run from being faster than it may be.
type pace struct{ ticks *time.Ticker }

func newPace(perMinute int) *pace {
	if perMinute <= 0 {
		return &pace{}
	}
	return &pace{time.NewTicker(time.Minute / time.Duration(perMinute))}
}

func (p *pace) wait(ctx context.Context) error {
	if p.ticks == nil {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-p.ticks.C:
		return ctx.Err()
	}
}

func (p *pace) stop() {
	if p.ticks != nil {
		p.ticks.Stop()
	}
}

// Retry puts messages that failed or were put off back into the queue, to go out with the next run.
func Retry(tx *book.Tx, list []Message) error {
	for _, m := range list {
		if m.Status != "failed" && m.Status != "deferred" && m.Status != "skipped" {
			if m.Status == "unknown" {
				return wrongStatus(m, "nobody knows whether it went out", fmt.Sprintf("find out, then: perla outbox resolve %d --sent, or --again", m.ID))
			}
			return wrongStatus(m, "only what failed, was skipped or was put off is tried again", "")
		}
		if err := step(tx, m.ID, "again", "retry"); err != nil {
			return err
		}
	}
	return nil
}

// Resolve says what became of messages: that they were sent, by hand or after all; that they were not and go out again; or
// that they never will.
func Resolve(tx *book.Tx, list []Message, kind string) error {
	for _, m := range list {
		waits := m.Status == "queued" || m.Status == "deferred"
		switch {
		case m.Status == "unknown":
		case m.Status == "sending":
			return wrongStatus(m, "it is on its way", "wait some minutes")
		case waits && kind != "again":
			if _, reason, err := Reach(tx.View, m.CustomerID, m.Channel, m.Purpose); err != nil {
				return err
			} else if kind == "sent" && reason != "" {
				return wrongStatus(m, "she may not be written to: "+reason, "")
			}
		default:
			return wrongStatus(m, "what is not waiting or unknown is settled", "")
		}
		if err := step(tx, m.ID, kind, "by hand"); err != nil {
			return err
		}
	}
	return nil
}

func wrongStatus(m Message, reason, hint string) error {
	return &fault.Error{Kind: fault.Conflict, Noun: "message", Key: fmt.Sprint(m.ID), Reason: "is " + m.Status + ": " + reason, Hint: hint}
}

// House is how many messages had left, or may have, at a moment before an undo.
type House struct{ left int64 }

// Watch counts what left the house so far.
func Watch(v *book.View) (h House, err error) {
	h.left, _, err = book.One(v, book.Scalar[int64], `SELECT count(*) FROM message_steps WHERE kind = 'claimed'`)
	return h, err
}

// Refuse keeps an operation from being taken back by which messages left the house: what is out is out.
func (h House) Refuse(v *book.View, op book.Operation) error {
	now, err := Watch(v)
	if err != nil || now.left >= h.left {
		return err
	}
	words := fmt.Sprintf("%d messages left", h.left-now.left)
	if h.left-now.left == 1 {
		words = "a message left"
	}
	return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(op.ID), Reason: words + " the house with it, which is for good",
		Hint: "see them with: perla outbox list --status sent,unknown"}
}
