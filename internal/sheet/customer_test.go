package sheet

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/contacts"
)

func TestCustomerColumns(t *testing.T) {
	var list, file []string
	for _, c := range Customers {
		list = append(list, c.Name)
		require.NotNil(t, c.Get, c.Name)
	}
	for _, c := range CustomerRows {
		file = append(file, c.Name)
		require.NotNil(t, c.Get, c.Name)
		require.NotNil(t, c.Set, c.Name)
	}
	require.Equal(t, []string{"id", "ref", "name", "kind", "email", "phone", "birthday", "city", "country", "sector", "stage", "source", "language",
		"preferred_channel", "consultant", "company", "referred_by", "tags", "notes", "created_on"}, list)
	require.Equal(t, contacts.FieldNames[:len(contacts.FieldNames)-2], file, "Row.Present counts columns as contacts counts fields")
}

func TestCustomerNamesFitOneColumn(t *testing.T) {
	owner := map[string]string{}
	for _, c := range CustomerRows {
		for _, name := range append([]string{c.Name}, c.Also...) {
			folded := foldName(name)
			require.Contains(t, []string{"", c.Name}, owner[folded], "%q", name)
			owner[folded] = c.Name
		}
	}
}

func TestCustomerCells(t *testing.T) {
	column := func(name string) Column[contacts.Row] {
		for _, c := range CustomerRows {
			if c.Name == name {
				return c
			}
		}
		t.Fatal(name)
		return Column[contacts.Row]{}
	}
	cases := []struct{ column, cell, want, fault string }{
		{"email", "ANA@Example.COM", "ana@example.com", ""},
		{"email", "ana", "", "not an e-mail address"},
		{"birthday", "1990-05-17", "1990-05-17", ""},
		{"birthday", "05-17", "--05-17", ""},
		{"birthday", "17 May 1990", "1990-05-17", ""},
		{"birthday", "soon", "", "not a birthday; needed is YYYY-MM-DD, or --MM-DD without the year"},
		{"created_on", "2024-02-29", "2024-02-29", ""},
		{"created_on", "", "", ""},
		{"consultant", "K1", "K1", ""},
		{"company", "Acme SL", "Acme SL", ""},
		{"tags", "VIP; lead", "lead, vip", ""},
		{"emails", "B@x.com; work: a@x.com;", "work: a@x.com; b@x.com", ""},
		{"emails", "a@x.com, b@x.com", "", "not an e-mail address"},
		{"phones", "Home:600 111 222", "home: 600 111 222", ""},
		{"email_label", " Work ", "work", ""},
		{"potential_value", "1200.50", "1,200.50", ""},
		{"potential_value", "0", "0.00", ""},
		{"potential_value", "", "", ""},
		{"potential_value", "-1", "", "less than 0; needed is what she could spend in a year"},
		{"contact_every", "2w", "14", ""},
		{"contact_every", "", "", ""},
		{"contact_within", "0", "", "not a number of days; needed is 30, or 2w, 3m, 1y for weeks of 7, months of 30, years of 365 days"},
		{"stage", "leed", "", "not one of lead, prospect, customer, lost; did you mean lead?"},
	}
	for _, c := range cases {
		t.Run(c.column+" "+c.cell, func(t *testing.T) {
			var r contacts.Row
			err := column(c.column).Set(&r, &Cell{Text: c.cell, setting: &euros})
			if c.fault != "" {
				require.EqualError(t, err, c.fault)
				return
			}
			require.NoError(t, err)
			_, cells, _, err := Grid([]Column[contacts.Row]{column(c.column)}, func(yield func(contacts.Row, error) bool) { yield(r, nil) }, euros)
			require.NoError(t, err)
			require.Equal(t, [][]string{{c.want}}, cells)
		})
	}
}
