package outreach

import (
	"context"
	crand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// stepping is a clock that is set by hand.
type stepping struct{ at time.Time }

func (s *stepping) now() time.Time { return s.at }

// on sets the clock to ten in the morning of a day, in Madrid.
func (s *stepping) on(day dates.Date) {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	y, m, d := day.Civil()
	s.at = time.Date(y, m, d, 10, 0, 0, 0, zone)
}

func day(t testing.TB, text string) dates.Date {
	t.Helper()
	d, err := dates.ParseISO(text)
	require.NoError(t, err)
	return d
}

// addAutomation adds an automation with words of its own.
func addAutomation(t testing.TB, b *book.Book, a Automation) (added Automation) {
	t.Helper()
	update(t, b, func(tx *book.Tx) (err error) {
		if _, err = FindTemplate(tx.View, "words"); err != nil {
			if _, err = AddTemplate(tx, Template{Code: "words", Channel: "email", Subject: "To {{.name}}", Body: `{{default "" .occasion}} {{default "" .order}}`}); err != nil {
				return err
			}
		}
		a.Template = "words"
		added, err = AddAutomation(tx, a)
		return err
	})
	return added
}

func automate(t testing.TB, b *book.Book) (noted []Occasion) {
	t.Helper()
	update(t, b, func(tx *book.Tx) error {
		list, broken, err := Automate(tx, Run{Late: LateDays, Random: random()})
		require.Empty(t, broken)
		noted = list
		return err
	})
	return noted
}

// told are occasions as customer key due outcome.
func told(list []Occasion) (lines []string) {
	for _, o := range list {
		outcome := o.Reason
		if o.MessageID != 0 {
			outcome = "queued"
		}
		lines = append(lines, fmt.Sprintf("%d %s %s %s", o.CustomerID, o.Key, o.DueOn, outcome))
	}
	return lines
}

// yearBook is a book of some people in whose year much happens.
func yearBook(t testing.TB, clock *stepping) *book.Book {
	clock.on(day(t, "2024-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 6)
	do(t, b,
		`UPDATE customers SET birthday = '--02-29' WHERE id = 1`,
		`UPDATE customers SET birthday = '1990-12-30' WHERE id = 2`,
		`UPDATE customers SET birthday = '1985-01-02' WHERE id = 3`,
		`UPDATE customers SET created_on = '2024-05-' || printf('%02d', id) WHERE id > 3`,
		`INSERT INTO products (id, sku, name, category, replenish_days, created_on) VALUES (1, 'AB-1', 'Serum', 'care', 30, '2024-01-01')`,
		`INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (1, 1, '2023-02-28', 1000), (2, 1, '2024-02-01', 1000), (3, 2, '2024-03-10', 1000), (4, 3, '2024-02-29', 1000),
			(5, 4, '2024-06-01', 1000), (6, 4, '2024-06-01', 2000), (7, 5, '2024-11-30', 1000)`,
		`INSERT INTO orders (id, customer_id, ordered_on, total, is_history, confirmed_on, shipped_on) VALUES (8, 5, '2024-07-01', 500, 0, '2024-07-03', '2024-07-05'),
			(9, 6, '2024-08-01', 500, 0, '2024-08-02', NULL), (10, 6, '2024-09-01', 700, 0, NULL, NULL)`,
		`INSERT INTO order_lines (order_id, product_id, quantity, unit_price, amount) VALUES (5, 1, 1, 1000, 1000)`)
	for _, trigger := range []string{"welcome", "first_purchase", "after_purchase", "birthday", "anniversary", "abandoned_quote", "order_shipped", "order_delayed"} {
		found, _ := triggerOf(trigger)
		addAutomation(t, b, Automation{Code: trigger, Trigger: trigger, Days: max(0, found.Days), Delay: int64(len(trigger) % 3)})
	}
	return b
}

var errTakeBack = errors.New("taken back")

// TestAutomateByAnySchedule: whenever it runs, as long as it does within the days in which things are not too late, the
// same is said, each once.
func TestAutomateByAnySchedule(t *testing.T) {
	clock := &stepping{}
	b := yearBook(t, clock)
	first, last := day(t, "2024-01-01"), day(t, "2025-03-05")
	run := func(gap func() int) map[string]bool {
		said := map[string]bool{}
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			for on := first; on <= last; on = min(on+dates.Date(gap()), last) {
				clock.on(on)
				list, _, err := Automate(tx, Run{Late: LateDays, Random: random()})
				require.NoError(t, err)
				for _, o := range list {
					require.NotZero(t, o.MessageID, o)
					require.LessOrEqual(t, int(o.NotedOn-o.DueOn), LateDays)
					key := fmt.Sprint(o.Automation, " ", o.CustomerID, " ", o.Key, " ", o.DueOn)
					require.False(t, said[key], key)
					said[key] = true
				}
				if on == last {
					break
				}
			}
			return errTakeBack
		})
		require.ErrorIs(t, err, errTakeBack)
		return said
	}
	daily := run(func() int { return 1 })
	require.Len(t, daily, 30)
	require.True(t, daily["birthday 1 birthday:2024 2024-03-02"], "29 February and two days of delay")
	require.True(t, daily["birthday 1 birthday:2025 2025-03-02"], "28 February and two days of delay")
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 7))
		require.Equal(t, daily, run(func() int { return 3 + r.IntN(LateDays-2) }))
	}
}

