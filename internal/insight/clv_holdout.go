package insight

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// CLVCalibration compares what was predicted for the customers with a number of repeat purchases with what they did.
// Purchases are means of a customer.
type CLVCalibration struct {
	Repeats   string // by the day of the fit: 0 to 6, 7+, or all
	Customers int
	Actual    float64  // days with a purchase since
	Predicted *float64 // nil when nothing could be predicted
	Error     *float64 // Predicted less Actual
	AbsError  *float64 // the mean over customers of how far off each was
}

// mostRepeats is where the rows end: that many and more are one.
const mostRepeats = 7

// CalibrateCLV fits to what was known on an earlier day, predicts the purchases from there to the as-of day, and counts
// them. Whoever first bought since is not in it.
func CalibrateCLV(v *book.View, o CLVOptions, at dates.Date) (CLVFit, []CLVCalibration, error) {
	o, err := o.settled(v.Today())
	if err == nil {
		err = o.checkHoldout(at)
	}
	if err != nil {
		return CLVFit{}, nil, err
	}
	who, err := choice(v, o.Where)
	if err != nil {
		return CLVFit{}, nil, err
	}
	since, err := readBuying(v, o.AsOf, at)
	if err != nil {
		return CLVFit{}, nil, err
	}
	all, err := readBuying(v, at, 0)
	if err != nil {
		return CLVFit{}, nil, err
	}
	ahead := float64(o.AsOf-at) / o.Unit.days()
	o.AsOf = at
	m := newOutlook(all, o, v.Settings().Currency.Decimals)
	all = slices.DeleteFunc(all, func(b buying) bool { return !who.has(b.id) })
	return m.fit, calibrate(all, m.foresee(all, []float64{ahead}), since), nil
}

// calibrate sums by the number of repeat purchases, and over all.
func calibrate(all []buying, foreseen []foresight, since []buying) []CLVCalibration {
	type sums struct {
		customers                int
		actual, predicted, apart float64
	}
	var by [mostRepeats + 2]sums // the last is all
	known := true
	for i := range all {
		actual := 0.0
		if at, found := slices.BinarySearchFunc(since, all[i].id, func(b buying, id int64) int { return cmp.Compare(b.id, id) }); found {
			actual = float64(since[at].days)
		}
		predicted := 0.0
		if known = foreseen[i].purchases != nil; known {
			predicted = foreseen[i].purchases[0]
		}
		for _, s := range []*sums{&by[min(all[i].days-1, mostRepeats)], &by[mostRepeats+1]} {
			s.customers++
			s.actual += actual
			s.predicted += predicted
			s.apart += math.Abs(predicted - actual)
		}
	}
	var rows []CLVCalibration
	for i, s := range by {
		if s.customers == 0 {
			continue
		}
		n := float64(s.customers)
		row := CLVCalibration{Repeats: repeatsName(i), Customers: s.customers, Actual: s.actual / n}
		if known {
			predicted, off, apart := s.predicted/n, (s.predicted-s.actual)/n, s.apart/n
			row.Predicted, row.Error, row.AbsError = &predicted, &off, &apart
		}
		rows = append(rows, row)
	}
	return rows
}

func repeatsName(i int) string {
	switch i {
	case mostRepeats:
		return strconv.Itoa(i) + "+"
	case mostRepeats + 1:
		return "all"
	}
	return strconv.Itoa(i)
}
