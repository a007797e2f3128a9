package network

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func newBook(tb testing.TB) *book.Book {
	tb.Helper()
	s, err := book.NewSettings("EUR", "ES", "es", "Europe/Madrid")
	require.NoError(tb, err)
	now := func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	b, err := book.Create(context.Background(), filepath.Join(tb.TempDir(), "book.db"), s, now)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, b.Close()) })
	return b
}

func update(tb testing.TB, b *book.Book, fn func(*book.Tx) error) error {
	tb.Helper()
	return b.Update(context.Background(), "test", fn)
}

func view(tb testing.TB, b *book.Book, fn func(*book.View)) {
	tb.Helper()
	require.NoError(tb, b.View(context.Background(), func(v *book.View) error {
		fn(v)
		return nil
	}))
}

func day(tb testing.TB, s string) dates.Date {
	tb.Helper()
	d, err := dates.ParseISO(s)
	require.NoError(tb, err)
	return d
}

// spanish reads a number as Spain does, which is enough here.
func spanish(text, country string) string {
	if n := digits(text); country == "ES" && len(n) == 9 {
		return "+34" + n
	} else if strings.HasPrefix(text, "+") {
		return "+" + n
	}
	return ""
}

// change makes a change of name=value pairs.
func change(tb testing.TB, pairs ...string) *Change {
	tb.Helper()
	ch := &Change{Phone: spanish}
	for _, pair := range pairs {
		name, value, _ := strings.Cut(pair, "=")
		switch f := FieldNamed(name); {
		case name == "since":
			ch.Since = day(tb, value)
		case f.def().day != nil:
			ch.SetDay(f, day(tb, value))
		default:
			require.NoError(tb, ch.Set(f, value), pair)
		}
	}
	return ch
}

// team writes consultants: each a list of name=value pairs.
func team(tb testing.TB, b *book.Book, people ...[]string) {
	tb.Helper()
	for _, pairs := range people {
		require.NoError(tb, update(tb, b, func(tx *book.Tx) error {
			_, err := Create(tx, change(tb, pairs...))
			return err
		}))
	}
}

func TestRules(t *testing.T) {
	for _, c := range []struct {
		field      Fields
		text, want string // want "!" is refused
	}{
		{FieldRef, "  K 1 ", "K 1"}, {FieldRef, "", "!"}, {FieldRef, "-", "!"}, {FieldRef, "a\nb", "!"}, {FieldRef, "a\x00", "!"}, {FieldRef, strings.Repeat("x", 201), "!"},
		{FieldName, " Élodie ", "Élodie"}, {FieldName, " ", "!"}, {FieldName, "a\xffb", "a\uFFFDb"},
		{FieldEmail, " Ana@Example.COM", "ana@example.com"}, {FieldEmail, "ana", "!"}, {FieldEmail, "a@b@c.d", "!"}, {FieldEmail, "@c.d", "!"}, {FieldEmail, "a@d.", "!"}, {FieldEmail, "a b@c.d", "!"}, {FieldEmail, "", ""},
		{FieldPhone, "call me", "!"}, {FieldPhone, "600 1", "600 1"},
		{FieldBirthday, "02-29", "--02-29"}, {FieldBirthday, "--05-17", "--05-17"}, {FieldBirthday, "1990-02-30", "!"}, {FieldBirthday, "1990-02-28", "1990-02-28"}, {FieldBirthday, "", ""},
		{FieldCountry, "es", "ES"}, {FieldCountry, "Spain", "Spain"},
		{FieldStatus, "", "active"}, {FieldStatus, "Left", "left"}, {FieldStatus, "leaft", "!"},
		{FieldNotes, "two\nlines ", "two\nlines"},
	} {
		var k Consultant
		err := k.Set(c.field, c.text)
		if c.want == "!" {
			require.Error(t, err, "%q", c.text)
			continue
		}
		require.NoError(t, err, "%q", c.text)
		require.Equal(t, c.want, k.Text(c.field), "%q", c.text)
	}
	require.Zero(t, FieldNamed("nothing"))
}

