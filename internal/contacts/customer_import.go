package contacts

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Mode says what an import may do with customers the book has or lacks.
type Mode uint8

// The modes: make and change; only make; only change.
const (
	Upsert Mode = iota
	CreateOnly
	UpdateOnly
)

// ImportOptions of Import.
type ImportOptions struct {
	Source     string                          // the system refs come from, unless a row says otherwise
	Mode       Mode                            // what may be done
	Never      Fields                          // fields of a customer in the book that are never overwritten
	NeverKeys  []string                        // likewise single attributes, attr.skin, and consents, consent.email
	Rows       int                             // how many rows to expect
	Consultant func(ref string) (int64, error) // finds or makes the consultant of a row
}

// Tally counts what Import did, in rows.
type Tally struct {
	Created, Updated, Unchanged int64
	Withdrawn                   int64 // consents that the file says yes to and she had taken back: they stay so
}

// Problem is a row that was refused, and why.
type Problem struct {
	Line   int
	Field  string // "" when it concerns the whole row
	Reason string
	// Late says that the row had been written before it was refused, because whom it names is not there. To keep the
	// others, take everything back and import again without it.
	Late bool
}

// Import writes the customers of a file, batch by batch, and is idempotent. A row is the customer with its ref in its
// source; else the one with its e-mail; else the one with its phone; else, when it has none of these, the one of whom
// the book says all that the row says. A second e-mail or phone, and a ref in a further system, are as good as the first.
// Rows of one customer change each other, the last one counting; that of a record that was merged into her only fills what
// is empty. Companies, referrers and further refs are looked up when
// all rows are in, so that their order does not matter.
//
// A row with a ref also takes over a customer without one who has its e-mail, and a row with an e-mail that nobody has
// takes over one without e-mail who has its phone and name, or one of its name who has one of its further e-mails or
// phones. Rows it refuses are reported and left out.
func Import(tx *book.Tx, batches iter.Seq[[]Row], o ImportOptions, report func(Problem)) (Tally, error) {
	im := &importer{tx: tx, options: o, report: report, today: tx.Today(), country: tx.Settings().Country,
		known: [4]map[string]int{{}, {}, {}, {}}, emails: map[string]*Row{}, phones: map[string]*Row{}, save: newSaver(tx), persons: map[int64]bool{}}
	first, err := tx.NextID("customers")
	if err != nil {
		return Tally{}, err
	}
	im.first, im.next = first, first
	if im.find, err = newFinder(tx); err != nil {
		return Tally{}, err
	}
	rebuild, err := im.rebuilds()
	if err != nil {
		return Tally{}, err
	}
	err = tx.WithoutIndexes(rebuild, func() error {
		for rows := range batches {
			if err := im.batch(rows); err != nil {
				return err
			}
			if err := tx.Context().Err(); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = im.link()
	}
	if err == nil && len(im.refs) > 0 {
		err = im.writeRefs()
	}
	return im.tally, err
}

// importer is the state of one Import.
type importer struct {
	tx      *book.Tx
	options ImportOptions
	report  func(Problem)
	tally   Tally
	today   dates.Date
	country string

	first, next int64             // the first id of a customer made by this import, and the next one
	groups      []group           // of the batch
	known       [4]map[string]int // the groups by what they are known by
	emails      map[string]*Row   // of the groups that need not wait
	phones      map[string]*Row
	news        []Customer // of the batch
	changes     []changed
	persons     map[int64]bool // made by this import, who are persons as the file says
	people      *directory     // of whom rows that are known by their content name
	links       []pendingLink
	unknown     []unknownCompany
	refs        []pendingRef
	consents    []pendingConsents // of the batch
	ledger      *ConsentWriter    // nil until a row says something of consents
	save        *saver
	find        *finder

	met *memory // nil when the book had customers before
}

// rebuilds says which indexes are cheaper built anew after the load: those that nothing is found by, and the full-text
// index, when the file at least doubles the customers there are. In an empty book the customers made so far are
// remembered, and no index is looked into.
func (im *importer) rebuilds() (book.Rebuild, error) {
	var r book.Rebuild
	if im.options.Rows < book.BulkRows {
		return r, nil
	}
	have, _, err := book.One(im.tx.View, book.Scalar[int64], `SELECT count(*) FROM (SELECT 1 FROM customers LIMIT ?)`, im.options.Rows+1)
	if err != nil || have > int64(im.options.Rows) {
		return r, err
	}
	r.Tables = []string{"customers", "customer_tags"}
	r.Keep = []string{"customer_tags_once"}
	r.Finish = []string{RebuildSearch}
	if have == 0 {
		im.met = newMemory(im.options.Rows)
	} else {
		r.Keep = append(r.Keep, "customers_ref", "customers_email", "customers_phone", "customers_name")
	}
	return r, nil
}

// batch writes one batch.
func (im *importer) batch(batch []Row) error {
	im.gather(im.good(batch))
	for len(im.groups) > 0 {
		if err := im.match(); err != nil {
			return err
		}
		later := im.partLater()
		im.joinSame()
		if err := im.write(); err != nil {
			return err
		}
		im.groups = later
	}
	return nil
}

// good are the rows that nothing is wrong with as far as they alone can tell.
func (im *importer) good(batch []Row) []*Row {
	rows := make([]*Row, 0, len(batch))
	for i := range batch {
		r := &batch[i]
		if r.Bad {
			continue
		}
		if err := r.checkDays(im.today); err != nil {
			im.refuse(r.Line, FieldBirthday, err.Error())
			continue
		}
		rows = append(rows, r)
	}
	return rows
}

func (im *importer) refuse(line int, f Fields, reason string) {
	im.report(Problem{Line: line, Field: f.Name(), Reason: reason})
}

// complete fills what follows from what the import knows.
func (im *importer) complete(r *Row) {
	if r.Ref == "" {
		r.Has &^= FieldRef | FieldRefSource // a key is never erased by a file
		r.RefSource = ""
	} else if r.Has |= FieldRefSource; r.RefSource == "" {
		r.RefSource = im.options.Source
	}
	if r.CreatedOn.IsZero() {
		r.Has &^= FieldCreatedOn
	}
}
