package contacts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// Duplicate is two customers who may be one.
type Duplicate struct {
	A, B    Party   // A has the lower id
	Score   float64 // how likely that is, 0 to 0.99, in hundredths
	Strong  bool    // they have an e-mail or a phone in common, and nothing speaks against it
	Reasons string  // what speaks for it, and against it, joined by ", "
}

func (d *Duplicate) strength() int {
	if d.Strong {
		return 1
	}
	return 0
}

// Party is a customer as a pair names her.
type Party struct {
	ID   int64
	Name string
}

// LikelyScore is the least score of what is worth a look.
const LikelyScore = 0.5

// DuplicateOptions say which pairs are wanted.
type DuplicateOptions struct {
	Of       int64   // only those of the customer with this id; 0 for all
	Strong   bool    // only the strong ones
	MinScore float64 // no lower ones
	Limit    int     // the best so many; 0 for all
}

// Duplicates finds the customers who may be one, the best first and among those the strong ones. Archived customers do
// not count, but for the one asked about, nor do pairs that were dismissed.
func Duplicates(v *book.View, o DuplicateOptions) ([]Duplicate, error) {
	people, err := profiles(v, o.Of)
	if err != nil {
		return nil, err
	}
	known, err := dismissedPairs(v) // and those found
	if err != nil {
		return nil, err
	}
	var found []Duplicate
	err = candidates(v.Context(), people, o.Of, func(a, b *profile) {
		l := compare(a, b)
		if ids := [2]int64{a.id, b.id}; l.score >= o.MinScore && (l.strong || !o.Strong) && !known[ids] {
			known[ids] = true
			found = append(found, Duplicate{Party{a.id, a.label}, Party{b.id, b.label}, l.score, l.strong, strings.Join(l.reasons, ", ")})
		}
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b Duplicate) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.strength(), a.strength()), cmp.Compare(a.A.ID, b.A.ID), cmp.Compare(a.B.ID, b.B.ID))
	})
	if o.Limit > 0 {
		found = found[:min(o.Limit, len(found))]
	}
	return found, nil
}
