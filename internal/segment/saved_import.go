package segment

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Row is a row of a file of segments.
type Row struct {
	Line int
	Bad  bool // it is counted and left out
	Saved
}

// Tally counts what Import did.
type Tally struct{ Created, Updated, Unchanged int64 }

// Import makes segments what the rows say, known by name. They may name each other in any order. Rows that cannot be are
// told and left out, and so are those made of them.
func Import(tx *book.Tx, rows []Row, refuse func(line int, field, reason string)) (done Tally, err error) {
	list, err := List(tx.View)
	if err != nil {
		return done, err
	}
	good, err := possible(tx, list, rows, refuse)
	if err != nil {
		return done, err
	}
	for _, r := range good {
		old, found := named(list, r.Name)
		s, err := save(tx, r.Saved, true, false)
		if err != nil {
			return done, err
		}
		switch {
		case !found:
			done.Created++
		case s == old:
			done.Unchanged++
		default:
			done.Updated++
		}
	}
	return done, nil
}

func named(list []Saved, name string) (Saved, bool) {
	i := slices.IndexFunc(list, func(s Saved) bool { return book.Fold(s.Name) == book.Fold(name) })
	if i < 0 {
		return Saved{}, false
	}
	return list[i], true
}

// possible are the rows that can be saved beside the segments there are and each other: what is left when no more have to
// be refused.
func possible(tx *book.Tx, list []Saved, rows []Row, refuse func(line int, field, reason string)) (good []Row, err error) {
	lines := map[string]int{}
	for _, r := range rows {
		key := book.Fold(r.Name)
		e := checkName(strings.Join(strings.Fields(r.Name), " "))
		switch line := lines[key]; {
		case r.Bad:
		case e != nil:
			refuse(r.Line, "name", reasonAlone(e))
		case line != 0:
			refuse(r.Line, "name", fmt.Sprintf("%s is on line %d already", r.Name, line))
		default:
			lines[key] = r.Line
			good = append(good, r)
		}
	}
	for {
		all := slices.DeleteFunc(slices.Clone(list), func(s Saved) bool {
			return slices.ContainsFunc(good, func(r Row) bool { return book.Fold(r.Name) == book.Fold(s.Name) })
		})
		for _, r := range good {
			all = append(all, r.Saved)
		}
		var kept []Row
		for _, r := range good {
			err := prove(tx.View, all, r.Saved)
			var e *fault.Error
			switch {
			case err == nil:
				kept = append(kept, r)
			case errors.As(err, &e) && (e.Kind == fault.Usage || e.Kind == fault.NotFound || e.Kind == fault.Conflict || e.Kind == fault.Ambiguous):
				reason := strings.TrimPrefix(strings.TrimSpace(strings.TrimPrefix(e.Key, r.Name))+": "+e.Reason, ": ")
				if strings.HasPrefix(e.Hint, "did you mean") {
					reason += "; " + e.Hint
				}
				refuse(r.Line, "filter", reason)
			default:
				return nil, err
			}
		}
		if len(kept) == len(good) {
			return kept, nil
		}
		good = kept
	}
}

// reasonAlone is why, without of what.
func reasonAlone(err error) string {
	var e *fault.Error
	if errors.As(err, &e) {
		return e.Reason
	}
	return err.Error()
}
