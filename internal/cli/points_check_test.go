package cli

import (
	"database/sql"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCheckProvesThePointsOfTheDemo has check find the sums of the demo's points right, and each figure of them that is
// changed behind perla's back.
func TestCheckProvesThePointsOfTheDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	code, _, talk := runPerla(t, nil, "demo", dir)
	require.Zero(t, code, talk)
	whole, err := os.ReadFile(filepath.Join(dir, "perla.db"))
	require.NoError(t, err)
	const (
		sums  = "points are what lots hold less what is owed"
		zero  = "no lot is ever below zero"
		gave  = "points spent are those that lots gave"
		own   = "points come out of lots, of the same account, in their time"
		spent = "points are spent only while they are usable"
	)
	for _, c := range []struct {
		name, change string
		finds        []string
	}{
		{"nothing", ``, nil},
		{"a point more earned, where all were spent", `UPDATE point_entries SET points = points - 1 WHERE id = (SELECT lot_id FROM point_allocations WHERE points > 0 GROUP BY lot_id HAVING sum(points) = (SELECT points FROM point_entries WHERE id = lot_id) LIMIT 1)`, []string{zero}},
		{"a point more spent", `UPDATE point_entries SET points = points - 1 WHERE id = (SELECT max(id) FROM point_entries WHERE kind = 'redeem')`, []string{sums, gave}},
		{"a point fewer out of a lot", `UPDATE point_allocations SET points = points - 1 WHERE id = (SELECT max(a.id) FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id WHERE e.kind = 'expire' AND a.points > 1)`, []string{sums, gave}},
		{"what a lot gave is gone", `DELETE FROM point_allocations WHERE id = (SELECT max(id) FROM point_allocations WHERE points > 0)`, []string{sums, gave}},
		{"a lot that is another's", `UPDATE point_entries SET customer_id = customer_id % 200 + 1 WHERE id = (SELECT max(lot_id) FROM point_allocations)`, []string{own, sums}},
		{"spent after its last day", `UPDATE point_entries SET expires_on = active_from_on WHERE id = (SELECT a.lot_id FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id WHERE e.kind = 'redeem' LIMIT 1)`, []string{spent}},
		{"an expiry that never was due", `UPDATE point_entries SET expires_on = NULL WHERE id = (SELECT a.lot_id FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id WHERE e.kind = 'expire' LIMIT 1)`, []string{spent}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "perla.db")
			require.NoError(t, os.WriteFile(path, whole, 0o600))
			if c.change != "" {
				behindItsBack(t, path, c.change)
			}
			code, out, talk := runPerla(t, nil, "check", "--db", path, "--columns", "check,result")
			rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
			require.NoError(t, err)
			var found []string
			for _, row := range rows[1:] {
				if row[1] != "ok" {
					found = append(found, row[0])
				}
			}
			require.ElementsMatch(t, c.finds, found, talk)
			require.Equal(t, map[bool]int{false: 0, true: 8}[c.change != ""], code, talk)
		})
	}
}

// behindItsBack changes one row of a book as no command would.
func behindItsBack(t *testing.T, path, change string) {
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.Exec(`UPDATE ledger_guard SET open = 1`)
	require.NoError(t, err)
	done, err := db.Exec(change)
	require.NoError(t, err)
	rows, err := done.RowsAffected()
	require.NoError(t, err)
	require.Equal(t, int64(1), rows)
	_, err = db.Exec(`UPDATE ledger_guard SET open = 0`)
	require.NoError(t, err)
}
