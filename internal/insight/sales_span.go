package insight

import (
	"fmt"

	"github.com/perla-crm/perla/internal/dates"
)

// ofTime says whether the rows are stretches of time.
func (by SalesBy) ofTime() bool { return by == SalesByMonth || by == SalesByWeek }

// asked are the days of the orders asked about: none is after the as-of day.
func (o *SalesOptions) asked() dates.Range {
	r := o.Days
	if r.To.IsZero() || r.To > o.AsOf {
		r.To = o.AsOf
	}
	return r
}

// before is the time that the days asked about are compared with; none where they have no beginning. As many whole months
// stand for a number of whole months, as many days for anything else, and for a year before the same days of it.
func (o *SalesOptions) before() dates.Range {
	asked := o.asked()
	end := asked.To.AddDays(1)
	if asked.From.IsZero() || end.IsZero() || end <= asked.From {
		return dates.Range{}
	}
	var r dates.Range
	y, m, day := asked.From.Civil()
	endYear, endMonth, endDay := end.Civil()
	switch {
	case o.Previous == SalesYearBefore: // counted from the day behind, so that the end of February stays the end
		r = dates.Range{From: asked.From.AddYears(-1), To: end.AddYears(-1).AddDays(-1)}
	case day == 1 && endDay == 1:
		months := 12*(endYear-y) + int(endMonth-m)
		r = dates.Range{From: asked.From.AddMonths(-months), To: asked.From.AddDays(-1)}
	default:
		r = dates.Range{From: asked.From.AddDays(-int(end - asked.From)), To: asked.From.AddDays(-1)}
	}
	if r.From.IsZero() || r.To.IsZero() {
		return dates.Range{}
	}
	return r
}

func within(r dates.Range, d dates.Date) bool { return d >= r.From && d <= r.To }

// bucket is the month or week of a day as a number; the next one has the next number.
func (o *SalesOptions) bucket(d dates.Date) int64 {
	if o.By == SalesByWeek {
		return int64(d-1) / 7 // 0001-01-01 was a Monday
	}
	y, m, _ := d.Civil()
	return int64(12*y + int(m) - 1)
}

// bucketBefore is the month or week that one is compared with; a year has 52 weeks for it.
func (o *SalesOptions) bucketBefore(at int64) int64 {
	switch {
	case o.Previous != SalesYearBefore:
		return at - 1
	case o.By == SalesByWeek:
		return at - 52
	}
	return at - 12
}

// bucketKey is how a month or week is written: 2026-11, 2026-W47.
func (o *SalesOptions) bucketKey(at int64) string {
	if o.By == SalesByMonth {
		return fmt.Sprintf("%04d-%02d", at/12, at%12+1)
	}
	monday := dates.Date(7*at + 1)
	thursday := monday + 3 // a week belongs to the year of its Thursday
	y, _, _ := thursday.Civil()
	first, _ := dates.New(y, 1, 1)
	return fmt.Sprintf("%04d-W%02d", y, (thursday-first)/7+1)
}
