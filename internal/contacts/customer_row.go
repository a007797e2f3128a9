package contacts

import (
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/book"
)

// Row is one row of a customer file: a customer whose links are keys, and which fields the file says something of.
type Row struct {
	Customer
	Line int    // of the file, for messages
	Has  Fields // which fields the file gives; one given and empty is to be erased
	Bad  bool   // a cell of it could not be read

	// CompanyIfKnown says that the key of the company is no more than a name in another program's file: it is a link where
	// just one company has that very name, and an attribute where none or several have.
	CompanyIfKnown bool

	// FurtherRef says that one who has the e-mail and the name of the row is meant by it even if she has another ref: the
	// row's becomes a further one of hers.
	FurtherRef bool

	Refs          string   // her keys in further systems: "csv:17; shop:C-4"
	attributeKeys []string // the attributes the file says something of; the others stay
}

// fileFields are the fields that are one column of a file each.
const fileFields = FieldAttributes - 1

// Place tells a row where it stands in its file and what the file gives, and works out what follows from that: the phone
// as E.164 by a country, the folded texts. It is the costly part of a row that needs no book, so that a parser can do it
// beside the import.
func (r *Row) Place(line int, has Fields, bad bool, country string) {
	r.Line, r.Bad = line, bad
	r.Has |= has & fileFields
	if r.attributeKeys == nil && r.Attributes != "" { // it came as the text of the field
		for _, a := range splitAttributes(r.Attributes) {
			r.giveAttribute(a.key)
		}
	}
	if r.Consents != "" {
		r.Has |= FieldConsents
	}
	if !bad {
		r.complete(country)
	}
}

// SetAttribute gives a row what a file says of one attribute, whose key is made by ParseAttributeKey: values parted by
// semicolons in place of those she has; "" leaves her none.
func (r *Row) SetAttribute(key, text string) error {
	text, err := cleanText(text)
	if err != nil {
		return err
	}
	list := splitAttributes(r.attributesBut(r.Attributes, key))
	for _, value := range strings.Split(text, ";") {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			list = append(list, attribute{key, value})
		}
	}
	r.Attributes = joinAttributes(list)
	r.giveAttribute(key)
	return nil
}

// SetAttributes gives a row several attributes as they stand in one text: need=sun; skin=dry. Other keys stay.
func (r *Row) SetAttributes(text string) error {
	text, err := parseAttributes(text)
	values := map[string]string{}
	for _, a := range splitAttributes(text) {
		values[a.key] += ";" + a.value
	}
	for key, value := range values {
		err = errors.Join(err, r.SetAttribute(key, value))
	}
	return err
}

func (r *Row) giveAttribute(key string) {
	r.Has |= FieldAttributes
	if !slices.Contains(r.attributeKeys, key) {
		r.attributeKeys = append(slices.Clip(r.attributeKeys), key) // rows of one file never share the list
	}
}

// attributesBut is the text of attributes without those of some keys.
func (r *Row) attributesBut(text string, keys ...string) string {
	if text == "" {
		return ""
	}
	return joinAttributes(slices.DeleteFunc(splitAttributes(text), func(a attribute) bool { return slices.Contains(keys, a.key) }))
}

// withAttributes is the text of attributes with those of some keys as the row gives them.
func (r *Row) withAttributes(text string, keys []string) string {
	list := splitAttributes(r.attributesBut(text, keys...))
	for _, a := range splitAttributes(r.Attributes) {
		if slices.Contains(keys, a.key) {
			list = append(list, a)
		}
	}
	return joinAttributes(list)
}

// SetConsent gives a row what a file says of a consent, in a word for yes or no in one of four languages; "" says nothing.
func (r *Row) SetConsent(channel, purpose, text string) error {
	said := "yes"
	switch word := strings.Trim(strings.ReplaceAll(book.Fold(text), "-", " "), ".! "); {
	case word == "":
		return nil
	case slices.Contains(noWords, word):
		said = "no"
	case !slices.Contains(yesWords, word):
		return errors.New("neither yes nor no")
	}
	key := channel + "." + purpose
	r.Consents = joinAttributes(append(splitAttributes(r.attributesBut(r.Consents, key)), attribute{key, said}))
	r.Has |= FieldConsents
	return nil
}

// The words of consent, folded.
var (
	yesWords = []string{"yes", "y", "true", "t", "1", "on", "x", "ok", "granted", "opted in", "opt in", "subscribed",
		"si", "s", "verdadero", "sim", "verdadeiro", "oui", "o", "vrai"}
	noWords = []string{"no", "n", "false", "f", "0", "off", "withdrawn", "opted out", "opt out", "unsubscribed",
		"falso", "nao", "non", "faux"}
)

// add adds what a later row of the same customer says, and tells what of it is new. A no to a consent stands against any
// yes beside it.
func (r *Row) add(later *Row) (changed Fields) {
	if r.Ref != "" && later.Ref != "" && (r.Ref != later.Ref || r.RefSource != later.RefSource) {
		r.refBecomesFurther()
	}
	changed = r.take(&later.Customer, later.Has&fileFields)
	if later.Has&FieldAttributes != 0 {
		text := later.withAttributes(r.Attributes, later.attributeKeys)
		if text != r.Attributes {
			r.Attributes, changed = text, changed|FieldAttributes
		}
		for _, key := range later.attributeKeys {
			r.giveAttribute(key)
		}
	}
	for _, c := range splitAttributes(later.Consents) {
		if said := r.saidConsent(c.key); said != c.value && said != "no" {
			r.Consents = joinAttributes(append(splitAttributes(r.attributesBut(r.Consents, c.key)), c))
			changed |= FieldConsents
		}
	}
	if later.Refs != "" {
		_ = r.SetRefs(r.Refs + ";" + later.Refs) // both were read before
	}
	if later.Has&FieldCompany != 0 {
		r.CompanyIfKnown = later.CompanyIfKnown
	}
	r.Has |= later.Has
	return changed
}

// Consent is what a row says of a consent: yes, no or nothing.
func (r *Row) Consent(channel, purpose string) string { return r.saidConsent(channel + "." + purpose) }

func (r *Row) saidConsent(key string) string {
	if r.Consents == "" {
		return ""
	}
	for _, c := range splitAttributes(r.Consents) {
		if c.key == key {
			return c.value
		}
	}
	return ""
}
