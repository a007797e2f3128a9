package loyalty

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/perla-crm/perla/internal/book"
	"github.com/perla-crm/perla/internal/dates"
	"github.com/perla-crm/perla/internal/fault"
)

func TestExpiry(t *testing.T) {
	for _, c := range [][3]string{ // text, usable from, last day
		{"never", "2026-01-31", ""},
		{"1d", "2026-01-31", "2026-02-01"}, {"90d", "2026-01-31", "2026-05-01"}, {"1d", "2024-02-28", "2024-02-29"}, {"1d", "2026-02-28", "2026-03-01"}, {"365d", "2024-02-29", "2025-02-28"},
		{"1m", "2026-01-31", "2026-02-28"}, {"1m", "2024-01-31", "2024-02-29"}, {"1m", "2026-01-30", "2026-02-28"}, {"1m", "2026-01-28", "2026-02-28"}, {"1m", "2026-03-31", "2026-04-30"},
		{"1m", "2026-02-28", "2026-03-28"}, {"12m", "2024-02-29", "2025-02-28"}, {"48m", "2024-02-29", "2028-02-29"}, {"12m", "2025-12-31", "2026-12-31"}, {"2y", "2026-11-22", "2028-11-22"},
		{"12m month", "2026-01-31", "2027-01-31"}, {"1m month", "2026-01-31", "2026-02-28"}, {"1m month", "2024-01-01", "2024-02-29"}, {"30d month", "2026-01-31", "2026-03-31"},
		{"12m quarter", "2026-01-31", "2027-03-31"}, {"12m quarter", "2026-03-31", "2027-03-31"}, {"12m quarter", "2026-04-01", "2027-06-30"}, {"1m quarter", "2026-11-30", "2026-12-31"},
		{"12m half", "2026-06-30", "2027-06-30"}, {"12m half", "2026-07-01", "2027-12-31"}, {"1d half", "2026-06-30", "2026-12-31"},
		{"12m year", "2026-01-01", "2027-12-31"}, {"12m year", "2026-12-31", "2027-12-31"}, {"1d year", "2026-12-31", "2027-12-31"}, {"1d year", "2026-12-30", "2026-12-31"},
		{"1d year", "9999-12-30", "9999-12-31"}, {"1d", "9999-12-31", ""}, {"12m", "9999-01-01", ""},
	} {
		e, err := ParseExpiry(c[0])
		require.NoError(t, err, c[0])
		require.Equal(t, c[2], e.After(theDay(c[1])).String(), "%s from %s", c[0], c[1])
		again, err := ParseExpiry(e.String())
		require.NoError(t, err)
		require.Equal(t, e, again)
	}
	for _, wrong := range []string{"", "d", "0d", "-1m", "12", "12x", "12m week", "12m month month", "never month", "9999m", "99999d", "1.5m"} {
		_, err := ParseExpiry(wrong)
		require.Equal(t, fault.Rejected, fault.KindOf(err), wrong)
	}
}

func TestSpan(t *testing.T) {
	for _, c := range [][3]string{
		{"day", "2024-02-29", "2024-02-29..2024-02-29"},
		{"week", "2026-03-01", "2026-02-23..2026-03-01"}, {"week", "2026-03-02", "2026-03-02..2026-03-08"}, {"week", "2026-01-01", "2025-12-29..2026-01-04"},
		{"month", "2026-02-28", "2026-02-01..2026-02-28"}, {"month", "2024-02-29", "2024-02-01..2024-02-29"}, {"month", "2026-12-31", "2026-12-01..2026-12-31"},
		{"quarter", "2026-03-31", "2026-01-01..2026-03-31"}, {"half", "2026-07-01", "2026-07-01..2026-12-31"},
		{"year", "2026-06-30", "2026-01-01..2026-12-31"}, {"year", "9999-06-30", "9999-01-01..9999-12-31"}, {"ever", "2026-06-30", ".."},
	} {
		r := Span(c[0]).Of(theDay(c[1]))
		require.Equal(t, c[2], r.From.String()+".."+r.To.String(), "%s of %s", c[0], c[1])
	}
}

// Every day lies in its spans, and the days of a span have the same one.
func TestSpanHoldsItsDays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := dates.Date(rapid.Int32Range(400, 3652000).Draw(t, "day"))
		span := rapid.SampledFrom([]Span{Day, Week, Month, Quarter, Half, Year}).Draw(t, "span")
		r := span.Of(day)
		require.True(t, r.From <= day && day <= r.To)
		for _, d := range []dates.Date{r.From, r.To} {
			require.Equal(t, r, span.Of(d))
		}
		require.NotEqual(t, r, span.Of(r.To+1))
	})
}

func todayBook(t testing.TB) *book.Book {
	return bookAt(t, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
}

// write runs fn in an operation of its own.
func write(t testing.TB, b *book.Book, fn func(tx *book.Tx) error) {
	t.Helper()
	require.NoError(t, b.Update(context.Background(), "test", fn))
}

func TestSettings(t *testing.T) {
	b := todayBook(t)
	at := func(programme, day string) (s Settings) {
		require.NoError(t, b.View(context.Background(), func(v *book.View) (err error) {
			s, err = SettingsAt(v, programme, theDay(day))
			return err
		}))
		return s
	}
	require.Equal(t, defaults, at(Clients, "2026-01-01"))
	for _, c := range [][3]string{{"earn_at", "Invoiced", "invoiced"}, {"pending_days", "14", "14"}, {"expiry", "1y quarter", "12m quarter"}, {"shortfall", "clip", "clip"}, {"point_value", "0.01", "0.01"},
		{"point_value", "0", "0.00"}, {"min_redeem", "500", "500"}, {"tier_basis", "spent", "spent"}, {"tier_months", "6", "6"}, {"TIER_KEEP_MONTHS", "3", "3"}, {"expiry", "NEVER", "never"}} {
		write(t, b, func(tx *book.Tx) error { return Set(tx, Clients, c[0], c[1], theDay("2026-03-01")) })
		key := c[0]
		if key == "TIER_KEEP_MONTHS" {
			key = "tier_keep_months"
		}
		s := at(Clients, "2026-03-01")
		require.Equal(t, c[2], s.Value(key, 2), key)
		require.Equal(t, defaults, at(Clients, "2026-02-28"))
		require.Equal(t, defaults, at(Consultants, "2026-03-01"))
	}
	write(t, b, func(tx *book.Tx) error { return Set(tx, Clients, "pending_days", "7", theDay("2026-06-01")) })
	require.Equal(t, 14, at(Clients, "2026-05-31").PendingDays)
	require.Equal(t, 7, at(Clients, "2026-06-01").PendingDays)
	for _, c := range [][2]string{{"earn_at", "delivered"}, {"pending_days", "-1"}, {"pending_days", "1.5"}, {"pending_days", "99999"}, {"expiry", "soon"}, {"shortfall", ""}, {"point_value", "-1"}, {"point_value", "0.001"},
		{"point_value", "x"}, {"min_redeem", "0"}, {"tier_basis", "balance"}, {"tier_months", "0"}, {"tier_keep_months", "-1"}, {"pending", "3"}} {
		err := b.Update(context.Background(), "test", func(tx *book.Tx) error { return Set(tx, Clients, c[0], c[1], theDay("2026-03-01")) })
		require.Equal(t, fault.Usage, fault.KindOf(err), "%s %s", c[0], c[1])
	}
	require.Equal(t, fault.Usage, fault.KindOf(b.Update(context.Background(), "test", func(tx *book.Tx) error { return Set(tx, "staff", "pending_days", "1", theDay("2026-03-01")) })))
}
