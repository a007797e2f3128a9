package insight

import (
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// EngagementOptions are what report engagement is asked. The zero value is by month, up to today.
type EngagementOptions struct {
	By    Step        // "": month
	AsOf  dates.Date  // none: today
	Days  dates.Range // either end 0 is open
	Where book.Filter // only what these customers did
}

// Engagement is one row of report engagement: what customers did with us in a period.
type Engagement struct {
	Period       string
	Interactions int64 // in which she was reached, or reached us
	Opens        int64 // messages opened, clicked and replied to, each once a period
	Clicks       int64
	Replies      int64
	Orders       int64 // that count at the as-of day, without what only takes money back
}

// ReportEngagement counts what customers did, from the first period of which anything is known, or the days asked about, to
// the last, without a gap.
func ReportEngagement(v *book.View, o EngagementOptions) ([]Engagement, error) {
	if o.AsOf == 0 {
		o.AsOf = v.Today()
	}
	if err := choose("--by", &o.By, Steps); err != nil {
		return nil, err
	}
	e := engagementSum{o: o, rows: map[int64]*Engagement{}}
	for _, read := range []func(*book.View) error{e.interactions, e.orders, e.events} {
		if err := read(v); err != nil {
			return nil, err
		}
	}
	return e.list(), nil
}

// engagementSum sums by period.
type engagementSum struct {
	o           EngagementOptions
	rows        map[int64]*Engagement
	first, last dates.Date
}

// at is the row of a day; nil where it is not asked about.
func (e *engagementSum) at(day dates.Date) *Engagement {
	if day < e.o.Days.From || day > e.o.AsOf || e.o.Days.To != 0 && day > e.o.Days.To {
		return nil
	}
	if e.first == 0 || day < e.first {
		e.first = day
	}
	e.last = max(e.last, day)
	period := e.o.By.of(day)
	if e.rows[period] == nil {
		e.rows[period] = &Engagement{}
	}
	return e.rows[period]
}

// byDay adds counts by day to what of gives.
func (e *engagementSum) byDay(v *book.View, of func(*Engagement) *int64, table, day string, args ...any) error {
	where, more := ofCustomers(e.o.Where.SQL, e.o.Where.Args)
	return v.Each(func(r book.Row) error {
		d, err := dates.ParseISO(r.Text(0))
		if err != nil {
			return damaged("something is dated \"" + r.Text(0) + "\", which is no day")
		}
		if row := e.at(d); row != nil {
			*of(row) += r.Int(1)
		}
		return nil
	}, "day, n", "(SELECT "+day+" AS day, count(*) AS n FROM "+table+where+" GROUP BY 1 LIMIT -1)", append(args, more...)...)
}

func (e *engagementSum) interactions(v *book.View) error {
	return e.byDay(v, func(r *Engagement) *int64 { return &r.Interactions }, "interactions WHERE reached = 1", "happened_on")
}

func (e *engagementSum) orders(v *book.View) error {
	day := e.o.AsOf.String()
	return e.byDay(v, func(r *Engagement) *int64 { return &r.Orders }, countedOrders+" AND net >= 0", "ordered_on", day, day, day, day)
}

// events counts a message once a period, however often it is opened.
func (e *engagementSum) events(v *book.View) error {
	where, args := ofCustomers(e.o.Where.SQL, e.o.Where.Args)
	type once struct {
		message, period int64
		kind            string
	}
	seen := map[once]bool{}
	zone := v.Settings().Zone
	return v.Each(func(r book.Row) error {
		at, err := time.Parse(time.RFC3339, r.Text(0))
		if err != nil {
			return damaged("what came back of a message is dated \"" + r.Text(0) + "\", which is no instant")
		}
		day := dates.Of(at, zone)
		row := e.at(day)
		if row == nil {
			return nil
		}
		counts := map[string]*int64{"opened": &row.Opens, "clicked": &row.Clicks, "replied": &row.Replies}
		kind := r.Text(1)
		for name, count := range counts {
			if key := (once{r.Int(2), e.o.By.of(day), name}); name == kind && !seen[key] {
				seen[key] = true
				*count++
			}
		}
		return nil
	}, "at, kind, message_id", "message_events WHERE kind IN ('opened', 'clicked', 'replied') AND message_id IN (SELECT id FROM messages WHERE holdout = 0"+where+")", args...)
}

// list are the rows without a gap.
func (e *engagementSum) list() []Engagement {
	first, last := e.first, e.last
	if e.o.Days.From != 0 && first != 0 {
		first = min(first, e.o.Days.From)
	}
	if first == 0 {
		return nil
	}
	from, to := e.o.By.of(first), e.o.By.of(last)
	rows := make([]Engagement, 0, to-from+1)
	for at := from; at <= to; at++ {
		row := Engagement{}
		if known := e.rows[at]; known != nil {
			row = *known
		}
		row.Period = e.o.By.key(at)
		rows = append(rows, row)
	}
	return rows
}
