package dates

import (
	"strings"
	"time"
)

// CellEnd reads a cell that says until when something is good: a day as Cell reads it, or a month alone, of which it is the
// last day, as packages carry it: 2028-11, 2028/11, 11/2028, 11-2028 or 11.2028. A year has four digits here, for 11/28
// may be a day.
func CellEnd(s string, o Order, zone *time.Location) (Date, error) {
	text := strings.TrimSpace(s)
	at := strings.IndexAny(text, "-/.")
	if at < 0 {
		return Cell(s, o, zone)
	}
	first, firstWidth := leadingNumber(text)
	second, secondWidth := leadingNumber(text[at+1:])
	if firstWidth != at || secondWidth != len(text)-at-1 {
		return Cell(s, o, zone)
	}
	switch {
	case firstWidth == 4 && secondWidth <= 2:
		return monthEnd(first, second)
	case firstWidth <= 2 && secondWidth == 4:
		return monthEnd(second, first)
	}
	return Cell(s, o, zone)
}

// monthEnd is the last day of a month.
func monthEnd(year, month int) (Date, error) {
	d, err := New(year, time.Month(month), 1)
	if err != nil {
		return 0, err
	}
	return d.AddDays(monthDays(year, time.Month(month)) - 1), nil
}
