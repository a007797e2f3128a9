package loyalty

import (
	"cmp"
	"slices"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// writer writes very many entries that open lots: straight into the pages of a ledger that is empty, where nobody owes
// anything, and else as post does.
type writer struct {
	tx      *book.Tx
	load    *book.Load // nil: by post
	ruled   bool       // some entries may name a rule
	other   string     // the index on those whose points these are not
	record  book.Record
	pending []Posting
	owners  *book.IndexLoad // by account and day; nil: SQLite makes it
	orders  *book.IndexLoad
	owned   []owned
	next    int64
	failed  error
	own     string // the index on those whose points these are
	days    map[dates.Date]string
}

// owned is an entry of the index by account and day.
type owned struct {
	account, id int64
	day         dates.Date
}

// entryRow are the columns of point_entries as the table stores them, behind its id.
var entryRow = []string{"ref", "ref_source", "customer_id", "consultant_id", "kind", "points", "effective_on", "active_from_on", "expires_on", "order_id", "rule_id",
	"reverses_id", "subject", "reason"}

func (h *history) newWriter() (*writer, error) {
	w := &writer{tx: h.tx, other: "point_entries_customer", own: "point_entries_consultant", days: map[dates.Date]string{}}
	if h.plan.Programme == Clients {
		w.other, w.own = "point_entries_consultant", "point_entries_customer"
	}
	for i := range h.plan.rules {
		w.ruled = w.ruled || h.plan.rules[i].Kind == Bonus || h.plan.rules[i].apart()
	}
	if h.last-h.first < book.BulkRows {
		return w, nil
	}
	var err error
	if w.load, err = h.tx.NewLoad("point_entries", entryRow); err != nil || w.load == nil {
		return w, err
	}
	if w.next, err = h.tx.NextID("point_entries"); err != nil {
		return w, err
	}
	if w.orders, err = h.tx.NewIndexLoad("point_entries_order", []string{"order_id"}); err != nil {
		return w, err
	}
	w.owners, err = h.tx.NewIndexLoad(w.own, []string{holder(h.plan.Programme), "effective_on"})
	if w.owners != nil {
		w.owners.Sort = w.sort
	}
	return w, err
}

// sort adds the entries by account and day.
func (w *writer) sort() error {
	slices.SortFunc(w.owned, func(a, b owned) int {
		switch { // what need not be compared is not: that halves the sort of a million
		case a.account != b.account:
			return cmp.Compare(a.account, b.account)
		case a.day != b.day:
			return cmp.Compare(a.day, b.day)
		}
		return cmp.Compare(a.id, b.id)
	})
	r := &w.record
	for _, o := range w.owned {
		r.Reset()
		r.Int(o.account)
		r.Text(w.day(o.day))
		r.Int(o.id)
		if err := w.owners.Add(r); err != nil {
			return err
		}
	}
	w.owned = nil
	return nil
}

// around runs fill, with the indexes of the ledger made afterwards where it is loaded. Those that hold only entries with a
// value which none of these has stay as they are, empty.
func (w *writer) around(fill func() error) error {
	if w.load == nil {
		return fill()
	}
	keep := []string{"point_entries_ref", "point_entries_reverses", w.other}
	if !w.ruled {
		keep = append(keep, "point_entries_rule")
	}
	loads := map[string]*book.IndexLoad{"point_entries_order": w.orders, w.own: w.owners}
	return w.tx.WithoutIndexes(book.Rebuild{Tables: []string{"point_entries"}, Keep: keep, Loads: loads}, func() error {
		if err := fill(); err != nil {
			return err
		}
		return w.load.Finish()
	})
}

// add takes an entry.
func (w *writer) add(p *Posting) {
	if w.load == nil {
		w.pending = append(w.pending, *p)
		return
	}
	r := &w.record
	w.load.Begin(r)
	id := func(n int64) {
		if n == 0 {
			r.Null()
		} else {
			r.Int(n)
		}
	}
	day := func(d dates.Date) {
		if d == 0 {
			r.Null()
		} else {
			r.Text(w.day(d))
		}
	}
	r.Null()
	r.Null()
	id(p.Account.Customer)
	id(p.Account.Consultant)
	r.Text(string(p.Kind))
	r.Int(p.Points)
	day(p.On)
	day(p.ActiveFrom)
	day(p.ExpiresOn)
	id(p.Order)
	id(p.Rule)
	for range 3 {
		r.Null()
	}
	w.load.Add(r)
	if w.owners != nil {
		w.owned = append(w.owned, owned{p.Account.id(), w.next, p.On})
	}
	if w.orders != nil { // orders come in the order of their ids
		r.Reset()
		r.Int(p.Order)
		r.Int(w.next)
		w.failed = cmp.Or(w.failed, w.orders.Add(r))
	}
	w.next++
}

// day is the text of a day.
func (w *writer) day(d dates.Date) string {
	s, ok := w.days[d]
	if !ok {
		s = d.String()
		w.days[d] = s
	}
	return s
}

// write writes what was taken.
func (w *writer) write() error {
	if w.load != nil {
		if w.failed != nil {
			return w.failed
		}
		return w.load.Write()
	}
	for chunk := range slices.Chunk(w.pending, ordersInDepth) {
		if err := post(w.tx, chunk); err != nil {
			return err
		}
	}
	w.pending = w.pending[:0]
	return nil
}
