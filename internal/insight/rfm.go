// Package insight answers questions about the book: reports that read, count and score, and write nothing.
//
// RFM scores customers by recency, frequency and monetary value, in three steps: one read of the index of orders
// (rfm_walk.go, by SQL in rfm_store.go), pure scoring of the figures (rfm_score.go), and segments by cells of scores
// (rfm_segment.go).
package insight

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// RFMMethod is how a measure becomes a score from 1 to the number of bins.
type RFMMethod string

// The methods. All but RFMNtile give equal figures equal scores.
const (
	RFMPercent    RFMMethod = "percent"    // by the share of customers with a smaller value
	RFMQuantile   RFMMethod = "r-rfm"      // between quantiles plus one, as the R package rfm 0.3.0
	RFMNtile      RFMMethod = "ntile"      // groups of equal size, as SQL's NTILE; ties stand in order of customer id
	RFMThresholds RFMMethod = "thresholds" // between given cuts
)

// RFMFrequency is what counts as a purchase.
type RFMFrequency string

// Each order is one purchase, or all orders of a day are one.
const (
	RFMByOrders RFMFrequency = "orders"
	RFMByDays   RFMFrequency = "days"
)

// RFMMonetary is what a customer's money is.
type RFMMonetary string

// All her net money, or its mean per order rounded half to even to the minor unit: what is printed is what is scored.
const (
	RFMSum  RFMMonetary = "sum"
	RFMMean RFMMonetary = "mean"
)

// RFMMethods, RFMFrequencies and RFMMonetaries are the values that options take, the default first.
var (
	RFMMethods     = []RFMMethod{RFMPercent, RFMQuantile, RFMNtile, RFMThresholds}
	RFMFrequencies = []RFMFrequency{RFMByOrders, RFMByDays}
	RFMMonetaries  = []RFMMonetary{RFMSum, RFMMean}
)

const (
	defaultBins = 5
	mostBins    = 10 // up to here 100r + 10f + m is different for every cell
)

// RFMOptions is what an RFM report is asked. The zero value is the default report of today.
type RFMOptions struct {
	AsOf      dates.Date   // the last day that counts; none: today
	Since     dates.Date   // the first day that counts; none: from the beginning
	Method    RFMMethod    // "": percent
	Cuts      *RFMCuts     // for RFMThresholds, and only for it
	Bins      int          // 2..10, 0: 5; other than 5 needs Segments
	Frequency RFMFrequency // "": orders
	Monetary  RFMMonetary  // "": sum
	Segments  *RFMSegments // nil: DefaultRFMSegments
}

// settled fills in the defaults and refuses what does not go together, with a fault.Usage.
func (o RFMOptions) settled(today dates.Date) (RFMOptions, error) {
	if o.AsOf.IsZero() {
		o.AsOf = today
	}
	if o.Bins == 0 {
		o.Bins = defaultBins
	}
	err := firstOf(
		choose("--method", &o.Method, RFMMethods),
		choose("--frequency", &o.Frequency, RFMFrequencies),
		choose("--monetary", &o.Monetary, RFMMonetaries),
		checkBins(o.Bins))
	switch {
	case err != nil:
		return o, err
	case o.Since > o.AsOf:
		return o, usage("--since", fmt.Sprintf("%s is after the as-of day %s", o.Since, o.AsOf), "")
	case o.Method == RFMThresholds && o.Cuts == nil:
		return o, usage("--method", "thresholds needs cuts", `add the limits: --cuts "r=115,181,297,482;f=4,5,6,8;m=255.8,382,506.4,666"`)
	case o.Method != RFMThresholds && o.Cuts != nil:
		return o, usage("--cuts", fmt.Sprintf("the method %s makes its own cuts", o.Method), "use --method thresholds")
	case o.Segments == nil && o.Bins != defaultBins:
		return o, usage("--bins", fmt.Sprintf("the default map of segments has %d bins, not %d", defaultBins, o.Bins),
			"give a map for them with --segments FILE")
	}
	if o.Segments == nil {
		o.Segments = DefaultRFMSegments()
	}
	if o.Segments.bins != o.Bins {
		return o, usage("--bins", fmt.Sprintf("the map of segments was read for %d bins, not %d", o.Segments.bins, o.Bins), "")
	}
	if o.Cuts != nil {
		return o, o.Cuts.fit(o.Bins)
	}
	return o, nil
}

