package insight

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// SalesBy is what a report of sales is broken down by.
type SalesBy string

// A calendar month, a week of ISO 8601, or what an order or its line says; a return is put where its original is.
const (
	SalesByMonth      SalesBy = "month"
	SalesByWeek       SalesBy = "week"
	SalesByChannel    SalesBy = "channel"
	SalesByConsultant SalesBy = "consultant" // whom the order names
	SalesByProduct    SalesBy = "product"
	SalesByCategory   SalesBy = "category" // of the product, as it is now
	SalesByCustomer   SalesBy = "customer"
)

// SalesPrevious is the time that each row is compared with.
type SalesPrevious string

// The time just before, or the same time a year before.
const (
	SalesSpanBefore SalesPrevious = "span"
	SalesYearBefore SalesPrevious = "year"
)

// SalesBys and SalesPreviouses are the values that options take, the default first.
var (
	SalesBys        = []SalesBy{SalesByMonth, SalesByWeek, SalesByChannel, SalesByConsultant, SalesByProduct, SalesByCategory, SalesByCustomer}
	SalesPreviouses = []SalesPrevious{SalesSpanBefore, SalesYearBefore}
)

// SalesOptions is what a report of sales is asked. The zero value is the report by month of all that was sold by today.
type SalesOptions struct {
	By       SalesBy       // "": month
	AsOf     dates.Date    // the day whose knowledge counts; none: today
	Days     dates.Range   // the days of the orders asked about, open where an end is 0
	Previous SalesPrevious // "": span
	Where    book.Filter   // only what these customers bought
}

// Sales is one row of the report.
type Sales struct {
	Key       string // 2026-11, 2026-W47, a channel, the ref of a consultant, a sku, a category, the id of a customer; "" for none
	Name      string // of the consultant, product or customer
	Orders    int64  // purchases: orders that count, but for those that only take money back
	Units     *int64 // pieces, less those that came back; nil where no order of the row has lines
	Revenue   money.Amount
	Margin    *money.Amount // revenue less cost; nil where one cost of it is not known
	Previous  *money.Amount // revenue of the same key in the time before; nil where there is no time before
	ChangePct *float64      // from there to Revenue in per cent; nil where Previous is nil, 0 or less
}

// settled fills in the defaults and refuses what does not go together, with a fault.Usage.
func (o SalesOptions) settled(today dates.Date) (SalesOptions, error) {
	if o.AsOf.IsZero() {
		o.AsOf = today
	}
	if err := firstOf(choose("--by", &o.By, SalesBys), choose("--previous", &o.Previous, SalesPreviouses)); err != nil {
		return o, err
	}
	return o, beginsBy(o.AsOf, o.Days.From)
}

// ReportSales sums the orders that count at the as-of day. Months and weeks come in the order of time, without a gap; all
// else by revenue, the most first, equal ones by key. A row that has only a time before is there too. What does not go
// together in o is a fault.Usage.
func ReportSales(v *book.View, o SalesOptions) ([]Sales, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, err
	}
	s := newSalesSum(o)
	if s.who, err = choice(v, o.Where); err != nil {
		return nil, err
	}
	if err := s.read(v); err != nil {
		return nil, err
	}
	return s.sorted(v)
}

// TotalSales is one row for all that was sold, without a key: what report sales says, summed over channels, of which every
// order has one at most. Orders, units and a change are those of the whole.
func TotalSales(v *book.View, o SalesOptions) (Sales, error) {
	o.By = SalesByChannel
	rows, err := ReportSales(v, o)
	if err != nil {
		return Sales{}, err
	}
	var sumBefore money.Amount
	total := group{lined: len(rows) == 0}
	var before *money.Amount
	for _, r := range rows {
		if sumsOver(total.revenue, r.Revenue) || r.Previous != nil && sumsOver(sumBefore, *r.Previous) {
			return Sales{}, errTooLargeSums
		}
		total.orders += r.Orders
		total.revenue += r.Revenue
		if r.Units != nil {
			total.units, total.lined = total.units+*r.Units, true
		}
		if r.Margin != nil {
			total.cost += r.Revenue - *r.Margin
		}
		total.costUnknown = total.costUnknown || r.Margin == nil
		if r.Previous != nil {
			sumBefore += *r.Previous
			before = &sumBefore
		}
	}
	total.counted = int64(len(rows))
	return total.row("", "", before), nil
}

