package contacts

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// on is a day of the calendar; "" is none.
func on(tb testing.TB, text string) dates.Date {
	tb.Helper()
	if text == "" {
		return 0
	}
	d, err := dates.ParseISO(text)
	require.NoError(tb, err)
	return d
}

func TestCadence(t *testing.T) {
	monthly := Cadence{Every: 30, Within: 45}
	for name, c := range map[string]struct {
		cadence             Cadence
		last, created, asOf string
		next                string
		overdue             int64
		late                bool
	}{
		"no cadence":                        {Cadence{}, "2026-01-01", "2025-01-01", "2026-11-22", "", 0, false},
		"still to come":                     {monthly, "2026-11-01", "2020-01-01", "2026-11-22", "2026-12-01", 0, false},
		"today is not overdue":              {monthly, "2026-10-23", "2020-01-01", "2026-11-22", "2026-11-22", 0, false},
		"a day over":                        {monthly, "2026-10-22", "2020-01-01", "2026-11-22", "2026-11-21", 1, false},
		"the last day is not late":          {monthly, "2026-10-08", "2020-01-01", "2026-11-22", "2026-11-07", 15, false},
		"late":                              {monthly, "2026-10-07", "2020-01-01", "2026-11-22", "2026-11-06", 16, true},
		"never contacted":                   {monthly, "", "2026-10-01", "2026-11-22", "2026-10-31", 22, true},
		"never contacted, new":              {monthly, "", "2026-11-22", "2026-11-22", "2026-12-22", 0, false},
		"contact before she was noted down": {monthly, "2026-11-10", "2026-11-20", "2026-11-22", "2026-12-10", 0, false},
		"only a latest day":                 {Cadence{Within: 10}, "2026-11-01", "2020-01-01", "2026-11-22", "2026-11-11", 11, true},
		"only a day to aim for":             {Cadence{Every: 10}, "2026-11-01", "2020-01-01", "2026-11-22", "2026-11-11", 11, false},
		"leap day":                          {Cadence{Every: 1}, "2028-02-28", "2020-01-01", "2028-03-01", "2028-02-29", 1, false},
		"beyond the calendar":               {Cadence{Every: math.MaxInt64, Within: math.MaxInt64}, "2026-11-01", "2020-01-01", "2026-11-22", "", 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := c.cadence.Next(on(t, c.last), on(t, c.created), on(t, c.asOf))
			require.Equal(t, NextContact{On: on(t, c.next), Overdue: c.overdue, Late: c.late}, got)
		})
	}
}

func TestLateIsAlwaysOverdue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.IntRange(700_000, 760_000)
		every := rapid.Int64Range(1, 900).Draw(t, "every")
		c := Cadence{Every: every, Within: every + rapid.Int64Range(0, 900).Draw(t, "more")}
		last, asOf := dates.Date(day.Draw(t, "last")), dates.Date(day.Draw(t, "as of"))
		next := c.Next(last, 0, asOf)
		require.Equal(t, next.Overdue > 0, asOf > next.On)
		if next.Late {
			require.Positive(t, next.Overdue)
		}
		require.Equal(t, NextContact{On: asOf.AddDays(int(every))}, c.Next(asOf, 0, asOf), "a contact starts the cadence again")
	})
}

// cadenced gives customers a cadence, past the commands that do so elsewhere.
func cadenced(tb testing.TB, b *book.Book, every, within int64, customers ...Customer) {
	tb.Helper()
	update(tb, b, func(tx *book.Tx) error {
		for _, c := range customers {
			if _, err := tx.Exec(`UPDATE customers SET contact_every = ?, contact_within = ? WHERE id = ?`, every, within, c.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// spoken notes an interaction of a day.
func spoken(tb testing.TB, b *book.Book, with Customer, day string, change ...func(*Interaction)) Interaction {
	tb.Helper()
	i := Interaction{Customer: Link{ID: with.ID}, Date: on(tb, day)}
	for _, fn := range change {
		fn(&i)
	}
	update(tb, b, func(tx *book.Tx) (err error) {
		i, err = AddInteraction(tx, i)
		return err
	})
	return i
}

func missed(i *Interaction) { i.NoAnswer = true }

func TestDueContacts(t *testing.T) {
	b := newBook(t)
	people := add(t, b, Customer{Name: "Ana", CreatedOn: on(t, "2026-01-01"), PreferredChannel: "whatsapp"}, Customer{Name: "Bea", CreatedOn: on(t, "2026-01-01")},
		Customer{Name: "Cleo", CreatedOn: on(t, "2026-11-01")}, Customer{Name: "Dora", CreatedOn: on(t, "2026-01-01")}, Customer{Name: "Eva", CreatedOn: on(t, "2026-11-20")})
	ana, bea, cleo := people[0], people[1], people[2]
	cadenced(t, b, 30, 40, ana, bea, cleo, people[4]) // Dora has none
	spoken(t, b, ana, "2026-10-20")
	spoken(t, b, ana, "2026-11-15", missed)
	spoken(t, b, bea, "2026-11-10")
	due := func(asOf, until string) (list []string) {
		view(t, b, func(v *book.View) error {
			found, err := DueContacts(v, on(t, asOf), on(t, until))
			for _, d := range found {
				line := d.Name + " " + d.LastContact.String() + " " + d.On.String()
				if d.Overdue > 0 {
					line += " overdue"
				}
				if d.Late {
					line += " late"
				}
				list = append(list, line)
			}
			return err
		})
		return list
	}
	require.Equal(t, []string{"Ana 2026-10-20 2026-11-19 overdue"}, due("2026-11-22", "2026-11-22"), "an attempt does not start the cadence again")
	require.Equal(t, []string{"Ana 2026-10-20 2026-11-19 overdue", "Cleo  2026-12-01"}, due("2026-11-22", "2026-12-01"), "never contacted, from the day she was added")
	require.Equal(t, []string{"Ana 2026-10-20 2026-11-19 overdue late", "Cleo  2026-12-01", "Bea 2026-11-10 2026-12-10", "Eva  2026-12-20"},
		due("2026-12-01", "2026-12-31"))
	require.Equal(t, []string{"Ana  2026-01-31", "Bea  2026-01-31"}, due("2026-01-15", "2026-01-31"), "what was said since, and who came since, is not known then")
	require.Equal(t, []string{"Bea  2026-01-31 overdue late"}, due("2026-10-30", "2026-10-30"))

	spoken(t, b, ana, "2026-11-18") // noted down afterwards
	require.Empty(t, due("2026-11-22", "2026-11-22"), "a backdated contact counts from its day")
	require.Equal(t, []string{"Bea 2026-11-10 2026-12-10 overdue", "Ana 2026-11-18 2026-12-18"}, due("2026-12-12", "2026-12-18")[1:], "Cleo is first")
	update(t, b, func(tx *book.Tx) error {
		_, err := Archive(tx, bea.ID)
		return err
	})
	require.Equal(t, []string{"Cleo  2026-12-01 overdue late"}, due("2026-12-12", "2026-12-12"))

	view(t, b, func(v *book.View) error {
		one, ok, err := NextContactOf(v, ana.ID, on(t, "2026-12-20"))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, DueContact{CustomerID: ana.ID, Name: "Ana", PreferredChannel: "whatsapp", LastContact: on(t, "2026-11-18"),
			NextContact: NextContact{On: on(t, "2026-12-18"), Overdue: 2}}, one)
		_, ok, err = NextContactOf(v, people[3].ID, on(t, "2026-12-20"))
		require.False(t, ok)
		return err
	})
}
