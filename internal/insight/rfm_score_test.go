package insight

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/money"
)

// hundred is the frequency of 100 customers whose scores are published for both methods:
// 60 bought once, 20 twice, 10 three times, 6 four times and 4 nine times.
func hundred() []int64 {
	return slices.Concat(slices.Repeat([]int64{1}, 60), slices.Repeat([]int64{2}, 20), slices.Repeat([]int64{3}, 10),
		slices.Repeat([]int64{4}, 6), slices.Repeat([]int64{9}, 4))
}

func TestScoresOfKnownFrequencies(t *testing.T) {
	// The scores of customers at 1, 2, 3, 4 and 9 purchases: percent by its formula, r-rfm as the R package rfm 0.3.0 gives.
	for method, want := range map[RFMMethod][]uint8{
		RFMPercent:  {1, 4, 5, 5, 5},
		RFMQuantile: {1, 3, 4, 5, 5},
	} {
		t.Run(string(method), func(t *testing.T) {
			values := hundred()
			shuffled := rand.New(rand.NewPCG(1, 2)).Perm(len(values))
			mixed := make([]int64, len(values))
			for i, at := range shuffled {
				mixed[i] = values[at]
			}
			got := map[int64]uint8{}
			for i, score := range (measure{values: mixed, unit: 1}).score(method, 5, nil).scores {
				if before, seen := got[mixed[i]]; seen {
					require.Equal(t, before, score, "customers at %d purchases", mixed[i])
				}
				got[mixed[i]] = score
			}
			require.Equal(t, want, []uint8{got[1], got[2], got[3], got[4], got[9]})
		})
	}
}

func TestOneCustomer(t *testing.T) {
	for method, want := range map[RFMMethod][2]uint8{ // recency, frequency
		RFMPercent:  {5, 1},
		RFMQuantile: {5, 1},
		RFMNtile:    {1, 1}, // NTILE puts a lone row into its first group, on recency too
	} {
		r := measure{values: []int64{40}, reversed: true, unit: 1}.score(method, 5, nil)
		f := measure{values: []int64{3}, unit: 1}.score(method, 5, nil)
		require.Equal(t, want, [2]uint8{r.scores[0], f.scores[0]}, method)
	}
}

func TestNobody(t *testing.T) {
	for _, method := range []RFMMethod{RFMPercent, RFMQuantile, RFMNtile} {
		got := measure{unit: 1}.score(method, 5, nil)
		require.Empty(t, got.scores, method)
		require.Equal(t, make([]span, 5), got.bins, method)
	}
}

func TestQuantileUnitOfMoney(t *testing.T) {
	// Ten customers at 1.00 .. 10.00: quantile type 7 at 1/5 is 2.80, so the first limit is 3.80, not 2.81.
	values := make([]int64, 10)
	for i := range values {
		values[i] = int64(i+1) * 100
	}
	got := measure{values: values, unit: 100}.score(RFMQuantile, 5, nil)
	require.Equal(t, []uint8{1, 1, 1, 2, 2, 3, 3, 4, 4, 5}, got.scores)
	require.Equal(t, span{&cut{whole: 100}, &cut{380, 0}}, got.bins[0])
	require.Equal(t, &cut{whole: 1100}, got.bins[4].upper)
}

func TestQuantileBetweenWholeNumbers(t *testing.T) {
	// The quantile of 1, 2 at 1/5 is 1.2 and its limit 2.2: recency keeps the fraction, and 2 stays below it.
	got := measure{values: []int64{1, 2}, unit: 1, reversed: true}.score(RFMQuantile, 5, nil)
	require.InDelta(t, 2.2, got.bins[0].upper.float(), 1e-12)
	require.Equal(t, []uint8{5, 5}, got.scores)
}

func TestThresholdsAreHalfOpen(t *testing.T) {
	limits := []cut{{10, 0}, {20, 0}, {20, 0}, {30, .5}}
	values := []int64{-4, 9, 10, 19, 20, 30, 31}
	want := []uint8{1, 1, 2, 2, 4, 4, 5}
	require.Equal(t, want, measure{values: values}.score(RFMThresholds, 5, limits).scores)
	for i := range want {
		want[i] = 6 - want[i]
	}
	require.Equal(t, want, measure{values: values, reversed: true}.score(RFMThresholds, 5, limits).scores)
}

