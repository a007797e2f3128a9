package loyalty

import (
	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Transfer gives usable points of one account to another of the same programme on a day, 0 for today. They keep the days
// on which they expire: each lot they come from makes one there, usable at once. The entries that come in name in Reverses
// the one that went out, which is given. Fewer points than asked for are a fault.Conflict, as in Redeem.
func Transfer(tx *book.Tx, from, to Account, points int64, on dates.Date, reason string) (Entry, error) {
	on, err := pastDay(tx, on)
	if err != nil {
		return Entry{}, err
	}
	if err := wantPoints(points); err != nil {
		return Entry{}, err
	}
	switch {
	case from == to:
		return Entry{}, fault.New(fault.Usage, "points are transferred to somebody else", "")
	case from.Programme() != to.Programme():
		return Entry{}, fault.New(fault.Usage, "the points of clients and those of consultants are not the same", "transfer points to another of the same programme")
	}
	l, err := newLedger(tx)
	if err == nil {
		err = l.read(from, to)
	}
	if err != nil {
		return Entry{}, err
	}
	out := Posting{Account: from, Kind: EntryTransfer, Points: -points, On: on, Reason: reason}
	parts, err := l.spend(&out)
	if err != nil {
		return Entry{}, err
	}
	for _, part := range parts {
		in := Posting{Account: to, Kind: EntryTransfer, Points: part.points, On: on, ExpiresOn: part.lot.expires, Reverses: out.ID, Reason: reason}
		if err := l.open(&in); err != nil {
			return Entry{}, err
		}
	}
	return out.entry(), l.flush()
}
