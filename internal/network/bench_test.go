package network

import (
	"context"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// depthOfCrowd is how many steps a crowd has from the top down.
const depthOfCrowd = 50

// crowd makes a book of n consultants, as many at each of the steps, with a client and a sale of last month for each.
func crowd(tb testing.TB, n int) *book.Book {
	tb.Helper()
	b := newBook(tb)
	require.NoError(tb, b.UpdateBulk(context.Background(), "crowd", func(tx *book.Tx) error {
		const count = `WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) `
		for _, statement := range []string{
			count + `INSERT INTO consultants (id, ref, name, joined_on, sponsor_id) SELECT i, printf('K-%07d', i), 'Consultant ' || i, '2024-01-01',
				CASE WHEN i > ?2 THEN ((i - 1) / ?2 - 1) * ?2 + i * 7919 % ?2 + 1 END FROM n`,
			`INSERT INTO consultant_sponsors (consultant_id, since_on, sponsor_id) SELECT id, joined_on, sponsor_id FROM consultants WHERE ?1 AND ?2`,
			`INSERT INTO consultant_statuses (consultant_id, since_on, status) SELECT id, joined_on, 'active' FROM consultants WHERE ?1 AND ?2`,
			count + `INSERT INTO customers (id, name, created_on, name_key, search) SELECT i, 'c' || i, '2024-01-01', 'c' || i, 'c' || i FROM n WHERE ?2`,
			`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) SELECT id, '2024-01-01', id FROM consultants WHERE ?1 AND ?2`,
			count + `INSERT INTO orders (customer_id, ordered_on, total) SELECT i, date('2026-10-01', '+' || (i % 31) || ' days'), 1000 + i % 90000 FROM n WHERE ?2`,
		} {
			if _, err := tx.Exec(statement, n, n/depthOfCrowd); err != nil {
				return err
			}
		}
		for _, l := range DefaultLevels(100) {
			if _, err := tx.Exec(`INSERT INTO levels (code, name, rank, own_sales, group_sales, margin, commission_rate, payment_days) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
				l.Code, l.Name, l.Rank, int64(l.OwnSales), int64(l.GroupSales), l.Margin, l.CommissionRate, l.PaymentDays); err != nil {
				return err
			}
		}
		return SetTerms(tx, []string{"override.1=5", "override.2=3", "override.3=1", "ceiling=25"}, 0)
	}))
	return b
}

// A crowd is as deep as it says, and what is worked out of it holds together.
func TestCrowd(t *testing.T) {
	const n = 500
	b := crowd(t, n)
	var earned []Earning
	view(t, b, func(v *book.View) {
		m := month(t, v, "2026-10", v.Today(), nobodyPaid)
		deepest := int32(0)
		for place := range int32(n) {
			deepest = max(deepest, m.Team.Depth(place))
		}
		require.EqualValues(t, depthOfCrowd-1, deepest)
		var err error
		earned, _, err = ReadEarnings(v, m)
		require.NoError(t, err)
	})
	payouts, err := pay(t, b, "2026-10")
	require.NoError(t, err)
	paid := map[int64]int64{}
	for _, p := range payouts {
		paid[p.Consultant.ID] = int64(p.Amount)
	}
	for place := range earned { // places are by ref, as ids are
		require.EqualValues(t, earned[place].Commission(), paid[int64(place)+1])
	}
	proved(t, b)
}

// BenchmarkNetwork is of 10,000 consultants in 50 steps with a sale each, or of PERLA_NETWORK.
func BenchmarkNetwork(b *testing.B) {
	n := 10_000
	if given, err := strconv.Atoi(os.Getenv("PERLA_NETWORK")); err == nil {
		n = given
	}
	house := crowd(b, n)
	var calendar Calendar
	var p Period
	view(b, house, func(v *book.View) {
		var err error
		calendar, err = ReadCalendar(v)
		require.NoError(b, err)
		p = calendar.At(day(b, "2026-10-01"))
	})
	read := func(name string, fn func(v *book.View) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, house.View(context.Background(), fn))
			}
		})
	}
	read("Team", func(v *book.View) error {
		_, err := ReadTeam(v, p.To)
		return err
	})
	read("Levels", func(v *book.View) error {
		_, err := ReadMonth(v, calendar, p, v.Today(), nobodyPaid)
		return err
	})
	read("Commissions", func(v *book.View) error {
		m, err := ReadMonth(v, calendar, p, v.Today(), nobodyPaid)
		if err != nil {
			return err
		}
		_, err = m.Lines(v, p.Range)
		return err
	})
	read("Clients", func(v *book.View) error {
		team, err := ReadTeam(v, p.To)
		if err == nil {
			_, err = ReadClients(v, team, 0, v.Today())
		}
		return err
	})
	b.Run("Standings", func(b *testing.B) { // the walk over the tree alone
		view(b, house, func(v *book.View) {
			m, err := ReadMonth(v, calendar, p, v.Today(), nobodyPaid)
			require.NoError(b, err)
			s := stretch{tree: m.Team.Tree, end: p.To}
			for _, at := range m.Standings {
				s.own = append(s.own, at.Own)
			}
			b.ReportAllocs()
			for b.Loop() {
				standings(&m.Terms, []stretch{s}, func(int32, int64) dates.Date { return 0 })
				m.nearest()
			}
		})
	})
	b.Run("Pay", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, house.Rehearse(context.Background(), true, func(tx *book.Tx) error {
				m, err := ReadMonth(tx.View, calendar, p, tx.Today(), nobodyPaid)
				if err != nil {
					return err
				}
				_, err = Pay(tx, calendar, m, "")
				return err
			}))
		}
	})
}
