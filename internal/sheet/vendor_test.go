package sheet

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/fault"
)

// contactsOf opens a file of contacts as whose export it is, or as that of the vendor named.
func contactsOf(t *testing.T, content, vendor string, o InputOptions) *Decoder[Contact] {
	t.Helper()
	o.Cards = true
	if o.Setting.Zone == nil {
		o.Setting = euros
	}
	in, err := OpenInput("-", strings.NewReader(content), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = in.Close() })
	v, err := in.Recognise(vendor)
	require.NoError(t, err)
	require.NotNil(t, v, "recognised")
	d, err := NewDecoder(in, v.Columns(in))
	require.NoError(t, err)
	return d
}

// readContacts reads the rows of a file of contacts, and what is wrong with them.
func readContacts(t *testing.T, d *Decoder[Contact]) (rows []contacts.Row, wrong []string) {
	t.Helper()
	stamp := func(c *Contact, line int, _ uint64, bad bool) { c.Settle(line, bad, "ES") }
	for batch := range d.Batches(context.Background(), 10, nil, stamp) {
		for _, c := range batch {
			rows = append(rows, c.Row)
		}
	}
	require.NoError(t, d.Err())
	for _, f := range d.Faults() {
		wrong = append(wrong, f.Text("in"))
	}
	return rows, wrong
}

// oneContact reads a file of one contact with nothing wrong.
func oneContact(t *testing.T, content string, o InputOptions) contacts.Row {
	t.Helper()
	rows, wrong := readContacts(t, contactsOf(t, content, "", o))
	require.Empty(t, wrong)
	require.Len(t, rows, 1)
	return rows[0]
}

const (
	googleHead  = "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,File As,Organization Name,Birthday,Notes,Photo,Labels,"
	outlookHead = "Title,First Name,Middle Name,Last Name,Suffix,Company,Job Title,E-mail Address,E-mail Type,"
	hubspotHead = "Record ID,First Name,Last Name,Email,Lead Status"
	shopifyHead = "Customer ID,First Name,Last Name,Email,Total Spent,Total Orders,Tax Exempt,Tags"
	stripeHead  = "id,Email,Name,Created (UTC),Card Number,Delinquent"
)

func TestRecognise(t *testing.T) {
	for _, test := range []struct{ name, header, want string }{
		{"google", googleHead, "google"},
		{"google before 2024", "Name,Given Name,Additional Name,Family Name,Yomi Name,Group Membership", "google"},
		{"outlook", outlookHead, "outlook"},
		{"the columns in any order", "E-mail Address,Suffix,Company,Job Title,Last Name,Middle Name,First Name", "outlook"},
		{"outlook on the web", "First Name,Middle Name,Last Name,Suffix,Given Yomi,Surname Yomi,E-mail Address", "outlook"},
		{"hubspot", hubspotHead, "hubspot"},
		{"hubspot with other columns", "Record ID,First Name,Last Name,Email,Create Date", "hubspot"},
		{"shopify", shopifyHead, "shopify"},
		{"stripe", stripeHead, "stripe"},
		{"stripe payments", "id,Description,Created (UTC),Amount,Customer Email", ""},
		{"ours", "ref,name,email,phone,tags", ""},
		{"a column is missing", "Record ID,First Name,Last Name,Lead Status", ""},
		{"names in another writing", strings.ToLower(hubspotHead), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, err := OpenInput("-", strings.NewReader(test.header+"\n"), InputOptions{})
			require.NoError(t, err)
			defer in.Close()
			v, err := in.Recognise("")
			require.NoError(t, err)
			if test.want == "" {
				require.Nil(t, v)
				return
			}
			require.Equal(t, test.want, v.Name)
		})
	}
}

func TestRecogniseAs(t *testing.T) {
	in, err := OpenInput("-", strings.NewReader("First Name,E-mail Address\nAna,ana@x.com\n"), InputOptions{})
	require.NoError(t, err)
	defer in.Close()
	v, err := in.Recognise("outlook")
	require.NoError(t, err)
	require.Equal(t, "outlook", v.Name)
	for _, name := range []string{"vcard", "stripe"} {
		_, err = in.Recognise(name)
		require.Equal(t, fault.Rejected, fault.KindOf(err), name)
	}
	named, err := OpenInput("-", strings.NewReader("1,Ana,Gil,ana@x.com,NEW\n"), InputOptions{NoHeader: true, Columns: strings.Split(hubspotHead, ",")})
	require.NoError(t, err)
	defer named.Close()
	v, err = named.Recognise("")
	require.NoError(t, err)
	require.Nil(t, v, "what a person named is nobody's export")
}

