package network

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// Payout is money given to a consultant for a period.
type Payout struct {
	ID         int64
	Consultant Member
	Days       dates.Range
	PaidOn     dates.Date
	Amount     money.Amount
	Method     string
	Lines      int64 // of the period
}

// endOfDays is the last day of the calendar.
const endOfDays dates.Date = 3652059 // 9999-12-31

// closed is how far commissions are frozen: the first and the last day; 0 where none is.
func closed(v *book.View) (r dates.Range, err error) {
	r, _, err = book.One(v, func(row book.Scanner) (r dates.Range, err error) {
		var from, until string
		err = row.Scan(&from, &until)
		r.From, _ = dates.ParseISO(from) // perla check proves the days of the book
		r.To, _ = dates.ParseISO(until)
		return r, err
	}, `SELECT ifnull(min(from_on), ''), ifnull(max(until_on), '') FROM (SELECT from_on, until_on FROM payouts
		UNION ALL SELECT posted_on, posted_on FROM commission_entries WHERE kind <> 'reversal')`)
	return r, err
}

// due are the days whose orders are to be paid with a period: its own, and those frozen before, in which an order may have
// been found since.
func due(frozen dates.Range, p Period) dates.Range {
	if frozen.From != 0 && frozen.To < p.From {
		return dates.Range{From: frozen.From, To: p.To}
	}
	return p.Range
}

// mayPay refuses a period that is not over, is paid, or is not the next one to be paid.
func mayPay(v *book.View, calendar Calendar, m *Month, frozen dates.Range) error {
	refuse := func(reason, hint string) error {
		return &fault.Error{Kind: fault.Conflict, Noun: "period", Key: m.Code, Reason: reason, Hint: hint}
	}
	switch {
	case m.To >= v.Today():
		return refuse("goes on until "+m.To.String()+" and can be paid from the day after", "see what it comes to so far: perla consultant statement CONSULTANT")
	case m.To <= frozen.To:
		return refuse("is paid already", "what came back since is settled with the next one")
	case frozen.To == 0 || frozen.To+1 >= m.From:
		return nil
	}
	between, err := earned(v, m.Team, &m.Terms, dates.Range{From: frozen.To + 1, To: m.From - 1}, m.day, m.paid)
	if err == nil && len(between) > 0 {
		next := calendar.At(frozen.To + 1)
		return refuse("there are sales before it that are not paid yet", "pay first: perla consultant pay --period "+shellWord(next.Code))
	}
	return err
}

// Pay freezes the commissions of a period into the ledger and gives each consultant, in one payout, what they come to
// with what is open from before: less what was taken back since. Who comes to nothing or less gets none, and it is carried
// on. A period that is not over or is paid already is a fault.Conflict.
func Pay(tx *book.Tx, calendar Calendar, m *Month, method string) ([]Payout, error) {
	frozen, err := closed(tx.View)
	if err != nil {
		return nil, err
	}
	if err := mayPay(tx.View, calendar, m, frozen); err != nil {
		return nil, err
	}
	lines, err := m.Lines(tx.View, due(frozen, m.Period))
	if err != nil {
		return nil, err
	}
	balance, err := m.balances(tx.View)
	if err != nil {
		return nil, err
	}
	count := make([]int64, len(m.Team.Members))
	for i := range lines {
		balance[lines[i].Consultant] += lines[i].Amount
		count[lines[i].Consultant]++
	}
	id, err := tx.NextID("payouts")
	if err != nil {
		return nil, err
	}
	var payouts []Payout
	of := make([]int64, len(balance)) // by place: the payout
	for place, amount := range balance {
		if amount > 0 {
			of[place] = id + int64(len(payouts))
			payouts = append(payouts, Payout{ID: of[place], Consultant: m.Team.Members[place], Days: m.Range, PaidOn: tx.Today(), Amount: amount, Method: method, Lines: count[place]})
		}
	}
	rebuild, err := rebuilds(tx, len(lines))
	if err != nil {
		return nil, err
	}
	if err := writePayouts(tx, payouts); err != nil {
		return nil, err
	}
	return payouts, tx.WithoutIndexes(rebuild, func() error { return m.freeze(tx, lines, of) })
}

