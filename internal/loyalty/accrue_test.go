package loyalty

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// shop is a book with customers 1 to 3 (birthdays in March, on 29 February, unknown), consultants 1 and 2, and goods.
type shop struct {
	t testing.TB
	*book.Book
}

func newShop(t testing.TB, rules ...string) *shop {
	s := &shop{t, todayBook(t)}
	write(t, s.Book, func(tx *book.Tx) error {
		for i, birthday := range []any{"1980-03-15", "--02-29", nil} {
			s.exec(tx, `INSERT INTO customers (name, birthday, created_on, name_key, search) VALUES (?, ?, '2020-01-01', '', '')`, fmt.Sprint("c", i+1), birthday)
		}
		s.exec(tx, `INSERT INTO consultants (ref, name) VALUES ('k1', 'k1'), ('k2', 'k2')`)
		for _, sku := range []string{"SERUM", "CREAM", "LIP", "SOAP", "CARD"} {
			p := goods[sku]
			s.exec(tx, `INSERT INTO products (sku, name, category, brand, created_on) VALUES (?1, ?1, nullif(?2, ''), nullif(?3, ''), '2020-01-01')`, p.SKU, p.Category, p.Brand)
			for _, cause := range p.Causes {
				s.exec(tx, `INSERT INTO product_attributes (product_id, key, value) SELECT max(id), 'cause', ? FROM products`, cause)
			}
			for _, tag := range p.Tags {
				s.exec(tx, `INSERT INTO product_tags (product_id, tag) SELECT max(id), ? FROM products`, tag)
			}
		}
		for _, r := range rulesOf(t, rules...) {
			if _, err := AddRule(tx, r); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s *shop) exec(tx *book.Tx, query string, args ...any) {
	s.t.Helper()
	_, err := tx.Exec(query, args...)
	require.NoError(s.t, err)
}

func (s *shop) do(query string, args ...any) {
	s.t.Helper()
	write(s.t, s.Book, func(tx *book.Tx) error { s.exec(tx, query, args...); return nil })
}

// sell writes an order of a customer: a day, then lines or a total, and what of its facts is not as in history:
// "2026-03-02 SERUM:60.00 live".
func (s *shop) sell(customer int64, text string) (id int64) {
	s.t.Helper()
	write(s.t, s.Book, func(tx *book.Tx) (err error) {
		id, err = s.sold(tx, customer, text)
		return err
	})
	return id
}

func (s *shop) sold(tx *book.Tx, customer int64, text string) (int64, error) {
	live := strings.HasSuffix(text, " live")
	o := purchaseOf(strings.TrimSuffix(text, " live"))
	var confirmed any
	if live {
		confirmed = o.Day.String()
	}
	id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, channel, is_history, confirmed_on) VALUES (?, ?, ?, nullif(?, ''), ?, ?)`,
		customer, o.Day.String(), int64(o.Net), o.Channel, map[bool]int64{false: 1}[live], confirmed)
	s.lines(tx, id, o.Lines, 1)
	return id, err
}

func (s *shop) lines(tx *book.Tx, order int64, lines []Line, sign int64) {
	for _, l := range lines {
		s.exec(tx, `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) SELECT ?, id, ?, ?, ? FROM products WHERE sku = ?`,
			order, sign, int64(l.Amount), sign*int64(l.Amount), l.Product.SKU)
	}
}

// takeBack writes the return of lines of an order.
func (s *shop) takeBack(order int64, text string) (id int64) {
	s.t.Helper()
	write(s.t, s.Book, func(tx *book.Tx) (err error) {
		id, err = s.tookBack(tx, order, text)
		return err
	})
	return id
}

func (s *shop) tookBack(tx *book.Tx, order int64, text string) (int64, error) {
	o := purchaseOf(text)
	id, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, is_history, confirmed_on, original_id) SELECT customer_id, ?, ?, 0, ?, id FROM orders WHERE id = ?`,
		o.Day.String(), -int64(o.Net), o.Day.String(), order)
	s.lines(tx, id, o.Lines, -1)
	return id, err
}

