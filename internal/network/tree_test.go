package network

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/money"
)

func TestTree(t *testing.T) {
	tree, circle := NewTree([]int32{3, -1, 1, 1, 3, -1, 4})
	require.Nil(t, circle)
	require.Equal(t, []int32{1, 5, 2, 3, 0, 4, 6}, tree.Order())
	require.Equal(t, []int32{0, 4}, tree.Under(3))
	require.Equal(t, int32(3), tree.Depth(6))
	require.Equal(t, []money.Amount{1, 95, 4, 89, 80, 32, 64}, tree.Group([]money.Amount{1, 2, 4, 8, 16, 32, 64}))
	require.Equal(t, []int32{1, -1, 1, 1, 1, -1, 4}, tree.Nearest([]bool{true, true, true, false, true, true, true}))
	walk := func(root int32, depth int) (places []int32, depths []int) {
		tree.Walk(root, depth, func(place int32, depth int) bool {
			places, depths = append(places, place), append(depths, depth)
			return len(places) < 5
		})
		return places, depths
	}
	places, depths := walk(-1, -1)
	require.Equal(t, []int32{1, 2, 3, 0, 4}, places)
	require.Equal(t, []int{0, 1, 1, 2, 2}, depths)
	places, _ = walk(3, 1)
	require.Equal(t, []int32{3, 0, 4}, places)
	empty, circle := NewTree(nil)
	require.Nil(t, circle)
	require.Zero(t, empty.Len())
}

func TestNobodyIsUnderHerself(t *testing.T) {
	for _, c := range []struct{ parents, want []int32 }{
		{[]int32{0}, []int32{0}},
		{[]int32{1, 0}, []int32{0, 1}},
		{[]int32{-1, 0, 3, 4, 2, 2}, []int32{2, 3, 4}},
		{[]int32{1, 2, 3, 1}, []int32{1, 2, 3}},
	} {
		tree, circle := NewTree(c.parents)
		require.Nil(t, tree)
		require.Equal(t, c.want, circle)
	}
}

// parents draws a forest: each place under one before it, then shuffled.
func parents(t *rapid.T, n int) []int32 {
	names := rapid.Permutation(slices.Collect(func(yield func(int32) bool) {
		for i := range n {
			if !yield(int32(i)) {
				return
			}
		}
	})).Draw(t, "names")
	list := make([]int32, n)
	for i := range n {
		list[names[i]] = -1
		if above := rapid.IntRange(-1, i-1).Draw(t, "above"); above >= 0 {
			list[names[i]] = names[above]
		}
	}
	return list
}

// Sums over the tree are those of walking up from everybody, and a ring is found exactly where there is one.
func TestTreeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		list := parents(t, n)
		tree, circle := NewTree(list)
		require.Nil(t, circle)
		own, active := make([]money.Amount, n), make([]bool, n)
		want := make([]money.Amount, n)
		for i := range n {
			own[i], active[i] = money.Amount(rapid.IntRange(-50, 100).Draw(t, "own")), rapid.Bool().Draw(t, "active")
			depth := int32(-1)
			for p := int32(i); p >= 0; p = list[p] {
				want[p] += own[i]
				depth++
			}
			require.Equal(t, depth, tree.Depth(int32(i)))
		}
		require.Equal(t, want, tree.Group(own))
		for i, got := range tree.Nearest(active) {
			p := list[i]
			for p >= 0 && !active[p] {
				p = list[p]
			}
			require.Equal(t, p, got)
		}
		top := slices.Index(list, -1)
		low := rapid.IntRange(0, n-1).Draw(t, "low")
		under := false
		for p := int32(low); p >= 0; p = list[p] {
			under = under || p == int32(top)
		}
		list[top] = int32(low)
		_, circle = NewTree(list)
		require.Equal(t, under, circle != nil)
		for i, p := range circle {
			require.Equal(t, circle[(i+1)%len(circle)], list[p])
		}
	})
}

// large is a tree of n places of some depth; of the depth n it is one chain.
func large(n, depth int) []int32 {
	random := rand.New(rand.NewPCG(6, 6))
	list := make([]int32, n)
	for i := range list {
		switch {
		case i%depth != 0:
			list[i] = int32(i - 1)
		case i == 0:
			list[i] = -1
		default: // beside the others of the first chain
			list[i] = int32(random.IntN(min(i, 2)))
		}
	}
	return list
}

// TestLargeTrees works out a month of 100,000 consultants, 50 deep and in one chain: were it quadratic it would not end.
func TestLargeTrees(t *testing.T) {
	const n = 100_000
	for _, depth := range []int{50, n} {
		tree, circle := NewTree(large(n, depth))
		require.Nil(t, circle)
		own, sales := make([]money.Amount, n), make([]Sale, n)
		var total money.Amount
		for i := range own {
			own[i] = money.Amount(i % 7 * 10_000)
			total += own[i]
			sales[i] = Sale{Order: int64(i + 1), Seller: int32(i), Net: own[i]}
		}
		terms := Terms{Levels: DefaultLevels(100), Overrides: []int64{300, 200, 100}, ActiveFrom: 1}
		list := standings(&terms, []stretch{{tree: tree, end: 1, own: own}}, func(int32, int64) dates.Date { return 0 })
		require.Equal(t, total, list[0].Group)
		require.Equal(t, "bronze", terms.Levels[list[n-5].Level].Code, "who sold nothing herself")
		active := make([]bool, n)
		for i := range active {
			active[i] = own[i] >= terms.ActiveFrom
		}
		require.Greater(t, len(terms.Commissions(sales, list, tree.Nearest(active))), 3*n)
	}
}

func BenchmarkMonth(b *testing.B) {
	for _, c := range []struct {
		name     string
		n, depth int
	}{{"10000x50", 10_000, 50}, {"100000x50", 100_000, 50}, {"100000 in a chain", 100_000, 100_000}} {
		b.Run(c.name, func(b *testing.B) {
			list := large(c.n, c.depth)
			own, sales := make([]money.Amount, c.n), make([]Sale, c.n)
			active := make([]bool, c.n)
			for i := range own {
				own[i], active[i] = money.Amount(i%7*10_000), i%7 > 0
				sales[i] = Sale{Order: int64(i + 1), Seller: int32(i), Net: own[i]}
			}
			terms := Terms{Levels: DefaultLevels(100), Overrides: []int64{300, 200, 100}}
			b.ReportAllocs()
			for b.Loop() {
				tree, _ := NewTree(list)
				standing := standings(&terms, []stretch{{tree: tree, own: own}}, func(int32, int64) dates.Date { return 0 })
				terms.Commissions(sales, standing, tree.Nearest(active))
			}
		})
	}
}
