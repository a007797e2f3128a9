package book

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Finding is what one check found: Problem is empty when it held, else the first counter-example.
type Finding struct {
	Check   string
	Problem string
}

// Check is one proof about the book. Query selects the first row that breaks it, as one text; each room adds those of
// its own tables.
type Check struct {
	Name  string
	Query string
	Probe func(*View) (string, error) // instead of Query, where SQL cannot say it
}

// Verify runs SQLite's own integrity check, the foreign keys, and then the checks given, each in the same snapshot.
func (b *Book) Verify(ctx context.Context, checks []Check) ([]Finding, error) {
	own := []Check{
		{Name: "the file is whole", Query: `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT 1`},
		{Name: "every reference is kept", Query: `SELECT printf('%s %d refers to a row of %s that is not there', "table", rowid, parent) FROM pragma_foreign_key_check LIMIT 1`},
		{Name: "the operation log names known tables", Query: `SELECT printf('operation %d changed %s, which is no table', operation_id, table_name)
			FROM operation_changes WHERE table_name NOT IN (SELECT name FROM sqlite_schema WHERE type = 'table') LIMIT 1`},
		{Name: "dates are days of the calendar", Probe: checkDates},
	}
	var findings []Finding
	err := b.View(ctx, func(v *View) error {
		for _, c := range append(own, checks...) {
			problem, err := c.run(v)
			if err != nil {
				return err
			}
			findings = append(findings, Finding{Check: c.Name, Problem: problem})
		}
		return nil
	})
	return findings, err
}

func (c Check) run(v *View) (string, error) {
	if c.Probe != nil {
		return c.Probe(v)
	}
	problem, _, err := One(v, Scalar[string], c.Query)
	return problem, err
}

// checkDates proves that every _on column holds a day SQLite's calendar knows, or nothing.
func checkDates(v *View) (string, error) {
	tables, err := storedColumns(v)
	if err != nil {
		return "", err
	}
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		for _, column := range tables[name].columns {
			if !strings.HasSuffix(column, "_on") {
				continue
			}
			problem, found, err := One(v, Scalar[string], fmt.Sprintf(
				`SELECT printf('%s %%d has %s %%s', id, %[2]s) FROM %[3]s WHERE %[2]s IS NOT NULL AND %[2]s IS NOT date(%[2]s, '+0 days') LIMIT 1`, singular(name), column, name))
			if found || err != nil {
				return problem, err
			}
		}
	}
	return "", nil
}
