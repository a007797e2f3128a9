package insight

import "github.com/perla-crm/perla/internal/dates"

// Step is how long the periods of a report are.
type Step string

// The steps.
const (
	StepMonth Step = "month"
	StepWeek  Step = "week" // of ISO 8601
	StepDay   Step = "day"
	StepYear  Step = "year"
)

// Steps are the values that options take, the default first.
var Steps = []Step{StepMonth, StepWeek, StepDay, StepYear}

// of is the period of a day as a number; the next one has the next number.
func (s Step) of(d dates.Date) int64 {
	switch s {
	case StepDay:
		return int64(d)
	case StepYear:
		y, _, _ := d.Civil()
		return int64(y)
	}
	return (&SalesOptions{By: SalesBy(s)}).bucket(d)
}

// key is how a period is written: 2026-11, 2026-W47, 2026-11-22, 2026.
func (s Step) key(at int64) string {
	switch s {
	case StepDay:
		return dates.Date(at).String()
	case StepYear:
		d, _ := dates.New(int(at), 1, 1)
		return d.String()[:4]
	}
	return (&SalesOptions{By: SalesBy(s)}).bucketKey(at)
}

// reach is the days from..to of a range with open ends, up to the as-of day, as texts of the book.
func reach(days dates.Range, asOf dates.Date) (from, to string) {
	last := asOf
	if days.To != 0 {
		last = min(last, days.To)
	}
	return days.From.String(), last.String()
}

// ofCustomers is a condition for the rows of a table with a customer_id, and its arguments; everyone without a filter.
func ofCustomers(f string, args []any) (string, []any) {
	if f == "" {
		return "", nil
	}
	return " AND customer_id IN (SELECT c.id FROM customers c WHERE " + f + ")", args
}
