package sales

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

func TestAllocate(t *testing.T) {
	dues := []Due{{Order: 2, On: 30, Amount: 100}, {Order: 1, On: 20, Amount: 50}, {Order: 1, On: 40, Amount: 50}}
	for name, c := range map[string]struct {
		paid   []Receipt
		open   []money.Amount
		credit money.Amount
	}{
		"nothing":                      {nil, []money.Amount{100, 50, 50}, 0},
		"the oldest first":             {[]Receipt{{0, 120}}, []money.Amount{30, 0, 50}, 0},
		"the order it names first":     {[]Receipt{{2, 60}, {0, 10}}, []money.Amount{40, 40, 50}, 0},
		"more than the order it names": {[]Receipt{{2, 130}}, []money.Amount{0, 20, 50}, 0},
		"more than everything":         {[]Receipt{{1, 150}, {0, 100}}, []money.Amount{0, 0, 0}, 50},
		"given back":                   {[]Receipt{{1, 100}, {1, -60}}, []money.Amount{100, 10, 50}, 0},
		"for an order without dues":    {[]Receipt{{7, 50}}, []money.Amount{100, 0, 50}, 0},
		"more went out than came in":   {[]Receipt{{0, -20}}, []money.Amount{100, 50, 50}, -20},
	} {
		t.Run(name, func(t *testing.T) {
			open, credit := Allocate(dues, c.paid)
			require.Equal(t, c.open, open)
			require.Equal(t, c.credit, credit)
		})
	}
}

// TestAllocateKeepsMoney: what is open and what is left over follow from what was due and what was paid, and there is
// never both a debt and a credit.
func TestAllocateKeepsMoney(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var dues []Due
		var paid []Receipt
		var owed, came money.Amount
		for range rapid.IntRange(0, 6).Draw(t, "dues") {
			d := Due{rapid.Int64Range(1, 3).Draw(t, "order"), dates.Date(rapid.IntRange(1, 5).Draw(t, "day")), money.Amount(rapid.Int64Range(1, 100).Draw(t, "due"))}
			dues, owed = append(dues, d), owed+d.Amount
		}
		for range rapid.IntRange(0, 6).Draw(t, "payments") {
			r := Receipt{rapid.Int64Range(0, 4).Draw(t, "for"), money.Amount(rapid.Int64Range(-50, 150).Draw(t, "paid"))}
			paid, came = append(paid, r), came+r.Amount
		}
		open, credit := Allocate(dues, paid)
		var left money.Amount
		for i, o := range open {
			if o < 0 || o > dues[i].Amount {
				t.Fatalf("open %d of %d", o, dues[i].Amount)
			}
			left += o
		}
		if left-credit != owed-came || left > 0 && credit > 0 {
			t.Fatalf("owed %d, came %d: open %d, credit %d", owed, came, left, credit)
		}
	})
}

func TestPlan(t *testing.T) {
	end, err := dates.ParseISO("2026-01-31")
	require.NoError(t, err)
	days := func(dues []Due) (list []string) {
		for _, d := range dues {
			list = append(list, d.On.String())
		}
		return list
	}
	dues := Plan{Count: 3, From: end, Months: 1}.Dues(1, 1000)
	require.Equal(t, []string{"2026-01-31", "2026-02-28", "2026-03-31"}, days(dues))
	require.Equal(t, []money.Amount{333, 333, 334}, []money.Amount{dues[0].Amount, dues[1].Amount, dues[2].Amount})
	require.Equal(t, []string{"2026-02-28", "2026-03-31", "2026-04-30"}, days(Plan{Count: 3, From: end, Later: true, Months: 1}.Dues(1, 1000)), "the end of a month stays the end")
	require.Equal(t, []string{"2026-02-14", "2026-02-28"}, days(Plan{Count: 2, From: end, Later: true, Days: 14}.Dues(1, 1000)))
	require.Equal(t, []Due{{1, end, 333}, {1, dues[1].On, 67}}, Shorten(dues, 600))
	require.Empty(t, Shorten(Plan{Count: 3, From: end, Days: 7}.Dues(1, 1000), 1000))
}
