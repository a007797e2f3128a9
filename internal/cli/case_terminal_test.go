//go:build unix

package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// onTerminal runs commands that make a book and gives a function that runs one more on a terminal so many columns wide,
// and gives what a person sees of it.
func onTerminal(t *testing.T, commands [][]string) (seen func(width uint16, args ...string) string) {
	db := filepath.Join(t.TempDir(), "book.db")
	vars := map[string]string{"PERLA_DB": db, "NO_COLOR": "1", "TERM": "xterm", "PERLA_NOW": scriptNow}
	quiet, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, quiet.Close()) })
	for _, args := range commands {
		require.Zero(t, Main(t.Context(), testEnv(t, quiet, quiet, vars), args), args)
	}
	return func(width uint16, args ...string) string {
		user, program := openTerminal(t)
		require.NoError(t, pty.Setsize(program, &pty.Winsize{Rows: 24, Cols: width}))
		require.Zero(t, Main(t.Context(), testEnv(t, program, quiet, vars), args))
		return "\n" + readTerminal(t, user, program)
	}
}

// TestCasesOnATerminal compares what a person sees of a case, at 80 and at 40 columns.
func TestCasesOnATerminal(t *testing.T) {
	seen := onTerminal(t, [][]string{
		{"init", "--currency", "EUR", "--country", "ES", "--locale", "es", "--timezone", "Europe/Madrid"},
		{"customer", "add", "Ana García de la Torre"},
		{"case", "open", "ana", "the cream\x1b[31m arrived broken, and the box was wet", "--kind", "complaint", "--handler", "K-1", "--at", "2026-11-20 9:00"},
		{"case", "note", "1", "the parcel service says that it was dropped\nand asks for a photo of the box"},
	})
	require.Equal(t, `
                                                                             age
id  person               kind       topic                 priority  status  days
──  ───────────────────  ─────────  ────────────────────  ────────  ──────  ────
 1  Ana García de la T…  complaint  the cream␛[31m arri…  normal    open       2
`, seen(80, "case", "list"))
	require.Equal(t, `
Case 1: the cream␛[31m arrived broken,
and the box was wet

person            Ana García de la Torre
kind              complaint
priority          normal
status            answered
opened_on         2026-11-20
age_days          2
first_response    50 hours
handler           K-1

History
───────
2026-11-20 09:00  open
2026-11-20 09:00  assign: K-1
2026-11-22 11:00  note: the parcel
                  service says that it
                  was dropped
                  and asks for a photo
                  of the box
2026-11-22 11:00  response: a new one is
                  on its way
`, seen(40, "case", "respond", "1", "a new one is on its way"), "what was written is shown")
	require.Equal(t, `
Case 1: the cream␛[31m arrived broken, and the box was wet

person            Ana García de la Torre
kind              complaint
priority          normal
status            answered
opened_on         2026-11-20
age_days          2
first_response    50 hours
handler           K-1

History
───────
2026-11-20 09:00  open
2026-11-20 09:00  assign: K-1
2026-11-22 11:00  note: the parcel service says that it was dropped
                  and asks for a photo of the box
2026-11-22 11:00  response: a new one is on its way
`, seen(80, "case", "show", "1"))
}

// TestConsentsOnATerminal does the same for consents.
func TestConsentsOnATerminal(t *testing.T) {
	seen := onTerminal(t, [][]string{
		{"init", "--currency", "EUR", "--country", "ES", "--locale", "es", "--timezone", "Europe/Madrid"},
		{"customer", "add", "Ana García de la Torre"},
		{"customer", "consent", "ana", "--grant", "email", "--source", "signed card of the autumn fair in Málaga", "--text-version", "v3"},
	})
	require.Equal(t, `
                                                                         text
channel  purpose    granted  since       basis    source                 version
───────  ─────────  ───────  ──────────  ───────  ─────────────────────  ───────
email    marketing  yes      2026-11-22  consent  signed card of the a…  v3
`, seen(80, "customer", "consent", "ana"))
	require.Equal(t, `
channel  purpose    granted  since
───────  ─────────  ───────  ──────────
email    marketing  yes      2026-11-22
`, seen(40, "customer", "consent", "ana"))
}
