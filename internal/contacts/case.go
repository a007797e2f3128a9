package contacts

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// The words that cases are limited to. Priorities ascend.
var (
	CaseKinds      = []string{"request", "complaint"}
	CasePriorities = []string{"low", "normal", "high", "urgent"}
)

// The statuses of a case: nobody has responded since it was opened or reopened; somebody has; it has ended.
const (
	CaseOpen     = "open"
	CaseAnswered = "answered"
	CaseClosed   = "closed"
)

// What may become of a case: a note among ourselves, a response to whom it is about, somebody to handle it from now on, its
// end, its reopening.
const (
	CaseNote     = "note"
	CaseResponse = "response"
	CaseAssign   = "assign"
	CaseClose    = "close"
	CaseReopen   = "reopen"
)

// caseMoves is all that may happen to a case in each status, and the status after it.
var caseMoves = map[string]map[string]string{
	CaseOpen:     {CaseNote: CaseOpen, CaseResponse: CaseAnswered, CaseAssign: CaseOpen, CaseClose: CaseClosed},
	CaseAnswered: {CaseNote: CaseAnswered, CaseResponse: CaseAnswered, CaseAssign: CaseAnswered, CaseClose: CaseClosed},
	CaseClosed:   {CaseNote: CaseClosed, CaseReopen: CaseOpen},
}

// Case is a request or complaint of a client or of a consultant, with what its events up to some day make of it.
type Case struct {
	ID           int64
	Ref          string // its key in another system; "" when it has none
	RefSource    string // that system
	CustomerID   int64  // of the client it is about; 0 for a consultant's
	ConsultantID int64  // of the consultant it is about; 0 for a client's
	Person       string
	Kind         string // one of CaseKinds
	Topic        string
	Priority     string // one of CasePriorities
	Channel      string // by which it came; may be empty
	OpenedAt     time.Time
	OrderID      int64
	Product      string // its sku

	Status      string
	OpenedOn    dates.Date  // by the book's clock
	AgeDays     int         // since then, up to the day asked about or to its end
	Handler     string      // the name of who handles it
	HandlerRef  string      // and the ref
	RespondedAt time.Time   // of the first response, or of its end without one; zero while there is none
	ClosedAt    time.Time   // of its last end; zero unless it is closed
	Events      []CaseEvent // as they happened

	zone                                 *time.Location
	customerKey, consultantRef, orderKey string // how a file names them
}

// CaseEvent is something that became of a case.
type CaseEvent struct {
	ID         int64
	At         time.Time
	Kind       string
	Text       string
	HandlerID  int64 // who handles it from now on, in an assignment to be written
	Handler    string
	HandlerRef string
}

// tell works out what the events up to a day, in any order, make of the case, and drops those of later days; the day 0 is
// the end of time. Events of one instant count in the order of their ids. One that the moves do not allow changes nothing.
func (c *Case) tell(asOf dates.Date) {
	if asOf != 0 {
		c.Events = slices.DeleteFunc(c.Events, func(e CaseEvent) bool { return dates.Of(e.At, c.zone) > asOf })
	}
	slices.SortFunc(c.Events, earlier)
	c.Status, c.Handler, c.HandlerRef, c.RespondedAt, c.ClosedAt = CaseOpen, "", "", time.Time{}, time.Time{}
	for _, e := range c.Events {
		next, legal := caseMoves[c.Status][e.Kind]
		if !legal {
			continue
		}
		c.Status = next
		switch e.Kind {
		case CaseAssign:
			c.Handler, c.HandlerRef = e.Handler, e.HandlerRef
		case CaseReopen:
			c.ClosedAt = time.Time{}
		case CaseClose:
			c.ClosedAt = e.At
		}
		if c.RespondedAt.IsZero() && (e.Kind == CaseResponse || e.Kind == CaseClose) {
			c.RespondedAt = e.At
		}
	}
	c.OpenedOn = dates.Of(c.OpenedAt, c.zone)
	if end := dates.Of(c.ClosedAt, c.zone); !c.ClosedAt.IsZero() {
		asOf = end
	}
	c.AgeDays = int(asOf - c.OpenedOn)
}

// LastOf is the last instant of a day, by the book's clock, at which something is known of the case; zero for none.
func (c *Case) LastOf(day dates.Date) (last time.Time) {
	for _, step := range c.Steps() {
		if dates.Of(step.At, c.zone) == day {
			last = step.At
		}
	}
	return last
}

// earlier orders events as they happened.
func earlier(a, b CaseEvent) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) }

// unwritten is the id of an event that is about to be written: the last of its instant.
const unwritten = math.MaxInt64

// refuse says why an event that is about to be written cannot have happened: the case was not open yet, its status did
// not allow it, or what is known to have happened later could not have followed.
func (c *Case) refuse(e CaseEvent) error {
	fail := func(kind fault.Kind, hint, reason string, args ...any) error {
		return &fault.Error{Kind: kind, Noun: "case", Key: fmt.Sprint(c.ID), Reason: fmt.Sprintf(reason, args...), Hint: hint}
	}
	if e.At.Before(c.OpenedAt) {
		return fail(fault.Usage, "say a later --at, or none for now", "it was opened at %s, and %s was before", c.clock(c.OpenedAt), c.clock(e.At))
	}
	e.ID = unwritten
	status, since := CaseOpen, c.OpenedAt
	events := append(slices.Clone(c.Events), e)
	slices.SortFunc(events, earlier)
	for _, next := range events {
		after, legal := caseMoves[status][next.Kind]
		switch {
		case legal && after != status:
			status, since = after, next.At
		case legal || next.ID != unwritten && earlier(next, e) < 0:
		case next.ID == unwritten:
			return fail(fault.Conflict, fmt.Sprintf("possible now: perla case %s %d", strings.Join(caseVerbs(status), "|"), c.ID),
				"it is %s (since %s): %s is not possible", status, c.clock(since), caseVerb(next.Kind))
		default:
			return fail(fault.Conflict, "say a later --at, or none for now", "%s at %s is not possible before %s at %s",
				caseVerb(e.Kind), c.clock(e.At), caseVerb(next.Kind), c.clock(next.At))
		}
	}
	return nil
}

// clockForm is how people write an instant.
const clockForm = "2006-01-02 15:04"

// clock writes an instant of the case by the book's clock.
func (c *Case) clock(at time.Time) string { return at.In(c.zone).Format(clockForm) }

// caseVerbs are the verbs for what may happen to a case in a status.
func caseVerbs(status string) (verbs []string) {
	for kind := range caseMoves[status] {
		verbs = append(verbs, caseVerb(kind))
	}
	slices.Sort(verbs)
	return verbs
}

// caseVerb is the word of the command that makes an event.
func caseVerb(kind string) string {
	if kind == CaseResponse {
		return "respond"
	}
	return kind
}

// FirstResponse is how long whom it is about waited for a response, or for its end without one; ok is false while waiting.
func (c *Case) FirstResponse() (d time.Duration, ok bool) {
	return c.RespondedAt.Sub(c.OpenedAt), !c.RespondedAt.IsZero()
}

// Resolution is how long it took until its last end; ok is false unless it is closed.
func (c *Case) Resolution() (d time.Duration, ok bool) {
	return c.ClosedAt.Sub(c.OpenedAt), !c.ClosedAt.IsZero()
}
