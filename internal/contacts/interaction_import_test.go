package contacts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// talks makes rows from lines of field=value parted by |; a field with nothing behind = is given and empty.
func talks(tb testing.TB, lines ...string) []InteractionRow {
	tb.Helper()
	rows := make([]InteractionRow, len(lines))
	for n, line := range lines {
		var has InteractionFields
		for _, cell := range strings.Split(line, "|") {
			name, value, _ := strings.Cut(cell, "=")
			at := slices.Index(InteractionFieldNames, name)
			require.GreaterOrEqual(tb, at, 0, cell)
			f := InteractionFields(1) << at
			has |= f
			switch f {
			case InteractionDate:
				rows[n].Date = on(tb, value)
			case InteractionMinutes:
				minutes, err := strconv.ParseInt(value, 10, 64)
				rows[n].Minutes, rows[n].Timed = minutes, err == nil
			default:
				require.NoError(tb, rows[n].Set(f, value), cell)
			}
		}
		rows[n].Place(n+2, has, false)
	}
	return rows
}

// loadTalks imports rows and says what came of it: created updated unchanged customers, and the problems.
func loadTalks(tb testing.TB, b *book.Book, o InteractionOptions, rows []InteractionRow, batch int) (string, []string) {
	tb.Helper()
	if o.Source == "" {
		o.Source = RefSource
	}
	o.Rows = len(rows)
	var tally InteractionTally
	var problems []string
	update(tb, b, func(tx *book.Tx) (err error) {
		o.Consultant = book.NewNames(tx, `SELECT id FROM consultants WHERE ref = ?`, `INSERT INTO consultants (ref, name) VALUES (?, ?)`,
			func(ref string) []any { return []any{ref, ref} }).ID
		o.Product = book.NewNames(tx, `SELECT id FROM products WHERE sku = ?`, `INSERT INTO products (sku, name, created_on) VALUES (?, ?, '2026-01-01')`,
			func(sku string) []any { return []any{sku, sku} }).ID
		tally, err = ImportInteractions(tx, func(yield func([]InteractionRow) bool) {
			for part := range slices.Chunk(slices.Clone(rows), batch) {
				if !yield(part) {
					return
				}
			}
		}, o, func(p Problem) { problems = append(problems, fmt.Sprintf("%d %s: %s", p.Line, p.Field, p.Reason)) })
		return err
	})
	return fmt.Sprintf("%d %d %d %d", tally.Created, tally.Updated, tally.Unchanged, tally.Customers), problems
}

// told is what an export of the book holds, a line for each interaction; without refs that perla made up.
func told(tb testing.TB, b *book.Book) (lines []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) error {
		for r, err := range ExportInteractions(v, InteractionQuery{AsOf: v.Today(), Sort: "id"}) {
			require.NoError(tb, err)
			if r.RefSource == contentRef {
				r.Ref = ""
			}
			var minutes string
			if r.Timed {
				minutes = strconv.FormatInt(r.Minutes, 10)
			}
			lines = append(lines, strings.Join([]string{r.Ref, r.Customer.Key, r.Date.String(), r.Channel, r.Direction, r.Kind, r.Summary, r.Outcome,
				minutes, r.Consultant.Key, r.Product.Key, strconv.FormatBool(r.NoAnswer)}, "|"))
		}
		return nil
	})
	return lines
}

func TestImportInteractions(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana García", FieldEmail, "ana@example.com"))
	rows := talks(t,
		"ref=1|customer=ana@example.com|date=2026-11-02|channel=phone|direction=in|summary=asked|minutes=5|product=SER-30",
		"customer=ana@example.com|date=2026-11-03|no_answer=yes",
		"customer=ana@example.com|date=2026-11-03|no_answer=yes",
		"customer=Bea|date=2026-11-04|kind=comment|product=SER-30|consultant=K1|outcome=fine")
	want := []string{
		"1|ana@example.com|2026-11-02|call|in|interest|asked||5||SER-30|false",
		"|ana@example.com|2026-11-03|call|out|contact||||||true",
		"|ana@example.com|2026-11-03|call|out|contact||||||true",
		"|Bea|2026-11-04|call|out|comment||fine||K1|SER-30|false",
	}
	for n, tally := range []string{"4 0 0 1", "0 0 4 0", "0 0 4 0"} {
		got, problems := loadTalks(t, b, InteractionOptions{}, rows, n+1)
		require.Empty(t, problems)
		require.Equal(t, tally, got)
		require.Equal(t, want, told(t, b))
	}

	// A ref changes what the file gives, and nothing else; under another source it is another interaction.
	more := talks(t, "ref=1|outcome=bought|minutes=|channel=|customer=|date=", "ref=1|ref_source=crm|customer=Bea|date=2026-11-05")
	got, problems := loadTalks(t, b, InteractionOptions{}, more, 9)
	require.Empty(t, problems)
	require.Equal(t, "1 1 0 0", got)
	require.Equal(t, "1|ana@example.com|2026-11-02|call|in|interest|asked|bought|||SER-30|false", told(t, b)[0])
	got, _ = loadTalks(t, b, InteractionOptions{Never: InteractionOutcome}, talks(t, "ref=1|outcome=sold"), 9)
	require.Equal(t, "0 0 1 0", got)
}

