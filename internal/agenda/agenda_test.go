package agenda

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/money"
)

func day(s string) dates.Date {
	d, err := dates.ParseISO(s)
	if err != nil {
		panic(err)
	}
	return d
}

// bookWith makes a book of 22 November 2026 and runs statements in it.
func bookWith(t testing.TB, statements ...string) *book.Book {
	t.Helper()
	s, err := book.NewSettings("EUR", "ES", "en", "UTC")
	require.NoError(t, err)
	b, err := book.Create(context.Background(), filepath.Join(t.TempDir(), "book.db"), s, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	require.NoError(t, b.UpdateBulk(context.Background(), "fill", func(tx *book.Tx) error {
		for _, statement := range statements {
			if _, err := tx.Exec(statement); err != nil {
				return err
			}
		}
		return nil
	}))
	return b
}

// ask asks an agenda of a book.
func ask[T any](t testing.TB, b *book.Book, q Query, what func(*Agenda) (T, error)) (answer T) {
	t.Helper()
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		a, err := New(v, q)
		if err != nil {
			return err
		}
		answer, err = what(a)
		return err
	}))
	return answer
}

// today is what the rules say of the last day of the book.
func today() Query { return Query{AsOf: day("2026-11-22"), Within: AsTheRulesSay} }

const someone = `INSERT INTO customers (id, name, name_key, search, created_on, birthday, contact_every, stage) VALUES `

func TestNextBirthday(t *testing.T) {
	for _, c := range []struct{ birthday, from, want string }{
		{"11-22", "2026-11-22", "2026-11-22"},
		{"11-21", "2026-11-22", "2027-11-21"},
		{"01-02", "2026-12-30", "2027-01-02"},
		{"02-29", "2026-02-28", "2026-02-28"},
		{"02-29", "2026-03-01", "2027-02-28"},
		{"02-29", "2028-02-28", "2028-02-29"},
		{"02-29", "2027-03-01", "2028-02-29"},
		{"02-29", "2100-02-01", "2100-02-28"},
		{"02-29", "0004-02-29", "0004-02-29"},
	} {
		require.Equal(t, day(c.want), nextBirthday(c.birthday, day(c.from)), "%s from %s", c.birthday, c.from)
	}
	require.Zero(t, nextBirthday("02-31", day("2026-01-01")), "no day of any year")
	require.Zero(t, nextBirthday("01-01", day("9999-12-31")), "beyond the calendar")
}

func TestOwnPace(t *testing.T) {
	bought := func(pairs ...int) (list []Purchase) {
		for i := 0; i < len(pairs); i += 2 {
			list = append(list, Purchase{On: day("2026-01-01") + dates.Date(pairs[i]), Pieces: int64(pairs[i+1])})
		}
		return list
	}
	for _, c := range []struct {
		name string
		list []Purchase
		want float64
		ok   bool
	}{
		{"none", nil, 0, false},
		{"two purchases tell nothing", bought(0, 1, 30, 1), 0, false},
		{"the median of two gaps is their mean", bought(0, 1, 30, 1, 70, 1), 35, true},
		{"of three the middle one", bought(0, 1, 30, 1, 70, 1, 370, 1), 40, true},
		{"two pieces last twice as long, so one lasts half", bought(0, 2, 60, 1, 90, 5), 30, true},
	} {
		got, ok := OwnPace(c.list)
		require.Equal(t, c.ok, ok, c.name)
		require.InDelta(t, c.want, got, 1e-9, c.name)
	}
}

func TestCareAfterAnOrder(t *testing.T) {
	r := DefaultRules()
	ordered := day("2026-01-01")
	for _, c := range []struct {
		after, contact int // days after the order; contact -1 is never
		want           Step
	}{
		{0, -1, ""}, {5, -1, ""}, {6, -1, StepCheckIn}, {12, -1, StepCheckIn}, {13, -1, ""}, {20, -1, ""}, {21, -1, StepConnect}, {27, -1, StepConnect},
		{28, -1, ""}, {119, -1, ""}, {120, -1, StepReconnect}, {149, -1, StepReconnect}, {150, -1, ""},
		{8, 5, StepCheckIn}, {8, 6, ""}, {8, 8, ""}, {22, 8, StepConnect}, {125, 119, StepReconnect}, {125, 120, ""},
	} {
		var contact dates.Date
		if c.contact >= 0 {
			contact = ordered + dates.Date(c.contact)
		}
		now := ordered + dates.Date(c.after)
		step, due, last := r.careOn(ordered, contact, now, now)
		require.Equal(t, c.want, step, "%d days after, spoken to at %d", c.after, c.contact)
		if step != "" {
			require.LessOrEqual(t, due, now)
			require.GreaterOrEqual(t, last, now)
		}
	}
	step, _, _ := r.careOn(ordered, 0, ordered+2, ordered+9)
	require.Equal(t, StepCheckIn, step, "it opens in the days asked for")
	r.CheckIn = 0
	step, _, _ = r.careOn(ordered, 0, ordered+6, ordered+6)
	require.Empty(t, step, "0 is never")
}

