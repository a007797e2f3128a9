package agenda

import "slices"

// roster keeps things by their ids, in the order in which they came. Ids mostly have few gaps: those up to nearest find
// their place in a list.
type roster[T any] struct {
	list []T
	near []int32 // place + 1, by id; 0 for none
	far  map[int64]int32
}

const nearest = 1 << 20

func newRoster[T any](room int64) *roster[T] {
	return &roster[T]{list: make([]T, 0, room), near: make([]int32, min(room+1, nearest)), far: map[int64]int32{}}
}

// place is where an id stands in the list; -1 for none.
func (r *roster[T]) place(id int64) int32 {
	switch {
	case uint64(id) < uint64(len(r.near)):
		return r.near[id] - 1
	case uint64(id) < nearest:
		return -1
	}
	return r.far[id] - 1
}

// of is what stands under an id, valid until more is added; nil for none.
func (r *roster[T]) of(id int64) *T {
	if at := r.place(id); at >= 0 {
		return &r.list[at]
	}
	return nil
}

// add puts something under an id that has nothing yet.
func (r *roster[T]) add(id int64, one T) {
	r.list = append(r.list, one)
	place := int32(len(r.list))
	if uint64(id) >= nearest {
		r.far[id] = place
		return
	}
	if short := int(id) + 1 - len(r.near); short > 0 {
		r.near = slices.Grow(r.near, short)[:id+1]
	}
	r.near[id] = place
}

// sortByDays sorts a list by a number of days, those of equal days as they stand: by counting, for the days are few.
func sortByDays[T any](list []T, of func(*T) int) []T {
	if len(list) < 2 {
		return list
	}
	first, last := of(&list[0]), of(&list[0])
	for i := range list {
		first, last = min(first, of(&list[i])), max(last, of(&list[i]))
	}
	starts := make([]int, last-first+2)
	for i := range list {
		starts[of(&list[i])-first+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	sorted := make([]T, len(list))
	for i := range list {
		at := &starts[of(&list[i])-first]
		sorted[*at] = list[i]
		*at++
	}
	return sorted
}
