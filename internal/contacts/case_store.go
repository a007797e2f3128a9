package contacts

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// CaseQuery chooses cases. The zero value of a field chooses all.
type CaseQuery struct {
	AsOf       dates.Date  // what happened later is not known, and cases of later days are left out; 0 is the end of time
	Days       dates.Range // of the opening
	Customer   int64       // about this client
	Consultant string      // about the consultant with this ref
	Kind       string
	Priority   string
	Handler    string // the ref of who handles it
	Open       bool   // only those that are not closed
	Closed     bool   // only those that are
	Sort       string // one of CaseSortNames, behind "-" from the highest down; "" is open ones first, of these the urgent
	Limit      int    // at most so many; 0 is no limit

	only  int64   // one case
	among []int64 // only these; nil is all
}

// caseSorts are what cases can be sorted by.
var caseSorts = []struct {
	name    string
	compare func(a, b *Case) int
}{
	{"id", func(a, b *Case) int { return cmp.Compare(a.ID, b.ID) }},
	{"person", func(a, b *Case) int { return cmp.Compare(book.Fold(a.Person), book.Fold(b.Person)) }},
	{"kind", func(a, b *Case) int { return cmp.Compare(a.Kind, b.Kind) }},
	{"priority", func(a, b *Case) int { return cmp.Compare(a.urgency(), b.urgency()) }},
	{"status", func(a, b *Case) int { return cmp.Compare(a.Status, b.Status) }},
	{"opened_on", func(a, b *Case) int { return a.OpenedAt.Compare(b.OpenedAt) }},
	{"age_days", func(a, b *Case) int { return cmp.Compare(a.AgeDays, b.AgeDays) }},
	{"handler", func(a, b *Case) int { return cmp.Compare(book.Fold(a.Handler), book.Fold(b.Handler)) }},
}

// CaseSortNames are the columns that cases can be sorted by.
var CaseSortNames = func() (names []string) {
	for _, s := range caseSorts {
		names = append(names, s.name)
	}
	return names
}()

// urgency is how far up its priority is.
func (c *Case) urgency() int { return slices.Index(CasePriorities, c.Priority) }

// ended is 1 for a closed case and 0 for any other.
func (c *Case) ended() int {
	if c.Status == CaseClosed {
		return 1
	}
	return 0
}

// compare says which of two cases comes first.
func (q *CaseQuery) compare(a, b *Case) int {
	name, descending := strings.CutPrefix(q.Sort, "-")
	if name == "" {
		return cmp.Or(cmp.Compare(a.ended(), b.ended()), cmp.Compare(b.urgency(), a.urgency()), a.OpenedAt.Compare(b.OpenedAt), cmp.Compare(a.ID, b.ID))
	}
	at := slices.Index(CaseSortNames, name)
	order := caseSorts[at].compare(a, b)
	if descending {
		order = -order
	}
	return cmp.Or(order, cmp.Compare(a.ID, b.ID))
}

// check refuses what no query can mean.
func (q *CaseQuery) check() error {
	if name := strings.TrimPrefix(q.Sort, "-"); name != "" && !slices.Contains(CaseSortNames, name) {
		return &fault.Error{Kind: fault.Usage, Field: "--sort", Reason: fmt.Sprintf("%q is not one of %s", name, strings.Join(CaseSortNames, ", "))}
	}
	if q.Limit < 0 {
		return fault.New(fault.Usage, fmt.Sprintf("--limit: %d is less than 0", q.Limit), "")
	}
	return nil
}

// where is the condition that the table itself can decide on.
func (q *CaseQuery) where() (string, []any) {
	parts, args := []string{"1"}, []any(nil)
	add := func(given bool, condition string, arg any) {
		if given {
			parts, args = append(parts, condition), append(args, arg)
		}
	}
	add(q.only != 0, `s.id = ?`, q.only)
	add(q.among != nil, `s.id IN (SELECT value FROM json_each(?))`, jsonIDs(q.among))
	add(q.Customer != 0, `s.customer_id = ?`, q.Customer)
	add(q.Consultant != "", `s.consultant_id = (SELECT id FROM consultants WHERE ref = ?)`, q.Consultant)
	add(q.Kind != "", `s.kind = ?`, q.Kind)
	add(q.Priority != "", `s.priority = ?`, q.Priority)
	return strings.Join(parts, " AND "), args
}

// wants says whether the query chooses a case, of which is told what became of it.
func (q *CaseQuery) wants(c *Case) bool {
	return (q.AsOf == 0 || c.OpenedOn <= q.AsOf) && c.OpenedOn >= q.Days.From && (q.Days.To == 0 || c.OpenedOn <= q.Days.To) &&
		(q.Handler == "" || c.HandlerRef == q.Handler) && !(q.Open && c.Status == CaseClosed) && !(q.Closed && c.Status != CaseClosed)
}

// Cases lists the cases a query chooses. An unknown sort name or a limit below 0 is a fault.Usage.
func Cases(v *book.View, q CaseQuery) ([]Case, error) {
	list, err := q.list(v)
	for i := range list {
		if list[i].RefSource == contentRef {
			list[i].Ref, list[i].RefSource = "", ""
		}
	}
	return list, err
}

