package outreach

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// EventKinds are what may come back of a message.
var EventKinds = []string{"opened", "clicked", "replied", "bounced", "complained", "unsubscribed"}

// eventWords are what mail providers call these, folded and without what is neither letter nor digit. Those of "" are no
// news: that it was sent is known.
var eventWords = map[string]string{
	"opened": "opened", "open": "opened", "opens": "opened", "uniqueopened": "opened", "firstopening": "opened", "abierto": "opened", "aberto": "opened", "ouvert": "opened",
	"clicked": "clicked", "click": "clicked", "clicks": "clicked", "clic": "clicked", "clique": "clicked",
	"replied": "replied", "reply": "replied", "responded": "replied", "respondido": "replied", "reponse": "replied",
	"bounced": "bounced", "bounce": "bounced", "hardbounce": "bounced", "hard": "bounced", "permanent": "bounced", "permanentfail": "bounced", "failed": "bounced", "invalid": "bounced",
	"rebotado": "bounced", "rebote": "bounced", "dropped": "bounced", "invalidemail": "bounced",
	"complained": "complained", "complaint": "complained", "spam": "complained", "spamreport": "complained", "abuse": "complained", "spamcomplaint": "complained",
	"unsubscribed": "unsubscribed", "unsubscribe": "unsubscribed", "unsub": "unsubscribed", "groupunsubscribe": "unsubscribed", "baja": "unsubscribed", "desinscrito": "unsubscribed", "optout": "unsubscribed",
	"sent": "", "send": "", "delivered": "", "delivery": "", "processed": "", "accepted": "", "request": "", "requests": "", "queued": "", "deferred": "", "softbounce": "", "soft": "", "transient": "", "enviado": "", "entregado": "",
}

// EventKind is the kind that a provider's word means; "" for what is no news. An unknown word is an error.
func EventKind(word string) (string, error) {
	key := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, book.Fold(word))
	kind, ok := eventWords[key]
	if !ok {
		if near := fault.Nearest(word, EventKinds); near != "" {
			return "", fmt.Errorf("%q is not one of %s; did you mean %s?", word, strings.Join(EventKinds, ", "), near)
		}
		return "", fmt.Errorf("%q is not one of %s", word, strings.Join(EventKinds, ", "))
	}
	return kind, nil
}

// Event is something that came back of a message.
type Event struct {
	MessageID  int64
	CustomerID int64
	Customer   string
	Campaign   string
	Kind       string
	At         time.Time
	Detail     string // the link that was clicked, what the server said
	Ref        string // "" makes one of the values
	RefSource  string
}

// EventRow is a row of a file of events.
type EventRow struct {
	Line    int
	Bad     bool
	Kind    string // "" is no news
	Address string
	Token   string // of the message: its Message-ID, or the token in it
	At      time.Time
	Timed   bool
	Detail  string
	Ref     string
	Told    bool // an At was given
}

// EventTally is what an import of events did.
type EventTally struct{ Created, Unchanged int64 }

// RecordEvent writes what came back of a message, once: the same again changes nothing, and made is false. A bounce and a
// complaint close the address, a complaint and an unsubscription take the consent for marketing back.
func RecordEvent(tx *book.Tx, e Event) (made bool, err error) {
	if !slices.Contains(EventKinds, e.Kind) {
		unknown := fault.New(fault.Usage, fmt.Sprintf("%q is not one of %s", e.Kind, strings.Join(EventKinds, ", ")), "")
		if near := fault.Nearest(e.Kind, EventKinds); near != "" {
			unknown.Hint = "did you mean " + near + "?"
		}
		return false, unknown
	}
	m, err := GetMessage(tx.View, e.MessageID)
	if err != nil {
		return false, err
	}
	if m.Holdout {
		return false, wrongStatus(m, "nothing was said to her", "")
	}
	if e.At.IsZero() {
		e.At = tx.Now()
	}
	// A day without a time is written as its noon: today's may be still to come.
	if dates.Of(e.At, tx.Settings().Zone) > tx.Today() {
		return false, fault.New(fault.Usage, fmt.Sprintf("%s lies in the future", e.At.Format(rfc3339)), "")
	}
	at := e.At.UTC().Format(rfc3339)
	if e.Ref == "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%d\x00%s\x00%s\x00%s", m.ID, e.Kind, at, e.Detail))
		e.Ref, e.RefSource = hex.EncodeToString(sum[:12]), "content"
	}
	n, err := tx.Exec(`INSERT INTO message_events (message_id, at, kind, detail, ref, ref_source) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (ref, ref_source) DO NOTHING`,
		m.ID, at, e.Kind, orNull(oneLine(e.Detail)), e.Ref, cmp.Or(e.RefSource, "csv"))
	if err != nil || n == 0 {
		return false, err
	}
	switch e.Kind {
	case "bounced", "complained":
		if err := Suppress(tx, m.CustomerID, m.Channel, m.Address, e.Kind); err != nil {
			return true, err
		}
	}
	if e.Kind == "complained" || e.Kind == "unsubscribed" {
		return true, withdraw(tx, m, e)
	}
	return true, nil
}

