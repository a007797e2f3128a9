package insight

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// ProfitOptions is what a report of profitability is asked. The zero value is about everything up to today.
type ProfitOptions struct {
	AsOf  dates.Date  // the day whose knowledge counts; none: today
	Days  dates.Range // the days asked about, open where an end is 0
	Where book.Filter // only these customers
}

// Profit is one customer of the report: her customer profitability score, and where she stands on the whale curve.
type Profit struct {
	CustomerID int64
	Ref, Name  string
	Yield
	Profit     *money.Amount // revenue less everything else but discounts, which it has lost already; nil where a cost is not known
	Margin     *float64      // profit / revenue; nil without a profit, or where revenue is 0
	Cumulative *money.Amount // profit of her and all before her
}

// The groups of the summary of profitability.
const (
	ProfitMade    = "profitable"
	ProfitNone    = "even"
	ProfitLost    = "unprofitable"
	ProfitUnknown = "unknown" // a cost is not known
)

// ProfitGroup is what the customers come to that bring a profit, take one, or neither.
type ProfitGroup struct {
	Group       string
	Customers   int
	Share       float64 // of the customers
	Revenue     money.Amount
	Profit      *money.Amount
	ProfitShare *float64 // of the whole profit; nil where that is not above 0
}

// ReportProfits ranks the customers with whom anything happened in the days asked about by profit, the most first, equal
// ones by id; those of whom a cost is not known come last. What does not go together in o is a fault.Usage.
func ReportProfits(v *book.View, o ProfitOptions) ([]Profit, error) {
	if o.AsOf.IsZero() {
		o.AsOf = v.Today()
	}
	if err := beginsBy(o.AsOf, o.Days.From); err != nil {
		return nil, err
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	yields, err := readYields(v, o.AsOf, o.Days)
	if err != nil {
		return nil, err
	}
	rows := make([]Profit, 0, len(yields))
	err = v.Each(func(r book.Row) error {
		y := yields[r.Int(0)]
		if y != nil && y.touched() && who.has(r.Int(0)) {
			rows = append(rows, Profit{CustomerID: r.Int(0), Ref: strings.Clone(r.Text(1)), Name: strings.Clone(r.Text(2)), Yield: *y})
		}
		return nil
	}, "id, ref, name", "customers NOT INDEXED")
	if err != nil {
		return nil, err
	}
	return rows, rankProfits(rows)
}

// rankProfits works out profits, sorts by them and sums them up.
func rankProfits(rows []Profit) error {
	for i := range rows {
		p := &rows[i]
		if p.Profit = p.Yield.Profit(); p.Profit != nil && p.Revenue != 0 {
			p.Margin = new(float64(*p.Profit) / float64(p.Revenue))
		}
	}
	slices.SortFunc(rows, func(a, b Profit) int {
		switch {
		case a.Profit != nil && b.Profit != nil:
			return cmp.Or(cmp.Compare(*b.Profit, *a.Profit), cmp.Compare(a.CustomerID, b.CustomerID))
		case a.Profit == nil && b.Profit == nil:
			return cmp.Compare(a.CustomerID, b.CustomerID)
		case a.Profit == nil:
			return 1
		}
		return -1
	})
	var sum money.Amount
	for i := range rows {
		if rows[i].Profit == nil {
			break
		}
		if sumsOver(sum, *rows[i].Profit) {
			return errTooLargeSums
		}
		sum += *rows[i].Profit
		rows[i].Cumulative = new(sum)
	}
	return nil
}

// SummarizeProfits sums the report up by what customers bring: a profit, nothing, a loss, or what is not known.
func SummarizeProfits(rows []Profit) ([]ProfitGroup, error) {
	groups := []ProfitGroup{{Group: ProfitMade}, {Group: ProfitNone}, {Group: ProfitLost}, {Group: ProfitUnknown}}
	var whole money.Amount
	for i := range rows {
		p := &rows[i]
		at := 3
		if p.Profit != nil {
			at = 1 - cmp.Compare(*p.Profit, 0)
			whole += *p.Profit
			if groups[at].Profit == nil {
				groups[at].Profit = new(money.Amount)
			}
			*groups[at].Profit += *p.Profit
		}
		if sumsOver(groups[at].Revenue, p.Revenue) {
			return nil, errTooLargeSums
		}
		groups[at].Customers++
		groups[at].Revenue += p.Revenue
	}
	groups = slices.DeleteFunc(groups, func(g ProfitGroup) bool { return g.Customers == 0 })
	for i := range groups {
		g := &groups[i]
		g.Share = float64(g.Customers) / float64(len(rows))
		if g.Profit != nil && whole > 0 {
			g.ProfitShare = new(float64(*g.Profit) / float64(whole))
		}
	}
	return groups, nil
}
