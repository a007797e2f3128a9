package loyalty

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

// The figures of exact are those of big.Rat, be they small or beyond what fits.
func TestExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.Int64Range(-20, 20), rapid.Int64Range(-1e12, 1e12), rapid.Int64Range(-1<<62, 1<<62))
		sum, want := exact{}, new(big.Rat)
		for range rapid.IntRange(1, 6).Draw(t, "n") {
			x := ratio(number.Draw(t, "num"), max(1, number.Draw(t, "den")))
			switch rapid.IntRange(0, 3).Draw(t, "op") {
			case 0:
				sum, want = sum.plus(x), want.Add(want, x.rat())
			case 1:
				sum, want = sum.minus(x), want.Sub(want, x.rat())
			case 2:
				sum, want = sum.times(x), want.Mul(want, x.rat())
			default:
				if x.sign() > 0 {
					sum, want = sum.over(x), want.Quo(want, x.rat())
				}
			}
			require.Zero(t, want.Cmp(sum.rat()))
			require.Equal(t, want.Sign(), sum.sign())
			floor := new(big.Int).Div(want.Num(), want.Denom())
			switch most := big.NewInt(mostPoints); {
			case floor.CmpAbs(most) >= 0:
				require.Equal(t, int64(want.Sign())*mostPoints, sum.floor())
			default:
				require.Equal(t, floor.Int64(), sum.floor())
			}
		}
	})
}

func TestExactText(t *testing.T) {
	for want, x := range map[string]exact{"12.5": ratio(25, 2), "3.3333…": ratio(10, 3), "-0.6666…": ratio(-2, 3), "7": ratio(14, 2), "0": {}, "0.0000…": ratio(1, 30000), "1.2345": ratio(12345, 10000)} {
		require.Contains(t, []string{want, strings.Replace(want, "0.0000…", "0…", 1)}, x.String())
	}
}

// anyRules draws rules that make sense together.
func anyRules(t *rapid.T) []Rule {
	var rules []Rule
	for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
		row := RuleRow{Code: fmt.Sprint("R", i), Kind: rapid.SampledFrom([]string{"rate", "rate", "multiplier", "bonus"}).Draw(t, "kind"),
			Scope:    rapid.SampledFrom([]string{"", "", "cause=vegan", "brand=Sol", "tag=new,gift", "category=Skin care; brand=Luna", "min_total=20", "channel=web"}).Draw(t, "scope"),
			Priority: fmt.Sprint(rapid.IntRange(0, 2).Draw(t, "priority")), Stacking: rapid.SampledFrom([]string{"add", "add", "only"}).Draw(t, "stacking")}
		switch row.Kind {
		case "multiplier":
			row.Factor = rapid.SampledFrom([]string{"0", "0.5", "1.25", "2", "3"}).Draw(t, "factor")
		case "rate":
			row.Per = rapid.SampledFrom([]string{"0.07", "1.00", "3.00"}).Draw(t, "per")
			fallthrough
		default:
			row.Points = fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "points"))
		}
		if row.Factor != "0" && row.Factor != "0.5" && rapid.IntRange(0, 3).Draw(t, "capped") == 0 {
			row.Cap, row.CapPer = fmt.Sprint(rapid.IntRange(1, 60).Draw(t, "cap")), "month"
		}
		r, problems := ParseRule(row, 2, 1)
		require.Empty(t, problems)
		r.ID = int64(i + 1)
		rules = append(rules, r)
	}
	return rules
}

func anyPurchase(t *rapid.T) (o Purchase) {
	o = Purchase{Day: theDay("2026-03-02"), Channel: rapid.SampledFrom([]string{"", "web"}).Draw(t, "channel")}
	for range rapid.IntRange(1, 5).Draw(t, "lines") {
		sku := rapid.SampledFrom([]string{"SERUM", "CREAM", "LIP", "SOAP", "CARD"}).Draw(t, "sku")
		amount := money.Amount(rapid.Int64Range(0, 5000).Draw(t, "amount"))
		o.Lines = append(o.Lines, Line{Product: goods[sku], Amount: amount})
		o.Net += amount
	}
	o.Net -= o.Net * money.Amount(rapid.Int64Range(0, 1).Draw(t, "discounted")) / 10
	o.ByPoints = money.Amount(rapid.Int64Range(0, max(0, int64(o.Net))).Draw(t, "by points")) * money.Amount(rapid.Int64Range(0, 1).Draw(t, "spent"))
	if rapid.Bool().Draw(t, "tiered") {
		o.Tier, o.TierFactor = "GOLD", rapid.SampledFrom([]int64{50, 100, 125, 300}).Draw(t, "tier factor")
	}
	return o
}

