//go:build unix

package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// talkAndTasks make a book of two interactions and two tasks.
var talkAndTasks = [][]string{
	{"init", "--currency", "EUR", "--country", "ES", "--locale", "es", "--timezone", "Europe/Madrid"},
	{"customer", "add", "Ana García de la Torre"},
	{"log", "ana", "asked what the serum\x1b[31m costs\nand for samples", "--minutes", "10", "--outcome", "will think about it", "--on", "2026-11-20"},
	{"log", "ana", "--no-answer", "--consultant", "K1", "--follow-up", "+2d"},
	{"task", "add", "ana", "bring samples of the new line to the fair in Lyon", "--due", "2026-11-01", "--every", "1m"},
}

// TestInteractionsOnATerminal compares what a person sees of interactions, at 80 and at 40 columns.
func TestInteractionsOnATerminal(t *testing.T) {
	seen := onTerminal(t, talkAndTasks)
	require.Equal(t, `
                                                                          no
id  date        customer     summary      channel  outcome       kind     answer
──  ──────────  ───────────  ───────────  ───────  ────────────  ───────  ──────
 2  2026-11-22  Ana García…               call                   contact  yes
 1  2026-11-20  Ana García…  asked what…  call     will think …  contact  no
`, seen(80, "log", "list"))
	require.Equal(t, `
id  date        customer     summary
──  ──────────  ───────────  ───────────
 2  2026-11-22  Ana García…
 1  2026-11-20  Ana García…  asked what…
`, seen(40, "log", "list"))
	require.Equal(t, `
Interaction 1

date       2026-11-20
customer   Ana García de la Torre
summary    asked what the serum␛[31m
           costs
           and for samples
channel    call
outcome    will think about it
kind       contact
direction  out
minutes    10
`, seen(40, "interaction", "show", "1"))
	require.Equal(t, `
Interaction 3

date       2026-11-22
customer   Ana García de la Torre
summary    was glad
channel    call
kind       contact
direction  out
`, seen(80, "log", "ana", "was\tglad"), "what was added is shown")
}

// TestTasksOnATerminal does the same for tasks.
func TestTasksOnATerminal(t *testing.T) {
	seen := onTerminal(t, talkAndTasks)
	require.Equal(t, `
                overdue
id  due_on         days  person              what                 handler  every
──  ──────────  ───────  ──────────────────  ───────────────────  ───────  ─────
 2  2026-11-01       21  Ana García de la …  bring samples of t…           1m
 1  2026-11-24        0  Ana García de la …  follow up            K1
`, seen(80, "task", "list"))
	require.Equal(t, `
Task 2

due_on        2026-11-01
overdue_days  21
person        Ana García de la Torre
what          bring samples of the new
              line to the fair in Lyon
every         1m
created_on    2026-11-22
`, seen(40, "task", "show", "2"))
}
