package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
)

// Customers are the columns of a list of customers. Links show the name of whom they name.
var Customers = keeping([]Column[contacts.Customer]{
	{Name: "id", Kind: IntKind, Get: func(c *contacts.Customer) Value { return Int(c.ID) }},
	customerText(contacts.FieldRef, func(c *contacts.Customer) string { return c.Ref }),
	customerText(contacts.FieldName, func(c *contacts.Customer) string { return c.Name }),
	wide(customerText(contacts.FieldKind, func(c *contacts.Customer) string { return c.Kind })),
	customerText(contacts.FieldEmail, func(c *contacts.Customer) string { return c.Email }),
	customerText(contacts.FieldPhone, func(c *contacts.Customer) string { return c.Phone }),
	wide(customerBirthday()),
	customerText(contacts.FieldCity, func(c *contacts.Customer) string { return c.City }),
	wide(customerText(contacts.FieldCountry, func(c *contacts.Customer) string { return c.Country })),
	wide(customerText(contacts.FieldSector, func(c *contacts.Customer) string { return c.Sector })),
	wide(customerText(contacts.FieldStage, func(c *contacts.Customer) string { return c.Stage })),
	wide(customerText(contacts.FieldSource, func(c *contacts.Customer) string { return c.Source })),
	wide(customerText(contacts.FieldLanguage, func(c *contacts.Customer) string { return c.Language })),
	wide(customerText(contacts.FieldPreferredChannel, func(c *contacts.Customer) string { return c.PreferredChannel })),
	wide(customerText(contacts.FieldConsultant, func(c *contacts.Customer) string { return c.Consultant.Name })),
	wide(customerText(contacts.FieldCompany, func(c *contacts.Customer) string { return c.Company.Name })),
	wide(customerText(contacts.FieldReferredBy, func(c *contacts.Customer) string { return c.ReferredBy.Name })),
	customerText(contacts.FieldTags, func(c *contacts.Customer) string { return c.Tags }),
	wide(customerText(contacts.FieldNotes, func(c *contacts.Customer) string { return c.Notes })),
	wide(customerDay(contacts.FieldCreatedOn, func(c *contacts.Customer) *dates.Date { return &c.CreatedOn })),
}, "id", "name", "phone", "email", "city", "ref")

// customerFurther are the columns of the other fields, in the order of their bits.
var customerFurther = []Column[contacts.Customer]{
	customerText(contacts.FieldRefSource, func(c *contacts.Customer) string { return c.RefSource }),
	customerDay(contacts.FieldArchivedOn, func(c *contacts.Customer) *dates.Date { return &c.ArchivedOn }),
	customerText(contacts.FieldEmailLabel, func(c *contacts.Customer) string { return c.EmailLabel }),
	customerText(contacts.FieldPhoneLabel, func(c *contacts.Customer) string { return c.PhoneLabel }),
	customerText(contacts.FieldEmails, func(c *contacts.Customer) string { return c.Emails }),
	customerText(contacts.FieldPhones, func(c *contacts.Customer) string { return c.Phones }),
	customerText(contacts.FieldAddress, func(c *contacts.Customer) string { return c.Address }),
	customerText(contacts.FieldPostcode, func(c *contacts.Customer) string { return c.Postcode }),
	customerText(contacts.FieldRegion, func(c *contacts.Customer) string { return c.Region }),
	customerText(contacts.FieldLifeMoment, func(c *contacts.Customer) string { return c.LifeMoment }),
	customerPotential(),
	customerCadence(contacts.FieldContactEvery, func(c *contacts.Customer) int64 { return c.ContactEvery }),
	customerCadence(contacts.FieldContactWithin, func(c *contacts.Customer) int64 { return c.ContactWithin }),
}

// CustomersNamed are the columns that a list of customers can show: those of Customers, and others that are to be named.
var CustomersNamed = slices.Concat(Customers, customerFurther)

// CustomerRows are the columns of a customer file, in and out: those of the list without the id, with links by their keys,
// and with the further ones. Their places are the bits of contacts.Fields.
var CustomerRows = customerRows()

// CustomerCards are what is shown of one customer.
var CustomerCards = append(lift(CustomersNamed, func(c *contacts.Card) *contacts.Customer { return &c.Customer }),
	Column[contacts.Card]{Name: "erased_on", Kind: DateKind, Get: func(c *contacts.Card) Value { return Date(c.ErasedOn) }},
	Column[contacts.Card]{Name: "refs", Get: func(c *contacts.Card) Value { return Text(strings.Join(c.Refs, "; ")) }},
	Column[contacts.Card]{Name: "attributes", Get: func(c *contacts.Card) Value { return Text(c.Attributes) }},
	Column[contacts.Card]{Name: "links", Get: func(c *contacts.Card) Value { return Text(linkTexts(c.Links)) }},
	Column[contacts.Card]{Name: "contacts", Kind: IntKind, Get: func(c *contacts.Card) Value { return Int(c.Contacts) }},
	Column[contacts.Card]{Name: "orders", Kind: IntKind, Get: func(c *contacts.Card) Value { return Int(c.Orders) }},
	Column[contacts.Card]{Name: "spent", Kind: MoneyKind, Get: func(c *contacts.Card) Value { return Money(c.Spent) }},
	Column[contacts.Card]{Name: "last_order", Kind: DateKind, Get: func(c *contacts.Card) Value { return Date(c.LastOrder) }},
)

