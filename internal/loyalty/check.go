package loyalty

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Checks are the proofs about points, for perla check.
func Checks() []book.Check {
	return []book.Check{
		{Name: "points are what lots hold less what is owed", Probe: checkLedger},
		{Name: "no lot is ever below zero", Query: `SELECT printf('lot %d holds %d points on %s', lot, points - gone, allocated_on)
			FROM (SELECT a.lot_id AS lot, e.points, a.allocated_on, sum(a.points) OVER (PARTITION BY a.lot_id ORDER BY a.allocated_on) AS gone
				FROM point_allocations a JOIN point_entries e ON e.id = a.lot_id)
			WHERE gone > points OR gone < 0 LIMIT 1`},
		{Name: "points spent are those that lots gave", Query: `SELECT printf('entry %d (%s) is of %d points and moved %d', id, kind, points, moved)
			FROM (SELECT e.id, e.kind, e.points, ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.entry_id = e.id), 0) AS moved
				FROM point_entries e WHERE e.active_from_on IS NULL)
			WHERE moved <> -points AND (kind NOT IN ('reverse_earn', 'adjust') OR moved < 0 OR moved > -points) LIMIT 1`},
		{Name: "points come out of lots, of the same account, in their time", Query: `SELECT printf('allocation %d: %s', a.id, CASE
				WHEN l.active_from_on IS NULL THEN 'entry ' || l.id || ' is no lot'
				WHEN e.active_from_on IS NOT NULL THEN 'entry ' || e.id || ' is a lot and takes from one'
				WHEN (e.customer_id, e.consultant_id) IS NOT (l.customer_id, l.consultant_id) THEN 'entry ' || e.id || ' takes from a lot of another'
				ELSE 'it is of ' || a.allocated_on || ', before its entry or its lot' END)
			FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id JOIN point_entries l ON l.id = a.lot_id
			WHERE l.active_from_on IS NULL OR e.active_from_on IS NOT NULL OR (e.customer_id, e.consultant_id) IS NOT (l.customer_id, l.consultant_id)
				OR a.allocated_on < max(e.effective_on, l.effective_on) LIMIT 1`},
		{Name: "points are spent only while they are usable", Query: `SELECT printf('entry %d (%s) took from lot %d on %s; it is usable from %s to %s', e.id, e.kind, l.id, a.allocated_on, l.active_from_on, ifnull(l.expires_on, 'ever'))
			FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id JOIN point_entries l ON l.id = a.lot_id
			WHERE a.points > 0 AND (e.kind IN ('redeem', 'transfer') AND (a.allocated_on < l.active_from_on OR a.allocated_on > l.expires_on)
				OR e.kind = 'expire' AND (l.expires_on IS NULL OR a.allocated_on <= l.expires_on)) LIMIT 1`},
		{Name: "no more is given back than was taken", Query: `SELECT printf('entry %d took %d points of lot %d and %d went back', entry, taken, lot, back)
			FROM (SELECT ifnull(b.reverses_id, e.id) AS entry, a.lot_id AS lot, sum(max(a.points, 0)) AS taken, -sum(min(a.points, 0)) AS back
				FROM point_allocations a JOIN point_entries e ON e.id = a.entry_id LEFT JOIN point_entries b ON b.id = e.id AND b.kind = 'reverse_redeem' GROUP BY 1, 2)
			WHERE back > taken LIMIT 1`},
	}
}

// RefuseUndo is a fault.Conflict after an operation was taken back when that leaves points spent that are not there: those
// given back or merged by it were spent since, which no row of its own tells.
func RefuseUndo(v *book.View, operation book.Operation) error {
	_, moved, err := book.One(v, book.Scalar[int64], `SELECT 1 FROM operation_changes WHERE operation_id = ? AND (table_name = 'point_allocations' OR table_name = 'point_entries' AND kind = 'update') LIMIT 1`, operation.ID)
	if err != nil || !moved {
		return err
	}
	for _, c := range Checks() {
		if c.Query == "" {
			continue
		}
		problem, found, err := book.One(v, book.Scalar[string], c.Query)
		if found {
			return &fault.Error{Kind: fault.Conflict, Noun: "operation", Key: fmt.Sprint(operation.ID),
				Reason: "points it moved were spent since: " + problem, Hint: "undo that first; see: perla history"}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkLedger proves for everybody that the sum of the entries is what lots hold less what is owed.
func checkLedger(v *book.View) (string, error) {
	for _, programme := range Programmes {
		problem, found, err := book.One(v, book.Scalar[string], fmt.Sprintf(`SELECT printf('%[2]s %%d: entries come to %%d, lots less debt to %%d', who, ledger, lots - debt)
			FROM (SELECT %[1]s AS who, sum(points) AS ledger,
				sum(iif(active_from_on IS NULL, 0, points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.lot_id = e.id), 0))) AS lots,
				sum(iif(points < 0 AND kind IN ('reverse_earn', 'adjust'), -points - ifnull((SELECT sum(a.points) FROM point_allocations a WHERE a.entry_id = e.id), 0), 0)) AS debt
				FROM point_entries e WHERE %[1]s IS NOT NULL GROUP BY %[1]s)
			WHERE ledger <> lots - debt LIMIT 1`, holder(programme), programme[:len(programme)-1]))
		if found || err != nil {
			return problem, err
		}
	}
	return "", nil
}