func TestGoogle(t *testing.T) {
	r := oneContact(t, googleHead+"E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,"+
		"Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 2 - Label,Address 2 - Formatted,"+
		"Event 1 - Label,Event 1 - Value,Relation 1 - Label,Relation 1 - Value\n"+
		"Ana,,Gil,,Dr,,Acme,--05-17,\"two\nlines\",,* myContacts ::: VIP ::: Book club,"+
		"Home,ANA@home.example,* Work,ana@work.example ::: ana2@work.example,,600 111 222,Mobile,,"+
		"Home,,Calle Mayor 1,Madrid,28001,* Work,\"Gran Vía 2\n28013 Madrid\",Anniversary,2009-08-08,Partner,Luis\n", InputOptions{})
	require.Equal(t, "Ana Gil", r.Name)
	require.Equal(t, [3]string{"ana@work.example", "work", "work: ana2@work.example; home: ana@home.example"}, [3]string{r.Email, r.EmailLabel, r.Emails})
	require.Equal(t, [3]string{"600 111 222", "", ""}, [3]string{r.Phone, r.PhoneLabel, r.Phones}, "the label of a phone that is not there is nobody's")
	require.Equal(t, "--05-17", r.Birthday)
	require.Equal(t, "book club, vip", r.Tags)
	require.Equal(t, "Gran Vía 2, 28013 Madrid", r.Address, "the preferred address")
	require.Empty(t, r.City)
	require.Equal(t, "address=home: Calle Mayor 1, 28001 Madrid; anniversary=2009-08-08; name_prefix=Dr; partner=Luis", r.Attributes)
}

func TestOutlook(t *testing.T) {
	r := oneContact(t, outlookHead+"Home Street,Home City,Business Street,Business Street 2,Business City,Business Postal Code,Business Country/Region,Home Phone,Mobile Phone,"+
		"Business Fax,Birthday,Anniversary,Categories,Spouse,Priority,Government ID Number\n"+
		"Ms,Eva,M,Luna,Jr,Acme,Lead,eva@x.com,SMTP,,,Gran Vía 2,3rd floor,Madrid,28013,Spain,911 111 111,600 222 333,911 000 000,21/4/1985,0/0/00,VIP;Book club,Luis,Normal,X123\n", InputOptions{})
	require.Equal(t, [2]string{"Eva M Luna", "1985-04-21"}, [2]string{r.Name, r.Birthday})
	require.Equal(t, [3]string{"600 222 333", "mobile", "home: 911 111 111"}, [3]string{r.Phone, r.PhoneLabel, r.Phones})
	require.Equal(t, [4]string{"Gran Vía 2, 3rd floor", "28013", "Madrid", "Spain"}, [4]string{r.Address, r.Postcode, r.City, r.Country})
	require.Equal(t, "book club, vip", r.Tags)
	require.Equal(t, "fax=911 000 000; job_title=Lead; name_prefix=Ms; name_suffix=Jr; spouse=Luis", r.Attributes)
}

func TestHubspot(t *testing.T) {
	d := contactsOf(t, hubspotHead+",Lifecycle Stage,Create Date (CET),Additional email addresses,Contact owner\n"+
		"7,Ana,Gil,ANA@x.com,NEW,Marketing Qualified Lead,2024-03-12 09:14,a@y.com;b@y.com,\n"+
		"8,Eva,Luna,eva@x.com,,Investor,3/15/2024 2:30 PM,,o@x.com\n"+
		"9,,,x@x.com,,,,,\n"+
		"10,Bo,,not an address,,,,ok@y.com,\n", "", InputOptions{})
	rows, wrong := readContacts(t, d)
	require.Equal(t, []string{`in:5:8  Email  "not an address"  not an e-mail address`}, wrong, "by the name that the column has in the file")
	require.Len(t, rows, 4)
	require.Equal(t, [4]string{"7", "lead", "2024-03-12", "a@y.com; b@y.com"}, [4]string{rows[0].Ref, rows[0].Stage, rows[0].CreatedOn.String(), rows[0].Emails})
	require.Equal(t, "lifecycle_stage=Investor", rows[1].Attributes)
	require.Equal(t, [3]string{"", "2024-03-15", "o@x.com"}, [3]string{rows[1].Stage, rows[1].CreatedOn.String(), rows[1].Consultant.Key})
	require.Equal(t, "x@x.com", rows[2].Name, "she must be called something")
	require.Zero(t, rows[2].Has&contacts.FieldName, "but only when she is new")
	require.True(t, rows[3].Bad)
}

