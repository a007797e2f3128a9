package outreach

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Choice is who a campaign means, as conditions that the language of filters was made into: those who meet Where, but for
// those who meet Exclude, whose zero value is nobody.
type Choice struct{ Where, Exclude book.Filter }

// Why somebody who is meant does not hear from a campaign, in the order in which it is asked.
const (
	Excluded    = "excluded"
	NoConsent   = "no consent"
	NoAddress   = "no address"
	SameAddress = "same address"
	Lately      = "contacted lately"
	TooOften    = "too often"
	HeldOut     = "holdout"
)

// Reasons are all of them.
var Reasons = []string{Excluded, NoConsent, NoAddress, SameAddress, Lately, TooOften, HeldOut}

// Member is somebody a campaign means, and what keeps her from hearing of it.
type Member struct {
	Customer int64
	Name     string
	Language string
	Address  string // where it would go
	Reason   string // one of Reasons; "" for a recipient
}

// addressSQL is where a message to customer c goes by a channel; ” for nowhere.
func addressSQL(channel string) string {
	switch channel {
	case "email":
		return `ifnull(c.email, '')`
	case "sms", "whatsapp":
		return `ifnull(c.phone_e164, '')`
	case "phone":
		return `ifnull(c.phone, '')`
	case "letter":
		return `CASE WHEN c.address IS NULL OR c.city IS NULL THEN '' ELSE c.address || ', ' || ifnull(c.postcode || ' ', '') || c.city || ifnull(', ' || c.country, '') END`
	}
	return `ifnull((SELECT value FROM customer_attributes WHERE customer_id = c.id AND key = 'social' ORDER BY id LIMIT 1), '')`
}

// isExcluded is the condition that customer c is left alone by a channel.
const isExcluded = `EXISTS (SELECT 1 FROM suppressions x WHERE x.customer_id = c.id AND x.reason = 'excluded' AND (x.channel IS NULL OR x.channel = ?))`

// isDead is the condition that nothing goes to an address of customer c by a channel.
func isDead(address string) string {
	return `EXISTS (SELECT 1 FROM suppressions x WHERE x.customer_id = c.id AND x.reason <> 'excluded' AND x.channel = ? AND x.address = ` + address + `)`
}

// usable says whether an address is one that a message can go to, and to it alone.
func usable(channel, address string) bool {
	if address == "" {
		return false
	}
	if channel != "email" {
		return !strings.ContainsAny(address, "\r\n\x00")
	}
	parsed, err := mail.ParseAddress(address)
	return err == nil && parsed.Address == address && parsed.Name == "" && !strings.ContainsAny(address, "\r\n\x00 ")
}

// Audience is everybody a campaign means on a day, by id, each with what keeps her from it. Nothing is written.
func Audience(v *book.View, c Campaign, choice Choice) ([]Member, error) {
	if c.Channel == "" {
		return nil, &fault.Error{Kind: fault.Conflict, Noun: "campaign", Key: c.Ref, Reason: "has no channel yet", Hint: "say how: perla campaign edit " + c.Ref + " --channel email"}
	}
	today := v.Today()
	condition, args, err := audienceWhere(v, c, choice)
	if err != nil {
		return nil, err
	}
	allowed := contacts.Allowed(c.Channel, c.Purpose, today)
	exclude := cmp.Or(choice.Exclude.SQL, `0`)
	address := addressSQL(c.Channel)
	var values []any
	values = append(values, choice.Exclude.Args...)
	values = append(values, c.Channel)
	values = append(values, allowed.Args...)
	values = append(values, c.Channel, today.String(), v.Now().AddDate(0, 0, -int(c.CapDays)).Format(rfc3339))
	seen := map[string]bool{}
	members, err := book.All(v, func(row book.Scanner) (m Member, err error) {
		var excluded, allowed, dead bool
		var spoken, sent string
		var often int64
		if err := row.Scan(&m.Customer, &m.Name, &m.Language, &m.Address, &excluded, &allowed, &dead, &spoken, &sent, &often); err != nil {
			return m, err
		}
		last, _ := dates.ParseISO(spoken)
		last = max(last, dayOf(v, sent))
		key := strings.ToLower(m.Address)
		switch {
		case excluded:
			m.Reason = Excluded
		case !allowed:
			m.Reason = NoConsent
		case dead || !usable(c.Channel, m.Address):
			m.Reason = NoAddress
		case seen[key] && c.Channel != "letter" && c.Channel != "phone":
			m.Reason = SameAddress
		case c.Gap > 0 && last != 0 && int64(today-last) < c.Gap:
			m.Reason = Lately
		case c.Cap > 0 && often >= c.Cap:
			m.Reason = TooOften
		default:
			seen[key] = true
		}
		return m, nil
	}, `SELECT c.id, c.name, ifnull(c.language, ''), `+address+`, (`+exclude+`) OR `+isExcluded+`, `+allowed.SQL+`, `+isDead(address)+`,
		ifnull((SELECT max(i.happened_on) FROM interactions i WHERE i.customer_id = c.id AND i.reached = 1 AND i.direction = 'out' AND i.happened_on <= ?), ''),
		ifnull((SELECT max(s.at) FROM messages m JOIN message_steps s ON s.message_id = m.id AND s.kind = 'sent' WHERE m.customer_id = c.id), ''),
		(SELECT count(DISTINCT m.id) FROM messages m JOIN message_steps s ON s.message_id = m.id AND s.kind = 'sent' AND s.at > ? WHERE m.customer_id = c.id)
		FROM customers c WHERE c.archived_on IS NULL AND `+condition+` ORDER BY c.id`, append(values, args...)...)
	if err != nil {
		return nil, err
	}
	holdOut(members, c.Holdout, c.Seed)
	return members, nil
}

