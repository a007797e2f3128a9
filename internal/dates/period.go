package dates

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"
)

// Range is a period of whole days, both ends included. An end that is 0 is open.
type Range struct{ From, To Date }

// unit is a span of the calendar that periods are counted in.
type unit byte

const (
	noUnit unit = iota
	day
	week
	month
	quarter
	year
)

const (
	dayForms   = "2026-11-22, 2026-11, 2026-W47, 2026-Q4, 2026, today, yesterday, -30d, +2w, -3m, -1y, monday"
	rangeForms = "A..B, A.., ..B, last 30 days, this month, last month, 2026-11, 2026-W47, 2026-Q4, 2026, today"
)

// Parse reads the day a person names on the command line, relative ones counted from today: an ISO day, today, yesterday and
// tomorrow in English, Spanish, Portuguese and French, -30d +2w -3m -1y, a weekday (the most recent one up to today). A period gives its
// first day. Case and accents do not matter.
func Parse(s string, today Date) (Date, error) {
	r, err := parsePeriod(s, today, dayForms)
	return r.From, err
}

// ParseEnd reads what Parse reads, but a period gives its last day: 2026-Q4 as an end is 2026-12-31.
func ParseEnd(s string, today Date) (Date, error) {
	r, err := parsePeriod(s, today, dayForms)
	return r.To, err
}

// ParseRange reads a period: A..B with days or periods at both ends, A.. and ..B open on one side, or a single form: a month, week, quarter or
// year, this or last month, week, quarter or year, the last 30 days (weeks, months, years; today is the last of them), or one day.
// The words may be English, Spanish, Portuguese or French.
func ParseRange(s string, today Date) (Range, error) {
	from, to, split := strings.Cut(s, "..")
	if !split {
		return parsePeriod(s, today, rangeForms)
	}
	from, to = strings.TrimSpace(from), strings.TrimSpace(to)
	if from == "" && to == "" {
		return Range{}, errors.New("a period open on both sides, use " + rangeForms)
	}
	var r Range
	var err error
	if from != "" {
		if r.From, err = Parse(from, today); err != nil {
			return Range{}, err
		}
	}
	if to != "" {
		if r.To, err = ParseEnd(to, today); err != nil {
			return Range{}, err
		}
	}
	if from != "" && to != "" && r.From > r.To {
		return Range{}, fmt.Errorf("the period %.40q begins after its end", s)
	}
	return r, nil
}

// yearLast is how people write days in letters and spreadsheets; which of the two is the month, only they know.
var yearLast = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{4}$`) })

// parsePeriod reads any form without "..", a single day as a period of one; forms is what the error offers.
func parsePeriod(s string, today Date, forms string) (Range, error) {
	text := fold(s)
	r, err := parseCalendar(text)
	if errors.Is(err, errForm) {
		r, err = parseOffset(text, today)
	}
	if errors.Is(err, errForm) {
		r, err = parseWords(text, today)
	}
	switch {
	case errors.Is(err, errForm) && yearLast().MatchString(text):
		return Range{}, fmt.Errorf("a date is written with the year first, such as 2026-11-22, not as %.40q", s)
	case errors.Is(err, errForm):
		return Range{}, fmt.Errorf("not a date or period: %.40q, use %s", s, forms)
	case err == nil && (r.From == 0 || r.To == 0):
		err = errRange
	}
	if err != nil {
		return Range{}, fmt.Errorf("%w: %.40q", err, s)
	}
	return r, nil
}

// parseCalendar reads 2026-11-22, 2026-11, 2026-w47, 2026-q4 and 2026. errForm means another form, other errors a day that is not.
func parseCalendar(s string) (Range, error) {
	if d, err := ParseISO(s); !errors.Is(err, errForm) {
		return Range{d, d}, err
	}
	if len(s) < 4 {
		return Range{}, errForm
	}
	y, ok := number(s[:4])
	if !ok {
		return Range{}, errForm
	}
	if y < 1 {
		return Range{}, errDay
	}
	rest := s[4:]
	switch {
	case rest == "":
		return spanOf(year, civil(y, time.January, 1)), nil
	case len(rest) == 4 && rest[:2] == "-w":
		n, ok := number(rest[2:])
		if !ok {
			return Range{}, errForm
		}
		return isoWeek(y, n)
	case len(rest) == 3 && rest[:2] == "-q":
		n, ok := number(rest[2:])
		if !ok || n < 1 || n > 4 {
			return Range{}, errForm
		}
		return spanOf(quarter, civil(y, time.Month(3*n-2), 1)), nil
	case len(rest) == 3 && rest[0] == '-':
		n, ok := number(rest[1:])
		if !ok {
			return Range{}, errForm
		}
		if n < 1 || n > 12 {
			return Range{}, errDay
		}
		return spanOf(month, civil(y, time.Month(n), 1)), nil
	}
	return Range{}, errForm
}

// isoWeek is week n of the ISO 8601 year y, Monday to Sunday: week 1 holds 4 January, and a week belongs to the year of its Thursday.
func isoWeek(y, n int) (Range, error) {
	first := spanOf(week, civil(y, time.January, 4)).From
	thursday := first.AddDays(7*(n-1) + 3)
	if of, _, _ := thursday.Civil(); n < 1 || of != y {
		return Range{}, errDay
	}
	return spanOf(week, thursday), nil
}

// parseOffset reads -30d, +2w, -3m, -1y: a day counted from today.
func parseOffset(s string, today Date) (Range, error) {
	if len(s) < 3 || len(s) > 8 || s[0] != '-' && s[0] != '+' {
		return Range{}, errForm
	}
	n, ok := number(s[1 : len(s)-1])
	if !ok {
		return Range{}, errForm
	}
	if s[0] == '-' {
		n = -n
	}
	var d Date
	switch s[len(s)-1] {
	case 'd':
		d = today.AddDays(n)
	case 'w':
		d = today.AddDays(7 * n)
	case 'm':
		d = today.AddMonths(n)
	case 'y':
		d = today.AddYears(n)
	default:
		return Range{}, errForm
	}
	return Range{d, d}, nil
}

// number reads decimal digits only, at most six.
func number(s string) (int, bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

// spanOf is the calendar week (Monday to Sunday), month, quarter or year that holds d. It ends at the latest with the year 9999.
func spanOf(u unit, d Date) Range {
	y, m, _ := d.Civil()
	if y == 0 {
		return Range{}
	}
	switch u {
	case week:
		monday := d - Date(d.Weekday()+6)%7
		return Range{monday, min(monday+6, last)}
	case month:
		return Range{civil(y, m, 1), civil(y, m, monthDays(y, m))}
	case quarter:
		m -= (m - 1) % 3
		return Range{civil(y, m, 1), civil(y, m+2, monthDays(y, m+2))}
	}
	return Range{civil(y, time.January, 1), civil(y, time.December, 31)}
}

// rolling is the n units of time that end with today: 30 days are today and the 29 days before it, a month begins the day after today's
// date in the month before.
func rolling(u unit, n int, today Date) Range {
	from := Date(0)
	switch u {
	case day:
		from = today.AddDays(1 - n)
	case week:
		from = today.AddDays(1 - 7*n)
	case month:
		from = today.AddMonths(-n).AddDays(1)
	case quarter:
		from = today.AddMonths(-3 * n).AddDays(1)
	case year:
		from = today.AddYears(-n).AddDays(1)
	}
	return Range{from, today}
}
