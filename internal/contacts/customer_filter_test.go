package contacts

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func TestFilters(t *testing.T) {
	b := newBook(t)
	old := customer(t, "Eva", FieldCompany, "acme", FieldSector, "Bäckerei", FieldCountry, "es")
	old.CreatedOn = 1
	list := []Customer{customer(t, "Acme", FieldKind, "company", FieldLanguage, "ES"),
		customer(t, "Ana", FieldTags, "vip, gold", FieldAttributes, "skin=Dry; need=sun", FieldSector, "backerei"),
		old, customer(t, "Luis", FieldTags, "vip", FieldAttributes, "skin=oily", FieldLanguage, "es")}
	day, err := dates.ParseISO("2020-05-01")
	require.NoError(t, err)
	list[2].CreatedOn = day
	add(t, b, list...)
	for _, c := range []struct {
		f    Filter
		want string
	}{
		{Filter{Kind: "company"}, "Acme"},
		{Filter{Tags: []string{"VIP", "gold"}}, "Ana"},
		{Filter{Sector: " BACKEREI"}, "Ana Eva"},
		{Filter{Country: "ES"}, "Eva"},
		{Filter{Language: "es"}, "Acme Luis"},
		{Filter{Company: 1}, "Eva"},
		{Filter{Attributes: []string{"skin"}}, "Ana Luis"},
		{Filter{Attributes: []string{"Skin=dry"}}, "Ana"},
		{Filter{Attributes: []string{"skin=dry", "need=sun"}}, "Ana"},
		{Filter{Attributes: []string{"skin=dry", "need=gift"}}, ""},
		{Filter{Attributes: []string{"hair"}}, ""},
		{Filter{Created: dates.Range{To: day}}, "Eva"},
		{Filter{Created: dates.Range{From: day.AddDays(1)}}, "Acme Ana Luis"},
		{Filter{Tags: []string{"vip"}, Language: "es"}, "Luis"},
	} {
		require.Equal(t, c.want, names(t, b, ListOptions{Filter: c.f}), "%+v", c.f)
	}
	view(t, b, func(v *book.View) error {
		for _, err := range List(v, ListOptions{Filter: Filter{Attributes: []string{"=dry"}}}) {
			require.Equal(t, fault.Usage, fault.KindOf(err))
		}
		keys, err := AttributeKeys(v)
		require.Equal(t, []string{"need", "skin"}, keys)
		return err
	})
}

func TestBirthdaysWithin(t *testing.T) {
	b := newBook(t)
	add(t, b, customer(t, "Dec31", FieldBirthday, "--12-31"), customer(t, "Jan1", FieldBirthday, "2000-01-01"), customer(t, "Feb28", FieldBirthday, "1999-02-28"),
		customer(t, "Feb29", FieldBirthday, "--02-29"), customer(t, "Mar1", FieldBirthday, "1980-03-01"), customer(t, "None"))
	for _, c := range []struct {
		day    string
		within int
		want   string
	}{
		{"2026-12-30", 2, "Dec31 Jan1"}, // over the end of the year, the next one first
		{"2026-12-31", 0, "Dec31"},
		{"2027-01-01", 364, "Jan1 Feb28 Feb29 Mar1 Dec31"},
		{"2027-02-27", 1, "Feb28 Feb29"}, // a common year shows the 29th on the 28th
		{"2027-02-28", 0, "Feb28 Feb29"},
		{"2027-03-01", 0, "Mar1"},
		{"2028-02-28", 0, "Feb28"}, // a leap year does not
		{"2028-02-29", 0, "Feb29"},
		{"2028-02-28", 1, "Feb28 Feb29"},
		{"2028-03-01", 9000, "Mar1 Dec31 Jan1 Feb28 Feb29"},
	} {
		day, err := dates.ParseISO(c.day)
		require.NoError(t, err)
		require.Equal(t, c.want, names(t, b, ListOptions{AsOf: day, Filter: Filter{Birthdays: &c.within}}), "%s within %d", c.day, c.within)
	}
	within := 3
	require.Equal(t, "Dec31", names(t, b, ListOptions{AsOf: mustDay(t, "2026-12-28"), Sort: "-name", Filter: Filter{Birthdays: &within}}))
}

func mustDay(t *testing.T, s string) dates.Date {
	t.Helper()
	d, err := dates.ParseISO(s)
	require.NoError(t, err)
	return d
}

func TestBirthdaysListsEveryDayOnce(t *testing.T) {
	all := strings.Split(birthdays(mustDay(t, "2027-01-15"), 364), ", ")
	seen := map[string]bool{}
	for _, d := range all {
		require.False(t, seen[d], d)
		seen[d] = true
	}
	require.Len(t, seen, 366)
}