const rfc3339 = "2006-01-02T15:04:05Z"

func audienceWhere(v *book.View, c Campaign, choice Choice) (string, []any, error) {
	condition, args := `(`+cmp.Or(choice.Where.SQL, `1`)+`)`, choice.Where.Args
	if c.Cause != "" {
		cares, err := caring(v, c.Cause)
		if err != nil {
			return "", nil, err
		}
		condition, args = condition+` AND `+cares.SQL, append(slices.Clone(args), cares.Args...)
	}
	return condition, args, nil
}

// holdOut marks a share (hundredths of a percent) of the recipients, drawn by the seed: the same seed draws the same ones
// whatever the order, and about the same ones when others come or go.
func holdOut(members []Member, share, seed int64) {
	type lot struct {
		at    int
		draws [32]byte
	}
	var lots []lot
	for i := range members {
		if members[i].Reason == "" {
			var b [16]byte
			binary.BigEndian.PutUint64(b[:], uint64(seed))
			binary.BigEndian.PutUint64(b[8:], uint64(members[i].Customer))
			lots = append(lots, lot{i, sha256.Sum256(b[:])})
		}
	}
	slices.SortFunc(lots, func(a, b lot) int { return slices.Compare(a.draws[:], b.draws[:]) })
	n := (int64(len(lots))*share + 5000) / 10000
	for _, l := range lots[:n] {
		members[l.at].Reason = HeldOut
	}
}

// AudienceCount is how many of an audience have one thing in common.
type AudienceCount struct {
	What      string // members, one of Reasons, recipients
	Customers int64
}

// CountAudience counts an audience: all members, those kept from it by each reason, the recipients that are left.
func CountAudience(members []Member) []AudienceCount {
	by := map[string]int64{}
	for _, m := range members {
		by[m.Reason]++
	}
	counts := []AudienceCount{{"members", int64(len(members))}}
	for _, reason := range Reasons {
		counts = append(counts, AudienceCount{reason, by[reason]})
	}
	return append(counts, AudienceCount{"recipients", by[""]})
}

// Reach is where a message to a customer goes by a channel, or in reason why none may: what is asked before it is written
// and again at the moment it leaves.
func Reach(v *book.View, customer int64, channel, purpose string) (address, reason string, err error) {
	allowed := contacts.Allowed(channel, purpose, v.Today())
	where := addressSQL(channel)
	type state struct {
		address                           string
		archived, excluded, allowed, dead bool
	}
	s, found, err := book.One(v, func(row book.Scanner) (s state, err error) {
		err = row.Scan(&s.address, &s.archived, &s.excluded, &s.allowed, &s.dead)
		return s, err
	}, `SELECT `+where+`, c.archived_on IS NOT NULL, `+isExcluded+`, `+allowed.SQL+`, `+isDead(where)+` FROM customers c WHERE c.id = ?`,
		append(append([]any{channel}, allowed.Args...), channel, customer)...)
	switch {
	case err != nil:
		return "", "", err
	case !found || s.archived:
		return "", "removed", nil
	case s.excluded:
		return "", Excluded, nil
	case !s.allowed:
		return "", NoConsent, nil
	case s.dead || !usable(channel, s.address):
		return "", NoAddress, nil
	}
	return s.address, "", nil
}

// Suppression is an address that nothing goes to, or a customer who is left alone.
type Suppression struct {
	ID         int64
	CustomerID int64
	Customer   string
	Channel    string // "" for all
	Address    string // "" for all of the channel
	Reason     string // bounced, complained or excluded
	Since      dates.Date
}

// Suppressions are all of them, by customer.
func Suppressions(v *book.View) ([]Suppression, error) {
	return book.All(v, func(row book.Scanner) (s Suppression, err error) {
		var since string
		err = row.Scan(&s.ID, &s.CustomerID, &s.Customer, &s.Channel, &s.Address, &s.Reason, &since)
		s.Since, _ = dates.ParseISO(since)
		return s, err
	}, `SELECT x.id, x.customer_id, c.name, ifnull(x.channel, ''), ifnull(x.address, ''), x.reason, x.since_on FROM suppressions x JOIN customers c ON c.id = x.customer_id
		ORDER BY x.customer_id, x.id`)
}

// Suppress keeps messages from a customer: from an address, a channel (address ""), or all of them (channel ""). What is
// kept already is not written twice.
func Suppress(tx *book.Tx, customer int64, channel, address, reason string) error {
	_, err := tx.Exec(`INSERT INTO suppressions (customer_id, channel, address, reason, since_on) SELECT ?1, ?2, ?3, ?4, ?5
		WHERE NOT EXISTS (SELECT 1 FROM suppressions WHERE customer_id = ?1 AND channel IS ?2 AND address IS ?3 AND reason = ?4)`,
		customer, orNull(channel), orNull(address), reason, tx.Today().String())
	return err
}

// Unsuppress lets messages reach a customer again by a channel, or with channel "" by all of them, and says how many bars
// were taken away. Her consents stay what they are.
func Unsuppress(tx *book.Tx, customer int64, channel string) (int64, error) {
	return tx.Exec(`DELETE FROM suppressions WHERE customer_id = ?1 AND (?2 IS NULL OR channel IS NULL OR channel = ?2)`, customer, orNull(channel))
}

// ChatLink opens a chat with the words ready to be sent.
func ChatLink(e164, text string) string {
	return fmt.Sprintf("https://wa.me/%s?text=%s", strings.TrimPrefix(e164, "+"), strings.ReplaceAll(url.QueryEscape(strings.TrimSpace(text)), "+", "%20"))
}
