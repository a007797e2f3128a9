package contacts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// merger merges customer b into customer a.
type merger struct {
	tx         *book.Tx
	a, b       int64
	country    string
	today      dates.Date
	columns    []string          // of customers
	parents    map[string]string // the tables that columns refer to
	takes      map[string]bool   // columns in which b's value is taken
	rowA, rowB customerRow
	row        customerRow // what becomes of them
}

// readRow reads the columns of a customer's row.
func readRow(v *book.View, columns []string, id int64) (customerRow, error) {
	row, found, err := book.One(v, func(s book.Scanner) (customerRow, error) {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		err := s.Scan(places...)
		row := customerRow{}
		for i, c := range columns {
			row[c] = values[i]
		}
		return row, err
	}, `SELECT `+strings.Join(columns, ", ")+` FROM customers WHERE id = ?`, id)
	if err == nil && !found {
		err = noCustomer(fmt.Sprint(id))
	}
	return row, err
}

// read reads both customers and works out what becomes of them.
func (m *merger) read(take []string) (err error) {
	if m.columns, err = customersColumns(m.tx.View); err != nil {
		return err
	}
	m.parents = map[string]string{}
	type key struct{ column, parent string }
	keys, err := book.All(m.tx.View, func(s book.Scanner) (k key, err error) {
		err = s.Scan(&k.column, &k.parent)
		return k, err
	}, `SELECT "from", "table" FROM pragma_foreign_key_list('customers')`)
	for _, k := range keys {
		m.parents[k.column] = k.parent
	}
	if err != nil {
		return err
	}
	if m.rowA, err = m.readOne(m.a); err != nil {
		return err
	}
	if m.rowB, err = m.readOne(m.b); err != nil {
		return err
	}
	if err := m.readTakes(take); err != nil {
		return err
	}
	m.row = mergeRows(m.rowA, m.rowB, m.takes)
	return nil
}

// readOne reads one of the two. What she says of the other, that it is her company, or brought her, she will not be able
// to say of herself.
func (m *merger) readOne(id int64) (customerRow, error) {
	row, err := readRow(m.tx.View, m.columns, id)
	if err == nil && row["erased_on"] != nil {
		err = &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(id), Reason: fmt.Sprintf("was erased on %v", row["erased_on"])}
	}
	for column, parent := range m.parents {
		if parent == "customers" && (row[column] == m.a || row[column] == m.b) {
			row[column] = nil
		}
	}
	return row, err
}

// readTakes looks up the columns that are to be taken.
func (m *merger) readTakes(take []string) error {
	m.takes = map[string]bool{}
	fields, err := MergeFields(m.tx.View)
	if err != nil {
		return err
	}
	for _, field := range take {
		at := slices.IndexFunc(m.columns, func(c string) bool { return fieldOf(c) == field })
		if !slices.Contains(fields, field) {
			e := fault.New(fault.Usage, fmt.Sprintf("--take: there is no field %q", field), "one of "+strings.Join(fields, ", "))
			if near := fault.Nearest(field, fields); near != "" {
				e.Hint = "did you mean " + near + "?"
			}
			return e
		}
		if m.rowB[m.columns[at]] == nil {
			return &fault.Error{Kind: fault.Usage, Noun: "customer", Key: fmt.Sprint(m.b), Field: field, Reason: "there is nothing to take: she has none"}
		}
		m.takes[m.columns[at]] = true
	}
	return nil
}