func TestAutomateLate(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 1)
	addAutomation(t, b, Automation{Code: "thanks", Trigger: "after_purchase", Days: 3, ActiveFrom: day(t, "2026-01-05")})
	do(t, b, `INSERT INTO orders (id, customer_id, ordered_on, total) VALUES (1, 1, '2026-01-01', 1), (2, 1, '2026-01-02', 1), (3, 1, '2026-01-05', 1), (4, 1, '2026-01-06', 1), (5, 1, '2026-01-13', 1),
		(6, 1, '2026-01-14', 1)`)
	clock.on(day(t, "2026-01-16"))
	require.Equal(t, []string{"1 order:2 2026-01-05 missed", "1 order:3 2026-01-08 missed", "1 order:4 2026-01-09 queued", "1 order:5 2026-01-16 queued"}, told(automate(t, b)))
	clock.on(day(t, "2026-03-20"))
	require.Empty(t, automate(t, b), "what is over a month older than late is not looked at")

	// What is spoken of beforehand is in time up to its day.
	do(t, b, `UPDATE customers SET birthday = '1980-04-20'`)
	addAutomation(t, b, Automation{Code: "early", Trigger: "birthday", Days: 40})
	clock.on(day(t, "2026-04-20"))
	require.Equal(t, []string{"1 birthday:2026 2026-03-11 queued"}, told(automate(t, b)))
}

func TestAutomateSaysWhyNot(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 6)
	do(t, b, `UPDATE customers SET email = NULL WHERE id = 2`,
		`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (3, 'email', 'marketing', 0, '2026-01-01', 'consent')`,
		`INSERT INTO suppressions (customer_id, reason, since_on) VALUES (4, 'excluded', '2026-01-01')`,
		`INSERT INTO customer_tags (customer_id, tag) VALUES (1, 'vip'), (2, 'vip'), (3, 'vip'), (4, 'vip'), (6, 'vip')`,
		`INSERT INTO messages (customer_id, channel, purpose, text, queued_at) VALUES (6, 'email', 'marketing', 'x', '2025-12-31T12:00:00Z')`)
	addAutomation(t, b, Automation{Code: "hello", Trigger: "welcome", Filter: "tag:vip", Cap: 1, CapDays: 2})
	require.Equal(t, []string{"1 welcome 2026-01-01 queued", "2 welcome 2026-01-01 no address", "3 welcome 2026-01-01 no consent", "4 welcome 2026-01-01 excluded",
		"5 welcome 2026-01-01 filter", "6 welcome 2026-01-01 too often"}, told(automate(t, b)))
	require.Empty(t, automate(t, b), "why not is for good, too")

	update(t, b, func(tx *book.Tx) error {
		if _, err := AddTemplate(tx, Template{Code: "city", Channel: "email", Subject: "x", Body: "{{.city}}"}); err != nil {
			return err
		}
		a, err := FindAutomation(tx.View, "hello")
		require.NoError(t, err)
		a.Code, a.Template, a.Filter = "city", "city", "id = 1"
		a.Cap, a.CapDays = 0, 0
		_, err = AddAutomation(tx, a)
		return err
	})
	require.Equal(t, "1 welcome 2026-01-01 no words: city is not known", told(automate(t, b))[0])
}