func TestContactsByMoneyAtRisk(t *testing.T) {
	b := bookWith(t,
		someone+`(1, 'Own', 'own', '', '2026-01-01', NULL, 10, NULL), (2, 'Level', 'level', '', '2026-01-01', NULL, NULL, NULL),
			(3, 'Lost', 'lost', '', '2026-01-01', NULL, NULL, 'lost'), (4, 'Fresh', 'fresh', '', '2026-11-20', NULL, NULL, NULL),
			(5, 'Best', 'best', '', '2026-01-01', NULL, NULL, NULL), (6, 'To come', 'to come', '', '2026-12-01', NULL, 1, NULL)`,
		`INSERT INTO orders (id, customer_id, ordered_on, total, tax) VALUES (1, 1, '2026-11-01', 12100, 2100), (2, 2, '2026-06-01', 5000, 0), (3, 5, '2026-09-01', 90000, 0),
			(4, 2, '2025-11-22', 70000, 0), (5, 5, '2026-10-01', -10000, 0)`,
		`UPDATE orders SET original_id = 3 WHERE id = 5`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction, reached) VALUES (1, '2026-11-05', 'call', 'out', 1), (1, '2026-11-20', 'call', 'out', 0),
			(5, '2026-10-20', 'call', 'out', 1)`)
	got := ask(t, b, today(), (*Agenda).Contacts)
	var names []string
	for _, c := range got {
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"Best", "Level", "Own"}, names)
	require.EqualValues(t, 26667, got[0].MoneyAtRisk, "a third of the buyers bought more lately than she, and 800.00 is what she kept")
	require.Equal(t, "A", got[0].Level)
	require.EqualValues(t, 3, got[0].Overdue, "33 days since, every 30")
	require.EqualValues(t, 3333, got[1].MoneyAtRisk, "two thirds of 50.00: what she bought a year ago counts no more")
	require.Zero(t, got[2].MoneyAtRisk, "nobody bought more lately")
	require.Equal(t, day("2026-11-15"), got[2].On, "a call nobody took is no contact")

	q := today()
	q.Consultant = 1
	require.Empty(t, ask(t, b, q, (*Agenda).Contacts), "nobody is hers")
	q = today()
	q.Filter = book.Filter{SQL: `c.id IN (?, ?)`, Args: []any{2, 3}}
	require.Len(t, ask(t, b, q, (*Agenda).Contacts), 1)
}

func TestSumsAreWordedAsAsked(t *testing.T) {
	b := bookWith(t, someone+`(1, 'Ana', 'ana', '', '2026-01-01', NULL, NULL, NULL)`,
		`INSERT INTO orders (customer_id, ordered_on, total, is_history) VALUES (1, '2026-10-10', 123450, 0)`)
	why := func(words money.Wording) string {
		q := today()
		q.Words = words
		lines := ask(t, b, q, func(a *Agenda) (*Lines, error) { return a.Lines(KindQuote) }).Some(1)
		require.Len(t, lines, 1)
		return lines[0].Why
	}
	require.Equal(t, "1234.50, 43 days without a word", why(money.Wording{}))
	comma := money.Wording{Currency: money.Currency{Code: "EUR", Decimals: 2}, Mark: func(plain string) string { return strings.ReplaceAll(plain, ".", ",") }}
	require.Equal(t, "1234,50, 43 days without a word", why(comma))
}

// TestRiskIsThatOfTheReports proves that with buyers enough for a fit the money at risk is that of the reports of value and
// churn.
func TestRiskIsThatOfTheReports(t *testing.T) {
	b := bookWith(t,
		`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO customers (id, name, name_key, search, created_on)
			SELECT i, 'Client ' || i, 'client ' || i, '', '2025-01-01' FROM n`,
		`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 899) INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total)
			SELECT 'P-' || i, 'ref', i * 37 % 200 * (i % 7 + 1) / 7 + 1, date('2025-01-05', '+' || (i * 389 % 640) || ' days'), 1000 + i FROM n`)
	got := ask(t, b, today(), (*Agenda).Contacts)
	require.NotEmpty(t, got)
	require.NoError(t, b.View(context.Background(), func(v *book.View) error {
		risks, err := insight.ReadRisks(v, today().AsOf)
		require.NoError(t, err)
		require.Equal(t, insight.ModelBGNBD, risks.Survival.Method)
		for _, c := range got {
			want, _ := risks.Of(c.ID)
			require.Equal(t, want, c.Risk, c.Name)
		}
		return nil
	}))
	lines := ask(t, b, today(), func(a *Agenda) (*Lines, error) { return a.Lines() })
	var kinds []Kind
	for l := range lines.All() {
		kinds = append(kinds, l.Kind)
	}
	require.True(t, slices.IsSortedFunc(kinds, func(x, y Kind) int { return cmp.Compare(slices.Index(Kinds, x), slices.Index(Kinds, y)) }), "told in their order")
	require.Greater(t, lines.Count(KindContact), 0)
}

func TestReplenishments(t *testing.T) {
	const products = `INSERT INTO products (id, sku, name, category, replenish_days, created_on) VALUES (1, 'OWN', 'Own', 'x', 300, '2020-01-01'), (2, 'SAYS', 'Says', 'face', 40, '2020-01-01'),
		(3, 'LIKE', 'Like', 'face', NULL, '2020-01-01'), (4, 'NONE', 'None', NULL, NULL, '2020-01-01'), (5, 'ALSO', 'Also', 'face', 60, '2020-01-01')`
	b := bookWith(t, someone+`(1, 'Ana', 'ana', '', '2025-01-01', NULL, NULL, NULL), (2, 'Bea', 'bea', '', '2025-01-01', NULL, NULL, NULL), (3, 'Eva', 'eva', '', '2025-01-01', NULL, NULL, NULL)`, products,
		`INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (1, 1, '2026-08-01', 100), (2, 1, '2026-08-31', 100), (3, 1, '2026-09-30', 100), (4, 2, '2026-10-10', 100), (5, 2, '2026-10-10', 100),
			(6, 3, '2026-10-10', 100), (7, 3, '2026-11-10', 100), (8, 2, '2026-11-01', -100)`,
		`UPDATE orders SET original_id = 5 WHERE id = 8`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 1, 1, 1), (2, 1, 1, 1, 1), (3, 1, 2, 1, 1), (4, 2, 1, 1, 1), (5, 3, 1, 1, 1),
			(4, 4, 1, 1, 1), (6, 2, 1, 1, 1), (7, 2, 1, 1, 1), (6, 3, 1, 1, 1), (8, 3, -1, 1, -1)`,
		`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (2, '2026-01-01', 'receive', 1)`)
	type due struct {
		name, sku, basis, on string
		lasts                int
	}
	told := func(q Query) (list []due) {
		for _, r := range ask(t, b, q, (*Agenda).Replenishments) {
			list = append(list, due{r.Name, r.SKU, string(r.Basis), r.DueOn.String(), r.Lasts})
		}
		return list
	}
	require.Equal(t, []due{
		{"Ana", "OWN", "own", "2026-11-22", 60},       // 30 days a piece, two of them
		{"Eva", "LIKE", "category", "2026-11-22", 50}, // the median of 40 and 60
		{"Bea", "SAYS", "product", "2026-11-12", 40},
	}, told(today()), "what Bea gave back, and what Eva bought again, is not due; NONE nobody knows")
	early := today()
	early.AsOf = day("2026-11-21")
	require.Equal(t, []due{{"Bea", "SAYS", "product", "2026-11-12", 40}}, told(early))
	late := today()
	late.AsOf = day("2026-12-30")
	require.NotContains(t, told(late), due{"Bea", "SAYS", "product", "2026-11-12", 40}, "after twice as long it is told no more")
	before := today()
	before.AsOf = day("2026-11-05")
	before.Within = 30
	require.Contains(t, told(before), due{"Eva", "SAYS", "product", "2026-11-12", 40}, "as of a day before she bought it again")

	short := ask(t, b, today(), (*Agenda).Shortages)
	require.Len(t, short, 1)
	require.Equal(t, "SAYS", short[0].SKU)
	require.EqualValues(t, 2, short[0].Wanted, "Bea's now and Eva's on 13 December")
	require.Equal(t, day("2026-12-13"), short[0].ShortOn, "there is one")
}

