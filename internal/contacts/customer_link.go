package contacts

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// pendingLink is a row that names a company or a referrer, to be looked up when all rows are in.
type pendingLink struct {
	id      int64
	lines   []int      // of the rows of this customer
	to      [2]address // company and referrer
	named   [2]bool
	outcome *outcome
	found   [2]int64
}

// linkFields are the fields a pendingLink is about, and where they are stored.
var linkFields = [2]struct {
	field  Fields
	column string
	of     func(*Row) *Link
}{
	{FieldCompany, "company_id", func(r *Row) *Link { return &r.Company }},
	{FieldReferredBy, "referred_by_id", func(r *Row) *Link { return &r.ReferredBy }},
}

// writableNow are those of the fields a group gives that need not be postponed. A link that is erased need not.
func writableNow(g *group, given Fields) Fields {
	for _, f := range linkFields {
		if given&f.field != 0 && f.of(g.row).Key != "" {
			given &^= f.field
		}
	}
	return given &^ FieldConsents
}

// postpone keeps for later the links, consents and further refs that a group gives; unchanged is how its first row was
// counted.
func (im *importer) postpone(g *group, id int64, given Fields, unchanged bool) {
	if given&(FieldCompany|FieldReferredBy|FieldConsents) == 0 && g.row.Refs == "" && !g.row.FurtherRef {
		return
	}
	o := &outcome{unchanged}
	im.postponeConsents(g, id, given, o)
	im.postponeRefs(g, id, o)
	later := given &^ writableNow(g, given)
	if later&(FieldCompany|FieldReferredBy) == 0 {
		return
	}
	l := pendingLink{id: id, outcome: o, lines: g.lines()}
	for i, f := range linkFields {
		l.to[i], l.named[i] = im.address(g.row, f.field, f.of(g.row)), later&f.field != 0
	}
	im.links = append(im.links, l)
}

// link looks up whom the rows name and writes what is new.
func (im *importer) link() error {
	if len(im.links) == 0 {
		return nil
	}
	var to []address
	for _, l := range im.links {
		for i, a := range l.to {
			if l.named[i] {
				to = append(to, a)
			}
		}
	}
	people, err := im.lookUp(to)
	if err != nil {
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
	if err := im.makeCompanies(order); err != nil {
		return err
	}
	return im.keepCompanies()
}

// makeCompanies makes companies of those who are new, of whom the file does not say what they are, and to whom others
// belong.
func (im *importer) makeCompanies(links []*pendingLink) error {
	var ids []int64
	for _, l := range links {
		if id := l.found[0]; l.named[0] && id >= im.first && !im.persons[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	f, err := im.save.feed("companies", "id")
	if err != nil {
		return err
	}
	f.Load(len(ids), func(row, _ int) any { return ids[row] })
	_, err = im.tx.Exec(`UPDATE customers SET kind = ? WHERE kind <> ?1 AND id IN (SELECT id FROM temp.`+f.Name+`)`, Kinds[1])
	return err
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
		reason := people.problems[l.to[i]]
		if l.found[i] = people.ids[l.to[i]]; l.found[i] == l.id {
			reason = "she cannot be her own"
		}
		if reason != "" && l.to[i].ifKnown {
			l.named[i] = false
			im.unknown = append(im.unknown, unknownCompany{l.id, l.to[i].key, l.outcome})
		} else if reason != "" {
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
	f, err := im.save.feed("links", "i", "id", "link")
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
		im.changed(l.outcome)
	}
	load(news)
	_, err = im.tx.Exec(`UPDATE customers SET ` + column + ` = f.link FROM temp.` + f.Name + ` f WHERE customers.id = f.id`)
	return err
}

// address is a key as a row of a source writes it, or the name of a company that may be unknown.
type address struct {
	source, key string
	ifKnown     bool
}

// address is whom a row names in one of its links.
func (im *importer) address(r *Row, f Fields, to *Link) address {
	return address{cmp.Or(r.RefSource, im.options.Source), to.Key, f == FieldCompany && r.CompanyIfKnown}
}

// directory finds the customers that the links of a file name: by ref in the row's source, by a ref that is unique over
// all sources, by SOURCE:REF, by e-mail, by phone if it begins with +, by name.
type directory struct {
	im       *importer
	ids      map[address]int64
	problems map[address]string
}

const nobody = "there is no such customer"

// lookUp makes the directory of some addresses.
func (im *importer) lookUp(to []address) (*directory, error) {
	d := &directory{im: im, ids: map[address]int64{}, problems: map[address]string{}}
	var open, companies []address
	for _, a := range to {
		if _, known := d.problems[a]; known {
			continue
		}
		if d.problems[a] = nobody; a.ifKnown {
			companies = append(companies, a)
		} else {
			open = append(open, a)
		}
	}
	for _, by := range []struct {
		way  keyWay
		keys func(address) keys
	}{
		{bySourceRef, func(a address) keys { return keys{ref: a.key, source: a.source} }},
		{byAnyRef, func(a address) keys { return keys{ref: a.key} }},
		{bySourceRef, address.otherSource},
		{byAnyEmail, address.email},
		{byAnyPhone, func(a address) keys { return a.phone(d.im.country) }},
		{byNameKey, address.name},
	} {
		if err := d.seek(open, by.way, by.keys); err != nil {
			return d, err
		}
		open = slices.DeleteFunc(slices.Clone(open), func(a address) bool { return d.problems[a] != nobody })
	}
	return d, d.seek(companies, byCompany, address.name)
}

// seek finds whom some of the addresses name in one way.
func (d *directory) seek(open []address, way keyWay, of func(address) keys) error {
	if len(open) == 0 {
		return nil
	}
	d.im.find.load(len(open), func(row int) keys { return of(open[row]) })
	return d.im.find.each(way, func(row, n, id int64) {
		if a := open[row]; n > 1 {
			d.problems[a] = severalHave(n, way.what)
		} else {
			d.ids[a] = id
			delete(d.problems, a)
		}
	})
}

func (a address) name() keys { return keys{name: book.Fold(a.key)} }

// otherSource is the ref of an address SOURCE:REF.
func (a address) otherSource() keys {
	list, err := parseRefs(a.key)
	if err != nil || len(list) != 1 {
		return keys{}
	}
	return keys{ref: list[0].ref, source: list[0].source}
}

func (a address) email() (k keys) {
	if strings.Contains(a.key, "@") {
		k.email = FoldEmail(a.key)
	}
	return k
}

func (a address) phone(country string) (k keys) {
	if strings.HasPrefix(a.key, "+") {
		k.phone = E164(a.key, country)
	}
	return k
}
