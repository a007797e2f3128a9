package contacts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// caseRows makes rows from lines of field=value parted by |. A moment is RFC 3339, or a day; ; in a value is a line end.
func caseRows(tb testing.TB, lines ...string) []CaseRow {
	tb.Helper()
	rows := make([]CaseRow, len(lines))
	for n, line := range lines {
		r := &rows[n]
		var has CaseFields
		for _, cell := range strings.Split(line, "|") {
			name, value, _ := strings.Cut(cell, "=")
			at := slices.Index(CaseFieldNames, name)
			require.GreaterOrEqual(tb, at, 0, cell)
			f := CaseFields(1) << at
			has |= f
			moments := map[CaseFields]*Instant{CaseOpened: &r.Opened, CaseResponded: &r.Responded, CaseClosedAt: &r.Closed}
			if m := moments[f]; m != nil {
				at, err := time.Parse(time.RFC3339, value)
				if m.Day = err != nil; m.Day {
					at, err = time.Parse(time.DateOnly, value)
					at = at.Add(11 * time.Hour) // noon in Madrid in winter
				}
				require.NoError(tb, err, cell)
				m.At = at
				continue
			}
			require.NoError(tb, r.Set(f, strings.ReplaceAll(value, ";", "\n")), cell)
		}
		r.Place(n+2, has, false)
	}
	return rows
}

// loadCases imports rows and says what came of it: created updated unchanged customers, and the problems.
func loadCases(tb testing.TB, b *book.Book, o CaseOptions, rows []CaseRow, batch int) (string, []string) {
	tb.Helper()
	if o.Source == "" {
		o.Source = RefSource
	}
	var tally CaseTally
	var problems []string
	update(tb, b, func(tx *book.Tx) (err error) {
		o.Consultant = book.NewNames(tx, `SELECT id FROM consultants WHERE ref = ?`, `INSERT INTO consultants (ref, name) VALUES (?, ?)`,
			func(ref string) []any { return []any{ref, ref} }).ID
		o.Product = book.NewNames(tx, `SELECT id FROM products WHERE sku = ?`, `INSERT INTO products (sku, name, created_on) VALUES (?, ?, '2026-01-01')`,
			func(sku string) []any { return []any{sku, sku} }).ID
		tally, err = ImportCases(tx, slices.Chunk(slices.Clone(rows), batch), o, func(p Problem) {
			problems = append(problems, fmt.Sprintf("%d %s: %s", p.Line, p.Field, p.Reason))
		})
		return err
	})
	return fmt.Sprintf("%d %d %d %d", tally.Created, tally.Updated, tally.Unchanged, tally.Customers), problems
}

// exportedCases are the rows of an export, as a file of them is read.
func exportedCases(tb testing.TB, b *book.Book) (rows []CaseRow) {
	tb.Helper()
	view(tb, b, func(v *book.View) (err error) {
		rows, err = ExportCases(v, CaseQuery{Sort: "id"})
		return err
	})
	for i := range rows {
		rows[i].Place(i+2, CaseStatus-1, false)
	}
	return rows
}

// history is what became of a case, a word and a text for each step.
func history(tb testing.TB, b *book.Book, id int64) (steps []string) {
	tb.Helper()
	view(tb, b, func(v *book.View) error {
		c, err := FindCase(v, id, 0)
		for _, s := range c.Steps() {
			steps = append(steps, strings.TrimSpace(strings.Join([]string{s.At.UTC().Format("02T15:04"), s.Kind, s.Text + s.HandlerRef}, " ")))
		}
		return err
	})
	return steps
}

