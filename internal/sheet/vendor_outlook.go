package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// outlookContacts is the CSV export of Outlook: the 92 columns of the old programs, the fewer ones of the new, or those of
// them that somebody has kept.
var outlookContacts = Vendor{
	Name: "outlook", title: "an Outlook export",
	signs: [][]string{
		{"First Name", "Middle Name", "Last Name", "Suffix", "Company", "Job Title", "E-mail Address"},
		{"First Name", "Middle Name", "Last Name", "Suffix", "Given Yomi", "Surname Yomi", "E-mail Address"},
	},
	columns: func([]string) []Column[Contact] {
		columns := []Column[Contact]{
			attribute("Title", "name_prefix"), namePart("First Name", 0), namePart("Middle Name", 1), namePart("Last Name", 2), attribute("Suffix", "name_suffix"),
			attribute("Nickname", "nickname"), organisation("Company"), attribute("Department", "department"), attribute("Job Title", "job_title"),
			email("E-mail Address", 0), email("E-mail 2 Address", 1), email("E-mail 3 Address", 2),
			attribute("Business Fax", "fax"), attribute("Home Fax", "fax"), attribute("Other Fax", "fax"), attribute("Pager", "pager"),
			birthday("Birthday"), attributeDay("Anniversary", "anniversary"), attribute("Spouse", "spouse"), attribute("Children", "children"),
			attribute("Hobby", "hobby"), attribute("Profession", "profession"), attribute("Manager's Name", "manager"),
			attribute("Assistant's Name", "assistant"), attribute("Referred By", "referred_by"),
			attribute("Web Page", "website"), attribute("Personal Web Page", "website"),
			own("Notes", contacts.FieldNotes), own("Language", contacts.FieldLanguage), tags("Categories", ";", nil),
		}
		for i, p := range []struct{ name, label string }{
			{"Primary Phone", "main"}, {"Mobile Phone", "mobile"}, {"Home Phone", "home"}, {"Home Phone 2", "home"}, {"Business Phone", "work"},
			{"Business Phone 2", "work"}, {"Company Main Phone", "work main"}, {"Car Phone", "car"}, {"Other Phone", "other"},
		} {
			columns = append(columns, phone(p.name, i, p.label))
		}
		for i, name := range []string{"Home", "Business", "Other"} {
			columns = append(columns, outlookAddress(i, name)...)
		}
		return columns
	},
	idle: []string{"E-mail Type", "E-mail Display Name", "E-mail 2 Type", "E-mail 2 Display Name", "E-mail 3 Type", "E-mail 3 Display Name",
		"Gender", "Initials", "Priority", "Private", "Sensitivity"},
}

func outlookAddress(n int, name string) []Column[Contact] {
	street := func(p *place) *string {
		if p.label = strings.ToLower(name); name == "Business" {
			p.label = "work"
		}
		return &p.street
	}
	return []Column[Contact]{
		part(name+" Street", n, contacts.FieldAddress, street), part(name+" Street 2", n, contacts.FieldAddress, street),
		part(name+" Street 3", n, contacts.FieldAddress, street),
		part(name+" Address PO Box", n, contacts.FieldAddress, func(p *place) *string { return &p.box }),
		part(name+" City", n, contacts.FieldCity, func(p *place) *string { return &p.city }),
		part(name+" State", n, contacts.FieldRegion, func(p *place) *string { return &p.region }),
		part(name+" Postal Code", n, contacts.FieldPostcode, func(p *place) *string { return &p.postcode }),
		part(name+" Country/Region", n, contacts.FieldCountry, func(p *place) *string { return &p.country }),
	}
}
