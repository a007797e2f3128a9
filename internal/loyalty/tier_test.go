package loyalty

import (
	"cmp"
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

// tiers adds bronze at 0, silver at 500 and gold at 1000.
func (s *shelf) tiers() {
	s.Helper()
	require.NoError(s, s.write(func(tx *book.Tx) error {
		for _, t := range []Tier{{Code: "GOLD", Name: "Gold", Threshold: 1000, Factor: 200}, {Code: "BRONZE", Threshold: 0, Factor: 100}, {Code: "silver", Name: "Silver", Threshold: 500, Factor: 150, Benefits: "a present"}} {
			t.Programme = Clients
			if _, err := AddTier(tx, t); err != nil {
				return err
			}
		}
		return nil
	}))
}

// rung is where an account stands on a day.
func (s *shelf) rung(a Account, on string) (r Rung) {
	s.Helper()
	require.NoError(s, s.book.View(context.Background(), func(v *book.View) error {
		rungs, err := Rungs(v, a.Programme(), s.day(on), a.id())
		r = rungs[a.id()]
		all, _ := Rungs(v, a.Programme(), s.day(on))
		if found, ok := all[a.id()]; ok {
			require.Equal(s, r, found, "alone and among all")
		}
		known, _ := RungsOf(v, a.Programme(), s.day(on), map[int64]int64{a.id(): r.Value})
		require.Equal(s, r, known[a.id()], "of what she has")
		tiers, _ := TierAt(v, a.Programme(), s.day(on), a.id())
		require.Equal(s, r.Tier, tiers[a.id()])
		return err
	}))
	return r
}

func TestTierThresholds(t *testing.T) {
	for _, c := range []struct {
		earned  int64
		tier    string
		next    string
		missing int64
	}{
		{0, "BRONZE", "SILVER", 500}, {1, "BRONZE", "SILVER", 499},
		{499, "BRONZE", "SILVER", 1}, {500, "SILVER", "GOLD", 500}, {501, "SILVER", "GOLD", 499},
		{999, "SILVER", "GOLD", 1}, {1000, "GOLD", "", 0}, {1001, "GOLD", "", 0}, {1_000_000, "GOLD", "", 0},
	} {
		s := newShelf(t, "2024-06-01")
		s.tiers()
		if c.earned > 0 {
			s.earn(ana, c.earned, 1, "2024-05-01", "2024-12-01", "") // pending points count: they were earned
		}
		r := s.rung(ana, "2024-06-01")
		require.Equal(t, []any{c.tier, c.earned, c.next, c.missing, false}, []any{r.Tier.Code, r.Value, r.Next.Code, r.Missing, r.Kept}, "%d", c.earned)
		require.Equal(t, "BRONZE", s.rung(ana, "2024-04-30").Tier.Code)
	}
}

func TestTierIsNeverByTheBalance(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.tiers()
	s.earn(ana, 500, 1, "2024-01-01", "2024-01-01", "2024-02-01")
	require.NoError(t, s.redeem(ana, 400, 2, "2024-02-01"))
	s.expire("2024-06-01")
	require.Equal(t, "SILVER", s.rung(ana, "2024-06-01").Tier.Code, "spent and lapsed points were earned all the same")
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := Adjust(tx, bea, 5000, 0, "a present"); return err }))
	require.Equal(t, "BRONZE", s.rung(bea, "2024-06-01").Tier.Code, "a present is not earned")
}

func TestTierWindowRolls(t *testing.T) {
	for _, c := range []struct {
		months         string
		on, last, gone string
	}{
		{"12", "2023-03-15", "2024-03-14", "2024-03-15"},
		{"12", "2024-02-29", "2025-02-28", "2025-03-01"},
		{"12", "2023-02-28", "2024-02-27", "2024-02-28"},
		{"1", "2024-01-31", "2024-02-29", "2024-03-01"},
		{"1", "2024-03-31", "2024-04-30", "2024-05-01"},
		{"1", "2024-03-01", "2024-03-31", "2024-04-01"},
	} {
		s := newShelf(t, "2026-06-01")
		s.set("tier_months", c.months)
		s.tiers()
		s.earn(ana, 500, 1, c.on, c.on, "")
		require.Equal(t, "BRONZE", s.rung(ana, (s.day(c.on)-1).String()).Tier.Code, "%v", c)
		require.Equal(t, "SILVER", s.rung(ana, c.on).Tier.Code, "%v", c)
		require.Equal(t, "SILVER", s.rung(ana, c.last).Tier.Code, "%v", c)
		require.Equal(t, "BRONZE", s.rung(ana, c.gone).Tier.Code, "%v", c)
	}
}

