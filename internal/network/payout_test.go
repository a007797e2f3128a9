package network

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// sell writes an order of a customer; an original below 0 is none.
func sell(tb testing.TB, b *book.Book, id, consultant int64, on string, net money.Amount, more string) {
	tb.Helper()
	require.NoError(tb, update(tb, b, func(tx *book.Tx) error {
		if _, err := tx.Exec(`INSERT OR IGNORE INTO customers (id, name, created_on, name_key, search) VALUES (1, 'Ana', '2020-01-01', 'ana', 'ana')`); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO orders (id, customer_id, ordered_on, total, consultant_id) VALUES (?, 1, ?, ?, ?)`, id, on, int64(net), idOrNull(consultant))
		if err == nil && more != "" {
			_, err = tx.Exec(`UPDATE orders SET `+more+` WHERE id = ?`, id)
		}
		return err
	}))
}

func nobodyPaid(*book.View, dates.Date) (func(int64) bool, error) {
	return func(int64) bool { return false }, nil
}

func terms(tb testing.TB, b *book.Book, since string, pairs ...string) {
	tb.Helper()
	require.NoError(tb, update(tb, b, func(tx *book.Tx) error {
		var from dates.Date
		if since != "" {
			from = day(tb, since)
		}
		return SetTerms(tx, pairs, from)
	}))
}

// month works out a period as known on a day.
func month(tb testing.TB, v *book.View, code string, on dates.Date, paid PaidBy) *Month {
	tb.Helper()
	calendar, err := ReadCalendar(v)
	require.NoError(tb, err)
	p, err := calendar.Find(code, v.Today())
	require.NoError(tb, err)
	m, err := ReadMonth(v, calendar, p, on, paid)
	require.NoError(tb, err)
	return m
}

func pay(tb testing.TB, b *book.Book, code string) (payouts []Payout, err error) {
	tb.Helper()
	err = update(tb, b, func(tx *book.Tx) error {
		calendar, err := ReadCalendar(tx.View)
		require.NoError(tb, err)
		payouts, err = Pay(tx, calendar, month(tb, tx.View, code, tx.Today(), nobodyPaid), "cash")
		return err
	})
	return payouts, err
}

func takeBack(tb testing.TB, b *book.Book, order int64, net money.Amount) {
	tb.Helper()
	require.NoError(tb, update(tb, b, func(tx *book.Tx) error { return Reverse(tx, order, net, tx.Today()) }))
}

// entries are the ledger: consultant, kind, order, posted, amount.
func entries(tb testing.TB, b *book.Book) (list []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) {
		var err error
		list, err = book.All(v, book.Scalar[string], `SELECT printf('%d %s %s %s %d', consultant_id, kind, ifnull(order_id, '-'), posted_on, amount) FROM commission_entries ORDER BY id`)
		require.NoError(tb, err)
	})
	return list
}

func trio(tb testing.TB) *book.Book {
	b := newBook(tb)
	team(tb, b, []string{"ref=A", "joined_on=2025-01-01"}, []string{"ref=B", "sponsor=A", "joined_on=2025-01-01"}, []string{"ref=C", "sponsor=B", "joined_on=2025-01-01"})
	terms(tb, b, "", "level.basic.commission_rate=10", "override.1=5", "override.2=1")
	return b
}

func TestPayAndReverse(t *testing.T) {
	b := trio(t)
	sell(t, b, 1, 3, "2026-09-10", 100_00, "")
	sell(t, b, 2, 1, "2026-09-30", 10_00, "")
	sell(t, b, 3, 3, "2026-10-05", 33_33, "")
	sell(t, b, 4, 2, "2026-10-31", 200_00, "")
	sell(t, b, 5, 3, "2026-10-31", 80_00, "cancelled_on = '2026-11-02'")
	sell(t, b, 6, 3, "2026-10-20", 50_00, "is_history = 0")                                               // a quote
	sell(t, b, 7, 3, "2026-10-20", 40_00, "is_history = 0, confirmed_on = '2026-11-03'")                  // earns in November
	sell(t, b, 8, 3, "2026-11-20", -4_00, "original_id = 3, is_history = 0, confirmed_on = '2026-11-20'") // in part back before it was paid
	_, err := pay(t, b, "2026-11")
	require.EqualError(t, err, "period 2026-11: goes on until 2026-11-30 and can be paid from the day after")
	payouts, err := pay(t, b, "2026-09")
	require.NoError(t, err)
	require.Len(t, payouts, 2) // B sold nothing herself and is passed over
	require.Equal(t, money.Amount(10_00), payouts[1].Amount)
	require.Equal(t, money.Amount(1_00+5_00), payouts[0].Amount)
	_, err = pay(t, b, "2026-09")
	require.EqualError(t, err, "period 2026-09: is paid already")

	// Of order 1 half comes back, then the rest, an order of September is found, and October is paid.
	takeBack(t, b, 1, 33_33)
	takeBack(t, b, 3, 4_00) // not frozen yet: nothing to take back
	sell(t, b, 9, 2, "2026-09-15", 20_00, "")
	payouts, err = pay(t, b, "2026-10")
	require.NoError(t, err)
	require.Equal(t, []string{"3 own 1 2026-09-30 1000", "1 override 1 2026-09-30 500", "1 own 2 2026-09-30 100",
		"3 reversal 1 2026-11-22 -333", "1 reversal 1 2026-11-22 -167",
		"3 own 3 2026-10-31 293", "2 override 3 2026-10-31 147", "2 own 4 2026-10-31 2000", "2 own 9 2026-10-31 200"}, entries(t, b), "A sold nothing in October")
	require.Len(t, payouts, 2)
	takeBack(t, b, 1, 66_67)
	takeBack(t, b, 1, 100_00) // more than there is
	takeBack(t, b, 4, Everything)
	require.NoError(t, update(t, b, func(tx *book.Tx) error { // as the return and the cancelling themselves do
		_, err := tx.Exec(`UPDATE orders SET cancelled_on = '2026-11-22' WHERE id IN (1, 4)`)
		return err
	}))
	sum := map[int64]int64{}
	view(t, b, func(v *book.View) {
		for _, order := range []int64{1, 4} {
			sum[order], _, err = book.One(v, book.Scalar[int64], `SELECT sum(amount) FROM commission_entries WHERE order_id = ?`, order)
			require.NoError(t, err)
		}
		s, err := ReadStatement(v, month(t, v, "2026-11", v.Today(), nobodyPaid), 3)
		require.NoError(t, err)
		require.Equal(t, money.Amount(4_00-10_00), s.Commission, "order 7 less what came back")
		require.Equal(t, money.Amount(-6_00), s.Payable())
		s, err = ReadStatement(v, month(t, v, "2026-10", v.Today(), nobodyPaid), 2)
		require.NoError(t, err)
		require.Len(t, s.Lines, 3)
		require.Equal(t, money.Amount(23_47), s.Paid)
		require.Zero(t, s.Payable())
	})
	require.Equal(t, map[int64]int64{1: 0, 4: 0}, sum)
	proved(t, b)
}

func TestPayInTurn(t *testing.T) {
	b := trio(t)
	sell(t, b, 1, 3, "2026-07-10", 100_00, "")
	_, err := pay(t, b, "2026-07")
	require.NoError(t, err)
	sell(t, b, 2, 3, "2026-08-10", 100_00, "")
	_, err = pay(t, b, "2026-09")
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	require.ErrorContains(t, err, "there are sales before it that are not paid yet")
	_, err = pay(t, b, "2026-08")
	require.NoError(t, err)
	payouts, err := pay(t, b, "2026-10")
	require.NoError(t, err)
	require.Empty(t, payouts)
}

func TestEarnAt(t *testing.T) {
	b := trio(t)
	sell(t, b, 1, 3, "2026-09-10", 10_00, "")
	sell(t, b, 2, 3, "2026-09-10", 20_00, "is_history = 0, confirmed_on = '2026-09-10', shipped_on = '2026-10-02', invoiced_on = '2026-11-01'")
	sell(t, b, 3, 3, "2026-10-10", 40_00, "is_history = 0, confirmed_on = '2026-10-10'")
	paid := func(_ *book.View, on dates.Date) (func(int64) bool, error) {
		return func(order int64) bool { return order == 2 && on >= day(t, "2026-11-05") }, nil
	}
	for earnAt, want := range map[string][3]money.Amount{"confirmed": {3_00, 4_00, 0}, "shipped": {1_00, 2_00, 0}, "invoiced": {1_00, 0, 2_00}, "paid": {1_00, 0, 2_00}} {
		terms(t, b, "2020-01-01", "earn_at="+earnAt)
		view(t, b, func(v *book.View) {
			for i, code := range []string{"2026-09", "2026-10", "2026-11"} {
				s, err := ReadStatement(v, month(t, v, code, v.Today(), paid), 3)
				require.NoError(t, err)
				require.Equal(t, want[i], s.Commission, "%s %s", earnAt, code)
			}
		})
	}
}

func TestIncentives(t *testing.T) {
	b := trio(t)
	require.NoError(t, update(t, b, func(tx *book.Tx) error {
		if _, err := tx.Exec(`INSERT INTO products (id, sku, name, created_on) VALUES (1, 'AB', 'AB', '2020-01-01')`); err != nil {
			return err
		}
		days := dates.Range{From: day(t, "2026-10-05"), To: day(t, "2026-10-25")}
		for _, i := range []Incentive{{Code: "NEW", Kind: "new_clients", Target: 1, Amount: 7_00, Days: days}, {Code: "RACE", Kind: "contest", Winners: 1, Amount: 50_00, Days: days},
			{Code: "PUSH", Kind: "product", Product: 1, Target: 3, Amount: 9_00, Days: days}} {
			if _, err := AddIncentive(tx, i); err != nil {
				return err
			}
		}
		for _, i := range []Incentive{{Code: "NEW", Kind: "new_clients", Target: 1, Amount: 7_00, Days: days}, {Code: "Z", Kind: "x"}, {Code: "Z", Kind: "contest"}, {Code: "Z", Kind: "product", Target: 1},
			{Code: "Z", Kind: "new_clients", Target: 1}, {Code: "Z", Kind: "new_clients", Target: 1, Amount: 1}, {Code: "", Kind: "contest"}} {
			_, err := AddIncentive(tx, i)
			require.Error(t, err, "%+v", i)
		}
		return nil
	}))
	sell(t, b, 1, 2, "2026-10-06", 30_00, "") // the first purchase of this customer
	sell(t, b, 2, 3, "2026-10-07", 90_00, "")
	sell(t, b, 3, 2, "2026-10-24", 60_00, "")
	sell(t, b, 4, 3, "2026-10-26", 99_00, "")
	require.NoError(t, update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 2, 1500, 3000), (3, 1, 1, 6000, 6000), (2, 1, 2, 4500, 9000)`)
		return err
	}))
	view(t, b, func(v *book.View) {
		for id, want := range map[int64][]string{2: {"NEW 1 700", "RACE 9000 5000", "PUSH 3 900"}, 3: nil} {
			s, err := ReadStatement(v, month(t, v, "2026-10", v.Today(), nobodyPaid), id)
			require.NoError(t, err)
			var got []string
			for _, l := range s.Lines {
				if l.Kind == Bonus {
					got = append(got, fmt.Sprint(l.Ref, " ", l.Base, " ", int64(l.Amount)))
				}
			}
			require.Equal(t, want, got)
		}
	})
	_, err := pay(t, b, "2026-10")
	require.NoError(t, err)
	proved(t, b)
}

