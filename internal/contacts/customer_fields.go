package contacts

import "math/bits"

// Fields is a set of the fields of a customer that a file or a command line can set, one bit each.
type Fields uint64

// The fields, in the order of the columns of a customer file. The last two stand in files as any number of columns,
// attr.KEY and consent.CHANNEL, whose names are not known beforehand.
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
	FieldEmailLabel
	FieldPhoneLabel
	FieldEmails
	FieldPhones
	FieldAddress
	FieldPostcode
	FieldRegion
	FieldLifeMoment
	FieldPotentialValue
	FieldContactEvery
	FieldContactWithin
	FieldAttributes
	FieldConsents
)

// FieldNames are the column names of the fields, by bit.
var FieldNames = []string{"ref", "name", "kind", "email", "phone", "birthday", "city", "country", "sector", "stage", "source", "language",
	"preferred_channel", "consultant", "company", "referred_by", "tags", "notes", "created_on", "ref_source", "archived_on",
	"email_label", "phone_label", "emails", "phones", "address", "postcode", "region", "life_moment", "potential_value",
	"contact_every", "contact_within", "attributes", "consents"}

// Name is the column name of a single field.
func (f Fields) Name() string { return FieldNames[bits.TrailingZeros64(uint64(f))] }

// textFields are the fields whose value is a text of its own: not a link, not a day, not a figure.
const textFields = FieldRef | FieldName | FieldKind | FieldEmail | FieldPhone | FieldBirthday | FieldCity | FieldCountry | FieldSector |
	FieldStage | FieldSource | FieldLanguage | FieldPreferredChannel | FieldTags | FieldNotes | FieldRefSource | FieldEmailLabel |
	FieldPhoneLabel | FieldEmails | FieldPhones | FieldAddress | FieldPostcode | FieldRegion | FieldLifeMoment | FieldAttributes | FieldConsents

// foldedFields are the fields that the folded texts of a customer are made of.
const foldedFields = FieldName | FieldEmail | FieldPhone | FieldEmails | FieldPhones

// text is where a customer keeps a text field; nil for a field of another kind.
func (c *Customer) text(f Fields) *string {
	switch f {
	case FieldRef:
		return &c.Ref
	case FieldName:
		return &c.Name
	case FieldKind:
		return &c.Kind
	case FieldBirthday:
		return &c.Birthday
	case FieldSector:
		return &c.Sector
	case FieldStage:
		return &c.Stage
	case FieldSource:
		return &c.Source
	case FieldTags:
		return &c.Tags
	case FieldNotes:
		return &c.Notes
	case FieldRefSource:
		return &c.RefSource
	case FieldLifeMoment:
		return &c.LifeMoment
	case FieldAttributes:
		return &c.Attributes
	case FieldConsents:
		return &c.Consents
	}
	return c.reachText(f)
}

// reachText is text for the fields that say how and where she is reached.
func (c *Customer) reachText(f Fields) *string {
	switch f {
	case FieldEmail:
		return &c.Email
	case FieldEmailLabel:
		return &c.EmailLabel
	case FieldEmails:
		return &c.Emails
	case FieldPhone:
		return &c.Phone
	case FieldPhoneLabel:
		return &c.PhoneLabel
	case FieldPhones:
		return &c.Phones
	case FieldLanguage:
		return &c.Language
	case FieldPreferredChannel:
		return &c.PreferredChannel
	case FieldAddress:
		return &c.Address
	case FieldPostcode:
		return &c.Postcode
	case FieldCity:
		return &c.City
	case FieldRegion:
		return &c.Region
	case FieldCountry:
		return &c.Country
	}
	return nil
}
