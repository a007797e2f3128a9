package insight

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/btyd"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// CLVUnit is the unit of time in which x, t_x and T are told, and alpha is fitted.
type CLVUnit string

// Predictions are the same in both units; the published tables use weeks.
const (
	CLVDay  CLVUnit = "day"
	CLVWeek CLVUnit = "week"
)

// CLVUnits are the values that the option takes, the default first.
var CLVUnits = []CLVUnit{CLVDay, CLVWeek}

func (u CLVUnit) days() float64 {
	if u == CLVWeek {
		return 7
	}
	return 1
}

const (
	clvMonth    = 30  // days
	clvHorizon  = 12  // months
	mostHorizon = 120 // months: ten years
)

// CLVOptions is what a report of customer lifetime value is asked. The zero value is about the next twelve months, from
// today, without discount.
type CLVOptions struct {
	AsOf       dates.Date       // the last day that counts; none: today
	Unit       CLVUnit          // "": day
	Horizon    int              // months of 30 days to look ahead, 1..120; 0: 12
	Discount   float64          // a month, 0 <= Discount < 1: 0.01 is 1 %
	Margin     float64          // the share of revenue that is earned, 0 < Margin <= 1; 0: all of it
	BGNBD      *btyd.BGNBD      // parameters in Unit; nil: fitted to all who bought
	GammaGamma *btyd.GammaGamma // parameters in whole units of money; nil: fitted
	Where      book.Filter      // only these customers are told of; the fit is always to all
}

// settled fills in the defaults and refuses what is out of range, with a fault.Usage.
func (o CLVOptions) settled(today dates.Date) (CLVOptions, error) {
	if o.AsOf.IsZero() {
		o.AsOf = today
	}
	if o.Horizon == 0 {
		o.Horizon = clvHorizon
	}
	if o.Margin == 0 {
		o.Margin = 1
	}
	if err := choose("--unit", &o.Unit, CLVUnits); err != nil {
		return o, err
	}
	switch {
	case o.Horizon < 1 || o.Horizon > mostHorizon:
		return o, usage("--horizon", fmt.Sprintf("%d is outside 1 to %d months", o.Horizon, mostHorizon), "")
	case !(o.Discount >= 0 && o.Discount < 1):
		return o, usage("--discount", fmt.Sprintf("%v is outside 0 to below 1 a month", o.Discount), "0.01 is one per cent a month")
	case !(o.Margin > 0 && o.Margin <= 1):
		return o, usage("--margin", fmt.Sprintf("%v is outside above 0 to 1", o.Margin), "0.4 is forty per cent of what is sold")
	case o.BGNBD != nil && !o.BGNBD.Valid():
		return o, usage("--params", "r, alpha, a and b must be numbers above 0", "")
	case o.GammaGamma != nil && !o.GammaGamma.Valid():
		return o, usage("--params", "p and v must be numbers above 0, and q above 1", "")
	}
	return o, nil
}

// CLV is one customer of the report: one with a purchase by the as-of day.
type CLV struct {
	CustomerID int64
	Ref, Name  string
	X          int     // days with a purchase after the first
	Tx, T      float64 // from her first purchase to her last, and to the as-of day
	PAlive     *float64
	Expected   *float64      // purchases within the horizon; nil where nothing is known of how often anybody buys
	Value      *money.Amount // of a purchase to come
	CLV        *money.Amount // what she will bring within the horizon, discounted, times the margin
}

// CLVReport is the answer of ReportCLV.
type CLVReport struct {
	AsOf    dates.Date
	Unit    CLVUnit
	Horizon int
	Fit     CLVFit
	Rows    []CLV // by customer id
}

// ReportCLV tells what each customer with a purchase is still worth. What is out of range in o is a fault.Usage.
func ReportCLV(v *book.View, o CLVOptions) (*CLVReport, error) {
	o, err := o.settled(v.Today())
	if err != nil {
		return nil, err
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return nil, err
	}
	all, err := readBuying(v, o.AsOf, 0)
	if err != nil {
		return nil, err
	}
	outlook := newOutlook(all, o, v.Settings().Currency.Decimals)
	r := &CLVReport{AsOf: o.AsOf, Unit: o.Unit, Horizon: o.Horizon, Fit: outlook.fit}
	all = slices.DeleteFunc(all, func(b buying) bool { return !who.has(b.id) })
	r.Rows = outlook.rows(all)
	return r, nameCLV(v, r.Rows)
}

// rows predicts for customers, who may be a part of those the models were fitted to.
func (m *outlook) rows(all []buying) []CLV {
	rows := make([]CLV, len(all))
	months := m.months(m.o.Horizon)
	for i, f := range m.foresee(all, months) {
		b := &all[i]
		rows[i] = CLV{CustomerID: b.id, X: b.days - 1, Tx: m.units(b.last - b.first), T: m.units(m.o.AsOf - b.first), PAlive: f.alive}
		value := m.value(b)
		rows[i].Value = m.amount(value)
		if f.purchases == nil {
			continue
		}
		expected := f.purchases[len(months)-1]
		rows[i].Expected = &expected
		worth, before, factor := 0.0, 0.0, 1.0
		for _, purchases := range f.purchases {
			factor /= 1 + m.o.Discount
			worth += (purchases - before) * factor
			before = purchases
		}
		rows[i].CLV = m.amount(worth * value * m.o.Margin)
	}
	return rows
}

// months are the ends of the months to come, in units of time.
func (m *outlook) months(n int) []float64 {
	ends := make([]float64, n)
	for i := range ends {
		ends[i] = float64(clvMonth*(i+1)) / m.o.Unit.days()
	}
	return ends
}

// amount is a figure in whole units of money; none where it is beyond what an amount can hold.
func (m *outlook) amount(figure float64) *money.Amount {
	minor := math.RoundToEven(figure * m.minor)
	if !(math.Abs(minor) < math.MaxInt64/2) {
		return nil
	}
	a := money.Amount(minor)
	return &a
}

// nameCLV puts the refs and names of customers into rows that are in order of their ids.
func nameCLV(v *book.View, rows []CLV) error {
	found := 0
	err := v.Each(func(r book.Row) error {
		at, ok := slices.BinarySearchFunc(rows, r.Int(0), func(c CLV, id int64) int { return cmp.Compare(c.CustomerID, id) })
		if ok {
			rows[at].Ref, rows[at].Name = strings.Clone(r.Text(1)), strings.Clone(r.Text(2))
			found++
		}
		return nil
	}, "id, ref, name", "customers")
	if err == nil && found < len(rows) {
		err = damaged("there are orders of customers who are not in it")
	}
	return err
}

// checkHoldout refuses a day that leaves nothing to compare with.
func (o CLVOptions) checkHoldout(at dates.Date) error {
	if at >= o.AsOf {
		return &fault.Error{Kind: fault.Usage, Field: "--holdout", Reason: fmt.Sprintf("%s is not before the as-of day %s", at, o.AsOf),
			Hint: "the fit ends on that day, and what was bought since is compared with it"}
	}
	return nil
}
