package contacts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// file makes rows from lines of field=value parted by |; a field with nothing behind = is given and empty.
func file(tb testing.TB, lines ...string) []Row {
	tb.Helper()
	rows := make([]Row, len(lines))
	for i, line := range lines {
		var has Fields
		for _, cell := range strings.Split(line, "|") {
			name, value, _ := strings.Cut(cell, "=")
			has |= setCell(tb, &rows[i], name, value)
		}
		rows[i].Place(i+2, has, false, "ES")
	}
	return rows
}

// setCell gives a row a cell as the column of its name does, and says which field that is.
func setCell(tb testing.TB, r *Row, name, value string) Fields {
	tb.Helper()
	at := slices.Index(FieldNames, name)
	kind, word, _ := strings.Cut(name, ".")
	channel, purpose, _ := strings.Cut(word, ".")
	var err error
	switch {
	case kind == "attr":
		err = r.SetAttribute(word, value)
	case kind == "consent":
		err = r.SetConsent(channel, cmp.Or(purpose, "marketing"), value)
	case name == "refs":
		err = r.SetRefs(value)
	case name == "potential_value":
		var amount int64
		if value != "" {
			amount, err = strconv.ParseInt(value, 10, 64)
		}
		err = errors.Join(err, r.SetPotential(money.Amount(amount), value != ""))
	case name == "created_on":
		r.CreatedOn, err = dates.ParseISO(value)
	case name == "archived_on":
		r.ArchivedOn, err = dates.ParseISO(value)
	default:
		require.GreaterOrEqual(tb, at, 0, name)
		err = r.Set(1<<at, value)
	}
	require.NoError(tb, err, "%s=%s", name, value)
	if at < 0 {
		return 0
	}
	return 1 << at
}

// feed gives rows in batches of n.
func feed(rows []Row, n int) iter.Seq[[]Row] {
	return func(yield func([]Row) bool) {
		for batch := range slices.Chunk(slices.Clone(rows), n) {
			if !yield(batch) {
				return
			}
		}
	}
}

// load imports rows and says what came of it: created updated unchanged, and the problems.
func load(tb testing.TB, b *book.Book, o ImportOptions, rows []Row, batch int) (string, []string) {
	tb.Helper()
	o.Rows = len(rows)
	if o.Source == "" {
		o.Source = RefSource
	}
	var tally Tally
	var problems []string
	update(tb, b, func(tx *book.Tx) (err error) {
		o.Consultant = book.NewNames(tx, `SELECT id FROM consultants WHERE ref = ?`, `INSERT INTO consultants (ref, name) VALUES (?, ?)`,
			func(ref string) []any { return []any{ref, ref} }).ID
		tally, err = Import(tx, feed(rows, batch), o, func(p Problem) {
			problems = append(problems, fmt.Sprintf("%d %s: %s", p.Line, p.Field, p.Reason))
		})
		return err
	})
	return fmt.Sprintf("%d %d %d", tally.Created, tally.Updated, tally.Unchanged), problems
}

// cellsOf are the cells of an exported row that hold something, as file reads them.
func cellsOf(r *Row) (cells []string) {
	for i, name := range FieldNames {
		said := r.said(1 << i)
		switch {
		case said == "":
		case name == "attributes":
			for _, a := range splitAttributes(said) {
				cells = append(cells, "attr."+a.key+"="+r.Attribute(a.key))
			}
			cells = slices.Compact(cells)
		case name == "consents":
			for _, c := range splitAttributes(said) {
				cells = append(cells, "consent."+strings.TrimSuffix(c.key, ".marketing")+"="+c.value)
			}
		default:
			cells = append(cells, name+"="+said)
		}
	}
	if r.Refs != "" {
		cells = append(cells, "refs="+r.Refs)
	}
	return cells
}

// exported are the lines of an export of everybody.
func exported(tb testing.TB, b *book.Book) (lines []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) error {
		for r, err := range Export(v, ListOptions{State: Everyone}) {
			require.NoError(tb, err)
			lines = append(lines, strings.Join(cellsOf(&r), "|"))
		}
		return nil
	})
	return lines
}

