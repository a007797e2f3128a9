// Package loyalty keeps points: what orders and events earn by rules that the owner sets, a ledger of lots, and tiers.
//
// There are two programmes on one engine, of clients and of consultants. Rules and settings are dated, so that an old
// order keeps its old rule. Everything an order earns follows from the order, the rules of its day and what is left of it;
// Accrue posts the difference to what the ledger says, as often as it is asked.
package loyalty

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// The programmes.
const (
	Clients     = "clients"
	Consultants = "consultants"
)

// Programmes are all there are.
var Programmes = []string{Clients, Consultants}

// Account is whose points they are: a customer's or a consultant's, exactly one of the two.
type Account struct{ Customer, Consultant int64 }

// Programme is the programme an account belongs to.
func (a Account) Programme() string {
	if a.Consultant != 0 {
		return Consultants
	}
	return Clients
}

// Settings are how a programme works on a day.
type Settings struct {
	EarnAt         EarnAt       // the state an order must reach before it earns
	PendingDays    int          // so many days after it was earned a lot becomes usable
	Expiry         Expiry       // of a new lot, from the day it becomes usable
	Shortfall      Shortfall    // when points are taken back that are spent already
	PointValue     money.Amount // what a point pays; 0: points pay no orders
	MinRedeem      int64        // points: fewer are not redeemed at once
	TierBasis      TierBasis
	TierMonths     int // how far back a tier looks
	TierKeepMonths int // how long a tier is kept after the last day it was still met
}

// EarnAt is the state an order must have reached before it earns. An order of history has reached all of them.
type EarnAt string

// The states.
const (
	AtConfirmed EarnAt = "confirmed"
	AtShipped   EarnAt = "shipped"
	AtInvoiced  EarnAt = "invoiced"
	AtPaid      EarnAt = "paid"
)

// Shortfall says what happens when points are taken back of which the account has fewer: it is in debt, only what there
// is is taken, or the taking back is refused.
type Shortfall string

// The policies.
const (
	ShortfallDebt   Shortfall = "debt"
	ShortfallClip   Shortfall = "clip"
	ShortfallRefuse Shortfall = "refuse"
)

// TierBasis is what tiers count: points earned, or money spent (in minor units).
type TierBasis string

// The bases.
const (
	TierByEarned TierBasis = "earned"
	TierBySpent  TierBasis = "spent"
)

// Expiry says until when a lot is usable: so many days or months after it became usable, on to the end of a period. The
// zero Expiry is never.
type Expiry struct {
	Days, Months int
	End          Span // "" for that very day; else month, quarter, half or year
}

// Span is a stretch of the calendar: over which a cap holds, or at whose end lots expire.
type Span string

// The spans. Weeks begin on Monday.
const (
	Day     Span = "day"
	Week    Span = "week"
	Month   Span = "month"
	Quarter Span = "quarter"
	Half    Span = "half"
	Year    Span = "year"
	Ever    Span = "ever"
)

// Rule is what earns points between two days; see point_rules in the schema.
type Rule struct {
	ID          int64
	Programme   string
	Code        string
	Kind        RuleKind
	Event       string       // of an event rule: what must happen
	Points      int64        // of a rate for every Per; of a bonus or an event once
	Per         money.Amount // of a rate, above 0
	Factor      int64        // of a multiplier: hundredths
	Scope       Scope
	Priority    int64
	Only        bool  // stacking: it keeps out the rules of its kind behind it
	Cap         int64 // points an account gets of it in CapPer; 0: no cap
	CapPer      Span  // "" without a cap
	PendingDays *int  // nil: as the programme
	Expiry      *Expiry
	From, Until dates.Date // both included; 0 is open
}

// RuleKind is what a rule does.
type RuleKind string

// The kinds: points for every so much money; a factor on what rates give; points for an order; points for an event.
const (
	Rate       RuleKind = "rate"
	Multiplier RuleKind = "multiplier"
	Bonus      RuleKind = "bonus"
	Event      RuleKind = "event"
)

// Covers says whether the rule is in force on a day.
func (r *Rule) Covers(day dates.Date) bool {
	return (r.From == 0 || r.From <= day) && (r.Until == 0 || day <= r.Until)
}

// Reached is an order and the day on which something happened to it that may move points.
type Reached struct {
	Order    int64
	On       dates.Date
	Paid     bool     // nothing is due of it; asked of live orders where the programme earns at paid, at every call
	Segments []string // those its customer was in the day before its own day, where a rule asks for one: see AsksSegments
}

// Segments says in which segments customers were on a day, by customer.
type Segments func(v *book.View, day dates.Date, customers []int64) (map[int64][]string, error)
