package sheet

import (
	"bytes"
	"hash/maphash"
)

// scatter finds the values of a column that come back after another value stood between: the groups of rows that a reader in file order
// meets in pieces. It knows values by 64-bit hashes; two values with one hash only make a group look scattered that is not.
type scatter struct {
	seed      maphash.Seed
	last      []byte
	ascending bool     // so far each value was greater than the one before, which proves that none came back
	starts    []uint64 // the hash of the value at the head of each run of equal values
	again     map[uint64]struct{}
}

func newScatter() *scatter {
	return &scatter{seed: maphash.MakeSeed(), ascending: true}
}

// add takes the next value of the column; empty values belong to no group and end a run.
func (s *scatter) add(value []byte) {
	value = bytes.TrimSpace(value)
	if bytes.Equal(value, s.last) {
		return
	}
	if len(value) > 0 {
		s.ascending = s.ascending && shorterOrLess(s.last, value)
		s.starts = append(s.starts, maphash.Bytes(s.seed, value))
	} else {
		s.ascending = false
	}
	s.last = append(s.last[:0], value...)
}

// shorterOrLess orders by length and then by bytes, so that numbers without leading zeros ascend too.
func shorterOrLess(a, b []byte) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return bytes.Compare(a, b) < 0
}

// finish finds the hashes that start more than one run. Slots hold a hash or 0; the hash 0 itself counts as scattered.
func (s *scatter) finish() {
	starts := s.starts
	s.starts, s.last = nil, nil
	if s.ascending {
		return
	}
	s.again = map[uint64]struct{}{0: {}}
	size := 4
	for size < 2*len(starts) {
		size *= 2
	}
	slots, mask := make([]uint64, size), uint64(size-1)
	for _, h := range starts {
		i := h & mask
		for slots[i] != 0 && slots[i] != h {
			i = (i + 1) & mask
		}
		if slots[i] == h {
			s.again[h] = struct{}{}
		}
		slots[i] = h
	}
}

// Ascending tells whether the values of the column InputOptions.Key came each greater than the one before: shorter, or as
// long and later in order.
func (d *Decoder[T]) Ascending() bool { return d.keys != nil && d.keys.ascending }

// has tells whether a value, outer spaces aside, comes back.
func (s *scatter) has(value string) bool {
	if s == nil || s.again == nil || value == "" {
		return false
	}
	_, found := s.again[maphash.String(s.seed, value)]
	return found
}
