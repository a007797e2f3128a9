package contacts

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func isoDay(tb testing.TB, s string) dates.Date {
	tb.Helper()
	if s == "" {
		return 0
	}
	d, err := dates.ParseISO(s)
	require.NoError(tb, err)
	return d
}

// said is a row of the ledger of customer 1 as +channel/purpose or -channel/purpose, from a day on.
func said(tb testing.TB, on, what string) Consent {
	tb.Helper()
	c := Consent{CustomerID: 1, Purpose: "marketing", On: isoDay(tb, on), Granted: what[0] == '+', Channel: what[1:]}
	if at := len(what) - len("/service"); at > 0 && what[at:] == "/service" {
		c.Channel, c.Purpose = what[1:at], "service"
	}
	return c
}

// consentWords writes consents as said reads them.
func consentWords(list []Consent) (words []string) {
	for _, c := range list {
		word := map[bool]string{true: "+", false: "-"}[c.Granted] + c.Channel
		if c.Purpose == "service" {
			word += "/service"
		}
		words = append(words, word)
	}
	return words
}

func TestConsentsAt(t *testing.T) {
	ledger := []Consent{
		said(t, "2026-03-01", "+email"), said(t, "2026-03-01", "-email"), said(t, "2026-03-01", "+email"),
		said(t, "2026-02-01", "+sms/service"), said(t, "2026-05-01", "-sms/service"),
		said(t, "2026-04-01", "+letter"), said(t, "2026-01-01", "-letter"),
		{CustomerID: 2, Channel: "email", Purpose: "marketing", On: isoDay(t, "2026-01-01")},
	}
	for i := range ledger {
		ledger[i].ID = int64(i + 1)
	}
	for asOf, want := range map[string][]string{
		"2025-12-31": nil,
		"2026-01-01": {"-letter", "-email"},
		"2026-02-28": {"+sms/service", "-letter", "-email"},
		"2026-03-01": {"+email", "+sms/service", "-letter", "-email"},
		"2026-04-01": {"+email", "+sms/service", "+letter", "-email"},
		"2026-12-31": {"+email", "-sms/service", "+letter", "-email"},
	} {
		require.Equal(t, want, consentWords(ConsentsAt(ledger, isoDay(t, asOf))), asOf)
	}
}

// drawLedger draws a ledger with few days, so that many rows share one.
func drawLedger(t *rapid.T) []Consent {
	list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Consent {
		return Consent{CustomerID: rapid.Int64Range(1, 2).Draw(t, "customer"), Channel: rapid.SampledFrom(ConsentChannels[:3]).Draw(t, "channel"),
			Purpose: rapid.SampledFrom(ConsentPurposes).Draw(t, "purpose"), Granted: rapid.Bool().Draw(t, "granted"),
			On: dates.Date(rapid.IntRange(1, 5).Draw(t, "day"))}
	}), 0, 30).Draw(t, "ledger")
	for i := range list {
		list[i].ID = int64(i + 1)
	}
	return list
}

func TestConsentsDependOnNothingLater(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ledger := drawLedger(t)
		asOf := dates.Date(rapid.IntRange(0, 6).Draw(t, "as of"))
		var until []Consent
		for _, c := range ledger {
			if c.On <= asOf {
				until = append(until, c)
			}
		}
		state := ConsentsAt(ledger, asOf)
		require.Equal(t, ConsentsAt(until, asOf), state, "rows of later days count for nothing")
		require.Equal(t, state, ConsentsAt(rapid.Permutation(ledger).Draw(t, "shuffled"), asOf), "the order in which rows are handed over counts for nothing")
		for _, c := range state {
			for _, other := range ledger {
				if other.key() == c.key() && other.On <= asOf {
					require.True(t, other.On < c.On || other.On == c.On && other.ID <= c.ID, "the last row of the last day decides")
				}
			}
		}
		require.Equal(t, state, ConsentsAt(state, asOf), "what decides alone says the same")
	})
}

