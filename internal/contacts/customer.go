// Package contacts owns the customers: the rules for each field, finding one by what a person types, searching, adding,
// changing, archiving and importing them.
package contacts

import (
	"strconv"
	"strings"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// Customer is one who buys, or may: a person or a company. An empty text is an unknown field.
type Customer struct {
	ID               int64
	Ref              string // her key in another system
	RefSource        string // that system; empty with Ref
	Name             string
	Kind             string // one of Kinds
	Email            string // the preferred one, folded
	EmailLabel       string // what sort of e-mail that is: home, work
	Emails           string // the further ones: "home: a@x.com; b@y.com"
	Phone            string // the preferred one, as written
	E164             string // Phone in the form that can be compared; empty when it cannot be read
	PhoneLabel       string
	Phones           string // the further ones, as Emails
	Birthday         string // YYYY-MM-DD, or --MM-DD where the year is not known
	Address          string // street and number
	Postcode         string
	City             string
	Region           string
	Country          string
	Sector           string
	Stage            string // one of Stages, or empty
	LifeMoment       string // what her life is about just now: a wedding, a first child
	Source           string // where she came from
	Language         string
	PreferredChannel string
	Consultant       Link // Key is the consultant's ref
	Company          Link
	ReferredBy       Link
	Tags             string // lower case, sorted, joined by ", "
	Attributes       string // what else is known of her: "need=sun; skin=dry"
	Consents         string // what a row of a file says of her consents; empty in what the book gives
	PotentialValue   money.Amount
	PotentialKnown   bool  // somebody has judged what she could spend in a year: PotentialValue
	ContactEvery     int64 // days after which she should be spoken to again; 0 when nobody has said
	ContactWithin    int64 // days after which she must be, not less than ContactEvery; 0 likewise
	Notes            string
	CreatedOn        dates.Date
	ArchivedOn       dates.Date // the day she was removed; 0 while she is active
	ErasedOn         dates.Date // the day her personal data were erased; 0 while they are there

	nameKey, search string // what foldedName and complete have worked out
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

// foldedName is the name as it is found and compared.
func (c *Customer) foldedName() string {
	if c.nameKey == "" {
		c.nameKey = book.Fold(c.Name)
	}
	return c.nameKey
}

// complete works out what follows from other fields, once: the phone as E.164 by the country of the book, the further
// e-mails and phones without those said twice, the folded texts. Who writes a customer completes her before.
func (c *Customer) complete(country string) {
	if c.search != "" {
		return
	}
	if c.Phone == "" {
		c.E164 = ""
	} else if c.E164 == "" {
		c.E164 = E164(c.Phone, country)
	}
	if c.Email == "" {
		c.EmailLabel = ""
	}
	if c.Phone == "" {
		c.PhoneLabel = ""
	}
	var further []string
	if c.Emails != "" || c.Phones != "" {
		further = c.settleReaches(country)
	}
	c.search = SearchText(c.foldedName(), c.Email, c.Phone, c.E164, further...)
}

// Set gives a field the value that a person or a file writes, after the rule of that field; "" empties it. The links
// take it as their Key, to be looked up when the customer is written. Days and amounts are not set here: they are typed.
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
	case FieldContactEvery:
		c.ContactEvery, err = parseCadence(value)
	case FieldContactWithin:
		c.ContactWithin, err = parseCadence(value)
	default:
		*c.text(f) = value
		c.forget(f)
	}
	return err
}

// forget drops what was worked out of a field that has changed.
func (c *Customer) forget(f Fields) {
	if f&foldedFields != 0 {
		c.nameKey, c.search = "", ""
	}
	if f&FieldPhone != 0 {
		c.E164 = ""
	}
}

// SetPotential says what she could spend in a year; with known false nobody has judged that.
func (c *Customer) SetPotential(amount money.Amount, known bool) error {
	if known && amount < 0 {
		return errNegativePotential
	}
	c.PotentialValue, c.PotentialKnown = amount, known
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
		have, want := c.text(f), c.wanted(f, *from.text(f))
		if *have == want {
			return false
		}
		*have = want
		c.forget(f)
		switch f {
		case FieldEmail:
			c.EmailLabel = labelOf(emailReach, c.Emails, want)
		case FieldPhone:
			c.E164, c.PhoneLabel = from.E164, labelOf(phoneReach, c.Phones, want)
		}
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
		return takeValue(&c.CreatedOn, from.CreatedOn)
	case FieldArchivedOn:
		return takeValue(&c.ArchivedOn, from.ArchivedOn)
	case FieldContactEvery:
		return takeValue(&c.ContactEvery, from.ContactEvery)
	case FieldContactWithin:
		return takeValue(&c.ContactWithin, from.ContactWithin)
	}
	known := takeValue(&c.PotentialKnown, from.PotentialKnown)
	return takeValue(&c.PotentialValue, from.PotentialValue) || known
}

// wanted is a value to be taken, without what the customer has already in another field: one who is told that her
// preferred e-mail is one of the further ones learns nothing.
func (c *Customer) wanted(f Fields, value string) string {
	switch {
	case value == "":
	case f == FieldEmails:
		return withoutReach(emailReach, value, "", c.Email)
	case f == FieldPhones:
		return withoutReach(phoneReach, value, "", c.E164, digits(c.Phone))
	}
	return value
}

func takeLink(have *Link, want Link) bool {
	same := have.ID == want.ID && (have.ID != 0 || have.Key == want.Key)
	*have = want
	return !same
}

func takeValue[T comparable](have *T, want T) bool {
	same := *have == want
	*have = want
	return !same
}

// said is the value of a field as text; an amount in minor units.
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
	case FieldPotentialValue:
		if !c.PotentialKnown {
			return ""
		}
		return strconv.FormatInt(int64(c.PotentialValue), 10)
	case FieldContactEvery:
		return strings.TrimPrefix(strconv.FormatInt(c.ContactEvery, 10), "0")
	case FieldContactWithin:
		return strings.TrimPrefix(strconv.FormatInt(c.ContactWithin, 10), "0")
	}
	return *c.text(f)
}
