package catalog

import (
	"errors"
	"math/bits"

	"github.com/perla-crm/perla/internal/dates"
)

// Fields is a set of the fields of a product that a file or a command line can set, one bit each.
type Fields uint32

// The fields, in the order of the columns of a product file. The last one stands in files as any number of columns,
// attr.KEY, whose names are not known beforehand.
const (
	FieldSKU Fields = 1 << iota
	FieldName
	FieldCategory
	FieldBrand
	FieldPrice
	FieldCost
	FieldReplenishDays
	FieldReorderAt
	FieldTags
	FieldTaxRate
	FieldLimitedTo
	FieldPackaging
	FieldNotes
	FieldCreatedOn
	FieldLaunchedOn
	FieldDiscontinuedOn
	FieldArchivedOn
	FieldAttributes
)

// field is how a field is called and where a product keeps it: as a text, a number or a day.
type field struct {
	name   string
	stored bool // in a column of products of the same name
	text   func(*Product) *string
	number func(*Product) (n *int64, known *bool) // known is nil where 0 stands for nothing
	day    func(*Product) *dates.Date
}

// fields are all of them, by bit.
var fields = []field{
	{name: "sku", stored: true, text: func(p *Product) *string { return &p.SKU }},
	{name: "name", stored: true, text: func(p *Product) *string { return &p.Name }},
	{name: "category", stored: true, text: func(p *Product) *string { return &p.Category }},
	{name: "brand", stored: true, text: func(p *Product) *string { return &p.Brand }},
	{name: "price", number: func(p *Product) (*int64, *bool) { return (*int64)(&p.Price), &p.HasPrice }},
	{name: "cost", number: func(p *Product) (*int64, *bool) { return (*int64)(&p.Cost), &p.HasCost }},
	{name: "replenish_days", stored: true, number: func(p *Product) (*int64, *bool) { return &p.ReplenishDays, nil }},
	{name: "reorder_at", stored: true, number: func(p *Product) (*int64, *bool) { return &p.ReorderAt, &p.HasReorderAt }},
	{name: "tags", text: func(p *Product) *string { return &p.Tags }},
	{name: "tax_rate", stored: true, number: func(p *Product) (*int64, *bool) { return &p.TaxRate, &p.HasTaxRate }},
	{name: "limited_to", stored: true, number: func(p *Product) (*int64, *bool) { return &p.LimitedTo, nil }},
	{name: "packaging", stored: true, text: func(p *Product) *string { return &p.Packaging }},
	{name: "notes", stored: true, text: func(p *Product) *string { return &p.Notes }},
	{name: "created_on", stored: true, day: func(p *Product) *dates.Date { return &p.CreatedOn }},
	{name: "launched_on", stored: true, day: func(p *Product) *dates.Date { return &p.LaunchedOn }},
	{name: "discontinued_on", stored: true, day: func(p *Product) *dates.Date { return &p.DiscontinuedOn }},
	{name: "archived_on", stored: true, day: func(p *Product) *dates.Date { return &p.ArchivedOn }},
	{name: "attributes", text: func(p *Product) *string { return &p.Attributes }},
}

// dated are the fields that have a history, in product_prices.
const dated = FieldPrice | FieldCost

// def is what is known of a single field.
func (f Fields) def() *field { return &fields[bits.TrailingZeros32(uint32(f))] }

// Name is the column name of a single field.
func (f Fields) Name() string { return f.def().name }

// FieldNamed is the field of a column name; 0 when there is none.
func FieldNamed(name string) Fields {
	for i := range fields {
		if fields[i].name == name {
			return 1 << i
		}
	}
	return 0
}

// each calls fn with every single field of the set.
func (f Fields) each(fn func(Fields)) {
	for left := f; left != 0; left &= left - 1 {
		fn(left & -left)
	}
}

// value is what a product has in the field, as the book keeps it: nil for nothing.
func (d *field) value(p *Product) any {
	switch {
	case d.text != nil:
		return orNull(*d.text(p))
	case d.day != nil:
		return dayOrNull(*d.day(p))
	}
	n, known := d.number(p)
	return knownOr(*n, known == nil && *n != 0 || known != nil && *known)
}

// copy gives a product what another has in the field.
func (d *field) copy(to, from *Product) {
	switch {
	case d.text != nil:
		*d.text(to) = *d.text(from)
	case d.day != nil:
		*d.day(to) = *d.day(from)
	default:
		n, known := d.number(to)
		have, is := d.number(from)
		if *n = *have; known != nil {
			*known = *is
		}
	}
}

// Set gives a text field the value that a person or a file writes, after the rule of that field; "" empties it.
func (p *Product) Set(f Fields, text string) error {
	value, err := rule(f)(text)
	if err == nil {
		*f.def().text(p) = value
	}
	return err
}

// SetNumber gives a field of figures its value: an amount in minor units, hundredths of a percent, days or pieces. With
// known false it has none, which a price and a cost always have once they had one.
func (p *Product) SetNumber(f Fields, n int64, known bool) error {
	if !known {
		n = 0
		if f&dated != 0 {
			return errors.New("cannot be emptied; needed is an amount")
		}
	} else if err := checkNumber(f, n); err != nil {
		return err
	}
	have, is := f.def().number(p)
	if *have = n; is != nil {
		*is = known
	}
	return nil
}

// SetDay gives a field of days its value; 0 is none.
func (p *Product) SetDay(f Fields, day dates.Date) { *f.def().day(p) = day }

// take copies the given fields from another product and says which of them were different before.
func (p *Product) take(from *Product, given Fields) (changed Fields) {
	given.each(func(f Fields) {
		if d := f.def(); d.value(p) != d.value(from) {
			d.copy(p, from)
			changed |= f
		}
	})
	return changed
}

// Day is what a product has in a field of days; 0 is none.
func (p *Product) Day(f Fields) dates.Date { return *f.def().day(p) }
