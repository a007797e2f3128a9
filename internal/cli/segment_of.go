package cli

import (
	"fmt"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
	"github.com/perla-crm/perla/internal/insight"
	"github.com/perla-crm/perla/internal/loyalty"
	"github.com/perla-crm/perla/internal/sales"
	"github.com/perla-crm/perla/internal/segment"
)

// segmentsFor are the segments a customer was in the day before an order, where its promotion asks for one.
func segmentsFor(v *book.View, code string, customer int64, day dates.Date) ([]string, error) {
	if code == "" {
		return nil, nil
	}
	p, err := sales.FindPromotion(v, code)
	if err != nil || p.Segment == "" {
		return nil, err
	}
	if day == 0 {
		day = v.Today()
	}
	of, err := segmentsAmong(v, day.AddDays(-1), []string{p.Segment}, []int64{customer})
	return of[customer], err
}

// segmentsOf says in which segments customers were on a day, out of those that rules of points ask for on the next.
func segmentsOf(v *book.View, day dates.Date, customers []int64) (map[int64][]string, error) {
	rules, err := loyalty.Rules(v, "", day.AddDays(1))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range rules {
		names = append(names, r.Scope.Words(loyalty.ScopeSegment)...)
	}
	return segmentsAmong(v, day, names, customers)
}

// noSuchSegments says of names that are of no segment, saved or of RFM, and what may have been meant.
func noSuchSegments(v *book.View, names ...string) (reasons []string, err error) {
	saved, err := segment.List(v)
	known := insight.DefaultRFMSegments().Names()
	for _, s := range saved {
		known = append(known, s.Name)
	}
	for _, name := range names {
		same := func(s string) bool { return book.Fold(s) == book.Fold(name) }
		if name == "" || slices.ContainsFunc(known, same) {
			continue
		}
		reason := fmt.Sprintf("there is no segment %q yet, and nobody is in it", name)
		if near := fault.Nearest(name, known); near != "" {
			reason += fmt.Sprintf(", did you mean %q?", near)
		}
		reasons = append(reasons, reason)
	}
	return reasons, err
}

// segmentsAmong says in which of some segments customers were on a day, under the names they were asked by: saved ones,
// and those of RFM, of which hers is said whatever was asked. Nobody is in a segment that is not there.
func segmentsAmong(v *book.View, day dates.Date, names []string, customers []int64) (map[int64][]string, error) {
	r, err := insight.ReportRFM(v, insight.RFMOptions{AsOf: day})
	if err != nil {
		return nil, err
	}
	of := make(map[int64][]string, len(customers))
	for _, id := range customers {
		of[id] = []string{insight.SegmentProspect}
	}
	for i := range r.Rows {
		if id := r.Rows[i].CustomerID; of[id] != nil {
			of[id] = []string{r.Rows[i].Segment}
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		s, err := segment.Find(v, name)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		f, err := segment.CompileSegment(v, s.Name, day)
		if err != nil {
			return nil, err
		}
		ids, err := f.Members()
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if of[id] != nil {
				of[id] = append(of[id], name)
			}
		}
	}
	return of, nil
}