// However an order comes back, and however often, its commission is at the end 0; and on the way it is what the frozen
// rate makes of what is left, to a cent.
func TestReverseProperties(t *testing.T) {
	b := trio(t)
	order := int64(0)
	for i := range 12 {
		order++
		sell(t, b, order, int64(i%3+1), "2026-10-10", money.Amount(1+i*i*137), "")
	}
	_, err := pay(t, b, "2026-10")
	require.NoError(t, err)
	rapid.Check(t, func(rt *rapid.T) {
		if order == 0 {
			return
		}
		i := order - 1
		left := money.Amount(1 + i*i*137)
		for left > 0 {
			back := money.Amount(rapid.Int64Range(1, int64(left)).Draw(rt, "back"))
			takeBack(t, b, order, back)
			left -= back
			view(t, b, func(v *book.View) {
				problem, found, err := book.One(v, book.Scalar[string], `SELECT printf('%d of %d at %d', e.amount + sum(r.amount), e.amount, ?2) FROM commission_entries e JOIN commission_entries r ON r.reverses_id = e.id
					WHERE e.order_id = ?1 GROUP BY e.id HAVING abs(e.amount + sum(r.amount) - 1.0 * e.amount * ?2 / e.base) > 1 OR (?2 = 0 AND e.amount + sum(r.amount) <> 0)`, order, int64(left))
				require.NoError(t, err)
				require.False(t, found, problem)
			})
		}
		order--
	})
	proved(t, b)
}

