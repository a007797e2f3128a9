package network

import (
	"iter"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// Row is one row of a consultant file: a consultant, and which fields the file says something of.
type Row struct {
	Consultant
	Line int    // of the file, for messages
	Has  Fields // which fields the file gives; one given and empty is to be erased
	Bad  bool   // a cell of it could not be read
}

// Place tells a row where it stands in its file and what the file gives. What a consultant always has is never erased by
// an empty cell.
func (r *Row) Place(line int, has Fields, bad bool) {
	r.Line, r.Has, r.Bad = line, has, bad
	if r.Name == "" {
		r.Has &^= FieldName
	}
}

// Export yields the consultants that some options choose as rows of a file, by ref.
func Export(v *book.View, o ListOptions) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for k, err := range List(v, o) {
			if !yield(Row{Consultant: k}, err) {
				return
			}
		}
	}
}

// Mode says what an import may do with consultants the book has or lacks.
type Mode uint8

// The modes: make and change; only make; only change.
const (
	Upsert Mode = iota
	CreateOnly
	UpdateOnly
)

// ImportOptions of Import.
type ImportOptions struct {
	Mode  Mode       // what may be done
	Never Fields     // fields of a consultant in the book that are never overwritten
	Since dates.Date // the day from which sponsors and statuses hold; 0 is today, of a new consultant the day she joined
	Phone PhoneReader
	// Customer finds the customer that a cell names, or says why there is none.
	Customer func(cell string) (id int64, problem string, err error)
}

// Tally counts what Import did, in rows.
type Tally struct{ Created, Updated, Unchanged int64 }

// Problem is a row that was refused, and why.
type Problem struct {
	Line   int
	Field  string // "" when it concerns the whole row
	Reason string
}

// Import writes the consultants of a file and is idempotent: a row is the consultant with its ref, and a later row of the
// same ref changes the earlier one. A sponsor may stand further down in the file than those she brought. Rows it refuses
// are reported and left out; a ring of sponsors is a fault.Rejected.
func Import(tx *book.Tx, batches iter.Seq[[]Row], o ImportOptions, report func(Problem)) (Tally, error) {
	im := &importer{tx: tx, w: writer{tx: tx}, options: o, report: report, byRef: map[string]int64{}, state: map[int64]*Consultant{}}
	for k, err := range readConsultants(tx.View, 0, `true`, `k.id`) {
		if err != nil {
			return im.tally, err
		}
		im.byRef[k.Ref], im.state[k.ID] = k.ID, &k
	}
	var err error
	if im.next, err = tx.NextID("consultants"); err != nil {
		return im.tally, err
	}
	var sponsored []sponsored
	for rows := range batches {
		for i := range rows {
			s, err := im.row(&rows[i])
			if err != nil {
				return im.tally, err
			}
			if s.consultant != 0 {
				sponsored = append(sponsored, s)
			}
		}
		if err := im.flush(); err != nil {
			return im.tally, err
		}
		if err := tx.Context().Err(); err != nil {
			return im.tally, err
		}
	}
	return im.tally, im.sponsors(sponsored)
}

// importer is the state of one Import.
type importer struct {
	tx      *book.Tx
	w       writer
	options ImportOptions
	report  func(Problem)
	tally   Tally
	next    int64         // the id of the next new consultant
	news    []*Consultant // that are not written yet
	byRef   map[string]int64
	state   map[int64]*Consultant // as the book has them now
	seekers *finder               // nil until a sponsor is named by something else than a ref
	first   dates.Date            // the first day on which a sponsor changed; 0 for none
}

// sponsored is a row whose sponsor is looked up once all rows are known.
type sponsored struct {
	consultant int64
	key        string
	since      dates.Date
	line       int
	counted    bool // as created or updated
}

func (im *importer) refuse(r *Row, f Fields, reason string) {
	field := ""
	if f != 0 {
		field = f.Name()
	}
	im.report(Problem{Line: r.Line, Field: field, Reason: reason})
}

// row writes what a row says but for the sponsor.
func (im *importer) row(r *Row) (s sponsored, err error) {
	if r.Bad {
		return s, nil
	}
	id, known := im.byRef[r.Ref]
	switch {
	case r.Ref == "":
		im.refuse(r, FieldRef, "a ref is needed")
		return s, nil
	case known && im.options.Mode == CreateOnly:
		im.refuse(r, FieldRef, "the book has this consultant already (--mode create)")
		return s, nil
	case !known && im.options.Mode == UpdateOnly:
		im.refuse(r, FieldRef, "the book has no such consultant (--mode update)")
		return s, nil
	}
	old := &Consultant{}
	has := r.Has
	if known {
		old, has = im.state[id], has&^im.options.Never
	}
	k := *old
	if has, err = im.customer(r, old, has); err != nil || has&refused != 0 {
		return s, err
	}
	k.take(&r.Consultant, has&^FieldSponsor)
	if !known {
		im.complete(&k, has)
	}
	if err := settle(im.tx, &k, im.options.Phone); err != nil {
		im.refuse(r, 0, err.Error())
		return s, nil
	}
	s = sponsored{consultant: k.ID, key: r.Sponsor.Key, since: im.since(&k, known), line: r.Line, counted: k != *old}
	if err := im.write(old, &k, s.since, known); err != nil {
		return s, err
	}
	im.byRef[k.Ref], im.state[k.ID] = k.ID, &k
	if has&FieldSponsor == 0 {
		im.count(known, s.counted)
		return sponsored{}, nil
	}
	if !known || s.counted { // else only the sponsor can tell whether it is news
		im.count(known, s.counted)
		s.counted = true
	}
	return s, nil
}

