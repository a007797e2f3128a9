package dates

import (
	"strings"
	"time"
)

// CellInstant reads a moment as files have it: a date as Cell reads it, with a time behind it or without. A time without an
// offset is one of the clock in zone (nil is UTC). A day alone is its noon there, and timed is false.
func CellInstant(s string, o Order, zone *time.Location) (at time.Time, timed bool, err error) {
	w, rest, ok := scan(strings.TrimSpace(s))
	if !ok {
		return at, false, errCell
	}
	c, ok := parseClock(rest)
	if !ok {
		return at, false, errTime
	}
	day, err := w.in(o)
	if err != nil {
		return at, false, err
	}
	if zone == nil {
		zone = time.UTC
	}
	year, month, date := day.Civil()
	if rest == "" {
		return time.Date(year, month, date, 12, 0, 0, 0, zone), false, nil
	}
	if c.zoned {
		c.seconds, zone = c.seconds-c.offset, time.UTC
	}
	at = time.Date(year, month, date, 0, 0, c.seconds, 0, zone).UTC()
	if at.Year() < 1 || at.Year() > 9999 {
		return time.Time{}, false, errRange
	}
	return at, true, nil
}
