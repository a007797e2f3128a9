package contacts

import (
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// RebuildSearch makes the full-text index of customers anew, after a load that ran without its triggers. Meanwhile the
// index gathers 4 MB of words instead of 1 before it writes them out, and so has less to merge.
const RebuildSearch = `
	INSERT INTO customers_search (customers_search, rank) VALUES ('hashsize', 4194304);
	INSERT INTO customers_search (customers_search) VALUES ('rebuild');
	INSERT INTO customers_search (customers_search, rank) VALUES ('hashsize', 1048576)`

// KeySQL is how a file names a customer, a row of a table: what a Resolver finds her by again. That is her ref, with its
// source before it unless that is csv, else her e-mail, her phone or her name. Of one whose data were erased only the id
// is left, written as the ref that Export gives her.
func KeySQL(table string) string {
	return strings.ReplaceAll(`CASE WHEN c.ref_source = 'csv' THEN c.ref WHEN c.ref IS NOT NULL THEN c.ref_source || ':' || c.ref
		WHEN c.erased_on IS NOT NULL THEN '`+BookSource+`:' || c.id ELSE coalesce(c.email, c.phone_e164, c.name) END`, "c.", table+".")
}

// Resolver turns the customer cells of an import into ids: by ref within the import's source, else by e-mail if the cell
// holds @, else by phone if it begins with +, else by exact name if just one has it. Unknown ones are made: an e-mail or
// phone fills that field, anything else becomes both ref and name.
type Resolver struct {
	tx       *book.Tx
	source   string
	known    bool
	fresh    bool // the book had no customers when the import began, so that nobody can be found in it
	next     int64
	made     int64
	ids      map[string]int64
	problems map[string]string
	byEmail  map[string]int64 // made by this import: the same person written in another way
	byPhone  map[string]int64
	found    []int64
	finder   *finder        // nil until somebody must be looked up
	erased   map[int64]bool // whose data were erased: an export names them by their ids
	insert   *book.Feed
}

// NewResolver makes a Resolver. With known, unknown customers are a problem instead of being made.
func NewResolver(tx *book.Tx, source string, known bool) (*Resolver, error) {
	r := &Resolver{tx: tx, source: source, known: known, ids: map[string]int64{}, problems: map[string]string{},
		byEmail: map[string]int64{}, byPhone: map[string]int64{}}
	_, found, err := book.One(tx.View, book.Scalar[int64], `SELECT 1 FROM customers LIMIT 1`)
	if err != nil {
		return nil, err
	}
	if r.fresh = !found; found {
		if r.erased, err = erasedIDs(tx.View); err != nil {
			return nil, err
		}
	}
	r.next, err = tx.NextID("customers")
	return r, err
}

// Fresh says whether the book had no customers when the import began.
func (r *Resolver) Fresh() bool { return r.fresh }

// Made is how many customers were made so far.
func (r *Resolver) Made() int64 { return r.made }

// Erased says whether a customer's data were erased, so that nothing may be written of her any more.
func (r *Resolver) Erased(id int64) bool { return r.erased[id] }

// AnyErased says whether Erased is true of anybody.
func (r *Resolver) AnyErased() bool { return len(r.erased) > 0 }

// Problem says why Resolve found nobody for a cell.
func (r *Resolver) Problem(cell string) string { return r.problems[cell] }

// wanted is a cell to be found or made. A cell SOURCE:REF may name a customer of another source, as exports write her.
type wanted struct{ cell, email, phone, key, otherRef, otherSource string }

// Resolve finds or makes the customer of each cell. An id of 0 means that the cell is empty or
// that there is a Problem with it. The slice is good until the next call.
func (r *Resolver) Resolve(cells []string) ([]int64, error) {
	r.found = r.found[:0]
	var unseen []wanted
	var open []int // places of found to be filled in once the unseen are known
	for i, cell := range cells {
		id := r.ids[cell]
		r.found = append(r.found, id)
		if id != 0 || cell == "" {
			continue
		}
		open = append(open, i)
		if r.problems[cell] == "" {
			unseen = append(unseen, r.want(strings.Clone(cell))) // not to keep the whole row of the file alive
		}
	}
	if len(unseen) == 0 {
		return r.found, nil
	}
	if !r.fresh {
		if err := r.find(unseen); err != nil {
			return nil, err
		}
	}
	if err := r.make(unseen); err != nil {
		return nil, err
	}
	for _, i := range open {
		r.found[i] = r.ids[cells[i]]
	}
	return r.found, nil
}

// want notes that a cell is to be found or made.
func (r *Resolver) want(cell string) wanted {
	w := wanted{cell: cell, key: book.Fold(cell)}
	switch {
	case strings.Contains(cell, "@"):
		w.email = FoldEmail(cell)
	case strings.HasPrefix(cell, "+"):
		w.phone = E164(cell, r.tx.Settings().Country)
	}
	if source, ref, ok := strings.Cut(cell, ":"); ok {
		w.otherSource, w.otherRef = source, ref
	}
	r.problems[cell] = "unknown"
	return w
}

// find looks the cells up in the book, the surest key first; a key that several customers share is a problem. Archived
// customers count only where no active one has the key, so that a file read again still finds who was in it.
func (r *Resolver) find(unseen []wanted) (err error) {
	if r.finder == nil {
		if r.finder, err = newFinder(r.tx); err != nil {
			return err
		}
	}
	for _, by := range []struct {
		way  keyWay
		keys func(*wanted) keys
	}{
		{bySourceRef, func(w *wanted) keys { return keys{ref: w.cell, source: r.source} }},
		{bySourceRef, func(w *wanted) keys { return keys{ref: w.otherRef, source: w.otherSource} }},
		{byAnyEmail, func(w *wanted) keys { return keys{email: w.email} }},
		{byAnyPhone, func(w *wanted) keys { return keys{phone: w.phone} }},
		{byExactName, func(w *wanted) keys { return w.names() }},
	} {
		var open []keys
		var of []string // their cells
		for i := range unseen {
			if k := by.keys(&unseen[i]); k != (keys{}) && r.problems[unseen[i].cell] == "unknown" {
				open, of = append(open, k), append(of, unseen[i].cell)
			}
		}
		if len(open) == 0 {
			continue
		}
		r.finder.load(len(open), func(row int) keys { return open[row] })
		err := r.finder.each(by.way, func(row, n, id int64) {
			if n > 1 {
				r.problems[of[row]] = severalHave(n, by.way.what)
				return
			}
			r.ids[of[row]] = id
			delete(r.problems, of[row])
		})
		if err != nil {
			return err
		}
	}
	r.findErased(unseen)
	return nil
}

// findErased finds those whom an export names by their ids, since nothing else is left of them.
func (r *Resolver) findErased(unseen []wanted) {
	for i := range unseen {
		if w := &unseen[i]; w.otherSource == BookSource && r.problems[w.cell] == "unknown" {
			if id := idOf(w.otherRef); r.erased[id] {
				r.ids[w.cell] = id
				delete(r.problems, w.cell)
			}
		}
	}
}

// names is the cell as a name, unless it is an e-mail or a phone.
func (w *wanted) names() keys {
	if w.email != "" || w.phone != "" {
		return keys{}
	}
	return keys{ref: w.cell, name: w.key}
}

// make inserts the customers nobody was found for, or says that they are unknown.
func (r *Resolver) make(unseen []wanted) error {
	var news []wanted
	for _, w := range unseen {
		switch {
		case r.problems[w.cell] != "unknown":
			continue
		case r.known:
			r.problems[w.cell] = "there is no such customer (--known-customers)"
			continue
		case w.email != "" && r.byEmail[w.email] != 0:
			r.ids[w.cell] = r.byEmail[w.email]
		case w.phone != "" && r.byPhone[w.phone] != 0:
			r.ids[w.cell] = r.byPhone[w.phone]
		default:
			r.ids[w.cell] = r.next
			if w.email != "" {
				r.byEmail[w.email] = r.next
			}
			if w.phone != "" {
				r.byPhone[w.phone] = r.next
			}
			r.next++
			news = append(news, w)
		}
		delete(r.problems, w.cell)
	}
	if len(news) == 0 {
		return nil
	}
	r.made += int64(len(news))
	return r.write(news)
}

// write inserts new customers, whose ids are the next ones.
func (r *Resolver) write(news []wanted) error {
	var err error
	if r.insert == nil {
		if r.insert, err = r.tx.NewFeed("ref", "name", "email", "phone", "e164", "key", "search"); err != nil {
			return err
		}
	}
	r.insert.Load(len(news), func(row, col int) any { return news[row].field(col) })
	return r.tx.Append("customers", r.next-1, `INSERT INTO customers (ref, ref_source, name, email, phone, phone_e164, created_on, name_key, search)
		SELECT ref, CASE WHEN ref IS NOT NULL THEN ? END, name, email, phone, e164, ?, key, search FROM temp.`+r.insert.Name,
		r.source, r.tx.Today().String())
}

// field is a column of a customer made of a cell: an e-mail or a phone fills that field, anything else is ref and name.
func (w *wanted) field(col int) any {
	keyed := w.email == "" && w.phone == ""
	switch {
	case col == 0 && keyed, col == 1, col == 3 && w.phone != "":
		return w.cell
	case col == 2 && w.email != "":
		return w.email
	case col == 4 && w.phone != "":
		return w.phone
	case col == 5:
		return w.key
	case col == 6:
		phone := ""
		if w.phone != "" {
			phone = w.cell
		}
		return SearchText(w.cell, w.email, phone, w.phone)
	}
	return nil
}