func TestTerms(t *testing.T) {
	b := newBook(t)
	terms(t, b, "", "commission=marginal", "bracket.0=5", "bracket.10000.50=7.25%", "override.2=1", "level.gold.rank=2", "level.gold.margin=30", "level.basic.own_sales=12.50")
	terms(t, b, "2026-06-01", "bracket.0=6", "level.gold.margin=35", "level.gold.payment_days=30", "override.2=", "ceiling=20", "downgrade=keep 2", "active_from=50")
	terms(t, b, "", "ceiling=", "earn_at=shipped", "level.basic=", "level.gold.margin=36")
	list := func(on string) (terms []string) {
		view(t, b, func(v *book.View) {
			list, err := ListTerms(v, day(t, on))
			require.NoError(t, err)
			for _, l := range list {
				terms = append(terms, fmt.Sprint(l.Key, "=", l.Value, " ", l.Days.From, "..", l.Days.To))
			}
		})
		return terms
	}
	require.Equal(t, []string{"commission=marginal ..", "earn_at=shipped ..", "active_from=0.01 ..", "downgrade=at_once ..", "ceiling= ..", "bracket.0.00=5% ..2026-05-31", "bracket.10000.50=7.25% ..",
		"override.2=1% ..2026-05-31", "level.gold.name=Gold ..2026-05-31", "level.gold.rank=2 ..2026-05-31", "level.gold.own_sales=0.00 ..2026-05-31", "level.gold.group_sales=0.00 ..2026-05-31",
		"level.gold.margin=30% ..2026-05-31", "level.gold.commission_rate=0% ..2026-05-31", "level.gold.payment_days=0 ..2026-05-31",
		"level.basic.name=Basic ..2026-11-21", "level.basic.rank=3 ..2026-11-21", "level.basic.own_sales=12.50 ..2026-11-21", "level.basic.group_sales=0.00 ..2026-11-21",
		"level.basic.margin=0% ..2026-11-21", "level.basic.commission_rate=0% ..2026-11-21", "level.basic.payment_days=0 ..2026-11-21"}, list("2026-05-31"))
	require.Equal(t, []string{"commission=marginal ..", "earn_at=shipped ..", "active_from=50.00 2026-06-01..", "downgrade=keep 2 2026-06-01..", "ceiling= 2026-11-22..", "bracket.0.00=6% 2026-06-01..", "bracket.10000.50=7.25% ..",
		"level.gold.name=Gold 2026-11-22..", "level.gold.rank=2 2026-11-22..", "level.gold.own_sales=0.00 2026-11-22..", "level.gold.group_sales=0.00 2026-11-22..",
		"level.gold.margin=36% 2026-11-22..", "level.gold.commission_rate=0% 2026-11-22..", "level.gold.payment_days=30 2026-11-22.."}, list("2026-11-22"))
	for _, pair := range []string{"commission", "commission=x", "earn_at=never", "active_from=-1", "active_from=x", "downgrade=x", "ceiling=101", "ceiling=1.234", "bracket.x=1", "bracket.0=x", "override.x=1", "override.1=-1",
		"level.gold=5", "level..rank=1", "level.gold.rank=x", "level.gold.name=", "level.gold.course=none", "override.9=", "nothing=1"} {
		require.Error(t, update(t, b, func(tx *book.Tx) error { return SetTerms(tx, []string{pair}, 0) }), pair)
	}
}