func TestImportInteractionsRefuses(t *testing.T) {
	b := newBook(t)
	add(t, b, Customer{Name: "Ana"})
	spoken(t, b, Customer{ID: 1}, "2026-11-01")
	for line, want := range map[string]string{
		"ref=1|date=2026-11-02":                          "2 customer: a new interaction needs a customer",
		"customer=Ana|summary=x":                         "2 date: a new interaction needs a date",
		"customer=Ana|date=2026-11-23":                   "2 date: lies in the future",
		"customer=Nobody|date=2026-11-02":                "2 customer: there is no such customer (--known-customers)",
		"ref=8|customer=Ana|date=2026-11-02;ref=8|kind=": "3 ref: the row on line 2 has the same ref",
	} {
		_, problems := loadTalks(t, b, InteractionOptions{Known: true}, talks(t, strings.Split(line, ";")...), 10)
		require.Equal(t, []string{want}, problems, line)
	}
	_, problems := loadTalks(t, b, InteractionOptions{Mode: UpdateOnly}, talks(t, "ref=9|customer=Ana|date=2026-11-02"), 10)
	require.Equal(t, []string{"2 ref: the book has no such interaction (--mode update)"}, problems)
	_, problems = loadTalks(t, b, InteractionOptions{Mode: CreateOnly}, talks(t, "customer=Ana|date=2026-11-01"), 10)
	require.Equal(t, []string{"2 ref: the book has this interaction already (--mode create)"}, problems, "what a hand wrote is known by what it says, too")
	err := b.Update(t.Context(), "test", func(tx *book.Tx) error {
		_, err := ImportInteractions(tx, nil, InteractionOptions{Source: contentRef}, nil)
		return err
	})
	require.Equal(t, fault.Usage, fault.KindOf(err))
}

// TestImportInteractionsTwice holds, over files of any rows, that however they are parted a file read again changes
// nothing, and that an export makes the same interactions in another book.
func TestImportInteractionsTwice(t *testing.T) {
	b, other := newBook(t), newBook(t)
	rapid.Check(t, func(rt *rapid.T) {
		for _, empty := range []*book.Book{b, other} {
			update(t, empty, func(tx *book.Tx) error {
				for _, table := range []string{"interactions", "products", "customers"} {
					if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
						return err
					}
				}
				return nil
			})
		}
		var lines []string
		for n := range rapid.IntRange(1, 30).Draw(rt, "rows") {
			line := fmt.Sprintf("customer=%s|date=2026-11-%02d|summary=%s|no_answer=%s|minutes=%s|product=%s",
				rapid.SampledFrom([]string{"Ana", "Bea", "cleo@example.com", "+34600111222"}).Draw(rt, "who"), rapid.IntRange(1, 3).Draw(rt, "day"),
				rapid.SampledFrom([]string{"", "called", "two\nlines"}).Draw(rt, "said"), rapid.SampledFrom([]string{"", "yes"}).Draw(rt, "missed"),
				rapid.SampledFrom([]string{"", "0", "7"}).Draw(rt, "minutes"), rapid.SampledFrom([]string{"", "SER-30"}).Draw(rt, "product"))
			if rapid.Bool().Draw(rt, "ref") {
				line += fmt.Sprintf("|ref=%d", n)
			}
			lines = append(lines, line)
		}
		rows := talks(t, lines...)
		_, problems := loadTalks(t, b, InteractionOptions{}, rows, rapid.IntRange(1, 40).Draw(rt, "batch"))
		require.Empty(rt, problems)
		got, problems := loadTalks(t, b, InteractionOptions{}, rows, rapid.IntRange(1, 40).Draw(rt, "other batch"))
		require.Empty(rt, problems)
		require.Equal(rt, fmt.Sprintf("0 0 %d 0", len(rows)), got)

		var ana Customer
		view(t, b, func(v *book.View) (err error) {
			found, err := readAll(v, `SELECT min(id) AS id FROM customers`)
			ana = found[0]
			return err
		})
		spoken(t, b, ana, "2026-11-01") // a hand adds one, which may say what a row says
		var exported []InteractionRow
		view(t, b, func(v *book.View) error {
			for r, err := range ExportInteractions(v, InteractionQuery{AsOf: v.Today(), Sort: "id"}) {
				require.NoError(rt, err)
				r.Place(len(exported)+2, InteractionCase-1, false)
				exported = append(exported, r)
			}
			return nil
		})
		got, problems = loadTalks(t, b, InteractionOptions{}, exported, 7)
		require.Empty(rt, problems)
		require.Equal(rt, fmt.Sprintf("0 0 %d 0", len(exported)), got)
		_, problems = loadTalks(t, other, InteractionOptions{}, exported, 7)
		require.Empty(rt, problems)
		require.Equal(rt, told(t, b), told(t, other))
	})
}
