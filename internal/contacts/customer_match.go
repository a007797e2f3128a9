package contacts

import (
	"fmt"
	"strings"
)

// group is one customer of a batch: the rows that are the same person, one after the other.
type group struct {
	row  *Row     // what they say together: the first, with what the others add
	by   identity // what she is known by
	more []moreRow

	found []*Customer // who she may be in the book
	old   *Customer   // who she is; nil when she is new
	way   identity    // what she was found by
	done  bool        // refused, or joined to another group
}

// moreRow is a row of a group behind the first one.
type moreRow struct {
	line int
	news bool // it changed what those before it said
}

// join adds what another row says to a group.
func (g *group) join(r *Row) {
	g.more = append(g.more, moreRow{r.Line, g.row.add(r) != 0})
}

// lines are where the rows of a group stand.
func (g *group) lines() []int {
	lines := []int{g.row.Line}
	for _, m := range g.more {
		lines = append(lines, m.line)
	}
	return lines
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
		return knownByRef, sourceKey(r.RefSource, r.Ref)
	case r.Email != "":
		return knownByEmail, r.Email
	case r.E164 != "":
		return knownByPhone, r.E164
	}
	return knownByContent, r.content()
}

// sourceKey is a ref with its source as one text.
func sourceKey(source, ref string) string { return source + "\x00" + ref }

// content is every value of the row but consents, which are no feature of anybody, each behind its field, so that no two
// different rows are written alike.
func (r *Row) content() string {
	var b strings.Builder
	for left := r.Has &^ FieldConsents; left != 0; left &= left - 1 {
		f := left & -left
		if value := r.said(f); value != "" {
			fmt.Fprintf(&b, "\x00%s\x01%s", f.Name(), value)
		}
	}
	return b.String()
}

// gather makes groups of rows that are known by the same.
func (im *importer) gather(rows []*Row) {
	im.groups = im.groups[:0]
	for by := range im.known {
		clear(im.known[by])
	}
	for _, r := range rows {
		im.complete(r)
		by, key := r.key()
		if at, same := im.known[by][key]; same {
			im.groups[at].join(r)
			continue
		}
		im.known[by][key] = len(im.groups)
		im.groups = append(im.groups, group{row: r, by: by})
	}
}

// partLater takes out of the groups those of whom the book has nobody for sure, but who may be the customer of another
// group: once that one is in the book they are found there like any other.
func (im *importer) partLater() (later []group) {
	clear(im.emails)
	clear(im.phones)
	now := im.groups[:0]
	for _, g := range im.groups {
		if !g.done && !sure(&g) && im.mayBe(g.row, g.by) {
			g.old = nil
			later = append(later, g)
			continue
		}
		now = append(now, g)
		if g.done {
			continue
		}
		for email := range g.row.emailKeys() {
			im.emails[email] = g.row
		}
		for phone := range g.row.phoneKeys(im.country) {
			im.phones[phone] = g.row
		}
	}
	im.groups = now
	return later
}

// sure says whether nobody can be meant by a group but the customer found for it.
func sure(g *group) bool {
	switch {
	case g.old == nil:
		return false
	case g.by == knownByEmail:
		return g.old.Email == g.row.Email
	case g.by == knownByPhone:
		return g.old.E164 == g.row.E164
	}
	return true
}

// mayBe says whether a row could be the customer of one that has one of its e-mails or phones and stays in the batch: by
// the same rules by which match would find her.
func (im *importer) mayBe(r *Row, by identity) bool {
	for email := range r.emailKeys() {
		if other := im.emails[email]; other != nil && im.emailFits(r, by, &other.Customer) {
			return true
		}
	}
	if by == knownByRef {
		return false
	}
	for phone := range r.phoneKeys(im.country) {
		if other := im.phones[phone]; other != nil && phoneFits(r, by, &other.Customer, im.country) {
			return true
		}
	}
	return false
}
