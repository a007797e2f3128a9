package insight

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/perla-crm/perla/internal/money"
	"github.com/perla-crm/perla/internal/network"
)

func TestTrend(t *testing.T) {
	for _, c := range []struct {
		own, before money.Amount
		first       bool
		want        Trend
	}{
		{0, 500, false, NoSale}, {-100, 500, false, NoSale}, {0, 0, false, NoSale}, {100, 0, true, FirstSale}, {100, 0, false, Emerging},
		{100, 99, false, Emerging}, {100, 100, false, Steady}, {99, 100, false, Declining}, {5, -5, false, Emerging},
	} {
		require.Equal(t, c.want, trendOf(c.own, c.before, c.first), "%d after %d", c.own, c.before)
	}
}

func TestPart(t *testing.T) {
	for _, c := range [][3]int64{{1, 3, 33_33}, {2, 3, 66_67}, {1, 2, 50_00}, {0, 7, 0}, {3, 3, 100_00}, {1, 80000, 0}, {3, 80000, 0}, {5, 80000, 1}} {
		got, ok := Part(c[0], c[1])
		require.True(t, ok)
		require.Equal(t, c[2], got, "%d of %d", c[0], c[1])
	}
	_, ok := Part(0, 0)
	require.False(t, ok)
}

func TestGoalPercentIsNotRoundedUp(t *testing.T) {
	for done, want := range map[int64]int64{-5: 0, 0: 0, 2999: 99, 3000: 100, 3030: 101} {
		g := GoalProgress{Goal: network.Goal{Target: 3000}, Done: done}
		require.Equal(t, want, g.Percent())
	}
}

// TestMeasure: who had not joined yet is counted nowhere, and hides nobody below her.
func TestMeasure(t *testing.T) {
	tree, circle := network.NewTree([]int32{-1, 0, 0, 1, 3})
	require.Nil(t, circle)
	n := &Network{Month: &network.Month{Team: &network.Team{Tree: tree}}, Members: make([]NetworkMember, 4), places: []int32{0, 1, 2, 4}}
	n.measure()
	got := [][3]int64{}
	for _, m := range n.Members {
		got = append(got, [3]int64{m.Span, m.Team, m.Below})
	}
	require.Equal(t, [][3]int64{{2, 3, 3}, {0, 1, 2}, {0, 0, 0}, {0, 0, 0}}, got)
}
