package contacts

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// opening is when the cases of these tables begin: a Sunday at eight in the morning, UTC.
var opening = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)

// caseOf is a case with events written as kind@DURATION after the opening, in the order of their ids.
func caseOf(tb testing.TB, events string) Case {
	tb.Helper()
	c := Case{ID: 1, OpenedAt: opening, zone: time.UTC}
	for i, word := range strings.Fields(events) {
		kind, after, _ := strings.Cut(word, "@")
		d, err := time.ParseDuration(after)
		require.NoError(tb, err)
		c.Events = append(c.Events, CaseEvent{ID: int64(i + 1), At: opening.Add(d), Kind: kind})
		if kind == CaseAssign {
			c.Events[i].HandlerRef = "K" + after
		}
	}
	return c
}

// hoursOr are hours as text, or - while there are none.
func hoursOr(d time.Duration, ok bool) string {
	if !ok {
		return "-"
	}
	return d.String()
}

func TestCaseTells(t *testing.T) {
	for name, want := range map[string]struct {
		events                     string
		asOf                       string
		status, responds, resolves string
		handler                    string
		age                        int
	}{
		"nothing yet":                        {"", "2026-11-03", "open", "-", "-", "", 2},
		"a note is no response":              {"note@1h", "2026-11-01", "open", "-", "-", "", 0},
		"an assignment is none":              {"assign@1h", "2026-11-01", "open", "-", "-", "K1h", 0},
		"answered":                           {"note@1h response@90m response@5h", "2026-11-01", "answered", "1h30m0s", "-", "", 0},
		"closed after a response":            {"response@2h close@30h", "2026-11-09", "closed", "2h0m0s", "30h0m0s", "", 1},
		"closed without a response":          {"close@3h", "2026-11-09", "closed", "3h0m0s", "3h0m0s", "", 0},
		"closed at once":                     {"close@0s", "2026-11-09", "closed", "0s", "0s", "", 0},
		"reopened":                           {"response@1h close@2h reopen@3h", "2026-11-09", "open", "1h0m0s", "-", "", 8},
		"reopened and answered":              {"response@1h close@2h reopen@3h response@4h", "2026-11-09", "answered", "1h0m0s", "-", "", 8},
		"closed again":                       {"close@2h reopen@3h response@26h close@50h", "2026-11-09", "closed", "2h0m0s", "50h0m0s", "", 2},
		"events of one instant by their ids": {"close@2h reopen@2h close@2h", "2026-11-09", "closed", "2h0m0s", "2h0m0s", "", 0},
		"and backdated ones by their time":   {"close@5h response@1h assign@3h assign@2h", "2026-11-09", "closed", "1h0m0s", "5h0m0s", "K3h", 0},
		"before the close":                   {"response@1h close@30h", "2026-11-01", "answered", "1h0m0s", "-", "", 0},
		"before the response":                {"response@24h close@30h", "2026-11-01", "open", "-", "-", "", 0},
		"before the reopening":               {"close@1h reopen@48h", "2026-11-02", "closed", "1h0m0s", "1h0m0s", "", 0},
		"what cannot be changes nothing":     {"reopen@1h close@2h response@3h assign@4h", "2026-11-09", "closed", "2h0m0s", "2h0m0s", "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c := caseOf(t, want.events)
			c.tell(isoDay(t, want.asOf))
			require.Equal(t, want.status, c.Status)
			require.Equal(t, want.responds, hoursOr(c.FirstResponse()))
			require.Equal(t, want.resolves, hoursOr(c.Resolution()))
			require.Equal(t, want.handler, c.HandlerRef)
			require.Equal(t, want.age, c.AgeDays)
			require.Equal(t, isoDay(t, "2026-11-01"), c.OpenedOn)
		})
	}
}

func TestCaseDaysAreThoseOfTheBook(t *testing.T) {
	zone, err := time.LoadLocation("Pacific/Auckland") // thirteen hours ahead
	require.NoError(t, err)
	c := caseOf(t, "close@4h")
	c.zone = zone
	c.tell(isoDay(t, "2026-11-01"))
	require.Equal(t, CaseOpen, c.Status, "by its clock the end was on the day after")
	c = caseOf(t, "close@4h")
	c.zone = zone
	c.tell(isoDay(t, "2026-11-02"))
	require.Equal(t, CaseClosed, c.Status)
	require.Equal(t, 1, c.AgeDays)
}

