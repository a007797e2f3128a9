package contacts

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// way is one way of finding the customers of groups in the book.
type way struct {
	by   identity
	in   keyWay
	keys func(*Customer) iter.Seq[string] // what it goes by
	own  func(*Customer) string           // the preferred one of these, "" for none
	key  func(string) keys                // one of them as it is looked up
	want func(*group) bool                // which groups may be found in this way
	fits func(*group, *Customer) bool     // which customers will do
}

// ways are the ways of finding a customer, the surest first.
func (im *importer) ways() [4]way {
	return [4]way{
		{knownByRef, bySourceRef, (*Customer).refKeys, func(c *Customer) string { return sourceKey(c.RefSource, c.Ref) }, splitSourceKey,
			func(g *group) bool { return g.by == knownByRef }, func(*group, *Customer) bool { return true }},
		{knownByEmail, byAnyEmail, (*Customer).emailKeys, func(c *Customer) string { return c.Email }, func(key string) keys { return keys{email: key} },
			func(*group) bool { return true }, func(g *group, c *Customer) bool { return im.emailFits(g.row, g.by, c) }},
		{knownByPhone, byAnyPhone, func(c *Customer) iter.Seq[string] { return c.phoneKeys(im.country) }, func(c *Customer) string { return c.E164 }, func(key string) keys { return keys{phone: key} },
			func(g *group) bool { return g.by != knownByRef }, func(g *group, c *Customer) bool { return phoneFits(g.row, g.by, c, im.country) }},
		{knownByContent, byNameKey, (*Customer).nameKeys, (*Customer).foldedName, func(key string) keys { return keys{name: key} },
			func(g *group) bool { return g.by == knownByContent }, im.sameContent},
	}
}

// refKeys yields her ref with its source.
func (c *Customer) refKeys() iter.Seq[string] {
	return func(yield func(string) bool) {
		if c.Ref != "" {
			yield(sourceKey(c.RefSource, c.Ref))
		}
	}
}

// emailKeys yields her e-mails, the preferred one first.
func (c *Customer) emailKeys() iter.Seq[string] {
	return func(yield func(string) bool) {
		if c.Email != "" && !yield(c.Email) || c.Emails == "" {
			return
		}
		for _, r := range splitReaches(emailReach, c.Emails, "") {
			if !yield(r.key) {
				return
			}
		}
	}
}

// phoneKeys yields those of her phones that can be compared, the preferred one first.
func (c *Customer) phoneKeys(country string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if c.E164 != "" && !yield(c.E164) || c.Phones == "" {
			return
		}
		for _, r := range splitReaches(phoneReach, c.Phones, country) {
			if r.key[0] == '+' && !yield(r.key) {
				return
			}
		}
	}
}

// nameKeys yields the folded name of one who has nothing else to be known by.
func (c *Customer) nameKeys() iter.Seq[string] {
	return func(yield func(string) bool) {
		yield(c.foldedName())
	}
}

func splitSourceKey(key string) keys {
	source, ref, _ := strings.Cut(key, "\x00")
	return keys{ref: ref, source: source}
}

// emailFits says whether a customer found by e-mail will do for a row. One who has a ref is not taken over by another
// ref, unless it may be a further one and the row has her name; one who has but a further e-mail of the row must have its
// name as well, as a household may share one.
func (im *importer) emailFits(r *Row, by identity, c *Customer) bool {
	if by == knownByRef && c.Ref != "" && !(r.FurtherRef && r.foldedName() == c.foldedName()) {
		return false
	}
	return r.Email != "" && has(c.emailKeys(), r.Email) || r.foldedName() == c.foldedName()
}

// phoneFits says whether a customer found by phone will do for a row. People of one household share a phone: for a row
// that has an e-mail of its own she must have none, and the row's name or none but the number.
func phoneFits(r *Row, by identity, c *Customer, country string) bool {
	named := r.foldedName() == c.foldedName()
	if by == knownByPhone {
		return named || has(c.phoneKeys(country), r.E164)
	}
	return c.Email == "" && (named || r.Name == "" || c.Name == c.Phone)
}

func has(keys iter.Seq[string], key string) bool {
	for k := range keys {
		if k == key {
			return true
		}
	}
	return false
}

// match finds the customers of the groups in the book, each way in one query for those that no surer way has found.
func (im *importer) match() error {
	for _, w := range im.ways() {
		if w.by == knownByContent {
			if err := im.lookUpLinks(); err != nil {
				return err
			}
		}
		open, err := im.candidates(w)
		if err != nil {
			return err
		}
		for _, g := range open {
			im.choose(g, w)
		}
	}
	return nil
}

// sought is one key of a group.
type sought struct {
	of  *group
	key string
}

// candidates reads the customers that a way finds for the groups that are still open, and says which groups those are.
func (im *importer) candidates(w way) (open []*group, err error) {
	var list []sought
	for i := range im.groups {
		g := &im.groups[i]
		if g.old != nil || g.done || !w.want(g) {
			continue
		}
		before := len(list)
		for key := range w.keys(&g.row.Customer) {
			list = append(list, sought{g, key})
		}
		if len(list) > before {
			open = append(open, g)
		}
	}
	if im.met != nil {
		return open, im.remembered(w, list)
	}
	if len(list) == 0 {
		return nil, nil
	}
	im.find.load(len(list), func(row int) keys { return w.key(list[row].key) })
	return open, im.readFound(w, list, im.find.pairs(w.in))
}