// state is what an export of the book holds, a line for each customer, but for what all have.
func state(tb testing.TB, b *book.Book) string {
	tb.Helper()
	lines := exported(tb, b)
	for i, line := range lines {
		lines[i] = strings.Join(slices.DeleteFunc(strings.Split(line, "|"), func(cell string) bool {
			return strings.HasPrefix(cell, "created_on=") || strings.HasPrefix(cell, "kind=")
		}), "|")
	}
	return strings.Join(lines, "\n")
}

func TestImport(t *testing.T) {
	cases := []struct {
		name     string
		before   []string
		rows     []string
		options  ImportOptions
		tally    string
		problems []string
		after    []string
	}{
		{name: "new ones", rows: []string{"ref=1|name=Ana|tags=b,a|consultant=K", "name=Eva|email=EVA@x.com", "name=Luis|phone=600 111 222", "name=Zoë|city=Lyon"},
			tally: "4 0 0", after: []string{"ref=1|name=Ana|consultant=K|tags=a, b|ref_source=csv", "name=Eva|email=eva@x.com", "name=Luis|phone=600 111 222", "name=Zoë|city=Lyon"}},
		{name: "known by ref", before: []string{"ref=1|name=Ana|city=Lyon|tags=a,b"}, rows: []string{"ref=1|name=Anna|city=|tags=b,c"},
			options: ImportOptions{}, tally: "0 1 0", after: []string{"ref=1|name=Anna|tags=b, c|ref_source=csv"}},
		{name: "known by e-mail", before: []string{"name=Ana|email=ana@x.com"}, rows: []string{"name=Ana|email=ANA@x.com|city=Lyon"}, tally: "0 1 0", after: []string{"name=Ana|email=ana@x.com|city=Lyon"}},
		{name: "known by phone", before: []string{"name=Ana|phone=600 111 222"}, rows: []string{"name=Ana|phone=+34 600111222"}, tally: "0 1 0", after: []string{"name=Ana|phone=+34 600111222"}},
		{name: "known by content", before: []string{"name=Ana|city=Lyon"}, rows: []string{"name=Ana|city=Lyon", "name=Ana"}, tally: "0 0 2", after: []string{"name=Ana|city=Lyon"}},
		{name: "two of one name in a file", rows: []string{"name=Ana|city=Lyon", "name=Ana", "name=Ana|city=Paris", "name=Ana"}, tally: "3 0 1",
			after: []string{"name=Ana|city=Lyon", "name=Ana", "name=Ana|city=Paris"}},
		{name: "a ref of another source", before: []string{"ref=1|name=Ana"}, rows: []string{"ref=1|name=Eva|ref_source=shop"}, tally: "1 0 0",
			after: []string{"ref=1|name=Ana|ref_source=csv", "ref=1|name=Eva|ref_source=shop"}},
		{name: "a ref takes over one without", before: []string{"name=Ana|email=ana@x.com"}, rows: []string{"ref=1|name=Ana|email=ana@x.com"}, tally: "0 1 0",
			after: []string{"ref=1|name=Ana|email=ana@x.com|ref_source=csv"}},
		{name: "two refs are two people", before: []string{"ref=1|name=Ana|email=home@x.com"}, rows: []string{"ref=2|name=Luis|email=home@x.com"}, tally: "1 0 0",
			after: []string{"ref=1|name=Ana|email=home@x.com|ref_source=csv", "ref=2|name=Luis|email=home@x.com|ref_source=csv"}},
		{name: "an e-mail of two", before: []string{"ref=1|name=Ana|email=home@x.com", "ref=2|name=Luis|email=home@x.com"},
			rows: []string{"name=Eva|email=home@x.com"}, tally: "0 0 0", problems: []string{"2 email: 2 customers have this; name one by its ref"}},
		{name: "an e-mail of two, and a name", before: []string{"ref=1|name=Ana|email=home@x.com", "ref=2|name=Luis|email=home@x.com"},
			rows: []string{"name=Luis|email=home@x.com|city=Lyon"}, tally: "0 1 0"},
		{name: "the phone of one without e-mail", before: []string{"name=Ana|phone=600111222", "ref=9|name=+34 600333444|phone=+34 600333444"},
			rows: []string{"name=ANA|email=ana@x.com|phone=600111222", "name=Luis|email=luis@x.com|phone=600111222", "name=Eva|email=eva@x.com|phone=600 333 444"}, tally: "1 2 0",
			after: []string{"name=ANA|email=ana@x.com|phone=600111222", "ref=9|name=Eva|email=eva@x.com|phone=600 333 444|ref_source=csv", "name=Luis|email=luis@x.com|phone=600111222"}},
		{name: "a shared phone, another e-mail", before: []string{"name=Ana|email=ana@x.com|phone=600111222"}, rows: []string{"name=Luis|email=luis@x.com|phone=600111222"}, tally: "1 0 0",
			after: []string{"name=Ana|email=ana@x.com|phone=600111222", "name=Luis|email=luis@x.com|phone=600111222"}},
		{name: "rows of one customer", rows: []string{"ref=1|name=Ana|city=Lyon", "ref=1|name=Ana|city=Paris", "ref=1|name=Ana", "name=Ana|email=a@x.com", "name=Ana B|email=a@x.com"}, tally: "2 2 1",
			after: []string{"ref=1|name=Ana|city=Paris|ref_source=csv", "name=Ana B|email=a@x.com"}},
		{name: "one customer known in two ways", rows: []string{"ref=1|name=Ana|email=a@x.com|phone=600111222", "name=Ana|email=a@x.com|city=Lyon", "name=Ana|phone=600111222|notes=n"}, tally: "1 2 0",
			after: []string{"ref=1|name=Ana|email=a@x.com|phone=600111222|city=Lyon|notes=n|ref_source=csv"}},
		{name: "of the book, by two ways in one file", before: []string{"name=Ana|email=a@x.com|phone=600111222"}, rows: []string{"name=Ana|email=a@x.com|city=Lyon", "name=Ana|phone=600111222|notes=n"}, tally: "0 2 0",
			after: []string{"name=Ana|email=a@x.com|phone=600111222|city=Lyon|notes=n"}},
		{name: "only create", before: []string{"ref=1|name=Ana"}, rows: []string{"ref=1|name=Ana", "ref=2|name=Eva"}, options: ImportOptions{Mode: CreateOnly}, tally: "1 0 0",
			problems: []string{"2 ref: the book has this customer already (--mode create)"}},
		{name: "only update", before: []string{"ref=1|name=Ana"}, rows: []string{"ref=1|city=Lyon", "ref=2|city=Lyon"}, options: ImportOptions{Mode: UpdateOnly}, tally: "0 1 0",
			problems: []string{"3 ref: the book has no such customer (--mode update)"}},
		{name: "never", before: []string{"ref=1|name=Ana|notes=mine"}, rows: []string{"ref=1|name=Anna|notes=theirs", "ref=2|name=Eva|notes=theirs"}, options: ImportOptions{Never: FieldNotes}, tally: "1 1 0",
			after: []string{"ref=1|name=Anna|notes=mine|ref_source=csv", "ref=2|name=Eva|notes=theirs|ref_source=csv"}},
		{name: "a birthday to come", rows: []string{"name=Ana|birthday=2055-01-01"}, tally: "0 0 0", problems: []string{"2 birthday: lies in the future"}},
		{name: "no name", rows: []string{"ref=1|city=Lyon"}, tally: "0 0 0", problems: []string{"2 name: a new customer needs a name"}},
		{name: "an archived customer", before: []string{"ref=1|name=Ana"}, rows: []string{"ref=1|city=Lyon"}, tally: "0 1 0"},
		{name: "links in any order", before: []string{"ref=old|name=Old|email=old@x.com"},
			rows: []string{"ref=1|name=Ana|company=A1|referred_by=OLD@x.com", "ref=A1|name=Acme", "name=Eva|company=acme", "name=Luis|referred_by=old"}, tally: "4 0 0",
			after: []string{"ref=old|name=Old|email=old@x.com|ref_source=csv", "ref=1|name=Ana|company=A1|referred_by=old|ref_source=csv", "ref=A1|name=Acme|ref_source=csv", "name=Eva|company=A1", "name=Luis|referred_by=old"}},
		{name: "a link erased", before: []string{"ref=A|name=Acme", "ref=1|name=Ana|company=A"}, rows: []string{"ref=1|company="}, tally: "0 1 0",
			after: []string{"ref=A|name=Acme|ref_source=csv", "ref=1|name=Ana|ref_source=csv"}},
		{name: "links that name nobody", before: []string{"name=Twin", "name=Twin|city=Lyon"}, rows: []string{"ref=1|name=Ana|company=nobody", "ref=2|name=Eva|company=twin", "ref=3|name=Luis|company=3"}, tally: "3 0 0",
			problems: []string{"2 company: there is no such customer", "3 company: 2 customers have this name; name one by its ref", "4 company: she cannot be her own"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBook(t)
			_, problems := load(t, b, ImportOptions{}, file(t, c.before...), 100)
			require.Empty(t, problems)
			before := state(t, b)
			tally, problems := load(t, b, c.options, file(t, c.rows...), 100)
			require.Equal(t, c.tally, tally)
			require.Equal(t, c.problems, problems)
			if c.after != nil {
				require.Equal(t, strings.Join(c.after, "\n"), state(t, b))
			}
			if c.problems != nil {
				return
			}
			if c.tally != "0 0 0" && c.tally[:1] != "0" {
				_, err := b.Undo(context.Background(), 0)
				require.NoError(t, err)
				require.Equal(t, before, state(t, b), "undo takes it all back")
				load(t, b, c.options, file(t, c.rows...), 100)
			}
			again, problems := load(t, b, c.options, file(t, c.rows...), 100)
			require.Empty(t, problems)
			require.Equal(t, fmt.Sprintf("0 0 %d", len(c.rows)), again, "the same file again changes nothing")
		})
	}
}

