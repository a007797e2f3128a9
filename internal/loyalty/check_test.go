package loyalty

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

// Each proof finds what it is there to find.
func TestChecksFindWhatIsWrong(t *testing.T) {
	entry := func(values string) string {
		return `INSERT INTO point_entries (customer_id, kind, points, effective_on, active_from_on, expires_on, reverses_id) VALUES ` + values
	}
	allocation := func(values string) string {
		return `INSERT INTO point_allocations (entry_id, lot_id, points, allocated_on) VALUES ` + values
	}
	// Entry 1 is a lot of 50 points of Ana that expires; entry 2 spends 20 of them.
	for _, c := range []struct {
		name string
		do   []string
		want string
	}{
		{"sum", []string{entry(`(1, 'redeem', -5, '2024-02-01', NULL, NULL, NULL)`)}, "client 1: entries come to 25, lots less debt to 30"},
		{"below zero", []string{entry(`(1, 'adjust', -40, '2024-02-02', NULL, NULL, NULL)`), allocation(`(3, 1, 40, '2024-02-02')`)}, "lot 1 holds -10 points on 2024-02-02"},
		{"below zero on a day", []string{entry(`(1, 'redeem', -40, '2024-02-02', NULL, NULL, NULL), (1, 'reverse_redeem', 40, '2024-02-03', NULL, NULL, 3)`),
			allocation(`(3, 1, 40, '2024-02-02'), (4, 1, -40, '2024-02-03')`)}, "lot 1 holds -10 points on 2024-02-02"},
		{"too much back", []string{entry(`(1, 'reverse_redeem', 25, '2024-02-02', NULL, NULL, 2)`), allocation(`(3, 1, -25, '2024-02-02')`)}, "lot 1 holds 55 points on 2024-02-02"},
		{"a redeem that moved less", []string{entry(`(1, 'redeem', -5, '2024-02-01', NULL, NULL, NULL), (1, 'adjust', 5, '2024-01-01', '2024-01-01', NULL, NULL), (1, 'adjust', -5, '2024-01-01', NULL, NULL, NULL)`),
			allocation(`(3, 1, 2, '2024-02-02'), (5, 4, 5, '2024-02-02')`)}, "entry 3 (redeem) is of -5 points and moved 2"},
		{"another's lot", []string{entry(`(2, 'adjust', -5, '2024-02-01', NULL, NULL, NULL)`), allocation(`(3, 1, 5, '2024-02-02')`)}, "allocation 2: entry 3 takes from a lot of another"},
		{"no lot", []string{entry(`(1, 'adjust', -5, '2024-02-01', NULL, NULL, NULL)`), allocation(`(3, 2, 5, '2024-02-02')`)}, "allocation 2: entry 2 is no lot"},
		{"too early", []string{entry(`(1, 'adjust', -5, '2024-02-01', NULL, NULL, NULL)`), allocation(`(3, 1, 5, '2024-01-31')`)}, "allocation 2: it is of 2024-01-31, before its entry or its lot"},
		{"past its day", []string{entry(`(1, 'redeem', -5, '2024-04-01', NULL, NULL, NULL)`), allocation(`(3, 1, 5, '2024-04-01')`)},
			"entry 3 (redeem) took from lot 1 on 2024-04-01; it is usable from 2024-01-01 to 2024-03-31"},
		{"given back twice", []string{entry(`(1, 'adjust', -20, '2024-02-01', NULL, NULL, NULL), (1, 'reverse_redeem', 21, '2024-02-02', NULL, NULL, 2)`),
			allocation(`(3, 1, 20, '2024-02-01'), (4, 1, -21, '2024-02-02')`)}, "entry 2 took 20 points of lot 1 and 21 went back"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShelf(t, "2024-06-01")
			s.earn(ana, 50, 1, "2024-01-01", "2024-01-01", "2024-03-31")
			require.NoError(t, s.redeem(ana, 20, 2, "2024-02-01"))
			s.has(ana, "2024-06-01")
			require.NoError(t, s.write(func(tx *book.Tx) error {
				for _, statement := range c.do {
					if _, err := tx.Exec(statement); err != nil {
						return err
					}
				}
				return nil
			}))
			findings, err := s.book.Verify(context.Background(), Checks())
			require.NoError(t, err)
			var problems []string
			for _, f := range findings {
				if f.Problem != "" {
					problems = append(problems, f.Problem)
				}
			}
			require.Contains(t, problems, c.want)
		})
	}
}
