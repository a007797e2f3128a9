package sheet

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestScattered(t *testing.T) {
	const content = "ref,customer,date\nA,x,2024-01-01\n A ,x,2024-01-01\nB,x,2024-01-01\nA,x,2024-01-01\n,x,2024-01-01\nC,x,2024-01-01\n,x,2024-01-01\nC,x,2024-01-01\n"
	d, err := NewDecoder(input(t, content, InputOptions{Key: "ref"}), saleColumns)
	require.NoError(t, err)
	for key, want := range map[string]bool{"A": true, "B": false, "C": true, "": false, "D": false} {
		require.Equal(t, want, d.Scattered(key), key)
	}
	for _, key := range []string{"", "total"} {
		d, err = NewDecoder(input(t, content, InputOptions{Key: key}), saleColumns)
		require.NoError(t, err)
		require.False(t, d.Scattered("A"))
	}
}

func TestScatterAscending(t *testing.T) {
	s := newScatter()
	for i := range 1200 {
		s.add(fmt.Append(nil, i/3))
	}
	require.True(t, s.ascending)
	s.finish()
	require.Nil(t, s.again)
}

func TestScatterProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.StringMatching(`[ab]{0,3}`)).Draw(t, "values")
		s := newScatter()
		runs := map[string]int{}
		for i, v := range values {
			s.add([]byte(v))
			if i == 0 || values[i-1] != v {
				runs[v]++
			}
		}
		s.finish()
		for v, n := range runs {
			require.Equal(t, n > 1 && v != "", s.has(v), v)
		}
	})
}

func BenchmarkScatter(b *testing.B) {
	keys := make([][]byte, 1_000_000)
	for i := range keys {
		keys[i] = fmt.Append(nil, i*7919%1_000_000)
	}
	b.ReportAllocs()
	for b.Loop() {
		s := newScatter()
		for _, k := range keys {
			s.add(k)
		}
		s.finish()
	}
}
