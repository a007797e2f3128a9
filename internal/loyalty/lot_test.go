package loyalty

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
)

func TestLotsOnTheirDays(t *testing.T) {
	for _, c := range []struct {
		on, active, expires string
		want                map[string][3]int64 // by day
	}{
		{"2024-01-31", "2024-01-31", "2024-02-29", map[string][3]int64{"2024-01-30": {}, "2024-01-31": {10}, "2024-02-29": {10}, "2024-03-01": {}}},
		{"2025-01-31", "2025-01-31", "2025-02-28", map[string][3]int64{"2025-02-28": {10}, "2025-03-01": {}}},
		{"2024-02-15", "2024-02-29", "2025-02-28", map[string][3]int64{"2024-02-28": {0, 10}, "2024-02-29": {10}, "2025-02-28": {10}, "2025-03-01": {}}},
		{"2024-01-01", "2024-01-01", "", map[string][3]int64{"2023-12-31": {}, "2024-01-01": {10}, "2999-12-31": {10}}},
		{"2024-05-05", "2024-05-05", "2024-05-05", map[string][3]int64{"2024-05-04": {}, "2024-05-05": {10}, "2024-05-06": {}}},
	} {
		s := newShelf(t, "2026-01-01")
		s.earn(ana, 10, 1, c.on, c.active, c.expires)
		for _, job := range []bool{false, true} { // a balance is the same after the job
			for day, want := range c.want {
				require.Equal(t, want, s.has(ana, day), "%v on %s, job %v", c, day, job)
			}
			s.expire("2026-01-01")
		}
	}
}

func TestExpiryOfTheProgrammeClampsMonths(t *testing.T) {
	for _, c := range []struct{ expiry, on, last string }{
		{"never", "2024-01-31", ""},
		{"30d", "2024-01-31", "2024-03-01"},
		{"1m", "2024-01-31", "2024-02-29"},
		{"1m", "2025-01-31", "2025-02-28"},
		{"12m", "2024-02-29", "2025-02-28"},
		{"48m", "2020-02-29", "2024-02-29"},
		{"12m month", "2024-02-10", "2025-02-28"},
		{"12m quarter", "2024-02-29", "2025-03-31"},
		{"12m half", "2024-02-29", "2025-06-30"},
		{"12m year", "2024-02-29", "2025-12-31"},
	} {
		s := newShelf(t, "2026-01-01")
		s.set("expiry", c.expiry)
		require.NoError(t, s.write(func(tx *book.Tx) error {
			e, err := Adjust(tx, ana, 10, s.day(c.on), "present")
			if c.last == "" {
				require.Zero(t, e.ExpiresOn)
			} else {
				require.Equal(t, c.last, e.ExpiresOn.String(), "%v", c)
			}
			return err
		}))
		if c.last != "" {
			last := s.day(c.last)
			require.Equal(t, [3]int64{10}, s.has(ana, last.String()))
			require.Equal(t, [3]int64{}, s.has(ana, (last+1).String()))
			s.today = last
			require.Equal(t, Expired{}, s.expire(last.String()), "nothing has lapsed on the last day")
			s.today = last + 1
			require.Equal(t, Expired{1, 10}, s.expire(s.today.String()))
		}
	}
}

func TestAppendOnly(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.earn(ana, 10, 1, "2024-01-01", "2024-01-01", "")
	require.NoError(t, s.redeem(ana, 1, 2, "2024-06-01"))
	for _, statement := range []string{`DELETE FROM point_entries`, `UPDATE point_entries SET points = 5 WHERE id = 1`, `DELETE FROM point_allocations`, `UPDATE point_allocations SET points = 2`} {
		require.ErrorContains(t, s.write(func(tx *book.Tx) error { _, err := tx.Exec(statement); return err }), "adjust the points", statement)
	}
}