func TestImportCases(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Ana", FieldEmail, "ana@example.com"))
	rows := caseRows(t,
		"ref=7|customer=ana@example.com|topic=broken|kind=Incidencia|priority=alta|channel=phone|opened_at=2026-11-10T09:00:00Z|handler=K1|notes=asked;for a photo|product=CREAM|status=pending",
		"customer=Bea|topic=late|opened_at=2026-11-11|responded_at=2026-11-11T08:00:00Z|response=sorry|closed_at=2026-11-11|status=Resuelto",
		"customer=Bea|topic=late|opened_at=2026-11-11",
		"consultant=K2|topic=catalogue|opened_at=2026-11-22")
	for n, tally := range []string{"4 0 0 1", "0 0 4 0", "0 0 4 0"} {
		got, problems := loadCases(t, b, CaseOptions{}, rows, n+1)
		require.Empty(t, problems)
		require.Equal(t, tally, got)
	}
	require.Equal(t, []string{"10T09:00 open broken", "10T09:00 assign K1", "10T09:00 note asked\nfor a photo"}, history(t, b, 1))
	require.Equal(t, []string{"11T08:00 open late", "11T08:00 response sorry", "11T11:00 close"}, history(t, b, 2), "a day alone is noon, and not later than what is known")
	require.Equal(t, []string{"11T11:00 open late"}, history(t, b, 3))
	require.Equal(t, []string{"22T10:00 open catalogue"}, history(t, b, 4), "a day alone is not later than now")

	// What a file says otherwise is changed, and what became of the case since is added.
	got, problems := loadCases(t, b, CaseOptions{}, caseRows(t, "ref=7|topic=torn|priority=urgent|channel=|handler=K3|notes=she called;asked;for a photo|responded_at=2026-11-12|closed_at=2026-11-12|status=closed"), 9)
	require.Empty(t, problems)
	require.Equal(t, "0 1 0 0", got)
	require.Equal(t, []string{"10T09:00 open torn", "10T09:00 assign K1", "10T09:00 note asked\nfor a photo", "12T11:00 assign K3", "12T11:00 response", "12T11:00 close",
		"22T10:00 note she called"}, history(t, b, 1))
	got, _ = loadCases(t, b, CaseOptions{}, rows[:1], 9)
	require.Equal(t, "0 0 0 0", got, "an old file cannot hand on what is closed")
	got, problems = loadCases(t, b, CaseOptions{Never: CaseHandler | CaseTopic | CasePriority | CaseChannel}, rows[:1], 9)
	require.Empty(t, problems)
	require.Equal(t, "0 0 1 0", got)
	got, problems = loadCases(t, b, CaseOptions{}, caseRows(t, "ref=7|response=it is on its way"), 9)
	require.Equal(t, []string{"2 responded_at: it is closed (since 2026-11-12 12:00): respond is not possible"}, problems)
	require.Equal(t, "0 0 0 0", got)

	// Under another source it is another case; what is known of one without a ref is kept as it is dealt with.
	got, problems = loadCases(t, b, CaseOptions{}, caseRows(t, "ref=7|ref_source=desk|customer=Bea|topic=x|opened_at=2026-11-11",
		"customer=Bea|topic=late|opened_at=2026-11-11|responded_at=2026-11-11T08:00:00Z|response=sorry|closed_at=2026-11-11",
		"customer=Bea|topic=late|opened_at=2026-11-11|priority=low|handler=K1"), 1)
	require.Empty(t, problems)
	require.Equal(t, "1 1 1 0", got)
	require.Equal(t, []string{"11T11:00 open late", "22T10:00 assign K1"}, history(t, b, 3))
}