func TestQuotesInterestsBirthdays(t *testing.T) {
	b := bookWith(t, someone+`(1, 'Ana', 'ana', '', '2025-01-01', '1984-11-25', NULL, NULL), (2, 'Bea', 'bea', '', '2025-01-01', '--11-22', NULL, NULL), (3, 'Eva', 'eva', '', '2025-01-01', '2000-11-30', NULL, NULL)`,
		`INSERT INTO products (id, sku, name, created_on, launched_on) VALUES (1, 'OUT', 'Out', '2020-01-01', NULL), (2, 'IN', 'In', '2020-01-01', NULL), (3, 'NEW', 'New', '2020-01-01', '2026-11-21'),
			(4, 'LATER', 'Later', '2020-01-01', '2027-01-01')`,
		`INSERT INTO orders (id, customer_id, ordered_on, total, is_history, valid_until_on) VALUES (1, 1, '2026-11-14', 500, 0, NULL), (2, 1, '2026-11-20', 600, 0, NULL), (3, 2, '2026-11-20', 700, 0, '2026-11-22'),
			(4, 2, '2026-08-20', 800, 0, NULL), (5, 3, '2026-11-10', 900, 0, NULL), (6, 3, '2026-11-19', 100, 1, NULL)`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (6, 2, 1, 1, 1)`,
		`INSERT INTO stock_moves (product_id, moved_on, kind, quantity) VALUES (1, '2026-01-01', 'receive', 1), (1, '2026-01-02', 'adjust', -1), (2, '2026-11-18', 'receive', 4)`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction, kind, product_id, reached) VALUES (1, '2026-11-10', 'call', 'in', 'interest', 1, 0), (1, '2026-11-10', 'call', 'in', 'interest', 2, 0),
			(2, '2026-11-01', 'call', 'in', 'interest', 3, 0), (2, '2026-11-01', 'call', 'in', 'interest', 4, 0), (3, '2026-11-18', 'call', 'in', 'interest', 2, 1), (2, '2026-01-01', 'call', 'in', 'interest', 2, 0)`)
	var quotes []int64
	for _, q := range ask(t, b, today(), (*Agenda).Quotes) {
		quotes = append(quotes, q.OrderID)
	}
	require.Equal(t, []int64{3, 1}, quotes, "3 ends today, 1 is eight days old; of 5 somebody spoke, 4 is long past")

	var asked []string
	for _, i := range ask(t, b, today(), (*Agenda).Interests) {
		asked = append(asked, i.Name+" "+i.SKU)
	}
	require.Equal(t, []string{"Bea NEW", "Ana IN"}, asked, "OUT is out, LATER not launched, Eva bought it, and January is long ago")

	var born []string
	for _, p := range ask(t, b, today(), (*Agenda).Birthdays) {
		born = append(born, p.Name+" "+p.On.String())
	}
	require.Equal(t, []string{"Bea 2026-11-22", "Ana 2026-11-25"}, born)
	q := today()
	q.Within = 8
	list := ask(t, b, q, (*Agenda).Birthdays)
	require.Len(t, list, 3)
	require.Equal(t, []int{0, 42, 26}, []int{list[0].Turns, list[1].Turns, list[2].Turns})
}

