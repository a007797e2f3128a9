package contacts

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// CaseOptions of ImportCases.
type CaseOptions struct {
	Source     string                          // the system refs come from, unless a row says otherwise
	Mode       Mode                            // what may be done
	Never      CaseFields                      // fields of a case in the book that are never overwritten, nor added to
	Known      bool                            // refuse unknown customers instead of making them
	Consultant func(ref string) (int64, error) // finds or makes a consultant; 0 for ""
	Product    func(sku string) (int64, error) // finds or makes a product; 0 for ""
}

// CaseTally counts what ImportCases did, in rows, and the customers it made on the way.
type CaseTally struct {
	Tally
	Customers int64
}

// ImportCases writes the cases of a file and what became of them, batch by batch; rows with the same ref must come in one
// batch. It is idempotent: a case is known by its ref within its source, one without a ref by whom it is about, its topic
// and when it was opened, and how many times the file said so before. What a file says of a case in the book is written
// where it differs, and what became of it is added to, never removed. Rows it refuses are reported and left out.
func ImportCases(tx *book.Tx, batches iter.Seq[[]CaseRow], o CaseOptions, report func(Problem)) (CaseTally, error) {
	if o.Source == contentRef {
		return CaseTally{}, &fault.Error{Kind: fault.Usage, Field: "--source", Reason: contentRef + " is what perla calls cases without a ref",
			Hint: "choose another name"}
	}
	im := &caseImporter{tx: tx, options: o, report: report, now: tx.Now().Truncate(time.Second), zone: tx.Settings().Zone,
		seen: map[string]int64{}, orders: map[string]foundOrder{}, nameless: map[string]int64{}}
	nameless, err := namelessCases(tx.View)
	if err != nil {
		return CaseTally{}, err
	}
	for id, ref := range nameless {
		im.nameless[ref] = id
	}
	if im.customers, err = NewResolver(tx, o.Source, o.Known); err != nil {
		return CaseTally{}, err
	}
	for rows := range batches {
		if err := im.batch(rows); err != nil {
			return im.tally, err
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	im.tally.Customers = im.customers.Made()
	return im.tally, nil
}

// caseImporter is the state of one ImportCases.
type caseImporter struct {
	tx        *book.Tx
	options   CaseOptions
	report    func(Problem)
	tally     CaseTally
	now       time.Time
	zone      *time.Location
	customers *Resolver
	orders    map[string]foundOrder // by cell
	seen      map[string]int64      // how often each content came, for rows without a ref
	nameless  map[string]int64      // cases of the book that have no ref, by the one their content makes

	rows          []*CaseRow      // of the batch: those not refused
	ids           []int64         // of these rows in the book, 0 for new ones
	have          map[int64]*Case // what the book has
	refs          *book.Feed
	cases, events *book.Feed
}

// foundOrder is the order that a cell names, or why it names none.
type foundOrder struct {
	id      int64
	problem string
}

// batch writes one batch.
func (im *caseImporter) batch(rows []CaseRow) error {
	im.prepare(rows)
	for _, step := range []func() error{im.resolve, im.match} {
		if err := step(); err != nil {
			return err
		}
	}
	var changes []*caseChange
	for i, r := range im.rows {
		c := im.settle(r, im.have[im.ids[i]])
		switch {
		case r.Bad:
		case c.empty():
			im.tally.Unchanged++
		default:
			changes = append(changes, c)
		}
	}
	return im.write(changes)
}

func (im *caseImporter) refuse(r *CaseRow, f CaseFields, reason string) {
	r.Bad = true
	im.report(Problem{Line: r.Line, Field: f.Name(), Reason: reason})
}

// prepare gives every row the ref it is known by and refuses those that cannot be.
func (im *caseImporter) prepare(rows []CaseRow) {
	type key struct{ ref, source string }
	first := map[key]int{} // the line on which a ref of the batch came first
	im.rows = im.rows[:0]
	for i := range rows {
		r := &rows[i]
		if r.Bad {
			continue
		}
		im.name(r)
		k := key{r.Ref, r.RefSource}
		line, again := first[k]
		switch late := im.future(r); {
		case late != 0:
			im.refuse(r, late, "lies in the future")
		case r.Customer != "" && r.Consultant != "":
			im.refuse(r, CaseConsultant, "a case is of a customer or of a consultant, not of both")
		case r.Status == CaseOpen && !r.Closed.At.IsZero():
			im.refuse(r, CaseClosedAt, "the status says that it is not closed")
		case again:
			im.refuse(r, CaseRef, fmt.Sprintf("the row on line %d has the same ref", line))
		default:
			first[k], im.rows = r.Line, append(im.rows, r)
		}
	}
}

// future is the first moment of a row that is still to come; 0 for none.
func (im *caseImporter) future(r *CaseRow) CaseFields {
	for _, f := range []struct {
		field CaseFields
		Instant
	}{{CaseOpened, r.Opened}, {CaseResponded, r.Responded}, {CaseClosedAt, r.Closed}} {
		if f.At.After(im.now) && !f.is(im.now, im.zone) {
			return f.field
		}
	}
	return 0
}

// name completes the ref of a row: one without is known by its content.
func (im *caseImporter) name(r *CaseRow) {
	switch {
	case r.Ref == "":
		opened := instantText(r.Opened.At)
		if r.Opened.Day {
			opened = r.Opened.At.Format(time.DateOnly)
		}
		content := contentHash(caseContent(r.Customer, r.Consultant, r.Topic, opened))
		im.seen[content]++
		r.Ref, r.RefSource = fmt.Sprintf("%s-%d", content, im.seen[content]), contentRef
	case r.RefSource == "":
		r.RefSource = im.options.Source
	}
}

// caseContent is what a case without a ref is known by: what will not change any more as it is dealt with.
func caseContent(customer, consultant, topic, opened string) []byte {
	return []byte(strings.Join([]string{"case", customer, consultant, topic, opened}, "\x00"))
}

// namelessCases are the refs that their contents make for the cases without a ref: those written before cases had refs.
func namelessCases(v *book.View) (map[int64]string, error) {
	refs := map[int64]string{}
	ids, err := book.All(v, book.Scalar[int64], `SELECT id FROM cases WHERE ref IS NULL ORDER BY id`)
	if err != nil || len(ids) == 0 {
		return refs, err
	}
	q := CaseQuery{among: ids, Sort: "id"}
	list, err := q.list(v)
	if err != nil {
		return refs, err
	}
	next := map[string]int64{}
	for i := range list {
		c := &list[i]
		content := c.content()
		hash := contentHash(content)
		if next[hash] == 0 {
			ref, err := freeContentRef(v, "cases", content)
			if err != nil {
				return refs, err
			}
			next[hash], _ = strconv.ParseInt(ref[len(hash)+1:], 10, 64)
		}
		refs[c.ID] = fmt.Sprintf("%s-%d", hash, next[hash])
		next[hash]++
	}
	return refs, nil
}

// content is what the case is known by without a ref.
func (c *Case) content() []byte {
	return caseContent(c.customerKey, c.consultantRef, c.Topic, instantText(c.OpenedAt))
}

// resolve finds or makes the customers the batch names, and finds the orders.
func (im *caseImporter) resolve() error {
	cells := make([]string, len(im.rows))
	for i, r := range im.rows {
		cells[i] = r.Customer
	}
	ids, err := im.customers.Resolve(cells)
	if err != nil {
		return err
	}
	for i, r := range im.rows {
		if r.customer = ids[i]; r.customer == 0 && r.Customer != "" {
			im.refuse(r, CaseCustomer, im.customers.Problem(r.Customer))
			continue
		}
		order, err := im.order(r.Order)
		if err != nil {
			return err
		}
		if r.order = order.id; order.problem != "" {
			im.refuse(r, CaseOrder, order.problem)
		}
	}
	im.rows = slices.DeleteFunc(im.rows, func(r *CaseRow) bool { return r.Bad })
	return nil
}

// order is the order that a cell names: by its ref in the source of the import or in the one before a colon, as the only
// one with the ref, or by its id.
func (im *caseImporter) order(cell string) (foundOrder, error) {
	if o, known := im.orders[cell]; known || cell == "" {
		return o, nil
	}
	before, after, _ := strings.Cut(cell, ":")
	id := idOf(cell)
	if before == "id" {
		id = idOf(after)
	}
	var found foundOrder
	for _, way := range []struct {
		where string
		args  []any
	}{
		{`ref = ? AND ref_source = ?`, []any{cell, im.options.Source}},
		{`ref = ? AND ref_source = ?`, []any{after, before}},
		{`ref = ? AND ref_source <> ?`, []any{cell, contentRef}},
		{`id = ?`, []any{id}},
	} {
		ids, err := book.All(im.tx.View, book.Scalar[int64], `SELECT id FROM orders WHERE `+way.where, way.args...)
		if err != nil {
			return found, err
		}
		if len(ids) > 1 {
			found.problem = fmt.Sprintf("%d orders have this ref: write SOURCE:REF, or id:%d", len(ids), ids[0])
		} else if len(ids) == 1 {
			found.id = ids[0]
		}
		if len(ids) > 0 {
			break
		}
	}
	if found == (foundOrder{}) {
		found.problem = "there is no such order"
	}
	im.orders[strings.Clone(cell)] = found
	return found, nil
}

// match finds out which cases of the batch the book has, and reads them.
func (im *caseImporter) match() (err error) {
	if im.refs == nil {
		if im.refs, err = im.tx.NewFeed("i", "ref", "ref_source"); err != nil {
			return err
		}
	}
	im.ids = make([]int64, len(im.rows))
	im.refs.Load(len(im.rows), func(row, column int) any {
		return [...]any{int64(row), im.rows[row].Ref, im.rows[row].RefSource}[column]
	})
	if err := im.tx.Each(func(r book.Row) error {
		im.ids[r.Int(0)] = r.Int(1)
		return nil
	}, `f.i, s.id`, `temp.`+im.refs.Name+` f CROSS JOIN cases s ON s.ref = f.ref AND s.ref_source = f.ref_source`); err != nil {
		return err
	}
	q := CaseQuery{among: []int64{}}
	for i, r := range im.rows {
		if im.ids[i] == 0 && r.RefSource == contentRef {
			im.ids[i] = im.nameless[r.Ref]
		}
		if im.ids[i] != 0 {
			q.among = append(q.among, im.ids[i])
		}
	}
	list, err := q.read(im.tx.View)
	im.have = make(map[int64]*Case, len(list))
	for i := range list {
		im.have[list[i].ID] = &list[i]
	}
	return err
}

// whyNot is the reason of an error without the words around it.
func whyNot(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return cmp.Or(f.Reason, err.Error())
	}
	return err.Error()
}