// readFound reads the customers whose ids a SELECT gives beside a place in the list of what is sought.
func (im *importer) readFound(w way, list []sought, pairs string) error {
	return im.tx.Each(func(row book.Row) error {
		g, c := list[row.Int(0)].of, scanCustomer(row, 1)
		if w.fits(g, &c) && !slices.ContainsFunc(g.found, func(f *Customer) bool { return f.ID == c.ID }) {
			g.found = append(g.found, &c)
		}
		return nil
	}, `n.i, `+customerColumns, `(`+pairs+`) n CROSS JOIN customers c ON c.id = n.id`+customerJoins)
}

// choose takes the one customer found. Of several, the active ones come first, then those who have what the row is known
// by and not another of its e-mails or phones, then those with its very name, then those who prefer what it is known by.
// Are there still several who have it, nobody can tell whom the row means.
func (im *importer) choose(g *group, w way) {
	found := someIfAny(g.found, func(c *Customer) bool { return c.ArchivedOn.IsZero() })
	g.found = nil
	key := w.own(&g.row.Customer)
	if len(found) > 1 && w.by != knownByContent {
		found = someIfAny(found, func(c *Customer) bool { return has(w.keys(c), key) })
		found = someIfAny(found, func(c *Customer) bool { return c.Name == g.row.Name })
		found = someIfAny(found, func(c *Customer) bool { return w.own(c) == key })
	} else if len(found) > 1 {
		found = someIfAny(found, func(c *Customer) bool { return g.row.saysAll(c) })
	}
	switch {
	case len(found) == 1, len(found) > 1 && w.by == knownByContent && g.row.Consents == "":
		g.old, g.way = found[0], w.by
	case len(found) > 1 && g.by == w.by && has(w.keys(found[0]), key):
		im.refuseAll(g, g.keyField(), fmt.Sprintf("%d customers have this; name one by its ref", len(found)))
	}
}

// someIfAny is those of several customers of whom something is true, or all where it is true of none.
func someIfAny(found []*Customer, holds func(*Customer) bool) []*Customer {
	var some []*Customer
	for _, c := range found {
		if holds(c) {
			some = append(some, c)
		}
	}
	if len(some) == 0 {
		return found
	}
	return some
}

// joinSame joins groups that turned out to be one customer of the book: known by e-mail in one row, by phone in another.
func (im *importer) joinSame() {
	first := map[int64]int{}
	for i := range im.groups {
		g := &im.groups[i]
		if g.old == nil || g.done {
			continue
		}
		im.silence(g)
		at, again := first[g.old.ID]
		if g.ofMerged() {
			var before *Row
			if again {
				before = im.groups[at].row
			}
			g.fillOnly(before)
		}
		if !again {
			first[g.old.ID] = i
			continue
		}
		im.groups[at].join(g.row)
		im.groups[at].more = append(im.groups[at].more, g.more...)
		g.done = true
	}
}

// silence makes a row say nothing of an e-mail or phone that is one of the further ones of the customer she was found to
// be: that is no news, unless the file says which those are.
func (im *importer) silence(g *group) {
	r, old := g.row, g.old
	if r.Has&FieldEmails == 0 && old.Emails != "" && old.Email != r.Email && has(old.emailKeys(), r.Email) {
		r.Has &^= FieldEmail | FieldEmailLabel
	}
	if r.Has&FieldPhones == 0 && old.Phones != "" && old.E164 != r.E164 && has(old.phoneKeys(im.country), r.E164) {
		r.Has &^= FieldPhone | FieldPhoneLabel
	}
}

// refuseAll leaves out every row of a group.
func (im *importer) refuseAll(g *group, f Fields, reason string) {
	g.done = true
	for _, line := range g.lines() {
		im.refuse(line, f, reason)
	}
}

// sameContent says whether the book says of a customer all that a row says. Of one that this very import made it must
// say nothing more, or two people of one name would become one because the file knows less of the second. Consents are
// no feature of anybody.
func (im *importer) sameContent(g *group, c *Customer) bool {
	for i := range FieldNames {
		f := Fields(1) << i
		given := g.row.Has&f != 0
		want, have := "", c.said(f)
		if given {
			want = g.row.said(f)
		}
		switch {
		case want == have, !given && c.ID < im.first, f == FieldConsents:
		case !given && f&(FieldKind|FieldCreatedOn) != 0: // every customer has these
		case f == FieldAttributes && c.ID < im.first && have == g.row.withAttributes(have, g.row.attributeKeys):
		case f&(FieldCompany|FieldReferredBy) != 0 && c.ID >= im.first: // not looked up yet
		case f == FieldCompany && g.row.CompanyIfKnown && c.knowsCompany(want):
		case f == FieldCompany && !g.row.CompanyIfKnown && im.sameLink(g.row, f, &g.row.Company, &c.Company):
		case f == FieldReferredBy && im.sameLink(g.row, f, &g.row.ReferredBy, &c.ReferredBy):
		default:
			return false
		}
	}
	return true
}

// saysAll says whether there is nothing to be said of a customer of whom a row speaks.
func (r *Row) saysAll(c *Customer) bool {
	for i := range FieldNames {
		f := Fields(1) << i
		if (r.Has|FieldKind|FieldCreatedOn)&f == 0 && c.said(f) != "" {
			return false
		}
	}
	return true
}

// lookUpLinks looks up whom the groups name that are known by their content alone.
func (im *importer) lookUpLinks() (err error) {
	var to []address
	for i := range im.groups {
		g := &im.groups[i]
		for _, f := range linkFields {
			if link := f.of(g.row); g.by == knownByContent && g.old == nil && link.Key != "" && im.met == nil {
				to = append(to, im.address(g.row, f.field, link))
			}
		}
	}
	im.people, err = im.lookUp(to)
	return err
}

// sameLink says whether a row names the customer whom the book has in that place.
func (im *importer) sameLink(r *Row, f Fields, want, have *Link) bool {
	return have.ID != 0 && im.people.ids[im.address(r, f, want)] == have.ID
}
