package book

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
)

// Finding is what one check found: Problem is empty when it held, else the first counter-example. Skipped says why it
// could not be made.
type Finding struct {
	Check   string
	Problem string
	Skipped string
}

// Check is one proof about the book. Query selects the first row that breaks it, as one text; each room gives those of
// its own tables.
type Check struct {
	Name  string
	Query string
	Probe func(*View) (string, error) // instead of Query, where SQL cannot say it
}

// ownChecks are the proofs about the file and the operation log.
var ownChecks = []Check{
	{Name: "the file is whole", Query: `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 1`},
	{Name: "every reference is kept", Query: `SELECT printf('row %d of %s refers to a row of %s that is not there', rowid, "table", parent) FROM pragma_foreign_key_check LIMIT 1`},
	{Name: "no id is given twice", Probe: checkIDs},
	{Name: "days are days of the calendar", Probe: checkDates},
	{Name: "of who was erased nothing is known", Probe: checkErased},
	{Name: "the history names tables that exist", Query: `SELECT printf('operation %d changed %s, which is no table', operation_id, table_name)
		FROM operation_changes WHERE table_name NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table') LIMIT 1`},
	{Name: "the history undoes only what was done before", Query: `SELECT printf('operation %d undoes operation %d', id, undoes_id) FROM operations WHERE undoes_id >= id LIMIT 1`},
	{Name: "every operation changed something", Query: `SELECT printf('operation %d (%s) has no changes', id, what)
		FROM operations o WHERE NOT EXISTS (SELECT 1 FROM operation_changes c WHERE c.operation_id = o.id) LIMIT 1`},
}

// Verify runs the checks of the file and the log, and then those given, all in the same snapshot; and at the end it
// holds the full-text index against its table, for which SQLite wants to write and so a place that can be written.
func (b *Book) Verify(ctx context.Context, checks []Check) ([]Finding, error) {
	// A connection that has seen an earlier state of the full-text index holds the present one against that.
	if b.reading != nil && !b.inView {
		if err := b.reading.Close(); err != nil {
			return nil, b.explain(err)
		}
		b.reading = nil
	}
	var findings []Finding
	err := b.View(ctx, func(v *View) error {
		for _, c := range slices.Concat(ownChecks, checks) {
			f := Finding{Check: c.Name}
			var err error
			f.Problem, err = c.run(v)
			if fault.KindOf(err) == fault.BookUnusable {
				f.Problem, err = "the file is damaged", nil
			}
			if err != nil {
				return err
			}
			findings = append(findings, f)
		}
		return nil
	})
	if err != nil {
		return findings, err
	}
	search, err := b.checkSearch(ctx)
	return append(findings, search), err
}

// checkSearch asks the full-text index whether it holds what its table says.
func (b *Book) checkSearch(ctx context.Context) (Finding, error) {
	f := Finding{Check: "the search index holds what customers say"}
	err := b.Rehearse(ctx, false, func(tx *Tx) error {
		_, err := tx.Exec(`INSERT INTO customers_search (customers_search, rank) VALUES ('integrity-check', 1)`)
		return err
	})
	switch fault.KindOf(err) {
	case fault.BookUnusable:
		f.Problem, err = "it holds something else", nil
	case fault.IO:
		f.Skipped, err = "the book cannot be written here", nil
	}
	return f, err
}

func (c Check) run(v *View) (string, error) {
	if c.Probe != nil {
		return c.Probe(v)
	}
	problem, _, err := One(v, Scalar[string], c.Query)
	return problem, err
}

// checkIDs proves that each table's counter of ids is at or past its last row, as is every row the log names.
func checkIDs(v *View) (string, error) {
	tables, err := recordedTables(v)
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		problem, found, err := One(v, Scalar[string], fmt.Sprintf(
			`SELECT printf('%[1]s %%d has an id that would be given again', last) FROM
			(SELECT max(ifnull((SELECT max(id) FROM %[2]s), 0), ifnull((SELECT max(last_id) FROM operation_changes WHERE table_name = '%[2]s'), 0)) AS last)
			WHERE last > ifnull((SELECT seq FROM sqlite_sequence WHERE name = '%[2]s'), 0)`, singular(name), name))
		if found || err != nil {
			return problem, err
		}
	}
	return "", nil
}

// checkDates proves that every _on column holds a day SQLite's calendar knows, or nothing.
func checkDates(v *View) (string, error) {
	tables, err := recordedTables(v)
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		for _, column := range tables[name].columns {
			if !strings.HasSuffix(column.name, "_on") {
				continue
			}
			problem, found, err := One(v, Scalar[string], fmt.Sprintf(
				`SELECT printf('%s %%d has %s %%s', id, %[2]s) FROM %[3]s WHERE %[2]s IS NOT NULL AND %[2]s IS NOT date(%[2]s, '+0 days') LIMIT 1`, singular(name), column.name, name))
			if found || err != nil {
				return problem, err
			}
		}
	}
	return "", nil
}
