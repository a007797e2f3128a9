package sheet

import (
	"slices"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/sales"
)

// PointBalance is what somebody has, and where she stands among the tiers.
type PointBalance struct {
	Person   loyalty.Person
	Standing loyalty.Standing
	Rung     loyalty.Rung
	Worth    money.Amount   // of the usable points
	Next     loyalty.Reward // the cheapest she has not the points for; the zero Reward for none
	Has      loyalty.Reward // the dearest she has
}

// PointBalances are the columns of balances; spent says that tiers count money, not points.
func PointBalances(spent bool) []Column[PointBalance] {
	counted := func(name string, get func(*PointBalance) int64) Column[PointBalance] {
		c := Column[PointBalance]{Name: name, Kind: IntKind, Wide: true, Get: func(b *PointBalance) Value {
			if b.Rung.Next.Code == "" && (name == "missing" || b.Rung.Tier.Code == "") {
				return Value{}
			}
			return Int(get(b))
		}}
		if spent {
			number := c.Get
			c.Kind, c.Get = MoneyKind, func(b *PointBalance) Value { return moneyIf(money.Amount(get(b)), number(b).set) }
		}
		return c
	}
	return keeping(slices.Concat(holder(func(b *PointBalance) *loyalty.Person { return &b.Person }), []Column[PointBalance]{
		{Name: "usable", Kind: IntKind, Get: func(b *PointBalance) Value { return Int(b.Standing.Usable) }},
		{Name: "worth", Kind: MoneyKind, Wide: true, Get: func(b *PointBalance) Value { return moneyIf(b.Worth, b.Worth != 0) }},
		{Name: "pending", Kind: IntKind, Get: func(b *PointBalance) Value { return Int(b.Standing.Pending) }},
		{Name: "pending_until", Kind: DateKind, Wide: true, Get: func(b *PointBalance) Value { return Date(b.Standing.NextOn) }},
		{Name: "debt", Kind: IntKind, Get: func(b *PointBalance) Value { return Int(b.Standing.Debt) }},
		{Name: "expiring", Kind: IntKind, Get: func(b *PointBalance) Value { return aboveZero(b.Standing.Lapses) }},
		{Name: "expires_on", Kind: DateKind, Get: func(b *PointBalance) Value { return Date(b.Standing.LapsesOn) }},
		{Name: "tier", Get: func(b *PointBalance) Value { return Text(b.Rung.Tier.Code) }},
		{Name: "kept_until", Kind: DateKind, Wide: true, Get: func(b *PointBalance) Value { return Date(b.Rung.KeptUntil) }},
		counted("tier_value", func(b *PointBalance) int64 { return b.Rung.Value }),
		{Name: "next_tier", Wide: true, Get: func(b *PointBalance) Value { return Text(b.Rung.Next.Code) }},
		counted("missing", func(b *PointBalance) int64 { return b.Rung.Missing }),
		{Name: "next_reward", Wide: true, Get: func(b *PointBalance) Value { return Text(b.Next.Code) }},
		{Name: "reward_missing", Kind: IntKind, Wide: true, Get: func(b *PointBalance) Value {
			if b.Next.Code == "" {
				return Value{}
			}
			return Int(b.Next.Points - b.Standing.Usable)
		}},
		{Name: "earned", Kind: IntKind, Wide: true, Get: func(b *PointBalance) Value { return Int(b.Standing.Earned) }},
		{Name: "redeemed", Kind: IntKind, Wide: true, Get: func(b *PointBalance) Value { return Int(b.Standing.Redeemed) }},
		{Name: "ledger", Kind: IntKind, Wide: true, Get: func(b *PointBalance) Value { return Int(b.Standing.Ledger) }},
	}), "name", "usable", "tier", "expiring", "expires_on", "pending")
}

// holder are the columns that say whose a row is: a customer's or a consultant's.
func holder[T any](of func(*T) *loyalty.Person) []Column[T] {
	return []Column[T]{
		{Name: "customer_id", Kind: IntKind, Wide: true, Get: func(r *T) Value { return aboveZero(of(r).Account.Customer) }},
		{Name: "consultant_id", Kind: IntKind, Wide: true, Get: func(r *T) Value { return aboveZero(of(r).Account.Consultant) }},
		{Name: "ref", Wide: true, Get: func(r *T) Value { return Text(of(r).Ref) }},
		{Name: "name", Get: func(r *T) Value { return Text(of(r).Name) }},
	}
}

// PointEntry is a line of the ledger, and whose.
type PointEntry struct {
	Person loyalty.Person
	Entry  loyalty.Entry
}

