package loyalty

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// EntryKind says why points came or went.
type EntryKind string

// The kinds. Those of earning, bonus, adjusting above 0 and transfers to an account open lots. A reverse_redeem puts points
// back into the lots they came from: those of a redeem, or those that an expire took too early.
const (
	EntryEarn          EntryKind = "earn"
	EntryBonus         EntryKind = "bonus"
	EntryAdjust        EntryKind = "adjust"
	EntryRedeem        EntryKind = "redeem"
	EntryExpire        EntryKind = "expire"
	EntryReverseEarn   EntryKind = "reverse_earn"
	EntryReverseRedeem EntryKind = "reverse_redeem"
	EntryTransfer      EntryKind = "transfer"
)

// Entry is one line of the ledger.
type Entry struct {
	ID         int64
	Account    Account
	Kind       EntryKind
	Points     int64
	On         dates.Date
	ActiveFrom dates.Date // of an entry that opened a lot, else 0
	ExpiresOn  dates.Date // of such, its last usable day; 0 is never
	Order      int64      // 0 for none, as those below
	Rule       int64
	RuleCode   string
	Reverses   int64 // what it takes back; of a transfer that came in, the one that went out
	Subject    string
	Reason     string
	Ref        string
	RefSource  string
}

// Query says which entries are wanted; the zero Query all, oldest first.
type Query struct {
	Programme    string     // "" is both
	Account      Account    // the zero Account is everybody
	Kind         EntryKind  // "" is every kind
	Order        int64      // 0 is any
	Since, Until dates.Date // by the effective day, both included; 0 is open
	Latest       bool       // newest first
	Limit        int        // 0 is no limit
}

// Entries yields lines of the ledger by effective day and then as they were written.
func Entries(v *book.View, q Query) iter.Seq2[Entry, error] {
	where, args := q.where()
	order := `ORDER BY e.effective_on, e.id`
	if q.Latest {
		order = `ORDER BY e.effective_on DESC, e.id DESC`
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	return book.Stream(v, func(r book.Row) Entry {
		return Entry{ID: r.Int(0), Account: Account{Customer: r.Int(1), Consultant: r.Int(2)}, Kind: EntryKind(strings.Clone(r.Text(3))), Points: r.Int(4),
			On: dayOf(r.Text(5)), ActiveFrom: dayOf(r.Text(6)), ExpiresOn: dayOf(r.Text(7)), Order: r.Int(8), Rule: r.Int(9), RuleCode: strings.Clone(r.Text(10)),
			Reverses: r.Int(11), Subject: strings.Clone(r.Text(12)), Reason: strings.Clone(r.Text(13)), Ref: strings.Clone(r.Text(14)), RefSource: strings.Clone(r.Text(15))}
	}, `id, customer_id, consultant_id, kind, points, effective_on, active_from_on, expires_on, order_id, rule_id, code, reverses_id, subject, reason, ref, ref_source`,
		`(SELECT e.*, r.code FROM point_entries e LEFT JOIN point_rules r ON r.id = e.rule_id WHERE `+where+` `+order+` LIMIT ?)`, append(args, limit)...)
}

// where is the condition of a query.
func (q *Query) where() (string, []any) {
	conditions, args := []string{`true`}, []any(nil)
	add := func(condition string, arg any) { conditions, args = append(conditions, condition), append(args, arg) }
	switch {
	case q.Account.Customer != 0:
		add(`e.customer_id = ?`, q.Account.Customer)
	case q.Account.Consultant != 0:
		add(`e.consultant_id = ?`, q.Account.Consultant)
	case q.Programme != "":
		conditions = append(conditions, `e.`+holder(q.Programme)+` IS NOT NULL`)
	}
	if q.Kind != "" {
		add(`e.kind = ?`, string(q.Kind))
	}
	if q.Order != 0 {
		add(`e.order_id = ?`, q.Order)
	}
	if q.Since != 0 {
		add(`e.effective_on >= ?`, q.Since.String())
	}
	if q.Until != 0 {
		add(`e.effective_on <= ?`, q.Until.String())
	}
	return strings.Join(conditions, ` AND `), args
}

// holder is the column of point_entries that says whose they are in a programme.
func holder(programme string) string {
	if programme == Consultants {
		return "consultant_id"
	}
	return "customer_id"
}

// id is the account's row in the table of its programme.
func (a Account) id() int64 { return a.Customer + a.Consultant }

// accountOf is the account of a row in the table of a programme.
func accountOf(programme string, id int64) Account {
	if programme == Consultants {
		return Account{Consultant: id}
	}
	return Account{Customer: id}
}

// dayOf reads a day as the book has it; none is 0.
func dayOf(s string) dates.Date {
	d, _ := dates.ParseISO(s)
	return d
}