// write makes one of the two.
func (m *merger) write() error {
	for _, step := range []func() error{m.uniteFacts, m.uniteDismissals, m.repoint, m.fill, m.keepRefs, m.keepReaches, m.uniteLinks, m.refold, m.checkCompany} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// uniteFacts unites the histories of facts that have one.
func (m *merger) uniteFacts() error {
	for _, d := range datedFacts {
		a, err := m.history(d, m.a)
		if err != nil {
			return err
		}
		b, err := m.history(d, m.b)
		if err != nil {
			return err
		}
		united := uniteHistories(a, b)
		if m.takes[d.column] {
			united = uniteHistories(b, a)
		}
		if _, err := m.tx.Exec(`DELETE FROM `+d.table+` WHERE customer_id = ?`, m.b); err != nil {
			return err
		}
		for _, row := range a {
			if !slices.ContainsFunc(united, row.says) {
				if _, err := m.tx.Exec(`DELETE FROM `+d.table+` WHERE customer_id = ? AND since_on = ?`, m.a, row.since); err != nil {
					return err
				}
			}
		}
		for _, row := range united {
			if !slices.ContainsFunc(a, row.says) {
				if _, err := m.tx.Exec(`INSERT INTO `+d.table+` (customer_id, since_on, `+d.column+`) VALUES (?, ?, ?)`, m.a, row.since, row.value); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// says says whether two rows, of whichever customer, say the same.
func (r datedRow) says(other datedRow) bool { return r.since == other.since && r.value == other.value }

func (m *merger) history(d dated, id int64) ([]datedRow, error) {
	return book.All(m.tx.View, func(s book.Scanner) (row datedRow, err error) {
		err = s.Scan(&row.since, &row.value)
		return row, err
	}, `SELECT since_on, `+d.column+` FROM `+d.table+` WHERE customer_id = ? ORDER BY since_on`, id)
}

// uniteDismissals moves the dismissals of b, each of which has the lower id first. Of two the earlier one stays.
func (m *merger) uniteDismissals() error {
	for _, statement := range []string{
		`DELETE FROM duplicate_dismissals AS d WHERE ?1 IN (d.customer_id, d.other_id) AND EXISTS (SELECT 1 FROM duplicate_dismissals e
			WHERE ?2 IN (e.customer_id, e.other_id) AND e.customer_id + e.other_id - ?2 = d.customer_id + d.other_id - ?1 AND e.dismissed_on < d.dismissed_on)`,
		`UPDATE OR IGNORE duplicate_dismissals SET customer_id = min(?1, customer_id + other_id - ?2), other_id = max(?1, customer_id + other_id - ?2)
			WHERE ?2 IN (customer_id, other_id) AND ?1 NOT IN (customer_id, other_id)`,
		`DELETE FROM duplicate_dismissals WHERE ?2 IN (customer_id, other_id)`,
	} {
		if _, err := m.tx.Exec(statement, m.a, m.b); err != nil {
			return err
		}
	}
	return nil
}

// repoint moves every row that is left to a, and removes b.
func (m *merger) repoint() error {
	if err := m.tx.Repoint("customers", m.b, m.a); err != nil {
		return err
	}
	_, err := m.tx.Exec(`DELETE FROM customers WHERE id = ?`, m.b)
	return err
}

// fill writes what has become of the columns.
func (m *merger) fill() error {
	now, err := readRow(m.tx.View, m.columns, m.a)
	if err != nil {
		return err
	}
	var sets []string
	var values []any
	for _, c := range m.columns {
		if m.row[c] != now[c] {
			sets, values = append(sets, c+" = ?"), append(values, m.row[c])
		}
	}
	if len(sets) == 0 {
		return nil
	}
	_, err = m.tx.Exec(`UPDATE customers SET `+strings.Join(sets, ", ")+` WHERE id = ?`, append(values, m.a)...)
	return err
}

// keepRefs keeps the ref that is not that of the row any more as a further one, so that an import finds her by it.
func (m *merger) keepRefs() error {
	for _, row := range []customerRow{m.rowA, m.rowB} {
		if row["ref"] == nil || row["ref"] == m.row["ref"] && row["ref_source"] == m.row["ref_source"] {
			continue
		}
		if _, err := m.tx.Exec(`INSERT INTO customer_refs (customer_id, ref, ref_source) VALUES (?, ?, ?)`, m.a, row["ref"], row["ref_source"]); err != nil {
			return err
		}
	}
	return nil
}

// keepReaches keeps the e-mail and phone that are not preferred any more as further ones; what is preferred is none.
func (m *merger) keepReaches() error {
	for _, kind := range []string{emailReach, phoneReach} {
		preferred, _ := m.row[kind].(string)
		key := reachKey(kind, preferred, m.country)
		for _, row := range []customerRow{m.rowA, m.rowB} {
			value, _ := row[kind].(string)
			value = plainReach(value)
			own := reachKey(kind, value, m.country)
			if value == "" || own == key {
				continue
			}
			if _, err := m.tx.Exec(`INSERT INTO customer_reaches (customer_id, kind, value, key, label) VALUES (?, ?, ?, ?, ?)
				ON CONFLICT (customer_id, kind, key) DO NOTHING`, m.a, kind, value, own, row[kind+"_label"]); err != nil {
				return err
			}
		}
		if _, err := m.tx.Exec(`DELETE FROM customer_reaches WHERE customer_id = ? AND kind = ? AND key = ?`, m.a, kind, key); err != nil {
			return err
		}
	}
	return nil
}

// uniteLinks drops links that say the same as an earlier one from the other end: of two friends each was the friend.
func (m *merger) uniteLinks() error {
	type link struct {
		id, from, to int64
		kind         string
	}
	links, err := book.All(m.tx.View, func(s book.Scanner) (l link, err error) {
		err = s.Scan(&l.id, &l.from, &l.to, &l.kind)
		return l, err
	}, `SELECT id, customer_id, other_id, kind FROM customer_links WHERE ?1 IN (customer_id, other_id) ORDER BY id`, m.a)
	said := map[Relation]bool{}
	for _, l := range links {
		r := Relation{Kind: l.kind, Other: Link{ID: l.to}}
		if l.to == m.a {
			r = Relation{Kind: seenBack(l.kind), Other: Link{ID: l.from}}
		}
		if said[r] && err == nil {
			_, err = m.tx.Exec(`DELETE FROM customer_links WHERE id = ?`, l.id)
		}
		said[r] = true
	}
	return err
}

// refold works out again by what she is found.
func (m *merger) refold() error {
	c, err := Get(m.tx.View, m.a)
	if err != nil {
		return err
	}
	c.complete(m.country)
	_, err = m.tx.Exec(`UPDATE customers SET name_key = ?1, search = ?2 WHERE id = ?3 AND (name_key, search) <> (?1, ?2)`, c.foldedName(), c.search, m.a)
	return err
}

// checkCompany refuses to make a person of a company to whom people belong.
func (m *merger) checkCompany() error {
	if m.rowA["kind"] == m.rowB["kind"] || m.row["kind"] == Kinds[1] {
		return nil
	}
	n, _, err := book.One(m.tx.View, book.Scalar[int64], `SELECT count(*) FROM customers WHERE company_id = ?`, m.a)
	if err == nil && n > 0 {
		err = &fault.Error{Kind: fault.Conflict, Noun: "customer", Key: fmt.Sprint(m.a), Field: "kind", Reason: fmt.Sprintf("customers who belong to it, %d, would belong to a person", n),
			Hint: "make a company of the two, with --take kind or the other way round"}
	}
	return err
}
