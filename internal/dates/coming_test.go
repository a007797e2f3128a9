package dates

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseComing(t *testing.T) {
	today, err := ParseISO("2026-11-22") // a Sunday
	require.NoError(t, err)
	for text, want := range map[string]string{
		"monday":        "2026-11-23",
		"Sábado":        "2026-11-28",
		"segunda-feira": "2026-11-23",
		"le lundi":      "2026-11-23",
		"sunday":        "2026-11-29", // said on a Sunday it is the next one
		"sun":           "2026-11-29",
		"today":         "2026-11-22",
		"tomorrow":      "2026-11-23",
		"yesterday":     "2026-11-21",
		"+3d":           "2026-11-25",
		"-1w":           "2026-11-15",
		"+1m":           "2026-12-22",
		"2026-12-01":    "2026-12-01",
		"2026-12":       "2026-12-01",
	} {
		d, err := ParseComing(text, today)
		require.NoError(t, err, text)
		require.Equal(t, want, d.String(), text)
	}
	for _, text := range []string{"", "soon", "2026-02-30", "+3", "9999-12-31 monday"} {
		_, err := ParseComing(text, today)
		require.Error(t, err, text)
	}
	_, err = ParseComing("monday", last)
	require.ErrorIs(t, err, errRange)
}
