package sales

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// loadColumns are the columns of orders as the table stores them, behind its id.
var loadColumns = []string{"ref", "ref_source", "customer_id", "ordered_on", "total", "channel", "is_history", "shipping", "tax", "discount",
	"cost", "consultant_id", "campaign_id", "notes", "confirmed_on", "shipped_on", "invoiced_on", "cancelled_on", "returned_on",
	"valid_until_on", "promotion_id", "original_id"}

// The columns of the indexes of orders.
var (
	refColumns   = []string{"ref", "ref_source"}
	salesColumns = []string{"customer_id", "ordered_on", "net", "is_history", "confirmed_on", "cancelled_on", "returned_on"}
)

// loading writes the orders of an import into a book that has none, without asking SQLite for each: the rows come in
// order of their ids, the entries of orders_sales are kept until they can be sorted, and those of orders_ref go straight
// into the index when the file is sorted by ref.
type loading struct {
	orders *book.Load
	refs   *book.IndexLoad
	sums   *book.IndexLoad
	sales  []sale
	record book.Record
	last   [2]string // ref and source of the order before
	days   map[dates.Date]string
}

// sale is an entry of orders_sales. An imported fact happened on the order's own day, so a bit each is enough.
type sale struct {
	customer, net, id int64
	day               dates.Date
	facts             saleFacts
}

// saleFacts orders as the columns do that it stands for: the first column decides first.
type saleFacts uint8

const (
	saleReturned saleFacts = 1 << iota
	saleCancelled
	saleConfirmed
	saleHistory
)

// startLoad makes the loading, where book can do it.
func (p *placer) startLoad(r *book.Rebuild) error {
	orders, err := p.tx.NewLoad("orders", loadColumns)
	if err != nil || orders == nil {
		return err
	}
	l := &loading{orders: orders, days: map[dates.Date]string{}}
	if l.sums, err = p.tx.NewIndexLoad("orders_sales", salesColumns); err != nil {
		return err
	}
	if l.refs, err = p.tx.NewIndexLoad("orders_ref", refColumns); err != nil {
		return err
	}
	if l.sums == nil || l.refs == nil {
		return nil
	}
	l.sales = make([]sale, 0, p.options.Rows)
	l.sums.Sort = l.sort
	r.Loads = map[string]*book.IndexLoad{"orders_sales": l.sums, "orders_ref": l.refs}
	p.loading = l
	return nil
}

// loads says whether a batch can be loaded. What SQLite would refuse or treat apart is left to it.
func (p *placer) loads(drafts []*draft) bool {
	if p.loading == nil {
		return false
	}
	for _, d := range drafts {
		if d.customer == 0 || d.head.Date.IsZero() || !p.loading.orders.Fits(len(d.ref)+len(d.source)+len(d.head.Channel)+len(d.head.Notes)) {
			return false
		}
	}
	return true
}

// leaveLoad has all further orders written by SQL, of which the indexes made here would not know.
func (p *placer) leaveLoad() error {
	if p.loading != nil {
		p.loading.refs.Spoil()
		p.loading.sums.Spoil()
	}
	return p.finishLoad()
}

// finishLoad hands the rows loaded to the book.
func (p *placer) finishLoad() error {
	l := p.loading
	if l == nil {
		return nil
	}
	p.loading = nil
	return l.orders.Finish()
}

// load writes new orders and their lines.
func (p *placer) load(drafts []*draft) error {
	for _, d := range drafts {
		d.id = p.nextID
		p.nextID++
		if err := p.loading.add(d); err != nil {
			return err
		}
	}
	if err := p.loading.orders.Write(); err != nil {
		return err
	}
	return p.insertLines(drafts)
}

// add loads one order.
func (l *loading) add(d *draft) error {
	f := d.head.Status.facts()
	day := l.day(d.head.Date)
	r := &l.record
	l.orders.Begin(r)
	r.Text(d.ref)
	r.Text(d.source)
	r.Int(d.customer)
	r.Text(day)
	r.Int(int64(d.total))
	maybeText(r, d.head.Channel)
	r.Int(bit(f.history))
	r.Int(int64(d.head.Shipping))
	r.Int(int64(d.tax))
	r.Int(int64(d.discount))
	maybeInt(r, int64(d.cost), d.costKnown)
	maybeInt(r, d.consultant, d.consultant != 0)
	maybeInt(r, d.campaign, d.campaign != 0)
	maybeText(r, d.head.Notes)
	for _, happened := range [...]bool{f.confirmed, f.shipped, f.invoiced, f.cancelled, f.returned} {
		dayWhen(r, day, happened)
	}
	for range 3 { // no file says these: valid_until_on, promotion_id, original_id
		r.Null()
	}
	l.orders.Add(r)
	l.sales = append(l.sales, sale{customer: d.customer, day: d.head.Date, net: int64(d.total - d.tax - d.head.Shipping), id: d.id,
		facts: saleHistory*saleFacts(bit(f.history)) | saleConfirmed*saleFacts(bit(f.confirmed)) |
			saleCancelled*saleFacts(bit(f.cancelled)) | saleReturned*saleFacts(bit(f.returned))})
	return l.addRef(d)
}

// addRef adds to the index on refs, or gives it up when refs do not ascend.
func (l *loading) addRef(d *draft) error {
	if l.refs.Spoiled {
		return nil
	}
	if order := cmp.Or(strings.Compare(l.last[0], d.ref), strings.Compare(l.last[1], d.source)); order >= 0 {
		l.refs.Spoil()
		return nil
	}
	l.last = [2]string{d.ref, d.source}
	r := &l.record
	r.Reset()
	r.Text(d.ref)
	r.Text(d.source)
	r.Int(d.id)
	return l.refs.Add(r)
}

// sort adds the entries of orders_sales.
func (l *loading) sort() error {
	slices.SortFunc(l.sales, func(a, b sale) int {
		switch {
		case a.customer != b.customer:
			return cmp.Compare(a.customer, b.customer)
		case a.day != b.day:
			return cmp.Compare(a.day, b.day)
		}
		return cmp.Or(cmp.Compare(a.net, b.net), cmp.Compare(a.facts, b.facts), cmp.Compare(a.id, b.id))
	})
	r := &l.record
	for _, s := range l.sales {
		day := l.day(s.day)
		r.Reset()
		r.Int(s.customer)
		r.Text(day)
		r.Int(s.net)
		r.Int(bit(s.facts&saleHistory != 0))
		for _, fact := range [...]saleFacts{saleConfirmed, saleCancelled, saleReturned} {
			dayWhen(r, day, s.facts&fact != 0)
		}
		r.Int(s.id)
		if err := l.sums.Add(r); err != nil {
			return err
		}
	}
	l.sales = nil
	return nil
}

// day is the text of a day.
func (l *loading) day(d dates.Date) string {
	s, ok := l.days[d]
	if !ok {
		s = d.String()
		l.days[d] = s
	}
	return s
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func maybeText(r *book.Record, s string) {
	if s == "" {
		r.Null()
	} else {
		r.Text(s)
	}
}

func maybeInt(r *book.Record, n int64, known bool) {
	if known {
		r.Int(n)
	} else {
		r.Null()
	}
}

func dayWhen(r *book.Record, day string, happened bool) {
	if happened {
		r.Text(day)
	} else {
		r.Null()
	}
}