func TestCaseRefuses(t *testing.T) {
	for name, want := range map[string]struct {
		events, next string
		text, hint   string
	}{
		"note an open one":            {"", "note@1h", "", ""},
		"answer an open one":          {"", "response@1h", "", ""},
		"close an open one":           {"", "close@1h", "", ""},
		"reopen an open one":          {"", "reopen@1h", "it is open (since 2026-11-01 08:00): reopen is not possible", "perla case assign|close|note|respond 1"},
		"reopen an answered one":      {"response@1h", "reopen@2h", "it is answered (since 2026-11-01 09:00): reopen is not possible", ""},
		"answer it again":             {"response@1h", "response@1h", "", ""},
		"close a closed one":          {"close@26h", "close@27h", "it is closed (since 2026-11-02 10:00): close is not possible", "perla case note|reopen 1"},
		"answer a closed one":         {"close@1h", "response@2h", "it is closed (since 2026-11-01 09:00): respond is not possible", ""},
		"assign a closed one":         {"close@1h", "assign@2h", "assign is not possible", ""},
		"note a closed one":           {"close@1h", "note@2h", "", ""},
		"reopen it":                   {"close@1h", "reopen@1h", "", ""},
		"before it was opened":        {"", "note@-1m", "it was opened at 2026-11-01 08:00, and 2026-11-01 07:59 was before", "--at"},
		"answer before it was closed": {"close@3h", "response@2h", "", ""},
		"close before it was closed":  {"close@3h", "close@2h", "close at 2026-11-01 10:00 is not possible before close at 2026-11-01 11:00", "--at"},
		"close before an answer":      {"response@3h", "close@2h", "close at 2026-11-01 10:00 is not possible before respond at 2026-11-01 11:00", "--at"},
		"close before a note":         {"note@3h", "close@2h", "", ""},
		"reopen before it was closed": {"close@3h", "reopen@2h", "it is open (since 2026-11-01 08:00): reopen is not possible", ""},
		"between two ends":            {"close@1h reopen@2h close@3h", "response@2h", "", ""},
		"while it was closed":         {"close@1h reopen@3h", "response@2h", "it is closed (since 2026-11-01 09:00)", ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := caseOf(t, want.events)
			err := c.refuse(caseOf(t, want.next).Events[0])
			if want.text == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, want.text)
			require.Contains(t, err.(*fault.Error).Hint, want.hint)
		})
	}
}

// TestEveryStatusCanBeLeft holds that the table of moves knows each status, and that no case is stuck.
func TestEveryStatusCanBeLeft(t *testing.T) {
	for status, moves := range caseMoves {
		left := false
		for _, next := range moves {
			require.Contains(t, caseMoves, next)
			left = left || next != status
		}
		require.True(t, left, status)
	}
}

// TestCasesDependOnNothingLater holds that what is said of a case as of a day is what would have been said that day.
func TestCasesDependOnNothingLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kinds := []string{CaseNote, CaseResponse, CaseAssign, CaseClose, CaseReopen}
		c := Case{ID: 1, OpenedAt: opening, zone: time.UTC}
		for range rapid.IntRange(0, 20).Draw(t, "events") {
			e := CaseEvent{ID: int64(len(c.Events) + 1), Kind: rapid.SampledFrom(kinds).Draw(t, "kind"),
				At: opening.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "hours")) * 6 * time.Hour)}
			if c.refuse(e) == nil {
				c.Events = append(c.Events, e)
			}
		}
		asOf := dates.Of(opening, time.UTC).AddDays(rapid.IntRange(0, 6).Draw(t, "as of"))
		then := c
		then.Events = []CaseEvent{}
		for _, e := range c.Events {
			if dates.Of(e.At, time.UTC) <= asOf {
				then.Events = append(then.Events, e)
			}
		}
		now := c
		now.Events = append([]CaseEvent{}, rapid.Permutation(c.Events).Draw(t, "shuffled")...)
		now.tell(asOf)
		then.tell(asOf)
		require.Equal(t, then, now)

		status := CaseOpen
		for _, e := range now.Events {
			next, legal := caseMoves[status][e.Kind]
			require.True(t, legal, "what was let through was possible when it happened")
			status = next
		}
		require.Equal(t, status, now.Status)
		responds, answered := now.FirstResponse()
		resolves, closed := now.Resolution()
		require.Equal(t, closed, now.Status == CaseClosed)
		require.True(t, !closed || answered && responds >= 0 && responds <= resolves, "nobody waits for a response longer than for the end")
	})
}

