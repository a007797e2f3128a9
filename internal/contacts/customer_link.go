package contacts

import (
	"fmt"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// pendingLink is a row that names a company or a referrer, to be looked up when all rows are in.
type pendingLink struct {
	id        int64
	lines     []int // of the rows of this customer
	source    string
	keys      [2]string // of company and referrer
	named     [2]bool
	unchanged bool // its row was counted as unchanged
	found     [2]int64
}

// linkFields are the fields a pendingLink is about, and where they are stored.
var linkFields = [2]struct {
	field  Fields
	column string
}{{FieldCompany, "company_id"}, {FieldReferredBy, "referred_by_id"}}

// postpone keeps for later the links that a group gives and gives back the fields that can be written now. A link that
// is erased can.
func (im *importer) postpone(g *group, id int64, given Fields) Fields {
	l := pendingLink{id: id, source: im.options.Source, keys: [2]string{g.row.Company.Key, g.row.ReferredBy.Key}}
	if g.row.RefSource != "" {
		l.source = g.row.RefSource
	}
	for i, f := range linkFields {
		if given&f.field != 0 && l.keys[i] != "" {
			l.named[i] = true
			given &^= f.field
		}
	}
	if !l.named[0] && !l.named[1] {
		return given
	}
	l.lines = append(l.lines, g.row.Line)
	for _, m := range g.more {
		l.lines = append(l.lines, m.line)
	}
	im.links = append(im.links, l)
	return given
}

// link looks up whom the rows name and writes what is new.
func (im *importer) link() error {
	if len(im.links) == 0 {
		return nil
	}
	people := &directory{im: im, ids: map[address]int64{}, problems: map[address]string{}}
	if err := people.lookUp(); err != nil {
		return err
	}
	latest := map[int64]*pendingLink{} // of each customer: a later row says more
	var order []*pendingLink
	for i := range im.links {
		l := &im.links[i]
		if !im.resolve(l, people) {
			continue
		}
		if before := latest[l.id]; before != nil {
			before.merge(l)
			continue
		}
		latest[l.id] = l
		order = append(order, l)
	}
	for i := range linkFields {
		if err := im.writeLinks(order, i); err != nil {
			return err
		}
	}
	return nil
}

func (l *pendingLink) merge(later *pendingLink) {
	for i := range linkFields {
		if later.named[i] {
			l.named[i], l.found[i] = true, later.found[i]
		}
	}
}

// resolve fills in whom a row names; ok is false when it was refused.
func (im *importer) resolve(l *pendingLink, people *directory) (ok bool) {
	ok = true
	for i, f := range linkFields {
		if !l.named[i] {
			continue
		}
		a := address{l.source, l.keys[i]}
		reason := people.problems[a]
		if l.found[i] = people.ids[a]; l.found[i] == l.id {
			reason = "she cannot be her own"
		}
		if reason != "" {
			for _, line := range l.lines {
				im.report(Problem{Line: line, Field: f.field.Name(), Reason: reason, Late: true})
			}
			ok = false
		}
	}
	return ok
}

// writeLinks writes one of the two links of those whose link is another than the book has.
func (im *importer) writeLinks(links []*pendingLink, i int) error {
	var named []*pendingLink
	for _, l := range links {
		if l.named[i] {
			named = append(named, l)
		}
	}
	f, err := im.feed("links", "i", "id", "link")
	if err != nil || len(named) == 0 {
		return err
	}
	load := func(list []*pendingLink) {
		f.Load(len(list), func(row, column int) any { return [...]int64{int64(row), list[row].id, list[row].found[i]}[column] })
	}
	load(named)
	column := linkFields[i].column
	var news []*pendingLink
	err = im.tx.Each(func(row book.Row) error {
		news = append(news, named[row.Int(0)])
		return nil
	}, `f.i`, `temp.`+f.Name+` f CROSS JOIN customers c ON c.id = f.id WHERE c.`+column+` IS NOT f.link`)
	if err != nil || len(news) == 0 {
		return err
	}
	for _, l := range news {
		if l.unchanged {
			l.unchanged = false
			im.tally.Unchanged--
			im.tally.Updated++
		}
	}
	load(news)
	_, err = im.tx.Exec(`UPDATE customers SET ` + column + ` = f.link FROM temp.` + f.Name + ` f WHERE customers.id = f.id`)
	return err
}

// address is a key as a row of a source writes it.
type address struct{ source, key string }

// directory finds the customers that the links of a file name: by ref in the row's source, by a ref that is unique over
// all sources, by e-mail, by phone if it begins with +, by name.
type directory struct {
	im       *importer
	ids      map[address]int64
	problems map[address]string
}

func (d *directory) lookUp() error {
	var open []address
	for _, l := range d.im.links {
		for i := range linkFields {
			a := address{l.source, l.keys[i]}
			if _, known := d.problems[a]; l.named[i] && !known {
				d.problems[a] = "there is no such customer"
				open = append(open, a)
			}
		}
	}
	f, err := d.im.feed("addresses", "i", "key", "source", "email", "phone", "name_key")
	if err != nil {
		return err
	}
	for _, way := range []struct{ what, on string }{
		{"", `c.ref = f.key AND c.ref_source = f.source`},
		{"ref", `c.ref = f.key`},
		{"e-mail", `c.email = f.email`},
		{"phone", `c.phone_e164 = f.phone`},
		{"name", `c.name_key = f.name_key`},
	} {
		d.load(f, open)
		if err := d.seek(f, open, way.what, way.on); err != nil {
			return err
		}
		var still []address
		for _, a := range open {
			if d.problems[a] == "there is no such customer" {
				still = append(still, a)
			}
		}
		open = still
	}
	return nil
}

func (d *directory) load(f *book.Feed, open []address) {
	f.Load(len(open), func(row, column int) any {
		switch a := open[row]; column {
		case 0:
			return int64(row)
		case 1:
			return a.key
		case 2:
			return a.source
		case 3:
			if strings.Contains(a.key, "@") {
				return FoldEmail(a.key)
			}
		case 4:
			if strings.HasPrefix(a.key, "+") {
				return orNull(E164(a.key, d.im.country))
			}
		default:
			return book.Fold(a.key)
		}
		return nil
	})
}

// seek finds those of open whom a condition joins to one customer; active ones count before archived.
func (d *directory) seek(f *book.Feed, open []address, what, on string) error {
	return d.im.tx.Each(func(row book.Row) error {
		a := open[row.Int(0)]
		n, id := row.Int(1), row.Int(2)
		if n == 0 {
			n, id = row.Int(3), row.Int(4)
		}
		if n > 1 {
			d.problems[a] = fmt.Sprintf("%d customers have this %s; name one by its ref", n, what)
			return nil
		}
		d.ids[a] = id
		delete(d.problems, a)
		return nil
	}, `i, active, active_id, n, id`, `(SELECT f.i, count(*) FILTER (WHERE c.archived_on IS NULL) AS active, min(c.id) FILTER (WHERE c.archived_on IS NULL) AS active_id,
		count(*) AS n, min(c.id) AS id FROM temp.`+f.Name+` f CROSS JOIN customers c ON `+on+` GROUP BY f.i)`)
}
