package contacts

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// group is one customer of a batch: the rows that are the same person, one after the other.
type group struct {
	row  Row      // what they say together, with the line of the first
	by   identity // what she is known by
	more []moreRow

	found []Customer // who she may be in the book
	old   Customer   // who she is; ID 0 when she is new
	done  bool       // refused, or joined to another group
}

// moreRow is a row of a group behind the first one.
type moreRow struct {
	line int
	news bool // it changed what those before it said
}

// join adds what another row says to a group.
func (g *group) join(r *Row) {
	g.more = append(g.more, moreRow{r.Line, g.row.take(&r.Customer, r.Has) != 0})
	g.row.Has |= r.Has
}

// identity is what a row is known by.
type identity uint8

const (
	knownByRef identity = iota
	knownByEmail
	knownByPhone
	knownByContent
)

// key is what the rows of one customer share.
func (r *Row) key() (by identity, key string) {
	switch {
	case r.Ref != "":
		return knownByRef, r.RefSource + "\x00" + r.Ref
	case r.Email != "":
		return knownByEmail, r.Email
	case r.E164 != "":
		return knownByPhone, r.E164
	}
	return knownByContent, r.content()
}

// content is every value of the row, each behind its field, so that no two different rows are written alike.
func (r *Row) content() string {
	var b strings.Builder
	for left := r.Has; left != 0; left &= left - 1 {
		f := left & -left
		if value := r.said(f); value != "" {
			fmt.Fprintf(&b, "\x00%s\x01%s", f.Name(), value)
		}
	}
	return b.String()
}

// said is the value of a field as text.
func (c *Customer) said(f Fields) string {
	switch f {
	case FieldConsultant:
		return c.Consultant.Key
	case FieldCompany:
		return c.Company.Key
	case FieldReferredBy:
		return c.ReferredBy.Key
	case FieldCreatedOn:
		return dayText(c.CreatedOn)
	case FieldArchivedOn:
		return dayText(c.ArchivedOn)
	}
	return *c.text(f)
}

// putOff stands for a group in the index of keys where rows with that key wait for the next round.
const putOff = -1

// gather makes groups of rows. A row that may be the same customer as a group known by something else is put off until
// that group is in the book, where it is then found like any other.
func (im *importer) gather(rows []Row) {
	im.groups, im.later = im.groups[:0], im.later[:0]
	known := [4]map[string]int{{}, {}, {}, {}}           // by identity and key
	emails, phones := map[string]int{}, map[string]int{} // of all groups
	for i := range rows {
		r := &rows[i]
		im.complete(r)
		by, key := r.key()
		at, same := known[by][key]
		if !same && (im.mayBe(r, by, emails, r.Email) || im.mayBe(r, by, phones, r.E164)) {
			at, same = putOff, true
			known[by][key] = putOff
		}
		switch {
		case same && at == putOff:
			im.later = append(im.later, *r)
			continue
		case same:
			im.groups[at].join(r)
			continue
		}
		at = len(im.groups)
		known[by][key] = at
		if r.Email != "" {
			emails[r.Email] = at
		}
		if r.E164 != "" {
			phones[r.E164] = at
		}
		im.groups = append(im.groups, group{row: *r, by: by})
	}
}

// mayBe says whether a row could be the customer of the group that has its e-mail or phone, but is known by something
// else: by the same rules by which match would find her.
func (im *importer) mayBe(r *Row, by identity, index map[string]int, reach string) bool {
	at, taken := index[reach]
	if !taken || im.groups[at].by == by {
		return false
	}
	other := &im.groups[at].row
	switch by {
	case knownByRef:
		return other.Ref == "" && r.Email != "" && other.Email == r.Email
	case knownByEmail:
		return other.Email == r.Email || phoneFits(&group{row: *r, by: by}, other.Customer)
	}
	return true
}

// way is one way of finding the customers of groups in the book.
type way struct {
	on   string                          // the condition that joins customers c to the feed f
	key  func(*Customer) string          // what it goes by
	want func(*group) bool               // which groups may be found in this way
	fits func(g *group, c Customer) bool // which customers will do; nil for all
}

// ways are the ways of finding a customer, the surest first.
func (im *importer) ways() [4]way {
	return [4]way{
		{`c.ref = f.ref AND c.ref_source = f.source`, func(c *Customer) string { return c.Ref },
			func(g *group) bool { return g.by == knownByRef }, nil},
		{`c.email = f.email`, func(c *Customer) string { return c.Email },
			func(g *group) bool { return g.row.Email != "" }, func(g *group, c Customer) bool { return g.by != knownByRef || c.Ref == "" }},
		{`c.phone_e164 = f.phone`, func(c *Customer) string { return c.E164 },
			func(g *group) bool { return g.row.E164 != "" && g.by != knownByRef }, phoneFits},
		{`c.name_key = f.name_key`, func(c *Customer) string { key, _ := c.fold(); return key },
			func(g *group) bool { return g.by == knownByContent }, im.sameContent},
	}
}