func TestNtileAsSQL(t *testing.T) {
	// SELECT ntile(3) OVER (ORDER BY v, id) gives 1 1 1 2 2 3 3 over seven rows; ties stand by id.
	require.Equal(t, []uint8{2, 1, 1, 1, 3, 2, 3},
		measure{values: []int64{5, 1, 1, 1, 9, 5, 9}}.score(RFMNtile, 3, nil).scores)
	// Recency: ntile over descending days. The two longest away and the first tie fill the larger first group.
	require.Equal(t, []uint8{1, 1, 1, 2, 2, 3, 3},
		measure{values: []int64{9, 9, 5, 5, 5, 1, 1}, reversed: true}.score(RFMNtile, 3, nil).scores)
}

func TestHeldOfRankedMethods(t *testing.T) {
	got := measure{values: hundred(), unit: 1}.score(RFMPercent, 5, nil)
	require.Equal(t, []span{{&cut{whole: 1}, &cut{whole: 1}}, {}, {}, {&cut{whole: 2}, &cut{whole: 2}},
		{&cut{whole: 3}, &cut{whole: 9}}}, got.bins)
}

// drawMeasure draws few customers with many ties, or values at the ends of what an int64 holds.
func drawMeasure(t *rapid.T) (measure, int) {
	value := rapid.OneOf(rapid.Int64Range(-3, 12), rapid.Int64Range(-1e9, 1e9), rapid.Int64Range(math.MinInt64/2, math.MaxInt64/2))
	return measure{
		values:   rapid.SliceOfN(value, 1, 60).Draw(t, "values"),
		reversed: rapid.Bool().Draw(t, "reversed"),
		unit:     rapid.SampledFrom([]int64{1, 100, 1000}).Draw(t, "unit"),
	}, rapid.IntRange(2, mostBins).Draw(t, "k")
}

func TestPercentIsItsFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k := drawMeasure(t)
		for i, score := range m.score(RFMPercent, k, nil).scores {
			smaller := 0
			for _, v := range m.values {
				if v < m.values[i] {
					smaller++
				}
			}
			want := min(k, 1+k*smaller/len(m.values))
			if m.reversed {
				want = k - min(k-1, k*smaller/len(m.values))
			}
			require.Equal(t, want, int(score))
		}
	})
}

func TestEqualValuesShareAScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k := drawMeasure(t)
		for _, method := range []RFMMethod{RFMPercent, RFMQuantile} {
			scores := m.score(method, k, nil).scores
			for i, a := range m.values {
				require.True(t, 1 <= scores[i] && int(scores[i]) <= k)
				for j, b := range m.values {
					switch {
					case a == b:
						require.Equal(t, scores[i], scores[j])
					case (a < b) != m.reversed:
						require.LessOrEqual(t, scores[i], scores[j])
					}
				}
			}
		}
	})
}

func TestNtileGroupsAreEqual(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k := drawMeasure(t)
		sizes := make([]int, k)
		for _, score := range m.score(RFMNtile, k, nil).scores {
			sizes[score-1]++
		}
		for i, size := range sizes {
			want := len(m.values) / k
			if i < len(m.values)%k {
				want++
			}
			require.Equal(t, want, size)
		}
	})
}

func TestQuantileLimitsGivenBackScoreTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, k := drawMeasure(t)
		made := m.score(RFMQuantile, k, nil)
		var given []cut
		for _, s := range made.bins[1:] {
			given = append(given, cut{whole: s.lower.ceil()}) // as the money columns of the thresholds print them
		}
		require.Equal(t, made.scores, m.score(RFMThresholds, k, given).scores)
	})
}

func TestAscendingIsAStableSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64())
		values := rapid.SliceOf(value).Draw(t, "values")
		want := make([]int32, len(values))
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int { return cmp.Compare(values[a], values[b]) })
		require.Equal(t, want, ascending(values))
	})
}

func BenchmarkScore(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	buyers := make([]buyer, 100_000)
	for i := range buyers {
		n := 1 + random.IntN(20)
		buyers[i] = buyer{id: int64(i + 1), last: day("2026-01-01").AddDays(-random.IntN(1000)), orders: n, days: n,
			money: money.Amount(n * (100 + random.IntN(50_000)))}
	}
	for _, method := range []RFMMethod{RFMPercent, RFMQuantile, RFMNtile} {
		b.Run(string(method), func(b *testing.B) {
			o, err := RFMOptions{AsOf: day("2026-01-01"), Method: method}.settled(0)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				judge(buyers, o, 2)
			}
		})
	}
}
