package insight

import (
	"fmt"
	"slices"
	"strings"
)

// The segments of customers whom no range names: those without a purchase, and those in a cell that a user's map leaves
// empty.
const (
	SegmentProspect = "prospect"
	SegmentOthers   = "others"
)

// cellRange gives the cells of one segment: scores from low to high, both included, in each measure.
type cellRange struct {
	segment string
	r, f, m scoreRange
}

// scoreRange is the scores from low to high, both included.
type scoreRange struct{ low, high int }

func (s scoreRange) holds(score int) bool { return s.low <= score && score <= s.high }

// RFMSegments gives each cell of scores (r, f, m) a segment: that of the first range that holds it, else SegmentOthers.
type RFMSegments struct {
	bins     int
	names    []string // in order of first range, then others, then prospect
	cells    []int    // name of each cell, by cell()
	warnings []string
}

var anyScore = scoreRange{1, 5}

// defaultMap is the map of R x F for five bins that holds each of the 25 cells once.
var defaultMap = []cellRange{
	{"champions", scoreRange{5, 5}, scoreRange{4, 5}, anyScore},
	{"loyal", scoreRange{3, 4}, scoreRange{4, 5}, anyScore},
	{"potential_loyalist", scoreRange{4, 5}, scoreRange{2, 3}, anyScore},
	{"new", scoreRange{5, 5}, scoreRange{1, 1}, anyScore},
	{"promising", scoreRange{4, 4}, scoreRange{1, 1}, anyScore},
	{"need_attention", scoreRange{3, 3}, scoreRange{3, 3}, anyScore},
	{"about_to_sleep", scoreRange{3, 3}, scoreRange{1, 2}, anyScore},
	{"cant_lose", scoreRange{1, 2}, scoreRange{5, 5}, anyScore},
	{"at_risk", scoreRange{1, 2}, scoreRange{3, 4}, anyScore},
	{"hibernating", scoreRange{1, 2}, scoreRange{1, 2}, anyScore},
}

// DefaultRFMSegments is the map in use when none is given, for five bins: champions, loyal, potential_loyalist, new,
// promising, need_attention, about_to_sleep, cant_lose, at_risk and hibernating, by recency and frequency alone.
func DefaultRFMSegments() *RFMSegments { return newSegments(defaultMap, defaultBins) }

// Names are the segments of the map in its order, then SegmentOthers and SegmentProspect.
func (s *RFMSegments) Names() []string { return slices.Clone(s.names) }

// newSegments settles which range each of the bins^3 cells belongs to, and what to warn of: cells without a segment, and
// cells that two segments claim. Ranges that overlap under one name claim nothing from each other.
func newSegments(ranges []cellRange, bins int) *RFMSegments {
	s := &RFMSegments{bins: bins, cells: make([]int, bins*bins*bins)}
	for _, rg := range ranges {
		if !slices.Contains(s.names, rg.segment) {
			s.names = append(s.names, rg.segment)
		}
	}
	for _, name := range []string{SegmentOthers, SegmentProspect} {
		if !slices.Contains(s.names, name) {
			s.names = append(s.names, name)
		}
	}
	var empty, twice []string
	for r := 1; r <= bins; r++ {
		for f := 1; f <= bins; f++ {
			for m := 1; m <= bins; m++ {
				claims := claimants(ranges, r, f, m)
				if len(claims) == 0 {
					claims = []string{SegmentOthers}
					empty = append(empty, fmt.Sprintf("R%d F%d M%d", r, f, m))
				}
				if len(claims) > 1 {
					twice = append(twice, fmt.Sprintf("R%d F%d M%d is %s, also %s", r, f, m, claims[0], claims[1]))
				}
				s.cells[s.cell(r, f, m)] = slices.Index(s.names, claims[0])
			}
		}
	}
	s.warn(empty, "have no segment and are "+SegmentOthers)
	s.warn(twice, "are taken by two segments or more, the first wins")
	return s
}

// claimants are the different segments whose ranges hold a cell, in the order of the map.
func claimants(ranges []cellRange, r, f, m int) []string {
	var names []string
	for _, rg := range ranges {
		if rg.r.holds(r) && rg.f.holds(f) && rg.m.holds(m) && !slices.Contains(names, rg.segment) {
			names = append(names, rg.segment)
		}
	}
	return names
}

func (s *RFMSegments) warn(cells []string, what string) {
	const shown = 3
	if len(cells) == 0 {
		return
	}
	more := ""
	if len(cells) > shown {
		more = "; ..."
	}
	s.warnings = append(s.warnings, fmt.Sprintf("%d of %d cells %s: %s%s", len(cells), len(s.cells), what,
		strings.Join(cells[:min(shown, len(cells))], "; "), more))
}

func (s *RFMSegments) cell(r, f, m int) int { return ((r-1)*s.bins+f-1)*s.bins + m - 1 }

// of is the segment of a customer by her scores.
func (s *RFMSegments) of(r, f, m int) string { return s.names[s.cells[s.cell(r, f, m)]] }

// place orders segments as the map does, others and prospect last.
func (s *RFMSegments) place(segment string) int { return slices.Index(s.names, segment) }
