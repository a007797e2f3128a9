package outreach

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func do(t testing.TB, b *book.Book, queries ...string) {
	t.Helper()
	update(t, b, func(tx *book.Tx) error {
		for _, q := range queries {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
}

func countsByReason(members []Member) map[string]int64 {
	m := map[string]int64{}
	for _, c := range CountAudience(members) {
		m[c.What] = c.Customers
	}
	return m
}

func TestAudienceCountsEachOnceByReason(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 12)
	do(t, b,
		`UPDATE customers SET email = NULL WHERE id = 2`,
		`UPDATE customers SET email = 'c1@example.com' WHERE id = 3`,
		`UPDATE customers SET archived_on = '2026-01-01' WHERE id = 4`,
		`INSERT INTO suppressions (customer_id, reason, since_on) VALUES (5, 'excluded', '2026-01-01')`,
		`INSERT INTO suppressions (customer_id, channel, reason, since_on) VALUES (6, 'sms', 'excluded', '2026-01-01')`,
		`INSERT INTO suppressions (customer_id, channel, address, reason, since_on) VALUES (7, 'email', 'c7@example.com', 'bounced', '2026-01-01')`,
		`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (8, 'email', 'marketing', 0, '2026-11-22', 'consent')`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction) VALUES (9, '2026-11-16', 'call', 'out'), (10, '2026-11-15', 'call', 'out'), (11, '2026-11-20', 'call', 'in')`)
	view(t, b, func(v *book.View) error {
		c := Campaign{Ref: "x", Channel: "email", Purpose: "marketing", Gap: 7}
		members, err := Audience(v, c, Choice{Exclude: book.Filter{SQL: `c.id = ?`, Args: []any{12}}})
		require.NoError(t, err)
		require.Equal(t, map[string]int64{"members": 11, Excluded: 2, NoConsent: 1, NoAddress: 2, SameAddress: 1, Lately: 1, TooOften: 0, HeldOut: 0, "recipients": 4}, countsByReason(members))
		members, err = Audience(v, c, Choice{Where: book.Filter{SQL: `c.id IN (?, ?)`, Args: []any{1, 9}}})
		require.Equal(t, int64(2), countsByReason(members)["members"])
		return err
	})
}

// TestHoldoutIsDrawnBySeed holds the share to the person, that the same seed draws the same ones, and that reasons before
// it stay.
func TestHoldoutIsDrawnBySeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		share := rapid.Int64Range(0, 9000).Draw(t, "share")
		seed := rapid.Int64().Draw(t, "seed")
		draw := func() (members []Member) {
			for i := range n {
				members = append(members, Member{Customer: int64(i + 1)})
				if i%5 == 4 {
					members[i].Reason = NoConsent
				}
			}
			holdOut(members, share, seed)
			return members
		}
		first := draw()
		require.Equal(t, first, draw())
		open := int64(n - n/5)
		require.Equal(t, (open*share+5000)/10000, countsByReason(first)[HeldOut])
		require.Equal(t, int64(n/5), countsByReason(first)[NoConsent])
	})
}

func TestLaunchFreezes(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 10)
	c := launch(t, b, func(c *Campaign) { c.Holdout, c.Seed = 3000, 7 })
	require.Equal(t, []int64{7, 3}, []int64{c.Recipient, c.HeldOut})
	do(t, b, `UPDATE templates SET body = 'other'`, `UPDATE customers SET name = 'Someone Else', email = 'x@example.com'`)
	m := messagesIn(t, b, MessageQuery{})[0]
	require.Equal(t, "Hello Client", m.Text[:12])
	require.NotEqual(t, "x@example.com", m.Address)
	err := b.Update(context.Background(), "again", func(tx *book.Tx) error {
		_, err := Launch(tx, c, Choice{}, random())
		return err
	})
	require.Equal(t, fault.Conflict, fault.KindOf(err))
	c.Filter = "city = 'Lyon'"
	err = b.Update(context.Background(), "edit", func(tx *book.Tx) error {
		_, err := EditCampaign(tx, c)
		return err
	})
	require.ErrorContains(t, err, "settled")
}

func TestLaunchNamesWhoLacksWhat(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 3)
	do(t, b, `UPDATE customers SET city = 'Lyon' WHERE id = 2`)
	err := b.Update(context.Background(), "launch", func(tx *book.Tx) error {
		if _, err := AddTemplate(tx, Template{Code: "city", Channel: "email", Subject: "S", Body: "in {{.city}}"}); err != nil {
			return err
		}
		c, err := CreateCampaign(tx, Campaign{Ref: "x", Template: "city"})
		if err != nil {
			return err
		}
		_, err = Launch(tx, c, Choice{}, random())
		return err
	})
	var e *fault.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, fault.Rejected, e.Kind)
	require.Equal(t, []string{"1  Client1 Test  city: is not known", "3  Client3 Test  city: is not known"}, e.Detail)
	require.Empty(t, messagesIn(t, b, MessageQuery{}))
}

func TestCauseFindsPeopleAndProducts(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 3)
	do(t, b, `INSERT INTO customer_attributes (customer_id, key, value) VALUES (1, 'cause', 'Amazónia'), (2, 'cause', 'sea'), (3, 'need', 'amazonia')`,
		`INSERT INTO products (sku, name, created_on) VALUES ('A', 'A', '2026-01-01'), ('B', 'B', '2026-01-01'), ('C', 'C', '2026-01-01')`,
		`INSERT INTO product_attributes (product_id, key, value) VALUES (1, 'cause', 'amazonia')`, `INSERT INTO product_tags (product_id, tag) VALUES (3, 'AMAZONIA')`)
	update(t, b, func(tx *book.Tx) error {
		c, err := CreateCampaign(tx, Campaign{Ref: "forest", Channel: "email", Cause: "amazonia"})
		require.NoError(t, err)
		require.Equal(t, []string{"A", "C"}, c.Products)
		members, err := Audience(tx.View, c, Choice{})
		require.Len(t, members, 1)
		require.Equal(t, int64(1), members[0].Customer)
		return err
	})
}

// sendNow sends what waits without a server.
func sendNow(t testing.TB, b *book.Book) {
	t.Helper()
	_, err := Send(context.Background(), b, "send", Sending{}, func(context.Context, Message) Outcome { return Outcome{Kind: "sent"} }, nil)
	require.NoError(t, err)
}

func order(id, customer int, on string, more string) string {
	return fmt.Sprintf(`INSERT INTO orders (id, customer_id, ordered_on, total, cost%s) VALUES (%d, %d, '%s', 10000, 4000%s)`,
		map[bool]string{true: "", false: ", campaign_id"}[more == ""], id, customer, on, more)
}

// TestReturnOnInvestment is the example of the definitions: 5 sales of 100 at a campaign cost of 100 are 400 % by revenue,
// and 200 % by margin at a product cost of 40.
func TestReturnOnInvestment(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 10)
	c := launch(t, b, nil)
	sendNow(t, b)
	update(t, b, func(tx *book.Tx) error {
		for _, amount := range []int64{6000, 4000} {
			if _, err := AddCost(tx, c.ID, CostLine{What: "x", Amount: 1}); err != nil {
				return err
			}
			if _, err := tx.Exec(`UPDATE campaign_costs SET amount = ? WHERE id = (SELECT max(id) FROM campaign_costs)`, amount); err != nil {
				return err
			}
		}
		return nil
	})
	for i := 1; i <= 5; i++ {
		do(t, b, order(i, i, "2026-11-22", ""))
	}
	do(t, b, order(6, 6, "2026-11-20", "")) // before the message
	var made []Credit
	update(t, b, func(tx *book.Tx) (err error) {
		made, err = CreditOrders(tx)
		return err
	})
	require.Len(t, made, 5)
	results := func() (r Result) {
		view(t, b, func(v *book.View) error {
			c, err := GetCampaign(v, c.ID)
			require.NoError(t, err)
			r, err = Results(v, c, v.Today())
			return err
		})
		return r
	}
	r := results()
	require.Equal(t, []int64{10, 10, 5, 5}, []int64{r.Sent, r.Delivered(), r.Orders, r.Converted})
	require.InDelta(t, 400, r.ROI(true), 1e-9)
	require.InDelta(t, 200, r.ROI(false), 1e-9)
	require.InDelta(t, .5, r.Rate(r.Converted), 1e-9)
	// A return takes money back and no credit.
	do(t, b, `INSERT INTO orders (customer_id, ordered_on, total, cost, original_id) VALUES (1, '2026-11-22', -10000, -4000, 1)`)
	r = results()
	require.InDelta(t, 300, r.ROI(true), 1e-9)
	require.InDelta(t, 140, r.ROI(false), 1e-9)
	do(t, b, `UPDATE orders SET cost = NULL WHERE id = 2`)
	r = results()
	require.True(t, math.IsNaN(r.ROI(false)), "an unknown cost gives no margin")
	require.InDelta(t, 300, r.ROI(true), 1e-9)
}

func TestCreditGoesToTheLastTouchOnce(t *testing.T) {
	now := time.Date(2026, 9, 1, 10, 0, 0, 0, time.UTC)
	b := newBook(t, func() time.Time { return now })
	addPeople(t, b, 4)
	first := launch(t, b, func(c *Campaign) { c.Ref = "first" })
	sendNow(t, b)
	now = now.AddDate(0, 0, 20)
	second := launch(t, b, func(c *Campaign) { c.Ref, c.Code = "second", "two" })
	sendNow(t, b)
	now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	do(t, b, `INSERT INTO campaigns (ref, name) VALUES ('flyer', 'flyer')`,
		order(1, 1, "2026-09-10", ""), order(2, 1, "2026-09-25", ""), order(3, 1, "2026-10-25", ""), order(4, 2, "2026-09-22", ", 3"),
		`INSERT INTO promotions (id, code, kind, percent, created_on) VALUES (1, 'TWO', 'percent', 1000, '2026-01-01')`,
		`INSERT INTO customers (id, name, created_on, name_key, search) VALUES (9, 'Nobody', '2026-01-01', 'nobody', 'nobody')`,
		order(5, 9, "2026-09-10", ""), `UPDATE orders SET promotion_id = 1 WHERE id = 5`,
		order(6, 3, "2026-09-30", ""), `INSERT INTO message_events (message_id, at, kind, ref, ref_source) SELECT id, '2026-09-21T10:00:00Z', 'bounced', 'b', 'x' FROM messages WHERE customer_id = 3 AND campaign_id = 2`,
		order(7, 4, "2026-09-22", ""), `UPDATE orders SET cancelled_on = '2026-09-23' WHERE id = 7`,
		`INSERT INTO orders (id, customer_id, ordered_on, total, is_history) VALUES (8, 4, '2026-09-22', 100, 0)`)
	credited := func() (list []string) {
		view(t, b, func(v *book.View) error {
			all, err := Credits(v, 0)
			for _, c := range all {
				list = append(list, fmt.Sprintf("%d %s %s", c.OrderID, c.Campaign, c.Reason))
			}
			return err
		})
		return list
	}
	run := func() {
		update(t, b, func(tx *book.Tx) error {
			_, err := CreditOrders(tx)
			return err
		})
	}
	run()
	want := []string{"1 first last_touch", "5 second code", "4 flyer manual", "2 second last_touch", "6 first last_touch"}
	require.Equal(t, want, credited())
	do(t, b, `UPDATE orders SET campaign_id = 1 WHERE id = 2`) // a later import says otherwise
	run()
	require.Equal(t, want, credited())
	err := b.Update(context.Background(), "credit", func(tx *book.Tx) error {
		_, err := CreditOrder(tx, first.ID, 2)
		return err
	})
	require.ErrorContains(t, err, "credited to campaign second already")
	require.NotZero(t, second.ID)
}

// TestLift checks the published examples of R. G. Newcombe, 1998, table II, method 10.
func TestLift(t *testing.T) {
	for _, c := range []struct {
		a, m, b, n int64
		low, high  float64
	}{
		{56, 70, 48, 80, .0524, .3339},
		{9, 10, 3, 10, .1705, .8090},
		{6, 7, 2, 7, .0582, .8062},
		{5, 56, 0, 29, -.0381, .1926},
		{0, 10, 0, 20, -.1611, .2775},
		{0, 10, 0, 10, -.2775, .2775},
		{10, 10, 0, 20, .6791, 1},
		{10, 10, 0, 10, .6075, 1},
	} {
		l := NewLift(c.m, c.a, c.n, c.b)
		require.InDelta(t, c.low, l.Low, 5e-5)
		require.InDelta(t, c.high, l.High, 5e-5)
	}
	require.True(t, math.IsNaN(NewLift(10, 1, 0, 0).Difference))
}

func TestEventsAreRecordedOnce(t *testing.T) {
	b := newBook(t, clock)
	addPeople(t, b, 4)
	c := launch(t, b, nil)
	sendNow(t, b)
	list := messagesIn(t, b, MessageQuery{})
	rows := []EventRow{
		{Line: 2, Kind: "opened", Address: "C1@Example.com", At: testNow.Add(-time.Hour), Told: true},
		{Line: 3, Kind: "opened", Address: "c1@example.com", At: testNow.Add(-30 * time.Minute), Told: true},
		{Line: 4, Kind: "clicked", Token: "<" + list[0].Token + "@luz.example>", At: testNow, Told: true, Detail: "https://x"},
		{Line: 5, Kind: "unsubscribed", Address: "c2@example.com", At: testNow, Told: true, Ref: "e1"},
		{Line: 6, Kind: "bounced", Address: "c3@example.com", At: testNow, Told: true},
		{Line: 7, Kind: "opened", Address: "nobody@example.com", At: testNow, Told: true},
		{Line: 8, Kind: "", Address: "c4@example.com"},
		{Line: 9, Kind: "opened", Address: "c4@example.com"},
	}
	read := func() (tally EventTally, refused []int) {
		update(t, b, func(tx *book.Tx) (err error) {
			tally, err = ImportEvents(tx, func(yield func([]EventRow) bool) { yield(rows) }, c.ID, "csv", func(line int, _, _ string) { refused = append(refused, line) })
			return err
		})
		return tally, refused
	}
	tally, refused := read()
	require.Equal(t, EventTally{Created: 5}, tally)
	require.Equal(t, []int{7, 9}, refused)
	tally, _ = read()
	require.Equal(t, EventTally{Unchanged: 5}, tally)
	view(t, b, func(v *book.View) error {
		r, err := Results(v, c, v.Today())
		require.Equal(t, []int64{4, 3, 1, 1, 1}, []int64{r.Sent, r.Delivered(), r.Opened, r.Clicked, r.Unsubscribed})
		for id, want := range map[int64]string{1: "", 2: NoConsent, 3: NoAddress} {
			_, reason, err := Reach(v, id, "email", "marketing")
			require.NoError(t, err)
			require.Equal(t, want, reason)
		}
		return err
	})
	for word, want := range map[string]string{"Open": "opened", "hard_bounce": "bounced", "Spam Report": "complained", "delivered": "", "UNSUB": "unsubscribed", "clicks": "clicked"} {
		got, err := EventKind(word)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	_, err := EventKind("danced")
	require.Error(t, err)
}

func TestChatLink(t *testing.T) {
	require.Equal(t, "https://wa.me/34600123456?text=Hola%2C%20Ana%20%26%20co%0A%C2%BFqu%C3%A9%20tal%3F", ChatLink("+34600123456", "Hola, Ana & co\n¿qué tal?\n"))
}

func TestCampaignStatus(t *testing.T) {
	day := dates.Date(1)
	for want, c := range map[string]Campaign{
		"draft": {}, "planned": {Planned: day}, "sending": {Launched: day, Queued: 1}, "done": {Launched: day}, "paused": {Launched: day, Paused: day, Queued: 1},
		"cancelled": {Launched: day, Paused: day, Cancelled: day},
	} {
		require.Equal(t, want, c.Status())
	}
}