// recordConsents writes rows by hand and gives the words of those that were written.
func recordConsents(tb testing.TB, b *book.Book, list ...Consent) (written []string) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		w, err := NewConsentWriter(tx)
		require.NoError(tb, err)
		which, err := w.Record(list)
		written = consentsWritten(list, which)
		return err
	})
	return written
}

// importConsents writes rows as a file does.
func importConsents(tb testing.TB, b *book.Book, list ...Consent) (written []string) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		w, err := NewConsentWriter(tx)
		require.NoError(tb, err)
		which, err := w.Import(list)
		written = consentsWritten(list, which)
		return err
	})
	return written
}

func consentsWritten(list []Consent, which []bool) (written []string) {
	for i, yes := range which {
		if yes {
			written = append(written, consentWords(list[i:i+1])...)
		}
	}
	return written
}

func ledgerOf(tb testing.TB, b *book.Book, customer int64, asOf string) (list []Consent) {
	tb.Helper()
	view(tb, b, func(v *book.View) (err error) {
		list, err = ConsentLedger(v, []int64{customer}, isoDay(tb, asOf))
		return err
	})
	return list
}

func TestRecordConsents(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	with := func(c Consent, basis, source, version string) Consent {
		c.Basis, c.Source, c.TextVersion = basis, source, version
		return c
	}
	grant := said(t, "2026-03-01", "+email")
	require.Equal(t, []string{"+email", "+sms/service"}, recordConsents(t, b, with(grant, "", "signed card", "v3"), said(t, "2026-03-01", "+sms/service")))

	now := said(t, "", "+email")
	for name, same := range map[string]Consent{"as before": now, "source": with(now, "", "signed card", ""), "all": with(now, "consent", "signed card", "v3")} {
		require.Empty(t, recordConsents(t, b, same), "a grant that says nothing new is not written: %s", name)
	}
	require.Equal(t, []string{"+email"}, recordConsents(t, b, with(now, "", "signed card", "v4")), "a new text is news")
	require.Equal(t, []string{"+email"}, recordConsents(t, b, with(now, "contract", "", "")), "and so is a new basis")
	require.Equal(t, []string{"-email"}, recordConsents(t, b, said(t, "", "-email"), said(t, "", "-email")), "within one command too a word is written once")
	require.Empty(t, recordConsents(t, b, said(t, "", "-email")), "what is taken back stays so")
	require.Equal(t, []string{"-social"}, recordConsents(t, b, said(t, "", "-social")), "a no without a yes before it is remembered")

	ledger := ledgerOf(t, b, 1, "2026-11-22")
	require.Equal(t, []string{"+email", "+sms/service", "+email", "+email", "-email", "-social"}, consentWords(ledger))
	require.Equal(t, "contract", ledger[4].Basis, "what is taken back had this basis")
	require.Equal(t, "consent", ledger[5].Basis)
	require.Equal(t, Consent{ID: 1, CustomerID: 1, Customer: "Ana", Channel: "email", Purpose: "marketing", Granted: true, On: isoDay(t, "2026-03-01"),
		Basis: "consent", Source: "signed card", TextVersion: "v3"}, ledger[0])

	for name, refused := range map[string]struct {
		row  Consent
		kind fault.Kind
		text string
	}{
		"no new opt-in":  {now, fault.Conflict, "customer 1: email: she took the consent for marketing back on 2026-11-22; only a new opt-in gives it again"},
		"a day to come":  {said(t, "2026-11-23", "+sms"), fault.Usage, "2026-11-23 lies in the future"},
		"a NUL":          {with(now, "", "a\x00b", ""), fault.Usage, "holds a NUL character"},
		"a word unknown": {said(t, "", "+pigeon"), fault.Conflict, "consent_channel"},
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error {
			w, err := NewConsentWriter(tx)
			require.NoError(t, err)
			_, err = w.Record([]Consent{refused.row})
			return err
		})
		require.Equal(t, refused.kind, fault.KindOf(err), "%s: %v", name, err)
		require.ErrorContains(t, err, refused.text, name)
	}
	require.Equal(t, []string{"+email"}, recordConsents(t, b, with(now, "", "web form", "")), "with a source it is a new opt-in")
}