// accrue runs Accrue, and again to see that it then changes nothing.
func (s *shop) accrue(on string, orders ...int64) { s.t.Helper(); s.accruePaid(on, false, orders...) }

func (s *shop) accruePaid(on string, paid bool, orders ...int64) {
	s.t.Helper()
	var reached []Reached
	for _, id := range orders {
		reached = append(reached, Reached{Order: id, On: theDay(on), Paid: paid})
	}
	write(s.t, s.Book, func(tx *book.Tx) error { return Accrue(tx, reached) })
	write(s.t, s.Book, func(tx *book.Tx) error {
		err := Accrue(tx, reached)
		require.False(s.t, tx.Changed(), "asked again, it posted something")
		return err
	})
}

// ledger is the entries of an account: kind points day, then when usable, and the rule.
func (s *shop) ledger(a Account) (list []string) {
	s.t.Helper()
	require.NoError(s.t, s.View(context.Background(), func(v *book.View) error {
		proveLedger(s.t, v)
		for e, err := range Entries(v, Query{Account: a}) {
			require.NoError(s.t, err)
			text := fmt.Sprint(e.Kind, " ", e.Points, " ", e.On)
			if e.ActiveFrom != 0 && (e.ActiveFrom != e.On || e.ExpiresOn != 0) {
				text += fmt.Sprintf(" (%s..%s)", e.ActiveFrom, e.ExpiresOn)
			}
			if e.RuleCode != "" {
				text += " " + e.RuleCode
			}
			list = append(list, text)
		}
		return nil
	}))
	return list
}

func (s *shop) set(key, value, since string) {
	s.t.Helper()
	write(s.t, s.Book, func(tx *book.Tx) error { return Set(tx, Clients, key, value, theDay(since)) })
}

func TestAccrueWhenEarned(t *testing.T) {
	facts := []string{"confirmed", "shipped", "invoiced", "paid"}
	for at, state := range facts {
		s := newShop(t, one)
		s.set("earn_at", state, "2020-01-01")
		id := s.sell(1, "2026-03-02 10.00 live")
		for i, fact := range facts {
			day := fmt.Sprintf("2026-03-%02d", 10+i)
			if fact == "shipped" || fact == "invoiced" {
				s.do(`UPDATE orders SET `+fact+`_on = ? WHERE id = ?`, day, id)
			}
			s.accruePaid(day, fact == "paid", id)
			if i < at {
				require.Empty(t, s.ledger(Account{Customer: 1}), "%s at %s", state, fact)
			} else {
				require.Equal(t, []string{fmt.Sprintf("earn 10 2026-03-%02d", 10+at)}, s.ledger(Account{Customer: 1}), "%s at %s", state, fact)
			}
		}
		s.do(`UPDATE orders SET cancelled_on = '2026-03-20' WHERE id = ?`, id)
		s.accruePaid("2026-03-20", true, id)
		require.Equal(t, []string{fmt.Sprintf("earn 10 2026-03-%02d", 10+at), "reverse_earn -10 2026-03-20"}, s.ledger(Account{Customer: 1}))
	}
	s := newShop(t, one)
	quote := s.sell(1, "2026-03-02 10.00 live")
	s.do(`UPDATE orders SET confirmed_on = NULL WHERE id = ?`, quote)
	s.accruePaid("2026-03-02", true, quote)
	require.Empty(t, s.ledger(Account{Customer: 1}))
	s.accrue("2026-03-02", s.sell(1, "2026-03-02 10.00"), 99)
	require.Equal(t, []string{"earn 10 2026-03-02"}, s.ledger(Account{Customer: 1}))
}

