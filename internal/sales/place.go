package sales

import (
	"fmt"
	"iter"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/catalog"
	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

// Mode says what an import may do with orders the book has or lacks.
type Mode uint8

// The modes: make and change; only make; only change.
const (
	Upsert Mode = iota
	CreateOnly
	UpdateOnly
)

// Options of PlaceAll.
type Options struct {
	Source string                   // the system refs come from, unless a row says otherwise
	Mode   Mode                     // what may be done
	Never  Fields                   // fields of an order in the book that are never overwritten
	Known  bool                     // refuse unknown customers instead of making them
	Rates  map[string]money.Decimal // by currency: what one unit of it is worth in the book's
	Live   bool                     // book orders as Place does, instead of as history
	Rows   int                      // how many rows to expect
	Sorted bool                     // refs come in ascending order: their index grows at its end, and is cheapest kept up on the way
}

// Tally counts what PlaceAll did: orders, but rows where they were rejected; and what was made on the way.
type Tally struct {
	Created, Updated, Unchanged, Rejected, Customers, Products int64
}

// PlaceAll books orders read from a file, batch by batch; the rows of one order must come together in one batch. It is
// idempotent: an order is known by its ref within its source, one without by its content. Rows it refuses are reported
// and their whole order is left out; the caller decides whether the rest is kept.
func PlaceAll(tx *book.Tx, batches iter.Seq[[]Row], o Options, report func(Problem)) (Tally, error) {
	p, err := newPlacer(tx, o, report)
	if err != nil {
		return Tally{}, err
	}
	load := func() error {
		for rows := range batches {
			if err := p.place(rows); err != nil {
				return err
			}
			if err := tx.Context().Err(); err != nil {
				return err
			}
		}
		return p.finishLoad()
	}
	rebuild, err := p.rebuilds()
	if err != nil {
		return Tally{}, err
	}
	e, err := beforeEarning(tx, whose{})
	if err != nil {
		return Tally{}, err
	}
	first := p.nextID
	if err = tx.WithoutIndexes(rebuild, load); err == nil {
		err = p.earn(e, first)
	}
	p.tally.Customers, p.tally.Products = p.customers.Made(), p.products.Made
	return p.tally, err
}

// placer is the state of one PlaceAll.
type placer struct {
	tx        *book.Tx
	options   Options
	report    func(Problem)
	tally     Tally
	read      reader
	customers *contacts.Resolver
	products  *book.Names
	sellers   *book.Names
	campaigns *book.Names

	before  int64 // orders in the book when the import began, as far as counted
	nextID  int64 // of the next new order
	drafts  []draft
	pending []*draft // of the batch: those not refused
	cells   []string
	used    Fields         // of the batch: every field some order says something of
	words   map[string]any // texts that come again and again, boxed once
	days    map[dates.Date]any
	feeds   map[string]*book.Feed
	loading *loading // nil: orders are written by SQL
	moved   []int64  // orders made live, or changed
}

func newPlacer(tx *book.Tx, o Options, report func(Problem)) (*placer, error) {
	s := tx.Settings()
	p := &placer{tx: tx, options: o, report: report, words: map[string]any{}, days: map[dates.Date]any{}, feeds: map[string]*book.Feed{},
		read:     reader{decimals: s.Currency.Decimals, currency: s.Currency.Code, rates: o.Rates, source: o.Source, live: o.Live, seen: map[uint64]int32{}},
		products: catalog.Products(tx), sellers: network.Consultants(tx), campaigns: campaignNames(tx)}
	var err error
	if p.customers, err = contacts.NewResolver(tx, o.Source, o.Known); err != nil {
		return nil, err
	}
	if p.before, _, err = book.One(tx.View, book.Scalar[int64], `SELECT count(*) FROM (SELECT 1 FROM orders LIMIT ?)`, o.Rows+1); err != nil {
		return nil, err
	}
	p.nextID, err = tx.NextID("orders")
	return p, err
}

// campaignNames finds campaigns by their ref and makes unknown ones with the ref as their name.
func campaignNames(tx *book.Tx) *book.Names {
	return book.NewNames(tx, `SELECT id FROM campaigns WHERE ref = ?`, `INSERT INTO campaigns (ref, name) VALUES (?, ?)`,
		func(ref string) []any { return []any{ref, ref} })
}

// rebuilds says which indexes are cheaper built anew after the load: those of tables that are empty or about to more
// than double. The index on refs stays while there are orders to be found by it.
func (p *placer) rebuilds() (book.Rebuild, error) {
	var r book.Rebuild
	if p.options.Rows < book.BulkRows || p.options.Live {
		return r, nil
	}
	if p.before < int64(p.options.Rows) {
		r.Tables = append(r.Tables, "orders", "order_lines")
	}
	if p.before > 0 {
		r.Keep = append(r.Keep, "order_lines_order", "orders_ref")
	} else if err := p.startLoad(&r); err != nil {
		return r, err
	}
	if p.before == 0 && p.loading == nil && p.options.Sorted {
		r.Keep = append(r.Keep, "orders_ref")
	}
	if p.customers.Fresh() {
		r.Tables = append(r.Tables, "customers")
		r.Finish = append(r.Finish, contacts.RebuildSearch)
	}
	return r, nil
}

// place books one batch.
func (p *placer) place(rows []Row) error {
	p.draft(rows)
	if p.options.Live {
		if err := p.knownProducts(); err != nil {
			return err
		}
	}
	if err := p.resolve(); err != nil {
		return err
	}
	if p.options.Live {
		return p.placeLive()
	}
	if p.before > 0 {
		if err := p.match(); err != nil {
			return err
		}
	}
	return p.write()
}

// draft makes one draft of each run of rows with the same ref.
func (p *placer) draft(rows []Row) {
	p.drafts, p.pending, p.used = p.drafts[:0], p.pending[:0], 0
	for from := 0; from < len(rows); {
		to := from + 1
		for to < len(rows) && rows[from].Ref != "" && rows[to].Ref == rows[from].Ref && rows[to].RefSource == rows[from].RefSource {
			to++
		}
		if len(p.drafts) < cap(p.drafts) {
			p.drafts = p.drafts[:len(p.drafts)+1] // keeps the memory of an earlier draft's lines
		} else {
			p.drafts = append(p.drafts, draft{})
		}
		d := &p.drafts[len(p.drafts)-1]
		problems := p.read.read(d, rows[from:to])
		if news := p.before == 0 || rows[from].Ref == ""; news && len(problems) == 0 && !d.refused {
			problems = d.lacks()
		}
		p.reject(d, problems)
		from = to
	}
	for i := range p.drafts {
		if d := &p.drafts[i]; !d.refused {
			p.pending = append(p.pending, d)
		}
	}
}

// reject reports why an order was refused, and its other rows as going with it; without problems it does nothing unless
// a row was bad before it came here.
func (p *placer) reject(d *draft, problems []Problem) {
	if !d.refused {
		return
	}
	p.tally.Rejected += int64(len(d.at) + d.spoilt)
	for _, problem := range problems {
		p.report(problem)
	}
	for _, line := range d.at {
		if !slices.ContainsFunc(problems, func(own Problem) bool { return own.Line == line }) {
			p.report(Problem{Line: line, Reason: "its order was refused for another row", Along: true})
		}
	}
}

// refuse leaves out an order for a reason that concerns its first row.
func (p *placer) refuse(d *draft, field, value, reason string) {
	d.refused = true
	p.reject(d, []Problem{{Line: d.at[0], Field: field, Value: value, Reason: reason}})
}

// resolve finds or makes the people and goods the batch names.
func (p *placer) resolve() error {
	p.cells = p.cells[:0]
	for _, d := range p.pending {
		p.cells = append(p.cells, d.head.Customer)
	}
	ids, err := p.customers.Resolve(p.cells)
	if err != nil {
		return err
	}
	for i, d := range p.pending {
		if d.customer = ids[i]; d.customer == 0 && d.head.Customer != "" {
			p.refuse(d, "customer", d.head.Customer, p.customers.Problem(d.head.Customer))
			continue
		}
		if d.consultant, err = p.sellers.ID(d.head.Consultant); err != nil {
			return err
		}
		if d.campaign, err = p.campaigns.ID(d.head.Campaign); err != nil {
			return err
		}
		for i := range d.lines {
			if d.lines[i].product, err = p.products.ID(d.lines[i].sku); err != nil {
				return err
			}
		}
		p.used |= d.has | d.clears
		if len(d.lines) > 0 {
			p.used |= FieldProduct
		}
		if d.source != p.options.Source {
			p.used |= FieldRefSource
		}
	}
	p.drop()
	return nil
}

// drop takes the refused orders out of the batch.
func (p *placer) drop() {
	p.pending = slices.DeleteFunc(p.pending, func(d *draft) bool { return d.refused })
}

// feed is the feed with these columns, made once for each set of them.
func (p *placer) feed(key string, columns []string) (*book.Feed, error) {
	if f, ok := p.feeds[key]; ok {
		return f, nil
	}
	f, err := p.tx.NewFeed(columns...)
	if err != nil {
		return nil, fmt.Errorf("feed of %s: %w", key, err)
	}
	p.feeds[key] = f
	return f, nil
}
