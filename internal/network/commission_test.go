package network

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/money"
)

func TestMarginal(t *testing.T) {
	brackets := []Bracket{{0, 500}, {10_000_00, 700}, {25_000_00, 1000}}
	for sales, want := range map[money.Amount]money.Amount{
		30_000_00: 2_050_00, // 500 + 1,050 + 500
		25_000_00: 1_550_00,
		10_000_00: 500_00,
		10_000_01: 500_00, // 7 % of a cent
		1_00:      5,
		0:         0,
		-100_00:   -5_00,
	} {
		require.Equal(t, want, Marginal(brackets, sales), sales)
	}
	require.Zero(t, Marginal(nil, 100))
	require.Equal(t, money.Amount(10), Marginal([]Bracket{{100, 1000}}, 200), "nothing below the lowest floor")
}

// sums adds up lines by order, and by consultant.
func sums(lines []Line) (byOrder map[int64]money.Amount, byConsultant map[int32]money.Amount) {
	byOrder, byConsultant = map[int64]money.Amount{}, map[int32]money.Amount{}
	for _, l := range lines {
		byOrder[l.Order] += l.Amount
		byConsultant[l.Consultant] += l.Amount
	}
	return byOrder, byConsultant
}

func TestCommissions(t *testing.T) {
	levels := []Level{{CommissionRate: 500}, {CommissionRate: 1000}}
	standings := []Standing{{Level: 1}, {Level: 0}, {Level: -1}, {Level: 0}}
	nearest := []int32{-1, 0, 0, 1} // place 2 is passed over: hers goes on to 1
	sales := []Sale{{1, 3, 100_00}, {2, 1, 33_33}, {3, 2, 50_00}, {4, 3, -10_00}}
	flat := Terms{Levels: levels, Overrides: []int64{300, 0, 100}}
	own := func(place int32, order int64, base money.Amount, rate int64, amount money.Amount) Line {
		return Line{Consultant: place, Kind: Own, Order: order, Seller: place, Base: base, Rate: rate, HasRate: true, Amount: amount}
	}
	over := func(to, from int32, order int64, base, amount money.Amount) Line {
		return Line{Consultant: to, Kind: Override, Order: order, Seller: from, Depth: 1, Base: base, Rate: 300, HasRate: true, Amount: amount}
	}
	require.Equal(t, []Line{
		own(3, 1, 100_00, 500, 5_00), over(1, 3, 1, 100_00, 3_00),
		own(1, 2, 33_33, 500, 1_67), over(0, 1, 2, 33_33, 1_00),
		own(2, 3, 50_00, 0, 0), over(0, 2, 3, 50_00, 1_50),
		own(3, 4, -10_00, 500, -50), over(1, 3, 4, -10_00, -30),
	}, flat.Commissions(sales, standings, nearest))

	flat.Ceiling, flat.HasCeiling = 600, true
	byOrder, byConsultant := sums(flat.Commissions(sales, standings, nearest))
	require.Equal(t, map[int64]money.Amount{1: 6_00, 2: 1_99, 3: 1_50, 4: -60}, byOrder)
	require.Equal(t, money.Amount(1_67+1_00-10), byConsultant[1], "the sponsor gives way")

	marginal := Terms{Marginal: true, Brackets: []Bracket{{0, 500}, {50_00, 1000}}, Levels: levels}
	lines := marginal.Commissions(sales, standings, nearest)
	_, byConsultant = sums(lines)
	require.Equal(t, map[int32]money.Amount{3: 2_50 + 4_00, 1: 1_67, 2: 2_50}, byConsultant)
	require.False(t, lines[0].HasRate)
	require.Equal(t, money.Amount(7_22), lines[0].Amount)
	require.Equal(t, money.Amount(-72), lines[3].Amount)
}

