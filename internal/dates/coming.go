package dates

import (
	"fmt"
	"strings"
)

// ParseComing reads the day of something that is still to come: what Parse reads, but a weekday is the next one after
// today, not the last one up to it.
func ParseComing(s string, today Date) (Date, error) {
	d, err := Parse(s, today)
	if err != nil {
		return 0, err
	}
	if words := withoutArticles(strings.Fields(fold(s))); len(words) == 1 {
		if _, ok := weekdayOf(words[0]); ok {
			d = d.AddDays(7)
		}
	}
	if d.IsZero() {
		return 0, fmt.Errorf("%w: %.40q", errRange, s)
	}
	return d, nil
}