func TestRecordConsentsOfThePast(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	require.Equal(t, []string{"+email", "-email"}, recordConsents(t, b, said(t, "2026-01-01", "+email"), said(t, "2026-06-01", "-email")))
	require.Empty(t, recordConsents(t, b, said(t, "2026-03-01", "+email")), "it was granted on that day already")
	require.Equal(t, []string{"-email"}, recordConsents(t, b, said(t, "2026-03-01", "-email")), "on that day it was not yet taken back")
	require.Equal(t, []string{"+letter", "-letter"}, recordConsents(t, b, said(t, "2026-05-01", "+letter"), said(t, "2026-04-01", "-letter")),
		"a row before another of the same command is judged by its own day")
	view(t, b, func(v *book.View) error {
		for asOf, want := range map[string][]string{"2026-02-28": {"+email"}, "2026-03-01": {"-email"}, "2026-04-30": {"-email", "-letter"}, "2026-11-22": {"-email", "+letter"}} {
			state, err := Consents(v, 1, isoDay(t, asOf))
			require.NoError(t, err)
			require.Equal(t, want, consentWords(state), asOf)
		}
		return nil
	})
}

func TestImportConsents(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	require.Equal(t, []string{"+email", "-sms"}, importConsents(t, b, said(t, "", "+email"), said(t, "", "-sms"), said(t, "", "+email"), said(t, "", "+sms")),
		"a yes that follows a no of the same file does not override it")
	require.Empty(t, importConsents(t, b, said(t, "", "+email"), said(t, "", "-sms")), "the same file again changes nothing")
	require.Equal(t, []string{"-email"}, importConsents(t, b, said(t, "", "-email")), "a no always counts")
	require.Empty(t, importConsents(t, b, said(t, "", "+email")), "a yes never overrides what she took back")
	opt := said(t, "", "+email")
	opt.Source = "signed card"
	require.Empty(t, importConsents(t, b, opt), "be it with a source")
	require.Equal(t, []string{"+email"}, recordConsents(t, b, opt), "only her own new opt-in does")
	require.Equal(t, []string{"+email", "-sms", "-email", "+email"}, consentWords(ledgerOf(t, b, 1, "2026-11-22")))
}

// TestImportNeverGivesBack holds that no file turns a no into a yes.
func TestImportNeverGivesBack(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"), customer(t, "Eva"))
	rapid.Check(t, func(rt *rapid.T) {
		list := drawLedger(rt)
		for i := range list {
			list[i].ID = 0
		}
		err := b.Rehearse(context.Background(), false, func(tx *book.Tx) error {
			w, err := NewConsentWriter(tx)
			require.NoError(rt, err)
			half := rapid.IntRange(0, len(list)).Draw(rt, "first file")
			first, err := w.Record(optIns(list[:half]))
			require.NoError(rt, err)
			before := ledgersOf(rt, tx.View)
			second, err := w.Import(list[half:])
			require.NoError(rt, err)
			after := ledgersOf(rt, tx.View)
			require.Len(rt, after, yeses(first)+yeses(second))
			for asOf := dates.Date(1); asOf <= 5; asOf++ {
				allowed := map[consentKey]bool{}
				for _, c := range ConsentsAt(after, asOf) {
					allowed[c.key()] = c.Granted
				}
				for _, c := range ConsentsAt(before, asOf) {
					require.True(rt, c.Granted || !allowed[c.key()], "%v was taken back and is allowed again on day %d", c, asOf)
				}
				for _, c := range list[half:] {
					if !c.Granted && c.On == asOf {
						require.False(rt, allowed[c.key()], "%v is not heeded", c)
					}
				}
			}
			return nil
		})
		require.NoError(rt, err)
	})
}

