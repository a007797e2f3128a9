package outreach

import (
	"encoding/hex"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Message is what is said to one customer, with its words as they were when it was queued.
type Message struct {
	ID           int64
	CampaignID   int64 // 0 for none
	Campaign     string
	AutomationID int64 // 0 for none
	Automation   string
	CustomerID   int64
	Customer     string
	Channel      string
	Purpose      string
	Holdout      bool // she was left alone, to compare with
	Address      string
	Words
	Token     string    // names it in the world
	QueuedAt  time.Time // when it was written
	SendAfter time.Time // it waits until then; zero for at once

	Status   string // one of Statuses
	At       time.Time
	Reason   string // why it is what it is
	Attempts int64  // how often it was claimed
}

// Statuses are what a message can be: it waits (queued; deferred, by the server for a while; paused, with its campaign or automation), is
// on its way (sending), or out (sent), or of one that died on its way nobody knows (unknown), or it will never go
// (failed, refused for good; skipped, because she may not be written to any more; cancelled; holdout).
var Statuses = []string{"queued", "deferred", "paused", "sending", "sent", "unknown", "failed", "skipped", "cancelled", "holdout"}

// lastStep is the id of the last step of message m.
const lastStep = `(SELECT max(id) FROM message_steps WHERE message_id = m.id)`

// isQueued is the condition that a message, with its last step s or none, waits in the queue.
const isQueued = `(s.kind IS NULL OR s.kind IN ('deferred', 'again'))`

// inFlight is how long a claimed message may be on its way; a carrier gives up long before. Of one that was claimed
// earlier and never ended, nobody knows whether it went out.
const inFlight = 5 * time.Minute

// statusSQL is the status of a message m of campaign p or automation a with its last step s; its argument is the instant from which on a
// claim is fresh.
const statusSQL = `CASE WHEN m.holdout = 1 THEN 'holdout' WHEN s.kind = 'claimed' THEN CASE WHEN s.at > ? THEN 'sending' ELSE 'unknown' END
	WHEN NOT ` + isQueued + ` THEN s.kind WHEN p.cancelled_on IS NOT NULL THEN 'cancelled' WHEN ifnull(p.paused_on, a.paused_on) IS NOT NULL THEN 'paused'
	WHEN s.kind = 'deferred' THEN 'deferred' ELSE 'queued' END`

const messageTables = ` FROM messages m JOIN customers c ON c.id = m.customer_id LEFT JOIN campaigns p ON p.id = m.campaign_id
	LEFT JOIN automations a ON a.id = m.automation_id LEFT JOIN message_steps s ON s.id = ` + lastStep

const messageColumns = `m.id, ifnull(m.campaign_id, 0), ifnull(p.ref, ''), ifnull(m.automation_id, 0), ifnull(a.code, ''), m.customer_id, c.name, m.channel, m.purpose, m.holdout,
	ifnull(m.address, ''), ifnull(m.subject, ''), ifnull(m.text, ''), ifnull(m.html, ''), ifnull(m.token, ''), m.queued_at, ifnull(m.send_after_at, ''),
	` + statusSQL + ` AS status, ifnull(s.at, ''), ifnull(s.reason, ''), (SELECT count(*) FROM message_steps x WHERE x.message_id = m.id AND x.kind = 'claimed')`

func scanMessage(row book.Scanner) (m Message, err error) {
	var queued, after, at string
	err = row.Scan(&m.ID, &m.CampaignID, &m.Campaign, &m.AutomationID, &m.Automation, &m.CustomerID, &m.Customer, &m.Channel, &m.Purpose, &m.Holdout,
		&m.Address, &m.Subject, &m.Text, &m.HTML, &m.Token, &queued, &after, &m.Status, &at, &m.Reason, &m.Attempts)
	m.QueuedAt, m.SendAfter, m.At = instant(queued), instant(after), instant(at)
	return m, err
}

// instant reads an instant of the book; zero for none.
func instant(text string) time.Time {
	t, _ := time.Parse(time.RFC3339, text)
	return t
}

// freshFrom is the instant from which on a claim is fresh.
func freshFrom(v *book.View) string { return v.Now().Add(-inFlight).Format(rfc3339) }

// Queue writes a message, which waits in the outbox from then on, and gives its id. It is the one way in: of campaigns,
// automations and surveys alike. Who may be written to is asked again when it leaves. A campaign has one message for
// a customer: another is a fault.Conflict.
func Queue(tx *book.Tx, random io.Reader, m Message) (int64, error) {
	var token any
	if !m.Holdout {
		var err error
		if token, err = newToken(tx.View, random); err != nil {
			return 0, err
		}
		if strings.TrimSpace(m.Text) == "" && m.HTML == "" {
			return 0, &fault.Error{Kind: fault.Rejected, Noun: "customer", Key: fmt.Sprintf("%d %s", m.CustomerID, m.Customer), Reason: "the message would say nothing"}
		}
		if !usable(m.Channel, m.Address) {
			return 0, &fault.Error{Kind: fault.Rejected, Noun: "customer", Key: fmt.Sprintf("%d %s", m.CustomerID, m.Customer), Reason: fmt.Sprintf("%q is no address for %s", m.Address, m.Channel)}
		}
	}
	var after any
	if !m.SendAfter.IsZero() {
		after = m.SendAfter.UTC().Format(rfc3339)
	}
	return tx.Insert(`INSERT INTO messages (campaign_id, automation_id, customer_id, channel, purpose, holdout, address, subject, text, html, token, queued_at, send_after_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, numberOrNull(m.CampaignID), numberOrNull(m.AutomationID), m.CustomerID, m.Channel, m.Purpose, b2i(m.Holdout),
		orNull(m.Address), orNull(m.Subject), orNull(m.Text), orNull(m.HTML), token, tx.Now().UTC().Format(rfc3339), after)
}

// newToken is a name that no message has and nobody guesses.
func newToken(v *book.View, random io.Reader) (string, error) {
	for {
		var b [16]byte
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", err
		}
		token := hex.EncodeToString(b[:])
		_, taken, err := book.One(v, book.Scalar[int64], `SELECT id FROM messages WHERE token = ?`, token)
		if err != nil || !taken {
			return token, err
		}
	}
}

// MessageQuery chooses messages. The zero value of a field chooses all.
type MessageQuery struct {
	Campaign int64
	Customer int64
	Channel  string
	Statuses []string
	IDs      []int64
	Held     bool // those held out, too
	Limit    int
}

// Messages yields messages, the oldest first.
func Messages(v *book.View, q MessageQuery) iter.Seq2[Message, error] {
	where, args := []string{"1"}, []any{freshFrom(v)}
	add := func(wanted bool, condition string, more ...any) {
		if wanted {
			where, args = append(where, condition), append(args, more...)
		}
	}
	add(q.Campaign != 0, `m.campaign_id = ?`, q.Campaign)
	add(q.Customer != 0, `m.customer_id = ?`, q.Customer)
	add(q.Channel != "", `m.channel = ?`, q.Channel)
	add(q.IDs != nil, `m.id IN (SELECT value FROM json_each(?))`, jsonIDs(q.IDs))
	add(!q.Held, `m.holdout = 0`)
	if len(q.Statuses) > 0 {
		more := []any{}
		for _, s := range q.Statuses {
			more = append(more, s)
		}
		add(true, `status IN (?`+strings.Repeat(", ?", len(q.Statuses)-1)+`)`, more...)
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return book.Query(v, scanMessage, `SELECT `+messageColumns+messageTables+` WHERE `+strings.Join(where, " AND ")+` ORDER BY m.id LIMIT ?`, append(args, limit)...)
}

// GetMessage is the message of an id.
func GetMessage(v *book.View, id int64) (Message, error) {
	m, found, err := book.One(v, scanMessage, `SELECT `+messageColumns+messageTables+` WHERE m.id = ?`, freshFrom(v), id)
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Noun: "message", Key: fmt.Sprint(id), Reason: "there is no such message", Hint: "list them with: perla outbox list"}
	}
	return m, err
}

// step writes what became of a message.
func step(tx *book.Tx, id int64, kind, reason string) error {
	_, err := tx.Exec(`INSERT INTO message_steps (message_id, at, kind, reason) VALUES (?, ?, ?, ?)`, id, tx.Now().UTC().Format(rfc3339), kind, orNull(oneLine(reason)))
	return err
}