func TestImportCasesRefuses(t *testing.T) {
	b := newBook(t)
	add(t, b, Customer{Name: "Ana"}, Customer{Name: "Bea"})
	loadCases(t, b, CaseOptions{}, caseRows(t, "ref=1|customer=Ana|topic=broken|opened_at=2026-11-10T09:00:00Z|responded_at=2026-11-11T09:00:00Z|closed_at=2026-11-12T09:00:00Z"), 1)
	update(t, b, func(tx *book.Tx) error {
		for _, source := range []string{"a", "b"} {
			if _, err := tx.Exec(`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total) VALUES ('7', ?, 1, '2026-11-01', 100)`, source); err != nil {
				return err
			}
		}
		return nil
	})
	for line, want := range map[string]string{
		"ref=2|topic=x|opened_at=2026-11-10":                                                     "2 customer: a new case needs a customer or a consultant",
		"ref=2|customer=Ana|consultant=K|topic=x|opened_at=2026-11-10":                           "2 consultant: a case is of a customer or of a consultant, not of both",
		"customer=Ana|opened_at=2026-11-10":                                                      "2 topic: a new case needs a topic",
		"customer=Ana|topic=x":                                                                   "2 opened_at: a new case needs the moment it was opened at",
		"customer=Ana|topic=x|opened_at=2026-11-22T10:00:01Z":                                    "2 opened_at: lies in the future",
		"customer=Ana|topic=x|opened_at=2026-11-10|closed_at=2026-11-23":                         "2 closed_at: lies in the future",
		"customer=Nobody|topic=x|opened_at=2026-11-10":                                           "2 customer: there is no such customer (--known-customers)",
		"customer=Ana|topic=x|opened_at=2026-11-10|order=8":                                      "2 order: there is no such order",
		"customer=Ana|topic=x|opened_at=2026-11-10|order=7":                                      "2 order: 2 orders have this ref: write SOURCE:REF, or id:1",
		"customer=Ana|topic=x|opened_at=2026-11-10|status=closed":                                "2 status: it is closed, but closed_at does not say when",
		"customer=Ana|topic=x|opened_at=2026-11-10|closed_at=2026-11-10|status=open":             "2 closed_at: the status says that it is not closed",
		"customer=Ana|topic=x|opened_at=2026-11-10|response=yes":                                 "2 response: responded_at does not say when",
		"customer=Ana|topic=x|opened_at=2026-11-10T09:00:00Z|closed_at=2026-11-10T08:00:00Z":     "2 closed_at: it was opened at 2026-11-10 10:00, and 2026-11-10 09:00 was before",
		"customer=Ana|topic=x|opened_at=2026-11-01|responded_at=2026-11-03|closed_at=2026-11-02": "2 closed_at: close at 2026-11-02 12:00 is not possible before respond at 2026-11-03 12:00",
		"ref=8|customer=Ana|topic=x|opened_at=2026-11-02;ref=8|kind=":                            "3 ref: the row on line 2 has the same ref",
		"ref=1|customer=Bea":                   "2 customer: case 1 is of Ana, and does not go to somebody else",
		"ref=1|consultant=K":                   "2 consultant: case 1 is of Ana, and does not go to somebody else",
		"ref=1|opened_at=2026-11-11T10:00:00Z": "2 opened_at: respond at 2026-11-11 10:00 was before",
		"ref=1|closed_at=2026-11-13":           "2 closed_at: it is closed (since 2026-11-12 10:00): close is not possible",
		"ref=1|responded_at=2026-11-13":        "2 responded_at: it is closed (since 2026-11-12 10:00): respond is not possible",
		"ref=1|handler=K":                      "2 handler: it is closed (since 2026-11-12 10:00): assign is not possible",
	} {
		_, problems := loadCases(t, b, CaseOptions{Known: true}, caseRows(t, strings.Split(line, ";")...), 10)
		require.Equal(t, []string{want}, problems, line)
	}
	got, problems := loadCases(t, b, CaseOptions{}, caseRows(t, "ref=2|customer=Ana|topic=x|opened_at=2026-11-10|order=b:7", "ref=3|customer=Ana|topic=x|opened_at=2026-11-10|order=id:1",
		"ref=1|opened_at=2026-11-09"), 10)
	require.Empty(t, problems)
	require.Equal(t, "2 1 0 0", got)
	var orders []string
	for _, r := range exportedCases(t, b) {
		orders = append(orders, r.Order)
	}
	require.Equal(t, []string{"", "", "b:7", "a:7"}, orders)
	_, problems = loadCases(t, b, CaseOptions{Mode: UpdateOnly}, caseRows(t, "ref=9|customer=Ana|topic=x|opened_at=2026-11-02"), 10)
	require.Equal(t, []string{"2 ref: the book has no such case (--mode update)"}, problems)
	_, problems = loadCases(t, b, CaseOptions{Mode: CreateOnly}, caseRows(t, "ref=1|priority=low"), 10)
	require.Equal(t, []string{"2 ref: the book has this case already (--mode create)"}, problems)
	err := b.Update(t.Context(), "test", func(tx *book.Tx) error {
		_, err := ImportCases(tx, nil, CaseOptions{Source: contentRef}, nil)
		return err
	})
	require.Equal(t, fault.Usage, fault.KindOf(err))

	// Of somebody whose data were erased nothing new is written; what is known already is no matter.
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE customers SET erased_on = '2026-11-20' WHERE id = 1`)
		return err
	})
	_, problems = loadCases(t, b, CaseOptions{}, caseRows(t, "ref=1|priority=low", "ref=2|priority=normal", "customer=perla:1|topic=x|opened_at=2026-11-02"), 10)
	require.Equal(t, []string{"2 customer: is somebody whose data were erased: nothing new is written of her",
		"4 customer: is somebody whose data were erased: nothing new is written of her"}, problems)
}

// TestCaseFilesComeBack holds, over cases of any history, that an export changes nothing in its own book, makes cases in
// another book whose export is the same, and changes nothing there either.
func TestCaseFilesComeBack(t *testing.T) {
	b, other := newBook(t), newBook(t)
	rapid.Check(t, func(rt *rapid.T) {
		for _, empty := range []*book.Book{b, other} {
			update(t, empty, func(tx *book.Tx) error {
				for _, table := range []string{"case_events", "cases", "consultants", "customers"} {
					if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
						return err
					}
				}
				return nil
			})
		}
		people := add(t, b, Customer{Name: "Ana"}, Customer{Name: "Bea", Email: "bea@example.com"})
		text := func(name string) string {
			return rapid.SampledFrom([]string{"", "said", "two\nlines", "said\n\nagain "}).Draw(rt, name)
		}
		update(t, b, func(tx *book.Tx) error {
			kay, err := tx.Insert(`INSERT INTO consultants (ref, name) VALUES ('kay', 'Kay')`)
			require.NoError(rt, err)
			for range rapid.IntRange(1, 8).Draw(rt, "cases") {
				opened := opening.Add(time.Duration(rapid.IntRange(0, 3).Draw(rt, "hour")) * time.Hour)
				c := Case{CustomerID: rapid.SampledFrom(people).Draw(rt, "who").ID, Topic: rapid.SampledFrom([]string{"broken", "late"}).Draw(rt, "topic"), OpenedAt: opened}
				if rapid.IntRange(0, 4).Draw(rt, "consultant") == 0 {
					c.CustomerID, c.ConsultantID = 0, kay
				}
				c, err := AddCase(tx, c)
				require.NoError(rt, err)
				for range rapid.IntRange(0, 6).Draw(rt, "events") {
					e := CaseEvent{Kind: rapid.SampledFrom([]string{CaseNote, CaseResponse, CaseAssign, CaseClose, CaseReopen}).Draw(rt, "kind"),
						At: opened.Add(time.Duration(rapid.IntRange(0, 4).Draw(rt, "after")) * time.Hour)}
					if e.Text = text("text"); e.Kind == CaseAssign {
						e.Text, e.HandlerID = "", kay
					}
					_, err := AddCaseEvent(tx, c.ID, e)
					if kind := fault.KindOf(err); kind != fault.Conflict && kind != fault.Usage { // what cannot be is left out
						require.NoError(rt, err)
					}
				}
			}
			if rapid.Bool().Draw(rt, "from before refs") {
				_, err = tx.Exec(`UPDATE cases SET ref = NULL, ref_source = NULL WHERE id % 2`)
			}
			return err
		})
		rows := exportedCases(t, b)
		unchanged := fmt.Sprintf("0 0 %d 0", len(rows))
		batch := rapid.IntRange(1, 9)
		got, problems := loadCases(t, b, CaseOptions{}, rows, batch.Draw(rt, "batch"))
		require.Empty(rt, problems)
		require.Equal(rt, unchanged, got)
		_, problems = loadCases(t, other, CaseOptions{}, rows, batch.Draw(rt, "other batch"))
		require.Empty(rt, problems)
		require.Equal(rt, rows, exportedCases(t, other))
		got, problems = loadCases(t, other, CaseOptions{}, rows, batch.Draw(rt, "third batch"))
		require.Empty(rt, problems)
		require.Equal(rt, unchanged, got)
	})
}