// PointEntries are the columns of the ledger.
var PointEntries = keeping(slices.Concat([]Column[PointEntry]{
	{Name: "id", Kind: IntKind, Get: func(e *PointEntry) Value { return Int(e.Entry.ID) }},
	{Name: "date", Kind: DateKind, Get: func(e *PointEntry) Value { return Date(e.Entry.On) }},
}, holder(func(e *PointEntry) *loyalty.Person { return &e.Person }), []Column[PointEntry]{
	{Name: "kind", Get: func(e *PointEntry) Value { return Text(string(e.Entry.Kind)) }},
	{Name: "points", Kind: IntKind, Get: func(e *PointEntry) Value { return Int(e.Entry.Points) }},
	{Name: "from", Kind: DateKind, Wide: true, Get: func(e *PointEntry) Value { return Date(e.Entry.ActiveFrom) }},
	{Name: "expires_on", Kind: DateKind, Get: func(e *PointEntry) Value { return Date(e.Entry.ExpiresOn) }},
	{Name: "order_id", Kind: IntKind, Get: func(e *PointEntry) Value { return aboveZero(e.Entry.Order) }},
	{Name: "rule", Get: func(e *PointEntry) Value { return Text(e.Entry.RuleCode) }},
	{Name: "subject", Wide: true, Get: func(e *PointEntry) Value { return Text(e.Entry.Subject) }},
	{Name: "reason", Get: func(e *PointEntry) Value { return Text(e.Entry.Reason) }},
	{Name: "reverses_id", Kind: IntKind, Wide: true, Get: func(e *PointEntry) Value { return aboveZero(e.Entry.Reverses) }},
	{Name: "entry_ref", Wide: true, Get: func(e *PointEntry) Value { return Text(e.Entry.Ref) }},
	{Name: "ref_source", Wide: true, Get: func(e *PointEntry) Value { return Text(e.Entry.RefSource) }},
}), "date", "points", "name", "kind", "expires_on", "reason", "rule", "order_id", "id")

// PointLots are the columns of the lots of somebody.
var PointLots = keeping([]Column[loyalty.Lot]{
	{Name: "id", Kind: IntKind, Get: func(l *loyalty.Lot) Value { return Int(l.Entry.ID) }},
	{Name: "date", Kind: DateKind, Get: func(l *loyalty.Lot) Value { return Date(l.Entry.On) }},
	{Name: "kind", Get: func(l *loyalty.Lot) Value { return Text(string(l.Entry.Kind)) }},
	{Name: "points", Kind: IntKind, Get: func(l *loyalty.Lot) Value { return Int(l.Entry.Points) }},
	{Name: "left", Kind: IntKind, Get: func(l *loyalty.Lot) Value { return Int(l.Left) }},
	{Name: "from", Kind: DateKind, Get: func(l *loyalty.Lot) Value { return Date(l.Entry.ActiveFrom) }},
	{Name: "expires_on", Kind: DateKind, Get: func(l *loyalty.Lot) Value { return Date(l.Entry.ExpiresOn) }},
	{Name: "usable", Kind: BoolKind, Get: func(l *loyalty.Lot) Value { return Bool(l.Usable) }},
	{Name: "order_id", Kind: IntKind, Wide: true, Get: func(l *loyalty.Lot) Value { return aboveZero(l.Entry.Order) }},
	{Name: "rule", Wide: true, Get: func(l *loyalty.Lot) Value { return Text(l.Entry.RuleCode) }},
	{Name: "reason", Wide: true, Get: func(l *loyalty.Lot) Value { return Text(l.Entry.Reason) }},
}, "left", "expires_on", "date", "points", "kind", "usable")

// PointSettings are the columns of settings.
func PointSettings(words money.Wording) []Column[loyalty.SettingRow] {
	return whole(keeping([]Column[loyalty.SettingRow]{
		{Name: "programme", Wide: true, Get: func(r *loyalty.SettingRow) Value { return Text(r.Programme) }},
		{Name: "key", Get: func(r *loyalty.SettingRow) Value { return Text(r.Key) }},
		{Name: "value", Get: func(r *loyalty.SettingRow) Value { return Text(r.Value) }},
		{Name: "since", Kind: DateKind, Get: func(r *loyalty.SettingRow) Value { return Date(r.Since) }},
		{Name: "means", Get: func(r *loyalty.SettingRow) Value { return Text(r.Words(words)) }},
		{Name: "takes", Wide: true, Get: func(r *loyalty.SettingRow) Value { return Text(loyalty.SettingWants(r.Key)) }},
	}, "value", "means"), "key")
}

// PointExpired is what an expiry posted.
type PointExpired struct {
	Until dates.Date
	Done  loyalty.Expired
}

// PointsExpired are its columns.
var PointsExpired = []Column[PointExpired]{
	{Name: "until", Kind: DateKind, Get: func(e *PointExpired) Value { return Date(e.Until) }},
	{Name: "entries", Kind: IntKind, Get: func(e *PointExpired) Value { return Int(int64(e.Done.Entries)) }},
	{Name: "points", Kind: IntKind, Get: func(e *PointExpired) Value { return Int(e.Done.Points) }},
}

// PointsEarned are the columns of what orders have earned.
var PointsEarned = []Column[sales.EarnedTally]{
	{Name: "orders", Kind: IntKind, Get: func(t *sales.EarnedTally) Value { return Int(t.Orders) }},
	{Name: "entries", Kind: IntKind, Get: func(t *sales.EarnedTally) Value { return Int(t.Entries) }},
	{Name: "points", Kind: IntKind, Get: func(t *sales.EarnedTally) Value { return Int(t.Points) }},
}
