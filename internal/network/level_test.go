package network

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

func TestReached(t *testing.T) {
	levels := DefaultLevels(100)
	require.Len(t, levels, 6)
	levels[3].Course = 7
	for _, c := range []struct {
		own, group money.Amount
		been       bool
		want       int
	}{
		{-1, 100, false, -1},
		{0, 0, false, 0},
		{499_99, 9_000_00, false, 0},
		{500_00, 500_00, false, 1},
		{1000_00, 2999_99, false, 1},
		{1000_00, 3000_00, false, 2},
		{1500_00, 8000_00, false, 2},
		{1500_00, 8000_00, true, 3},
		{9000_00, 90000_00, false, 5},
	} {
		require.Equal(t, c.want, Reached(levels, c.own, c.group, func(int64) bool { return c.been }), "%+v", c)
	}
	require.Equal(t, -1, Reached(nil, 100, 100, nil))
}

func TestDowngrade(t *testing.T) {
	for rule, cases := range map[string]map[int][]int{
		"at_once":   {0: {5, 4, 0}, 5: {0, 5}, -1: {3, -1}},
		"one_level": {3: {5, 0, 0}, 4: {0, 5, 1}, 2: {2}, 0: {-1, 0}, 1: {1, 1, 1}},
		"keep 1":    {4: {5, 4, 0}, 5: {5, 5, 3}, 0: {5, 0, 0}},
		"keep 2":    {5: {0, 5, 0, 0}, 1: {5, 0, 1, 0}},
	} {
		d, err := parseDowngrade(rule)
		require.NoError(t, err)
		require.Equal(t, rule, d.String())
		for want, reached := range cases {
			require.Equal(t, want, d.Held(reached), "%s of %v", rule, reached)
		}
	}
	for _, text := range []string{"", "at", "one", "keep", "keep 0", "keep 61", "keep x", "never", "at once 3"} {
		_, err := parseDowngrade(text)
		require.Error(t, err, text)
	}
	for text, want := range map[string]string{"At once": "at_once", "one level": "one_level", "keep_cycles 3": "keep 3", "keep 3": "keep 3"} {
		d, err := parseDowngrade(text)
		require.NoError(t, err, text)
		require.Equal(t, want, d.String())
	}
}

// However levels are lost, nobody has one above the best she reached, nor one below what she reached now; and by one_level
// what holds now follows from what held before.
func TestDowngradeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		reached := rapid.SliceOfN(rapid.IntRange(-1, 5), 1, 9).Draw(t, "reached")
		last := reached[len(reached)-1]
		best := last
		for _, r := range reached {
			best = max(best, r)
		}
		for _, d := range []Downgrade{{}, {OneLevel: true}, {Keep: 2}} {
			held := d.Held(reached)
			require.GreaterOrEqual(t, held, last)
			require.LessOrEqual(t, held, best)
		}
		if n := len(reached) - 1; n > 0 {
			d := Downgrade{OneLevel: true}
			require.Equal(t, max(last, d.Held(reached[:n])-1, -1), d.Held(reached))
		}
	})
}

func TestStandings(t *testing.T) {
	terms := Terms{Levels: DefaultLevels(100), Downgrade: Downgrade{Keep: 1}}
	terms.Levels[2].Course = 9
	before, _ := NewTree([]int32{-1, 0, 0})
	tree, _ := NewTree([]int32{-1, 0, 1})
	list := standings(&terms, []stretch{
		{tree: before, end: 31, own: []money.Amount{600_00, 0, 0}},
		{tree: tree, end: 59, own: []money.Amount{1200_00, 100_00, 2000_00}},
	}, func(place int32, course int64) dates.Date {
		require.Equal(t, int64(9), course)
		return []dates.Date{60, 59, 0}[place]
	})
	require.Equal(t, []Standing{
		{Own: 1200_00, Group: 3300_00, Level: 1, MissingCourse: true}, // a day late
		{Own: 100_00, Group: 2100_00, Level: 0, MissingOwn: 400_00},
		{Own: 2000_00, Group: 2000_00, Level: 1, MissingGroup: 1000_00, MissingCourse: true},
	}, list)
}
