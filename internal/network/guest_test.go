package network

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func TestGuestStatus(t *testing.T) {
	for want, g := range map[string]Guest{
		"":           {InvitedOn: 11},
		"invited":    {InvitedOn: 10, RegisteredOn: 11},
		"registered": {InvitedOn: 3, DeclinedOn: 8, RegisteredOn: 9},
		"declined":   {RegisteredOn: 9, DeclinedOn: 9, AttendedOn: 11},
		"attended":   {DeclinedOn: 9, AttendedOn: 10},
		"missed":     {RegisteredOn: 9, MissedOn: 10},
	} {
		require.Equal(t, want, g.Status(10), "%+v", g)
	}
}

// eventBook is a book with a launch of three places today, four customers and a consultant.
func eventBook(tb testing.TB) *book.Book {
	b := newBook(tb)
	team(tb, b, []string{"ref=K-1"})
	require.NoError(tb, update(tb, b, func(tx *book.Tx) error {
		for _, name := range []string{"Ana", "Luis", "Nora", "Eva"} {
			if _, err := tx.Insert(`INSERT INTO customers (name, name_key, search, created_on) VALUES (?1, ?2, ?2, '2026-01-01')`, name, book.Fold(name)); err != nil {
				return err
			}
		}
		_, err := AddEvent(tx, &EventChange{From: Event{Code: "L", Kind: "launch", HeldOn: tx.Today(), Places: 3}, Given: EventCode | EventKind | EventHeldOn | EventPlaces})
		return err
	}))
	return b
}

// TestGuestsNeverContradictThemselves makes moves at random: whatever is refused or done, what SQL says of a guest is what
// Status says, nobody came and was missed, and nobody is registered for whom no place is left.
func TestGuestsNeverContradictThemselves(t *testing.T) {
	b := eventBook(t)
	today := day(t, "2026-11-22")
	rapid.Check(t, func(t *rapid.T) {
		move := rapid.SampledFrom([]GuestMove{Invite, Register, Decline, Attend, Miss}).Draw(t, "move")
		people := rapid.SliceOfNDistinct(rapid.SampledFrom([]Person{{ID: 1}, {ID: 2}, {ID: 3}, {ID: 4}, {ID: 1, Consultant: true}}), 1, 3, rapid.ID[Person]).Draw(t, "people")
		on := today - dates.Date(rapid.IntRange(0, 3).Draw(t, "days ago"))
		if move == Attend || move == Miss {
			on = today
		}
		var moved Moved
		err := b.Update(t.Context(), "test", func(tx *book.Tx) (err error) {
			moved, err = Move(tx, 1, move, people, on, false)
			return err
		})
		if err != nil {
			require.Equal(t, fault.Conflict, fault.KindOf(err), "%v", err)
		}
		require.NoError(t, b.View(t.Context(), func(v *book.View) error {
			known, taken, err := guestsOf(v, 1)
			require.NoError(t, err)
			if move == Register && len(moved.Guests) > 0 {
				require.LessOrEqual(t, taken, int64(3))
			}
			for back := range 4 {
				on := today.AddDays(-back)
				want, got := GuestCounts{}, GuestCounts{}
				for _, g := range known {
					require.False(t, g.AttendedOn != 0 && g.MissedOn != 0)
					switch g.Status(on) {
					case "declined":
						want.Declined++
					case "attended":
						want.Attended++
					case "missed":
						want.Missed++
					}
				}
				e, err := GetEvent(v, 1, on)
				require.NoError(t, err)
				got.Declined, got.Attended, got.Missed = e.Guests.Declined, e.Guests.Attended, e.Guests.Missed
				require.Equal(t, want, got)
			}
			return nil
		}))
	})
	proved(t, b)
}

func TestJoinGuests(t *testing.T) {
	b := eventBook(t)
	require.NoError(t, update(t, b, func(tx *book.Tx) error {
		for _, m := range []struct {
			move GuestMove
			who  int64
			on   string
		}{{Invite, 1, "2026-11-01"}, {Decline, 1, "2026-11-03"}, {Register, 2, "2026-11-05"}, {Attend, 2, "2026-11-22"}, {Invite, 3, "2026-11-02"}} {
			if _, err := Move(tx, 1, m.move, []Person{{ID: m.who}}, day(t, m.on), false); err != nil {
				return err
			}
		}
		return JoinGuests(tx, 1, 2)
	}))
	require.NoError(t, update(t, b, func(tx *book.Tx) error { return JoinGuests(tx, 4, 3) })) // one alone is left to be repointed
	view(t, b, func(v *book.View) {
		known, taken, err := guestsOf(v, 1)
		require.NoError(t, err)
		require.Len(t, known, 2)
		require.Equal(t, int64(1), taken)
		g := known[Person{ID: 1}]
		require.Equal(t, [5]dates.Date{day(t, "2026-11-01"), day(t, "2026-11-05"), day(t, "2026-11-03"), day(t, "2026-11-22"), 0},
			[5]dates.Date{g.InvitedOn, g.RegisteredOn, g.DeclinedOn, g.AttendedOn, g.MissedOn})
	})
}
