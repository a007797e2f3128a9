package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// googleContacts is the CSV export of Google Contacts, with the header of today and the one it had until 2024.
var googleContacts = Vendor{
	Name: "google", title: "a Google Contacts export",
	signs: [][]string{
		{"First Name", "Middle Name", "Last Name", "Phonetic First Name", "File As", "Labels"},
		{"Name", "Given Name", "Additional Name", "Family Name", "Yomi Name", "Group Membership"},
	},
	columns: func(header []string) []Column[Contact] {
		columns := []Column[Contact]{
			namePart("First Name", 0), namePart("Middle Name", 1), namePart("Last Name", 2),
			namePart("Given Name", 0), namePart("Additional Name", 1), namePart("Family Name", 2), wholeName("Name"),
			attribute("Name Prefix", "name_prefix"), attribute("Name Suffix", "name_suffix"), attribute("Nickname", "nickname"),
			organisation("Organization Name"), attribute("Organization Title", "job_title"), attribute("Organization Department", "department"),
			organisation("Organization 1 - Name"), attribute("Organization 1 - Title", "job_title"), attribute("Organization 1 - Department", "department"),
			attribute("Occupation", "profession"), attribute("Hobby", "hobby"),
			birthday("Birthday"), own("Notes", contacts.FieldNotes), own("Language", contacts.FieldLanguage),
			tags("Labels", several, googleLabel), tags("Group Membership", several, googleLabel),
		}
		for _, numbered := range []struct {
			sign    string
			columns func(n int, title string) []Column[Contact]
		}{
			{"E-mail %d - Value", googleEmail}, {"Phone %d - Value", googlePhone}, {"Address %d - Formatted", googleAddress},
			{"Website %d - Value", googleOther("website")}, {"Event %d - Value", googleOther("event")},
			{"Relation %d - Value", googleOther("relation")}, {"Custom Field %d - Value", googleOther("custom")},
		} {
			for n := 0; slices.Contains(header, fmt.Sprintf(numbered.sign, n+1)); n++ {
				title, _, _ := strings.Cut(fmt.Sprintf(numbered.sign, n+1), " - ")
				columns = append(columns, numbered.columns(n, title+" - ")...)
			}
		}
		return columns
	},
}

// googleLabel tells the groups that Google makes itself: * myContacts, * starred.
func googleLabel(word string) bool { return strings.HasPrefix(word, "*") }

func googleEmail(n int, title string) []Column[Contact] {
	label := func(c *Contact) (*string, *int) { w := at(&c.emails, n); return &w.label, &w.pref }
	return []Column[Contact]{labelOf(title+"Label", label), labelOf(title+"Type", label), email(title+"Value", n)}
}

func googlePhone(n int, title string) []Column[Contact] {
	label := func(c *Contact) (*string, *int) { w := at(&c.phones, n); return &w.label, &w.pref }
	return []Column[Contact]{labelOf(title+"Label", label), labelOf(title+"Type", label), phone(title+"Value", n, "")}
}

func googleAddress(n int, title string) []Column[Contact] {
	label := func(c *Contact) (*string, *int) { p := at(&c.places, n); return &p.label, &p.pref }
	return []Column[Contact]{
		labelOf(title+"Label", label), labelOf(title+"Type", label),
		part(title+"Formatted", n, contacts.FieldAddress, func(p *place) *string { return &p.whole }),
		part(title+"Street", n, contacts.FieldAddress, func(p *place) *string { return &p.street }),
		part(title+"Extended Address", n, contacts.FieldAddress, func(p *place) *string { return &p.extended }),
		part(title+"PO Box", n, contacts.FieldAddress, func(p *place) *string { return &p.box }),
		part(title+"City", n, contacts.FieldCity, func(p *place) *string { return &p.city }),
		part(title+"Region", n, contacts.FieldRegion, func(p *place) *string { return &p.region }),
		part(title+"Postal Code", n, contacts.FieldPostcode, func(p *place) *string { return &p.postcode }),
		part(title+"Country", n, contacts.FieldCountry, func(p *place) *string { return &p.country }),
	}
}

// googleOther is a thing with a label, kept as an attribute of that name: Event 1 is anniversary=2009-08-08.
func googleOther(key string) func(int, string) []Column[Contact] {
	return func(_ int, title string) []Column[Contact] {
		label := func(c *Contact) (*string, *int) { return c.labelOf(title), new(int) }
		value := cellOf(title+"Value", contacts.FieldAttributes, func(c *Contact, cell *Cell) error {
			kind := *c.labelOf(title)
			if kind == "" || key == "website" {
				kind = key
			}
			if kind, err := contacts.ParseAttributeKey(kind); err == nil {
				c.know(kind, cell.Text)
			} else {
				c.know(key, cell.Text)
			}
			return nil
		})
		return []Column[Contact]{labelOf(title+"Label", label), labelOf(title+"Type", label), value}
	}
}
