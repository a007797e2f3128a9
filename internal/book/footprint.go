package book

import (
	"fmt"
	"slices"
)

// span is a range of ids, both ends included.
type span struct{ first, last int64 }

// spans are disjoint ranges in ascending order.
type spans []span

// joined sorts ranges and joins those that touch.
func joined(list []span) spans {
	slices.SortFunc(list, func(a, b span) int { return int(min(max(a.first-b.first, -1), 1)) })
	var out spans
	for _, s := range list {
		if n := len(out); n > 0 && s.first <= out[n-1].last+1 {
			out[n-1].last = max(out[n-1].last, s.last)
			continue
		}
		out = append(out, s)
	}
	return out
}

// overlaps says whether any id of s is in the set.
func (set spans) overlaps(s span) bool {
	i, _ := slices.BinarySearchFunc(set, s.first, func(have span, first int64) int {
		if have.last < first {
			return -1
		}
		return 1
	})
	return i < len(set) && set[i].first <= s.last
}

// footprint is which rows an operation touched and which of them it made, by table.
type footprint struct {
	touched, made map[string]spans
	keys          []reference
}

func newFootprint(v *View, operation int64) (*footprint, error) {
	keys, err := foreignKeys(v, "")
	if err != nil {
		return nil, err
	}
	touched, made := map[string][]span{}, map[string][]span{}
	for c, err := range changesOf(v, operation) {
		if err != nil {
			return nil, err
		}
		touched[c.table] = append(touched[c.table], span{c.first, c.last})
		if c.kind == "insert" {
			made[c.table] = append(made[c.table], span{c.first, c.last})
		}
	}
	f := &footprint{touched: map[string]spans{}, made: map[string]spans{}, keys: keys}
	for table, list := range touched {
		f.touched[table], f.made[table] = joined(list), joined(made[table])
	}
	return f, nil
}

// changesOf yields what an operation did, without old images.
func changesOf(v *View, operation int64) func(func(change, error) bool) {
	return Query(v, func(row Scanner) (c change, err error) {
		err = row.Scan(&c.table, &c.kind, &c.first, &c.last)
		return c, err
	}, `SELECT table_name, kind, first_id, last_id FROM operation_changes WHERE operation_id = ?`, operation)
}

// entangled says whether a later operation touched a row of the footprint, or rows that now refer to one it made.
func (f *footprint) entangled(v *View, later int64) (bool, error) {
	theirs := map[string][]span{}
	for c, err := range changesOf(v, later) {
		if err != nil {
			return false, err
		}
		if f.touched[c.table].overlaps(span{c.first, c.last}) {
			return true, nil
		}
		theirs[c.table] = append(theirs[c.table], span{c.first, c.last})
	}
	for _, k := range f.keys {
		made := f.made[k.parent]
		if len(made) == 0 {
			continue
		}
		query := fmt.Sprintf(`SELECT %[1]s FROM %[2]s WHERE id BETWEEN ? AND ? AND %[1]s BETWEEN ? AND ?`, k.column, k.table)
		for _, s := range joined(theirs[k.table]) {
			for id, err := range Query(v, Scalar[int64], query, s.first, s.last, made[0].first, made[len(made)-1].last) {
				if err != nil || made.overlaps(span{id, id}) {
					return err == nil, err
				}
			}
		}
	}
	return false, nil
}