// sorted are the rows in the order of the report.
func (s *salesSum) sorted(v *book.View) ([]Sales, error) {
	if s.by.By.ofTime() {
		return s.timeRows(), nil
	}
	rows, err := s.rows(v)
	slices.SortStableFunc(rows, func(a, b Sales) int { return cmp.Compare(b.Revenue, a.Revenue) })
	return rows, err
}

// timeRows are the months or weeks from the first to the last: those of the days asked about, where an end is open of the
// orders found.
func (s *salesSum) timeRows() []Sales {
	first, last := s.first, s.last
	if s.asked.From != 0 {
		first = s.asked.From
	}
	if s.by.Days.To != 0 {
		last = s.asked.To
	}
	if first == 0 || last < first {
		return nil
	}
	from, to := s.by.bucket(first), s.by.bucket(last)
	rows := make([]Sales, 0, to-from+1)
	for at := from; at <= to; at++ {
		var g, before group
		if i, ok := s.index[at]; ok {
			g = s.groups[i]
		}
		if i, ok := s.index[s.by.bucketBefore(at)]; ok {
			before = s.groups[i]
		}
		rows = append(rows, g.row(s.by.bucketKey(at), "", &before.before))
	}
	return rows
}

// rows are the groups that have something to say, by key.
func (s *salesSum) rows(v *book.View) ([]Sales, error) {
	names, err := s.names(v)
	if err != nil {
		return nil, err
	}
	var rows []Sales
	for i := range s.groups {
		g := &s.groups[i]
		if !g.touched {
			continue
		}
		var before *money.Amount
		if !s.previous.From.IsZero() {
			before = &g.before
		}
		rows = append(rows, g.row(names[i].key, names[i].name, before))
	}
	slices.SortFunc(rows, func(a, b Sales) int {
		if s.by.By == SalesByCustomer { // ids, which are numbers
			return cmp.Or(cmp.Compare(len(a.Key), len(b.Key)), cmp.Compare(a.Key, b.Key))
		}
		return cmp.Compare(a.Key, b.Key)
	})
	return rows, nil
}

// row is a group as it is printed.
func (g *group) row(key, name string, before *money.Amount) Sales {
	row := Sales{Key: key, Name: name, Orders: g.orders, Revenue: g.revenue}
	if g.lined || g.counted == 0 {
		row.Units = &g.units
	}
	if !g.costUnknown {
		margin := g.revenue - g.cost
		row.Margin = &margin
	}
	if before == nil {
		return row
	}
	amount := *before
	row.Previous = &amount
	if amount > 0 {
		change := 100 * (float64(g.revenue) - float64(amount)) / float64(amount)
		row.ChangePct = &change
	}
	return row
}

// salesName is how a group is called.
type salesName struct{ key, name string }

// names are those of the groups, in their order.
func (s *salesSum) names(v *book.View) ([]salesName, error) {
	names := make([]salesName, len(s.groups))
	for word, i := range s.words {
		names[i].key = word
	}
	keep := func(r book.Row) error {
		if i, ok := s.index[r.Int(0)]; ok {
			names[i] = salesName{strings.Clone(r.Text(1)), strings.Clone(r.Text(2))}
		}
		return nil
	}
	var err error
	switch s.by.By {
	case SalesByConsultant:
		err = v.Each(keep, "id, ref, name", "consultants")
	case SalesByProduct:
		err = v.Each(keep, "id, sku, name", "products")
	case SalesByCustomer:
		err = v.Each(func(r book.Row) error {
			if i, ok := s.index[r.Int(0)]; ok {
				names[i] = salesName{strconv.FormatInt(r.Int(0), 10), strings.Clone(r.Text(1))}
			}
			return nil
		}, "id, name", "customers NOT INDEXED")
	}
	return names, err
}
