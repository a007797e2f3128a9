package network

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Period is a stretch of time in which the business counts: a cycle, or what no cycle covers of a calendar month. Each day
// is in exactly one.
type Period struct {
	Code string // of the cycle, or the month: 2026-11
	dates.Range
	cycle bool
}

// Calendar is all cycles of the book, by their first days.
type Calendar []Period

// ReadCalendar reads the cycles.
func ReadCalendar(v *book.View) (Calendar, error) {
	return book.All(v, func(row book.Scanner) (p Period, err error) {
		var from, until string
		err = row.Scan(&p.Code, &from, &until)
		p.From, _ = dates.ParseISO(from) // perla check proves the days of the book
		p.To, _ = dates.ParseISO(until)
		p.cycle = true
		return p, err
	}, `SELECT code, from_on, until_on FROM cycles ORDER BY from_on`)
}

// At is the period of a day.
func (c Calendar) At(day dates.Date) Period {
	month := monthOf(day)
	for _, cycle := range c {
		switch {
		case cycle.From <= day && day <= cycle.To:
			return cycle
		case cycle.To < day:
			month.From = max(month.From, cycle.To+1)
		case cycle.From > day:
			month.To = min(month.To, cycle.From-1)
		}
	}
	return month
}

// monthOf is the calendar month of a day.
func monthOf(day dates.Date) Period {
	y, m, d := day.Civil()
	from := day - dates.Date(d-1)
	return Period{Code: fmt.Sprintf("%04d-%02d", y, int(m)), Range: dates.Range{From: from, To: from.AddMonths(1) - 1}}
}

// Before is the period before another.
func (c Calendar) Before(p Period) Period { return c.At(p.From - 1) }

// Last are n periods that end with p, the oldest first.
func (c Calendar) Last(n int, p Period) []Period {
	list := []Period{p}
	for len(list) < n && p.From > 1 {
		p = c.Before(p)
		list = append(list, p)
	}
	slices.Reverse(list)
	return list
}

// Find is the period that a person names: the code of a cycle, or a time that is in one period, such as 2026-11, "last
// month" or a day. A month that cycles share is a fault.Usage that names them, unless some of it is in no cycle.
func (c Calendar) Find(text string, today dates.Date) (Period, error) {
	for _, cycle := range c {
		if strings.EqualFold(cycle.Code, strings.TrimSpace(text)) {
			return cycle, nil
		}
	}
	r, err := dates.ParseRange(text, today)
	if err != nil {
		return Period{}, err
	}
	if r.From == 0 || r.To == 0 || r.To-r.From > 400 {
		return Period{}, fault.New(fault.Usage, fmt.Sprintf("%q is no period of the business; needed is a month or the code of a cycle", text), "")
	}
	var all, months []Period
	for day := r.From; day <= r.To; {
		p := c.At(day)
		if all = append(all, p); !p.cycle {
			months = append(months, p)
		}
		day = p.To + 1
	}
	switch {
	case len(all) == 1:
		return all[0], nil
	case len(months) == 1:
		return months[0], nil
	}
	var codes []string
	for _, p := range all {
		codes = append(codes, p.Code)
	}
	return Period{}, fault.New(fault.Usage, fmt.Sprintf("%q is more than one period: %s", text, strings.Join(codes, ", ")), "name one of them")
}

// AddCycle writes a cycle. One that overlaps another, or has its code, is a fault.Conflict.
func AddCycle(tx *book.Tx, code string, days dates.Range) (Period, error) {
	p := Period{Range: days, cycle: true}
	var err error
	if p.Code, err = parseRef(code); err != nil {
		return p, &fault.Error{Kind: fault.Usage, Noun: "cycle", Key: code, Err: err}
	}
	if days.From == 0 || days.To == 0 || days.From > days.To {
		return p, &fault.Error{Kind: fault.Usage, Noun: "cycle", Key: p.Code, Reason: "a first and a last day are needed, such as 2026-11-02..2026-11-22"}
	}
	calendar, err := ReadCalendar(tx.View)
	if err != nil {
		return p, err
	}
	for _, other := range calendar {
		if strings.EqualFold(other.Code, p.Code) || other.From <= p.To && p.From <= other.To {
			return p, &fault.Error{Kind: fault.Conflict, Noun: "cycle", Key: p.Code, Reason: fmt.Sprintf("there is %s from %s to %s", other.Code, other.From, other.To)}
		}
	}
	_, err = tx.Insert(`INSERT INTO cycles (code, from_on, until_on) VALUES (?, ?, ?)`, p.Code, p.From.String(), p.To.String())
	return p, err
}
