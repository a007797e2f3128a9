package contacts

import (
	"slices"
	"strings"
)

// outcome is how the first row of a group was counted, until what is written last has its say.
type outcome struct{ unchanged bool }

// changed counts the first row of a group as one that changed something.
func (im *importer) changed(o *outcome) {
	if o.unchanged {
		o.unchanged = false
		im.tally.Unchanged--
		im.tally.Updated++
	}
}

// write decides about each group, writes those that are new or changed, and counts their rows.
func (im *importer) write() error {
	im.news, im.changes = im.news[:0], im.changes[:0]
	for i := range im.groups {
		g := &im.groups[i]
		if g.done || im.forbidden(g) {
			continue
		}
		if err := im.hire(g.row); err != nil {
			return err
		}
		if g.old == nil {
			im.create(g)
		} else {
			im.change(g)
		}
	}
	if err := im.save.insert(im.news); err != nil {
		return err
	}
	if err := im.save.update(im.changes); err != nil {
		return err
	}
	return im.writeConsents()
}

// forbidden refuses what the mode does not allow, and new customers without a name.
func (im *importer) forbidden(g *group) bool {
	switch {
	case g.old != nil && im.options.Mode == CreateOnly:
		im.refuseAll(g, g.keyField(), "the book has this customer already (--mode create)")
	case g.old == nil && im.options.Mode == UpdateOnly:
		im.refuseAll(g, g.keyField(), "the book has no such customer (--mode update)")
	case g.old == nil && g.row.Name == "":
		im.refuseAll(g, FieldName, "a new customer needs a name")
	}
	return g.done
}

// keyField is the field a group is known by.
func (g *group) keyField() Fields {
	return [...]Fields{knownByRef: FieldRef, knownByEmail: FieldEmail, knownByPhone: FieldPhone, knownByContent: FieldName}[g.by]
}

// hire finds or makes the consultant of a row.
func (im *importer) hire(r *Row) (err error) {
	if r.Consultant.Key != "" {
		r.Consultant.ID, err = im.options.Consultant(r.Consultant.Key)
	}
	return err
}

// settled completes a customer; ok is false when what she has now cannot be, and her rows are refused.
func (im *importer) settled(g *group, c *Customer) (ok bool) {
	if err := c.checkCadence(); err != nil {
		im.refuseAll(g, FieldContactWithin, err.Error())
		return false
	}
	c.complete(im.country)
	im.find.reaches = im.find.reaches || c.Emails != "" || c.Phones != ""
	im.meet(c)
	return true
}

// create makes a new customer of a group.
func (im *importer) create(g *group) {
	c := &g.row.Customer
	c.ID = im.next
	if c.Kind == "" {
		c.Kind = Kinds[0]
	} else if c.Kind == Kinds[0] {
		im.persons[c.ID] = true
	}
	if c.CreatedOn.IsZero() {
		c.CreatedOn = im.today
	}
	if !im.settled(g, c) {
		return
	}
	im.next++
	im.postpone(g, c.ID, g.row.Has, false)
	c.Company, c.ReferredBy = Link{}, Link{}
	im.news = append(im.news, *c)
	im.tally.Created++
	im.count(g.more)
}

// change makes of a customer of the book what a group says of her.
func (im *importer) change(g *group) {
	c := *g.old
	given := im.given(g)
	any := c.take(&g.row.Customer, writableNow(g, given)&fileFields) != 0
	if given&FieldAttributes != 0 {
		keys := slices.DeleteFunc(slices.Clone(g.row.attributeKeys), func(key string) bool { return slices.Contains(im.options.NeverKeys, "attr."+key) })
		if text := g.row.withAttributes(c.Attributes, keys); text != c.Attributes {
			c.Attributes, any = text, true
		}
	}
	if any && !im.settled(g, &c) {
		return
	}
	im.postpone(g, c.ID, given, !any)
	if !any {
		im.tally.Unchanged += int64(1 + len(g.more))
		return
	}
	im.changes = append(im.changes, changed{*g.old, c})
	im.tally.Updated++
	im.count(g.more)
}

// given are the fields of a group that may change a customer of the book.
func (im *importer) given(g *group) Fields {
	given := g.row.Has &^ im.options.Never
	if im.options.Never&FieldRef != 0 || g.old.Ref != "" { // she was found by her ref, or by a further one
		given &^= FieldRef | FieldRefSource
	}
	return given
}

func (im *importer) count(more []moreRow) {
	for _, m := range more {
		if m.news {
			im.tally.Updated++
		} else {
			im.tally.Unchanged++
		}
	}
}

// pendingConsents is what a group says of consents, to be written when the customer is.
type pendingConsents struct {
	id      int64
	says    []attribute // email.marketing: yes
	outcome *outcome
}

// postponeConsents keeps for later what a group says of consents.
func (im *importer) postponeConsents(g *group, id int64, given Fields, o *outcome) {
	if given&FieldConsents == 0 {
		return
	}
	says := splitAttributes(g.row.Consents)
	if g.old != nil {
		says = slices.DeleteFunc(says, func(c attribute) bool {
			return slices.Contains(im.options.NeverKeys, "consent."+strings.TrimSuffix(c.key, "."+ConsentPurposes[0]))
		})
	}
	im.consents = append(im.consents, pendingConsents{id, says, o})
}

// writeConsents adds what the groups say of consents to the ledger. A yes does not give back what she has taken.
func (im *importer) writeConsents() (err error) {
	var rows []Consent
	var of []*outcome
	for _, p := range im.consents {
		for _, c := range p.says {
			channel, purpose, _ := strings.Cut(c.key, ".")
			rows = append(rows, Consent{CustomerID: p.id, Channel: channel, Purpose: purpose, Granted: c.value == "yes",
				On: im.today, Source: "import " + im.options.Source})
			of = append(of, p.outcome)
		}
	}
	if im.consents = im.consents[:0]; len(rows) == 0 {
		return nil
	}
	if im.ledger == nil {
		if im.ledger, err = NewConsentWriter(im.tx); err != nil {
			return err
		}
	}
	before, err := im.ledger.before(rows)
	if err != nil {
		return err
	}
	written, err := im.ledger.Import(rows)
	for i := range written {
		switch {
		case written[i]:
			im.changed(of[i])
		case rows[i].Granted && before[i] != nil && !before[i].Granted:
			im.tally.Withdrawn++
		}
	}
	return err
}