// optIns gives each row a source, without which nothing is granted again.
func optIns(list []Consent) []Consent {
	for i := range list {
		list[i].Source = "form"
	}
	return list
}

func yeses(which []bool) (n int) {
	for _, yes := range which {
		if yes {
			n++
		}
	}
	return n
}

func ledgersOf(t require.TestingT, v *book.View) []Consent {
	all, err := ConsentLedger(v, []int64{1, 2}, dates.Date(1000))
	require.NoError(t, err)
	return all
}

// TestAllowed compares the condition in SQL with the pure function, for every channel, purpose and day.
func TestAllowed(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"), customer(t, "Eva"), customer(t, "Silent"))
	rapid.Check(t, func(rt *rapid.T) {
		ledger := drawLedger(rt)
		err := b.Rehearse(context.Background(), false, func(tx *book.Tx) error {
			for _, c := range ledger {
				_, err := tx.Insert(`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (?, ?, ?, ?, ?, 'consent')`,
					c.CustomerID, c.Channel, c.Purpose, c.Granted, c.On.String())
				require.NoError(rt, err)
			}
			asOf := dates.Date(rapid.IntRange(1, 6).Draw(rt, "as of"))
			channel, purpose := rapid.SampledFrom(ConsentChannels[:3]).Draw(rt, "channel"), rapid.SampledFrom(ConsentPurposes).Draw(rt, "purpose")
			var want []int64
			for _, c := range ConsentsAt(ledger, asOf) {
				if c.Granted && c.Channel == channel && c.Purpose == purpose {
					want = append(want, c.CustomerID)
				}
			}
			f := Allowed(channel, purpose, asOf)
			have, err := book.All(tx.View, book.Scalar[int64], `SELECT c.id FROM customers c WHERE `+f.SQL+` ORDER BY c.id`, f.Args...)
			require.Equal(rt, want, have)
			return err
		})
		require.NoError(rt, err)
	})
}

func TestConsentsAreAppendOnly(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana"))
	recordConsents(t, b, said(t, "", "+email"))
	for statement, want := range map[string]string{
		`UPDATE consents SET granted = 0`:     "consents are never changed",
		`UPDATE consents SET source = source`: "consents are never changed",
		`DELETE FROM consents`:                "consents are never deleted",
		`DELETE FROM consents WHERE id = 1`:   "consents are never deleted",
		`DELETE FROM customers`:               "FOREIGN KEY",
	} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error { _, err := tx.Exec(statement); return err })
		require.ErrorContains(t, err, want, statement)
		require.Equal(t, []string{"+email"}, consentWords(ledgerOf(t, b, 1, "2026-11-22")), statement)
	}
	_, err := b.Undo(context.Background(), 0)
	require.NoError(t, err, "undo passes")
	require.Empty(t, ledgerOf(t, b, 1, "2026-11-22"))
}

func BenchmarkImportConsents(bench *testing.B) {
	const people = 100_000
	b := newBook(bench)
	update(bench, b, func(tx *book.Tx) error {
		_, err := tx.Exec(fmt.Sprintf(`INSERT INTO customers (name, created_on, name_key, search)
			WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT 'x' || i, '2026-01-01', 'x' || i, 'x' || i FROM n`, people))
		return err
	})
	for bench.Loop() {
		require.NoError(bench, b.Rehearse(context.Background(), true, func(tx *book.Tx) error {
			w, err := NewConsentWriter(tx)
			require.NoError(bench, err)
			for range 2 { // the second time nothing is news
				for from := int64(1); from <= people; from += 8192 {
					var list []Consent
					for id := from; id < min(from+8192, people+1); id++ {
						list = append(list, Consent{CustomerID: id, Channel: "email", Purpose: "marketing", Granted: id%3 > 0, Source: "file"})
					}
					if _, err := w.Import(list); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
}