// choose settles one option of a fixed list, whose first value is the default.
func choose[T ~string](flag string, value *T, all []T) error {
	if *value == "" {
		*value = all[0]
	}
	if slices.Contains(all, *value) {
		return nil
	}
	names := make([]string, len(all))
	for i, name := range all {
		names[i] = string(name)
	}
	hint := ""
	if near := fault.Nearest(string(*value), names); near != "" {
		hint = "did you mean " + near
	}
	return usage(flag, fmt.Sprintf("%q is not one of %s", *value, strings.Join(names, ", ")), hint)
}

func checkBins(bins int) error {
	if bins < 2 || bins > mostBins {
		return usage("--bins", fmt.Sprintf("%d is outside 2 to %d", bins, mostBins), "")
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func usage(flag, reason, hint string) error {
	return &fault.Error{Kind: fault.Usage, Field: flag, Reason: reason, Hint: hint}
}

// RFM is one customer of the report. One without a purchase in the time asked is a prospect: no last order, zero figures
// and no scores.
type RFM struct {
	CustomerID  int64
	Ref, Name   string
	LastOrder   dates.Date   // day of the last purchase
	RecencyDays int          // from there to the as-of day
	Frequency   int          // purchases: orders, or days with one
	Monetary    money.Amount // sum of net amounts, or their mean per order
	R, F, M     int          // scores, 1 to bins; 0 for a prospect
	Score       int          // 100r + 10f + m
	Segment     string
	Orders      int          // counted orders, whatever Frequency counts
	Revenue     money.Amount // sum of net amounts, returns of a prospect too
}

// Scored says whether the customer bought: a prospect's figures are not zero but undefined, to be printed empty.
func (c *RFM) Scored() bool { return c.Score > 0 }

// RFMReport is the customers with their scores, by customer id, and how the scores came about.
type RFMReport struct {
	AsOf     dates.Date
	Rows     []RFM
	Bins     []RFMBin // the thresholds
	Warnings []string // what a user should know of her map of segments, one line each

	segments *RFMSegments
}

// buyer is what the counted orders of one customer come to. Without an order she gave back only, or bought nothing.
type buyer struct {
	id     int64
	last   dates.Date   // day of the last purchase
	orders int          // purchases
	days   int          // days with a purchase
	money  money.Amount // net, less returns
}

// verdict is the scores of one buyer.
type verdict struct {
	monetary money.Amount
	r, f, m  int
	segment  string
}

// judge scores buyers, who stand in order of customer id and have an order each. It is pure; o is settled and decimals
// are those of the currency.
func judge(buyers []buyer, o RFMOptions, decimals int) ([]verdict, []RFMBin) {
	verdicts := make([]verdict, len(buyers))
	r := measure{values: make([]int64, len(buyers)), unit: 1, reversed: true}
	f := measure{values: make([]int64, len(buyers)), unit: 1}
	m := measure{values: make([]int64, len(buyers)), unit: 1}
	for range decimals {
		m.unit *= 10
	}
	for i := range buyers {
		b := &buyers[i]
		verdicts[i].monetary = b.monetary(o.Monetary)
		r.values[i] = int64(o.AsOf - b.last)
		f.values[i] = int64(b.frequency(o.Frequency))
		m.values[i] = int64(verdicts[i].monetary)
	}
	cuts := o.Cuts
	if cuts == nil {
		cuts = &RFMCuts{}
	}
	rs := r.score(o.Method, o.Bins, cuts.r)
	fs := f.score(o.Method, o.Bins, cuts.f)
	ms := m.score(o.Method, o.Bins, cuts.m)
	for i := range verdicts {
		v := &verdicts[i]
		v.r, v.f, v.m = int(rs.scores[i]), int(fs.scores[i]), int(ms.scores[i])
		v.segment = o.Segments.of(v.r, v.f, v.m)
	}
	return verdicts, rfmBins(rs.bins, fs.bins, ms.bins)
}

func (b *buyer) frequency(by RFMFrequency) int {
	if by == RFMByDays {
		return b.days
	}
	return b.orders
}

func (b *buyer) monetary(by RFMMonetary) money.Amount {
	if by == RFMMean {
		return money.Amount(money.QuoRound(int64(b.money), int64(b.orders)))
	}
	return b.money
}