// What is left of an order after returns decides, cut to whole points of the running total.
func TestAccrueReturns(t *testing.T) {
	s := newShop(t, "BASE rate | points=3 | per=7.00", "BIG bonus | points=5 | scope=min_total=8.00", "V bonus | points=2 | scope=cause=vegan")
	id := s.sell(1, "2026-03-02 SERUM:5.00 CREAM:5.00")
	s.accrue("2026-03-02", id)
	want := []string{"earn 4 2026-03-02", "bonus 5 2026-03-02 BIG", "bonus 2 2026-03-02 V"} // 30/7
	require.Equal(t, want, s.ledger(Account{Customer: 1}))
	s.accrue("2026-03-05", s.takeBack(id, "2026-03-05 CREAM:1.00")) // 27/7
	want = append(want, "reverse_earn -1 2026-03-05")
	require.Equal(t, want, s.ledger(Account{Customer: 1}))
	s.accrue("2026-03-06", s.takeBack(id, "2026-03-06 SERUM:5.00")) // 12/7, no serum, below 8.00
	want = append(want, "reverse_earn -5 2026-03-06 BIG", "reverse_earn -2 2026-03-06", "reverse_earn -2 2026-03-06 V")
	require.ElementsMatch(t, want, s.ledger(Account{Customer: 1}))
	last := s.takeBack(id, "2026-03-07 CREAM:4.00")
	s.do(`UPDATE orders SET returned_on = '2026-03-07' WHERE id = ?1 OR original_id = ?1`, id)
	s.accrue("2026-03-07", last)
	require.ElementsMatch(t, append(want, "reverse_earn -1 2026-03-07"), s.ledger(Account{Customer: 1}))
}

func TestAccrueKeepsOldRules(t *testing.T) {
	s := newShop(t, one)
	s.set("expiry", "12m", "2026-04-01")
	s.set("pending_days", "14", "2026-05-01")
	write(t, s.Book, func(tx *book.Tx) error {
		_, err := EditRule(tx, Clients, "BASE", theDay("2026-04-01"), func(r *Rule) error { r.Points = 10; return nil })
		return err
	})
	old, between, late := s.sell(1, "2026-03-31 SERUM:10.00"), s.sell(1, "2026-04-01 SERUM:10.00"), s.sell(1, "2026-05-31 SERUM:10.00")
	s.accrue("2026-06-01", old, between, late)
	require.Equal(t, []string{"earn 10 2026-06-01", "earn 100 2026-06-01 (2026-06-01..2027-06-01)", "earn 100 2026-06-01 (2026-06-15..2027-06-15)"}, s.ledger(Account{Customer: 1}))
	s.accrue("2026-06-02", s.takeBack(old, "2026-06-02 SERUM:4.00"), s.takeBack(between, "2026-06-02 SERUM:4.00"))
	require.Equal(t, []string{"reverse_earn -4 2026-06-02", "reverse_earn -40 2026-06-02"}, s.ledger(Account{Customer: 1})[3:])
}

func TestAccrueTerms(t *testing.T) {
	s := newShop(t, one, "GIFT bonus | points=7 | pending=0 | expiry=1m month", "SOON multiplier | factor=2 | pending=3")
	s.set("pending_days", "10", "2020-01-01")
	s.set("expiry", "1m", "2020-01-01")
	s.accrue("2026-01-21", s.sell(1, "2026-01-21 5.00"))
	require.Equal(t, []string{"earn 5 2026-01-21 (2026-01-31..2026-02-28)", "earn 5 2026-01-21 (2026-01-24..2026-02-24) SOON", "bonus 7 2026-01-21 (2026-01-21..2026-02-28) GIFT"},
		s.ledger(Account{Customer: 1}))
}

