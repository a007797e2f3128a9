package dates

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCellInstant(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	require.NoError(t, err)
	for cell, want := range map[string]string{
		"2026-11-20T18:30:00Z":      "2026-11-20T18:30:00Z",
		"2026-11-20 18:30":          "2026-11-20T17:30:00Z",
		"20/11/2026 6:30 PM":        "2026-11-20T17:30:00Z",
		"20 nov 2026 18:30:05":      "2026-11-20T17:30:05Z",
		"2026-07-01 00:30":          "2026-06-30T22:30:00Z",
		"2026-11-20 18:30 -0500":    "2026-11-20T23:30:00Z",
		"2026-11-20T00:30:00+14:00": "2026-11-19T10:30:00Z",
		"2026-03-29 02:30":          "2026-03-29T01:30:00Z", // the clock jumps over this half hour
		"2026-11-20":                "2026-11-20T11:00:00Z day",
		"20.11.26":                  "2026-11-20T11:00:00Z day",
		"03/04/2026 09:00":          "day and month can be read either way",
		"9999-12-31 23:00 -0500":    "outside the years 1 to 9999",
		"2026-11-20 25:00":          "not a time of day",
		"2026-11-20x":               "not a time of day",
		"soon":                      "not a date",
		"":                          "not a date",
	} {
		at, timed, err := CellInstant(cell, Any, madrid)
		got := at.UTC().Format(time.RFC3339)
		if err != nil {
			got = err.Error()
		} else if !timed {
			got += " day"
		}
		require.Equal(t, want, got, cell)
	}
	at, _, err := CellInstant("2026-11-20 18:30", Any, nil)
	require.NoError(t, err)
	require.Equal(t, "2026-11-20T18:30:00Z", at.Format(time.RFC3339), "no zone is UTC")
}
