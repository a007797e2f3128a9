package loyalty

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Statement is what a member is told of her points on a day.
type Statement struct {
	Account  Account
	Name     string
	Language string // she reads; "" is unknown
	On       dates.Date
	Standing Standing
	Value    money.Amount // of what is usable, where points pay orders; else 0
	Spent    bool         // tiers count money spent, not points earned
	Tiered   bool         // the programme has tiers that day
	Rung     Rung
	Lapsing  []Lapse          // what can be spent and will lapse, the next first
	Moves    []Entry          // the latest first
	Rewards  []Reward         // she can take one, or in time could: the cheapest first
	Next     *Reward          // the cheapest that she has not the points for yet
	Vouchers []Voucher        // that can still be used
	Taken    map[int64]string // the names of rewards, by the entry that paid them
}

// Lapse is points that can be spent to a day, that day too.
type Lapse struct {
	On     dates.Date
	Points int64
}

// Missing is how many points she lacks for a reward.
func (s *Statement) Missing(r *Reward) int64 { return max(0, r.Points-s.Standing.Usable) }

// Statements makes statements of a programme as of one day: what is the same for all is read once.
type Statements struct {
	view      *book.View
	day       dates.Date
	moves     int
	plans     map[string]*membership
	everybody bool
}

// membership is what members of a programme share.
type membership struct {
	settings Settings
	tiered   bool
	shelf    Shelf
	rungs    map[int64]Rung // of everybody, where many are asked for; else nil
}

// NewStatements begins statements as of a day, with so many of the latest moves each. With many, where everybody stands
// among the tiers is worked out at once.
func NewStatements(v *book.View, day dates.Date, moves int, many bool) *Statements {
	return &Statements{view: v, day: day, moves: moves, plans: map[string]*membership{}, everybody: many}
}

// of is what the members of a programme share.
func (s *Statements) of(programme string) (*membership, error) {
	if m := s.plans[programme]; m != nil {
		return m, nil
	}
	m := &membership{}
	s.plans[programme] = m
	var err error
	if m.settings, err = SettingsAt(s.view, programme, s.day); err != nil {
		return nil, err
	}
	if m.shelf, err = ReadShelf(s.view, programme, s.day); err != nil {
		return nil, err
	}
	m.tiered = len(m.shelf.thresholds) > 0
	if s.everybody && m.tiered {
		m.rungs, err = Rungs(s.view, programme, s.day)
	}
	return m, err
}

// Of is the statement of an account.
func (s *Statements) Of(a Account) (st Statement, err error) {
	m, err := s.of(a.Programme())
	if err != nil {
		return st, err
	}
	st = Statement{Account: a, On: s.day, Tiered: m.tiered, Spent: m.settings.TierBasis == TierBySpent}
	if st.Name, st.Language, err = s.who(a); err != nil {
		return st, err
	}
	if st.Standing, err = Balance(s.view, a, s.day); err != nil {
		return st, err
	}
	if st.Value, err = worth(st.Standing.Usable, m.settings.PointValue); err != nil {
		return st, err
	}
	if st.Tiered {
		rungs := m.rungs
		if rungs == nil {
			if rungs, err = Rungs(s.view, a.Programme(), s.day, a.id()); err != nil {
				return st, err
			}
		}
		st.Rung = rungs[a.id()]
	}
	st.Rewards = m.shelf.For(&st.Rung)
	if next, _ := m.shelf.Next(st.Standing.Usable, &st.Rung); next.Code != "" {
		st.Next = &next
	}
	return st, s.history(&st)
}

// who is the name of an account and the language it reads.
func (s *Statements) who(a Account) (name, language string, err error) {
	query := `SELECT name, ifnull(language, '') FROM customers WHERE id = ?`
	if a.Consultant != 0 {
		query = `SELECT name, '' FROM consultants WHERE id = ?`
	}
	type person struct{ name, language string }
	p, _, err := book.One(s.view, func(row book.Scanner) (p person, err error) {
		err = row.Scan(&p.name, &p.language)
		return p, err
	}, query, a.id())
	return p.name, p.language, err
}

// history fills in lots, moves and vouchers.
func (s *Statements) history(st *Statement) error {
	lots, err := Lots(s.view, st.Account, s.day)
	if err != nil {
		return err
	}
	for _, l := range lots {
		if l.Left == 0 || !l.Usable || l.Entry.ExpiresOn == 0 {
			continue
		}
		if n := len(st.Lapsing); n > 0 && st.Lapsing[n-1].On == l.Entry.ExpiresOn {
			st.Lapsing[n-1].Points += l.Left
		} else {
			st.Lapsing = append(st.Lapsing, Lapse{l.Entry.ExpiresOn, l.Left})
		}
	}
	for e, err := range Entries(s.view, Query{Account: st.Account, Until: s.day, Latest: true, Limit: s.moves}) {
		if err != nil {
			return err
		}
		st.Moves = append(st.Moves, e)
	}
	for x, err := range Vouchers(s.view, VoucherQuery{Account: st.Account, AsOf: s.day}) {
		if err != nil {
			return err
		}
		if st.Taken == nil {
			st.Taken = map[int64]string{}
		}
		if st.Taken[x.Entry] = x.Reward.Name; x.State(s.day) == VoucherOpen {
			st.Vouchers = append(st.Vouchers, x)
		}
	}
	return nil
}

// Members are the accounts of a programme that have ever had points by a day and are still among its people: neither
// archived nor erased.
func Members(v *book.View, programme string, day dates.Date) ([]Account, error) {
	gone := ``
	if programme == Clients {
		gone = ` AND EXISTS (SELECT 1 FROM customers c WHERE c.id = e.customer_id AND c.archived_on IS NULL AND c.erased_on IS NULL)`
	}
	ids, err := book.All(v, book.Scalar[int64], `SELECT DISTINCT e.`+holder(programme)+` FROM point_entries e WHERE e.`+holder(programme)+` IS NOT NULL
		AND e.effective_on <= ?`+gone+` ORDER BY 1`, day.String())
	list := make([]Account, len(ids))
	for i, id := range ids {
		list[i] = accountOf(programme, id)
	}
	return list, err
}