func TestTierIsKeptForAWhile(t *testing.T) {
	s := newShelf(t, "2026-06-01")
	s.set("tier_keep_months", "3")
	s.tiers()
	lot := s.earn(ana, 1000, 1, "2024-01-10", "2024-01-10", "")
	s.earn(ana, 500, 2, "2024-06-30", "2024-06-30", "")
	for on, want := range map[string]struct {
		tier  string
		kept  string
		value int64
	}{
		"2024-01-09": {"BRONZE", "", 0},
		"2024-01-10": {"GOLD", "", 1000},
		"2025-01-09": {"GOLD", "", 1500},
		"2025-01-10": {"GOLD", "2025-04-09", 500},
		"2025-04-09": {"GOLD", "2025-04-09", 500},
		"2025-04-10": {"SILVER", "", 500},
		"2025-06-29": {"SILVER", "", 500},
		"2025-06-30": {"SILVER", "2025-09-29", 0},
		"2025-09-29": {"SILVER", "2025-09-29", 0},
		"2025-09-30": {"BRONZE", "", 0},
	} {
		r := s.rung(ana, on)
		kept := ""
		if r.Kept {
			kept = r.KeptUntil.String()
		}
		require.Equal(t, want, struct {
			tier  string
			kept  string
			value int64
		}{r.Tier.Code, kept, r.Value}, on)
	}
	// A return counts against the day of its order, from its own day on.
	require.NoError(t, s.reverse(ana, 600, 1, lot, "2024-08-31"))
	require.Equal(t, Rung{Tier: s.rung(ana, "2024-08-30").Tier, Value: 900, Kept: true, KeptUntil: s.day("2024-11-30")}, s.rung(ana, "2024-11-30"))
	require.Equal(t, "SILVER", s.rung(ana, "2024-12-01").Tier.Code)
	require.Equal(t, int64(500), s.rung(ana, "2025-01-10").Value)
}

func TestTierBySpending(t *testing.T) {
	s := newShelf(t, "2024-06-10")
	s.set("tier_basis", "spent")
	s.tiers()
	require.NoError(t, s.write(func(tx *book.Tx) error {
		for _, o := range []string{
			`('2024-02-01', 700, 100, 100, 1, NULL, NULL, NULL, NULL)`,                             // 500 of history
			`('2024-03-01', 300, 0, 0, 0, '2024-03-05', NULL, NULL, NULL)`,                         // counts from when it is confirmed
			`('2024-03-01', 999, 0, 0, 0, NULL, NULL, NULL, NULL)`,                                 // a quote
			`('2024-04-01', 200, 0, 0, 0, '2024-04-01', '2024-04-10', NULL, NULL)`,                 // cancelled
			`('2024-05-01', 200, 0, 0, 0, '2024-05-01', NULL, '2024-05-20', NULL)`,                 // returned whole on the 20th
			`('2024-05-20', -200, 0, 0, 0, '2024-05-20', NULL, '2024-05-20', last_insert_rowid())`, // by this
			`('2024-06-01', -100, 0, 0, 0, '2024-06-01', NULL, NULL, 12)`,                          // a part of the second
		} {
			if _, err := tx.Insert(`INSERT INTO orders (customer_id, ordered_on, total, tax, shipping, is_history, confirmed_on, cancelled_on, returned_on, original_id)
				SELECT 2, * FROM (VALUES ` + o + `)`); err != nil {
				return err
			}
		}
		return nil
	}))
	for on, want := range map[string]int64{"2024-01-31": 0, "2024-02-01": 500, "2024-03-04": 500, "2024-03-05": 800, "2024-04-01": 1000, "2024-04-09": 1000, "2024-04-10": 800,
		"2024-05-01": 1000, "2024-05-19": 1000, "2024-05-20": 800, "2024-06-01": 700, "2025-01-31": 700, "2025-02-01": 200, "2025-02-28": 200, "2025-03-01": 0} {
		require.Equal(t, want, s.rung(bea, on).Value, on)
	}
	require.Equal(t, "GOLD", s.rung(bea, "2024-04-09").Tier.Code)
}

func TestTierChanges(t *testing.T) {
	s := newShelf(t, "2025-06-01")
	s.tiers()
	s.earn(ana, 1000, 1, "2024-03-01", "2024-03-01", "")
	s.earn(bea, 500, 2, "2025-01-01", "2025-01-01", "")
	require.NoError(t, s.book.View(context.Background(), func(v *book.View) error {
		changes, err := TierChanges(v, Clients, s.day("2024-12-31"), s.day("2025-06-01"))
		require.NoError(t, err)
		var got [][4]any
		for _, c := range changes {
			got = append(got, [4]any{c.Account, c.Was.Tier.Code, c.Now.Tier.Code, c.Up})
		}
		require.Equal(t, [][4]any{{ana, "GOLD", "BRONZE", false}, {bea, "BRONZE", "SILVER", true}}, got)
		changes, err = TierChanges(v, Clients, s.day("2025-05-01"), s.day("2025-06-01"))
		require.Empty(t, changes)
		return err
	}))
}