func TestShopify(t *testing.T) {
	for _, prefix := range []string{"Default Address ", ""} {
		r := oneContact(t, shopifyHead+",Phone,Default Address Phone,Accepts Email Marketing,"+prefix+"Company,"+prefix+"Address1,"+prefix+"Zip,"+prefix+"Country,"+prefix+"Country Code\n"+
			"'7210448301122,Ana,Gil,ana@x.com,12.50,2,yes,\"retail, ag-exempt\",'+34600111222,600 111 222,yes,Rancho,Calle 1,'01234,Spain,ES\n", InputOptions{})
		require.Equal(t, [4]string{"7210448301122", "+34600111222", "01234", "ES"}, [4]string{r.Ref, r.Phone, r.Postcode, r.Country})
		require.Empty(t, r.Phones, "one phone, written twice")
		require.Equal(t, "ag-exempt, retail", r.Tags)
		require.Equal(t, "tax_exempt=yes", r.Attributes)
		require.Zero(t, r.Has&contacts.FieldConsents)
	}
}

func TestStripe(t *testing.T) {
	content := stripeHead + ",Total Spend,Card Expires\ncus_1,ana@x.com,Ana,2026-04-22 23:30,4242424242424242,false,9,\n"
	madrid, err := time.LoadLocation("Europe/Madrid")
	require.NoError(t, err)
	d := contactsOf(t, content, "", InputOptions{Setting: Setting{Zone: madrid}})
	rows, _ := readContacts(t, d)
	require.Equal(t, [2]string{"cus_1", "Ana"}, [2]string{rows[0].Ref, rows[0].Name})
	require.Equal(t, "2026-04-23", rows[0].CreatedOn.String(), "UTC is another day in the zone of the book")
	require.Contains(t, strings.Join(d.Notes(), "\n"), `columns not used: "Card Number", Delinquent, "Total Spend"`, "those that hold something")
	var out strings.Builder
	rejects := d.Rejects(&out)
	require.NoError(t, rejects.Write(strings.Split("cus_1,ana@x.com,Ana,2026,4242424242424242,false,9,", ","), nil))
	require.NoError(t, rejects.Flush())
	require.NotContains(t, out.String(), "4242")
	in, err := OpenInput("-", strings.NewReader(content), InputOptions{Map: map[string]string{"notes": "Card Number"}})
	require.NoError(t, err)
	defer in.Close()
	v, err := in.Recognise("")
	require.NoError(t, err)
	_, err = NewDecoder(in, v.Columns(in))
	require.Equal(t, fault.Usage, fault.KindOf(err), err)
}

func TestVendorMap(t *testing.T) {
	file := outlookHead + "Notes,Nickname,User 1\n,Ana,,Gil,,Acme,,ana@x.com,,note,Anita,yes\n"
	r := oneContact(t, file, InputOptions{Map: map[string]string{"name": "Nickname", "notes": "User 1", "attr.company": "Suffix", "consent.email": "User 1"}})
	require.Equal(t, [2]string{"Anita", "yes"}, [2]string{r.Name, r.Notes}, "what is mapped counts, and what Outlook calls so does not")
	require.Equal(t, "yes", r.Consent("email", "marketing"))
	require.Equal(t, "Acme", r.Company.Key)
	require.Empty(t, r.Attributes, "an empty cell says nothing")
	r = oneContact(t, file, InputOptions{Map: map[string]string{"company": "", "city": "User 1"}})
	require.Equal(t, [3]string{"Ana Gil", "note", "yes"}, [3]string{r.Name, r.Notes, r.City})
}

func TestVendorClear(t *testing.T) {
	r := oneContact(t, outlookHead+"Notes,Mobile Phone,Home City,Nickname\n,Ana,,,,,,ana@x.com,,,,,\n", InputOptions{Clear: true})
	gone := contacts.FieldNotes | contacts.FieldPhone | contacts.FieldCity | contacts.FieldCompany | contacts.FieldAttributes
	require.Equal(t, gone, r.Has&gone)
	require.Empty(t, r.Notes+r.Phone+r.City+r.Attributes)
	require.Equal(t, "Ana", r.Name)
	r = oneContact(t, outlookHead+"Notes\n,,,,,,,ana@x.com,,\n", InputOptions{Clear: true})
	require.Zero(t, r.Has&contacts.FieldName, "a name is never erased")
}

func TestVendorOrganisation(t *testing.T) {
	r := oneContact(t, outlookHead+"Notes\n,,,,,Acme SL,,info@acme.example,,\n", InputOptions{})
	require.Equal(t, [2]string{"Acme SL", "company"}, [2]string{r.Name, r.Kind})
	require.Empty(t, r.Company.Key, "it is no company of another")
}
