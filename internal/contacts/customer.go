// Package contacts owns the customers: the rules for each field, finding one by what a person types, searching, adding,
// changing, archiving and importing them.
package contacts

import (
	"math/bits"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// Customer is one who buys, or may: a person or a company. An empty text is an unknown field.
type Customer struct {
	ID               int64
	Ref              string // her key in another system
	RefSource        string // that system; empty with Ref
	Name             string
	Kind             string // one of Kinds
	Email            string // folded
	Phone            string // as written
	E164             string // Phone in the form that can be compared; empty when it cannot be read
	Birthday         string // YYYY-MM-DD, or --MM-DD where the year is not known
	City             string
	Country          string
	Sector           string
	Stage            string // one of Stages, or empty
	Source           string // where she came from
	Language         string
	PreferredChannel string
	Consultant       Link // Key is the consultant's ref
	Company          Link
	ReferredBy       Link
	Tags             string // lower case, sorted, joined by ", "
	Notes            string
	CreatedOn        dates.Date
	ArchivedOn       dates.Date // the day she was removed; 0 while she is active

	nameKey, search string // what fold has worked out
}

// fold works out the folded name and search text, once.
func (c *Customer) fold() (nameKey, search string) {
	if c.nameKey == "" {
		c.nameKey = book.Fold(c.Name)
		c.search = SearchText(c.nameKey, c.Email, c.Phone, c.E164)
	}
	return c.nameKey, c.search
}

// Link is another row that a customer names.
type Link struct {
	ID   int64  // 0 for nobody
	Name string // what a person calls it
	Key  string // what a file calls it: its ref, else its e-mail, else its name
}

// The words that two fields are limited to.
var (
	Kinds  = []string{"person", "company"}
	Stages = []string{"lead", "prospect", "customer", "lost"}
)

// Fields is a set of the fields of a customer that a file or a command line can set, one bit each.
type Fields uint32

// The fields, in the order of the columns of a customer file.
const (
	FieldRef Fields = 1 << iota
	FieldName
	FieldKind
	FieldEmail
	FieldPhone
	FieldBirthday
	FieldCity
	FieldCountry
	FieldSector
	FieldStage
	FieldSource
	FieldLanguage
	FieldPreferredChannel
	FieldConsultant
	FieldCompany
	FieldReferredBy
	FieldTags
	FieldNotes
	FieldCreatedOn
	FieldRefSource
	FieldArchivedOn
)

// FieldNames are the column names of the fields, by bit.
var FieldNames = []string{"ref", "name", "kind", "email", "phone", "birthday", "city", "country", "sector", "stage", "source", "language",
	"preferred_channel", "consultant", "company", "referred_by", "tags", "notes", "created_on", "ref_source", "archived_on"}

// Name is the column name of a single field.
func (f Fields) Name() string { return FieldNames[bits.TrailingZeros32(uint32(f))] }

// textFields are the fields whose value is a text of its own: not a link, not a day.
const textFields = FieldRef | FieldName | FieldKind | FieldEmail | FieldPhone | FieldBirthday | FieldCity | FieldCountry | FieldSector |
	FieldStage | FieldSource | FieldLanguage | FieldPreferredChannel | FieldTags | FieldNotes | FieldRefSource

// text is where a customer keeps a text field.
func (c *Customer) text(f Fields) *string {
	switch f {
	case FieldRef:
		return &c.Ref
	case FieldRefSource:
		return &c.RefSource
	case FieldName:
		return &c.Name
	case FieldKind:
		return &c.Kind
	case FieldEmail:
		return &c.Email
	case FieldPhone:
		return &c.Phone
	case FieldBirthday:
		return &c.Birthday
	case FieldCity:
		return &c.City
	case FieldCountry:
		return &c.Country
	case FieldSector:
		return &c.Sector
	case FieldStage:
		return &c.Stage
	case FieldSource:
		return &c.Source
	case FieldLanguage:
		return &c.Language
	case FieldPreferredChannel:
		return &c.PreferredChannel
	case FieldTags:
		return &c.Tags
	case FieldNotes:
		return &c.Notes
	}
	return nil
}

// Set gives a text field the value that a person or a file writes, after the rule of that field; "" empties it. The
// links take it as their Key, to be looked up when the customer is written. Days are not set here: they are typed.
func (c *Customer) Set(f Fields, text string) error {
	value, err := rule(f)(text)
	if err != nil {
		return err
	}
	switch f {
	case FieldConsultant:
		c.Consultant = Link{Key: value}
	case FieldCompany:
		c.Company = Link{Key: value}
	case FieldReferredBy:
		c.ReferredBy = Link{Key: value}
	default:
		*c.text(f) = value
	}
	return nil
}

// take copies the given fields from another customer and says which of them were different before. Links are compared
// by id when both have one, else by key.
func (c *Customer) take(from *Customer, given Fields) (changed Fields) {
	for left := given; left != 0; left &= left - 1 {
		f := left & -left
		if c.takeOne(from, f) {
			changed |= f
		}
	}
	return changed
}

func (c *Customer) takeOne(from *Customer, f Fields) bool {
	if f&textFields != 0 {
		have, want := c.text(f), *from.text(f)
		if *have == want {
			return false
		}
		*have = want
		if f == FieldPhone {
			c.E164 = from.E164
		}
		c.nameKey = ""
		return true
	}
	switch f {
	case FieldConsultant:
		return takeLink(&c.Consultant, from.Consultant)
	case FieldCompany:
		return takeLink(&c.Company, from.Company)
	case FieldReferredBy:
		return takeLink(&c.ReferredBy, from.ReferredBy)
	case FieldCreatedOn:
		return takeDay(&c.CreatedOn, from.CreatedOn)
	default:
		return takeDay(&c.ArchivedOn, from.ArchivedOn)
	}
}

func takeLink(have *Link, want Link) bool {
	same := have.ID == want.ID && (have.ID != 0 || have.Key == want.Key)
	*have = want
	return !same
}

func takeDay(have *dates.Date, want dates.Date) bool {
	same := *have == want
	*have = want
	return !same
}
