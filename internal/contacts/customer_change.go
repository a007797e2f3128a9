package contacts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/fault"
)

// Change is what a command makes of customers: fields that it sets, and single elements that it adds and takes away. The
// zero value changes nothing.
type Change struct {
	From     Customer // the values of Given, made with Set
	Given    Fields
	elements []element // in the order they were asked for
	links    []linkChange
}

// element is one tag, e-mail, phone or attribute that is to come, to go or to be preferred.
type element struct {
	field Fields
	act   act
	text  string // a tag
	reach reach
	pair  attribute // without a value: all of the key
}

// act is what is to be done with an element.
type act uint8

const (
	adding act = iota
	removing
	preferring
)

// onlyOne are the fields whose values make no sense for more than one customer.
const onlyOne = FieldRef | FieldRefSource | FieldName | FieldEmail | FieldEmailLabel | FieldEmails | FieldPhone | FieldPhoneLabel | FieldPhones

// fields are all that a change touches.
func (ch *Change) fields() Fields {
	f := ch.Given
	for _, e := range ch.elements {
		f |= e.field
	}
	return f
}

// Set gives a field a value by its rule; "" empties it.
func (ch *Change) Set(f Fields, text string) error {
	if err := ch.From.Set(f, text); err != nil {
		return err
	}
	ch.Given |= f
	return nil
}

// Add adds an element to one of FieldTags, FieldEmails, FieldPhones and FieldAttributes: a tag or several, work:ana@x.com,
// "home: 600 111 222", skin=dry. The first e-mail or phone of a customer is the preferred one.
func (ch *Change) Add(f Fields, text string) error { return ch.element(f, adding, text) }

// Remove takes an element away: as Add, and a key alone for all attributes of that key. Where it is the preferred e-mail
// or phone, the next one takes its place.
func (ch *Change) Remove(f Fields, text string) error { return ch.element(f, removing, text) }

// Prefer makes one of her further e-mails or phones the preferred one, which becomes a further one.
func (ch *Change) Prefer(f Fields, text string) error { return ch.element(f, preferring, text) }

func (ch *Change) element(f Fields, what act, text string) error {
	switch f {
	case FieldTags:
		tags, err := ParseTags(text)
		for _, tag := range splitTags(tags) {
			ch.elements = append(ch.elements, element{field: f, act: what, text: tag})
		}
		return err
	case FieldAttributes:
		return ch.attribute(what, text)
	}
	kind := emailReach
	if f == FieldPhones {
		kind = phoneReach
	}
	r, err := parseReach(kind, text)
	if err == nil {
		ch.elements = append(ch.elements, element{field: f, act: what, reach: r})
	}
	return err
}

func (ch *Change) attribute(what act, text string) error {
	if what == removing && !strings.Contains(text, "=") {
		key, err := ParseAttributeKey(text)
		if err == nil {
			ch.elements = append(ch.elements, element{field: FieldAttributes, act: what, pair: attribute{key: key}})
		}
		return err
	}
	text, err := parseAttributes(text)
	if err == nil && text == "" {
		err = errNoAttribute
	}
	for _, pair := range splitAttributes(text) {
		ch.elements = append(ch.elements, element{field: FieldAttributes, act: what, pair: pair})
	}
	return err
}

// applyElements makes the single changes on a customer and completes her. With alone, which a change of one customer is, to take away what she does not
// have is a fault.NotFound; of many, some need not have it.
func (ch *Change) applyElements(c *Customer, country string, alone bool) error {
	for _, e := range ch.elements {
		var err error
		switch e.field {
		case FieldTags:
			e.applyTag(c)
		case FieldAttributes:
			err = e.applyAttribute(c, alone)
		case FieldEmails:
			err = e.applyReach(c, reachFields{&c.Email, &c.EmailLabel, &c.Emails, "email"}, country)
		default:
			err = e.applyReach(c, reachFields{&c.Phone, &c.PhoneLabel, &c.Phones, "phone"}, country)
		}
		if err != nil {
			return err
		}
	}
	c.complete(country)
	return nil
}

