package catalog

import (
	"errors"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/dates"
)

// Row is one row of a product file: a product, and which fields the file says something of.
type Row struct {
	Product
	Line int    // of the file, for messages
	Has  Fields // which fields the file gives; one given and empty is to be erased
	Bad  bool   // a cell of it could not be read

	Shelf Shelf // where another program has the product, in place of the day it was archived

	attributeKeys []string // the attributes the file says something of; the others stay
}

// Shelf says whether another program, which keeps no day of it, offers a product.
type Shelf uint8

// The shelves. What is Off is archived as of today, unless it was before; what is On is not archived.
const (
	Unsaid Shelf = iota
	On
	Off
)

// put archives a product, or brings it back, as the row says.
func (s Shelf) put(p *Product, today dates.Date) {
	switch {
	case s == On:
		p.ArchivedOn = 0
	case s == Off && p.ArchivedOn.IsZero():
		p.ArchivedOn = today
	}
}

// fileFields are the fields that are one column of a file each.
const fileFields = FieldAttributes - 1

// Place tells a row where it stands in its file and what the file gives. What a product always has, and its prices, are
// never erased by an empty cell.
func (r *Row) Place(line int, has Fields, bad bool) {
	r.Line, r.Bad = line, bad
	r.Has |= has & fileFields
	for _, f := range []Fields{FieldName, FieldPrice, FieldCost, FieldCreatedOn} {
		if d := f.def(); f == FieldName && r.Name == "" || d.value(&r.Product) == nil {
			r.Has &^= f
		}
	}
}

// SetAttribute gives a row what a file says of one attribute, whose key is made by ParseAttributeKey: values parted by
// semicolons in place of those it has; "" leaves it none.
func (r *Row) SetAttribute(key, text string) error {
	text, err := cleanText(text)
	if err != nil {
		return err
	}
	words := withoutKeys(r.Attributes, key)
	for _, value := range strings.Split(text, ";") {
		if value = strings.Join(strings.Fields(value), " "); value != "" {
			words = append(words, key+"="+value)
		}
	}
	r.Attributes = attributeList.join(words)
	r.giveAttribute(key)
	return nil
}

// SetAttributes gives a row several attributes as they stand in one text: cause=vegan; skin=dry. Other keys stay.
func (r *Row) SetAttributes(text string) error {
	text, err := parseAttributes(text)
	values := map[string]string{}
	for _, a := range attributeList.split(text) {
		key, value, _ := strings.Cut(a, "=")
		values[key] += ";" + value
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

// withoutKeys are the attributes of a text but for those of some keys.
func withoutKeys(text string, keys ...string) []string {
	return slices.DeleteFunc(attributeList.split(text), func(a string) bool {
		key, _, _ := strings.Cut(a, "=")
		return slices.Contains(keys, key)
	})
}

// give makes of a product what the row says of it, but for some fields and attributes.
func (r *Row) give(p *Product, never Fields, neverKeys []string) {
	given := r.Has &^ never
	p.take(&r.Product, given&fileFields)
	if given&FieldAttributes == 0 {
		return
	}
	var keys []string
	for _, key := range r.attributeKeys {
		if !slices.Contains(neverKeys, key) {
			keys = append(keys, key)
		}
	}
	words := withoutKeys(p.Attributes, keys...)
	for _, a := range attributeList.split(r.Attributes) {
		if key, _, _ := strings.Cut(a, "="); slices.Contains(keys, key) {
			words = append(words, a)
		}
	}
	p.Attributes = attributeList.join(words)
}
