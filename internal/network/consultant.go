// Package network owns the consultants: who they are, who works under whom, what level each has reached, and what they earn.
package network

import (
	"math/bits"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Consultant is one who sells. An empty text is an unknown field.
type Consultant struct {
	ID         int64
	Ref        string // what everybody calls her by
	Name       string
	Email      string // folded
	Phone      string // as written
	E164       string // the phone in the one writing that can be compared; "" when it cannot be read
	Birthday   string // YYYY-MM-DD, or --MM-DD without the year
	Address    string
	City       string
	Country    string
	Language   string
	Customer   Link // her own record as a customer
	Sponsor    Link // who brought her; nobody at the top
	Status     string
	Notes      string
	JoinedOn   dates.Date
	ArchivedOn dates.Date // 0 while she is in the lists
}

// Link is another row that a consultant names.
type Link struct {
	ID   int64  // 0 for none, or until Key was looked up
	Key  string // how a person or a file names it: the ref of a sponsor, a selector of a customer
	Name string
}

// Statuses are what a consultant may be; the first is the default. One who pauses or has left is passed over when overrides
// go up the tree.
var Statuses = []string{"active", "paused", "left"}

// Fields is a set of the fields of a consultant that a file or a command line can set, one bit each.
type Fields uint32

// The fields, in the order of the columns of a consultant file.
const (
	FieldRef Fields = 1 << iota
	FieldName
	FieldEmail
	FieldPhone
	FieldBirthday
	FieldAddress
	FieldCity
	FieldCountry
	FieldLanguage
	FieldSponsor
	FieldStatus
	FieldCustomer
	FieldNotes
	FieldJoinedOn
	FieldArchivedOn
)

// dated are the fields that have a history of their own.
const dated = FieldSponsor | FieldStatus

// field is how a field is called and where a consultant keeps it: as a text or a day.
type field struct {
	name string
	text func(*Consultant) *string
	day  func(*Consultant) *dates.Date
}

// fields are all of them, by bit. Sponsor and customer are set by what names them, and looked up when they are written.
var fields = []field{
	{name: "ref", text: func(k *Consultant) *string { return &k.Ref }},
	{name: "name", text: func(k *Consultant) *string { return &k.Name }},
	{name: "email", text: func(k *Consultant) *string { return &k.Email }},
	{name: "phone", text: func(k *Consultant) *string { return &k.Phone }},
	{name: "birthday", text: func(k *Consultant) *string { return &k.Birthday }},
	{name: "address", text: func(k *Consultant) *string { return &k.Address }},
	{name: "city", text: func(k *Consultant) *string { return &k.City }},
	{name: "country", text: func(k *Consultant) *string { return &k.Country }},
	{name: "language", text: func(k *Consultant) *string { return &k.Language }},
	{name: "sponsor", text: func(k *Consultant) *string { return &k.Sponsor.Key }},
	{name: "status", text: func(k *Consultant) *string { return &k.Status }},
	{name: "customer", text: func(k *Consultant) *string { return &k.Customer.Key }},
	{name: "notes", text: func(k *Consultant) *string { return &k.Notes }},
	{name: "joined_on", day: func(k *Consultant) *dates.Date { return &k.JoinedOn }},
	{name: "archived_on", day: func(k *Consultant) *dates.Date { return &k.ArchivedOn }},
}

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

// Text is what a consultant has in a field of text.
func (k *Consultant) Text(f Fields) string { return *f.def().text(k) }

// Day is what a consultant has in a field of days; 0 is none.
func (k *Consultant) Day(f Fields) dates.Date { return *f.def().day(k) }

// Set gives a text field the value that a person or a file writes, after the rule of that field; "" empties it.
func (k *Consultant) Set(f Fields, text string) error {
	value, err := rule(f)(text)
	if err != nil {
		return err
	}
	*f.def().text(k) = value
	switch f {
	case FieldSponsor:
		k.Sponsor.ID = 0
	case FieldCustomer:
		k.Customer.ID = 0
	}
	return nil
}

// SetDay gives a field of days its value; 0 is none.
func (k *Consultant) SetDay(f Fields, day dates.Date) { *f.def().day(k) = day }

// take copies the given fields from another consultant.
func (k *Consultant) take(from *Consultant, given Fields) {
	given.each(func(f Fields) {
		switch d := f.def(); {
		case f == FieldSponsor:
			k.Sponsor = from.Sponsor
		case f == FieldCustomer:
			k.Customer = from.Customer
		case d.day != nil:
			*d.day(k) = *d.day(from)
		default:
			*d.text(k) = *d.text(from)
		}
	})
}

// Consultants finds consultants by their ref and makes an unknown one with the ref as its name, for imports.
func Consultants(tx *book.Tx) *book.Names {
	return book.NewNames(tx, `SELECT id FROM consultants WHERE ref = ?`, `INSERT INTO consultants (ref, name) VALUES (?, ?)`,
		func(ref string) []any { return []any{ref, ref} })
}
