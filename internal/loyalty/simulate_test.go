package loyalty

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
)

// What orders would have earned by other rules is what they earn in a book that has those rules, tiers and caps included,
// and by the rules of the book it is what its ledger says.
func TestSimulateIsWhatTheLedgerWouldSay(t *testing.T) {
	const n = 200
	ctx := context.Background()
	sets := map[string][]string{
		"plain":  {one},
		"people": {one, "HELLO bonus | points=9 | scope=first_order=yes", "BD multiplier | factor=3 | scope=birthday_month=yes"},
		"lines":  {one, "V rate | points=1 | per=3.00 | scope=cause=vegan", "G bonus | points=5 | scope=brand=Sol"},
		"capped": {"R rate | points=1 | per=1.00 | cap=300 | cap_per=month", "B bonus | points=9 | cap=20 | cap_per=week"},
		"dated":  {one + " | until=2026-02-28", "MORE rate | points=3 | per=7.00 | from=2026-03-01"},
	}
	books, sums, rules := map[string]*shop{}, map[string]map[int64]int64{}, map[string][]Rule{}
	for name, set := range sets {
		s := newShop(t, set...)
		s.set("earn_at", "invoiced", "2026-01-01")
		s.set("tier_months", "6", "2025-01-01")
		s.fill(n)
		write(t, s.Book, func(tx *book.Tx) error {
			for _, tier := range []Tier{{Code: "ONE", Threshold: 500, Factor: 150}, {Code: "TWO", Threshold: 1500, Factor: 300}} {
				tier.Programme = Clients
				if _, err := AddTier(tx, tier); err != nil {
					return err
				}
			}
			return AccrueHistory(tx, 1, n, nil)
		})
		books[name], sums[name] = s, map[int64]int64{}
		require.NoError(t, s.View(ctx, func(v *book.View) (err error) {
			for e, err := range Entries(v, Query{Programme: Clients}) {
				require.NoError(t, err)
				sums[name][e.Account.Customer] += e.Points
			}
			rules[name], err = Rules(v, Clients, 0)
			return err
		}))
	}
	require.NotEqual(t, sums["plain"], sums["capped"])
	about := func(int64, int64, dates.Date) (bool, []string, error) { return false, nil, nil }
	for was, s := range books {
		for now := range books {
			require.NoError(t, s.View(ctx, func(v *book.View) error {
				sim, err := Simulate(v, Clients, rules[now], 0, about)
				require.NoError(t, err)
				a, b := map[int64]int64{}, map[int64]int64{}
				for _, x := range sim.Accounts {
					a[x.Account.Customer], b[x.Account.Customer] = x.Was, x.Now
				}
				require.Equal(t, sums[was], a, was)
				require.Equal(t, sums[now], b, "%s by the rules of %s", was, now)

				// What came before a day is taken as it is.
				later, err := Simulate(v, Clients, rules[was], theDay("2026-03-10"), about)
				require.NoError(t, err)
				var before int64
				for e, err := range Entries(v, Query{Programme: Clients, Until: theDay("2026-03-09")}) {
					require.NoError(t, err)
					before += e.Points
				}
				require.Equal(t, sim.Was-before, later.Was)
				require.Equal(t, later.Was, later.Now)
				require.Zero(t, later.Won()+later.Lost())
				return nil
			}))
		}
	}
}
