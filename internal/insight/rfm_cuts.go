package insight

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// RFMCuts are the limits between bins for RFMThresholds, ascending, one fewer than bins: a value scores in bin i when
// cut i-1 <= value < cut i, and the ends are open. Recency is in days, frequency in orders or days.
type RFMCuts struct {
	r, f, m []cut
}

// ParseRFMCuts reads "r=115,181,297,482;f=4,5,6,8;m=255.8,382,506.4,666". Money is in major units of the currency, and
// every number takes decimals. Equal limits are allowed, they leave a bin empty; descending ones are refused. An error is
// a fault.Usage that names the measure and the value.
func ParseRFMCuts(s string, currency money.Currency) (*RFMCuts, error) {
	cuts := &RFMCuts{}
	into := map[string]*[]cut{"r": &cuts.r, "f": &cuts.f, "m": &cuts.m}
	for part := range strings.SplitSeq(s, ";") {
		if strings.TrimSpace(part) == "" {
			continue
		}
		name, list, _ := strings.Cut(part, "=")
		name = strings.ToLower(strings.TrimSpace(name))
		target, known := into[name]
		switch {
		case !known:
			return nil, cutsFault("%q is not one of r=, f= and m=", strings.TrimSpace(part))
		case *target != nil:
			return nil, cutsFault("%s is given twice", name)
		}
		decimals := 0
		if name == "m" {
			decimals = currency.Decimals
		}
		limits, err := parseLimits(name, list, decimals)
		if err != nil {
			return nil, err
		}
		*target = limits
	}
	for _, name := range []string{"r", "f", "m"} {
		if *into[name] == nil {
			return nil, cutsFault("%s= is missing", name)
		}
	}
	return cuts, nil
}

func parseLimits(name, list string, decimals int) ([]cut, error) {
	limits := []cut{}
	for text := range strings.SplitSeq(list, ",") {
		text = strings.TrimSpace(text)
		d, err := money.ParseDecimal(text, '.')
		if err != nil {
			return nil, cutsFault("%s: %q: %v", name, text, err)
		}
		limit, err := limitOf(d, decimals)
		if err != nil {
			return nil, cutsFault("%s: %q: %v", name, text, err)
		}
		if n := len(limits); n > 0 && limit.below(limits[n-1]) {
			return nil, cutsFault("%s: %q is below the cut before it, cuts ascend", name, text)
		}
		limits = append(limits, limit)
	}
	return limits, nil
}

// limitOf is d x 10^decimals, with what is below one minor unit kept.
func limitOf(d money.Decimal, decimals int) (cut, error) {
	part := 0.0
	for ; d.Scale > decimals; d.Scale-- {
		last := (d.Digits%10 + 10) % 10
		d.Digits = (d.Digits - last) / 10
		part = (part + float64(last)) / 10
	}
	whole, err := d.Minor(decimals)
	return cut{whole: int64(whole), part: part}, err
}

// fit says whether the cuts make that many bins.
func (c *RFMCuts) fit(bins int) error {
	for _, m := range []struct {
		name   string
		limits []cut
	}{{"r", c.r}, {"f", c.f}, {"m", c.m}} {
		if len(m.limits) != bins-1 {
			return cutsFault("%s has %d of the %d cuts that make %d bins", m.name, len(m.limits), bins-1, bins)
		}
	}
	return nil
}

func cutsFault(format string, args ...any) error {
	return &fault.Error{Kind: fault.Usage, Field: "--cuts", Reason: fmt.Sprintf(format, args...),
		Hint: `four ascending limits for each measure make five bins: --cuts "r=115,181,297,482;f=4,5,6,8;m=255.8,382,506.4,666"`}
}

// RFMBin is one row of the thresholds. Bins ascend in every measure, so bin 1 holds the smallest recency, which scores
// highest, and the smallest frequency and money, which score lowest. Recency is in days, frequency in orders or days.
//
// By RFMQuantile and RFMThresholds a bin holds lower <= value < upper; nil is an open end. A money limit between two
// minor units is the upper one, which separates the same amounts, so that printed limits can be given back as cuts.
// By RFMPercent and RFMNtile, which rank and do not cut, they are the smallest and the largest value the bin holds; nil
// says that it holds none.
type RFMBin struct {
	Bin                            int
	RecencyLower, RecencyUpper     *float64
	FrequencyLower, FrequencyUpper *float64
	MonetaryLower, MonetaryUpper   *money.Amount
}

func rfmBins(r, f, m []span) []RFMBin {
	figure := func(c *cut) *float64 {
		if c == nil {
			return nil
		}
		return new(c.float())
	}
	amount := func(c *cut) *money.Amount {
		if c == nil {
			return nil
		}
		return new(money.Amount(c.ceil()))
	}
	bins := make([]RFMBin, len(r))
	for i := range bins {
		bins[i] = RFMBin{Bin: i + 1,
			RecencyLower: figure(r[i].lower), RecencyUpper: figure(r[i].upper),
			FrequencyLower: figure(f[i].lower), FrequencyUpper: figure(f[i].upper),
			MonetaryLower: amount(m[i].lower), MonetaryUpper: amount(m[i].upper)}
	}
	return bins
}
