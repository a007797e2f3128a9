package contacts

import (
	"fmt"
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// InteractionRow is one row of a file of interactions: an interaction whose links are keys, and which fields the file
// says something of.
type InteractionRow struct {
	Interaction
	Line int               // of the file, for messages
	Has  InteractionFields // which fields the file gives; one given and empty is to be erased
	Bad  bool              // a cell of it could not be read
}

// Place tells a row where it stands in its file and what the file gives. A field that an interaction cannot be without is
// not erased.
func (r *InteractionRow) Place(line int, has InteractionFields, bad bool) {
	for _, needed := range [...]struct {
		field InteractionFields
		empty bool
	}{{InteractionCustomer, r.Customer.Key == ""}, {InteractionDate, r.Date.IsZero()}, {InteractionChannel, r.Channel == ""},
		{InteractionDirection, r.Direction == ""}, {InteractionKind, r.Kind == ""}} {
		if needed.empty {
			has &^= needed.field
		}
	}
	r.Line, r.Has, r.Bad = line, has, bad
	r.complete()
}

// InteractionOptions of ImportInteractions.
type InteractionOptions struct {
	Source     string                          // the system refs come from, unless a row says otherwise
	Mode       Mode                            // what may be done
	Never      InteractionFields               // fields of an interaction in the book that are never overwritten
	Known      bool                            // refuse unknown customers instead of making them
	Rows       int                             // how many rows to expect
	Consultant func(ref string) (int64, error) // finds or makes the consultant of a row; 0 for ""
	Product    func(sku string) (int64, error) // finds or makes the product of a row; 0 for ""
}

// InteractionTally counts what ImportInteractions did, in rows, and the customers it made on the way.
type InteractionTally struct {
	Tally
	Customers int64
}

// ImportInteractions writes the interactions of a file, batch by batch; rows with the same ref must come in one batch.
// It is idempotent: an interaction is known by its ref within its source, one without a ref by what it says and how many
// times the file said so before. Rows it refuses are reported and left out.
func ImportInteractions(tx *book.Tx, batches iter.Seq[[]InteractionRow], o InteractionOptions, report func(Problem)) (InteractionTally, error) {
	if o.Source == contentRef {
		return InteractionTally{}, &fault.Error{Kind: fault.Usage, Field: "--source", Reason: contentRef + " is what perla calls interactions without a ref",
			Hint: "choose another name"}
	}
	im := &interactionImporter{tx: tx, options: o, report: report, today: tx.Today(), seen: map[string]int64{}}
	var err error
	if im.customers, err = NewResolver(tx, o.Source, o.Known); err != nil {
		return InteractionTally{}, err
	}
	rebuild, err := im.rebuilds()
	if err != nil {
		return InteractionTally{}, err
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
	im.tally.Customers = im.customers.Made()
	return im.tally, err
}

// interactionImporter is the state of one ImportInteractions.
type interactionImporter struct {
	tx        *book.Tx
	options   InteractionOptions
	report    func(Problem)
	tally     InteractionTally
	today     dates.Date
	customers *Resolver
	seen      map[string]int64 // how often each content came, for rows without a ref
	feed      *book.Feed
	rows      []*InteractionRow // of the batch: those not refused
	ids       []int64           // of these rows in the book, 0 for new ones
	owners    []int64           // whose they are in the book
	differ    []bool            // whether the book says something else of them
	buf       []byte
}

// rebuilds says which indexes are cheaper built anew after the load: all but the one that rows are found by, when the
// file at least doubles the interactions there are.
func (im *interactionImporter) rebuilds() (r book.Rebuild, err error) {
	if im.options.Rows < book.BulkRows {
		return r, nil
	}
	have, _, err := book.One(im.tx.View, book.Scalar[int64], `SELECT count(*) FROM (SELECT 1 FROM interactions LIMIT ?)`, im.options.Rows+1)
	if have <= int64(im.options.Rows) {
		r.Tables, r.Keep = append(r.Tables, "interactions"), append(r.Keep, "interactions_ref")
	}
	if im.customers.Fresh() {
		r.Tables, r.Finish = append(r.Tables, "customers"), append(r.Finish, RebuildSearch)
	}
	return r, err
}

// batch writes one batch.
func (im *interactionImporter) batch(rows []InteractionRow) error {
	im.prepare(rows)
	if err := im.resolve(); err != nil {
		return err
	}
	if err := im.match(); err != nil {
		return err
	}
	return im.write()
}

func (im *interactionImporter) refuse(r *InteractionRow, f InteractionFields, reason string) {
	r.Bad = true
	im.report(Problem{Line: r.Line, Field: f.Name(), Reason: reason})
}

// prepare gives every row the ref it is known by and refuses those that cannot be.
func (im *interactionImporter) prepare(rows []InteractionRow) {
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
		switch line, again := first[k]; {
		case r.Date > im.today:
			im.refuse(r, InteractionDate, "lies in the future")
		case again:
			im.refuse(r, InteractionRef, fmt.Sprintf("the row on line %d has the same ref", line))
		default:
			first[k], im.rows = r.Line, append(im.rows, r)
		}
	}
}

// name completes the ref of a row: one without is known by its content.
func (im *interactionImporter) name(r *InteractionRow) {
	switch {
	case r.Ref == "":
		im.buf = r.content(im.buf[:0])
		content := contentHash(im.buf)
		im.seen[content]++
		r.Ref, r.RefSource = fmt.Sprintf("%s-%d", content, im.seen[content]), contentRef
	case r.RefSource == "":
		r.RefSource = im.options.Source
	}
}

// resolve finds or makes the people and goods the batch names.
func (im *interactionImporter) resolve() error {
	cells := make([]string, len(im.rows))
	for i, r := range im.rows {
		cells[i] = r.Customer.Key
	}
	ids, err := im.customers.Resolve(cells)
	if err != nil {
		return err
	}
	for i, r := range im.rows {
		if r.Customer.ID = ids[i]; r.Customer.ID == 0 && r.Customer.Key != "" {
			im.refuse(r, InteractionCustomer, im.customers.Problem(r.Customer.Key))
			continue
		}
		if r.Consultant.ID, err = im.options.Consultant(r.Consultant.Key); err != nil {
			return err
		}
		if r.Product.ID, err = im.options.Product(r.Product.Key); err != nil {
			return err
		}
	}
	im.drop()
	return nil
}