func TestEveryKindOfAnyDay(t *testing.T) {
	books := map[string]*book.Book{
		"empty":        bookWith(t),
		"one customer": bookWith(t, someone+`(1, 'Ana', 'ana', '', '2026-11-22', NULL, NULL, NULL)`),
		"one order": bookWith(t, someone+`(1, 'Ana', 'ana', '', '2026-11-22', '--02-29', 5, NULL)`, `INSERT INTO products (id, sku, name, created_on, replenish_days) VALUES (1, 'A', 'A', '2026-01-01', 1)`,
			`INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (1, 1, '2026-11-22', 500)`, `INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (1, 1, 1, 1, 1)`),
		"only a return": bookWith(t, someone+`(1, 'Ana', 'ana', '', '2026-11-22', NULL, NULL, NULL)`, `INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (1, 1, '2026-11-22', -500)`),
	}
	for name, b := range books {
		for _, on := range []string{"0001-01-01", "2026-01-01", "2026-11-22", "9999-12-31"} {
			for _, within := range []int{AsTheRulesSay, 0, mostDays} {
				lines := ask(t, b, Query{AsOf: day(on), Within: within}, func(a *Agenda) (list []Line, err error) {
					all, err := a.Lines()
					for line := range all.All() {
						list = append(list, line)
					}
					require.Len(t, all.Some(all.Len()), all.Len())
					return list, err
				})
				if name == "empty" || on < "2026" {
					require.Empty(t, lines, "%s on %s", name, on)
				}
				for _, l := range lines {
					require.NotEmpty(t, l.Why)
					require.NotEmpty(t, l.Next)
				}
			}
		}
	}
}