func TestFind(t *testing.T) {
	b := newBook(t)
	team(t, b, []string{"ref=K-1", "name=Carmen Aldana", "email=carmen@example.com", "phone=600 111 222"}, []string{"ref=2", "name=Lucía Robledo", "phone=+34 600111333"},
		[]string{"ref=K-3", "name=Lucía Vilar"}, []string{"ref=X", "name=Carmen Old"}, []string{"ref=600111444", "name=2"})
	require.NoError(t, update(t, b, func(tx *book.Tx) error {
		_, err := Archive(tx, 4)
		return err
	}))
	view(t, b, func(v *book.View) {
		for selector, want := range map[string]string{"K-1": "K-1", " k-1 ": "K-1", "id:1": "K-1", "2": "2", "ref:2": "2", "id:5": "600111444", "CARMEN@example.com": "K-1", "+34600111222": "K-1",
			"600-111-333": "2", "lucia robledo": "2", "rob luc": "2", "carm": "K-1", "old": "X", "600111444": "600111444", "vil": "K-3"} {
			k, err := Find(v, selector, spanish)
			require.NoError(t, err, selector)
			require.Equal(t, want, k.Ref, selector)
		}
		for selector, want := range map[string]fault.Kind{"": fault.Usage, "lucía": fault.Ambiguous, "id:9": fault.NotFound, "ref:k-1": fault.NotFound, "carmne aldana": fault.NotFound, "600 999 999": fault.NotFound} {
			_, err := Find(v, selector, spanish)
			require.Equal(t, want, fault.KindOf(err), "%q: %v", selector, err)
		}
		_, err := Find(v, "carmne aldana", spanish)
		var known *fault.Error
		require.True(t, errors.As(err, &known))
		require.Equal(t, "did you mean K-1, Carmen Aldana?", known.Hint)
		_, at, err := FindAll(v, []string{"K-1", "carm", "nobody"}, spanish)
		require.Error(t, err)
		require.Equal(t, 2, at)
	})
}

// sponsorOn is who sponsors a consultant on a day.
func sponsorOn(v *book.View, tb testing.TB, id int64, on string) string {
	k, err := Get(v, id, day(tb, on))
	require.NoError(tb, err)
	return k.Sponsor.Key + " " + k.Status
}

func TestSponsorsHaveDays(t *testing.T) {
	b := newBook(t)
	team(t, b, []string{"ref=A", "joined_on=2025-01-01"}, []string{"ref=B", "sponsor=A", "joined_on=2025-01-01"}, []string{"ref=C", "sponsor=B", "joined_on=2025-06-01"})
	edit := func(id int64, pairs ...string) error {
		return update(t, b, func(tx *book.Tx) error {
			_, err := Edit(tx, []int64{id}, change(t, pairs...))
			return err
		})
	}
	require.NoError(t, edit(3, "sponsor=A", "status=paused", "since=2026-02-01"))
	require.NoError(t, edit(3, "status=active", "since=2026-03-01"))
	require.NoError(t, edit(2, "sponsor=", "since=2026-05-01"))
	view(t, b, func(v *book.View) {
		for on, want := range map[string]string{"2025-05-31": " active", "2025-06-01": "B active", "2026-01-31": "B active", "2026-02-01": "A paused", "2026-03-01": "A active", "2026-11-22": "A active"} {
			require.Equal(t, want, sponsorOn(v, t, 3, on), on)
		}
		members, err := ReadTeam(v, day(t, "2026-01-01"))
		require.NoError(t, err)
		require.Equal(t, int32(2), members.Depth(2))
	})
	// From May on B stands alone, so that A may work under her; before that she may not, for any part of the time.
	require.NoError(t, edit(1, "sponsor=B", "since=2026-05-01"))
	for since, want := range map[string]string{
		"2026-04-30": "consultant A: sponsor: she would work under herself from 2026-04-30 on: A under B under A",
		"2025-03-01": "consultant A: sponsor: she would work under herself from 2025-03-01 on: A under B under A",
	} {
		require.EqualError(t, edit(1, "sponsor=B", "since="+since), want)
	}
	require.EqualError(t, edit(2, "sponsor=C"), "consultant B: sponsor: she would work under herself from 2026-11-22 on: B under C under A under B")
	require.EqualError(t, edit(2, "sponsor=B"), "consultant B: sponsor: she cannot be her own sponsor")
	require.Equal(t, fault.Usage, fault.KindOf(edit(2, "status=left", "since=2026-11-23")))
	require.Equal(t, fault.NotFound, fault.KindOf(edit(2, "sponsor=Nobody")))
	require.Equal(t, fault.Conflict, fault.KindOf(edit(2, "ref=A")))
	proved(t, b)
}

