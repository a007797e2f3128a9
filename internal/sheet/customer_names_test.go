package sheet

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/contacts"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// readCustomers reads a file as a customer import does, and gives for each row what it says, and the columns not used.
func readCustomers(t interface {
	require.TestingT
	Helper()
}, o InputOptions, text string) (rows []contacts.Row, unknown []string) {
	t.Helper()
	o.Setting = euros
	in, err := OpenInput("-", strings.NewReader(text), o)
	require.NoError(t, err)
	defer in.Close()
	d, err := NewDecoder(in, CustomerInput(true, in.Names()))
	require.NoError(t, err)
	for batch := range d.Batches(context.Background(), 10, nil, func(r *contacts.Row, line int, present uint64, bad bool) {
		r.Place(line, contacts.Fields(present), bad, "ES")
	}) {
		rows = append(rows, batch...)
	}
	require.NoError(t, d.Err())
	require.Empty(t, d.Faults())
	return rows, d.Unknown()
}

func TestCustomerInput(t *testing.T) {
	rows, unknown := readCustomers(t, InputOptions{}, "name,attr.skin_type,Attr.SkinType,attr. Need ,consent.email,Consent.SMS.Service,attributes,refs,newsletter,attr.\n"+
		"Ana,dry,oily,sun;gift,Sí,no,a=1; b=2; c,shop:7,yes,x\n")
	require.Equal(t, []string{"newsletter", "attr."}, unknown)
	r := rows[0]
	require.Equal(t, "a=1; b=2; b=c; need=gift; need=sun; skin_type=dry; skintype=oily", r.Attributes)
	require.Equal(t, []string{"yes", "", "no"}, []string{r.Consent("email", "marketing"), r.Consent("sms", "marketing"), r.Consent("sms", "service")})
	require.Equal(t, "shop:7", r.Refs)
	require.Equal(t, contacts.FieldName|contacts.FieldAttributes|contacts.FieldConsents, r.Has)

	rows, _ = readCustomers(t, InputOptions{Map: map[string]string{"attr.Skin Type": "Piel", "consent.sms": "SMS"}}, "nombre;Piel;SMS;consent.sms\nAna;seca;sim;no\n")
	require.Equal(t, "skin_type=seca", rows[0].Attributes)
	require.Equal(t, "yes", rows[0].Consent("sms", "marketing"))

	rows, _ = readCustomers(t, InputOptions{NoHeader: true, Columns: []string{"name", "attr.skin", "consent.email.marketing"}, Clear: true}, "Ana,,\n")
	require.Equal(t, contacts.FieldName|contacts.FieldAttributes, rows[0].Has, "an attribute is erased, a consent is not")
}

func TestUnreadConsent(t *testing.T) {
	for header, want := range map[string]string{"name,Newsletter": "Newsletter", "name,Opt-In": "Opt-In", "name,Acepta Publicidad": "Acepta Publicidad", "name,consent.email": "", "name,Consent.SMS.Service": "", "name,consent.mail": "consent.mail", "name,city": ""} {
		in, err := OpenInput("-", strings.NewReader(header+"\nAna,\n"), InputOptions{})
		require.NoError(t, err)
		require.Equal(t, want, in.UnreadConsent(), header)
		require.NoError(t, in.Close())
	}
	in, err := OpenInput("-", strings.NewReader("name,Newsletter\nAna,\n"), InputOptions{Map: map[string]string{"consent.email": "Newsletter"}})
	require.NoError(t, err)
	require.Empty(t, in.UnreadConsent())
	require.NoError(t, in.Close())
}

// TestCustomerNames holds that no name of a column means two, and that none of them is one that a consent may have.
func TestCustomerNames(t *testing.T) {
	owner := map[string]string{}
	for _, c := range CustomerInput(false, nil) {
		for _, name := range append([]string{c.Name}, c.Also...) {
			folded := foldName(name)
			require.Contains(t, []string{"", c.Name}, owner[folded], "%q", name)
			require.NotContains(t, looksLikeConsent, name)
			owner[folded] = c.Name
		}
	}
	for _, words := range [][]string{{"calle", "código postal", "provincia", "otros correos", "otros teléfonos", "valor potencial", "momento de vida"},
		{"endereço", "cep", "estado", "outros e-mails", "outros telefones", "potencial", "momento de vida"},
		{"adresse", "code postal", "département", "autres e-mails", "autres téléphones", "potentiel", "moment de vie"}} {
		var found []string
		for _, word := range words {
			found = append(found, owner[foldName(word)])
		}
		require.Equal(t, []string{"address", "postcode", "region", "emails", "phones", "potential_value", "life_moment"}, found)
	}
}

func TestCustomerExport(t *testing.T) {
	columns := CustomerExport([]string{"attr.skin", "consent.sms.service", "refs"})
	require.Equal(t, append(namesIn(CustomerRows), "consent.sms.service", "refs", "attr.skin"), namesIn(columns))
	require.False(t, slices.ContainsFunc(columns, func(c Column[contacts.Row]) bool { return c.Get == nil || c.Set == nil }))
}

// TestCustomerFileComesBack holds for any customers that what a file says of them is the same once it was read.
func TestCustomerFileComesBack(t *testing.T) {
	further := []string{"attr.skin", "attr.ñ.x", "consent.email", "consent.sms.service", "refs"}
	columns := CustomerExport(further)
	write := func(rt *rapid.T, rows []contacts.Row) string {
		var b strings.Builder
		require.NoError(rt, Write(&b, Output{Format: CSV, Setting: euros}, columns, func(yield func(contacts.Row, error) bool) {
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}))
		return b.String()
	}
	text := rapid.OneOf(rapid.Just(""), rapid.SampledFrom([]string{"Ana", "a;b", "x=y; z", "1,5", `say "no"`, "two\nlines", "Ñandú: 7", " blanks "}), rapid.String())
	rapid.Check(t, func(rt *rapid.T) {
		rows := make([]contacts.Row, rapid.IntRange(1, 4).Draw(rt, "rows"))
		for i := range rows {
			r := &rows[i]
			r.Name = "Ana"
			for f := contacts.FieldRef; f < contacts.FieldAttributes; f <<= 1 { // a value that is refused is not set
				if f&(contacts.FieldCreatedOn|contacts.FieldArchivedOn|contacts.FieldPotentialValue) == 0 {
					_ = r.Set(f, text.Draw(rt, f.Name()))
				}
			}
			require.NoError(rt, r.SetPotential(money.Amount(rapid.IntRange(0, 99999).Draw(rt, "potential")), rapid.Bool().Draw(rt, "known")))
			r.CreatedOn, _ = dates.ParseISO("2024-02-29")
			_ = r.SetAttribute("skin", text.Draw(rt, "skin"))
			_ = r.SetAttribute("ñ.x", text.Draw(rt, "ñ.x"))
			require.NoError(rt, r.SetConsent("email", "marketing", rapid.SampledFrom([]string{"", "yes", "no"}).Draw(rt, "consent")))
			_ = r.SetRefs(text.Draw(rt, "refs"))
			r.Place(i+2, r.Has, false, "ES")
		}
		first := write(rt, rows)
		again, unknown := readCustomers(rt, InputOptions{}, first)
		require.Empty(rt, unknown)
		require.Equal(rt, first, write(rt, again))
	})
}

func namesIn[T any](columns []Column[T]) (names []string) {
	for _, c := range columns {
		names = append(names, c.Name)
	}
	return names
}
