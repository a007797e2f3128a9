package network

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Month is a period worked out as known on a day: where everybody stands, and what that was measured by.
type Month struct {
	Period
	Terms     Terms
	Team      *Team // with the sponsors and statuses of the end of the period, or of the day if that is earlier
	Standings []Standing
	day       dates.Date
	paid      PaidBy
}

// ReadMonth works out where everybody stands in a period as known on a day, which is not before its first. It reads the
// orders of the periods that decide on levels once each, and walks the tree once for each.
func ReadMonth(v *book.View, calendar Calendar, p Period, day dates.Date, paid PaidBy) (*Month, error) {
	m := &Month{Period: p, day: day, paid: paid}
	var err error
	if m.Terms, err = ReadTerms(v, p); err != nil {
		return nil, err
	}
	periods := calendar.Last(m.Terms.periods(), p)
	stretches := make([]stretch, len(periods))
	days := make([]dates.Range, len(periods))
	for i, period := range periods {
		end := min(period.To, day)
		if m.Team, err = ReadTeam(v, end); err != nil {
			return nil, err
		}
		stretches[i], days[i] = stretch{tree: m.Team.Tree, end: end}, period.Range
	}
	sums, err := readSales(v, m.Team, days, day)
	if err != nil {
		return nil, err
	}
	for i := range stretches {
		stretches[i].own = sums[i]
	}
	attended, err := m.readAttendance(v)
	if err != nil {
		return nil, err
	}
	m.Standings = standings(&m.Terms, stretches, attended)
	return m, nil
}

// readAttendance reads who was first at which course when, of the courses that levels ask for.
func (m *Month) readAttendance(v *book.View) (func(place int32, course int64) dates.Date, error) {
	type at struct {
		place  int32
		course int64
	}
	on := map[at]dates.Date{}
	if slices.ContainsFunc(m.Terms.Levels, func(l Level) bool { return l.Course != 0 }) {
		err := v.Each(func(r book.Row) error {
			if place, ok := m.Team.Place(r.Int(0)); ok {
				on[at{place, r.Int(1)}], _ = dates.ParseISO(r.Text(2)) // perla check proves the days of the book
			}
			return nil
		}, `consultant_id, course_id, day`, `(SELECT g.consultant_id, e.course_id, min(g.attended_on) AS day FROM event_guests g JOIN events e ON e.id = g.event_id
			WHERE g.consultant_id IS NOT NULL AND g.attended_on IS NOT NULL AND e.course_id IS NOT NULL GROUP BY g.consultant_id, e.course_id)`)
		if err != nil {
			return nil, err
		}
	}
	return func(place int32, course int64) dates.Date { return on[at{place, course}] }, nil
}

// Level is the level at a place; nil below the lowest.
func (m *Month) Level(place int32) *Level {
	if at := m.Standings[place].Level; at >= 0 {
		return &m.Terms.Levels[at]
	}
	return nil
}

// Next is the level above the one at a place; nil at the highest.
func (m *Month) Next(place int32) *Level {
	if at := m.Standings[place].Level + 1; at < len(m.Terms.Levels) {
		return &m.Terms.Levels[at]
	}
	return nil
}

// nearest is for each place the next sponsor who counts for overrides: one who is active and sold enough herself.
func (m *Month) nearest() []int32 {
	counts := make([]bool, len(m.Team.Members))
	for place := range counts {
		counts[place] = m.Team.Members[place].Active && m.Standings[place].Own >= m.Terms.ActiveFrom
	}
	return m.Team.Nearest(counts)
}

// Lines are what the period earns everybody by what is known: commissions on orders that earn within some days and do not
// stand in the ledger, and the incentives that end in the period.
func (m *Month) Lines(v *book.View, days dates.Range) ([]Line, error) {
	sales, err := earned(v, m.Team, &m.Terms, days, m.day, m.paid)
	if err != nil {
		return nil, err
	}
	lines := m.Terms.Commissions(sales, m.Standings, m.nearest())
	for _, i := range m.Terms.Incentives {
		if i.Days.To > m.day {
			continue // it is not over
		}
		won, err := m.incentive(v, &i)
		if err != nil {
			return nil, err
		}
		lines = append(lines, won...)
	}
	return lines, nil
}

// incentive is what an incentive gives to whom.
func (m *Month) incentive(v *book.View, i *Incentive) (lines []Line, err error) {
	got := make([]money.Amount, len(m.Team.Members)) // sales, clients or pieces
	count := func(r book.Row) error {
		if place, ok := m.Team.Place(r.Int(0)); ok {
			got[place] += money.Amount(r.Int(1))
		}
		return nil
	}
	from, to := i.Days.From.String(), i.Days.To.String()
	switch i.Kind {
	case "new_clients": // those whose first purchase ever falls in its days
		err = v.Each(count, seller+`, 1`, `orders o WHERE `+firstPurchase(m.day), from, to)
	case "product":
		err = v.Each(count, seller+`, q.quantity`, `(SELECT coalesce(x.original_id, x.id) AS order_id, l.quantity FROM order_lines l JOIN orders x ON x.id = l.order_id
			WHERE l.product_id = ? AND `+counts("x", m.day)+`) q JOIN orders o ON o.id = q.order_id WHERE o.ordered_on BETWEEN ? AND ? AND `+counts("o", m.day), i.Product, from, to)
	case "contest":
		var sums [][]money.Amount
		if sums, err = readSales(v, m.Team, []dates.Range{i.Days}, m.day); err == nil {
			got = sums[0]
		}
	}
	if err != nil {
		return nil, err
	}
	var won []int32
	for place, n := range got {
		if n > 0 && n >= money.Amount(i.Target) {
			won = append(won, int32(place))
		}
	}
	if i.Kind == "contest" {
		slices.SortStableFunc(won, func(a, b int32) int {
			return cmp.Or(cmp.Compare(got[b], got[a]), cmp.Compare(m.Team.Members[a].ID, m.Team.Members[b].ID))
		})
		won = won[:min(len(won), int(i.Winners))]
	}
	for _, place := range won {
		lines = append(lines, Line{Consultant: place, Kind: Bonus, Incentive: i.ID, Seller: place, Base: got[place], Amount: i.Amount})
	}
	return lines, nil
}

// firstPurchase is the condition that an order o is of some days, between two arguments, and the first purchase ever of
// its customer, as known on a day.
func firstPurchase(day dates.Date) string {
	return `o.ordered_on BETWEEN ? AND ? AND o.original_id IS NULL AND o.net >= 0 AND ` + counts("o", day) + `
		AND NOT EXISTS (SELECT 1 FROM orders p WHERE p.customer_id = o.customer_id AND p.original_id IS NULL AND p.net >= 0
			AND (p.ordered_on, p.id) < (o.ordered_on, o.id) AND ` + counts("p", day) + `)`
}
