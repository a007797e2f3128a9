package sheet

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// Sort puts rows in the order of a column, "-name" from the highest down: text by letters, case and accents aside.
// Cells that hold nothing come last either way, and equal ones keep the order they have. An unknown name is a usage fault.
func Sort[T any](cols []Column[T], by string, rows []T) error {
	name, down := strings.CutPrefix(by, "-")
	picked, err := Pick(cols, []string{name})
	if err != nil {
		return err
	}
	keys := make([]sortKey, len(rows))
	for i := range rows {
		keys[i] = sortKey{value: picked[0].Get(&rows[i]), at: i}
		keys[i].value.text = book.Fold(keys[i].value.text)
	}
	slices.SortStableFunc(keys, func(a, b sortKey) int {
		switch {
		case !a.value.set || !b.value.set:
			return cmp.Compare(truth(b.value.set), truth(a.value.set))
		case down:
			return b.value.compare(a.value)
		}
		return a.value.compare(b.value)
	})
	sorted := make([]T, len(rows))
	for i, k := range keys {
		sorted[i] = rows[k.at]
	}
	copy(rows, sorted)
	return nil
}

// sortKey is what a row is sorted by, and where it stood.
type sortKey struct {
	value Value
	at    int
}

// compare orders two cells of one column that both hold something.
func (v Value) compare(w Value) int {
	switch v.kind {
	case TextKind:
		return strings.Compare(v.text, w.text)
	case NumberKind:
		return cmp.Compare(math.Float64frombits(uint64(v.num)), math.Float64frombits(uint64(w.num)))
	case DecimalKind:
		return cmp.Compare(float64(v.num)/math.Pow10(int(v.scale)), float64(w.num)/math.Pow10(int(w.scale)))
	}
	return cmp.Compare(v.num, w.num)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
