package network

import (
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Statement is what a period comes to for one consultant.
type Statement struct {
	Month      *Month
	Place      int32
	Lines      []StatementLine
	Commission money.Amount // sum of the lines, reversals among them
	Carried    money.Amount // what was open before the period
	Paid       money.Amount // of it, in a payout of the period
	PaidOn     dates.Date
}

// StatementLine is one line of a statement.
type StatementLine struct {
	Kind      string
	Order     int64
	Ref       string // of the order, or the code of an incentive
	OrderedOn dates.Date
	Customer  string
	Seller    string // ref of who sold it
	Depth     int64
	Base      int64 // money, or a number
	IsCount   bool  // the base is a number: of clients or pieces
	Rate      int64 // hundredths of a percent
	HasRate   bool
	Amount    money.Amount
	PostedOn  dates.Date // the day it stands under in the ledger; 0 while it is only worked out
}

// Payable is what is still to be paid, below 0 where more was taken back than earned.
func (s *Statement) Payable() money.Amount { return s.Carried + s.Commission - s.Paid }

// Margin is what a consultant keeps of her sales by the margin of her level.
func (s *Statement) Margin() money.Amount {
	if l := s.Month.Level(s.Place); l != nil {
		return part(s.Month.Standings[s.Place].Own, l.Margin)
	}
	return 0
}

// ReadStatement works out the statement of a consultant. A period that is frozen is read from the ledger, another one is
// worked out by what is known, with the reversals that fell into it.
func ReadStatement(v *book.View, m *Month, consultant int64) (*Statement, error) {
	place, ok := m.Team.Place(consultant)
	if !ok {
		return nil, noConsultant("id:" + strconv.FormatInt(consultant, 10))
	}
	s := &Statement{Month: m, Place: place}
	frozen, err := closed(v)
	if err != nil {
		return nil, err
	}
	if frozen.To < m.To {
		lines, err := m.Lines(v, due(frozen, m.Period))
		if err != nil {
			return nil, err
		}
		for i := range lines {
			if l := &lines[i]; l.Consultant == place {
				s.Lines = append(s.Lines, StatementLine{Kind: l.Kind, Order: l.Order, Ref: m.incentiveCode(l.Incentive), Seller: m.Team.Members[l.Seller].Ref, Depth: l.Depth,
					IsCount: m.counts(l.Incentive), Base: int64(l.Base), Rate: l.Rate, HasRate: l.HasRate, Amount: l.Amount})
			}
		}
	}
	from, to := m.From.String(), min(m.To, m.day).String()
	if frozen.To >= m.To {
		to = m.To.String()
	}
	if err := v.Each(func(r book.Row) error {
		posted, _ := dates.ParseISO(r.Text(7)) // perla check proves the days of the book
		s.Lines = append(s.Lines, StatementLine{Kind: strings.Clone(r.Text(0)), Order: r.Int(1), Ref: strings.Clone(r.Text(8)), Seller: strings.Clone(r.Text(2)), Depth: r.Int(3), Base: r.Int(4),
			Rate: r.Int(5), HasRate: !r.Null(5), Amount: money.Amount(r.Int(6)),
			IsCount: r.Text(9) != "" && r.Text(9) != "contest", PostedOn: posted})
		return nil
	}, `e.kind, e.order_id, k.ref, e.depth, e.base, e.rate, e.amount, e.posted_on, i.code, i.kind`, `(SELECT * FROM commission_entries WHERE consultant_id = ? AND posted_on BETWEEN ? AND ? ORDER BY id LIMIT -1) e
		LEFT JOIN consultants k ON k.id = e.seller_id LEFT JOIN incentives i ON i.id = e.incentive_id`, consultant, from, to); err != nil {
		return nil, err
	}
	for i := range s.Lines {
		s.Commission += s.Lines[i].Amount
	}
	if err := s.describe(v); err != nil {
		return nil, err
	}
	return s, s.settle(v, consultant)
}

func (m *Month) incentiveCode(id int64) string {
	if at := slices.IndexFunc(m.Terms.Incentives, func(i Incentive) bool { return i.ID == id }); at >= 0 {
		return m.Terms.Incentives[at].Code
	}
	return ""
}

// counts says whether an incentive is about a number.
func (m *Month) counts(id int64) bool {
	return slices.ContainsFunc(m.Terms.Incentives, func(i Incentive) bool { return i.ID == id && i.Kind != "contest" })
}

// describe completes the lines with what their orders are.
func (s *Statement) describe(v *book.View) error {
	ids := []byte{'['}
	at := map[int64][]int{}
	for i, l := range s.Lines {
		if l.Order == 0 {
			continue
		}
		if at[l.Order] = append(at[l.Order], i); len(ids) > 1 {
			ids = append(ids, ',')
		}
		ids = strconv.AppendInt(ids, l.Order, 10)
	}
	return v.Each(func(r book.Row) error {
		for _, i := range at[r.Int(0)] {
			l := &s.Lines[i]
			l.Ref, l.Customer = strings.Clone(r.Text(1)), strings.Clone(r.Text(3))
			l.OrderedOn, _ = dates.ParseISO(r.Text(2))
		}
		return nil
	}, `o.id, CASE WHEN o.ref_source <> 'content' THEN o.ref END, o.ordered_on, c.name`,
		`(SELECT DISTINCT value FROM json_each(?)) j JOIN orders o ON o.id = j.value JOIN customers c ON c.id = o.customer_id`, string(append(ids, ']')))
}

// settle reads what was open before the period, and what was paid of it.
func (s *Statement) settle(v *book.View, consultant int64) error {
	var err error
	s.Carried, _, err = book.One(v, book.Scalar[money.Amount], `SELECT ifnull((SELECT sum(amount) FROM commission_entries WHERE consultant_id = ?1 AND posted_on < ?2), 0)
		- ifnull((SELECT sum(amount) FROM payouts WHERE consultant_id = ?1 AND until_on < ?2 AND paid_on <= ?3), 0)`, consultant, s.Month.From.String(), s.Month.day.String())
	if err != nil {
		return err
	}
	var paid string
	_, _, err = book.One(v, func(row book.Scanner) (bool, error) { return true, row.Scan(&s.Paid, &paid) },
		`SELECT ifnull(sum(amount), 0), ifnull(max(paid_on), '') FROM payouts WHERE consultant_id = ? AND from_on >= ? AND until_on <= ? AND paid_on <= ?`,
		consultant, s.Month.From.String(), s.Month.To.String(), s.Month.day.String())
	s.PaidOn, _ = dates.ParseISO(paid)
	return err
}