func TestAccrueCaps(t *testing.T) {
	for _, c := range []struct {
		per    string
		orders []string // day and total
		want   string
	}{
		{"day", []string{"2026-03-02 40.00", "2026-03-02 40.00", "2026-03-03 40.00"}, "40 10 40"},
		{"week", []string{"2026-03-01 40.00", "2026-03-02 40.00", "2026-03-08 40.00", "2026-03-09 60.00"}, "40 40 10 50"},
		{"month", []string{"2024-02-28 40.00", "2024-02-29 40.00", "2024-03-01 40.00", "2024-03-31 40.00"}, "40 10 40 10"},
		{"year", []string{"2025-12-31 40.00", "2026-01-01 40.00", "2026-12-31 40.00"}, "40 40 10"},
		{"ever", []string{"2020-12-31 20.00", "2023-01-01 20.00", "2026-12-31 20.00", "2026-12-31 1.00"}, "20 20 10 0"},
	} {
		for _, once := range []bool{false, true} {
			s := newShop(t, "R rate | points=1 | per=1.00 | cap=50 | cap_per="+c.per)
			var ids []int64
			for _, o := range c.orders {
				ids = append(ids, s.sell(1, o))
			}
			other := s.sell(2, c.orders[0])
			if once {
				s.accrue("2020-01-01", append(ids, other)...)
			} else {
				for _, id := range append(ids, other) {
					s.accrue("2020-01-01", id)
				}
			}
			var got []string
			for _, id := range ids {
				got = append(got, fmt.Sprint(s.earned(id)))
			}
			require.Equal(t, c.want, strings.Join(got, " "), c.per)
			require.Len(t, s.ledger(Account{Customer: 2}), 1)
		}
	}
}

// earned is what the ledger says an order earned.
func (s *shop) earned(order int64) (points int64) {
	require.NoError(s.t, s.View(context.Background(), func(v *book.View) (err error) {
		points, err = earnedBy(v, order)
		return err
	}))
	return points
}

func earnedBy(v *book.View, order int64) (int64, error) {
	points, _, err := book.One(v, book.Scalar[int64], `SELECT ifnull(sum(points), 0) FROM point_entries WHERE order_id = ? AND kind IN ('earn', 'bonus', 'reverse_earn')`, order)
	return points, err
}

func TestAccruePeople(t *testing.T) {
	s := newShop(t, one, "HELLO bonus | points=100 | scope=first_order=yes", "BDAY multiplier | factor=2 | scope=birthday_month=yes", "K rate | points=1 | per=10.00 | programme=consultants",
		"SEG bonus | points=9 | scope=segment=loyal")
	second, first := s.sell(1, "2026-03-02 10.00"), s.sell(1, "2026-02-01 10.00")
	leap, none := s.sell(2, "2026-02-28 10.00"), s.sell(3, "2026-02-28 10.00")
	s.do(`UPDATE orders SET consultant_id = 1 WHERE id = ?`, second)
	s.do(`UPDATE orders SET cancelled_on = '2026-03-01' WHERE id = ?`, none)
	s.accrue("2020-01-01", second, first, leap, none)
	require.Equal(t, []int64{21, 110, 120, 0}, []int64{s.earned(second), s.earned(first), s.earned(leap), s.earned(none)})
	require.Equal(t, []string{"earn 1 2026-03-02"}, s.ledger(Account{Consultant: 1}))
	s.do(`UPDATE orders SET consultant_id = 2 WHERE id = ?`, second)
	s.accrue("2026-03-10", second)
	require.Equal(t, []string{"earn 1 2026-03-02", "reverse_earn -1 2026-03-10"}, s.ledger(Account{Consultant: 1}))
	require.Equal(t, []string{"earn 1 2026-03-10"}, s.ledger(Account{Consultant: 2}))
	s.do(`INSERT INTO payments (customer_id, order_id, paid_on, amount, method) VALUES (1, ?1, '2026-03-11', 400, 'points'), (1, ?1, '2026-03-11', 100, 'card')`, second)
	s.accrue("2026-03-11", second)
	require.Equal(t, int64(12), s.earned(second))
	write(t, s.Book, func(tx *book.Tx) error {
		return Accrue(tx, []Reached{{Order: second, On: theDay("2026-03-12"), Segments: []string{"Loyal"}}})
	})
	require.Equal(t, int64(21), s.earned(second))
}