// rebuilds says whether the indexes of the ledger are cheaper built anew: where so many lines at least double it.
func rebuilds(tx *book.Tx, lines int) (r book.Rebuild, err error) {
	if lines < book.BulkRows {
		return r, nil
	}
	have, _, err := book.One(tx.View, book.Scalar[int64], `SELECT count(*) FROM (SELECT 1 FROM commission_entries LIMIT ?)`, lines+1)
	if have <= int64(lines) {
		r.Tables = []string{"commission_entries"}
	}
	return r, err
}

// IsLarge says whether a book has so many sales that a period is better paid in a bulk update.
func IsLarge(v *book.View) (bool, error) {
	_, large, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM orders LIMIT 1 OFFSET ?`, book.BulkRows)
	return large, err
}

// balances is what the ledger owes everybody at the end of the period, before its own lines.
func (m *Month) balances(v *book.View) ([]money.Amount, error) {
	balance := make([]money.Amount, len(m.Team.Members))
	err := v.Each(func(r book.Row) error {
		if place, ok := m.Team.Place(r.Int(0)); ok {
			balance[place] += money.Amount(r.Int(1))
		}
		return nil
	}, `consultant_id, amount`, `(SELECT consultant_id, amount FROM commission_entries WHERE posted_on <= ?2 UNION ALL SELECT consultant_id, -amount FROM payouts WHERE until_on <= ?2)`, m.To.String())
	return balance, err
}

func writePayouts(tx *book.Tx, payouts []Payout) error {
	if len(payouts) == 0 {
		return nil
	}
	f, err := tx.NewFeed("id", "consultant_id", "from_on", "until_on", "paid_on", "amount", "method")
	if err != nil {
		return err
	}
	f.Load(len(payouts), func(row, column int) any {
		p := &payouts[row]
		return [...]any{p.ID, p.Consultant.ID, p.Days.From.String(), p.Days.To.String(), p.PaidOn.String(), int64(p.Amount), orNull(p.Method)}[column]
	})
	const columns = `id, consultant_id, from_on, until_on, paid_on, amount, method`
	_, err = tx.Exec(`INSERT INTO payouts (` + columns + `) SELECT ` + columns + ` FROM temp.` + f.Name)
	return err
}

// freeze writes lines into the ledger, on the last day of the period.
func (m *Month) freeze(tx *book.Tx, lines []Line, payout []int64) error {
	if len(lines) == 0 {
		return nil
	}
	f, err := tx.NewFeed("consultant_id", "kind", "posted_on", "order_id", "seller_id", "incentive_id", "payout_id", "depth", "base", "rate", "amount")
	if err != nil {
		return err
	}
	posted := m.To.String()
	f.Load(len(lines), func(row, column int) any {
		l := &lines[row]
		switch column {
		case 0:
			return m.Team.Members[l.Consultant].ID
		case 1:
			return l.Kind
		case 2:
			return posted
		case 3:
			return idOrNull(l.Order)
		case 4:
			return m.Team.Members[l.Seller].ID
		case 5:
			return idOrNull(l.Incentive)
		case 6:
			return idOrNull(payout[l.Consultant])
		case 7:
			return idOrNull(l.Depth)
		case 8:
			return int64(l.Base)
		case 9:
			if !l.HasRate {
				return nil
			}
			return l.Rate
		}
		return int64(l.Amount)
	})
	const columns = `consultant_id, kind, posted_on, order_id, seller_id, incentive_id, payout_id, depth, base, rate, amount`
	_, err = tx.Exec(`INSERT INTO commission_entries (` + columns + `) SELECT ` + columns + ` FROM temp.` + f.Name)
	return err
}

// Everything is what Reverse is told when an order is called off.
const Everything money.Amount = 1<<63 - 1

// Reverse takes back what was paid out on an order of which something came back: net of its money, on a day. The ledger
// gets a row for each that was paid, in the period that is open then, in proportion, so that a return of everything brings
// the order to 0. Where nothing of the order is frozen it does nothing: the commission is worked out on what is left.
func Reverse(tx *book.Tx, order int64, net money.Amount, day dates.Date) error {
	if net == 0 {
		return nil
	}
	type frozen struct{ id, consultant, seller, rate, depth, base, amount, back int64 }
	entries, err := book.All(tx.View, func(row book.Scanner) (f frozen, err error) {
		err = row.Scan(&f.id, &f.consultant, &f.seller, &f.rate, &f.depth, &f.base, &f.amount, &f.back)
		return f, err
	}, `SELECT e.id, e.consultant_id, ifnull(e.seller_id, 0), ifnull(e.rate, -1), ifnull(e.depth, 0), e.base, e.amount,
			-ifnull((SELECT sum(r.base) FROM commission_entries r WHERE r.reverses_id = e.id), 0)
		FROM commission_entries e WHERE e.order_id = ? AND e.kind IN ('own', 'override') ORDER BY e.id`, order)
	if err != nil || len(entries) == 0 {
		return err
	}
	until, err := closed(tx.View)
	if err != nil {
		return err
	}
	posted := max(day, until.To+1)
	for _, e := range entries {
		if e.base <= e.back {
			continue
		}
		to := e.back + min(int64(net), e.base-e.back)
		var rate any
		if e.rate >= 0 {
			rate = e.rate
		}
		if _, err := tx.Insert(`INSERT INTO commission_entries (consultant_id, kind, posted_on, order_id, seller_id, reverses_id, depth, base, rate, amount)
			VALUES (?, 'reversal', ?, ?, ?, ?, ?, ?, ?, ?)`, e.consultant, posted.String(), order, idOrNull(e.seller), e.id, idOrNull(e.depth), e.back-to, rate,
			-int64(money.Part(money.Amount(e.amount), e.back, to, e.base))); err != nil {
			return err
		}
	}
	return nil
}

// Checks are the proofs about the network, for perla check.
func Checks() []book.Check {
	last := func(table, column, none string) string {
		return `SELECT printf('consultant %s: ` + column + ` is %s, the last one written down is %s', ref, ifnull(present, 'none'), ifnull(last, 'none')) FROM (
			SELECT k.ref, k.` + column + ` AS present, ifnull((SELECT h.` + column + ` FROM ` + table + ` h WHERE h.consultant_id = k.id ORDER BY h.since_on DESC LIMIT 1), ` + none + `) AS last
			FROM consultants k) WHERE present IS NOT last LIMIT 1`
	}
	return append(guestChecks(), []book.Check{
		{Name: "sponsors are the last ones written down", Query: last("consultant_sponsors", "sponsor_id", "NULL")},
		{Name: "statuses are the last ones written down", Query: last("consultant_statuses", "status", "'active'")},
		{Name: "nobody works under herself", Probe: func(v *book.View) (string, error) {
			circle, on, err := circleWithin(v, 1, endOfDays)
			if err != nil || circle == nil {
				return "", err
			}
			return fmt.Sprintf("consultant %s works under herself from %s on", circle[0], on), nil
		}},
		{Name: "cycles do not overlap", Query: `SELECT printf('cycle %s begins on %s, before %s ends', a.code, a.from_on, b.code)
			FROM cycles a JOIN cycles b ON a.id <> b.id AND a.from_on BETWEEN b.from_on AND b.until_on LIMIT 1`},
		{Name: "payouts are what the ledger owed", Query: `SELECT printf('payout %d of consultant %d: with those before it comes to %d, the ledger to %d', id, consultant_id, paid, owed) FROM (
			SELECT p.id, p.consultant_id, (SELECT sum(amount) FROM payouts q WHERE q.consultant_id = p.consultant_id AND q.until_on <= p.until_on) AS paid,
				ifnull((SELECT sum(amount) FROM commission_entries e WHERE e.consultant_id = p.consultant_id AND e.posted_on <= p.until_on), 0) AS owed FROM payouts p)
			WHERE paid <> owed LIMIT 1`},
		{Name: "no more commission is taken back than was given", Query: `SELECT printf('commission entry %d gave %d on %d, and %d on %d were taken back', id, amount, base, -back, -of) FROM (
			SELECT e.id, e.amount, e.base, sum(r.amount) AS back, sum(r.base) AS of FROM commission_entries r JOIN commission_entries e ON e.id = r.reverses_id GROUP BY e.id)
			WHERE abs(back) > abs(amount) OR -of > base LIMIT 1`},
	}...)
}
