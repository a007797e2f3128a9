package contacts

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// caseChange is what a row of a file makes of a case: a new one, or other fields; and events.
type caseChange struct {
	row    *CaseRow
	Case        // as it is to be; its ID is 0 for a new one
	edited bool // a field differs from the book
	added  []CaseEvent
}

// empty says whether there is nothing to write.
func (c *caseChange) empty() bool { return c.ID != 0 && !c.edited && len(c.added) == 0 }

// settle works out what a row makes of a case; have is nil for a new one. What cannot be refuses the row.
func (im *caseImporter) settle(r *CaseRow, have *Case) *caseChange {
	c := &caseChange{row: r, Case: Case{Kind: CaseKinds[0], Priority: CasePriorities[1], zone: im.zone}}
	has := r.Has
	if have != nil {
		c.Case, has = *have, r.Has&^im.options.Never
		c.Events = slices.Clone(have.Events)
	}
	switch {
	case have == nil && im.options.Mode == UpdateOnly:
		im.refuse(r, CaseRef, "the book has no such case (--mode update)")
	case have != nil && im.options.Mode == CreateOnly:
		im.refuse(r, CaseRef, "the book has this case already (--mode create)")
	case have == nil && r.customer == 0 && r.Consultant == "":
		im.refuse(r, CaseCustomer, "a new case needs a customer or a consultant")
	case have == nil && r.Topic == "":
		im.refuse(r, CaseTopic, "a new case needs a topic")
	case have == nil && r.Opened.At.IsZero():
		im.refuse(r, CaseOpened, "a new case needs the moment it was opened at")
	case have != nil && has&CaseCustomer != 0 && r.customer != have.CustomerID:
		im.refuse(r, CaseCustomer, fmt.Sprintf("case %d is of %s, and does not go to somebody else", have.ID, have.Person))
	case have != nil && has&CaseConsultant != 0 && r.Consultant != have.consultantRef:
		im.refuse(r, CaseConsultant, fmt.Sprintf("case %d is of %s, and does not go to somebody else", have.ID, have.Person))
	default:
		im.setFields(c, has)
		im.addEvents(c, has)
	}
	if !r.Bad && !c.empty() && im.customers.Erased(c.CustomerID) {
		im.refuse(r, CaseCustomer, "is somebody whose data were erased: nothing new is written of her")
	}
	return c
}

// setFields takes the fields that a row gives.
func (im *caseImporter) setFields(c *caseChange, has CaseFields) {
	r := c.row
	if c.ID == 0 {
		c.Ref, c.RefSource, c.CustomerID, c.consultantRef, c.edited = r.Ref, r.RefSource, r.customer, r.Consultant, true
	}
	for _, f := range []struct {
		field    CaseFields
		to, from *string
	}{{CaseKind, &c.Kind, &r.Kind}, {CaseTopic, &c.Topic, &r.Topic}, {CasePriority, &c.Priority, &r.Priority},
		{CaseChannel, &c.Channel, &r.Channel}, {CaseProduct, &c.Product, &r.Product}} {
		if has&f.field != 0 && *f.to != *f.from {
			*f.to, c.edited = *f.from, true
		}
	}
	if has&CaseOrder != 0 && c.OrderID != r.order {
		c.OrderID, c.edited = r.order, true
	}
	if has&CaseOpened == 0 || r.Opened.is(c.OpenedAt, im.zone) {
		return
	}
	c.OpenedAt, c.edited = im.openedAt(c), true
	if len(c.Events) > 0 && c.Events[0].At.Before(c.OpenedAt) {
		im.refuse(r, CaseOpened, fmt.Sprintf("%s at %s was before", caseVerb(c.Events[0].Kind), c.clock(c.Events[0].At)))
	}
}

