package network

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

// likeStatements asks that the earnings of a period are the statements of everybody, added up.
func likeStatements(t *testing.T, b *book.Book, code string) (list []Earning, frozen bool) {
	t.Helper()
	view(t, b, func(v *book.View) {
		m := month(t, v, code, v.Today(), nobodyPaid)
		var err error
		list, frozen, err = ReadEarnings(v, m)
		require.NoError(t, err)
		for place, e := range list {
			s, err := ReadStatement(v, m, m.Team.Members[place].ID)
			require.NoError(t, err)
			require.Equal(t, []any{s.Commission, s.Carried, s.Paid, s.PaidOn, s.Payable(), int64(len(s.Lines))},
				[]any{e.Commission(), e.Carried, e.Paid, e.PaidOn, e.Payable(), e.Lines}, "%s in %s", m.Team.Members[place].Ref, code)
		}
	})
	return list, frozen
}

func TestEarningsAreTheStatements(t *testing.T) {
	b := trio(t)
	sell(t, b, 1, 3, "2026-10-10", 100_00, "")
	sell(t, b, 2, 2, "2026-10-12", 50_00, "")
	sell(t, b, 3, 1, "2026-10-31", 200_00, "")
	list, frozen := likeStatements(t, b, "2026-10")
	require.False(t, frozen)
	require.Equal(t, money.Amount(20_00), list[0].Own)
	require.Equal(t, money.Amount(2_50+1_00), list[0].Override)
	_, err := pay(t, b, "2026-10")
	require.NoError(t, err)
	takeBack(t, b, 1, 40_00)
	list, frozen = likeStatements(t, b, "2026-10")
	require.True(t, frozen)
	require.Equal(t, money.Amount(0), list[0].Payable())
	list, _ = likeStatements(t, b, "2026-11")
	require.Equal(t, money.Amount(-4_00), list[2].Reversed)
	likeStatements(t, b, "2026-09")
}

// TestCorrect: an order that was paid out and changes is taken back as a whole, and earns anew by what it is then.
func TestCorrect(t *testing.T) {
	for name, c := range map[string]struct {
		set  string
		back money.Amount   // taken back of the seller
		anew []money.Amount // what November gives A, B and C of their own
	}{
		"more":       {"total = 15000", -10_00, []money.Amount{0, 0, 15_00}},
		"less":       {"total = 5000", -10_00, []money.Amount{0, 0, 5_00}},
		"another":    {"consultant_id = 1", -10_00, []money.Amount{10_00, 0, 0}},
		"called off": {"cancelled_on = '2026-11-20'", -10_00, []money.Amount{0, 0, 0}},
		"a note":     {"notes = 'by phone'", 0, []money.Amount{0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			b := trio(t)
			sell(t, b, 1, 3, "2026-10-10", 100_00, "")
			_, err := pay(t, b, "2026-10")
			require.NoError(t, err)
			require.NoError(t, update(t, b, func(tx *book.Tx) error {
				return Correct(tx, []int64{1}, func() error {
					_, err := tx.Exec(`UPDATE orders SET ` + c.set + ` WHERE id = 1`)
					return err
				})
			}))
			list, _ := likeStatements(t, b, "2026-11")
			require.Equal(t, c.back, list[2].Reversed)
			require.Equal(t, c.anew, []money.Amount{list[0].Own, list[1].Own, list[2].Own})
		})
	}
}