// TestAutomationCap: of an order each day from the 1st to the 8th, those at which she hears.
func TestAutomationCap(t *testing.T) {
	cases := []struct {
		cap, days int64
		want      string
	}{{1, 1, "12345678"}, {1, 2, "1357"}, {1, 7, "18"}, {2, 4, "1256"}, {8, 8, "12345678"}}
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, len(cases))
	for i, c := range cases {
		addAutomation(t, b, Automation{Code: fmt.Sprint("each-", i), Trigger: "after_purchase", Cap: c.cap, CapDays: c.days, Filter: fmt.Sprint("id = ", i+1)})
	}
	heard := make([]string, len(cases))
	for d := 1; d <= 8; d++ {
		clock.on(day(t, fmt.Sprintf("2026-01-%02d", d)))
		do(t, b, fmt.Sprintf(`INSERT INTO orders (customer_id, ordered_on, total) SELECT id, '2026-01-%02d', 1 FROM customers`, d))
		for _, o := range automate(t, b) {
			if o.MessageID != 0 {
				heard[o.CustomerID-1] += fmt.Sprint(d)
			} else if o.Reason != NotMeant {
				require.Equal(t, TooOften, o.Reason)
			}
		}
	}
	for i, c := range cases {
		require.Equal(t, c.want, heard[i], "%d/%d", c.cap, c.days)
	}
}

func TestQuietHours(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Madrid")
	require.NoError(t, err)
	for _, c := range []struct{ from, until, now, end string }{
		{"", "", "2026-01-10 03:00", ""},
		{"21:00", "09:00", "2026-01-10 20:59", ""},
		{"21:00", "09:00", "2026-01-10 21:00", "2026-01-11 09:00"},
		{"21:00", "09:00", "2026-01-10 23:59", "2026-01-11 09:00"},
		{"21:00", "09:00", "2026-01-11 00:00", "2026-01-11 09:00"},
		{"21:00", "09:00", "2026-01-11 08:59", "2026-01-11 09:00"},
		{"21:00", "09:00", "2026-01-11 09:00", ""},
		{"13:00", "15:30", "2026-01-11 12:59", ""},
		{"13:00", "15:30", "2026-01-11 13:00", "2026-01-11 15:30"},
		{"13:00", "15:30", "2026-01-11 15:29", "2026-01-11 15:30"},
		{"13:00", "15:30", "2026-01-11 15:30", ""},
		{"00:00", "08:00", "2026-12-31 23:59", ""},
		{"22:00", "08:00", "2026-12-31 23:00", "2027-01-01 08:00"},
		{"22:00", "08:00", "2026-03-28 23:00", "2026-03-29 08:00"}, // the night in which an hour is lost
	} {
		now, err := time.ParseInLocation("2006-01-02 15:04", c.now, zone)
		require.NoError(t, err)
		end := ""
		if at := quietEnd(c.from, c.until, now); !at.IsZero() {
			end = at.Format("2006-01-02 15:04")
		}
		require.Equal(t, c.end, end, c)
	}
}

// TestQuietHoursHoldWhatWaits: a message that was queued by day does not leave by night.
func TestQuietHoursHoldWhatWaits(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 1)
	a := addAutomation(t, b, Automation{Code: "hello", Trigger: "welcome", QuietFrom: "21:00", QuietUntil: "09:30"})
	require.True(t, automate(t, b)[0].SendAfter.IsZero())
	waiting := func() int {
		var list []Message
		view(t, b, func(v *book.View) (err error) {
			list, err = Waiting(v, MessageQuery{})
			return err
		})
		return len(list)
	}
	require.Equal(t, 1, waiting())
	clock.at = clock.at.Add(11 * time.Hour) // nine in the evening
	require.Equal(t, 0, waiting())
	clock.at = clock.at.Add(12*time.Hour + 29*time.Minute)
	require.Equal(t, 0, waiting())
	addPeople(t, b, 1)
	require.Equal(t, clock.at.Add(time.Minute).UTC(), automate(t, b)[0].SendAfter.UTC())
	clock.at = clock.at.Add(time.Minute)
	require.Equal(t, 2, waiting())
	update(t, b, func(tx *book.Tx) (err error) {
		a, err = PauseAutomation(tx, a)
		return err
	})
	require.Equal(t, 0, waiting(), "what a paused automation says waits")
}

