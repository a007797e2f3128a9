package loyalty

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// The longest times a setting may name; more is a slip of the keyboard.
const (
	mostDays   = 36500
	mostMonths = 1200
)

// ParseExpiry reads never, 90d, 12m, 2y, or one of these with the span at whose end lots expire: 12m quarter.
func ParseExpiry(text string) (e Expiry, err error) {
	wrong := &fault.Error{Kind: fault.Rejected, Field: "expiry", Reason: fmt.Sprintf("%.40q is no time", text),
		Hint: "say never, a time such as 90d or 12m, or one and the end to go on to: 12m month, quarter, half or year"}
	parts := strings.Fields(strings.ToLower(text))
	if len(parts) == 1 && parts[0] == "never" {
		return e, nil
	}
	if len(parts) < 1 || len(parts) > 2 || len(parts[0]) < 2 {
		return e, wrong
	}
	last := len(parts[0]) - 1
	n, err := strconv.ParseUint(parts[0][:last], 10, 16)
	if err != nil || n == 0 {
		return e, wrong
	}
	switch parts[0][last] {
	case 'd':
		e.Days = int(n)
	case 'm':
		e.Months = int(n)
	case 'y':
		e.Months = int(12 * n)
	default:
		return e, wrong
	}
	if e.Days > mostDays || e.Months > mostMonths {
		return Expiry{}, wrong
	}
	if len(parts) == 2 {
		switch e.End = Span(parts[1]); e.End {
		case Month, Quarter, Half, Year:
		default:
			return Expiry{}, wrong
		}
	}
	return e, nil
}

// String is the text that ParseExpiry reads.
func (e Expiry) String() string {
	var s string
	switch {
	case e.Days > 0:
		s = strconv.Itoa(e.Days) + "d"
	case e.Months > 0:
		s = strconv.Itoa(e.Months) + "m"
	default:
		return "never"
	}
	if e.End != "" {
		s += " " + string(e.End)
	}
	return s
}

// After is the last day on which a lot is usable that became usable on a day: 31 January and a month is the last of
// February. 0 is never, also beyond the year 9999.
func (e Expiry) After(from dates.Date) dates.Date {
	var d dates.Date
	switch {
	case e.Days > 0:
		d = from.AddDays(e.Days)
	case e.Months > 0:
		d = from.AddMonths(e.Months)
	}
	if d == 0 || e.End == "" {
		return d
	}
	return e.End.Of(d).To
}

// Of is the span that holds a day, both ends included; Ever is open on both sides.
func (s Span) Of(d dates.Date) dates.Range {
	months := 0
	switch s {
	case Day:
		return dates.Range{From: d, To: d}
	case Week:
		monday := d.AddDays(-(int(d.Weekday()) + 6) % 7)
		return dates.Range{From: monday, To: monday.AddDays(6)}
	case Month:
		months = 1
	case Quarter:
		months = 3
	case Half:
		months = 6
	case Year:
		months = 12
	default:
		return dates.Range{}
	}
	y, m, _ := d.Civil()
	first, _ := dates.New(y, (m-1)/time.Month(months)*time.Month(months)+1, 1)
	to := first.AddMonths(months)
	if to == 0 { // the year 9999 is the last
		to, _ = dates.New(9999, time.December, 31)
		return dates.Range{From: first, To: to}
	}
	return dates.Range{From: first, To: to.AddDays(-1)}
}