// Whatever the terms, the commissions on one order are within the ceiling, those of a marginal period sum to what the
// brackets make of it, and nothing earns who has nothing sold under her.
func TestCommissionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "n")
		tree, _ := NewTree(parents(t, n))
		rate := rapid.Int64Range(0, 10000)
		terms := Terms{Marginal: rapid.Bool().Draw(t, "marginal"), HasCeiling: rapid.Bool().Draw(t, "has a ceiling"), Ceiling: rate.Draw(t, "ceiling"),
			Overrides: rapid.SliceOfN(rate, 0, 4).Draw(t, "overrides"), Levels: []Level{{CommissionRate: rate.Draw(t, "level")}},
			Brackets: []Bracket{{0, rate.Draw(t, "low")}, {5_000, rate.Draw(t, "high")}}}
		active, standings := make([]bool, n), make([]Standing, n)
		for i := range n {
			active[i], standings[i].Level = rapid.Bool().Draw(t, "active"), rapid.IntRange(-1, 0).Draw(t, "stands")
		}
		var sales []Sale
		base := make([]money.Amount, n)
		for i := range rapid.IntRange(0, 12).Draw(t, "orders") {
			s := Sale{int64(i + 1), int32(rapid.IntRange(0, n-1).Draw(t, "seller")), money.Amount(rapid.Int64Range(-3_000, 9_000).Draw(t, "net"))}
			sales, base[s.Seller] = append(sales, s), base[s.Seller]+s.Net
		}
		lines := terms.Commissions(sales, standings, tree.Nearest(active))
		byOrder, _ := sums(lines)
		own := make([]money.Amount, n)
		for _, l := range lines {
			if l.Kind == Own {
				own[l.Consultant] += l.Amount
			} else {
				require.True(t, active[l.Consultant])
				require.Less(t, tree.Depth(l.Consultant), tree.Depth(l.Seller))
			}
		}
		for _, s := range sales {
			if terms.HasCeiling {
				require.LessOrEqual(t, max(byOrder[s.Order], -byOrder[s.Order])*wholeRate, max(s.Net, -s.Net)*money.Amount(terms.Ceiling))
			}
		}
		if terms.Marginal && !terms.HasCeiling {
			for place, sum := range own {
				if base[place] != 0 {
					require.Equal(t, Marginal(terms.Brackets, base[place]), sum)
				}
			}
		}
	})
}

// A sale pays the same by whatever channel it came, live or from a file, and whether the order names the consultant or the
// customer is her client. The sum is that of the example: 30,000 at 5 % to 10,000, 7 % to 25,000 and 10 % above.
func TestAnyChannelPaysTheSame(t *testing.T) {
	b := trio(t)
	terms(t, b, "", "commission=marginal", "bracket.0=5", "bracket.10000=7", "bracket.25000=10")
	sell(t, b, 1, 2, "2026-10-02", 1_00, "") // who sold herself gets overrides
	require.NoError(t, update(t, b, func(tx *book.Tx) error {
		_, err := tx.Exec(`INSERT INTO customer_consultants (customer_id, since_on, consultant_id) VALUES (1, '2020-01-01', 3)`)
		return err
	}))
	rapid.Check(t, func(rt *rapid.T) {
		first := money.Amount(rapid.Int64Range(1, 30_000_00-1).Draw(rt, "first"))
		require.NoError(t, b.Rehearse(t.Context(), false, func(tx *book.Tx) error {
			for _, net := range []money.Amount{first, 30_000_00 - first} {
				seller := idOrNull(rapid.SampledFrom([]int64{0, 3}).Draw(rt, "named"))
				channel := orNull(rapid.SampledFrom([]string{"direct", "online", "boutique", "phone", "fair", ""}).Draw(rt, "channel"))
				live := rapid.Bool().Draw(rt, "live")
				if _, err := tx.Exec(`INSERT INTO orders (customer_id, ordered_on, total, consultant_id, channel, is_history, confirmed_on)
					VALUES (1, '2026-10-05', ?, ?, ?, ?, iif(?4, NULL, '2026-10-05'))`, int64(net), seller, channel, !live); err != nil {
					return err
				}
			}
			earned, _, err := ReadEarnings(tx.View, month(t, tx.View, "2026-10", tx.Today(), nobodyPaid))
			require.NoError(t, err)
			require.Equal(t, money.Amount(2_050_00), earned[2].Own)
			require.Equal(t, part(first, 500)+part(30_000_00-first, 500), earned[1].Override)
			return nil
		}))
	})
}
