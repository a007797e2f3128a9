package insight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/money"
)

// day is a civil day of a test.
func day(s string) dates.Date {
	d, err := dates.ParseISO(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestOptionsDefaults(t *testing.T) {
	o, err := RFMOptions{}.settled(day("2026-11-22"))
	require.NoError(t, err)
	require.Equal(t, RFMOptions{AsOf: day("2026-11-22"), Method: RFMPercent, Bins: 5, Frequency: RFMByOrders, Monetary: RFMSum,
		Segments: DefaultRFMSegments()}, o)
}

func TestOptionsRefused(t *testing.T) {
	cuts, err := ParseRFMCuts("r=1;f=1;m=1", euro)
	require.NoError(t, err)
	three := newSegments(defaultMap, 3)
	for reason, o := range map[string]RFMOptions{
		`--method: "precent" is not one of percent, r-rfm, ntile, thresholds`: {Method: "precent"},
		`--frequency: "weeks" is not one of orders, days`:                     {Frequency: "weeks"},
		`--monetary: "median" is not one of sum, mean`:                        {Monetary: "median"},
		"--bins: 1 is outside 2 to 10":                                        {Bins: 1},
		"--bins: 11 is outside 2 to 10":                                       {Bins: 11},
		"--bins: the default map of segments has 5 bins, not 4":               {Bins: 4},
		"--bins: the map of segments was read for 3 bins, not 5":              {Segments: three},
		"--method: thresholds needs cuts":                                     {Method: RFMThresholds},
		"--cuts: the method percent makes its own cuts":                       {Cuts: cuts},
		"--cuts: r has 1 of the 2 cuts that make 3 bins":                      {Method: RFMThresholds, Cuts: cuts, Bins: 3, Segments: three},
		"--since: 2026-11-23 is after the as-of day 2026-11-22":               {Since: day("2026-11-23")},
	} {
		_, err := o.settled(day("2026-11-22"))
		require.EqualError(t, err, reason)
		require.Equal(t, fault.Usage, fault.KindOf(err))
	}
	_, err = RFMOptions{Method: "precent"}.settled(day("2026-11-22"))
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "did you mean percent", f.Hint)
}

func TestMeanIsScoredAsPrinted(t *testing.T) {
	buyers := []buyer{
		{id: 1, last: day("2026-01-01"), orders: 2, days: 1, money: 1001},  // 5.005 is 5.00, half to even
		{id: 2, last: day("2026-01-01"), orders: 1, days: 1, money: 500},   // 5.00, so both score alike
		{id: 3, last: day("2026-01-01"), orders: 3, days: 3, money: -1000}, // -3.33: her returns outweigh her purchases
	}
	o, err := RFMOptions{AsOf: day("2026-01-31"), Monetary: RFMMean, Frequency: RFMByDays}.settled(0)
	require.NoError(t, err)
	got, bins := judge(buyers, o, 2)
	require.Equal(t, []verdict{
		{monetary: 500, r: 5, f: 1, m: 2, segment: "new"},
		{monetary: 500, r: 5, f: 1, m: 2, segment: "new"},
		{monetary: -333, r: 5, f: 4, m: 1, segment: "champions"},
	}, got)
	require.Equal(t, money.Amount(500), *bins[1].MonetaryLower)
	require.Nil(t, bins[2].MonetaryLower)
	require.Equal(t, 30.0, *bins[0].RecencyUpper)
}