// A tier of the day before counts: at its threshold, one below, one above.
func TestAccrueTiers(t *testing.T) {
	for total, want := range map[string]int64{"99.00": 10, "100.00": 20, "101.00": 20} {
		s := newShop(t, one)
		s.do(`INSERT INTO tiers (programme, code, name, threshold, factor) VALUES ('clients', 'GOLD', 'Gold', 100, 200)`)
		before, same, next := s.sell(1, "2026-03-01 "+total), s.sell(1, "2026-03-01 10.00"), s.sell(1, "2026-03-02 10.00")
		s.accrue("2020-01-01", before)
		s.accrue("2020-01-01", next)
		s.accrue("2020-01-01", same)
		require.Equal(t, int64(10), s.earned(same))
		require.Equal(t, want, s.earned(next), total)
	}
}

func TestHappened(t *testing.T) {
	s := newShop(t, "REVIEW event | event=review | points=20 | cap=50 | cap_per=month", "MORE event | event=review | points=1 | scope=weekday=mon | expiry=10d", "HELLO event | event=welcome | points=5 | stacking=only | priority=1",
		"HELLO2 event | event=welcome | points=6", "BD event | event=birthday | points=3 | scope=birthday_month=yes", "REF event | event=referral_referrer | points=8 | scope=tier=GOLD",
		"TRAIN event | event=event_attended | points=40 | programme=consultants | until=2026-03-31")
	for _, c := range []struct {
		account                  Account
		event, subject, on, want string
	}{
		{Account{Customer: 1}, "review", "SERUM", "2026-03-03", "REVIEW:20"},
		{Account{Customer: 1}, "review", "SERUM", "2026-03-09", "MORE:1"}, // it was Tuesday before
		{Account{Customer: 1}, "review", "SERUM", "2026-03-16", ""},
		{Account{Customer: 1}, "Review", "CREAM", "2026-03-16", "MORE:1 REVIEW:20"},
		{Account{Customer: 1}, "review", "LIP", "2026-03-31", "REVIEW:10"},
		{Account{Customer: 1}, "review", "SOAP", "2026-03-31", ""},
		{Account{Customer: 1}, "review", "SOAP", "2026-04-01", "REVIEW:20"},
		{Account{Customer: 2}, "review", "SERUM", "2026-03-31", "REVIEW:20"},
		{Account{Customer: 1}, "welcome", "", "2026-03-31", "HELLO:5"},
		{Account{Customer: 1}, "welcome", "", "2026-04-30", ""},
		{Account{Customer: 2}, "birthday", "2026", "2026-02-28", "BD:3"},
		{Account{Customer: 2}, "birthday", "2026", "2026-02-28", ""},
		{Account{Customer: 2}, "birthday", "2027", "2027-03-01", ""},
		{Account{Customer: 3}, "birthday", "2026", "2026-03-01", ""},
		{Account{Customer: 1}, "referral_referrer", "2", "2026-03-01", ""},
		{Account{Customer: 1}, "dance", "", "2026-03-01", ""},
		{Account{Consultant: 1}, "event-attended", "fair", "2026-03-31", "TRAIN:40"},
		{Account{Consultant: 2}, "event-attended", "fair", "2026-04-01", ""},
	} {
		write(t, s.Book, func(tx *book.Tx) error {
			entries, err := Happened(tx, c.account, c.event, c.subject, theDay(c.on))
			var got []string
			for _, e := range entries {
				require.NotZero(t, e.ID)
				got = append(got, fmt.Sprintf("%s:%d", e.RuleCode, e.Points))
			}
			require.Equal(t, c.want, strings.Join(got, " "), "%v", c)
			return err
		})
	}
	require.Contains(t, s.ledger(Account{Customer: 1}), "bonus 1 2026-03-09 (2026-03-09..2026-03-19) MORE")
}
