package network

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Earning is what a period comes to for one consultant, in sums: those of her statement.
type Earning struct {
	Own, Override, Bonus money.Amount // by the kind of its lines
	Reversed             money.Amount // taken back in the period: 0 or less
	Carried              money.Amount // what was open before the period
	Paid                 money.Amount // in a payout of the period
	PaidOn               dates.Date
	Lines                int64
}

// Commission is all the period gave her.
func (e *Earning) Commission() money.Amount { return e.Own + e.Override + e.Bonus + e.Reversed }

// Payable is what is still to be paid, below 0 where more was taken back than earned.
func (e *Earning) Payable() money.Amount { return e.Carried + e.Commission() - e.Paid }

// add counts a line.
func (e *Earning) add(kind string, amount money.Amount) {
	e.Lines++
	switch kind {
	case Own:
		e.Own += amount
	case Override:
		e.Override += amount
	case Bonus:
		e.Bonus += amount
	default:
		e.Reversed += amount
	}
}

// ReadEarnings is what a period comes to for everybody, by place, and whether it is frozen. It reads as ReadStatement does,
// but the orders once for all.
func ReadEarnings(v *book.View, m *Month) (list []Earning, isFrozen bool, err error) {
	list = make([]Earning, len(m.Team.Members))
	frozen, err := closed(v)
	if err != nil {
		return nil, false, err
	}
	to := min(m.To, m.day)
	if isFrozen = frozen.To >= m.To; isFrozen {
		to = m.To
	} else {
		lines, err := m.Lines(v, due(frozen, m.Period))
		if err != nil {
			return nil, false, err
		}
		for i := range lines {
			list[lines[i].Consultant].add(lines[i].Kind, lines[i].Amount)
		}
	}
	each := func(fn func(e *Earning, r book.Row), columns, from string, args ...any) {
		if err == nil {
			err = v.Each(func(r book.Row) error {
				if place, ok := m.Team.Place(r.Int(0)); ok {
					fn(&list[place], r)
				}
				return nil
			}, columns, from, args...)
		}
	}
	first := m.From.String()
	each(func(e *Earning, r book.Row) { e.add(r.Text(1), money.Amount(r.Int(2))) },
		`consultant_id, kind, amount`, `commission_entries WHERE posted_on BETWEEN ? AND ?`, first, to.String())
	each(func(e *Earning, r book.Row) { e.Carried += money.Amount(r.Int(1)) },
		`consultant_id, amount`, `(SELECT consultant_id, amount FROM commission_entries WHERE posted_on < ?2
			UNION ALL SELECT consultant_id, -amount FROM payouts WHERE until_on < ?2 AND paid_on <= ?3)`, first, m.day.String())
	each(func(e *Earning, r book.Row) {
		e.Paid += money.Amount(r.Int(1))
		on, _ := dates.ParseISO(r.Text(2)) // perla check proves the days of the book
		e.PaidOn = max(e.PaidOn, on)
	}, `consultant_id, amount, paid_on`, `payouts WHERE from_on >= ? AND until_on <= ? AND paid_on <= ?`, first, m.To.String(), m.day.String())
	return list, isFrozen, err
}