// proved runs the proofs of the room.
func proved(tb testing.TB, b *book.Book) {
	tb.Helper()
	findings, err := b.Verify(context.Background(), Checks())
	require.NoError(tb, err)
	for _, f := range findings {
		require.Empty(tb, f.Problem, f.Check)
	}
}

// load imports rows and gives what came of it.
func load(tb testing.TB, b *book.Book, o ImportOptions, rows ...Row) (tally Tally, problems []Problem, err error) {
	tb.Helper()
	o.Phone = spanish
	o.Customer = func(string) (int64, string, error) { return 0, "unknown", nil }
	err = update(tb, b, func(tx *book.Tx) error {
		tally, err = Import(tx, slices.Values([][]Row{rows}), o, func(p Problem) { problems = append(problems, p) })
		return err
	})
	return tally, problems, err
}

// row makes a row of a file.
func row(tb testing.TB, line int, pairs ...string) Row {
	ch := change(tb, pairs...)
	r := Row{Consultant: ch.From}
	r.Place(line, ch.Given, false)
	return r
}

func TestImport(t *testing.T) {
	b := newBook(t)
	rows := func() []Row {
		return []Row{
			row(t, 2, "ref=C", "name=Cora", "sponsor=B", "joined_on=2026-01-10"), row(t, 3, "ref=B", "sponsor=A", "status=paused"), row(t, 4, "ref=A", "name=Ada", "sponsor="),
		}
	}
	tally, problems, err := load(t, b, ImportOptions{}, rows()...)
	require.NoError(t, err)
	require.Empty(t, problems)
	require.Equal(t, Tally{Created: 3}, tally)
	tally, _, err = load(t, b, ImportOptions{}, rows()...)
	require.NoError(t, err)
	require.Equal(t, Tally{Unchanged: 3}, tally)
	tally, problems, err = load(t, b, ImportOptions{Never: FieldName, Since: day(t, "2026-06-01")}, row(t, 2, "ref=C", "name=Zoe", "sponsor=ada"), row(t, 3, "ref=B", "city=Vigo"),
		row(t, 4, "ref=A", "sponsor=Nobody"), row(t, 5, "ref=A", "sponsor=A"), row(t, 6, "ref=D", "customer=x"), row(t, 7, "ref=E", "birthday=2027-01-01"))
	require.NoError(t, err)
	require.Equal(t, Tally{Updated: 2}, tally)
	require.Equal(t, []Problem{{6, "customer", "unknown"}, {7, "", "consultant E: birthday: 2027-01-01 lies in the future"}, {4, "sponsor", "there is no such consultant"},
		{5, "sponsor", "she cannot be her own sponsor"}}, problems)
	view(t, b, func(v *book.View) {
		require.Equal(t, "B active", sponsorOn(v, t, 1, "2026-05-31"))
		require.Equal(t, "A active", sponsorOn(v, t, 1, "2026-06-01"))
		k, err := Get(v, 1, 0)
		require.NoError(t, err)
		require.Equal(t, "Cora", k.Name)
	})
	_, _, err = load(t, b, ImportOptions{}, row(t, 2, "ref=A", "sponsor=C"))
	require.EqualError(t, err, "consultant C: sponsor: she would work under herself from 2026-11-22 on: C under A under C")
	_, problems, err = load(t, b, ImportOptions{Mode: CreateOnly}, row(t, 2, "ref=A"))
	require.NoError(t, err)
	require.Len(t, problems, 1)
	_, problems, err = load(t, b, ImportOptions{Mode: UpdateOnly}, row(t, 2, "ref=Z"), Row{Line: 3})
	require.NoError(t, err)
	require.Len(t, problems, 2)
	proved(t, b)
}
