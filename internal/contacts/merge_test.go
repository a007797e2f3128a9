package contacts

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// provedSound fails the test when a check of the book or of the customers finds something.
func provedSound(tb testing.TB, b *book.Book) {
	tb.Helper()
	findings, err := b.Verify(context.Background(), Checks())
	require.NoError(tb, err)
	for _, f := range findings {
		require.Empty(tb, f.Problem, f.Check)
		require.Empty(tb, f.Skipped, f.Check)
	}
}

// merged merges two customers, proves the book, undoes it and does it again, and gives the fields as text.
func merged(tb testing.TB, b *book.Book, x, y int64, o MergeOptions) (lines []string) {
	tb.Helper()
	before := dump(tb, b)
	require.NoError(tb, b.Update(context.Background(), fmt.Sprintf("customer merge %d %d", x, y), func(tx *book.Tx) error {
		fields, err := Merge(tx, x, y, o)
		for _, f := range fields {
			lines = append(lines, fmt.Sprintf("%s: %s | %s | %s", f.Field, f.A, f.B, f.Result))
		}
		return err
	}))
	provedSound(tb, b)
	after := dump(tb, b)
	view(tb, b, func(v *book.View) error {
		referrers, err := book.Referrers(v, "customers", y)
		require.NoError(tb, err)
		for _, r := range referrers {
			require.Zero(tb, r.Rows, r)
		}
		_, err = Get(v, y)
		require.Equal(tb, fault.NotFound, fault.KindOf(err))
		return nil
	})
	_, err := b.Undo(context.Background(), 0)
	require.NoError(tb, err)
	require.Equal(tb, before, dump(tb, b))
	provedSound(tb, b)
	update(tb, b, func(tx *book.Tx) error {
		_, err := tx.Redo()
		return err
	})
	require.Equal(tb, after, dump(tb, b))
	provedSound(tb, b)
	return lines
}

func run(tb testing.TB, b *book.Book, statements ...string) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		return nil
	})
}

func TestMerge(t *testing.T) {
	b := newBook(t)
	add(t, b,
		customer(t, "Ana García", FieldRef, "C-1", FieldEmail, "ana@x.com", FieldPhone, "600 111 222", FieldBirthday, "05-17", FieldTags, "vip",
			FieldStage, "customer", FieldNotes, "likes roses", FieldCity, "Madrid", FieldEmails, "old: an@z.com", FieldAttributes, "skin=dry"),
		customer(t, "Ana Garcia L.", FieldRef, "C-9", FieldRefSource, "shop", FieldEmail, "ag@y.com", FieldEmailLabel, "work", FieldPhone, "+34600111222",
			FieldBirthday, "1980-05-17", FieldTags, "vip,new", FieldStage, "lead", FieldNotes, "calls back", FieldAddress, "Calle Mayor 1", FieldCity, "madrid",
			FieldEmails, "ana@x.com; an@z.com", FieldAttributes, "skin=dry; need=sun", FieldSector, "health"),
		customer(t, "Eva Sanz", FieldReferredBy, "2"),
		customer(t, "Luis Gil"))
	// A room that nobody had thought of when merge was written.
	run(t, b, `CREATE TABLE loans (id INTEGER PRIMARY KEY AUTOINCREMENT, borrower_id INTEGER NOT NULL REFERENCES customers (id) ON DELETE NO ACTION, what TEXT NOT NULL) STRICT`,
		`INSERT INTO orders (ref, ref_source, customer_id, ordered_on, total) VALUES ('1', 'csv', 1, '2026-01-02', 100), ('2', 'csv', 2, '2026-01-03', 200), ('3', 'csv', 2, '2026-01-04', 300)`)
	run(t, b, `INSERT INTO loans (borrower_id, what) VALUES (2, 'a book')`,
		`INSERT INTO interactions (customer_id, happened_on, channel, direction) VALUES (2, '2026-02-01', 'call', 'out')`,
		`INSERT INTO tasks (customer_id, what, due_on, first_due_on, created_on) VALUES (2, 'call', '2026-03-01', '2026-03-01', '2026-02-01')`,
		`INSERT INTO customer_links (customer_id, other_id, kind) VALUES (1, 2, 'friend'), (1, 3, 'sibling'), (3, 2, 'sibling'), (4, 2, 'parent'), (1, 4, 'child')`,
		`INSERT INTO consents (customer_id, channel, purpose, granted, given_on, basis) VALUES (1, 'email', 'marketing', 1, '2026-01-01', 'consent'),
			(2, 'email', 'marketing', 0, '2026-02-01', 'consent'), (2, 'sms', 'service', 1, '2026-02-01', 'contract')`,
		`INSERT INTO duplicate_dismissals (customer_id, other_id, dismissed_on) VALUES (1, 3, '2026-02-01'), (2, 3, '2026-01-01'), (1, 2, '2026-01-01'), (2, 4, '2026-03-05'), (1, 4, '2026-01-04')`,
		`UPDATE customers SET company_id = 1 WHERE id = 2`)
	require.Equal(t, []string{
		"ref: C-1 | C-9 | C-1",
		"ref_source: csv | shop | csv",
		"name: Ana García | Ana Garcia L. | Ana García",
		"kind: person | person | person",
		"email: ana@x.com | ag@y.com | ana@x.com",
		"email_label:  | work | ",
		"phone: 600 111 222 | +34600111222 | 600 111 222",
		"birthday: --05-17 | 1980-05-17 | 1980-05-17",
		"address:  | Calle Mayor 1 | Calle Mayor 1",
		"city: Madrid | madrid | Madrid",
		"sector:  | health | health",
		"stage: customer | lead | customer",
		"company:  | Ana García | ",
		"notes: likes roses | calls back | likes roses\ncalls back",
		"created_on: 2026-11-22 | 2026-11-22 | 2026-11-22",
		"refs:  |  | shop:C-9",
		"emails: old: an@z.com | an@z.com; ana@x.com | work: ag@y.com; old: an@z.com",
		"tags: vip | new, vip | new, vip",
		"attributes: skin=dry | need=sun; skin=dry | need=sun; skin=dry",
		"links: child=Luis Gil; sibling=Eva Sanz; friend=Ana Garcia L. | child=Luis Gil; sibling=Eva Sanz; friend=Ana García | child=Luis Gil; sibling=Eva Sanz",
		"consent.email: yes since 2026-01-01 | no since 2026-02-01 | no since 2026-02-01",
		"consent.sms.service:  | yes since 2026-02-01 | yes since 2026-02-01",
		"referrals:  | 1 | 1",
		"contacts: 1 |  | ",
		"interactions:  | 1 | 1",
		"loans.borrower_id:  | 1 | 1",
		"orders: 1 | 2 | 3",
		"tasks:  | 1 | 1",
	}, merged(t, b, 1, 2, MergeOptions{}))
	require.Equal(t, "1 3 2026-01-01,1 4 2026-01-04", ask(t, b, `SELECT group_concat(customer_id || ' ' || other_id || ' ' || dismissed_on) FROM
		(SELECT * FROM duplicate_dismissals ORDER BY customer_id, other_id)`), "of two dismissals the earlier one stays")
	view(t, b, func(v *book.View) error {
		for _, selector := range []string{"ref:C-9", "ag@y.com", "an@z.com", "ana garcia"} {
			c, err := Find(v, selector)
			require.NoError(t, err, selector)
			require.Equal(t, int64(1), c.ID, selector)
		}
		return nil
	})
}

