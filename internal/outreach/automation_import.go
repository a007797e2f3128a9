package outreach

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// AutomationRow is a row of a file of automations.
type AutomationRow struct {
	Line int
	Bad  bool // it is counted and left out
	Automation
	DaysGiven bool // else they are those of the trigger
}

// AutomationTally counts what ImportAutomations did.
type AutomationTally struct{ Created, Updated, Unchanged int64 }

// ImportAutomations makes automations what the rows say, known by code; a row says all of one. Those that cannot be are
// told and left out.
func ImportAutomations(tx *book.Tx, rows []AutomationRow, refuse func(line int, field, reason string)) (done AutomationTally, err error) {
	lines := map[string]int{}
	for _, r := range rows {
		if r.Bad {
			continue
		}
		code, err := codeOf(r.Code)
		if line := lines[code]; err == nil && line != 0 {
			refuse(r.Line, "code", fmt.Sprintf("%s is on line %d already", code, line))
			continue
		}
		r.Code, lines[code] = cmp.Or(code, r.Code), r.Line
		if t, _ := triggerOf(r.Trigger); !r.DaysGiven {
			r.Days = max(t.Days, 0)
		}
		count, err := importAutomation(tx, r.Automation, &done)
		var known *fault.Error
		switch {
		case err == nil:
			*count++
		case errors.As(err, &known) && (known.Kind == fault.Usage || known.Kind == fault.NotFound || known.Kind == fault.Conflict || known.Kind == fault.Rejected):
			field := known.Field
			if known.Noun != "automation" {
				field = known.Noun
			}
			reason := known.Reason
			if strings.HasPrefix(known.Hint, "did you mean") {
				reason += "; " + known.Hint
			}
			refuse(r.Line, field, reason)
		default:
			return done, err
		}
	}
	return done, nil
}

// importAutomation writes one and gives the count it belongs to.
func importAutomation(tx *book.Tx, a Automation, done *AutomationTally) (*int64, error) {
	old, err := FindAutomation(tx.View, a.Code)
	if fault.KindOf(err) == fault.NotFound {
		_, err = AddAutomation(tx, a)
		return &done.Created, err
	}
	if err != nil {
		return nil, err
	}
	a.ID, a.Code = old.ID, old.Code
	if a.ActiveFrom.IsZero() {
		a.ActiveFrom = old.ActiveFrom
	}
	now, err := EditAutomation(tx, a)
	if now == old {
		return &done.Unchanged, err
	}
	return &done.Updated, err
}