// caseBook is a book with four cases, of which the first is answered and handed on and the third closed.
func caseBook(t *testing.T) *book.Book {
	b := newBook(t)
	add(t, b, customer(t, "Ana"), customer(t, "Eva"))
	at := func(text string) time.Time {
		at, err := time.Parse(time.RFC3339, text)
		require.NoError(t, err)
		return at
	}
	open := func(c Case, events ...CaseEvent) Case {
		update(t, b, func(tx *book.Tx) (err error) { c, err = AddCase(tx, c, events...); return err })
		return c
	}
	consultant := func(name string) (id int64) {
		update(t, b, func(tx *book.Tx) (err error) {
			id, err = tx.Insert(`INSERT INTO consultants (ref, name) VALUES (?, ?)`, strings.ToLower(name), name)
			return err
		})
		return id
	}
	kay, lou := consultant("Kay"), consultant("Lou")
	broken := open(Case{CustomerID: 1, Topic: " broken ", Kind: "complaint", Priority: "high", OpenedAt: at("2026-11-10T22:59:59Z")}, CaseEvent{Kind: CaseAssign, HandlerID: kay})
	require.Equal(t, Case{ID: 1, CustomerID: 1, Person: "Ana", Kind: "complaint", Topic: "broken", Priority: "high", OpenedAt: at("2026-11-10T22:59:59Z"),
		Status: "open", OpenedOn: isoDay(t, "2026-11-10"), AgeDays: 12, Handler: "Kay", HandlerRef: "kay", zone: broken.zone, customerKey: "Ana",
		Events: []CaseEvent{{ID: 1, At: at("2026-11-10T22:59:59Z"), Kind: "assign", Handler: "Kay", HandlerRef: "kay"}}}, broken)
	open(Case{CustomerID: 1, Topic: "sample"})
	open(Case{CustomerID: 2, Topic: "gift", Priority: "low", OpenedAt: at("2026-11-01T00:00:00Z")})
	asks := open(Case{ConsultantID: lou, Topic: "catalogue", Priority: "urgent"})
	require.Equal(t, []any{"Lou", "request", testNow()}, []any{asks.Person, asks.Kind, asks.OpenedAt})
	follow := func(id int64, e CaseEvent) (c Case) {
		update(t, b, func(tx *book.Tx) (err error) { c, err = AddCaseEvent(tx, id, e); return err })
		return c
	}
	follow(1, CaseEvent{Kind: CaseResponse, Text: "called", At: at("2026-11-11T22:59:59Z")})
	require.Equal(t, "Lou", follow(1, CaseEvent{Kind: CaseAssign, HandlerID: lou}).Handler)
	closed := follow(3, CaseEvent{Kind: CaseClose, At: at("2026-11-03T00:00:00.999Z")})
	require.Equal(t, at("2026-11-03T00:00:00Z"), closed.ClosedAt, "instants are kept to the second")
	return b
}