func TestAutomateTwiceAtOnce(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	path := filepath.Join(t.TempDir(), "book.db")
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(t, err)
	b, err := book.Create(context.Background(), path, s, clock.now)
	require.NoError(t, err)
	addPeople(t, b, 40)
	addAutomation(t, b, Automation{Code: "hello", Trigger: "welcome"})
	require.NoError(t, b.Close())
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			b, err := book.Open(context.Background(), path, clock.now)
			if err != nil {
				t.Error(err)
				return
			}
			err = b.Update(context.Background(), "automation run", func(tx *book.Tx) error {
				_, _, err := Automate(tx, Run{Late: LateDays, Random: crand.Reader})
				return err
			})
			if err = errors.Join(err, b.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	b, err = book.Open(context.Background(), path, clock.now)
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	view(t, b, func(v *book.View) error {
		n, _, err := book.One(v, book.Scalar[int64], `SELECT count(*) FROM messages`)
		require.Equal(t, int64(40), n)
		return err
	})
}

func TestAutomationUndo(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 3)
	addAutomation(t, b, Automation{Code: "hello", Trigger: "welcome"})
	first := told(automate(t, b))
	require.Len(t, first, 3)
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Undo(0)
		return err
	})
	require.Equal(t, first, told(automate(t, b)))
}

func TestBrokenAutomationStopsNoOther(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 1)
	addAutomation(t, b, Automation{Code: "broken", Trigger: "welcome", Filter: "id = 1"})
	addAutomation(t, b, Automation{Code: "sound", Trigger: "welcome"})
	do(t, b, `UPDATE automations SET filter = 'in segment gone' WHERE code = 'broken'`)
	update(t, b, func(tx *book.Tx) error {
		noted, broken, err := Automate(tx, Run{Late: LateDays, Random: random()})
		require.Len(t, noted, 1)
		require.Len(t, broken, 1)
		require.ErrorContains(t, broken[0], "broken")
		return err
	})
}

func TestAutomationIsRefused(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 1)
	addAutomation(t, b, Automation{Code: "good", Trigger: "birthday"})
	for _, c := range []struct {
		change func(*Automation)
		field  string
	}{
		{func(a *Automation) { a.Trigger = "birthdy" }, "trigger"},
		{func(a *Automation) { a.Trigger, a.Days = "welcome", 3 }, "days"},
		{func(a *Automation) { a.Trigger = "inactive_fixed" }, "days"},
		{func(a *Automation) { a.Days = 3661 }, "days"},
		{func(a *Automation) { a.Delay = -1 }, "delay"},
		{func(a *Automation) { a.Product = "AB" }, "product"},
		{func(a *Automation) { a.Trigger = "survey" }, "survey"},
		{func(a *Automation) { a.Cap = 1 }, "cap"},
		{func(a *Automation) { a.QuietFrom, a.QuietUntil = "9:00", "10:00" }, "quiet"},
		{func(a *Automation) { a.QuietFrom, a.QuietUntil = "09:00", "24:00" }, "quiet"},
		{func(a *Automation) { a.QuietFrom, a.QuietUntil = "09:00", "09:00" }, "quiet"},
		{func(a *Automation) { a.Channel = "sms" }, "template"},
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			a, err := FindAutomation(tx.View, "good")
			require.NoError(t, err)
			c.change(&a)
			_, err = EditAutomation(tx, a)
			return err
		})
		var e *fault.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, c.field, e.Field, e)
		require.Equal(t, fault.Usage, e.Kind)
	}
}

// TestAutomateBySilence: who stopped buying is told once each time she does, and no longer when she bought again.
func TestAutomateBySilence(t *testing.T) {
	clock := &stepping{}
	clock.on(day(t, "2026-01-01"))
	b := newBook(t, clock.now)
	addPeople(t, b, 2)
	for _, trigger := range []string{"inactive_fixed", "inactive_rhythm", "inactive_model", "at_risk"} {
		a := Automation{Code: trigger, Trigger: trigger}
		if trigger == "inactive_fixed" {
			a.Days = 60
		}
		addAutomation(t, b, a)
	}
	said := map[string][]string{}
	for on := day(t, "2026-01-01"); on <= day(t, "2027-01-05"); on += 5 {
		clock.on(on)
		if n := int(on - day(t, "2026-01-01")); n%10 == 0 && (n <= 90 || n == 300) {
			do(t, b, fmt.Sprintf(`INSERT INTO orders (customer_id, ordered_on, total) VALUES (1, '%s', 100)`, on))
		}
		for _, o := range automate(t, b) {
			said[o.Automation] = append(said[o.Automation], fmt.Sprintf("%s %s", o.Key, o.DueOn))
		}
	}
	require.Equal(t, []string{"silent:2026-04-01 2026-06-01", "silent:2026-10-28 2026-12-28"}, said["inactive_fixed"])
	require.Equal(t, []string{"silent:2026-04-01 2026-05-02", "silent:2026-10-28 2026-11-28"}, said["inactive_rhythm"])
}