// openedAt is the moment a row says that the case was opened at. One who tells the day alone means its noon, but nothing
// later than now, nor than what is known to have become of the case that day.
func (im *caseImporter) openedAt(c *caseChange) time.Time {
	opened, day := c.row.Opened.At, dates.Of(c.row.Opened.At, im.zone)
	if !c.row.Opened.Day {
		return opened
	}
	known := []time.Time{im.now}
	for _, m := range []Instant{c.row.Responded, c.row.Closed} {
		if !m.Day && !m.At.IsZero() {
			known = append(known, m.At)
		}
	}
	if len(c.Events) > 0 {
		known = append(known, c.Events[0].At)
	}
	for _, at := range known {
		if at.Before(opened) && dates.Of(at, im.zone) == day {
			opened = at
		}
	}
	return opened
}

// addEvents adds what the row says became of the case and the book does not know yet. Who handles a new case did so from
// its opening, and there it was noted; of one in the book it is known since now, or since the end that the row tells.
func (im *caseImporter) addEvents(c *caseChange, has CaseFields) {
	r := c.row
	c.tell(0)
	since := c.OpenedAt
	if c.ID != 0 {
		since = im.now
	}
	ends := has&CaseClosedAt != 0 && !c.happened(CaseClose, r.Closed)
	if has&CaseHandler != 0 && r.Handler != c.HandlerRef {
		at := since
		if ends && at.After(r.Closed.At) {
			at = im.momentOf(c, r.Closed)
		}
		im.add(c, CaseHandler, CaseEvent{Kind: CaseAssign, At: at, HandlerRef: r.Handler})
	}
	if text := missingLines(r.Notes, c.said(remarks)); has&CaseNotes != 0 && text != "" {
		im.add(c, CaseNotes, CaseEvent{Kind: CaseNote, At: since, Text: text})
	}
	im.addResponse(c, has)
	if ends {
		im.add(c, CaseClosedAt, CaseEvent{Kind: CaseClose, At: im.momentOf(c, r.Closed)})
	}
	if r.Status == CaseClosed && r.Closed.At.IsZero() && c.Status != CaseClosed {
		im.refuse(r, CaseStatus, "it is closed, but closed_at does not say when")
	}
}

// addResponse adds the response of a row. What was said more than the book knows was said at the moment of the row, or
// else at that of the first response.
func (im *caseImporter) addResponse(c *caseChange, has CaseFields) {
	r, text := c.row, ""
	if has&CaseResponseText != 0 {
		text = missingLines(r.Response, c.said(responses))
	}
	e := CaseEvent{Kind: CaseResponse, Text: text}
	first := slices.IndexFunc(c.Events, func(e CaseEvent) bool { return e.Kind == CaseResponse })
	switch {
	case has&CaseResponded != 0 && !c.happened(CaseResponse, r.Responded):
		e.At = im.momentOf(c, r.Responded)
	case text == "":
		return
	case first < 0:
		im.refuse(r, CaseResponseText, "responded_at does not say when")
		return
	default:
		e.At = c.Events[first].At
	}
	im.add(c, CaseResponded, e)
}

// happened says whether the case has an event of a kind at a moment.
func (c *caseChange) happened(kind string, m Instant) bool {
	return slices.ContainsFunc(c.Events, func(e CaseEvent) bool { return e.Kind == kind && m.is(e.At, c.zone) })
}

// momentOf is the instant of an event. One who tells the day alone means its noon, but nothing later than now, and nothing
// earlier than what is known of the case that day.
func (im *caseImporter) momentOf(c *caseChange, m Instant) time.Time {
	at := m.At
	if m.Day && at.After(im.now) {
		at = im.now
	}
	if last := c.LastOf(dates.Of(m.At, im.zone)); m.Day && at.Before(last) {
		at = last
	}
	return at
}

// add adds an event to a change if the moves of cases allow it; else the row is refused for what a column says.
func (im *caseImporter) add(c *caseChange, f CaseFields, e CaseEvent) {
	if c.row.Bad {
		return
	}
	if err := c.refuse(e); err != nil {
		im.refuse(c.row, f, whyNot(err))
		return
	}
	e.ID = unwritten - rowEvents + int64(len(c.added))
	c.added, c.Events = append(c.added, e), append(c.Events, e)
}