// withdraw takes the consent for marketing by the channel of a message back.
func withdraw(tx *book.Tx, m Message, e Event) error {
	w, err := contacts.NewConsentWriter(tx)
	if err != nil {
		return err
	}
	_, err = w.Record([]contacts.Consent{{CustomerID: m.CustomerID, Channel: m.Channel, Purpose: "marketing", On: min(dayOf(tx.View, e.At.UTC().Format(rfc3339)), tx.Today()),
		Source: fmt.Sprintf("%s, message %d", e.Kind, m.ID)}})
	return err
}

// ImportEvents writes the events of a file about a campaign (0 is about any message) and reports rows it refuses. Whose an
// event is goes by the token of the message, else by the address it went to.
func ImportEvents(tx *book.Tx, batches iter.Seq[[]EventRow], campaign int64, source string, report func(line int, field, reason string)) (t EventTally, err error) {
	for rows := range batches {
		for _, r := range rows {
			if r.Bad || r.Kind == "" {
				continue
			}
			id, err := messageOf(tx.View, campaign, r)
			if err != nil {
				return t, err
			}
			if id == 0 {
				reason := fmt.Sprintf("no message went to %q", cmp.Or(r.Address, r.Token))
				if r.Address == "" && r.Token == "" {
					reason = "needed is whose it is: her address or the Message-ID"
				}
				report(r.Line, "email", reason)
				continue
			}
			if !r.Told {
				report(r.Line, "at", "needed is when it happened")
				continue
			}
			e := Event{MessageID: id, Kind: r.Kind, At: r.At, Detail: r.Detail, Ref: r.Ref}
			if r.Ref != "" {
				e.RefSource = source
			}
			made, err := RecordEvent(tx, e)
			switch {
			case fault.KindOf(err) == fault.Usage:
				report(r.Line, "at", err.Error())
			case err != nil:
				return t, err
			case made:
				t.Created++
			default:
				t.Unchanged++
			}
		}
	}
	return t, nil
}

// messageOf is the message a row is about: that of its token, else the last that went to its address.
func messageOf(v *book.View, campaign int64, r EventRow) (int64, error) {
	if r.Token != "" {
		token, _, _ := strings.Cut(strings.Trim(r.Token, "<> "), "@")
		id, found, err := book.One(v, book.Scalar[int64], `SELECT id FROM messages WHERE token = ?`, token)
		if found || err != nil {
			return id, err
		}
	}
	id, _, err := book.One(v, book.Scalar[int64], `SELECT m.id FROM messages m WHERE m.address = ?1 AND m.holdout = 0 AND (?2 = 0 OR m.campaign_id = ?2)
		AND EXISTS (SELECT 1 FROM message_steps s WHERE s.message_id = m.id AND s.kind IN ('claimed', 'sent')) ORDER BY m.id DESC LIMIT 1`, contacts.FoldEmail(r.Address), campaign)
	return id, err
}

// MessageTo is the message of a campaign to a customer.
func MessageTo(v *book.View, campaign, customer int64) (Message, error) {
	for m, err := range Messages(v, MessageQuery{Campaign: campaign, Customer: customer, Held: true}) {
		return m, err
	}
	return Message{}, &fault.Error{Kind: fault.NotFound, Noun: "message", Reason: "the campaign has none for this customer", Hint: "see who it was for: perla outbox list --campaign ..."}
}

// Unsubscribed takes the consent back of whoever a token belongs to: what stands behind a link or in the subject of a mail.
func Unsubscribed(tx *book.Tx, token string) (Message, error) {
	token = strings.TrimSpace(token)
	if i := strings.LastIndexByte(token, ' '); i >= 0 { // unsubscribe TOKEN
		token = token[i+1:]
	}
	id, found, err := book.One(tx.View, book.Scalar[int64], `SELECT id FROM messages WHERE token = ?`, token)
	if err == nil && !found {
		err = &fault.Error{Kind: fault.NotFound, Noun: "message", Key: token, Reason: "no message has this token"}
	}
	if err != nil {
		return Message{}, err
	}
	if _, err := RecordEvent(tx, Event{MessageID: id, Kind: "unsubscribed", Ref: token, RefSource: "unsubscribe"}); err != nil {
		return Message{}, err
	}
	return GetMessage(tx.View, id)
}
