package loyalty

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Adjust gives or, below 0, takes points on a day, 0 for today, for a reason that is not empty. Points given are usable at
// once and expire as the programme has it; of points taken that are not there the programme's shortfall policy says what
// becomes, and where nothing at all can be taken that is a fault.Conflict.
func Adjust(tx *book.Tx, a Account, points int64, on dates.Date, reason string) (Entry, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Entry{}, err
	}
	if err := wantPoints(max(points, -points)); err != nil {
		return Entry{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return Entry{}, fault.New(fault.Usage, "an adjustment needs a reason", `say why: --reason "a present for her patience"`)
	}
	p := []Posting{{Account: a, Kind: EntryAdjust, Points: points, On: on, Reason: reason}}
	if points > 0 {
		s, err := SettingsAt(tx.View, a.Programme(), on)
		if err != nil {
			return Entry{}, err
		}
		p[0].ExpiresOn = s.Expiry.After(on)
	}
	if err := post(tx, p); err != nil {
		return Entry{}, err
	}
	if p[0].ID == 0 {
		people, err := People(tx.View, a.Programme(), a.id())
		if err != nil {
			return Entry{}, err
		}
		return Entry{}, &fault.Error{Kind: fault.Conflict, Noun: "points", Reason: fmt.Sprintf("not enough: %s has none of the %d asked for, and the programme of %s owes none", people[a.id()].Name, -points, a.Programme()),
			Hint: "see what there is with: perla points balance " + a.selector()}
	}
	return p[0].entry(), nil
}

// Settle pays what an account owes with the points it has, as after each entry. A merge of two accounts, one with points
// and one with debt, leaves both in one.
func Settle(tx *book.Tx, a Account) error {
	l, err := newLedger(tx)
	if err == nil {
		err = l.read(a)
	}
	if err != nil {
		return err
	}
	l.settle(a)
	return l.flush()
}