// match finds the customers of the groups in the book, each way in one query for those that no surer way has found.
func (im *importer) match() error {
	for i, w := range im.ways() {
		var open []*group
		for at := range im.groups {
			if g := &im.groups[at]; g.old.ID == 0 && !g.done && w.want(g) && im.mayHave(i, w.key(&g.row.Customer)) {
				open = append(open, g)
			}
		}
		if err := im.candidates(open, w.on); err != nil {
			return err
		}
		for _, g := range open {
			if w.fits != nil {
				g.found = slices.DeleteFunc(g.found, func(c Customer) bool { return !w.fits(g, c) })
			}
			im.choose(g, g.by == identity(i))
		}
	}
	im.joinSame()
	return nil
}

// activeIfAny leaves archived customers out where there is an active one.
func activeIfAny(found []Customer) []Customer {
	var active []Customer
	for _, c := range found {
		if c.ArchivedOn.IsZero() {
			active = append(active, c)
		}
	}
	if len(active) > 0 {
		return active
	}
	return found
}

// phoneFits says whether a customer found by phone will do for a row that has an e-mail of its own: people of one
// household share a phone, so she must have no e-mail, and the row's name or none but the number.
func phoneFits(g *group, c Customer) bool {
	if g.by == knownByPhone {
		return true
	}
	key, _ := g.row.fold()
	have, _ := c.fold()
	return c.Email == "" && (key == have || key == "" || c.Name == c.Phone)
}

// mayHave says whether the book may have a customer with a key of the way of that number.
func (im *importer) mayHave(way int, key string) bool {
	if im.met == nil {
		return true
	}
	_, met := im.met[im.hash(way, key)]
	return met
}

// meet remembers by what a customer of this import can be found.
func (im *importer) meet(c *Customer) {
	if im.met == nil {
		return
	}
	for i, w := range im.ways() {
		im.met[im.hash(i, w.key(c))] = struct{}{}
	}
}

func (im *importer) hash(way int, key string) uint64 {
	return maphash.String(im.seed, key) + uint64(way)
}

// joinSame joins groups that turned out to be one customer of the book: known by e-mail in one row, by phone in another.
func (im *importer) joinSame() {
	first := map[int64]int{}
	for i := range im.groups {
		g := &im.groups[i]
		if g.old.ID == 0 || g.done {
			continue
		}
		at, again := first[g.old.ID]
		if !again {
			first[g.old.ID] = i
			continue
		}
		im.groups[at].join(&g.row)
		im.groups[at].more = append(im.groups[at].more, g.more...)
		g.done = true
	}
}

// candidates reads the customers that a condition joins to the groups.
func (im *importer) candidates(open []*group, on string) error {
	if len(open) == 0 {
		return nil
	}
	f, err := im.feed("keys", "i", "ref", "source", "email", "phone", "name_key")
	if err != nil {
		return err
	}
	f.Load(len(open), func(row, column int) any {
		switch r := &open[row].row; column {
		case 0:
			return int64(row)
		case 1:
			return orNull(r.Ref)
		case 2:
			return orNull(r.RefSource)
		case 3:
			return orNull(r.Email)
		case 4:
			return orNull(r.E164)
		default:
			key, _ := r.fold()
			return key
		}
	})
	return im.tx.Each(func(row book.Row) error {
		g := open[row.Int(0)]
		g.found = append(g.found, scanCustomer(row, 1))
		return nil
	}, `n.i, `+customerColumns, `(SELECT f.i, c.id FROM temp.`+f.Name+` f CROSS JOIN customers c ON `+on+`) n
		CROSS JOIN customers c ON c.id = n.id`+customerJoins)
}

// choose takes the one customer found. Of several, the active ones come first, then those with the very name of the
// row. Are there still several with what the row is known by, nobody can tell whom it means.
func (im *importer) choose(g *group, own bool) {
	found := activeIfAny(g.found)
	g.found = nil
	if len(found) > 1 && g.by != knownByContent {
		var named []Customer
		for _, c := range found {
			if c.Name == g.row.Name {
				named = append(named, c)
			}
		}
		if len(named) > 0 {
			found = named
		}
	}
	switch {
	case len(found) == 1, len(found) > 1 && g.by == knownByContent:
		g.old = found[0]
	case len(found) > 1 && own:
		im.refuseAll(g, g.keyField(), fmt.Sprintf("%d customers have this; name one by its ref", len(found)))
	}
}

// refuseAll leaves out every row of a group.
func (im *importer) refuseAll(g *group, f Fields, reason string) {
	g.done = true
	im.refuse(g.row.Line, f, reason)
	for _, m := range g.more {
		im.refuse(m.line, f, reason)
	}
}

// sameContent says whether the book says of a customer all that a row says. Of one that this very import made it must
// say nothing more, or two people of one name would become one because the file knows less of the second.
func (im *importer) sameContent(g *group, c Customer) bool {
	for i := range FieldNames {
		f := Fields(1) << i
		given := g.row.Has&f != 0
		want, have := "", c.said(f)
		if given {
			want = g.row.said(f)
		}
		switch {
		case want == have, !given && c.ID < im.first:
		case !given && f&(FieldKind|FieldCreatedOn) != 0: // every customer has these
		case f&(FieldCompany|FieldReferredBy) != 0 && c.ID >= im.first: // not looked up yet
		case f == FieldCompany && book.Fold(want) == book.Fold(c.Company.Name):
		case f == FieldReferredBy && book.Fold(want) == book.Fold(c.ReferredBy.Name):
		default:
			return false
		}
	}
	return true
}
