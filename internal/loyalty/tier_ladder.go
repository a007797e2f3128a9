package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/dates"
)

// Rung is where somebody stands on a day among the tiers of a programme.
type Rung struct {
	Tier      Tier       // the zero Tier below the lowest
	Value     int64      // points earned or money spent in the months that count
	Kept      bool       // the threshold is no longer met, and the tier is kept for a while
	KeptUntil dates.Date // of one that is kept: its last day
	Next      Tier       // the next higher one; the zero Tier at the top
	Missing   int64      // what Value lacks of its threshold
}

// ladder is the tiers of a programme and how they are climbed.
type ladder struct {
	tiers  []Tier // every row, the lowest first
	months int    // how far back a day looks
	keep   int    // months for which a tier is kept
}

// climb is what counts for tiers from a day on: points or money of a certain day, until it is too old or taken back.
type climb struct {
	day   dates.Date // which it belongs to
	from  dates.Date // since when it counts: that day, or later
	until dates.Date // since when it counts no more, whatever its age; 0 is never
	value int64
}

// windowStart is the first day of the months that end with a day: of 12 that end on 28 February 2025 it is 29 February
// 2024.
func windowStart(day dates.Date, months int) dates.Date {
	before := day.AddMonths(-months)
	if before == 0 {
		return 1
	}
	return before + 1
}

// windowEnd is the first day whose months no longer hold a day.
func windowEnd(day dates.Date, months int) dates.Date {
	end := day.AddMonths(months)
	if end == 0 {
		return never
	}
	if windowStart(end, months) <= day {
		end++
	}
	return end
}

// span is some days on which a value did not change, both included.
type span struct {
	from, to dates.Date
	value    int64
}

// spans are the values of climbs day by day up to a day, oldest first.
func (l *ladder) spans(climbs []climb, day dates.Date) []span {
	type change struct {
		on    dates.Date
		value int64
	}
	var changes []change
	for _, c := range climbs {
		from, to := max(c.day, c.from), min(windowEnd(c.day, l.months), lapse(c.until))
		if from < to {
			changes = append(changes, change{from, c.value}, change{to, -c.value})
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Compare(a.on, b.on) })
	spans := []span{{from: 1, to: day}}
	for _, c := range changes {
		last := &spans[len(spans)-1]
		switch {
		case c.on > day:
			return spans
		case c.on > last.from:
			next := span{from: c.on, to: day, value: last.value + c.value}
			last.to = c.on - 1
			spans = append(spans, next)
		default:
			last.value += c.value
		}
	}
	return spans
}

// value is what climbs come to on a day alone.
func (l *ladder) value(climbs []climb, day dates.Date) (sum int64) {
	start := windowStart(day, l.months)
	for i := range climbs {
		if c := &climbs[i]; start <= c.day && max(c.day, c.from) <= day && day < lapse(c.until) {
			sum += c.value
		}
	}
	return sum
}

// at is where climbs lead on a day. Climbs that ended before what the day looks back to, the time tiers are kept
// included, make no difference.
func (l *ladder) at(climbs []climb, day dates.Date) Rung {
	if l.keep == 0 {
		return l.rung(l.value(climbs, day), nil, day)
	}
	spans := l.spans(climbs, day)
	return l.rung(spans[len(spans)-1].value, spans, day)
}

// rung is where a value stands on a day, after the spans before it where tiers are kept.
func (l *ladder) rung(value int64, spans []span, day dates.Date) Rung {
	r := Rung{Value: value}
	for _, t := range l.tiers {
		if !t.Covers(day) {
			continue
		}
		if t.metBy(r.Value) {
			r.Tier, r.Kept, r.KeptUntil = t, false, 0
		} else if until := l.keptUntil(t.Code, spans, day); until >= day {
			r.Tier, r.Kept, r.KeptUntil = t, true, until
		}
	}
	for _, t := range l.tiers {
		if t.Covers(day) && (r.Tier.Code == "" || higher(t, r.Tier) > 0) {
			r.Next, r.Missing = t, max(0, t.Threshold-r.Value)
			break
		}
	}
	return r
}

// metBy says whether a value reaches the threshold; that of 0 everybody does, even who gave back more than she bought.
func (t *Tier) metBy(value int64) bool { return max(0, value) >= t.Threshold }

// keptUntil is the last day on which a tier is kept that was met before; 0 when it was never.
func (l *ladder) keptUntil(code string, spans []span, day dates.Date) dates.Date {
	var met dates.Date
	for _, t := range l.tiers {
		if t.Code != code || l.keep == 0 {
			continue
		}
		for _, s := range slices.Backward(spans) {
			from, to := max(s.from, t.From), min(s.to, lapse(t.Until))
			if t.metBy(s.value) && from <= to {
				met = max(met, to)
				break
			}
		}
	}
	if met == 0 {
		return 0
	}
	until := met.AddMonths(l.keep)
	if until == 0 {
		return never
	}
	return until
}