// TestMergeForgetsNoColumn gives a customer something in every column and merges her into one who has nothing: each
// column is taken over, unless it is named as left alone or has a rule of its own.
func TestMergeForgetsNoColumn(t *testing.T) {
	b := newBook(t)
	add(t, b, Customer{Name: "Ana"}, Customer{Name: "Eva"}, Customer{Name: "Acme", Kind: "company"})
	run(t, b, `INSERT INTO consultants (ref, name) VALUES ('K', 'Kim')`)
	columns := columnsOfCustomers(t, b)
	fillColumns(t, b, 2, columns)
	run(t, b, `INSERT INTO customer_stages (customer_id, since_on, stage) VALUES (2, '2020-01-01', 'lead')`,
		`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) VALUES (2, '2020-01-01', 1)`,
		`UPDATE customers SET name_key = 'some name', search = 'some name some email 600111222 34600111222' WHERE id = 2`)
	read := func(id int64) (row customerRow) {
		view(t, b, func(v *book.View) error {
			names, err := customersColumns(v)
			require.NoError(t, err)
			row, err = readRow(v, names, id)
			return err
		})
		return row
	}
	other := read(2)
	merged(t, b, 1, 2, MergeOptions{Keep: true})
	row := read(1)
	for _, c := range columns {
		switch {
		case leftAlone[c.name]:
		case c.name == "archived_on":
			require.Nil(t, row[c.name], "who is active stays so")
		case c.name == "name", c.name == "kind":
			require.NotEqual(t, other[c.name], row[c.name], c.name)
		case c.always && mergeRules[c.name] == nil:
			require.Fail(t, "a column that is never empty is never filled: give it a rule, or name it as left alone", c.name)
		default:
			require.Equal(t, other[c.name], row[c.name], c.name)
		}
	}
}

type customersColumn struct {
	name, kind string
	always     bool // never empty
}

func columnsOfCustomers(t *testing.T, b *book.Book) (columns []customersColumn) {
	t.Helper()
	view(t, b, func(v *book.View) (err error) {
		columns, err = book.All(v, func(row book.Scanner) (c customersColumn, err error) {
			err = row.Scan(&c.name, &c.kind, &c.always)
			return c, err
		}, `SELECT name, type, "notnull" FROM pragma_table_info('customers')`)
		return err
	})
	return columns
}

