// Package dates holds civil days, the periods people name, and the ways dates are written in files.
//
// A Date has no clock and no zone: it is a square of the calendar (Gregorian, also before 1582, as ISO 8601 has it). A zone is
// needed only where an instant becomes a day: Of, and Cell for a time with an offset. Nothing here reads the clock.
package dates

import (
	"errors"
	"time"
)

// Date is a civil day as the number of days since 0000-12-31: 1 is 0001-01-01, and 0 is no date. Days of the years 1 to 9999 are
// compared with < and subtracted to count the days between them.
type Date int32

// last is 9999-12-31.
const last Date = 3652059

// unixDay is 1970-01-01.
const unixDay = 719163

var (
	errForm  = errors.New("not a date such as 2026-11-22")
	errDay   = errors.New("no such day in the calendar")
	errRange = errors.New("outside the years 1 to 9999")
)

// New is the day d of month m of year y, or an error when the calendar has no such day or the year is not 1 to 9999.
func New(y int, m time.Month, d int) (Date, error) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > monthDays(y, m) {
		return 0, errDay
	}
	return civil(y, m, d), nil
}

// Of is the day that a clock in zone shows at the instant t; a nil zone is UTC. Outside the years 1 to 9999 it is 0.
func Of(t time.Time, zone *time.Location) Date {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := t.In(zone).Date()
	date, _ := New(y, m, d)
	return date
}

// civil counts the days to y-m-d. The year is taken to begin in March, so that the leap day is its last; month lengths from March on then
// follow (979m-2919)/32. (C. Neri, L. Schneider, Euclidean affine functions and their application to calendar algorithms, 2023.)
func civil(y int, m time.Month, d int) Date {
	year, month := uint32(y), uint32(m)
	if month <= 2 {
		year--
		month += 12
	}
	century := year / 100
	days := 1461*year/4 - century + century/4 + (979*month-2919)/32 + uint32(d) - 1
	return Date(days) - marchDays
}

// marchDays is the count of days from 0000-03-01 to 0000-12-31.
const marchDays = 305

// Civil gives year, month and day; 0, 0, 0 for no date. (The inverse of the same paper's count.)
func (d Date) Civil() (y int, m time.Month, day int) {
	if d < 1 || d > last {
		return 0, 0, 0
	}
	n := 4*uint32(d+marchDays) + 3
	century := n / 146097
	n = n%146097/4*4 + 3
	p := uint64(2939745) * uint64(n)
	year := uint32(p >> 32)
	dayOfYear := uint32(p) / 2939745 / 4
	k := 2141*dayOfYear + 197913
	y, month := int(100*century+year), k>>16
	if dayOfYear >= 306 { // January and February belong to the next civil year
		y++
		month -= 12
	}
	return y, time.Month(month), int(k&0xffff/2141) + 1
}

// leap tells whether year y has a 29 February.
func leap(y int) bool {
	return y%4 == 0 && (y%100 != 0 || y%400 == 0)
}

// monthDays is the number of days of month m of year y.
func monthDays(y int, m time.Month) int {
	switch m {
	case time.February:
		if leap(y) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// IsZero tells whether d is no date.
func (d Date) IsZero() bool { return d == 0 }

// Weekday is the day of the week of d.
func (d Date) Weekday() time.Weekday { return time.Weekday(d % 7) }

// AddDays is the day n days after d, before it for n < 0. No date stays no date, and a day outside the years 1 to 9999 is 0.
func (d Date) AddDays(n int) Date {
	if d == 0 || n > int(last) || n < -int(last) {
		return 0
	}
	if d += Date(n); d < 1 || d > last {
		return 0
	}
	return d
}

// AddMonths is the same day n months later, or the last day of that month if it is shorter: 31 January and 1 month is 28 or 29
// February. No date stays no date, and a day outside the years 1 to 9999 is 0.
func (d Date) AddMonths(n int) Date {
	const most = 12 * 9999
	if d == 0 || n > most || n < -most {
		return 0
	}
	y, m, day := d.Civil()
	months := 12*y + int(m) - 1 + n
	y, m = months/12, time.Month(months%12+1)
	if months < 12 || y > 9999 {
		return 0
	}
	return civil(y, m, min(day, monthDays(y, m)))
}

// AddYears is the same day n years later; 29 February becomes 28 February in a common year.
func (d Date) AddYears(n int) Date {
	if n > 9999 || n < -9999 {
		return 0
	}
	return d.AddMonths(12 * n)
}