func TestCalendar(t *testing.T) {
	b := newBook(t)
	cycle := func(code, from, to string) error {
		return update(t, b, func(tx *book.Tx) error {
			_, err := AddCycle(tx, code, dates.Range{From: day(t, from), To: day(t, to)})
			return err
		})
	}
	require.NoError(t, cycle("C-1", "2026-10-12", "2026-11-05"))
	require.NoError(t, cycle("C-2", "2026-11-20", "2026-11-30"))
	require.NoError(t, cycle("C-3", "2026-12-01", "2027-01-10"))
	require.Equal(t, fault.Conflict, fault.KindOf(cycle("C-4", "2026-11-05", "2026-11-06")))
	require.Equal(t, fault.Conflict, fault.KindOf(cycle("c-1", "2028-11-05", "2028-11-06")))
	require.Equal(t, fault.Usage, fault.KindOf(cycle("C-5", "2028-11-05", "2028-11-04")))
	require.Equal(t, fault.Usage, fault.KindOf(cycle(" ", "2028-11-05", "2028-11-06")))
	view(t, b, func(v *book.View) {
		c, err := ReadCalendar(v)
		require.NoError(t, err)
		text := func(p Period) string { return fmt.Sprint(p.Code, " ", p.From, "..", p.To) }
		for on, want := range map[string]string{"2026-10-11": "2026-10 2026-10-01..2026-10-11", "2026-10-12": "C-1 2026-10-12..2026-11-05", "2026-11-05": "C-1 2026-10-12..2026-11-05",
			"2026-11-10": "2026-11 2026-11-06..2026-11-19", "2026-11-25": "C-2 2026-11-20..2026-11-30", "2027-01-31": "2027-01 2027-01-11..2027-01-31", "2024-02-10": "2024-02 2024-02-01..2024-02-29"} {
			require.Equal(t, want, text(c.At(day(t, on))), on)
		}
		for name, want := range map[string]string{"c-2": "C-2 2026-11-20..2026-11-30", "2026-11": "2026-11 2026-11-06..2026-11-19", "2026-12": "C-3 2026-12-01..2027-01-10", "last month": "2026-10 2026-10-01..2026-10-11",
			"today": "C-2 2026-11-20..2026-11-30", "2026-09": "2026-09 2026-09-01..2026-09-30"} {
			p, err := c.Find(name, v.Today())
			require.NoError(t, err, name)
			require.Equal(t, want, text(p), name)
		}
		for name, want := range map[string]string{"2026": "more than one period: 2026-01, 2026-02", "2026-Q4": "more than one period: 2026-10, C-1, 2026-11", "2026..": "no period", "soon": "not a date"} {
			_, err := c.Find(name, v.Today())
			require.ErrorContains(t, err, want, name)
		}
		require.Equal(t, []string{"C-1 2026-10-12..2026-11-05", "2026-11 2026-11-06..2026-11-19", "C-2 2026-11-20..2026-11-30"}, func() (list []string) {
			for _, p := range c.Last(3, c.At(v.Today())) {
				list = append(list, text(p))
			}
			return list
		}())
	})
	proved(t, b)
}