func TestCases(t *testing.T) {
	b := caseBook(t)
	today := isoDay(t, "2026-11-22")
	for name, want := range map[string]struct {
		q   CaseQuery
		ids []int64
	}{
		"open first, urgent first, then the oldest": {CaseQuery{AsOf: today}, []int64{4, 1, 2, 3}},
		"open":                {CaseQuery{AsOf: today, Open: true}, []int64{4, 1, 2}},
		"closed":              {CaseQuery{AsOf: today, Closed: true}, []int64{3}},
		"a kind":              {CaseQuery{AsOf: today, Kind: "complaint"}, []int64{1}},
		"a priority":          {CaseQuery{AsOf: today, Priority: "low"}, []int64{3}},
		"a client":            {CaseQuery{AsOf: today, Customer: 1}, []int64{1, 2}},
		"a consultant":        {CaseQuery{AsOf: today, Consultant: "lou"}, []int64{4}},
		"nobody's":            {CaseQuery{AsOf: today, Consultant: "nobody"}, nil},
		"a handler":           {CaseQuery{AsOf: today, Handler: "lou"}, []int64{1}},
		"a handler of before": {CaseQuery{AsOf: isoDay(t, "2026-11-21"), Handler: "kay"}, []int64{1}},
		"as of before":        {CaseQuery{AsOf: isoDay(t, "2026-11-10")}, []int64{1, 3}},
		"open then":           {CaseQuery{AsOf: isoDay(t, "2026-11-02"), Open: true}, []int64{3}},
		"by day":              {CaseQuery{AsOf: today, Days: dates.Range{From: isoDay(t, "2026-11-10"), To: isoDay(t, "2026-11-10")}}, []int64{1}},
		"from a day on":       {CaseQuery{AsOf: today, Days: dates.Range{From: isoDay(t, "2026-11-11")}}, []int64{4, 2}},
		"up to a day":         {CaseQuery{AsOf: today, Days: dates.Range{To: isoDay(t, "2026-11-09")}}, []int64{3}},
		"sorted":              {CaseQuery{AsOf: today, Sort: "-id", Limit: 2}, []int64{4, 3}},
		"by person":           {CaseQuery{AsOf: today, Sort: "person"}, []int64{1, 2, 3, 4}},
		"by priority":         {CaseQuery{AsOf: today, Sort: "priority"}, []int64{3, 2, 1, 4}},
		"by age":              {CaseQuery{AsOf: today, Sort: "-age_days"}, []int64{1, 3, 2, 4}},
	} {
		view(t, b, func(v *book.View) error {
			list, err := Cases(v, want.q)
			var ids []int64
			for _, c := range list {
				ids = append(ids, c.ID)
			}
			require.Equal(t, want.ids, ids, name)
			return err
		})
	}
}

func TestCasesOfOne(t *testing.T) {
	b := caseBook(t)
	today := isoDay(t, "2026-11-22")
	view(t, b, func(v *book.View) error {
		list, err := OpenCases(v, 1, today)
		require.NoError(t, err)
		require.Len(t, list, 2)
		var steps []string
		for s, err := range CaseTimeline(v, 1, isoDay(t, "2026-11-21")) {
			require.NoError(t, err)
			steps = append(steps, s.At.Format("01-02 ")+s.Kind+" "+s.Text+s.Handler+" of "+s.Case.Topic)
		}
		require.Equal(t, []string{"11-11 response called of broken", "11-10 assign Kay of broken", "11-10 open broken of broken"}, steps)
		for s := range CaseTimeline(v, 1, today) {
			require.Equal(t, "Lou", s.Handler, "the reader may leave")
			break
		}
		_, err = Cases(v, CaseQuery{Sort: "size"})
		require.Equal(t, fault.Usage, fault.KindOf(err))
		_, err = Cases(v, CaseQuery{Limit: -1})
		require.Equal(t, fault.Usage, fault.KindOf(err))
		_, err = FindCase(v, 1, isoDay(t, "2026-11-09"))
		require.Equal(t, fault.NotFound, fault.KindOf(err), "it was not there yet")
		c, err := FindCase(v, 1, isoDay(t, "2026-11-11"))
		require.Equal(t, CaseAnswered, c.Status)
		return err
	})
}

