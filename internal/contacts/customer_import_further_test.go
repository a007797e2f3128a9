package contacts

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
)

// dump is every fact of a book as text.
func dump(tb testing.TB, b *book.Book) string {
	tb.Helper()
	var out strings.Builder
	view(tb, b, func(v *book.View) error {
		tables, err := book.All(v, book.Scalar[string], `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'
			AND name NOT LIKE 'operation%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'customers_search%' ORDER BY name`)
		require.NoError(tb, err)
		for _, table := range tables {
			columns, err := book.All(v, book.Scalar[string], `SELECT name FROM pragma_table_info(?)`, table)
			require.NoError(tb, err)
			rows, err := book.All(v, book.Scalar[string], `SELECT json_array(`+strings.Join(columns, ", ")+`) FROM `+table+` ORDER BY id`)
			require.NoError(tb, err)
			fmt.Fprintln(&out, table, strings.Join(rows, "\n"))
		}
		return nil
	})
	return out.String()
}

// ask is the texts that a query gives, joined by " | ".
func ask(tb testing.TB, b *book.Book, query string) string {
	tb.Helper()
	var found []string
	view(tb, b, func(v *book.View) (err error) {
		found, err = book.All(v, book.Scalar[string], query)
		return err
	})
	return strings.Join(found, " | ")
}