// Each proof finds what breaks it.
func TestChecks(t *testing.T) {
	for name, statement := range map[string]string{
		"sponsors are the last ones written down":         `UPDATE consultants SET sponsor_id = 1 WHERE id = 3`,
		"statuses are the last ones written down":         `INSERT INTO consultant_statuses (consultant_id, since_on, status) VALUES (1, '2026-01-01', 'left')`,
		"nobody works under herself":                      `INSERT INTO consultant_sponsors (consultant_id, since_on, sponsor_id) VALUES (1, '2026-02-01', 3), (1, '2026-03-01', NULL)`,
		"cycles do not overlap":                           `INSERT INTO cycles (code, from_on, until_on) VALUES ('a', '2026-01-01', '2026-01-31'), ('b', '2026-01-31', '2026-02-28')`,
		"payouts are what the ledger owed":                `UPDATE payouts SET amount = amount + 1`,
		"no more commission is taken back than was given": `INSERT INTO commission_entries (consultant_id, kind, posted_on, order_id, reverses_id, base, amount) VALUES (3, 'reversal', '2026-11-22', 1, 1, -100, -1001)`,
	} {
		b := trio(t)
		sell(t, b, 1, 3, "2026-10-10", 100_00, "")
		_, err := pay(t, b, "2026-10")
		require.NoError(t, err)
		require.NoError(t, update(t, b, func(tx *book.Tx) error {
			_, err := tx.Exec(statement)
			return err
		}))
		findings, err := b.Verify(t.Context(), Checks())
		require.NoError(t, err)
		for _, f := range findings {
			require.Equal(t, f.Check == name, f.Problem != "", "%s: %s", f.Check, f.Problem)
		}
	}
}
