package sheet

import (
	"cmp"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// Contact is a row of another program's contacts on its way to becoming a customer. Several of its cells may make one
// field of ours, so they are gathered first, and Settle makes the row.
type Contact struct {
	contacts.Row
	mapped contacts.Fields // what --map has read, which counts more than what the program calls so
	erased contacts.Fields // the fields of which empty cells speak, under --clear

	names        [3]string // first, middle, last; or all in the first
	mappedNames  []string  // the same as names of columns, attributes too
	person       bool      // a cell holds a part of a person's name
	organisation string
	emails       []way
	phones       []way
	places       []place
	attributes   []known
	labels       map[string]*string // of things that stand in cells of their own
	languagePref int
}

// way is an e-mail or a phone.
type way struct {
	value, label string
	more         []string // others of the same label
	pref         int      // 1 is the most preferred one; 0 is not said, and comes last
}

// place is a postal address.
type place struct {
	label                           string
	pref                            int    // as that of a way
	whole                           string // where the parts are not known
	street, extended, box           string
	postcode, city, region, country string
}

// Settle makes the row whole once its cells are read, and places it as contacts.Row.Place does.
func (c *Contact) Settle(line int, bad bool, country string) {
	if !bad {
		c.settleName()
		c.settleReach(c.emails, contacts.FieldEmail, contacts.FieldEmailLabel, contacts.FieldEmails)
		c.settleReach(c.phones, contacts.FieldPhone, contacts.FieldPhoneLabel, contacts.FieldPhones)
		c.settlePlaces()
		c.settleCompany()
		c.settleAttributes()
		c.Has |= c.erased &^ (contacts.FieldName | contacts.FieldAttributes)
		c.FurtherRef = c.RefSource == "" // in the files of several programs there are the same people
	}
	c.Place(line, c.Has, bad, country)
}

// has takes a value for a field unless --map gives another.
func (c *Contact) has(f contacts.Fields, value string) {
	if c.mapped&f != 0 || value == "" {
		return
	}
	if c.Set(f, value) == nil { // each part has been judged where it stands
		c.Has |= f
	}
}

// settleName takes the name of the person, else that of the organisation. One who has neither is called by her e-mail or
// phone, but only when she is new: a name she got since stays.
func (c *Contact) settleName() {
	name := strings.Join(strings.Fields(strings.Join(c.names[:], " ")), " ")
	if c.organisation != "" && (name == "" || !c.person && strings.EqualFold(name, c.organisation)) {
		name = c.organisation
		c.Kind = cmp.Or(c.Kind, contacts.Kinds[1])
		c.has(contacts.FieldKind, c.Kind)
	}
	switch {
	case c.mapped&contacts.FieldName != 0:
	case name != "":
		c.has(contacts.FieldName, name)
	default:
		for _, w := range append(preferred(c.emails), preferred(c.phones)...) {
			c.Name = cmp.Or(c.Name, w.value)
		}
	}
}

// settleCompany says whom a person belongs to.
func (c *Contact) settleCompany() {
	mapped := c.mapped&contacts.FieldCompany != 0 || slices.Contains(c.mappedNames, "attr.company")
	if c.organisation == "" || c.Kind == contacts.Kinds[1] || mapped {
		return
	}
	if c.Set(contacts.FieldCompany, c.organisation) == nil {
		c.CompanyIfKnown = true
		c.Has |= contacts.FieldCompany
	}
}

// preferred are the ways that hold something, the preferred one first.
func preferred(ways []way) (list []way) {
	for _, w := range ways {
		for _, value := range append([]string{w.value}, w.more...) {
			if value != "" {
				list = append(list, way{value: value, label: w.label, pref: w.pref})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b way) int { return rank(a.pref) - rank(b.pref) })
	return list
}

func rank(pref int) int {
	if pref == 0 {
		return 1000
	}
	return pref
}

// settleReach parts the preferred e-mail or phone from the further ones.
func (c *Contact) settleReach(ways []way, one, label, further contacts.Fields) {
	var first way
	var others []string
	for i, w := range preferred(ways) {
		switch {
		case i == 0:
			first = w
		case w.label != "":
			others = append(others, w.label+": "+w.value)
		default:
			others = append(others, w.value)
		}
	}
	c.has(one, first.value)
	c.has(label, first.label)
	c.has(further, strings.Join(others, "; "))
}

// settlePlaces takes the preferred address; others are kept as attributes.
func (c *Contact) settlePlaces() {
	places := slices.DeleteFunc(slices.Clone(c.places), func(p place) bool { return p.text() == "" })
	slices.SortStableFunc(places, func(a, b place) int { return rank(a.pref) - rank(b.pref) })
	var first place
	for i, p := range places {
		if i == 0 {
			first = p
			continue
		}
		c.know("address", strings.TrimPrefix(p.label+": "+p.text(), ": "))
	}
	street := joined(", ", first.street, first.extended, first.box)
	if first.text() == oneLine(first.whole) {
		street = first.text()
	}
	c.has(contacts.FieldAddress, street)
	c.has(contacts.FieldPostcode, first.postcode)
	c.has(contacts.FieldCity, first.city)
	c.has(contacts.FieldRegion, first.region)
	c.has(contacts.FieldCountry, first.country)
}

// text is an address in one line.
func (p place) text() string {
	if t := joined(", ", p.street, p.extended, p.box, joined(" ", p.postcode, p.city), p.region, p.country); t != "" {
		return t
	}
	return oneLine(p.whole)
}

// joined joins what is not empty.
func joined(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), sep)
}

// oneLine is a text of several lines as one.
func oneLine(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	for i := range lines {
		lines[i] = strings.Join(strings.Fields(lines[i]), " ")
	}
	return joined(", ", lines...)
}

// known are the values of an attribute.
type known struct {
	key    string
	values []string
}

// know adds a value to an attribute. What parts values in the text of a field becomes a comma. An attribute that is known
// to have no value is erased.
func (c *Contact) know(key, value string) {
	i := slices.IndexFunc(c.attributes, func(k known) bool { return k.key == key })
	if i < 0 {
		i = len(c.attributes)
		c.attributes = append(c.attributes, known{key: key})
	}
	if value = strings.ReplaceAll(oneLine(value), ";", ","); value != "" {
		c.attributes[i].values = append(c.attributes[i].values, value)
	}
}

// settleAttributes gives the row its attributes; those that it does not speak of stay as they are in the book.
func (c *Contact) settleAttributes() {
	for _, k := range c.attributes {
		if !slices.Contains(c.mappedNames, "attr."+k.key) {
			_ = c.SetAttribute(k.key, strings.Join(k.values, "; ")) // a NUL, which it refuses, has made the row a bad one
		}
	}
}

// labelOf is the label of a thing that has one in a cell of its own.
func (c *Contact) labelOf(thing string) *string {
	if c.labels == nil {
		c.labels = map[string]*string{}
	}
	if c.labels[thing] == nil {
		c.labels[thing] = new(string)
	}
	return c.labels[thing]
}

// at gives the n-th of a list, and makes it as long as needed.
func at[T any](list *[]T, n int) *T {
	for len(*list) <= n {
		*list = append(*list, *new(T))
	}
	return &(*list)[n]
}
