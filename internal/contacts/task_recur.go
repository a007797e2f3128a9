package contacts

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
)

// Recurrence is how often a task comes back: a number of days, weeks, months or years. The zero value is never.
type Recurrence struct {
	n    int
	unit byte // d, w, m or y
}

// mostRecurrence is how many units there may be between two times; ten thousand days are 27 years.
const mostRecurrence = 9999

// ParseRecurrence reads 3d, 2w, 1m or 1y; nothing is never.
func ParseRecurrence(s string) (Recurrence, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return Recurrence{}, nil
	}
	unit := s[len(s)-1]
	n, err := strconv.Atoi(s[:len(s)-1])
	if err != nil || n < 1 || n > mostRecurrence || s[0] == '+' || !strings.ContainsRune("dwmy", rune(unit)) {
		return Recurrence{}, fmt.Errorf("%.40q is no such span as 3d, 2w, 1m or 1y", s)
	}
	return Recurrence{n, unit}, nil
}

// String is what ParseRecurrence reads.
func (r Recurrence) String() string {
	if r.n == 0 {
		return ""
	}
	return fmt.Sprintf("%d%c", r.n, r.unit)
}

// Next is the first time strictly after a day, of those counted from the first: a month after 31 January is the end of
// February, and two months after it 31 March. It is 0 when the task does not recur, or not within the calendar.
func (r Recurrence) Next(first, day dates.Date) dates.Date {
	if r.n == 0 {
		return 0
	}
	k := 0
	if passed := int(day - first); passed > 0 {
		// No unit is longer than this, so that no time is stepped over.
		longest := map[byte]int{'d': 1, 'w': 7, 'm': 31, 'y': 366}[r.unit]
		k = passed / (longest * r.n)
	}
	for {
		next := r.at(first, k)
		if next.IsZero() || next > day {
			return next
		}
		k++
	}
}

// at is time k, the first being 0.
func (r Recurrence) at(first dates.Date, k int) dates.Date {
	switch n := k * r.n; r.unit {
	case 'd':
		return first.AddDays(n)
	case 'w':
		return first.AddDays(7 * n)
	case 'm':
		return first.AddMonths(n)
	default:
		return first.AddYears(n)
	}
}