// fillColumns puts something into every column of a customer that a merge does not leave alone.
func fillColumns(t *testing.T, b *book.Book, id int64, columns []customersColumn) {
	t.Helper()
	values := map[string]any{"kind": "company", "stage": "lead", "birthday": "1980-05-17", "created_on": "2020-01-01", "archived_on": "2026-01-01",
		"consultant_id": 1, "company_id": 3, "referred_by_id": 3, "contact_every": 30, "contact_within": 60, "phone_e164": "+34600111222", "phone": "600 111 222"}
	var sets []string
	var args []any
	for _, c := range columns {
		value, known := values[c.name]
		switch {
		case leftAlone[c.name]:
			continue
		case known:
		case c.kind == "INTEGER":
			value = 7
		default:
			value = "some " + c.name
		}
		sets, args = append(sets, c.name+" = ?"), append(args, value)
	}
	update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`UPDATE customers SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(args, id)...)
		return err
	})
}

func TestMergeRows(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b string // column=value, parted by ;
		take string
		want string
	}{
		{name: "the first one's value stands", a: "city=Lyon", b: "city=Paris", want: "city=Lyon"},
		{name: "the second fills", a: "city=", b: "city=Paris", want: "city=Paris"},
		{name: "unless taken", a: "city=Lyon", b: "city=Paris", take: "city", want: "city=Paris"},
		{name: "half an address does not fill half of another", a: "city=Lyon;postcode=", b: "city=Paris;postcode=75001;address=Rue X 1", want: "city=Lyon;postcode=;address="},
		{name: "but does one of the same city", a: "city=LYON;postcode=", b: "city=Lyon;postcode=69001", want: "city=LYON;postcode=69001"},
		{name: "and what is taken is taken", a: "city=Lyon;postcode=", b: "city=Paris;postcode=75001", take: "postcode", want: "city=Lyon;postcode=75001"},
		{name: "a label stays with its e-mail", a: "email=a@x.com;email_label=", b: "email=b@x.com;email_label=work", want: "email=a@x.com;email_label="},
		{name: "and comes with it", a: "email=;email_label=", b: "email=b@x.com;email_label=work", want: "email=b@x.com;email_label=work"},
		{name: "or belongs to the same one", a: "email=b@x.com;email_label=", b: "email=b@x.com;email_label=work", want: "email=b@x.com;email_label=work"},
		{name: "taking takes the unit", a: "ref=1;ref_source=csv", b: "ref=9;ref_source=shop", take: "ref", want: "ref=9;ref_source=shop"},
		{name: "days go together", a: "contact_every=;contact_within=", b: "contact_every=30;contact_within=60", want: "contact_every=30;contact_within=60"},
		{name: "or not at all", a: "contact_every=;contact_within=20", b: "contact_every=30;contact_within=60", want: "contact_every=;contact_within=20"},
		{name: "a ref brings its source", a: "ref=;ref_source=", b: "ref=9;ref_source=shop", want: "ref=9;ref_source=shop"},
		{name: "a year completes a birthday", a: "birthday=--05-17", b: "birthday=1980-05-17", want: "birthday=1980-05-17"},
		{name: "not another one", a: "birthday=--05-18", b: "birthday=1980-05-17", want: "birthday=--05-18"},
		{name: "nor is it taken away", a: "birthday=1980-05-17", b: "birthday=--05-17", want: "birthday=1980-05-17"},
		{name: "notes are joined", a: "notes=one", b: "notes=two", want: "notes=one\ntwo"},
		{name: "once", a: "notes=one two", b: "notes=two", want: "notes=one two"},
		{name: "she is known since the earlier day", a: "created_on=2026-02-01", b: "created_on=2025-01-01", want: "created_on=2025-01-01"},
		{name: "one active is active", a: "archived_on=2026-02-01", b: "archived_on=", want: "archived_on="},
		{name: "both archived are", a: "archived_on=2026-02-01", b: "archived_on=2026-01-01", want: "archived_on=2026-02-01"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b, takes := rowOf(c.a), rowOf(c.b), map[string]bool{}
			if c.take != "" {
				takes[c.take] = true
			}
			for column := range b {
				if _, there := a[column]; !there {
					a[column] = nil
				}
			}
			out := mergeRows(a, b, takes)
			for column, value := range rowOf(c.want) {
				require.Equal(t, value, out[column], column)
			}
		})
	}
}

func rowOf(text string) customerRow {
	row := customerRow{}
	for _, part := range strings.Split(text, ";") {
		column, value, _ := strings.Cut(part, "=")
		if row[column] = nil; value != "" {
			row[column] = value
		}
	}
	return row
}
