package sheet

import (
	"strings"

	"github.com/perla-crm/perla/internal/contacts"
)

// hubspotContacts is HubSpot's export of contacts. Which columns there are its user chooses.
var hubspotContacts = Vendor{
	Name: "hubspot", title: "a HubSpot export",
	signs: [][]string{
		{"Record ID", "First Name", "Last Name", "Email", "Lead Status"},
		{"Record ID", "First Name", "Last Name", "Email", "Contact owner"},
		{"Record ID", "First Name", "Last Name", "Email", "Create Date"},
	},
	columns: func(header []string) []Column[Contact] {
		columns := []Column[Contact]{
			own("Record ID", contacts.FieldRef), namePart("First Name", 0), namePart("Last Name", 1), email("Email", 0),
			moreEmails("Additional email addresses", 1), phone("Phone Number", 0, ""), phone("Mobile Phone Number", 1, "mobile"),
			hubspotStage("Lifecycle Stage"), attribute("Lead Status", "lead_status"),
			own("Contact owner", contacts.FieldConsultant), organisation("Associated Company"), organisation("Company Name"),
			attribute("Job Title", "job_title"), own("Industry", contacts.FieldSector), own("Original Source", contacts.FieldSource),
			own("Preferred language", contacts.FieldLanguage), birthday("Date of birth"), attribute("Website URL", "website"),
			part("Street Address", 0, contacts.FieldAddress, func(p *place) *string { return &p.street }),
			part("City", 0, contacts.FieldCity, func(p *place) *string { return &p.city }),
			part("State/Region", 0, contacts.FieldRegion, func(p *place) *string { return &p.region }),
			part("Postal Code", 0, contacts.FieldPostcode, func(p *place) *string { return &p.postcode }),
			part("Country/Region", 0, contacts.FieldCountry, func(p *place) *string { return &p.country }),
		}
		for _, name := range header { // with or without a time zone behind it
			if strings.HasPrefix(name, "Create Date") {
				columns = append(columns, createdOn(name))
			}
		}
		return columns
	},
}

// hubspotStages are our stages for those of HubSpot, as it writes them with and without blanks.
var hubspotStages = map[string]string{"subscriber": "lead", "lead": "lead", "marketingqualifiedlead": "lead", "salesqualifiedlead": "prospect",
	"opportunity": "prospect", "customer": "customer", "evangelist": "customer"}

// hubspotStage reads a stage of theirs; what has none of ours is kept as an attribute.
func hubspotStage(name string) Column[Contact] {
	return cellOf(name, contacts.FieldStage, func(c *Contact, cell *Cell) error {
		if stage, ok := hubspotStages[foldName(cell.Text)]; ok {
			return c.take(contacts.FieldStage, stage)
		}
		c.know("lifecycle_stage", cell.Text)
		return nil
	})
}

// moreEmails is a cell of e-mails parted by semicolons, the first of which is the n-th.
func moreEmails(name string, n int) Column[Contact] {
	return cellOf(name, contacts.FieldEmails, func(c *Contact, cell *Cell) error {
		return c.reach(&c.emails, n, contacts.FieldEmail, strings.ReplaceAll(cell.Text, ";", several))
	})
}

// stripeCustomers is Stripe's export of customers. Of what they spent it knows only a sum, which is no order.
var stripeCustomers = Vendor{
	Name: "stripe", title: "a Stripe export of customers",
	signs: [][]string{{"id", "Email", "Name", "Created (UTC)", "Delinquent"}},
	columns: func([]string) []Column[Contact] {
		return []Column[Contact]{
			own("id", contacts.FieldRef), wholeName("Name"), email("Email", 0), phone("Phone", 0, ""), own("Description", contacts.FieldNotes),
			createdOn("Created (UTC)"),
			part("Address Line1", 0, contacts.FieldAddress, func(p *place) *string { return &p.street }),
			part("Address Line2", 0, contacts.FieldAddress, func(p *place) *string { return &p.extended }),
			part("Address City", 0, contacts.FieldCity, func(p *place) *string { return &p.city }),
			part("Address State", 0, contacts.FieldRegion, func(p *place) *string { return &p.region }),
			part("Address Zip", 0, contacts.FieldPostcode, func(p *place) *string { return &p.postcode }),
			part("Address Country", 0, contacts.FieldCountry, func(p *place) *string { return &p.country }),
		}
	},
	secret: []string{"Card Number"},
}

// shopifyCustomers is Shopify's export of customers, with the header of today and the one it had until 2023.
var shopifyCustomers = Vendor{
	Name: "shopify", title: "a Shopify export of customers",
	signs: [][]string{{"First Name", "Last Name", "Email", "Total Spent", "Total Orders", "Tax Exempt", "Tags"}},
	columns: func([]string) []Column[Contact] {
		columns := []Column[Contact]{
			shopifyText("Customer ID", contacts.FieldRef), namePart("First Name", 0), namePart("Last Name", 1), email("Email", 0),
			unquoted(phone("Phone", 0, "")), unquoted(phone("Default Address Phone", 1, "")), own("Note", contacts.FieldNotes), attribute("Tax Exempt", "tax_exempt"), tags("Tags", ",", nil),
		}
		for _, prefix := range []string{"Default Address ", ""} {
			columns = append(columns, organisation(prefix+"Company"),
				part(prefix+"Address1", 0, contacts.FieldAddress, func(p *place) *string { return &p.street }),
				part(prefix+"Address2", 0, contacts.FieldAddress, func(p *place) *string { return &p.extended }),
				part(prefix+"City", 0, contacts.FieldCity, func(p *place) *string { return &p.city }),
				part(prefix+"Province Code", 0, contacts.FieldRegion, func(p *place) *string { return &p.region }),
				part(prefix+"Country Code", 0, contacts.FieldCountry, func(p *place) *string { return &p.country }),
				unquoted(part(prefix+"Zip", 0, contacts.FieldPostcode, func(p *place) *string { return &p.postcode })))
		}
		return columns
	},
	idle: []string{"Province", "Country", "Default Address Province", "Default Address Country"}, // their codes stand beside them
}

// shopifyText is a field of ours of which spreadsheets must be kept from making a number.
func shopifyText(name string, f contacts.Fields) Column[Contact] { return unquoted(own(name, f)) }

// unquoted takes off the apostrophe that keeps a spreadsheet from making a number of a text.
func unquoted(c Column[Contact]) Column[Contact] {
	set := c.Set
	c.Set = func(row *Contact, cell *Cell) error {
		plain := *cell
		plain.Text = strings.TrimPrefix(plain.Text, "'")
		return set(row, &plain)
	}
	return c
}
