package loyalty

import (
	"fmt"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Opening is points that somebody brings along from another system.
type Opening struct {
	Line      int // where it stands in its file, for messages
	Account   Account
	Points    int64
	On        dates.Date // from when they are hers; 0 is today
	ExpiresOn dates.Date // the last day they are usable; 0 is as the programme has it
	Ref       string     // its key in that system; "" makes one of the account and the days
	RefSource string     // that system
	Reason    string
}

// openingSource is where refs are from that Open makes itself.
const openingSource = "opening"

// Opened counts what Open did.
type Opened struct {
	Added, Unchanged int
	Points           int64 // added
}

// OpeningProblem is why an opening balance is not posted.
type OpeningProblem struct {
	Opening       Opening
	Field, Reason string
}

// Open posts opening balances, as adjustments. One whose ref the book has already is left alone, so that a file can be read
// again; one that says something else under the same ref is a problem, since entries are never changed. Problems are told
// and the rest is posted.
func Open(tx *book.Tx, rows []Opening, problem func(OpeningProblem)) (done Opened, err error) {
	settings := map[openingDay]Settings{}
	known := map[[2]string]Posting{} // by ref and its source
	var postings []Posting
	for _, o := range rows {
		p, field, reason, err := o.posting(tx, settings)
		if err != nil {
			return done, err
		}
		key := [2]string{p.Ref, p.RefSource}
		have, found := known[key]
		if !found && reason == "" {
			if have, found, err = book.One(tx.View, scanOpened, `SELECT ifnull(customer_id, 0), ifnull(consultant_id, 0), points, effective_on, ifnull(expires_on, '')
				FROM point_entries WHERE ref = ? AND ref_source = ?`, p.Ref, p.RefSource); err != nil {
				return done, err
			}
		}
		switch {
		case reason != "":
			problem(OpeningProblem{o, field, reason})
		case !found:
			known[key], postings = p, append(postings, p)
			done.Added++
			done.Points += p.Points
		case have.Account == p.Account && have.Points == p.Points && have.On == p.On && (have.ExpiresOn == p.ExpiresOn || o.ExpiresOn == 0):
			done.Unchanged++
		default:
			problem(OpeningProblem{o, "ref", fmt.Sprintf("the ref %s stands for %d points of %s of %s already: adjust the points", p.Ref, have.Points, have.On, have.Account.noun())})
		}
	}
	return done, post(tx, postings)
}

// openingDay is a programme on a day, whose settings are read once.
type openingDay struct {
	programme string
	on        dates.Date
}

// posting is what an opening balance is to be, or which field is the reason why it cannot be.
func (o *Opening) posting(tx *book.Tx, settings map[openingDay]Settings) (p Posting, field, reason string, err error) {
	on, err := pastDay(tx, o.On)
	if err != nil {
		return p, "earned_on", err.Error(), nil
	}
	if err := wantPoints(o.Points); err != nil {
		return p, "points", err.Error(), nil
	}
	p = Posting{Account: o.Account, Kind: EntryAdjust, Points: o.Points, On: on, ExpiresOn: o.ExpiresOn, Ref: o.Ref, RefSource: o.RefSource, Reason: o.Reason}
	if p.Reason == "" {
		p.Reason = "opening balance"
	}
	if p.Ref == "" {
		// Two rows of one account are two lots only when their days differ.
		p.Ref, p.RefSource = fmt.Sprintf("%s %s", o.Account.noun(), on), openingSource
		if o.ExpiresOn != 0 {
			p.Ref += " " + o.ExpiresOn.String()
		}
	}
	if p.ExpiresOn == 0 {
		at := openingDay{o.Account.Programme(), on}
		s, read := settings[at]
		if !read {
			if s, err = SettingsAt(tx.View, at.programme, on); err != nil {
				return p, "", "", err
			}
			settings[at] = s
		}
		p.ExpiresOn = s.Expiry.After(on)
	}
	if p.ExpiresOn != 0 && p.ExpiresOn < on {
		field, reason = "expires_on", fmt.Sprintf("expires on %s, before its day %s", p.ExpiresOn, on)
	}
	return p, field, reason, nil
}

func scanOpened(row book.Scanner) (p Posting, err error) {
	var on, expires string
	err = row.Scan(&p.Account.Customer, &p.Account.Consultant, &p.Points, &on, &expires)
	p.On, p.ExpiresOn = dayOf(on), dayOf(expires)
	return p, err
}

// noun names an account in a message: customer 7.
func (a Account) noun() string {
	if a.Consultant != 0 {
		return fmt.Sprintf("consultant %d", a.Consultant)
	}
	return fmt.Sprintf("customer %d", a.Customer)
}
