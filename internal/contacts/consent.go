package contacts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// The words that consents are limited to, in the order in which they are shown.
var (
	ConsentChannels = []string{"email", "sms", "whatsapp", "phone", "letter", "social"}
	ConsentPurposes = []string{"marketing", "service"}
	ConsentBases    = []string{"consent", "contract", "legitimate_interest", "legal_obligation"}
)

// Consent is a row of the ledger: what a customer allowed, or took back, for one channel and purpose.
type Consent struct {
	ID          int64
	CustomerID  int64
	Customer    string     // her name, in a row that was read
	Channel     string     // one of ConsentChannels
	Purpose     string     // one of ConsentPurposes
	Granted     bool       // or taken back
	On          dates.Date // the day it holds from; 0, in a row to be written, is today
	Basis       string     // one of ConsentBases: why it is lawful to write to her
	Source      string     // how it is known: a signed card, a web form
	TextVersion string     // of the text she agreed to
}

// consentKey is what a consent is about.
type consentKey struct {
	customer         int64
	channel, purpose string
}

func (c *Consent) key() consentKey { return consentKey{c.CustomerID, c.Channel, c.Purpose} }

// ConsentsAt is what a ledger, in any order, says at the end of a day: for each customer, channel and purpose the last row
// of the last day up to then. What no row speaks of is not allowed. The answer goes by customer, channel and purpose.
func ConsentsAt(ledger []Consent, asOf dates.Date) []Consent {
	last := map[consentKey]Consent{}
	for _, c := range ledger {
		have, known := last[c.key()]
		if c.On <= asOf && (!known || c.On > have.On || c.On == have.On && c.ID > have.ID) {
			last[c.key()] = c
		}
	}
	var state []Consent
	for _, c := range last {
		state = append(state, c)
	}
	slices.SortFunc(state, func(a, b Consent) int {
		return cmp.Or(cmp.Compare(a.CustomerID, b.CustomerID),
			cmp.Compare(slices.Index(ConsentChannels, a.Channel), slices.Index(ConsentChannels, b.Channel)),
			cmp.Compare(slices.Index(ConsentPurposes, a.Purpose), slices.Index(ConsentPurposes, b.Purpose)))
	})
	return state
}

// Consents is what a customer allows, and has taken back, at the end of a day, as ConsentsAt has it.
func Consents(v *book.View, customer int64, asOf dates.Date) ([]Consent, error) {
	ledger, err := ConsentLedger(v, []int64{customer}, asOf)
	return ConsentsAt(ledger, asOf), err
}

// ConsentLedger is every row about some customers up to a day: one customer after the other, her oldest row first.
func ConsentLedger(v *book.View, customers []int64, asOf dates.Date) ([]Consent, error) {
	var list []Consent
	err := v.Each(func(r book.Row) error {
		text := func(i int) string { return strings.Clone(r.Text(i)) }
		on, err := dates.ParseISO(r.Text(6))
		list = append(list, Consent{ID: r.Int(0), CustomerID: r.Int(1), Customer: text(2), Channel: text(3), Purpose: text(4), Granted: r.Int(5) == 1,
			On: on, Basis: text(7), Source: text(8), TextVersion: text(9)})
		return err
	}, `s.id, s.customer_id, c.name, s.channel, s.purpose, s.granted, s.given_on, s.basis, s.source, s.text_version`,
		`json_each(?) j CROSS JOIN consents s ON s.customer_id = j.value JOIN customers c ON c.id = s.customer_id WHERE s.given_on <= ?`,
		jsonIDs(customers), asOf.String())
	slices.SortFunc(list, func(a, b Consent) int {
		return cmp.Or(cmp.Compare(a.CustomerID, b.CustomerID), cmp.Compare(a.On, b.On), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// Allowed is the condition that a customer c allows a channel for a purpose at the end of a day.
func Allowed(channel, purpose string, asOf dates.Date) book.Filter {
	return book.Filter{SQL: `ifnull((SELECT granted FROM consents WHERE customer_id = c.id AND channel = ? AND purpose = ? AND given_on <= ?
		ORDER BY given_on DESC, id DESC LIMIT 1), 0) = 1`, Args: []any{channel, purpose, asOf.String()}}
}