// list is Cases with the refs that perla made up.
func (q *CaseQuery) list(v *book.View) ([]Case, error) {
	if err := q.check(); err != nil {
		return nil, err
	}
	list, err := q.read(v)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(c Case) bool { return !q.wants(&c) })
	slices.SortFunc(list, func(a, b Case) int { return q.compare(&a, &b) })
	if q.Limit > 0 && len(list) > q.Limit {
		list = list[:q.Limit]
	}
	return list, nil
}

// read reads the cases that the table can tell are wanted, with what became of them.
func (q *CaseQuery) read(v *book.View) (list []Case, err error) {
	where, args := q.where()
	at := map[int64]int{} // by id
	zone := v.Settings().Zone
	err = v.Each(func(r book.Row) error {
		text := func(i int) string { return strings.Clone(r.Text(i)) }
		c := Case{ID: r.Int(0), CustomerID: r.Int(1), ConsultantID: r.Int(2), Person: text(3), Kind: text(4), Topic: text(5), Priority: text(6),
			Channel: text(7), OrderID: r.Int(9), Product: text(10), Ref: text(11), RefSource: text(12), customerKey: text(13), consultantRef: text(14),
			orderKey: text(15), zone: zone}
		var err error
		c.OpenedAt, err = time.Parse(time.RFC3339, r.Text(8))
		at[c.ID], list = len(list), append(list, c)
		return err
	}, `s.id, s.customer_id, s.consultant_id, coalesce(c.name, k.name), s.kind, s.topic, s.priority, s.channel, s.opened_at, s.order_id, p.sku,
		s.ref, s.ref_source, CASE WHEN c.id IS NOT NULL THEN `+KeySQL("c")+` END, k.ref,
		CASE WHEN o.ref IS NULL THEN 'id:' || o.id WHEN o.ref_source = '`+RefSource+`' THEN o.ref ELSE o.ref_source || ':' || o.ref END`,
		`cases s LEFT JOIN customers c ON c.id = s.customer_id LEFT JOIN consultants k ON k.id = s.consultant_id
		LEFT JOIN products p ON p.id = s.product_id LEFT JOIN orders o ON o.id = s.order_id WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	err = v.Each(func(r book.Row) error {
		e := CaseEvent{ID: r.Int(1), Kind: strings.Clone(r.Text(3)), Text: strings.Clone(r.Text(4)), Handler: strings.Clone(r.Text(5)), HandlerRef: strings.Clone(r.Text(6))}
		var err error
		e.At, err = time.Parse(time.RFC3339, r.Text(2))
		c := &list[at[r.Int(0)]]
		c.Events = append(c.Events, e)
		return err
	}, `e.case_id, e.id, e.at, e.kind, e.text, h.name, h.ref`, `cases s JOIN case_events e ON e.case_id = s.id LEFT JOIN consultants h ON h.id = e.handler_id WHERE `+where, args...)
	for i := range list {
		list[i].tell(q.AsOf)
	}
	return list, err
}

// OpenCases are the cases of a client that are not closed at the end of a day, the urgent first.
func OpenCases(v *book.View, customer int64, asOf dates.Date) ([]Case, error) {
	return Cases(v, CaseQuery{AsOf: asOf, Customer: customer, Open: true})
}

// FindCase is the case with an id as it was at the end of a day; a fault.NotFound when there was none.
func FindCase(v *book.View, id int64, asOf dates.Date) (Case, error) {
	list, err := Cases(v, CaseQuery{AsOf: asOf, only: id})
	if err == nil && len(list) == 0 {
		err = &fault.Error{Kind: fault.NotFound, Noun: "case", Key: fmt.Sprint(id), Reason: "there is no such case", Hint: "list them with: perla case list"}
	}
	if err != nil {
		return Case{}, err
	}
	return list[0], nil
}

// CaseStep is a dated step of a case, for timelines: its opening, of the kind "open" with the topic as its text, or an event.
type CaseStep struct {
	Case *Case // as at the end of the day asked about
	CaseEvent
}

// Steps are the opening of a case and its events, as they happened.
func (c *Case) Steps() []CaseStep {
	steps := []CaseStep{{c, CaseEvent{At: c.OpenedAt, Kind: CaseOpen, Text: c.Topic}}}
	for _, e := range c.Events {
		steps = append(steps, CaseStep{c, e})
	}
	return steps
}

// CaseTimeline yields the steps of all cases of a client up to a day, the latest first.
func CaseTimeline(v *book.View, customer int64, asOf dates.Date) iter.Seq2[CaseStep, error] {
	return func(yield func(CaseStep, error) bool) {
		list, err := Cases(v, CaseQuery{AsOf: asOf, Customer: customer})
		if err != nil {
			yield(CaseStep{}, err)
			return
		}
		var steps []CaseStep
		for i := range list {
			steps = append(steps, list[i].Steps()...)
		}
		slices.SortFunc(steps, func(a, b CaseStep) int {
			return cmp.Or(earlier(b.CaseEvent, a.CaseEvent), cmp.Compare(b.Case.ID, a.Case.ID))
		})
		for _, s := range steps {
			if !yield(s, nil) {
				return
			}
		}
	}
}
