package contacts

import (
	"math/bits"

	"github.com/perla-crm/perla/internal/dates"
)

// The words that interactions are limited to. The first is what is meant where nothing is said.
var (
	InteractionChannels   = []string{"call", "email", "meeting", "visit", "sms", "whatsapp", "social", "web", "chat"}
	InteractionDirections = []string{"out", "in"}
	InteractionKinds      = []string{"contact", "complaint", "suggestion", "comment", "interest"}
)

// Interaction is one time somebody spoke with a customer, or tried to. An empty text is an unknown field.
type Interaction struct {
	ID         int64
	Ref        string // its key in another system; "" when it came without one
	RefSource  string // that system, or contentRef
	Customer   Link   // Key is how a file names her
	Date       dates.Date
	Channel    string // one of InteractionChannels
	Direction  string // one of InteractionDirections: out is from us to her
	Kind       string // one of InteractionKinds
	Summary    string // what was said
	Outcome    string // what came of it
	Minutes    int64  // how long it took, when Timed
	Timed      bool
	Consultant Link  // who spoke with her; Key is the consultant's ref
	Product    Link  // what it was about; Key is the stock-keeping unit
	NoAnswer   bool  // an attempt that did not reach her: it does not count as contact
	Case       int64 // id of the request or complaint it belongs to; 0 for none
}

// InteractionFields is a set of the fields of an interaction that a file or a command line can set, one bit each.
type InteractionFields uint64

// The fields, in the order of the columns of a file; the last one is set by hand only, as ids mean nothing elsewhere.
const (
	InteractionRef InteractionFields = 1 << iota
	InteractionRefSource
	InteractionCustomer
	InteractionDate
	InteractionChannel
	InteractionDirection
	InteractionKind
	InteractionSummary
	InteractionOutcome
	InteractionMinutes
	InteractionConsultant
	InteractionProduct
	InteractionNoAnswer
	InteractionCase
)

// InteractionFieldNames are the column names of the fields, by bit.
var InteractionFieldNames = []string{"ref", "ref_source", "customer", "date", "channel", "direction", "kind", "summary", "outcome",
	"minutes", "consultant", "product", "no_answer", "case_id"}

// Name is the column name of a single field.
func (f InteractionFields) Name() string {
	return InteractionFieldNames[bits.TrailingZeros64(uint64(f))]
}

// storedInteraction are the columns of interactions that a hand or a file may change: what each takes from an
// interaction, and how a field goes from one to another.
var storedInteraction = []struct {
	name  string
	field InteractionFields
	value func(*Interaction) any
	take  func(to, from *Interaction)
}{
	{"customer_id", InteractionCustomer, func(i *Interaction) any { return i.Customer.ID }, func(to, from *Interaction) { to.Customer = from.Customer }},
	{"happened_on", InteractionDate, func(i *Interaction) any { return i.Date.String() }, func(to, from *Interaction) { to.Date = from.Date }},
	{"channel", InteractionChannel, func(i *Interaction) any { return i.Channel }, func(to, from *Interaction) { to.Channel = from.Channel }},
	{"direction", InteractionDirection, func(i *Interaction) any { return i.Direction }, func(to, from *Interaction) { to.Direction = from.Direction }},
	{"kind", InteractionKind, func(i *Interaction) any { return i.Kind }, func(to, from *Interaction) { to.Kind = from.Kind }},
	{"reached", InteractionNoAnswer, func(i *Interaction) any { return oneIf(!i.NoAnswer) }, func(to, from *Interaction) { to.NoAnswer = from.NoAnswer }},
	{"summary", InteractionSummary, func(i *Interaction) any { return orNull(i.Summary) }, func(to, from *Interaction) { to.Summary = from.Summary }},
	{"outcome", InteractionOutcome, func(i *Interaction) any { return orNull(i.Outcome) }, func(to, from *Interaction) { to.Outcome = from.Outcome }},
	{"minutes", InteractionMinutes, func(i *Interaction) any { return i.minutes() }, func(to, from *Interaction) { to.Minutes, to.Timed = from.Minutes, from.Timed }},
	{"consultant_id", InteractionConsultant, func(i *Interaction) any { return idOrNull(i.Consultant.ID) }, func(to, from *Interaction) { to.Consultant = from.Consultant }},
	{"product_id", InteractionProduct, func(i *Interaction) any { return idOrNull(i.Product.ID) }, func(to, from *Interaction) { to.Product = from.Product }},
	{"case_id", InteractionCase, func(i *Interaction) any { return idOrNull(i.Case) }, func(to, from *Interaction) { to.Case = from.Case }},
}

func (i *Interaction) minutes() any {
	if !i.Timed {
		return nil
	}
	return i.Minutes
}

func oneIf(yes bool) any {
	if yes {
		return int64(1)
	}
	return int64(0)
}

// complete fills in what follows from the rest: a product that is spoken of is an interest in it, and the rest is an
// outgoing call.
func (i *Interaction) complete() {
	if i.Kind == "" {
		if i.Kind = InteractionKinds[0]; i.Product != (Link{}) {
			i.Kind = interest
		}
	}
	if i.Channel == "" {
		i.Channel = InteractionChannels[0]
	}
	if i.Direction == "" {
		i.Direction = InteractionDirections[0]
	}
}

// interest is the kind of an interaction that is about a product she may want.
const interest = "interest"
