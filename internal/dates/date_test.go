package dates

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// on is the day of an ISO text.
func on(t require.TestingT, s string) Date {
	if s == "" {
		return 0
	}
	d, err := ParseISO(s)
	require.NoError(t, err, s)
	return d
}

func TestEveryDayOfTheCalendar(t *testing.T) {
	at := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	buf := make([]byte, 0, 10)
	for d := Date(1); d <= last; d++ {
		y, m, day := at.Date()
		gotYear, gotMonth, gotDay := d.Civil()
		made, err := New(y, m, day)
		buf = d.Append(buf[:0])
		parsed, parseErr := ParseISO(string(buf))
		if gotYear != y || gotMonth != m || gotDay != day || made != d || err != nil || parsed != d || parseErr != nil || d.Weekday() != at.Weekday() {
			t.Fatalf("%d: %v became %d-%d-%d, New %d %v, text %s, read as %d %v", d, at, gotYear, gotMonth, gotDay, made, err, buf, parsed, parseErr)
		}
		at = at.AddDate(0, 0, 1)
	}
	require.Equal(t, 10000, at.Year())
}

func TestNewRefuses(t *testing.T) {
	for _, c := range [][3]int{
		{0, 1, 1}, {-1, 1, 1}, {10000, 1, 1}, {2024, 0, 1}, {2024, 13, 1}, {2024, -1, 1}, {2024, 1, 0}, {2024, 1, 32}, {2024, 4, 31}, {2023, 2, 29}, {1900, 2, 29}, {2024, 2, 30},
	} {
		d, err := New(c[0], time.Month(c[1]), c[2])
		require.ErrorIs(t, err, errDay, c)
		require.Zero(t, d)
	}
	d, err := New(2000, 2, 29)
	require.NoError(t, err)
	require.Equal(t, "2000-02-29", d.String())
}

func TestParseISO(t *testing.T) {
	for text, want := range map[string]Date{"0001-01-01": 1, "9999-12-31": last, "1970-01-01": unixDay, "2024-02-29": 738945} {
		got, err := ParseISO(text)
		require.NoError(t, err)
		require.Equal(t, want, got, text)
		require.Equal(t, text, got.String())
	}
	for _, text := range []string{
		"", "2024", "2024-1-1", "2024-01-1", "2024/01/01", "24-01-01", "2024-01-01 ", " 2024-01-01", "2024-01-01T", "20240101", "2024-0a-01", "202a-01-01", "2024-01-0/",
		"-024-01-01", "2024-01--1", "2024-+1-01", "２０２４", "\x00024-01-01", "2024.01-01",
	} {
		_, err := ParseISO(text)
		require.ErrorIs(t, err, errForm, "%q", text)
	}
	for _, text := range []string{"0000-00-00", "0000-01-01", "2024-00-01", "2024-13-01", "2024-01-00", "2024-01-32", "2023-02-29", "2024-02-30", "2024-99-99"} {
		_, err := ParseISO(text)
		require.ErrorIs(t, err, errDay, "%q", text)
	}
}

func TestNoDate(t *testing.T) {
	for _, d := range []Date{0, -1, last + 1, math.MinInt32, math.MaxInt32} {
		require.Empty(t, d.String())
		y, m, day := d.Civil()
		require.Zero(t, y+int(m)+day)
	}
	require.True(t, Date(0).IsZero())
	require.False(t, Date(1).IsZero())
	require.Zero(t, Date(0).AddDays(1))
	require.Zero(t, Date(0).AddMonths(1))
	require.Zero(t, Date(0).AddYears(1))
	text, err := json.Marshal(map[string]Date{"a": on(t, "2026-11-22"), "b": 0})
	require.NoError(t, err)
	require.JSONEq(t, `{"a":"2026-11-22","b":""}`, string(text))
}

func TestOf(t *testing.T) {
	at := time.Date(2026, 11, 22, 23, 30, 0, 0, time.UTC)
	require.Equal(t, "2026-11-22", Of(at, nil).String())
	require.Equal(t, "2026-11-22", Of(at, time.UTC).String())
	require.Equal(t, "2026-11-23", Of(at, time.FixedZone("", 3600)).String())
	require.Equal(t, "2026-11-22", Of(at.In(time.FixedZone("", 3600)), time.UTC).String())
	require.Zero(t, Of(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.UTC))
	require.Zero(t, Of(time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), time.UTC))
	require.Equal(t, Date(1), Of(time.Time{}, time.UTC))
}

