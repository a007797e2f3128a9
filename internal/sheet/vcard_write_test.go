package sheet

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/contacts"
)

// writtenCards writes customers as cards.
func writtenCards(t require.TestingT, version string, rows ...contacts.Row) string {
	var b strings.Builder
	require.NoError(t, WriteCards(&b, version, func(yield func(contacts.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}))
	return b.String()
}

func TestWriteCards(t *testing.T) {
	ana := contacts.Row{Customer: contacts.Customer{ID: 1, Ref: "C-1", RefSource: "my shop", Name: "Ana\nGil", Kind: "person", Email: "ana@x.com", EmailLabel: "work",
		Emails: "ana@home.example; school: ana@school.example", Phone: "600 111 222", PhoneLabel: "mobile", Birthday: "--05-17", Address: "Calle Mayor, 1", Postcode: "29001",
		City: "Málaga", Country: "ES", Language: "es", Company: contacts.Link{ID: 2, Name: "Acme; Co"}, Tags: "book club, vip", Notes: "one\r\ntwo\x1b[31m \\ three",
		Attributes: "anniversary=2009-08-08; department=Sales; fax=911 000 000; job_title=Lead; skin=dry; website=https://example.com/a,b"}}
	acme := contacts.Row{Customer: contacts.Customer{ID: 2, Ref: "urn:uuid:1", RefSource: "vcard", Name: "Acme; Co", Kind: "company"}}
	require.Equal(t, strings.ReplaceAll(`BEGIN:VCARD
VERSION:3.0
UID:perla:my+shop:C-1
FN:Ana Gil
N:;Ana Gil;;;
ORG:Acme\, Co;Sales
TITLE:Lead
EMAIL;TYPE=INTERNET,WORK,PREF:ana@x.com
EMAIL;TYPE=INTERNET:ana@home.example
item1.EMAIL;TYPE=INTERNET:ana@school.example
item1.X-ABLabel:school
TEL;TYPE=CELL:600 111 222
TEL;TYPE=FAX:911 000 000
ADR:;;Calle Mayor\, 1;Málaga;;29001;ES
BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-17
X-ANNIVERSARY:2009-08-08
URL:https://example.com/a,b
CATEGORIES:book club,vip
NOTE:one\ntwo[31m \\ three
END:VCARD
BEGIN:VCARD
VERSION:3.0
UID:urn:uuid:1
FN:Acme\; Co
N:;;;;
ORG:Acme\; Co
X-ABShowAs:COMPANY
END:VCARD
`, "\n", "\r\n"), writtenCards(t, "3.0", ana, acme))
	require.Equal(t, strings.ReplaceAll(`BEGIN:VCARD
VERSION:4.0
UID:perla:my+shop:C-1
FN:Ana Gil
N:;Ana Gil;;;
ORG:Acme\, Co;Sales
TITLE:Lead
EMAIL;PREF=1;TYPE=work:ana@x.com
EMAIL:ana@home.example
item1.EMAIL:ana@school.example
item1.X-ABLabel:school
TEL;TYPE=cell:600 111 222
TEL;TYPE=fax:911 000 000
ADR:;;Calle Mayor\, 1;Málaga;;29001;ES
BDAY:--0517
ANNIVERSARY:20090808
LANG:es
URL:https://example.com/a,b
CATEGORIES:book club,vip
NOTE:one\ntwo[31m \\ three
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:urn:uuid:1
FN:Acme\; Co
N:;;;;
ORG:Acme\; Co
KIND:org
END:VCARD
`, "\n", "\r\n"), writtenCards(t, "4.0", ana, acme))
}

func TestWriteCardsFolds(t *testing.T) {
	out := writtenCards(t, "4.0", contacts.Row{Customer: contacts.Customer{Name: "Ana", Notes: strings.Repeat("ñandú ", 60)}})
	for _, line := range strings.Split(out, "\r\n") {
		require.LessOrEqual(t, len(line), maxCardLine)
		require.True(t, strings.ToValidUTF8(line, "?") == line, "a character is never cut")
	}
	r := oneContact(t, out, InputOptions{})
	require.Equal(t, strings.TrimSpace(strings.Repeat("ñandú ", 60)), r.Notes)
}

// TestWriteCardsTwins holds that people of whom the cards say the same stay as many when the cards are read.
func TestWriteCardsTwins(t *testing.T) {
	row := func(id int64, notes string) contacts.Row {
		return contacts.Row{Customer: contacts.Customer{ID: id, Name: "Ana", Sector: notes}}
	}
	rows, _ := readContacts(t, contactsOf(t, writtenCards(t, "3.0", row(1, "a"), row(2, "b"), row(3, "c")), "", InputOptions{}))
	var refs []string
	for _, r := range rows {
		refs = append(refs, r.RefSource+":"+r.Ref)
	}
	require.Equal(t, []string{":", "perla:2", "perla:3"}, refs)
}

// TestCardsThereAndBack writes customers of any texts as cards, reads them and writes what was read: the cards are the same.
func TestCardsThereAndBack(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.RuneFrom([]rune("añ ,;:\\\n\r\t\"=.@\x01")), rapid.Rune()))
	field := func(t *rapid.T, c *contacts.Customer, f contacts.Fields, label string) {
		_ = c.Set(f, strings.ToValidUTF8(text.Draw(t, label), "")) // what the book refuses is not in it
	}
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.SampledFrom(CardVersions).Draw(t, "version")
		r := contacts.Row{Customer: contacts.Customer{ID: 7, Name: "x"}}
		for _, f := range []contacts.Fields{contacts.FieldName, contacts.FieldNotes, contacts.FieldTags, contacts.FieldAddress, contacts.FieldCity, contacts.FieldRegion,
			contacts.FieldPostcode, contacts.FieldLanguage, contacts.FieldEmailLabel, contacts.FieldPhoneLabel} {
			field(t, &r.Customer, f, f.Name())
		}
		if rapid.Bool().Draw(t, "company") {
			r.Kind = "company"
		}
		if name := strings.TrimSpace(text.Draw(t, "works for")); name != "" {
			r.Company = contacts.Link{ID: 9, Name: name}
		}
		if ref := strings.TrimSpace(strings.ToValidUTF8(text.Draw(t, "ref"), "")); ref != "" {
			_ = r.Set(contacts.FieldRef, ref)
			r.RefSource = rapid.SampledFrom([]string{"vcard", "csv", "a shop: ñ"}).Draw(t, "source")
		}
		_ = r.Set(contacts.FieldCountry, rapid.SampledFrom([]string{"", "es", "Côte d'Ivoire", "U.S.A."}).Draw(t, "country"))
		_ = r.Set(contacts.FieldEmail, rapid.SampledFrom([]string{"", "ana@x.com"}).Draw(t, "email"))
		_ = r.Set(contacts.FieldEmails, rapid.SampledFrom([]string{"", "home: b@x.com; c@x.com", "my school: b@x.com"}).Draw(t, "emails"))
		_ = r.Set(contacts.FieldPhone, rapid.SampledFrom([]string{"", "600 111 222", "+34 600,111;222 ext. 3"}).Draw(t, "phone"))
		_ = r.Set(contacts.FieldPhones, rapid.SampledFrom([]string{"", "work mobile: 911 111 111", "600 333 444"}).Draw(t, "phones"))
		_ = r.Set(contacts.FieldBirthday, rapid.SampledFrom([]string{"", "--02-29", "1985-04-21"}).Draw(t, "birthday"))
		for _, key := range []string{"nickname", "job_title", "role", "website", "fax", "anniversary", "department", "company"} {
			if rapid.Bool().Draw(t, key) {
				_ = r.SetAttribute(key, strings.ToValidUTF8(text.Draw(t, key), ""))
			}
		}
		r.Place(1, 0, false, "ES")
		first := writtenCards(t, version, r)
		in, err := OpenInput("-", strings.NewReader(first), InputOptions{Cards: true})
		require.NoError(t, err, "%q", first)
		defer in.Close()
		v, err := in.Recognise("")
		require.NoError(t, err)
		d, err := NewDecoder(in, v.Columns(in))
		require.NoError(t, err)
		for row := range d.Rows() {
			require.Empty(t, row.Faults, "%q", first)
			row.Value.Settle(1, false, "ES")
			again := row.Value.Row
			if again.ID = 7; again.Ref != "" && again.RefSource == "" {
				again.RefSource = "vcard" // as the import does
			}
			if again.Company.Key != "" { // which it does not know
				require.NoError(t, again.SetAttribute("company", strings.ReplaceAll(again.Company.Key, ";", ",")))
			}
			require.Equal(t, first, writtenCards(t, version, again))
		}
		require.NoError(t, d.Err())
		require.Equal(t, 1, d.Records())
	})
}
