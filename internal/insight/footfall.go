package insight

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// FootfallOptions are what the reports of visits are asked. The zero value is by month, up to today.
type FootfallOptions struct {
	By      Step        // "": month
	AsOf    dates.Date  // none: today
	Days    dates.Range // either end 0 is open
	Channel string      // "": all
}

// Footfall is one row of report footfall.
type Footfall struct {
	Period, Channel string
	Visits          int64
}

// Conversion is one row of report conversion: what part of the visits of a channel became orders of it.
type Conversion struct {
	Footfall
	Orders int64
	Rate   *float64 // orders / visits; nil without visits
}

type footfallKey struct {
	at      int64
	channel string
}

// settle fills in the defaults.
func (o *FootfallOptions) settle(today dates.Date) error {
	if o.AsOf == 0 {
		o.AsOf = today
	}
	return choose("--by", &o.By, Steps)
}

// readVisits sums the visits by period and channel.
func readVisits(v *book.View, o FootfallOptions) (map[footfallKey]int64, error) {
	sums := map[footfallKey]int64{}
	from, to := reach(o.Days, o.AsOf)
	return sums, v.Each(func(r book.Row) error {
		day, err := dates.ParseISO(r.Text(0))
		if err != nil {
			return damaged("visits are dated \"" + r.Text(0) + "\", which is no day")
		}
		sums[footfallKey{o.By.of(day), strings.Clone(r.Text(1))}] += r.Int(2)
		return nil
	}, "visited_on, channel, visits", "visits WHERE visited_on >= ? AND visited_on <= ? AND ? IN ('', channel)", from, to, o.Channel)
}

// ReportFootfall sums visits, by period and then channel.
func ReportFootfall(v *book.View, o FootfallOptions) ([]Footfall, error) {
	if err := o.settle(v.Today()); err != nil {
		return nil, err
	}
	sums, err := readVisits(v, o)
	var rows []Footfall
	for _, key := range sortedVisits(sums) {
		rows = append(rows, Footfall{Period: o.By.key(key.at), Channel: key.channel, Visits: sums[key]})
	}
	return rows, err
}

func sortedVisits(sums map[footfallKey]int64) []footfallKey {
	keys := make([]footfallKey, 0, len(sums))
	for k := range sums {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b footfallKey) int {
		return cmp.Or(cmp.Compare(a.at, b.at), strings.Compare(a.channel, b.channel))
	})
	return keys
}

// ReportConversion holds the orders that count at the as-of day against the visits of the same channel and period. A
// channel whose visits nobody counted is left out.
func ReportConversion(v *book.View, o FootfallOptions) ([]Conversion, error) {
	if err := o.settle(v.Today()); err != nil {
		return nil, err
	}
	visits, err := readVisits(v, o)
	if err != nil {
		return nil, err
	}
	counted := map[string]bool{}
	orders := map[footfallKey]int64{}
	for key := range visits {
		counted[key.channel] = true
	}
	from, to := reach(o.Days, o.AsOf)
	asOf := o.AsOf.String()
	err = v.Each(func(r book.Row) error {
		day, err := dates.ParseISO(r.Text(0))
		if err != nil {
			return damaged("orders are dated \"" + r.Text(0) + "\", which is no day")
		}
		if channel := r.Text(1); counted[channel] {
			key := footfallKey{o.By.of(day), strings.Clone(channel)}
			orders[key] += r.Int(2)
			visits[key] += 0 // to have a row
		}
		return nil
	}, "ordered_on, channel, n", "(SELECT ordered_on, channel, count(*) AS n FROM "+countedOrders+" AND net >= 0 AND ordered_on >= ? AND ordered_on <= ? AND channel IS NOT NULL GROUP BY 1, 2 LIMIT -1)",
		asOf, asOf, asOf, asOf, from, to)
	if err != nil {
		return nil, err
	}
	var rows []Conversion
	for _, key := range sortedVisits(visits) {
		row := Conversion{Footfall: Footfall{o.By.key(key.at), key.channel, visits[key]}, Orders: orders[key]}
		if row.Visits > 0 {
			rate := float64(row.Orders) / float64(row.Visits)
			row.Rate = &rate
		}
		rows = append(rows, row)
	}
	return rows, nil
}