func TestRules(t *testing.T) {
	b := bookWith(t)
	set := func(key, value string) error {
		return b.Update(context.Background(), "set", func(tx *book.Tx) error { return SetRule(tx, key, value) })
	}
	read := func() Rules { return ask(t, b, today(), func(a *Agenda) (Rules, error) { return a.Rules(), nil }) }
	require.Equal(t, DefaultRules(), read())
	require.NoError(t, set("reconnect", "90"))
	require.NoError(t, set("Reconnect", " 95 "))
	require.Equal(t, 95, read().Reconnect)
	require.NoError(t, set("reconnect", ""))
	require.Equal(t, DefaultRules(), read())
	for _, bad := range [][2]string{{"reconect", "1"}, {"reconnect", "-1"}, {"reconnect", "soon"}, {"near_percent", "101"}, {"reconnect", "99999"}} {
		require.Error(t, set(bad[0], bad[1]), "%v", bad)
	}
}

func TestLevelsAreThoseOfReportValue(t *testing.T) {
	sold := func(extra ...string) *book.Book {
		return bookWith(t, append([]string{
			`WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT INTO customers (name, name_key, search, created_on, archived_on)
				SELECT 'C' || i, 'c' || i, '', '2026-01-01', iif(i % 7 = 0, '2026-06-01', NULL) FROM n`,
			`WITH n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199) INSERT INTO orders (customer_id, ordered_on, total, tax, cost)
				SELECT i * i % 28 + 1, date('2024-01-01', '+' || (i * 5) || ' days'), i * i * 13 % 9000, i % 90, i * 7919 % 5000 FROM n`,
			`INSERT INTO orders (customer_id, ordered_on, total, cost, original_id) SELECT customer_id, date(ordered_on, '+9 days'), -total / 2, -cost / 2, id FROM orders WHERE id % 11 = 0`,
			`UPDATE orders SET cancelled_on = '2026-10-01' WHERE id % 13 = 0`,
			`INSERT INTO point_settings (programme, key, value, since_on) VALUES ('clients', 'point_value', '1', '2024-01-01')`,
			`INSERT INTO point_entries (customer_id, kind, points, effective_on) SELECT customer_id, 'redeem', -total / 10, ordered_on FROM orders WHERE id % 9 = 0 AND total > 10`,
			`INSERT INTO point_entries (customer_id, kind, points, effective_on, reverses_id) SELECT customer_id, 'reverse_redeem', -points, date(effective_on, '+3 days'), id FROM point_entries WHERE id % 3 = 0`,
			`INSERT INTO interactions (customer_id, happened_on, channel, direction, minutes) SELECT id, '2026-03-01', 'call', 'out', id * 10 FROM customers`,
			`INSERT INTO settings (key, value) VALUES ('service_rate', '1.50')`}, extra...)...)
	}
	for name, b := range map[string]*book.Book{"margins": sold(), "a cost is not known": sold(`UPDATE orders SET cost = NULL WHERE id = 60`)} {
		for _, on := range []string{"2024-06-01", "2025-12-31", "2026-11-22"} {
			require.NoError(t, b.View(context.Background(), func(v *book.View) error {
				a, err := New(v, Query{AsOf: day(on), Within: mostDays})
				require.NoError(t, err)
				list, err := a.Contacts()
				require.NoError(t, err)
				report, err := insight.ReportValues(v, insight.ValueOptions{AsOf: day(on)})
				require.NoError(t, err)
				want := map[int64]string{}
				for i := range report.Rows {
					want[report.Rows[i].CustomerID] = report.Rows[i].Level
				}
				seen := map[string]int{}
				for _, c := range list {
					seen[c.Level]++
					require.Equal(t, want[c.ID], c.Level, "%s on %s: customer %d", name, on, c.ID)
				}
				if on == "2026-11-22" {
					require.Greater(t, len(seen), 1, "%s: of several levels", name)
				}
				return nil
			}))
		}
	}
}