func TestTierRowsAreDated(t *testing.T) {
	s := newShelf(t, "2024-06-01")
	s.tiers()
	s.earn(ana, 600, 1, "2024-01-01", "2024-01-01", "")
	edit := func(code, since string, change func(*Tier)) error {
		return s.write(func(tx *book.Tx) error {
			_, err := EditTier(tx, Clients, code, s.day(since), func(t *Tier) error { change(t); return nil })
			return err
		})
	}
	require.NoError(t, edit("Silver", "2024-04-01", func(t *Tier) { t.Threshold = 700 }))
	require.Equal(t, "SILVER", s.rung(ana, "2024-03-31").Tier.Code)
	require.Equal(t, "BRONZE", s.rung(ana, "2024-04-01").Tier.Code)
	require.NoError(t, edit("SILVER", "2024-04-01", func(t *Tier) { t.Threshold = 600 }), "the same row again")
	require.Equal(t, "SILVER", s.rung(ana, "2024-04-01").Tier.Code)
	require.Equal(t, fault.Conflict, fault.KindOf(edit("SILVER", "2024-05-01", func(t *Tier) { t.Threshold = 1000 })))
	require.Equal(t, fault.NotFound, fault.KindOf(edit("sliver", "2024-05-01", func(*Tier) {})))
	require.ErrorContains(t, s.write(func(tx *book.Tx) error {
		_, err := AddTier(tx, Tier{Programme: Clients, Code: "SILVER", Threshold: 5})
		return err
	}), "tier SILVER has the threshold 500 in those days")
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := EndTier(tx, Clients, "SILVER", s.day("2024-05-31")); return err }))
	require.Equal(t, "SILVER", s.rung(ana, "2024-05-31").Tier.Code)
	require.Equal(t, "BRONZE", s.rung(ana, "2024-06-01").Tier.Code)
	require.NoError(t, s.write(func(tx *book.Tx) error { _, err := EndTier(tx, Clients, "SILVER", s.day("2024-02-01")); return err }), "earlier, whatever came later")
	require.NoError(t, s.book.View(context.Background(), func(v *book.View) error {
		all, err := Tiers(v, Clients, 0)
		require.Len(t, all, 3)
		return err
	}))
	for _, bad := range []Tier{{Programme: "friends", Code: "x"}, {Programme: Clients}, {Programme: Clients, Code: "x", Threshold: -1}, {Programme: Clients, Code: "x", Threshold: 7, From: 9, Until: 8}} {
		require.Equal(t, fault.Usage, fault.KindOf(s.write(func(tx *book.Tx) error { _, err := AddTier(tx, bad); return err })), "%v", bad)
	}
}

// The ladder is what counting day by day says.
func TestLadderAgainstDays(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		const base = dates.Date(738000)
		l := &ladder{months: rapid.IntRange(1, 4).Draw(r, "months"), keep: rapid.IntRange(0, 3).Draw(r, "keep")}
		l.tiers = []Tier{{ID: 1, Code: "a", Threshold: 0}, {ID: 2, Code: "b", Threshold: 5, Until: base + 100}, {ID: 3, Code: "b", Threshold: 8, From: base + 101}, {ID: 4, Code: "c", Threshold: 12, From: base + 30}}
		slices.SortStableFunc(l.tiers, func(a, b Tier) int { return cmp.Compare(a.Threshold, b.Threshold) })
		climbs := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) climb {
			day := base + dates.Date(rapid.IntRange(0, 200).Draw(r, "day"))
			c := climb{day: day, from: day + dates.Date(rapid.IntRange(0, 20).Draw(r, "late")), value: rapid.Int64Range(-4, 9).Draw(r, "value")}
			if rapid.IntRange(0, 3).Draw(r, "ends") == 0 {
				c.until = c.from + dates.Date(rapid.IntRange(0, 60).Draw(r, "days"))
			}
			return c
		}), 0, 8).Draw(r, "climbs")
		value := func(day dates.Date) (sum int64) {
			for _, c := range climbs {
				if c.from <= day && c.day > day.AddMonths(-l.months) && (c.until == 0 || day < c.until) {
					sum += c.value
				}
			}
			return sum
		}
		day := base + dates.Date(rapid.IntRange(0, 320).Draw(r, "on"))
		want := Tier{}
		for _, tier := range l.tiers {
			if !tier.Covers(day) {
				continue
			}
			holds := max(0, value(day)) >= tier.Threshold
			for before := base - 200; before < day && l.keep > 0; before++ {
				for _, then := range l.tiers {
					holds = holds || then.Code == tier.Code && then.Covers(before) && max(0, value(before)) >= then.Threshold && before.AddMonths(l.keep) >= day
				}
			}
			if holds {
				want = tier
			}
		}
		got := l.at(climbs, day)
		require.Equal(r, value(day), got.Value)
		require.Equal(r, want, got.Tier)
		require.Equal(r, max(0, got.Value) < got.Tier.Threshold, got.Kept)
	})
}
