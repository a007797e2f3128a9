package insight

import "math/bits"

// measure is one of recency, frequency and monetary over all customers who bought: their values in order of customer id.
type measure struct {
	values   []int64
	reversed bool  // small values score high: recency
	unit     int64 // one unit of it in values: 1 day, 1 order, 10^decimals minor units
}

// scored is what a measure comes to: a score 1..k for each value, and the k bins in ascending order of value.
type scored struct {
	scores []uint8
	bins   []span
}

// span is what a bin holds: from lower up to upper. A nil end is open, or the bin is empty.
type span struct{ lower, upper *cut }

// cut is a limit between bins: whole + part, with 0 <= part < 1. The values are whole numbers, so v >= cut exactly when
// v >= ceil, and scoring never compares floats.
type cut struct {
	whole int64
	part  float64
}

func (c cut) ceil() int64 {
	if c.part > 0 {
		return c.whole + 1
	}
	return c.whole
}

func (c cut) below(d cut) bool {
	return c.whole < d.whole || c.whole == d.whole && c.part < d.part
}

func (c cut) float() float64 { return float64(c.whole) + c.part }

// score gives each value its score by a method; given are the limits that RFMThresholds needs. The work is one radix
// sort, so three measures of 100,000 customers take a few milliseconds.
func (m measure) score(method RFMMethod, k int, given []cut) scored {
	bins := make([]uint8, len(m.values)) // 1..k in ascending order of value
	var spans []span
	switch method {
	case RFMPercent:
		m.percentBins(bins, k)
		spans = m.held(bins, k)
	case RFMNtile:
		m.ntileBins(bins, k)
		spans = m.held(bins, k)
	case RFMQuantile:
		spans = m.quantileSpans(k)
		m.cutBins(bins, spans)
	case RFMThresholds:
		spans = openSpans(given)
		m.cutBins(bins, spans)
	}
	if m.reversed {
		for i, bin := range bins {
			bins[i] = uint8(k) + 1 - bin
		}
	}
	return scored{scores: bins, bins: spans}
}

// percentBins: bin = 1 + floor(k * #{v_j < v} / n). At most n - 1 values are smaller, so the bin never passes k, and
// equal values share one whatever their order.
func (m measure) percentBins(bins []uint8, k int) {
	bin, last := uint8(0), int64(0)
	for i, at := range ascending(m.values) {
		if v := m.values[at]; i == 0 || v != last {
			bin, last = uint8(1+k*i/len(m.values)), v // i values are smaller
		}
		bins[at] = bin
	}
}

// ntileBins cuts the sorted values into k equal groups as SQL's NTILE does: the first n mod k groups hold one more, and
// equal values stand in order of customer id. A reversed measure is NTILE over descending values, whose group is the score.
func (m measure) ntileBins(bins []uint8, k int) {
	keys := m.values
	if m.reversed {
		keys = make([]int64, len(m.values))
		for i, v := range m.values {
			keys[i] = ^v // descending, without the overflow of -v
		}
	}
	size, odd := len(keys)/k, len(keys)%k
	large := odd * (size + 1) // how many stand in groups that hold one more
	for i, at := range ascending(keys) {
		group := i
		if i < large {
			group = i / (size + 1)
		} else {
			group = odd + (i-large)/size
		}
		if m.reversed {
			group = k - 1 - group
		}
		bins[at] = uint8(1 + group)
	}
}

// quantileSpans are the limits of the R package rfm 0.3.0: quantile j/k of type 7 (Hyndman and Fan 1996: linear between
// the order statistics around (n-1)j/k) plus one unit; the first begins at the smallest value, the last ends one unit
// above the largest.
func (m measure) quantileSpans(k int) []span {
	spans := make([]span, k)
	n := len(m.values)
	if n == 0 {
		return spans
	}
	order := ascending(m.values)
	at := func(i int) int64 { return m.values[order[i]] }
	spans[0].lower = &cut{whole: at(0)}
	for j := 1; j < k; j++ {
		low, rest := (n-1)*j/k, (n-1)*j%k
		limit := cut{whole: at(low) + m.unit}
		if rest > 0 {
			gap := uint64(at(low+1)) - uint64(at(low))
			hi, lo := bits.Mul64(gap, uint64(rest))
			steps, part := bits.Div64(hi, lo, uint64(k)) // rest < k, so the quotient is below gap
			limit.whole += int64(steps)
			limit.part = float64(part) / float64(k)
		}
		spans[j-1].upper, spans[j].lower = &limit, &limit
	}
	spans[k-1].upper = &cut{whole: at(n-1) + m.unit}
	return spans
}

// openSpans are the bins between limits as a user gave them, open at both ends.
func openSpans(given []cut) []span {
	spans := make([]span, len(given)+1)
	for i := range given {
		spans[i].upper, spans[i+1].lower = &given[i], &given[i]
	}
	return spans
}

// cutBins: the bin of v is 1 + the number of inner limits at or below v, that is lower <= v < upper. Limits that are
// equal leave the bin between them empty.
func (m measure) cutBins(bins []uint8, spans []span) {
	if len(m.values) == 0 {
		return
	}
	limits := make([]int64, 0, len(spans)-1)
	for _, s := range spans[1:] {
		limits = append(limits, s.lower.ceil())
	}
	for i, v := range m.values {
		bin := uint8(1)
		for _, limit := range limits {
			if v >= limit {
				bin++
			}
		}
		bins[i] = bin
	}
}

// held are the smallest and the largest value that each bin holds.
func (m measure) held(bins []uint8, k int) []span {
	spans := make([]span, k)
	for i, v := range m.values {
		s := &spans[bins[i]-1]
		if s.lower == nil {
			s.lower, s.upper = &cut{whole: v}, &cut{whole: v}
			continue
		}
		s.lower.whole, s.upper.whole = min(s.lower.whole, v), max(s.upper.whole, v)
	}
	return spans
}

// ascending gives the indexes of values in ascending order of value, equal values in order of index: a radix sort over
// the distance to the smallest value. Days and counts take one pass, amounts of money two or three; comparing would take
// seventeen.
func ascending(values []int64) []int32 {
	order, next := make([]int32, len(values)), make([]int32, len(values))
	if len(values) == 0 {
		return order
	}
	lowest, highest := values[0], values[0]
	for i, v := range values {
		order[i] = int32(i)
		lowest, highest = min(lowest, v), max(highest, v)
	}
	const digit = 11 // bits a pass
	wide := bits.Len64(uint64(highest) - uint64(lowest))
	for shift := 0; shift < wide; shift += digit {
		var starts [1 << digit]int32
		for _, v := range values {
			starts[(uint64(v)-uint64(lowest))>>shift&(1<<digit-1)]++
		}
		sum := int32(0)
		for i, count := range starts {
			starts[i] = sum
			sum += count
		}
		for _, i := range order {
			d := (uint64(values[i]) - uint64(lowest)) >> shift & (1<<digit - 1)
			next[starts[d]] = i
			starts[d]++
		}
		order, next = next, order
	}
	return order
}