func (e *element) applyTag(c *Customer) {
	tags := slices.DeleteFunc(splitTags(c.Tags), func(t string) bool { return t == e.text })
	if e.act == adding {
		tags = append(tags, e.text)
	}
	c.Tags = joinTags(tags)
}

func (e *element) applyAttribute(c *Customer, alone bool) error {
	list := splitAttributes(c.Attributes)
	if e.act == adding {
		c.Attributes = joinAttributes(append(list, e.pair))
		return nil
	}
	left := slices.DeleteFunc(slices.Clone(list), func(a attribute) bool {
		return a.key == e.pair.key && (e.pair.value == "" || book.Fold(a.value) == book.Fold(e.pair.value))
	})
	if alone && len(left) == len(list) {
		return e.unknownAttribute(c, list)
	}
	c.Attributes = joinAttributes(left)
	return nil
}

func (e *element) unknownAttribute(c *Customer, list []attribute) error {
	var known []string
	for _, a := range list {
		known = append(known, a.key, a.key+"="+a.value)
	}
	asked := strings.TrimSuffix(e.pair.key+"="+e.pair.value, "=")
	f := &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: fmt.Sprint(c.ID), Field: "attributes",
		Reason: fmt.Sprintf("%s has no %s", c.Name, asked), Hint: "she has no attributes"}
	if near := fault.Nearest(asked, known); near != "" {
		f.Hint = "did you mean " + near + "?"
	} else if c.Attributes != "" {
		f.Hint = "she has " + c.Attributes
	}
	return f
}

// reachFields are the fields of a customer's e-mails, or of her phones.
type reachFields struct {
	value, label, further *string
	kind                  string
}

// applyReach adds, removes or prefers one e-mail or phone.
func (e *element) applyReach(c *Customer, f reachFields, country string) error {
	list := splitReaches(f.kind, *f.further, country)
	if *f.value != "" {
		first := reach{f.kind, *f.value, reachKey(f.kind, *f.value, country), *f.label}
		list = slices.Insert(slices.DeleteFunc(list, func(r reach) bool { return r.key == first.key }), 0, first)
	}
	key := reachKey(f.kind, e.reach.value, country)
	at := slices.IndexFunc(list, func(r reach) bool { return r.key == key })
	switch {
	case at < 0 && e.act != adding:
		return unknownReach(c, e.reach.value, f.kind, list)
	case at < 0:
		e.reach.key = key
		list = append(list, e.reach)
	case e.act == removing:
		list = slices.Delete(list, at, at+1)
	case e.reach.label != "":
		list[at].label = e.reach.label
	}
	if e.act == preferring {
		chosen := list[at]
		list = slices.Insert(slices.Delete(list, at, at+1), 0, chosen)
	}
	*f.value, *f.label, *f.further = "", "", ""
	if len(list) > 0 {
		*f.value, *f.label = list[0].value, list[0].label
		*f.further = joinReaches(cleanReaches(list[1:]))
	}
	c.forget(foldedFields)
	return nil
}

// cleanReaches makes sure that values which come from the preferred place, where any mark may stand, can be parted again.
func cleanReaches(list []reach) []reach {
	for i := range list {
		list[i].value = plainReach(list[i].value)
	}
	return list
}

func unknownReach(c *Customer, value, kind string, list []reach) error {
	word := map[string]string{emailReach: "e-mail", phoneReach: "phone"}[kind]
	f := &fault.Error{Kind: fault.NotFound, Noun: "customer", Key: fmt.Sprint(c.ID), Field: kind,
		Reason: fmt.Sprintf("%s has no %s %s", c.Name, word, value), Hint: fmt.Sprintf("add it with: --add-%s %s", kind, quoted(value))}
	var known []string
	for _, r := range list {
		known = append(known, r.value)
	}
	if near := fault.Nearest(value, known); near != "" {
		f.Hint = "did you mean " + near + "?"
	} else if len(known) > 0 {
		f.Hint = "she has " + strings.Join(known, ", ")
	}
	return f
}