// rowEvents is more than the events a row can add.
const rowEvents = 8

// missingLines are the lines of a text that stand in none of the texts known already, each as often as it is missing.
func missingLines(text string, known []string) string {
	if len(known) == 0 {
		return text
	}
	have := map[string]int{}
	for _, t := range known {
		for line := range strings.Lines(t) {
			have[strings.TrimSpace(line)]++
		}
	}
	var missing []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if have[line]--; have[line] < 0 && line != "" {
			missing = append(missing, line)
		}
	}
	return strings.Join(missing, "\n")
}

// caseColumns are the columns of cases that an import writes, after the id.
var caseColumns = []string{"ref", "ref_source", "customer_id", "consultant_id", "kind", "topic", "priority", "channel", "opened_at", "order_id", "product_id"}

// write writes changes and counts them.
func (im *caseImporter) write(changes []*caseChange) error {
	next, err := im.tx.NextID("cases")
	if err != nil {
		return err
	}
	var news, edits [][]any // rows of caseColumns behind the id
	var events [][]any
	for _, c := range changes {
		id := c.ID
		if id == 0 {
			id = next + int64(len(news))
			im.tally.Created++
		} else {
			im.tally.Updated++
		}
		if c.edited {
			row, err := im.stored(c, id)
			if err != nil {
				return err
			}
			if c.ID == 0 {
				news = append(news, row)
			} else {
				edits = append(edits, row)
			}
		}
		for _, e := range c.added {
			handler, err := im.options.Consultant(e.HandlerRef)
			if err != nil {
				return err
			}
			events = append(events, []any{id, instantText(e.At), e.Kind, orNull(e.Text), idOrNull(handler)})
		}
	}
	return im.store(news, edits, events)
}

// stored is a case as the table has it. A case that had no ref is known by that of its row from now on.
func (im *caseImporter) stored(c *caseChange, id int64) ([]any, error) {
	consultant, err := im.options.Consultant(c.consultantRef)
	if err != nil {
		return nil, err
	}
	product, err := im.options.Product(c.Product)
	if err != nil {
		return nil, err
	}
	if c.Ref == "" {
		c.Ref, c.RefSource = c.row.Ref, c.row.RefSource
	}
	return []any{id, c.Ref, c.RefSource, idOrNull(c.CustomerID), idOrNull(consultant), c.Kind, c.Topic, c.Priority, orNull(c.Channel),
		instantText(c.OpenedAt), idOrNull(c.OrderID), idOrNull(product)}, nil
}

// store hands rows to the tables.
func (im *caseImporter) store(news, edits, events [][]any) (err error) {
	if im.cases == nil {
		if im.cases, err = im.tx.NewFeed(append([]string{"id"}, caseColumns...)...); err != nil {
			return err
		}
		if im.events, err = im.tx.NewFeed("case_id", "at", "kind", "text", "handler_id"); err != nil {
			return err
		}
	}
	names := strings.Join(caseColumns, ", ")
	for _, part := range []struct {
		feed  *book.Feed
		rows  [][]any
		query string
	}{
		{im.cases, news, `INSERT INTO cases (id, ` + names + `) SELECT id, ` + names + ` FROM temp.` + im.cases.Name},
		{im.cases, edits, `UPDATE cases SET (` + names + `) = (f.` + strings.Join(caseColumns, ", f.") + `) FROM temp.` + im.cases.Name + ` f WHERE cases.id = f.id`},
		{im.events, events, `INSERT INTO case_events (case_id, at, kind, text, handler_id) SELECT case_id, at, kind, text, handler_id FROM temp.` + im.events.Name},
	} {
		if len(part.rows) == 0 {
			continue
		}
		part.feed.Load(len(part.rows), func(row, column int) any { return part.rows[row][column] })
		if _, err := im.tx.Exec(part.query); err != nil {
			return err
		}
	}
	return nil
}
