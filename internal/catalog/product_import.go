package catalog

import (
	"iter"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Mode says what an import may do with products the book has or lacks.
type Mode uint8

// The modes: make and change; only make; only change.
const (
	Upsert Mode = iota
	CreateOnly
	UpdateOnly
)

// ImportOptions of Import.
type ImportOptions struct {
	Mode      Mode       // what may be done
	Never     Fields     // fields of a product in the book that are never overwritten
	NeverKeys []string   // likewise single attributes
	Since     dates.Date // the day from which prices and costs hold; 0 is today
	Rows      int        // how many rows to expect
}

// Tally counts what Import did, in rows.
type Tally struct{ Created, Updated, Unchanged int64 }

// Problem is a row that was refused, and why.
type Problem struct {
	Line   int
	Field  string // "" when it concerns the whole row
	Reason string
	Hint   string // what mends it, for a person; "" where that is plain
}

// Import writes the products of a file, batch by batch, and is idempotent: a row is the product with its sku, and a later
// row of the same sku changes the earlier one. Prices and costs other than those that hold on the day of Since hold from
// that day on. Rows it refuses are reported and left out.
func Import(tx *book.Tx, batches iter.Seq[[]Row], o ImportOptions, report func(Problem)) (Tally, error) {
	if o.Since.IsZero() {
		o.Since = tx.Today()
	}
	im := &importer{tx: tx, options: o, report: report, save: newSaver(tx)}
	var err error
	if im.next, err = tx.NextID("products"); err != nil {
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
	return im.tally, err
}

// rebuilds says which indexes are cheaper built anew after the load: in a book without products, where no row is looked
// up in a table but products by its sku, and the rows of one sku come in one batch.
func (im *importer) rebuilds() (r book.Rebuild, err error) {
	if im.options.Rows < book.BulkRows {
		return r, nil
	}
	_, any, err := book.One(im.tx.View, book.Scalar[int64], `SELECT 1 FROM products LIMIT 1`)
	if err == nil && !any {
		r.Tables = []string{"products", "product_prices", "product_tags", "product_attributes"}
		r.Keep = []string{"products_sku"}
	}
	return r, err
}

// importer is the state of one Import.
type importer struct {
	tx      *book.Tx
	options ImportOptions
	report  func(Problem)
	tally   Tally
	next    int64 // the id of the next new product
	save    *saver
	padded  bool // the book has units with spaces after them
}

// batch writes one batch.
func (im *importer) batch(batch []Row) error {
	rows := make([]*Row, 0, len(batch))
	for i := range batch {
		if !batch[i].Bad {
			rows = append(rows, &batch[i])
		}
	}
	if err := im.respell(rows); err != nil {
		return err
	}
	have, err := im.have(rows)
	if err != nil {
		return err
	}
	made := map[string]int{} // by sku: its place in news
	edited := map[string]int{}
	var news []Product
	var changes []changed
	for _, r := range rows {
		old, known := have[r.SKU]
		at, again := made[r.SKU]
		switch {
		case r.SKU == "":
			im.refuse(r, "a sku is needed")
		case again:
			im.tally.count(im.give(r, &news[at], 0))
		case known && im.options.Mode == CreateOnly:
			im.refuse(r, "the book has this product already (--mode create)")
		case known:
			at, again := edited[r.SKU]
			if !again {
				at = len(changes)
				changes, edited[r.SKU] = append(changes, changed{old, old}), at
			}
			im.tally.count(im.give(r, &changes[at].new, im.options.Never))
		case im.options.Mode == UpdateOnly:
			im.refuse(r, "the book has no such product (--mode update)")
		default:
			made[r.SKU] = len(news)
			news = append(news, im.create(r))
		}
	}
	since := func(*Product) dates.Date { return im.options.Since }
	if err := im.save.insert(news, since); err != nil {
		return err
	}
	return im.save.update(real(changes), since)
}

// real are those changes that change anything.
func real(changes []changed) []changed {
	kept := changes[:0]
	for _, c := range changes {
		if c.old != c.new {
			kept = append(kept, c)
		}
	}
	return kept
}

func (t *Tally) count(changed bool) {
	if changed {
		t.Updated++
	} else {
		t.Unchanged++
	}
}

func (im *importer) refuse(r *Row, reason string) {
	im.report(Problem{Line: r.Line, Field: FieldSKU.Name(), Reason: reason})
}

// give makes of a product what a row says of it, and tells whether that is news.
func (im *importer) give(r *Row, p *Product, never Fields) (changed bool) {
	before := *p
	r.give(p, never|FieldSKU, im.options.NeverKeys)
	if never&FieldArchivedOn == 0 {
		r.Shelf.put(p, im.tx.Today())
	}
	return *p != before
}

// create makes a new product of a row.
func (im *importer) create(r *Row) Product {
	p := r.Product
	p.ID = im.next
	im.next++
	if p.Name == "" {
		p.Name = p.SKU
	}
	if p.CreatedOn.IsZero() {
		p.CreatedOn = im.tx.Today()
	}
	r.Shelf.put(&p, im.tx.Today())
	im.tally.Created++
	return p
}

// have reads the products of the book that some rows name, with the prices that hold on the day of Since.
func (im *importer) have(rows []*Row) (map[string]Product, error) {
	skus := make([]string, len(rows))
	for i, r := range rows {
		skus[i] = r.SKU
	}
	have := map[string]Product{}
	if len(skus) == 0 {
		return have, nil
	}
	t, err := im.save.table("skus", []string{"sku"}, len(skus), func(row, _ int) any { return skus[row] })
	if err != nil {
		return nil, err
	}
	for p, err := range readAt(im.tx.View, im.options.Since, t.query(`SELECT DISTINCT p.id FROM %[1]s g CROSS JOIN products p ON p.sku = g.sku LIMIT -1`), t.args...) {
		if err != nil {
			return nil, err
		}
		have[p.SKU] = p
	}
	return have, nil
}