// What an order earns does not depend on the order of its lines, nor on how a line is cut into several; it is never below
// nothing, and no rule gives more than its cap.
func TestEarnedOfLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := (&Plan{Programme: Clients, words: euros}).With(anyRules(t))
		o := anyPurchase(t)
		award := Earned(plan, o)
		for _, p := range award.Parts {
			require.Positive(t, p.Points)
			if p.Rule != nil && p.Rule.Cap > 0 {
				require.LessOrEqual(t, p.Points, p.Rule.Cap)
			}
		}
		want := show(award)
		o.Lines = rapid.Permutation(o.Lines).Draw(t, "lines moved")
		require.Equal(t, want, show(Earned(plan, o)))
		at := rapid.IntRange(0, len(o.Lines)-1).Draw(t, "cut")
		cut := o.Lines[at].Amount / 3
		o.Lines = append(slices.Clone(o.Lines), Line{Product: o.Lines[at].Product, Amount: cut})
		o.Lines[at].Amount -= cut
		require.Equal(t, want, show(Earned(plan, o)))
		o.Explain = true
		require.Equal(t, want, show(Earned(plan, o)))
	})
}

// Whatever comes back in whatever parts: the ledger says at each step what is earned for what is left, and 0 at the end.
func TestAccrueReturnsInParts(t *testing.T) {
	var s *shop
	day, times := theDay("2010-03-01"), 0
	rapid.Check(t, func(rt *rapid.T) { // each with rules of a day of its own, not too many in a book
		if times%20 == 0 {
			s = newShop(t)
		}
		times++
		day = day.AddDays(40)
		write(t, s.Book, func(tx *book.Tx) error { return s.returnInParts(rt, tx, anyRules(rt), day) })
	})
}

func (s *shop) returnInParts(rt *rapid.T, tx *book.Tx, rules []Rule, day dates.Date) error {
	for i := range rules {
		var err error
		rules[i].From, rules[i].Until = day, day
		rules[i], err = AddRule(tx, rules[i])
		require.NoError(s.t, err)
	}
	customer, err := tx.Insert(`INSERT INTO customers (name, created_on, name_key, search) VALUES ('x', '2020-01-01', '', '')`)
	require.NoError(s.t, err)
	skus, left, text := []string{"SERUM", "CREAM", "SOAP"}, []money.Amount{0, 0, 0}, day.String()
	of := func(i int, amount money.Amount) string {
		return " " + skus[i] + ":" + money.Currency{Decimals: 2}.Format(amount)
	}
	for i := range skus {
		left[i] = money.Amount(rapid.Int64Range(1, 5000).Draw(rt, skus[i]))
		text += of(i, left[i])
	}
	id, err := s.sold(tx, customer, text)
	require.NoError(s.t, err)
	plan := (&Plan{Programme: Clients, words: euros}).With(rules)
	for {
		if err := Accrue(tx, []Reached{{Order: id, On: day}}); err != nil {
			return err
		}
		o := Purchase{Day: day}
		for i, sku := range skus {
			o.Lines = append(o.Lines, Line{Product: goods[sku], Amount: left[i]})
			o.Net += left[i]
		}
		award := Earned(plan, o)
		points, err := earnedBy(tx.View, id)
		require.NoError(s.t, err)
		require.Equal(s.t, award.Points(), points)
		at := slices.IndexFunc(left, func(n money.Amount) bool { return n > 0 })
		if at < 0 {
			require.Zero(s.t, points)
			return nil
		}
		back := money.Amount(rapid.Int64Range(1, int64(left[at])).Draw(rt, "back"))
		left[at] -= back
		if _, err := s.tookBack(tx, id, day.String()+of(at, back)); err != nil {
			return err
		}
	}
}