func TestCasesRefuse(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Insert(`INSERT INTO products (sku, name, created_on) VALUES ('CREAM-50', 'Cream', '2026-01-01')`)
		require.NoError(t, err)
		_, err = AddCase(tx, Case{CustomerID: 1, Topic: "broken", Product: "CREAM-50"})
		return err
	})
	tomorrow := testNow().Add(24 * time.Hour)
	for name, refused := range map[string]struct {
		do   func(*book.Tx) (Case, error)
		kind fault.Kind
		text string
	}{
		"no topic": {func(tx *book.Tx) (Case, error) { return AddCase(tx, Case{CustomerID: 1, Topic: " "}) }, fault.Usage, "the topic of a case cannot be empty"},
		"a day to come": {func(tx *book.Tx) (Case, error) {
			return AddCase(tx, Case{CustomerID: 1, Topic: "x", OpenedAt: tomorrow})
		}, fault.Usage, "--at: 2026-11-23 11:00 lies in the future"},
		"no product": {func(tx *book.Tx) (Case, error) {
			return AddCase(tx, Case{CustomerID: 1, Topic: "x", Product: "CREAM-5"})
		}, fault.NotFound, "product CREAM-5"},
		"nobody's":          {func(tx *book.Tx) (Case, error) { return AddCase(tx, Case{Topic: "x"}) }, fault.Conflict, "case_of_one"},
		"a note of nothing": {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 1, CaseEvent{Kind: CaseNote, Text: "\n"}) }, fault.Usage, "the note of a case cannot be empty"},
		"nobody to handle":  {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 1, CaseEvent{Kind: CaseAssign}) }, fault.Usage, "is not named"},
		"a NUL":             {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 1, CaseEvent{Kind: CaseClose, Text: "a\x00"}) }, fault.Usage, "NUL"},
		"to come":           {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 1, CaseEvent{Kind: CaseClose, At: tomorrow}) }, fault.Usage, "lies in the future"},
		"a wrong move":      {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 1, CaseEvent{Kind: CaseReopen}) }, fault.Conflict, "case 1: it is open"},
		"no case":           {func(tx *book.Tx) (Case, error) { return AddCaseEvent(tx, 7, CaseEvent{Kind: CaseReopen}) }, fault.NotFound, "case 7"},
		"an empty topic":    {func(tx *book.Tx) (Case, error) { return EditCase(tx, Case{ID: 1}) }, fault.Usage, "the topic"},
		"no case to edit":   {func(tx *book.Tx) (Case, error) { return EditCase(tx, Case{ID: 7}) }, fault.NotFound, "case 7"},
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := refused.do(tx); return err })
		require.Equal(t, refused.kind, fault.KindOf(err), "%s: %v", name, err)
		require.ErrorContains(t, err, refused.text, name)
	}
	view(t, b, func(v *book.View) error {
		list, err := Cases(v, CaseQuery{})
		require.Len(t, list, 1)
		require.Empty(t, list[0].Events)
		return err
	})
}

func TestEditCase(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Insert(`INSERT INTO products (sku, name, created_on) VALUES ('CREAM-50', 'Cream', '2026-01-01')`)
		require.NoError(t, err)
		_, err = AddCase(tx, Case{CustomerID: 1, Topic: "broken", Channel: "call"})
		return err
	})
	edit := func(change func(*Case)) (c Case, changed bool) {
		update(t, b, func(tx *book.Tx) (err error) {
			c, err = FindCase(tx.View, 1, 0)
			require.NoError(t, err)
			change(&c)
			c, err = EditCase(tx, c)
			changed = tx.Changed()
			return err
		})
		return c, changed
	}
	c, changed := edit(func(c *Case) {
		c.Topic, c.Priority, c.Kind, c.Product = "very broken", "urgent", "complaint", "CREAM-50"
	})
	require.True(t, changed)
	require.Equal(t, []string{"very broken", "urgent", "complaint", "CREAM-50", "call"}, []string{c.Topic, c.Priority, c.Kind, c.Product, c.Channel})
	_, changed = edit(func(c *Case) { c.Topic = "very broken " })
	require.False(t, changed, "what is the same is not written")
	c, _ = edit(func(c *Case) { c.Product, c.Channel = "", "" })
	require.Empty(t, c.Product+c.Channel)
	require.Equal(t, []string{CaseOpen, "very broken"}, []string{c.Status, c.Topic})
}
