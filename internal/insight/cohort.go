package insight

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// CohortOptions is what a report of cohorts is asked. The zero value is every cohort as of today.
type CohortOptions struct {
	AsOf  dates.Date  // the day whose knowledge counts; none: today
	Days  dates.Range // only cohorts of a month that one of these days is in, open where an end is 0
	Where book.Filter // only these customers
}

// Cohort is the customers whose first purchase was in one calendar month.
type Cohort struct {
	Month string       // 2026-11
	Size  int          // customers
	Cells []CohortCell // by whole months since, the cohort's own first; only months that are over
}

// CohortCell is what the customers of a cohort did in one month.
type CohortCell struct {
	Customers int // who purchased in it
	Orders    int // purchases
	Revenue   money.Amount
}

// Retention is the part of a cohort that purchased in month k after the first; ok is false when that month is not over.
func (c *Cohort) Retention(k int) (share float64, ok bool) {
	if k >= len(c.Cells) {
		return 0, false
	}
	return float64(c.Cells[k].Customers) / float64(c.Size), true
}

// CohortReport is the cohorts in the order of time; months without a new customer have none.
type CohortReport struct {
	AsOf   dates.Date
	Rows   []Cohort
	Months int // how many months the longest row has
}

// CohortMonth is one month of life, over all cohorts that have reached the end of it.
type CohortMonth struct {
	Month     int // whole months since the first purchase
	Cohorts   int
	Customers int     // of these cohorts
	Active    int     // of them, who purchased in it
	Retention float64 // Active / Customers
	Orders    int
	Revenue   money.Amount
}

// ReportCohorts puts each customer into the month of her first purchase that counts at the as-of day, and counts what she
// did from there on, month by month. An order that takes money back is no purchase. A return lowers the month of its
// original; other money given back lowers its own month, and before the first purchase that of the cohort. What does not
// go together in o is a fault.Usage.
func ReportCohorts(v *book.View, o CohortOptions) (*CohortReport, error) {
	if o.AsOf.IsZero() {
		o.AsOf = v.Today()
	}
	if err := beginsBy(o.AsOf, o.Days.From); err != nil {
		return nil, err
	}
	sum, err := readCohorts(v, o)
	if err != nil {
		return nil, err
	}
	r := &CohortReport{AsOf: o.AsOf}
	if r.Rows, err = sum.report(o); err != nil {
		return nil, err
	}
	for i := range r.Rows {
		r.Months = max(r.Months, len(r.Rows[i].Cells))
	}
	return r, nil
}

// Summary is the report by month of life, which weighs each customer alike.
func (r *CohortReport) Summary() []CohortMonth {
	months := make([]CohortMonth, r.Months)
	for i := range r.Rows {
		for k, cell := range r.Rows[i].Cells {
			m := &months[k]
			m.Cohorts++
			m.Customers += r.Rows[i].Size
			m.Active += cell.Customers
			m.Orders += cell.Orders
			m.Revenue += cell.Revenue
		}
	}
	for k := range months {
		months[k].Month = k
		months[k].Retention = float64(months[k].Active) / float64(months[k].Customers)
	}
	return months
}

// monthOf numbers the calendar months: the next month has the next number.
func monthOf(d dates.Date) int {
	y, m, _ := d.Civil()
	return 12*y + int(m) - 1
}

func monthText(month int) string { return fmt.Sprintf("%04d-%02d", month/12, month%12+1) }

// lastWhole is the last month that is over at the end of a day.
func lastWhole(d dates.Date) int {
	month := monthOf(d)
	if next := d.AddDays(1); !next.IsZero() && monthOf(next) == month {
		return month - 1
	}
	return month
}

// cohortSum gathers the months of customers, one customer after the other and each in the order of time.
type cohortSum struct {
	cohorts  map[int]*cohortRow // by month
	moved    map[int64][]movedMoney
	customer int64
	first    int          // the month of her first purchase
	bought   bool         // there is one
	early    money.Amount // given back before it
	row      *cohortRow   // of first
	overflow bool
}

type cohortRow struct {
	size  int
	cells []CohortCell
}

// movedMoney is a return to be counted in the month of its original.
type movedMoney struct {
	from, to int
	money    money.Amount
}

// take takes what one customer did in one month.
func (s *cohortSum) take(customer int64, month, purchases int, amount money.Amount) {
	if customer != s.customer {
		s.close()
		s.customer, s.bought, s.early = customer, false, 0
	}
	if !s.bought {
		if purchases == 0 {
			s.plus(&s.early, amount)
			return
		}
		s.bought, s.first = true, month
		if s.row = s.cohorts[month]; s.row == nil {
			s.row = &cohortRow{}
			s.cohorts[month] = s.row
		}
		s.row.size++
		s.plus(&s.cell(month).Revenue, s.early)
	}
	c := s.cell(month)
	c.Orders += purchases
	if purchases > 0 {
		c.Customers++
	}
	s.plus(&c.Revenue, amount)
}

// close settles the customer whose months have all been taken.
func (s *cohortSum) close() {
	if !s.bought {
		return
	}
	for _, m := range s.moved[s.customer] {
		s.plus(&s.cell(m.from).Revenue, -m.money)
		s.plus(&s.cell(m.to).Revenue, m.money)
	}
}

// cell is a month of the customer's cohort; none is before its first.
func (s *cohortSum) cell(month int) *CohortCell {
	k := max(0, month-s.first)
	if k >= len(s.row.cells) {
		s.row.cells = append(s.row.cells, make([]CohortCell, k+1-len(s.row.cells))...)
	}
	return &s.row.cells[k]
}

func (s *cohortSum) plus(sum *money.Amount, amount money.Amount) {
	total := *sum + amount
	s.overflow = s.overflow || (total > *sum) != (amount > 0) && amount != 0
	*sum = total
}

// report are the cohorts asked about, cut or filled up with nothing to the last month that is over.
func (s *cohortSum) report(o CohortOptions) ([]Cohort, error) {
	s.close()
	if s.overflow {
		return nil, errTooLargeSums
	}
	last := lastWhole(o.AsOf)
	var months []int
	for month := range s.cohorts {
		if (o.Days.From.IsZero() || month >= monthOf(o.Days.From)) && (o.Days.To.IsZero() || month <= monthOf(o.Days.To)) {
			months = append(months, month)
		}
	}
	slices.SortFunc(months, cmp.Compare[int])
	rows := make([]Cohort, len(months))
	for i, month := range months {
		row := s.cohorts[month]
		cells := row.cells
		if over := max(0, last-month+1); over <= len(cells) {
			cells = cells[:over]
		} else {
			cells = append(cells, make([]CohortCell, over-len(cells))...)
		}
		rows[i] = Cohort{Month: monthText(month), Size: row.size, Cells: cells}
	}
	return rows, nil
}

// errTooLargeSums refuses sums that cannot be kept.
var errTooLargeSums = &fault.Error{Kind: fault.Rejected, Noun: "report", Reason: "the amounts are too large to be summed"}

// Keep leaves out all but the first so many months of every cohort.
func (r *CohortReport) Keep(months int) {
	r.Months = min(r.Months, months)
	for i := range r.Rows {
		r.Rows[i].Cells = r.Rows[i].Cells[:min(len(r.Rows[i].Cells), months)]
	}
}