// refused marks, among fields, that a row was refused.
const refused Fields = 1 << 31

// customer looks up whom a row names as her own record, unless that is who it was.
func (im *importer) customer(r *Row, old *Consultant, has Fields) (Fields, error) {
	if has&FieldCustomer == 0 || r.Customer.Key == "" {
		return has, nil
	}
	if r.Customer.Key == old.Customer.Key {
		return has &^ FieldCustomer, nil
	}
	id, problem, err := im.options.Customer(r.Customer.Key)
	if problem != "" {
		im.refuse(r, FieldCustomer, problem)
		return refused, err
	}
	if r.Customer.ID = id; id == old.Customer.ID {
		has &^= FieldCustomer
	}
	return has, err
}

// complete gives a new consultant what every one has.
func (im *importer) complete(k *Consultant, has Fields) {
	k.ID = im.next
	im.next++
	if k.Name == "" {
		k.Name = k.Ref
	}
	if k.Status == "" {
		k.Status = Statuses[0]
	}
	if has&FieldJoinedOn == 0 {
		k.JoinedOn = im.tx.Today()
	}
}

func (im *importer) since(k *Consultant, known bool) dates.Date {
	switch {
	case known && im.options.Since.IsZero():
		return im.tx.Today()
	case known:
		return im.options.Since
	}
	return since(im.options.Since, k, im.tx.Today())
}

// write writes a row but for its sponsor.
func (im *importer) write(old, k *Consultant, since dates.Date, known bool) error {
	before, now := *old, *k
	before.Sponsor, now.Sponsor = Link{}, Link{}
	if !known {
		if im.news = append(im.news, k); k.Status == Statuses[0] {
			return nil
		}
		before.Status = Statuses[0]
	}
	if known && before == now {
		return nil
	}
	if err := im.flush(); err != nil {
		return err
	}
	if known {
		if err := im.w.update(old, k); err != nil {
			return err
		}
	}
	return im.w.history(&before, &now, since)
}

// flush writes the new consultants.
func (im *importer) flush() error {
	err := im.w.insert(im.news...)
	im.news = nil
	return err
}

func (im *importer) count(known, changed bool) {
	switch {
	case !known:
		im.tally.Created++
	case changed:
		im.tally.Updated++
	default:
		im.tally.Unchanged++
	}
}

// sponsors looks up and writes who works under whom, and proves that nobody is under herself.
func (im *importer) sponsors(list []sponsored) error {
	written := map[int64]int{} // by consultant: her place in changes
	var changes []newSponsor
	for _, s := range list {
		k := im.state[s.consultant]
		sponsor := int64(0)
		if s.key != "" {
			var problem string
			if sponsor, problem = im.sponsor(s.key); problem == "" && sponsor == k.ID {
				problem = "she cannot be her own sponsor"
			}
			if problem != "" {
				im.report(Problem{Line: s.line, Field: FieldSponsor.Name(), Reason: problem})
				continue
			}
		}
		changed := sponsor != k.Sponsor.ID
		if changed {
			at, again := written[k.ID]
			if !again {
				at = len(changes)
				changes, written[k.ID] = append(changes, newSponsor{}), at
			}
			changes[at] = newSponsor{k.ID, sponsor, s.since}
			if k.Sponsor.ID = sponsor; im.first == 0 || s.since < im.first {
				im.first = s.since
			}
		}
		if !s.counted {
			im.count(true, changed)
		}
	}
	if im.first == 0 {
		return nil
	}
	if err := im.w.sponsors(changes); err != nil {
		return err
	}
	circle, on, err := circleWithin(im.tx.View, im.first, im.tx.Today().AddDays(1))
	if err == nil && circle != nil {
		return &fault.Error{Kind: fault.Rejected, Noun: "consultant", Key: circle[0], Field: FieldSponsor.Name(),
			Reason: "she would work under herself from " + on.String() + " on: " + strings.Join(circle, " under "), Hint: "mend the file: one of them has another sponsor, or none"}
	}
	return err
}

// sponsor is the id of whom a cell names, or why there is none: a ref, else any selector.
func (im *importer) sponsor(key string) (int64, string) {
	if id, ok := im.byRef[key]; ok {
		return id, ""
	}
	if im.seekers == nil {
		im.seekers = &finder{view: im.tx.View, phone: im.options.Phone}
	}
	id, err := im.seekers.find(key)
	switch {
	case fault.KindOf(err) == fault.Ambiguous:
		return 0, "more than one consultant is meant"
	case err != nil:
		return 0, "there is no such consultant"
	}
	return id, ""
}
