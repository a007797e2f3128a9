package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRules(t *testing.T) {
	cases := []struct {
		field       Fields
		given, want string
		refused     string
	}{
		{FieldName, "  Ana García ", "Ana García", ""},
		{FieldName, "Ana\nGarcía", "Ana\nGarcía", ""}, // a quoted newline stays one value
		{FieldName, "Ana\xff", "Ana\uFFFD", ""},
		{FieldName, "\u202eana", "\u202eana", ""}, // kept: what prints it makes it harmless
		{FieldName, strings.Repeat("x", 64<<10), strings.Repeat("x", 64<<10), ""},
		{FieldName, "Ana\x00", "", "holds a NUL character"},
		{FieldName, " \t", "", "a name cannot be empty"},

		{FieldEmail, " ANA@Example.COM ", "ana@example.com", ""},
		{FieldEmail, "ana+x@sub.example.museum", "ana+x@sub.example.museum", ""},
		{FieldEmail, "añá@exämple.es", "añá@exämple.es", ""},
		{FieldEmail, "", "", ""},
		{FieldEmail, "ana", "", "not an e-mail address"},
		{FieldEmail, "@example.com", "", "not an e-mail address"},
		{FieldEmail, "ana@", "", "not an e-mail address"},
		{FieldEmail, "ana@localhost", "", "not an e-mail address"},
		{FieldEmail, "ana@.com", "", "not an e-mail address"},
		{FieldEmail, "ana@example.", "", "not an e-mail address"},
		{FieldEmail, "ana@ex..com", "", "not an e-mail address"},
		{FieldEmail, "a@b@example.com", "", "not an e-mail address"},
		{FieldEmail, "ana @example.com", "", "not an e-mail address"},
		{FieldEmail, "a@x.com, b@x.com", "", "not an e-mail address"},
		{FieldEmail, strings.Repeat("a", 250) + "@x.com", "", "too long for an e-mail address"},

		{FieldPhone, " +34 600 111 222 ", "+34 600 111 222", ""},
		{FieldPhone, "ext. 12", "ext. 12", ""},
		{FieldPhone, "", "", ""},
		{FieldPhone, "none", "", "a phone number needs digits"},

		{FieldBirthday, "1990-05-17", "1990-05-17", ""},
		{FieldBirthday, "--02-29", "--02-29", ""},
		{FieldBirthday, "05-17", "--05-17", ""},
		{FieldBirthday, "", "", ""},
		{FieldBirthday, "1990-02-29", "", "not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year"},
		{FieldBirthday, "--13-01", "", "not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year"},
		{FieldBirthday, "17/05/1990", "", "not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year"},

		{FieldKind, "Company", "company", ""},
		{FieldKind, "", "person", ""},
		{FieldKind, "compny", "", "not one of person, company; did you mean company?"},
		{FieldStage, "LEAD", "lead", ""},
		{FieldStage, "", "", ""},
		{FieldStage, "zebra", "", "not one of lead, prospect, customer, lost"},

		{FieldCountry, "es", "ES", ""},
		{FieldCountry, "España", "España", ""},
		{FieldTags, "VIP, lead;  two  words,,vip", "lead, two words, vip", ""},
		{FieldTags, " ; , ", "", ""},
		{FieldNotes, " two\nlines ", "two\nlines", ""},
		{FieldConsultant, "K\x00", "", "holds a NUL character"},
	}
	for _, c := range cases {
		name := c.field.Name() + " " + c.given
		t.Run(name[:min(len(name), 40)], func(t *testing.T) {
			var customer Customer
			err := customer.Set(c.field, c.given)
			if c.refused != "" {
				require.EqualError(t, err, c.refused)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, customer.said(c.field))
		})
	}
}

func TestE164(t *testing.T) {
	for _, c := range []struct{ written, country, want string }{
		{"600 111 222", "ES", "+34600111222"},
		{"+34 600-11-12-22", "ES", "+34600111222"},
		{"0034 600 111 222", "ES", "+34600111222"},
		{"06 12 34 56 78", "FR", "+33612345678"},
		{"(11) 91234-5678", "BR", "+5511912345678"},
		{"600 111 222", "", ""},
		{"+1 212 555 0123", "", "+12125550123"},
		{"12", "ES", ""},
		{"ask Luis", "ES", ""},
		{"", "ES", ""},
	} {
		require.Equal(t, c.want, E164(c.written, c.country), "%s in %s", c.written, c.country)
	}
}

func TestSearchText(t *testing.T) {
	require.Equal(t, "ana garcia ana@example.com 600111222 34600111222", SearchText("Ana García", "ana@example.com", "600 111 222", "+34600111222"))
	require.Equal(t, "ana 34600111222", SearchText("Ana", "", "+34 600 111 222", "+34600111222"), "the same digits once")
	require.Equal(t, "lukasz", SearchText("Łukasz", "", "", ""))
}

func TestFieldsHaveNames(t *testing.T) {
	require.Equal(t, "ref", FieldRef.Name())
	require.Equal(t, "archived_on", FieldArchivedOn.Name())
	require.Equal(t, "consents", FieldConsents.Name())
	require.Len(t, FieldNames, 34)
	for i := range FieldNames {
		f := Fields(1) << i
		var c Customer
		require.Equal(t, f&textFields != 0, c.text(f) != nil, f.Name())
	}
}

func TestTakeSaysWhatChanged(t *testing.T) {
	have := Customer{Name: "Ana", City: "Lyon", Phone: "1", E164: "+1", Consultant: Link{ID: 3, Key: "K"}}
	from := Customer{Name: "Ana", City: "", Phone: "2", E164: "+2", Consultant: Link{ID: 3, Key: "other"}, Company: Link{Key: "Acme"}, Notes: "not given"}
	changed := have.take(&from, FieldName|FieldCity|FieldPhone|FieldConsultant|FieldCompany)
	require.Equal(t, FieldCity|FieldPhone|FieldCompany, changed)
	require.Equal(t, "+2", have.E164)
	require.Empty(t, have.City)
	require.Empty(t, have.Notes)
}