// TestImportBatches imports the same rows whole and in crumbs: what the book then has is the same.
func TestImportBatches(t *testing.T) {
	rows := file(t, "ref=1|name=Ana|email=a@x.com", "name=Ana|email=a@x.com|city=Lyon", "name=Ana|phone=600111222", "ref=2|name=Eva|phone=600111222|company=1",
		"name=Luis|email=l@x.com|phone=600111222", "name=Zoë", "name=Zoë", "name=Luis|email=l@x.com|tags=vip")
	whole := newBook(t)
	load(t, whole, ImportOptions{}, rows, 100)
	crumbs := newBook(t)
	load(t, crumbs, ImportOptions{}, rows, 1)
	require.ElementsMatch(t, strings.Split(state(t, whole), "\n"), strings.Split(state(t, crumbs), "\n"))
}

// TestImportLarge takes the bulk recipe: indexes are dropped and made again, and the full text with them.
func TestImportLarge(t *testing.T) {
	b := newBook(t)
	var lines []string
	for i := range book.BulkRows {
		lines = append(lines, fmt.Sprintf("ref=C%d|name=Customer %d|email=c%d@x.com|tags=t%d", i, i, i, i%3))
	}
	rows := file(t, lines...)
	run := func() (tally Tally) {
		require.NoError(t, b.UpdateBulk(context.Background(), "customer import", func(tx *book.Tx) (err error) {
			tally, err = Import(tx, feed(rows, 1000), ImportOptions{Source: "csv", Rows: len(rows)}, func(p Problem) { t.Fatal(p) })
			return err
		}))
		return tally
	}
	require.Equal(t, Tally{Created: book.BulkRows}, run())
	require.Equal(t, Tally{Unchanged: book.BulkRows}, run())
	rows[77].Set(FieldName, "Renamed One")
	rows[77].Place(79, rows[77].Has, false, "ES")
	require.Equal(t, Tally{Updated: 1, Unchanged: book.BulkRows - 1}, run())
	view(t, b, func(v *book.View) error {
		n := 0
		for c, err := range Search(v, "renamed", Active, 0) {
			require.NoError(t, err)
			require.Equal(t, "t2", c.Tags)
			n++
		}
		require.Equal(t, 1, n)
		c, err := Find(v, "c4999@x.com")
		require.Equal(t, "C4999", c.Ref)
		return err
	})
	findings, err := b.Verify(context.Background(), nil)
	require.NoError(t, err)
	for _, f := range findings {
		require.Empty(t, f.Problem, f.Check)
	}
}

func TestImportStopsWhenCancelled(t *testing.T) {
	b := newBook(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := b.Update(ctx, "test", func(tx *book.Tx) error {
		_, err := Import(tx, func(yield func([]Row) bool) {
			cancel()
			yield(file(t, "name=Ana"))
		}, ImportOptions{Source: "csv"}, func(Problem) {})
		return err
	})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
	require.Empty(t, state(t, b))
}