// TestImportFurther is about what a customer has several of.
func TestImportFurther(t *testing.T) {
	cases := []struct {
		name     string
		before   []string
		rows     []string
		options  ImportOptions
		tally    string
		problems []string
		after    []string
	}{
		{name: "a second e-mail finds her and stays second", before: []string{"name=Ana|email=a@x.com|emails=home: h@x.com"}, rows: []string{"name=Ana|email=h@x.com|city=Lyon"},
			tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|city=Lyon|emails=home: h@x.com"}},
		{name: "a second phone finds her and stays second", before: []string{"name=Ana|phone=600111222|phones=work: 600 333 444"}, rows: []string{"name=Ana|phone=+34600333444|city=Lyon"},
			tally: "0 1 0", after: []string{"name=Ana|phone=600111222|city=Lyon|phones=work: 600 333 444"}},
		{name: "her own e-mail comes before a second one of another", before: []string{"ref=1|name=Ana|email=a@x.com|emails=h@x.com", "ref=2|name=Luis|email=h@x.com"},
			rows: []string{"name=Eva|email=h@x.com"}, tally: "0 1 0", after: []string{"ref=1|name=Ana|email=a@x.com|ref_source=csv|emails=h@x.com", "ref=2|name=Eva|email=h@x.com|ref_source=csv"}},
		{name: "one of the further e-mails of a row, and the name", before: []string{"name=Ana|email=h@x.com"}, rows: []string{"name=ana|email=a@x.com|emails=h@x.com"},
			tally: "0 1 0", after: []string{"name=ana|email=a@x.com|emails=h@x.com"}},
		{name: "one of the further e-mails of a row, another name", before: []string{"name=Luis|email=l@x.com|emails=h@x.com"}, rows: []string{"name=Ana|email=a@x.com|emails=h@x.com"},
			tally: "1 0 0", after: []string{"ref=1|name=Luis|email=l@x.com|ref_source=perla|emails=h@x.com", "ref=2|name=Ana|email=a@x.com|ref_source=perla|emails=h@x.com"}},
		{name: "two of one name have one of the further e-mails each", before: []string{"name=Ana|email=a@x.com|emails=h@x.com", "name=Ana|email=b@x.com|emails=w@x.com"},
			rows: []string{"name=Ana|email=c@x.com|emails=h@x.com; w@x.com"}, tally: "1 0 0"},
		{name: "within one file", rows: []string{"name=Ana|email=a@x.com|emails=h@x.com|phones=600111222", "name=Ana|email=h@x.com|city=Lyon", "name=Ana|phone=600111222|notes=n"},
			tally: "1 2 0", after: []string{"name=Ana|email=a@x.com|city=Lyon|notes=n|emails=h@x.com|phones=600111222"}},
		{name: "a file that says which comes first", before: []string{"name=Ana|email=a@x.com|emails=h@x.com"}, rows: []string{"name=Ana|email=h@x.com|emails=a@x.com; b@x.com"},
			tally: "0 1 0", after: []string{"name=Ana|email=h@x.com|emails=a@x.com; b@x.com"}},
		{name: "another e-mail of one known by ref", before: []string{"ref=1|name=Ana|email=a@x.com|emails=h@x.com"}, rows: []string{"ref=1|email=n@x.com"},
			tally: "0 1 0", after: []string{"ref=1|name=Ana|email=n@x.com|ref_source=csv|emails=h@x.com"}},
		{name: "a further ref", before: []string{"ref=1|name=Ana|refs=shop:7"}, rows: []string{"ref=7|ref_source=shop|city=Lyon"},
			tally: "0 1 0", after: []string{"ref=1|name=Ana|city=Lyon|ref_source=csv|refs=shop:7"}},
		{name: "further refs are added", before: []string{"ref=1|name=Ana|refs=shop:7"}, rows: []string{`ref=1|refs=shop:7; csv:1; a\;b\:c:x\:y`},
			tally: "0 1 0", after: []string{`ref=1|name=Ana|ref_source=csv|refs=a\;b\:c:x\:y; shop:7`}},
		{name: "a further ref of another", before: []string{"ref=1|name=Ana|refs=shop:7", "ref=2|name=Eva"}, rows: []string{"ref=2|refs=shop:7", "ref=3|name=Luis|refs=csv:1"},
			tally: "1 0 1", problems: []string{"2 refs: shop:7 is the ref of another customer (id 1)", "3 refs: csv:1 is the ref of another customer (id 1)"}},
		{name: "links by a second e-mail and a further ref", before: []string{"ref=1|name=Ana|email=a@x.com|emails=h@x.com|refs=shop:7"},
			rows: []string{"name=Eva|referred_by=h@x.com", "name=Luis|referred_by=shop:7", "name=Zoë|referred_by=7"}, tally: "3 0 0",
			after: []string{"ref=1|name=Ana|email=a@x.com|ref_source=csv|emails=h@x.com|refs=shop:7", "name=Eva|referred_by=1", "name=Luis|referred_by=1", "name=Zoë|referred_by=1"}},
		{name: "attributes one by one", before: []string{"name=Ana|email=a@x.com|attr.skin=dry|attr.need=sun"}, rows: []string{"email=a@x.com|attr.skin=oily; dry;oily"},
			tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|attr.need=sun|attr.skin=dry; oily"}},
		{name: "an attribute erased", before: []string{"name=Ana|email=a@x.com|attr.skin=dry|attr.need=sun"}, rows: []string{"email=a@x.com|attr.skin="},
			tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|attr.need=sun"}},
		{name: "never attributes", before: []string{"name=Ana|email=a@x.com|attr.skin=dry|attr.need=sun"}, rows: []string{"email=a@x.com|attr.skin=oily|attr.need=gift", "name=Eva|email=e@x.com|attr.skin=oily"},
			options: ImportOptions{Never: FieldAttributes}, tally: "1 0 1", after: []string{"name=Ana|email=a@x.com|attr.need=sun|attr.skin=dry", "name=Eva|email=e@x.com|attr.skin=oily"}},
		{name: "never one attribute", before: []string{"name=Ana|email=a@x.com|attr.skin=dry|attr.need=sun"}, rows: []string{"email=a@x.com|attr.skin=oily|attr.need=gift"},
			options: ImportOptions{NeverKeys: []string{"attr.skin"}}, tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|attr.need=gift|attr.skin=dry"}},
		{name: "known by content, attributes too", before: []string{"name=Ana|attr.skin=dry|attr.need=sun"}, rows: []string{"name=Ana|attr.skin=dry", "name=Ana|attr.skin=oily"},
			tally: "1 0 1", after: []string{"ref=1|name=Ana|ref_source=perla|attr.need=sun|attr.skin=dry", "ref=2|name=Ana|ref_source=perla|attr.skin=oily"}},
		{name: "consents", before: []string{"name=Ana|email=a@x.com"}, rows: []string{"email=a@x.com|consent.email=yes|consent.sms.service=no", "name=Eva|consent.email=Sí", "name=Eva|consent.email="},
			tally: "1 1 1", after: []string{"name=Ana|email=a@x.com|consent.email=yes|consent.sms.service=no", "name=Eva|consent.email=yes"}},
		{name: "a yes does not give back what was taken", before: []string{"name=Ana|email=a@x.com|consent.email=no|consent.sms=yes"}, rows: []string{"email=a@x.com|consent.email=yes|consent.sms=non"},
			tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|consent.email=no|consent.sms=no"}},
		{name: "a no beside a yes", rows: []string{"name=Ana|email=a@x.com|consent.email=no", "email=a@x.com|consent.email=yes", "name=Eva|email=e@x.com|consent.email=yes", "email=e@x.com|consent.email=no"},
			tally: "2 1 1", after: []string{"name=Ana|email=a@x.com|consent.email=no", "name=Eva|email=e@x.com|consent.email=no"}},
		{name: "never consents", before: []string{"name=Ana|email=a@x.com|consent.email=yes"}, rows: []string{"email=a@x.com|consent.email=no|consent.sms=no"},
			options: ImportOptions{NeverKeys: []string{"consent.email"}}, tally: "0 1 0", after: []string{"name=Ana|email=a@x.com|consent.email=yes|consent.sms=no"}},
		{name: "cadence", before: []string{"ref=1|name=Ana|contact_every=30"}, rows: []string{"ref=1|contact_within=20", "ref=2|name=Eva|contact_every=2w|contact_within=3m"},
			tally: "1 0 0", problems: []string{"2 contact_within: 20 days are less than the 30 of contact_every"}},
		{name: "what a person could spend", before: []string{"ref=1|name=Ana|potential_value=1250"}, rows: []string{"ref=1|potential_value=", "ref=2|name=Eva|potential_value=0"},
			tally: "1 1 0", after: []string{"ref=1|name=Ana|ref_source=csv", "ref=2|name=Eva|ref_source=csv|potential_value=0"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBook(t)
			_, problems := load(t, b, ImportOptions{}, file(t, c.before...), 100)
			require.Empty(t, problems)
			before := dump(t, b)
			tally, problems := load(t, b, c.options, file(t, c.rows...), 100)
			require.Equal(t, c.tally, tally)
			require.Equal(t, c.problems, problems)
			if c.problems != nil {
				return
			}
			if c.after != nil {
				require.Equal(t, strings.Join(c.after, "\n"), state(t, b))
			}
			again, problems := load(t, b, c.options, file(t, c.rows...), 100)
			require.Empty(t, problems)
			require.Equal(t, fmt.Sprintf("0 0 %d", len(c.rows)), again, "the same file again changes nothing")
			_, err := b.Undo(context.Background(), 0)
			require.NoError(t, err)
			require.Equal(t, before, dump(t, b), "undo takes it all back")
		})
	}
}

// TestImportWritesHistory holds that changes of stage and consultant by a file are dated like others.
func TestImportWritesHistory(t *testing.T) {
	b := newBook(t)
	stages := `SELECT customer_id || ' ' || since_on || ' ' || ifnull(stage, '-') FROM customer_stages ORDER BY customer_id, since_on`
	consultants := `SELECT h.customer_id || ' ' || h.since_on || ' ' || ifnull(k.ref, '-') FROM customer_consultants h LEFT JOIN consultants k ON k.id = h.consultant_id ORDER BY h.customer_id, h.since_on`
	load(t, b, ImportOptions{}, file(t, "ref=1|name=Ana|stage=lead|consultant=K1|created_on=2024-05-01", "ref=2|name=Eva"), 1)
	require.Equal(t, "1 2024-05-01 lead", ask(t, b, stages))
	require.Equal(t, "1 2024-05-01 K1", ask(t, b, consultants))
	load(t, b, ImportOptions{}, file(t, "ref=1|stage=customer|consultant=", "ref=2|stage=lead"), 1)
	require.Equal(t, "1 2024-05-01 lead | 1 2026-11-22 customer | 2 2026-11-22 lead", ask(t, b, stages))
	require.Equal(t, "1 2024-05-01 K1 | 1 2026-11-22 -", ask(t, b, consultants))
	findings, err := b.Verify(context.Background(), Checks())
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, f.Check)
	}
}

// TestImportTellsWhatStaysWithdrawn counts each consent that a file would give back, and says where consents came from.
func TestImportTellsWhatStaysWithdrawn(t *testing.T) {
	b := newBook(t)
	load(t, b, ImportOptions{}, file(t, "ref=1|name=Ana|consent.email=no|consent.sms=no", "ref=2|name=Eva|consent.email=yes"), 9)
	rows := file(t, "ref=1|ref_source=csv|consent.email=yes|consent.sms=yes", "ref=2|ref_source=csv|consent.email=yes", "ref=3|name=Luis|consent.phone.service=no")
	var tally Tally
	update(t, b, func(tx *book.Tx) (err error) {
		tally, err = Import(tx, feed(rows, 9), ImportOptions{Source: "shop"}, func(p Problem) { t.Fatal(p) })
		return err
	})
	require.Equal(t, Tally{Created: 1, Unchanged: 2, Withdrawn: 2}, tally)
	require.Equal(t, "import csv 2026-11-22 1 | import shop 2026-11-22 0", ask(t, b, `SELECT source || ' ' || given_on || ' ' || granted FROM consents WHERE customer_id > 1`))
}

// TestImportMakesCompanies holds that one to whom others belong is a company, unless somebody has said otherwise.
func TestImportMakesCompanies(t *testing.T) {
	b := newBook(t)
	load(t, b, ImportOptions{}, file(t, "ref=0|name=Old"), 9)
	rows := file(t, "ref=1|name=Ana|company=A", "ref=2|name=Eva|company=B|referred_by=1", "ref=A|name=Acme", "ref=B|name=Berta|kind=person", "ref=3|name=Luis|company=0")
	tally, problems := load(t, b, ImportOptions{}, rows, 2)
	require.Equal(t, "5 0 0", tally)
	require.Empty(t, problems)
	require.Equal(t, "Acme", ask(t, b, `SELECT name FROM customers WHERE kind = 'company'`))
	tally, _ = load(t, b, ImportOptions{}, rows, 2)
	require.Equal(t, "0 0 5", tally)
}

func TestSetConsent(t *testing.T) {
	for text, want := range map[string]string{"yes": "yes", " SÍ ": "yes", "sim": "yes", "Oui": "yes", "1": "yes", "Opted-in": "yes", "no": "no", "NÃO": "no", "non.": "no", "false": "no", "": ""} {
		var r Row
		require.NoError(t, r.SetConsent("email", "marketing", text), text)
		require.Equal(t, want, r.Consent("email", "marketing"), text)
	}
	var r Row
	require.EqualError(t, r.SetConsent("email", "marketing", "perhaps"), "neither yes nor no")
	require.Zero(t, r.Has)
}

// drawLine makes a row of a file that says who one of three people is and a part of what is true of her. Two of them
// have one name.
func drawLine(rt *rapid.T) string {
	people := [][]string{
		{"name=Ana", "email=a@x.com", "ref=1", "emails=b@x.com; c@x.com", "city=Lyon", "stage=lead", "attr.skin=dry", "tags=a", "refs=shop:7"},
		{"name=Eva", "ref=2", "email=e@x.com", "phone=600111222", "phones=600333444", "city=Rome", "attr.need=sun"},
		{"name=Ana", "phone=600999888", "city=Rome", "notes=the other one"},
	}
	person := rapid.SampledFrom(people).Draw(rt, "person")
	cells := person[:2:2]
	for _, cell := range person[2:] {
		if rapid.Bool().Draw(rt, cell) {
			cells = append(cells, cell)
		}
	}
	return strings.Join(append(cells, "consent.email="+anyOf(rt, "consent", "", "yes", "no")), "|")
}

// TestImportIsRehearsedAndUndone holds for any two files that do not contradict each other: a rehearsal of the second
// counts what its import does and leaves the book alone, the same file again changes nothing, and undo brings everything
// back.
func TestImportIsRehearsedAndUndone(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBook(t)
		lines := rapid.SliceOfN(rapid.Custom(drawLine), 1, 5)
		load(t, b, ImportOptions{}, file(t, lines.Draw(rt, "first file")...), 2)
		rows := file(t, lines.Draw(rt, "second file")...)
		run := func(change func(func(*book.Tx) error) error) (tally Tally, problems int) {
			require.NoError(rt, change(func(tx *book.Tx) (err error) {
				tally, err = Import(tx, feed(rows, 3), ImportOptions{Source: RefSource, Rows: len(rows)}, func(Problem) { problems++ })
				return err
			}))
			return tally, problems
		}
		rehearse := func(fn func(*book.Tx) error) error { return b.Rehearse(context.Background(), false, fn) }
		write := func(fn func(*book.Tx) error) error { return b.Update(context.Background(), "test", fn) }
		before := dump(t, b)
		rehearsed, _ := run(rehearse)
		require.Equal(rt, before, dump(t, b))
		tally, problems := run(write)
		require.Equal(rt, rehearsed, tally)
		after := dump(t, b)
		require.Zero(rt, problems)
		again, _ := run(write)
		require.Equal(rt, Tally{Unchanged: int64(len(rows)), Withdrawn: again.Withdrawn}, again)
		require.Equal(rt, after, dump(t, b))
		if after == before {
			return
		}
		_, err := b.Undo(context.Background(), 0)
		require.NoError(rt, err)
		require.Equal(rt, before, dump(t, b))
	})
}