func TestAddMonths(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2023-01-31", 1, "2023-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2024-03-31", -1, "2024-02-29"}, {"2024-01-31", 3, "2024-04-30"}, {"2024-01-31", 2, "2024-03-31"},
		{"2024-12-31", 2, "2025-02-28"}, {"2024-01-15", -1, "2023-12-15"}, {"2024-01-31", -13, "2022-12-31"}, {"2024-11-22", 0, "2024-11-22"}, {"2024-05-31", 12, "2025-05-31"},
		{"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"0001-01-31", -1, ""}, {"9999-12-01", 1, ""}, {"9999-11-30", 1, "9999-12-30"}, {"0001-02-01", -1, "0001-01-01"},
		{"2024-01-01", math.MaxInt, ""}, {"2024-01-01", math.MinInt, ""}, {"0001-01-01", 9999*12 - 1, "9999-12-01"}, {"0001-01-01", 9999 * 12, ""},
	} {
		require.Equal(t, c.want, on(t, c.from).AddMonths(c.n).String(), "%s and %d months", c.from, c.n)
	}
	require.Equal(t, "2025-02-28", on(t, "2024-02-29").AddYears(1).String())
	require.Equal(t, "2020-02-29", on(t, "2024-02-29").AddYears(-4).String())
	require.Zero(t, on(t, "2024-02-29").AddYears(math.MaxInt))
	require.Zero(t, on(t, "2024-02-29").AddYears(-2024))
}

func TestAddDays(t *testing.T) {
	require.Equal(t, "2024-03-01", on(t, "2024-02-28").AddDays(2).String())
	require.Equal(t, "2023-12-31", on(t, "2024-01-01").AddDays(-1).String())
	require.Equal(t, last, Date(1).AddDays(int(last)-1))
	for _, n := range []int{int(last), math.MaxInt, math.MinInt, -1, math.MaxInt32 + 1} {
		require.Zero(t, Date(1).AddDays(n), n)
	}
}

func TestAddMonthsClamps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.Int32Range(1, int32(last)).Draw(t, "day"))
		n := rapid.IntRange(-3000, 3000).Draw(t, "months")
		y, m, day := d.Civil()
		first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		length := first.AddDate(0, 1, -1).Day()
		want := Of(first.AddDate(0, 0, min(day, length)-1), time.UTC)
		if got := d.AddMonths(n); got != want {
			t.Fatalf("%v and %d months is %v, want %v", d, n, got, want)
		}
	})
}

func TestHotPathsDoNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 64)
	paris := time.FixedZone("", 3600)
	for name, f := range map[string]func(){
		"iso":       func() { _, _ = ParseISO("2026-11-22") },
		"append":    func() { buf = Date(739942).Append(buf[:0]) },
		"cell iso":  func() { _, _ = Cell("2026-11-22", Any, nil) },
		"cell dmy":  func() { _, _ = Cell("22/11/2026", DMY, nil) },
		"cell time": func() { _, _ = Cell("2026-11-22T14:03:05.000-04:00", Any, paris) },
		"cell name": func() { _, _ = Cell("22 de décembre de 2026", Any, nil) },
		"refused":   func() { _, _ = Cell("someday", Any, nil) },
		"orders":    func() { CellOrders("03/04/2024 2:30 PM") },
		"ambiguous": func() { AmbiguousCell("03/04/2024") },
	} {
		require.Zero(t, testing.AllocsPerRun(100, f), name)
	}
}

func BenchmarkAppend(b *testing.B) {
	b.ReportAllocs()
	buf := make([]byte, 0, 10)
	d := Date(739942)
	for b.Loop() {
		buf = d.Append(buf[:0])
	}
}

func BenchmarkParseISO(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, _ = ParseISO("2026-11-22")
	}
}

func BenchmarkCell(b *testing.B) {
	zone := time.FixedZone("", 3600)
	for _, text := range []string{"2026-11-22", "20261122", "22/11/2026", "2026-11-22 14:03:05", "2026-11-22T14:03:05.000-04:00", "22 Nov 2026"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = Cell(text, DMY, zone)
			}
		})
	}
}

func BenchmarkCellOrders(b *testing.B) {
	for _, text := range []string{"2026-11-22", "22/11/2026"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _, _ = CellOrders(text)
			}
		})
	}
}