// linkTexts writes links as one text: "partner: Luis (3); child: Eva (5)".
func linkTexts(links []contacts.Relation) string {
	texts := make([]string, len(links))
	for i, l := range links {
		texts[i] = fmt.Sprintf("%s: %s (%d)", l.Kind, l.Other.Name, l.Other.ID)
	}
	return strings.Join(texts, "; ")
}

// AttributePrefix stands before the key of an attribute in the name of its column.
const AttributePrefix = "attr."

// CustomerAttribute is the column of an attribute: attr.KEY.
func CustomerAttribute(key string) Column[contacts.Customer] {
	return Column[contacts.Customer]{Name: AttributePrefix + key, Get: func(c *contacts.Customer) Value { return Text(c.Attribute(key)) }}
}

// CardAttributes are the columns of attributes, for a card.
func CardAttributes(keys []string) []Column[contacts.Card] {
	columns := make([]Column[contacts.Customer], len(keys))
	for i, key := range keys {
		columns[i] = CustomerAttribute(key)
	}
	return lift(columns, func(c *contacts.Card) *contacts.Customer { return &c.Customer })
}

// lift makes columns of U from columns of T, a part of it.
func lift[T, U any](columns []Column[T], part func(*U) *T) []Column[U] {
	lifted := make([]Column[U], len(columns))
	for i, c := range columns {
		l := Column[U]{Name: c.Name, Kind: c.Kind, Required: c.Required, Also: c.Also, Wide: c.Wide, Rank: c.Rank, Verbatim: c.Verbatim}
		if get := c.Get; get != nil {
			l.Get = func(u *U) Value { return get(part(u)) }
		}
		if set := c.Set; set != nil {
			l.Set = func(u *U, cell *Cell) error { return set(part(u), cell) }
		}
		lifted[i] = l
	}
	return lifted
}

func wide[T any](c Column[T]) Column[T] {
	c.Wide = true
	return c
}

// customerText is the column of a text field; import sets it by the rule of the field.
func customerText(f contacts.Fields, get func(*contacts.Customer) string) Column[contacts.Customer] {
	return Column[contacts.Customer]{Name: f.Name(), Also: customerSynonyms[f],
		Get: func(c *contacts.Customer) Value { return Text(get(c)) },
		Set: func(c *contacts.Customer, cell *Cell) error { return c.Set(f, cell.Text) }}
}

// customerBirthday is a column of days of which some may lack their year.
func customerBirthday() Column[contacts.Customer] {
	c := customerText(contacts.FieldBirthday, func(c *contacts.Customer) string { return c.Birthday })
	c.Kind = DateKind
	c.Set = func(c *contacts.Customer, cell *Cell) error {
		err := c.Set(contacts.FieldBirthday, cell.Text)
		if err == nil {
			return nil
		}
		day, badDay := cell.Date()
		if badDay != nil {
			return err
		}
		return c.Set(contacts.FieldBirthday, day.String())
	}
	return c
}

// customerDay is the column of a day; import leaves it at none for an empty cell.
func customerDay(f contacts.Fields, at func(*contacts.Customer) *dates.Date) Column[contacts.Customer] {
	return Column[contacts.Customer]{Name: f.Name(), Kind: DateKind, Also: customerSynonyms[f],
		Get: func(c *contacts.Customer) Value { return Date(*at(c)) },
		Set: func(c *contacts.Customer, cell *Cell) (err error) {
			if *at(c) = 0; cell.Text != "" {
				*at(c), err = cell.Date()
			}
			return err
		}}
}

// customerPotential is the column of what somebody has judged she could spend in a year.
func customerPotential() Column[contacts.Customer] {
	f := contacts.FieldPotentialValue
	return Column[contacts.Customer]{Name: f.Name(), Kind: MoneyKind, Also: customerSynonyms[f],
		Get: func(c *contacts.Customer) Value {
			if !c.PotentialKnown {
				return Value{}
			}
			return Money(c.PotentialValue)
		},
		Set: func(c *contacts.Customer, cell *Cell) error {
			if cell.Text == "" {
				return c.SetPotential(0, false)
			}
			amount, err := cell.Money()
			if err != nil {
				return err
			}
			return c.SetPotential(amount, true)
		}}
}

// customerCadence is the column of a number of days, empty where there is none.
func customerCadence(f contacts.Fields, get func(*contacts.Customer) int64) Column[contacts.Customer] {
	c := customerText(f, nil)
	c.Kind = IntKind
	c.Get = func(c *contacts.Customer) Value {
		if get(c) == 0 {
			return Value{}
		}
		return Int(get(c))
	}
	return c
}

// customerRows makes the columns of a file from those of the list.
func customerRows() []Column[contacts.Row] {
	columns := append([]Column[contacts.Customer]{}, Customers[1:]...)
	for name, key := range map[string]func(*contacts.Customer) string{
		"consultant":  func(c *contacts.Customer) string { return c.Consultant.Key },
		"company":     func(c *contacts.Customer) string { return c.Company.Key },
		"referred_by": func(c *contacts.Customer) string { return c.ReferredBy.Key },
	} {
		at := slices.IndexFunc(columns, func(c Column[contacts.Customer]) bool { return c.Name == name })
		columns[at].Get = func(c *contacts.Customer) Value { return Text(key(c)) }
	}
	return lift(append(columns, customerFurther...), func(r *contacts.Row) *contacts.Customer { return &r.Customer })
}
